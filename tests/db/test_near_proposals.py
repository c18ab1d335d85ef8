"""Duties that say the same in other words are one proposal, with the words of each run."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from db.server import Database
from db.services.workbench import Workbench
from db.stores.near_proposals import CUT_AT
from db.stores.proposal_keys import proposal_key
from db.stores.review_queue import Proposal, ProposalStore
from tests.conftest import SETTINGS
from tests.db.conftest import finished

DUTY = "Maintain curated tables of harbour dues for analysts and dashboards"
LIKE = "Maintain curated tables of harbour dues for dashboards and analysts"
OTHER = "Build data quality checks and contracts for the tables of harbour dues in the warehouse"


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.executor.close()


@pytest.fixture
def ran(bench: Workbench, jd: str) -> UUID:
    return finished(bench, bench.executor.start(jd)).id


def _duties(bench: Workbench) -> list[Proposal]:
    return ProposalStore(bench.database.engine).find(kind="kra")


def _write(bench: Workbench, statement: str, **values: object) -> None:
    with bench.database.engine.begin() as connection:
        connection.execute(text(statement), values)


def test_a_duty_in_other_words_joins_the_first_one_and_both_wordings_are_kept(
    bench: Workbench, ran: UUID, jd: str
) -> None:
    finished(bench, bench.executor.start(jd.replace(DUTY, LIKE)))
    (proposal,) = _duties(bench)
    assert (proposal.text, proposal.runs, proposal.texts) == (DUTY, 2, 2)
    store = ProposalStore(bench.database.engine)
    assert [(w.text, w.runs) for w in store.wordings(proposal.id)] == [(DUTY, 1), (LIKE, 1)]
    seen = ["".join(piece for piece, marked in s.pieces if marked) for s in store.sightings(proposal)]
    assert seen == [LIKE, DUTY]


def test_a_duty_that_says_something_else_is_a_proposal_of_its_own(bench: Workbench, ran: UUID, jd: str) -> None:
    finished(bench, bench.executor.start(jd.replace(DUTY, OTHER)))
    assert {(p.text, p.runs) for p in _duties(bench)} == {(DUTY, 1), (OTHER, 1)}


def test_a_duty_of_another_role_is_a_proposal_of_its_own(bench: Workbench, ran: UUID, jd: str) -> None:
    _write(bench, "UPDATE proposal SET role_slug = 'etl-developer' WHERE kind = 'kra'")
    finished(bench, bench.executor.start(jd.replace(DUTY, LIKE)))
    assert {(p.role_slug, p.text) for p in _duties(bench)} == {("etl-developer", DUTY), ("data-engineer", LIKE)}


def test_a_duty_in_other_words_stays_rejected(bench: Workbench, ran: UUID, jd: str) -> None:
    (proposal,) = _duties(bench)
    ProposalStore(bench.database.engine).decide(proposal.id, "rejected", "ann", reason="too broad")
    again = finished(bench, bench.executor.start(jd.replace(DUTY, LIKE)))
    assert not _duties(bench)
    (kra,) = (again.extraction or {})["stage5_updates"]["new_kras_attached"]
    assert (kra["queue_id"], kra["status"]) == (proposal.id, "rejected")


def test_a_duty_that_an_older_release_cut_short_becomes_the_whole_one(bench: Workbench, ran: UUID, jd: str) -> None:
    whole = (
        "Maintain curated tables of harbour dues, berths, pilots, tug boats and customs for analysts and dashboards, build data quality "
        "checks and data contracts for the pipelines of the warehouse, and monitor freshness, volume and schema in the lake"
    )
    cut = whole[:CUT_AT]
    change = "UPDATE proposal SET text = :text, key = :key WHERE kind = 'kra'"
    _write(bench, change, text=cut, key=proposal_key(cut))
    (before,) = _duties(bench)
    finished(bench, bench.executor.start(jd.replace(DUTY, whole)))
    (after,) = _duties(bench)
    assert (before.text, after.text) == (cut, whole)
    assert (after.id, after.runs) == (before.id, 2)
