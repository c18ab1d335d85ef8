"""Deletion of runs: what rests on a run is known before it goes, its quotations stay where a reviewer keeps them, and for a while
the whole run can be put back.

A deleted run's rows are moved to ``deleted_run`` at once, so that nothing else finds them; after ``UNDO_FOR`` they are erased.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, func, insert, select, text, update

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of
from db.stores.proposals import forget_orphans
from db.stores.run_citations import Citation, citations_of
from db.stores.usage import count_proposals, count_uses, read_uses
from db.stores.vectors import rebuild_centroids
from pipeline.catalog.collisions import collision_key

RUN, DELETED = table_of(m.RunRow), table_of(m.DeletedRun)
UNDO_FOR = timedelta(minutes=15)
"""How long a deleted run can be put back; then its text and all that came of it are erased."""
BELONGING = tuple(
    table for table in m.metadata.sorted_tables if any(key.column.table is RUN for key in table.foreign_keys)
)
"""The tables whose rows go with their run."""


@dataclass(frozen=True)
class Quotation:
    """What was kept of a deleted run: for what it was quoted, and the words."""

    label: str
    quote: str


@dataclass(frozen=True)
class Deletion:
    """That a run was deleted, by whom and when, what was kept of it, and whether it can still be put back."""

    run_id: UUID
    deleted_at: datetime
    deleted_by: str
    quotations: tuple[Quotation, ...]
    can_be_put_back: bool


class RunDeletions:
    """Runs that are about to be deleted, and those that were."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def citations(self, run_ids: Sequence[UUID]) -> list[Citation]:
        """What rests on these runs, with what it quotes of them."""
        with self._engine.connect() as connection:
            return citations_of(connection, run_ids)

    def delete(self, run_ids: Sequence[UUID], author: str, kept: Sequence[Citation] = ()) -> int:
        """Delete runs with all that was derived from them, except for the quotations of ``kept``; returns how many there were."""
        self.purge()
        with self._engine.begin() as connection:
            used = read_uses(connection, run_ids)
            count, proposals = 0, set[int]()
            for run_id in run_ids:
                rows = _rows_of(connection, run_id)
                if not rows["run"]:
                    continue
                quotes = [citation.wire() for citation in kept if citation.run_id == run_id]
                connection.execute(
                    insert(DELETED).values(id=run_id, deleted_by=author or "somebody", quotes=quotes, rows=rows)
                )
                connection.execute(RUN.delete().where(RUN.c.id == run_id))
                _refile(connection, rows)
                proposals.update(row["proposal_id"] for row in rows["proposal_run"])
                count += 1
            count_proposals(connection, proposals)
            forget_orphans(connection)
            count_uses(connection, gone=used)
        return count

    def put_back(self, run_ids: Sequence[UUID]) -> int:
        """Put deleted runs back as they were; returns how many. Raises ``StoreError`` when the time for it is over."""
        with self._engine.begin() as connection:
            query = select(DELETED.c.id, DELETED.c.rows).where(
                DELETED.c.id.in_(list(run_ids)), DELETED.c.rows.is_not(None)
            )
            found = connection.execute(query.with_for_update()).all()
            if not found:
                raise StoreError("This can no longer be undone: the text of a deleted run is erased after 15 minutes.")
            proposals = set[int]()
            for run_id, rows in found:
                for form in rows["run_skill"]:
                    # An earlier release set it aside without.
                    form.setdefault("run_at", rows["run"][0]["created_at"])
                for met in rows.get("collision", ()):
                    met.setdefault("key", collision_key(met["kind"], met["term"]))
                    met.setdefault("told_apart", False)
                _insert(connection, rows)
                _refile(connection, rows)
                proposals.update(row["proposal_id"] for row in rows["proposal_run"])
                connection.execute(DELETED.delete().where(DELETED.c.id == run_id))
            count_proposals(connection, proposals)
            count_uses(connection, come=read_uses(connection, [run_id for run_id, _ in found]))
        return len(found)

    def find(self, run_id: UUID) -> Deletion | None:
        """What is known of a run that was deleted; null for one that was not."""
        columns = (*(c for c in DELETED.c if c.name != "rows"), DELETED.c.rows.is_not(None).label("whole"))
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(DELETED.c.id == run_id)).first()
        if row is None:
            return None
        quotations = tuple(Quotation(str(quote["label"]), str(quote["quote"])) for quote in row.quotes)
        return Deletion(row.id, row.deleted_at, row.deleted_by, quotations, bool(row.whole))

    def purge(self, older_than: timedelta = UNDO_FOR) -> int:
        """Erase what was set aside of runs that were deleted longer ago; kept quotations stay. Returns of how many."""
        gone = update(DELETED).where(DELETED.c.rows.is_not(None), DELETED.c.deleted_at <= func.now() - older_than)
        with self._engine.begin() as connection:
            return int(connection.execute(gone.values(rows=None)).rowcount)


def _rows_of(connection: Connection, run_id: UUID) -> dict[str, Any]:
    """The rows of a run by table, and the proposals that wait and would go with it."""
    found: dict[str, Any] = {"run": _select(connection, RUN, "id", run_id)}
    for table in BELONGING:
        column = next(key.parent.name for key in table.foreign_keys if key.column.table is RUN)
        found[table.name] = _select(connection, table, column, run_id)
    waiting = text(
        "SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]') FROM proposal p JOIN proposal_run r ON r.proposal_id = p.id "
        "WHERE r.run_id = :id AND p.status = 'pending'"
    )
    found["proposal"] = connection.execute(waiting, {"id": run_id}).scalar_one()
    return found


def _select(connection: Connection, table: Table, column: str, run_id: UUID) -> Any:
    query = f'SELECT coalesce(jsonb_agg(to_jsonb(t)), \'[]\') FROM "{table.name}" t WHERE t."{column}" = :id'
    return connection.execute(text(query), {"id": run_id}).scalar_one()


def _insert(connection: Connection, rows: dict[str, Any]) -> None:
    """Write the rows again, those that others refer to first. A proposal that came anew meanwhile stays as it is."""
    for table in (RUN, table_of(m.ProposalRow), *BELONGING):
        found = rows.get(table.name, [])
        # An earlier release set them aside without the columns that have come since, which have defaults.
        names = ", ".join(f'"{c.name}"' for c in table.c if c.computed is None and (not found or c.name in found[0]))
        where = (
            " WHERE EXISTS (SELECT 1 FROM proposal p WHERE p.id = r.proposal_id)" if "proposal_id" in table.c else ""
        )
        query = (
            f'INSERT INTO "{table.name}" ({names}) SELECT {names} '
            f'FROM jsonb_populate_recordset(NULL::"{table.name}", CAST(:rows AS jsonb)) r{where} ON CONFLICT DO NOTHING'
        )
        connection.execute(text(query), {"rows": json.dumps(found)})


def _refile(connection: Connection, rows: dict[str, Any]) -> None:
    """Make the centroids anew to which the run was filed."""
    for role in sorted({str(row["role_slug"]) for row in rows.get("run_vector", ())}):
        rebuild_centroids(connection, role)
