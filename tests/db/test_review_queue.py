"""The review queue at scale: pages and groups of a filter, acts on many that are undone as one, and what decisions teach."""

import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from db.errors import StoreError
from db.server import Database
from db.services.bulk_approvals import BulkAct, plan
from db.services.workbench import Workbench
from db.stores.proposal_keys import proposal_key
from db.stores.queue_decisions import Approval, QueueDecision
from db.stores.queue_filters import EMPLOYER, QueueFilter
from db.stores.review_queue import Proposal
from pipeline.contracts import Extraction
from tests.conftest import SETTINGS
from tests.db.conftest import finished


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.executor.close()


def propose(bench: Workbench, kind: str, *texts: str, role: str = "", jds: tuple[str, ...] = ()) -> list[int]:
    """Proposals as runs would have left them, each made by runs of the given texts."""
    with bench.database.engine.begin() as connection:
        runs = [_run(connection, jd) for jd in jds]
        numbers = []
        for words in texts:
            query = text(
                "INSERT INTO proposal (kind, key, role_slug, text, runs, texts, newest_run) "
                "VALUES (:kind, :key, :role, :text, :n, :n, :newest) RETURNING id"
            )
            cells = {"kind": kind, "key": proposal_key(words), "role": role, "text": words, "n": max(len(runs), 3)}
            cells["newest"] = runs[0] if runs else None
            number = int(connection.execute(query, cells).scalar_one())
            numbers.append(number)
            for run in runs:
                made = text("INSERT INTO proposal_run (proposal_id, run_id, evidence) VALUES (:id, :run, :text)")
                connection.execute(made, {"id": number, "run": run, "text": words})
    return numbers


def _run(connection: object, jd: str) -> UUID:
    number = uuid4()
    query = text(
        "INSERT INTO run (id, jd_text, jd_hash, engine, config, revision_id, status, extraction) "
        "SELECT :id, CAST(:jd AS text), md5(CAST(:jd AS text)), 'local', '{}', max(id), 'completed', CAST(:step AS jsonb) FROM catalog_revision"
    )
    step = json.dumps({Extraction.model_fields["parsed"].alias: {"company_name": "Norvale Shipping Ltd"}})
    connection.execute(query, {"id": number, "jd": jd, "step": step})  # type: ignore[attr-defined]
    return number


def found(bench: Workbench, wanted: QueueFilter) -> list[str]:
    return [p.text for p in bench.proposals.page(wanted).rows]


def test_a_list_is_a_page_of_a_filter_with_the_count_of_all(bench: Workbench) -> None:
    propose(bench, "skill", *(f"Quorvix {n:03d}" for n in range(120)))
    propose(bench, "title", "Keeper of Lakes", role="data-engineer")
    page = bench.proposals.page(QueueFilter(kind="skill"), number=3)
    assert (page.total, page.number, page.pages, len(page.rows)) == (120, 3, 3, 20)
    assert bench.proposals.page(QueueFilter(kind="skill"), number=99).number == 3
    assert len(bench.proposals.ids(QueueFilter(kind="skill"))) == 120
    assert found(bench, QueueFilter(owner="data-engineer")) == ["Keeper of Lakes"]
    assert found(bench, QueueFilter(min_runs=5)) == []


def test_spellings_and_nearly_equal_meanings_are_groups(bench: Workbench) -> None:
    propose(
        bench, "skill", "Zanthil Pipelines", "zanthil-pipeline", "Zanthil", "Brumplelake", "Brumpllake", "Tug boats"
    )
    propose(bench, "kra", "Keep the ledger of harbour dues up to date", role="data-engineer")
    propose(bench, "kra", "Keep the ledger of the harbour dues up-to-date", role="etl-developer")
    bench.queue_signs.catch_up(500)
    spellings = bench.proposals.groups(QueueFilter(), "spelling")
    assert {(g.first, *g.others) for g in spellings.rows} == {
        ("Zanthil Pipelines", "zanthil-pipeline"),
        ("Brumplelake", "Brumpllake"),
    }
    duties = bench.proposals.groups(QueueFilter(kind="kra"), "meaning")
    assert [(g.proposals, g.first) for g in duties.rows] == [(2, "Keep the ledger of harbour dues up to date")]
    inside = QueueFilter(meaning=int(duties.rows[0].key))
    assert len(found(bench, inside)) == 2


def test_what_looks_like_an_employer_is_found_by_its_texts_and_not_by_a_list(bench: Workbench) -> None:
    jd = "About Norvale: Norvale is hiring. We work with Tarnbase every day. Join Quillby GmbH for a week."
    propose(bench, "skill", "Norvale", "Tarnbase", "Quillby", jds=(jd, jd + " again", jd + " and again"))
    bench.queue_signs.catch_up(500)
    assert set(found(bench, QueueFilter(doubt=EMPLOYER))) == {"Norvale", "Quillby"}
    looks = {p.text: p.employer_look for p in bench.proposals.page(QueueFilter(doubt=EMPLOYER)).rows}
    assert looks["Norvale"] == "it is the employer of a text that has it"
    assert looks["Quillby"] == "a text puts a legal form behind it"


def test_many_are_rejected_in_one_act_without_what_was_decided_meanwhile_and_undone_as_one(bench: Workbench) -> None:
    numbers = propose(bench, "skill", "Quorvix", "Zanthil", "Brumple")
    bench.proposals.reject([numbers[1]], "Bob", "too broad")
    act = bench.proposals.reject(numbers, "Ada", "a fragment")
    assert (act.proposals, [(one.text, one.why) for one in act.left_out]) == (
        2,
        [("Zanthil", "rejected by Bob meanwhile")],
    )
    reasons = {p.text: (p.decided_by, p.reason) for p in bench.proposals.find("rejected")}
    assert reasons["Quorvix"] == ("Ada", "a fragment") and reasons["Zanthil"] == ("Bob", "too broad")
    with pytest.raises(StoreError, match="somebody else has decided all of them"):
        bench.proposals.reject(numbers, "Cy", "too broad")
    assert bench.proposals.undo(act.number, "Ada") == 2
    assert {p.text for p in bench.proposals.find()} == {"Quorvix", "Brumple"}
    with pytest.raises(StoreError, match="Ada has undone this already"):
        bench.proposals.undo(act.number, "Bob")
    assert [p.text for p in bench.proposals.find("rejected")] == ["Zanthil"]


def approve(bench: Workbench, numbers: list[int], act: BulkAct) -> int:
    wanted = plan(bench.proposals.load_all(numbers), bench.snapshots.current().catalog, act)
    decided = bench.proposals.decide_several(QueueDecision(act.status, "Ada", "bulk"), wanted.approvals)
    return decided.number


def test_many_become_forms_of_a_skill_as_one_decision_of_the_draft(bench: Workbench) -> None:
    numbers = propose(bench, "skill", "Quorvix", "Zanthil")
    act = approve(bench, numbers, BulkAct("form_of", "redis"))
    draft = bench.change_sets.draft_of("Ada")
    assert draft is not None
    (decision,) = bench.change_sets.decisions(draft)
    assert {c.key for c in decision.changes} == {("redis", "Quorvix"), ("redis", "Zanthil")}
    assert {p.text for p in bench.proposals.find("mapped")} == {"Quorvix", "Zanthil"}
    assert bench.proposals.undo(act, "Ada") == 2
    assert bench.change_sets.load_changes(draft) == ()
    assert {p.text for p in bench.proposals.find()} == {"Quorvix", "Zanthil"}


def test_a_bulk_decision_that_leaves_the_draft_and_comes_back_takes_its_proposals_along(bench: Workbench) -> None:
    numbers = propose(bench, "skill", "Quorvix", "Zanthil")
    approve(bench, numbers, BulkAct("new_skill", "cloud-platforms", "TOOL"))
    draft = bench.change_sets.draft_of("Ada") or 0
    (decision,) = bench.change_sets.decisions(draft)
    bench.change_sets.take_out(draft, decision.number, "Ada")
    assert len(bench.proposals.find()) == 2
    assert bench.proposals.decisions()[0].undone_by == "Ada"
    bench.change_sets.put_back(draft, decision.number)
    assert {p.text for p in bench.proposals.find("approved")} == {"Quorvix", "Zanthil"}
    assert bench.proposals.decisions()[0].can_be_undone


def _proposal(number: int, kind: str, words: str, **cells: object) -> Proposal:
    nothing = dict.fromkeys(("newest_run", "newest_at", "decided_by", "decided_at", "reason", "change_set_id"))
    rest = {
        "role_slug": "",
        "status": "pending",
        "runs": 2,
        "texts": 2,
        "queue_decision_id": None,
        "weak": "",
        **nothing,
    }
    return Proposal(number, kind, text=words, **{**rest, **cells})  # type: ignore[arg-type]


def test_a_plan_says_what_each_becomes_and_which_are_left_out_and_why(bench: Workbench) -> None:
    catalog = bench.snapshots.current().catalog
    proposals = [
        _proposal(1, "skill", "Quorvix", nature="TOOL"),
        _proposal(2, "title", "Keeper of Lakes"),
        _proposal(3, "skill", "quorvix"),
        _proposal(4, "skill", "k8s", nature="TOOL"),
        _proposal(5, "skill", "Zanthil"),
        _proposal(6, "skill", "Brumple", nature="TOOL", edits={"name": "Brumple DB", "nature": "DATABASE"}),
        _proposal(7, "skill", "Tarn", status="rejected", decided_by="Bob"),
    ]
    wanted = plan(proposals, catalog, BulkAct("new_skill", "cloud-platforms"))
    assert [a.number for a in wanted.approvals] == [1, 6]
    assert {(c.table, c.key) for c in wanted.approvals[1].changes} == {
        ("skills", ("brumple-db",)),
        ("skill_aliases", ("brumple-db", "Brumple DB")),
        ("skill_aliases", ("brumple-db", "Brumple")),
        ("skill_dimensions", ("brumple-db", "cloud-platforms")),
    }
    assert wanted.approvals[1].changes[0].after.skill_nature == "DATABASE"
    assert {one.number: one.why for one in wanted.left_out} == {
        2: "it is a title",
        3: "what it is, is not known: choose a nature",
        4: "it is a form of Kubernetes already",
        5: "what it is, is not known: choose a nature",
        7: "rejected by Bob already",
    }
    same = plan(proposals[:3], catalog, BulkAct("form_of", "redis"))
    assert [one.why for one in same.left_out] == ["it is a title", "“Quorvix” of this list is the same"]


def test_what_was_suggested_is_approved_only_where_it_is_sure_or_was_written(bench: Workbench) -> None:
    catalog = bench.snapshots.current().catalog
    carried = catalog.dimensions_of_role
    role = next(r.slug for r in catalog.roles if "cloud-platforms" not in {d.slug for d in carried.get(r.slug, ())})
    proposals = [
        _proposal(1, "skill", "Quorvix", nature="TOOL", dimension="cloud-platforms", certainty=0.4),
        _proposal(2, "skill", "Zanthil", nature="TOOL", dimension="cloud-platforms", certainty=0.9),
        _proposal(3, "skill", "Brumple", nature="TOOL", certainty=0.1, edits={"dimension": "cloud-platforms"}),
        _proposal(4, "link", "cloud-platforms", role_slug=role),
        _proposal(5, "role", "Harbour Pilot"),
    ]
    wanted = plan(proposals, catalog, BulkAct("suggested"))
    assert [a.number for a in wanted.approvals] == [2, 3, 4]
    assert {one.number for one in wanted.left_out} == {1, 5}


def test_a_term_goes_where_a_curator_has_fixed_it_and_nowhere_else(bench: Workbench) -> None:
    catalog = bench.snapshots.current().catalog
    other = next(d.slug for d in catalog.dimensions if d.slug != "cloud-platforms")
    proposals = [_proposal(1, "skill", "Quorvix", nature="TOOL"), _proposal(2, "skill", "Zanthil", nature="TOOL")]
    fixed = {"quorvix": ["cloud-platforms"]}
    wanted = plan(proposals, catalog, BulkAct("new_skill", other), fixed)
    assert [(one.number, one.why) for one in wanted.left_out] == [(1, "a curator has fixed Cloud Platforms for it")]
    (approval,) = plan(proposals[:1], catalog, BulkAct("suggested"), fixed).approvals
    assert ("skill_dimensions", ("quorvix", "cloud-platforms")) in {(c.table, c.key) for c in approval.changes}


def test_what_is_written_into_a_proposal_is_kept_until_it_is_decided(bench: Workbench) -> None:
    (number,) = propose(bench, "skill", "Quorvix")
    bench.proposals.edit(number, "name", "Quorvix DB", "Ada")
    bench.proposals.edit(number, "nature", "DATABASE", "Bob")
    bench.proposals.edit(number, "nature", "", "Bob")
    proposal = bench.proposals.load(number)
    assert proposal is not None and (proposal.name, dict(proposal.edits)) == ("Quorvix DB", {"name": "Quorvix DB"})
    bench.proposals.reject([number], "Ada", "too broad")
    with pytest.raises(StoreError, match="“Quorvix” is rejected already"):
        bench.proposals.edit(number, "name", "Quorvix", "Ada")


def test_what_was_written_into_a_proposal_outlives_the_runs_that_made_it(bench: Workbench, jd: str) -> None:
    run = finished(bench, bench.executor.start(jd))
    (proposal,) = bench.proposals.find(words="Zephyrine")
    bench.proposals.edit(proposal.id, "name", "Zephyrine DB", "Ada")
    bench.deletions.delete([run.id], "Ada")
    assert [p.name for p in bench.proposals.find(words="Zephyrine")] == ["Zephyrine DB"]
    assert bench.proposals.find(kind="kra") == []


def test_rejections_of_a_kind_lower_its_like_and_say_how_many(bench: Workbench) -> None:
    rejected = propose(bench, "skill", *(f"QX{n}" for n in range(8)))
    later = propose(bench, "skill", "QX99", "plain harbour dues")
    bench.queue_signs.catch_up(500)
    assert [p.lowered for p in bench.proposals.load_all(later)] == [None, None]
    assert found(bench, QueueFilter(words="QX99")) == ["QX99"]
    act = bench.proposals.reject(rejected, "Ada", "a name or a place")
    low, other = bench.proposals.load_all(later)
    assert low.lowered is not None and (low.lowered.rejected, low.lowered.decided) == (8, 8)
    assert low.lowered.mark == "form skill one word in capitals with digits"
    assert other.lowered is None
    assert found(bench, QueueFilter()) == ["plain harbour dues", "QX99"]
    bench.proposals.undo(act.number, "Ada")
    assert bench.proposals.load_all(later)[0].lowered is None


def test_a_rejected_form_is_not_proposed_in_another_spelling(bench: Workbench, jd: str) -> None:
    finished(bench, bench.executor.start(jd.replace("Zephyrine", "Zephyrine-Pipelines")))
    (proposal,) = bench.proposals.find(words="Zephyrine")
    bench.proposals.reject([proposal.id], "Ada", "too broad")
    run = finished(bench, bench.executor.start(jd.replace("Zephyrine", "ZephyrinePipeline")))
    assert bench.proposals.find(words="Zephyrine") == []
    attached = (run.extraction or {})["stage5_updates"]["new_skills_attached"]
    assert [(s["queue_id"], s["status"]) for s in attached if "Zephyrine" in s["skill_name"]] == [
        (proposal.id, "rejected")
    ]
    bench.proposals.reopen(proposal.id)
    assert bench.proposals.load(proposal.id).runs == 2  # type: ignore[union-attr]


def test_a_form_that_is_a_name_of_nothing_is_not_proposed_as_another_kind(bench: Workbench, jd: str) -> None:
    (title,) = propose(bench, "title", "Zephyrine", role="etl-developer")
    bench.proposals.reject([title], "Ada", "a name or a place")
    finished(bench, bench.executor.start(jd))
    assert bench.proposals.find(words="Zephyrine") == []
    bench.proposals.reopen(title)
    bench.proposals.reject([title], "Ada", "there already")
    finished(bench, bench.executor.start(jd + "\nReference 2"))
    assert [p.kind for p in bench.proposals.find(words="Zephyrine")] == ["skill"]


def test_an_approval_needs_something_that_still_waits(bench: Workbench) -> None:
    with pytest.raises(StoreError, match="Nothing was decided"):
        bench.proposals.decide_several(QueueDecision("approved", "Ada", "x"), [Approval(999_999)])
