"""Pages and documents of the old system are read as runs, whatever a browser made of them; what is not read says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.old_runs import OldFiles, OldRun, read_old_files, text_of_file
from tests.conftest import least_seconds
from tests.pages_of_old import PAGES, old_run, shipped_run
from tests.pipeline.old_runs.pages import CLIENT, RUN_ID, TEXT, WHOLE, page, step_1, step_2, step_3


def read(*files: str) -> OldFiles:
    """The runs of files that are called a, b, c."""
    return read_old_files([(name, text) for name, text in zip("abcdefg", files, strict=False)])


def one(*files: str) -> OldRun:
    found = read(*files)
    assert not found.refused, found.refused
    (run,) = found.runs
    return run


def same(left: OldRun, right: OldRun) -> bool:
    """Whether two runs say the same."""
    return (left.given, left.jd_text, left.figures, left.client_output, left.text_source) == (
        right.given,
        right.jd_text,
        right.figures,
        right.client_output,
        right.text_source,
    )


def test_a_whole_page_is_read_with_all_that_it_says() -> None:
    run = one(page())
    assert (run.run_id, run.jd_text, run.text_source, run.warnings) == (RUN_ID, TEXT, "page", ())
    assert run.given == WHOLE
    assert [skill.skill_name for skill in run.extraction.skills] == ["Elixir", "Redis Streams", "Berth Planning"]
    figures = run.figures
    assert (figures.cost_usd, figures.step_costs_usd) == (0.0045, {1: 0.0042, 2: 0.0003, 3: 0.0})
    assert (figures.status, figures.created, figures.durations_ms) == (
        "completed",
        "2026-03-04T05:06:07.891011Z",
        {3: 1250.0},
    )
    assert figures.counters == {"new_skills": 2, "skill_links": 0, "role_links": 1, "skipped": 0}
    assert figures.calls_are_missing


def test_what_stands_on_the_page_alone_goes_where_the_wire_has_a_place_for_it() -> None:
    run = one(page())
    assert run.library_match is not None and run.role_output is not None
    facts = run.library_match.skills_detail[0].facts or {}
    assert (facts["category"], facts["vendor"], facts["year_introduced"], facts["confidence"]) == (
        "Language",
        "Plataformatec",
        2012,
        0.93,
    )
    assert facts["context_tags"] == ["BEAM Phoenix"] and facts["maturity_reasoning"].startswith("asked for wherever")
    assert [(a.kind, a.detail) for a in run.role_output.library_artifacts] == [
        ("canonical_skill_proposed", "Berth Planning | type=Concepts nature=CONCEPT")
    ]
    output = dict(run.client_output or {})
    assert (output["sparse_jd"], output["role_baseline_loaded"]) == (True, True)
    assert output["sources"] == {
        "nature_of_work": "jd",
        "ai_index": "role_baseline",
        "tech_stack_maturity": "role_baseline",
    }
    assert output["nature_of_work"]["quote"] == "Keep Redis and PostgreSQL in order"
    assert (output["tech_stack_maturity"]["label"], output["tech_stack_maturity"]["cache_hit"]) == (
        "Modern Cloud Native",
        True,
    )
    assert (output["ai_index"]["value"], output["ai_index"]["version"]) == (1.5, "v2.1")
    assert [name for name, holds in output["ai_index"]["indicators"].items() if holds] == [
        "has_ai_skill",
        "ai_skill_secondary",
    ]
    assert output["ai_index"]["vocabulary"] == {
        "assistants": [],
        "frameworks": ["PyTorch", "LangChain"],
        "concepts": [],
    }
    assert output["skill_cluster"] == [
        {"dimension": "Server Languages", "skills": ["Elixir"]},
        {"dimension": "Cross-cutting / unaligned", "skills": ["Redis Streams", "Berth Planning"]},
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text.replace("\n", "\u2028"),
        lambda text: "\n".join("\t" + line for line in text.split("\n")),
        lambda text: "\n".join(
            "\xa0\xa0" + line.replace(": ", ":\xa0") if '": ' in line else line for line in text.split("\n")
        ),
        lambda text: "\n".join(line.lstrip() for line in text.split("\n")),
        lambda text: text.replace("Signals\n\nAlias", "## Signals\n\nAlias").replace(
            "\nJob description\n", "\n• Job description\n"
        ),
        lambda text: text.replace(" click to toggle", " (click to collapse)").replace(" — ", " - "),
    ],
    ids=[
        "crlf",
        "cr",
        "mark and line separators",
        "tabs",
        "blanks that do not break",
        "no indents",
        "bullets",
        "other dashes",
    ],
)
def test_other_browsers_save_the_same_run(change: Callable[[str], str]) -> None:
    assert same(one(change(page())), one(page()))


def test_chips_on_lines_of_their_own_are_the_same_groups() -> None:
    client = CLIENT.replace("Elixir Redis Streams Berth Planning", "Elixir\nRedis Streams\nBerth Planning").replace(
        "Redis Streams Berth Planning\nShow", "Redis Streams\nBerth Planning\nShow"
    )
    assert one(page(client=client)).client_output == one(page()).client_output


def test_a_page_without_its_client_output_has_none() -> None:
    assert (
        one(page(client="v2 Skill cluster · Nature of work · KRA descriptionvocab breakdown (legacy)")).client_output
        is None
    )


@pytest.mark.parametrize(
    ("steps", "reached"), [({1: WHOLE[1]}, (False, False)), ({1: WHOLE[1], 2: WHOLE[2]}, (True, False))]
)
def test_a_run_that_stopped_is_read_as_far_as_it_came(steps: dict[int, Any], reached: tuple[bool, bool]) -> None:
    run = one(page(steps))
    assert (run.library_match is not None, run.role_output is not None) == reached
    assert run.given == steps and run.warnings == ()


def test_a_step_that_the_page_cuts_off_is_left_out_and_said_with_its_line() -> None:
    cut = json.dumps(step_2(), indent=2)[:900] + "\n… show more"
    run = one(page({1: step_1(), 2: cut, 3: step_3()}))
    assert run.library_match is None and run.role_output is not None
    (warning,) = run.warnings
    assert (
        "the JSON of API 2 (extract-details) is cut off. Open all of it on the page, then save the page again"
        in warning.problem
    )
    line = int(warning.problem.split("line ")[1].split(":")[0])
    assert "show more" in page({1: step_1(), 2: cut, 3: step_3()}).split("\n")[line - 1] or line > 200


def test_a_page_whose_first_step_is_not_shown_is_refused_with_what_to_do() -> None:
    found = read(page({1: "", 2: step_2(), 3: step_3()}))
    assert not found.runs
    assert (
        "the JSON of API 1 (extract-from-jd) is not shown. Open it on the page, then save the page again."
        in found.refused["a"]
    )


@pytest.mark.parametrize("more", ["Show more", "… show more", "Read more ↓", "▾ Show full text"])
def test_a_text_that_the_page_cuts_off_says_so(more: str) -> None:
    run = one(page(text=f"{TEXT}\n\n{more}"))
    assert (run.jd_text, run.text_source) == (TEXT, "cut")
    assert one(page(text=f"{TEXT}\nShow less")).text_source == "page"


def test_one_object_with_all_steps_is_the_run_of_its_page() -> None:
    run = one(json.dumps({"api1": step_1(), "api2": step_2(), "api3": step_3(), "jd_text": TEXT}))
    assert run.given == WHOLE and (run.jd_text, run.text_source) == (TEXT, "page")
    stopped = one(json.dumps({"api1": step_1(), "api2": {}, "api3": None}))
    assert (stopped.given, stopped.text_source) == ({1: WHOLE[1]}, "documents")


def test_steps_in_files_of_their_own_are_one_run_in_any_order() -> None:
    texts = [json.dumps(step) for step in (step_3(), step_1(), step_2())]
    run = one(*texts)
    assert run.given == WHOLE and run.files == ("a", "b", "c")
    assert same(one("\n".join(texts)), one(json.dumps([step_1(), step_2(), step_3()])))


def test_a_page_and_its_documents_are_one_run_with_the_text_of_the_page() -> None:
    run = one(json.dumps(step_1()), page())
    assert (run.jd_text, run.text_source, run.files) == (TEXT, "page", ("a", "b"))


def test_without_its_text_a_run_has_what_step_1_quotes() -> None:
    run = one(json.dumps(step_1()))
    assert run.text_source == "documents"
    assert run.jd_text.startswith("Harbour Software Engineer\nQuay & Sons\n\nWhat you do\n- Write the berth planner")
    assert run.jd_text.endswith("4 years or more")


def test_several_runs_of_one_file_are_told_apart() -> None:
    other = step_1() | {"run_id": "other"}
    found = read("\n".join(json.dumps({"api1": one_}) for one_ in (step_1(), other)))
    assert [run.run_id for run in found.runs] == [RUN_ID, "other"]


def test_a_run_that_names_no_id_has_the_same_one_each_time() -> None:
    nameless = {key: value for key, value in step_1().items() if key != "run_id"}
    first, second = one(json.dumps(nameless)), one(json.dumps(nameless, indent=3))
    assert first.run_id == second.run_id and first.run_id.startswith("sha256:")


def test_two_contents_of_one_step_are_not_mixed() -> None:
    other = step_1() | {"rejection_reason": "another"}
    found = read(json.dumps(step_1()), json.dumps(other))
    assert len(found.runs) == 1 and found.runs[0].given[1]["rejection_reason"] is None
    assert (
        found.refused["b"].startswith("b, line 1: API 1 (extract-from-jd) of run")
        and "in a, line 1" in found.refused["b"]
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a is empty"),
        ("Grandmother's apple cake", "line 1: this is neither a page of the old system nor JSON"),
        ('{"api1": {\n"final_skills": [', "line 2: this is neither a page of the old system nor JSON"),
        ('{"recipe": "cake"}', "this is no document of the old system (its keys: recipe)"),
        ("[1, 2]", "an object of the old system belongs here"),
        (
            json.dumps(step_2() | {"run_id": "y"}),
            "has no API 1 (extract-from-jd), on which everything else rests. Import its file together with a.",
        ),
        (json.dumps({k: v for k, v in step_3().items() if k != "run_id"}), "of a run that it does not name"),
        ("[" * 100_000, "nested too deeply"),
    ],
    ids=["empty", "no JSON", "cut JSON", "other keys", "numbers", "step 2 alone", "no id", "deep"],
)
def test_what_cannot_be_read_says_what_where_and_what_to_do(text: str, reason: str) -> None:
    found = read(text, page())
    assert [run.run_id for run in found.runs] == [RUN_ID]
    assert reason in found.refused["a"]


def test_numbers_that_are_none_are_read_as_nothing() -> None:
    text = json.dumps(step_1()).replace('"confidence": 1.0', '"confidence": NaN')
    run = one(text)
    assert run.extraction.decision.confidence == 0.0
    assert [w.path for w in run.warnings] == ["api1.stage4_decision.confidence"]


def test_a_document_that_is_not_quite_one_is_read_with_a_word_on_each_thing() -> None:
    damaged = step_1()
    damaged["stage4_decision"]["case"] = "Z"
    run = one(page({1: damaged}))
    assert [w.path for w in run.warnings] == ["api1.stage4_decision.case"]
    assert run.given[1]["stage4_decision"]["case"] == "Z"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_says_itself_in_what_it_is_encoded(encoding: str) -> None:
    assert same(one(text_of_file(page().encode(encoding), "a")), one(page()))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"caf\xe9", "is not UTF-8: byte 3 is 0xe9"),
        (b"<!DOCTYPE html><p>", "is the page's HTML. Save it as text"),
        (b"PK\x03\x04\0\0", "is a binary file"),
        (b"x" * 20_000_001, "has 20,000,001 bytes; at most 20,000,000 are read"),
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        text_of_file(content, "a")


@pytest.mark.parametrize(
    "text",
    [
        page(text="Signals\n" * 200_000),
        page({1: "{\n" * 200_000}),
        page(text="Skills from this JD\n" * 100_000),
        "\n".join(json.dumps(step_1() | {"run_id": str(n)}) for n in range(400)),
        page(client=CLIENT + "\n" + "Elixir Redis " * 100_000),
    ],
    ids=["headings", "braces", "ends", "many runs", "one long line"],
)
def test_the_time_grows_with_the_length_alone(text: str) -> None:
    assert least_seconds(lambda: read(text), 4.0) < 4.0 * max(1.0, len(text) / 1_000_000)


# --- the pages that there are --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_that_there_are_give_all_they_have(name: str) -> None:
    run = old_run(name)
    assert run.warnings == () and run.text_source == "page" and len(run.jd_text) > 1_400
    assert set(run.given) == ({1} if name == PAGES[4] else {1, 2, 3})
    assert (run.client_output is None) == (name in (PAGES[0], PAGES[3])), "two were saved without it"
    groups = (run.client_output or {}).get("skill_cluster", [])
    grouped = [skill for group in groups for skill in group["skills"]]
    assert sorted(grouped) == sorted((run.client_output or {}).get("evidence", []))


def test_the_page_that_ships_is_the_run_of_a_sample() -> None:
    run = shipped_run()
    assert run.warnings == () and run.jd_text.startswith("Senior Backend Engineer at Larkspur")
    assert set(run.given) == {1, 2, 3} and run.client_output is not None
