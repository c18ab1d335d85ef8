"""Skill -> dimension -> role: as a Sankey, and as a table with the outcome of each link in words."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from pages.parts import theme
from pages.parts.fix import fix_alias, fix_link, fix_role_link
from pipeline.contracts import FinalSkill, PersistenceItem, Step1, Step2, Step3

MOST_SKILLS = 18
ROWS_FIRST = 12
MOST_LETTERS = {"skill": 26, "dimension": 20, "role": 22, "none": 22}
"""Letters of a label in the Sankey; the whole name shows on hover."""


def sankey(step1: Step1, step2: Step2 | None) -> None:
    """Flows of the matched skills, those that reach the chosen role first."""
    flows = _flows(step1, step2) if step2 else []
    if not flows:
        st.html('<div class="jdw-empty">No skill of this text is linked to a dimension.</div>')
        return
    colours = theme.palette()
    names: list[tuple[str, str]] = []

    def node(kind: str, name: str) -> int:
        if (kind, name) not in names:
            names.append((kind, name))
        return names.index((kind, name))

    sources, targets, values, links = [], [], [], []
    seen: set[tuple[str, str]] = set()
    for skill, dimension, role in flows:
        sources.append(node("skill", skill))
        targets.append(node("dimension", dimension))
        values.append(1)
        links.append(_faint(colours["dimension"] if role else colours["bad"]))
    chosen = step2.chosen_role.display_name if step2 and step2.chosen_role else None
    # Beside a small bar, the name of its role stands close.
    aside = {dimension for _, dimension, role in flows if role != chosen}
    weight: dict[str, int] = {}
    for _, dimension, _ in flows:
        weight[dimension] = weight.get(dimension, 0) + 1
    for _, dimension, role in flows:
        if (dimension, role or "") not in seen:
            seen.add((dimension, role or ""))
            sources.append(node("dimension", dimension))
            targets.append(node("role" if role else "none", role or "no role"))
            values.append(weight[dimension])
            links.append(_faint(colours["role"] if role else colours["bad"]))
    paint = {**{k: colours[k] for k in ("skill", "dimension", "role")}, "none": colours["bad"]}
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [_short(name, 16 if name in aside else MOST_LETTERS[kind]) for kind, name in names],
                "color": [paint[kind] for kind, _ in names],
                "pad": 9, "thickness": 7, "line": {"width": 0},
                "customdata": [name for _, name in names], "hovertemplate": "%{customdata}<extra></extra>",
            },
            link={"source": sources, "target": targets, "value": values, "color": links, "hoverinfo": "skip"},
            textfont={"size": 11.5, "color": colours["ink"], "shadow": "none"},
        )
    )  # fmt: skip
    figure.update_layout(
        height=430, margin={"l": 2, "r": 2, "t": 6, "b": 6}, paper_bgcolor="rgba(0,0,0,0)",
        font_family="Source Sans 3, Source Sans Pro, sans-serif",
    )  # fmt: skip
    st.plotly_chart(
        figure,
        key="sankey",
        config={"displayModeBar": False},
        theme=None,
        alt="Flows from skills over dimensions to roles",
    )


def _flows(step1: Step1, step2: Step2) -> list[tuple[str, str, str | None]]:
    """(skill, dimension, role): under the chosen role where possible, else the dimension's first role, or none."""
    chosen = step2.chosen_role.slug if step2.chosen_role else None
    primary = {s.skill_name for s in step1.final_skills if s.is_primary}
    flows: list[tuple[int, str, str, str | None]] = []
    for detail in step2.skills_detail:
        best: tuple[int, str, str | None] | None = None
        for entry in detail.dimensions:
            if any(r.slug == chosen for r in entry.roles_from_db):
                name = step2.chosen_role.display_name if step2.chosen_role else None
                best = (0, entry.dimension.display_name, name)
                break
            if not entry.roles_from_db:
                best = best if best and best[0] < 1 else (1, entry.dimension.display_name, None)
            elif best is None:
                best = (2, entry.dimension.display_name, entry.roles_from_db[0].display_name)
        if best:
            flows.append((best[0] * 2 + (detail.input_skill not in primary), detail.input_skill, best[1], best[2]))
    flows.sort(key=lambda f: f[0])
    return [(skill, dimension, role) for _, skill, dimension, role in flows[:MOST_SKILLS]]


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.28)"


GRID = "display:grid;grid-template-columns:1.3fr 1fr 1.7fr .7fr 1.6fr;gap:10px;font-size:13.5px;overflow-wrap:anywhere;align-items:start"


def table(step1: Step1, step3: Step3, evidence: str) -> None:
    """One row for each skill x dimension, the doubtful first, each with its fix; ``evidence`` names the run."""
    aliases = {s.skill_name: s for s in step1.final_skills}
    items = step3.persistence.items
    new = [s for s in step1.final_skills if s.slug is None]
    role = step3.chosen_role.display_name if step3.chosen_role else None
    counted = step3.persistence
    st.html(
        theme.caption(
            f"Links of this run · {len(items)} stand in the catalog, "
            f"{len(new)} {'skill is' if len(new) == 1 else 'skills are'} proposed · the doubtful first"
        )
        + f'<div class="jdw-meta">This run wrote nothing to the catalog: {counted.new_skills_created} skills created, '
        f"{counted.skill_dimension_saved} skill links and {counted.role_dimension_saved} role links added, {counted.skipped} skipped.</div>"
    )
    ordered = sorted(items, key=lambda i: (bool(i.roles_from_db), i.matched_chosen_role))
    rows: list[tuple[list[str], PersistenceItem | None]] = [
        (
            [
                theme.span(s.skill_name, "skill", bold=True),
                theme.tag("not in the catalog", "doubt"),
                "–",
                "–",
                theme.tag("proposed for review", "doubt"),
            ],
            None,
        )
        for s in new
    ]
    orphans = [i for i in ordered if not i.roles_from_db]
    rest = [i for i in ordered if i.roles_from_db and i.matched_chosen_role] + [
        i for i in ordered if i.roles_from_db and not i.matched_chosen_role
    ]
    rows = [(_row(i, aliases, role), i) for i in orphans] + rows + [(_row(i, aliases, role), i) for i in rest]
    every = st.session_state.get("all-links", False)
    head = ("Skill", "Matched by", "Dimension", f"Under {role}" if role else "Under a role", "Outcome")
    with st.container(key="links", gap=None):
        heading, _ = st.columns([12, 1.1], gap="small")
        heading.html(f'<div style="{GRID}" class="jdw-head">{"".join(f"<div>{escape(h)}</div>" for h in head)}</div>')
        for n, (cells, item) in enumerate(rows if every else rows[:ROWS_FIRST]):
            told, fix = st.columns([12, 1.1], gap="small")
            told.html(f'<div style="{GRID}">{"".join(f"<div>{cell}</div>" for cell in cells)}</div>')
            with fix:
                _fix(n, item, aliases, step3.chosen_role.slug if step3.chosen_role else None, evidence)
    if len(rows) > ROWS_FIRST:
        st.toggle(f"All {len(rows)} rows", key="all-links")


def _fix(n: int, item: PersistenceItem | None, skills: dict[str, FinalSkill], role: str | None, evidence: str) -> None:
    """What a curator can mend about a row: the link, or the form by which the skill was matched."""
    if item is None:
        st.page_link("pages/review_queue.py", label="Review", query_params={"kind": "skill"})
        return
    skill = skills.get(item.input_skill)
    with st.popover("Fix", key=f"fix-{n}", type="tertiary"):
        slug = skill.slug if skill else None
        if slug and st.button("The dimension is wrong", key=f"fix-link-{n}", icon=":material/category:", width="stretch"):
            fix_link(slug, item.dimension.slug, evidence, role)
        for form in dict.fromkeys(e.alias or e.text for e in skill.evidence) if skill and slug else ():
            if st.button(f"“{form[:40]}” does not mean this", key=f"fix-form-{n}-{form}", icon=":material/label:", width="stretch"):
                fix_alias(str(slug), form, evidence)
        if role and st.button("What the role carries is wrong", key=f"fix-role-{n}", icon=":material/badge:", width="stretch"):
            fix_role_link(role, item.dimension.slug, evidence)


def _row(item: PersistenceItem, skills: dict, role: str | None) -> list[str]:  # type: ignore[type-arg]
    skill = skills.get(item.input_skill)
    matched = "–"
    if skill and skill.evidence:
        forms = list(dict.fromkeys(e.text for e in skill.evidence))
        times = f" · {len(skill.evidence)} mentions" if len(skill.evidence) > 1 else ""
        matched = theme.span(", ".join(forms[:3]), "alias") + f'<span class="jdw-meta">{times}</span>'
    dimension = (
        theme.span(item.dimension.display_name, "dimension")
        + f'<div class="jdw-meta">{escape(item.dimension.slug)}</div>'
    )
    if not item.roles_from_db:
        outcome = theme.tag("no role has this dimension", "bad")
    elif item.role_dimension_saved:
        outcome = theme.tag("linked already", "good")
    elif role:
        names = ", ".join(r.display_name for r in item.roles_from_db[:3])
        more = f" and {len(item.roles_from_db) - 3} more" if len(item.roles_from_db) > 3 else ""
        outcome = theme.tag("other roles only") + f'<span class="jdw-meta">{escape(names + more)}</span>'
    else:
        outcome = theme.tag("no role was chosen")
    return [
        theme.span(item.input_skill, "skill", bold=True),
        matched,
        dimension,
        "yes" if item.matched_chosen_role else "no",
        outcome,
    ]
