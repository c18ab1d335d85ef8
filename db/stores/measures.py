"""How good each revision is, as measured: what the gold texts and the judged runs come to on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores.catalog import REVISIONS, table_of
from db.stores.change_rows import SETS
from pipeline.intervals import TermCounts

MEASURES, GOLD, RUNS = (table_of(model) for model in (m.RevisionMeasure, m.GoldOutcome, m.RunOutcome))


@dataclass(frozen=True)
class GoldResult:
    """What a gold text comes to on a revision: the role's slug (null for none), and slugs of skills that it misses or has too many."""

    item: str
    role_slug: str | None
    is_right: bool
    n_wanted: int
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def counts(self) -> TermCounts:
        """Its skills in numbers."""
        right = self.n_wanted - len(self.missed)
        return TermCounts(right + len(self.extra), right, self.n_wanted)


@dataclass(frozen=True)
class RunResult:
    """The role (slug, null for none) that a run's text gets on a revision, and whether it comes to something else there than on
    the revision before.
    """

    run_id: UUID
    role_slug: str | None
    is_changed: bool = False


@dataclass(frozen=True)
class Revision:
    """A revision of the catalog: who made it, when, and by which change set (null for a catalog that came whole)."""

    id: int
    created_at: datetime
    author: str
    title: str
    change_set: int | None
    kind: str | None


@dataclass(frozen=True)
class Judged:
    """So many judged runs: the role that a reviewer wants, the one on a revision and the one on the revision before (slugs, null for
    none); ``has_before`` is whether the latter is known.
    """

    wanted: str | None
    now: str | None
    before: str | None
    has_before: bool
    count: int


_JUDGED = text("""
WITH newest AS (SELECT DISTINCT ON (run_id) run_id, role_slug FROM verdict WHERE has_role ORDER BY run_id, created_at DESC, author)
SELECT o.revision_id, n.role_slug AS wanted, o.role_slug AS now, b.role_slug AS before, b.run_id IS NOT NULL AS has_before,
  count(*) AS count
FROM run_outcome o JOIN newest n ON n.run_id = o.run_id
LEFT JOIN run_outcome b ON b.run_id = o.run_id
  AND b.revision_id = (SELECT max(id) FROM catalog_revision WHERE id < o.revision_id)
WHERE o.revision_id = ANY(:revisions) GROUP BY 1, 2, 3, 4, 5
""")
_NEWEST_JUDGED = (
    "SELECT v.run_id FROM verdict v JOIN run ON run.id = v.run_id AND run.extraction IS NOT NULL AND run.engine <> 'old_system' "
    "GROUP BY v.run_id ORDER BY max(v.created_at) DESC, v.run_id LIMIT :judged"
)
_UNMEASURED = text(f"""
WITH judged AS ({_NEWEST_JUDGED})
SELECT r.id, q.revision_id IS NOT NULL AS is_measured FROM (SELECT id FROM catalog_revision ORDER BY id DESC LIMIT :revisions) r
LEFT JOIN revision_measure q ON q.revision_id = r.id AND q.yardstick = :yardstick
WHERE q.revision_id IS NULL OR EXISTS (
  SELECT 1 FROM judged WHERE NOT EXISTS (
    SELECT 1 FROM run_outcome o WHERE o.revision_id = r.id AND o.run_id = judged.run_id
  )
) ORDER BY r.id DESC
""")
_THERE = text("SELECT id FROM run WHERE id = ANY(:ids) FOR KEY SHARE")
_CHANGED = text(
    "SELECT revision_id, count(*) FROM run_outcome WHERE is_changed AND revision_id = ANY(:revisions) GROUP BY 1"
)


class MeasureStore:
    """The measures of revisions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def unmeasured(self, yardstick: str, revisions: int, judged: int) -> dict[int, bool]:
        """Of the newest ``revisions``, those that are not measured by this yardstick, or not on each of the ``judged`` runs with the
        newest verdicts; the newest first, each with whether it is measured but for such runs.
        """
        limits = {"yardstick": yardstick, "revisions": revisions, "judged": judged}
        with self._engine.connect() as connection:
            return {int(revision): bool(known) for revision, known in connection.execute(_UNMEASURED, limits)}

    def keep(self, revision: int, yardstick: str, gold: Sequence[GoldResult], examined: int | None) -> None:
        """Keep what the gold texts come to on a revision, in the place of all that was measured of it before.

        ``examined`` is among how many past runs the changed ones are looked for, null where they are not.
        """
        rows = [{"revision_id": revision, **asdict(g), "missed": list(g.missed), "extra": list(g.extra)} for g in gold]
        measure = {"revision_id": revision, "yardstick": yardstick, "n_examined": examined}
        with self._engine.begin() as connection:
            connection.execute(delete(MEASURES).where(MEASURES.c.revision_id == revision))
            connection.execute(insert(MEASURES).values(**measure))
            connection.execute(insert(GOLD), rows)

    def keep_runs(self, revision: int, runs: Sequence[RunResult]) -> None:
        """Keep what runs come to on a measured revision; runs that have been deleted meanwhile are left out."""
        with self._engine.begin() as connection:
            there = set(connection.execute(_THERE, {"ids": [r.run_id for r in runs]}).scalars())
            rows = [{"revision_id": revision, **asdict(r)} for r in runs if r.run_id in there]
            if rows:
                connection.execute(upsert(RUNS).on_conflict_do_nothing(), rows)

    def replayed(self, revision: int) -> set[UUID]:
        """The runs of which it is kept what they come to on a revision."""
        with self._engine.connect() as connection:
            return set(connection.execute(select(RUNS.c.run_id).where(RUNS.c.revision_id == revision)).scalars())

    def revisions(self, limit: int) -> list[Revision]:
        """The newest revisions, the newest first; the title is that of the change set."""
        query = (
            select(
                REVISIONS.c.id,
                REVISIONS.c.created_at,
                REVISIONS.c.author,
                REVISIONS.c.note,
                SETS.c.title,
                SETS.c.id,
                SETS.c.kind,
            )
            .outerjoin(SETS, SETS.c.revision_id == REVISIONS.c.id)
            .order_by(REVISIONS.c.id.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                Revision(number, at, author, title or note, change_set, kind)
                for number, at, author, note, title, change_set, kind in connection.execute(query)
            ]

    def examined(self, revisions: Sequence[int]) -> dict[int, int | None]:
        """Of those revisions that are measured, among how many past runs the changed ones were looked for."""
        query = select(MEASURES.c.revision_id, MEASURES.c.n_examined).where(MEASURES.c.revision_id.in_(list(revisions)))
        with self._engine.connect() as connection:
            return {int(revision): examined for revision, examined in connection.execute(query)}

    def gold(self, revisions: Sequence[int]) -> dict[int, tuple[GoldResult, ...]]:
        """What the gold texts come to on revisions, by their names."""
        query = select(GOLD).where(GOLD.c.revision_id.in_(list(revisions))).order_by(GOLD.c.item)
        found: dict[int, list[GoldResult]] = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(query).mappings():
                cells = {name: row[name] for name in ("item", "role_slug", "is_right", "n_wanted")}
                found[row["revision_id"]].append(
                    GoldResult(**cells, missed=tuple(row["missed"]), extra=tuple(row["extra"]))
                )
        return {revision: tuple(results) for revision, results in found.items()}

    def judged(self, revisions: Sequence[int]) -> Mapping[int, list[Judged]]:
        """What the runs that a reviewer has judged come to on revisions; the newest verdict of a run counts."""
        found: dict[int, list[Judged]] = defaultdict(list)
        with self._engine.connect() as connection:
            for revision, *cells in connection.execute(_JUDGED, {"revisions": list(revisions)}):
                found[revision].append(Judged(*cells))
        return found

    def changed(self, revisions: Sequence[int]) -> dict[int, int]:
        """How many of the examined runs come to something else on revisions than on the one before each."""
        with self._engine.connect() as connection:
            return {int(r): int(n) for r, n in connection.execute(_CHANGED, {"revisions": list(revisions)})}
