"""The database of a process: on a PostgreSQL that is given by its address, or on the embedded one. Both must have pgvector."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, QueuePool, create_engine, text
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from db.embedded import EmbeddedServer
from db.errors import StoreError
from pipeline.settings import DATABASE_SCHEMES, check_database_url

MINIMUM_VERSION = 14
DATABASE = "workbench"
GIVEN, EMBEDDED = "the server of DATABASE_URL", "embedded PostgreSQL"


class WatchedPool(QueuePool):
    """A pool that knows how many threads are about to get a connection: more than a few for long means that it is too small."""

    def __init__(self, creator: Any, pool_size: int = 5, max_overflow: int = 10, **options: Any) -> None:
        super().__init__(creator, pool_size, max_overflow, **options)
        self.most = pool_size + max_overflow
        self._counting = threading.Lock()
        self.waiting = 0

    def connect(self) -> Any:
        """A connection, which may have to be waited for."""
        with self._counting:
            self.waiting += 1
        try:
            return super().connect()
        finally:
            with self._counting:
                self.waiting -= 1


POOL = {
    "poolclass": WatchedPool,
    "pool_pre_ping": True,
    "pool_size": 8,
    "max_overflow": 24,
    # What is bound to a statement is what users typed: no error repeats it.
    "hide_parameters": True,
}


class Database:
    """A database of the workbench, and the engine that connects to it."""

    def __init__(self, engine: Engine, label: str, embedded: EmbeddedServer | None, address: Callable[[], str]) -> None:
        self.engine = engine
        self.label = label
        self.embedded = embedded
        self.address = address
        """The address for psycopg as it is now: the embedded server has another when it was started again. It may hold a password."""

    def close(self) -> None:
        """Drop the connections and leave the embedded server."""
        self.engine.dispose()
        if self.embedded is not None:
            self.embedded.close()


def open_database(url: str | None, data_dir: Path, name: str = DATABASE) -> Database:
    """Connect to the server of ``url``, or without one to database ``name`` of the embedded server in ``data_dir``.

    Raises ``StoreError`` when it cannot be reached, is older than ``MINIMUM_VERSION``, or has no pgvector.
    """
    return _open_given(url) if url else _open_embedded(EmbeddedServer(data_dir), name)


def _open_given(url: str) -> Database:
    try:
        engine = create_engine(_with_driver(url), **POOL)
    except (ArgumentError, ValueError):
        # The address is not repeated: it may hold a password.
        raise StoreError(
            "DATABASE_URL cannot be read as an address; write it as postgresql://user:password@host:5432/name, each of "
            "@ : / % in the password as %40 %3A %2F %25."
        ) from None
    _check(engine, GIVEN)
    return Database(engine, GIVEN, None, lambda: _for_psycopg(engine))


def _open_embedded(server: EmbeddedServer, name: str) -> Database:

    def connect() -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(server.url(name), connect_timeout=10)
        except psycopg.OperationalError:
            server.restart()
            return psycopg.connect(server.url(name), connect_timeout=10)

    engine = create_engine("postgresql+psycopg://", creator=connect, **POOL)
    database = Database(engine, EMBEDDED, server, lambda: server.url(name))
    try:
        _ensure_database(server.url("postgres"), name)
        _check(database.engine, f"the {EMBEDDED}")
    except BaseException:
        database.close()
        raise
    return database


def _for_psycopg(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _with_driver(url: str) -> str:
    """The address with the driver named that SQLAlchemy is to use. Raises ``StoreError`` for one of another database."""
    try:
        check_database_url(url)
    except ValueError as error:
        raise StoreError(f"DATABASE_URL {error}") from None
    scheme = next(s for s in DATABASE_SCHEMES if url.startswith(s))
    return "postgresql+psycopg://" + url[len(scheme) :]


def _ensure_database(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def _check(engine: Engine, label: str) -> None:
    try:
        with engine.connect() as connection:
            number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            available = connection.execute(text("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")).scalar()
    except (OperationalError, ProgrammingError) as error:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
        raise StoreError(
            f"{label} cannot be reached: {reason}. Check DATABASE_URL, or unset it to use the embedded server."
        ) from None
    if number // 10_000 < MINIMUM_VERSION:
        raise StoreError(f"{label} is PostgreSQL {number // 10_000}; version {MINIMUM_VERSION} or newer is needed.")
    if not available:
        raise StoreError(
            f"{label} has no pgvector. Install the extension (Debian: postgresql-{number // 10_000}-pgvector), then try again."
        )
