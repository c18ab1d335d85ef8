"""The column *Put right* of a run: what it should be, and the fewest changes of the catalog that make it so, each a key away."""

from __future__ import annotations

from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.services.repairs import FoundRepairs, HeldAgainst, SearchState
from db.services.results import RunResult
from db.services.snapshot import Snapshot
from db.stores.runs import StoredRun
from pages.components import draft, links, markup, put_right_choice, suggestions
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.put_right_want import PARAMETER, want_html, want_of, want_text
from pages.components.suggestions import Suggestion
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.refs import RunRef
from pipeline.repair import Repair, Want, WantRole

FIRST_SECONDS = 0.6
"""How long a drawing waits for the first repairs, which are mostly there by then."""
POLL_SECONDS = 0.7
KEYS = {"1 to 5": "Stage that suggestion"}


def show(stored: StoredRun, result: RunResult) -> None:
    """Draw the column. What the run should be is said by the address, else by a verdict, else it is asked for."""
    view = draft.view()
    by_verdict = workbench().repairs.wants(stored.id, person(), view.shown)
    asked = want_of(st.query_params.get(PARAMETER, ""), view.catalog) or next(iter(by_verdict), None)
    if asked is not None:
        # With what is staged the verdict holds, and would ask for nothing any more.
        st.query_params[PARAMETER] = want_text(asked)
    with st.container(key="put-right-column"):
        put_right_choice.show(stored, result, asked, by_verdict, view.catalog)
        if asked is None:
            st.html(markup.empty("Say what this run should be, and the fewest changes that make it so are looked for."))
            return
        state = workbench().repairs.of_run(stored.id, asked, view.shown, FIRST_SECONDS)
        if state.is_over:
            _draw(stored.id, asked, view.shown, state)
        else:
            _wait(stored.id, asked, view.shown)
        _foot(stored.id, asked, state)


@st.fragment(run_every=POLL_SECONDS)
def _wait(run_id: UUID, asked: Want, snapshot: Snapshot) -> None:
    """Ask again until the search has come to its end, then draw the page with it."""
    state = workbench().repairs.of_run(run_id, asked, snapshot)
    if state.is_over:
        st.rerun()
    _draw(run_id, asked, snapshot, state)


def _draw(run_id: UUID, asked: Want, snapshot: Snapshot, state: SearchState[FoundRepairs]) -> None:
    found, catalog = state.found, snapshot.catalog
    if state.error:
        st.error(verbatim(state.error), icon=":material/error:")
        if st.button("Try again", icon=":material/refresh:", key="retry-repair"):
            workbench().repairs.retry_run(run_id, asked, snapshot)
            st.rerun()
    if found is None:
        if not state.error:
            st.html(markup.meta("Changes are being tried on this run …"))
        return
    if asked.is_met(found.result):
        _is_right(found, asked, snapshot)
        return
    if not found.repairs.found:
        st.html(markup.empty(markup.fill("No change that is small enough does it. {}", found.repairs.reason)))
        return
    st.html(markup.meta(_line(found, state)))
    suggestions.show(
        [_suggestion(repair, asked, catalog, run_id, found.against) for repair in found.repairs.found], catalog
    )


def _is_right(found: FoundRepairs, asked: Want, snapshot: Snapshot) -> None:
    """That nothing is left to be done, and whose doing that is."""
    role = snapshot.catalog.role.get(found.result.role_slug or "")
    name = markup.span(role.display_name, "role", bold=True) if role else markup.bold("no role")
    so = markup.fill("{} {}", name, f"{found.result.confidence:.2f}") if role else name
    if snapshot.changes:
        line = markup.fill(
            "With {} it is {}: on that catalog this run comes to {}.",
            markup.link("your draft", links.page_url(links.CHANGES)),
            want_html(asked, snapshot.catalog),
            so,
        )
    else:
        line = markup.fill(
            "On today’s catalog it is {}: this run would come to {}. Run it again to have that.",
            want_html(asked, snapshot.catalog),
            so,
        )
    st.html(markup.status(markup.tag("put right", "good") + Markup(" ") + line))


def _line(found: FoundRepairs, state: SearchState[FoundRepairs]) -> str:
    """What the list is held against, or how far that has come."""
    against, progress = found.against, state.progress
    begin = "The fewest changes that do it, replayed here"
    if against is not None:
        return f"{begin}, {against_words(against)}."
    if state.error or progress is None:
        return f"{begin}. What they do to judged runs and gold is not known."
    doing = "are read" if progress.phase == "reading" else "are replayed"
    return f"{begin}. Judged runs and gold {doing}: {progress.done:,} of {progress.of:,} …"


def against_words(against: HeldAgainst) -> str:
    """What changes were replayed on, and how long that took."""
    if not against.runs + against.gold:
        return "and nowhere else: no other run has a verdict, and there is no gold"
    on = [count_label(against.runs, "judged run")] if against.runs else []
    on += [count_label(against.gold, "gold JD")] if against.gold else []
    return f"on {' and '.join(on)} in {against.seconds:.1f} s; counted where a verdict or gold says what is right"


def _suggestion(repair: Repair, asked: Want, catalog: Catalog, run_id: UUID, against: HeldAgainst | None) -> Suggestion:
    parts = [Markup.escape(suggestions.rows_words(repair.changes))]
    if against is not None:
        parts.append(
            Markup.escape(f"{count_label(repair.effects.touched, 'judged one changes', 'judged ones change')}")
        )
    here = want_html(asked, catalog) if isinstance(asked, WantRole) else Markup("confidence")
    parts.append(markup.fill("here {} {}", here, markup.bold(f"{repair.confidence_after:.2f}")))
    return Suggestion(
        repair.changes,
        markup.join(parts, Markup(" · ")),
        repair.effects.fixes,
        repair.effects.breaks,
        source=RunRef(run_id),
    )


def _foot(run_id: UUID, asked: Want, state: SearchState[FoundRepairs]) -> None:
    """The others that look like this one, and what to do where nothing fits."""
    said: list[Markup] = []
    found = state.found
    if found is not None and found.alike and isinstance(asked, WantRole):
        url = links.put_right_url(like=str(run_id), want=want_text(asked))
        count = len(found.alike)
        words = "1 other wrong one looks" if count == 1 else f"{count:,} other wrong ones look"
        find = markup.link("find the one change that puts most of them right", url)
        said.append(markup.fill("{} like this one: {}.", words, find))
    verdict = markup.link("Say what the text means", links.verdict_url(run_id))
    said.append(markup.fill("None fits? {}: a verdict keeps it, and the queue has what the catalog lacks.", verdict))
    st.html(markup.meta(markup.join(said, " ")))
