"""Assignments: runs that are shared out between reviewers, given to others, put back, closed and opened again.

Whether a run is done says the reviewer's verdict alone (one that names the role); here is kept who was given what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, func, insert, select, text

from db.errors import StoreError
from db.stores.run_filters import HistoryFilter
from db.stores.run_samples import ASSIGNMENTS, ITEMS, Sampling, Way, candidates_in, chosen_in
from pipeline.agreement.allotment import Allotted, Sharing, allot

LOCK = 7_203_161
"""Key of the advisory lock under which runs are given to reviewers, so that nobody is given one twice."""
MAX_NAME, MAX_RUNS = 80, 20_000

_MOVE = text("""
UPDATE assignment_item i SET reviewer = :to, moved_from = :from, given_at = now(), given_by = :author, skipped_at = NULL
WHERE assignment_id = :id AND reviewer = :from AND (:all OR run_id = ANY(:runs))
  AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.run_id = i.run_id AND v.author IN (:from, :to) AND v.has_role)
  AND NOT EXISTS (
    SELECT 1 FROM assignment_item o JOIN assignment a ON a.id = o.assignment_id
    WHERE o.run_id = i.run_id AND o.reviewer = :to AND (o.assignment_id = :id OR a.closed_at IS NULL)
  )
""")
_SKIP = text("""
UPDATE assignment_item SET skipped_at = now(), skip_reason = :reason
WHERE assignment_id = :id AND run_id = :run AND reviewer = :reviewer
""")
_SKIP_GIVEN_ELSEWHERE = text("""
UPDATE assignment_item i SET skipped_at = now(), skip_reason = 'given in “' || a.name || '” meanwhile'
FROM assignment_item o JOIN assignment a ON a.id = o.assignment_id AND a.closed_at IS NULL
WHERE i.assignment_id = :id AND o.assignment_id <> :id AND o.run_id = i.run_id AND o.reviewer = i.reviewer
  AND i.skipped_at IS NULL
""")
_PEOPLE = text("""
SELECT name FROM (
  SELECT author AS name FROM verdict UNION SELECT author FROM parse_verdict UNION SELECT reviewer FROM assignment_item
  UNION SELECT author FROM change_set WHERE kind = 'edit' UNION SELECT author FROM comment
  UNION SELECT value #>> '{}' FROM kept_input WHERE place = 'person' AND value IS NOT NULL
) known WHERE name <> '' ORDER BY lower(name), name
""")
_OF_RUN = (
    select(ITEMS.c.assignment_id, func.count().label("reviewers"))
    .group_by(ITEMS.c.assignment_id, ITEMS.c.run_id)
    .subquery("of_run")
)
_SIZES = (
    select(
        _OF_RUN.c.assignment_id,
        func.count().label("runs"),
        func.count().filter(_OF_RUN.c.reviewers > 1).label("shared"),
    )
    .group_by(_OF_RUN.c.assignment_id)
    .subquery("sizes")
)
_LISTED = select(
    ASSIGNMENTS, func.coalesce(_SIZES.c.runs, 0).label("runs"), func.coalesce(_SIZES.c.shared, 0).label("shared")
).select_from(ASSIGNMENTS.outerjoin(_SIZES, _SIZES.c.assignment_id == ASSIGNMENTS.c.id))


@dataclass(frozen=True)
class NewAssignment:
    """What is to be shared out: its name, which runs, between whom, and whether they judge blind.

    ``runs`` are given as they are, finished or not, in place of a sample; ``sampling`` then says what they have in common.
    """

    name: str
    sampling: Sampling
    sharing: Sharing
    is_blind: bool = True
    runs: tuple[UUID, ...] = ()

    @property
    def kept_name(self) -> str:
        """Its name as it is kept."""
        return " ".join(self.name.split())[:MAX_NAME]


@dataclass(frozen=True)
class Assignment:
    """An assignment as it is kept: which runs were taken and how, and whether it is closed."""

    id: int
    name: str
    author: str
    created_at: datetime
    way: Way
    seed: int
    size: int
    overlap: float
    judges: int
    is_blind: bool
    narrowed: HistoryFilter = field(default_factory=HistoryFilter)
    threshold: float | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    runs: int = 0
    shared: int = 0
    """How many of its runs several reviewers have."""

    @property
    def is_open(self) -> bool:
        """Whether its runs wait for their reviewers."""
        return self.closed_at is None


@dataclass(frozen=True)
class Created:
    """What came of sharing out: the assignment's number, how many runs it has, and how many of them several judge."""

    id: int
    runs: int
    shared: int


class AssignmentStore:
    """Assignments, each with the runs that its reviewers were given."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, wish: NewAssignment, author: str) -> Created:
        """Take a sample of runs and share it out. Fewer runs than asked for are taken where there are no more.

        Raises ``InputError`` for numbers that cannot be, ``StoreError`` for a name that is there, for no name of who does it, and
        where no run is left to be given.
        """
        with self._engine.begin() as connection:
            _lock(connection)
            _check(connection, wish, author)
            if wish.runs:
                candidates = chosen_in(connection, wish.runs, wish.sharing.reviewers)
            else:
                candidates = candidates_in(connection, wish.sampling, wish.sharing.reviewers)
            shared_out = allot(candidates, wish.sharing, wish.sampling.seed)
            if not shared_out:
                raise StoreError(
                    "No run is left to be given: none fits, or the reviewers have judged all that do or have them already."
                )
            number = _insert(connection, wish, author)
            rows = _items(number, shared_out, author)
            connection.execute(insert(ITEMS), rows)
        return Created(number, len(shared_out), sum(len(run.reviewers) > 1 for run in shared_out))

    def check(self, wish: NewAssignment, author: str) -> None:
        """Raise what ``create`` would of a wish, but for the runs: for who makes these first."""
        with self._engine.connect() as connection:
            _check(connection, wish, author)

    def all(self) -> list[Assignment]:
        """All assignments, open ones first, of these the newest."""
        order = (ASSIGNMENTS.c.closed_at.is_not(None), ASSIGNMENTS.c.id.desc())
        with self._engine.connect() as connection:
            return [_assignment(row) for row in connection.execute(_LISTED.order_by(*order)).mappings()]

    def load(self, number: int) -> Assignment:
        """One assignment. Raises ``StoreError`` where there is none of this number."""
        with self._engine.connect() as connection:
            row = connection.execute(_LISTED.where(ASSIGNMENTS.c.id == number)).mappings().first()
        if row is None:
            raise StoreError(f"There is no assignment {number}.")
        return _assignment(row)

    def reassign(self, number: int, moved: tuple[str, str], author: str, runs: Sequence[UUID] | None = None) -> int:
        """Give what a reviewer has not done yet to another, all of it or some runs; returns how many that were.

        ``moved`` is from whom to whom. What the other has judged or has already stays where it is. Raises ``StoreError`` for one
        that is closed, and where it goes to nobody else.
        """
        giver, taker = moved[0], " ".join(moved[1].split())
        if not taker or taker == giver:
            raise StoreError("Name somebody else to whom the runs are to go.")
        values = {"id": number, "from": giver, "to": taker, "author": author}
        with self._engine.begin() as connection:
            _lock(connection)
            _open(connection, number)
            return int(connection.execute(_MOVE, {**values, "all": runs is None, "runs": list(runs or ())}).rowcount)

    def skip(self, number: int, run_id: UUID, reviewer: str, reason: str) -> None:
        """Put a run of a reviewer aside. Raises ``StoreError`` without a reason, or where the reviewer does not have it."""
        if not reason.strip():
            raise StoreError("Say why the run is skipped: whoever gets it next should know.")
        with self._engine.begin() as connection:
            values = {"id": number, "run": run_id, "reviewer": reviewer, "reason": reason.strip()}
            if not connection.execute(_SKIP, values).rowcount:
                raise StoreError(f"{reviewer} no longer has this run: it was given to somebody else. Reload the list.")

    def unskip(self, number: int, run_id: UUID, reviewer: str) -> None:
        """Let a run that was put aside wait again; its reason stays."""
        query = text(
            "UPDATE assignment_item SET skipped_at = NULL WHERE assignment_id = :id AND run_id = :run AND reviewer = :reviewer"
        )
        with self._engine.begin() as connection:
            connection.execute(query, {"id": number, "run": run_id, "reviewer": reviewer})

    def close(self, number: int, author: str) -> None:
        """End an assignment: what is not done waits for nobody any more."""
        query = text(
            "UPDATE assignment SET closed_at = now(), closed_by = :author WHERE id = :id AND closed_at IS NULL"
        )
        with self._engine.begin() as connection:
            connection.execute(query, {"id": number, "author": author})

    def reopen(self, number: int) -> None:
        """Open an assignment again. What its reviewers were given in another one meanwhile is skipped in this one."""
        with self._engine.begin() as connection:
            _lock(connection)
            connection.execute(_SKIP_GIVEN_ELSEWHERE, {"id": number})
            connection.execute(
                text("UPDATE assignment SET closed_at = NULL, closed_by = NULL WHERE id = :id"), {"id": number}
            )

    def people(self) -> list[str]:
        """Who has worked here, by name: who may be a reviewer."""
        with self._engine.connect() as connection:
            return [str(name) for name in connection.execute(_PEOPLE).scalars()]


def _lock(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _check(connection: Connection, wish: NewAssignment, author: str) -> None:
    wish.sharing.check()
    name, size = wish.kept_name, wish.sampling.size
    if not author:
        raise StoreError("An assignment needs somebody who gives it; give your name first.")
    if not name:
        raise StoreError("Give the assignment a name, by which reviewers find it.")
    if not 1 <= size <= MAX_RUNS:
        raise StoreError(f"An assignment has between 1 and {MAX_RUNS:,} runs; {size:,} were asked for.")
    if connection.execute(select(ASSIGNMENTS.c.id).where(ASSIGNMENTS.c.name == name)).first():
        raise StoreError(f"There is an assignment “{name}” already; give this one another name.")


def _open(connection: Connection, number: int) -> None:
    """Lock an assignment. Raises ``StoreError`` where it is closed or not there."""
    query = text("SELECT name, closed_by, closed_at FROM assignment WHERE id = :id FOR UPDATE")
    row = connection.execute(query, {"id": number}).first()
    if row is None:
        raise StoreError(f"There is no assignment {number}.")
    if row.closed_at is not None:
        raise StoreError(f"“{row.name}” was closed by {row.closed_by}; open it again first.")


def _insert(connection: Connection, wish: NewAssignment, author: str) -> int:
    sampling, sharing = wish.sampling, wish.sharing
    values: dict[str, Any] = {
        "name": wish.kept_name,
        "author": author,
        "way": sampling.way,
        "seed": sampling.seed,
        "size": sampling.size,
        "overlap": sharing.overlap,
        "judges": sharing.judges,
        "is_blind": wish.is_blind,
        "narrowed": sampling.narrowed.model_dump(mode="json", exclude_defaults=True),
        "threshold": sampling.threshold if sampling.way == "uncertain" else None,
    }
    return int(connection.execute(insert(ASSIGNMENTS).values(**values).returning(ASSIGNMENTS.c.id)).scalar_one())


def _items(number: int, shared_out: Sequence[Allotted], author: str) -> list[dict[str, Any]]:
    """A row for each run and reviewer; runs that several judge stand anywhere among the others, so that nobody knows which they are."""
    return [
        {
            "assignment_id": number,
            "run_id": UUID(run.run),
            "reviewer": name,
            "position": position,
            "given_by": author,
        }
        for position, run in enumerate(shared_out, 1)
        for name in run.reviewers
    ]


def _assignment(row: Any) -> Assignment:
    return Assignment(**{**row, "narrowed": HistoryFilter.model_validate(row["narrowed"])})
