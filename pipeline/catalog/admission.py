"""How a new decision meets a draft: it goes on top of what the draft has made of the rows, or is refused with a choice.

It may have been made on the catalog without the draft, or before the draft's last decision. An edit of an alias that the draft
has given to another skill goes to the alias as it is now, a link to a merged dimension to the one that it became. Where two
decisions want different things of one cell, or where nothing is left to edit, a person has to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from pipeline.catalog.changes import Change, Place
from pipeline.catalog.decisions import Carried, Clash, Composed, Rows, Tail, key_place, tail_of
from pipeline.catalog.tables import SLUG_TABLES, TABLE, row_text
from pipeline.catalog.value import SkillAlias
from pipeline.errors import WorkbenchError

Prevailing = Literal["later", "draft"]
"""Who prevails in a clash: the new decision, or the draft as it stands, which leaves the clashing changes out."""


class DraftClash(WorkbenchError):
    """A decision that contradicts the draft; nothing was staged. ``clashes`` holds every contradiction.

    ``can_prevail`` says whether it can be staged all the same, ``has_rest`` whether changes of it contradict nothing.
    """

    def __init__(self, clashes: Sequence[Clash], origins: Sequence[str] = (), has_rest: bool = False) -> None:
        self.clashes = tuple(clashes)
        self.has_rest = has_rest
        self.can_prevail = all(clash.forced is not None for clash in clashes)
        named = [*origins, *[""] * (len(clashes) - len(origins))]
        listed = "\n".join(f"- {clash.text}{name}" for clash, name in zip(clashes, named, strict=True))
        choice = (
            "Stage it all the same, or leave the draft as it is."
            if self.can_prevail
            else "Take that decision out of the draft first, or leave the draft as it is."
        )
        super().__init__(f"Your draft has changed what this is about, so nothing was staged:\n{listed}\n\n{choice}")


def admit(composed: Composed, changes: Sequence[Change], prevailing: Prevailing | None = None) -> tuple[Change, ...]:
    """Return the changes of a new decision as they go on top of a draft; none where the draft holds all of it already.

    Raises ``DraftClash`` for what contradicts the draft, unless ``prevailing`` says who prevails.
    """
    admission = _Admission(composed, changes)
    kept: list[Change] = []
    gone: list[Change] = []
    clashes: list[Clash] = []
    for change in changes:
        fitted = admission.fit(change)
        if isinstance(fitted, Clash):
            clashes.append(fitted)
            fitted = fitted.forced if prevailing == "later" else None
        if fitted is not None:
            admission.rows.put(fitted, admission.number)
            kept.append(fitted)
        elif admission.is_gone(change):
            # Should what has removed the row be taken out, this decision still removes it.
            gone.append(change)
    refused = [c for c in clashes if prevailing is None or (prevailing == "later" and c.forced is None)]
    if refused:
        raise DraftClash(refused, has_rest=bool(kept))
    done = admission.rows.completed(kept, admission.number)
    return (*gone, *done) if done else ()


class _Admission:
    """One decision on its way into a draft."""

    def __init__(self, composed: Composed, changes: Sequence[Change]) -> None:
        self.rows = composed.rows
        self.number = max(composed.changes, default=0) + 1
        self._added = {c.place: tail_of(c.after) for c in changes if c.before is None}
        self._leaving = {c.place for c in changes if c.after is None and c.table in SLUG_TABLES}
        self._left_out: set[Tail] = set()
        self._carried: Carried = {}

    def fit(self, change: Change) -> Change | Clash | None:
        """The change as it goes on top of the draft; null where nothing is to be done, a clash where a person has to choose."""
        place = change.place
        if self.rows.by(place) is None:
            # Nothing that is in the draft touches the row: what others have made of it counts.
            self.rows.learn(place, change.before)
        if (
            change.kind == "remove"
            and place in self.rows
            and self.rows.get(place) is None
            and (clash := self._removal_of_gone(change)) is not None
        ):
            return clash
        if change.before is None and tail_of(change.after) in self._left_out:
            return None
        fitted = self.rows.fit(change, frozenset(self._added), self._carried)
        return _followed(self.rows, fitted, self.number) if isinstance(fitted, Clash) else fitted

    def is_gone(self, change: Change) -> bool:
        """Whether a change removes what the draft has removed already, and nothing is to come of it."""
        return (
            change.after is None
            and self.rows.get(change.place) is None
            and tail_of(change.before) not in self._left_out
        )

    def _removal_of_gone(self, change: Change) -> Clash | None:
        """A removal of a row that the draft has removed already, or has given to another owner."""
        tail, rows = tail_of(change.before), self.rows
        owner = rows.owner(change.before)
        if owner in self._leaving:
            # It would have gone with its owner to another; there is nothing left that could.
            self._left_out.add(tail)
            return None
        heir = rows.heir(change.place)
        row = rows.known(heir) if heir else None
        if heir is None or row is None or change.table in SLUG_TABLES:
            return None
        goes_to = {p for p, added in self._added.items() if added == tail}
        if heir in goes_to or not (goes_to or rows.missing(change.before)):
            return None
        text = f"{row_text(*change.place)} has become {row_text(*heir)}"
        return Clash(change, text, rows.by(change.place), replace(change, before=row))


def _followed(rows: Rows, clash: Clash, number: int) -> Change | Clash | None:
    """The change on what became of its row; the clash where nothing did, or where a person has to choose."""
    change = clash.change
    if change.after is not None and rows.missing(change.after):
        return _at_successor(rows, clash, number)
    if change.kind == "edit" and rows.get(change.place) is None:
        heir = _heir(rows, change)
        if heir is None:
            return clash
        return _on_heir(rows, change, heir)
    return clash


def _at_successor(rows: Rows, clash: Clash, number: int) -> Change | Clash | None:
    """A row that refers to something merged, with the slug of what that became."""
    change = clash.change
    moved = rows.follow(change.after)
    if moved is None:
        return clash
    if change.kind == "edit":
        return _on_heir(rows, change, key_place(moved))
    if rows.known(key_place(moved)) is None and rows.by(key_place(moved)) == number:
        return Clash(change, f"{row_text(*key_place(moved))} would be what it was", rows.by(change.place))
    return rows.fit(replace(change, after=moved), frozenset(), {})


def _on_heir(rows: Rows, change: Change, heir: Place) -> Change | Clash | None:
    row = rows.known(heir)
    if row is None:
        return Clash(change, f"{row_text(*change.place)} is not there any more", rows.by(change.place))
    keys = {column: getattr(row, column) for column in TABLE[change.table].key}
    before, after = (replace(side, **keys) for side in _sides(change))
    moved = replace(change, before=before, after=after)
    fitted = rows.edited(moved, row)
    if change.table not in SLUG_TABLES or fitted is None:
        return fitted
    # What is said of an entry that was merged need not hold of the one that it became.
    text = f"{row_text(*change.place)} has become {row_text(*heir)}"
    return Clash(change, text, rows.by(change.place), fitted.forced if isinstance(fitted, Clash) else fitted)


def _sides(change: Change) -> tuple[Any, Any]:
    return change.before, change.after


def _heir(rows: Rows, change: Change) -> Place | None:
    """What became of a row that the draft removed: the one that took its place, the same at its owner's successor, or the one
    alias that still has its text.
    """
    if heir := rows.heir(change.place):
        return heir
    followed = rows.follow(change.before) if change.table not in SLUG_TABLES else None
    if followed is not None and key_place(followed) != change.place:
        return key_place(followed)
    if isinstance(change.before, SkillAlias):
        same = {key_place(a) for a in rows.stored.same_form(change.before.alias_text)}
        left = [p for p in sorted(same) if rows.known(p) is not None]
        return left[0] if len(left) == 1 else None
    return None
