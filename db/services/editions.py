"""Whole catalogs brought as change sets: an edition that ships, a newer one beside what curators made, or a folder."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, and_, select

from db import schema
from db.server import Database
from db.services.gold_samples import stock_samples
from db.services.shipped import read_shipped, shipped_edition
from db.stores.audit_trail import AuditTrail
from db.stores.catalog import CatalogStore, current_revision
from db.stores.change_rows import ROW, SETS, change_of
from db.stores.change_sets import ChangeSetStore
from pipeline.catalog.changes import Change, Place, diff, merge_upstream, squash
from pipeline.catalog.describe import changed_cells
from pipeline.catalog.folder import Reading, read_folder
from pipeline.catalog.tables import TABLE
from pipeline.settings import Edition


def initialise(database: Database, edition: Edition | None = None, author: str = "setup") -> int:
    """Bring the tables up to date and load a shipped catalog and the gold that ships if there is none; returns the revision.

    The edition is the one given, else ``legacy`` on the embedded database, so that who tries the workbench finds real faults to
    repair, and ``clean`` on a database of one's own.
    """
    schema.migrate(database.engine)
    stock_samples(database.engine)
    with database.engine.connect() as connection:
        revision = current_revision(connection)
    if revision is not None:
        return revision
    catalog, shipped = read_shipped(edition or ("legacy" if database.embedded else "clean"))
    return CatalogStore(database.engine).store(catalog, author, f"the {shipped.name} catalog that ships", shipped)


class Editions:
    """Whole catalogs brought as change sets: a shipped edition, a newer one, or a folder.

    They are committed by ``change_sets``, and so pass the gate like others; ``override`` says why one is to be committed although
    checks do not hold that must, which are otherwise ``GateRefused``.
    """

    def __init__(self, engine: Engine, change_sets: ChangeSetStore | None = None) -> None:
        self._engine = engine
        self._catalog = CatalogStore(engine)
        self._change_sets = change_sets or ChangeSetStore(engine)
        self._audit_trail = AuditTrail(engine)

    def edited_rows(self) -> dict[Place, frozenset[str]]:
        """Rows that curators have made different from what had shipped, with the columns that they set: these stay theirs when a
        newer catalog comes.
        """
        with self._engine.connect() as connection:
            query = (
                select(ROW)
                .join(SETS, and_(SETS.c.id == ROW.c.change_set_id, SETS.c.status == "committed"))
                .where(SETS.c.kind.in_(("edit", "undo", "import")), SETS.c.revision_id > _last_reset(connection))
                .where(SETS.c.undoes.is_(None) | SETS.c.undoes.not_in(select(SETS.c.id).where(SETS.c.kind == "reset")))
                .order_by(SETS.c.revision_id, ROW.c.decision, ROW.c.position)
            )
            rows = connection.execute(query).mappings().all()
        return {c.place: _set_columns(c) for c in squash(change_of(row) for row in rows)}

    def import_folder(
        self, folder: Path, author: str, overlay: Path | None = None, override: str = ""
    ) -> tuple[int, Reading]:
        """Make the stored catalog that of a folder, all or nothing, as a committed change set; returns the revision.

        Where there is no catalog yet it becomes the first. Rows that name what has been merged or retired with a successor
        name that from then on. Raises ``CatalogError`` with every problem of the folder; then nothing has changed.
        """
        reading = read_folder(folder, overlay, self._audit_trail.resolve_successors())
        title = f"Imported from {folder.name}" + (f" with {overlay.name}" if overlay else "")
        revision, current = self._catalog.load()
        if revision is None:
            return self._catalog.store(reading.catalog, author, title), reading
        if changes := diff(current, reading.catalog):
            number = self._change_sets.commit_or_discard(
                self._change_sets.open_draft(author, title, changes, "import"), author, override=override
            )
            revision = self._change_sets.load(number).revision_id or revision
        return revision, reading

    def count_differences(self, edition: str) -> int:
        """How many rows of the stored catalog differ from a shipped edition."""
        return len(diff(self._catalog.load()[1], read_shipped(edition)[0]))

    def put_back(self, edition: str, author: str, override: str = "") -> tuple[int | None, int]:
        """Set the catalog to a shipped edition as a committed change set; its number (null when nothing differs) and its size."""
        target, shipped = read_shipped(edition)
        changes = diff(self._catalog.load()[1], target)
        if not changes:
            return None, 0
        number = self._change_sets.open_draft(author, f"Put back to the {edition} catalog", changes, "reset")
        return self._change_sets.commit_or_discard(number, author, shipped, override), len(changes)

    def update_to_shipped(self, author: str, override: str = "") -> tuple[int | None, int]:
        """Bring a newer shipped catalog as a committed change set, the rows that curators edited left alone.

        Returns its number (null when nothing is newer) and how many rows stay the curators'.
        """
        last = self._catalog.shipped_edition()
        target, shipped = read_shipped(last.name if last else "clean")
        edited = self.edited_rows()
        current = self._catalog.load()[1]
        changes = merge_upstream(current, target, edited)
        brought = {c.place: c.after for c in changes}
        kept = sum(c.place in edited and brought.get(c.place) != c.after for c in diff(current, target))
        if not changes:
            return None, kept
        number = self._change_sets.open_draft(author, "A newer shipped catalog", changes, "update")
        return self._change_sets.commit_or_discard(number, author, shipped, override), kept

    def newer_edition(self) -> str | None:
        """The edition of which a newer catalog has shipped than the store was set to, else null."""
        last = self._catalog.shipped_edition()
        return last.name if last and shipped_edition(last.name) != last else None


def _set_columns(change: Change) -> frozenset[str]:
    """The columns that a curator set: of a row of theirs all of them."""
    if change.kind == "edit":
        return frozenset(column for column, _, _ in changed_cells(change))
    return frozenset(TABLE[change.table].columns)


def _last_reset(connection: Connection) -> int:
    """The revision of the last reset that still stands; 0 without one. One that was undone has set nothing back."""
    query = (
        select(SETS.c.id, SETS.c.kind, SETS.c.undoes, SETS.c.revision_id)
        .where(SETS.c.status == "committed", SETS.c.kind.in_(("reset", "undo")))
        .order_by(SETS.c.revision_id.desc())
    )
    undone: set[int] = set()
    for row in connection.execute(query):
        if row.id in undone:
            continue
        if row.kind == "reset":
            return int(row.revision_id)
        undone.add(row.undoes)
    return 0
