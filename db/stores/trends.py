"""What trends over revisions are drawn of: runs, proposals, findings and experiments, each summed up where many are read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores.catalog import table_of
from pipeline.evaluation import SkillCounts
from pipeline.trends import skills_f1

FINDINGS, MEASURES = table_of(m.RevisionFindings), table_of(m.ExperimentMeasure)

_RUNS = text("""
    SELECT revision_id, count(*) AS n, count(role_slug) AS with_role, coalesce(sum(skill_count), 0) AS skills,
        coalesce(sum(skill_count - new_skill_count), 0) AS linked, avg(cost_usd) AS cost_usd,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS milliseconds
    FROM run WHERE status = 'completed' AND engine <> 'old_system' GROUP BY revision_id
""")
_PROPOSALS = text("SELECT created_at, CASE WHEN status <> 'pending' THEN decided_at END AS decided_at FROM proposal")
_EXPERIMENTS = text("""
    SELECT e.id::text AS reference, e.name, e.revision_id, e.set_id::text AS set_id, s.name AS set_name, e.config ->> 'engine' AS engine,
        coalesce((e.config ->> 'hide_title')::boolean, false) AS hide_title, m.n, m.n_with_role, m.n_skills, m.n_linked, m.n_judged,
        m.n_right, m.skills_f1, m.skills_f1_low, m.skills_f1_high, m.milliseconds, m.cost_usd
    FROM experiment e JOIN jd_set s ON s.id = e.set_id JOIN experiment_measure m ON m.experiment_id = e.id
    WHERE e.draft IS NULL AND e.changes = '[]' AND m.n > 0 ORDER BY e.id
""")
_UNSUMMED = text("""
    SELECT id FROM experiment WHERE status = 'finished' AND NOT EXISTS (
        SELECT 1 FROM experiment_measure WHERE experiment_id = experiment.id
    ) ORDER BY id DESC
""")
_SUMS = text("""
    SELECT count(*) AS n, count(role_slug) AS n_with_role, coalesce(sum(jsonb_array_length(skills)), 0) AS n_skills,
        coalesce(sum((SELECT count(*) FROM jsonb_array_elements(skills) s WHERE s ->> 1 IS NOT NULL)), 0) AS n_linked,
        count(is_right) AS n_judged, count(*) FILTER (WHERE is_right) AS n_right,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) AS milliseconds, coalesce(sum(cost_usd), 0) AS cost_usd
    FROM experiment_result WHERE experiment_id = :experiment AND "case" <> 'failed'
""")
_COUNTS = text("""
    SELECT n_predicted, n_right, n_wanted, n_found FROM experiment_result
    WHERE experiment_id = :experiment AND n_wanted IS NOT NULL AND "case" <> 'failed' ORDER BY position
""")
_TRIED = text("""
    SELECT DISTINCT e.revision_id FROM experiment e JOIN jd_set s ON s.id = e.set_id
    WHERE s.name = :set_name AND e.draft IS NULL AND e.status <> 'cancelled'
""")
_FROM_WHOLE = text("""
    SELECT id FROM catalog_revision WHERE id >= coalesce((SELECT max(id) FROM catalog_revision WHERE change_set_id IS NULL), 0)
    ORDER BY id DESC
""")


@dataclass(frozen=True)
class RevisionRuns:
    """The runs of a revision in sums: how many, with a role, their skills and those of the catalog among them."""

    n: int
    with_role: int
    skills: int
    linked: int
    cost_usd: float
    milliseconds: float | None


@dataclass(frozen=True)
class MeasuredExperiment:
    """A finished experiment on the catalog of a revision, in sums.

    ``reference`` refers to it, ``set_id`` to its job descriptions. ``n_linked``, ``milliseconds`` and ``cost_usd`` are null where they
    were not kept.
    """

    reference: str
    name: str
    revision_id: int
    set_id: str
    set_name: str
    engine: str
    hide_title: bool
    n: int
    n_with_role: int
    n_skills: int
    n_linked: int | None
    n_judged: int
    n_right: int
    skills_f1: float | None
    skills_f1_low: float | None
    skills_f1_high: float | None
    milliseconds: float | None
    cost_usd: float | None


class TrendStore:
    """What trends are drawn of."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs(self) -> dict[int, RevisionRuns]:
        """The completed runs of each revision."""
        with self._engine.connect() as connection:
            return {
                row.revision_id: RevisionRuns(
                    row.n, row.with_role, row.skills, row.linked, row.cost_usd, row.milliseconds
                )
                for row in connection.execute(_RUNS)
            }

    def proposals(self) -> tuple[list[datetime], list[datetime | None]]:
        """When each proposal was made, and when it was decided (null: not yet)."""
        with self._engine.connect() as connection:
            rows = connection.execute(_PROPOSALS).all()
        return [row.created_at for row in rows], [row.decided_at for row in rows]

    def keep_findings(self, revision: int, counts: Mapping[str, int]) -> None:
        """Keep how many findings of each kind the current catalog has; a later count of the same revision takes its place."""
        statement = upsert(FINDINGS).values(revision_id=revision, counts=dict(counts))
        newer = {"counts": statement.excluded.counts, "counted_at": func.now()}
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["revision_id"], set_=newer))

    def add_findings(self, revision: int, counts: Mapping[str, int]) -> None:
        """Keep how many findings of each kind a past revision had, where they were not counted while it was the current one."""
        with self._engine.begin() as connection:
            statement = upsert(FINDINGS).values(revision_id=revision, counts=dict(counts))
            connection.execute(statement.on_conflict_do_nothing())

    def findings(self) -> dict[int, dict[str, int]]:
        """How many findings of each kind revisions had, as far as they were counted."""
        with self._engine.connect() as connection:
            return {int(r): dict(c) for r, c in connection.execute(select(FINDINGS.c.revision_id, FINDINGS.c.counts))}

    def experiments(self) -> list[MeasuredExperiment]:
        """The finished experiments on stored catalogs that are summed up, the oldest first."""
        with self._engine.connect() as connection:
            return [MeasuredExperiment(**row) for row in connection.execute(_EXPERIMENTS).mappings()]

    def unsummed(self) -> list[int]:
        """The finished experiments that are not summed up yet, the newest first."""
        with self._engine.connect() as connection:
            return list(connection.execute(_UNSUMMED).scalars())

    def sum_up(self, experiment: int) -> None:
        """Keep the sums of a finished experiment."""
        with self._engine.begin() as connection:
            sums = dict(connection.execute(_SUMS, {"experiment": experiment}).mappings().one())
            counts = [SkillCounts(*row) for row in connection.execute(_COUNTS, {"experiment": experiment})]
            if found := skills_f1(counts):
                value, interval = found
                sums |= {"skills_f1": value, "skills_f1_low": interval.low, "skills_f1_high": interval.high}
            kept = upsert(MEASURES).values(experiment_id=experiment, **sums)
            connection.execute(kept.on_conflict_do_nothing())

    def tried_revisions(self, set_name: str) -> set[int]:
        """The revisions on which job descriptions of a name were run, or are being run."""
        with self._engine.connect() as connection:
            return set(connection.execute(_TRIED, {"set_name": set_name}).scalars())

    def known_revisions(self) -> Sequence[int]:
        """The revisions whose catalog can be made again, the newest first."""
        with self._engine.connect() as connection:
            return connection.execute(_FROM_WHOLE).scalars().all()
