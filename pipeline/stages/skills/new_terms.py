"""Terms that the catalog lacks: items of enumerations beside catalog skills, and words in the spelling of technology.

Only sentences of duties and demands are searched ("DynamoDB", "gRPC", "Kafka, Zephyrine and SQL").
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence

from pipeline.stages.skills.found import FoundSkill, SkillMention, mention_at
from pipeline.text import JDText, SentenceFacts, Span

MIN_LISTED = 2
"""Catalog skills that a sentence must name before its other items count as an enumeration of skills."""
MAX_ITEM = 40
"""Characters of an item of an enumeration, and of a term."""
MIN_TERM = 3
"""Characters of a term."""
CONFIDENCE = 0.5
"""Confidence of a term, before it is known whether the text demands it."""
MIN_GLUED_WORD = 6
"""Letters of a common word with which a glued term begins."""

_LIST_ITEM = re.compile(r"(?<![\w./@-])[A-Z][\w+#.-]*(?:\s(?:[A-Z][\w+#.-]*|[A-Z0-9]+)){0,2}(?![\w@])")
_SEPARATOR = re.compile(r"\s*(?:,|/|;|\bor\b|\band\b|&|\(|\))\s*(?:and\s+|or\s+)?")
_HUMP = re.compile(r"[A-Z][a-z]+|[A-Z]+(?![a-z])")
_COMMON_WORDS = frozenset(
    "The This That These Those You Your We Our They It In On At As An A And Or For With To Of By From If When What Who How "
    "Must Should Will Would Can May Experience Experienced Knowledge Strong Excellent Good Ability Understanding Proven "
    "Responsible Work Working Design Develop Build Create Manage Support Provide Ensure Team Teams Bachelor Bachelors Master "
    "Masters Degree Computer Science Engineering Information Technology Years Year Senior Junior Lead Principal Manager "
    "Engineer Developer Analyst Architect Consultant Administrator Director Specialist Company Client Clients Customer "
    "Customers Business Data Software Systems System Application Applications Development Project Product Services Service "
    "Security Required Preferred Requirements Qualifications Responsibilities Skills Location Position Job Role Title Duration "
    "Contract Remote Hybrid Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June "
    "July August September October November December English USA US UK EU India Canada Europe America North South East West "
    "New York San Francisco Boston Chicago London CEO CTO CIO CFO VP HR IT PM AM EST PST CST GPA LLC Inc Ltd Corp EEO EOE "
    "USD GBP EUR II III IV PhD MS BS BA MBA TBD NA N/A FTE ASAP FAQ CV ID H1B W2 C2C GC USC OPT CPT EAD Fortune Global "
    "Minimum Plus Also Other Others Familiarity Familiar Proficiency Proficient Hands Expertise Expert Advanced Basic Solid "
    "Working Demonstrated Relevant Related Professional Technical Tools Technologies Frameworks Languages Platforms Databases "
    "Cloud Web Mobile Agile Please Apply Benefits Salary Health Dental Vision Life Paid Time Off Equal Opportunity Employer "
    "Act Analyze Analysis Assist Collaborate Communicate Communication Complete Conduct Define Deliver Document Drive "
    "Evaluate Execute Follow Help Identify Implement Improve Integrate Lead Maintain Make Monitor Operate Own Participate Perform "
    "Plan Prepare Review Run Serve Test Train Troubleshoot Understand Use Write Note Overview Summary About Join".split()
)


def new_terms(jd: JDText, taken: Sequence[Span], listed: Mapping[int, int]) -> list[FoundSkill]:
    """Return the terms that no alias covers, in order of first appearance.

    ``taken`` are the spans of the catalog's skills; ``listed`` is how many of them name a technology in a sentence, by
    the sentence's start.
    """
    taken = sorted(taken)
    employer = {w for s in jd.sections if s.kind == "about_company" for w in (s.heading or "").split()}
    mentions_of: dict[str, list[SkillMention]] = {}
    for facts in jd.facts:
        if not facts.is_duty or facts.boilerplate_start is not None:
            continue
        spans = list(facts.technical_spans)
        if listed.get(facts.sentence.start, 0) >= MIN_LISTED:
            spans += _enumerated(facts, taken)
        for start, span_end in sorted(set(spans)):
            term = jd.view[start:span_end].rstrip(".-")
            end = start + len(term)
            if _overlaps(start, end, taken) or not _is_term(term, employer):
                continue
            mentions_of.setdefault(term, []).append(mention_at(jd, start, end, term, facts))
            insort(taken, (start, end))
    return [
        FoundSkill(term, None, None, any(not m.hedged for m in mentions), CONFIDENCE, tuple(mentions))
        for term, mentions in mentions_of.items()
    ]


def _overlaps(start: int, end: int, taken: Sequence[Span]) -> bool:
    at = bisect_left(taken, (end, 0))
    return at > 0 and taken[at - 1][1] > start


def _is_term(term: str, employer: set[str]) -> bool:
    """Whether a candidate may be a skill: of a fitting length, without a common word or one of the employer's name."""
    if not MIN_TERM <= len(term) <= MAX_ITEM or _is_glued(term):
        return False
    return not any(w in _COMMON_WORDS or w in employer for w in term.split())


def _is_glued(term: str) -> bool:
    """Whether a term is two words that lost their line break ("ResponsibilitiesCreate"), as pasted texts have them."""
    humps = _HUMP.findall(term)
    if len(humps) < 2:
        return False
    return any(h in _COMMON_WORDS or h == "TM" for h in humps[1:]) or (
        humps[0] in _COMMON_WORDS and len(humps[0]) >= MIN_GLUED_WORD
    )


def _enumerated(facts: SentenceFacts, taken: Sequence[Span]) -> list[Span]:
    """Spans of the capitalised items of an enumeration that are next to a catalog skill."""
    offset = facts.sentence.start
    text = facts.view[offset : facts.sentence.end]
    edges = [0, *(edge for match in _SEPARATOR.finditer(text) for edge in match.span()), len(text)]
    items = [(edges[i], edges[i + 1]) for i in range(0, len(edges) - 1, 2)]
    is_skill = [_overlaps(offset + a, offset + b, taken) and b - a <= MAX_ITEM for a, b in items]
    terms = []
    for i, (start, end) in enumerate(items[1:], 1):
        item = _LIST_ITEM.fullmatch(text[start:end].strip(" ."))
        beside_skill = is_skill[i - 1] or (i + 1 < len(items) and is_skill[i + 1])
        if item and beside_skill and not is_skill[i]:
            at = offset + start + text[start:end].index(item.group())
            terms.append((at, at + len(item.group())))
    return terms
