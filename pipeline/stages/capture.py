"""The proposals of a run: new skills, KRAs, titles and links. The store puts them into the review queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.title_keys import title_as_written
from pipeline.config import Config
from pipeline.contracts import Decision, Extraction, LibraryMatch, NewKra, NewSkill, RoleScore, Updates, wire_score
from pipeline.stages.skills import FoundSkill
from pipeline.text import Sentence
from pipeline.vectors import Vectors

MAX_PREVIEW = 200
"""Characters of a sentence that are put on the wire."""
MIN_KRA_WORDS, MAX_KRA_WORDS = 5, 60
MIN_CONFIDENCE = 0.8
"""Confidence from which on a title is proposed for the chosen role."""
MAX_TITLE_WORDS = 6
MIN_SKILLS = 2
"""Skills of a dimension that a text must name before the dimension is proposed for its role."""

_NO_DUTY = frozenset(
    "be you you'll you’ll your we we're we’re our the this that these those as at if it they there candidates candidate "
    "employees successful ideal who what why how join one at an a note please all any other".split()
)
"""A sentence that begins with one of these is about the employer or the candidate, not about the role."""


@dataclass(frozen=True)
class Duty:
    """A sentence of responsibilities with its vector, (width,) float32, unit length."""

    sentence: Sentence
    vector: Vectors


def capture(
    decision: Decision, skills: Sequence[FoundSkill], duties: Sequence[Duty], indexes: Indexes, config: Config
) -> Updates:
    """Return the new skills and the new KRAs of the chosen role.

    A sentence is a new KRA when its best similarity (cosine) with the role's KRAs is below ``novel_kra_below``.
    """
    role = decision.chosen_role
    kras = _new_kras(role, duties, indexes, config) if role else []
    return Updates(
        centroid_n_after=None,
        centroid_updated=False,
        collision_log_id=None,
        new_kra_attached=kras[0] if kras else None,
        new_kras_attached=kras,
        new_skills_attached=[
            NewSkill(
                is_primary=s.is_primary,
                queue_id=None,
                role_display_name=role.display_name if role else None,
                role_slug=role.slug if role else None,
                skill_name=s.name,
                status="pending",
            )
            for s in skills
            if s.slug is None
        ],
        queue_entry_id=None,
        v3_pipeline_triggered=False,
        v3_role_slug=None,
        v3_run_id=None,
    )


def _new_kras(role: RoleScore, duties: Sequence[Duty], indexes: Indexes, config: Config) -> list[NewKra]:
    """The duties that no KRA of the role is near, the least similar first."""
    rows = indexes.kras.rows_of(role.slug)
    vectors = None if rows is None else indexes.kras.vectors[rows]
    novel: list[tuple[float, Sentence]] = []
    for duty in duties:
        best = 0.0 if vectors is None else float((vectors @ duty.vector).max())
        if best < config.novel_kra_below and reads_like_duty(duty.sentence.text):
            novel.append((best, duty.sentence))
    novel.sort(key=lambda n: (wire_score(n[0]), n[1].start))
    return [
        NewKra(
            best_kra_similarity=wire_score(best),
            queue_id=None,
            r_and_r_preview=sentence.text[:MAX_PREVIEW],
            role_display_name=role.display_name,
            role_slug=role.slug,
            status="pending",
        )
        for best, sentence in novel[: config.captured_kras]
    ]


def reads_like_duty(text: str) -> bool:
    """Return whether a sentence may be a duty, by its length and its first word."""
    words = text.split()
    return MIN_KRA_WORDS <= len(words) <= MAX_KRA_WORDS and words[0].lower() not in _NO_DUTY


def missing_title(extraction: Extraction) -> str | None:
    """Return the text's title without seniority, where the chosen role is confident and no role has such a title; else null."""
    decision, title = extraction.decision, extraction.parsed.role
    if decision.chosen_role is None or decision.confidence < MIN_CONFIDENCE:
        return None
    if extraction.signals.alias_match_roles or not title:
        return None
    name = title_as_written(title)
    return name if name and len(name.split()) <= MAX_TITLE_WORDS else None


def missing_links(library_match: LibraryMatch) -> dict[str, list[str]]:
    """Return the dimensions that the chosen role may lack, by slug, with the names of their skills in the text.

    They are those of at least ``MIN_SKILLS`` skills, none of which reaches the role by any of its dimensions.
    """
    role = library_match.chosen_role
    if role is None:
        return {}
    skills_of: dict[str, list[str]] = defaultdict(list)
    for detail in library_match.skills_detail:
        reaches_role = any(r.slug == role.slug for d in detail.dimensions for r in d.roles_from_db)
        if reaches_role or detail.canonical is None or detail.canonical.skill_nature == "SOFT_SKILL":
            continue
        for link in detail.dimensions:
            # Where no role carries a dimension, the dimension is in question, and not this role.
            if link.roles_from_db:
                skills_of[link.dimension.slug].append(detail.input_skill)
    return {slug: skills for slug, skills in skills_of.items() if len(skills) >= MIN_SKILLS}
