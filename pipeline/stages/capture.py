"""The proposals of a run: new skills, KRAs, titles and links. The store puts them into the review queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.title_keys import title_as_written
from pipeline.config import Config
from pipeline.contracts import (
    Decision,
    Extraction,
    LibraryMatch,
    NearestKra,
    NewKra,
    NewSkill,
    RoleScore,
    Updates,
    wire_score,
)
from pipeline.stages.duties import Duty
from pipeline.stages.kra_signs import RoleNearness, distinct, kra_probability, kra_signs, nearness
from pipeline.stages.skills import FoundSkill

MIN_CONFIDENCE = 0.8
"""Confidence from which on a title is proposed for the chosen role."""
MAX_TITLE_WORDS = 6
MIN_SKILLS = 2
"""Skills of a dimension that a text must name before the dimension is proposed for its role."""
SAME_FROM = 0.86
"""Cosine from which on two duties say the same: in one text, and in the review queue."""


def capture(
    decision: Decision, skills: Sequence[FoundSkill], duties: Sequence[Duty], indexes: Indexes, config: Config
) -> Updates:
    """Return the new skills and the new KRAs of the chosen role.

    A duty is a new KRA when its best similarity (cosine) with the role's KRAs is below ``novel_kra_below``, and a curator would
    probably accept it (``stages.kra_signs``).
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


@dataclass(frozen=True)
class _NewDuty:
    """A duty that the role's KRAs lack."""

    duty: Duty
    near: RoleNearness
    probability: float


def _new_kras(role: RoleScore, duties: Sequence[Duty], indexes: Indexes, config: Config) -> list[NewKra]:
    """The duties that no KRA of the role is near and that a curator would accept, each once, the least similar first."""
    if not duties:
        return []
    matrix = indexes.kras
    found: list[_NewDuty] = []
    for duty, near in zip(duties, nearness(np.stack([d.vector for d in duties]), role.slug, matrix), strict=True):
        probability = kra_probability(kra_signs(duty, near))
        if near.own < config.novel_kra_below and probability >= config.min_kra_probability:
            found.append(_NewDuty(duty, near, probability))
    found.sort(key=lambda n: (wire_score(n.near.own), n.duty.sentence.start))
    kept = distinct(np.stack([n.duty.vector for n in found]), SAME_FROM) if found else ()
    return [_new_kra(role, found[i], indexes, config) for i in kept[: config.captured_kras]]


def _new_kra(role: RoleScore, new: _NewDuty, indexes: Indexes, config: Config) -> NewKra:
    near, catalog = new.near, indexes.catalog
    nearest = None
    if near.other_kra is not None:
        owner = catalog.role[indexes.kras.role_at(near.other_kra)]
        nearest = NearestKra(
            kra_text=indexes.kras.texts[near.other_kra],
            role_display_name=owner.display_name,
            role_slug=owner.slug,
            similarity=wire_score(near.other),
        )
    return NewKra(
        best_kra_similarity=wire_score(near.own),
        queue_id=None,
        r_and_r_preview=new.duty.sentence.text,
        role_display_name=role.display_name,
        role_slug=role.slug,
        status="pending",
        novelty="every_role" if near.other < config.novel_kra_below else "this_role",
        nearest_other=nearest,
        acceptance=wire_score(new.probability),
    )


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
