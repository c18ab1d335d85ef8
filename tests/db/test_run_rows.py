"""Which runs rest on a row of the catalog is kept with each run, goes with it, and follows what is committed."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
from sqlalchemy import text

from db.services.workbench import Workbench
from db.stores.commits import CommitNote
from db.stores.run_rows import RunsOn
from pipeline.basis import row_key, word_key, words_of, words_of_form
from pipeline.catalog.changes import Change, Place
from pipeline.catalog.operations import ChangeReason, merge
from pipeline.catalog.value import SkillAlias
from tests.conftest import JD, SETTINGS, EmbeddedServer, own_database
from tests.db.conftest import finished

LINK: Place = ("role_dimensions", ("data-engineer", "data-engineering"))


@pytest.fixture(scope="module")
def bench(server: EmbeddedServer, stocked: str) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        workbench = Workbench(database, SETTINGS)
        yield workbench
        workbench.close()


@pytest.fixture
def run_id(bench: Workbench) -> Iterator[UUID]:
    run_id = bench.executor.start(JD)
    finished(bench, run_id)
    yield run_id
    bench.deletions.delete([run_id], "ann")


def kept(bench: Workbench, run_id: UUID) -> object:
    query = text("SELECT revision_id, role_slug, roles, evidence, rows, near FROM run_basis WHERE run_id = :id")
    with bench.database.engine.connect() as connection:
        return connection.execute(query, {"id": run_id}).one()


def form_of(bench: Workbench) -> Place:
    catalog = bench.snapshots.current().catalog
    form = next(a.alias_text for a in catalog.aliases_of_skill["apache-airflow"] if a.alias_text == "Airflow")
    return "skill_aliases", ("apache-airflow", form)


def test_a_run_is_found_by_the_rows_behind_its_role(bench: Workbench, run_id: UUID) -> None:
    form = form_of(bench)
    title: Place = ("role_aliases", ("flutter-developer", "Flutter Developer"))
    assert bench.run_rows.runs_on([form, title]) == RunsOn(1, (run_id,))
    assert bench.run_rows.counts([form, title]) == {form: 1, title: 0}
    assert bench.run_rows.runs_on([title]) == RunsOn(0, ())


def test_what_is_found_later_is_what_was_kept_as_the_run_was_stored(bench: Workbench, run_id: UUID) -> None:
    before = kept(bench, run_id)
    with bench.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM run_basis"))
    assert bench.run_rows.count_missing() == 1
    assert bench.run_bases.catch_up(10) == 1
    assert kept(bench, run_id) == before
    assert bench.run_rows.count_missing() == 0


def test_a_deleted_run_is_found_no_more_until_it_is_put_back(bench: Workbench, run_id: UUID) -> None:
    form, before = form_of(bench), kept(bench, run_id)
    bench.deletions.delete([run_id], "ann")
    assert bench.run_rows.counts([form]) == {form: 0}
    bench.deletions.put_back([run_id])
    assert kept(bench, run_id) == before


def test_a_commit_moves_the_runs_that_it_can_touch_and_leaves_the_others(bench: Workbench, run_id: UUID) -> None:
    def commit(changes: Sequence[Change]) -> None:
        number = bench.change_sets.open_draft("bob", "An edit", changes)
        bench.change_sets.commit(number, "bob", note=CommitNote(override="A test"))

    catalog = bench.snapshots.current().catalog
    commit([Change(None, SkillAlias(None, "flutter", "zzkit"))])
    assert bench.run_rows.count_missing() == 0
    commit(merge(catalog, "skills", "apache-airflow", "kafka", ChangeReason()))
    assert bench.run_rows.count_missing() == 1
    assert bench.run_bases.catch_up(10) == 1
    assert bench.run_rows.counts([("skill_aliases", ("kafka", "Airflow"))]) == {
        ("skill_aliases", ("kafka", "Airflow")): 1
    }


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("Node.js", "we use node.js."),
        ("CI/CD", "our CI / CD runs"),
        ("C#", "in c#, mostly"),
        ("data lake", "Data Lakes"),
    ],
)
def test_the_words_of_a_form_are_words_of_each_text_that_holds_it(form: str, words: str) -> None:
    assert words_of_form(form) <= words_of(words)


def test_keys_of_rows_and_words_are_64_bits_and_differ() -> None:
    keys = {row_key(LINK), row_key(("role_dimensions", ("data-engineer", "data"))), word_key("data")}
    assert len(keys) == 3
    assert all(-(2**63) <= key < 2**63 for key in keys)
