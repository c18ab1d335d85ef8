"""Compare: two runs side by side, what differs first, with what was set differently between them; or several in columns."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.compare import export, headline, many, sides, tables
from pages.compare.judgement import judgement_on
from pages.compare.sides import Comparison
from pages.components import frame, links, markup, old_faults
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.compare import RunSide
from pipeline.errors import WorkbenchError
from pipeline.old_runs import Beside


def page() -> None:
    """Which runs, the difference in a sentence, then the roles that they came to and their differences by area."""
    frame.name_tab("Compare")
    asked = [run for run in st.query_params.get("runs", "").split(",") if run]
    if asked:
        many.show(asked)
        return
    st.html(markup.title("Compare"))
    sentence_at = st.container()
    left_at, right_at = st.columns(2, gap="large")
    draft = sides.draft_of_address()
    recent = workbench().history.recent()
    with left_at:
        left = sides.pick("a", "Left", recent)
    with right_at:
        right = sides.pick("b", "Right", recent) if draft is None else left
        if draft is not None:
            sides.say_draft(draft)
    if left is None or right is None:
        st.html(
            markup.empty(
                markup.fill(
                    "Choose two runs, or tick several in the {}. On a run’s page, {} runs its text with the other engine and "
                    "brings both here.",
                    markup.link("history", links.page_url(links.HISTORY)),
                    markup.bold("Compare engines"),
                )
            )
        )
        return
    if sides.is_watched(left, right):
        return
    try:
        comparison = sides.compared(left, right, draft)
    except WorkbenchError as error:
        st.warning(verbatim(error), icon=":material/block:")
        return
    judgement = judgement_on(comparison)
    with sentence_at:
        headline.show(comparison, judgement)
        _actions(comparison)
    with left_at:
        _role(comparison.sides[0])
        st.html(markup.link("Open this run", links.run_url(left.id)))
    with right_at:
        _role(comparison.sides[1])
        url, label = (
            (links.run_url(right.id), "Open this run")
            if draft is None
            else (links.change_set_url(draft), f"Open draft {draft}")
        )
        st.html(markup.link(label, url))
    if comparison.beside is not None:
        _old_faults(comparison.beside)
    tables.show(comparison, judgement)


def _actions(comparison: Comparison) -> None:
    """The other way round, and the comparison as a file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if comparison.draft is None:
            query: Mapping[str, str] = {"a": str(comparison.right.id), "b": str(comparison.left.id)}
            st.html(
                markup.fill(
                    '<a class="jdw-button jdw-quiet" href="{}" target="_self">Swap</a>',
                    links.page_url(links.COMPARE, **query),
                ),
                width="content",
            )
        with st.popover("Export", icon=":material/download:", key="compare-export"):
            st.download_button(
                "For reading (Markdown)",
                lambda: export.markdown_of(comparison),
                "comparison.md",
                "text/markdown",
                on_click="ignore",
                key="export-markdown",
            )
            st.download_button(
                "For programs (JSON)",
                lambda: export.json_of(comparison),
                "comparison.json",
                "application/json",
                on_click="ignore",
                key="export-json",
            )


def _old_faults(beside: Beside) -> None:
    """What the run of the old system got wrong, behind its kinds."""
    st.html(markup.caption("What the old run got wrong") + old_faults.tags(beside.faults))
    if beside.faults:
        with st.expander("What shows it"):
            st.html(old_faults.table(beside.faults))


def _role(side: RunSide) -> None:
    decision = side.extraction.decision
    if decision.chosen_role is None:
        st.html(markup.block("No role", "jdw-chosen"))
        return
    confidence = markup.meta_span(f"confidence {decision.confidence:.2f}")
    role = markup.link(decision.chosen_role.display_name, links.entity_url("role", decision.chosen_role.slug), "role")
    st.html(markup.block(role + " " + confidence, "jdw-chosen"))
