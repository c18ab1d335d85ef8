"""Verdicts: nothing yet, runs given out and judged, skipped and moved; agreement; a disagreement decided, taken back, decided anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db.services.workbench import Workbench
from db.stores.assignments import NewAssignment
from db.stores.run_samples import Sampling
from db.stores.runs import StoredRun
from db.stores.verdicts import Answer
from pages.components import links
from pages.components.side_bar import waiting
from pipeline.agreement.allotment import Sharing
from tests.conftest import JD
from tests.pages.conftest import button, field, flashed, html_of, open_page, press_in_dialog, text_of

COPIES = """
INSERT INTO run (id, jd_text, jd_hash, config, revision_id, status, engine, extraction, role_slug, role_name, confidence, given_title, title)
SELECT gen_random_uuid(), jd_text || ' ' || n, md5(n::text), config, revision_id, status, engine, extraction, role_slug, role_name,
  confidence, '<b>Engineer</b> ' || n, title FROM run, generate_series(1, :n) n
"""


@pytest.fixture
def bench(writing: Workbench) -> Iterator[Workbench]:
    with writing.database.engine.begin() as connection:
        connection.execute(text(COPIES), {"n": 9})
    yield writing


def assign(bench: Workbench, *reviewers: str, size: int = 10, overlap: float = 1.0, name: str = "Week 1") -> int:
    return bench.assignments.create(
        NewAssignment(name, Sampling(size=size, seed=3), Sharing(reviewers, overlap)), "Lea"
    ).id


def judge(bench: Workbench, run: StoredRun, who: str, role: str | None, wrong: str = "", note: str = "") -> None:
    skills = run.extraction["final_skills"]
    right = tuple(s["slug"] for s in skills if s["slug"] and s["slug"] != wrong)
    terms = tuple(s["skill_name"] for s in skills if not s["slug"])
    answer = Answer(
        role_slug=role,
        has_role=True,
        right_skills=right,
        right_terms=terms,
        wrong_skills=(wrong,) if wrong else (),
        note=note,
    )
    bench.verdicts.change(run.id, who, lambda _: answer)


@pytest.fixture
def disputed(bench: Workbench) -> StoredRun:
    """A run on whose role and on one of whose skills two reviewers differ."""
    with bench.database.engine.connect() as connection:
        run_id = connection.execute(text("SELECT id FROM run WHERE jd_text = :jd"), {"jd": JD}).scalar_one()
    run = bench.runs.load(run_id)
    judge(bench, run, "Ada", "data-engineer", note="It is <b>pipelines</b>")
    judge(bench, run, "Bo", "backend-engineer", wrong="kafka", note="Services")
    return run


# --- my runs ------------------------------------------------------------------------------------------------------


def test_without_a_name_it_asks_for_one_and_without_runs_it_says_where_they_come_from(reading: Workbench) -> None:
    app = open_page("verdicts")
    assert "Give your name" in text_of(app) and button(app, "Give your name")
    assert "No run waits for you" in text_of(open_page("verdicts", "Ada"))
    assert "Nothing was given to anybody yet" in text_of(open_page("verdicts", view="assignments"))
    assert "No run has two reviewers yet" in text_of(open_page("verdicts", view="agreement"))
    assert "Reviewers differ on nothing yet" in text_of(open_page("verdicts", view="adjudicate"))


def test_what_waits_for_me_leads_to_a_blind_verdict_and_is_counted(bench: Workbench) -> None:
    assign(bench, "Ada", "Bo", size=4)
    app = open_page("verdicts", "Ada")
    said = text_of(app)
    assert "0 of 4 judged" in said and "Week 1, number 1 · given by Lea" in said and "blind" in said
    assert "&lt;b&gt;Engineer&lt;/b&gt;" in html_of(app) and "<b>Engineer" not in html_of(app)
    (first, *_) = bench.assignment_progress.given_to("Ada", 9)
    assert links.verdict_url(first.run_id, blind=True).replace("&", "&amp;") in html_of(app)
    bench.verdicts.give(first.run_id, "Ada", None)
    assert "1 of 4 judged" in text_of(open_page("verdicts", "Ada"))
    assert waiting()[links.VERDICTS] == 0, "nobody is at this screen"
    assert "3 runs given to you" in text_of(open_page("home", "Ada"))


def test_a_run_is_skipped_with_a_reason_and_waits_again(bench: Workbench) -> None:
    number = assign(bench, "Ada", size=2, overlap=0)
    app = open_page("verdicts", "Ada")
    button(app, "Skip it …").click().run()
    press_in_dialog(app, "Skip it …", "Skip")
    assert "Say why the run is skipped" in text_of(app)
    (first, _) = bench.assignment_progress.given_to("Ada", 9)
    bench.assignments.skip(number, first.run_id, "Ada", "In <i>Polish</i>")
    app = open_page("verdicts", "Ada")
    assert "Skipped by you: 1 run" in text_of(app) and "In &lt;i&gt;Polish" in html_of(app)
    button(app, "Let them wait again").click().run()
    assert flashed(app) == "1 run waits again." and bench.assignment_progress.waiting("Ada") == 2


def test_from_a_run_the_way_leads_to_the_next_that_was_given_to_me(bench: Workbench) -> None:
    assign(bench, "Ada", size=3, overlap=0)
    first, second, third = [one.run_id for one in bench.assignment_progress.given_to("Ada", 9)]
    app = open_page("run", "Ada", id=str(first), blind="1")
    assert "Week 1, number 1 · 3 wait for you" in text_of(app)
    button(app, "Skip …").click().run()
    app.text_input(key="skip-reason").set_value("Not my field")
    press_in_dialog(app, "Skip …", "Skip")
    assert str(second) in app.query_params["id"] and "blind" in app.query_params
    button(app, "Next run").click().run()
    assert str(third) in app.query_params["id"]
    assert "number 3 · 2 wait for you" in text_of(app)
    assert "Skip …" not in {one.label for one in open_page("run", "Bo", id=str(first), blind="1").button}


def test_the_history_leads_to_giving_its_runs_out(bench: Workbench) -> None:
    (found,) = [
        e.proto for e in open_page("history", role="none").get("page_link") if e.proto.label == "Give to reviewers"
    ] or [None]
    assert found is None, "nothing fits"
    (found,) = [
        e.proto
        for e in open_page("history", status="completed").get("page_link")
        if e.proto.label == "Give to reviewers"
    ]
    assert found.query_string == "view=assignments&status=completed"


# --- assignments --------------------------------------------------------------------------------------------------


def test_runs_are_given_out_by_the_form_and_shown_with_how_they_were_taken(bench: Workbench) -> None:
    app = open_page("verdicts", "Lea", view="assignments")
    field(app.multiselect, "Reviewers").set_value(["Lea"]).run()
    field(app.text_input, "Name").set_value("Week 7").run()
    field(app.number_input, "How many").set_value(6).run()
    field(app.number_input, "Seed").set_value(99).run()
    assert "10 texts to take from. 6 runs, 0 of them to 2: about 6 each." in text_of(app)
    button(app, "Give them out").click().run()
    (found,) = bench.assignments.all()
    assert (found.name, found.author, found.runs, found.seed, found.is_blind) == ("Week 7", "Lea", 6, 99, True)
    assert flashed(app) == "6 runs given out."
    said = text_of(open_page("verdicts", view="assignments"))
    assert "6 runs, each judged by one · any runs · seed 99 · blind · by Lea" in said and "not begun" in said


def test_the_history_hands_its_filter_over_and_what_is_wrong_is_said(bench: Workbench) -> None:
    app = open_page("verdicts", "Lea", view="assignments", role="none", words="engineer")
    said = text_of(app)
    assert "Of “engineer”, no role" in said and "0 texts to take from" in said
    button(app, "Give them out").click().run()
    assert "Nobody is to judge" in text_of(app)
    assert bench.assignments.all() == []


def test_one_is_closed_opened_again_and_what_is_left_goes_to_another(bench: Workbench) -> None:
    number = assign(bench, "Ada", "Bo", size=6, overlap=0.5)
    app = open_page("verdicts", "Lea", view="assignments")
    assert "6 runs, 3 of them judged by 2" in text_of(app)
    button(app, "Give to another …").click().run()
    assert button(app, "Give them").disabled and "What the other has judged" in text_of(app)
    button(app, "Close").click().run()
    assert flashed(app) == "“Week 1” is closed." and not bench.assignments.load(number).is_open
    button(app, "Open again").click().run()
    assert bench.assignments.load(number).is_open


# --- agreement and adjudication -----------------------------------------------------------------------------------


def test_agreement_is_shown_by_kind_and_pair_and_leads_to_what_they_differ_on(
    bench: Workbench, disputed: StoredRun
) -> None:
    app = open_page("verdicts", view="agreement")
    said = text_of(app)
    assert "1 run with two reviewers or more" in said
    assert "Ada and Bo 1 0 % 0.00" in said
    assert "No run has two reviewers who judged its links or facts." in said
    assert "Data Engineer Ada Backend Developer Bo" in said
    assert f"run={disputed.id}" in html_of(app)
    narrowed = text_of(open_page("verdicts", view="agreement", kind="skills", a="Ada", b="Bo"))
    assert "Where they differ: Skills, Ada and Bo" in narrowed and "Data Engineer Ada" not in narrowed


def test_a_disagreement_is_decided_beside_its_text_and_goes_into_gold(bench: Workbench, disputed: StoredRun) -> None:
    app = open_page("verdicts", "Lea", view="adjudicate")
    said = text_of(app)
    assert "Which role is it?" in said and "It is <b>pipelines</b> Ada" in said and "Services Bo" in said
    assert "<q>It is &lt;b&gt;pipelines" in html_of(app)
    field(app.text_input, "Why").set_value("Duties").run()
    app.button(key=f"take-{disputed.id}-role -1").click().run()
    assert flashed(app) == "Data Engineer. 1 disagreement of this run left before it is gold."
    assert "Does the text ask for Kafka?" in text_of(app) and "<mark>Kafka</mark>" in html_of(app)
    app.button(key=f"take-{disputed.id}-skills kafka-1").click().run()
    assert flashed(app) == "asked for. The run is in “adjudicated”, version 1."
    (item,) = bench.gold_sets.items("adjudicated")
    assert item.role == "data-engineer" and "Kafka" in {skill.name for skill in item.skills or ()}
    said = text_of(app)
    assert "Nothing is open: 2 disagreements, all decided." in said and "Decided: 2" in said and "Duties" in said
    app = open_page("verdicts", "Max", view="adjudicate", run=str(disputed.id), point="role ")
    assert "then said: Ada: Data Engineer; Bo: Backend Developer" in text_of(app)
    app.button(key=f"take-{disputed.id}-role -2").click().run()
    assert [one.value for one in bench.adjudications.in_force([disputed.id]) if one.kind == "role"] == [
        "backend-engineer"
    ]
    button(app, "Undo").click().run()
    assert [one.author for one in bench.adjudications.in_force([disputed.id]) if one.kind == "role"] == ["Lea"]


def test_runs_on_which_all_agree_are_put_into_gold_together(bench: Workbench, disputed: StoredRun) -> None:
    judge(bench, disputed, "Bo", "data-engineer")
    app = open_page("verdicts", "Lea", view="adjudicate")
    assert "1 run of which nothing is open is not in “adjudicated” yet." in text_of(app)
    button(app, "Put them in").click().run()
    assert flashed(app) == "1 run in “adjudicated”, version 1."
    assert len(bench.gold_sets.items("adjudicated")) == 1
