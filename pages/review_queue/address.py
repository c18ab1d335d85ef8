"""What the review queue shows, as its address says: what it is narrowed to, how it is grouped and ordered, and which page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

import streamlit as st

from db.stores.queue_filters import EMPLOYER, WEAK, GroupBy, OrderBy, QueueFilter
from db.stores.queue_listing import Waiting
from pages.components import links
from pages.components.draft import DraftView
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.describe import name_of

KIND_FILTERS = {"": "All", "skill": "Skills", "title": "Titles", "link": "Links", "kra": "KRAs", "role": "Roles"}
STATUS_LABELS = {
    "pending": "Waiting",
    WEAK: "Weak",
    "approved": "Approved",
    "mapped": "Mapped",
    "rejected": "Rejected",
}
GROUP_LABELS = {
    "": "Not grouped",
    "spelling": "By spelling",
    "meaning": "By meaning",
    "owner": "By suggested owner",
    "dimension": "By dimension",
}
ORDER_LABELS = {"texts": "Most texts first", "certainty": "Surest first", "newest": "Newest first"}
RUNS_LABELS = {"": "Any runs", "2": "2 runs or more", "3": "3 or more", "5": "5 or more", "10": "10 or more"}
ONE, SEVERAL, TABLE = "", "several", "table"
WAY_LABELS = {ONE: "One by one", SEVERAL: "Several", TABLE: "Edit cells"}
PARAMETER = "id"
"""What the address names a proposal by."""
MAX_OPTIONS = 300
"""Owners and dimensions that may be chosen, those of the most proposals first."""
NARROWING = ("kind", "status", "words", "owner", "dimension", "runs", "doubt", "spelling", "meaning")


@dataclass(frozen=True)
class QueueAddress:
    """What is shown: the proposals of a filter, grouped or not, in an order; ``page`` is the number of the page."""

    wanted: QueueFilter
    by: GroupBy | None
    order: OrderBy
    way: str
    page: int

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address, without the page and the proposal that is shown."""
        wanted = self.wanted
        values = {
            "kind": wanted.kind,
            "status": "" if wanted.status == "pending" else wanted.status,
            "words": wanted.words,
            "owner": wanted.owner,
            "dimension": wanted.dimension,
            "runs": str(wanted.min_runs) if wanted.min_runs else "",
            "doubt": wanted.doubt,
            "spelling": wanted.spelling,
            "meaning": str(wanted.meaning) if wanted.meaning is not None else "",
            "by": self.by or "",
            "order": "" if self.order == "texts" else self.order,
            "way": self.way,
        }
        return {name: value for name, value in values.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out but what was decided."""
        return any(name in NARROWING for name in self.query)

    def of_group(self, key: str) -> str:
        """The address of the proposals of one of its groups."""
        query = {name: value for name, value in self.query.items() if name != "by"}
        return links.page_url(links.REVIEW_QUEUE, **{**query, str(self.by): key})


def choose(view: DraftView) -> tuple[QueueAddress, Waiting]:
    """Draw the filters; returns what is to be shown, and how many wait of its kind and words."""
    kind_at, status_at, words_at = st.columns([1.6, 1.75, 1.2], vertical_alignment="bottom")
    with kind_at:
        kind = _segments("kind", "Kind", KIND_FILTERS)
    with status_at:
        status = _segments("status", "Status", STATUS_LABELS)
    words = words_at.text_input(
        "Search",
        key="words",
        type="search",
        live="60ms",
        bind="query-params",
        placeholder="Words of the proposal",
        label_visibility="collapsed",
    )
    asked = st.query_params
    runs, meaning = asked.get("runs", ""), asked.get("meaning", "")
    wanted = QueueFilter(
        status=status,
        kind=kind,
        words=words or "",
        owner=asked.get("owner", ""),
        dimension=asked.get("dimension", ""),
        min_runs=int(runs) if runs in RUNS_LABELS and runs else 0,
        doubt=asked.get("doubt", ""),
        spelling=asked.get("spelling", ""),
        meaning=int(meaning) if meaning.isdigit() and len(meaning) < 10 else None,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="queue-filters"):
        by = _choice("by", "Grouped", GROUP_LABELS)
        order = "texts" if by else _choice("order", "Order", ORDER_LABELS)
        _choice("runs", "Runs", RUNS_LABELS)
        waiting = _suggestions(wanted, view)
    way = _asked("way", WAY_LABELS)
    page = asked.get("page", "")
    address = QueueAddress(
        wanted,
        next((g for g in get_args(GroupBy) if g == by), None),
        next((o for o in get_args(OrderBy) if o == order), "texts"),
        way if status in ("pending", WEAK) else ONE,
        int(page) if page.isdigit() and len(page) < 8 else 1,
    )
    return address, waiting


def _suggestions(wanted: QueueFilter, view: DraftView) -> Waiting:
    """The filters whose options are what the queue holds: owners and dimensions that are suggested, and why some are doubtful."""
    found = workbench().proposals.overview(replace(wanted, owner="", dimension=""))
    owners = {slug: f"{_owner_name(view, slug)} · {n:,}" for slug, n in list(found.owners.items())[:MAX_OPTIONS]}
    placed = list(found.dimensions.items())[:MAX_OPTIONS]
    dimensions = {slug: f"{name_of(view.catalog, 'dimensions', slug)} · {n:,}" for slug, n in placed}
    doubts = {why: f"{doubt_label(why)} · {n:,}" for why, n in found.doubts.items()}
    if wanted.owner:
        owners.setdefault(wanted.owner, _owner_name(view, wanted.owner))
    if wanted.dimension:
        dimensions.setdefault(wanted.dimension, name_of(view.catalog, "dimensions", wanted.dimension))
    if wanted.doubt:
        doubts.setdefault(wanted.doubt, doubt_label(wanted.doubt))
    _choice("owner", "Suggested owner", {"": "Any owner", **owners})
    _choice("dimension", "Suggested dimension", {"": "Any dimension", **dimensions})
    _choice("doubt", "Looks like", {"": "Any doubt or none", **doubts})
    return found.waiting


def doubt_label(why: str) -> str:
    """Why proposals are probably none, in words."""
    return "looks like an employer’s name" if why == EMPLOYER else why


def _owner_name(view: DraftView, slug: str) -> str:
    """The name of a role or a skill that is suggested as owner."""
    role, skill = view.catalog.role.get(slug), view.catalog.skill.get(slug)
    return role.display_name if role else skill.display_name if skill else slug


def group_name(view: DraftView, by: GroupBy, key: str, first: str) -> str:
    """What a group is called."""
    if by == "dimension":
        return name_of(view.catalog, "dimensions", key)
    return _owner_name(view, key) if by == "owner" else first


def narrowed_to(wanted: QueueFilter, view: DraftView) -> str:
    """What a filter narrows the queue to, in words, for the title of what is decided of all of it."""
    parts = [
        "weak" if wanted.status == WEAK else "",
        f"with “{wanted.words}”" if wanted.words else "",
        f"for {_owner_name(view, wanted.owner)}" if wanted.owner else "",
        f"in {name_of(view.catalog, 'dimensions', wanted.dimension)}" if wanted.dimension else "",
        f"of {wanted.min_runs} runs or more" if wanted.min_runs else "",
        doubt_label(wanted.doubt),
        "spellings of one term" if wanted.spelling else "",
        "nearly the same in meaning" if wanted.meaning is not None else "",
    ]
    return ", ".join(filter(None, parts))


def _asked(name: str, options: Mapping[str, str]) -> str:
    first = next(iter(options))
    asked = st.query_params.get(name, first)
    return asked if asked in options else first


def put(name: str, value: str) -> None:
    """Write a parameter of the address; another list begins with its first page and its first proposal."""
    for gone in ("page", PARAMETER):
        st.query_params.pop(gone, None)
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _segments(name: str, label: str, options: Mapping[str, str]) -> str:
    """One of a few, the first unless the address says another; kept in the address, so that a link to it opens it."""
    asked, first = _asked(name, options), next(iter(options))

    def choose_it() -> None:
        picked = st.session_state.get(f"{name}-{asked}")
        if picked is not None and picked != asked:
            put(name, "" if picked == first else picked)

    st.segmented_control(
        verbatim(label),
        list(options),
        key=f"{name}-{asked}",
        default=asked,
        format_func=lambda key: verbatim(options[key]),
        label_visibility="collapsed",
        on_change=choose_it,
        required=True,
    )
    return asked


def choose_way() -> None:
    """One by one, several at once, or as cells."""
    _segments("way", "How", WAY_LABELS)


def _choice(name: str, label: str, options: Mapping[str, str]) -> str:
    """A filter with its options; the first narrows nothing."""
    asked, first = _asked(name, options), next(iter(options))
    key = f"filter-{name}-{asked}"

    def choose_it() -> None:
        picked = st.session_state.get(key, first)
        put(name, "" if picked == first else str(picked))

    st.selectbox(
        verbatim(label),
        list(options),
        index=list(options).index(asked),
        key=key,
        format_func=lambda value: options.get(value, value),
        label_visibility="collapsed",
        width=170,
        on_change=choose_it,
    )
    return asked
