"""Where the work is done, as a text states it: remote, hybrid or onsite."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pipeline.stages.parse.places.labels import LabelValue
from pipeline.stages.parse.places.mode_signs import (
    CHOICE_BEFORE,
    CHOICE_BEHIND,
    COMPOUND_BEFORE,
    COUNT,
    EVERY_DAY,
    FIRST_WORDS,
    FULL_WEEK,
    GOES_ON,
    NEGATED_BEFORE,
    NEGATED_BEHIND,
    NUMBERS,
    OF_WORK_BEFORE,
    OF_WORK_BEHIND,
    OF_WORK_SIGN,
    OFFICE_BEFORE,
    OR,
    OTHER_NOUN,
    OTHER_THING,
    PARTLY_BEFORE,
    PLACE_BEFORE,
    PLACE_BEHIND,
    ROLE_BEHIND,
    SOFT_BEFORE,
    SOFT_BEHIND,
    TEAM,
    TRAVEL_NEAR,
    WORD,
    WORK_NEAR,
    YES_BEHIND,
)
from pipeline.stages.parse.places.words import Word

REMOTE, HYBRID, ONSITE = "remote", "hybrid", "onsite"

MAX_MODES = 200
"""Mentions of a mode that are weighed."""
DAYS, SHARE = 5.0, 4.0
"""Weight of days in the office or at home, and of a share of the work, which say more than a word."""
NEGATED = 1.5
"""Weight of "no remote work"."""
LABELLED = 1.5
"""What a label of a place adds to the weight."""
BESIDE, NEAR = 2.0, 40
"""Weight and distance from which a mention of hybrid work goes before another."""
MIN_WEIGHT = 1.5
"""Weight from which a mode of work is taken."""
CONTEXT = 60
"""Code points before and behind a mention that say what it speaks of."""


@dataclass(frozen=True)
class ModeMention:
    """A mode of work at a place of the view; ``weight`` says how surely it is that of the job."""

    start: int
    end: int
    mode: str
    weight: float


@dataclass(frozen=True)
class Modes:
    """The mode of each place, and that of the work elsewhere ("Berlin (on-site) or remote") or of a text without places."""

    of_places: list[str | None]
    alone: ModeMention | None


def modes_of_places(view: str, places: Sequence[tuple[int, int]], mentions: Sequence[ModeMention]) -> Modes:
    """Return the modes of places, given as spans: a place has that in brackets behind it, else that of the text."""
    sure = [m for m in mentions if m.weight >= MIN_WEIGHT]
    best = _as_hybrid(max(sure, key=lambda m: (m.weight, -m.start), default=None), sure)
    if not places:
        return Modes([], best)
    own = [next((m for m in mentions if _is_attached(view, end, m)), None) for _, end in places]
    attached = [m for m in own if m]
    elsewhere = next((m for m in sure if attached and _is_alternative(view, attached[-1], m)), None)
    if elsewhere is None and len({m.mode for m in attached}) < 2:
        return Modes([best.mode if best else None] * len(places), None)
    return Modes([m.mode if m else None for m in own], elsewhere)


def _as_hybrid(best: ModeMention | None, mentions: Sequence[ModeMention]) -> ModeMention | None:
    """The mention, or the one of hybrid work beside it, which says more ("hybrid WFO/WFH setup")."""
    if best is None or best.mode == HYBRID:
        return best
    beside = (m for m in mentions if m.mode == HYBRID and m.weight >= BESIDE and abs(m.start - best.start) <= NEAR)
    return next(beside, best)


def _is_attached(view: str, end: int, mention: ModeMention) -> bool:
    return end < mention.start <= end + 4 and view[end : mention.start].strip() in ("(", "[", "-", "–", ":")


def _is_alternative(view: str, attached: ModeMention, mention: ModeMention) -> bool:
    """Whether a mention is another mode than that of a place, given as a choice beside it."""
    between = view[attached.end : mention.start]
    return mention.mode != attached.mode and len(between) < CONTEXT and bool(OR.match(between))


def find_modes(view: str, words: Sequence[Word], label_values: Sequence[LabelValue] = ()) -> list[ModeMention]:
    """Return the mentions of a mode of work, in order; those behind a label of a place weigh more.

    A negated mode is that of the office, with little weight.
    """
    found = list(islice(_days(view, words), MAX_MODES))
    for match in islice(_matches(view, words), MAX_MODES):
        mention = _weighed(view, match)
        if mention:
            found.append(mention)
    starts = [value.start for value in label_values]
    return sorted((_with_label(m, starts, label_values) for m in found), key=lambda m: m.start)


def _with_label(mention: ModeMention, starts: Sequence[int], label_values: Sequence[LabelValue]) -> ModeMention:
    at = bisect_right(starts, mention.start) - 1
    if at < 0 or mention.start >= label_values[at].end:
        return mention
    return replace(mention, weight=mention.weight + LABELLED)


def _matches(view: str, words: Sequence[Word]) -> Iterator[re.Match[str]]:
    """The words that say where the work is done."""
    end = 0
    for word in words:
        match = WORD.match(view, word.start) if word.key in FIRST_WORDS and word.start >= end else None
        if match:
            end = match.end()
            yield match


def _days(view: str, words: Sequence[Word]) -> Iterator[ModeMention]:
    """Days in the office or at home: some are hybrid work, all of them the one mode. A share of the work is hybrid too."""
    end = 0
    for word in words:
        if word.start < end or not (
            word.key in NUMBERS or word.key in ("every", "each") or (word.key.isdigit() and len(word.key) < 3)
        ):
            continue
        found = _days_at(view, word)
        if found:
            end = found.end
            yield found


def _days_at(view: str, word: Word) -> ModeMention | None:
    """The mode that a number of days says with the words before or behind it."""
    every = EVERY_DAY.match(view, word.start)
    if every:
        office = OFFICE_BEFORE.search(view[max(0, every.start() - CONTEXT) : every.start()])
        return ModeMention(every.start() - len(office.group()), every.end(), ONSITE, DAYS) if office else None
    counted = COUNT.match(view, word.start)
    if counted is None:
        return None
    behind = PLACE_BEHIND.match(view, counted.end())
    before = None if behind else PLACE_BEFORE.search(view[max(0, counted.start() - CONTEXT) : counted.start()])
    what = behind or before
    if what is None or TRAVEL_NEAR.search(
        _same_clause_before(view[max(0, counted.start() - CONTEXT) : counted.start()])
    ):
        return None
    first, last = counted.start() - (len(what.group()) if before else 0), (behind or counted).end()
    named = (what.group("what") or "site").lower()
    if counted.group().endswith("%"):
        return ModeMention(first, last, HYBRID, SHARE) if behind else None
    n = max(NUMBERS.get(w, int(w) if w.isdigit() else 0) for w in re.findall(r"\d|[a-z]+", counted.group().lower()))
    if named == "hybrid" or n < FULL_WEEK:
        return ModeMention(first, last, HYBRID, DAYS)
    if n > FULL_WEEK:
        return None
    return ModeMention(first, last, REMOTE if named.startswith(("home", "remote", "wfh", "tele")) else ONSITE, DAYS)


def _weighed(view: str, match: re.Match[str]) -> ModeMention | None:
    """A mention with its weight, by the words around it; null where it speaks of other things than the work."""
    start, end = match.span()
    before = _same_clause_before(view[max(0, start - CONTEXT) : start])
    behind = _same_line(view[end : end + CONTEXT])
    mode = match.lastgroup or REMOTE
    if mode == "both" or (mode == REMOTE and PARTLY_BEFORE.search(before)):
        mode = HYBRID
    if COMPOUND_BEFORE.search(before):
        return None
    if NEGATED_BEFORE.search(before) or NEGATED_BEHIND.search(behind):
        return ModeMention(start, end, ONSITE, NEGATED) if mode != ONSITE else None
    weight = _weight_behind(mode, before, behind)
    if weight is None:
        return None
    if OF_WORK_BEFORE.search(before) or not any(c.isalnum() for c in before):
        weight += 1.5
    elif CHOICE_BEFORE.search(before):
        weight += 1.0
    if SOFT_BEFORE.search(before) or SOFT_BEHIND.search(behind):
        weight -= 1.5
    weight += _weight_of_words(mode, match.group().lower(), before)
    return ModeMention(start, end, mode, weight) if weight > 0 else None


def _weight_behind(mode: str, before: str, behind: str) -> float | None:
    """What the words behind a mention add; null where it is a quality of another thing ("remote servers")."""
    if ROLE_BEHIND.search(behind) or YES_BEHIND.search(behind):
        return 3.0 + (0.5 if OF_WORK_BEHIND.search(behind) else 0.0)
    team = TEAM.search(behind)
    if (OTHER_THING.search(behind) or (team and mode != ONSITE)) and before[-3:].lower() != "li-":
        return None
    if OF_WORK_BEHIND.search(behind) or team:
        return 1.5
    if OF_WORK_SIGN.search(behind) or CHOICE_BEHIND.search(behind):
        return 1.0
    is_quality = mode == ONSITE or OTHER_NOUN.search(behind)
    return -1.0 if is_quality and not GOES_ON.search(behind) else 0.0


def _weight_of_words(mode: str, words: str, before: str) -> float:
    """What the words themselves add: some say by themselves that they speak of the work, some say little."""
    if words.startswith(("wf", "tele", "work", "home-based", "home based", "office-based", "office based")):
        return 1.0
    if words == "remotely":
        return 1.0 if WORK_NEAR.search(before) else -1.0
    if words == "in person":
        return -1.0
    vague = words in ("virtual", "offsite", "off-site", "home office") or words.startswith("from")
    return -2.5 if vague or (mode == ONSITE and words.startswith(("in the", "in our", "at "))) else 0.0


def _same_clause_before(before: str) -> str:
    line = before.rsplit("\n", 1)[-1]
    return re.split(r"[.;!?]\s", line)[-1]


def _same_line(behind: str) -> str:
    line = re.sub(r"^(\s*:)\s+", r"\1 ", behind).split("\n", 1)[0]
    return re.split(r"[.;!]\s|\?\s(?!\s?(?:yes|no)\b)", line, flags=re.I)[0]
