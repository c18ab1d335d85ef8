"""Whether a store is whole: every reference leads somewhere, every run is read, and the audit trail leads to the catalog that stands.

Only numbers of runs and revisions and names of tables are told, never what stands in a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from psycopg.sql import SQL, Identifier
from pydantic import ValidationError
from sqlalchemy import Connection, text

from db import models as m
from db.services.shipped import read_shipped, shipped_edition
from db.stores.catalog import REVISIONS, read_catalog
from db.stores.change_rows import ROW, SETS, change_of
from db.stores.draft_decisions import read_decisions
from db.stores.runs import CALL, RUN, jd_hash
from db.stores.usage import UsageStore
from db.upkeep.report import Fact, Section
from db.upkeep.table_copies import session_of
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, diff, rows_by_key
from pipeline.config import Config
from pipeline.contracts import Extraction, LibraryMatch, RoleOutput
from pipeline.contracts.client_output import ClientOutput
from pipeline.engines.ledger import ModelCall, Note
from pipeline.errors import WorkbenchError

MAX_NAMED = 5
"""Rows that a sentence names; of the others it says how many."""
BATCH_SIZE = 200
"""Runs that are in memory at once."""

Progress = Callable[[str], None]

_FOREIGN_KEYS = text("""
SELECT k.conname AS name, k.conrelid::regclass::text AS child, k.confrelid::regclass::text AS parent, k.convalidated AS is_checked,
    (SELECT array_agg(a.attname ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY AS c(n, o)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.n) AS columns,
    (SELECT array_agg(a.attname ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY AS c(n, o)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.n) AS targets
FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace ORDER BY k.conname
""")
_ORPHANS: Mapping[str, str] = {
    "revisions whose change set is not there": (
        "SELECT count(*) FROM catalog_revision r WHERE change_set_id IS NOT NULL "
        "AND NOT EXISTS (SELECT FROM change_set s WHERE s.id = r.change_set_id AND s.revision_id = r.id)"
    ),
    "committed change sets without a revision": (
        "SELECT count(*) FROM change_set s WHERE status = 'committed' "
        "AND NOT EXISTS (SELECT FROM catalog_revision r WHERE r.id = s.revision_id AND r.change_set_id = s.id)"
    ),
    "runs that are both there and deleted": "SELECT count(*) FROM deleted_run d JOIN run USING (id)",
    "queued runs that have come to their end": (
        "SELECT count(*) FROM job JOIN run ON run.id = job.run_id WHERE status IN ('completed', 'rejected', 'failed')"
    ),
    "visits to a revision that is not there": (
        "SELECT count(*) FROM visit v WHERE revision_id > coalesce((SELECT max(id) FROM catalog_revision), 0)"
    ),
    "pending proposals that no run and no kept quotation stands behind": (
        "SELECT count(*) FROM proposal p WHERE status = 'pending' AND NOT EXISTS (SELECT FROM proposal_run WHERE proposal_id = p.id) "
        "AND NOT EXISTS (SELECT FROM proposal_edit WHERE proposal_id = p.id) "
        "AND NOT EXISTS (SELECT FROM deleted_run WHERE quotes <> '[]')"
    ),
    "centroids that count other runs than are filed under their roles": (
        "SELECT count(*) FROM role_centroid c FULL JOIN "
        "(SELECT role_slug, model, count(*) AS n FROM run_vector GROUP BY 1, 2) v USING (role_slug, model) "
        "WHERE c.n IS DISTINCT FROM v.n AND coalesce(c.n, 0) <> coalesce(v.n, 0)"
    ),
}


def references_section(connection: Connection) -> Section:
    """Whether a row refers to one that is not there, and whether constraints and indexes hold."""
    problems, keys = [], connection.execute(_FOREIGN_KEYS).all()
    for key in keys:
        if not key.is_checked:
            problems.append(f"The constraint {key.name} has not been checked by the server.")
        if lost := _lost(connection, key):
            problems.append(
                f"Rows of {key.child} refer to rows of {key.parent} that are not there: {lost} ({key.name})."
            )
    for what, query in _ORPHANS.items():
        if count := connection.execute(text(query)).scalar_one():
            problems.append(f"There are {what}: {count}.")
    broken = text(
        "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid AND indrelid::regclass::text = ANY(:ours)"
    )
    for name in connection.execute(broken, {"ours": list(m.metadata.tables)}).scalars():
        problems.append(f"The index {name} is not valid; rebuild it with REINDEX INDEX {name}.")
    return Section("references", {"kinds checked": len(keys) + len(_ORPHANS)}, tuple(problems))


def _lost(connection: Connection, key: Any) -> int:
    """Rows whose reference leads nowhere."""
    columns = list(zip(key.columns, key.targets, strict=True))
    given = SQL(" AND ").join(SQL("c.{} IS NOT NULL").format(Identifier(c)) for c, _ in columns)
    same = SQL(" AND ").join(SQL("p.{} = c.{}").format(Identifier(t), Identifier(c)) for c, t in columns)
    query = SQL("SELECT count(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT FROM {} p WHERE {})")
    tables = [Identifier(name.strip('"')) for name in (key.child, key.parent)]
    (count,) = session_of(connection).execute(query.format(tables[0], given, tables[1], same)).fetchone() or (0,)
    return int(count)


def counts_section(connection: Connection) -> Section:
    """Whether the counts that grow with each run are what a recount of all runs gives."""
    wrong = Counter(difference.kind for difference in UsageStore(connection.engine).differences())
    listed = ", ".join(f"{kind} {count}" for kind, count in sorted(wrong.items()))
    problems = (f"Counts of what runs used are not what the runs say ({listed}).",) if wrong else ()
    return Section("counts", {"differ": wrong.total()}, problems)


# --- runs ---------------------------------------------------------------------------------------------------------


def runs_section(connection: Connection, on_progress: Progress = lambda _: None) -> Section:
    """Whether every run and every model call is read as the values that it was written from."""
    by_status: dict[str, Fact] = {}
    unreadable: list[str] = []
    for number, run in enumerate(_rows(connection, RUN), 1):
        by_status[run["status"]] = int(str(by_status.get(run["status"], 0))) + 1
        if what := _unreadable(run):
            unreadable.append(f"{run['id']} ({what})")
        if number % 1_000 == 0:
            on_progress(f"{number:,} runs read")
    calls = bad_calls = 0
    for call in _rows(connection, CALL):
        calls += 1
        bad_calls += not _is_read(partial(ModelCall.model_validate, call))
    problems = [f"Runs that cannot be read: {_named(unreadable)}."] if unreadable else []
    if bad_calls:
        problems.append(f"Model calls that cannot be read: {bad_calls}.")
    facts: dict[str, Fact] = {
        "read": sum(int(str(n)) for n in by_status.values()),
        "by status": by_status,
        "model calls": calls,
    }
    return Section("runs", facts, tuple(problems))


def _rows(connection: Connection, table: Any) -> Iterator[dict[str, Any]]:
    """All rows of a table, a few at a time."""
    columns = [c for c in table.c if c.name != "search"]
    query = table.select().with_only_columns(*columns)
    for row in connection.execution_options(yield_per=BATCH_SIZE).execute(query).mappings():
        yield dict(row)


def _unreadable(run: Mapping[str, Any]) -> str:
    """Which part of a run cannot be read, or contradicts another; empty where all is well."""
    parts: Mapping[str, Callable[[], object]] = {
        "config": lambda: Config.from_stored(run["config"]),
        "extraction": lambda: run["extraction"] is None or Extraction.model_validate(run["extraction"]),
        "library match": lambda: run["library_match"] is None or LibraryMatch.model_validate(run["library_match"]),
        "role output": lambda: run["role_output"] is None or RoleOutput.model_validate(run["role_output"]),
        "client output": lambda: run["client_output"] is None or ClientOutput.model_validate(run["client_output"]),
        "notes": lambda: [Note.model_validate(note) for note in run["notes"]],
    }
    if run["jd_hash"] != jd_hash(run["jd_text"]):
        return "hash of the text"
    if run["status"] == "completed" and None in (run["extraction"], run["library_match"], run["role_output"]):
        return "completed without all of its steps"
    return next((name for name, read in parts.items() if not _is_read(read)), "")


def _is_read(read: Callable[[], object]) -> bool:
    try:
        read()
    except (ValidationError, WorkbenchError, TypeError, ValueError, KeyError, AttributeError):
        return False
    return True


def _named(found: list[str]) -> str:
    more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
    return ", ".join(found[:MAX_NAMED]) + more


# --- revisions ----------------------------------------------------------------------------------------------------


def revisions_section(connection: Connection) -> Section:
    """Whether the audit trail, taken back change by change from the catalog that stands, meets in every row what the trail says,
    and comes to the shipped catalog at each revision that bears its hash. Drafts are read too.
    """
    trail = _Trail(connection)
    problems = list(trail.walk_back())
    drafts = connection.execute(SETS.select().where(SETS.c.status == "draft")).mappings().all()
    unread = [str(d["id"]) for d in drafts if not _is_read(partial(read_decisions, connection, d["id"]))]
    if unread:
        problems.append(f"Drafts that cannot be read: {_named(unread)}.")
    facts: dict[str, Fact] = {
        "newest": trail.newest,
        "taken back": trail.taken_back,
        "held against a shipped catalog": trail.held_against,
        "drafts read": len(drafts),
    }
    return Section("revisions", facts, tuple(problems))


class _Trail:
    """The catalog on its way back through its revisions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = rows_by_key(read_catalog(connection))
        self.newest: int | None = None
        self.taken_back = 0
        self.held_against = 0

    def walk_back(self) -> Iterator[str]:
        """A sentence for each revision that is not right; stops where a catalog came whole, or the trail is broken."""
        for revision in self._connection.execute(REVISIONS.select().order_by(REVISIONS.c.id.desc())).mappings().all():
            self.newest = self.newest or int(revision["id"])
            if revision["edition"] and not self._is_shipped(revision["edition"], revision["fingerprint"]):
                yield f"Revision {revision['id']} bears the hash of a shipped catalog and is not that catalog."
            if revision["change_set_id"] is None:
                return
            try:
                wrong = sum(not self._take_back(change) for change in self._changes(revision["change_set_id"]))
            except (ValueError, KeyError, TypeError, WorkbenchError):
                yield f"The changes of revision {revision['id']} cannot be read; what was before it is not known."
                return
            if wrong:
                yield f"Revision {revision['id']} left rows otherwise than they stand: {wrong}. What was before it is not known."
                return
            self.taken_back += 1

    def _changes(self, number: int) -> list[Change]:
        """The changes of a change set, the last first."""
        query = ROW.select().where(ROW.c.change_set_id == number).order_by(ROW.c.decision.desc(), ROW.c.position.desc())
        return [change_of(row) for row in self._connection.execute(query).mappings()]

    def _take_back(self, change: Change) -> bool:
        """Take a change back; whether it stood."""
        rows = self._rows[change.table]
        stood = rows.get(change.key) == change.after
        if change.before is None:
            rows.pop(change.key, None)
        else:
            rows[change.key] = change.before
        return stood

    def _is_shipped(self, edition: str, fingerprint: str | None) -> bool:
        """Whether the catalog is the shipped one whose hash a revision bears; that of another release cannot be compared."""
        if not _is_read(lambda: shipped_edition(edition)) or shipped_edition(edition).fingerprint != fingerprint:
            return True
        self.held_against += 1
        catalog = Catalog(**{table: tuple(rows.values()) for table, rows in self._rows.items()})
        return not diff(catalog, read_shipped(edition)[0])
