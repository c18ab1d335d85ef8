"""What a person has to read to say how good it is: captured KRAs, and the dimensions that skills are shown under.

``python -m tests.benchmarks captured`` and ``dimensions`` print it, with what a reader needs beside it; the shares that a reader
accepts go into no file.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog
from pipeline.contracts import Extraction
from pipeline.file_store import FileStore
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.fit.capture import LABELS
from pipeline.run import run
from tests.conftest import SEED_CATALOG, SETTINGS, SHARED

SEED = 15
CAPTURED, PAIRS = 100, 60
"""Captured KRAs and pairs of a skill and its dimension that are printed."""
TEXTS = ("jds_load.jsonl", "jds_dev.jsonl", "jds_dev_2.jsonl")
MAX_TEXTS = 400
"""Texts from which they are drawn."""


def bench_captured() -> None:
    """A seeded sample of the KRAs captured from texts of which no sentence was judged for the fit."""
    print("Captured KRAs to be read: role, similarity with its KRAs, what it is new to, the sentence")
    judged = {json.loads(row)["id"] for row in LABELS.read_text(encoding="utf-8").splitlines()}
    found = [
        (kra.role_slug, kra.best_kra_similarity, kra.novelty, kra.r_and_r_preview)
        for extraction in _extractions(judged)
        for kra in extraction.updates.new_kras_attached
    ]
    print(f"  {len(found)} captured")
    for number, row in enumerate(random.Random(SEED).sample(found, min(CAPTURED, len(found)))):
        print(f"  {number:3} {row[0]} | {row[1]:.2f} | {row[2]} | {row[3]}")


def bench_dimensions() -> None:
    """Skills of which the chosen role carries several dimensions: the first by name, and the chosen one."""
    print("Dimensions to be read: role, skill, the first by name, the chosen one")
    indexes = _indexes()
    pairs = {pair for extraction in _extractions(set()) for pair in _choices(extraction, indexes)}
    for row in random.Random(SEED).sample(sorted(pairs), min(PAIRS, len(pairs))):
        print(f"  {' | '.join(row)}")


def _choices(extraction: Extraction, indexes: Indexes) -> Iterator[tuple[str, str, str, str]]:
    role = extraction.decision.chosen_role
    if role is None:
        return
    choice = DimensionChoice.for_skills(indexes, role.slug, ((s.slug, s.is_primary) for s in extraction.skills))
    for skill in extraction.skills:
        carried = [d for d in choice.ordered(skill.slug or "") if choice.carries(d)]
        if len(carried) > 1:
            first = min(d.display_name for d in carried)
            yield role.slug, skill.skill_name, first, carried[0].display_name


def _extractions(without: set[str]) -> Iterator[Extraction]:
    rows: list[dict[str, str]] = []
    for source in (SHARED / "data" / name for name in TEXTS):
        if not source.exists():
            print(f"  skipped: {source.name} is not here")
            return
        rows += map(json.loads, source.read_text(encoding="utf-8").splitlines())
    rows = [row for row in rows if str(row["id"]) not in without]
    indexes = _indexes()
    for row in random.Random(SEED).sample(rows, min(MAX_TEXTS, len(rows))):
        yield run(row["text"], row["title"], "bench", indexes).extraction


def _indexes() -> Indexes:
    catalog: Catalog = read_folder(SEED_CATALOG).catalog
    return Indexes(catalog, CachedEncoder(FileStore(SETTINGS.vector_file)))
