"""The client output: skill cluster, nature of work, AI index, tech stack maturity, skills, KRA description.

It is computed from step 1 alone, with the text beside it where that is there. A part that the text says too little of is that of
the chosen role's baseline in the catalog, and ``sources`` says so.
"""

from __future__ import annotations

from typing import Any

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import ClientOutput, Extraction
from pipeline.stages.details import dimension_choice
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.enrichment.ai_index import ai_index
from pipeline.stages.enrichment.baseline import Judgements, fill_from_baseline, lacking_parts
from pipeline.stages.enrichment.cluster import skill_cluster
from pipeline.stages.enrichment.matched import matched_skills, skills_in_order
from pipeline.stages.enrichment.maturity import KeptMaturities, stack_of, tech_stack_maturity
from pipeline.stages.enrichment.nature import nature_of_work
from pipeline.stages.enrichment.passages import Passages, passages_of_extraction, passages_of_text


def enrich(
    extraction: Extraction, indexes: Indexes, jd: EncodedJD | None = None, kept: KeptMaturities | None = None
) -> dict[str, Any]:
    """Return the client output of step 1 as a JSON object."""
    return client_output(extraction, indexes, jd, kept).wire()


def client_output(
    extraction: Extraction, indexes: Indexes, jd: EncodedJD | None = None, kept: KeptMaturities | None = None
) -> ClientOutput:
    """Return the client output of step 1.

    ``jd`` is its text, of which more is read than step 1 holds; ``kept`` are the judgements of stacks that were made before.
    """
    passages = passages_of_text(jd) if jd is not None else passages_of_extraction(extraction, indexes.encoder)
    matched = matched_skills(extraction, indexes)
    chosen = extraction.decision.chosen_role
    baseline = indexes.catalog.baseline_of_role.get(chosen.slug) if chosen else None
    lacking = lacking_parts(len(stack_of(matched)), passages.says_what_is_done)
    judged = fill_from_baseline(_judgements(extraction, indexes, passages, kept), lacking, baseline)
    skills = skills_in_order(extraction)
    return ClientOutput(
        sparse_jd=bool(lacking),
        role_baseline_loaded=baseline is not None,
        sources=judged.sources,
        nature_of_work=judged.nature_of_work,
        tech_stack_maturity=judged.tech_stack_maturity,
        ai_index=judged.ai_index,
        skills=[s.skill_name for s in skills],
        skill_cluster=skill_cluster(skills, matched, dimension_choice(extraction, indexes)),
        kra_description="\n".join(block.text for block in extraction.parsed.roles_and_responsibilities),
    )


def _judgements(
    extraction: Extraction, indexes: Indexes, passages: Passages, kept: KeptMaturities | None
) -> Judgements:
    """What the text says of each part that is judged."""
    matched = matched_skills(extraction, indexes)
    return Judgements(
        nature_of_work(extraction, matched, passages, indexes),
        tech_stack_maturity(matched, kept),
        ai_index(extraction, matched, passages, indexes),
    )
