"""A document that others made is read, with a word on what was not understood; one without what it is about is refused."""

from copy import deepcopy
from typing import Any

import pytest

from pipeline.contracts import (
    Extraction,
    LibraryMatch,
    ParsedJD,
    RoleOutput,
    RunDocument,
    UnworkableDocument,
    accept,
    read_document,
)
from tests.wire_values import extraction, skill


def parsed(**changed: Any) -> dict[str, Any]:
    """A parsed JD that says little, with other values."""
    plain: dict[str, Any] = {
        "JD_type": "pass",
        "about_company": None,
        "certifications": [],
        "company_name": None,
        "ctc": None,
        "domain": None,
        "education": [],
        "experience": None,
        "job_locations": [],
        "role": "Data Engineer",
        "role_aliases": [],
        "role_archetype": "Engineering",
        "roles_and_responsibilities": [],
        "urls": [],
    }
    return plain | changed


def step_1() -> dict[str, Any]:
    document = extraction([skill("Python", (0, 6))], "Data Engineer").wire()
    return document | {"nano_parsed": parsed()}


def problems(reading: Any) -> dict[str, str]:
    return {warning.path: warning.problem for warning in reading.warnings}


def test_a_document_as_we_write_it_is_read_without_a_word() -> None:
    reading = read_document(Extraction, step_1())
    assert reading.warnings == () and reading.document.wire() == step_1()


def test_a_word_that_no_vocabulary_has_is_named_and_what_was_sent_is_kept() -> None:
    sent = step_1()
    sent["stage4_decision"]["case"] = "E"
    sent["nano_parsed"] |= {"JD_type": "maybe", "role_archetype": "Wizardry"}
    before = deepcopy(sent)
    reading = read_document(Extraction, sent)
    assert (reading.document.decision.case, reading.document.parsed.JD_type) == ("D", "pass")
    assert reading.document.parsed.role_archetype is None
    assert set(problems(reading)) == {"stage4_decision.case", "nano_parsed.JD_type", "nano_parsed.role_archetype"}
    assert problems(reading)["nano_parsed.JD_type"] == "is “maybe”; read as “pass”"
    assert reading.given == before


@pytest.mark.parametrize(
    ("written", "word"), [("Remote", "remote"), ("On-Site", "onsite"), ("HYBRID ", "hybrid"), ("moon", None)]
)
def test_a_word_is_known_in_other_letters(written: str, word: str | None) -> None:
    place = {"aliases": [], "city": "Pune", "country": None, "state": None, "work_mode": written}
    reading = read_document(ParsedJD, parsed(job_locations=[place]))
    assert reading.document.job_locations[0].work_mode == word
    assert list(problems(reading)) == ["job_locations.0.work_mode"]


def test_a_former_word_is_that_of_today() -> None:
    pay = {"currency": "EUR", "max": 50000, "min": None, "period": "year", "raw": "up to 50k"}
    reading = read_document(ParsedJD, parsed(ctc=pay))
    assert reading.document.ctc is not None and reading.document.ctc.period == "annual"
    assert reading.warnings == ()


def test_nulls_and_missing_keys_are_read_as_what_says_nothing() -> None:
    sent = parsed(certifications=None, urls=[None, "https://a.example"])
    del sent["education"], sent["role"]
    reading = read_document(ParsedJD, sent)
    assert reading.document.certifications == [] and reading.document.education == []
    assert reading.document.urls == ["https://a.example"] and reading.document.role is None
    assert problems(reading) == {
        "certifications": "is null; read as an empty list",
        "education": "is missing; read as []",
        "role": "is missing; read as null",
        "urls.0": "is null, which cannot be read as a text; left out",
    }


def test_an_added_key_is_kept_and_named() -> None:
    sent = step_1()
    sent["final_skills"][0]["weight"] = 3
    reading = read_document(Extraction, sent)
    assert reading.document.wire() == sent
    assert problems(reading) == {"final_skills.0.weight": "is not known; kept as it is"}


def test_years_may_be_fractions_and_numbers_may_be_texts() -> None:
    reading = read_document(ParsedJD, parsed(experience={"min": 1.5, "max": "4", "raw": None}))
    years = reading.document.experience
    assert years is not None and (years.min, years.max) == (1.5, 4)
    assert problems(reading) == {"experience.max": "is “4”; read as 4"}


def test_an_object_where_a_text_belongs_and_a_text_where_an_object_does() -> None:
    sent = parsed(
        role={"display_name": "Data Engineer", "id": 4},
        experience="two to four years",
        domain="Banking",
        education="BSc in Physics",
    )
    reading = read_document(ParsedJD, sent)
    found = reading.document
    assert found.role == "Data Engineer"
    assert found.experience is not None and (found.experience.raw, found.experience.min) == ("two to four years", None)
    assert found.domain is not None and found.domain.primary is not None and found.domain.primary.domain == "Banking"
    assert [e.raw for e in found.education] == ["BSc in Physics"]
    assert {"role", "experience", "domain", "domain.primary", "education", "education.0"} <= set(problems(reading))


def test_skills_may_be_names_alone() -> None:
    reading = read_document(Extraction, step_1() | {"final_skills": ["Python", {"skill_name": "Go"}]})
    assert [(s.skill_name, s.is_primary) for s in reading.document.skills] == [("Python", False), ("Go", False)]


def test_a_chosen_role_may_be_its_key_and_one_that_names_nothing_is_none() -> None:
    sent = step_1()
    sent["stage4_decision"]["chosen_role"] = "data-engineer"
    role = read_document(Extraction, sent).document.decision.chosen_role
    assert role is not None and (role.slug, role.display_name) == ("data-engineer", "data-engineer")
    sent["stage4_decision"]["chosen_role"] = {"score": 0.4}
    reading = read_document(Extraction, sent)
    assert reading.document.decision.chosen_role is None
    assert "stage4_decision.chosen_role" in problems(reading)


def test_the_same_problem_of_many_items_is_named_once() -> None:
    names = [{"skill_name": f"Skill {n}", "is_primary": True, "hue": n} for n in range(40)]
    reading = read_document(Extraction, step_1() | {"final_skills": names})
    assert problems(reading) == {"final_skills.0.hue": "is not known; kept as it is (and in 39 more places)"}


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({}, "the document"),
        ([], "the document"),
        ("step 1", "the document"),
        ({"run_id": "x"}, "final_skills"),
        ({"final_skills": [{"skill_name": "Go"}, {"is_primary": True}]}, "final_skills.1.skill_name"),
        ({"final_skills": [{"skill_name": None}]}, "final_skills.0.skill_name"),
        ({"final_skills": [7.5]}, "final_skills.0"),
    ],
)
def test_what_cannot_be_worked_with_is_refused_with_its_path(sent: Any, path: str) -> None:
    with pytest.raises(UnworkableDocument) as raised:
        read_document(Extraction, sent)
    assert path in {problem.path for problem in raised.value.problems}


def test_step_1_may_be_its_skills_alone() -> None:
    reading = read_document(Extraction, {"final_skills": [{"skill_name": "Go"}]})
    assert reading.document.decision.chosen_role is None and reading.document.parsed.JD_type == "pass"
    assert {"run_id", "nano_parsed", "stage4_decision"} <= set(problems(reading))


def test_steps_that_were_not_called_are_empty_objects() -> None:
    reading = read_document(RunDocument, {"api1": step_1(), "api2": {}, "api3": {}, "enrichment": {}})
    assert reading.warnings == () and reading.document.library_match is None
    assert reading.document.wire() == reading.given


def test_what_is_made_here_is_strict_and_what_is_stored_is_accepted() -> None:
    with pytest.raises(ValueError):
        ParsedJD.model_validate(parsed(JD_type="maybe"))
    assert accept(ParsedJD, parsed(JD_type="maybe")).JD_type == "pass"


JUNK: tuple[Any, ...] = (None, {}, [], "", "x", 0, 2.5, True, {"a": 1}, ["x"], [[]], float("nan"), [None])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, item in inner for deeper in places(item, (*path, key)))]


def with_value(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return deepcopy(junk)
    copy = deepcopy(value)
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = deepcopy(junk)
    return copy


@pytest.mark.parametrize("model", [Extraction, LibraryMatch, RoleOutput])
def test_anything_anywhere_is_read_or_refused_and_what_is_read_is_strict(model: Any) -> None:
    whole = {
        Extraction: step_1(),
        LibraryMatch: {"skills_detail": [{"input_skill": "Go", "dimensions": [{"dimension": {"slug": "a"}}]}]},
        RoleOutput: {"persistence": {"items": [{"dimension": {"slug": "a"}}]}, "chosen_role": {"slug": "b"}},
    }[model]
    for path in places(whole):
        for junk in JUNK:
            try:
                document = read_document(model, with_value(whole, path, junk)).document
            except UnworkableDocument as refused:
                assert refused.problems
            else:
                assert model.model_validate(document.wire()) == document
