"""Skills: search, a skill's card with its forms, dimensions and the runs that matched it, and what can be done with it."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from pages.components import draft, kept, links, markup, run_matches
from pages.components.draft import DraftView
from pages.components.entity_card import SKILLS, MarkedName, mark_tag, name_tags
from pages.components.entity_forms import Field, edit_form, operations, split_list
from pages.components.entity_history import show_history
from pages.components.entity_page import entity_page
from pages.components.entity_story import Suspicions, doubt_of, rows_of, show_findings, suspicions_of
from pages.components.fix_forms import fix_alias, fix_link
from pages.components.form_fields import (
    CASE_LABELS,
    choose_entry,
    reason_field,
    stage_button,
    stage_form_button,
    stop,
)
from pages.components.labels import count_label, license_label, vocabulary_label
from pages.components.run_usage import run_usage
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import (
    ALIAS_TYPES,
    LIFESPANS,
    MATCH_STRATEGIES,
    MATURITY_BANDS,
    SKILL_NATURES,
    VERSION_STRATEGIES,
    VOLATILITIES,
    Dimension,
    Skill,
    SkillAlias,
    SkillDimension,
)
from pipeline.catalog.slugs import free_slug

FIELDS = (
    Field("display_name", "Name", "required"),
    Field("skill_nature", "Nature", "choice", SKILL_NATURES),
    Field("category", "Category"),
    Field("sub_category", "Sub-category"),
    Field("vendor", "Vendor"),
    Field("license", "License"),
    Field("year_introduced", "Introduced", "year"),
    Field("volatility", "Volatility", "choice", VOLATILITIES),
    Field("typical_lifespan", "Lifespan", "choice", LIFESPANS),
    Field("version_strategy", "Versions", "choice", VERSION_STRATEGIES),
    Field("maturity_band", "Maturity", "choice", MATURITY_BANDS),
    Field("is_cloud_native", "Made for the cloud", "flag"),
    Field("is_extractable", "Found in texts", "flag"),
    Field("context_tags", "Context tags", "list"),
    Field("maturity_reasoning", "What it is", "long"),
)


def page() -> None:
    """Draw the page."""
    entity_page(
        SKILLS,
        lambda view, s: {
            "Nature": vocabulary_label(s.skill_nature),
            "Dimensions": len(view.catalog.dimensions_of_skill.get(s.slug, ())),
        },
        _card,
        new_skill,
    )


def _card(skill: Skill, view: DraftView) -> None:
    operations(
        SKILLS,
        skill,
        view,
        {
            "Edit": lambda: edit_form(SKILLS, skill, FIELDS),
            "Forms": lambda: _forms_form(skill, view),
            "Add to a dimension": lambda: _dimension_form(skill, view),
        },
    )
    suspicions = suspicions_of(view)
    runs = run_usage(view.shown.revision).skills.get(skill.slug, 0)
    where = "matched by " + (count_label(runs, "run") if runs else "no run")
    hidden = "" if skill.is_extractable else " · not looked for in texts"
    st.html(markup.meta(where + hidden) + markup.block(skill.maturity_reasoning or "") + _facts(skill))
    show_findings(suspicions, rows_of(view.catalog, "skills", skill.slug), view.catalog)
    _forms(skill, view, suspicions)
    _dimensions(skill, view, suspicions)
    show_history(SKILLS, skill, view)
    _matches(skill)


def _facts(skill: Skill) -> Markup:
    """The cells of a skill that are filled, the values of a vocabulary in words."""
    pairs = (
        ("Nature", vocabulary_label(skill.skill_nature)),
        ("Category", skill.category),
        ("Sub-category", skill.sub_category),
        ("Vendor", skill.vendor),
        ("License", license_label(skill.license)),
        ("Introduced", str(skill.year_introduced or "")),
        ("Volatility", vocabulary_label(skill.volatility)),
        ("Lifespan", vocabulary_label(skill.typical_lifespan)),
        ("Versions", vocabulary_label(skill.version_strategy)),
        ("Maturity", vocabulary_label(skill.maturity_band)),
        ("Made for the cloud", "yes" if skill.is_cloud_native else ""),
    )
    return markup.facts((name, value) for name, value in pairs if value)


def _forms(skill: Skill, view: DraftView, suspicions: Suspicions) -> None:
    """The forms of a skill, those that the draft drops last."""
    names = [
        MarkedName(
            a.alias_text,
            view.mark("skill_aliases", skill.slug, a.alias_text),
            links.alias_url(a.alias_text, skill.slug),
            doubt_of(suspicions, "skill_aliases", skill.slug, a.alias_text),
        )
        for a in view.catalog.aliases_of_skill.get(skill.slug, ())
    ]
    names += [MarkedName(a.alias_text, "remove") for a in view.removed(SkillAlias) if a.skill_slug == skill.slug]
    st.html(markup.caption(f"Forms · {len(names)}") + name_tags(names, "alias"))


def _dimensions(skill: Skill, view: DraftView, suspicions: Suspicions) -> None:
    """The dimensions of a skill with the roles that carry them, each with a fix; those that the draft takes away last."""
    dimensions = view.catalog.dimensions_of_skill.get(skill.slug, ())
    none = Markup() if dimensions else markup.tag("in no dimension", "bad")
    st.html(markup.caption(f"Dimensions · {len(dimensions)}") + none)
    for dimension in dimensions:
        left, right = st.columns([6, 1], vertical_alignment="center")
        doubt = doubt_of(suspicions, "skill_dimensions", skill.slug, dimension.slug)
        left.html(_dimension_line(skill, dimension, view, doubt))
        name = f"{skill.display_name} in {dimension.display_name}"
        if right.button(
            "Fix", key=f"fix-{dimension.slug}", icon=":material/build:", type="tertiary", help=verbatim(f"Fix {name}")
        ):
            fix_link(skill.slug, dimension.slug)
    removed = [
        MarkedName(view.stored.dimension[link.dimension_slug].display_name, "remove")
        for link in view.removed(SkillDimension)
        if link.skill_slug == skill.slug and link.dimension_slug in view.stored.dimension
    ]
    if removed:
        st.html(name_tags(removed, "dimension"))


def _dimension_line(skill: Skill, dimension: Dimension, view: DraftView, doubt: str) -> Markup:
    name = markup.link(dimension.display_name, links.entity_url("dimension", dimension.slug), "dimension")
    mark = mark_tag(view.mark("skill_dimensions", skill.slug, dimension.slug))
    why = markup.block(markup.tag(doubt, "doubt")) if doubt else Markup()
    carriers = view.catalog.roles_of_dimension.get(dimension.slug, ())
    roles = markup.join((markup.link(r.display_name, links.entity_url("role", r.slug), "role") for r in carriers), ", ")
    carried = markup.meta(roles or markup.tag("no role carries it", "bad"))
    return markup.fill("<b>{}</b> {}{}{}", name, mark, carried, why)


def _matches(skill: Skill) -> None:
    """Where past runs matched the skill."""
    matches = workbench().run_matches.matches(skill.slug)
    none = Markup() if matches else markup.meta("No run has matched it yet.")
    st.html(markup.caption("Matched in runs, the newest first") + none)
    run_matches.show_matches(matches)


def _forms_form(skill: Skill, view: DraftView) -> None:
    """Add a form, or correct one."""
    stored = [a.alias_text for a in view.catalog.aliases_of_skill.get(skill.slug, ())]
    with st.form("add-form", border=False):
        text = st.text_input(
            "New form", placeholder="As texts write it", **kept.form_text(kept.of_form("new-form"))
        ).strip()
        left, right = st.columns(2)
        alias_type = left.selectbox("Type", ALIAS_TYPES, index=1, format_func=str.capitalize)
        strategy = right.selectbox("Matches", MATCH_STRATEGIES, format_func=CASE_LABELS.__getitem__)
        context = st.text_input(
            "Only beside these words",
            placeholder="Comma between; empty: anywhere",
            **kept.form_text(kept.of_form("new-form", "context")),
        )
        reason = reason_field("new-form")
        if stage_form_button():
            if not text or text in stored:
                stop("Give a form that the skill does not have yet.")
            else:
                alias = SkillAlias(None, skill.slug, text, alias_type, strategy, False, tuple(split_list(context)))
                draft.stage([reason.change(None, alias)], f"“{text}” is a form of {skill.display_name}.")
    wrong = st.selectbox("Fix a form", stored, index=None, placeholder="Choose the form that is wrong")
    if wrong:
        fix_alias(skill.slug, wrong)


def _dimension_form(skill: Skill, view: DraftView) -> None:
    """Put the skill into another dimension."""
    catalog = view.catalog
    own = {d.slug for d in catalog.dimensions_of_skill.get(skill.slug, ())}
    target = choose_entry("Dimension", (d for d in catalog.dimensions if d.slug not in own), "Type to search")
    reason = reason_field(key="why-link")
    changes = [reason.change(None, SkillDimension(skill.slug, target))] if target is not None else []
    if stage_button(changes=changes, disabled=not changes):
        draft.stage(changes, "The link is added.")


@st.dialog("New skill")
def new_skill(view: DraftView) -> None:
    """A form for a skill with its canonical form and its first dimension."""
    catalog = view.catalog
    with st.form("new-skill", border=False):
        name = st.text_input("Name", **kept.form_text(kept.of_form("new-skill", "name"))).strip()
        nature = st.selectbox(
            "Nature", SKILL_NATURES, index=None, format_func=vocabulary_label, placeholder="Choose what it is"
        )
        dimension = choose_entry("Dimension", catalog.dimensions, "Choose where it belongs")
        reason = reason_field("new-skill")
        if not stage_form_button():
            return
        if not name or nature is None or dimension is None:
            stop("Give the skill a name, say what it is, and choose a dimension.")
            return
        slug = free_slug(name, catalog.skill.__contains__)
        rows = [
            Skill(None, slug, name, skill_nature=nature),
            SkillAlias(None, slug, name, "CANONICAL", is_primary=True),
            SkillDimension(slug, dimension),
        ]
        draft.stage([reason.change(None, row) for row in rows], f"The skill “{name}” is added.")
