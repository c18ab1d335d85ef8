"""The strip that is read first: which role, why, and what to look at."""

from __future__ import annotations

from html import escape

from pages.parts import theme
from pipeline.contracts import Step1, Step2
from pipeline.stages.decision import CASE_NAMES


def strip(step1: Step1, step2: Step2 | None) -> str:
    decision = step1.stage4_decision
    case = f"case {decision.case} · {CASE_NAMES[decision.case]}"
    if decision.chosen_role:
        others = [r for r in decision.ranking if r.slug != decision.chosen_role.slug]
        runner_up = ""
        if others:
            runner_up = f" · runner-up {theme.span(others[0].display_name, 'role')} {others[0].probability:.2f}"
        role = (
            f'<div class="jdw-chosen">{escape(decision.chosen_role.display_name)} {theme.tag(case)}</div>'
            f'<div class="jdw-meta">confidence <b>{decision.confidence:.2f}</b>{runner_up}</div>'
            f'<div class="jdw-meta">{escape(decision.chosen_role.slug)} · id {decision.chosen_role.role_id} · '
            f"{escape(step2.chosen_role.source if step2 and step2.chosen_role else 'db')}</div>"
        )
    else:
        role = f'<div class="jdw-chosen jdw-none">No role {theme.tag(case)}</div>'
        if decision.new_role_display_name:
            role += f'<div class="jdw-meta">proposed: {theme.span(decision.new_role_display_name, "role")}</div>'
    return (
        f'<div class="jdw-verdict"><div>{theme.caption("Chosen role")}{role}</div>'
        f"<div>{theme.caption('Why')}{escape(decision.reasoning)}{_evidence(step1)}</div>"
        f"<div>{theme.caption('Look at')}{_doubts(step1, step2)}</div></div>"
    )


JUDGEMENT_NAMES = {
    "parse": "Reading the text",
    "skills": "Finding skills",
    "role": "Choosing the role",
    "second_judge": "Second judge",
    "new_skills": "Placing new skills",
    "nature_of_work": "Nature of work",
    "tech_stack_maturity": "Tech stack maturity",
}


def notes(found: list[dict[str, str]]) -> str:
    """What a reader must know of the model's judgements: where the local engine took over, what was left out."""
    rows = []
    for kind, tone, title in (
        ("fallback", "doubt", "local engine took over"),
        ("invented", "bad", "left out: not in the text or the catalog"),
        ("unpriced", "doubt", "price not known"),
    ):
        mine = [n for n in found if n["kind"] == kind]
        for detail in dict.fromkeys(n["detail"] for n in mine):
            names = ", ".join(JUDGEMENT_NAMES[n["judgement"]] for n in mine if n["detail"] == detail)
            rows.append(f'<div>{theme.tag(title, tone)} <b>{escape(names)}</b> · {escape(detail)}</div>')
    return f'<div class="jdw-notes">{"".join(rows)}</div>'


def _evidence(step1: Step1) -> str:
    decision = step1.stage4_decision
    rows = []
    for title, kind, names in (
        ("Matched skills", "skill", decision.matched_skills),
        ("Matched dimensions", "dimension", decision.matched_dimensions),
        ("Matched KRAs", "kra", decision.matched_kras),
    ):
        if names:
            shown = ", ".join(theme.span(n, kind) for n in names[:7])
            more = f" and {len(names) - 7} more" if len(names) > 7 else ""
            rows.append(
                f'<details><summary class="jdw-meta">{title} · {len(names)}</summary><div>{shown}{more}</div></details>'
            )
    return "".join(rows)


def _doubts(step1: Step1, step2: Step2 | None) -> str:
    """What a reviewer should look at, the worst first."""
    decision, signals = step1.stage4_decision, step1.stage3_signals
    tags = []
    chosen = decision.chosen_role.slug if decision.chosen_role else None
    if step1.rejected:
        tags.append(theme.tag("not a usable job description", "bad"))
    if decision.case == "D":
        tags.append(theme.tag("no role fits", "bad"))
    if decision.case == "C":
        tags.append(theme.tag("signals conflict", "doubt"))
    if decision.alias_collision_detected:
        tags.append(theme.tag("title alias of several roles", "doubt"))
    if signals.alias_match_roles and all(r.is_generic for r in signals.alias_match_roles):
        tags.append(theme.tag("generic title", "doubt"))
    for name, rows in (
        ("title", signals.title_match_roles),
        ("skills", signals.skill_match_roles),
        ("KRAs", signals.kra_match_roles),
    ):
        if rows and chosen and rows[0].slug != chosen and not (name == "title" and rows[0].score < 0.9):
            tags.append(theme.tag(f"{name} disagree{'s' if name == 'title' else ''}", "doubt"))
    if any(r.tied for r in signals.skill_match_roles):
        tags.append(theme.tag("tie in skills", "doubt"))
    new = sum(s.slug is None for s in step1.final_skills)
    if new:
        tags.append(theme.tag(f"{new} new skill{'' if new == 1 else 's'}", "doubt"))
    if step2:
        orphans = sum(1 for d in step2.skills_detail if d.canonical and not d.dimensions)
        if orphans:
            tags.append(theme.tag(f"{orphans} skills without dimension", "bad"))
    notes = "".join(
        f'<div class="jdw-meta">{escape(line[0].upper() + line[1:])}</div>' for line in decision.conflict[:3]
    )
    return ("".join(tags) or theme.tag("nothing contradicts", "good")) + notes
