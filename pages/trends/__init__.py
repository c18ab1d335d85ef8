"""Trends: how accurate, sure, fast and expensive the work is over the revisions of the catalog, and what is left to be done."""

from __future__ import annotations

import streamlit as st

from db.services.trends import MAX_REVISIONS, MEASURES, Measure
from pages.components import frame, markup
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pages.trends import charts, measuring, points
from pages.trends.points import Drawn

NAMES: dict[Measure, str] = {
    "roles": "Roles",
    "skills": "Skills",
    "coverage": "Coverage",
    "findings": "Findings",
    "proposals": "Proposals",
    "agreement": "Agreement",
    "time": "Time",
    "cost": "Cost",
}
LABELS = list(NAMES.values())
NOTHING: dict[Measure, str] = {
    "roles": "No gold has been run on a revision yet. Measure a gold set below.",
    "skills": "No gold with skills has been run on a revision yet. Measure a gold set below.",
    "coverage": "No run has been completed yet.",
    "findings": "The audit has not looked at a revision yet; it does so beside the pages, and each revision is kept from then on.",
    "proposals": "No proposal has been made yet.",
    "agreement": "No run has a verdict yet.",
    "time": "No run has been completed yet.",
    "cost": "No run has been completed yet.",
}
METHODS: dict[Measure, str] = {
    "roles": "Right roles of the gold texts, with Wilson’s 95 % interval.",
    "skills": "F1 with the 95 % interval of texts drawn again.",
    "coverage": "Completed runs by the revision on which they were made, and experiments; Wilson’s 95 % interval.",
    "findings": "Findings that were open while a revision was the current one. Those of revisions before that was noted are counted "
    "afterwards, by what runs use today.",
    "proposals": "Derived from when each proposal was made and decided, the weak ones among them.",
    "agreement": "Verdicts as they stand now: runs judged, replayed on each revision by the local engine, and runs that several reviewers judged.",
    "time": "Runs by the revision on which they were made; experiments end with step 1.",
    "cost": "What models cost; the local engine costs nothing.",
}
WATCH_SECONDS = 1.0


def page() -> None:
    """The choice of a measure, its lines over the revisions, a table of them, and the way to measure what is missing."""
    frame.name_tab("Trends")
    trends = workbench().trends
    left = trends.sum_up()
    st.html(
        markup.title("Trends")
        + markup.meta("What each revision of the catalog came to. Each point opens what measured it.")
    )
    chosen = st.segmented_control(
        "Measure",
        LABELS,
        default=NAMES[MEASURES[0]],
        required=True,
        key="measure",
        bind="query-params",
        label_visibility="collapsed",
    )
    measure = next(m for m in MEASURES if NAMES[m] == chosen)
    revisions = trends.revisions()
    drawn = Drawn.of(trends.panels(measure, revisions), revisions)
    if drawn.panels:
        charts.show(drawn)
        st.html(markup.meta(METHODS[measure]))
        points.table(drawn)
    else:
        st.html(markup.empty(NOTHING[measure]))
    if len(revisions) == MAX_REVISIONS:
        st.html(markup.meta(f"The newest {MAX_REVISIONS} revisions are shown."))
    measuring.show()
    if left:
        _watch(left)


def _watch(left: int) -> None:
    """Sum up the rest of the experiments beside the page, and draw it anew then."""

    @st.fragment(run_every=WATCH_SECONDS)
    def draw() -> None:
        now = workbench().trends.sum_up()
        if not now:
            st.rerun()
        st.html(markup.status(f"{count_label(now, 'experiment')} still to be summed up; the page is drawn anew then."))

    st.html(markup.meta(f"{count_label(left, 'experiment')} still to be summed up."))
    draw()
