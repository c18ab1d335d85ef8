"""Figures of curation: what the audit finds, how fast the impact of a draft is known, how fast entries are found."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

import numpy as np

from db.stores.change_sets import ChangeSetStore
from db.stores.runs import RunStore
from pipeline.audit import audit
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason, move_link, repoint_alias
from pipeline.catalog.suggest import Finder
from pipeline.catalog.value import Catalog, Skill
from pipeline.config import Config
from pipeline.file_store import FileStore
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.fit.planting import move_aliases, redirect_links
from tests.benchmarks import line, percentile, texts
from tests.conftest import ROOT, SEED_CATALOG, SETTINGS

PAST_RUNS = 1000


def bench_audit() -> None:
    """Of the N worst findings of wrong links and wrong aliases, the share that was planted, N being the number planted.

    Beside it plain cosine: of the names of skill and dimension, and of an alias and its skill's name.
    """
    print("The audit")
    catalog = read_folder(SEED_CATALOG).catalog
    encoder = CachedEncoder(FileStore(SETTINGS.vector_file))
    _bench_planted(catalog, encoder)
    indexes = Indexes(catalog, encoder)
    indexes.warm()
    took = []
    for _ in range(2):
        began = perf_counter()
        found = audit(indexes)
        took.append(perf_counter() - began)
    counts = Counter(f.kind for f in found)
    line(
        f"the clean catalog: {len(found)} findings, at most {max(counts.values())} of a kind, embeddings at hand",
        f"{min(took):.1f} s",
        "5 s",
    )
    key = [
        json.loads(row) for row in (ROOT / "seeds" / "legacy" / "key.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    legacy = audit(Indexes(read_folder(SEED_CATALOG, ROOT / "seeds" / "legacy").catalog, encoder))
    worst = {(f.kind, json.dumps(f.subject.wire(), sort_keys=True)) for f in legacy[: 2 * len(key)]}
    there = sum((k["kind"], json.dumps(k["subject"], sort_keys=True)) in worst for k in key)
    line("planted faults among the worst 2 N findings", f"{there} of {len(key)}", "all")


def _bench_planted(catalog: Catalog, encoder: CachedEncoder) -> None:
    """The planted links and aliases that the audit finds, and plain cosine beside it."""
    links, plain_links, aliases, plain_aliases = [], [], [], []
    for seed in range(5):
        faulty, wrong = redirect_links(catalog, seed)
        links.append(_hit("wrong_dimension", faulty, wrong, encoder))
        plain_links.append(
            _nearest_last(
                wrong,
                [
                    (
                        (x.skill_slug, x.dimension_slug),
                        catalog.skill[x.skill_slug].display_name,
                        catalog.dimension[x.dimension_slug].display_name,
                    )
                    for x in faulty.skill_dimensions
                ],
                encoder,
            )
        )
        faulty, wrong = move_aliases(catalog, seed)
        aliases.append(_hit("wrong_alias", faulty, wrong, encoder))
        plain_aliases.append(
            _nearest_last(
                wrong,
                [
                    ((a.skill_slug, a.alias_text), a.alias_text, catalog.skill[a.skill_slug].display_name)
                    for a in faulty.skill_aliases
                ],
                encoder,
            )
        )
    line("2 % of links redirected, five seeds", ", ".join(f"{s:.2f}" for s in links), "0.80")
    line("    the same by plain embedding similarity", ", ".join(f"{s:.2f}" for s in plain_links))
    line("1 % of aliases moved, five seeds", ", ".join(f"{s:.2f}" for s in aliases), "0.80")
    line("    the same by plain embedding similarity", ", ".join(f"{s:.2f}" for s in plain_aliases))


def _hit(kind: str, faulty: Catalog, wrong: set[tuple[str, str]], encoder: CachedEncoder) -> float:
    """The share of the wrong rows' number that is wrong among as many findings of the kind, the worst first."""
    worst = [f for f in audit(Indexes(faulty, encoder)) if f.kind == kind][: len(wrong)]
    return sum(tuple(f.subject.wire().values()) in wrong for f in worst) / len(wrong)


def _nearest_last(
    wrong: set[tuple[str, str]], rows: list[tuple[tuple[str, str], str, str]], encoder: CachedEncoder
) -> float:
    """The same share by cosine of two texts alone, the least near first."""
    first = encoder.encode([text for _, text, _ in rows])
    second = encoder.encode([text for _, _, text in rows])
    order = np.argsort((first * second).sum(axis=1), kind="stable")[: len(wrong)]
    return sum(rows[int(i)][0] in wrong for i in order) / len(wrong)


def bench_impact() -> None:
    """The impact of drafts on 1,000 stored runs, from the click to the answer, in a process with a warm catalog."""
    print(f"The impact of a draft on {PAST_RUNS:,} past runs")
    from db.server import open_database
    from db.services.impacts import MAX_REPLAYED
    from db.services.workbench import Workbench

    rows = texts()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bench = Workbench(open_database(None, Path(folder)), SETTINGS)
        bench.warm()
        for n in range(PAST_RUNS):
            row = rows[n % len(rows)]
            # A text that stands twice is replayed once.
            bench.executor.execute(
                RunStore(bench.database.engine).create(f"{row['text']}\n\nReference {n}", row["title"], Config())
            )
        catalog = bench.snapshots.current().indexes.catalog
        old = catalog.dimensions_of_skill["python"][0].slug
        kra = next(k for k in catalog.role_kras if k.role_slug == "data-engineer")
        drafts = {
            "an alias with another owner": repoint_alias(catalog, "apache-airflow", "Airflow", "dbt", ChangeReason()),
            "a link of the skill that most runs have": move_link(
                catalog, "python", old, "cloud-platforms", ChangeReason()
            ),
            f"a KRA fewer, {MAX_REPLAYED} runs for all": (ChangeReason().change(kra, None),),
        }
        for name, changes in drafts.items():
            number = ChangeSetStore(bench.database.engine).open_draft("bench", name, changes)
            began = perf_counter()
            found = bench.impacts.of_draft(number)
            took = perf_counter() - began
            line(f"{name}: {found.touched} replayed, {len(found.effects)} differ", f"{took:.1f} s", "5 s")
        bench.close()


def bench_search() -> None:
    """Entries found at each key stroke, and a commit."""
    print("Search as you type")
    rows = [
        Skill(i, f"skill-{i}", f"Operate machine number {i} with {'care' if i % 2 else 'speed'}") for i in range(14_000)
    ]
    finder = Finder.from_rows(rows, {r.slug: [f"form {r.id} of it", f"another form of {r.id}"] for r in rows})
    took = []
    for typed in ("operate machine number 77", "form 9", "speed", "another"):
        for end in range(1, len(typed) + 1):
            began = perf_counter()
            finder.find(typed[:end])
            took.append(1000 * (perf_counter() - began))
    line(
        f"14,000 entries, {len(took)} key strokes, median and p95",
        f"{statistics.median(took):.0f} / {percentile(took, 0.95):.0f} ms",
        "200 ms",
    )
