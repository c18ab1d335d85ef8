"""Runs of job descriptions that two experiments answered differently, made where they are missing, under a label of their own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from db.services.experiments import ComparedExperiments
from db.stores.run_filters import HistoryFilter
from db.stores.runs import AskedBy, RunOrder, StoredRun
from pages.components.identity import person
from pages.components.workbench import workbench
from pipeline.experiments.pairs import Pair

MAX_LABELLED = 1_000
"""Runs of a label among which those are looked for that are there already."""


def label_of(both: ComparedExperiments, word: str = "broken") -> str:
    """The label of the runs: what the job descriptions are, and in which experiment."""
    return " ".join(f"{word} in {both.b.name}".split())[:60].strip()


def runs_of(both: ComparedExperiments, pairs: Sequence[Pair], label: str) -> list[UUID]:
    """The runs of job descriptions, those that are missing begun; all under one label. Raises ``WorkbenchError``."""
    bench = workbench()
    there = {(run.given_title, run.jd_text): run.id for run in _labelled(label)}
    run_ids, made = list[UUID](), list[UUID]()
    for pair in pairs:
        result = bench.experiments.result(both.b, pair.id)
        if result is None:
            continue
        jd = result.jd
        run_id = there.get((jd.title, jd.text))
        if run_id is None:
            order = RunOrder(jd.text, jd.title, both.b.run_config(), jd.title or jd.id, AskedBy(person(), "pages"))
            run_id = bench.executor.start_for(order)
            made.append(run_id)
            there[jd.title, jd.text] = run_id
        run_ids.append(run_id)
    if made:
        bench.history.label(made, label)
    return list(dict.fromkeys(run_ids))


def _labelled(label: str) -> Sequence[StoredRun]:
    history = workbench().history
    return history.of_ids(history.ids(HistoryFilter(label=label), MAX_LABELLED))
