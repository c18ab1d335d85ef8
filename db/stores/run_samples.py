"""Which runs may be given to reviewers, in the order of a sample: any of them, the least sure, those on which answers differ.

Of several runs of one text the newest stands for all: nobody is to judge one text twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Float,
    Select,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from db import models as m
from db.stores.catalog import table_of
from db.stores.run_filters import HistoryFilter, conditions
from db.stores.runs import OLD_SYSTEM, RUN
from db.stores.verdicts import VERDICTS
from pipeline.agreement.allotment import Candidate
from pipeline.contracts import Extraction

ASSIGNMENTS, ITEMS = table_of(m.AssignmentRow), table_of(m.AssignmentItem)
Way = Literal["random", "uncertain", "disagreeing", "newest"]
EVEN = 0.5
"""The confidence at which a role is as probably right as wrong."""

_BY_REVIEWERS = (
    "SELECT run_id FROM verdict WHERE has_role GROUP BY run_id HAVING count(DISTINCT coalesce(role_slug, '')) > 1"
)
_BY_RUNS = (
    "SELECT jd_hash FROM run WHERE status = 'completed' AND engine <> 'old_system' "
    "GROUP BY jd_hash HAVING count(DISTINCT coalesce(role_slug, '')) > 1"
)
_BY_EXPERIMENTS = """
SELECT i.jd_text FROM (
  SELECT e.set_id, r.position FROM experiment_result r JOIN experiment e ON e.id = r.experiment_id AND r."case" <> 'failed'
  GROUP BY 1, 2 HAVING count(DISTINCT coalesce(r.role_slug, '')) > 1
) d JOIN jd_set_item i ON i.set_id = d.set_id AND i.position = d.position
"""


@dataclass(frozen=True)
class Sampling:
    """Which runs are taken: in which way, how many, from which seed, of those that the history's filter leaves.

    The least sure ones are those whose confidence is nearest to ``threshold``.
    """

    way: Way = "random"
    size: int = 100
    seed: int = 0
    narrowed: HistoryFilter = field(default_factory=HistoryFilter)
    threshold: float = EVEN


class RunSamples:
    """Samples of runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, way: Way, narrowed: HistoryFilter) -> int:
        """How many texts there are to take from."""
        query = select(func.count(func.distinct(RUN.c.jd_hash))).where(*_conditions(way, narrowed))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())


def candidates_in(connection: Connection, sampling: Sampling, reviewers: Sequence[str]) -> list[Candidate]:
    """The runs of a sample, in its order, with those of the reviewers who have judged each, or have it in an open assignment.

    A run that all of them have is left out. The same store and sampling give the same runs.
    """
    taken = _taken(reviewers).label("taken")
    newest = (
        select(RUN.c.id, RUN.c.created_at, _sureness().label("sureness"), taken)
        .where(*_conditions(sampling.way, sampling.narrowed))
        .distinct(RUN.c.jd_hash)
        .order_by(RUN.c.jd_hash, RUN.c.created_at.desc(), RUN.c.id)
        .subquery("newest")
    )
    chosen = select(newest.c.id, newest.c.taken).where(func.cardinality(newest.c.taken) < len(reviewers))
    rows = connection.execute(_ordered(chosen, newest, sampling).limit(sampling.size))
    return [Candidate(str(run_id), frozenset(names)) for run_id, names in rows]


def chosen_in(connection: Connection, runs: Sequence[UUID], reviewers: Sequence[str]) -> list[Candidate]:
    """Runs that somebody has chosen, finished or not, in their order, as ``candidates_in`` returns those of a sample."""
    query = select(RUN.c.id, _taken(reviewers)).where(RUN.c.id.in_(list(runs)), RUN.c.engine != OLD_SYSTEM)
    found = {row[0]: row[1] for row in connection.execute(query)}
    return [Candidate(str(run_id), frozenset(found[run_id])) for run_id in runs if run_id in found]


def _taken(reviewers: Sequence[str]) -> ColumnElement[Any]:
    """Those of some reviewers who have judged the run beside, or have it in an open assignment."""
    judged = select(VERDICTS.c.author).where(
        VERDICTS.c.run_id == RUN.c.id, VERDICTS.c.has_role, VERDICTS.c.author.in_(list(reviewers))
    )
    given = (
        select(ITEMS.c.reviewer)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.id == ITEMS.c.assignment_id)
        .where(ITEMS.c.run_id == RUN.c.id, ASSIGNMENTS.c.closed_at.is_(None), ITEMS.c.reviewer.in_(list(reviewers)))
    )
    return func.array(judged.correlate(RUN).union(given.correlate(RUN)).scalar_subquery(), type_=ARRAY(TEXT))


def _sureness() -> ColumnElement[Any]:
    """How probably the answer of a run is right: its role, or that there is none."""
    decision = RUN.c.extraction[Extraction.key_of("decision")]
    none = sql_cast(decision["none_probability"].astext, Float)
    return case((RUN.c.role_slug.is_(None), none), else_=RUN.c.confidence)


def _ordered(query: Select[Any], newest: Any, sampling: Sampling) -> Select[Any]:
    drawn = func.md5(func.concat(literal(sampling.seed), " ", newest.c.id))
    if sampling.way == "newest":
        return query.order_by(newest.c.created_at.desc(), newest.c.id)
    if sampling.way == "uncertain":
        return query.order_by(func.abs(func.coalesce(newest.c.sureness, 0.0) - sampling.threshold), drawn)
    return query.order_by(drawn)


def _conditions(way: Way, narrowed: HistoryFilter) -> list[ColumnElement[bool]]:
    found = [*conditions(narrowed), and_(RUN.c.status == "completed", RUN.c.engine != OLD_SYSTEM)]
    if way == "disagreeing":
        found.append(
            or_(
                RUN.c.id.in_(text(_BY_REVIEWERS).columns(column("run_id"))),
                RUN.c.jd_hash.in_(text(_BY_RUNS).columns(column("jd_hash"))),
                RUN.c.jd_text.in_(text(_BY_EXPERIMENTS).columns(column("jd_text"))),
            )
        )
    return found
