"""Agreement of the client output with labels of a reader: nature of work, maturity of the stack, AI index.

``client_output_gold.jsonl`` holds the labels of 60 development texts, made before any output was looked at. The first label is
what the reader found best; the others are what a second reader might as well have said. Half A is for tuning, half B is seen in totals alone.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.file_store import FileStore
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import run
from pipeline.stages.enrichment import enrich
from tests.benchmarks import line
from tests.conftest import SEED_CATALOG, SETTINGS, SHARED

GOLD = Path(__file__).with_name("client_output_gold.jsonl")
TEXTS = ("jds_dev.jsonl", "jds_dev_2.jsonl")
AI_TOLERANCE = 0.5
"""How far the AI index may be from a reader's."""
ROUNDS = 5
"""Times that the client output of a text is made, for its time."""


class Judged(NamedTuple):
    """The client output of a text beside its labels, and the milliseconds that it took."""

    labels: dict[str, Any]
    output: dict[str, Any]
    milliseconds: float


def bench_client_output() -> None:
    """Agreement by half; with the word "half_a" also where the output differs in half A."""
    print("Client output beside the labels of a reader")
    judged = _judged()
    if not judged:
        return
    for half in ("A", "B"):
        rows = [j for j in judged if j.labels["half"] == half]
        line(f"half {half}: nature of work, best label / accepted", _shares(rows, _nature), "0.80")
        line(f"half {half}: maturity, best label / accepted", _shares(rows, _maturity), "0.80")
        line(f"half {half}: AI index within {AI_TOLERANCE}", f"{_share(rows, _ai_index_is_near):.2f}", "0.90")
        working = [j for j in rows if j.labels["ai_index"] > 0]
        line(f"    of the {len(working)} with some AI", f"{_share(working, _ai_index_is_near):.2f}")
        line(f"half {half}: indicators of AI", f"{_share(rows, _indicators_agree):.3f}")
    line("client output of a text, median", f"{statistics.median(j.milliseconds for j in judged):.1f} ms")
    if "half_a" in sys.argv:
        _show([j for j in judged if j.labels["half"] == "A"])


def _judged() -> list[Judged]:
    sources = [SHARED / "data" / name for name in TEXTS]
    if not all(source.exists() for source in sources):
        print("  skipped: the evaluation data is not here")
        return []
    rows = (json.loads(row) for source in sources for row in source.read_text(encoding="utf-8").splitlines())
    texts = {row["id"]: row for row in rows}
    indexes = Indexes(read_folder(SEED_CATALOG).catalog, CachedEncoder(FileStore(SETTINGS.vector_file)))
    judged = []
    for labels in map(json.loads, GOLD.read_text(encoding="utf-8").splitlines()):
        row = texts[labels["id"]]
        done = run(row["text"], row["title"], "bench", indexes)
        times = []
        for _ in range(ROUNDS):
            begun = perf_counter()
            enrich(done.extraction, indexes)
            times.append((perf_counter() - begun) * 1000)
        judged.append(Judged(labels, done.client_output or {}, statistics.median(times)))
    return judged


def _shares(rows: Sequence[Judged], rank: Callable[[Judged], int | None]) -> str:
    """The shares of which the output is the best label, and one of the accepted ones."""
    ranks = [rank(j) for j in rows]
    return f"{ranks.count(0) / len(rows):.2f} / {sum(r is not None for r in ranks) / len(rows):.2f}"


def _share(rows: Sequence[Judged], share: Callable[[Judged], float]) -> float:
    return statistics.fmean(map(share, rows)) if rows else 0.0


def _rank(label: str, accepted: list[str]) -> int | None:
    return accepted.index(label) if label in accepted else None


def _nature(j: Judged) -> int | None:
    return _rank(j.output["nature_of_work"]["label"], j.labels["nature_of_work"])


def _maturity(j: Judged) -> int | None:
    return _rank(j.output["tech_stack_maturity"]["label"], j.labels["maturity"])


def _ai_index_is_near(j: Judged) -> bool:
    return bool(abs(j.output["ai_index"]["value"] - j.labels["ai_index"]) <= AI_TOLERANCE)


def _indicators_agree(j: Judged) -> float:
    """The share of the six indicators that are as the reader has them."""
    found: dict[str, bool] = j.output["ai_index"]["indicators"]
    return statistics.fmean(holds == (name in j.labels["indicators"]) for name, holds in found.items())


def _show(rows: Sequence[Judged]) -> None:
    counted: dict[str, list[str]] = defaultdict(list)
    for j in rows:
        output, labels = j.output, j.labels
        nature, maturity = output["nature_of_work"]["label"], output["tech_stack_maturity"]["label"]
        index = output["ai_index"]
        if _nature(j) != 0:
            counted["nature"].append(f"{labels['id']}: {nature}, not {labels['nature_of_work']}")
        if _maturity(j) != 0:
            reasoning = output["tech_stack_maturity"]["reasoning"]
            counted["maturity"].append(f"{labels['id']}: {maturity}, not {labels['maturity']}: {reasoning}")
        if index["value"] != labels["ai_index"]:
            holding = [name for name, holds in index["indicators"].items() if holds]
            words = index["vocabulary"]
            counted["AI index"].append(
                f"{labels['id']}: {index['value']} {holding} {words}, not {labels['ai_index']} {labels['indicators']}"
            )
    for name, differences in counted.items():
        print(f"  {name}")
        for difference in differences:
            print(f"    {difference}")
