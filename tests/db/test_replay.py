"""What runs leave for curators: matches with their text, proposals to decide, verdicts, and the impact of a draft."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from db.errors import StoreError
from db.server import Database
from db.services import draft_reports
from db.services.workbench import Workbench
from db.stores import past_runs, proposals
from db.stores.change_sets import ChangeSetStore
from db.stores.review_queue import ProposalStore
from db.stores.run_filters import HistoryFilter
from db.stores.run_matches import RunMatchStore
from db.stores.verdicts import VerdictStore
from pipeline.catalog import RoleDimension, Skill, SkillAlias
from pipeline.catalog.changes import preview
from pipeline.catalog.operations import ChangeReason, edit, move_link, repoint_alias, retire
from pipeline.contracts import LibraryMatch
from pipeline.errors import WorkbenchError
from pipeline.impact import Scope
from pipeline.stages.capture import missing_links
from tests.conftest import SETTINGS
from tests.db.conftest import finished

WHY = ChangeReason("because")


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.executor.close()


@pytest.fixture
def ran(bench: Workbench, jd: str) -> UUID:
    return finished(bench, bench.executor.start(jd)).id


def test_usage_counts_what_runs_matched(bench: Workbench, ran: UUID, jd: str) -> None:
    finished(bench, bench.executor.start(jd.replace("Spark and Kafka", "Spark")))
    counts = bench.usage.load_for_audit()
    assert (counts.runs, counts.roles) == (2, {"data-engineer": 2})
    assert (counts.skills["kafka"], counts.skills["apache-spark"]) == (1, 2)
    assert counts.dimensions[bench.snapshots.current().indexes.catalog.dimensions_of_skill["kafka"][0].slug] >= 1
    form = next(form for slug, form in counts.forms if slug == "kafka")
    assert counts.forms["kafka", form] == 1 and counts.with_neighbours["kafka", form] == 1
    assert counts.terms["Zephyrine"] == 2
    older, newer = counts.texts[1], counts.texts[0]
    assert (older.text, older.role_slug) == (jd, "data-engineer") and "Kafka" not in newer.text
    kafka = next(f for f in older.forms if f.skill_slug == "kafka")
    assert older.text[kafka.start :].startswith(kafka.alias_text) and "kafka" not in newer.skills


def test_matches_show_the_text_around(bench: Workbench, ran: UUID) -> None:
    (match,) = RunMatchStore(bench.database.engine).matches("kafka")
    assert match.run_id == ran and match.form == "Kafka"
    assert match.before.endswith("streaming pipelines with Spark and ") and match.after.startswith(
        " - Schedule the loads"
    )
    assert RunMatchStore(bench.database.engine).matches("kafka", "another form") == []


def test_words_between_strokes_are_found_one_by_one(bench: Workbench, ran: UUID) -> None:
    assert bench.history.ids(HistoryFilter(words="docker plus"), 5) == [ran]
    assert bench.history.ids(HistoryFilter(words="Docker/CI"), 5) == [ran]
    assert bench.history.ids(HistoryFilter(words="docker minus"), 5) == []


def proposed(bench: Workbench, words: str = "Zephyrine") -> proposals.Proposal:
    return next(p for p in ProposalStore(bench.database.engine).find(words=words))


def test_a_proposal_is_approved_into_the_draft_and_waits_again_when_that_is_discarded(
    bench: Workbench, ran: UUID
) -> None:
    proposal = proposed(bench)
    assert (proposal.runs, proposal.newest_run) == (1, ran)
    (sighting,) = ProposalStore(bench.database.engine).sightings(proposal)
    assert (sighting.run_id, sighting.label) == (ran, "Senior Data Engineer")
    assert sighting.pieces == (("Python, ", False), ("Zephyrine", True), (" and Terraform", False))
    waiting = ProposalStore(bench.database.engine).count_pending()
    added = WHY.change(None, Skill(None, "zephyrine", "Zephyrine"))
    number = ProposalStore(bench.database.engine).decide(proposal.id, "approved", "ann", [added])
    assert (
        number == ChangeSetStore(bench.database.engine).draft_of("ann")
        and ProposalStore(bench.database.engine).count_pending() == waiting - 1
    )
    assert [p.id for p in ProposalStore(bench.database.engine).find("approved")] == [proposal.id]
    with pytest.raises(StoreError, match="is approved already"):
        ProposalStore(bench.database.engine).decide(proposal.id, "rejected", "bob")
    ChangeSetStore(bench.database.engine).discard(number or 0)
    assert proposed(bench).id == proposal.id and ProposalStore(bench.database.engine).count_pending() == waiting
    with pytest.raises(StoreError, match="nothing to stage"):
        ProposalStore(bench.database.engine).decide(proposal.id, "mapped", "ann")


def test_what_was_rejected_for_good_stays_away_when_another_run_proposes_it(
    bench: Workbench, ran: UUID, jd: str
) -> None:
    proposal = proposed(bench)
    ProposalStore(bench.database.engine).decide(proposal.id, "rejected", "ann", reason="a person’s name")
    finished(bench, bench.executor.start(jd + "\nMore to do."))
    assert not ProposalStore(bench.database.engine).find(words="Zephyrine")
    (rejected,) = ProposalStore(bench.database.engine).find("rejected")
    assert (rejected.runs, rejected.decided_by, rejected.reason) == (2, "ann", "a person’s name")
    ProposalStore(bench.database.engine).reopen(proposal.id)
    assert proposed(bench).runs == 2


def test_an_approved_skill_is_found_by_the_next_run(bench: Workbench, ran: UUID, jd: str) -> None:
    added = WHY.change(None, Skill(None, "zephyrine", "Zephyrine"))
    number = ProposalStore(bench.database.engine).decide(proposed(bench).id, "approved", "ann", [added])
    ChangeSetStore(bench.database.engine).commit(number or 0, "ann")
    again = finished(bench, bench.executor.start(jd))
    found = {s["slug"] for s in (again.extraction or {})["final_skills"]}
    assert "zephyrine" in found


def test_a_link_that_runs_propose_is_approved(bench: Workbench, jd: str) -> None:
    for n in range(2):
        finished(bench, bench.executor.start(f"{jd}\n- Salesforce, Marketo and HubSpot, number {n}"))
    links = ProposalStore(bench.database.engine).find(kind="link")
    proposal = next(p for p in links if p.text == "salesforce-administration")
    assert (proposal.role_slug, proposal.runs) == ("data-engineer", 2)
    sightings = ProposalStore(bench.database.engine).sightings(proposal)
    assert [[term for term, marked in s.pieces if marked] for s in sightings] == [["Salesforce", "Marketo"]] * 2
    link = RoleDimension("data-engineer", "salesforce-administration")
    number = ProposalStore(bench.database.engine).decide(proposal.id, "approved", "ann", [WHY.change(None, link)])
    ChangeSetStore(bench.database.engine).commit(number or 0, "ann")
    stored = finished(bench, bench.executor.start(f"{jd}\n- Salesforce, Marketo and HubSpot, again"))
    assert not missing_links(LibraryMatch.model_validate(stored.library_match)).get("salesforce-administration")


def test_the_impact_of_a_draft_on_past_runs(bench: Workbench, ran: UUID) -> None:
    catalog = bench.snapshots.current().indexes.catalog
    old = catalog.dimensions_of_skill["kafka"][0].slug
    number = ChangeSetStore(bench.database.engine).stage_for(
        "ann", move_link(catalog, "kafka", old, "cloud-platforms", WHY)
    )
    (effect,) = bench.impacts.of_draft(number).effects
    assert (effect.run.run_id, effect.run.label) == (str(ran), "Senior Data Engineer")
    assert effect.gained == (("kafka", "cloud-platforms"),) and effect.judged == "unknown"
    assert bench.snapshots.revision() == 1, "a replay commits nothing"
    today, then = bench.impacts.replay(ran, number)
    links = [
        {(d.input_skill, d.dimension.slug) for d in (r.library_match.dimensions if r.library_match else ())}
        for r in (today, then)
    ]
    assert ("Kafka", "cloud-platforms") in links[1] - links[0]


def test_an_impact_is_held_against_what_reviewers_said(bench: Workbench, ran: UUID) -> None:
    catalog = bench.snapshots.current().indexes.catalog
    VerdictStore(bench.database.engine).give(ran, "bob", "data-engineer")
    VerdictStore(bench.database.engine).give(ran, "bob", "data-engineer", ["terraform"], "it means another Terraform")
    assert [v.wrong_skills for v in VerdictStore(bench.database.engine).of_run(ran)] == [("terraform",)]
    (effect,) = bench.impacts.of_changes(retire(catalog, "skills", "terraform", WHY)).effects
    assert effect.judged == "better"
    (effect,) = bench.impacts.of_changes(retire(catalog, "roles", "data-engineer", WHY)).effects
    assert effect.role_changes and effect.judged == "worse"


def test_what_a_draft_cannot_touch_is_not_replayed(bench: Workbench, ran: UUID) -> None:
    catalog = bench.snapshots.current().indexes.catalog
    alias = next(a for a in catalog.skill_aliases if a.skill_slug == "codeigniter")
    found = bench.impacts.of_changes(repoint_alias(catalog, "codeigniter", alias.alias_text, "laravel", WHY))
    assert (found.touched, found.effects) == (0, ())
    assert bench.impacts.of_changes(edit(catalog.skill["kafka"], WHY, vendor="Another")).effects == ()


def test_a_run_without_a_result_cannot_be_replayed(bench: Workbench, ran: UUID) -> None:
    with bench.database.engine.begin() as connection:
        connection.execute(text("UPDATE run SET extraction = NULL"))
    with pytest.raises(WorkbenchError, match="no result"):
        bench.impacts.replay(ran, ChangeSetStore(bench.database.engine).open_draft("ann", "x"))


def retired(bench: Workbench, table: str, slug: str) -> Scope:
    before = bench.snapshots.current().indexes
    changes = retire(before.catalog, table, slug, WHY)
    return Scope(before, before.for_catalog(preview(before.catalog, changes)))


def test_an_edit_finds_the_runs_that_used_its_row_however_old_and_new_forms_in_the_newest_texts(
    bench: Workbench, ran: UUID, jd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = finished(bench, bench.executor.start(jd.replace("Spark and Kafka", "Spark"))).id
    newest = finished(bench, bench.executor.start(jd.replace("Spark and Kafka", "Kafka"))).id
    monkeypatch.setattr(past_runs, "MAX_READ", 1)
    store = past_runs.PastRunStore(bench.database.engine)

    def found(scope: Scope, most: int = 9) -> tuple[list[UUID], int]:
        touched = store.touched(bench.encoder, most, scope)
        return [UUID(run.run_id) for run in touched.runs], touched.count

    assert found(retired(bench, "skills", "kafka")) == ([newest, ran], 2)
    assert found(retired(bench, "skills", "kafka"), most=1) == ([newest], 2)
    assert found(retired(bench, "roles", "data-engineer")) == ([newest, without, ran], 3)
    before = bench.snapshots.current().indexes
    form = SkillAlias(None, "kafka", "harbour dues", "SYNONYM", "CASE_INSENSITIVE", False)
    added = before.for_catalog(preview(before.catalog, (WHY.change(None, form),)))
    assert found(Scope(before, added)) == ([newest], 1)


def test_a_report_says_how_far_it_has_come_and_of_how_many_its_runs_are(
    bench: Workbench, ran: UUID, jd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(bench, bench.executor.start(jd.replace("Spark and Kafka", "Kafka")))
    monkeypatch.setattr(draft_reports, "MAX_REPLAYED", 1)
    come: list[tuple[int, int]] = []
    changes = retire(bench.snapshots.current().catalog, "skills", "kafka", WHY)
    report = bench.reports.make(((1, changes),), lambda *progress: come.append(progress))
    assert come == [(0, 1), (1, 1)]
    assert (report.whole.touched, report.whole.among, report.wire()["among"]) == (1, 2, 2)
