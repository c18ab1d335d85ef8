"""Review queue: what runs propose, joined over runs; approved, mapped to what is there, or rejected for good, one by one or many
at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.queue_filters import WEAK
from db.stores.queue_listing import Page, Waiting
from db.stores.review_queue import Proposal
from pages.components import draft, links, markup
from pages.components.acceptance import KEYS as SAMPLE_KEYS
from pages.components.acceptance import asked_sample, open_samples
from pages.components.draft import DraftView
from pages.components.frame import name_tab
from pages.components.keys import page_keys
from pages.components.labels import count_label
from pages.components.row_list import RowList
from pages.components.saved_views import show_views
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.review_queue import card, lists
from pages.review_queue.address import (
    PARAMETER,
    SEVERAL,
    TABLE,
    QueueAddress,
    choose,
    choose_way,
    narrowed_to,
    put,
)
from pages.review_queue.bulk import Chosen, decide_many, undo_button
from pages.review_queue.sample import draw_proposals, show_proposal_sample

SIGNED_AT_ONCE = 20
"""New proposals of which is found what they are ranked by while the page waits; the others are beside it."""


def page() -> None:
    """Draw the page."""
    name_tab("Review queue")
    view = draft.view()
    st.html(markup.title("Review queue"))
    sample = asked_sample("proposals")
    if sample is not None:
        page_keys(SAMPLE_KEYS)
        name_tab(f"Sample of {sample.title} · Review queue")
        show_proposal_sample(sample, view)
        return
    open_samples(links.REVIEW_QUEUE, "proposals")
    summary_at = st.empty()
    workbench().queue_signs.catch_up(SIGNED_AT_ONCE)
    shown, waiting = choose(view)
    summary_at.html(markup.meta(_summary(waiting, shown)))
    _narrowed(shown)
    if shown.by is not None:
        _groups(shown, view, waiting)
        return
    found = workbench().proposals.page(shown.wanted, shown.order, shown.page)
    asked = st.query_params.get(PARAMETER, "")
    proposal = _asked(asked, found.rows)
    if not found.rows and proposal is None:
        _tools(shown, view, found)
        _nothing(shown, waiting)
        return
    if shown.way == TABLE and found.rows:
        _cells(shown, view, found)
    else:
        _beside(shown, view, found, proposal)


def _beside(shown: QueueAddress, view: DraftView, found: Page, proposal: Proposal | None) -> None:
    """The list with one proposal beside it, or with boxes."""
    asked = st.query_params.get(PARAMETER, "")
    rows = RowList(links.REVIEW_QUEUE, PARAMETER, lists.COLUMNS, "Proposals", {**shown.query, "page": _page(found)})
    several = bool(found.rows) and shown.way == SEVERAL
    _tools(shown, view, found)
    list_at, card_at = st.columns([1.1, 1], gap="large")
    with list_at:
        if several:
            lists.show_ticks(found.rows, view)
        elif found.rows:
            rows.show([lists.row_of(p, view) for p in found.rows], str(proposal.id) if proposal else "")
        _turn(found)
    with card_at:
        if asked and (proposal is None or str(proposal.id) != asked):
            st.warning(verbatim(f"There is no proposal {asked}."), icon=":material/search_off:")
        if several:
            _ticked(view)
        elif proposal is not None:
            keys = [str(p.id) for p in found.rows]
            rows.step(
                [lists.row_of(p, view) for p in found.rows], str(proposal.id), "proposal", lists.total_text(found)
            )
            card.show(proposal, view, _next_of(keys, str(proposal.id)))


def _cells(shown: QueueAddress, view: DraftView, found: Page) -> None:
    """The list as cells that can be edited."""
    _tools(shown, view, found)
    st.html(
        markup.meta(
            "What is written into a cell is kept at once, for all; approving takes it in place of what was found."
        )
    )
    act_at = st.container()
    chosen = lists.show_cells(found.rows, view, "-".join([*shown.query.values(), str(found.number)]))
    _turn(found)
    with act_at:
        numbers = tuple(int(key) for key in chosen)
        label = f"Decide {len(numbers):,} chosen…" if numbers else "Decide the chosen rows…"
        if st.button(verbatim(label), icon=":material/done_all:", disabled=not numbers, key="decide-chosen"):
            decide_many(Chosen(numbers, "chosen in the table", _nothing_more), view)


def _groups(shown: QueueAddress, view: DraftView, waiting: Waiting) -> None:
    """The proposals of the filter in groups."""
    found = workbench().proposals.groups(shown.wanted, shown.by or "spelling", shown.page)
    with st.container(horizontal=True, gap="small", key="queue-tools"):
        show_views(links.REVIEW_QUEUE, shown.query)
        _lately()
    if not found.rows:
        _nothing(shown, waiting)
        return
    alone = " Terms that stand alone are in no group." if shown.by in ("spelling", "meaning") else ""
    st.html(markup.meta(f"{count_label(found.total, 'group')}, the largest first. Open one to decide it whole.{alone}"))
    lists.show_groups(found, shown, view)
    _turn(found)


def _tools(shown: QueueAddress, view: DraftView, found: Page) -> None:
    """How the list is shown, what was decided lately, views, and the way to decide all that fits."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="queue-tools"):
        pending = shown.wanted.status in ("pending", WEAK)
        if pending:
            choose_way()
        show_views(links.REVIEW_QUEUE, shown.query)
        _lately()
        if (
            pending
            and found.total > 1
            and st.button(verbatim(f"Decide all {found.total:,}…"), icon=":material/done_all:", key="decide-all")
        ):
            numbers = tuple(workbench().proposals.ids(shown.wanted))
            decide_many(Chosen(numbers, narrowed_to(shown.wanted, view), _first_page), view)
        if pending and found.total > 1 and st.button("Judge a sample…", icon=":material/casino:", key="draw-group"):
            draw_proposals(shown, view)


def _ticked(view: DraftView) -> None:
    """What is to be done with the rows that are ticked."""
    ticked = lists.TICKS.ticked()
    st.html(markup.title(f"{count_label(len(ticked), 'proposal')} ticked", 18))
    if not ticked:
        st.html(markup.meta("Tick rows at their left, or all of a page in its head; ticks stay on other pages."))
        return
    with st.container(horizontal=True):
        if st.button(
            verbatim(f"Decide {len(ticked):,}…"), icon=":material/done_all:", type="primary", key="decide-ticked"
        ):
            decide_many(Chosen(tuple(int(key) for key in ticked), "ticked", lists.TICKS.untick), view)
        st.button("Untick all", key="untick", type="tertiary", on_click=lists.TICKS.untick)


def _lately() -> None:
    """The newest acts, each with its undo."""
    with st.popover("Decisions", icon=":material/history:", key="queue-decisions"):
        decisions = workbench().proposals.decisions()
        if not decisions:
            st.html(markup.meta("Nothing has been decided here yet."))
        for one in decisions:
            with st.container(horizontal=True, vertical_alignment="center"):
                reason = f": {one.reason}" if one.reason else ""
                where = f" · change set {one.change_set_id}, {one.draft_status}" if one.change_set_id else ""
                undone = f" · undone by {one.undone_by}" if one.undone_at else ""
                st.html(
                    markup.block(f"{one.title}{reason}")
                    + markup.meta(f"{one.author} {ago(one.decided_at)}{where}{undone}")
                )
                if one.can_be_undone:
                    undo_button(one.id, f"undo-{one.id}")


def _turn(found: Page) -> None:
    """The way to the other pages."""
    if found.pages > 1:
        turned = st.pagination(found.pages, default=found.number, key=f"turn-{found.number}-{found.pages}")
        if turned and int(turned) != found.number:
            put("page", str(turned))
            st.rerun()


def _page(found: Page) -> str:
    return str(found.number) if found.number > 1 else ""


def _first_page() -> None:
    for name in ("page", PARAMETER):
        st.query_params.pop(name, None)


def _nothing_more() -> None:
    """What is shown after rows of the table were decided: the same page."""


def _summary(waiting: Waiting, shown: QueueAddress) -> Markup:
    waits = "waits" if waiting.strong == 1 else "wait"
    order = {"texts": "those that most texts made first", "certainty": "the surest first", "newest": "the newest first"}
    text = f"{waiting.strong:,} {waits} for a decision, {order[shown.order]}"
    if not waiting.weak:
        return Markup.escape(text)
    kept = {"words": shown.wanted.words} if shown.wanted.words else {}
    hidden = f"{waiting.weak:,} weak {'one' if waiting.weak == 1 else 'ones'} hidden"
    url = links.review_queue_url(shown.wanted.kind, status=WEAK, **kept)
    return markup.fill("{} · {}", text, markup.link(hidden, url))


def _narrowed(shown: QueueAddress) -> None:
    """The group that is open, with the way out of it."""
    wanted = shown.wanted
    if not wanted.spelling and wanted.meaning is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="queue-chips"):
        st.html(markup.meta("Only proposals"))
        for name, said in (("spelling", "spellings of one term"), ("meaning", "nearly the same in meaning")):
            if name in shown.query:
                st.button(
                    verbatim(said),
                    key=f"drop-{name}",
                    icon=":material/close:",
                    help="Take this filter away",
                    on_click=put,
                    args=(name, ""),
                )


def _nothing(shown: QueueAddress, waiting: Waiting) -> None:
    if shown.is_narrowed or shown.by:
        none = "Nothing fits here." if not shown.by else "There is no such group here."
        st.html(markup.empty(f"{none} Take a filter away, or search for fewer letters."))
        return
    hidden = f" {count_label(waiting.weak, 'weak one')} can be looked through as well." if waiting.weak else ""
    st.html(
        markup.empty(
            "Nothing waits here. What a run would add to the catalog comes here, joined over runs, until somebody decides."
            + hidden
        )
    )


def _asked(asked: str, listed: Sequence[Proposal]) -> Proposal | None:
    """The proposal that the address names, also one that is not listed; else the first of the list."""
    if asked.isdigit() and len(asked) < 10:
        found = next((p for p in listed if str(p.id) == asked), None) or workbench().proposals.load(int(asked))
        if found is not None:
            return found
    return listed[0] if listed else None


def _next_of(keys: Sequence[str], key: str) -> Callable[[], None]:
    """What shows the row behind one that is decided, which leaves the list: the one before it where it was the last."""

    def show() -> None:
        at = keys.index(key) if key in keys else -1
        rest = [k for k in keys if k != key]
        if rest and at >= 0:
            st.query_params[PARAMETER] = rest[min(at, len(rest) - 1)]
        elif PARAMETER in st.query_params:
            del st.query_params[PARAMETER]

    return show
