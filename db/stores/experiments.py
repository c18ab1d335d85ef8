"""Experiments: started with their chunks in one transaction, listed with how far they are, paused, resumed, cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from db import models as m
from db.errors import StoreError
from db.stores import chunk_jobs, jd_sets
from db.stores.catalog import table_of
from db.stores.jd_sets import NewJD
from pipeline.catalog.changes import Change, change_from_wire
from pipeline.config import Config

EXPERIMENTS, CHUNKS = table_of(m.ExperimentRow), table_of(m.ExperimentChunk)
CHUNK_SIZE = 20
"""Job descriptions of a chunk: a worker that ends leaves no more undone, and a pause is heeded after each of them anyway."""
RATE_SECONDS = 60
"""The rate is that of the chunks that were worked on within this time."""

_PROGRESS = f"""
    SELECT e.id, e.name, e.author, e.created_at, e.ended_at, e.status, e.set_id, e.revision_id, e.draft, e.changes, e.config,
        e.gold_set_id, e.gold_version,
        coalesce('gold:' || g.name || '@' || e.gold_version, s.name) AS set_name, s.size, s.gold,
        coalesce(c.done, 0) AS done, coalesce(c.failed, 0) AS failed, c.rate, c.begun_at,
        coalesce(c.touched_at, e.created_at) AS touched_at
    FROM experiment e JOIN jd_set s ON s.id = e.set_id LEFT JOIN gold_set g ON g.id = e.gold_set_id LEFT JOIN LATERAL (
        SELECT sum(done) AS done, sum(failed) AS failed, min(begun_at) AS begun_at, max(touched_at) AS touched_at,
            sum(done) FILTER (WHERE touched_at > now() - interval '{RATE_SECONDS} seconds') / greatest(1, extract(
                epoch FROM now() - min(begun_at) FILTER (WHERE touched_at > now() - interval '{RATE_SECONDS} seconds')
            )) AS rate
        FROM experiment_chunk WHERE experiment_id = e.id
    ) c ON true
"""
_ALL = text(f"{_PROGRESS} ORDER BY e.id DESC")
_ONE = text(f"{_PROGRESS} WHERE e.id = :number OR e.name = :name ORDER BY e.name = :name DESC LIMIT 1")
_MOVE = text("""
    UPDATE experiment SET status = CAST(:status AS varchar), ended_at = CASE WHEN CAST(:status AS varchar) = 'cancelled' THEN now() END
    WHERE id = :number AND status = ANY(:before)
""")
_OPEN_CHUNKS = text(
    "SELECT number FROM experiment_chunk WHERE experiment_id = :number AND ended_at IS NULL ORDER BY number"
)


@dataclass(frozen=True)
class GoldSource:
    """A version of a gold set, by the number of the set."""

    set_id: int
    version: int


@dataclass(frozen=True)
class NewExperiment:
    """What an experiment is to be: a set, and the way in which it is run. ``changes`` are those of a draft as they are now,
    ``gold`` is the version of a gold set that its job descriptions are.
    """

    name: str
    author: str
    revision: int
    config: Config
    draft: int | None = None
    changes: tuple[Change, ...] = ()
    gold: GoldSource | None = None


@dataclass(frozen=True)
class Experiment:
    """An experiment and how far it is; ``rate`` is in job descriptions a second, null while nothing has been done lately."""

    id: int
    name: str
    author: str
    created_at: datetime
    ended_at: datetime | None
    status: str
    set_id: int
    revision_id: int
    draft: int | None
    changes: Sequence[Mapping[str, Any]]
    config: Mapping[str, Any]
    set_name: str
    size: int
    gold: int
    done: int
    failed: int
    rate: float | None
    begun_at: datetime | None
    touched_at: datetime
    gold_set_id: int | None = None
    gold_version: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be done."""
        return self.status in ("finished", "cancelled")

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at this rate; null where it is not being worked on."""
        return (self.size - self.done) / self.rate if self.status == "running" and self.rate else None

    @property
    def seconds(self) -> float | None:
        """How long it has taken; null before anything was begun."""
        return (self.touched_at - self.begun_at).total_seconds() if self.begun_at else None

    def run_config(self) -> Config:
        """The config that it runs with."""
        return Config.from_stored(self.config)

    def draft_changes(self) -> tuple[Change, ...]:
        """The changes of the draft that it runs with, as they were when it was started."""
        return tuple(change_from_wire(change) for change in self.changes)

    @property
    def way(self) -> str:
        """What it ran with, in a few words."""
        config = self.run_config()
        catalog = f"revision {self.revision_id}" + (f" with draft {self.draft}" if self.draft else "")
        parts = [catalog, "local engine" if config.engine == "local" else "model engine"]
        return ", ".join([*parts, "title hidden" if config.hide_title else "title shown"])


class ExperimentStore:
    """Experiments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start(self, new: NewExperiment, set_name: str, jds: Sequence[NewJD]) -> int:
        """Keep the job descriptions, the experiment and its chunks, and queue these, all in one transaction; returns its number.

        Raises ``StoreError`` for a name that is taken, or where there are no job descriptions.
        """
        if not jds:
            raise StoreError(f"{set_name} has no job descriptions, so there is nothing to run.")
        chunk_jobs.prepare(self._engine)
        values = {
            "name": new.name,
            "author": new.author,
            "revision_id": new.revision,
            "draft": new.draft,
            "changes": [change.wire() for change in new.changes],
            "config": new.config.model_dump(mode="json"),
            "gold_set_id": new.gold.set_id if new.gold else None,
            "gold_version": new.gold.version if new.gold else None,
        }
        try:
            with self._engine.begin() as connection:
                set_id = jd_sets.keep(connection, set_name, jds)
                made = insert(EXPERIMENTS).values(**values, set_id=set_id).returning(EXPERIMENTS.c.id)
                number = int(connection.execute(made).scalar_one())
                firsts = range(0, len(jds), CHUNK_SIZE)
                chunks = [
                    {"experiment_id": number, "number": i, "first": first, "size": min(CHUNK_SIZE, len(jds) - first)}
                    for i, first in enumerate(firsts)
                ]
                connection.execute(insert(CHUNKS), chunks)
                chunk_jobs.put(connection, number, range(len(chunks)))
        except IntegrityError as error:
            if "uq_experiment_name" not in str(error.orig):
                raise
            raise StoreError(f"There is an experiment “{new.name}” already; choose another name.") from None
        return number

    def all(self) -> list[Experiment]:
        """All experiments, the newest first."""
        with self._engine.connect() as connection:
            return [Experiment(**row) for row in connection.execute(_ALL).mappings()]

    def load(self, reference: int | str) -> Experiment:
        """The experiment of a name or a number. Raises ``StoreError`` where there is none."""
        name = str(reference)
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 10 else None
        with self._engine.connect() as connection:
            row = connection.execute(_ONE, {"number": number, "name": name}).mappings().first()
        if row is None:
            raise StoreError(
                f"There is no experiment “{name}”. 'python -m db experiment list' shows those that there are."
            )
        return Experiment(**row)

    def pause(self, number: int) -> bool:
        """Begin no other job description; what is being run is finished. Whether it was running."""
        return self._move(number, "paused", "running")

    def cancel(self, number: int) -> bool:
        """Do nothing more; what is done stays. Whether it was not over."""
        return self._move(number, "cancelled", "running", "paused")

    def resume(self, number: int) -> bool:
        """Go on where it was paused. Whether it was."""
        chunk_jobs.prepare(self._engine)
        with self._engine.begin() as connection:
            if not self._moved(connection, number, "running", "paused"):
                return False
            left = connection.execute(_OPEN_CHUNKS, {"number": number}).scalars().all()
            chunk_jobs.put(connection, number, left)
        return True

    def _move(self, number: int, status: str, *before: str) -> bool:
        with self._engine.begin() as connection:
            moved = self._moved(connection, number, status, *before)
        if moved:
            chunk_jobs.drop(self._engine, number)
        return moved

    @staticmethod
    def _moved(connection: Connection, number: int, status: str, *before: str) -> bool:
        asked = {"number": number, "status": status, "before": list(before)}
        return connection.execute(_MOVE, asked).rowcount > 0

    def names(self) -> frozenset[str]:
        """The names that are taken."""
        with self._engine.connect() as connection:
            return frozenset(connection.execute(select(EXPERIMENTS.c.name)).scalars())


def numbered(names: Iterable[str], wanted: str) -> str:
    """A name that is free: the wanted one, else with a number behind it."""
    taken = set(names)
    if wanted not in taken:
        return wanted
    return next(f"{wanted} {n}" for n in range(2, len(taken) + 3) if f"{wanted} {n}" not in taken)
