"""Figures of speed: start, a run, the matching stage and its growth, the history at 100,000 runs."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog, SkillAlias
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.run import STAGES, RunContext, RunState, run, run_stages
from pipeline.vectors import VectorStore
from tests.benchmarks import line, percentile
from tests.conftest import ROOT, SEED_CATALOG
from tests.memory_store import MemoryStore

TYPICAL = (300, 500)
"""Words of a typical job description."""


class TextStore:
    """A ``VectorStore`` that keeps what is made while a catalog is made ready, and what a run makes of its text until ``forget``."""

    def __init__(self) -> None:
        self._of_catalog: VectorStore = ShippedFirst(MemoryStore())
        self._of_text: VectorStore | None = None

    def forget(self) -> None:
        """Forget the text at hand; the catalog is ready."""
        self._of_text = MemoryStore()

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        found = self._of_catalog.get(model, keys)
        return found if self._of_text is None else {**self._of_text.get(model, keys), **found}

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        (self._of_text or self._of_catalog).put(model, vectors)


def bench_start() -> None:
    print("Start")
    began = perf_counter()
    subprocess.run([sys.executable, "-m", "pipeline", "--help"], cwd=ROOT, capture_output=True, check=True)
    line("python -m pipeline --help", f"{(perf_counter() - began) * 1000:.0f} ms", "at most 500 ms")


def bench_run(rows: list[dict[str, Any]]) -> None:
    print("A run, local engine, warm; every text is new to the process")
    store = TextStore()
    indexes = Indexes(read_folder(SEED_CATALOG).catalog, CachedEncoder(store))
    indexes.warm()
    typical = [r for r in rows if TYPICAL[0] <= len(r["text"].split()) <= TYPICAL[1]][:60]
    for row in typical[:3]:
        store.forget()
        run(row["text"], row["title"], "warm", indexes)
    totals: list[float] = []
    stages: dict[str, list[float]] = {s: [] for s in STAGES}
    for row in typical:
        store.forget()
        before = began = perf_counter()
        for event in run_stages(RunState.from_text(row["text"], row["title"]), RunContext("bench", indexes)):
            now = perf_counter()
            stages[event.stage].append((now - before) * 1000)
            before = now
        totals.append((perf_counter() - began) * 1000)
    p50, p95 = percentile(totals, 0.5), percentile(totals, 0.95)
    line(
        f"{len(typical)} texts of {TYPICAL[0]} to {TYPICAL[1]} words, p50 / p95",
        f"{p50:.0f} ms / {p95:.0f} ms",
        "150 ms / 400 ms",
    )
    for stage, values in stages.items():
        if values:
            line(f"    {stage}", f"{statistics.median(values):.1f} ms")
    began = perf_counter()
    for row in rows:
        store.forget()
        run(row["text"], row["title"], "bench", indexes)
    rate = len(rows) / (perf_counter() - began)
    line(f"a batch of {len(rows)} texts of all lengths", f"{rate:.1f} documents a second", "12")


def bench_matching(rows: list[dict[str, Any]]) -> None:
    print("The matching stage, raw text to resolved matches, against spaCy's blank tokenizer and PhraseMatcher")
    import spacy
    from spacy.matcher import PhraseMatcher

    catalog = read_folder(SEED_CATALOG).catalog
    index = AliasIndex(catalog)
    bodies = [r["text"] for r in rows]
    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for slug in {a.skill_slug for a in catalog.skill_aliases}:
        matcher.add(slug, [nlp.make_doc(a.alias_text) for a in catalog.aliases_of_skill[slug]])

    def rate(work: Callable[[str], object]) -> float:
        best = 0.0
        for body in bodies[:20]:
            work(body)
        for _ in range(3):
            began = perf_counter()
            for body in bodies:
                work(body)
            best = max(best, len(bodies) / (perf_counter() - began))
        return best

    own_rate = rate(index.find)
    spacy_rate = rate(lambda body: matcher(nlp.make_doc(body)))
    line("ours", f"{own_rate:,.0f} documents a second")
    line("spaCy", f"{spacy_rate:,.0f} documents a second")
    line("ratio", f"{own_rate / spacy_rate:.1f} times", "at least 10 times")


def bench_growth(rows: list[dict[str, Any]]) -> None:
    print("The matching stage as the catalog grows, the same hits")
    catalog = read_folder(SEED_CATALOG).catalog
    small = Catalog(skills=catalog.skills, skill_aliases=catalog.skill_aliases[:3500])
    # Names that begin with words of the texts, so that the automaton follows them, and end in one that stands in none.
    rng = random.Random(7)
    words = sorted({w.lower() for row in rows[:100] for w in row["text"].split() if w.isalpha()})
    owner = catalog.skills[0].slug
    names = {f"{' '.join(rng.choices(words, k=rng.randint(1, 2)))} qx{rng.randrange(10**6)}" for _ in range(360_000)}
    more = (SkillAlias(None, owner, name, "SYNONYM", "CASE_INSENSITIVE", False) for name in sorted(names)[:346_500])
    large = replace(small, skill_aliases=(*small.skill_aliases, *more))
    took, hits = [], []
    for value in (small, large):
        index = AliasIndex(value)
        for row in rows[:20]:
            index.find(row["text"])
        best = 9e9
        for _ in range(3):
            began = perf_counter()
            found = [[(h.start, h.end) for h in index.find(row["text"])] for row in rows]
            best = min(best, perf_counter() - began)
        took.append(best / len(rows) * 1000)
        hits.append(found)
    assert hits[0] == hits[1]
    line("3,500 / 350,000 aliases, a document", f"{took[0]:.2f} ms / {took[1]:.2f} ms")
    line("ratio", f"{took[1] / took[0]:.1f} times", "at most 3 times (bare pyahocorasick 2.4)")


def bench_history() -> None:
    print("The history at 100,000 stored runs")
    from sqlalchemy import text

    from db.server import open_database
    from db.services.editions import initialise
    from db.stores.run_filters import HistoryFilter
    from db.stores.run_history import RunHistory

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        database = open_database(None, Path(folder))
        initialise(database)
        with database.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO run (id, created_at, status, jd_text, jd_hash, title, engine, config, revision_id, role_slug, role_name,"
                    ' confidence, "case", skill_count, new_skill_count, duration_ms, extraction) '
                    "SELECT gen_random_uuid(), now() - n * interval '1 minute', (ARRAY['completed','rejected','failed'])[1 + n % 3],"
                    " 'Builds pipelines number ' || n || repeat(' and more words about work', 60), md5(n::text), 'Engineer ' || n % 900,"
                    " 'local', '{}', 1, r.slug, r.display_name, 0.9, 'A', 12, 2, 150,"
                    " jsonb_build_object('final_skills', repeat('x', 4000)) "
                    "FROM generate_series(1, 100000) n JOIN LATERAL "
                    "(SELECT slug, display_name FROM role ORDER BY id OFFSET n % 100 LIMIT 1) r ON true"
                )
            )
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE run"))
        queries = {
            "first page": (HistoryFilter(), 1),
            "page 1,900": (HistoryFilter(), 1900),
            "one role": (HistoryFilter(role="data-engineer"), 1),
            "status and case": (HistoryFilter(status="failed", case="A"), 1),
            "words, rare": (HistoryFilter(words="number 77777"), 1),
            "words, in every text": (HistoryFilter(words="pipelines"), 1),
        }
        for name, (wanted, page) in queries.items():
            times = []
            for _ in range(9):
                began = perf_counter()
                RunHistory(database.engine).find(wanted, page)
                times.append((perf_counter() - began) * 1000)
            line(name, f"{statistics.median(times):.1f} ms", "at most 50 ms")
        database.close()
