"""Results of experiments, read: all of them for a comparison or an export, one for a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text

from db.stores.experiments import Experiment
from db.stores.jd_sets import JD, jd_of
from pipeline.evaluation import SkillCounts
from pipeline.experiments.results import NO_ROLE, Marks, Outcome, Result, Skill

BATCH_SIZE = 1_000
"""Results that are in memory at once where all are gone through."""

_RESULTS = text("""
    SELECT i.jd_id, i.title, length(i.jd_text) AS length, i.gold ->> 'role' AS gold_role, i.columns, r.role_slug, r.confidence,
        r."case", r.error, r.is_right, r.n_predicted, r.n_right, r.n_wanted, r.n_found, r.milliseconds, r.cost_usd,
        CASE WHEN o.skills IS DISTINCT FROM r.skills THEN
            ARRAY(SELECT coalesce(s ->> 1, s ->> 0) FROM jsonb_array_elements(r.skills) s)
        END AS skills
    FROM experiment_result r JOIN jd_set_item i ON i.set_id = :set_id AND i.position = r.position
        LEFT JOIN experiment_result o ON o.experiment_id = :other AND o.position = r.position
    WHERE r.experiment_id = :experiment ORDER BY r.position
""")
_WHOLE = """
    SELECT i.*, r.role_slug, r.confidence, r.none_probability, r."case", r.error, r.skills, r.is_right, r.n_predicted,
        r.n_right, r.n_wanted, r.n_found, r.milliseconds, r.cost_usd
    FROM experiment_result r JOIN jd_set_item i ON i.set_id = :set_id AND i.position = r.position
    WHERE r.experiment_id = :experiment
"""
_ALL_WHOLE, _ONE_WHOLE = text(f"{_WHOLE} ORDER BY r.position"), text(f"{_WHOLE} AND i.jd_id = :jd_id")
_COSTS = text("""
    SELECT coalesce(sum(cost_usd), 0) AS cost_usd, percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) AS milliseconds
    FROM experiment_result WHERE experiment_id = :experiment AND "case" <> 'failed'
""")


@dataclass(frozen=True)
class WholeResult:
    """A job description with all that is stored of what it came to."""

    jd: JD
    outcome: Outcome
    marks: Marks | None
    milliseconds: float
    cost_usd: float


@dataclass(frozen=True)
class Costs:
    """What the results of an experiment cost in all, and how long one took, the median (null without any)."""

    cost_usd: float
    milliseconds: float | None


class ResultStore:
    """Results of experiments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def results(self, experiment: Experiment, beside: Experiment | None = None) -> list[Result]:
        """All results, in the order of the set, as sides of a comparison. Skills that are the same ``beside``, in another experiment
        on the same set, are left out: thousands of them say nothing of what differs.
        """
        other = beside.id if beside is not None and beside.set_id == experiment.set_id else None
        asked = {"set_id": experiment.set_id, "experiment": experiment.id, "other": other}
        with self._engine.connect() as connection:
            return [_result(row) for row in connection.execute(_RESULTS, asked)]

    def whole(self, experiment: Experiment) -> Iterator[WholeResult]:
        """All results with texts and skills, in the order of the set, a part at a time."""
        asked = {"set_id": experiment.set_id, "experiment": experiment.id}
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=BATCH_SIZE).execute(_ALL_WHOLE, asked)
            for row in rows:
                yield _whole(row)

    def find(self, experiment: Experiment, jd_id: str) -> WholeResult | None:
        """The result of one job description; null where there is none."""
        asked = {"set_id": experiment.set_id, "experiment": experiment.id, "jd_id": jd_id}
        with self._engine.connect() as connection:
            row = connection.execute(_ONE_WHOLE, asked).first()
        return _whole(row) if row else None

    def costs(self, experiment: Experiment) -> Costs:
        """What the results cost."""
        with self._engine.connect() as connection:
            row = connection.execute(_COSTS, {"experiment": experiment.id}).one()
        return Costs(float(row.cost_usd), row.milliseconds)


def _marks(row: Any) -> Marks | None:
    if row.is_right is None:
        return None
    counts = SkillCounts(row.n_predicted, row.n_right, row.n_wanted, row.n_found) if row.n_wanted is not None else None
    return Marks(row.is_right, counts)


def _result(row: Any) -> Result:
    return Result(
        id=row.jd_id,
        role=row.role_slug,
        confidence=row.confidence,
        case=row.case,
        skills=frozenset(row.skills or ()),
        gold_role=None if row.gold_role == NO_ROLE else row.gold_role,
        marks=_marks(row),
        title=row.title or "",
        length=row.length,
        columns=row.columns,
        error=row.error,
    )


def _whole(row: Any) -> WholeResult:
    skills = tuple(
        Skill(name, slug, primary, tuple(zip(places[::2], places[1::2], strict=True)))
        for name, slug, primary, places in row.skills
    )
    outcome = Outcome(row.role_slug, row.confidence, row.case, skills, row.error, row.none_probability)
    return WholeResult(jd_of(row), outcome, _marks(row), row.milliseconds, row.cost_usd)
