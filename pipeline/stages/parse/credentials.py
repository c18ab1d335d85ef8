"""Degrees and certificates that a job description demands."""

from __future__ import annotations

import re

from pipeline.contracts import Education
from pipeline.text import SILENT_KINDS, JDText

MAX_DEGREES = 6
"""Degrees on the wire."""
MAX_EXCERPT = 240
"""Characters of a sentence that are put on the wire."""
MAX_CHARACTERS = 200_000
"""Characters of a text that are searched for certificates."""

_DEGREES = (
    ("Doctorate", "PHD", r"\b(?:ph\.?\s?d\.?|doctorate|doctoral)(?!\w)"),
    ("Master's", "MBA", r"\bmba\b"),
    (
        "Master's",
        "MTECH/ME/MSC/MCA",
        r"\b(?:master['’]?s?(?:\s+of|\s+in|\s+degree|['’]|\s*(?:or|/))|m\.?\s?s\.?(?=\s+(?:in|degree|or)\b|/)|"
        r"m\.?tech|mca|m\.?sc|m\.e\.)(?!\w)",
    ),
    (
        "Bachelor's",
        "BTECH/BE/BSC",
        r"\b(?:bachelor['’]?s?\b|b\.?\s?s\.?(?=[\s/,(]*(?:in|degree|or|and|/|m\.?s|computer|engineering)\b)|"
        r"b\.?\s?a\.?(?=[\s/]*(?:in|degree|or|b\.?s)\b)|b\.?tech|b\.e\.|bca|b\.?sc|undergraduate\s+degree|"
        r"university\s+degree|4[- ]year\s+degree|college\s+degree)(?!\w)",
    ),
    ("Associate", "ASSOCIATE", r"\bassociate['’]?s?\s+degree\b"),
    ("High School", "HIGH SCHOOL", r"\b(?:high\s+school|ged)\b"),
)
"""Level, qualification and pattern of each degree, the highest first; the lowest that a sentence names suffices."""
_FIELD = re.compile(
    r"\b(?:in|of)\s+(?P<field>(?:(?:an?|the)\s+)?(?:[A-Za-z&/]+,?\s+){0,4}?(?:science|engineering|technology|mathematics|statistics|systems?|"
    r"business|finance|economics|physics|analytics|applications|management|marketing|design|informatics|arts|discipline|field))\b",
    re.I,
)
_BARE_FIELD = re.compile(r"\b(Computer Science|Information Technology|Engineering|Computer Engineering|Mathematics)\b")


_ANY_DEGREE = re.compile("|".join(pattern for _, _, pattern in _DEGREES), re.I)
_PREFERRED = re.compile(r"\b(?:preferred|a plus|desirable|nice to have|desired)\b", re.I)
_SCHOOL_ASKED = re.compile(r"diploma|ged|required|degree|education", re.I)


def education(jd: JDText) -> list[Education]:
    """Return the degrees that the text demands: for each sentence that names any, the lowest."""
    found: dict[tuple[str, str], Education] = {}
    for facts in jd.facts:
        if facts.section_kind in SILENT_KINDS:
            continue
        entry = _degree(facts.sentence.text, facts.section_kind == "preferred")
        if entry:
            found.setdefault((entry.level, entry.qualification), entry)
    return list(found.values())[:MAX_DEGREES]


def _degree(text: str, preferred: bool) -> Education | None:
    """The lowest degree that a sentence names, with its field of study."""
    named = [(level, code) for level, code, pattern in _DEGREES if re.search(pattern, text, re.I)]
    if not named:
        return None
    level, code = named[-1]
    if level == "High School" and not _SCHOOL_ASKED.search(text):
        return None
    field = _FIELD.search(text)
    bare = _BARE_FIELD.search(text)
    subject = " ".join(field.group("field").split()) if field else bare.group() if bare else None
    return Education(
        level=level,
        qualification=f"{code} - {subject}" if subject else code,
        raw=_excerpt(text),
        requirement="preferred" if preferred or _PREFERRED.search(text) else "required",
    )


def _excerpt(text: str) -> str:
    """A sentence, or of a long one the part around its degree."""
    if len(text) <= MAX_EXCERPT:
        return text
    degree = _ANY_DEGREE.search(text)
    start = max(0, degree.start() - 20) if degree else 0
    return text[start : start + MAX_EXCERPT]


_CERTIFICATES = re.compile(
    r"\b(?:AWS\s+Certified(?:\s+[A-Z][\w-]+){0,4}|Azure\s+(?:Administrator|Developer|Solutions?\s+Architect|Data\s+Engineer|Fundamentals)"
    r"(?:\s+(?:Associate|Expert))?|Microsoft\s+Certified(?:\s*:?\s*[A-Z][\w-]+){0,4}|Google\s+Cloud\s+Certified(?:\s+[A-Z][\w-]+){0,3}|"
    r"CISSP|CISA|CISM|CRISC|CEH|OSCP|CCNA|CCNP|CCIE|CCSP|CompTIA\s+\w+\+?|Security\+|Network\+|A\+\s+certification|GIAC|GCIH|"
    r"PMP|PMI-ACP|PRINCE2|CAPM|CSM|CSPO|PSM(?:\s+I{1,3})?|PSPO|SAFe(?:\s+[A-Z]\w+){0,2}(?=\s+cert)|ITIL(?:\s*(?:v?[34]|Foundation))*|"
    r"CBAP|CKA|CKAD|CKS|RHCE|RHCSA|MCSE|MCSA|MCSD|MCITP|OCP|OCA|OCJP|SCJP|ISTQB|TOGAF|VCP|VCAP|HashiCorp\s+Certified(?:\s+[A-Z]\w+){0,3}|"
    r"Salesforce\s+Certified(?:\s+[A-Z][\w-]+){0,4}|ServiceNow\s+Certified(?:\s+[A-Z][\w-]+){0,3}|Six\s+Sigma(?:\s+(?:Green|Black)\s+Belt)?|"
    r"(?:Green|Black)\s+Belt|CPA|CFA|FRM|Certified\s+(?:[A-Z][\w-]+\s?){1,4})\b"
)


def certifications(jd: JDText) -> list[str]:
    """Return the certificates by name, in order of first appearance."""
    found = [" ".join(m.group().split()) for m in _CERTIFICATES.finditer(jd.view[:MAX_CHARACTERS])]
    return [name for name in dict.fromkeys(found) if name != "Certified"]
