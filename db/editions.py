"""Whole catalogs brought as change sets: an edition that ships, a newer one beside what curators made, or a folder."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, and_, func, select

from db.catalog import fingerprint_of, load_catalog, read_catalog, shipped, store_catalog
from db.curation import REVISIONS, ROW, SETS, change_of, commit_or_discard, load_change_set, open_draft, successors
from pipeline.catalog.changes import Place, diff, newer, squash
from pipeline.catalog.folder import Reading, read_folder


def touched(engine: Engine) -> set[Place]:
    """Rows that curators have made different from what had shipped: these stay theirs when a newer catalog comes."""
    with engine.connect() as connection:
        query = (
            select(ROW)
            .join(SETS, and_(SETS.c.id == ROW.c.change_set_id, SETS.c.status == "committed"))
            .where(SETS.c.kind.in_(("edit", "undo", "import")), SETS.c.id > _last_reset(connection))
            .order_by(SETS.c.revision_id, ROW.c.position)
        )
        rows = connection.execute(query).mappings().all()
    return {c.place for c in squash(change_of(row) for row in rows)}


def import_folder(engine: Engine, folder: Path, author: str, overlay: Path | None = None) -> tuple[int, Reading]:
    """Make the stored catalog that of a folder, all or nothing, as a committed change set; returns the revision.

    Where there is no catalog yet it becomes the first. Rows that name what has been merged or retired with a successor
    lead on to that. Raises ``CatalogError`` with every problem of the folder; then nothing has changed.
    """
    reading = read_folder(folder, overlay, successors(engine))
    title = f"Imported from {folder.name}" + (f" with {overlay.name}" if overlay else "")
    revision, current = load_catalog(engine)
    if revision is None:
        return store_catalog(engine, reading.catalog, author, title), reading
    if changes := diff(current, reading.catalog):
        number = commit_or_discard(engine, open_draft(engine, author, title, changes, "import"), author)
        revision = load_change_set(engine, number).revision_id or revision
    return revision, reading


def put_back(engine: Engine, edition: str, author: str) -> tuple[int | None, int]:
    """Set the catalog to a shipped edition as a committed change set; its number (null when nothing differs) and its size."""
    target, fingerprint = shipped(edition)
    with engine.connect() as connection:
        changes = diff(read_catalog(connection), target)
    if not changes:
        return None, 0
    number = open_draft(engine, author, f"Put back to the {edition} catalog", changes, "reset")
    return commit_or_discard(engine, number, author, edition, fingerprint), len(changes)


def update_to_shipped(engine: Engine, author: str) -> tuple[int | None, int]:
    """Bring a newer shipped catalog as a committed change set, the rows that curators touched left alone.

    Returns its number (null when nothing is newer) and how many rows stay the curators'.
    """
    edition = shipped_state(engine)[0] or "clean"
    target, fingerprint = shipped(edition)
    theirs = touched(engine)
    with engine.connect() as connection:
        current = read_catalog(connection)
    changes = newer(current, target, theirs)
    kept = sum(c.place in theirs for c in diff(current, target))
    if not changes:
        return None, kept
    number = open_draft(engine, author, "A newer shipped catalog", changes, "update")
    return commit_or_discard(engine, number, author, edition, fingerprint), kept


def newer_edition(engine: Engine) -> str | None:
    """The edition of which a newer catalog has shipped than the store was set to, else null."""
    edition, fingerprint = shipped_state(engine)
    return edition if edition and fingerprint_of(edition) != fingerprint else None


def shipped_state(engine: Engine) -> tuple[str | None, str | None]:
    """Edition and fingerprint of the shipped catalog that the store was last set to."""
    query = select(REVISIONS.c.edition, REVISIONS.c.fingerprint).where(REVISIONS.c.edition.is_not(None)).order_by(REVISIONS.c.id.desc()).limit(1)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return (row.edition, row.fingerprint) if row else (None, None)


def _last_reset(connection: Connection) -> int:
    query = select(func.coalesce(func.max(SETS.c.id), 0)).where(SETS.c.kind == "reset", SETS.c.status == "committed")
    return int(connection.execute(query).scalar_one())
