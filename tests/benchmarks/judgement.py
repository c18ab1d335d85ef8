"""Figures of judgement: skills, roles and their confidence, titles, links of terms, spans of knowledge."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import shutil
import statistics
from collections.abc import Mapping, Sequence

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.esco import read_esco
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.nearest import NearestSkills
from pipeline.catalog.titles import title_vectors
from pipeline.catalog.value import slug_order
from pipeline.config import Config
from pipeline.evaluation import ReliabilityBin, Score, brier, reliability
from pipeline.file_store import FileStore
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.fit.titles import FEW_TITLES, FOLDS, Occupations, fold_of_codes, read_occupations, train_titles
from pipeline.learned.nearness import Nearness
from pipeline.learned.tagger.model import Tagger
from pipeline.learned.tagger.sentences import read_sentences
from pipeline.learned.tagger.spans import spans_of, strict_f1
from pipeline.learned.tagger.training import SHIPPED, Schedule, train
from pipeline.run import run
from pipeline.stages.title_signal import title_scores
from tests.benchmarks import line
from tests.benchmarks.calibration import bootstrap, cross_validated
from tests.conftest import ROOT, SEED_CATALOG, SETTINGS, SHARED

TRAINING = ROOT / "pipeline" / "learned" / "tagger" / "training.py"


def bench_quality() -> None:
    print("Judgement on jds_dev.jsonl (development data)")
    gold = SHARED / "data" / "jds_dev.jsonl"
    if not gold.exists():
        print("  skipped: the evaluation data is not here")
        return
    indexes = Indexes(read_folder(SEED_CATALOG).catalog, CachedEncoder(FileStore(SETTINGS.vector_file)))
    rows = [json.loads(row) for row in gold.read_text(encoding="utf-8").splitlines()]
    points = {}
    for hide in (False, True):
        score = Score()
        for row in rows:
            score.add(row, run(row["text"], row["title"], "bench", indexes, Config(hide_title=hide)))
        report = score.report()
        skills = report["skills"]
        name = "title hidden" if hide else "title shown"
        line(
            f"{name}: skills P / R / F1",
            f"{skills['precision']:.3f} / {skills['recall']:.3f} / {skills['f1']:.3f}",
            "0.88 / 0.84 / 0.86",
        )
        line(
            f"{name}: role / none",
            f"{report['role_accuracy']:.3f} / {report['none_accuracy']:.3f}",
            "0.70" if hide else "0.88",
        )
        fitted = cross_validated(score.confidences)
        low, high = bootstrap(fitted)
        line(f"{name}: Brier, as it ships", f"{report['brier']:.3f}, calibration error {report['ece']:.3f}", "0.12")
        line(
            f"{name}: Brier, calibration cross-validated",
            f"{brier(fitted):.3f} (95 %: {low:.3f} to {high:.3f})",
            "0.12",
        )
        for part in reliability(score.confidences):
            name_of_bin = (
                f"    confidence from {part.low:.1f}: mean {part.mean_confidence:.2f}, right {part.share_right:.2f}"
            )
            line(name_of_bin, f"of {part.count}")
        points[name] = reliability(score.confidences)
    draw_reliability(points)


def draw_reliability(points: Mapping[str, list[ReliabilityBin]]) -> None:
    """The reliability plot as a picture, drawn by the browser of the tests; nothing where there is none."""
    browser = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if browser is None:
        return
    import plotly.graph_objects as go
    from playwright.sync_api import sync_playwright

    figure = go.Figure(
        go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": "#c8cbd0", "dash": "dot"}, name="calibrated")
    )
    for (name, bins), colour in zip(points.items(), ("#5b5bd6", "#b26a00"), strict=True):
        figure.add_scatter(
            x=[b.mean_confidence for b in bins],
            y=[b.share_right for b in bins],
            mode="markers",
            name=name,
            marker_color=colour,
            marker={"size": [6 + 3 * b.count**0.5 for b in bins]},
        )
    figure.update_layout(
        width=640,
        height=420,
        template="plotly_white",
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
        legend={"orientation": "h", "y": 1.12},
        xaxis={"title": "confidence", "range": [0, 1.03]},
        yaxis={"title": "share that is right", "range": [-0.03, 1.06]},
    )
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
    """80 % of the O*NET titles are aliases of their occupations, the others are asked.

    The nearness that ships was learned from all titles, so that it is learned anew: from those that are not asked, and for
    each half of the occupations from the other half.
    """
    print("Titles to roles, on onet_alternate_titles.csv")
    source = SHARED / "data" / "onet_alternate_titles.csv"
    if not source.exists():
        print("  skipped: the evaluation data is not here")
        return
    occupations = read_occupations(source)
    titles = sorted(occupations.owners)
    random.Random(0).shuffle(titles)
    known, asked = titles[: int(0.8 * len(titles))], titles[int(0.8 * len(titles)) :][:2000]
    encoder = CachedEncoder(FileStore(SETTINGS.vector_file))
    of_code = fold_of_codes(occupations)
    learned = {
        fold: Nearness(train_titles(occupations, known, [c for c, f in of_code.items() if f != fold], encoder))
        for fold in (*range(FOLDS), None)
    }
    for limit in (None, FEW_TITLES):
        catalog = occupations.catalog(known, limit)
        right = {fold: _right_titles(asked, occupations, Indexes(catalog, encoder, n)) for fold, n in learned.items()}
        unseen = [t for t in asked if len({of_code[c] for c in occupations.owners[t]}) == 1]
        hits = sum(t in right[of_code[next(iter(occupations.owners[t]))]] for t in unseen)
        what = f"{len(catalog.role_aliases):,} known"
        line(f"{what}, {len(asked)} asked, split by title: top 1", f"{len(right[None]) / len(asked):.3f}", "0.63")
        line(f"{what}, {len(unseen)} asked, of occupations not learned from", f"{hits / len(unseen):.3f}")


def _right_titles(asked: Sequence[str], occupations: Occupations, indexes: Indexes) -> set[str]:
    """The asked titles whose best role is right."""
    right = set()
    for title, vector in zip(asked, title_vectors(asked, indexes.encoder), strict=True):
        scores = title_scores(title, vector, indexes)
        if min(scores, key=lambda r: (-scores[r], slug_order(r))) in occupations.owners[title]:
            right.add(title)
    return right


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
    indexes = Indexes(catalog, CachedEncoder(FileStore(SETTINGS.vector_file)))
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


def bench_spans(train_anew: bool) -> None:
    """The weights that ship were trained on the development sentences too, so that only weights trained on the others
    count: one tagger of the three that vote, made when the word ``spans`` is given.
    """
    print("Spans of knowledge, strict F1, on skillspan_dev.json, one tagger trained on skillspan_train.json alone")
    source, dev = (SHARED / "data" / f"skillspan_{n}.json" for n in ("train", "dev"))
    if not dev.exists():
        print("  skipped: the evaluation data is not here")
        return
    weights = (
        SETTINGS.vector_file.parent
        / f"tagger-on-train-{hashlib.sha256(TRAINING.read_bytes()).hexdigest()[:12]}.safetensors"
    )
    if not weights.exists() and not train_anew:
        print("  not measured: 'python -m tests.benchmarks spans' trains first, which takes about ten minutes")
        return
    catalog = read_folder(SEED_CATALOG).catalog
    if not weights.exists():
        train([source], catalog, weights, Schedule(1, SHIPPED.epochs), lambda row: print(f"  {row}", flush=True))
    tagger = Tagger(catalog, AliasIndex(catalog), weights)
    for part, wanted in (("tech", "0.60 (CNN tagger 0.58)"), ("house", "0.45")):
        rows = [r for r in read_sentences(dev) if r.source == part]
        found, gold = tagger.spans([r.words for r in rows]), [spans_of(r.knowledge) for r in rows]
        line(f"{part}, {len(rows):,} sentences", f"{strict_f1(found, gold):.3f}", wanted)
