"""Skills: search, a skill's card with its forms, dimensions and the runs that met it, and what can be done with it."""

from __future__ import annotations

from html import escape

import streamlit as st

from db import usage
from pages.parts import draft, entity, seen, theme
from pages.parts.fix import fix_alias, fix_link
from pages.parts.session import workbench
from pages.parts.shell import DIMENSIONS
from pipeline.catalog import (
    ALIAS_TYPES,
    LIFESPANS,
    MATCH_STRATEGIES,
    SKILL_NATURES,
    VERSION_STRATEGIES,
    VOLATILITIES,
    Skill,
    SkillAlias,
    SkillDimension,
)
from pipeline.catalog.operations import Why, slug_for

FIELDS = {
    "display_name": ("Name", None), "skill_nature": ("Nature", SKILL_NATURES), "category": ("Category", None),
    "sub_category": ("Sub-category", None), "vendor": ("Vendor", None), "license": ("License", None), "year_introduced": ("Introduced", None),
    "volatility": ("Volatility", VOLATILITIES), "typical_lifespan": ("Lifespan", LIFESPANS), "version_strategy": ("Versions", VERSION_STRATEGIES),
    "is_extractable": ("Found in texts", None), "context_tags": ("Context tags", None), "maturity_reasoning": ("What it is", None),
}  # fmt: skip
bench = workbench()


def facts(skill: Skill) -> str:
    pairs = [
        ("Nature", skill.skill_nature), ("Category", skill.category), ("Sub-category", skill.sub_category), ("Vendor", skill.vendor),
        ("License", skill.license), ("Introduced", skill.year_introduced), ("Volatility", skill.volatility),
        ("Lifespan", skill.typical_lifespan), ("Versions", skill.version_strategy),
    ]  # fmt: skip
    return theme.facts(
        [
            (
                n,
                escape(
                    str(v).replace("_", " ").lower()
                    if n in ("Nature", "Volatility", "Lifespan", "Versions")
                    else str(v)
                ),
            )
            for n, v in pairs
            if v
        ]
    )


def forms_of(skill: Skill, view: draft.View) -> None:
    """The skill's forms, each with its type; a chosen one can be fixed."""
    rows = [
        (a.alias_text, view.mark("skill_aliases", skill.slug, a.alias_text))
        for a in view.catalog.aliases_of_skill.get(skill.slug, ())
    ]
    rows += [(a.alias_text, "remove") for a in view.removed("skill_aliases") if a.skill_slug == skill.slug]
    st.html(theme.caption(f"Forms · {len(rows)}") + entity.marked(rows, "alias"))


def dimensions_of(skill: Skill, view: draft.View) -> None:
    held = view.catalog.dimensions_of_skill.get(skill.slug, ())
    st.html(theme.caption(f"Dimensions · {len(held)}") + ("" if held else theme.tag("in no dimension", "bad")))
    for dimension in held:
        left, right = st.columns([6, 1], vertical_alignment="center")
        mark = view.mark("skill_dimensions", skill.slug, dimension.slug)
        roles = ", ".join(
            theme.span(r.display_name, "role") for r in view.catalog.roles_of_dimension.get(dimension.slug, ())
        )
        left.html(
            f"{theme.span(dimension.display_name, 'dimension', bold=True)} {theme.tag(draft.MARKS[mark], draft.TONES[mark]) if mark else ''}"
            f"<div class='jdw-meta'>{roles or theme.tag('no role carries it', 'bad')}</div>"
        )
        if right.button("Fix", key=f"fix-{dimension.slug}", icon=":material/build:", type="tertiary"):
            fix_link(skill.slug, dimension.slug)
    gone = [
        x
        for x in view.removed("skill_dimensions")
        if x.skill_slug == skill.slug and x.dimension_slug in view.stands.dimension
    ]
    if gone:
        st.html(
            entity.marked([(view.stands.dimension[x.dimension_slug].display_name, "remove") for x in gone], "dimension")
        )


def met_in(skill: Skill) -> None:
    found = usage.matches(bench.engine, skill.slug)
    st.html(
        theme.caption("Met in runs, the newest first")
        + ("" if found else '<div class="jdw-meta">No run has met it yet.</div>')
    )
    seen.matches(found)


def new_form(skill: Skill, view: draft.View) -> None:
    """Add a form, or correct one."""
    stored = [a.alias_text for a in view.catalog.aliases_of_skill.get(skill.slug, ())]
    with st.form("add-form", border=False):
        text = st.text_input("New form", placeholder="As texts write it")
        left, right = st.columns(2)
        kind = left.selectbox("Type", ALIAS_TYPES, index=1, format_func=str.capitalize)
        how = right.selectbox(
            "Matches",
            MATCH_STRATEGIES,
            format_func=lambda m: "in this case only" if m == "CASE_SENSITIVE" else "in any case",
        )
        context = st.text_input("Only beside these words", placeholder="Comma between; empty: anywhere")
        reason = st.text_input("Why", placeholder=entity.WHY)
        if st.form_submit_button("Stage", type="primary", icon=":material/edit_note:"):
            if not text.strip() or text.strip() in stored:
                st.error("Give a form that the skill does not have yet.", icon=":material/block:")
            else:
                words = tuple(w.strip() for w in context.split(",") if w.strip())
                alias = SkillAlias(None, skill.slug, text.strip(), kind, how, False, words)
                draft.stage(
                    (Why(reason).change("skill_aliases", None, alias),),
                    f"“{text.strip()}” is a form of {skill.display_name}.",
                )
    wrong = st.selectbox("Fix a form", stored, index=None, placeholder="Choose the form that is wrong")
    if wrong:
        fix_alias(skill.slug, wrong)


def new_link(skill: Skill, view: draft.View) -> None:
    """Put the skill into another dimension."""
    held = {d.slug for d in view.catalog.dimensions_of_skill.get(skill.slug, ())}
    free = [d.slug for d in view.catalog.dimensions if d.slug not in held]
    target = st.selectbox(
        "Dimension",
        free,
        index=None,
        format_func=lambda d: view.catalog.dimension[d].display_name,
        placeholder="Type to search",
    )
    reason = st.text_input("Why", placeholder=entity.WHY, key="why-link")
    if st.button("Stage", type="primary", icon=":material/edit_note:", disabled=target is None):
        draft.stage(
            (Why(reason).change("skill_dimensions", None, SkillDimension(skill.slug, str(target))),),
            "The link is added.",
        )


@st.dialog("New skill")
def new_skill(view: draft.View) -> None:
    with st.form("new-skill", border=False):
        name = st.text_input("Name").strip()
        nature = st.selectbox("Nature", SKILL_NATURES, format_func=lambda w: w.replace("_", " ").lower())
        dimension = st.selectbox(
            "Dimension",
            [d.slug for d in view.catalog.dimensions],
            format_func=lambda d: view.catalog.dimension[d].display_name,
        )
        reason = st.text_input("Why", placeholder=entity.WHY)
        if st.form_submit_button("Stage", type="primary", icon=":material/edit_note:"):
            if not name:
                st.error("Give the skill a name.", icon=":material/block:")
                return
            slug, why = slug_for(name, view.catalog.skill.__contains__), Why(reason)
            draft.stage(
                (
                    why.change("skills", None, Skill(None, slug, name, skill_nature=nature)),
                    why.change("skill_aliases", None, SkillAlias(None, slug, name, "CANONICAL", is_primary=True)),
                    why.change("skill_dimensions", None, SkillDimension(slug, dimension)),
                ),
                f"The skill “{name}” is added.",
            )


view = draft.view()
head, add = st.columns([6, 1], vertical_alignment="bottom")
head.html('<div class="jdw-title">Skills</div>')
if add.button("New skill", icon=":material/add:", width="stretch"):
    new_skill(view)
list_at, card_at = st.columns([1, 1.25], gap="large")
with list_at:
    chosen = entity.pick(
        "skills",
        view,
        lambda s: {
            "Nature": (s.skill_nature or "").replace("_", " ").lower(),
            "In": len(view.catalog.dimensions_of_skill.get(s.slug, ())),
        },
    )
with card_at:
    slug = entity.known("skills", chosen, view) if chosen else None
    if slug:
        skill = view.catalog.skill[slug]
        st.html(entity.title(skill.display_name, "skill", slug, skill.id, view.mark("skills", slug)))
        entity.operations("skills", skill, view, {
            "Edit": lambda: entity.edit_form("skills", skill, FIELDS),
            "Forms": lambda: new_form(skill, view),
            "Add to a dimension": lambda: new_link(skill, view),
        })  # fmt: skip
        if skill.maturity_reasoning:
            st.html(f"<div>{escape(skill.maturity_reasoning)}</div>")
        st.html(facts(skill))
        forms_of(skill, view)
        dimensions_of(skill, view)
        with st.container(horizontal=True):
            for dimension in view.catalog.dimensions_of_skill.get(slug, ())[:4]:
                st.page_link(
                    DIMENSIONS,
                    label=dimension.display_name,
                    icon=":material/category:",
                    query_params={"slug": dimension.slug},
                )
        met_in(skill)
