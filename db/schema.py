"""Bringing a database to the newest form of the tables, or back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from db.errors import StoreError

LOCK = 7_203_114
"""Key of the advisory lock that lets one process migrate at a time."""


def alembic_config(engine: Engine) -> Config:
    """What Alembic needs to know of our migrations, to be run on an engine."""
    config = Config()
    # A per cent sign would begin the name of another option.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to ``revision``; does nothing when they have run. Raises ``StoreError`` for the store of a newer
    release.
    """
    current, newest = current_revision(engine), newest_revision(engine)
    if revision == "head" and current == newest:
        return
    if current is not None and current not in known_revisions(engine):
        raise StoreError(
            f"The tables of this store are at {current}, which this release does not know: its newest is {newest}. A newer release "
            "has used the store; use that one, or name another store in WORKBENCH_DATA or DATABASE_URL."
        )
    with engine.connect() as guard:
        guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            command.upgrade(alembic_config(engine), revision)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take migrations back down to ``revision``; ``base`` leaves an empty database."""
    command.downgrade(alembic_config(engine), revision)


def current_revision(engine: Engine) -> str | None:
    """The migration that a database is at, null for an empty one."""
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The migration that the database of a connection is at, null for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision(engine: Engine) -> str | None:
    """The newest migration that there is."""
    return ScriptDirectory.from_config(alembic_config(engine)).get_current_head()


def known_revisions(engine: Engine) -> frozenset[str]:
    """All migrations that there are."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(alembic_config(engine)).walk_revisions())
