"""What runs leave for curators: matches with their text, proposals to decide, verdicts, and the impact of a draft."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from db import curation, proposals, usage
from db.errors import StoreError
from db.server import Database
from db.workbench import Workbench
from pipeline.catalog import RoleDimension, Skill
from pipeline.catalog.operations import Why, edit, move_link, repoint_alias, retire
from pipeline.contracts import Step2
from pipeline.errors import WorkbenchError
from pipeline.stages.capture import missing_links
from tests.db.conftest import finished

WHY = Why("because")


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready)
    yield bench
    bench._executor.shutdown(wait=True)


@pytest.fixture
def ran(bench: Workbench, jd: str) -> UUID:
    return finished(bench, bench.start(jd)).id


def test_usage_counts_what_runs_matched(bench: Workbench, ran: UUID, jd: str) -> None:
    finished(bench, bench.start(jd.replace("Spark and Kafka", "Spark")))
    counts = usage.usage(bench.engine)
    assert (counts.runs, counts.roles) == (2, {"data-engineer": 2})
    assert (counts.skills["kafka"], counts.skills["apache-spark"]) == (1, 2)
    assert counts.dimensions[bench.indexes()[1].catalog.dimensions_of_skill["kafka"][0].slug] >= 1
    form = next(form for slug, form in counts.forms if slug == "kafka")
    assert counts.forms["kafka", form] == 1 and counts.in_company["kafka", form] == 1
    assert counts.terms["Zephyrine"] == 2


def test_matches_show_the_text_around(bench: Workbench, ran: UUID) -> None:
    (match,) = usage.matches(bench.engine, "kafka")
    assert match.run_id == ran and match.form == "Kafka"
    assert match.before.endswith("streaming pipelines with Spark and ") and match.after.startswith(" - Schedule the loads")
    assert usage.matches(bench.engine, "kafka", "another form") == []


def proposed(bench: Workbench, words: str = "Zephyrine") -> proposals.Proposal:
    return next(p for p in proposals.list_proposals(bench.engine, words=words))


def test_a_proposal_is_approved_into_the_draft_and_waits_again_when_that_is_discarded(bench: Workbench, ran: UUID) -> None:
    proposal = proposed(bench)
    assert (proposal.runs, proposal.newest_run) == (1, ran)
    ((run_id, label, sentence),) = proposals.sentences(bench.engine, proposal)
    assert run_id == ran and label == "Senior Data Engineer" and "Python, Zephyrine and Terraform" in sentence
    waiting = proposals.count_pending(bench.engine)
    added = WHY.change("skills", None, Skill(None, "zephyrine", "Zephyrine"))
    number = proposals.decide(bench.engine, proposal.id, "approved", "ann", [added])
    assert number == curation.draft_of(bench.engine, "ann") and proposals.count_pending(bench.engine) == waiting - 1
    assert [p.id for p in proposals.list_proposals(bench.engine, "approved")] == [proposal.id]
    with pytest.raises(StoreError, match="is approved already"):
        proposals.decide(bench.engine, proposal.id, "rejected", "bob")
    curation.discard(bench.engine, number or 0)
    assert proposed(bench).id == proposal.id and proposals.count_pending(bench.engine) == waiting
    with pytest.raises(StoreError, match="nothing to stage"):
        proposals.decide(bench.engine, proposal.id, "mapped", "ann")


def test_what_was_rejected_for_good_stays_away_when_another_run_proposes_it(bench: Workbench, ran: UUID, jd: str) -> None:
    proposal = proposed(bench)
    proposals.decide(bench.engine, proposal.id, "rejected", "ann", reason="a person’s name")
    finished(bench, bench.start(jd + "\nMore to do."))
    assert not proposals.list_proposals(bench.engine, words="Zephyrine")
    (rejected,) = proposals.list_proposals(bench.engine, "rejected")
    assert (rejected.runs, rejected.decided_by, rejected.reason) == (2, "ann", "a person’s name")
    proposals.reopen(bench.engine, proposal.id)
    assert proposed(bench).runs == 2


def test_an_approved_skill_is_found_by_the_next_run(bench: Workbench, ran: UUID, jd: str) -> None:
    added = WHY.change("skills", None, Skill(None, "zephyrine", "Zephyrine"))
    number = proposals.decide(bench.engine, proposed(bench).id, "approved", "ann", [added])
    curation.commit(bench.engine, number or 0, "ann")
    again = finished(bench, bench.start(jd))
    found = {s["slug"] for s in (again.api1 or {})["final_skills"]}
    assert "zephyrine" in found


def test_a_link_that_runs_propose_is_approved(bench: Workbench, jd: str) -> None:
    for n in range(2):
        finished(bench, bench.start(f"{jd}\n- Salesforce, Marketo and HubSpot, number {n}"))
    links = proposals.list_proposals(bench.engine, kind="link")
    proposal = next(p for p in links if p.text == "salesforce-administration")
    assert (proposal.role_slug, proposal.runs) == ("data-engineer", 2)
    assert "Salesforce" in proposals.sentences(bench.engine, proposal)[0][2]
    link = RoleDimension("data-engineer", "salesforce-administration")
    number = proposals.decide(bench.engine, proposal.id, "approved", "ann", [WHY.change("role_dimensions", None, link)])
    curation.commit(bench.engine, number or 0, "ann")
    stored = finished(bench, bench.start(f"{jd}\n- Salesforce, Marketo and HubSpot, again"))
    assert not missing_links(Step2.model_validate(stored.api2)).get("salesforce-administration")


def test_the_impact_of_a_draft_on_past_runs(bench: Workbench, ran: UUID) -> None:
    catalog = bench.indexes()[1].catalog
    old = catalog.dimensions_of_skill["kafka"][0].slug
    number = curation.stage_mine(bench.engine, "ann", move_link(catalog, "kafka", old, "cloud-platforms", WHY))
    (effect,) = bench.impact(number).effects
    assert (effect.run.run_id, effect.run.label) == (str(ran), "Senior Data Engineer")
    assert effect.gained == (("kafka", "cloud-platforms"),) and effect.judged == "unknown"
    assert bench.revision() == 1, "a replay commits nothing"
    today, then = bench.replayed(ran, number)
    links = [{(d.input_skill, d.dimension.slug) for d in (r.api2.dimensions if r.api2 else ())} for r in (today, then)]
    assert ("Kafka", "cloud-platforms") in links[1] - links[0]


def test_an_impact_is_held_against_what_reviewers_said(bench: Workbench, ran: UUID) -> None:
    catalog = bench.indexes()[1].catalog
    usage.give_verdict(bench.engine, ran, "bob", "data-engineer")
    usage.give_verdict(bench.engine, ran, "bob", "data-engineer", ["terraform"], "it means another Terraform")
    assert [v["wrong_skills"] for v in usage.verdicts_of(bench.engine, ran)] == [["terraform"]]
    (effect,) = bench.impact_of(retire(catalog, "skills", "terraform", WHY)).effects
    assert effect.judged == "better"
    (effect,) = bench.impact_of(retire(catalog, "roles", "data-engineer", WHY)).effects
    assert effect.role_changes and effect.judged == "worse"


def test_what_a_draft_cannot_touch_is_not_replayed(bench: Workbench, ran: UUID) -> None:
    catalog = bench.indexes()[1].catalog
    alias = next(a for a in catalog.skill_aliases if a.skill_slug == "codeigniter")
    found = bench.impact_of(repoint_alias(catalog, "codeigniter", alias.alias_text, "laravel", WHY))
    assert (found.touched, found.effects) == (0, ())
    assert bench.impact_of(edit("skills", catalog.skill["kafka"], WHY, vendor="Another")).effects == ()


def test_a_run_without_a_result_cannot_be_replayed(bench: Workbench, ran: UUID) -> None:
    with bench.engine.begin() as connection:
        connection.execute(text("UPDATE run SET api1 = NULL"))
    with pytest.raises(WorkbenchError, match="no result"):
        bench.replayed(ran, curation.open_draft(bench.engine, "ann", "x"))
