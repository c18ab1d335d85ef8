"""What the history is narrowed to: the row of filters, each kept in the address, and those that a link brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

import streamlit as st
from markupsafe import Markup

from db.stores.run_filters import HistoryFilter, VerdictFilter
from db.stores.runs import OLD_SYSTEM
from pages.components import markup
from pages.components.identity import person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.history.listing import ENGINES, STATUS_NAMES
from pipeline.audit.registry import check_of_kind
from pipeline.catalog.places import place_of_text
from pipeline.catalog.tables import row_text
from pipeline.stages.decision import CASE_NAMES

VERDICTS = {
    "": "Any verdict",
    "none": "No verdict yet",
    "given": "Judged",
    "right": "Role right",
    "wrong": "Role wrong",
}
BOUND = ("since", "until")
"""Filters whose field is bound to the address; the others are read from it."""


def show() -> HistoryFilter:
    """Draw the filters; returns what the runs must meet."""
    history = workbench().history
    words_at, role_at, status_at, verdict_at, more_at = st.columns(
        [2.4, 1.6, 1.3, 1.3, 0.9], vertical_alignment="bottom"
    )
    words = words_at.text_input(
        "Words",
        key="words",
        bind="query-params",
        type="search",
        placeholder="Words of the text, title or name",
        live="60ms",
    )
    roles = {"": "Any role", "none": "No role", **dict(history.chosen_roles())}
    with role_at:
        role = _choice("Role", roles)
    with status_at:
        status = _choice("Status", {"": "Any status", **STATUS_NAMES})
    with verdict_at:
        verdict = _choice("Verdict", {**VERDICTS})
    with more_at.popover("More", icon=":material/filter_list:", key="more-filters"):
        case = _choice("Case", {"": "Any case", **{c: f"{c} · {name}" for c, name in CASE_NAMES.items()}})
        engine = _choice("Engine", {"": "Any engine", **ENGINES})
        revision = _choice("Revision", {"": "Any revision", **{str(r): f"Revision {r}" for r in history.revisions()}})
        reviewers = dict.fromkeys([*history.reviewers(), *filter(None, [person()])])
        reviewer = _choice("Reviewer", {"": "Any reviewer", **{name: name for name in reviewers}})
        review = _choice("Review", {"": "Any", "needed": "Needs a reviewer"})
        label = _choice("Label", {"": "Any label", **{name: name for name in history.labels()}})
        since = st.date_input("From", value=None, key="since", bind="query-params", format="YYYY-MM-DD")
        until = st.date_input("To", value=None, key="until", bind="query-params", format="YYYY-MM-DD")
    changed = st.query_params.get("changed", "")
    found = HistoryFilter(
        words=words or "",
        role=role,
        case=case,
        status=status,
        since=since,
        until=until,
        engine=engine,
        revision=int(revision) if revision else None,
        verdict=next(v for v in get_args(VerdictFilter) if v == verdict),
        reviewer=reviewer,
        finding=st.query_params.get("finding", ""),
        changed=int(changed) if changed.isdigit() else None,
        label=label,
        review="needed" if review else "",
        runs=st.query_params.get("runs", ""),
        row=st.query_params.get("row", ""),
    )
    _say(found)
    return found


def _choice(label: str, names: Mapping[str, str]) -> str:
    """A filter with its options; the empty one narrows nothing.

    The address holds the option itself: a bound field would write its label there, of which two roles may have the same.
    """
    name = label.lower()
    given = st.query_params.get(name, "")
    given = given if given in names else ""
    key = f"filter-{name}-{given}"
    st.selectbox(
        verbatim(label),
        list(names),
        index=list(names).index(given),
        key=key,
        format_func=lambda value: names.get(value, value),
        on_change=_narrow,
        args=(name, key),
    )
    return given


def _narrow(name: str, key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen:
        st.query_params[name] = str(chosen)
    else:
        st.query_params.pop(name, None)


def _say(found: HistoryFilter) -> None:
    """What the hidden filters narrow the list to, each with the way to take it away."""
    folded: dict[str, Callable[[], Markup | str]] = {
        "case": lambda: f"case {found.case}",
        "engine": lambda: f"{ENGINES[found.engine]}{'' if found.engine == OLD_SYSTEM else ' engine'}",
        "revision": lambda: f"run on revision {found.revision}",
        "reviewer": lambda: f"{'not ' if found.verdict == 'none' else ''}judged by {found.reviewer}",
        "label": lambda: f"labelled {found.label}",
        "review": lambda: "that need a reviewer",
        "since": lambda: f"from {found.since}",
        "until": lambda: f"to {found.until}",
        "finding": lambda: _finding(found.finding),
        "changed": lambda: f"changed by revision {found.changed}",
        "runs": lambda: f"of a list of {found.runs.count(',') + 1:,}",
        "row": lambda: _row(found.row),
    }
    set_now = [name for name in folded if getattr(found, name)]
    if not set_now:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="history-chips"):
        st.html(markup.meta("Only runs"))
        for name in set_now:
            st.button(
                verbatim(folded[name]()),
                key=f"drop-{name}",
                icon=":material/close:",
                help="Take this filter away",
                on_click=_drop,
                args=(name,),
            )


def _drop(name: str) -> None:
    if name in BOUND:
        st.session_state[name] = None
    else:
        st.query_params.pop(name, None)


def _finding(key: str) -> str:
    """What a finding is about, by its key, in words."""
    check = check_of_kind(key.partition(" ")[0])
    return f"that a finding touches ({check.label.lower()})" if check else "that an unknown finding touches"


def _row(text: str) -> str:
    """The row of the catalog that runs rest on, in words."""
    place = place_of_text(text)
    return f"that rest on {row_text(*place)}" if place else "that rest on an unknown row"
