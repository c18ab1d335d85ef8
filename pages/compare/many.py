"""More than two runs: a column each, with role, confidence and the skills that are not the same in all of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services import results
from db.stores.runs import StoredRun
from pages.compare import sides
from pages.components import links, markup
from pages.components.labels import ENGINE_NAMES, count_label
from pages.components.markup import Column
from pages.components.time_format import moment
from pages.components.verbatim import verbatim
from pipeline.compare import RunSide
from pipeline.contracts import FinalSkill
from pipeline.errors import WorkbenchError

MAX_RUNS = 6


def show(asked: Sequence[str]) -> None:
    """The runs that the address names; those that are not there or have no result are named."""
    st.html(markup.title("Compare"))
    found = [run for given in dict.fromkeys(asked) if (run := sides.load(given)) is not None]
    if len(found) > MAX_RUNS:
        st.html(markup.meta(f"The first {MAX_RUNS} of {len(found)} runs stand side by side."))
    found = found[:MAX_RUNS]
    if sides.is_watched(*found):
        return
    columns = []
    for run in found:
        try:
            columns.append((run, results.side_of(run, ENGINE_NAMES[run.engine])))
        except WorkbenchError as error:
            st.warning(verbatim(error), icon=":material/block:")
    if len(columns) < 2:
        back = markup.link("history", links.page_url(links.HISTORY))
        st.html(
            markup.empty(markup.fill("There are fewer than two runs to compare. Tick two or more in the {}.", back))
        )
        return
    st.html(markup.block(summary([side for _, side in columns]), "jdw-headline") + _table(columns))


def summary(runs: Sequence[RunSide]) -> str:
    """What differs among the runs, in a sentence ("3 runs: 2 roles, 4 skills differ")."""
    roles = {_role_slug(side) for side in runs}
    differing = sum(len(set(texts)) > 1 for texts in _skill_rows(runs).values())
    role = "the same role" if len(roles) == 1 else f"{len(roles)} roles"
    skills = (
        f"{count_label(differing, 'skill')} {'differs' if differing == 1 else 'differ'}"
        if differing
        else "the same skills"
    )
    return f"{count_label(len(runs), 'run')}: {role}, {skills}"


def _role_slug(side: RunSide) -> str | None:
    chosen = side.extraction.decision.chosen_role
    return chosen.slug if chosen else None


def _table(columns: Sequence[tuple[StoredRun, RunSide]]) -> Markup:
    runs = [side for _, side in columns]
    heads: list[str | Column] = [Column(""), *(Column(run.label) for run, _ in columns)]
    rows: list[list[Markup | str]] = [
        ["Run", *(markup.link(moment(run.created_at), links.run_url(run.id)) for run, _ in columns)],
        ["Role", *map(_role, runs)],
        ["Confidence", *(f"{side.extraction.decision.confidence:.2f}" for side in runs)],
        ["Case", *(side.extraction.decision.case for side in runs)],
        ["Engine", *(side.engine for side in runs)],
        ["Revision", *("–" if run.is_old else str(run.revision_id) for run, _ in columns)],
        ["Skills", *(str(len(side.extraction.skills)) for side in runs)],
    ]
    slugs = {s.skill_name: s.slug for side in runs for s in side.extraction.skills if s.slug}
    for name, texts in _skill_rows(runs).items():
        if len(set(texts)) > 1:
            first = (
                markup.link(name, links.entity_url("skill", slugs[name]), "skill")
                if name in slugs
                else Markup.escape(name)
            )
            rows.append([first, *(text or markup.meta_span("–") for text in texts)])
    return markup.table(heads, rows)


def _role(side: RunSide) -> Markup:
    chosen = side.extraction.decision.chosen_role
    return (
        markup.link(chosen.display_name, links.entity_url("role", chosen.slug), "role")
        if chosen
        else markup.meta_span("No role")
    )


def _skill_rows(runs: Sequence[RunSide]) -> dict[str, list[str]]:
    """By name of each skill of any run, how each run has it; empty where it has not."""
    having = [{s.skill_name: _text(s) for s in side.extraction.skills} for side in runs]
    names = sorted({name for skills in having for name in skills}, key=str.lower)
    return {name: [skills.get(name, "") for skills in having] for name in names}


def _text(skill: FinalSkill) -> str:
    return ("primary" if skill.is_primary else "secondary") + ("" if skill.slug else ", not in the catalog")
