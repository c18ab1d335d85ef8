"""``make bench``: the figures, printed with the machine's core count. Parts that need the evaluation data say so.

``python -m tests.benchmarks PART ...`` prints some of them: start, run, matching, growth, history, quality, titles,
linking, audit, impact, search, spans.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.esco import read_esco
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes, bare_title
from pipeline.catalog.nearest import NearestSkills
from pipeline.catalog.value import Catalog, Role, RoleAlias, SkillAlias, slug_order
from pipeline.config import Config
from pipeline.embedding import CachedEncoder, FileStore, MemoryStore, user_cache
from pipeline.evaluation import Score, bootstrap, brier, cross_validated, reliability
from pipeline.run import STAGES, run, steps
from pipeline.stages.signals import title_scores
from pipeline.tagger import Tagger, spans_of
from pipeline.tagger.training import read_sentences, strict_f1
from pipeline.tagger.training import train as train_tagger
from tests.benchmarks import line, percentile, texts
from tests.benchmarks.curation import bench_audit, bench_impact, bench_search
from tests.conftest import ROOT, SEED_CATALOG, SHARED

TRAINING = ROOT / "pipeline" / "tagger" / "training.py"
TYPICAL = (300, 500)
"""Words of a typical job description."""


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
    line(f"{len(typical)} texts of {TYPICAL[0]} to {TYPICAL[1]} words, p50 / p95", f"{p50:.0f} ms / {p95:.0f} ms", "150 ms / 400 ms")
    for stage, values in stages.items():
        if values:
            line(f"    {stage}", f"{statistics.median(values):.1f} ms")
    began = perf_counter()
    for row in rows:
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

    ours = rate(index.find)
    theirs = rate(lambda body: matcher(nlp.make_doc(body)))
    line("ours", f"{ours:,.0f} documents a second")
    line("spaCy", f"{theirs:,.0f} documents a second")
    line("ratio", f"{ours / theirs:.1f} times", "at least 10 times")


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
    points = {}
    for hide in (False, True):
        score = Score()
        for row in rows:
            score.add(row, run(row["text"], row["title"], "bench", indexes, Config(hide_title=hide)))
        report = score.report()
        skills = report["skills"]
        name = "title hidden" if hide else "title shown"
        line(f"{name}: skills P / R / F1", f"{skills['precision']:.3f} / {skills['recall']:.3f} / {skills['f1']:.3f}", "0.88 / 0.84 / 0.86")
        line(f"{name}: role / none", f"{report['role_accuracy']:.3f} / {report['none_accuracy']:.3f}", "0.70" if hide else "0.88")
        fitted = cross_validated(score.confidences)
        low, high = bootstrap(fitted)
        line(f"{name}: Brier, as it ships", f"{report['brier']:.3f}, calibration error {report['ece']:.3f}", "0.12")
        line(f"{name}: Brier, calibration cross-validated", f"{brier(fitted):.3f} (95 %: {low:.3f} to {high:.3f})", "0.12")
        for edge, n, mean, rate in reliability(score.confidences):
            line(f"    confidence from {edge:.1f}: said {mean:.2f}, right {rate:.2f}", f"of {n}")
        points[name] = reliability(score.confidences)
    draw_reliability(points)


def draw_reliability(points: Mapping[str, list[tuple[float, int, float, float]]]) -> None:
    """The reliability plot as a picture, drawn by the browser of the tests; nothing where there is none."""
    browser = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if browser is None:
        return
    import plotly.graph_objects as go
    from playwright.sync_api import sync_playwright

    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": "#c8cbd0", "dash": "dot"}, name="as said"))
    for (name, rows), colour in zip(points.items(), ("#5b5bd6", "#b26a00"), strict=True):
        figure.add_scatter(
            x=[mean for _, _, mean, _ in rows], y=[rate for _, _, _, rate in rows], mode="markers", name=name, marker_color=colour,
            marker={"size": [6 + 3 * n**0.5 for _, n, _, _ in rows]},
        )  # fmt: skip
    figure.update_layout(
        width=640, height=420, template="plotly_white", margin={"l": 60, "r": 20, "t": 20, "b": 50}, legend={"orientation": "h", "y": 1.12},
        xaxis={"title": "confidence said", "range": [0, 1.03]}, yaxis={"title": "share that is right", "range": [-0.03, 1.06]},
    )  # fmt: skip
    out = ROOT / "tests" / "benchmarks" / "reliability.png"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 660, "height": 440})
        page.set_content(figure.to_html(include_plotlyjs=True, config={"displayModeBar": False}))
        page.wait_for_selector(".main-svg")
        page.screenshot(path=out)
        chromium.close()
    print(f"  reliability plot: {out.relative_to(ROOT)}")


def bench_titles() -> None:
    """80 % of the O*NET titles are aliases of their occupations, the others are asked."""
    print("Titles to roles, on onet_alternate_titles.csv, split by title")
    source = SHARED / "data" / "onet_alternate_titles.csv"
    if not source.exists():
        print("  skipped: the evaluation data is not here")
        return
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    owners: dict[str, set[str]] = {}
    for row in rows:
        owners.setdefault(row["alternate_title"], set()).add(row["onet_code"].replace(".", "-"))
    titles = sorted(owners)
    random.Random(0).shuffle(titles)
    known, asked = titles[: int(0.8 * len(titles))], titles[int(0.8 * len(titles)) :][:2000]
    names = {row["onet_code"].replace(".", "-"): row["title"] for row in rows}
    catalog = Catalog(
        roles=tuple(Role(None, slug, name, None, None) for slug, name in sorted(names.items())),
        role_aliases=tuple(RoleAlias(slug, title, False) for title in known for slug in sorted(owners[title])),
    )
    indexes = Indexes(catalog, CachedEncoder(FileStore(user_cache())))
    right = 0
    for title, vector in zip(asked, indexes.encoder.encode([bare_title(t) for t in asked]), strict=True):
        scores = title_scores(title, vector, indexes)
        right += min(scores, key=lambda r: (-scores[r], slug_order(r))) in owners[title]
    line(f"{len(asked)} titles asked, {len(known):,} known: top 1", f"{right / len(asked):.3f}", "0.50 (word TF-IDF 0.36)")


def bench_spans(train_anew: bool) -> None:
    """The weights that ship were trained on the development sentences too, so that only weights trained on the others
    tell anything of them: one tagger of the three that vote, made when the word ``spans`` is given."""
    print("Spans of knowledge, strict F1, on skillspan_dev.json, one tagger trained on skillspan_train.json alone")
    train, dev = (SHARED / "data" / f"skillspan_{n}.json" for n in ("train", "dev"))
    if not dev.exists():
        print("  skipped: the evaluation data is not here")
        return
    kept = user_cache().parent / f"tagger-on-train-{hashlib.sha256(TRAINING.read_bytes()).hexdigest()[:12]}.safetensors"
    if not kept.exists() and not train_anew:
        print("  not measured: 'python -m tests.benchmarks spans' trains first, which takes about ten minutes")
        return
    catalog = read_folder(SEED_CATALOG).catalog
    if not kept.exists():
        train_tagger([train], catalog, kept, members=1, told=lambda told: print(f"  {told}", flush=True))
    tagger = Tagger(catalog, AliasIndex(catalog), kept)
    for source, wanted in (("tech", "0.60 (CNN tagger 0.58)"), ("house", "0.45")):
        rows = [r for r in read_sentences(dev) if r.source == source]
        found, gold = tagger.spans([r.words for r in rows]), [spans_of(r.knowledge) for r in rows]
        line(f"{source}, {len(rows):,} sentences", f"{strict_f1(found, gold):.3f}", wanted)


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
    parts: dict[str, Callable[[], None]] = {
        "start": bench_start,
        "run": lambda: bench_run(rows),
        "matching": lambda: bench_matching(rows),
        "growth": lambda: bench_growth(rows),
        "history": bench_history,
        "quality": bench_quality,
        "titles": bench_titles,
        "linking": bench_linking,
        "audit": bench_audit,
        "impact": bench_impact,
        "search": bench_search,
        "spans": lambda: bench_spans("spans" in sys.argv),
    }
    for name, part in parts.items():
        if len(sys.argv) < 2 or name in sys.argv:
            part()


if __name__ == "__main__":
    main()
