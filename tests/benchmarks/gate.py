"""Figures of the gate: how soon the checks of a draft are there, and which planted drafts are called breaking."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from db.server import open_database
from db.services.workbench import Workbench
from db.stores.gold_items import GoldItem
from pipeline.catalog import Catalog, Skill, SkillAlias, SkillDimension
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, edit, move_link, repoint_alias
from pipeline.gate import CheckResult, check_named
from pipeline.gate.results import LEVEL
from tests.benchmarks import line
from tests.conftest import SETTINGS, SHARED

GOLD_JDS = 500
SECONDS = 600.0
MOVED_LINKS, BAD_DRAFTS, HARMLESS_DRAFTS = 100, 5, 20
WHY = ChangeReason("bench")
CHECKS = ("rules", "runs", "moves", "gold", "audit")


def bench_gate(rows: Sequence[dict[str, Any]]) -> None:
    """Drafts on the shipped catalog, held against the shipped samples alone, against gold by hand, and against 500 texts."""
    print("The gate")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bench = Workbench(open_database(None, Path(folder)), SETTINGS)
        bench.snapshots.current().indexes.warm()
        bench.snapshots.findings()
        _bench_bad(bench, "with the shipped samples alone")
        labelled = list(_by_hand())
        if labelled:
            bench.gold_sets.add("by hand", labelled, author="bench", reason="bench")
            _bench_bad(bench, f"with {len(labelled)} more texts")
        _bench_harmless(bench)
        _bench_speed(bench, rows, GOLD_JDS - len(labelled))
        bench.close()


def _by_hand() -> Iterator[GoldItem]:
    """The gold of the evaluation data, where it is there."""
    for name in ("jds_dev.jsonl", "jds_dev_2.jsonl"):
        path = SHARED / "data" / name
        for row in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            yield GoldItem.of_row(json.loads(row))


def _checked(
    bench: Workbench, title: str, changes: Sequence[Change]
) -> tuple[dict[str, CheckResult], dict[str, float]]:
    """The checks of a draft, and after how many seconds each was there."""
    number = bench.change_sets.open_draft("bench", title, changes)
    began, come = perf_counter(), dict[str, float]()
    while perf_counter() - began < SECONDS:
        is_complete = bench.reports.is_complete(number)
        report = bench.reports.ask(number)
        for name in report.checks if report else ():
            come.setdefault(name, perf_counter() - began)
        if report and is_complete:
            return dict(report.checks), come
        sleep(0.01)
    raise AssertionError(f"the checks of {title!r} did not end")


def _class(results: dict[str, CheckResult], name: str) -> tuple[str, float | None]:
    check = check_named(name)
    return check.classify(results[name], LEVEL), check.p_value(results[name], LEVEL)


def moved_links(catalog: Catalog, seed: int, count: int = MOVED_LINKS) -> list[Change]:
    """Links moved to another dimension, both at random."""
    rng = random.Random(seed)
    present = {(x.skill_slug, x.dimension_slug) for x in catalog.skill_dimensions}
    changes: list[Change] = []
    for link in rng.sample(catalog.skill_dimensions, count):
        target = rng.choice([d.slug for d in catalog.dimensions if (link.skill_slug, d.slug) not in present])
        present.add((link.skill_slug, target))
        changes += [WHY.change(link, None), WHY.change(None, SkillDimension(link.skill_slug, target))]
    return changes


def _bench_bad(bench: Workbench, name: str) -> None:
    catalog = bench.snapshots.current().catalog
    for seed in range(BAD_DRAFTS):
        results, _ = _checked(bench, f"bad {seed}", moved_links(catalog, seed))
        said = []
        for check in ("gold", "audit"):
            outcome, p = _class(results, check)
            moves = ", ".join(f"{m.name} {m.better}:{m.worse}" for m in results[check].measures)
            said.append(f"{check} {outcome}, p = {p:.1e} ({moves})" if p is not None else f"{check} {outcome}")
        line(f"{MOVED_LINKS} links moved, seed {seed}, {name}", "; ".join(said), "breaking, p < 0.01")


def _bench_harmless(bench: Workbench) -> None:
    drafts = list(harmless(bench.snapshots.current().catalog))
    breaking = []
    for title, changes in drafts:
        results, _ = _checked(bench, title, changes)
        found = {name: _class(results, name)[0] for name in CHECKS}
        if "breaking" in found.values():
            breaking.append(f"{title}: {found}")
    line(f"of {len(drafts)} harmless drafts called breaking", f"{len(breaking)} {breaking or ''}", "at most 1")


def harmless(catalog: Catalog) -> Iterator[tuple[str, list[Change]]]:
    """Drafts that do no harm, of several kinds."""
    rng = random.Random(1)
    skills = rng.sample([s for s in catalog.skills if catalog.dimensions_of_skill.get(s.slug)], 40)
    dimensions = rng.sample(catalog.dimensions, 12)
    for n in range(4):
        template = skills[n]
        slug, name = f"quuxbase-{n}", f"Quuxbase {n}"
        home = catalog.dimensions_of_skill[template.slug][0].slug
        new = replace(template, id=None, slug=slug, display_name=name, vendor="Quux")
        alias = SkillAlias(None, slug, name, "CANONICAL", "CASE_INSENSITIVE", True)
        rows = (new, alias, SkillDimension(slug, home))
        yield f"a new skill {n}", [WHY.change(None, row) for row in rows]
    for n, dimension in enumerate(dimensions[:4]):
        yield f"a rationale {n}", list(edit(dimension, WHY, rationale=f"{dimension.rationale} Said in other words."))
    for n, skill in enumerate(skills[4:8]):
        alias = SkillAlias(None, skill.slug, f"Zzquorvex {n}", "SYNONYM", "CASE_INSENSITIVE", False)
        yield f"an alias that nobody writes {n}", [WHY.change(None, alias)]
    for n, skill in enumerate(_unwritten(catalog, skills[8:])[:3]):
        old = catalog.dimensions_of_skill[skill.slug][0].slug
        target = next(d.slug for d in dimensions if d not in catalog.dimensions_of_skill[skill.slug])
        yield f"a link of a skill of no text {n}", list(move_link(catalog, skill.slug, old, target, WHY))
    for n, dimension in enumerate(dimensions[4:6]):
        yield (
            f"a name of a dimension {n}",
            list(edit(dimension, WHY, display_name=f"{dimension.display_name} and Practice")),
        )
    role = rng.choice(catalog.roles)
    yield "a name of a role", list(edit(role, WHY, display_name=f"{role.display_name} (all levels)"))
    for n, skill in enumerate(skills[-2:]):
        yield f"a vendor of a skill {n}", list(edit(skill, WHY, vendor="Another Vendor"))


def _unwritten(catalog: Catalog, skills: Sequence[Skill]) -> list[Skill]:
    """Skills of which no gold text has a form."""
    written = "\n".join(item.text for item in _by_hand()).lower()
    return [s for s in skills if not any(a.alias_text.lower() in written for a in catalog.aliases_of_skill[s.slug])]


def _bench_speed(bench: Workbench, rows: Sequence[dict[str, Any]], wanted: int) -> None:
    """Texts without gold count with what they come to today: what matters here is their number."""
    items = [
        GoldItem.of_row(
            {
                "id": f"load-{n}",
                "title": row["title"],
                "text": row["text"],
                "role": "NONE",
                "acceptable": ["NONE"],
                "skills": None,
            }
        )
        for n, row in enumerate(rows[:wanted])
    ]
    bench.gold_sets.add("load", items, author="bench", reason="bench")
    began = perf_counter()
    catalog = bench.snapshots.current().catalog
    drafts = {
        "encoded for the first time: a form of Airflow": repoint_alias(
            catalog, "apache-airflow", "Airflow", "dbt", WHY
        ),
        "a form of Kafka with another owner": repoint_alias(catalog, "kafka", "Kafka", "dbt", WHY),
        "a form of the skill that most texts have": repoint_alias(catalog, "python", "Python", "dbt", WHY),
        "a KRA fewer, which touches all": [WHY.change(catalog.role_kras[0], None)],
        "another KRA fewer, one side known": [WHY.change(catalog.role_kras[9], None)],
    }
    for title, changes in drafts.items():
        results, come = _checked(bench, title, list(changes))
        gold = results["gold"]
        said = ", ".join(f"{name} {come[name]:.1f} s" for name in CHECKS)
        line(f"{title}: {gold.replayed} of {gold.n} texts", said, "3 s each, gold 10 s")
    line("all of it", f"{perf_counter() - began:.0f} s")
