"""The title of a job description: the best of the places where a title may stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.stages.parse.title_candidates import MAX_CHARACTERS, Form, TitleCandidate, title_candidates
from pipeline.text import JDText

MAX_TITLE_CHARACTERS = 200
MIN_SCORE = 5.0
"""The score that a candidate must have to be the title."""

FORM_SCORES: dict[Form, float] = {
    "label": 6.5,
    "first_line": 6.0,
    "head_line": 5.0,
    "line": 3.4,
    "opening": 4.2,
    "described": 3.4,
    "needed": 4.5,
    "sought": 4.5,
    "if_you_are": 4.4,
    "as": 4.0,
    "position": 4.0,
    "subject": 3.7,
    "sentence": 1.8,
}
"""What the form of a candidate adds to its score."""
STRENGTH_SCORE = 2.0
"""What a noun that surely names an occupation adds."""
RECURRENCE_SCORE, MAX_RECURRENCES = 0.4, 3
"""What each further place adds where the text has the candidate's words, and how many count."""
LINE_PENALTY = 0.3
"""What each line before a candidate takes away, in the head of the text."""
LATE_PENALTY, MIN_LENGTH = 1.0, 2000
"""What a place at the end of the text takes away, in proportion, and the length that a text counts as at least."""
SECTION_PENALTIES = {
    "similar_jobs": 5.0, "benefits": 2.5, "legal": 3.0, "apply": 1.0, "chrome": 3.0, "about_company": 0.8, "preferred": 1.5,
    "requirements": 0.8, "education": 3.0,
}  # fmt: skip
PERSONAL_SHARE = 0.3
"""The share of a section's penalty where the text speaks to the reader."""
PLURAL_PENALTY, LONE_NOUN_PENALTY, GENERIC_PENALTY = 0.5, 1.2, 3.0

GENERIC = frozenset(
    "candidate individual professional person expert specialist leader member associate applicant lead head partner owner "
    "master employee worker fellow graduate executive officer client customer agent representative helper champion "
    "team-member self-starter problem-solver supervisor manager director".split()
)
"""Nouns that alone name no position."""
_OTHER_JOBS = re.compile(
    r"(?:\A|\n)[\s#*]{0,4}(?:(?:see\s)?(?:similar|related|recommended|other|more)[ \t](?:jobs|roles|positions|openings|vacancies|searches)\b"
    r"[^\n.!]{0,30}(?:\n|$)|people also (?:viewed|searched|applied)|jobs you (?:may|might)|you might also (?:like|be interested))",
    re.I,
)
"""The heading of other jobs, behind which no title is this one's."""
_EMPTY_WORDS = frozenset(
    "senior junior lead team staff global regional valued key new our strong subject matter natural committee".split()
)
"""Words that make no position of a generic noun."""
_NOT_BEFORE = re.compile(
    r"(?:report(?:s|ing)?(?:\s\w+)?\sto|work(?:s|ing)?\s(?:\w+\s)?(?:with|under|alongside|for)|experience\s(?:as|of|working\sas)|"
    r"supervised\sby|led\sby|under|support(?:s|ing)?|contact|manages?|mentor(?:s|ing)?|lead(?:s|ing)?|team\sof|from|worked\sas|background\sas|similar|"
    r"years?\sas|along\swith|such\sas|including|assist(?:s|ing)?|degree\sin|we\sare|you\swork|"
    r"\bother)(?:\s(?:an?|the|our|your|to|by))?\s{0,2}$",
    re.I,
)


@dataclass(frozen=True)
class ReadTitle:
    """A title with its place in the view; no place for one that was given beside the text."""

    text: str
    span: tuple[int, int] | None


def job_title(jd: JDText, given: str | None) -> ReadTitle | None:
    """Return the title: the given one, else the candidate with the highest score; null where none is good enough."""
    if given and given.strip():
        return ReadTitle(" ".join(given.split())[:MAX_TITLE_CHARACTERS], None)
    folded = jd.view[:MAX_CHARACTERS].lower()
    others = _OTHER_JOBS.search(jd.view, 0, MAX_CHARACTERS)
    end = others.start() if others else len(jd.view)
    scored = [(title_score(c, jd, folded), -c.start, c) for c in title_candidates(jd) if c.start < end]
    best = max(scored, key=lambda s: s[:2], default=None)
    if best is None or best[0] < MIN_SCORE:
        return None
    title = best[2]
    return ReadTitle(_capital(title.text)[:MAX_TITLE_CHARACTERS], (title.start, title.end))


def without_employer(title: ReadTitle, employer: str | None) -> ReadTitle:
    """Return a title without the employer's name at its beginning or its end ("Analyst — Acme", "Acme Senior Analyst")."""
    if not employer or title.span is None:
        return title
    name = re.escape(employer)
    bare = re.sub(rf"\s{{0,2}}(?:[-–—|,@·]|\bat\b)\s{{0,2}}{name}$", "", title.text, flags=re.I)
    start, end = title.span[0], title.span[1] - (len(title.text) - len(bare))
    behind_name = re.match(rf"{name}\s{{1,2}}(?:[-–—|:]\s)?(?=\S)", bare, re.I)
    if behind_name and len(bare[behind_name.end() :].split()) > 1:
        start, bare = start + behind_name.end(), bare[behind_name.end() :]
    return ReadTitle(bare, (start, end)) if bare else title


def title_score(candidate: TitleCandidate, jd: JDText, folded: str) -> float:
    """Return how well a candidate fits as the title; ``folded`` is the searched part of the view in small letters."""
    words = candidate.text.split()
    score = FORM_SCORES[candidate.form] + STRENGTH_SCORE * candidate.strength
    score += RECURRENCE_SCORE * min(folded.count(candidate.text.lower()) - 1, MAX_RECURRENCES)
    score -= LINE_PENALTY * min(candidate.order, 10)
    score -= LATE_PENALTY * candidate.start / min(max(len(jd.view), MIN_LENGTH), MAX_CHARACTERS)
    score -= SECTION_PENALTIES.get(jd.kind_at(candidate.start), 0.0) * (
        PERSONAL_SHARE if candidate.form == "if_you_are" else 1
    )
    score -= PLURAL_PENALTY * candidate.is_plural
    if words[-1].lower().strip(".,") in GENERIC and all(w.lower() in _EMPTY_WORDS for w in words[:-1]):
        score -= GENERIC_PENALTY
    elif len(words) == 1 and "/" not in candidate.text:
        score -= LONE_NOUN_PENALTY * (0.5 if candidate.form in ("label", "sought") else 1)
    if candidate.form not in ("label", "first_line", "sought") and _NOT_BEFORE.search(
        jd.view, max(0, candidate.start - 40), candidate.start
    ):
        score -= GENERIC_PENALTY
    return score


def _capital(title: str) -> str:
    """The title in title case; words with capitals stay as they are."""
    words = title.split()
    return " ".join(
        w if any(c.isupper() for c in w) or (i and w in _SMALL_WORDS) else w.capitalize() for i, w in enumerate(words)
    )


_SMALL_WORDS = frozenset("of and for the on in to or with at de".split())
