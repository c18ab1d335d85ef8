"""A row of a draft that somebody else has changed: base, theirs and mine side by side, and which shall stand."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.stores.change_sets import ChangeSet
from pages.components import draft, markup
from pages.components.identity import person
from pages.components.labels import cell_label, column_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.changes import Change, Choice, Conflict

CHOICES: dict[Choice, str] = {"current": "Keep", "draft": "Keep mine", "both": "Join both: mine where I changed it"}
"""What can stand; the first is followed by whose it is."""
SHORTCUTS: dict[Choice, str] = {"current": "1", "draft": "2", "both": "3"}
"""Keys of the choices of the first conflict; the others come up when it is settled."""


@dataclass(frozen=True)
class Sides:
    """Whose sides a conflict has: the draft with the revision on which it was begun, and who changed the row since."""

    draft: ChangeSet
    theirs: ChangeSet | None

    @property
    def base_label(self) -> str:
        """The first side: what the row was when the draft was begun."""
        revision = self.draft.base_revision
        return f"When you began, revision {revision}" if revision else "When you began"

    @property
    def their_label(self) -> str:
        """The second side: what stands, and who made it so."""
        if self.theirs is None:
            return "As it stands"
        return f"{self.theirs.committer or self.theirs.author}, revision {self.theirs.revision_id}"

    @property
    def their_name(self) -> str:
        """Whose the second side is, as a button names it."""
        return f"{self.theirs.committer or self.theirs.author}’s" if self.theirs else "what stands"


def show_conflict(n: int, sides: Sides, conflict: Conflict, can_edit: bool) -> None:
    """The ``n``-th conflict of a draft, with the choices that it allows where the person may settle it."""
    columns = ["", sides.base_label, sides.their_label, "You"]
    st.html(
        markup.heading(markup.fill('<span class="jdw-bad">{}</span> · {}', "Conflict", conflict.text()), 3)
        + markup.table(columns, _cells(conflict))
    )
    if not can_edit:
        return
    with st.container(horizontal=True):
        for choice, label in CHOICES.items():
            if choice == "both" and not _has_all_sides(conflict):
                continue
            text = f"{label} {sides.their_name}" if choice == "current" else label
            shortcut = SHORTCUTS[choice] if n == 0 else None
            if st.button(verbatim(text), key=f"settle-{n}-{choice}", shortcut=shortcut):
                _settle(sides.draft.id, conflict.change, choice)


def _settle(number: int, change: Change, choice: Choice) -> None:
    draft.attempt(
        lambda: workbench().change_sets.resolve(number, change.place, choice, person()), "The conflict is settled."
    )


def _has_all_sides(conflict: Conflict) -> bool:
    return None not in (conflict.change.before, conflict.current, conflict.change.after)


def _cells(conflict: Conflict) -> list[list[str]]:
    """The columns in which the sides differ, one a row: its name and the cell of each side."""
    sides = [conflict.change.before, conflict.current, conflict.change.after]
    columns = list(vars(next(side for side in sides if side is not None)))
    clashes = conflict.clashes if _has_all_sides(conflict) else ()
    return [
        [_column_name(column, column in clashes), *(_cell(side, column) for side in sides)]
        for column in columns
        if len({repr(getattr(side, column, None)) for side in sides}) > 1
    ]


def _column_name(column: str, is_clash: bool) -> Markup:
    tag = markup.tag("both changed it", "bad") if is_clash else Markup()
    return markup.fill("{} {}", column_label(column), tag)


def _cell(side: object | None, column: str) -> Markup:
    return (
        markup.fill("<i>not there</i>")
        if side is None
        else markup.fill("{}", cell_label(column, getattr(side, column)))
    )
