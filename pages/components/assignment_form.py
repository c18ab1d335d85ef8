"""To whom runs are given, how many of them to several, and what came of it: the part that every form which gives out runs has."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.stores.assignments import MAX_NAME, Created, NewAssignment
from pages.components import kept
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pipeline.agreement.allotment import Sharing


@dataclass(frozen=True)
class Recipients:
    """Who is given runs, under which name, and whether they judge blind."""

    name: str
    sharing: Sharing
    is_blind: bool


def recipient_fields(key: str, name: str = "") -> Recipients:
    """Draw the fields; ``key`` tells those of one form from those of another, ``name`` is suggested."""
    people = workbench().assignments.people()
    reviewers = st.multiselect(
        "Reviewers", people, accept_new_options=True, placeholder="Choose or type names", **kept.choice(f"{key}-to", [])
    )
    overlap_at, judges_at = st.columns(2)
    overlap = overlap_at.number_input(
        "Judged by several, %", 0, 100, 20 if len(reviewers) > 1 else 0, 5, key=f"{key}-overlap-{len(reviewers) > 1}"
    )
    judges = judges_at.number_input(
        "By how many", 2, max(2, len(reviewers)), 2, key=f"{key}-judges", disabled=len(reviewers) < 3
    )
    written = st.text_input(
        "Name", max_chars=MAX_NAME, placeholder="As: Data roles, week 48", **kept.text(f"{key}-name", name)
    )
    is_blind = st.checkbox(
        "Blind", value=True, key=f"{key}-blind", help="What a run found is hidden until the role is chosen"
    )
    sharing = Sharing(tuple(" ".join(one.split()) for one in reviewers), overlap / 100, int(judges))
    return Recipients(written or "", sharing, is_blind)


def forget_fields(key: str) -> None:
    """Let the fields of a form be empty again, once what stood in them is done."""
    kept.forget(f"{key}-name", f"{key}-to")


def expected_text(runs: int, sharing: Sharing) -> str:
    """What so many runs mean for each reviewer; empty where nobody, or nothing, is named."""
    if not sharing.reviewers or not runs:
        return ""
    shared = sharing.shared_of(runs)
    each = (runs + shared * (sharing.judges - 1)) / len(sharing.reviewers)
    return f"{count_label(runs, 'run')}, {shared:,} of them to {sharing.judges}: about {each:.0f} each."


def given_text(created: Created, wish: NewAssignment, asked: int) -> str:
    """What was given out, of how many that were asked for."""
    fewer = f" There were no more than {created.runs:,}." if created.runs < asked else ""
    shared = f", {created.shared:,} of them to {wish.sharing.judges} each" if created.shared else ""
    return f"{count_label(created.runs, 'run')} given out{shared}.{fewer}"
