"""What can be decided about a finding, one key each: each decision is written at once, can be taken back, and shows the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.components import draft, markup
from pages.components.finding_view import FindingView
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.changes import Change
from pipeline.errors import WorkbenchError

PARAMETER = "finding"
"""The parameter of the address that names the finding that is shown."""
DECIDED = "decided-keys"
"""Session key: the keys of the findings that were decided here, for going back."""
USED = "reason-used"
"""Session key: the reason with which the person rejected last."""
REASONS = ("It is right as it is", "Our clients mean it so", "Texts need it", "Not worth a change")
"""Reasons that are offered until others have been given more often."""


@dataclass(frozen=True)
class Decider:
    """Writes the decisions about one finding; ``next_key`` is the finding to show afterwards, empty for the first of the list."""

    view: FindingView
    next_key: str

    def accept(self, changes: Sequence[Change] | None = None) -> None:
        """Stage the repair, or the changes that are given instead."""

        def act() -> None:
            number = workbench().findings.accept(self.view.finding, person(), changes)
            self._after(f"Accepted: {self.view.label}. It is in your draft {number}.", lambda: take_back(self.view))

        self._try(act)

    def reject(self, reason: str) -> None:
        """Set the finding aside for as long as its evidence stays as it is."""

        def act() -> None:
            workbench().findings.reject(self.view.finding, person(), reason)
            st.session_state[USED] = reason
            self._after(f"Rejected: {self.view.label}. “{reason}”", self._reopen)

        self._try(act)

    def leave_open(self) -> None:
        """Leave the finding to others; it comes last for this person."""

        def act() -> None:
            workbench().findings.leave_open(self.view.finding, person())
            self._after(f"Left open for others: {self.view.label}. It comes last in your list.", self._reopen)

        self._try(act)

    def _reopen(self) -> None:
        workbench().findings.reopen(self.view.key)
        st.query_params[PARAMETER] = self.view.key

    def _after(self, message: str, undo: Callable[[], None]) -> None:
        st.session_state.setdefault(DECIDED, []).append(self.view.key)
        show(self.next_key)
        flash(message, undo=undo)

    def _try(self, act: Callable[[], None]) -> None:
        if not has_name(act):
            return
        try:
            act()
        except WorkbenchError as error:
            flash(str(error))


def show(key: str) -> None:
    """Show a finding; the first of the list for an empty key."""
    if key:
        st.query_params[PARAMETER] = key
    else:
        st.query_params.pop(PARAMETER, None)


def take_back(view: FindingView) -> None:
    """Take an accepted repair out of the draft and open the finding again."""
    number = workbench().change_sets.draft_of(person())
    if number is not None:
        decisions = workbench().change_sets.decisions(number)
        own = [d.number for d in decisions if d.out is None and d.origin == view.ref]
        if own:
            workbench().change_sets.take_out(number, own[-1], person())
    workbench().findings.reopen(view.key)
    st.query_params[PARAMETER] = view.key


def offered_reasons(kind: str) -> list[str]:
    """The reasons to reject a finding of a kind with: the one that the person gave last, then those given most often."""
    used = st.session_state.get(USED)
    given = workbench().findings.frequent_reasons(kind)
    return list(dict.fromkeys([*([used] if used else []), *given, *REASONS]))[: len(REASONS)]


def decision_buttons(decider: Decider, fix: Callable[[], None]) -> None:
    """The five buttons, the reasons to reject with, and where an accepted repair goes; ``fix`` opens the form of another repair."""
    view, decided = decider.view, st.session_state.setdefault(DECIDED, [])
    reasons = offered_reasons(view.kind)
    with st.container(horizontal=True, gap="xsmall", key="decide"):
        st.button(
            "Accept repair",
            type="primary",
            icon=":material/check:",
            shortcut="A",
            key="accept",
            disabled=not view.finding.repair,
            on_click=decider.accept,
        )
        if st.button("Fix and accept…", icon=":material/build:", shortcut="E", key="fix-and-accept"):
            fix()
        st.button(
            "Reject",
            icon=":material/close:",
            shortcut="X",
            key="reject",
            help=verbatim(f"Reject because: {reasons[0]}"),
            on_click=decider.reject,
            args=(reasons[0],),
        )
        st.button("Not sure", icon=":material/help:", shortcut="U", key="unsure", on_click=decider.leave_open)
        st.button(
            "Previous",
            icon=":material/undo:",
            shortcut="P",
            key="previous",
            disabled=not decided,
            help="The finding that you decided last",
            on_click=_step_back,
        )
    with st.container(horizontal=True, gap="small", key="reasons", vertical_alignment="center"):
        st.html(markup.meta("Reject because"))
        for place, reason in enumerate(reasons, 1):
            st.button(
                verbatim(reason),
                type="tertiary",
                shortcut=str(place),
                key=f"reason-{place}",
                help="X rejects with this reason" if place == 1 else None,
                on_click=decider.reject,
                args=(reason,),
            )
    name = f"why-{view.key}"
    st.text_input(
        "Another reason",
        key=name,
        label_visibility="collapsed",
        placeholder="Reject for another reason: type it, press Enter",
        on_change=lambda: _reject_with(decider, name),
    )
    st.html(markup.meta(_destination()))


def _reject_with(decider: Decider, name: str) -> None:
    if reason := str(st.session_state.get(name, "")).strip():
        decider.reject(reason)


def _step_back() -> None:
    """Show the finding that was decided last."""
    if decided := st.session_state[DECIDED]:
        show(decided.pop())


def _destination() -> str:
    """Where an accepted repair goes."""
    header = draft.header()
    if header is None:
        return "A repair opens a draft of yours; nothing is committed before you say so."
    return f"into your draft “{header.title}” · {count_label(header.decisions, 'decision')} so far"
