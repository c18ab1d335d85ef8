"""The counts of what runs used: those of a recount, whatever becomes of the runs and of the catalog's links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Select, text
from sqlalchemy.dialects import postgresql

from db.server import Database
from db.services.workbench import Workbench
from db.stores.run_matches import newest_matches
from db.stores.run_records import RunRecords
from db.stores.usage import UsageDifference
from pipeline.audit import Usage
from pipeline.catalog import Catalog
from pipeline.catalog.operations import ChangeReason, move_link
from pipeline.contracts import Extraction
from tests.conftest import JD, SETTINGS
from tests.db.conftest import finished

TEXTS = (JD, JD.replace("Spark and Kafka", "Spark"), JD.replace("Zephyrine", "Zephyr Nine"))


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.close()


@pytest.fixture
def ran(bench: Workbench) -> list[UUID]:
    started = [bench.executor.start(jd) for jd in TEXTS]
    return [finished(bench, run_id).id for run_id in started]


def counted(bench: Workbench) -> Usage:
    """The usage counted one run after the other, from what is stored of it."""
    skills, forms, dimensions, roles = Counter[str](), Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    of_skill: dict[str, set[str]] = {}
    with bench.database.engine.connect() as connection:
        for skill, dimension in connection.execute(text("SELECT skill_slug, dimension_slug FROM skill_dimension")):
            of_skill.setdefault(skill, set()).add(dimension)
        runs = connection.execute(text("SELECT extraction, role_slug FROM run WHERE extraction IS NOT NULL")).all()
    for run in runs:
        matched = [s for s in Extraction.model_validate(run.extraction).skills if s.slug]
        skills.update({str(s.slug) for s in matched})
        forms.update({(str(s.slug), m.alias or m.text) for s in matched for m in s.mentions})
        dimensions.update({d for s in matched for d in of_skill.get(str(s.slug), ())})
        roles.update([run.role_slug] if run.role_slug else [])
    return Usage(len(runs), skills, forms, dimensions=dimensions, roles=roles)


def holds(bench: Workbench) -> None:
    """Assert that the counts are those of the runs."""
    kept, wanted = bench.usage.load(), counted(bench)
    assert (kept.runs, kept.skills, kept.forms) == (wanted.runs, wanted.skills, wanted.forms)
    assert (kept.dimensions, kept.roles) == (wanted.dimensions, wanted.roles)
    assert bench.usage.differences() == []


def move_kafka(bench: Workbench, catalog: Catalog) -> None:
    """Give Kafka another dimension, or its own again."""
    own = catalog.dimensions_of_skill["kafka"][0].slug
    there = move_link(catalog, "kafka", own, "cloud-platforms", ChangeReason())
    with bench.database.engine.connect() as connection:
        moved = text("SELECT count(*) FROM skill_dimension WHERE skill_slug = 'kafka' AND dimension_slug = :own")
        is_there = not connection.execute(moved, {"own": own}).scalar()
    changes = [c.inverse() for c in reversed(there)] if is_there else there
    bench.change_sets.commit(bench.change_sets.open_draft("ann", "Kafka", changes), "ann")


def test_counts_follow_runs_that_are_deleted_put_back_and_erased(
    bench: Workbench, ran: list[UUID], catalog: Catalog
) -> None:
    holds(bench)
    steps = st.lists(
        st.tuples(st.sampled_from(["delete", "put back", "link"]), st.integers(0, len(ran) - 1)), max_size=6
    )

    @settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def follow(steps: list[tuple[str, int]]) -> None:
        for step, i in steps:
            if step == "link":
                move_kafka(bench, catalog)
            elif step == "delete":
                bench.deletions.delete([ran[i]], "ann")
            elif bench.deletions.find(ran[i]):
                bench.deletions.put_back([ran[i]])
            holds(bench)

    follow()
    bench.deletions.delete(ran, "ann")
    bench.deletions.purge(timedelta(0))
    assert bench.usage.load() == Usage() and bench.usage.differences() == []


def test_runs_that_end_while_links_move_and_others_go_are_counted_once(
    bench: Workbench, ran: list[UUID], catalog: Catalog
) -> None:
    started = [bench.executor.start(f"{jd}\nReference {n}") for n, jd in enumerate(TEXTS)]
    move_kafka(bench, catalog)
    bench.deletions.delete(ran[:2], "ann")
    for run_id in started:
        finished(bench, run_id)
    holds(bench)


def test_a_run_that_an_earlier_release_deleted_comes_back(bench: Workbench, ran: list[UUID]) -> None:
    bench.deletions.delete(ran[:1], "ann")
    without = (
        "UPDATE deleted_run SET rows = jsonb_set(rows, '{run_skill}', (SELECT jsonb_agg(f - 'run_at') FROM "
        "jsonb_array_elements(rows->'run_skill') f))"
    )
    with bench.database.engine.begin() as connection:
        connection.execute(text(without))
    bench.deletions.put_back(ran[:1])
    assert bench.run_matches.matches("python")
    holds(bench)


def test_a_step_that_is_stored_twice_counts_once(bench: Workbench, ran: list[UUID]) -> None:
    stored = bench.runs.load(ran[0])
    RunRecords(bench.database.engine).extraction(ran[0], Extraction.model_validate(stored.extraction), (), {})
    holds(bench)


def test_a_proposal_knows_its_runs_and_the_newest(bench: Workbench, ran: list[UUID]) -> None:
    again = finished(bench, bench.executor.start(JD)).id
    (proposal,) = bench.proposals.find(words="Zephyrine")
    assert (proposal.runs, proposal.texts, proposal.newest_run) == (3, 2, again)
    bench.deletions.delete([again], "ann")
    (proposal,) = bench.proposals.find(words="Zephyrine")
    assert (proposal.runs, proposal.texts, proposal.newest_run) == (2, 2, ran[1])


def test_a_count_that_went_wrong_is_found_and_put_right(bench: Workbench, ran: list[UUID]) -> None:
    with bench.database.engine.begin() as connection:
        connection.execute(text("UPDATE usage_count SET runs = 9 WHERE kind = 'skill' AND slug = 'kafka'"))
        connection.execute(text("UPDATE proposal SET texts = 7 WHERE text = 'Zephyrine'"))
    proposal, skill = bench.usage.differences()
    assert (proposal.kind, proposal.form, proposal.kept, proposal.counted) == ("proposal", "texts", 7, 2)
    assert skill == UsageDifference("skill", "kafka", "", 9, 2)
    bench.usage.recount()
    holds(bench)


def plan(engine: Engine, query: Select[tuple[object, ...]]) -> str:
    compiled = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        # Of a few rows any plan is good: one that sorts is taken only where no index has the order.
        for way in ("seqscan", "bitmapscan", "sort"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        return "\n".join(connection.exec_driver_sql(f"EXPLAIN {compiled}".replace("%", "%%")).scalars())


def test_the_newest_runs_of_a_row_come_from_an_index_in_its_order(bench: Workbench) -> None:
    for form, index in ((None, "ix_run_skill_skill_newest"), ("Kafka", "ix_run_skill_form_newest")):
        found = plan(bench.database.engine, newest_matches("kafka", form, 8))
        assert index in found and "Sort" not in found
