"""What can be done with several runs at once: compare, label, make gold of their verdicts, export, delete."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from db.stores.run_filters import HistoryFilter
from pages.components import gold_form, kept, links, markup
from pages.components.flash import flash, refuse
from pages.components.labels import count_label
from pages.components.run_deletion import confirm_deletion
from pages.components.spreadsheet import csv_of
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.history.listing import TABLE, columns
from pipeline.errors import WorkbenchError

MAX_EXPORTED = 5_000
"""Runs that a file holds."""
MAX_COMPARED = 6


def show(wanted: HistoryFilter, total: int) -> None:
    """The actions on what is ticked; without ticks, the export of all that fits."""
    ticked = [UUID(key) for key in TABLE.ticked()]
    if not ticked and not total:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="history-bulk"):
        if not ticked:
            if total:
                _assign(wanted)
                _put_right(wanted)
            _export(
                workbench().history.ids(wanted, MAX_EXPORTED) if total else [], f"All {total:,}" if total > 1 else "It"
            )
            return
        st.html(markup.bold(f"{len(ticked)} ticked"), width="content")
        _compare(ticked)
        with st.popover("Label", icon=":material/label:", key="history-label"):
            _label(ticked)
        gold_form.offer(ticked, help="What reviewers say of these runs becomes items of a gold set")
        _export(ticked, "Ticked")
        if st.button("Delete", icon=":material/delete:", key="history-delete"):
            confirm_deletion(ticked, stay=True)
        st.button("Untick all", key="history-untick", type="tertiary", on_click=TABLE.untick)


def _assign(wanted: HistoryFilter) -> None:
    """The way to giving runs that fit to reviewers."""
    links.page_link(
        links.VERDICTS,
        "Give to reviewers",
        icon=links.VERDICTS.icon,
        help="A sample of these runs is shared out to be judged",
        view="assignments",
        **_narrowed(wanted),
    )


def _put_right(wanted: HistoryFilter) -> None:
    """The way to the one change for those of the runs that are wrong, where a verdict may say so."""
    if wanted.verdict != "none":
        links.page_link(
            links.PUT_RIGHT,
            "Put the wrong ones right",
            icon=links.PUT_RIGHT.icon,
            help="The one change that puts most of those right that a verdict calls wrong",
            of="history",
            **_narrowed(wanted),
        )


def _narrowed(wanted: HistoryFilter) -> dict[str, str]:
    """A filter as parameters of an address."""
    return {name: str(value) for name, value in wanted.model_dump(mode="json", exclude_defaults=True).items()}


def _compare(ticked: Sequence[UUID]) -> None:
    """The way to the comparison, from two runs on."""
    few = len(ticked) < 2
    if few or len(ticked) > MAX_COMPARED:
        why = "Tick two runs or more" if few else f"At most {MAX_COMPARED} runs stand side by side"
        st.button("Compare", icon=":material/compare_arrows:", key="history-compare", disabled=True, help=verbatim(why))
        return
    url = (
        links.compare_url(*ticked)
        if len(ticked) == 2
        else links.page_url(links.COMPARE, runs=",".join(map(str, ticked)))
    )
    st.html(
        markup.fill('<a class="jdw-button" href="{}" target="_self">Compare {}</a>', url, str(len(ticked))),
        width="content",
    )


def _label(ticked: Sequence[UUID]) -> None:
    """A field for a label, put on the ticked runs or taken off."""
    name = st.text_input("Label", placeholder="demo, regression, …", **kept.text("history-label"))
    known = workbench().history.labels()
    if known:
        st.html(markup.meta("In use: " + ", ".join(known)))
    with st.container(horizontal=True):
        put = st.button("Put on", type="primary", key="label-put", disabled=not name)
        off = st.button("Take off", key="label-off", disabled=not name)
    if put or off:
        try:
            count = workbench().history.label(ticked, name or "", take_off=off)
        except WorkbenchError as error:
            refuse(error)
            return
        kept.forget("history-label")
        flash(f"“{name}” {'taken off' if off else 'put on'} {count_label(count, 'run')}.")
        st.rerun()


def _export(ids: Sequence[UUID], what: str) -> None:
    """Files of runs, made when they are asked for."""
    with st.popover("Export", icon=":material/download:", key="history-export"):
        st.html(markup.meta(f"{what}: {count_label(len(ids), 'run')}"))
        st.download_button(
            "Table (CSV)",
            lambda: table_of(ids),
            "runs.csv",
            "text/csv",
            on_click="ignore",
            key="export-csv",
            disabled=not ids,
        )
        st.download_button(
            "Everything (JSONL)",
            lambda: jsonl_of(ids),
            "runs.jsonl",
            "application/jsonl",
            on_click="ignore",
            key="export-jsonl",
            disabled=not ids,
        )


def table_of(ids: Sequence[UUID]) -> str:
    """The runs as CSV for a spreadsheet, with a header."""
    return csv_of(columns(workbench().history.listed(ids), workbench().executor.pending()))


def jsonl_of(ids: Sequence[UUID]) -> str:
    """The runs with all that they found, an object a line."""
    lines = [
        json.dumps(run.model_dump(mode="json", exclude={"partial", "calls", "proposal_runs"}), ensure_ascii=False)
        for run in workbench().history.of_ids(ids)
    ]
    return "".join(line + "\n" for line in lines)
