"""The person's current draft: staging changes into it, and the catalog with or without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import streamlit as st

from db.services.snapshot import Snapshot
from db.stores.change_sets import ChangeSet
from db.stores.draft_decisions import letting_prevail
from pages.components import kept
from pages.components.flash import flash, refuse
from pages.components.identity import has_name, person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.admission import DraftClash, Prevailing
from pipeline.catalog.changes import Change, Place
from pipeline.errors import WorkbenchError

MARK_LABELS = {"add": "added in my draft", "edit": "changed in my draft", "remove": "removed in my draft"}
"""What the draft does to a row, in words."""
MARK_TONES = {"add": "good", "edit": "doubt", "remove": "bad"}
REFUSED = "draft-refused"
"""Session key of what contradicts the draft and waits for a choice."""
WITH_DRAFT = "with-draft"
"""Session key of the switch in the side bar."""

Row = TypeVar("Row")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class DraftView:
    """The catalog as a page shows it: as stored, or with the person's draft applied."""

    shown: Snapshot
    stored: Catalog
    number: int | None

    @property
    def catalog(self) -> Catalog:
        """The catalog that is shown."""
        return self.shown.catalog

    @cached_property
    def changes(self) -> Mapping[Place, Change]:
        """The draft's changes by the place of their row."""
        return {change.place: change for change in self.shown.changes}

    def mark(self, table: str, *key: str) -> str:
        """What the draft does to a row: ``add``, ``edit``, ``remove`` or, for nothing, the empty string."""
        change = self.changes.get((table, key))
        return change.kind if change else ""

    def removed(self, row_type: type[Row]) -> list[Row]:
        """Rows of a type that the draft removes."""
        return [c.before for c in self.changes.values() if c.kind == "remove" and isinstance(c.before, row_type)]

    @property
    def key(self) -> tuple[int, int]:
        """What tells one state of the catalog from another."""
        return self.shown.revision, hash(self.shown.changes)


def current() -> tuple[int | None, int]:
    """Number of the person's current draft, null without one, and how many decisions are in it."""
    found = header()
    return (found.id, found.decisions) if found else (None, 0)


def header() -> ChangeSet | None:
    """The person's current draft; null without one."""
    name = person()
    number = workbench().change_sets.draft_of(name) if name else None
    return workbench().change_sets.load(number) if number else None


def view() -> DraftView:
    """The catalog that the person has chosen to see."""
    stored = workbench().snapshots.current()
    name = person()
    number = workbench().change_sets.draft_of(name) if name else None
    if number is None or not st.session_state.get(WITH_DRAFT, True):
        return DraftView(stored, stored.catalog, None)
    return DraftView(workbench().snapshots.with_draft(number), stored.catalog, number)


def draft_foot() -> None:
    """The switch in the side bar that shows the catalog with or without the draft; the navigation counts its decisions."""
    number, _ = current()
    if number is not None:
        st.toggle("Catalog with my draft", value=True, key=WITH_DRAFT)


@dataclass(frozen=True)
class Refused:
    """What was to be staged and contradicts the draft: a person has to choose; ``act`` does it once that is done."""

    clash: DraftClash
    act: Callable[[], None]


def stage(changes: Sequence[Change], done: str, title: str = "") -> None:
    """Stage changes in the person's draft as one decision, say so, and draw the page anew; an error is shown where it happened.

    What contradicts the draft is a choice, which the next drawing asks for. ``title`` is given where the changes do not say
    enough.
    """
    _act(lambda: _stage_now(changes, lambda number: f"{done} It is in your draft {number}.", title))


def stage_cell(changes: Sequence[Change], done: str, title: str = "") -> None:
    """Stage what the callback of an edited cell made: the page is about to be drawn anew, so errors are flashed too."""

    def stage_now() -> None:
        _stage_now(changes, lambda number: f"{done}, in your draft {number}.", title)

    if not has_name(stage_now):
        return
    try:
        stage_now()
    except DraftClash as clash:
        st.session_state[REFUSED] = Refused(clash, stage_now)
    except WorkbenchError as error:
        flash(str(error))


def _stage_now(changes: Sequence[Change], message: Callable[[int], str], title: str) -> None:
    number = workbench().change_sets.stage_for(person(), changes, title=title)
    # Its checks are made while the person goes on.
    workbench().gate.begin(number)
    kept.forget_forms()
    flash(message(number), undo=lambda: take_last_out(number))


def take_last_out(number: int) -> None:
    """Take the last decision of a draft out again."""
    inside = [d for d in workbench().change_sets.decisions(number) if d.out is None]
    if inside:
        workbench().change_sets.take_out(number, inside[-1].number, person(), why="Taken back at once")


def attempt(
    act: Callable[[], Outcome],
    message: str | Callable[[Outcome], str],
    undo: Callable[[Outcome], Callable[[], None] | None] | None = None,
) -> None:
    """Do something that writes and draw the page anew with a message, or show what was wrong; first ask who is at the screen,
    where nobody has said so. What contradicts the draft is a choice, which the next drawing asks for.

    ``message`` is what is said, or makes it of what ``act`` returned, and ``undo`` makes the way back of that. ``act`` asks for
    ``person()`` itself, late.
    """

    def act_now() -> None:
        outcome = act()
        text = message if isinstance(message, str) else message(outcome)
        flash(text, undo=undo(outcome) if undo else None)

    _act(act_now)


def _act(act_now: Callable[[], None]) -> None:
    if has_name(act_now):
        try:
            act_now()
        except DraftClash as clash:
            st.session_state[REFUSED] = Refused(clash, act_now)
        except WorkbenchError as error:
            refuse(error)
            return
    st.rerun()


def ask_refused() -> None:
    """Ask what shall be with what contradicts the draft, where something does."""
    if REFUSED in st.session_state:
        _ask_refused()


def _forget_refused() -> None:
    st.session_state.pop(REFUSED, None)


@st.dialog("Your draft says otherwise", on_dismiss=_forget_refused)
def _ask_refused() -> None:
    refused: Refused = st.session_state[REFUSED]
    st.write(verbatim(refused.clash))
    with st.container(horizontal=True):
        if refused.clash.can_prevail and st.button("Stage it all the same", type="primary"):
            _decide(refused, "later")
        if refused.clash.has_rest and st.button("Stage the rest"):
            _decide(refused, "draft")
        if st.button("Leave the draft as it is"):
            _forget_refused()
            st.rerun()


def _decide(refused: Refused, who: Prevailing) -> None:
    _forget_refused()
    with letting_prevail(who):
        _act(refused.act)
