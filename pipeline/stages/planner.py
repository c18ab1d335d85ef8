"""What was planned for each skill that the catalog lacks, and for a new role: the object ``planner_output`` of step 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.contracts import (
    ClientOutput,
    Extraction,
    LibraryMatch,
    NewSkillMeta,
    PlannedBaseline,
    PlannedRole,
    PlannedSkill,
    PlannedStep,
    PlannerOutput,
    RoleOutput,
    SkillDetail,
)
from pipeline.stages.orchestrator import merged_into

NOT_RUN = "the orchestrator did not run for it"
MAX_NAMED = 3
"""Relations that a note names."""


def planner_output(extraction: Extraction, library_match: LibraryMatch) -> PlannerOutput:
    """Return the plans for what the catalog lacks; the new role has no baseline yet."""
    lacking = [d for d in library_match.skills_detail if d.canonical is None]
    decision = extraction.decision
    role = None
    if decision.is_new_role and decision.new_role_display_name:
        role = PlannedRole(display_name=decision.new_role_display_name, slug=decision.new_role_slug, baseline=None)
    return PlannerOutput(skills=[_planned(detail) for detail in lacking], role=role)


def with_baseline(role_output: RoleOutput, client_output: Mapping[str, Any]) -> RoleOutput:
    """Return step 3 with the baseline of its new role, from the client output; as it is where no role is planned."""
    planned = role_output.planner_output
    if planned is None or planned.role is None:
        return role_output
    role = planned.role.model_copy(update={"baseline": baseline_of(client_output)})
    return role_output.model_copy(update={"planner_output": planned.model_copy(update={"role": role})})


def baseline_of(client_output: Mapping[str, Any]) -> PlannedBaseline:
    """Return the baseline that a role would have by the client output of a JD."""
    read = ClientOutput.model_validate(client_output)
    return PlannedBaseline(
        nature_of_work=read.nature_of_work.label,
        nature_summary=read.nature_of_work.summary,
        tech_stack_maturity=read.tech_stack_maturity.label,
        maturity_reasoning=read.tech_stack_maturity.reasoning,
        ai_index=read.ai_index.value,
        ai_indicators=[name for name, holds in read.ai_index.indicators.model_dump().items() if holds is True],
    )


def _planned(detail: SkillDetail) -> PlannedSkill:
    """The plan for one skill."""
    meta = detail.new_skill_meta
    if meta is None or (meta.enrichment is None and not meta.split_log):
        reason = (meta.warnings[0] if meta and meta.warnings else None) or NOT_RUN
        return PlannedSkill(
            skill_name=detail.input_skill,
            plan="skipped",
            target=None,
            dimensions=[],
            confidence=None,
            steps=_steps(meta, reason) if meta else [],
            skipped_reason=reason,
        )
    target = merged_into(meta)
    plan = "split" if meta.split_log else "form_of_skill" if target else "new_skill"
    kept = meta.keep_log[0].confidence if meta.keep_log else None
    sure = meta.split_log[0].confidence if meta.split_log else target.confidence if target else kept
    return PlannedSkill(
        skill_name=detail.input_skill,
        plan=plan,
        target=target.slug if target and plan == "form_of_skill" else None,
        dimensions=[d.slug for d in meta.placed or ()] if plan == "new_skill" else [],
        confidence=sure,
        steps=_steps(meta, ""),
        skipped_reason=None,
    )


def _steps(meta: NewSkillMeta, skipped: str) -> list[PlannedStep]:
    """The four steps with what each came to."""
    no_evidence = skipped or "nothing near it tells"
    typed, placed, related, facts = meta.typed, meta.placed or [], meta.relationships, meta.enrichment
    notes = {
        "typed": f"{typed.skill_nature}{_share(typed.confidence)}" if typed else "",
        "placed": ", ".join(f"{d.display_name}{_share(d.score)}" for d in placed),
        "relations": _related(meta) if related else "",
        "facts": ", ".join(f"{f.fact} {f.value}" for f in facts.facts) if facts else "",
    }
    otherwise = {"typed": no_evidence, "placed": no_evidence, "relations": "none was found", "facts": no_evidence}
    return [PlannedStep(step=step, done=bool(note), note=note or otherwise[step]) for step, note in notes.items()]


def _related(meta: NewSkillMeta) -> str:
    found = meta.relationships.found if meta.relationships else []
    named = [f"{r.relation.replace('_', ' ')} {r.display_name}{_share(r.confidence)}" for r in found[:MAX_NAMED]]
    return "; ".join(named)


def _share(confidence: float | None) -> str:
    return "" if confidence is None else f" {confidence:.2f}"
