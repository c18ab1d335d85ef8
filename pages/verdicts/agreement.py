"""Agreement of reviewers by kind and by pair, each with its interval, and the runs on which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.services.agreements import Dispute
from pages.components import markup
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.verdicts import wording
from pipeline.agreement.agreement import Agreement
from pipeline.agreement.figures import Figure
from pipeline.agreement.reviews import KINDS, Kind

MAX_ROWS, MAX_PAIRS = 100, 45
MEASURES = {
    "role": (
        "κ",
        "Cohen’s kappa: what is equal beyond chance. Blind answers count as they were before the run was shown.",
    ),
    "skills": ("F1", "of the skills that each says the text asks for"),
    "links": ("κ", "Cohen’s kappa: right, wrong, or another dimension"),
    "facts": ("Equal", "the share of fields with the same value"),
}
WHY_NOT = {
    "nothing shared": "nothing was judged by two",
    "one answer": "no figure: all answers are the same one, as chance alone would have it",
}
ALL = 0


def show() -> None:
    """Draw the figures of all verdicts or of an assignment, then what reviewers differ on."""
    number = choose_assignment("agreement")
    found = workbench().agreements.measure(number or None)
    if not found.runs:
        st.html(
            markup.empty(
                markup.fill(
                    "No run has two reviewers yet. Give the same runs to several under {}.",
                    markup.link("Assignments", wording.url(view="assignments")),
                )
            )
        )
        return
    disputes = workbench().agreements.disputes(number or None)
    st.html(
        markup.meta(
            f"{count_label(found.runs, 'run')} with two reviewers or more · 95 % intervals, whole runs drawn again"
        )
    )
    kinds = [kind for kind in KINDS if found.pooled[kind].why_not != "nothing shared"]
    for pair in (kinds[:2], kinds[2:]):
        for column, kind in zip(st.columns(2, gap="large"), pair, strict=False):
            column.html(_of_kind(kind, found, disputes, number))
    if rest := [wording.KIND_NAMES[kind].lower() for kind in KINDS if kind not in kinds]:
        st.html(markup.meta(f"No run has two reviewers who judged its {' or '.join(rest)}."))
    _differences(disputes, number)


def choose_assignment(view: str) -> int:
    """The assignment that is looked at, by the address; 0 for all verdicts."""
    names = {ALL: "All verdicts", **{one.id: one.name for one in workbench().assignments.all() if one.shared}}
    asked = st.query_params.get("assignment", "")
    given = int(asked) if asked.isdigit() and int(asked) in names else ALL

    def choose() -> None:
        chosen = st.session_state[f"of-{view}-{given}"]
        st.query_params.from_dict({"view": view, **({"assignment": str(chosen)} if chosen else {})})

    st.selectbox(
        "Of",
        list(names),
        index=list(names).index(given),
        format_func=lambda n: verbatim(names[n]),
        key=f"of-{view}-{given}",
        on_change=choose,
        width=320,
    )
    return given


def _of_kind(kind: Kind, found: Agreement, disputes: Sequence[Dispute], number: int) -> Markup:
    symbol, note = MEASURES[kind]
    heads: list[str | Column] = [
        "Reviewers",
        *wording.numbers("Runs", "Equal", f"{symbol}, 95 %"),
        Column("", "jdw-wide"),
        Column("Differ", "n"),
    ]
    differ = [one for one in disputes if one.disagreement.kind == kind]
    rows = []
    if len(found.pairs) != 1:
        rows.append(_row(markup.bold("All pairs"), found.pooled[kind], _differ(len(differ), number, kind)))
    for pair in islice((p for p in found.pairs if p.figures[kind].why_not != "nothing shared"), MAX_PAIRS):
        both = [one for one in differ if differs(one, pair.first, pair.second)]
        link = _differ(len(both), number, kind, pair.first, pair.second)
        rows.append(_row(f"{pair.first} and {pair.second}", pair.figures[kind], link))
    heading = markup.block(markup.heading(wording.KIND_NAMES[kind]) + markup.meta_span(note), "jdw-bar jdw-rule")
    return heading + markup.table(heads, rows)


def _row(who: Markup | str, figure: Figure, differ: Markup | str) -> tuple[Markup | str, ...]:
    share = "" if figure.share is None else f"{100 * figure.share:.0f} %"
    if figure.value is None or figure.interval is None:
        return who, f"{figure.runs:,}", share, "–", markup.meta_span(WHY_NOT.get(figure.why_not, "")), differ
    low, high = figure.interval.low, figure.interval.high
    value = markup.bold(f"{figure.value:.2f}".replace("-", "−")) + markup.meta(
        f"{low:.2f} to {high:.2f}".replace("-", "−")
    )
    return who, f"{figure.runs:,}", share, value, wording.interval_bar(low, figure.value, high), differ


def _differ(count: int, number: int, kind: Kind, first: str = "", second: str = "") -> Markup | str:
    if not count:
        return "0"
    of = str(number) if number else ""
    return markup.link(f"{count:,}", wording.url(view="agreement", assignment=of, kind=kind, a=first, b=second))


def differs(dispute: Dispute, first: str, second: str) -> bool:
    """Whether two reviewers say different things of it."""
    said = {one.reviewer: one.answer for one in dispute.said}
    return first in said and second in said and said[first] != said[second]


def _differences(disputes: Sequence[Dispute], number: int) -> None:
    kind, first, second = (st.query_params.get(name, "") for name in ("kind", "a", "b"))
    shown = [
        one
        for one in disputes
        if (not kind or one.disagreement.kind == kind) and (not first or differs(one, first, second))
    ]
    what = wording.KIND_NAMES.get(kind, "") if kind in KINDS else ""
    who = f"{first} and {second}" if first else ""
    narrowed = ", ".join(filter(None, (what, who)))
    every = (
        markup.link("all", wording.url(view="agreement", assignment=str(number) if number else "")) if narrowed else ""
    )
    title = f"Where they differ: {narrowed}" if narrowed else "Where they differ"
    st.html(markup.block(markup.heading(title) + every, "jdw-bar jdw-rule"))
    if not shown:
        st.html(markup.empty("Nowhere: every answer is the same."))
        return
    names = run_names({one.run_id for one in shown[:MAX_ROWS]})
    rows = [_difference(one, names, number) for one in shown[:MAX_ROWS]]
    heads: list[str | Column] = ["Job description", "What", "Answers", Column("Decided", "jdw-wide")]
    more = markup.meta(f"and {len(shown) - MAX_ROWS:,} more") if len(shown) > MAX_ROWS else Markup()
    st.html(markup.table(heads, rows) + more)


def _difference(one: Dispute, names: dict[UUID, str], number: int) -> tuple[Markup | str, ...]:
    about = one.disagreement
    answers = markup.join(
        (
            markup.fill(
                "{} {}",
                wording.answer_markup(about.kind, about.subject, answer.value),
                markup.meta_span(", ".join(answer.reviewers)),
            )
            for answer in about.answers
        ),
        Markup("<br>"),
    )
    url = wording.dispute_url(one, str(number) if number else "")
    return (
        markup.link(names.get(one.run_id, about.run[:8]), url),
        wording.subject_text(about.kind, about.subject),
        answers,
        decided_text(one),
    )


def decided_text(one: Dispute) -> Markup | str:
    """What was decided of it and by whom; that it is open where nothing was."""
    if one.decided is None:
        return markup.tag("open", "doubt")
    about = one.disagreement
    moved = markup.tag("said otherwise since", "doubt") if one.has_moved else ""
    answer = wording.answer_markup(about.kind, about.subject, one.decided.value)
    return markup.fill("{} {}{}", answer, markup.meta_span(one.decided.author), moved)


def run_names(ids: set[UUID]) -> dict[UUID, str]:
    """What runs are called."""
    rows = workbench().history.listed(list(ids))
    return {row["id"]: row["name"] or row["title"] or row["given_title"] or row["first_words"] for row in rows}
