"""The decisions of a draft: what each does, what it breaks and what it does to past runs; taken out and put back whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from db.services.draft_reports import DraftReport
from db.stores.change_sets import ChangeSet, Examination
from db.stores.draft_decisions import DraftDecision, StandsOnIt
from pages.components import decision_text, draft, impact, markup
from pages.components.change_set import entity_groups
from pages.components.flash import flash, refuse
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.changes import squash
from pipeline.errors import WorkbenchError

BY = ("By decision", "By entity", "By kind")
ALONG = "goes-along"
"""Session key of a decision that others stand on, until it is said whether they go along."""


def decision_list(chosen: ChangeSet, decisions: Sequence[DraftDecision], found: Examination, is_mine: bool) -> None:
    """The decisions by themselves, by entity or as rows."""
    head_at, by_at = st.columns([1, 1.6], vertical_alignment="center")
    head_at.html(markup.heading("Decisions"))
    by = by_at.segmented_control("Show", BY, default=BY[0], key="by", bind="query-params", label_visibility="collapsed")
    catalog = workbench().snapshots.current().catalog
    inside = [d for d in decisions if d.out is None]
    rows = squash(change for d in inside for change in d.changes)
    if by == "By entity":
        st.html(entity_groups(rows, catalog))
    elif by == "By kind":
        st.html(decision_text.rows_by_kind(rows, catalog))
    else:
        report = workbench().reports.ask(chosen.id)
        order = {d.number: n for n, d in enumerate(inside, 1)}
        st.html(markup.meta(_legend(report)))
        for decision in decisions:
            _decision(chosen, _Shown(decision, order, found, report, catalog), is_mine)


class _Shown:
    """One decision with what is known of it."""

    def __init__(
        self,
        decision: DraftDecision,
        order: Mapping[int, int],
        found: Examination,
        report: DraftReport | None,
        catalog: Catalog,
    ) -> None:
        self.decision, self.catalog, self.report = decision, catalog, report
        self.position = str(order.get(decision.number, "–"))
        self.problems = found.problems_of.get(decision.number, ())
        self.is_in_conflict = decision.number in found.conflict_of.values()


def _legend(report: DraftReport | None) -> Markup:
    if report is None:
        return markup.fill("Past runs are being replayed; what each decision does to them comes here by itself.")
    return markup.fill("Runs with a verdict: {} left, {} right · below: past runs that come out differently", *_words())


def _words() -> tuple[Markup, Markup]:
    bad = markup.fill('<span class="jdw-bad">{}</span>', "broken")
    return bad, markup.fill('<span class="jdw-good">{}</span>', "fixed")


def _decision(chosen: ChangeSet, shown: _Shown, is_mine: bool) -> None:
    decision = shown.decision
    with st.container(key=f"decision-{decision.number}"):
        text_at, bar_at, action_at = st.columns([3.4, 2.1, 0.95], vertical_alignment="top")
        text_at.html(_text(shown))
        if decision.out is None and shown.report is not None:
            bar_at.html(impact.decision_bar(shown.report.by_decision.get(decision.number), shown.report.most_judged))
        elif decision.out is not None:
            bar_at.html(markup.meta(f"taken out {ago(decision.out.at)} by {decision.out.by}"))
        if is_mine:
            with action_at:
                _turn(chosen.id, decision)


def _text(shown: _Shown) -> Markup:
    decision = shown.decision
    title = decision_text.title_html(decision, shown.catalog)
    if decision.out is not None:
        why = markup.meta(decision.out.why) if decision.out.why else Markup()
        return markup.fill('<div class="jdw-decision"><span class="k">–</span><div><s>{}</s>{}</div></div>', title, why)
    marks = [markup.fill('<div class="jdw-bad">{}</div>', text) for text in shown.problems]
    if shown.is_in_conflict:
        marks.append(markup.fill('<b class="jdw-bad">{}</b>', "conflict, below"))
    return markup.fill(
        '<div class="jdw-decision"><span class="k">{}</span><div>{}{}{}{}</div></div>',
        shown.position,
        title,
        markup.meta(decision_text.evidence_html(decision, person())),
        markup.join(marks),
        decision_text.rows_details(decision.rows, shown.catalog),
    )


def _turn(number: int, decision: DraftDecision) -> None:
    """Take a decision out, asking where others stand on it, or put it back."""
    if decision.out is not None:
        if st.button("Put back", key=f"back-{decision.number}", icon=":material/undo:"):
            draft.attempt(
                lambda: workbench().change_sets.put_back(number, decision.number),
                lambda back: f"{count_label(len(back), 'decision')} put back.",
            )
        return
    name = f"Take out “{decision.title}”"
    if st.button("Take out", key=f"out-{decision.number}", help=verbatim(name)):
        _take_out(number, decision, along=False)
    if st.session_state.get(ALONG) == (number, decision.number):
        _ask_along(number, decision)


def _take_out(number: int, decision: DraftDecision, along: bool) -> None:
    def take_out_now() -> None:
        went = workbench().change_sets.take_out(number, decision.number, person(), along=along)
        st.session_state.pop(ALONG, None)
        more = f", with {count_label(len(went) - 1, 'decision')} that stood on it" if len(went) > 1 else ""
        flash(f"“{decision.title}” is out of the draft{more}.", undo=lambda: _put_back(number, decision.number))

    if has_name(take_out_now):
        try:
            take_out_now()
        except StandsOnIt:
            st.session_state[ALONG] = number, decision.number
        except WorkbenchError as error:
            refuse(error)
            return
    st.rerun()


def _put_back(number: int, decision: int) -> None:
    workbench().change_sets.put_back(number, decision)


def _ask_along(number: int, decision: DraftDecision) -> None:
    """Say which decisions stand on this one, and ask whether they go along."""
    try:
        standing = workbench().change_sets.standing_on(number, decision.number)
    except WorkbenchError:
        st.session_state.pop(ALONG, None)
        return
    with st.container(border=True):
        st.html(
            markup.meta("Later decisions stand on this one:")
            + markup.join(markup.block(f"“{d.title}”") for d in standing)
        )
        if st.button("Take all out", key="along", type="primary"):
            _take_out(number, decision, along=True)
        if st.button("Leave it in", key="stay"):
            st.session_state.pop(ALONG, None)
            st.rerun()
