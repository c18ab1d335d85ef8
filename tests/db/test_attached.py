"""Results of a batch attached as an experiment: read where they lie, sliced, listed, compared; moved, changed, not what they seem."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from db import attached_commands
from db.errors import StoreError
from db.services.attached import AttachedExperiments
from db.services.attached_queries import SliceFigures, Wanted
from db.services.workbench import Workbench
from db.stores.attached import Source
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.contracts import Decision, Extraction
from pipeline.errors import InputError
from pipeline.evaluation import SkillCounts
from tests.conftest import SETTINGS, own_database
from tests.db.batch_results import BROKEN, write_jds, write_made_by, write_results
from tests.db.stored_results import stored

JDS = [
    {
        "id": "1",
        "title": "Data Engineer",
        "text": "Python and Airflow",
        "source": "board",
        "role": "data-engineer",
        "skills": ["python", "airflow"],
    },
    {
        "id": "2",
        "title": "Go Developer",
        "text": "x" * 2_000,
        "source": "mail",
        "role": "go-backend-developer",
        "skills": ["go"],
    },
    {"id": "3", "title": None, "text": "Nothing to see.", "source": "mail", "role": "NONE", "skills": []},
    {"id": "4", "title": "QA Lead", "text": None, "source": "board", "role": None, "skills": None},
]
SAID = {
    "1": ("data-engineer", 0.9, ["python", "sql"]),
    "2": ("data-engineer", 0.7, ["go"]),
    "3": (None, 0.2, []),
}


@pytest.fixture(scope="module")
def bench(server, stocked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        settings = SETTINGS.model_copy(update={"data_dir": tmp_path_factory.mktemp("attached")})
        bench = Workbench(database, settings)
        yield bench
        bench.executor.close()


@pytest.fixture
def attached(bench: Workbench) -> Iterator[AttachedExperiments]:
    yield bench.attached
    for found in bench.attached.all():
        bench.attached.remove(found.id)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    write_results(tmp_path / "out", SAID, broken=["4"])
    return Source(str(tmp_path / "out"), str(write_jds(tmp_path / "jds" / "a.parquet", JDS)))


def test_results_are_read_where_they_lie(bench: Workbench, attached: AttachedExperiments, source: Source) -> None:
    found = attached.attach("march", "Ada", source)
    contents = found.contents
    assert (contents.size, contents.broken, contents.marked, contents.columns) == (4, 1, 3, ("source",))
    assert attached.all() == [found] == [attached.find("march")] and attached.state(found) == "there"
    with bench.database.engine.connect() as connection:
        kept = connection.execute(text("SELECT attached_experiment::text FROM attached_experiment")).scalar_one()
        assert "Airflow" not in kept and connection.execute(text("SELECT count(*) FROM jd_set_item")).scalar_one() == 0

    queries = attached.queries(found)
    assert queries.ways == ["family", "length", "case", "source"]
    assert queries.slices("source") == [
        SliceFigures("board", 2, 0, 1, 1, 1, 0.9),
        SliceFigures("mail", 2, 1, 0, 2, 1, 0.7),
    ]
    assert [(s.value, s.n) for s in queries.slices("length")] == [
        ("under 1,500 characters", 2),
        ("1,500 to 3,000", 1),
        ("not given", 1),
    ]
    assert {(s.value, s.right) for s in queries.slices("family")} == {
        ("Data & Analytics", 1),
        ("Software Engineering", 0),
        ("no role", 1),
    }
    # Predicted, right, wanted and found as they are counted in an experiment on gold with slugs.
    assert queries.skill_counts() == SkillCounts(3, 2, 3, 2)


def test_results_are_listed_by_parts_words_and_values(attached: AttachedExperiments, source: Source) -> None:
    queries = attached.queries(attached.attach("march", "Ada", source))

    def ids(**wanted: Any) -> list[str]:
        return [row.id for row in queries.listed(Wanted(**wanted), 0).rows]

    assert ids() == ["4", "3", "2", "1"]
    assert (ids(only="wrong"), ids(only="no role"), ids(only="broken")) == (["2"], ["3"], ["4"])
    assert ids(by="source", value="mail") == ["3", "2"]
    assert (ids(words="engineer"), ids(words="data-engineer"), ids(words="'; --")) == (["1"], ["2", "1"], [])
    assert queries.listed(Wanted(), 1).rows == [] and queries.listed(Wanted(), 1).total == 4
    row = queries.listed(Wanted(only="broken"), 0).rows[0]
    assert (row.error, row.title, row.is_right, row.gold_role) == (BROKEN, "QA Lead", None, None)


def test_one_result_has_its_skills_and_its_text(attached: AttachedExperiments, source: Source) -> None:
    queries = attached.queries(attached.attach("march", "Ada", source))
    whole = queries.find("1")
    assert whole is not None and whole.text == "Python and Airflow"
    assert [(s.name, s.slug, s.places) for s in whole.outcome.skills] == [
        ("Python", "python", ((0, 4),)),
        ("Sql", "sql", ((0, 4),)),
    ]
    assert queries.find("no such") is None


def test_gold_of_a_file_is_marked_by_the_words_of_its_texts(
    attached: AttachedExperiments, source: Source, tmp_path: Path
) -> None:
    gold = tmp_path / "gold.jsonl"
    skills = [{"name": "Python", "surface": ["Pyth"]}, {"name": "Airflow", "surface": ["Airflow"]}]
    rows = [
        {"id": "1", "text": "Python and Airflow", "role": "qa-engineer", "skills": skills},
        {"id": "9", "text": "x", "role": "NONE"},
    ]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = attached.attach("march", "Ada", Source(source.results, source.jds, str(gold)))
    assert found.contents.marked == 1
    (row,) = attached.queries(found).listed(Wanted(only="wrong"), 0).rows
    assert (row.id, row.gold_role) == ("1", "qa-engineer")
    counts = attached.queries(found).skill_counts()
    assert counts is not None and (counts.predicted, counts.wanted) == (2, 2)


def test_files_that_moved_or_changed_are_said_to_and_what_was_read_stays(
    attached: AttachedExperiments, source: Source
) -> None:
    found = attached.attach("march", "Ada", source)
    folder = Path(source.results)
    away = shutil.move(folder, folder.with_name("elsewhere"))
    assert attached.state(found) == "moved"
    assert attached.queries(found).listed(Wanted(), 0).total == 4
    whole = attached.queries(found).find("1")
    assert whole is not None and (whole.outcome.skills, whole.text) == ((), "Python and Airflow")
    with pytest.raises(StoreError, match=r"is not there\. Give the folder"):
        attached.read_anew(found.id)
    shutil.move(away, folder)
    assert attached.state(found) == "there"
    write_results(folder, {**SAID, "5": ("qa-engineer", 0.5, [])}, broken=["4"])
    assert attached.state(found) == "changed"
    now = attached.read_anew(found.id)
    assert (attached.state(now), now.contents.size, now.contents.marked) == ("there", 5, 3)


def test_an_index_that_has_gone_is_made_anew(attached: AttachedExperiments, source: Source, bench: Workbench) -> None:
    found = attached.attach("march", "Ada", source)
    attached._index(found.contents.digest).unlink()
    assert not attached.has_index(found)
    with pytest.raises(StoreError, match="read it anew"):
        attached.queries(found)
    assert attached.has_index(attached.read_anew(found.id))


def test_a_batch_stands_in_trends_at_the_revision_whose_catalog_it_had(
    bench: Workbench, attached: AttachedExperiments, source: Source, tmp_path: Path
) -> None:
    assert attached.attach("nowhere", "Ada", source).revision is None
    bench.catalog.export(tmp_path / "catalog")
    number = bench.snapshots.revision()
    product = bench.snapshots.current().catalog.role["product-manager"]
    change = edit(product, ChangeReason("a test"), domain="Elsewhere")
    bench.change_sets.commit(bench.change_sets.open_draft("Bea", "a step", change), "Bea")
    write_made_by(Path(source.results), tmp_path / "catalog")
    found = attached.attach("march", "Ada", source)
    assert found.revision == number == bench.snapshots.revision() - 1
    sums = found.contents.sums
    assert sums is not None and (sums.n, sums.n_with_role, sums.n_skills, sums.n_linked) == (3, 2, 3, 3)
    assert (sums.n_judged, sums.n_right, sums.skills_f1) == (3, 2, pytest.approx(2 / 3))
    assert 0 <= (sums.skills_f1_low or 0) < 2 / 3 < (sums.skills_f1_high or 0) <= 1

    with bench.database.engine.begin() as connection:
        # As a release left it that did not sum up.
        connection.execute(text("UPDATE attached_experiment SET sums = NULL"))
    revisions = bench.trends.revisions()
    assert bench.trends.panels("roles", revisions)[0].lines == () and bench.trends.sum_up() == 0
    (line,) = bench.trends.panels("roles", revisions)[0].lines
    assert line.name == "a.parquet, attached, title hidden"
    (point,) = line.points
    assert (point.revision, point.value, point.experiment) == (number, pytest.approx(2 / 3), f"attached:{found.id}")
    assert attached.set_revision(found.id, number + 1).revision == number + 1
    with pytest.raises(StoreError, match="There is no revision 99"):
        attached.set_revision(found.id, 99)


def test_thresholds_are_studied_on_the_answers_of_a_batch(
    bench: Workbench, attached: AttachedExperiments, source: Source
) -> None:
    found = attached.attach("march", "Ada", source)
    (of_batch,) = [s for s in bench.thresholds.sources() if s.reference == f"attached:{found.id}"]
    assert (of_batch.gold, of_batch.is_over, of_batch.keeps_none) == (3, True, False)
    curve = bench.thresholds.study(of_batch).gold
    assert [(p.taken, p.right) for p in map(curve.at, (0.0, 0.5, 0.8, 1.0))] == [(3, 2), (2, 1), (1, 1), (0, 0)]
    # A batch of whole runs says how sure an answer of none is.
    for shard in Path(source.results).glob("*.parquet"):
        table = pq.read_table(shard)
        step = json.dumps({"stage4_decision": {"none_probability": 0.9}})
        assert Decision.key_of("none_probability") in step and Extraction.key_of("decision") in step
        pq.write_table(table.append_column("api1", pa.array([step] * len(table))), shard)
    whole = attached.read_anew(found.id)
    (of_batch,) = [s for s in bench.thresholds.sources() if s.reference == f"attached:{found.id}"]
    assert of_batch.keeps_none
    assert [(a.confidence, a.is_right, a.n) for a in attached.answers(whole)] == [(0.7, False, 1), (0.9, True, 2)]


def test_gold_whose_file_has_gone_is_kept(attached: AttachedExperiments, source: Source, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    row = {"id": "1", "text": "Python", "role": "qa-engineer", "skills": [{"name": "Python", "surface": ["Pyth"]}]}
    gold.write_text(json.dumps(row), encoding="utf-8")
    found = attached.attach("march", "Ada", Source(source.results, source.jds, str(gold)))
    gold.unlink()
    assert (attached.state(found), attached.gold_state(found)) == ("there", "kept")
    attached._index(found.contents.digest).unlink()
    now = attached.read_anew(found.id)
    assert now.contents == found.contents and now.contents.marked == 1
    gold.write_text(json.dumps(row | {"id": "2"}), encoding="utf-8")
    assert (attached.state(found), attached.gold_state(found)) == ("changed", "there")


def test_what_is_no_result_of_a_batch_is_refused(attached: AttachedExperiments, source: Source, tmp_path: Path) -> None:
    def refused(match: str, **changed: Any) -> None:
        with pytest.raises((StoreError, InputError), match=match):
            attached.attach("march", "Ada", Source(**{"results": source.results, "jds": source.jds, **changed}))

    refused(r"nowhere is not there\. Give the folder", results=str(tmp_path / "nowhere"))
    refused("the column 'confidence' is missing", results=str(tmp_path / "jds"))
    refused("No file is ", jds=f"{tmp_path}/none/*.parquet")
    (tmp_path / "gold.jsonl").write_text('{"id": "77", "text": "x", "role": "NONE"}\n')
    refused("The gold is of other job descriptions", gold=str(tmp_path / "gold.jsonl"))
    (tmp_path / "empty").mkdir()
    refused("holds no file of Parquet", results=str(tmp_path / "empty"))
    pq.write_table(pq.read_table(tmp_path / "out" / "part-0.parquet"), tmp_path / "out" / "again.parquet")
    refused("The id '1' stands in the results more than once", jds=None)
    assert attached.all() == []


def test_a_name_is_given_once(bench: Workbench, attached: AttachedExperiments, source: Source) -> None:
    attached.attach("march", "Ada", source)
    with pytest.raises(StoreError, match="There is an experiment “march” already"):
        attached.attach("march", "Ada", source)


def test_it_is_compared_with_an_experiment_of_the_store(
    bench: Workbench, attached: AttachedExperiments, source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [
        (None, 0.5, True),
        ("data-engineer", 0.8, True),
        ("qa-engineer", 0.9, False),
        ("qa-engineer", 0.7, False),
    ]
    stored(bench, "stored", answers)
    attached.attach("march", "Ada", source)
    found = attached.compare("stored", "march")
    assert (found.a.name, found.b.name, found.comparison.n) == ("stored", "march", 3)
    roles = found.comparison.roles
    assert (roles.right_a, roles.right_b, roles.fixed, roles.broken) == (1, 2, 1, 0)
    assert [(pair.id, pair.kind, pair.role_b) for pair in found.changed] == [
        ("3", "fixed", None),
        ("2", "moved", "data-engineer"),
    ]
    assert (found.comparison.only_a, found.comparison.only_b) == (1, 1)

    args = argparse.Namespace(
        a="march",
        b=["stored"],
        json=True,
        settings=SETTINGS.model_copy(update={"data_dir": bench.attached._folder.parent}),
    )
    assert attached_commands.print_compared(bench.database, args)
    wire = json.loads(capsys.readouterr().out)
    assert (wire["n"], wire["roles"]["fixed"], wire["roles"]["broken"]) == (3, 0, 1)
    attached_commands.print_all(bench.database, args)
    said = capsys.readouterr().out
    assert "march: 4 results in " in said and said.endswith("1 broken, 3 with gold\n")
    assert not attached_commands.print_compared(bench.database, argparse.Namespace(**{**vars(args), "a": "stored"}))
