"""All experiments with how far they are, drawn anew while one runs, and the choice of two to be compared."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.stores.experiments import Experiment
from pages.components import markup
from pages.components.markup import Column
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments import wording

WATCH_SECONDS = 1.5
NO_WORKER = (
    "No worker has been heard of for some seconds. One that begins now is heard of when it is ready; a workbench without worker "
    "processes needs one beside it: `python -m db worker`."
)


def show(found: Sequence[Experiment]) -> None:
    """Draw the list."""
    if not found:
        st.html(
            markup.empty(
                "No experiment yet. Start one above: on the gold texts that ship, on judged runs, or on a file of your own."
            )
        )
        return
    if len(found) > 1:
        _choose(found)
    runs = any(experiment.status == "running" for experiment in found)

    @st.fragment(run_every=WATCH_SECONDS if runs else None)
    def draw() -> None:
        now = workbench().experiments.all() if runs else found
        if runs and not any(experiment.status == "running" for experiment in now):
            st.rerun()
        say_workers(now)
        st.html(
            markup.table(
                [
                    "Experiment",
                    Column("Job descriptions", "jdw-wide"),
                    Column("Ran with", "jdw-wide"),
                    "Progress",
                    "Status",
                ],
                [_row(experiment) for experiment in now],
            )
        )

    draw()


def say_workers(found: Sequence[Experiment]) -> None:
    """Say that nobody does what is to be done, where that is so."""
    if any(experiment.status == "running" for experiment in found):
        say_missing_worker()


def say_missing_worker() -> None:
    """Say that no worker has been heard of, where that is so."""
    if not workbench().experiments.living_workers():
        st.info(NO_WORKER, icon=":material/hourglass_empty:")


def _row(found: Experiment) -> Sequence[str]:
    gold = f", {found.gold:,} with gold" if found.gold else ", no gold"
    return (
        markup.block(wording.link(found)) + markup.meta(f"{found.id} · {found.author} · {ago(found.created_at)}"),
        markup.block(found.set_name) + markup.meta(f"{found.size:,}{gold}"),
        found.way,
        wording.progress(found),
        markup.tag(wording.STATUSES[found.status], wording.TONES[found.status]),
    )


def _choose(found: Sequence[Experiment]) -> None:
    """Two selects and a link to the comparison of what they say."""
    names = {experiment.id: experiment.name for experiment in found}
    numbers = list(names)
    with st.container(horizontal=True, vertical_alignment="bottom", key="choose-two"):
        a = st.selectbox(
            "A, the baseline", numbers, index=1, format_func=lambda n: verbatim(names[n]), key="choose-a", width=280
        )
        b = st.selectbox("B", numbers, index=0, format_func=lambda n: verbatim(names[n]), key="choose-b", width=280)
        st.html(
            markup.fill(
                '<a class="jdw-button jdw-quiet" href="{}" target="_self">Compare</a>', wording.url(a=str(a), b=str(b))
            ),
            width="content",
        )
