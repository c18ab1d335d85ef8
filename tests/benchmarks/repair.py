"""Figures of ``repair``: for each planted fault of the legacy catalog that changes a text, whether the proposed repairs are the key's.

And of ``explain``: how long it takes beside a run.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.changes import Change, change_from_wire
from pipeline.catalog.folder import read_folder
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.experiments.results import Gold
from pipeline.explain import Explainer
from pipeline.file_store import FileStore
from pipeline.held import HeldRun, Result
from pipeline.impact import Verdict
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.learned.threads import products_in_own_thread
from pipeline.repair import JudgedRun, NotSkill, Repairer, Want, WantDimension, WantRole, WantSkill
from pipeline.run import Encoded, RunContext, RunState, run, run_stages, until
from tests.benchmarks import line, percentile, texts
from tests.conftest import ROOT, SEED_CATALOG, SETTINGS, SHARED

JUDGED = 1000
"""Runs of which it is known what is right."""
LEFT_OUT_EVERY = 17
"""Of so many lines of a text one is left out, another one in each variation of it."""
LEGACY = ROOT / "seeds" / "legacy"
MAX_TEXTS = 2
"""Texts on which each fault is tried."""


def held_on(indexes: Indexes, text: str, title: str | None) -> HeldRun:
    """A text held on a catalog."""
    jd = until(run_stages(RunState.from_text(text, title), RunContext("r", indexes)), Encoded).jd
    return HeldRun(jd, indexes, Config())


def judged_texts(indexes: Indexes) -> Iterator[JudgedRun]:
    """The samples with their gold roles, and the development job descriptions."""
    for row in _rows(ROOT / "seeds" / "jds" / "gold.jsonl"):
        text = (ROOT / "seeds" / "jds" / f"{row['id']}.txt").read_text(encoding="utf-8")
        role = None if row["role"] == "NONE" else row["role"]
        yield JudgedRun(row["id"], held_on(indexes, text, None), verdict=Verdict(role))
    for row in _rows(SHARED / "data" / "jds_dev.jsonl"):
        yield JudgedRun(row["id"], held_on(indexes, row["text"], row["title"]), gold=Gold.of_row(row))


def variations(n: int, indexes: Indexes) -> Iterator[JudgedRun]:
    """So many further runs with the right role: the development job descriptions, each time without other lines."""
    rows = [row for name in ("jds_dev", "jds_dev_2") for row in _rows(SHARED / "data" / f"{name}.jsonl")]
    for i in range(n):
        row, k = rows[i % len(rows)], 1 + i // len(rows)
        lines = row["text"].split("\n")
        text = "\n".join(line for j, line in enumerate(lines) if not j or j % LEFT_OUT_EVERY != k % LEFT_OUT_EVERY)
        role = None if row["role"] == "NONE" else row["role"]
        yield JudgedRun(f"{row['id']}-{k}", held_on(indexes, text, row["title"]), verdict=Verdict(role))


def _megabytes() -> float:
    """The memory of the process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def _rows(path: Any) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Case:
    """A planted fault on a text that it changes: what the run should be, and what the key's repair makes of all texts."""

    fault: str
    run: JudgedRun
    want: Want
    right: Mapping[str, Result]

    def is_right(self, changed: Mapping[str, Result]) -> bool:
        """Whether changes come to what the key's repair comes to, in what is wanted, on the run."""
        own, right = changed[self.run.run_id], self.right[self.run.run_id]
        if isinstance(self.want, WantRole):
            return own.role_slug == right.role_slug
        if isinstance(self.want, WantDimension):
            return _links_of(own, self.want.skill) == _links_of(right, self.want.skill)
        return own.skill_slugs == right.skill_slugs


def _links_of(result: Result, skill: str) -> set[tuple[str, str]]:
    return {link for link in result.links if link[0] == skill}


def _want(before: Result, right: Result, indexes: Indexes) -> Want | None:
    """What somebody who knows the right result would say of the run; null where nothing that can be said differs."""
    if before.role_slug != right.role_slug:
        return WantRole(right.role_slug)
    new = next((s for s in right.skills if s.slug and s.slug not in before.skill_slugs), None)
    if new is not None and new.slug:
        return WantSkill(new.slug, new.mentions[0].raw_start, new.mentions[0].raw_end)
    if gone := sorted(before.skill_slugs - right.skill_slugs):
        return NotSkill(gone[0])
    for skill, _ in sorted(before.links - right.links):
        skills = [(s.slug, s.is_primary) for s in right.skills]
        best = DimensionChoice.for_skills(indexes, right.role_slug, skills).best(skill)
        if best is not None:
            return WantDimension(skill, best.slug)
    return None


def cases(runs: Sequence[JudgedRun], edits: IndexEdits) -> Iterator[Case]:
    """The planted faults that change a text, each on the first few."""
    for row in _rows(LEGACY / "key.jsonl"):
        changes = [change_from_wire(change) for change in row["repair"]]
        right, indexes = _results(runs, changes, edits)
        n = 0
        for run_ in runs:
            want = _want(run_.held.result, right[run_.run_id], indexes) if n < MAX_TEXTS else None
            if want is not None:
                n += 1
                yield Case(f"{row['kind']} {json.dumps(row['subject'])}", run_, want, right)


def _results(
    runs: Sequence[JudgedRun], changes: Sequence[Change], edits: IndexEdits
) -> tuple[Mapping[str, Result], Indexes]:
    indexes = edits.after(changes)
    return {r.run_id: r.held.on(indexes) if r.held.may_change(changes) else r.held.result for r in runs}, indexes


def bench_repair() -> None:
    """Of the planted faults that change a text, how many are repaired as the key does, by the first proposal and by the first three."""
    print("Repairs of planted faults")
    products_in_own_thread()
    encoder = CachedEncoder(ShippedFirst(FileStore(SETTINGS.vector_file)), SETTINGS.embedding_model)
    indexes = Indexes(read_folder(SEED_CATALOG, LEGACY).catalog, encoder)
    indexes.warm()
    edits = IndexEdits(indexes)
    runs = list(judged_texts(indexes))
    for judged in runs:
        _ = judged.before
    before = _megabytes()
    more = list(variations(JUDGED - len(runs), indexes))
    for judged in more:
        _ = judged.before
    line(f"memory of {len(more)} runs held", f"{_megabytes() - before:.0f} MB", "")
    repairer = Repairer(edits)
    took, first, three, n = [], 0, 0, 0
    for case in cases(runs, edits):
        others = [r for r in [*runs, *more] if r is not case.run]
        began = perf_counter()
        found = repairer.repair(case.run.held, case.want, others)
        took.append(perf_counter() - began)
        right = [case.is_right(_results([case.run], r.changes, edits)[0]) for r in found.found[:3]]
        n += 1
        first, three = first + any(right[:1]), three + any(right)
        if not any(right[:1]):
            print(f"    {case.fault[:90]} on {case.run.run_id}: {case.want}; {found.reason or right}")
    line("first proposal as the key", f"{first} of {n}", "0.80")
    line("among the first three", f"{three} of {n}", "0.95")
    line(
        f"a repair, median / 95 % / longest, {JUDGED} judged runs",
        f"{statistics.median(took):.2f} / {percentile(took, 0.95):.2f} / {max(took):.2f} s",
        "2 / - / 10 s",
    )
    _bench_explain(encoder)


def _bench_explain(encoder: CachedEncoder) -> None:
    """How long an explanation takes beside a run, on the shipped catalog, each text new to the process once and known once."""
    indexes = Indexes(read_folder(SEED_CATALOG).catalog, encoder)
    indexes.warm()
    edits = IndexEdits(indexes)
    runs, explained, rows = [], [], []
    for row in texts()[:30]:
        began = perf_counter()
        run(row["text"], row["title"], "r", indexes)
        runs.append(perf_counter() - began)
        began = perf_counter()
        run(row["text"], row["title"], "r", indexes)
        runs[-1] = perf_counter() - began
        began = perf_counter()
        found = Explainer(held_on(indexes, row["text"], row["title"]), edits).explain()
        explained.append(perf_counter() - began)
        rows.append(sum(len(signal.rows) for signal in found.signals))
    own, whole = statistics.median(runs), statistics.median(explained)
    times = f"{own * 1000:.0f} ms; {whole * 1000:.0f} ms, {whole / own:.1f} times, {statistics.median(rows):.0f} rows"
    line("a run; an explanation with its run, vectors at hand", times, "twice")
