"""All skills of a run as a list, the library card of the selected one beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from pages.components import markup, term_lock
from pages.components.labels import vocabulary_label
from pages.components.listing import as_text
from pages.run.details import library_card
from pages.run.sides import RunView
from pipeline.contracts import FinalSkill, PlannedSkill, SkillDetail

SKILL = "skill"
"""The parameter of the address that names the selected skill."""
ROW_HEIGHT = 31
MAX_HEIGHT = 560


def show(view: RunView) -> None:
    """The list and the card of the selected skill; the first one until another is selected."""
    extraction = view.shown.extraction
    if not extraction.skills:
        st.html(markup.empty("No skills were found in this text."))
        return
    match = view.shown.library_match
    details = {d.input_skill: d for d in match.skills_detail} if match else {}
    list_at, card_at = st.columns([1.15, 1], gap="large")
    with list_at:
        skill = _list(extraction.skills, details, "not looked up" if view.stored.is_old and not match else "new")
    with card_at:
        if detail := details.get(skill.skill_name):
            planned = _planned(view, skill.skill_name) if detail.canonical is None else None
            st.html(library_card.card(view.entries, detail, skill, extraction.parsed, planned))
            if detail.canonical is None:
                placed = (detail.new_skill_meta.placed if detail.new_skill_meta else None) or []
                name = skill.skill_name
                term_lock.show(name, view.entries.catalog, [d.slug for d in placed], str(crc32(name.encode())))
        else:
            st.html(
                markup.block(view.link("skill", skill.skill_name, bold=True))
                + markup.meta("The library match has not been called yet.")
            )


def _planned(view: RunView, name: str) -> PlannedSkill | None:
    """The plan for a skill that the catalog lacks; null in a run without one."""
    output = view.shown.role_output
    plans = output.planner_output.skills if output and output.planner_output else []
    return next((plan for plan in plans if plan.skill_name == name), None)


def _list(skills: Sequence[FinalSkill], details: Mapping[str, SkillDetail], unknown: str) -> FinalSkill:
    """Draw the list, ``unknown`` beside a skill without a key; returns the selected skill, which the address names."""
    by_name = {skill.skill_name: skill for skill in skills}
    given = st.query_params.get(SKILL, "")
    selected = given if given in by_name else skills[0].skill_name
    frame = pd.DataFrame(
        {
            "Skill": list(by_name),
            "Rank": ["primary" if s.is_primary else "secondary" for s in by_name.values()],
            "In the catalog": ["yes" if s.slug else unknown for s in by_name.values()],
            "Nature": [vocabulary_label(s.skill_nature) for s in by_name.values()],
            "Confidence": [s.confidence for s in by_name.values()],
            "Mentions": [len(s.mentions) for s in by_name.values()],
            "Dimensions": [len(details[name].dimensions) if name in details else None for name in by_name],
        }
    )
    # The key has the list in it: a selection counts for the rows that were drawn, and never for others at their places.
    event = st.dataframe(
        frame,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(ROW_HEIGHT * (len(frame) + 1) + 3, MAX_HEIGHT),
        on_select="rerun",
        selection_mode="single-row",
        key=f"skill-list-{crc32(repr(list(by_name)).encode())}",
        column_config={
            "Skill": st.column_config.TextColumn(width=150),
            "Rank": st.column_config.TextColumn(width=80),
            "In the catalog": st.column_config.TextColumn(width=85),
            "Nature": st.column_config.TextColumn(width=90),
            "Confidence": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f", width=90),
            "Mentions": st.column_config.NumberColumn(width=70),
            "Dimensions": st.column_config.NumberColumn(width=80),
        },
    )
    as_text(frame, "Skills")
    rows = event.selection.rows
    return by_name[list(by_name)[rows[0]]] if rows else by_name[selected]
