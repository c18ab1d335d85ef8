"""Figures of the impact while one edits: how soon an edit of each kind is answered, and what of the runs that it moves is found.

The runs are real ones and copies of them with other titles and further skills, read again as they are then.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter, sleep
from typing import Any
from uuid import UUID

from sqlalchemy import text

from db.services.gold_texts import GoldTexts
from db.services.held_runs import HeldRuns
from db.services.live_impacts import LiveImpacts
from db.services.workbench import Workbench
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, preview
from pipeline.catalog.operations import ChangeReason, merge
from pipeline.catalog.value import RoleAlias, RoleDimension, RoleKra, SkillAlias, SkillDimension
from pipeline.contracts import Extraction
from pipeline.held import HeldRun
from tests.benchmarks import line, percentile
from tests.benchmarks.pages import REAL_RUNS, in_use

SMALL, LARGE = 1_000, 20_000
EDITS = 8
"""Random edits of each kind."""
_ROLE = f"{{{Extraction.key_of('parsed')},role}}"
_VARY = text("""
UPDATE run SET jd_text = :words || E'\\n' || jd_text, title = CAST(:title AS text),
  extraction = jsonb_set(extraction, CAST(:path AS text[]), to_jsonb(CAST(:title AS text)))
WHERE id = :id
""")
Edit = Sequence[Change]


def bench_live(rows: list[dict[str, Any]]) -> None:
    """Both stores."""
    with in_use(rows, SMALL) as workbench:
        print(
            f"Impact while one edits, {SMALL:,} runs: median / 95 % of the first answer; all counted; found of the runs that move"
        )
        _vary(workbench)
        _read_anew(workbench)
        _make_ready(workbench)
        runs = workbench.held_runs.on(workbench.snapshots.current(), _ids(workbench))
        took: list[float] = []
        done: list[float] = []
        for name, make in kinds(workbench.snapshots.current().catalog, list(runs.values())).items():
            first, last, recall = _tried(workbench, make, runs)
            took, done = took + first, done + last
            line(name, f"{_ms(first)}; {_ms(last)}; {recall}", "300 ms / 1 s")
        line("all kinds", f"{_ms(took)}; {_ms(done)}", "300 ms / 1 s")
    with in_use(rows, LARGE) as workbench:
        print(f"The same with {LARGE:,} runs")
        _make_ready(workbench)
        held = workbench.held_runs.on(workbench.snapshots.current(), _ids(workbench)[:60])
        took = []
        for name, make in kinds(workbench.snapshots.current().catalog, list(held.values())).items():
            first, shares = [], []
            for edit in (make() for _ in range(EDITS)):
                began = perf_counter()
                found = workbench.live_impacts.of(edit)
                first.append(perf_counter() - began)
                shares.append((found.counted, found.among))
            took += first
            line(
                name,
                f"{_ms(first)}; counted {statistics.median(c for c, _ in shares):.0f} of {statistics.median(n for _, n in shares):.0f}",
            )
        line("all kinds", _ms(took), "300 ms / 1 s")


def _ms(seconds: Sequence[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} / {1000 * percentile(list(seconds), 95 / 100):.0f} ms"


def _ids(workbench: Workbench) -> list[UUID]:
    with workbench.database.engine.connect() as connection:
        query = text("SELECT id FROM run WHERE status = 'completed' ORDER BY created_at DESC, id")
        return list(connection.execute(query).scalars())


def _vary(workbench: Workbench) -> None:
    """Give the copies titles of others and a line of further skills, so that their texts come to something of their own."""
    draw, catalog = random.Random(5), workbench.snapshots.current().catalog
    with workbench.database.engine.begin() as connection:
        titles = list(connection.execute(text("SELECT DISTINCT title FROM run WHERE title IS NOT NULL")).scalars())
        for run_id in _ids(workbench)[REAL_RUNS:]:
            skills = draw.sample(catalog.skills, draw.randint(2, 6))
            words = f"Requirements: {', '.join(s.display_name for s in skills)}."
            connection.execute(_VARY, {"path": _ROLE, "id": run_id, "title": draw.choice(titles), "words": words})
        connection.execute(text("DELETE FROM run_basis"))


def _read_anew(workbench: Workbench) -> None:
    """Hold the runs as their texts are now: in a store that people use, no text ever changes."""
    engine = workbench.database.engine
    workbench.live_impacts.close()
    workbench.held_runs = HeldRuns(engine, workbench.encoder, GoldTexts(engine, workbench.encoder))
    workbench.live_impacts = LiveImpacts(engine, workbench.snapshots, workbench.held_runs)
    workbench.live_impacts.begin()


def _make_ready(workbench: Workbench) -> None:
    """Wait until the runs are held and all are in the index, as in a workbench that has been open for a while."""
    while workbench.run_rows.count_missing() and workbench.run_bases.catch_up(SMALL):
        pass
    before = -1
    while (held := workbench.live_impacts.hold(10**6)) != before:
        before = held
        sleep(1)


def kinds(catalog: Catalog, runs: Sequence[HeldRun]) -> Mapping[str, Callable[[], Edit]]:
    """By its name, what makes a random edit of each kind: of skills and forms those that texts have, of roles any."""
    draw = random.Random(7)
    used = sorted({s for run in runs for s in run.result.skill_slugs if catalog.aliases_of_skill.get(s)})
    linked = [slug for slug in used if catalog.dimensions_of_skill.get(slug)]
    duties = [s.text for run in runs for s in run.jd.sentences]
    titles = [run.jd.title for run in runs if run.jd.title]

    def role() -> str:
        return draw.choice(catalog.roles).slug

    def generic() -> Edit:
        row = draw.choice(catalog.role_aliases)
        return [Change(row, replace(row, is_generic=not row.is_generic))]

    def moved() -> Edit:
        skill = draw.choice(linked)
        old = draw.choice(catalog.dimensions_of_skill[skill]).slug
        new = draw.choice(catalog.dimensions).slug
        return [Change(SkillDimension(skill, old), None), Change(None, SkillDimension(skill, new))]

    def merged() -> Edit:
        one, other = draw.sample(used, 2)
        return merge(catalog, "skills", one, other, ChangeReason())

    def form() -> str:
        words = draw.choice(draw.choice(runs).jd.text.view.split()).strip(".,:;()•")
        return words or "apron"

    return {
        "a form goes": lambda: [Change(draw.choice(catalog.aliases_of_skill[draw.choice(used)]), None)],
        "a form comes": lambda: [Change(None, SkillAlias(None, draw.choice(used), form()))],
        "a skill moves to another dimension": moved,
        "a dimension goes from a role": lambda: [Change(draw.choice(catalog.role_dimensions), None)],
        "a dimension comes to a role": lambda: [
            Change(None, RoleDimension(role(), draw.choice(catalog.dimensions).slug))
        ],
        "a KRA goes": lambda: [Change(draw.choice(catalog.role_kras), None)],
        "a KRA comes": lambda: [Change(None, RoleKra(role(), draw.choice(duties)))],
        "a title goes": lambda: [Change(draw.choice(catalog.role_aliases), None)],
        "a title decides or does not": generic,
        "a title comes": lambda: [Change(None, RoleAlias(role(), draw.choice(titles)))],
        "a skill is merged": merged,
    }


def _tried(
    workbench: Workbench, make: Callable[[], Edit], runs: Mapping[UUID, HeldRun]
) -> tuple[list[float], list[float], str]:
    """Seconds to the first answer and until all is counted, and how many of the runs that a full replay moves are found."""
    snapshot, first, last = workbench.snapshots.current(), [], []
    moved = found = roles = found_roles = 0
    for edit in (make() for _ in range(EDITS)):
        if any(c.before is None and c.after in getattr(snapshot.catalog, c.table) for c in edit):
            continue
        began = perf_counter()
        workbench.live_impacts.of(edit)
        first.append(perf_counter() - began)
        counted = workbench.live_impacts.count(edit)
        last.append(perf_counter() - began)
        after = snapshot.indexes.for_catalog(preview(snapshot.catalog, edit))
        pairs = [(run.result, run.on(after)) for run in runs.values() if not run.rejection]
        really = [(was, now) for was, now in pairs if was.differs(now)]
        other = sum(was.role_slug != now.role_slug for was, now in really)
        moved, roles = moved + len(really), roles + other
        found, found_roles = found + min(counted.runs, len(really)), found_roles + min(counted.roles, other)
    return first, last, f"{found} of {moved} runs, {found_roles} of {roles} roles"
