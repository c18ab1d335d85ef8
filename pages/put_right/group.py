"""A group of wrong runs: which they are, and the changes that put most of them right, each with what else it fixes and breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st
from markupsafe import Markup

from db.services.repair_groups import AlikeRuns, ExperimentFailures, FilteredRuns, Group, Member
from db.services.repairs import FoundGroup, SearchState
from db.services.snapshot import Snapshot
from pages.components import draft, links, markup, suggestions
from pages.components.judged_names import judged_links
from pages.components.labels import count_label
from pages.components.put_right import against_words
from pages.components.put_right_want import run_of, want_html
from pages.components.suggestions import Suggestion
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.put_right.asked import history_url
from pipeline.catalog import Catalog
from pipeline.catalog.describe import name_of
from pipeline.catalog.refs import RunRef
from pipeline.repair.group import GroupRepair

FIRST_SECONDS = 0.5
POLL_SECONDS = 1.0
MAX_MEMBERS = 100


def show(group: Group) -> None:
    """Draw the page of a group."""
    view = draft.view()
    st.html(markup.title("The one change that puts most right") + markup.meta(_of_whom(group)))
    state = workbench().repairs.of_group(group, view.shown, FIRST_SECONDS)
    if state.is_over:
        _draw(group, view.shown, state)
    else:
        _wait(group, view.shown)


def _of_whom(group: Group) -> Markup:
    """Whom it is about, and the way back."""
    match group:
        case FilteredRuns():
            back = markup.link("the history as it was narrowed", history_url(group.wanted))
            return markup.fill("The runs of {} that a verdict calls wrong", back)
        case ExperimentFailures():
            experiment = workbench().experiments.load(group.experiment)
            name = markup.link(experiment.name, links.page_url(links.EXPERIMENTS, id=str(experiment.id)))
            if group.against is None:
                return markup.fill("The job descriptions of {} with another role than their gold", name)
            other = workbench().experiments.load(group.against)
            url = links.page_url(links.EXPERIMENTS, a=str(other.id), b=str(experiment.id))
            return markup.fill("The job descriptions that {} broke beside {}", name, markup.link(other.name, url))
        case AlikeRuns():
            run = markup.link("this run", links.run_url(group.run_id))
            catalog = workbench().snapshots.current().catalog
            return markup.fill(
                "{} and those that are taken for the same role and should all have been {}",
                run,
                want_html(group.want, catalog),
            )


@st.fragment(run_every=POLL_SECONDS)
def _wait(group: Group, snapshot: Snapshot) -> None:
    """Ask again until the search has come to its end, then draw the page with it."""
    state = workbench().repairs.of_group(group, snapshot)
    if state.is_over:
        st.rerun()
    _draw(group, snapshot, state)


def _draw(group: Group, snapshot: Snapshot, state: SearchState[FoundGroup]) -> None:
    if state.error:
        st.error(verbatim(state.error), icon=":material/error:")
        if st.button("Try again", icon=":material/refresh:", key="retry-group"):
            workbench().repairs.retry_group(group, snapshot)
            st.rerun()
        return
    found = state.found
    if found is None:
        st.html(markup.meta(f"Looking who is wrong{_how_far(state)} …"))
        return
    if not found.members:
        st.html(markup.empty(_nobody(snapshot)))
        return
    names = member_links(group, found.members)
    left_at, right_at = st.columns([3, 2], gap="large")
    with left_at:
        _repairs(found, state, snapshot.catalog, names)
    with right_at:
        _members(found.members, snapshot.catalog, names)


def _nobody(snapshot: Snapshot) -> Markup:
    if snapshot.changes:
        where = markup.link("your draft", links.page_url(links.CHANGES))
        return markup.fill("Nobody of them is wrong on the catalog with {}.", where)
    return markup.fill("Nobody of them is wrong on today’s catalog, or nobody has said what is right.")


def _how_far(state: SearchState[FoundGroup]) -> str:
    progress = state.progress
    return f": {progress.done:,} of {progress.of:,}" if progress and progress.of else ""


def _repairs(found: FoundGroup, state: SearchState[FoundGroup], catalog: Catalog, names: Mapping[str, Markup]) -> None:
    count = len({member.name for member in found.members})
    st.html(markup.heading("Changes"))
    if found.repairs is None:
        reading = state.progress is not None and state.progress.phase == "reading"
        doing = "Judged runs and gold are read" if reading else "Changes that several of them share are tried on all"
        st.html(markup.meta(f"{doing}{_how_far(state)} …"))
        return
    if not found.repairs:
        st.html(
            markup.empty(
                "No single change puts any of them right: look at them one by one, most have a repair of two changes."
            )
        )
        return
    if found.against is not None:
        tried = "it" if count == 1 else f"all {count:,}"
        st.html(markup.meta(f"Tried on {tried}, then {against_words(found.against)}."))
    suggestions.show([_suggestion(repair, count) for repair in found.repairs], catalog, names)


def _suggestion(repair: GroupRepair, count: int) -> Suggestion:
    right = tuple(dict.fromkeys(repair.puts_right))
    line = markup.fill(
        "{} · {} · {}",
        suggestions.rows_words(repair.changes),
        markup.fill('<span class="jdw-good">puts {} of {} right</span>', f"{len(right):,}", f"{count:,}"),
        count_label(repair.effects.touched, "other judged one changes", "other judged ones change"),
    )
    run_id = next((found for name in right if (found := run_of(name)) is not None), None)
    source = RunRef(run_id) if run_id else None
    return Suggestion(repair.changes, line, repair.effects.fixes, repair.effects.breaks, right, source)


def _members(members: Iterable[Member], catalog: Catalog, names: Mapping[str, Markup]) -> None:
    """Who is wrong, and what each should be."""
    shown = list(members)
    st.html(markup.heading(count_label(len({m.name for m in shown}), "is wrong", "are wrong")))
    rows = [
        (
            names.get(member.name, Markup.escape(member.name)),
            markup.span(name_of(catalog, "roles", member.role), "role") if member.role else "no role",
            want_html(member.want, catalog),
        )
        for member in shown[:MAX_MEMBERS]
    ]
    st.html(markup.table(["Job description", "Is", "Should be"], rows))
    if len(shown) > MAX_MEMBERS:
        st.html(markup.meta(f"and {len(shown) - MAX_MEMBERS:,} more"))


def member_links(group: Group, members: Iterable[Member]) -> Mapping[str, Markup]:
    """Links to the wrong ones, by their names."""
    if not isinstance(group, ExperimentFailures):
        return judged_links(member.name for member in members)
    experiment = workbench().experiments.load(group.experiment)
    titles = {result.id: result.title or result.id for result in workbench().experiments.results(experiment)}
    return {
        m.name: markup.link(
            titles.get(m.name, m.name), links.page_url(links.EXPERIMENTS, id=str(experiment.id), jd=m.name)
        )
        for m in members
    }
