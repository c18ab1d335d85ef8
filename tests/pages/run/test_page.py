"""The page of a run in each of its states: none, executing, interrupted, failed, rejected, finished."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from db.services.workbench import Workbench
from db.stores import jobs
from db.stores.jobs import JobStore
from db.stores.run_filters import HistoryFilter
from db.stores.run_records import RunRecords
from db.stores.runs import AskedBy, RunOrder
from pages.components.verbatim import verbatim
from pages.new_run import SAMPLES
from pipeline.config import Config
from pipeline.contracts import Extraction
from tests.conftest import JD
from tests.db.conftest import finished
from tests.pages.conftest import button, field, open_page, text_of
from tests.wire_values import parsed, skill

SOUP = "Stir the soup and serve it with bread while it is hot, they say, for three days."


def newest(workbench: Workbench) -> UUID:
    """The run that every workbench of these tests has."""
    return workbench.history.recent()[0].id


@contextmanager
def executing(workbench: Workbench, run_id: UUID) -> Iterator[None]:
    """Have a run on lease, as the worker has that executes it."""
    store = JobStore(workbench.database.engine)
    lease = store.claim("another", run_id)
    assert lease is not None
    yield
    store.release(lease)


def forgotten(workbench: Workbench, jd: str) -> UUID:
    """A run that is neither finished nor queued, as an earlier release left those of a workbench that was killed."""
    run_id = workbench.runs.create(jd, None, Config())
    with workbench.database.engine.begin() as connection:
        jobs.forget(connection, run_id)
    return run_id


@pytest.mark.parametrize(
    ("address", "heading"),
    [({}, "No run chosen"), ({"id": "nonsense"}, "There is no such run “nonsense” names no run.")],
)
def test_an_address_without_a_run_says_what_to_do(reading: Workbench, address: dict[str, str], heading: str) -> None:
    app = open_page("run", **address)
    assert heading in text_of(app)
    assert "Open a run from the history, or start a new one." in text_of(app)


def test_a_run_that_is_gone_is_named(reading: Workbench) -> None:
    gone = uuid4()
    assert f"There is no run {gone}. It may have been deleted" in text_of(open_page("run", id=str(gone)))


def test_a_run_that_is_executed_shows_its_stages_and_what_is_found(writing: Workbench) -> None:
    run_id = writing.runs.create(JD, None, Config())
    text = parsed(role="Senior Data Engineer", company_name="Juniper Freight Ltd.")
    partial = {"parsed": text.wire(), "skills": [skill("PySpark").wire()]}
    RunRecords(writing.database.engine).stage(
        run_id, "skills", partial, {"parse": 12.0, "embed": 5.0, "skills": 20_000.0}
    )
    with executing(writing, run_id):
        shown = text_of(open_page("run", id=str(run_id)))
    assert "Reading the text 12 ms" in shown and "Finding skills 20.0 s" in shown
    assert "… step 1" in shown
    assert "Senior Data Engineer · Juniper Freight Ltd." in shown and "1 skill PySpark" in shown
    assert "Chosen role" not in shown


def test_a_run_that_waits_says_how_many_are_before_it_and_can_be_stopped(writing: Workbench) -> None:
    for n in range(2):
        writing.runs.create(f"{JD} Before it, {n}.", None, Config())
    run_id = writing.runs.create(JD, None, Config())
    app = open_page("run", "Ada", id=str(run_id))
    assert re.search(r"Queued: 2 runs before it, a result in about [\d.]+ m?s\.", text_of(app))
    button(app, "Stop this run").click().run()
    assert "While reading the text, it was stopped by Ada." in text_of(app) and run_id not in writing.executor.pending()
    button(app, "Resume").click().run()
    assert finished(writing, run_id).status == "completed"


def test_a_run_that_lost_its_worker_says_why_it_is_tried_once_more(writing: Workbench) -> None:
    run_id = writing.runs.create(JD, None, Config())
    store = JobStore(writing.database.engine)
    lease = store.claim("another", run_id)
    assert lease is not None
    store.release(lease, "its worker ended (killed by SIGKILL)")
    shown = text_of(open_page("run", id=str(run_id)))
    assert re.search(r"Queued: it is next.* Tried once more: its worker ended \(killed by SIGKILL\)\.", shown)


def test_a_run_that_nobody_executes_was_interrupted_and_can_be_resumed(writing: Workbench) -> None:
    run_id = forgotten(writing, JD)
    app = open_page("run", id=str(run_id))
    said = "This run was interrupted: the workbench that executed it has ended, and it is not in the queue. It had not begun."
    assert said in text_of(app)
    assert "Juniper Freight Ltd." in text_of(app)
    RunRecords(writing.database.engine).stage(run_id, "parse", {}, {"parse": 12.0})
    app = open_page("run", id=str(run_id))
    assert "What it had found is kept." in text_of(app)
    button(app, "Resume").click().run()
    assert finished(writing, run_id).status == "completed"
    assert "Chosen role Data Engineer" in text_of(app.run())


def test_a_run_that_failed_says_where_and_why_and_shows_what_it_had_found(writing: Workbench) -> None:
    run_id = newest(writing)
    stored = writing.runs.load(run_id)
    until = {stage: ms for stage, ms in stored.timings_ms.items() if stage != "details"}
    RunRecords(writing.database.engine).failure(run_id, "ZeroDivisionError: division by <zero>", until)
    app = open_page("run", id=str(run_id))
    (error,) = [e.value for e in app.error]
    assert error.startswith("This run failed while ") and error.endswith(verbatim("division by <zero>"))
    assert "Chosen role Data Engineer" in text_of(app)
    assert button(app, "Resume")


def test_a_text_that_is_no_job_description_is_shown_with_the_reason(writing: Workbench) -> None:
    run_id = writing.executor.start(SOUP)
    assert finished(writing, run_id).status == "rejected"
    shown = text_of(open_page("run", id=str(run_id)))
    assert "rejected Run" in shown and "no role was chosen" in shown
    assert SOUP in shown and "Type of text" in shown
    assert "This text was rejected" in shown and "paste all of it" in shown


def test_a_finished_run_shows_role_reason_signals_links_and_the_first_skill(reading: Workbench) -> None:
    app = open_page("run", id=str(newest(reading)))
    shown = text_of(app)
    stored = reading.runs.load(newest(reading))
    extraction = Extraction.model_validate(stored.extraction)
    assert "Senior Data Engineer" in shown and "completed Run" in shown and "revision 1 · local engine" in shown
    assert f"Chosen role Data Engineer {extraction.decision.confidence:.2f}" in shown
    assert "role exists in the library" in shown and "family · Data & Analytics" in shown
    assert re.search(r"1 Extraction [\d.]+ m?s \$0.0000 · 2 Library match [\d.]+ m?s", shown)
    assert "Signals · points of each role, a row adds up" in shown
    assert "stand in the catalog" in shown and "linked already" in shown
    assert "No verdict yet" in shown
    (skills,) = app.dataframe
    assert list(skills.value["Skill"]) == [s.skill_name for s in extraction.skills]
    assert f"{extraction.skills[0].slug} · matched by" in shown
    marks = next(e.value for e in app.get("html") if "jdw-jd" in e.value)
    label = "Zephyrine: not in the catalog"
    assert f'<mark class="new" tabindex="0" role="note" aria-label="{label}">Zephyrine</mark>' in marks
    assert button(app, "Run with my draft").disabled


def test_names_of_entries_lead_to_their_cards_and_what_matched_stands_as_chips(reading: Workbench) -> None:
    app = open_page("run", id=str(newest(reading)))
    html = "".join(element.value for element in app.get("html"))
    extraction = Extraction.model_validate(reading.runs.load(newest(reading)).extraction)
    for address in ("roles?slug=data-engineer", "skills?slug=kafka", "aliases?words=Kafka"):
        assert f'href="{address}"' in html
    assert html.count('href="dimensions?slug=') > 3
    count = len(extraction.decision.matched_dimensions)
    assert f"{count} matched dimensions" in text_of(app)
    assert all(kra in text_of(app) for kra in extraction.decision.matched_kras)


def test_each_fix_has_a_name_of_its_own(reading: Workbench) -> None:
    app = open_page("run", id=str(newest(reading)))
    labels = [menu.label for menu in app.menu_button]
    assert all(label.startswith("Fix ") and " → " in label for label in labels)
    assert len(labels) == len(set(labels)) > 3


@pytest.mark.parametrize(
    ("section", "phrases"),
    [
        ("parsed", ["Company Juniper Freight Ltd.", "5–8 years", "Pay not in the text"]),
        (
            "captured",
            [
                "New skill",
                "Zephyrine",
                "proposed by 1 run",
                "new to every role",
                "Centroid of the role updated, 1 run",
                "KRAs that matched",
            ],
        ),
        (
            "client",
            [
                "nature of work from the text",
                "Nature of work",
                "Tech stack maturity",
                "AI index · 0 no use of AI, 5 wholly dependent on it · v2.1",
                "The title names AI",
                "Models / concepts ×3",
                "Index = points of the indicators that hold + vocabulary, at most 1.5",
                "in the order of the text",
                "Skill cluster",
                "KRA description · the duties alone",
                "Where it stands in the text",
            ],
        ),
        ("calls", ["No model was called: the local engine made every judgement."]),
        ("timings", ["Reading the text step 1", "1 · Extraction extract-from-jd", "Sum"]),
    ],
)
def test_each_section_shows_its_part(reading: Workbench, section: str, phrases: list[str]) -> None:
    app = open_page("run", id=str(newest(reading)))
    field(app.segmented_control, "Details").set_value(section).run()
    shown = text_of(app)
    assert [phrase for phrase in phrases if phrase not in shown] == []


def test_the_json_is_that_of_the_wire(reading: Workbench) -> None:
    app = open_page("run", id=str(newest(reading)))
    field(app.segmented_control, "Details").set_value("json").run()
    assert '"final_skills"' in app.json[0].value
    field(app.radio, "Document").set_value("Step 3 · final-role-output").run()
    assert '"chosen_role_resolution"' in app.json[0].value


def test_the_ledger_shows_calls_with_their_cost_and_notes_stand_above(writing: Workbench) -> None:
    jd = (SAMPLES / "14-two-roles-in-one.txt").read_text(encoding="utf-8")
    run_id = writing.executor.start(jd, config=Config(engine="openai"))
    stored = finished(writing, run_id)
    app = open_page("run", id=str(run_id))
    assert "model engine" in text_of(app)
    field(app.segmented_control, "Details").set_value("calls").run()
    ledger = app.dataframe[0].value
    assert len(ledger) == len(stored.calls) > 0
    assert list(ledger["Cost"]) == [0.0] * len(ledger) and "Choosing the role" in set(ledger["Judgement"])
    assert "step 1 $0.0000 + step 2 $0.0000 + step 3 $0.0000 = $0.0000" in text_of(app)


def test_a_run_is_named(writing: Workbench) -> None:
    app = open_page("run", id=str(newest(writing)))
    field(app.text_input, "Name of this run").set_value("Harbour <demo>")
    button(app, "Save").click().run()
    assert "Harbour <demo>" in text_of(app)
    assert writing.runs.load(newest(writing)).name == "Harbour <demo>"


def test_a_run_is_run_again_and_its_engines_compared(writing: Workbench) -> None:
    run_id = newest(writing)
    app = open_page("run", id=str(run_id))
    button(app, "Run again").click().run()
    assert app.query_params["a"] == str(run_id)
    again = UUID(app.query_params["b"])
    assert again != run_id and finished(writing, again).jd_text == JD
    app = open_page("run", id=str(run_id))
    button(app, "Compare engines").click().run()
    assert app.query_params["a"] == str(run_id)
    assert finished(writing, UUID(app.query_params["b"])).engine == "openai"


def test_a_run_is_deleted_only_when_that_is_confirmed(writing: Workbench) -> None:
    run_id = newest(writing)
    app = open_page("run", "Ada", id=str(run_id))
    app.button(key="delete").click().run()
    assert writing.runs.load(run_id)
    # A dialog is drawn by the button that opens it: a test runs the whole page, where a browser runs the dialog alone.
    app.button(key="delete").click()
    app.button(key="deletion-go").click().run()
    assert writing.history.find(HistoryFilter()).total == 0


# --- verdicts -----------------------------------------------------------------------------------------------------


def test_the_button_leads_to_where_the_run_is_judged_and_back(writing: Workbench) -> None:
    run_id = newest(writing)
    app = open_page("run", "Ada", id=str(run_id))
    assert app.button(key="give-verdict").label == "Give verdict" and "No verdict yet" in text_of(app)
    app.button(key="give-verdict").click().run()
    assert "Is this the role? Data Engineer" in text_of(app) and "Chosen role" not in text_of(app)
    button(app, "Right").click().run()
    button(app, "Done").click().run()
    assert "role right Data Engineer · Ada, just now" in text_of(app)
    assert app.button(key="give-verdict").label == "Change verdict"


def test_verdicts_are_lines_that_say_who_says_what_and_why(writing: Workbench) -> None:
    run_id = newest(writing)
    writing.verdicts.give(run_id, "Bo", "data-engineer", ["kafka"], "Kafka is the writer")
    writing.verdicts.give(run_id, "Ada", "data-architect", note="It says so")
    shown = text_of(open_page("run", "Ada", id=str(run_id)))
    assert "role right Data Engineer , not meant: Kafka “Kafka is the writer” · Bo, just now" in shown
    assert "role wrong Data Architect “It says so” · Ada, just now" in shown


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (AskedBy("Ada *", "http"), "asked for by Ada * over HTTP"),
        (AskedBy("", "http"), "asked for by a program over HTTP"),
        (AskedBy("", "pages"), ""),
    ],
)
def test_who_asked_for_a_run_and_by_which_way_is_said(writing: Workbench, asked: AskedBy, words: str) -> None:
    run_id = writing.executor.start_for(RunOrder(SOUP, asked=asked))
    finished(writing, run_id)
    found = text_of(open_page("run", id=str(run_id)))
    assert words in found and ("asked for by" in found) is bool(words)


def test_a_run_that_is_run_again_is_asked_for_by_who_does_so(writing: Workbench) -> None:
    first = writing.executor.start_for(RunOrder(SOUP, asked=AskedBy("Bob", "http")))
    finished(writing, first)
    app = open_page("run", "Ada", id=str(first))
    button(app, "Run again").click().run()
    again = finished(writing, UUID(app.query_params["b"]))
    assert (again.asked_by, again.asked_through) == ("Ada", "pages")
