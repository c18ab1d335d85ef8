"""Where the work is done, as a text states it: remote, hybrid or onsite."""

from __future__ import annotations

import re
from dataclasses import dataclass

REMOTE, HYBRID, ONSITE = "remote", "hybrid", "onsite"

MAX_MODES = 200
"""Mentions of a mode that are weighed."""
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
    r"model|schedule|arrangements?|pattern|policy|set-?up|environment|options?|basis|vacanc(?:y|ies)|opening|assignment|only|possible|allowed|"
    r"ok|okay|available|eligible|friendly|first|flexibility|flexible|hours|days?|required|requirement|mandatory|mode|type|candidates?)"
)
_COUNTED = (
    r"(?:\d|one|two|three|four|five|all)(?:\s?(?:-|–|to|or)\s?(?:\d|two|three|four|five))?\s*\+?\s*(?:days?|x|times?)(?:['’]?s?)"
    r"(?:\s*(?:a|per|/|each|every|in\s+a)?\s*(?:week|wk)(?:ly)?|\s+weekly)?"
)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "all": 5}
_FULL_WEEK = 5

_NEGATED_BEFORE = re.compile(
    r"\b(?:no|not|non|never|without|isn['’]t|cannot|can['’]t|unable\s+to|neither|nor|don['’]t|doesn['’]t|won['’]t)\b[\s\w/,-]{0,40}$",
    re.I,
)
_NEGATED_BEHIND = re.compile(
    r"^[\s\w,/()-]{0,40}?(?:\bnot\b|\bisn['’]t\b|\bno longer\b|\bunavailable\b|[:?-]\s*(?:no|none|not\b|n/a)\b|\bis\s+no\b)",
    re.I,
)
_OF_WORK_BEFORE = re.compile(
    rf"(?:\b(?:fully|100\s?%|entirely|completely|totally|purely|primarily|mostly|partially|mainly)[\s-]*|[(\[|•·,/:–—#]\s*|\s-\s*|#li-|"
    rf"\b(?:work|working|is|are|be|location|locations|style|type|mode|model|or|and|offer|offers|flexible|performed|done|based|{_COUNTED})"
    rf"[\s:/(-]{{0,4}}(?:a\s+|an\s+|either\s+|in\s+a\s+|the\s+)?)$",
    re.I,
)
_OF_WORK_BEHIND = re.compile(rf"^[\s-]*(?:/|or|and|\(|\w+ly|\w+[- ]based|full[- ]time|part[- ]time|{_WORK})\b", re.I)
_OF_WORK_SIGN = re.compile(r"^\s*(?:[)\]|•·,/:;–—]|\s-|-\s|\n|$|from\b|within\b|in\b|anywhere\b)", re.I)
_OTHER_THING = re.compile(
    r"^[\s-]{1,2}(?:teams?|servers?|monitoring|sens(?:ing|ors?)|users?|access|support(?!ed)|sites?|desktops?|procedure|control|method|calls?|diagnos\w+|"
    r"management|connect\w+|sessions?|customers?|clients?|staff|colleagues?|stakeholders?|systems?|machines?|devices?|repositor\w+|branch\w*|"
    r"cloud|apps?|applications?|mobile|infrastructures?|integrations?|it\b|data|solutions?|development|deployments?|platforms?|architectures?|"
    r"agile|approach\w*|energy|vehicles?|cars?|engines?|search|meetings?|workshops?|interviews?|trainings?|presentations?|visits?|gym|parking|caf\w+|"
    r"cafeteria|lunch\w*|childcare|clinic|health|fitness|massage|locations?\s+around|areas?|learning|patient|events?|lab|labs|test\w*|"
    r"installation\w*|service|services|reality|machine|assistants?|networks?|environments?\s+(?:such|with)|and\s+field|offices)\b",
    re.I,
)
_OFFICE_DAYS = re.compile(
    rf"\b(?P<n>{_COUNTED})[\s\w]{{0,12}}?\s*(?:in|at|from|on|into|inside)?[\s-]*(?:the\s+|our\s+|their\s+)?(?:\w+\s+)?"
    rf"(?P<what>office|on[- ]?site|in[- ]person|hybrid|home|remote(?:ly)?|wfh|wfo)\b"
    rf"|\b(?:office|on[- ]?site|wfo|come\s+in|commute)\b[^.;\n]{{0,25}}?\b(?P<n2>{_COUNTED})"
    rf"|\b(?:remote(?:ly)?|home|wfh)\b[^.;\n]{{0,12}}?\b(?P<n3>{_COUNTED})",
    re.I,
)
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


def find_modes(view: str) -> list[ModeMention]:
    """Return the mentions of a mode of work, in order. A negated mode is that of the office, with little weight."""
    found = list(_days(view))
    for match in _WORD.finditer(view):
        if len(found) >= MAX_MODES:
            break
        mention = _weighed(view, match)
        if mention:
            found.append(mention)
    return sorted(found, key=lambda m: m.start)


def _days(view: str) -> list[ModeMention]:
    """Days in the office or at home: some are hybrid work, all of them the one mode."""
    found = []
    for match in _OFFICE_DAYS.finditer(view):
        number = match.group("n") or match.group("n2") or match.group("n3")
        n = max(_NUMBERS.get(w.lower(), int(w) if w.isdigit() else 0) for w in re.findall(r"\d|[a-z]+", number, re.I))
        what = (match.group("what") or "").lower()
        at_home = bool(match.group("n3")) or what.startswith(("home", "remote", "wfh"))
        if what == "hybrid" or n < _FULL_WEEK:
            found.append(ModeMention(match.start(), match.end(), HYBRID, 3.0))
        elif n == _FULL_WEEK:
            found.append(ModeMention(match.start(), match.end(), REMOTE if at_home else ONSITE, 3.0))
    return found


def _weighed(view: str, match: re.Match[str]) -> ModeMention | None:
    """A mention with its weight, by the words around it; null where it speaks of other things than the work."""
    start, end = match.span()
    before = _same_clause_before(view[max(0, start - CONTEXT) : start])
    behind = _same_line(view[end : end + CONTEXT])
    mode = match.lastgroup or REMOTE
    words = match.group().lower()
    if _NEGATED_BEFORE.search(before) or _NEGATED_BEHIND.search(behind):
        return ModeMention(start, end, ONSITE, 1.5) if mode != ONSITE else None
    if _OTHER_THING.search(behind) and not re.search(r"li-$", before, re.I):
        return None
    weight = 0.0
    if _OF_WORK_BEFORE.search(before) or not before.strip(" *_\"'"):
        weight += 1.5
    if _OF_WORK_BEHIND.search(behind) or _OF_WORK_SIGN.search(behind):
        weight += 1.5
    if words.startswith(("wf", "tele", "work", "home-based", "home based", "remotely")):
        weight += 1.0
    if mode == ONSITE and words.startswith(("in ", "at ")):
        weight -= 2.0
    if words in ("virtual", "offsite", "off-site") or words.startswith("from") or words == "home office":
        weight -= 2.0
    if _SOFT.search(before) or _SOFT.search(behind):
        weight -= 1.5
    return ModeMention(start, end, mode, weight) if weight > 0 else None


def _same_clause_before(before: str) -> str:
    line = before.rsplit("\n", 1)[-1]
    return re.split(r"[.;!?]\s", line)[-1]


def _same_line(behind: str) -> str:
    line = behind.split("\n", 1)[0]
    return re.split(r"[.;!?]\s", line)[0]
