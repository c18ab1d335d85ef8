"""Decisions of a draft: each a repair with all of its rows, taken whole, composed in order.

What a decision changes is kept as it was staged. What it does now follows from the decisions before it that are in
(``compose``): an edit changes its cells of the row as it has become, a removal removes that row, and rows that refer to what
goes, go with it or move to its successor. So a decision can be taken out and put back, and nothing is written anew for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from pipeline.catalog.changes import Change, Place
from pipeline.catalog.tables import REFERENCES, SLUG_TABLES, TABLE, key_of, row_text
from pipeline.catalog.value import SkillAlias

TARGETS: Mapping[str, tuple[tuple[str, str], ...]] = {
    name: tuple((column, target) for table, column, target in REFERENCES if table == name) for name in TABLE
}
"""Of each table, its columns that hold the slug of another table's row, with that table."""


Tail = tuple[str, tuple[str, ...]]
"""Table and what stays of a row's key when it goes to another owner: an alias's text, a link's other end."""
Carried = dict[Tail, dict[str, tuple[Any, Any]]]
"""Cells that a draft has edited in rows which a decision moves, by their tails: the value before and after."""


@dataclass(frozen=True)
class Decision:
    """One decision of a draft as it was staged; one that ``is_out`` counts for nothing until it is put back.

    ``unseen_from`` is the first decision that was staged after it went out, and so not on top of it; null for none.
    """

    number: int
    changes: tuple[Change, ...]
    is_out: bool = False
    unseen_from: int | None = None


@dataclass(frozen=True)
class Clash:
    """A change that does not go on top of a draft as it stands.

    ``by`` is the decision that made the row so (null for none), ``text`` says what that is, and ``forced`` is the change with which
    the later one prevails; null where it cannot.
    """

    change: Change
    text: str
    by: int | None = None
    forced: Change | None = None


@dataclass(frozen=True)
class Composed:
    """What the decisions of a draft come to, by their numbers: ``changes`` of those that are in, and what they ``lost``."""

    changes: Mapping[int, tuple[Change, ...]]
    lost: Mapping[int, tuple[Clash, ...]]
    rows: Rows = field(repr=False, compare=False)

    @cached_property
    def all(self) -> tuple[Change, ...]:
        """The changes of all decisions that are in, in order."""
        return tuple(change for changes in self.changes.values() for change in changes)

    def is_moot(self, number: int) -> bool:
        """Whether a decision that is in does not do what it was for: a change of it is lost, or nothing of it is left."""
        return bool(self.lost[number]) or not self.changes[number]


class StoredRows(Protocol):
    """Rows of the stored catalog."""

    def row(self, place: Place) -> Any | None:
        """The row of a place; null for none."""

    def same_form(self, text: str) -> Sequence[SkillAlias]:
        """All aliases with a text, in any case."""


def compose(decisions: Iterable[Decision], stored: StoredRows) -> Composed:
    """Return what decisions come to, one after the other; those that are out are left out.

    ``stored`` is asked for the few rows that a decision turns out to meet beside those that it names.
    """
    ordered = sorted(decisions, key=lambda d: d.number)
    rows = Rows(_starting_rows(ordered), stored)
    changes: dict[int, tuple[Change, ...]] = {}
    lost: dict[int, tuple[Clash, ...]] = {}
    for decision in ordered:
        if not decision.is_out:
            changes[decision.number], lost[decision.number] = rows.take(decision)
    return Composed(changes, lost, rows)


def standing_on(decisions: Iterable[Decision], number: int, stored: StoredRows) -> tuple[int, ...]:
    """Return the later decisions that stand on one: without it they could not do what they were for."""
    kept = {d.number: d for d in decisions}
    before = compose(kept.values(), stored)
    found: list[int] = []
    last = number
    while True:
        kept[last] = replace(kept[last], is_out=True)
        after = compose(kept.values(), stored)
        fallen = [n for n in after.changes if after.is_moot(n) and not before.is_moot(n)]
        if not fallen:
            return tuple(sorted(found))
        last = fallen[0]
        found.append(last)


def in_the_way_of(decisions: Iterable[Decision], numbers: Sequence[int], stored: StoredRows) -> tuple[Clash, ...]:
    """Return what keeps decisions from being put back together: what they, or others then, could not do any more."""
    every = list(decisions)
    before = compose(every, stored)
    after = compose((replace(d, is_out=False) if d.number in numbers else d for d in every), stored)
    fallen = [n for n in after.changes if after.lost[n] and not before.lost.get(n)]
    return tuple(clash for n in fallen for clash in after.lost[n])


class Rows:
    """The rows that decisions touch, as they are after those that were taken; null for a row that is not there."""

    def __init__(self, rows: Mapping[Place, Any | None], stored: StoredRows) -> None:
        self.stored = stored
        self._referring: dict[Place, set[Place]] = defaultdict(set)
        self._row: dict[Place, Any | None] = {}
        self._by: dict[Place, int] = {}
        self._heirs: dict[Place, Place] = {}
        for place, row in rows.items():
            self._set(place, row)

    def __contains__(self, place: Place) -> bool:
        return place in self._row

    def get(self, place: Place) -> Any | None:
        """The row at a place; null where it is gone or unknown."""
        return self._row.get(place)

    def by(self, place: Place) -> int | None:
        """The decision that last changed the row of a place."""
        return self._by.get(place)

    def heir(self, place: Place) -> Place | None:
        """Where a row went that was merged or given to another; null where it only went."""
        visited = {place}
        while (following := self._heirs.get(place)) is not None and following not in visited:
            place = following
            visited.add(place)
        return place if len(visited) > 1 else None

    def take(self, decision: Decision) -> tuple[tuple[Change, ...], tuple[Clash, ...]]:
        """Take a decision: its changes as they are now, and those that it cannot make."""
        added = frozenset(c.place for c in decision.changes if c.before is None)
        carried: Carried = {}
        kept: list[Change] = []
        lost: list[Clash] = []
        for change in decision.changes:
            fitted = self.fit(change, added, carried)
            if isinstance(fitted, Clash):
                lost.append(fitted)
            elif fitted is not None:
                self.put(fitted, decision.number)
                kept.append(fitted)
        return self.completed(kept, decision.number), tuple(lost)

    def completed(self, changes: Sequence[Change], number: int) -> tuple[Change, ...]:
        """The changes of a decision, all of which were put, with what goes with the entities that it removes."""
        self._note_heirs(changes)
        return (*changes, *self._complete(changes, number))

    def learn(self, place: Place, row: Any | None) -> None:
        """Take a row as it is told."""
        self._set(place, row)

    def known(self, place: Place) -> Any | None:
        """The row of a place; that of the stored catalog where no decision touches it."""
        if place not in self._row:
            self._set(place, self.stored.row(place))
        return self._row[place]

    def put(self, change: Change, number: int) -> None:
        """Take one change that fits."""
        self._set(change.place, change.after)
        self._by[change.place] = number
        if change.after is not None:
            self._heirs.pop(change.place, None)
        elif change.successor:
            self._heirs[change.place] = (change.table, (change.successor,))

    def fit(self, change: Change, added: frozenset[Place], carried: Carried) -> Change | Clash | None:
        """The change on top of the row as it is; null where that is so already, a clash where it cannot be made.

        ``added`` are rows that come with the same decision, ``carried`` the edited cells of rows that it moves.
        """
        place = change.place
        if place not in self._row:
            self._set(place, change.before)
        row = self._row[place]
        if change.after is None:
            if row is None:
                return self._gone_already(change)
            if change.before is not None and row != change.before:
                carried[tail_of(change.before)] = _differences(change.before, row)
            return self._removed(replace(change, before=row))
        if gone := self.missing(change.after, added):
            return self._clash(change, f"{row_text(*gone)} is not there", gone)
        if change.before is None:
            return self._added(change, row, carried)
        return self.edited(change, row)

    def edited(self, change: Change, row: Any | None) -> Change | Clash | None:
        """An edit on top of a row: the cells that it changes, where the row still has the values that it changes."""
        if row is None:
            return self._clash(change, f"{row_text(*change.place)} is not there any more")
        new, old = vars(change.after), vars(change.before)
        cells = {c: new[c] for c in old if new[c] != old[c] and c not in TABLE[change.table].key}
        taken = [c for c in cells if getattr(row, c) not in (old[c], new[c])]
        wanted = replace(row, **cells)
        fitted = replace(change, before=row, after=wanted)
        if taken:
            columns = ", ".join(c.replace("_", " ") for c in taken)
            return self._clash(change, f"{row_text(*fitted.place)} has another {columns} by now", forced=fitted)
        return None if wanted == row else fitted

    def missing(self, row: Any, added: frozenset[Place] = frozenset()) -> Place | None:
        """The place of a row that another refers to and that is known to be gone."""
        for column, target in TARGETS[_table(row)]:
            place = target, (getattr(row, column),)
            if place in self._row and self._row[place] is None and place not in added:
                return place
        return None

    def _added(self, change: Change, row: Any | None, carried: Carried) -> Change | Clash | None:
        wanted: Any = change.after
        for column, (old, new) in carried.get(tail_of(wanted), {}).items():
            # The row comes from another that the draft has edited: the edit goes with it.
            if getattr(wanted, column) == old:
                wanted = replace(wanted, **{column: new})
        if row is None:
            return replace(change, after=wanted)
        if is_same(row, wanted):
            return None
        forced = replace(change, before=row, after=replace(wanted, id=row.id) if _has_id(wanted) else wanted)
        return self._clash(change, f"{row_text(*change.place)} is there already, with other values", forced=forced)

    def _removed(self, change: Change) -> Change | Clash:
        """A removal, its successor the one that it has by now."""
        successor = change.table, (change.successor,)
        if not change.successor or successor not in self._row or self._row[successor] is not None:
            return change
        heir = self.heir(successor)
        if heir is None or heir == change.place:
            return self._clash(change, f"{row_text(*successor)} is not there any more", successor)
        return replace(change, successor=heir[1][0])

    def _gone_already(self, change: Change) -> Clash | None:
        """What a removal comes to of a row that is gone: nothing, unless it was to become something else."""
        successor = self._heirs.get(change.place)
        if change.table not in SLUG_TABLES or (successor[1][0] if successor else "") == change.successor:
            return None
        became = row_text(*successor) if successor else "nothing"
        return self._clash(change, f"{row_text(*change.place)} has become {became}")

    def _clash(self, change: Change, text: str, place: Place | None = None, forced: Change | None = None) -> Clash:
        return Clash(change, text, self._by.get(place or change.place), forced)

    def _complete(self, changes: Sequence[Change], number: int) -> list[Change]:
        """What else goes with the entities that a decision removes: known rows that refer to them, moved to a successor."""
        more = []
        for gone in [c for c in changes if c.after is None and c.table in SLUG_TABLES]:
            if self._row.get(gone.place) is not None:
                continue
            for place in sorted(self._referring[gone.place]):
                row = self._row.get(place)
                if row is None:
                    continue
                followed = self.follow(row) if gone.successor else None
                more.append(Change(row, None, gone.reason, gone.source))
                self.put(more[-1], number)
                if followed is None:
                    continue
                if self.known(key_place(followed)) is None:
                    more.append(Change(None, followed, gone.reason, gone.source))
                    self.put(more[-1], number)
                self._heirs[place] = key_place(followed)
        return more

    def owner(self, row: Any) -> Place | None:
        """The place of the entity that a row belongs to; null for an entity."""
        targets = TARGETS[_table(row)]
        return (targets[0][1], (getattr(row, targets[0][0]),)) if targets else None

    def follow(self, row: Any) -> Any | None:
        """The row with each slug of what was merged replaced by its successor's; null where one has none."""
        for column, target in TARGETS[_table(row)]:
            place = target, (getattr(row, column),)
            if place in self._row and self._row[place] is None:
                heir = self.heir(place)
                if heir is None:
                    return None
                row = replace(row, **{column: heir[1][0]})
        if _has_id(row):
            row = replace(row, id=None)
        return row

    def _note_heirs(self, changes: Sequence[Change]) -> None:
        """Where rows of a decision went: a removed one, and one that is added or edited with the same text at another owner."""
        come: dict[Tail, list[Place]] = defaultdict(list)
        for change in changes:
            if change.after is not None:
                come[tail_of(change.after)].append(change.place)
        for change in changes:
            if change.after is None and change.before is not None and change.table not in SLUG_TABLES:
                heirs = [p for p in come[tail_of(change.before)] if p != change.place]
                if len(heirs) == 1:
                    self._heirs[change.place] = heirs[0]

    def _set(self, place: Place, row: Any | None) -> None:
        self._row[place] = row
        if row is not None:
            for column, target in TARGETS[place[0]]:
                self._referring[target, (getattr(row, column),)].add(place)


def is_same(row: Any, other: Any) -> bool:
    """Whether two rows are equal but for the id that the store gives."""
    return bool(row == other or (_has_id(row) and replace(row, id=None) == replace(other, id=None)))


def key_place(row: Any) -> Place:
    """The place of a row."""
    return _table(row), key_of(row)


def _table(row: Any) -> str:
    return Change(row, None).table


def _has_id(row: Any) -> bool:
    return TABLE[_table(row)].has_id


def tail_of(row: Any) -> Tail:
    """What stays of a row's key when it goes to another owner: an alias's text, a link's other end; nothing of a baseline's."""
    table, key = _table(row), key_of(row)
    return table, tuple(part.lower() for part in key[1:]) if len(key) > 1 or TARGETS[table] else key


def _differences(old: Any, new: Any) -> dict[str, tuple[Any, Any]]:
    """The cells in which two rows differ, old and new, apart from key and id."""
    table = TABLE[_table(old)]
    return {
        c: (getattr(old, c), getattr(new, c))
        for c in table.columns
        if c not in table.key and c != "id" and getattr(old, c) != getattr(new, c)
    }


def _starting_rows(decisions: Sequence[Decision]) -> dict[Place, Any | None]:
    """The rows on which decisions stand, as far as they say: what the first change of each expects.

    A change that was staged on top of a decision that is out by now expects that one's row: its edit is taken back from it.
    """
    start: dict[Place, Any | None] = {}
    out: dict[Place, list[tuple[Decision, Change]]] = defaultdict(list)
    for decision in decisions:
        for change in decision.changes:
            place = change.place
            if decision.is_out:
                out[place].append((decision, change))
            elif place not in start:
                row = change.before
                for earlier, made in reversed(out.get(place, ())):
                    if earlier.unseen_from is None or decision.number < earlier.unseen_from:
                        row = _without(made, row)
                start[place] = row
    for place, changes in out.items():
        start.setdefault(place, changes[0][1].before)
    return start


def _without(change: Change, row: Any | None) -> Any | None:
    """The row that a change was made to, where ``row`` is what it and others have made of it."""
    if change.before is None:
        return None if row is not None and is_same(row, change.after) else row
    if change.after is None or row is None:
        return change.before if row is None and change.after is None else row
    old, new = vars(change.before), vars(change.after)
    cells = {c: old[c] for c in old if new[c] != old[c] and getattr(row, c) == new[c]}
    return replace(row, **cells)
