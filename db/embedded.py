"""The embedded PostgreSQL of one data directory, shared by the processes that use it.

The server belongs to no process: each user holds a shared lock, which the kernel lets go when a process dies, however it dies,
and the one that leaves last stops the server. A server that was killed is started again by whoever next wants a connection; one
that cannot start is tried again after a pause that grows.

What is made in the data directory can be opened by its owner alone, the locks too. ``db.postgres`` starts the server.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from db.errors import StoreError
from db.ownership import hand_over
from db.postgres import ACCESS, PORT, ROLE, SOCKET_LINE, STATUS_LINE, SUPERUSER, is_private

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
"""How long a server may take that repairs what a kill has left."""
LEFTOVER_SECONDS = 5.0
"""How long a server is tried again that does not start at all: the processes of a killed one may need a moment to go away."""
STOP_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 10.0
"""Seconds in which a server that could not be started is not tried again; each failure doubles them."""
LITTLE_ROOM = 32 * 2**20
"""Bytes that PostgreSQL needs free: two files of its write-ahead log."""
LOG_BYTES = 4 * 2**20
"""How long the server's log may grow before it begins anew."""


@dataclass(frozen=True)
class FailedStart:
    """A start that failed, and until when nobody tries again."""

    reason: str
    pause: float
    until: float


_failed: dict[Path, FailedStart] = {}
"""By the data directory, for all threads and all uses of this process."""


class EmbeddedServer:
    """The PostgreSQL of one data directory; leaves it at the latest when the process ends. Raises ``StoreError`` when it does
    not start.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self._pgdata = self.data_dir / "postgres"
        self._socket_dir = ""
        self._closed = False
        with self._usable_folder():
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._users = self._lock_file("users.lock")
            with self._exclusive():
                fcntl.flock(self._users, fcntl.LOCK_SH)
                self._start()
        atexit.register(self.close)

    def url(self, database: str, role: str = ROLE) -> str:
        """The address of a database of the server, for psycopg."""
        return f"postgresql://{role}@/{database}?host={quote(self._socket_dir)}&port={PORT}"

    def restart(self) -> None:
        """Start the server again after it was lost; does nothing when another process has done so already. Raises
        ``StoreError`` when it does not start, or once this process has left the server.
        """
        with self._usable_folder(), self._exclusive():
            self._start()

    def close(self) -> None:
        """Leave the server; stop it if nobody else is using it."""
        if self._closed:
            return
        self._closed = True
        with suppress(OSError, StoreError), self._exclusive():
            try:
                # Changing the lock fails while another process holds its share.
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._users.close()
                return
            self._stop()
            self._users.close()

    @contextmanager
    def _usable_folder(self) -> Iterator[None]:
        """Say in words that the data directory is none, or that this user may not use it."""
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"The data folder {self.data_dir} cannot be used: {error.strerror} ({error.filename}). Give this user the right "
                "to write there, or name another folder in WORKBENCH_DATA."
            ) from None

    def _lock_file(self, name: str) -> IO[bytes]:
        """A file to lock that no other user can open, and so keep locked."""
        owner = self.data_dir.stat()
        descriptor = os.open(self.data_dir / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        file = os.fdopen(descriptor, "r+b")
        found = os.fstat(descriptor)
        if found.st_uid not in (os.geteuid(), owner.st_uid):
            raise StoreError(
                f"{self.data_dir / name} was made by user {found.st_uid}; name a folder of your own in WORKBENCH_DATA."
            )
        # As earlier releases made it.
        os.fchmod(descriptor, 0o600)
        if os.geteuid() == 0:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        return file

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        with self._lock_file("server.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        """Start the server, or find it running. One that has just failed is left alone for a while."""
        self._bound_log()
        if self._lets_others_in():
            self._stop()
        failed = _failed.get(self.data_dir)
        if failed and time.monotonic() < failed.until and self._postmaster() is None:
            raise StoreError(failed.reason)
        try:
            self._start_and_connect()
        except StoreError as error:
            if self._closed:
                raise
            pause = min(2 * failed.pause, LONGEST_PAUSE) if failed else FIRST_PAUSE
            _failed[self.data_dir] = FailedStart(str(error), pause, time.monotonic() + pause)
            raise
        _failed.pop(self.data_dir, None)

    def _start_and_connect(self) -> None:
        begun, pause = time.monotonic(), 0.1
        while not self._closed:
            try:
                if self._postmaster() is None:
                    self._start_elsewhere(begun + START_SECONDS - time.monotonic())
                self._socket_dir = self._pid_lines()[SOCKET_LINE].strip()
                hand_over(lambda database: self.url(database, SUPERUSER))
                return
            except (StoreError, OSError, IndexError, subprocess.TimeoutExpired, psycopg.Error) as error:
                patience = START_SECONDS if isinstance(error, psycopg.Error) else LEFTOVER_SECONDS
                if self._is_full() or time.monotonic() + pause > begun + patience:
                    raise StoreError(self._sentence(error)) from error
                time.sleep(pause)
                pause *= 2
        raise StoreError(f"The embedded PostgreSQL in {self.data_dir} was left by this process.")

    def _is_full(self) -> bool:
        return shutil.disk_usage(self.data_dir).free < LITTLE_ROOM

    def _sentence(self, error: Exception) -> str:
        """Why the server does not start, and what to do."""
        if self._is_full():
            return (
                f"The disk of {self.data_dir} is full, so that the embedded PostgreSQL does not start. Make room there; "
                f"{LITTLE_ROOM // 2**20} MB are enough to go on, which then happens by itself."
            )
        return (
            f"The embedded PostgreSQL in {self.data_dir} does not start: {str(error).strip().rstrip('.')}. "
            "Its log is postgres/log there; it is tried again when a page is opened."
        )

    def _start_elsewhere(self, seconds: float) -> None:
        """Have the server started by another process, its files made first where there are none: whole, or not at all."""
        if not (self._pgdata / "PG_VERSION").exists():
            unfinished = self._pgdata.with_name("postgres.new")
            shutil.rmtree(unfinished, ignore_errors=True)
            _ask("make", unfinished, seconds)
            unfinished.rename(self._pgdata)
        _ask("start", self._pgdata, seconds)

    def _stop(self) -> None:
        """Stop the server: at once for its clients, in order for its data; without that order when it takes too long."""
        lines = self._pid_lines()
        for ask in (signal.SIGINT, signal.SIGQUIT):
            process = self._postmaster()
            if process is None:
                break
            with suppress(psutil.Error):
                process.send_signal(ask)
            deadline = time.monotonic() + STOP_SECONDS
            while self._postmaster() is not None and time.monotonic() < deadline:
                time.sleep(0.02)
        if len(lines) > STATUS_LINE:
            with suppress(OSError):
                os.rmdir(lines[SOCKET_LINE].strip())

    def _pid_lines(self) -> list[str]:
        """What a server has written down of itself; nothing where none runs."""
        try:
            return (self._pgdata / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _lets_others_in(self) -> bool:
        """Whether a server runs that an earlier release has started, which asks nobody who they are."""
        lines = self._pid_lines()
        if self._postmaster() is None or len(lines) <= SOCKET_LINE:
            return False
        is_private_socket = is_private(lines[SOCKET_LINE].strip(), self._pgdata.stat().st_uid)
        return not is_private_socket or (self._pgdata / "pg_hba.conf").read_text() != ACCESS

    def _postmaster(self) -> psutil.Process | None:
        """The process of the pid file where it is a PostgreSQL that runs: not gone, not a zombie that nobody has reaped, not
        another program that has got the number since.
        """
        try:
            process = psutil.Process(int(self._pid_lines()[0]))
            is_running = process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
        except (ValueError, IndexError, psutil.Error):
            return None
        return process if is_running else None

    def _bound_log(self) -> None:
        """Let the server's log begin anew where it has grown long; the server goes on at its end."""
        with suppress(OSError):
            descriptor = os.open(self._pgdata / "log", os.O_RDWR | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "r+b"):
                if os.fstat(descriptor).st_size > LOG_BYTES:
                    os.ftruncate(descriptor, 0)


def _ask(command: str, folder: Path, seconds: float) -> None:
    """Let a process of its own make or start the server, which is ended after some seconds. Raises ``StoreError``."""
    starter = subprocess.run(
        [sys.executable, "-m", "db.postgres", command, str(folder)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=max(seconds, 1.0),
    )
    if starter.returncode:
        raise StoreError((starter.stderr.strip().splitlines() or ["no reason was given"])[-1])
