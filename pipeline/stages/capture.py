"""Stage 5: what the run would add to the catalog. It adds nothing: the store puts it into the review queue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.catalog.indexes import Indexes, bare_title
from pipeline.config import Config
from pipeline.contracts import Decision, NewKra, NewSkill, Step1, Step2, Updates, wire_score
from pipeline.embedding import Vectors
from pipeline.stages.skills import FoundSkill
from pipeline.text import Sentence

PREVIEW = 200
"""Characters of a sentence that are put on the wire."""
SURE = 0.8
"""Confidence from which on a title may become one of the chosen role's."""
TITLE_WORDS = 6
LINK_SKILLS = 2
"""Skills of a dimension that a text must name before its role may have to carry it."""


# A sentence that begins so tells about the employer or the candidate, not what the role does.
_NO_DUTY = frozenset(
    "be you you'll you’ll your we we're we’re our the this that these those as at if it they there candidates candidate "
    "employees successful ideal who what why how join one at an a note please all any other".split()
)


def capture(
    decision: Decision,
    skills: Sequence[FoundSkill],
    duties: Sequence[tuple[int, Sentence]],
    vectors: Vectors,
    indexes: Indexes,
    config: Config,
) -> Updates:
    """New skills and new KRAs of the chosen role.

    ``duties`` are the sentences of responsibilities with their rows in ``vectors`` ((n_sentences, width) float32). A
    sentence is a new KRA when no KRA of the role is near it; its true best similarity stands beside it.
    """
    role = decision.chosen_role
    kras = _new_kras(decision, duties, vectors, indexes, config) if role else []
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


def _new_kras(
    decision: Decision, duties: Sequence[tuple[int, Sentence]], vectors: Vectors, indexes: Indexes, config: Config
) -> list[NewKra]:
    role = decision.chosen_role
    if role is None or not duties:
        return []
    matrix = indexes.kras
    known = np.zeros((0, vectors.shape[1]), np.float32)
    if role.slug in matrix.roles:
        at = matrix.roles.index(role.slug)
        end = matrix.starts[at + 1] if at + 1 < len(matrix.starts) else len(matrix.texts)
        known = matrix.vectors[matrix.starts[at] : end]
    found: list[tuple[float, Sentence]] = []
    for row, sentence in duties:
        best = float((known @ vectors[row]).max()) if len(known) else 0.0
        words = sentence.text.split()
        if best < config.novel_kra_below and 5 <= len(words) <= 60 and words[0].lower() not in _NO_DUTY:
            found.append((best, sentence))
    found.sort(key=lambda f: (wire_score(f[0]), f[1].start))
    return [
        NewKra(
            best_kra_similarity=wire_score(best),
            queue_id=None,
            r_and_r_preview=sentence.text[:PREVIEW],
            role_display_name=role.display_name,
            role_slug=role.slug,
            status="pending",
        )
        for best, sentence in found[: config.captured_kras]
    ]


def missing_title(step1: Step1) -> str | None:
    """The text's title, bare of seniority, where the chosen role is sure and no role has such a title."""
    decision, title = step1.stage4_decision, step1.nano_parsed.role
    if decision.chosen_role is None or decision.confidence < SURE or step1.stage3_signals.alias_match_roles or not title:
        return None
    bare = bare_title(title)
    if not bare or len(bare.split()) > TITLE_WORDS:
        return None
    # As the text writes it: "SAP BW Architect".
    written = {word.strip(",.;:()").lower(): word.strip(",.;:()") for word in title.split()}
    return " ".join(written.get(word, word.capitalize()) for word in bare.split())


def missing_links(step2: Step2) -> dict[str, list[str]]:
    """Dimensions that the chosen role may have to carry, by slug: those of several skills that it reaches by none of its own."""
    chosen = step2.chosen_role
    found: dict[str, list[str]] = {}
    for detail in step2.skills_detail if chosen else ():
        reached = any(chosen and r.slug == chosen.slug for d in detail.dimensions for r in d.roles_from_db)
        if reached or detail.canonical is None or detail.canonical.skill_nature == "SOFT_SKILL":
            continue
        for link in detail.dimensions:
            # Where no role carries a dimension, the dimension is in question, and not this role.
            if link.roles_from_db:
                found.setdefault(link.dimension.slug, []).append(detail.input_skill)
    return {slug: skills for slug, skills in found.items() if len(skills) >= LINK_SKILLS}
