"""Reviewers of a real run differ, it is decided point by point, and what is settled is in a gold set, until it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from sqlalchemy import text

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.services import adjudication
from db.services.skill_alternatives import Alternative
from db.services.workbench import Workbench
from db.stores.adjudications import Ruling
from db.stores.runs import StoredRun
from db.stores.verdicts import Answer, MissingSkill
from pipeline.errors import InputError
from tests.conftest import JD, SETTINGS, own_database
from tests.db.conftest import finished


@pytest.fixture(scope="module")
def after_a_run(server: EmbeddedServer, stocked: str) -> Iterator[str]:
    """Name of a database with one finished run, to be copied."""
    with own_database(server, stocked) as database:
        workbench = Workbench(database, SETTINGS)
        finished(workbench, workbench.executor.start(JD))
        with database.engine.connect() as connection:
            name = str(connection.execute(text("SELECT current_database()")).scalar_one())
        workbench.close()
        yield name


@pytest.fixture
def bench(server: EmbeddedServer, after_a_run: str) -> Iterator[Workbench]:
    with own_database(server, after_a_run) as database:
        workbench = Workbench(database, SETTINGS)
        yield workbench
        workbench.close()


@pytest.fixture
def run(bench: Workbench) -> StoredRun:
    return bench.runs.load(bench.history.recent(1)[0].id)


def found(run: StoredRun) -> tuple[list[str], list[str]]:
    """Slugs of the skills that the run found, and names of those that the catalog lacks."""
    skills = run.extraction["final_skills"]
    return [s["slug"] for s in skills if s["slug"]], [s["skill_name"] for s in skills if not s["slug"]]


def give(bench: Workbench, run: StoredRun, who: str, role: str | None, wrong: str = "", **more: object) -> None:
    """A verdict on all that the run found, right but for one skill."""
    slugs, terms = found(run)
    right = tuple(slug for slug in slugs if slug != wrong)
    given = {"right_skills": right, "wrong_skills": (wrong,) if wrong else (), "right_terms": tuple(terms), **more}
    bench.verdicts.change(run.id, who, lambda _: Answer(role_slug=role, has_role=True, **given))


def ruling(bench: Workbench, run: StoredRun, key: str, value: str, **more: object) -> Ruling:
    (dispute,) = [one for one in bench.agreements.disputes_of(run.id) if one.key == key]
    replaces = dispute.decided.id if dispute.decided else None
    kind, _, subject = key.partition(" ")
    cells = {"kind": kind, "subject": subject, "value": value, "gold_set": "house", "said": dispute.said}
    return Ruling(**{**cells, "replaces": replaces, **more})


def test_what_is_decided_point_by_point_is_gold_once_role_and_skills_are_settled(
    bench: Workbench, run: StoredRun
) -> None:
    at = JD.index("backfill")
    missing = (MissingSkill(at, at + len("backfill"), "backfill"),)
    give(bench, run, "Ada", "data-engineer", note="pipelines", missing_skills=missing)
    give(bench, run, "Bo", "backend-engineer", wrong="apache-hive")
    bench.parse_verdicts.give(run.id, "title", "Ada", "Senior Data Engineer")
    keys = [one.key for one in bench.agreements.disputes_of(run.id)]
    assert keys == ["role ", "skills apache-hive", "skills backfill"]
    acceptable = {"acceptable": ("backend-engineer",), "reason": "Both fit"}
    first = bench.adjudicator.decide(run.id, ruling(bench, run, "role ", "data-engineer", **acceptable), "Lea")
    assert (first.gold.still_open, first.version) == (2, None)
    assert "house" not in {found.name for found in bench.gold_sets.all()}
    bench.adjudicator.decide(run.id, ruling(bench, run, "skills backfill", "no"), "Lea")
    last = bench.adjudicator.decide(
        run.id, ruling(bench, run, "skills apache-hive", "yes", reason="It is asked for"), "Max"
    )
    assert last.version == 1
    (item,) = bench.gold_sets.items("house")
    assert (item.id, item.role, item.acceptable) == (
        str(run.id),
        "data-engineer",
        ("data-engineer", "backend-engineer"),
    )
    assert item.columns["adjudicator"] == "Lea, Max" and item.columns["reason"] == "Both fit; It is asked for"
    skills = {skill.name: skill for skill in item.skills or ()}
    assert skills["Apache Hive"].surface == ("Hive",) and skills["Apache Hive"].slug == "apache-hive"
    assert "backfill" not in skills and "Zephyrine" in skills
    assert item.label is not None and item.label.row["title"] == "Senior Data Engineer"
    assert bench.gold_sets.versions("house")[0].author == "Max"


def test_another_skill_that_a_reviewer_sees_in_the_words_is_decided_with_the_one_that_is_not_meant(
    bench: Workbench, run: StoredRun
) -> None:
    at = JD.index("Hive")
    other = MissingSkill(at, at + len("Hive"), "Hive", "apache-iceberg")
    give(bench, run, "Ada", "data-engineer")
    give(bench, run, "Bo", "data-engineer", wrong="apache-hive", missing_skills=(other,))
    (dispute,) = [one for one in bench.agreements.disputes_of(run.id) if one.key == "skills apache-hive"]
    assert bench.adjudicator.alternatives(dispute, run) == (Alternative("apache-iceberg", "Hive", ("Bo",)),)
    ruled = bench.adjudicator.decide_instead(
        run.id, ruling(bench, run, "skills apache-hive", ""), "apache-iceberg", "Lea"
    )
    assert (ruled.version, len(ruled.numbers)) == (1, 2)
    (item,) = bench.gold_sets.items("house")
    skills = {skill.slug: skill.surface for skill in item.skills or ()}
    assert skills["apache-iceberg"] == ("Hive",) and "apache-hive" not in skills
    bench.adjudicator.undo(ruled.numbers, "Lea")
    assert bench.adjudications.in_force() == [] and bench.gold_sets.items("house") == []


def test_a_decision_that_is_taken_back_takes_its_gold_along_and_one_before_it_comes_back(
    bench: Workbench, run: StoredRun
) -> None:
    give(bench, run, "Ada", "data-engineer")
    give(bench, run, "Bo", None)
    first = bench.adjudicator.decide(run.id, ruling(bench, run, "role ", "data-engineer"), "Lea")
    second = bench.adjudicator.decide(run.id, ruling(bench, run, "role ", "NONE"), "Max")
    (item,) = bench.gold_sets.items("house")
    assert (item.role, item.skills, second.gold.without_skills) == (
        "NONE",
        None,
        "where no role fits, skills are not asked for",
    )
    assert bench.adjudicator.undo(second.numbers, "Max").version == 3
    (item,) = bench.gold_sets.items("house")
    assert item.role == "data-engineer" and item.skills
    bench.adjudicator.undo(first.numbers, "Lea")
    assert bench.gold_sets.items("house") == []
    assert [one.ending for one in bench.adjudications.of_run(run.id)] == ["undone", "undone"]


def test_gold_that_somebody_has_changed_meanwhile_stays_when_the_decision_is_taken_back(
    bench: Workbench, run: StoredRun
) -> None:
    give(bench, run, "Ada", "data-engineer")
    give(bench, run, "Bo", None)
    ruled = bench.adjudicator.decide(run.id, ruling(bench, run, "role ", "data-engineer"), "Lea")
    (item,) = bench.gold_sets.items("house")
    edited = item.edited(acceptable=["data-engineer", "sre"])
    bench.gold_sets.replace("house", edited, before=item, author="Max", reason="Either")
    bench.adjudicator.undo(ruled.numbers, "Lea")
    assert bench.gold_sets.items("house") == [edited]


def test_runs_on_which_reviewers_agree_go_into_gold_together(bench: Workbench, run: StoredRun) -> None:
    give(bench, run, "Ada", "data-engineer")
    give(bench, run, "Bo", "data-engineer")
    judged = [run.id]
    assert bench.adjudicator.settled(bench.agreements.disputes(), judged, "house") == judged
    with pytest.raises(StoreError, match="give your name first"):
        bench.adjudicator.add_settled(judged, "house", "")
    assert bench.adjudicator.add_settled(judged, "house", "Lea").added == 1
    assert bench.adjudicator.settled(bench.agreements.disputes(), judged, "house") == []
    assert "adjudicator" not in bench.gold_sets.items("house")[0].row


def test_skills_that_nobody_has_judged_leave_the_list_out_and_a_bad_name_decides_nothing(
    bench: Workbench, run: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(bench, run, "Ada", "data-engineer", right_skills=("kafka",))
    bench.verdicts.give(run.id, "Bo", None)
    with monkeypatch.context() as broken:
        broken.setattr(adjudication, "add_in", Mock(side_effect=StoreError("the gold cannot be written")))
        with pytest.raises(StoreError, match="cannot be written"):
            bench.adjudicator.decide(run.id, ruling(bench, run, "role ", "data-engineer"), "Lea")
    assert bench.adjudications.of_run(run.id) == [], "a decision stands with its gold or not at all"
    with pytest.raises(InputError, match="cannot be named"):
        bench.adjudicator.decide(run.id, ruling(bench, run, "role ", "data-engineer", gold_set="shipped"), "Lea")
    assert bench.adjudications.of_run(run.id) == []
    ruled = bench.adjudicator.decide(run.id, ruling(bench, run, "role ", "data-engineer"), "Lea")
    assert ruled.gold.item is not None and ruled.gold.item.skills is None
    assert ruled.gold.without_skills.startswith("nobody has judged ")
