"""The audit trail: what committed change sets say of the catalog's past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Text, and_, func, or_, select, tuple_

from db.stores.change_rows import ROW, SETS, change_of, read_changes
from db.stores.change_sets import ChangeSet, ChangeSetStore
from db.stores.draft_decisions import DECISION
from pipeline.catalog.changes import Change, Key
from pipeline.catalog.refs import Ref
from pipeline.catalog.tables import REFERENCES, SLUG_TABLES, TABLE

MAX_CHANGE_SETS = 10_000
"""Change sets among which later ones are looked for."""


@dataclass(frozen=True)
class EntityEvent:
    """What one committed decision did to an entity and its own rows: ``author`` made it, ``change_set`` says who committed, when."""

    change_set: ChangeSet
    decision: int
    author: str
    changes: tuple[Change, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, each reason once; what was said of the whole change set where the changes have none."""
        own = tuple(dict.fromkeys(c.reason for c in self.changes if c.reason))
        return own or ((self.change_set.why,) if self.change_set.why else ())

    @property
    def sources(self) -> tuple[Ref, ...]:
        """What showed the fault, each once."""
        return tuple({c.source.key(): c.source for c in self.changes if c.source}.values())


@dataclass(frozen=True)
class Search:
    """What committed change sets are looked for by: a person, all of some words, committed from a moment on and before another."""

    person: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditTrail:
    """Committed change sets, read for what became of rows and for what changed between revisions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._change_sets = ChangeSetStore(engine)

    def resolve_successors(self) -> dict[tuple[str, str], str]:
        """The entry that stands for one that is gone: (table, slug) -> slug, through all merges and retirements since.

        Roles, dimensions and skills that were merged or retired with a successor; one that is back has none.
        """
        query = (
            select(ROW.c.table_name, ROW.c.key, ROW.c.successor)
            .join(SETS, SETS.c.id == ROW.c.change_set_id)
            .where(
                SETS.c.status == "committed",
                ROW.c.table_name.in_(SLUG_TABLES),
                (ROW.c.before.is_(None)) | (ROW.c.after.is_(None)),
            )
            .order_by(SETS.c.revision_id, ROW.c.decision, ROW.c.position)
        )
        next_of: dict[tuple[str, str], str] = {}
        with self._engine.connect() as connection:
            for table, key, successor in connection.execute(query):
                next_of[table, key[0]] = successor
        ends = {(table, slug): _end(next_of, table, slug) for table, slug in next_of}
        return {entry: end for entry, end in ends.items() if end}

    def removed_rows(self, table: str) -> dict[str, dict[str, Any]]:
        """The cells of roles, dimensions or skills that committed change sets have removed, as they were last, by slug."""
        query = (
            select(ROW.c.key, ROW.c.before)
            .join(SETS, SETS.c.id == ROW.c.change_set_id)
            .where(SETS.c.status == "committed", ROW.c.table_name == table, ROW.c.after.is_(None))
            .order_by(SETS.c.revision_id)
        )
        with self._engine.connect() as connection:
            return {str(key[0]): dict(before) for key, before in connection.execute(query) if before}

    def slug_of_removed_id(self, table: str, number: int) -> str | None:
        """The slug that a role, dimension or skill of an id that is gone had; null for an id that never was."""
        query = select(ROW.c.key).join(SETS, SETS.c.id == ROW.c.change_set_id)
        query = query.where(
            SETS.c.status == "committed", ROW.c.table_name == table, ROW.c.before["id"].astext == str(number)
        )
        with self._engine.connect() as connection:
            key = connection.execute(query.order_by(ROW.c.change_set_id.desc()).limit(1)).scalar()
        return None if key is None else str(key[0])

    def changes_between(self, first: int, last: int) -> list[tuple[ChangeSet, tuple[Change, ...]]]:
        """The change sets committed after one revision up to another, in order, with their changes."""
        query = (
            select(SETS.c.id)
            .where(SETS.c.revision_id > min(first, last), SETS.c.revision_id <= max(first, last))
            .order_by(SETS.c.revision_id)
        )
        with self._engine.connect() as connection:
            numbers = connection.execute(query).scalars().all()
            return [(self._change_sets.load(n), read_changes(connection, n)) for n in numbers]

    def of_entity(self, table: str, slug: str) -> tuple[EntityEvent, ...]:
        """What committed decisions did to a role, dimension or skill and to its own rows (aliases, links, KRAs ...), the newest first.

        ``table`` is the name of its table ("skills"); what was merged into it is among them.
        """
        conditions = [and_(ROW.c.table_name == table, or_(ROW.c.key[1] == slug, ROW.c.successor == slug))]
        for child, column, target in REFERENCES:
            if target == table:
                at = TABLE[child].key.index(column) + 1
                conditions.append(and_(ROW.c.table_name == child, ROW.c.key[at] == slug))
        query = (
            select(ROW)
            .join(SETS, SETS.c.id == ROW.c.change_set_id)
            .where(SETS.c.status == "committed", or_(*conditions))
            .order_by(SETS.c.revision_id.desc(), ROW.c.decision.desc(), ROW.c.position)
        )
        grouped: dict[tuple[int, int], list[Change]] = {}
        authors: dict[tuple[int, int], str] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query).mappings():
                at_decision = int(row["change_set_id"]), int(row["decision"])
                grouped.setdefault(at_decision, []).append(change_of(row))
                authors[at_decision] = row["author"]
        sets = {n: self._change_sets.load(n) for n in {number for number, _ in grouped}}
        return tuple(
            EntityEvent(sets[number], decision, authors[number, decision], tuple(changes))
            for (number, decision), changes in grouped.items()
        )

    def find(self, search: Search, limit: int = 200) -> list[ChangeSet]:
        """Committed change sets for which all of a search holds, the newest first."""
        query = select(SETS.c.id).where(SETS.c.status == "committed")
        if search.person:
            made = select(ROW.c.change_set_id).where(ROW.c.author == search.person)
            query = query.where((SETS.c.committer == search.person) | SETS.c.id.in_(made))
        if search.since is not None:
            query = query.where(SETS.c.committed_at >= search.since)
        if search.until is not None:
            query = query.where(SETS.c.committed_at < search.until)
        for word in search.words.split():
            held = f"%{_like(word)}%"
            rows = [func.array_to_string(ROW.c.key, " "), ROW.c.reason, ROW.c.before.cast(Text), ROW.c.after.cast(Text)]
            met = select(ROW.c.change_set_id).where(or_(*(part.ilike(held, escape="\\") for part in rows)))
            said = or_(*(part.ilike(held, escape="\\") for part in (SETS.c.title, SETS.c.why)))
            query = query.where(said | SETS.c.id.in_(met))
        with self._engine.connect() as connection:
            numbers = set(connection.execute(query.order_by(SETS.c.revision_id.desc()).limit(limit)).scalars())
        newest = self._change_sets.newest(limit=MAX_CHANGE_SETS, status="committed") if numbers else []
        return sorted((s for s in newest if s.id in numbers), key=lambda s: -(s.revision_id or 0))

    def people(self) -> list[str]:
        """Everybody who has committed a change set or made a decision of one, by name."""
        committers = select(SETS.c.committer).where(SETS.c.status == "committed", SETS.c.committer.is_not(None))
        authors = select(DECISION.c.author).join(SETS, SETS.c.id == DECISION.c.change_set_id)
        query = committers.union(authors.where(SETS.c.status == "committed"))
        with self._engine.connect() as connection:
            return sorted(set(connection.execute(query).scalars()), key=str.lower)

    def last_change_set(self, table: str, key: Key) -> ChangeSet | None:
        """The change set that last changed a row; null for one that nobody has changed."""
        query = select(SETS.c.id).join(ROW, ROW.c.change_set_id == SETS.c.id)
        query = query.where(SETS.c.status == "committed", ROW.c.table_name == table, ROW.c.key == list(key))
        with self._engine.connect() as connection:
            number = connection.execute(query.order_by(SETS.c.revision_id.desc()).limit(1)).scalar()
        return None if number is None else self._change_sets.load(number)

    def of_source(self, source: Ref) -> list[ChangeSet]:
        """Committed change sets of which a change names what showed the fault: a run, say; the newest first."""
        query = select(SETS.c.id, SETS.c.revision_id).distinct().join(ROW, ROW.c.change_set_id == SETS.c.id)
        query = query.where(SETS.c.status == "committed", ROW.c.source == source.wire())
        with self._engine.connect() as connection:
            numbers = [row.id for row in connection.execute(query.order_by(SETS.c.revision_id.desc()))]
        return [self._change_sets.load(number) for number in numbers]

    def later_change_sets(self, number: int) -> list[ChangeSet]:
        """Committed change sets after this one that touch a row of it; the newest first."""
        places = select(ROW.c.table_name, ROW.c.key).where(ROW.c.change_set_id == number)
        later = select(ROW.c.change_set_id).where(
            ROW.c.change_set_id > number, tuple_(ROW.c.table_name, ROW.c.key).in_(places)
        )
        with self._engine.connect() as connection:
            numbers = set(connection.execute(later).scalars())
        newest = self._change_sets.newest(limit=MAX_CHANGE_SETS, status="committed") if numbers else []
        return [s for s in newest if s.id in numbers]


def _like(word: str) -> str:
    """A word as it stands in a pattern of LIKE."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _end(next_of: dict[tuple[str, str], str], table: str, slug: str) -> str:
    """The last entry of the chain that begins at a slug; empty where it has no successor."""
    visited, end = {slug}, next_of[table, slug]
    while end and next_of.get((table, end)) and end not in visited:
        visited.add(end)
        end = next_of[table, end]
    return end
