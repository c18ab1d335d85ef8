"""Whether a term that the catalog lacks is a skill that the text asks for: the signs of it, and the model that weighs them.

None of the signs is a single word: how common a word is, is read from a frequency list; what the text names as its places, its
employer and its degrees, from the parse.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from pipeline.catalog.aliases import fold_key
from pipeline.learned.fitted import term_weights
from pipeline.stages.demand import ASKED, PEOPLE
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.parse.degrees import find_degrees
from pipeline.stages.parse.places.gazetteer import read_gazetteer
from pipeline.stages.parse.places.words import name_key
from pipeline.stages.skills.candidates import MAX_TERM, Candidate, merged, names_kind, overlaps
from pipeline.text import HEADING, Span
from pipeline.text.words import commonness, is_ordinary

FITTED = term_weights()
MIN_PROBABILITY = FITTED.min_probability
"""Probability from which on a term is proposed."""
NEAR = 60
"""Code points between a term and a catalog skill that is near it."""
MAX_NEAR, MAX_WORDS = 4, 4
ALONE = 0.8
"""Share of a sentence that is hardly more than the term."""
MAX_AROUND = 80
"""Code points on each side of a term that are looked at."""

_WEIGHTS = FITTED.weights.model_dump()
_BEFORE_IN_LIST, _AFTER_IN_LIST = (
    re.compile(r"(?:[,/(;&]|\b(?:and|or))\s*$"),
    re.compile(r"\s*(?:[,/);&]|(?:and|or)\b)"),
)
_STUDY = re.compile(
    r"\b(?:degree|bachelor\w*|master'?s?|diploma|phd|ph\.d|b\.?sc?|m\.?sc?|major|graduate)\b[^.\n]{0,60}$", re.I
)
_STUDY_AFTER = re.compile(r"[^.\n]{0,30}\b(?:degree|diploma)\b", re.I)
_NAME_AFTER = re.compile(
    r"(?:[’']s)? (?:is|are) (?:a|an|the|looking|seeking|hiring|committed|proud)\b|,? (?:Inc|LLC|Ltd|GmbH|Corp)\b"
)
_ADDRESS = re.compile(r", [A-Z]{2}\b|,? \d{5}\b")
_ARTICLE = re.compile(r"\b(?:a|an|the|this|that|these|those|our|your|their|its|each|all|any)\s{1,4}$", re.I)
"""What makes the words after it a thing of the text's own, not a name."""
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Surroundings:
    """What of a text is no skill, and where its catalog skills start: all as sorted, unmixed places of the view."""

    names: tuple[Span, ...]
    """The employer, the title, places and degrees, by the parse."""
    employer: frozenset[str]
    """The words of the employer's name, folded."""
    starts: tuple[int, ...]
    """Starts of the mentions of catalog skills that are no soft ones."""
    taken: tuple[Span, ...]
    """What the mentions of catalog skills cover."""
    heads: Mapping[str, float]
    """How usual a word is as the last of the catalog's forms of several words."""


def surroundings(
    jd: EncodedJD, taken: Sequence[Span], starts: Sequence[int], heads: Mapping[str, float]
) -> Surroundings:
    """Return the surroundings of the terms of a text.

    ``taken`` are the spans of its catalog skills, ``starts`` the starts of those that are no soft skills,
    ``heads`` how usual a word is as the last of the catalog's forms.
    """
    parsed = jd.parsed
    sources = [parsed.company_name_source, parsed.role_source, *(place.source for place in parsed.job_locations)]
    sources += [degree.source for degree in parsed.education]
    names = merged(jd.text.view_span(s.start, s.end) for s in sources if s is not None)
    company = re.findall(r"\w{3,}", (parsed.company_name or "").lower())
    return Surroundings(tuple(names), frozenset(company), tuple(sorted(starts)), tuple(merged(taken)), heads)


def probability(jd: EncodedJD, candidate: Candidate, near: Surroundings) -> float:
    """Return the probability that a term is a skill that the text asks for."""
    values = signs(jd, candidate, near)
    return 1.0 / (1.0 + exp(-FITTED.bias - sum(_WEIGHTS[name] * value for name, value in values.items())))


def signs(jd: EncodedJD, candidate: Candidate, near: Surroundings) -> dict[str, float]:
    """Return the signs of a term, by the names of ``TermSigns``: of its words, and the best of its mentions."""
    mentions = [dict(_mention_signs(jd, span, near)) for span in candidate.spans]
    best = {name: max(m[name] for m in mentions) for name in mentions[0]}
    return {**best, **_word_signs(candidate.name, near), "mentions": log(len(mentions))}


def _word_signs(name: str, near: Surroundings) -> dict[str, float]:
    """The signs of a term's own words."""
    last = fold_key(name).rpartition(" ")[2]
    words = re.findall(r"[^\W\d_]+", name.lower()) or [""]
    common = [commonness(word) for word in words]
    capitals = [word[:1].isupper() for word in name.split()]
    return {
        "words": min(len(name.split()), MAX_WORDS),
        "one_word": float(len(name.split()) == 1),
        "common": sum(common) / len(common),
        "rarest": min(common),
        "ordinary": float(all(map(is_ordinary, words))),
        "acronym": float(name.isupper() and len(name) > 1),
        "mixed": float(any(c.isupper() for c in name[1:]) and not name.isupper() and " " not in name),
        "capitals": sum(capitals) / max(len(capitals), 1),
        "signs": float(any(not c.isalnum() and c not in " -" for c in name)),
        "gerund": float(words[-1].endswith("ing")),
        "noun_of_verb": float(words[-1].endswith(("tion", "tions", "ment", "ance", "ence", "ity", "sis"))),
        "employer": float(any(word in near.employer for word in words)),
        "glued": _glue(name),
        "plain": float(len(words) == 1 and name.islower() and is_ordinary(words[0])),
        "place": float(name[:1].isupper() and read_gazetteer().has_own_name(name_key(name))),
        "adverb": float(words[0].endswith("ly")),
        "head": near.heads.get(last, 0.0) if len(words) > 1 else 0.0,
        "of_kinds": float(names_kind(words[0]) or names_kind(words[-1])),
        "length": len(name) / MAX_TERM,
    }


def _mention_signs(jd: EncodedJD, span: Span, near: Surroundings) -> Iterator[tuple[str, float]]:
    """The signs of one mention."""
    start, end = span
    view = jd.text.view
    facts = jd.text.facts_at(start)
    kind = facts.section_kind if facts else "body"
    before, after = view[max(0, start - MAX_AROUND) : start], view[end : end + MAX_AROUND]
    before, after = before.rpartition("\n")[2], after.partition("\n")[0]
    p = jd.knowledge.over(start, end)
    tags = jd.knowledge.over_words(start, end)
    yield "tagged", p or 0.0
    yield "log_tagged", log((p or 0.0) + 0.02)
    yield "weakest", float(min(tags.sum(1))) if len(tags) else 0.0
    yield "begins", float(tags[0, 0]) if len(tags) else 0.0
    yield "ends", 1.0 - jd.knowledge.goes_on(end)
    yield "no_article", float(_ARTICLE.search(before) is None)
    around = before + view[start:end] + after
    at = (len(before), len(before) + end - start)
    yield "no_degree", float(not any(d.start < at[1] and at[0] < d.end for d in find_degrees(around)))
    yield "technical", float(facts is not None and overlaps(start, end, facts.technical_spans))
    neighbours = bisect_left(near.starts, end + NEAR) - bisect_right(near.starts, start - NEAR)
    yield "neighbours", min(max(neighbours, 0), MAX_NEAR)
    yield "asked", float(ASKED.search(before) is not None)
    yield "no_people", float(PEOPLE.match(after) is None)
    yield "listed", float(bool(_BEFORE_IN_LIST.search(before)) + bool(_AFTER_IN_LIST.match(after))) / 2
    opens = not before.strip() or before.rstrip()[-1] in ".:;•-"
    yield "capital_inside", float(view[start].isupper() and not opens)
    yield "lower", float(view[start].islower())
    yield "alone", float(facts is not None and end - start >= ALONE * (facts.sentence.end - facts.sentence.start))
    yield "requirement", float(kind == "requirements")
    yield "wish", float(kind == "preferred")
    yield "duty", float(kind == "responsibilities")
    yield "heading", float(kind == HEADING)
    yield "in_brackets", float(before.rfind("(") > before.rfind(")"))
    yield "no_name", float(not overlaps(start, end, near.names))
    yield "no_company", float(not _NAME_AFTER.match(after))
    yield "no_address", float(not _ADDRESS.match(after))
    yield "whole", float(not overlaps(start - 2, end + 2, near.taken))
    yield "no_study", float(not (_STUDY.search(before) or _STUDY_AFTER.match(after)))


def _glue(name: str) -> float:
    """How common the words are that a term hides behind a small letter or a digit, as pasted texts glue lines ("SPARQLWe")."""
    humps = [m.group() for m in _HUMP.finditer(name)]
    inner = [h for h, before in zip(humps[1:], humps, strict=False) if h[1:].islower() and (before + h) in name]
    return max((commonness(h) for h in inner), default=0.0)
