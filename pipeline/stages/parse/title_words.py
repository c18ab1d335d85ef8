"""The words of a text, and the noun phrase of an occupation that may be read from one of them onwards."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.stages.parse.occupations import KNOWN, WEAK, occupation_strength, singular

MIN_GLUED_CHARACTERS = 6
MAX_PHRASE_WORDS = 12
"""Words that are looked at for a title."""

_WORD = re.compile(r"[^\s|•·*\"“”]{1,80}")
_GLUE = re.compile(r"(?<=[a-z)])[.!?,:]?(?=[A-Z][a-z]|[A-Z]{2})")
"""Where two words stand together whose line break was lost ("EngineerLocation")."""
MAX_ACTIVITY_WORDS = 7
ACTIVITY_STRENGTH = 0.4
"""How surely an activity that is sought like a person stands for an occupation."""
_ACTIVITY = re.compile(r"(?:ation|ment|ing|ics|support|design|operations|security|architecture|development)$")
_POSSESSIVE = re.compile(r"['’][sS]$")
_LEVEL = re.compile(r"(?:[IVX]{1,4}|[1-5]|L[1-7])$")
_EDGE_MARKS = ".,;:!?()[]{}'’‘#<>=–—-"
_ENDS = (".", ";", ":", "!", "?")

STOP_WORDS = frozenset(
    "with to who that which for in on at from based located responsible having will is are was has have whose where as you your "
    "we our us this these within working looking ready can must should would may able via through during who's who’s they their "
    "he she it its if when while about but under across into be been being do does wanted needed required sought reporting "
    "only please apply position role job opening opportunity requirement immediately whom he/she and/or".split()
)
"""Words that no title goes on behind."""
_ABBREVIATIONS = frozenset("it is as us if do or".split())
_FIELD_VERBS = frozenset("reporting based working".split())
"""Stop words that in capitals are part of a title."""
_JOINERS = frozenset({"and", "&", "/", "or", "-", "–", "—", "+"})
_BEHIND_HEAD = _JOINERS | {"the", "a", "an"}
_INNER = _JOINERS | {"on", "of"}
_FIELD_NOUNS = {
    "of": frozenset("head director vp svp evp avp president manager professor chief dean chair lead officer".split()),
    "in": frozenset("lecturer professor instructor fellow reader researcher teacher tutor".split()),
}
"""Nouns whose field comes behind them ("Head of Engineering", "Lecturer in Law")."""
SENIORITY = frozenset(
    "senior sr sr. snr junior jr jr. lead principal staff chief head associate assistant graduate trainee deputy vice entry-level "
    "mid-level senior-level junior-level executive regional global front-end back-end full-stack fullstack frontend backend mid".split()
)
"""Words in small letters that belong to a title in capitals behind them."""
_PRAISE = frozenset(
    "title innovative talented passionate motivated skilled highly dynamic strong driven energetic ambitious exceptional qualified "
    "bright great enthusiastic seasoned proactive dedicated new full-time part-time remote local immediate "
    "collaborative very extremely versatile contract top stellar rockstar ninja guru superstar amazing outstanding "
    "excellent competent confident brilliant smart savvy curious hungry keen sharp fantastic incredible truly world-class good "
    "hybrid onsite on-site permanent temporary freelance several multiple additional another next some many more experienced "
    "dear natural an a the and one two three four five dedicated urgent fully hands-on inspiring outgoing caring friendly exciting".split()
)
"""Words before a title that praise, count, or tell the kind of employment."""
_PRAISE_PAIRS = frozenset({
    ("full", "time"), ("part", "time"), ("rock", "star"), ("long", "term"), ("short", "term"), ("on", "site"),
    ("forward", "thinking"), ("self", "motivated"), ("hands", "on")})  # fmt: skip
_PRAISE_ENDING = re.compile(
    r"(?:[a-z]{4}ly|ful|ous|able|ible|-oriented|-minded|-driven|-savvy|-thinking|-starting|-based|-focused|-motivated|-rounded|-starter|-notch|"
    r"-performing|-caliber|-qualified|-skilled|-experienced)$"
)
_FIELDS = frozenset("assembly family supply anomaly renewable wearable reply variable consumable".split())
"""Words with the ending of praise that name a field."""
_PARTICIPLE = re.compile(r"(?:[a-z]{3,}ed)$")
_FIELD_PARTICIPLES = frozenset(
    "embedded distributed applied integrated certified licensed registered advanced chartered limited automated managed "
    "connected unified qualified-nurse associated shared related speed".split()
)
"""Participles that name a field or a grade ("embedded engineer")."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the view; ``breaks`` is how many line ends come before it, ``is_glued`` whether none that should is there."""

    start: int
    end: int
    text: str
    breaks: int
    is_glued: bool = False

    @property
    def bare(self) -> str:
        """The word in small letters without the marks around it."""
        bare = (self.text.strip(_EDGE_MARKS) or self.text).lower()
        return bare[:-2] if bare.endswith(("'s", "’s")) else bare

    @property
    def has_capital(self) -> bool:
        """Whether the word has a capital or a digit, as the words of a title have."""
        return any(c.isupper() or c.isdigit() for c in self.text)


@dataclass(frozen=True)
class TitlePhrase:
    """Words of the view that may be a title: their place, their text, how surely the last noun names an occupation."""

    start: int
    end: int
    text: str
    strength: float
    n_words: int
    is_plural: bool = False


class TitleWords:
    """The words of the beginning of a view."""

    def __init__(self, view: str, limit: int) -> None:
        self.words = tuple(_words(view, limit))
        self._starts = [w.start for w in self.words]

    def index_at(self, position: int) -> int:
        """Return the index of the first word that begins at a position or behind it."""
        return bisect_left(self._starts, position)

    def phrase_at(self, position: int, *, may_wrap: bool = True) -> TitlePhrase | None:
        """Return the phrase of an occupation that begins at a position, without the praise before it; null without one.

        ``may_wrap`` says whether one line end may be inside it.
        """
        first = self.index_at(position)
        read = _read(self.words, first, may_wrap)
        if read is None:
            return None
        _, head, last = read
        start = _trimmed(self.words, read[0], head)
        if start is None:
            return None
        words = self.words[start : last + 1]
        noun = self.words[head].bare
        is_plural = singular(noun) != noun and last == head
        text = _POSSESSIVE.sub("", " ".join(w.text for w in words).strip(" ,;:!?-–—(").rstrip("."))
        if "(" not in text:
            text = text.rstrip(")")
        if is_plural:
            text = text[: len(text) - len(noun)] + _kept_case(text[len(text) - len(noun) :], singular(noun))
        end = words[-1].start + len(
            _POSSESSIVE.sub("", words[-1].text).rstrip(" ,;:!?.-–—" + (")" if "(" not in text else ""))
        )
        return TitlePhrase(words[0].start, end, text, occupation_strength(noun), len(words), is_plural)

    def activity_at(self, position: int) -> TitlePhrase | None:
        """Return the words in capitals that begin at a position and end with an activity ("Cloud Automation"); null without."""
        first = self.index_at(position)
        last = first - 1
        for i in range(first, min(first + MAX_ACTIVITY_WORDS, len(self.words))):
            word = self.words[i]
            if word.breaks or not (word.has_capital or (i > first and word.bare in _JOINERS)):
                break
            last = i
            if word.text.endswith((",", *_ENDS)):
                break
        if last <= first or not _ACTIVITY.search(self.words[last].bare):
            return None
        words = self.words[first : last + 1]
        text = " ".join(w.text for w in words).rstrip(" ,.;:!?")
        end = words[-1].start + len(words[-1].text.rstrip(",.;:!?"))
        return TitlePhrase(words[0].start, end, text, ACTIVITY_STRENGTH, len(words))


def _kept_case(plural: str, one: str) -> str:
    return plural[: len(one)] if plural.lower().startswith(one) else one


def _words(view: str, limit: int) -> Iterator[Word]:
    """The words of a view; one in which a line break was lost behind an occupation is two."""
    before = 0
    for match in _WORD.finditer(view, 0, limit):
        breaks = view.count("\n", before, match.start()) if match.start() - before != 1 or view[before] == "\n" else 0
        before = match.end()
        text, start = match.group(), match.start()
        cut = _glue(text)
        if cut:
            yield Word(start, start + cut, text[:cut], breaks)
            yield Word(start + cut, match.end(), text[cut:], 0, is_glued=True)
        else:
            yield Word(start, match.end(), text, breaks)


def _glue(text: str) -> int | None:
    if text.islower() or text.isupper() or len(text) < MIN_GLUED_CHARACTERS:
        return None
    return next((m.start() for m in _GLUE.finditer(text) if _may_end_title(text[: m.start()])), None)


def _may_end_title(word: str) -> bool:
    """Whether a word behind which a line end was lost is a title's last; "Tech" and "Dev" begin other words."""
    return occupation_strength(word) == KNOWN or word.lower() in (
        "lead",
        "specialist",
        "associate",
        "expert",
        "generalist",
    )


def _read(words: tuple[Word, ...], first: int, may_wrap: bool) -> tuple[int, int, int] | None:
    """Return the first word of a phrase, its last noun of an occupation and its last word; null without such a noun."""
    head: int | None = None
    strength = 0.0
    for i in range(first, min(first + MAX_PHRASE_WORDS, len(words))):
        word = words[i]
        if i > first and (word.is_glued or word.breaks > (may_wrap and head is None)):
            break
        if head == i - 1 and singular(words[head].bare) in _FIELD_NOUNS.get(word.bare, ()):
            return first, head, _end_of_field(words, i)
        if word.bare in ("on", "of") and head is None and _is_within_name(words, i):
            continue
        if _is_stop(word) or (head is not None and (word.bare in _BEHIND_HEAD or word.bare == words[head].bare)):
            break
        its_strength = occupation_strength(word.text)
        if 0 < its_strength <= WEAK and _is_modifier(words, i):
            its_strength = 0.0
        if its_strength and (its_strength >= min(WEAK, strength) or (head == i - 1 and word.has_capital)):
            head, strength = i, max(strength, its_strength)
        if word.text.endswith(",") and head is None:
            first = i + 1
        elif _closes(word, head):
            break
    if head is None:
        return None
    is_levelled = (
        head + 1 < len(words)
        and _LEVEL.match(words[head + 1].text.rstrip(",.;:)"))
        and not words[head].text.endswith((",", *_ENDS))
    )
    return first, head, head + 1 if is_levelled else head


def _closes(word: Word, head: int | None) -> bool:
    """Whether a phrase ends with a word, by the sign behind it."""
    if word.text.endswith(_ENDS):
        return word.bare not in ("sr", "jr", "snr") and len(word.bare) > 2
    return head is not None and word.text.endswith((",", ")"))


def _is_stop(word: Word) -> bool:
    """Whether no title goes on behind a word; "IT" and "Reporting" are no such words."""
    if word.bare not in STOP_WORDS:
        return word.bare == "of" or "@" in word.bare
    is_abbreviation = word.text.isupper() and word.bare in _ABBREVIATIONS
    return not is_abbreviation and not (word.text[0].isupper() and word.bare in _FIELD_VERBS)


def _is_modifier(words: tuple[Word, ...], i: int) -> bool:
    """Whether a word is followed by the noun that it belongs to ("professional growth")."""
    if (
        i + 1 >= len(words)
        or words[i].text.endswith((",", ")", *_ENDS))
        or words[i + 1].breaks
        or words[i + 1].is_glued
    ):
        return False
    after = words[i + 1]
    return after.text.isalpha() and after.text.islower() and after.bare not in STOP_WORDS and after.bare not in _INNER


def _is_within_name(words: tuple[Word, ...], i: int) -> bool:
    """Whether a small word stands between two words in capitals ("Ruby on Rails")."""
    return 0 < i < len(words) - 1 and words[i - 1].has_capital and words[i + 1].has_capital and not words[i + 1].breaks


def _end_of_field(words: tuple[Word, ...], of: int) -> int:
    """Return the last word of the field behind "of" or "in": the words in capitals, joined or not."""
    last = of
    for i in range(of + 1, min(of + 6, len(words))):
        word = words[i]
        if word.breaks or word.is_glued or (not word.has_capital and word.bare not in ("and", "&", "the")):
            break
        if word.has_capital:
            last = i
        if word.text.endswith((",", ")", *_ENDS)):
            break
    return last if last > of else of - 1


def _trimmed(words: tuple[Word, ...], first: int, head: int) -> int | None:
    """Return the first word of a title: where its capitals begin, or behind the praise; null where nothing is left."""
    if words[head].has_capital:
        start = head
        while start > first and (_may_stand_in_title(words[start - 1]) or words[start].text.startswith("(")):
            start -= 1
        first = start
    while first < head:
        if _is_praising_pair(words, first, head):
            first += 2
        elif is_praise(words[first].bare):
            first += 1
        else:
            break
    while first < head and words[first].bare in _JOINERS:
        first += 1
    return None if is_praise(words[first].bare) else first


def _is_praising_pair(words: tuple[Word, ...], first: int, head: int) -> bool:
    """Whether two words praise as one ("full time"), or the first is joined to one that praises ("creative and caring")."""
    if first + 1 < head and (words[first].bare, words[first + 1].bare) in _PRAISE_PAIRS:
        return True
    return first + 2 < head and words[first + 1].bare in ("and", "&") and is_praise(words[first + 2].bare)


def _may_stand_in_title(word: Word) -> bool:
    return word.has_capital or word.bare in SENIORITY or word.bare in _INNER or occupation_strength(word.text) >= KNOWN


def is_praise(word: str) -> bool:
    """Whether a word before a title (lower case) only praises, counts, or tells the kind of employment."""
    if word in _PRAISE or (_PRAISE_ENDING.search(word) and word not in _FIELDS):
        return True
    return _PARTICIPLE.fullmatch(word) is not None and word not in _FIELD_PARTICIPLES
