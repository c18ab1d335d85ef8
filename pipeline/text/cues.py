"""Words by which a sentence demands something, wishes for it, or takes it back, and which of them speaks of what.

A cue looks forward ("must have Java", "no need for PHP"), backward ("Java is a must", "PHP is not required"), or at what it
holds ("no PHP experience"). What is named belongs to the nearest cue that looks at it, inside its clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

MAX_TURN = 14
"""Code points between a cue that takes back and the wish that takes its place ("not required but a plus")."""


MAX_FAR = 1500
"""Code points between a cue and what it speaks of."""
MAX_LABEL = 20
"""Code points between a wish and the colon that makes it the label of a list ("Good to have skills :")."""
MAX_BRACKET = 60
"""Code points of a bracket before a cue in it ("(MS preferred)")."""
MAX_TAKEN_BACK = 120
"""Code points before a cue that takes back ("is not required") of which it speaks."""


class Meaning(Enum):
    """What a cue says of a thing."""

    DEMAND = "demand"
    WISH = "wish"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Cue:
    """A cue at code points ``start`` to ``end``; it looks forward to ``reach``, backward to ``floor``, or both ways."""

    start: int
    end: int
    meaning: Meaning
    forward: bool
    backward: bool
    reach: int
    floor: int


_PRAISE = r"(?:big|huge|strong|definite|added|great|real|major|clear)"
_PATTERNS = tuple(
    (re.compile(pattern, re.I), meaning, direction)
    for pattern, meaning, direction in (
        (
            r"\b(?:nice|good)[- ]to[- ]haves?\b|\bpreferably\b|\bideally\b|\bbonus(?: points)?(?: for)?:?|\boptional(?:ly)?\s?:|"
            r"\b(?:preferred|desired|desirable|optional)\s(?:skills?|qualifications?|requirements?)(?-i:(?![a-z]))|"
            r"\b(?:preferred|desired|desirable|optional)\s(?:experience|knowledge)\s?:|"
            r"\b(?:preferred|desired)\s?:|\b(?:would|we'd)\s+(?:love|like)\b|\bwelcome\s?:|\bpluses?\s?:",
            Meaning.WISH,
            "forward",
        ),
        (
            rf"\b(?:is|are|would be|be|an?|{_PRAISE}|as)\s(?:an?\s)?(?:{_PRAISE}\s)?(?:plus(?:es)?|bonus(?:es)?|advantages?|assets?)\b|"
            r"\b(?:nice|good)[- ]to[- ]have\b|\b(?:preferred|desirable|desired)\b(?!\s(?:skills?|qualifications?|requirements?))|"
            r"\boptional(?:ly)?\b|\badvantageous\b|\bbonus\b|"
            r"\bbeneficial\b|\bhelpful\b|\b(?:is|are|also)\s(?:\w+\s)?(?:welcome|appreciated|valued)\b|"
            # In the midst of a clause they speak of what follows ("Java, preferably with Kafka").
            r"\b(?:preferably|ideally)\b(?=\s{0,3}(?:[.;,)\n]|$))|"
            r"\b(?:but|though|yet)\s(?:\w+\s)?(?:relevant|useful|welcome|valued|appreciated|nice)\b",
            Meaning.WISH,
            "backward",
        ),
        (
            r"\bmust[- ](?:have|know|be)\b|\b(?:required|mandatory|essential)\s(?:skills?|qualifications?|experience)?\s?:|\brequires\b|"
            r"\byou need\b|\bwe (?:need|require|expect)\b",
            Meaning.DEMAND,
            "forward",
        ),
        (
            r"(?<!not )(?<!not be )(?<!no longer )(?<!not strictly )"
            r"\b(?:required|mandatory|essential|necessary|needed|expected|a must|must[- ]haves?)\b",
            Meaning.DEMAND,
            "backward",
        ),
        (
            r"\b(?:not|no longer)\s(?:strictly\s)?(?:be\s)?(?:an?\s)?(?:required|mandatory|necessary|needed|requirement|essential|expected|"
            r"relevant|used|in use|must)\b|\bno longer\s(?:matters?|applies|apply|plays?)\b",
            Meaning.NOT_ASKED,
            "backward",
        ),
        (
            r"\bno\s(?!less|fewer|substitute|matter|longer|need)(?:[\w+#./-]+\s){0,3}(?:experience|knowledge|skills?)\b"
            r"(?:\s(?:with|in|of)\s[^,;.]{1,40}?\s(?:is|are)\s(?:needed|required|necessary|expected|assumed)\b)?",
            Meaning.NOT_ASKED,
            "inside",
        ),
        (
            r"\bno need\b|\bno longer\s(?:need|require|use|using|work|working|support|maintain)\b|"
            r"\b(?:do not|don't|does not|doesn't|will not|won't|need not|needn't|never|cannot|can't)\s(?:need|require|use|have to|expect|work|"
            r"know|touch|want|care|ask)\b|\b(?:can|may|could|should|to)\s(?:safely\s)?(?:skip|ignore|forget|leave out|do without)\b|"
            r"\bnot\s(?:\w+\s)?(?:interested in|looking for|seeking|hiring|about|a fan of)\b|\bnothing to do with\b",
            Meaning.NOT_ASKED,
            "forward",
        ),
        (
            r"\b(?:moved|migrated|switched|transitioned|changed|moving away|migrated away|moved away|walked away)\s(?:\w+\s)?from\s",
            Meaning.NOT_ASKED,
            "from",
        ),
    )
)
_EDGE = re.compile(r"[;!?]|[.:](?=\s)|,?\s\b(?:but|however|although|while|whereas)\b", re.I)
_LEAD = re.compile(r":\s*$")
_TARGET = re.compile(r"\s(?:to|onto|into|and now)\s", re.I)


class Cues:
    """The cues of the sentence at ``start`` to ``end`` of a view."""

    def __init__(self, view: str, start: int, end: int) -> None:
        self._view = view
        self.edges = [start, *(m.start() for m in _EDGE.finditer(view, start, end)), end]
        self.all = self._find(start, end)
        self._starts = [cue.start for cue in self.all]

    def meaning(self, position: int) -> Meaning | None:
        """Return what the cues say of what is named at a position; null where none speaks of it."""
        clause = self._clause(position)
        near: list[tuple[int, Cue]] = []
        first = bisect_left(self._starts, position - MAX_FAR)
        seen = self.all[first : bisect_left(self._starts, position + MAX_FAR)]
        for cue in seen:
            if cue.start <= position < cue.end:
                return cue.meaning
            if cue.forward and cue.end <= position < cue.reach and self._governs(cue, clause):
                near.append((position - cue.end, cue))
            elif (
                cue.backward
                and cue.floor <= position < cue.start <= position + _reach_back(cue)
                and self._clause(cue.start) == clause
            ):
                near.append((cue.start - position, cue))
        if near:
            return min(near, key=lambda pair: pair[0])[1].meaning
        inside = {
            cue.meaning
            for cue in seen
            if self._clause(cue.start) == clause and position >= (cue.floor if cue.backward else cue.end)
        }
        # "Docker, a plus, also with Compose": a wish without another word is a wish for all of its clause.
        return Meaning.WISH if inside == {Meaning.WISH} else None

    def _clause(self, position: int) -> int:
        return min(max(bisect_right(self.edges, position) - 1, 0), len(self.edges) - 2)

    def _governs(self, cue: Cue, clause: int) -> bool:
        """Whether a cue that looks forward reaches a clause: its own, or any behind a colon ("Nice to have: Go; Rust")."""
        own = self._clause(max(cue.end - 1, cue.start))
        if own == clause or self._clause(cue.start) == clause:
            return True
        if clause < own or cue.meaning is not Meaning.WISH:
            return False
        label = self._view[cue.start : cue.end + MAX_LABEL].partition(":")
        return bool(label[1]) and _EDGE.search(label[0]) is None

    def _find(self, start: int, end: int) -> tuple[Cue, ...]:
        found: list[Cue] = []
        for pattern, meaning, direction in _PATTERNS:
            for m in pattern.finditer(self._view, start, end):
                reach = end
                if direction == "from":
                    target = _TARGET.search(self._view, m.end(), end)
                    reach = target.start() if target else end
                found.append(
                    Cue(
                        m.start(),
                        m.end(),
                        meaning,
                        direction in ("forward", "from", "inside"),
                        direction == "backward",
                        reach,
                        self._bracket(start, m.start()),
                    )
                )
        return _without_turned(sorted(found, key=lambda c: (c.start, c.end)))

    def _bracket(self, start: int, position: int) -> int:
        """Where the bracket around a position begins, what is in it speaks of nothing before; ``start`` where there is none."""
        first = max(start, position - MAX_BRACKET)
        opened = self._view.rfind("(", first, position)
        holds_it = opened > self._view.rfind(")", first, position)
        # "Docker (optional)" has nothing in its bracket that it could speak of.
        return opened if holds_it and self._view[opened + 1 : position].strip() else start


def _reach_back(cue: Cue) -> int:
    """Code points before a cue of which it may speak: a long line without its breaks is not taken back as a whole."""
    return MAX_TAKEN_BACK if cue.meaning is Meaning.NOT_ASKED else cue.end


def _without_turned(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """The cues without those that the next one turns into a wish ("not required but a plus")."""
    wishes = [c.start for c in cues if c.meaning is Meaning.WISH]

    def is_turned(cue: Cue) -> bool:
        at = bisect_right(wishes, cue.start)
        return cue.meaning is Meaning.NOT_ASKED and at < len(wishes) and wishes[at] - cue.end <= MAX_TURN

    turned = [is_turned(c) for c in cues]
    kept = []
    for i, cue in enumerate(cues):
        if turned[i]:
            continue
        if i and turned[i - 1] and cue.meaning is Meaning.WISH:
            # The wish looks back over what it took the place of.
            cue = Cue(cues[i - 1].start, cue.end, cue.meaning, cue.forward, True, cue.reach, cue.floor)
        kept.append(cue)
    return tuple(kept)
