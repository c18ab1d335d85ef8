"""Findings in the store: staged in a draft, mended by its commit, rejected until their evidence changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from db.errors import StoreError
from db.server import Database
from db.services.editions import initialise
from db.services.workbench import Models, Workbench, model_provider
from db.stores import findings
from db.stores.change_sets import ChangeSetStore
from db.stores.findings import FindingStore
from db.stores.trends import TrendStore
from db.stores.vectors import PgVectorStore
from pipeline.audit import Finding, Reason, check_of_kind
from pipeline.audit.subjects import AliasSubject, PairSubject, Subject
from pipeline.errors import WorkbenchError
from pipeline.file_store import FileStore
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.vectors import Encoder
from tests.conftest import SETTINGS


@pytest.fixture
def bench(database: Database) -> Iterator[Workbench]:
    initialise(database, edition="legacy")
    # The vectors by which edited aliases are judged are made once for all tests, not once for each database.
    encoder = CachedEncoder(ShippedFirst(FileStore(SETTINGS.vector_file)))
    bench = Workbench(database, SETTINGS, Models(model_provider(SETTINGS, database.engine), encoder))
    yield bench
    bench.snapshots.close()
    bench.executor.close()


def of_kind(bench: Workbench, kind: str) -> Finding:
    return next(
        f for f in FindingStore(bench.database.engine).still_open(bench.snapshots.findings()[1]) if f.kind == kind
    )


def test_an_accepted_repair_is_staged_and_its_commit_mends_the_catalog(bench: Workbench) -> None:
    finding = of_kind(bench, "generic_title")
    draft = FindingStore(bench.database.engine).accept(finding, "ann")
    assert (
        ChangeSetStore(bench.database.engine).draft_of("ann") == draft
        and ChangeSetStore(bench.database.engine).draft_of("bob") is None
    )
    assert finding not in FindingStore(bench.database.engine).still_open(bench.snapshots.findings()[1])
    staged = ChangeSetStore(bench.database.engine).load_changes(draft)
    assert [c.after for c in staged] == [c.after for c in finding.repair]
    assert staged[0].source == findings.ref_of(finding)
    revision = ChangeSetStore(bench.database.engine).commit(draft, "ann")
    assert bench.snapshots.findings()[0] == revision
    assert findings.key_of(finding) not in {findings.key_of(f) for f in bench.snapshots.findings()[1]}
    counts = TrendStore(bench.database.engine).findings()
    assert counts[revision]["generic_title"] == counts[revision - 1]["generic_title"] - 1, "each revision's are kept"
    with bench.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM revision_findings WHERE revision_id = 1")
    assert bench.past_findings.missing() == [1] and bench.past_findings.count() == 1
    assert TrendStore(bench.database.engine).findings() == counts, (
        "and those of a revision of before are counted afterwards"
    )
    assert bench.past_findings.count() == 0


def test_a_second_repair_joins_the_same_draft(bench: Workbench) -> None:
    first = FindingStore(bench.database.engine).accept(of_kind(bench, "generic_title"), "ann")
    assert FindingStore(bench.database.engine).accept(of_kind(bench, "alias_type"), "ann") == first
    assert len(ChangeSetStore(bench.database.engine).load_changes(first)) == 2


def test_a_finding_is_back_when_its_draft_is_discarded(bench: Workbench) -> None:
    finding = of_kind(bench, "alias_type")
    ChangeSetStore(bench.database.engine).discard(FindingStore(bench.database.engine).accept(finding, "ann"))
    assert finding in FindingStore(bench.database.engine).still_open(bench.snapshots.findings()[1])


def test_a_rejected_finding_stays_away_until_its_evidence_changes(bench: Workbench) -> None:
    finding = of_kind(bench, "wrong_alias")
    FindingStore(bench.database.engine).reject(finding, "ann", "it is what our clients write")
    assert finding not in FindingStore(bench.database.engine).still_open(bench.snapshots.findings()[1])
    other = replace(finding, reasons=(*finding.reasons, Reason("and three runs were misled by it")))
    assert FindingStore(bench.database.engine).still_open([other]) == [other]


def with_reasons(kind: str, subject: Subject, *reasons: Reason) -> Finding:
    check = check_of_kind(kind)
    assert check is not None
    return Finding(check, subject, 0.9, reasons)


@pytest.mark.parametrize(
    "reasons",
    [
        (Reason("“CI” is an ordinary word, which texts use without meaning CodeIgniter"), Reason("it holds 12 skills")),
        (
            Reason(
                "{runs} runs matched “CI” as CodeIgniter, and only 3 of them hold another skill of its dimensions", 41
            ),
        ),
        (Reason("{runs} runs matched “{runs}” as CodeIgniter, and none of them holds another skill", 1_000_000),),
        (Reason("none of {runs} runs met Symfony, though 50% of them met skills of its dimensions", 2_048),),
        (Reason("{runs} runs proposed “Zephyrine”, which the catalog has no form of", 3), Reason("it is so")),
    ],
)
def test_the_evidence_of_a_finding_is_the_hash_that_stores_have_kept(reasons: tuple[Reason, ...]) -> None:
    finding = with_reasons("wrong_alias", AliasSubject("codeigniter", "CI"), *reasons)
    # As it was computed when reasons were plain sentences.
    text = "\n".join(reason.text for reason in reasons)
    text = re.sub(r"\b\d[\d,]*(?= runs\b)", lambda m: f"2^{int(m[0].replace(',', '')).bit_length()}", text)
    assert findings.evidence_of(finding) == hashlib.sha256(text.encode()).hexdigest()


def test_the_key_of_a_finding_is_its_kind_and_its_subject() -> None:
    alias = with_reasons("wrong_alias", AliasSubject("codeigniter", "CI “x”"), Reason("so"))
    assert findings.key_of(alias) == 'wrong_alias {"alias_text": "CI “x”", "skill_slug": "codeigniter"}'
    pair = with_reasons("duplicate_role", PairSubject("roles", ("a", "b")), Reason("so"))
    assert findings.key_of(pair) == 'duplicate_role {"slugs": ["a", "b"]}'


def test_what_has_no_repair_cannot_be_staged(bench: Workbench) -> None:
    with pytest.raises(StoreError, match="no repair"):
        FindingStore(bench.database.engine).accept(of_kind(bench, "narrow_rationale"), "ann")


def test_the_worst_finding_of_each_suspected_row_is_told_once_the_catalog_has_been_audited(bench: Workbench) -> None:
    assert bench.snapshots.suspicions() == {}
    alias = "skill_aliases", ("codeigniter", "CI")
    bench.snapshots.findings()
    suspected = bench.snapshots.suspicions()
    assert suspected[alias].kind == "wrong_alias"
    bench.findings.reject(suspected[alias], "ann", "our clients mean it")
    assert bench.snapshots.suspicions()[alias].kind == "alias_type"


def test_findings_are_judged_on_the_catalog_with_a_draft(bench: Workbench) -> None:
    wrong = next(f for f in bench.snapshots.findings()[1] if f.subject == AliasSubject("codeigniter", "CI"))
    draft = bench.findings.accept(wrong, "ann")
    assert wrong.subject not in {f.subject for f in bench.snapshots.findings(draft)[1]}
    assert wrong in bench.snapshots.findings()[1]


class WithoutModel(CachedEncoder):
    def load(self) -> Encoder:
        raise AssertionError("the first audit of a store waits for the model")


def test_a_fresh_store_is_audited_in_the_background_without_the_model(database: Database) -> None:
    initialise(database, edition="legacy")
    encoder = WithoutModel(ShippedFirst(PgVectorStore(database.engine)))
    bench = Workbench(database, SETTINGS, Models(model_provider(SETTINGS, database.engine), encoder))
    assert bench.snapshots.judge().audited is None
    judged = bench.snapshots.judge(seconds=120)
    assert judged.is_final and judged.audited is not None and len(judged.audited.findings) > 100
    bench.snapshots.close()
    bench.executor.close()


def test_while_a_draft_is_judged_the_findings_that_it_does_not_touch_are_there(bench: Workbench) -> None:
    wrong = next(f for f in bench.snapshots.findings()[1] if f.subject == AliasSubject("codeigniter", "CI"))
    draft = bench.findings.accept(wrong, "ann")
    judged = bench.snapshots.judge(draft)
    assert not judged.is_final and judged.audited is not None
    subjects = {f.subject for f in judged.audited.findings}
    assert wrong.subject not in subjects and len(subjects) > 100
    final = bench.snapshots.judge(draft, seconds=120)
    assert final.is_final and final.audited is not None
    assert list(final.audited.findings) == bench.snapshots.findings(draft)[1]


CI = AliasSubject("codeigniter", "CI")


def test_of_two_findings_about_one_alias_the_second_is_judged_on_what_became_of_it(bench: Workbench) -> None:
    about = {f.kind: f for f in bench.snapshots.findings()[1] if f.subject == CI}
    assert {"wrong_alias", "alias_type"} <= set(about)
    draft = bench.findings.accept(about["wrong_alias"], "ann")
    assert CI not in {f.subject for f in bench.snapshots.findings(draft)[1]}
    # A page that was drawn before still offers the second: it must not undo the first.
    with suppress(WorkbenchError):
        bench.findings.accept(about["alias_type"], "ann")
    bench.change_sets.commit(draft, "ann")
    aliases = bench.snapshots.current().catalog.aliases_of_skill["codeigniter"]
    assert "CI" not in {a.alias_text for a in aliases}
    assert CI not in {f.subject for f in bench.snapshots.findings()[1]}


def test_a_finding_whose_repair_was_taken_out_of_the_draft_is_open_again(bench: Workbench) -> None:
    wrong = next(f for f in bench.snapshots.findings()[1] if f.subject == CI and f.kind == "wrong_alias")
    draft = bench.findings.accept(wrong, "ann")
    (decision,) = bench.change_sets.decisions(draft)
    bench.change_sets.take_out(draft, decision.number, "ann")
    judged = bench.snapshots.findings(draft)[1]
    assert wrong in bench.findings.still_open(judged, draft)
    assert wrong in bench.findings.still_open(bench.snapshots.findings()[1])
