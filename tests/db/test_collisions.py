"""The log of collisions: what runs write into it, how it is read, and what is found fine as it is."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from db.errors import StoreError
from db.server import Database
from db.services.workbench import Workbench
from db.stores.collisions import CollisionFilter, CollisionStore
from pipeline.catalog import RoleAlias, SkillAlias
from pipeline.catalog.operations import ChangeReason
from pipeline.contracts import Extraction
from tests.conftest import SETTINGS
from tests.db.conftest import finished

JD = """Loader of Tables

Company: Juniper Freight Ltd.

Responsibilities:
- Build batch and streaming pipelines with Spark and Kafka
- Schedule the loads with Airflow and backfill the days that failed
- Maintain curated tables of harbour dues for analysts and dashboards

Requirements:
- PySpark, SQL and Hive
- Docker/CI/K8s every day; CI again for the rest
- RTK where the crane asks for it
- Python and Terraform
"""
CI = "skill_alias ci"


@pytest.fixture
def bench(ready: Database):
    workbench = Workbench(ready, SETTINGS)
    why = ChangeReason("a fault for the test")
    added = [
        RoleAlias("data-engineer", "Loader of Tables"),
        RoleAlias("etl-developer", "Loader of Tables"),
        SkillAlias(None, "codeigniter", "CI"),
    ]
    workbench.change_sets.commit(workbench.change_sets.stage_for("Ada", [why.change(None, r) for r in added]), "Ada")
    yield workbench
    workbench.close()


def entries(database: Database, run_id: UUID) -> dict[str, tuple[object, ...]]:
    with database.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT key, kind, chosen, parties, told_apart, start, length FROM collision WHERE run_id = :r ORDER BY id"
            ),
            {"r": run_id},
        )
        return {row.key: tuple(row)[1:] for row in rows}


def insert_entries(database: Database, run_id: UUID, count: int, **cells: object) -> None:
    """Entries of further runs: copies of one that is there."""
    values = {"key": "x", "kind": "skill_alias", "chosen": None, "parties": ["a", "b"], **cells}
    with database.engine.begin() as connection:
        for _ in range(count):
            other = uuid4()
            connection.execute(
                text(
                    "INSERT INTO run (id, jd_text, jd_hash, config, revision_id, status, engine, cost_usd) "
                    "SELECT :new, jd_text, jd_hash, config, revision_id, status, engine, 0 FROM run WHERE id = :old"
                ),
                {"new": other, "old": run_id},
            )
            connection.execute(
                text(
                    "INSERT INTO collision (run_id, kind, key, term, chosen, parties, detail) "
                    "VALUES (:run, :kind, :key, :key, :chosen, :parties, '')"
                ),
                {"run": other, **values},
            )


def test_a_run_logs_the_title_and_each_form_once_with_its_place_and_what_nobody_got(bench: Workbench) -> None:
    stored = finished(bench, bench.executor.start(JD))
    logged = entries(bench.database, stored.id)
    roles = ["data-engineer", "etl-developer"]
    assert logged["loader of tables"] == ("title", stored.role_slug, roles, False, 0, len("Loader of Tables"))
    at = JD.index("CI/")
    assert logged["ci"] == ("skill_alias", "ci-cd", ["ci-cd", "codeigniter"], False, at, 2)
    assert logged["rtk"][1:4] == (None, ["gnss", "redux-toolkit"], True)
    extraction = Extraction.model_validate(stored.extraction)
    assert extraction.decision.alias_collision_detected
    number = extraction.updates.collision_log_id
    assert number is not None
    assert bench.collisions.logged(number) == ("title", "loader of tables")


def test_collisions_are_counted_filtered_sorted_and_shown_a_page_at_a_time(bench: Workbench) -> None:
    run_id = finished(bench, bench.executor.start(JD)).id
    insert_entries(bench.database, run_id, 3, key="ci", chosen="codeigniter", parties=["ci-cd", "codeigniter"])
    insert_entries(bench.database, run_id, 2, key="odd form", parties=["a", "python"])
    insert_entries(
        bench.database, run_id, 1, key="odd title", kind="signals", parties=["data-engineer", "etl-developer"]
    )
    store = bench.collisions
    every = store.find(CollisionFilter(state=""))
    assert [(c.key, c.runs) for c in every.rows] == [("ci", 4), ("odd form", 2), ("rtk", 1), ("loader of tables", 1)]
    named = ("ci", "odd form"), ("loader of tables",)
    assert tuple(c.key for c in store.find(CollisionFilter("skill_alias", "")).rows[:2]) == named[0]
    assert tuple(c.key for c in store.find(CollisionFilter("title", "")).rows) == named[1]
    assert [c.key for c in store.find(CollisionFilter(state="", words="ODD")).rows] == ["odd form"]
    assert [c.key for c in store.find(CollisionFilter(state="", party="python")).rows] == ["odd form"]
    assert store.find(CollisionFilter(state="", order="form")).rows[0].key == "ci"
    page = store.find(CollisionFilter(state="", page=2), size=3)
    assert [c.key for c in page.rows] == ["loader of tables"] and (page.total, page.page, page.pages) == (4, 2, 2)
    late = store.find(CollisionFilter(state="", page=99), size=3)
    assert late.page == 2 and late.rows == page.rows
    none = store.find(CollisionFilter(state="fine", page=2), size=3)
    assert (none.rows, none.total, none.pages, none.states) == ((), 0, 1, {"settled": 4})
    signals = CollisionFilter("signals", "open", roles=("data-engineer", "etl-developer"))
    assert [c.key for c in store.find(signals).rows] == ["odd title"]
    assert store.find(CollisionFilter("signals", "open", roles=("data-engineer",))).rows == ()
    assert "gnss" in store.parties() and store.parties("title") == ["data-engineer", "etl-developer"]


def test_what_collides_now_is_open_and_the_rest_is_settled(bench: Workbench) -> None:
    finished(bench, bench.executor.start(JD))
    states = {
        c.key: c.state for c in bench.collisions.find(CollisionFilter(state="", contested=[CI, "title no such"])).rows
    }
    assert states == {"ci": "open", "rtk": "settled", "loader of tables": "settled"}
    wanted = CollisionFilter(contested=[CI, "title loader of tables"], fine=[CI])
    assert [c.name for c in bench.collisions.find(wanted).rows] == ["title loader of tables"]
    one = bench.collisions.load("skill_alias", "ci", wanted)
    assert one is not None and one.state == "fine" and one.term == "CI"
    assert bench.collisions.load("skill_alias", "no such", wanted) is None


def test_what_was_taken_is_told_by_revision_with_the_newest_runs(bench: Workbench) -> None:
    first = finished(bench, bench.executor.start(JD))
    (row,) = [a for a in bench.snapshots.current().catalog.aliases_of_skill["ci-cd"] if a.alias_text == "CI"]
    change = ChangeReason("the other one").change(row, None)
    bench.change_sets.commit(bench.change_sets.stage_for("Ada", [change]), "Ada")
    insert_entries(bench.database, first.id, 2, key="ci", chosen="codeigniter", parties=["ci-cd", "codeigniter"])
    taken = bench.collisions.taken("skill_alias", "ci")
    assert [(t.revision, t.chosen, t.runs) for t in taken] == [
        (first.revision_id, "codeigniter", 2),
        (first.revision_id, "ci-cd", 1),
    ]
    shown = bench.collisions.examples("skill_alias", "ci")
    assert [e.chosen for e in shown] == ["codeigniter", "codeigniter", "ci-cd"]
    place = shown[-1].place
    assert (
        place is not None and place.form == "CI" and place.before.endswith("Docker/") and place.after.startswith("/K8s")
    )
    assert len(bench.collisions.examples("skill_alias", "ci", limit=2)) == 2


def test_the_role_of_a_text_and_its_other_skills_say_whose_a_form_is(bench: Workbench) -> None:
    plain = finished(bench, bench.executor.start(JD))
    catalog = bench.snapshots.current().catalog
    ci = {d.slug for d in catalog.dimensions_of_skill["ci-cd"]}
    by_role = bool(ci & {d.slug for d in catalog.dimensions_of_role[str(plain.role_slug)]})
    assert bench.collisions.fitting_runs("ci", ["ci-cd", "codeigniter"]) == ({"ci-cd": 1} if by_role else {})
    finished(bench, bench.executor.start(JD.replace("Terraform", "Terraform, Jenkins")))
    assert bench.collisions.fitting_runs("ci", ["ci-cd", "codeigniter"]) == {"ci-cd": 1 + by_role}
    assert bench.collisions.fitting_runs("no such", ["ci-cd"]) == {}


def test_what_is_fine_as_it_is_says_who_and_why_and_is_taken_back(bench: Workbench) -> None:
    store = bench.collisions
    with pytest.raises(StoreError, match="Say why"):
        store.leave_as_it_is("skill_alias", "ci", ["a", "b"], "Bea", "  ")
    with pytest.raises(StoreError, match="nothing to leave"):
        store.leave_as_it_is("skill_alias", "ci", ["a"], "Bea", "so be it")
    store.leave_as_it_is("skill_alias", "ci", ["b", "a"], "Bea", "clients mean both")
    store.leave_as_it_is("skill_alias", "ci", ["b", "a", "c"], "Cid", "still both")
    (kept,) = store.decisions()
    assert (kept.parties, kept.author, kept.reason, kept.name) == (("a", "b", "c"), "Cid", "still both", CI)
    store.reopen("skill_alias", "ci")
    assert store.decisions() == []


def test_a_conflict_of_signals_is_fine_until_another_role_joins_it(bench: Workbench) -> None:
    run_id = finished(bench, bench.executor.start(JD)).id
    insert_entries(
        bench.database, run_id, 1, key="odd title", kind="signals", parties=["data-engineer", "etl-developer"]
    )
    bench.collisions.leave_as_it_is("signals", "odd title", ["data-engineer", "etl-developer"], "Bea", "near roles")
    roles = tuple(bench.snapshots.current().catalog.role)
    assert bench.collisions.find(CollisionFilter("signals", "open", roles=roles)).total == 0
    assert bench.collisions.find(CollisionFilter("signals", "fine", roles=roles)).total == 1
    insert_entries(bench.database, run_id, 1, key="odd title", kind="signals", parties=["data-engineer", "dba"])
    assert bench.collisions.find(CollisionFilter("signals", "open", roles=roles)).total == 1


def test_the_log_goes_and_comes_back_with_its_run(bench: Workbench) -> None:
    run_id = finished(bench, bench.executor.start(JD)).id
    before = entries(bench.database, run_id)
    bench.deletions.delete([run_id], "Ada")
    assert CollisionStore(bench.database.engine).find(CollisionFilter(state="")).total == 0
    bench.deletions.put_back([run_id])
    assert entries(bench.database, run_id) == before and len(before) == 3
