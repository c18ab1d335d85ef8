"""The employer: its name and its description (on the wire ``company_name`` and ``about_company``)."""

from __future__ import annotations

import re

from pipeline.contracts import AboutCompany
from pipeline.stages.parse.blocks import section_body, source_marker
from pipeline.stages.parse.occupations import OCCUPATIONS as TITLE_NOUNS
from pipeline.text import JDText, word_count

MAX_LABEL_CHARACTERS, MAX_PHRASE_CHARACTERS = 3000, 6000
"""Characters of a text that are searched for a label, and for a sentence that introduces the employer."""
MIN_WORDS = 8
"""Words that a description of the employer must have."""
MAX_SENTENCES = 4
"""Sentences of the opening that make the description."""

_LABEL = re.compile(
    r"^\s*[*#>•-]*\s*(?:company(?:\s+name)?|employer|organi[sz]ation|client|hiring\s+company)\s*[:：]\s*(?P<name>[^\n,|]{2,80})",
    re.I | re.M,
)
_NAME = r"(?P<name>(?:[A-Z][\w&.'’-]*)(?:\s+(?:[A-Z&][\w&.'’-]*|of|and|the|for|de|[&])){0,4})"
_PHRASES = (
    re.compile(rf"\bjob\s+is\s+with\s+{_NAME}"),
    re.compile(rf"(?:^|\n)\s*About\s+{_NAME}\s*(?:\n|:|$)"),
    re.compile(rf"\b(?:Here\s+at|At|Join(?:ing)?)\s+{_NAME},\s"),
    re.compile(
        rf"(?:^|[\n.]\s*){_NAME}\s+(?:is\s+(?:an?|the|seeking|looking|hiring|currently|pioneering|one|searching|proud|on)\b|seeks\b|has\s+an?\s+|provides\b|offers\b)"
    ),
    re.compile(rf"\bCareers\s+(?:with|at)\s+{_NAME}[.,]"),
    re.compile(rf"\bopportunity\s+(?:with|at)\s+{_NAME}\b"),
)
_NOT_FIRST = frozenset(
    "the this that our we you i it they he she who what as in at if job role position team company candidate ideal "
    "experience about us a an there here qualified applicants applicant summary description overview responsibilities "
    "requirements qualifications title location client duration must strong please required preferred each all "
    "benefits work equal opportunity employer employment minimum education knowledge ability degree skills salary "
    "contract engineering software data today together with your join".split()
)
"""First words of phrases that are no employer's name."""
_NOT_IN_NAME = frozenset({"team", "candidate", "role", "group's"})


def employer_name(jd: JDText) -> str | None:
    """Return the employer's name from a label, else from a sentence that introduces the employer; null without either."""
    labelled = _LABEL.search(jd.view[:MAX_LABEL_CHARACTERS])
    if labelled:
        name = " ".join(labelled.group("name").split()).strip(" *")
        return name if name.endswith(("Inc.", "Ltd.", "Co.", "Corp.")) else name.rstrip(".")
    for pattern in _PHRASES:
        for match in pattern.finditer(jd.view[:MAX_PHRASE_CHARACTERS]):
            name = " ".join(match.group("name").split()).strip(" .,-&'’")
            name = re.sub(r"\s+(?:and|of|the|for|de|&)$", "", name)
            if len(name) >= 2 and _is_employer(name.split()):
                return name
    return None


def _is_employer(words: list[str]) -> bool:
    """Whether the words of a capitalised phrase may be an employer's name, and not a title or a sentence's beginning."""
    if words[0].lower() in _NOT_FIRST or words[-1].lower().rstrip("s") in TITLE_NOUNS:
        return False
    return not any(w.lower() in _NOT_IN_NAME for w in words)


def about_employer(jd: JDText, name: str | None) -> AboutCompany | None:
    """Return the section about the employer, else the sentences of the opening whose subject is the employer; null without any."""
    for section in jd.sections:
        if section.kind == "about_company":
            about = _about(section_body(jd, section))
            if about:
                return about
    if name is None:
        return None
    subject = re.compile(
        rf"^(?:(?:At|Join|About)\s+)?{re.escape(name)}\b(?:\s+(?:is|are|has|was|helps?|provides?|builds?|offers?))?",
        re.I,
    )
    opening = [
        f.sentence.text for f in jd.facts if f.section_kind in ("body", "about_role") and subject.match(f.sentence.text)
    ]
    return _about(" ".join(opening[:MAX_SENTENCES]))


def _about(text: str) -> AboutCompany | None:
    if word_count(text) < MIN_WORDS:
        return None
    return AboutCompany(source_marker=source_marker(text), text=text, word_count=word_count(text))
