"""The form that gives runs to reviewers: which runs, to whom, how many to several of them."""

from __future__ import annotations

from contextlib import suppress
from secrets import randbelow
from typing import get_args

import streamlit as st
from pydantic import ValidationError

from db.stores.assignments import MAX_RUNS, NewAssignment
from db.stores.run_filters import HistoryFilter
from db.stores.run_samples import EVEN, Sampling, Way
from pages.components import links, markup
from pages.components.assignment_form import expected_text, forget_fields, given_text, recipient_fields
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.verdicts import wording
from pipeline.agreement.allotment import Sharing
from pipeline.errors import WorkbenchError

KEY, SEED, MAX_SEED = "assign", "assign-seed", 2**53 - 1
WAYS: tuple[Way, ...] = get_args(Way)
HINTS = {
    "random": "Drawn from the seed: figures of agreement hold for all of the runs.",
    "uncertain": "Those whose confidence is nearest to the threshold.",
    "disagreeing": "Reviewers, runs of the same text or experiments gave different roles. Drawn from the seed.",
    "newest": "The newest first.",
}


def is_asked_for() -> bool:
    """Whether the address brings runs that are to be given, as History does."""
    return asked_filter() != HistoryFilter()


def asked_filter() -> HistoryFilter:
    """What the runs are narrowed to, by the parameters that History has; one that cannot be read narrows nothing."""
    names = HistoryFilter.model_fields
    given = {name: value for name, value in st.query_params.items() if name in names and value}
    found = HistoryFilter()
    for name, value in given.items():
        with suppress(ValidationError):
            found = HistoryFilter.model_validate({**found.model_dump(), name: value})
    return found


def filter_text(narrowed: HistoryFilter) -> str:
    """What a filter leaves, in words; empty where it leaves everything."""
    parts = []
    for name, value in narrowed.model_dump(exclude_defaults=True).items():
        words = {
            "words": f"“{value}”",
            "role": "no role" if value == "none" else wording.role_name(str(value)),
            "verdict": {"none": "without a verdict", "given": "judged"}.get(str(value), f"role {value}"),
            "reviewer": f"judged by {value}",
            "label": f"labelled {value}",
            "since": f"from {value}",
            "until": f"to {value}",
            "finding": "that a finding touches",
            "changed": f"changed by revision {value}",
            "revision": f"revision {value}",
        }
        parts.append(
            words.get(name, f"{name.replace('_', ' ')} {value}" if value is not True else name.replace("_", " "))
        )
    return ", ".join(parts)


def show() -> None:
    """Draw the form; what is wrong with the input is said beside it."""
    narrowed = asked_filter()
    which_at, who_at = st.columns(2, gap="large")
    with which_at:
        sampling = _which(narrowed)
    with who_at:
        to = recipient_fields(KEY)
    st.html(markup.meta(_preview(sampling, to.sharing)))
    if st.button("Give them out", type="primary", icon=":material/send:", key="assign"):
        _create(NewAssignment(to.name, sampling, to.sharing, to.is_blind))


def _which(narrowed: HistoryFilter) -> Sampling:
    way = st.selectbox(
        "Which runs", WAYS, format_func=lambda way: wording.WAYS[way].capitalize(), key="assign-way", help=None
    )
    st.html(markup.meta(HINTS[way]))
    threshold = _threshold() if way == "uncertain" else EVEN
    text = filter_text(narrowed)
    if text:
        of = markup.fill("Of {} · {}", markup.bold(text), markup.link("of all", wording.url(view="assignments")))
    else:
        of = markup.fill("Of all runs · {}", markup.link("narrow them on History", links.page_url(links.HISTORY)))
    st.html(markup.meta(of))
    size_at, seed_at = st.columns(2)
    size = size_at.number_input("How many", 1, MAX_RUNS, 100, key="assign-size")
    st.session_state.setdefault(SEED, randbelow(1_000_000))
    seed = seed_at.number_input("Seed", 0, MAX_SEED, key=SEED, help="The same store and seed give the same sample")
    return Sampling(way, int(size), int(seed), narrowed, threshold)


def _threshold() -> float:
    set_one = workbench().snapshots.current().catalog.review_confidence
    return float(
        st.number_input(
            "Threshold",
            0.0,
            1.0,
            EVEN if set_one is None else set_one,
            0.01,
            key="assign-threshold",
            help="The catalog’s own where it sets one: from there on an answer is taken without a reviewer",
        )
    )


def _preview(sampling: Sampling, sharing: Sharing) -> str:
    """What would be given out."""
    there = workbench().run_samples.count(sampling.way, sampling.narrowed)
    parts = (
        f"{count_label(there, 'text')} to take from.",
        expected_text(min(there, sampling.size), sharing),
        "Nobody is given what they have or have judged.",
    )
    return " ".join(filter(None, parts))


def _create(wish: NewAssignment) -> None:
    def create() -> None:
        created = workbench().assignments.create(wish, person())
        forget_fields(KEY)
        st.session_state.pop(SEED, None)
        flash(given_text(created, wish, wish.sampling.size))

    try:
        if has_name(create):
            create()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")
        return
    st.rerun()
