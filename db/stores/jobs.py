"""The queue of runs: which wait, which a worker has on lease, and who alone may write a run down.

A run is queued in the transaction that stores it, and leaves the queue in the one that writes its end. A worker takes the
oldest that waits for a time, the lease, which is renewed while the worker lives. A lease that was not renewed lapses, and the
next worker takes the run over. Each lease has a higher token than those before it, of a sequence; what a run's worker writes is
written only while its token is the newest (``hold``), so that one that was taken for lost and goes on cannot write.

All times are those of the database's clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as SQL_UUID

from db.errors import LostLease

LEASE = timedelta(seconds=30)
"""How long a worker has a run without renewing its lease."""
CHANNEL = "workbench_job"
"""The channel on which waiting workers hear of a new job."""
POLL_SECONDS = 2.0
"""How often a waiting worker looks by itself: a lease that lapses is announced by nobody."""

_PUT = text("INSERT INTO job (run_id) VALUES (:run_id) ON CONFLICT (run_id) DO NOTHING")
_NOTIFY = text(f"NOTIFY {CHANNEL}")
_CLAIM = """
    UPDATE job SET token = nextval('job_token'), attempts = attempts + 1, worker = :worker, started_at = now(), lease_until = now() + :lease
    WHERE id = (
        SELECT id FROM job WHERE (lease_until IS NULL OR lease_until < now()) {which}
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING run_id, token, attempts
"""
_CLAIM_NEXT, _CLAIM_RUN = text(_CLAIM.format(which="")), text(_CLAIM.format(which="AND run_id = :run_id"))
_HELD = """
    FROM job JOIN unnest(:runs, :tokens) AS held(run_id, token) USING (run_id, token) WHERE job.lease_until IS NOT NULL
"""
_RENEW = text(f"""
    UPDATE job SET lease_until = now() + :lease WHERE id IN (SELECT job.id {_HELD} FOR NO KEY UPDATE OF job SKIP LOCKED)
""").bindparams(bindparam("runs", type_=ARRAY(SQL_UUID)))
_STILL_HELD = text(f"SELECT run_id, token {_HELD}").bindparams(bindparam("runs", type_=ARRAY(SQL_UUID)))
_RELEASE = text("""
    UPDATE job SET lease_until = NULL, worker = NULL, started_at = NULL, loss = :loss, attempts = attempts - :uncounted
    WHERE run_id = :run_id AND token = :token
""")
_HOLD = text("SELECT 1 FROM job WHERE run_id = :run_id AND token = :token AND lease_until IS NOT NULL FOR SHARE")
_END = text("DELETE FROM job WHERE run_id = :run_id AND token = :token AND lease_until IS NOT NULL")
_FORGET = text("DELETE FROM job WHERE run_id = :run_id")
_LOCK_RUN = text(
    "SELECT CASE WHEN engine = 'old_system' THEN 'completed' ELSE status END FROM run WHERE id = :run_id FOR NO KEY UPDATE"
)
_REOPEN = text("""
    UPDATE run SET error = NULL, updated_at = now(), status = CASE
        WHEN library_match IS NOT NULL THEN 'extract_details_done'
        WHEN extraction IS NOT NULL THEN 'extract_from_jd_done' ELSE 'created' END
    WHERE id = :run_id AND status = 'failed'
""")
_PENDING = text("""
    SELECT run_id, attempts, loss, is_executing, count(*) FILTER (WHERE NOT is_executing) OVER earlier AS place
    FROM (SELECT *, coalesce(lease_until >= now(), false) AS is_executing FROM job) AS job
    WINDOW earlier AS (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW)
    ORDER BY id
""")
_STATUSES = text(
    "SELECT run.id, run.status FROM run JOIN job ON job.run_id = run.id WHERE run.id = ANY(:runs)"
).bindparams(bindparam("runs", type_=ARRAY(SQL_UUID)))
_LENGTHS = text("""
    SELECT count(*) FILTER (WHERE lease_until IS NULL OR lease_until < now()), count(*) FILTER (WHERE lease_until >= now()),
        extract(epoch FROM now() - min(queued_at) FILTER (WHERE lease_until IS NULL OR lease_until < now()))
    FROM job
""")
_TYPICAL = text("""
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) / 1000 FROM (
        SELECT duration_ms FROM run WHERE status = 'completed' AND engine <> 'old_system' ORDER BY created_at DESC, id DESC LIMIT 50
    ) AS newest
""")


@dataclass(frozen=True)
class Lease:
    """A worker's right to execute a run and to write it down; ``attempt`` counts from 1."""

    run_id: UUID
    token: int
    attempt: int


@dataclass(frozen=True)
class PendingRun:
    """How a run stands that has not come to its end: a worker executes it, or it waits behind ``place`` others.

    ``attempt`` counts the workers that have begun it, and ``loss`` says how the one before was lost.
    """

    is_executing: bool
    place: int
    attempt: int
    loss: str | None = None


@dataclass(frozen=True)
class QueueLength:
    """How many runs wait, how many are being executed, and how many seconds the oldest has waited."""

    queued: int
    executing: int
    oldest_seconds: float


class JobStore:
    """The queue of runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def resume(self, run_id: UUID) -> bool:
        """Queue a run that has stopped, however often this is asked; whether it is queued or executed now, which it is not where it
        is not there or came to its end.
        """
        with self._engine.begin() as connection:
            status = connection.execute(_LOCK_RUN, {"run_id": run_id}).scalar()
            if status in (None, "completed", "rejected"):
                return False
            connection.execute(_REOPEN, {"run_id": run_id})
            put(connection, run_id)
        return True

    def claim(self, worker: str, run_id: UUID | None = None) -> Lease | None:
        """Take the oldest run that waits, or a certain one, on lease; null where there is none to be had."""
        asked = {"worker": worker, "lease": LEASE} | ({"run_id": run_id} if run_id else {})
        with self._engine.begin() as connection:
            row = connection.execute(_CLAIM_RUN if run_id else _CLAIM_NEXT, asked).first()
        return Lease(row.run_id, row.token, row.attempts) if row else None

    def renew(self, leases: Collection[Lease]) -> frozenset[Lease]:
        """Renew leases; returns those that still hold. A run that is being written down at this moment is renewed the next time:
        a worker that stands still amid its writing keeps no other from being renewed.
        """
        asked = {"runs": [lease.run_id for lease in leases], "tokens": [lease.token for lease in leases]}
        with self._engine.begin() as connection:
            connection.execute(_RENEW, {**asked, "lease": LEASE})
            held = {(row.run_id, row.token) for row in connection.execute(_STILL_HELD, asked)}
        return frozenset(lease for lease in leases if (lease.run_id, lease.token) in held)

    def release(self, lease: Lease, loss: str | None = None) -> None:
        """Let a run wait again at its old place. ``loss`` says how its worker was lost, which counts as an attempt; without it the
        worker has only ended.
        """
        asked = {"run_id": lease.run_id, "token": lease.token, "loss": loss, "uncounted": 0 if loss else 1}
        with self._engine.begin() as connection:
            connection.execute(_RELEASE, asked)
            connection.execute(_NOTIFY)

    def pending(self) -> Mapping[UUID, PendingRun]:
        """The runs that wait or are being executed, the one to be executed next first, and how they stand."""
        with self._engine.connect() as connection:
            rows = connection.execute(_PENDING).all()
        return {r.run_id: PendingRun(r.is_executing, r.place, r.attempts, r.loss) for r in rows}

    def statuses(self, run_ids: Collection[UUID]) -> Mapping[UUID, str]:
        """The status of those of some runs that wait or are being executed."""
        with self._engine.connect() as connection:
            return {row.id: row.status for row in connection.execute(_STATUSES, {"runs": list(run_ids)})}

    def typical_seconds(self) -> float | None:
        """How long the newest runs took, the median; null where none has come to its end."""
        with self._engine.connect() as connection:
            return connection.execute(_TYPICAL).scalar()

    def length(self) -> QueueLength:
        """How long the queue is."""
        with self._engine.connect() as connection:
            queued, executing, oldest = connection.execute(_LENGTHS).one()
        return QueueLength(queued, executing, float(oldest or 0.0))


class JobListener:
    """Waits for jobs on a connection of its own, which is opened again after it was lost. For one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: psycopg.Connection[object] | None = None

    def wait(self, seconds: float = POLL_SECONDS) -> None:
        """Wait until a job is announced, at most some seconds. Raises ``psycopg.Error`` when the database is gone."""
        if self._connection is None:
            raw = self._engine.raw_connection()
            connection = raw.driver_connection
            raw.detach()
            assert isinstance(connection, psycopg.Connection)
            connection.autocommit = True
            connection.execute(f"LISTEN {CHANNEL}")
            self._connection = connection
            return
        try:
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.Error:
            self.close()
            raise

    def close(self) -> None:
        """Leave the connection."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


def put(connection: Connection, run_id: UUID) -> None:
    """Queue a run; one that is queued or executed stays as it is. Waiting workers hear of it when the transaction ends."""
    connection.execute(_PUT, {"run_id": run_id})
    connection.execute(_NOTIFY)


def hold(connection: Connection, lease: Lease) -> None:
    """Keep the run with its worker until the transaction ends: nobody takes it over meanwhile. Raises ``LostLease`` where somebody
    has, or where the run is gone.

    The run's row is locked first, as a deletion locks them, so that neither waits for the other for ever.
    """
    asked = {"run_id": lease.run_id, "token": lease.token}
    connection.execute(_LOCK_RUN, asked)
    if connection.execute(_HOLD, asked).first() is None:
        raise LostLease(lease.run_id)


def end(connection: Connection, lease: Lease) -> None:
    """Take a run off the queue, in the transaction that writes its end. Raises ``LostLease``."""
    if connection.execute(_END, {"run_id": lease.run_id, "token": lease.token}).rowcount == 0:
        raise LostLease(lease.run_id)


def forget(connection: Connection, run_id: UUID) -> None:
    """Take a run off the queue, whoever executes it."""
    connection.execute(_FORGET, {"run_id": run_id})
