"""What reviewers say of runs as items of gold sets, one by one and many at once; the samples that ship; lists of items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from db.errors import StoreError
from db.services.experiments import Way
from db.services.gold_files import export_bytes
from db.services.gold_samples import SAMPLES, sample_items, stock_samples
from db.services.gold_verdicts import GoldOrder
from db.services.jd_files import read_jds
from db.services.workbench import Workbench
from db.stores.gold_items import GoldItem, GoldSkill
from db.stores.gold_listing import DISAGREE, GONE, WRONG, GoldFilter
from db.stores.verdicts import Answer, MissingSkill
from pipeline.catalog.refs import RunRef
from pipeline.evaluation import Score
from pipeline.run import run, run_id_for
from tests.conftest import JD, SETTINGS, own_database
from tests.db.conftest import finished

SHORT = "Baker wanted\n\nYou bake bread from four in the morning on, and you like to.\n"


@pytest.fixture(scope="module")
def bench(server, stocked) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        bench = Workbench(database, SETTINGS)
        yield bench
        bench.close()


@pytest.fixture(scope="module")
def run_id(bench: Workbench) -> UUID:
    return finished(bench, bench.executor.start(JD, "Senior Data Engineer")).id


def give(bench: Workbench, run_id: UUID, author: str, answer: Answer) -> None:
    bench.verdicts.change(run_id, author, lambda _: answer)


def only(bench: Workbench, name: str) -> GoldItem:
    (item,) = bench.gold_sets.items(name)
    return item


def test_a_verdict_becomes_an_item_with_the_words_that_mean_each_skill(bench: Workbench, run_id: UUID, indexes) -> None:
    at = JD.index("harbour dues")
    words = MissingSkill(at, at + len("harbour dues"), "harbour dues")
    kafka = MissingSkill(JD.index("Kafka"), JD.index("Kafka") + 5, "Kafka", "kafka")
    give(
        bench,
        run_id,
        "Ann",
        Answer(
            role_slug="data-engineer",
            has_role=True,
            right_skills=("kafka", "pyspark", "sql"),
            wrong_skills=("docker",),
            wrong_terms=("Zephyrine",),
            missing_skills=(words, kafka),
        ),
    )
    counts = bench.gold_verdicts.judged_run(run_id).counts
    assert (counts.right, counts.missing) == (3, 2)
    made = bench.gold_verdicts.add([run_id], GoldOrder("judged", "left_out"), "Bob")
    assert made.written is not None and (made.written.added, made.refused) == ((str(run_id),), ())
    item = only(bench, "judged")
    assert (item.text, item.title, item.role, item.acceptable) == (
        JD,
        "Senior Data Engineer",
        "data-engineer",
        ("data-engineer",),
    )
    assert item.skills is not None
    by_name = {skill.name: skill for skill in item.skills}
    assert set(by_name) == {"Kafka", "PySpark", "SQL", "harbour dues"}
    assert by_name["Kafka"] == GoldSkill("Kafka", ("Kafka",), True, "kafka")
    assert by_name["harbour dues"] == GoldSkill("harbour dues", ("harbour dues",))
    assert item.columns == {"source": "verdict"}
    (change,) = bench.gold_listing.history((made.written.set_id, 1), item.id)
    assert (change.kind, change.author, change.reason, change.source) == (
        "added",
        "Bob",
        "verdicts of Ann",
        RunRef(run_id),
    )
    # The command reads what is exported, also where no skills are asked for.
    bench.gold_verdicts.add([run_id], GoldOrder("judged", "not_asked", "roles alone"), "Bob")
    (row,) = map(json.loads, export_bytes(bench.gold_sets.items("judged")).splitlines())
    assert row["skills"] is None
    score = Score()
    for gold in (row, json.loads(item.line)):
        score.add(gold, run(gold["text"], gold["title"], run_id_for(gold["text"], None), indexes))
    assert (score.n, score.roles_right, score.n_gold) == (2, 2, 4)


def test_skills_that_nobody_judged_count_as_right_where_that_is_chosen(bench: Workbench, run_id: UUID) -> None:
    give(bench, run_id, "Ann", Answer(role_slug="data-engineer", has_role=True, wrong_skills=("docker",)))
    bench.gold_verdicts.add([run_id], GoldOrder("open"), "Bob")
    listed = only(bench, "open").skills
    assert listed is not None and {"Kafka", "SQL", "Terraform"} <= {skill.name for skill in listed}
    assert "Docker" not in {skill.name for skill in listed}
    # A verdict on the role alone asks for no skills.
    give(bench, run_id, "Ann", Answer(role_slug="data-engineer", has_role=True))
    bench.gold_verdicts.add([run_id], GoldOrder("role alone"), "Bob")
    assert only(bench, "role alone").skills is None


def test_a_text_that_the_set_has_already_becomes_the_next_form_of_its_item(bench: Workbench, run_id: UUID) -> None:
    row = {
        "id": "freight",
        "title": None,
        "text": JD,
        "role": "analytics-engineer",
        "acceptable": ["analytics-engineer", "data-engineer"],
        "skills": None,
        "source": "board",
    }
    bench.gold_sets.add("known", [GoldItem.of_row(row)], author="Cy", reason="x")
    give(bench, run_id, "Ann", Answer(role_slug="data-engineer", has_role=True))
    bench.parse_verdicts.give(run_id, "company", "Ann", "Juniper Freight Ltd.")
    made = bench.gold_verdicts.add([run_id], GoldOrder("known", reason="seen again"), "Bob")
    assert made.written is not None and (made.written.changed, made.written.version) == (("freight",), 2)
    item = only(bench, "known")
    assert item.row == row | {"role": "data-engineer", "acceptable": ["data-engineer", "analytics-engineer"]}
    assert item.label is not None and (item.label.id, item.label.row["company"]) == ("freight", "Juniper Freight Ltd.")
    assert bench.gold_listing.sets_of_text(bench.runs.load(run_id).jd_hash)[-1] == ("role alone", str(run_id))


def test_runs_of_which_no_item_can_be_made_are_named(bench: Workbench, run_id: UUID) -> None:
    other = finished(bench, bench.executor.start(SHORT)).id
    made = bench.gold_verdicts.add([other], GoldOrder("nothing"), "Bob")
    assert made.written is None and [r.run_id for r in made.refused] == [other]
    assert "No reviewer has said its role yet" in made.refused[0].reason
    assert "nothing" not in {found.name for found in bench.gold_sets.all()}
    give(bench, other, "Ann", Answer(has_role=True))
    both = bench.gold_verdicts.add([run_id, other, uuid4()], GoldOrder("both"), "Bob")
    assert both.written is not None and len(both.written.added) == 2
    assert [item.role for item in bench.gold_sets.items("both") if item.id == str(other)] == ["NONE"]
    with pytest.raises(StoreError, match="No reviewer has said its role"):
        bench.gold_verdicts.judged_run(other, "Nobody")


def test_the_samples_are_a_set_and_stay_what_people_made_of_them(bench: Workbench) -> None:
    found = bench.gold_sets.find(SAMPLES)
    assert (found.n_items, found.version, found.changed_by) == (24, 1, "setup")
    assert bench.gold_sets.items(SAMPLES) == list(sample_items())
    stock_samples(bench.database.engine)
    assert bench.gold_sets.find(SAMPLES).version == 1
    first, second = sample_items()[:2]
    bench.gold_sets.replace(SAMPLES, first.edited(["go-backend-developer"]), before=first, author="Ann", reason="x")
    bench.gold_sets.remove(SAMPLES, [second.id], author="Ann", reason="x")
    stock_samples(bench.database.engine)
    assert bench.gold_sets.find(SAMPLES).version == 3
    assert bench.gold_sets.items(SAMPLES)[0].role == "go-backend-developer"
    assert [jd.id for jd in read_jds("gold:samples@1", bench.database.engine).jds] == [i.id for i in sample_items()]
    assert len(read_jds("gold:shipped", bench.database.engine).jds) == 24


def test_samples_of_an_earlier_release_take_the_form_of_this_one(bench: Workbench, monkeypatch) -> None:
    later = sample_items()[5].edited(skills=[])
    shipped = tuple(later if item.id == later.id else item for item in sample_items())
    monkeypatch.setattr("db.services.gold_samples.sample_items", lambda: shipped)
    stock_samples(bench.database.engine)
    assert [i.row for i in bench.gold_sets.items(SAMPLES) if i.id == later.id] == [later.row]


def test_a_list_is_narrowed_and_says_what_is_doubtful(bench: Workbench, run_id: UUID) -> None:
    make = {"title": None, "acceptable": ["data-engineer"], "role": "data-engineer", "skills": []}
    rows = [
        {"id": "a-1", "text": JD, "source": "board", **make},
        {"id": "b_2", "text": "x" * 2000, **make, "title": "Senior 100% Baker"},
        {"id": "c-3", "text": "y" * 6000, **make, "role": "gone-role", "acceptable": ["gone-role"]},
    ]
    sets, listing = bench.gold_sets, bench.gold_listing
    sets.add("listed", [GoldItem.of_row(row) for row in rows], author="Ann", reason="x")
    done = sets.add("listed", [GoldItem.of_row({**rows[0], "title": "T"})], author="Bob", reason="x")
    at, known = (done.set_id, done.version), sorted(bench.snapshots.current().catalog.role)
    give(bench, run_id, "Ann", Answer(role_slug="data-engineer", has_role=True))

    def ids(**wanted: object) -> list[str]:
        return [row.jd_id for row in listing.find(at, replace(GoldFilter(), **wanted), known).rows]  # type: ignore[arg-type]

    assert ids() == ["a-1", "b_2", "c-3"]
    assert (ids(words="100%"), ids(words="b_"), ids(words="%")) == (["b_2"], ["b_2"], ["b_2"])
    assert (ids(role="gone-role"), ids(source="board"), ids(source="")) == (["c-3"], ["a-1"], ["b_2", "c-3"])
    assert (ids(length="short"), ids(length="medium"), ids(length="long")) == (["a-1"], ["b_2"], ["c-3"])
    assert (ids(author="Ann"), ids(author="Bob"), ids(labelled=True)) == (["a-1", "b_2", "c-3"], [], [])
    assert (ids(doubt=GONE), ids(doubt=DISAGREE)) == (["c-3"], [])
    give(bench, run_id, "Cy", Answer(role_slug="data-analyst", has_role=True))
    assert ids(doubt=DISAGREE) == ["a-1"]
    found = listing.find(at, GoldFilter(), known).rows[0]
    assert (found.added_by, found.changed_by, found.version, found.reviewers) == ("Ann", "Bob", 2, 2)
    assert set(found.said_roles) == {"data-engineer", "data-analyst"}
    choices = listing.choices(at)
    assert (choices.roles, choices.sources, choices.authors) == (
        ("data-engineer", "gone-role"),
        ("", "board"),
        ("Ann", "Bob")[:1],
    )
    (differing,) = listing.difference(done.set_id, 1, 2)
    assert differing.before and differing.after and (differing.before.title, differing.after.title) == (None, "T")
    assert {d.jd_id for d in listing.difference(done.set_id, 0, 1)} == {"a-1", "b_2", "c-3"}
    assert ids(doubt=WRONG) == []


def test_the_newest_experiment_on_a_set_is_named_with_what_it_came_to(bench: Workbench) -> None:
    item = GoldItem.of_row(sample_items()[0].row)
    done = bench.gold_sets.add("tried", [item], author="Ann", reason="x")
    experiment = bench.experiments.start("on tried", "Ann", read_jds("gold:tried", bench.database.engine), Way())
    with bench.database.engine.begin() as connection:
        connection.exec_driver_sql(
            'INSERT INTO experiment_result (experiment_id, position, role_slug, "case", confidence, skills, milliseconds, '
            f"is_right, n_predicted, n_right, n_wanted, n_found) VALUES ({experiment.id}, 0, 'go', 'A', 1, '[]', 1, false, 4, 3, 6, 2)"
        )
    (tried,) = [found for found in bench.gold_listing.tried() if found.set_id == done.set_id]
    assert (tried.name, tried.version, tried.n, tried.n_right) == ("on tried", 1, 1, 0)
    assert (tried.skills.predicted, tried.skills.right, tried.skills.wanted, tried.skills.found) == (4, 3, 6, 2)
    known = sorted(bench.snapshots.current().catalog.role)
    at = (done.set_id, done.version)
    assert [row.tried_role for row in bench.gold_listing.find(at, GoldFilter(doubt=WRONG), known).rows] == ["go"]
