"""Steps 2 and 3 fed with an old page's step 1, on a catalog that holds that page's facts, give that page's answer."""

from typing import Any

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Extraction, LibraryMatch, read_document
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.details import extract_details
from pipeline.stages.final_output import final_output
from tests.conftest import shared
from tests.pages_of_old import PAGES, WITH_ALL_STEPS, catalog_of, documents


def without_added(answer: Any, page: Any) -> Any:
    """The answer with only the keys that the page has, so that the two can be compared."""
    if isinstance(answer, dict) and isinstance(page, dict):
        return {k: without_added(answer[k], page[k]) for k in page}
    if isinstance(answer, list) and isinstance(page, list) and len(answer) == len(page):
        return [without_added(a, p) for a, p in zip(answer, page, strict=True)]
    return answer


FOUND_BY_ORCHESTRATOR = ("derived", "keep_log", "merge_log", "relationships", "split_log", "warnings")
"""What the old system guessed about new skills (SRE a soft skill), or left empty."""


def proposed_facts_aside(library_match: dict[str, Any]) -> dict[str, Any]:
    """The old system's guesses are faults, and what it left empty is filled: neither is an answer to give again."""
    for detail in library_match["skills_detail"]:
        if detail["new_skill_meta"]:
            detail["new_alias_text"] = None
            for key in FOUND_BY_ORCHESTRATOR:
                detail["new_skill_meta"][key] = None
    return library_match


@pytest.mark.parametrize("page", WITH_ALL_STEPS)
def test_an_old_step_1_gives_the_old_answer(page: str, encoder: CachedEncoder) -> None:
    _, one, two, three = documents(shared(f"seeds/{page}.txt"))
    indexes = Indexes(catalog_of(two), encoder)
    extraction = read_document(Extraction, one).document
    library_match = extract_details(extraction, indexes)
    assert proposed_facts_aside(without_added(library_match.wire(), two)) == proposed_facts_aside(two)
    output = final_output(extraction, LibraryMatch.model_validate(library_match.wire()), indexes).wire()
    planned = output.pop("planner_output")["skills"]
    assert {p["skill_name"]: p["plan"] for p in planned} == dict.fromkeys(two["unmatched_skills"], "skipped")
    assert three.pop("planner_output") is None and without_added(output, three) == three


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("final_skills", 0, "is_primary"), None),
        (("jd_role",), {}),
        (("nano_parsed",), "a text"),
        (("nano_parsed", "roles_and_responsibilities"), [None, "Weld the hull"]),
        (("stage3_signals", "kra_match_roles"), {"slug": "x"}),
        (("stage4_decision", "case"), "Z"),
        (("stage4_decision", "chosen_role"), "backend-engineer"),
        (("stage5_updates",), None),
        (("run_id",), 7),
    ],
)
def test_a_damaged_step_1_still_gives_steps_2_and_3(path: tuple[Any, ...], value: Any, encoder: CachedEncoder) -> None:
    _, one, two, _ = documents(shared(f"seeds/{PAGES[0]}.txt"))
    at: Any = one
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    reading = read_document(Extraction, one)
    assert any(warning.path.startswith(".".join(map(str, path))) for warning in reading.warnings)
    indexes = Indexes(catalog_of(two), encoder)
    library_match = extract_details(reading.document, indexes)
    output = final_output(reading.document, library_match, indexes)
    assert [detail.input_skill for detail in library_match.skills_detail] == two["input_final_skills"]
    assert output.chosen_role is not None and output.chosen_role_resolution == "in_db"


def test_sre_is_not_a_soft_skill(encoder: CachedEncoder) -> None:
    _, one, two, _ = documents(shared(f"seeds/{PAGES[0]}.txt"))
    detail = extract_details(Extraction.model_validate(one), Indexes(catalog_of(two), encoder)).skills_detail[0]
    assert detail.input_skill == "SRE"
    assert detail.new_skill_meta is not None
    assert (detail.new_skill_meta.derived.category, detail.new_skill_meta.derived.skill_nature) == (
        "Practice",
        "PRACTICE",
    )
