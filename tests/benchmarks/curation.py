"""Figures of curation: what the audit finds, how fast the impact of a draft is known, how fast entries are found."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

import numpy as np

from pipeline.audit import audit
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import Why, move_link, repoint_alias
from pipeline.catalog.suggest import Finder
from pipeline.catalog.value import Catalog, Skill
from pipeline.config import Config
from pipeline.embedding import CachedEncoder, FileStore, user_cache
from tests.benchmarks import line, percentile, texts
from tests.conftest import ROOT, SEED_CATALOG
from tests.faults import moved, redirected

PAST_RUNS = 1000


def bench_audit() -> None:
    """Of the N surest wrong links and wrong aliases, the share that was made wrong, N being how many were; beside it plain
    cosine: of the names of skill and dimension, and of an alias and its skill's name."""
    print("The audit")
    catalog = read_folder(SEED_CATALOG).catalog
    encoder = CachedEncoder(FileStore(user_cache()))
    links, plain_links, aliases, plain_aliases = [], [], [], []
    for seed in range(5):
        faulty, wrong = redirected(catalog, seed)
        links.append(_hit("wrong_dimension", faulty, wrong, encoder))
        plain_links.append(_nearest_last(wrong, [
            ((x.skill_slug, x.dimension_slug), catalog.skill[x.skill_slug].display_name, catalog.dimension[x.dimension_slug].display_name)
            for x in faulty.skill_dimensions
        ], encoder))  # fmt: skip
        faulty, wrong = moved(catalog, seed)
        aliases.append(_hit("wrong_alias", faulty, wrong, encoder))
        plain_aliases.append(_nearest_last(wrong, [
            ((a.skill_slug, a.alias_text), a.alias_text, catalog.skill[a.skill_slug].display_name) for a in faulty.skill_aliases
        ], encoder))  # fmt: skip
    indexes = Indexes(catalog, encoder)
    indexes.warm()
    took = []
    for _ in range(2):
        began = perf_counter()
        found = audit(indexes)
        took.append(perf_counter() - began)
    line("2 % of links redirected, five seeds", ", ".join(f"{s:.2f}" for s in links), "0.80")
    line("    the same by plain embedding similarity", ", ".join(f"{s:.2f}" for s in plain_links))
    line("1 % of aliases moved, five seeds", ", ".join(f"{s:.2f}" for s in aliases), "0.80")
    line("    the same by plain embedding similarity", ", ".join(f"{s:.2f}" for s in plain_aliases))
    counts = Counter(f.kind for f in found)
    line(f"the clean catalog: {len(found)} findings, at most {max(counts.values())} of a kind, embeddings at hand", f"{min(took):.1f} s", "5 s")
    key = [json.loads(row) for row in (ROOT / "seeds" / "legacy" / "key.jsonl").read_text(encoding="utf-8").splitlines()]
    legacy = audit(Indexes(read_folder(SEED_CATALOG, ROOT / "seeds" / "legacy").catalog, encoder))
    worst = {(f.kind, json.dumps(f.subject, sort_keys=True)) for f in legacy[: 2 * len(key)]}
    there = sum((k["kind"], json.dumps(k["subject"], sort_keys=True)) in worst for k in key)
    line("planted faults among the worst 2 N findings", f"{there} of {len(key)}", "all")


def _hit(kind: str, faulty: Catalog, wrong: set[tuple[str, str]], encoder: CachedEncoder) -> float:
    """The share of the wrong rows' number that is wrong among as many findings of the kind, the worst first."""
    worst = [f for f in audit(Indexes(faulty, encoder)) if f.kind == kind][: len(wrong)]
    return sum(tuple(f.subject.values()) in wrong for f in worst) / len(wrong)


def _nearest_last(wrong: set[tuple[str, str]], rows: list[tuple[tuple[str, str], str, str]], encoder: CachedEncoder) -> float:
    """The same share by cosine of two texts alone, the least near first."""
    first, second = (encoder.encode([row[n] for row in rows]) for n in (1, 2))
    order = np.argsort((first * second).sum(axis=1), kind="stable")[: len(wrong)]
    return sum(rows[int(i)][0] in wrong for i in order) / len(wrong)


def bench_impact() -> None:
    """Drafts held against 1,000 stored runs, from the click to the answer, in a process that has the catalog ready."""
    print(f"The impact of a draft on {PAST_RUNS:,} past runs")
    from db import curation, runs
    from db.server import open_database
    from db.workbench import SAMPLE, Workbench

    rows = texts()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bench = Workbench(open_database(data_dir=Path(folder)))
        bench.warm()
        for n in range(PAST_RUNS):
            row = rows[n % len(rows)]
            # A text that stands twice is replayed once.
            bench.execute(runs.create_run(bench.engine, f"{row['text']}\n\nReference {n}", row["title"], Config()))
        catalog = bench.indexes()[1].catalog
        old = catalog.dimensions_of_skill["python"][0].slug
        kra = next(k for k in catalog.role_kras if k.role_slug == "data-engineer")
        drafts = {
            "an alias with another owner": repoint_alias(catalog, "apache-airflow", "Airflow", "dbt", Why()),
            "a link of the skill that most runs have": move_link(catalog, "python", old, "cloud-platforms", Why()),
            f"a KRA fewer, {SAMPLE} runs for all": (Why().change("role_kras", kra, None),),
        }
        for name, changes in drafts.items():
            number = curation.open_draft(bench.engine, "bench", name, changes)
            began = perf_counter()
            found = bench.impact(number)
            took = perf_counter() - began
            line(f"{name}: {found.touched} replayed, {len(found.effects)} differ", f"{took:.1f} s", "5 s")
        bench.close()


def bench_search() -> None:
    """Entries found at each key stroke, and a commit."""
    print("Search as you type")
    rows = [Skill(i, f"skill-{i}", f"Operate machine number {i} with {'care' if i % 2 else 'speed'}") for i in range(14_000)]
    finder = Finder.of(rows, {r.slug: [f"form {r.id} of it", f"another form of {r.id}"] for r in rows})
    took = []
    for typed in ("operate machine number 77", "form 9", "speed", "another"):
        for end in range(1, len(typed) + 1):
            began = perf_counter()
            finder.find(typed[:end])
            took.append(1000 * (perf_counter() - began))
    line(f"14,000 entries, {len(took)} key strokes, median and p95", f"{statistics.median(took):.0f} / {percentile(took, 0.95):.0f} ms", "200 ms")
