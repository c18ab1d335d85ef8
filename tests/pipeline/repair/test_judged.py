"""What a change does to judged runs: those that it surely leaves as they are are not replayed, and nothing comes out otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pipeline.catalog.changes import Change
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import RoleAlias, RoleKra
from pipeline.config import Config
from pipeline.held import HeldRun
from pipeline.impact import Verdict
from pipeline.repair import JudgedRun
from pipeline.repair import judged as module
from pipeline.repair.judged import JudgedRuns
from pipeline.run import Encoded, RunContext, RunState, run_stages, until
from tests.conftest import ROOT

SAMPLES = sorted((ROOT / "seeds" / "jds").glob("*.txt"))


@pytest.fixture(scope="module")
def runs(indexes: Indexes) -> list[JudgedRun]:
    """All samples, each judged as it came out."""
    found = []
    for path in SAMPLES:
        state = RunState.from_text(path.read_text(encoding="utf-8"), None)
        held = HeldRun(until(run_stages(state, RunContext("r", indexes)), Encoded).jd, indexes, Config())
        found.append(JudgedRun(path.stem, held, verdict=Verdict(held.result.role_slug)))
    return found


@pytest.fixture(scope="module")
def edits(indexes: Indexes) -> IndexEdits:
    return IndexEdits(indexes)


def changes_of(runs: Sequence[JudgedRun], indexes: Indexes) -> list[list[Change]]:
    """Changes near to what the runs rest on: titles, KRAs and links of their roles, and some of others."""
    catalog, found = indexes.catalog, list[list[Change]]()
    roles = list(dict.fromkeys(run.held.result.role_slug for run in runs if run.held.result.role_slug))
    for slug in [*roles[:4], catalog.roles[0].slug]:
        title = next(a for a in catalog.role_aliases if a.role_slug == slug and not a.is_generic)
        found.append([Change(title, replace(title, is_generic=True))])
        kra = RoleKra(slug, catalog.kras_of_role[slug][0])
        link = next(x for x in catalog.role_dimensions if x.role_slug == slug)
        found += [[Change(kra, None)], [Change(link, None)], [Change(kra, None), Change(link, None)]]
    found.append([Change(None, RoleKra(roles[1], catalog.kras_of_role[roles[0]][0]))])
    found.append([Change(None, RoleAlias(roles[1], runs[0].held.jd.title or "Data Engineer"))])
    found += [[Change(link, None)] for link in catalog.skill_dimensions if link.skill_slug == "python"]
    return found


def test_what_is_not_replayed_would_come_to_the_same(
    runs: list[JudgedRun], edits: IndexEdits, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched = 0
    for changes in changes_of(runs, edits.base):
        indexes = edits.after(changes)
        monkeypatch.setattr(module, "MIN_SCREENED", 1)
        screened = JudgedRuns(runs).effects(changes, indexes)
        monkeypatch.setattr(module, "MIN_SCREENED", len(runs) + 1)
        assert screened == JudgedRuns(runs).effects(changes, indexes)
        touched += screened.touched
    assert touched > 3


def test_hardly_any_run_is_replayed_for_a_role_that_is_far_from_it(
    runs: list[JudgedRun], edits: IndexEdits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MIN_SCREENED", 1)
    replayed: list[Any] = []
    on = HeldRun.on
    monkeypatch.setattr(HeldRun, "on", lambda held, indexes: replayed.append(held) or on(held, indexes))
    slug = "salesforce-developer"
    changes = [Change(RoleKra(slug, edits.base.catalog.kras_of_role[slug][0]), None)]
    assert JudgedRuns(runs).effects(changes, edits.after(changes)).touched == 0
    assert len(replayed) < len(runs) / 4
