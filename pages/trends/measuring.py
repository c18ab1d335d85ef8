"""A gold set run on the revisions that lack it, as experiments of their own."""

from __future__ import annotations

import streamlit as st

from db.services.trends import MAX_STARTED
from pages.components import links, markup
from pages.components.draft import attempt
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench


def show() -> None:
    """The choice of a gold set, on how many revisions it is missing, and the button that starts the experiments."""
    bench = workbench()
    sizes = bench.trends.gold_sizes()
    st.html(markup.heading("Measure what is missing"))
    if not sizes:
        st.html(markup.empty("There is no gold set yet; import one, or make one of verdicts."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="measure-gold"):
        name = st.selectbox(
            "Gold set",
            list(sizes),
            format_func=lambda n: verbatim(f"{n} ({sizes[n]:,})"),
            key="trend-gold",
            width=320,
        )
        lacking = bench.trends.lacking_gold(name)
        count = min(len(lacking), MAX_STARTED)
        pressed = st.button(
            verbatim(f"Measure it on {count_label(count, 'revision')}") if count else "Every revision has it",
            icon=":material/play_arrow:",
            disabled=not count,
            key="start-trend",
            help="An experiment for each, in the queue of the workers; the newest revisions first",
        )
    st.html(markup.meta(_extent(len(lacking), count, sizes[name])))
    if pressed:
        with st.spinner(f"Starting {count_label(count, 'experiment')}"):
            attempt(
                lambda: bench.trends.measure_gold(name, person()),
                lambda started: f"{count_label(len(started), 'experiment')} begun; each point appears when it is done.",
            )
    waiting = sum(not e.is_over for e in bench.experiments.all())
    if waiting:
        link = markup.link(count_label(waiting, "experiment"), links.page_url(links.EXPERIMENTS))
        st.html(markup.meta(markup.fill("{} not finished yet.", link)))


def _extent(lacking: int, count: int, size: int) -> str:
    if not lacking:
        return "This version of the set was run, or is being run, on every revision whose catalog can be made again."
    rest = f", the newest {count} of {lacking}" if lacking > count else ""
    return f"{count_label(count * size, 'job description')} in all{rest}. What is there is left as it is."
