"""Findings and proposals accepted on the strength of a sample: drawn, judged, held to the limit, kept with the change set, undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.services.acceptance import Outcome, candidate_of_finding
from db.services.workbench import Workbench
from db.stores.findings import key_of
from db.stores.group_samples import Candidate, Draw, Group
from pipeline.audit import Finding, Reason, check_of_kind
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog.operations import ChangeReason
from pipeline.sampling import Judgement, Terms
from tests.conftest import SETTINGS, own_database

TERMS = Terms(0.2, 0.9)


@pytest.fixture
def bench(server: EmbeddedServer, stocked: str) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        workbench = Workbench(database, SETTINGS)
        yield workbench
        workbench.close()


def suspected(bench: Workbench, count: int = 30) -> dict[str, Finding]:
    """Findings that would each take a form away, by their key."""
    check = check_of_kind("alias_type")
    assert check is not None
    forms = [a for a in bench.snapshots.current().catalog.skill_aliases if not a.is_primary][:count]
    why = ChangeReason("It is none")
    found = [
        Finding(
            check,
            AliasSubject(a.skill_slug, a.alias_text),
            0.5 + n / 100,
            (Reason("It is short"),),
            (why.change(a, None),),
        )
        for n, a in enumerate(forms)
    ]
    return {key_of(finding): finding for finding in found}


def present(findings: dict[str, Finding]) -> dict[str, tuple[Finding, Candidate]]:
    return {key: (finding, candidate_of_finding(finding)) for key, finding in findings.items()}


def drawn(bench: Workbench, findings: dict[str, Finding], size: int, person: str = "Ada", seed: int = 5) -> int:
    candidates = tuple(candidate_of_finding(finding) for finding in findings.values())
    group = Group("findings", "alias type", {"kind": "alias_type"}, candidates, {})
    return bench.acceptances.samples.draw(group, Draw(TERMS, size, seed), person)


def outcome(bench: Workbench, number: int, findings: dict[str, Finding]) -> Outcome:
    sample = bench.acceptances.samples.load(number)
    assert sample is not None
    return Outcome(sample, {key: candidate for key, (_, candidate) in present(findings).items()})


def judge(bench: Workbench, number: int, findings: dict[str, Finding], said: Sequence[Judgement]) -> list[str]:
    """Judge the next items so; returns their keys."""
    keys = outcome(bench, number, findings).waiting[: len(said)]
    for key, judgement in zip(keys, said, strict=True):
        words = (findings[key].label(bench.snapshots.current().catalog), "goes")
        bench.acceptances.samples.judge(number, candidate_of_finding(findings[key]), judgement, words, "Ada")
    return list(keys)


def test_a_sample_is_kept_as_it_was_drawn_and_judged_and_is_its_owners(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 12)
    first, second = judge(bench, number, findings, ["right", "wrong"])
    sample = bench.acceptances.samples.load(number)
    assert sample is not None
    assert (sample.owner, sample.round, sample.seed, sample.revision_id, len(sample.drawn)) == ("Ada", 1, 5, 1, 12)
    assert set(sample.population) == set(findings) and sample.drawn[:2] == (first, second)
    assert sample.judgements == {first: "right", second: "wrong"}
    (open_one,) = bench.acceptances.samples.open_samples("Ada", "findings")
    assert (open_one.id, open_one.judged, open_one.drawn) == (number, 2, 12)
    with pytest.raises(StoreError, match="Ada judges this sample; draw one of your own"):
        bench.acceptances.samples.take_back(number, "Bob")
    assert bench.acceptances.samples.take_back(number, "Ada") == second
    assert outcome(bench, number, findings).waiting[0] == second
    with pytest.raises(StoreError, match="What there is to judge has changed"):
        other = replace(candidate_of_finding(findings[second]), mark="another")
        bench.acceptances.samples.judge(number, other, "right", ("", ""), "Ada")


def test_all_are_accepted_within_the_limit_as_one_act_that_is_kept_and_taken_back(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 16)
    keys = judge(bench, number, findings, ["wrong", *["right"] * 14, "unsure"])
    found = outcome(bench, number, findings)
    assert (found.at_most, found.allowed, len(found.accepted), len(found.unjudged)) == (5, 5, 28, 14)
    kept = bench.acceptances.accept_findings(number, present(findings), "Ada", reject=True)
    said = kept.statement
    assert (said.accepted, said.judged, said.wrong, said.unsure, said.at_most) == (28, 16, 1, 1, 5)
    draft = kept.staged.draft
    assert len(bench.change_sets.load_changes(draft)) == 28
    decisions = bench.findings.decisions()
    assert decisions[keys[0]].decision == "rejected" and keys[-1] not in decisions
    assert set(bench.findings.still_open(list(findings.values()), draft)) == {
        findings[keys[-1]],
        *found_in(draft, bench, findings),
    }
    assert bench.acceptances.kept.of_change_sets([draft])[draft] == [kept]
    assert [len(sample.judged_items) for sample in bench.acceptances.kept.samples_of(number)] == [16]
    with pytest.raises(StoreError, match="come to its end"):
        bench.acceptances.accept_findings(number, present(findings), "Ada", reject=True)

    bench.acceptances.undo(kept.id, "Ada")
    assert bench.change_sets.load_changes(draft) == () and bench.findings.decisions() == {}
    assert bench.acceptances.kept.of_change_sets([draft]) == {}
    assert outcome(bench, number, findings).can_be_accepted
    with pytest.raises(StoreError, match="Ada has taken this back already"):
        bench.acceptances.undo(kept.id, "Bob")


def found_in(draft: int, bench: Workbench, findings: dict[str, Finding]) -> list[Finding]:
    """Findings whose repair the draft holds: on a catalog with it they would not be found."""
    staged = {change.place for change in bench.change_sets.load_changes(draft)}
    return [f for f in findings.values() if staged.issuperset(c.place for c in f.repair)]


def test_beyond_the_limit_nothing_is_accepted_and_a_further_sample_goes_on_from_what_is_known(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 16)
    judge(bench, number, findings, [*["wrong"] * 3, *["right"] * 13])
    before = outcome(bench, number, findings)
    assert before.at_most > before.allowed and not before.can_be_accepted
    with pytest.raises(StoreError, match="your limit is 5: judge more of them first"):
        bench.acceptances.accept_findings(number, present(findings), "Ada", reject=True)
    assert bench.change_sets.draft_of("Ada") is None

    further = bench.acceptances.go_on(before, before.further, "Ada")
    after = outcome(bench, further, findings)
    assert (after.sample.round, after.sample.previous, len(after.sample.known)) == (2, number, 16)
    assert len(after.sample.population) == 14 and set(after.sample.drawn).isdisjoint(before.sample.drawn)
    assert bench.acceptances.samples.load(number).ended == "continued"  # type: ignore[union-attr]
    judge(bench, further, findings, ["right"] * len(after.waiting))
    kept = bench.acceptances.accept_findings(further, present(findings), "Ada", reject=False)
    assert (kept.statement.wrong, kept.statement.samples, kept.statement.accepted) == (3, 2, 27)
    assert "rejected" not in {d.decision for d in bench.findings.decisions().values()}


def test_a_sample_that_was_given_up_counts_as_one_of_the_group(bench: Workbench) -> None:
    findings = suspected(bench)
    first = drawn(bench, findings, 16)
    (wrong,) = judge(bench, first, findings, ["wrong"])
    bench.acceptances.samples.abandon(first, "Ada")
    again = outcome(bench, drawn(bench, findings, 16, seed=6), findings)
    assert again.sample.round == 2 and again.sample.known == {
        wrong: (candidate_of_finding(findings[wrong]).mark, "wrong")
    }
    assert wrong not in again.sample.population and wrong not in again.accepted
    assert bench.acceptances.samples.load(drawn(bench, findings, 16, "Bob")).round == 1  # type: ignore[union-attr]


def test_what_moved_since_is_left_out_and_the_bound_still_holds(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 16)
    judge(bench, number, findings, ["right"] * 16)
    whole = outcome(bench, number, findings)
    decided, changed = whole.unjudged[:2]
    bench.findings.reject(findings[decided], "Bob", "it is right")
    now = {key: f for key, f in findings.items() if key != decided}
    now[changed] = replace(findings[changed], reasons=(Reason("It is another's"),))
    moved = outcome(bench, number, now)
    assert (moved.gone, moved.changed, len(moved.accepted)) == (1, 1, 28)
    assert moved.at_most == min(whole.at_most, len(moved.unjudged))
    # Who has an older page still accepts only what nobody has decided, and what is kept is said of that.
    kept = bench.acceptances.accept_findings(number, present(findings), "Ada", reject=True)
    assert kept.statement.accepted == 29 and decided not in kept.staged.keys
    assert bench.findings.decisions()[decided].author == "Bob"


def test_where_too_much_moved_for_the_limit_nothing_is_accepted(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 12)
    judge(bench, number, findings, ["right"] * 12)
    found = outcome(bench, number, findings)
    assert found.can_be_accepted
    for key in found.judged_as("right"):
        bench.findings.reject(findings[key], "Bob", "it is right")
    with pytest.raises(StoreError, match="judge more of them first"):
        bench.acceptances.accept_findings(number, present(findings), "Ada", reject=True)
    assert {d.author for d in bench.findings.decisions().values()} == {"Bob"}
    assert bench.change_sets.draft_of("Ada") is None


def test_what_was_committed_is_undone_on_revisions(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 30)
    judge(bench, number, findings, ["right"] * 30)
    kept = bench.acceptances.accept_findings(number, present(findings), "Ada", reject=True)
    bench.change_sets.commit(kept.staged.draft, "Ada")
    (stored,) = bench.acceptances.kept.of_change_sets([kept.staged.draft])[kept.staged.draft]
    assert not stored.can_be_undone
    with pytest.raises(StoreError, match="what it did is undone on Revisions"):
        bench.acceptances.undo(kept.id, "Ada")


def test_certainty_is_measured_by_what_somebody_looked_at(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 16)
    judge(bench, number, findings, ["wrong", *["right"] * 15])
    bench.acceptances.accept_findings(number, present(findings), "Ada", reject=True)
    found = bench.acceptances.calibration()
    # The 14 that were accepted without a look say nothing of how right the audit is.
    precision = found.precisions["alias_type"]
    assert (precision.right, precision.decided) == (15, 16)
    certainty = found.certainty("alias_type", 0.6)
    assert certainty.decided == 16 and certainty.value > 0.6
    other = replace(next(iter(findings.values())), subject=AliasSubject("docker", "none"))
    bench.findings.reject(other, "Bob", "it is right")
    with bench.database.engine.begin() as connection:
        connection.execute(text("UPDATE finding_decision SET score = NULL WHERE author = 'Bob'"))
    found = bench.acceptances.calibration()
    assert found.precisions["alias_type"].decided == 17 and found.counts["alias_type"] == 16


def test_the_surer_part_is_offered_and_drawn_from(bench: Workbench) -> None:
    findings = suspected(bench)
    number = drawn(bench, findings, 20)
    for key in outcome(bench, number, findings).waiting:
        judgement: Judgement = "wrong" if findings[key].score < 0.6 else "right"
        bench.acceptances.samples.judge(number, candidate_of_finding(findings[key]), judgement, ("", ""), "Ada")
    found = outcome(bench, number, findings)
    cut = found.cut()
    assert cut is not None and 0.5 < cut.certainty <= 0.6 and cut.not_right * 5 <= cut.judged
    part = outcome(bench, bench.acceptances.go_on(found, cut.needed, "Ada", cut.certainty), findings)
    assert min(findings[key].score for key in part.left) == cut.certainty
    assert len(part.sample.population) == cut.left and part.sample.title.endswith("and surer")
