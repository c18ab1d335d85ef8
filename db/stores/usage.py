"""How often past runs used what the catalog holds: counts that grow with each run, and are held against a recount on demand.

Each transaction that stores, deletes or puts back a run's step 1 adds or takes what the run used, as its last act; one that
moves links of skills counts their dimensions anew. All of them take one lock for that, after any other, so that none of them
waits for another while it holds it. Runs of the old system used another catalog, and are counted nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from pipeline.audit.usage import NEIGHBOURS_AMONG, TEXTS_AMONG, Usage, UsedForm, UsedText

USAGE_LOCK = 7_203_116
"""Key of the advisory lock under which counts are written."""
RUNS_FOR_TEXTS = 3 * TEXTS_AMONG
"""The newest runs in which texts that were not run again are looked for."""

_RECOUNTED = """
SELECT 'run' AS kind, '' AS slug, '' AS form, count(*) AS runs FROM run WHERE extraction IS NOT NULL AND engine <> 'old_system' HAVING count(*) > 0
UNION ALL SELECT 'role', role_slug, '', count(*) FROM run WHERE extraction IS NOT NULL AND engine <> 'old_system' AND role_slug IS NOT NULL GROUP BY 2
UNION ALL SELECT 'skill', skill_slug, '', count(DISTINCT run_id) FROM run_skill GROUP BY 2
UNION ALL SELECT 'form', skill_slug, form, count(*) FROM run_skill GROUP BY 2, 3
UNION ALL SELECT 'dimension', d.dimension_slug, '', count(DISTINCT f.run_id)
  FROM run_skill f JOIN skill_dimension d USING (skill_slug) GROUP BY 2
"""
_USES = text("""
SELECT run.id, run.role_slug,
  array_agg(f.skill_slug ORDER BY f.skill_slug, f.form) FILTER (WHERE f.run_id IS NOT NULL) AS skills,
  array_agg(f.form ORDER BY f.skill_slug, f.form) FILTER (WHERE f.run_id IS NOT NULL) AS forms
FROM (SELECT id, role_slug FROM run WHERE id = ANY(:ids) AND extraction IS NOT NULL AND engine <> 'old_system') run
LEFT JOIN run_skill f ON f.run_id = run.id GROUP BY run.id, run.role_slug
""")
_ADD = text("""
WITH used AS (SELECT * FROM unnest(CAST(:runs AS int[]), CAST(:skills AS text[]), CAST(:forms AS text[])) AS u(run, slug, form))
INSERT INTO usage_count AS kept (kind, slug, form, runs)
SELECT kind, slug, form, :sign * runs FROM (
  SELECT 'run' AS kind, '' AS slug, '' AS form, cardinality(CAST(:roles AS text[])) AS runs
  UNION ALL SELECT 'role', role, '', count(*) FROM unnest(CAST(:roles AS text[])) role WHERE role IS NOT NULL GROUP BY 2
  UNION ALL SELECT 'skill', slug, '', count(DISTINCT run) FROM used GROUP BY 2
  UNION ALL SELECT 'form', slug, form, count(*) FROM used GROUP BY 2, 3
  UNION ALL SELECT 'dimension', d.dimension_slug, '', count(DISTINCT run)
    FROM used JOIN skill_dimension d ON d.skill_slug = used.slug GROUP BY 2
) counted
ON CONFLICT (kind, slug, form) DO UPDATE SET runs = kept.runs + EXCLUDED.runs
""")
_DIMENSIONS = text("""
INSERT INTO usage_count (kind, slug, form, runs)
SELECT 'dimension', d.dimension_slug, '', count(DISTINCT f.run_id) FROM run_skill f JOIN skill_dimension d USING (skill_slug)
WHERE CAST(:every AS boolean) OR d.dimension_slug = ANY(:slugs) GROUP BY 2
""")
_PROPOSALS = """
SELECT r.proposal_id, count(*) AS runs, count(DISTINCT run.jd_hash) AS texts,
  (array_agg(run.id ORDER BY run.created_at DESC, run.id))[1] AS newest_run, max(run.created_at) AS newest_at
FROM proposal_run r JOIN run ON run.id = r.run_id
"""
_DIFFERENCES = text(f"""
SELECT kind, slug, form, coalesce(kept.runs, 0) AS kept, coalesce(counted.runs, 0) AS counted
FROM (SELECT * FROM usage_count WHERE runs <> 0) kept FULL JOIN ({_RECOUNTED}) counted USING (kind, slug, form)
WHERE kept.runs IS DISTINCT FROM counted.runs
UNION ALL
SELECT 'proposal', p.id::text, what, kept, counted FROM proposal p LEFT JOIN ({_PROPOSALS} GROUP BY 1) c ON c.proposal_id = p.id,
LATERAL (VALUES ('runs', p.runs, coalesce(c.runs, 0)), ('texts', p.texts, coalesce(c.texts, 0))) v(what, kept, counted)
WHERE kept <> counted
ORDER BY 1, 2, 3
""")
_NEIGHBOURS = text("""
SELECT u.slug, u.form, count(*) FROM usage_count u CROSS JOIN LATERAL (
  SELECT run_id FROM run_skill f WHERE f.skill_slug = u.slug AND lower(f.form) = lower(u.form) AND f.form = u.form
  ORDER BY f.run_at DESC, f.run_id LIMIT :among
) newest
WHERE u.kind = 'form' AND EXISTS (
  SELECT 1 FROM run_skill other JOIN skill_dimension theirs ON theirs.skill_slug = other.skill_slug
  JOIN skill_dimension own ON own.dimension_slug = theirs.dimension_slug
  WHERE other.run_id = newest.run_id AND own.skill_slug = u.slug AND other.skill_slug <> u.slug
) GROUP BY 1, 2
""")

_TEXTS = text("""
WITH recent AS (
  SELECT id, jd_hash, created_at FROM run WHERE extraction IS NOT NULL AND engine <> 'old_system' ORDER BY created_at DESC, id DESC LIMIT :runs
), once AS (
  SELECT DISTINCT ON (jd_hash) id, created_at FROM recent ORDER BY jd_hash, created_at DESC, id DESC
), newest AS (
  SELECT id, created_at FROM once ORDER BY created_at DESC, id DESC LIMIT :among
)
SELECT run.jd_text, run.role_slug,
  array_agg(f.skill_slug ORDER BY f.start, f.skill_slug, f.form) AS skills,
  array_agg(f.form ORDER BY f.start, f.skill_slug, f.form) AS forms,
  array_agg(f.start ORDER BY f.start, f.skill_slug, f.form) AS starts
FROM newest JOIN run USING (id) JOIN run_skill f ON f.run_id = run.id
GROUP BY run.id ORDER BY run.created_at DESC, run.id DESC
""")


@dataclass(frozen=True)
class RunUse:
    """What one run used: the role that it chose (null for none), and the forms by which it matched skills, as (slug, form)."""

    role: str | None
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class UsageDifference:
    """A count that is not what the runs say: its ``kind``, the row (``slug``, ``form``), what is ``kept`` and what was ``counted``."""

    kind: str
    slug: str
    form: str
    kept: int
    counted: int


def read_uses(connection: Connection, run_ids: Collection[UUID]) -> list[RunUse]:
    """What runs use, as they are stored; their rows are locked until the transaction ends. Nothing of a run without a step 1, or of
    the old system.
    """
    ids = {"ids": list(run_ids)}
    connection.execute(text("SELECT 1 FROM run WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"), ids)
    rows = connection.execute(_USES, ids)
    return [RunUse(row.role_slug, tuple(zip(row.skills or (), row.forms or (), strict=True))) for row in rows]


def count_uses(connection: Connection, gone: Sequence[RunUse] = (), come: Sequence[RunUse] = ()) -> None:
    """Take what was used and add what is used now. Must be the last that its transaction waits for."""
    if gone == come:
        return
    _lock(connection)
    for sign, uses in ((-1, gone), (1, come)):
        if uses:
            used = [(i, slug, form) for i, use in enumerate(uses) for slug, form in use.forms]
            runs, skills, forms = (list(column) for column in zip(*used, strict=True)) if used else ([], [], [])
            cells = {"runs": runs, "skills": skills, "forms": forms, "roles": [use.role for use in uses]}
            connection.execute(_ADD, {"sign": sign, **cells})
    if gone:
        connection.execute(text("DELETE FROM usage_count WHERE runs = 0"))


def count_dimensions(connection: Connection, slugs: Collection[str] | None = None) -> None:
    """Count the runs of dimensions anew, whose links have moved: of these, or of all. Must be the last of its transaction too."""
    if slugs is not None and not slugs:
        return
    _lock(connection)
    which = {"every": slugs is None, "slugs": sorted(slugs or ())}
    gone = text("DELETE FROM usage_count WHERE kind = 'dimension' AND (CAST(:every AS boolean) OR slug = ANY(:slugs))")
    connection.execute(gone, which)
    connection.execute(_DIMENSIONS, which)


def count_proposals(connection: Connection, numbers: Collection[int]) -> None:
    """Count anew which runs made some proposals. They are locked first, in order: who made one meanwhile is then seen."""
    query = f"""
    UPDATE proposal p SET runs = coalesce(c.runs, 0), texts = coalesce(c.texts, 0), newest_run = c.newest_run, newest_at = c.newest_at
    FROM unnest(CAST(:ids AS int[])) n LEFT JOIN ({_PROPOSALS} WHERE r.proposal_id = ANY(:ids) GROUP BY 1) c ON c.proposal_id = n
    WHERE p.id = n
    """
    if numbers:
        ids = {"ids": sorted(numbers)}
        connection.execute(text("SELECT 1 FROM proposal WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"), ids)
        connection.execute(text(query), ids)


def _lock(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": USAGE_LOCK})


class UsageStore:
    """The counts of what past runs used."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self) -> Usage:
        """How many runs there are, and how many matched each skill, form and dimension, chose each role, or proposed each term."""
        counts: dict[str, dict[tuple[str, str], int]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(text("SELECT kind, slug, form, runs FROM usage_count WHERE runs > 0")):
                counts.setdefault(row.kind, {})[row.slug, row.form] = row.runs
            terms = connection.execute(
                text("SELECT text, runs FROM proposal WHERE kind = 'skill' AND status = 'pending' AND runs > 0")
            ).all()

        def of(kind: str) -> dict[str, int]:
            return {slug: runs for (slug, _), runs in counts.get(kind, {}).items()}

        return Usage(
            runs=of("run").get("", 0),
            skills=of("skill"),
            forms=counts.get("form", {}),
            dimensions=of("dimension"),
            roles=of("role"),
            terms={row.text: row.runs for row in terms},
        )

    def load_for_audit(self) -> Usage:
        """The same with what an audit asks: of the newest runs of each form how many matched another skill of its dimensions, and
        the texts of the newest runs.
        """
        with self._engine.connect() as connection:
            found = connection.execute(_NEIGHBOURS, {"among": NEIGHBOURS_AMONG}).all()
            rows = connection.execute(_TEXTS, {"among": TEXTS_AMONG, "runs": RUNS_FOR_TEXTS}).all()
        texts = tuple(
            UsedText(row.jd_text, row.role_slug, tuple(map(UsedForm, row.skills, row.forms, row.starts)))
            for row in rows
        )
        beside = {(slug, form): int(runs) for slug, form, runs in found}
        return replace(self.load(), with_neighbours=beside, texts=texts)

    def differences(self) -> list[UsageDifference]:
        """The counts that are not what a recount of all runs gives; none where all is well."""
        with self._engine.connect() as connection:
            return [UsageDifference(**row) for row in connection.execute(_DIFFERENCES).mappings()]

    def recount(self) -> None:
        """Make all counts anew from the runs."""
        with self._engine.begin() as connection:
            every = connection.execute(text("SELECT id FROM proposal ORDER BY id FOR UPDATE")).scalars().all()
            count_proposals(connection, every)
            _lock(connection)
            connection.execute(text("DELETE FROM usage_count"))
            connection.execute(text(f"INSERT INTO usage_count (kind, slug, form, runs) {_RECOUNTED}"))
