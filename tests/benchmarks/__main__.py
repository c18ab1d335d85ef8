"""``make bench``: the figures, printed with the machine's core count. Parts that need the evaluation data say so."""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.esco import read_esco
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.nearest import NearestSkills
from pipeline.config import Config
from pipeline.embedding import CachedEncoder, FileStore, MemoryStore, user_cache
from pipeline.evaluation import Score
from pipeline.run import STAGES, run, steps
from tests.conftest import ROOT, SEED_CATALOG, SHARED

TYPICAL = (300, 500)
"""Words of a typical job description."""


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(name: str, figure: str, wanted: str = "") -> None:
    print(f"  {name:<58} {figure:<34} {wanted}", flush=True)


def texts() -> list[dict[str, Any]]:
    """Real job descriptions, or the samples that ship where the evaluation data is absent."""
    load = SHARED / "data" / "jds_load.jsonl"
    if load.exists():
        return [json.loads(row) for row in load.read_text(encoding="utf-8").splitlines()]
    print("  (the evaluation data is not here: the samples that ship are used)")
    samples = sorted((ROOT / "seeds" / "jds").glob("*.txt"))
    return [{"title": None, "text": p.read_text(encoding="utf-8")} for p in samples] * 5


class Forgetful(CachedEncoder):
    """The catalog's vectors at hand, those of each new text made anew: a warm process that meets a new JD."""

    def __init__(self, inner: CachedEncoder) -> None:
        super().__init__(MemoryStore())
        self._inner = inner

    def encode(self, texts: Any) -> Any:
        return self._inner.load().encode(texts)


def bench_run(rows: list[dict[str, Any]]) -> None:
    print("A run, local engine, warm; every text is new to the process")
    catalog = read_folder(SEED_CATALOG).catalog
    known = CachedEncoder(FileStore(user_cache()))
    indexes = Indexes(catalog, known)
    indexes.warm()
    indexes.encoder = Forgetful(known)
    typical = [r for r in rows if TYPICAL[0] <= len(r["text"].split()) <= TYPICAL[1]][:60]
    for row in typical[:3]:
        run(row["text"], row["title"], "warm", indexes)
    totals: list[float] = []
    stages: dict[str, list[float]] = {s: [] for s in STAGES}
    for row in typical:
        before = began = perf_counter()
        for done in steps(row["text"], row["title"], "bench", indexes, Config()):
            now = perf_counter()
            stages[done.stage].append((now - before) * 1000)
            before = now
        totals.append((perf_counter() - began) * 1000)
    p50, p95 = percentile(totals, 0.5), percentile(totals, 0.95)
    line(f"{len(typical)} texts of {TYPICAL[0]} to {TYPICAL[1]} words, p50 / p95", f"{p50:.0f} ms / {p95:.0f} ms", "p50 at most 250 ms")
    for stage, values in stages.items():
        if values:
            line(f"    {stage}", f"{statistics.median(values):.1f} ms")
    some = rows[:150]
    began = perf_counter()
    for row in some:
        run(row["text"], row["title"], "bench", indexes)
    line(f"{len(some)} texts of all lengths", f"{len(some) / (perf_counter() - began):.1f} documents a second")


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

    ours = rate(index.find)
    theirs = rate(lambda body: matcher(nlp.make_doc(body)))
    line("ours", f"{ours:,.0f} documents a second")
    line("spaCy", f"{theirs:,.0f} documents a second")
    line("ratio", f"{ours / theirs:.1f} times", "at least 10 times")


def bench_history() -> None:
    print("The history at 100,000 stored runs")
    from sqlalchemy import text

    from db.runs import HistoryFilter, find_runs
    from db.server import open_database
    from db.workbench import initialise

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        database = open_database(data_dir=Path(folder))
        initialise(database)
        with database.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO run (id, created_at, status, jd_text, jd_hash, title, engine, config, revision_id, role_slug, role_name,"
                    " confidence, \"case\", skill_count, new_skill_count, duration_ms, api1) "
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
                find_runs(database.engine, wanted, page)
                times.append((perf_counter() - began) * 1000)
            line(name, f"{statistics.median(times):.1f} ms", "at most 50 ms")
        database.close()


def bench_quality() -> None:
    print("Judgement on jds_dev.jsonl (development data)")
    gold = SHARED / "data" / "jds_dev.jsonl"
    if not gold.exists():
        print("  skipped: the evaluation data is not here")
        return
    indexes = Indexes(read_folder(SEED_CATALOG).catalog, CachedEncoder(FileStore(user_cache())))
    rows = [json.loads(row) for row in gold.read_text(encoding="utf-8").splitlines()]
    for hide in (False, True):
        score = Score()
        for row in rows:
            score.add(row, run(row["text"], row["title"], "bench", indexes, Config(hide_title=hide)))
        report = score.report()
        skills = report["skills"]
        name = "title hidden" if hide else "title shown"
        line(f"{name}: skills P / R / F1", f"{skills['precision']:.3f} / {skills['recall']:.3f} / {skills['f1']:.3f}")
        line(f"{name}: role / none / Brier", f"{report['role_accuracy']:.3f} / {report['none_accuracy']:.3f} / {report['brier']:.3f}")


def bench_linking() -> None:
    """Recall at precision 0.90 over the thresholds, a wrong link and a link of what ESCO lacks both counting as wrong."""
    print("Linking terms to ESCO, with abstention, on decorte_tech_validation.csv (development data)")
    spans, esco = SHARED / "data" / "decorte_tech_validation.csv", SHARED / "data" / "esco_skills.csv"
    if not spans.exists() or not esco.exists():
        print("  skipped: the evaluation data is not here")
        return
    catalog = read_esco(esco)
    slug = {s.display_name: s.slug for s in catalog.skills}
    with spans.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    indexes = Indexes(catalog, CachedEncoder(FileStore(user_cache())))
    guesses = NearestSkills(indexes).guess([(r["sub_span"] or r["span"], r["sentence"]) for r in rows])
    right = [slug.get(r["label"]) == g.slug for r, g in zip(rows, guesses, strict=True)]
    there = sum(r["label"] in slug for r in rows)
    best, hits = 0.0, 0
    for n, (_, hit) in enumerate(sorted(zip((g.probability for g in guesses), right, strict=True), reverse=True), 1):
        hits += hit
        if hits / n >= 0.90:
            best = max(best, hits / there)
    squares = [(g.probability - hit) ** 2 for g, hit in zip(guesses, right, strict=True)]
    line(f"{len(rows)} terms: recall at precision 0.90", f"{best:.2f}", "0.35")
    line("Brier score of the probability", f"{statistics.mean(squares):.3f}")


def bench_start() -> None:
    print("Start")
    began = perf_counter()
    subprocess.run([sys.executable, "-m", "pipeline", "--help"], cwd=ROOT, capture_output=True, check=True)
    line("python -m pipeline --help", f"{(perf_counter() - began) * 1000:.0f} ms", "at most 500 ms")


def main() -> None:
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, run {uuid4().hex[:6]}")
    rows = texts()
    for part in (bench_start, lambda: bench_run(rows), lambda: bench_matching(rows), bench_history, bench_quality, bench_linking):
        part()


if __name__ == "__main__":
    main()
