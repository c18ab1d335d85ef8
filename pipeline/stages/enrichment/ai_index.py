"""The AI index: how much a job depends on AI, from 0 (no use) to 5 (fully).

Six indicators have a weight each, and the vocabulary has up to ``MAX_WORD_POINTS``:

    index = sum of the weights of the indicators that hold + min(MAX_WORD_POINTS, (1 a + 2 f + 3 c) / WORDS_PER_POINT)

for ``a`` assistants, ``f`` frameworks and ``c`` models and concepts. All are skills of the catalog that were found in the text
in their sense; which of them are of AI, the catalog says (``catalog.ai_skills``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalog.ai_skills import AiKind, ai_kind, is_ai_role, names_ai
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import (
    AiEvidence,
    AiIndex,
    AiIndicators,
    AiSign,
    AiVocabulary,
    AiVocabularyWeights,
    Extraction,
    TextSpan,
    wire_score,
)
from pipeline.stages.enrichment.ai_sentences import Purpose, ai_uses
from pipeline.stages.enrichment.matched import MatchedSkill
from pipeline.stages.enrichment.passages import Passage, Passages

VERSION = "v2.1"
MAX_INDEX = 5.0
WEIGHTS: Mapping[str, float] = {
    "title_match": 1.0,
    "has_ai_skill": 0.25,
    "ai_skill_primary": 1.0,
    "ai_skill_secondary": 0.25,
    "on_ai_team": 0.5,
    "builds_ai_products": 0.5,
}
"""Points of each indicator; with ``MAX_WORD_POINTS`` they are ``MAX_INDEX``."""
WORD_WEIGHTS: Mapping[AiKind, int] = {"assistants": 1, "frameworks": 2, "concepts": 3}
"""Weight of each skill of the vocabulary, by its kind."""
WORDS_PER_POINT, MAX_WORD_POINTS = 10.0, 1.5
"""Weighted skills for one point, and the points that the vocabulary gives at most."""
FORMULA = (
    f"Index = points of the indicators that hold + vocabulary, at most {MAX_WORD_POINTS:g}: "
    f"(1 × assistants + 2 × frameworks + 3 × models and concepts) / {WORDS_PER_POINT:g}."
)
"""The rule in words."""
MAX_EVIDENCE = 3
"""Sentences that are shown for an indicator."""


@dataclass(frozen=True)
class AiSkill:
    """A skill of AI of the JD, and what kind it is there."""

    matched: MatchedSkill
    kind: AiKind

    @property
    def is_primary(self) -> bool:
        """Whether the position depends on it; an assistant is used beside the work."""
        return self.matched.final.is_primary and self.kind != "assistants"


def ai_index(extraction: Extraction, matched: Sequence[MatchedSkill], passages: Passages, indexes: Indexes) -> AiIndex:
    """Return the AI index of a JD with what speaks for each indicator."""
    uses = _uses(passages, indexes.ai_forms)
    skills = _supported(list(_ai_skills(matched, uses, indexes)))
    primary = [s for s in skills if s.is_primary]
    secondary = [s for s in skills if not s.is_primary]
    evidence: dict[str, list[AiEvidence]] = {
        "title_match": _title(extraction, indexes),
        "has_ai_skill": [_of_skill(s) for s in skills],
        "ai_skill_primary": [_of_skill(s) for s in primary],
        "ai_skill_secondary": [_of_skill(s) for s in secondary],
        "on_ai_team": _sentences(uses, "team"),
        "builds_ai_products": _sentences(uses, "product"),
    }
    named: dict[AiKind, list[str]] = {
        kind: list(dict.fromkeys(s.matched.name for s in skills if s.kind == kind)) for kind in WORD_WEIGHTS
    }
    points = word_points(named)
    value = points + sum(weight for name, weight in WEIGHTS.items() if evidence[name])
    return AiIndex(
        value=wire_score(min(value, MAX_INDEX)),
        version=VERSION,
        indicators=AiIndicators(**{name: bool(evidence[name]) for name in WEIGHTS}),
        vocabulary=AiVocabulary.model_validate(named),
        signs=[
            AiSign(indicator=name, holds=bool(evidence[name]), weight=weight, evidence=evidence[name])
            for name, weight in WEIGHTS.items()
        ],
        vocabulary_weights=AiVocabularyWeights.model_validate(WORD_WEIGHTS),
        vocabulary_points=wire_score(points),
    )


def word_points(named: Mapping[AiKind, Sequence[str]]) -> float:
    """Return the points of the vocabulary: skills by their kind."""
    weighted = sum(WORD_WEIGHTS[kind] * len(names) for kind, names in named.items())
    return min(weighted / WORDS_PER_POINT, MAX_WORD_POINTS)


def sum_in_words(points: Sequence[float], counts: Mapping[str, int]) -> str:
    """Return how an index comes about: the points of the indicators that hold, and how many skills each kind has."""
    terms = [f"{weight} × {counts.get(kind, 0)}" for kind, weight in WORD_WEIGHTS.items()]
    words = word_points({kind: [""] * counts.get(kind, 0) for kind in WORD_WEIGHTS})
    value = min(sum(points) + words, MAX_INDEX)
    return f"{sum(points):g} + ({' + '.join(terms)}) / {WORDS_PER_POINT:g}, which is {words:g}, = {value:.2f}"


def _uses(passages: Passages, forms: re.Pattern[str] | None) -> Mapping[Purpose, list[tuple[Passage, str]]]:
    """The sentences that name a field of AI, with its words, by what it is there for."""
    found: dict[Purpose, list[tuple[Passage, str]]] = defaultdict(list)
    for passage in passages.sentences if forms else ():
        for words, purpose in ai_uses(passage, forms):  # type: ignore[arg-type]
            found[purpose].append((passage, words.lower()))
    return found


def _ai_skills(
    matched: Sequence[MatchedSkill], uses: Mapping[Purpose, list[tuple[Passage, str]]], indexes: Indexes
) -> Iterable[AiSkill]:
    """The skills of AI; a field of which the text has nothing but tools that use it ("AI-powered tools") is an assistant."""
    as_tool = {words for _, words in uses.get("tool", ())}
    otherwise = {words for purpose, found in uses.items() if purpose != "tool" for _, words in found}
    for row in matched:
        kind = ai_kind(row.skill, indexes.catalog)
        if kind is None:
            continue
        words = {" ".join(m.text.lower().split()) for m in row.final.mentions}
        is_tool = bool(words) and all(_begins(w, as_tool) and not _begins(w, otherwise) for w in words)
        yield AiSkill(row, "assistants" if is_tool else kind)


def _supported(skills: list[AiSkill]) -> list[AiSkill]:
    """The skills, or none where all that there is is one idea that names no field of AI: servers are clustered too."""
    is_lone_idea = (
        len(skills) == 1 and skills[0].kind == "concepts" and not names_ai(skills[0].matched.skill.display_name)
    )
    return [] if is_lone_idea else skills


def _begins(words: str, known: Iterable[str]) -> bool:
    return any(words == k or words.startswith(f"{k}-") or k.startswith(f"{words}-") for k in known)


def _title(extraction: Extraction, indexes: Indexes) -> list[AiEvidence]:
    """The title where it names a field of AI, or is one of a role of an AI family."""
    title = extraction.jd_role.display_name
    if not title:
        return []
    forms = indexes.ai_forms
    owners = [r.slug for r in extraction.signals.alias_match_roles if not r.is_generic]
    is_owned = bool(owners) and all(is_ai_role(slug, indexes.catalog) for slug in owners)
    if not is_owned and not (forms and forms.search(title)):
        return []
    return [AiEvidence(text=title, skill=None, source=extraction.jd_role.source)]


def _of_skill(skill: AiSkill) -> AiEvidence:
    final = skill.matched.final
    first = min(final.mentions, key=lambda m: m.start, default=None)
    place = TextSpan(start=first.start, end=first.end) if first else None
    return AiEvidence(text=final.skill_name, skill=skill.matched.skill.slug, source=place)


def _sentences(uses: Mapping[Purpose, list[tuple[Passage, str]]], purpose: Purpose) -> list[AiEvidence]:
    once = dict.fromkeys(passage for passage, _ in uses.get(purpose, ()))
    return [AiEvidence(text=p.text, skill=None, source=p.source) for p in list(once)[:MAX_EVIDENCE]]
