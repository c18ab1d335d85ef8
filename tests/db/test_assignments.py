"""Assignments in a real store: exact samples and overlaps, nobody given a run twice, progress from verdicts, and agreement as planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.server import Database
from db.services.agreements import Agreements
from db.stores.adjudications import AdjudicationStore, Ruling, Statement
from db.stores.assignment_progress import AssignmentProgress
from db.stores.assignments import AssignmentStore, NewAssignment
from db.stores.run_filters import HistoryFilter
from db.stores.run_samples import RunSamples, Sampling
from db.stores.runs import jd_hash
from db.stores.verdicts import VerdictStore
from pipeline.agreement.allotment import Sharing
from pipeline.errors import InputError
from tests.conftest import least_seconds, own_database

THREE = ("Ada", "Bo", "Cy")
_RUN = text("""
INSERT INTO run (id, jd_text, jd_hash, config, revision_id, status, engine, extraction, role_slug, confidence, given_title, created_at)
VALUES (:id, :jd, :hash, '{}', 1, :status, 'local', '{}', :role, :confidence, :title, timestamptz '2026-01-01' + make_interval(mins => :n))
""")


def add_runs(database: Database, n: int, prefix: str = "Text", **cells: object) -> list[UUID]:
    """Completed runs of texts of their own, one a minute; their confidence goes up from 0 to 1."""
    rows = []
    for i in range(n):
        jd = f"{prefix} {i} of a job"
        row = {"id": uuid4(), "jd": jd, "hash": jd_hash(jd), "status": "completed", "role": "data-engineer", "n": i}
        rows.append({**row, "confidence": i / max(1, n - 1), "title": f"{prefix} {i}", **cells})
    with database.engine.begin() as connection:
        connection.execute(_RUN, rows)
    return [row["id"] for row in rows]


@pytest.fixture(scope="module")
def shelf(server: EmbeddedServer, stocked: str) -> Iterator[str]:
    """Name of a database with 30 runs, to be copied."""
    with own_database(server, stocked) as database:
        add_runs(database, 30)
        with database.engine.connect() as connection:
            name = str(connection.execute(text("SELECT current_database()")).scalar_one())
        database.engine.dispose()
        yield name


@pytest.fixture
def kept(server: EmbeddedServer, shelf: str) -> Iterator[Database]:
    with own_database(server, shelf) as database:
        yield database


def wish(name: str = "Week 1", size: int = 10, reviewers: tuple[str, ...] = THREE, overlap: float = 0.2, **how: object):
    sampling = Sampling(**{"size": size, "seed": 5, **how})
    return NewAssignment(name, sampling, Sharing(reviewers, overlap))


def given(database: Database, number: int) -> dict[UUID, list[str]]:
    """Who has each run of an assignment."""
    query = text(
        "SELECT run_id, array_agg(reviewer ORDER BY reviewer) FROM assignment_item WHERE assignment_id = :id GROUP BY 1"
    )
    with database.engine.connect() as connection:
        return {run: list(names) for run, names in connection.execute(query, {"id": number})}


# --- samples ------------------------------------------------------------------------------------------------------


def test_a_sample_is_shared_out_exactly_and_the_seed_gives_it_again(kept: Database) -> None:
    store = AssignmentStore(kept.engine)
    created = store.create(wish(overlap=0.3), "Lea")
    assert (created.runs, created.shared) == (10, 3)
    runs = given(kept, created.id)
    assert Counter(map(len, runs.values())) == {1: 7, 2: 3}
    assert max(Counter(name for names in runs.values() for name in names).values()) == 5
    assert (store.load(created.id).seed, store.load(created.id).author) == (5, "Lea")
    store.close(created.id, "Lea")
    again = store.create(wish("Week 1 again", overlap=0.3), "Lea")
    assert set(given(kept, again.id)) == set(runs)


def test_runs_that_were_chosen_are_given_whether_they_are_finished_or_not(kept: Database) -> None:
    store = AssignmentStore(kept.engine)
    chosen = (*add_runs(kept, 2, "Chosen"), *add_runs(kept, 1, "Queued", status="created"))
    created = store.create(replace(wish(size=3, overlap=0.0), runs=chosen), "Ada")
    assert set(given(kept, created.id)) == set(chosen)
    with pytest.raises(StoreError, match="No run is left"):
        store.create(replace(wish("Week 2", 3, ("Ada",)), runs=(uuid4(),), sharing=Sharing(("Ada",))), "Ada")
    with pytest.raises(StoreError, match="There is an assignment “Week 1” already"):
        store.check(wish(), "Ada")


def test_what_a_reviewer_has_is_not_given_again_and_what_is_left_runs_out(kept: Database) -> None:
    store = AssignmentStore(kept.engine)
    first = store.create(wish("one", 20, ("Ada",), 0), "Lea")
    second = store.create(wish("two", 20, ("Ada",), 0), "Lea")
    assert (first.runs, second.runs) == (20, 10)
    assert not set(given(kept, first.id)) & set(given(kept, second.id))
    with pytest.raises(StoreError, match="No run is left to be given"):
        store.create(wish("three", 5, ("Ada",), 0), "Lea")
    assert store.create(wish("four", 5, ("Ada", "Bo"), 1), "Lea").shared == 0, "each run can go to Bo alone"


def test_a_run_that_was_judged_is_not_given_to_who_has_judged_it(kept: Database) -> None:
    run = next(iter(RunSampled(kept).newest(1)))
    VerdictStore(kept.engine).give(run, "Ada", "data-engineer")
    created = AssignmentStore(kept.engine).create(wish(size=30, reviewers=("Ada",), overlap=0), "Lea")
    assert run not in given(kept, created.id) and created.runs == 29


class RunSampled:
    """Runs of the store, the newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, n: int) -> list[UUID]:
        with self._database.engine.connect() as connection:
            return list(
                connection.execute(text("SELECT id FROM run ORDER BY created_at DESC LIMIT :n"), {"n": n}).scalars()
            )


def test_the_least_sure_are_those_nearest_to_the_threshold(kept: Database) -> None:
    created = AssignmentStore(kept.engine).create(wish(size=3, overlap=0, way="uncertain", threshold=0.7), "Lea")
    query = text("SELECT confidence FROM run WHERE id = ANY(:ids) ORDER BY 1")
    with kept.engine.connect() as connection:
        found = list(connection.execute(query, {"ids": list(given(kept, created.id))}).scalars())
    assert found == pytest.approx([19 / 29, 20 / 29, 21 / 29])


def test_runs_that_disagree_are_those_that_reviewers_or_runs_of_the_text_answer_differently(kept: Database) -> None:
    (one,) = RunSampled(kept).newest(1)
    samples = RunSamples(kept.engine)
    assert samples.count("disagreeing", HistoryFilter()) == 0
    for who, role in (("Dan", "data-engineer"), ("Eve", None)):
        VerdictStore(kept.engine).give(one, who, role)
    add_runs(kept, 1, role="backend-engineer")
    assert samples.count("disagreeing", HistoryFilter()) == 2
    created = AssignmentStore(kept.engine).create(wish(overlap=0, way="disagreeing"), "Lea")
    assert created.runs == 2 and one in given(kept, created.id)


def test_of_runs_of_one_text_the_newest_is_taken_and_the_filter_narrows(kept: Database) -> None:
    add_runs(kept, 30, role="backend-engineer", confidence=0.1)
    assert RunSamples(kept.engine).count("random", HistoryFilter()) == 30
    created = AssignmentStore(kept.engine).create(
        wish(size=50, overlap=0, narrowed=HistoryFilter(role="backend-engineer")), "Lea"
    )
    assert created.runs == 30
    assert AssignmentStore(kept.engine).load(created.id).narrowed == HistoryFilter(role="backend-engineer")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (wish(" "), "Give the assignment a name"),
        (wish(size=0), "between 1 and 20,000 runs; 0 were asked for"),
        (wish(reviewers=("Ada",)), "2 are to judge the same run"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(kept: Database, bad: NewAssignment, message: str) -> None:
    with pytest.raises((StoreError, InputError), match=message):
        AssignmentStore(kept.engine).create(bad, "Lea")
    assert AssignmentStore(kept.engine).all() == []


# --- progress and moving ------------------------------------------------------------------------------------------


def test_progress_follows_from_verdicts_alone(kept: Database) -> None:
    store, progress = AssignmentStore(kept.engine), AssignmentProgress(kept.engine)
    number = store.create(wish(size=4, reviewers=("Ada",), overlap=0), "Lea").id
    first, second, third, fourth = [one.run_id for one in progress.given_to("Ada", 9)]
    VerdictStore(kept.engine).give(first, "Bo", None)
    assert progress.waiting("Ada") == 4
    VerdictStore(kept.engine).give(first, "Ada", None)
    store.skip(number, third, "Ada", "In Polish")
    (ada,) = progress.of_all()[number]
    assert (ada.runs, ada.done, ada.skipped, ada.left, ada.last is not None) == (4, 1, 1, 2, True)
    assert progress.after("Ada", second).run_id == fourth and progress.after("Ada", fourth).run_id == second
    assert [one.skip_reason for one in progress.skipped(number)] == ["In Polish"]
    assert progress.find("Ada", first) is None and progress.find("Ada", third).skipped_at is not None
    VerdictStore(kept.engine).withdraw(first, "Ada")
    store.unskip(number, third, "Ada")
    assert progress.waiting("Ada") == 4


def test_the_rate_is_that_of_judging_without_pauses(kept: Database) -> None:
    number = AssignmentStore(kept.engine).create(wish(size=4, reviewers=("Ada",), overlap=0), "Lea").id
    runs = list(given(kept, number))
    at = ("10:00", "10:02", "10:05", "14:00")
    with kept.engine.begin() as connection:
        for run, moment in zip(runs, at, strict=True):
            VerdictStore(kept.engine).give(run, "Ada", None)
            connection.execute(
                text("UPDATE verdict SET created_at = CAST(:at AS timestamptz) WHERE run_id = :run"),
                {"at": f"2026-02-03 {moment}", "run": run},
            )
    (ada,) = AssignmentProgress(kept.engine).of_all()[number]
    assert (ada.seconds, ada.an_hour, ada.left) == (150, 24, 0)


def test_what_is_not_done_goes_to_another_and_what_the_other_has_stays(kept: Database) -> None:
    store, progress = AssignmentStore(kept.engine), AssignmentProgress(kept.engine)
    number = store.create(wish(size=6, reviewers=("Ada", "Bo"), overlap=0.5), "Lea").id
    runs = given(kept, number)
    alone = [run for run, names in runs.items() if names == ["Ada"]]
    VerdictStore(kept.engine).give(alone[0], "Ada", None)
    moved = store.reassign(number, ("Ada", "Bo"), "Lea")
    assert moved == len(alone) - 1
    assert store.reassign(number, ("Ada", "Cy"), "Lea") == 3, "those that both have"
    assert {one.reviewer: one.left for one in progress.of_all()[number]} == {"Ada": 0, "Bo": 3 + 2 + moved - 1, "Cy": 3}
    assert {one.moved_from for one in progress.given_to("Cy", 9)} == {"Ada"}
    with pytest.raises(StoreError, match="Name somebody else"):
        store.reassign(number, ("Bo", " Bo "), "Lea")


def test_a_closed_assignment_waits_for_nobody_and_opened_again_gives_nothing_twice(kept: Database) -> None:
    store, progress = AssignmentStore(kept.engine), AssignmentProgress(kept.engine)
    first = store.create(wish("one", 20, ("Ada",), 0), "Lea").id
    store.close(first, "Lea")
    assert progress.waiting("Ada") == 0
    with pytest.raises(StoreError, match="“one” was closed by Lea"):
        store.reassign(first, ("Ada", "Bo"), "Lea")
    second = store.create(wish("two", 20, ("Ada",), 0), "Lea").id
    assert set(given(kept, first)) == set(given(kept, second))
    store.reopen(first)
    assert progress.waiting("Ada") == 20
    assert {one.skip_reason for one in progress.skipped(first)} == {"given in “two” meanwhile"}


# --- agreement ----------------------------------------------------------------------------------------------------


def test_simulated_reviewers_show_the_kappa_of_the_matrix_that_was_planted_within_a_second(kept: Database) -> None:
    """1,050 runs, three reviewers, a fifth of the runs judged by two: of each ten of the 70 that two share, the pair answers
    alike on eight (five data, three web) and differently on two.
    """
    add_runs(kept, 1020, "More")
    number = AssignmentStore(kept.engine).create(wish(size=1050, overlap=0.2), "Lea").id
    pattern = [("data", "data")] * 5 + [("web", "web")] * 3 + [("data", "web"), ("web", "data")]
    met: Counter[tuple[str, ...]] = Counter()
    rows = []
    for run, names in given(kept, number).items():
        answers = pattern[met[tuple(names)] % 10] if len(names) == 2 else ("data",)
        met[tuple(names)] += len(names) == 2
        rows += [{"run": run, "who": who, "role": role} for who, role in zip(names, answers, strict=True)]
    assert sorted(n for n in met.values() if n) == [70, 70, 70]
    with kept.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO verdict (run_id, author, role_slug, wrong_skills, note) VALUES (:run, :who, :role, '{}', '')"
            ),
            rows,
        )
    agreements = Agreements(kept.engine)
    assert least_seconds(lambda: (agreements.measure(number), agreements.disputes(number)), 1.0) < 1.0
    found, disputes = agreements.measure(number), agreements.disputes(number)
    # Marginals 0.6 and 0.4: chance 0.52, so that 0.8 alike is a kappa of 0.583.
    assert found.runs == 210 and len(disputes) == 42
    for figure in [found.pooled["role"], *(pair.figures["role"] for pair in found.pairs)]:
        assert figure.value == pytest.approx((0.8 - 0.52) / (1 - 0.52))
        assert figure.interval.low < 0.583 < figure.interval.high
    assert found.pooled["role"].interval.low > found.pairs[0].figures["role"].interval.low
    assert all(sum(one.done for one in part) == 1260 for part in AssignmentProgress(kept.engine).of_all().values())


# --- adjudications ------------------------------------------------------------------------------------------------


def test_a_decision_is_kept_with_what_was_said_undone_and_taken_anew(kept: Database) -> None:
    store, agreements, verdicts = AdjudicationStore(kept.engine), Agreements(kept.engine), VerdictStore(kept.engine)
    run = RunSampled(kept).newest(1)[0]
    verdicts.give(run, "Ada", "data-engineer", note="pipelines all day")
    verdicts.give(run, "Bo", "backend-engineer")
    (dispute,) = agreements.disputes()
    assert dispute.said == (
        Statement("Ada", "data-engineer", "pipelines all day"),
        Statement("Bo", "backend-engineer"),
    )
    ruling = Ruling("role", "", "data-engineer", "house", reason="duties", said=dispute.said)
    first = store.decide(run, ruling, "Lea")
    with pytest.raises(StoreError, match="Lea has decided this meanwhile"):
        store.decide(run, ruling, "Max")
    second = store.decide(run, Ruling("role", "", "NONE", "house", said=dispute.said, replaces=first), "Max")
    assert [(one.id, one.value, one.ending) for one in store.of_run(run)] == [
        (second, "NONE", None),
        (first, "data-engineer", "replaced"),
    ]
    assert agreements.disputes_of(run)[0].decided.author == "Max"
    verdicts.give(run, "Bo", "sre")
    assert agreements.disputes_of(run)[0].has_moved
    assert store.undo(second, "Max").value == "NONE"
    assert [one.id for one in store.in_force()] == [first]
    store.undo(first, "Lea")
    assert store.in_force() == []
    with pytest.raises(StoreError, match="not in force any more"):
        store.undo(first, "Lea")
