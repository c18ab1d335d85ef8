"""Findings in the store: staged in a draft, mended by its commit, rejected until their evidence changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from db import curation, findings
from db.errors import StoreError
from db.server import Database
from db.workbench import Workbench, initialise
from pipeline.audit import Finding
from pipeline.embedding import CachedEncoder, FileStore, user_cache


@pytest.fixture
def bench(database: Database) -> Iterator[Workbench]:
    initialise(database, edition="legacy")
    bench = Workbench(database)
    # The vectors of 4,000 skills are made once for all tests, not once for each database.
    bench.encoder = CachedEncoder(FileStore(user_cache()))
    yield bench
    bench._executor.shutdown(wait=True)


def of_kind(bench: Workbench, kind: str) -> Finding:
    return next(f for f in findings.still_open(bench.engine, bench.findings()[1]) if f.kind == kind)


def test_an_accepted_repair_is_staged_and_its_commit_mends_the_catalog(bench: Workbench) -> None:
    finding = of_kind(bench, "generic_title")
    draft = findings.accept(bench.engine, finding, "ann")
    assert curation.draft_of(bench.engine, "ann") == draft and curation.draft_of(bench.engine, "bob") is None
    assert finding not in findings.still_open(bench.engine, bench.findings()[1])
    staged = curation.load_changes(bench.engine, draft)
    assert [c.after for c in staged] == [c.after for c in finding.repair] and staged[0].evidence == findings.key_of(finding)
    revision = curation.commit(bench.engine, draft, "ann")
    assert bench.findings()[0] == revision
    assert findings.key_of(finding) not in {findings.key_of(f) for f in bench.findings()[1]}


def test_a_second_repair_joins_the_same_draft(bench: Workbench) -> None:
    first = findings.accept(bench.engine, of_kind(bench, "generic_title"), "ann")
    assert findings.accept(bench.engine, of_kind(bench, "alias_type"), "ann") == first
    assert len(curation.load_changes(bench.engine, first)) == 2


def test_a_finding_is_back_when_its_draft_is_discarded(bench: Workbench) -> None:
    finding = of_kind(bench, "alias_type")
    curation.discard(bench.engine, findings.accept(bench.engine, finding, "ann"))
    assert finding in findings.still_open(bench.engine, bench.findings()[1])


def test_a_rejected_finding_stays_away_until_its_evidence_changes(bench: Workbench) -> None:
    finding = of_kind(bench, "wrong_alias")
    findings.reject(bench.engine, finding, "ann", "it is what our clients write")
    assert finding not in findings.still_open(bench.engine, bench.findings()[1])
    other = replace(finding, reasons=(*finding.reasons, "and three runs were misled by it"))
    assert findings.still_open(bench.engine, [other]) == [other]


def test_what_has_no_repair_cannot_be_staged(bench: Workbench) -> None:
    with pytest.raises(StoreError, match="no repair"):
        findings.accept(bench.engine, of_kind(bench, "narrow_rationale"), "ann")
