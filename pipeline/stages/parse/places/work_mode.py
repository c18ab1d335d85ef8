"""Where the work is done, as a text states it: remote, hybrid or onsite."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pipeline.stages.parse.places.labels import LabelValue
from pipeline.stages.parse.places.signs import JOB_NOUNS
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
MIN_WEIGHT = 1.5
"""Weight from which a mode of work is taken."""
CONTEXT = 60
"""Code points before and behind a mention that say what it speaks of."""

_WORD = re.compile(
    r"\b(?:(?P<remote>remote(?:ly)?|work(?:ing)?[ -](?:from|at)[ -](?:home|anywhere)|wfh|wfa|tele-?commut(?:e|er|ing)|tele-?work(?:ing)?|"
    r"home[ -](?:based|office)|from\s+(?:home|anywhere)|off-?site|virtual)"
    r"|(?P<hybrid>hybrid)"
    r"|(?P<onsite>on[- ]?site|wfo|work(?:ing)?\s+from\s+(?:the\s+|our\s+)?office|in[- ]?office|office[- ]based|"
    r"in[- ]person|(?:in|at)\s+(?:the|our)\s+office|"
    r"at\s+(?:the\s+)?site))\b",
    re.I,
)
_WORK = (
    r"(?:work(?:ing|er|place)?|jobs?|roles?|positions?|opportunit(?:y|ies)|contracts?|internships?|employment|employees?|engagement|"
    r"model|schedule|arrangements?|pattern|policy|set-?up|environment|options?|basis|vacanc(?:y|ies)|opening|assignment|attendance|presence|only|possible|allowed|"
    r"ok|okay|available|eligible|friendly|first|flexibility|flexible|hours|days?|required|requirement|mandatory|mode|type|candidates?)"
)
_ONE_TO_FIVE = r"(?:(?<!\d)\d|\b(?:one|two|three|four|five|all))"
_COUNTED = (
    rf"(?:{_ONE_TO_FIVE}(?:\s?(?:-|–|to|or)\s?(?:\d|two|three|four|five))?\s*\+?\s*(?:days?|x|times?)(?:['’]?s?)"
    r"(?:\s*(?:a|per|/|each|every|in\s+a)?\s*(?:week|wk)(?:ly)?|\s+weekly)?|\b(?:once|twice)\s+(?:a|per|every|each)\s+(?:week|fortnight|month))"
)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "all": 5, "once": 1, "twice": 2}
_FULL_WEEK = 5

_NEGATED_BEFORE = re.compile(
    r"\b(?:no|not|non|never|without|isn['’]t|cannot|can['’]t|unable\s+to|neither|nor|don['’]t|doesn['’]t|won['’]t)\b(?:[\s-]+[\w/]+){0,5}?[\s-]*$",
    re.I,
)
_NEGATED_BEHIND = re.compile(
    r"^[\s\w,/()\"-]{0,40}?(?:\b(?:is|are|be|was)\s+not\b|\bisn['’]t\b|\bno longer\b|\bunavailable\b|[:?-]\s*[\"']?(?:no|none|false|not\b|n/a)\b|"
    r"\bis\s+no\b|\bnot\s+(?:\w+\s+)?(?:possible|available|offered|an?\s+option|allowed|permitted|considered|accepted|supported|eligible))",
    re.I,
)
_OF_WORK_BEFORE = re.compile(
    rf"(?:\b(?:fully|100\s?%|entirely|completely|totally|purely|primarily|mostly|partially|mainly)[\s-]*|[(\[|•·,/:–—#]\s*|\s-\s*|li-|"
    rf"(?:\b(?:work|working|is|are|be|location|locations|style|type|mode|model|offer|offers|flexible|performed|done|based)|{_COUNTED})"
    rf"[\s:/(-]{{0,4}}(?:a\s+|an\s+|either\s+|in\s+a\s+|the\s+)?)$",
    re.I,
)
_OF_WORK_BEHIND = re.compile(
    rf"^[\s-]*(?:/|or|and|\(|\w+ly|\w+[- ]based|full[- ]time|part[- ]time|(?:\w+\s+)?{_WORK})\b", re.I
)
_OF_WORK_SIGN = re.compile(r"^\s*(?:[)\]|•·,/:;–—.]|\s-|-\s|\n|$|from\b|within\b|in\b|anywhere\b)", re.I)
_CHOICE_BEFORE = re.compile(r"\b(?:or|and)\s+(?:a\s+|an\s+)?$", re.I)
_ROLE_BEHIND = re.compile(
    r"^[\s-]+(?:[\w/&.+#-]+\s+){0,4}?(?:roles?|positions?|jobs?|opportunity|contract|internship|opening|vacancy|"
    rf"{JOB_NOUNS})\b",
    re.I,
)
_YES_BEHIND = re.compile(r"^\s*(?:\w+\s*)?[:?]\s*(?:yes|y\b|100|fully)", re.I)
_TEAM = re.compile(r"^\s+team\b", re.I)
_OTHER_THING = re.compile(
    r"^(?:\s?[,/]?\s?(?:or|and|/|,)\s+\w+(?:\s+\w+)?)?[\s-]{1,2}(?:teams\b|servers?|monitoring|sens(?:ing|ors?)|users?|access|support(?!ed)|sites?|desktops?|procedure|control|method|calls?|diagnos\w+|"
    r"management|connect\w+|sessions?|customers?|clients?|staff|colleagues?|stakeholders?|systems?|machines?|devices?|repositor\w+|branch\w*|"
    r"cloud|apps?|applications?|mobile|infrastructures?|integrations?|it\b|data|solutions?|development|deployments?|platforms?|architectures?|"
    r"agile|approach\w*|energy|vehicles?|cars?|engines?|search|meetings?|workshops?|interviews?|trainings?|presentations?|visits?|gym|parking|caf\w+|"
    r"cafeteria|lunch\w*|childcare|clinic|health|fitness|massage|locations?\s+around|areas?|learning|patient|events?|lab|labs|test\w*|"
    r"installation\w*|allowance|stipend|budget|equipment|service|services|reality|machine|assistants?|networks?|environments?\s+(?:such|with)|and\s+field|offices)\b",
    re.I,
)
_FIRST_WORDS = frozenset(
    "remote remotely work working wfh wfa tele telecommute telecommuter telecommuting telework teleworking home from off "
    "offsite "
    "virtual hybrid on onsite wfo in office at".split()
)
_COUNT = re.compile(
    rf"(?:{_COUNTED}|{_ONE_TO_FIVE}(?=[\s-]+(?:office|on-?site|home|remote|wfh|wfo)[\s-]days?\b)|(?<!\d)[1-9]\d\s?%)",
    re.I,
)
_PLACES = r"(?:office|headquarters|hq|on[- ]?site|in[- ]person|hybrid|home|remote(?:ly)?|wfh|wfo)"
_PLACE_BEHIND = re.compile(
    rf"[\s\w]{{0,12}}?\s*(?:in|at|from|on|into|inside)?[\s-]*(?:the\s+|our\s+|their\s+)?(?:\w+\s+)?(?P<what>{_PLACES})\b",
    re.I,
)
_PLACE_BEFORE = re.compile(
    rf"\b(?P<what>{_PLACES}|come\s+in|commute|tele-?work(?:ing)?|tele-?commut(?:e|ing))\b[^.;\n]{{0,25}}\Z", re.I
)
_GOES_ON = re.compile(r"^\s*(?:at|for|with|to|by|as|and|or|only|daily|every|each|full|during|when|\d)\b", re.I)
_OR = re.compile(r"^[)\]]?\s*(?:,|/|;|\||\bor\b|\band\b|,\s*or\b)\s*(?:(?:fully|100\s?%)\s*)?\(?$", re.I)
_SOFT = re.compile(
    r"\b(?:temporar\w+|until|during|covid\w*|pandemic|initially|occasional(?:ly)?|ad[- ]hoc|sometimes|previous|prior|experience)\b",
    re.I,
)


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
    best = max(sure, key=lambda m: (m.weight, -m.start), default=None)
    if not places:
        return Modes([], best)
    own = [next((m for m in mentions if _is_attached(view, end, m)), None) for _, end in places]
    attached = [m for m in own if m]
    elsewhere = next((m for m in sure if attached and _is_alternative(view, attached[-1], m)), None)
    if elsewhere is None and len({m.mode for m in attached}) < 2:
        return Modes([best.mode if best else None] * len(places), None)
    return Modes([m.mode if m else None for m in own], elsewhere)


def _is_attached(view: str, end: int, mention: ModeMention) -> bool:
    return end < mention.start <= end + 4 and view[end : mention.start].strip() in ("(", "[", "-", "–", ":")


def _is_alternative(view: str, attached: ModeMention, mention: ModeMention) -> bool:
    """Whether a mention is another mode than that of a place, given as a choice beside it."""
    between = view[attached.end : mention.start]
    return mention.mode != attached.mode and len(between) < CONTEXT and bool(_OR.match(between))


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
        match = _WORD.match(view, word.start) if word.key in _FIRST_WORDS and word.start >= end else None
        if match:
            end = match.end()
            yield match


def _days(view: str, words: Sequence[Word]) -> Iterator[ModeMention]:
    """Days in the office or at home: some are hybrid work, all of them the one mode. A share of the work is hybrid too."""
    end = 0
    for word in words:
        if word.start < end or not (word.key in _NUMBERS or (word.key.isdigit() and len(word.key) < 3)):
            continue
        found = _days_at(view, word)
        if found:
            end = found.end
            yield found


def _days_at(view: str, word: Word) -> ModeMention | None:
    """The mode that a number of days says with the words before or behind it."""
    counted = _COUNT.match(view, word.start)
    if counted is None:
        return None
    behind = _PLACE_BEHIND.match(view, counted.end())
    before = None if behind else _PLACE_BEFORE.search(view[max(0, counted.start() - CONTEXT) : counted.start()])
    what = behind or before
    if what is None:
        return None
    first, last = counted.start() - (len(what.group()) if before else 0), (behind or counted).end()
    named = what.group("what").lower()
    if counted.group().endswith("%"):
        return ModeMention(first, last, HYBRID, SHARE) if behind else None
    n = max(_NUMBERS.get(w, int(w) if w.isdigit() else 0) for w in re.findall(r"\d|[a-z]+", counted.group().lower()))
    if named == "hybrid" or n < _FULL_WEEK:
        return ModeMention(first, last, HYBRID, DAYS)
    if n > _FULL_WEEK:
        return None
    return ModeMention(first, last, REMOTE if named.startswith(("home", "remote", "wfh", "tele")) else ONSITE, DAYS)


def _weighed(view: str, match: re.Match[str]) -> ModeMention | None:
    """A mention with its weight, by the words around it; null where it speaks of other things than the work."""
    start, end = match.span()
    before = _same_clause_before(view[max(0, start - CONTEXT) : start])
    behind = _same_line(view[end : end + CONTEXT])
    mode = match.lastgroup or REMOTE
    if _NEGATED_BEFORE.search(before) or _NEGATED_BEHIND.search(behind):
        return ModeMention(start, end, ONSITE, NEGATED) if mode != ONSITE else None
    weight = _weight_behind(mode, before, behind)
    if weight is None:
        return None
    if _OF_WORK_BEFORE.search(before) or not before.strip(" *_\"'"):
        weight += 1.5
    elif _CHOICE_BEFORE.search(before):
        weight += 1.0
    if _SOFT.search(before) or _SOFT.search(behind):
        weight -= 1.5
    weight += _weight_of_words(mode, match.group().lower())
    return ModeMention(start, end, mode, weight) if weight > 0 else None


def _weight_behind(mode: str, before: str, behind: str) -> float | None:
    """What the words behind a mention add; null where it is a quality of another thing ("remote servers")."""
    if _ROLE_BEHIND.search(behind) or _YES_BEHIND.search(behind):
        return 3.0 + (0.5 if _OF_WORK_BEHIND.search(behind) else 0.0)
    team = _TEAM.search(behind)
    if (_OTHER_THING.search(behind) or (team and mode != ONSITE)) and before[-3:].lower() != "li-":
        return None
    if _OF_WORK_BEHIND.search(behind) or team:
        return 1.5
    if _OF_WORK_SIGN.search(behind):
        return 1.0
    return -1.0 if mode == ONSITE and not _GOES_ON.search(behind) else 0.0


def _weight_of_words(mode: str, words: str) -> float:
    """What the words themselves add: some say by themselves that they speak of the work, some say little."""
    if words.startswith(("wf", "tele", "work", "home-based", "home based", "remotely", "office-based", "office based")):
        return 1.0
    vague = words in ("virtual", "offsite", "off-site", "home office") or words.startswith("from")
    return -2.0 if vague or (mode == ONSITE and words.startswith(("in ", "at "))) else 0.0


def _same_clause_before(before: str) -> str:
    line = before.rsplit("\n", 1)[-1]
    return re.split(r"[.;!?]\s", line)[-1]


def _same_line(behind: str) -> str:
    line = re.sub(r"^(\s*:)\s+", r"\1 ", behind).split("\n", 1)[0]
    return re.split(r"[.;!]\s|\?\s(?!\s?(?:yes|no)\b)", line, flags=re.I)[0]
