"""What a run captured for review, and what followed from its decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from pages.components import links, markup, nearest_roles
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.run.sides import RunView
from pipeline.catalog.collisions import collision_key
from pipeline.contracts import AliasCollision, Decision, NewKra, NewRole, NewSkill, RoleOutput, Updates

SKILL_COLUMNS = ("New skill", "Rank", "Role", "Status", "Proposed by", Column("Queue", "n"))
KRA_COLUMNS = ("Duty that no KRA of the role covers", Column("Similarity", "n"), Column("Queue", "n"))


def show(view: RunView, runs_of: Mapping[int, int]) -> None:
    """New skills and duties, the decision's consequences, library artifacts.

    ``runs_of`` counts, for each number in the review queue, the runs that proposed it.
    """
    extraction, role_output = view.shown.extraction, view.shown.role_output
    updates = extraction.updates
    if updates.new_role_attached:
        st.html(_role(view, updates.new_role_attached, runs_of) + _baseline(role_output))
    if updates.new_skills_attached:
        st.html(
            markup.table(SKILL_COLUMNS, [_skill_row(view, skill, runs_of) for skill in updates.new_skills_attached])
        )
    if updates.new_kras_attached:
        st.html(markup.table(KRA_COLUMNS, [_kra_row(view, kra, runs_of) for kra in updates.new_kras_attached]))
    if not (updates.new_skills_attached or updates.new_kras_attached or updates.new_role_attached):
        st.html(markup.empty("Nothing new: every skill and every duty of this text is in the catalog."))
    st.html(markup.facts(consequences(extraction.decision, updates)))
    if role_output and role_output.library_artifacts:
        rows = [(a.kind.replace("_", " "), a.detail, str(a.db_id or "–")) for a in role_output.library_artifacts]
        st.html(
            markup.caption("Library artifacts of this run") + markup.table(["Kind", "Detail", Column("Id", "n")], rows)
        )


def _role(view: RunView, role: NewRole, runs_of: Mapping[int, int]) -> Markup:
    """The proposed role: its name, family and titles, what it would carry, and its duties."""
    head = markup.fill(
        "{} {} · proposed by {} · {}",
        markup.span(role.display_name, "role", bold=True),
        markup.tag(role.status, "doubt"),
        _runs(role.queue_id, runs_of),
        _queue(role.queue_id, "role"),
    )
    carried = markup.join(
        markup.block(
            markup.fill(
                "{} {}", view.entries.link("dimension", d.slug, d.display_name), markup.meta_span(", ".join(d.skills))
            )
        )
        for d in role.dimensions
    )
    duties = markup.join(markup.block(markup.span(kra, "kra")) for kra in role.kras)
    facts = (
        ("Family", role.role_family),
        ("Kind of work", role.role_archetype),
        ("Other titles", ", ".join(role.aliases)),
        ("Dimensions", carried),
        ("KRAs", duties),
    )
    return (
        markup.caption("New role")
        + markup.block(head)
        + markup.facts((name, value) for name, value in facts if value)
        + nearest_roles.blocks(role.nearest_roles)
    )


def _baseline(role_output: RoleOutput | None) -> Markup:
    """The baseline that the proposed role would have; nothing in a run that has none."""
    planned = role_output.planner_output if role_output else None
    baseline = planned.role.baseline if planned and planned.role else None
    if baseline is None:
        return Markup()
    indicators = ", ".join(name.replace("_", " ") for name in baseline.ai_indicators)
    facts = (
        ("Kind of work", baseline.nature_of_work),
        ("What is done", baseline.nature_summary),
        ("Stack", baseline.tech_stack_maturity),
        ("Why", baseline.maturity_reasoning),
        ("AI index", f"{baseline.ai_index:.2f}" + (f": {indicators}" if indicators else "")),
    )
    return markup.caption("Its baseline, by this text") + markup.facts((n, v) for n, v in facts if v)


def _skill_row(view: RunView, skill: NewSkill, runs_of: Mapping[int, int]) -> list[Markup | str]:
    return [
        markup.span(skill.skill_name, "skill", bold=True),
        "primary" if skill.is_primary else "secondary",
        view.entries.link("role", skill.role_slug, skill.role_display_name or "–"),
        markup.tag(skill.status, "doubt"),
        _runs(skill.queue_id, runs_of),
        _queue(skill.queue_id, "skill"),
    ]


def _kra_row(view: RunView, kra: NewKra, runs_of: Mapping[int, int]) -> list[Markup | str]:
    """A captured duty: below it its role, what it is new to, what has become of it; the similarity is that with the role's nearest KRA."""
    role = view.entries.link("role", kra.role_slug, kra.role_display_name)
    proposed = f"proposed by {_runs(kra.queue_id, runs_of)}"
    below = markup.join(filter(None, (markup.fill("for {}", role), _novelty(view, kra), proposed)), " · ")
    return [
        markup.span(kra.r_and_r_preview, "kra") + " " + markup.tag(kra.status, "doubt") + markup.meta(below),
        f"{kra.best_kra_similarity:.2f}",
        _queue(kra.queue_id, "kra"),
    ]


def _novelty(view: RunView, kra: NewKra) -> Markup | str:
    """Whether no role has such a KRA, or another one has, and which is the nearest; nothing in an old document."""
    near = kra.nearest_other
    if kra.novelty != "this_role" or near is None:
        return "new to every role" if kra.novelty else ""
    owner = view.entries.link("role", near.role_slug, near.role_display_name)
    return markup.fill("new to this role: {} has “{}”, {}", owner, near.kra_text, f"{near.similarity:.2f}")


def _queue(number: int | None, kind: str) -> Markup:
    return Markup("–") if number is None else markup.link(f"#{number}", links.review_queue_url(kind, id=str(number)))


def _runs(number: int | None, runs_of: Mapping[int, int]) -> str:
    return count_label(runs_of.get(number or 0, 1), "run")


def consequences(decision: Decision, updates: Updates) -> list[tuple[str, str]]:
    """What the decision did beside the links: to the role's centroid, with its alias, by proposing a role."""
    return [
        (
            "Centroid of the role",
            f"updated, {count_label(updates.centroid_n_after or 0, 'run')}"
            if updates.centroid_updated
            else "not touched",
        ),
        ("Alias collision", _collisions(decision, updates)),
        (
            "New role",
            f"{decision.new_role_display_name}, queue #{updates.queue_entry_id}" if decision.is_new_role else "none",
        ),
    ]


def _collisions(decision: Decision, updates: Updates) -> str:
    """What collided, each with its page and what was taken for it; those that the catalog tells apart say so."""
    met: dict[tuple[str, str], list[AliasCollision]] = {}
    for collision in decision.alias_collisions:
        met.setdefault((collision.kind, collision.term), []).append(collision)
    lines = [_collision(several) for several in met.values()]
    if updates.collision_log_id is not None:
        entry = markup.link(f"entry {updates.collision_log_id}", links.collision_log_url(updates.collision_log_id))
        lines.append(
            markup.fill("{} of the log", entry)
            if lines
            else markup.fill("{} of the log: {}", entry, _conflict(decision))
        )
    elif decision.alias_collision_detected and not lines:
        lines.append(markup.fill("yes: {}", _conflict(decision)))
    return markup.join(map(markup.block, lines)) if lines else "none"


def _conflict(decision: Decision) -> str:
    return "; ".join(decision.conflict) or "a title of several roles"


def _collision(several: Sequence[AliasCollision]) -> Markup:
    first = several[0]
    form = markup.link(first.term, links.collision_url(first.kind, collision_key(first.kind, first.term)))
    taken = ", ".join(dict.fromkeys(c.chosen or "none" for c in several))
    held = f"held by {', '.join(first.parties)}; taken: {taken}"
    return markup.fill("{} {}", form, held + ("; told apart" if all(c.told_apart for c in several) else ""))
