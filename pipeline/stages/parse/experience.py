"""Years of experience that a job description demands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.contracts import Experience
from pipeline.text import SILENT_KINDS, JDText, Section, SentenceFacts

MAX_YEARS, MAX_UPPER_YEARS = 40, 45
"""The most years that a demand may have as its lower and as its upper bound."""

_NUMBERS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
    )
}
_N = r"(?:\d{1,2}|" + "|".join(_NUMBERS) + ")"
_YEARS = re.compile(
    rf"(?<![\d$£€₹.,])(?P<min>{_N})(?:\s*\(\s*\d{{1,2}}\s*\))?\s*\+?\s*"
    rf"(?:(?:-|–|—|to|or)\s*(?P<max>{_N})(?:\s*\(\s*\d{{1,2}}\s*\))?\s*)?(?P<plus>\+|or\s+more|plus)?\s*"
    r"(?:full\s+)?(?:years?|yrs?)\b\.?['’]?(?P<rest>[^\n.;•]{0,160})",
    re.I,
)
_ABOUT_WORK = re.compile(
    r"experience|work|background|hands|develop|engineer|program|industry|in\s|of\s|with\s|as\s", re.I
)
_ASKED_BEFORE = re.compile(r"experience|minimum|least|exp\b")
_NOT_EXPERIENCE = re.compile(r"\b(?:old|founded|history|anniversary|degree|college)\b")
_LABEL = re.compile(r"\s*(?:work\s+)?exp(?:erience)?\b\s*(?:required)?\s*[:–-]?")
_GENERAL = re.compile(r"professional|software|relevant|overall|total|work\s*experience|development|industry", re.I)

LABELLED, GENERAL, SINGLE = 0, 1, 2
"""Ranks of a demand; the lowest counts."""
PREFERRED = 3
"""Added to the rank of a demand in a section of preferred qualifications."""


def experience(jd: JDText) -> Experience | None:
    """Return the years of the labelled demand, else of the first general one, else of the first for a single skill; null without any."""
    demands = (demand for facts in jd.facts if facts.section_kind not in SILENT_KINDS for demand in _demands(jd, facts))
    best = min(demands, key=lambda demand: demand[0], default=None)
    return best[1] if best else None


def _demands(jd: JDText, facts: SentenceFacts) -> Iterator[tuple[int, Experience]]:
    """The demands for years in a sentence, each with its rank."""
    text = facts.sentence.text
    headed = _is_headed(jd, jd.sections[facts.sentence.section], facts.sentence.start)
    for match in _YEARS.finditer(text):
        low = _number(match.group("min"))
        high = _number(match.group("max")) if match.group("max") else None
        if low > MAX_YEARS or (high is not None and not low <= high <= MAX_UPPER_YEARS):
            continue
        before, rest = text[: match.start()].lower(), match.group("rest")
        if not (headed or _ABOUT_WORK.search(rest) or _ASKED_BEFORE.search(before)):
            continue
        if _NOT_EXPERIENCE.search(rest[:40].lower() + before[-20:]):
            continue
        labelled = headed or _LABEL.match(before) is not None
        rank = LABELLED if labelled else GENERAL if _GENERAL.search(rest) else SINGLE
        if facts.section_kind == "preferred":
            rank += PREFERRED
        words = match.group()[: match.start("rest") - match.start()] if labelled else match.group().strip()
        yield rank, Experience(max=high, min=low, raw=words.strip(" ,:-"))


def _is_headed(jd: JDText, section: Section, position: int) -> bool:
    """Whether a sentence is the first one under the heading "Experience"."""
    return (section.heading or "").lower() == "experience" and not jd.view[section.start : position].strip(" :：")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]
