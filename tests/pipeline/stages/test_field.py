"""Which texts are of the catalog's field: titles of other trades, titles that computing has too, computing at unusual employers."""

from __future__ import annotations

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Decision
from pipeline.run import run
from pipeline.stages.title_signal import says_more, title_hits
from pipeline.stages.trades import (
    duty_leaning,
    is_generic_title,
    technology_weight,
)
from pipeline.vectors import CARRIED_MODEL
from tests.pipeline.stages.texts_of_fields import OTHER_TRADES, TITLES_ALONE, UNUSUAL_COMPUTING, jd


def decision(text: str, indexes: Indexes) -> Decision:
    return run(text, None, "run", indexes).extraction.decision


@pytest.mark.parametrize("name", OTHER_TRADES)
def test_a_text_of_another_trade_gets_no_role(name: str, indexes: Indexes) -> None:
    found = decision(OTHER_TRADES[name], indexes)
    assert (found.chosen_role, found.case, found.confidence) == (None, "D", 0.0)
    assert found.none_probability is not None and found.none_probability > 0.5


@pytest.mark.parametrize("name", UNUSUAL_COMPUTING)
def test_computing_at_an_unusual_employer_keeps_its_role(name: str, indexes: Indexes) -> None:
    text, right = UNUSUAL_COMPUTING[name]
    found = decision(text, indexes)
    assert found.chosen_role is not None and found.chosen_role.slug in right
    assert found.none_probability is not None and found.none_probability < 0.5


@pytest.mark.parametrize(("title", "employer"), TITLES_ALONE)
def test_a_title_that_nothing_else_supports_is_never_certain(title: str, employer: str, indexes: Indexes) -> None:
    text = jd(
        title,
        employer,
        "Walk the grounds and note what is broken; Order material and keep the store in order; Show guests around",
        "Driving licence; Good health; Some years of practice",
    )
    found = decision(text, indexes)
    assert found.none_probability is not None and found.none_probability > 0.25
    assert found.conflict and "the title names" in found.conflict[0]
    assert found.case in ("C", "D") and found.confidence < 0.75


@pytest.mark.parametrize(
    "title", ["Developer", "Senior Engineer", "Manager (m/f/d)", "Software Consultant II", "IT Specialist", "Team Lead"]
)
def test_titles_that_say_nothing_are_generic(title: str) -> None:
    assert is_generic_title(title)


@pytest.mark.parametrize(
    "title", ["Nurse", "Carbon Accountant", "Harbour Pilot", "Quantum Algorithm Developer", "Recruiter"]
)
def test_titles_that_name_the_work_are_not(title: str) -> None:
    assert not is_generic_title(title)


@pytest.mark.parametrize("title", ["Engineer", "Senior Manager", ""])
def test_a_generic_title_or_none_proposes_no_role_by_itself(title: str, indexes: Indexes) -> None:
    text = jd(
        title or "We look for somebody who sorts mail.",
        "Our depot sorts letters for an island.",
        "Sort letters by street; Load the vans before six; Sweep the hall",
        "Good eyes; Early hours",
    )
    found = decision(text, indexes)
    assert (found.chosen_role, found.is_new_role, found.new_role_display_name) == (None, False, None)


def test_leanings_are_nothing_without_vectors_or_in_the_space_of_another_encoder(indexes: Indexes) -> None:
    vectors = indexes.encoder.encode(
        ["Write unit tests for the services in Python", "Deploy containers to the cluster"]
    )
    others = indexes.encoder.encode(["Feed the calves and clean the stable", "Cut hair and sweep the salon"])
    assert duty_leaning(vectors, CARRIED_MODEL) > 0.5 > -0.5 > duty_leaning(others, CARRIED_MODEL)
    assert duty_leaning(vectors[:0], CARRIED_MODEL) == 0.0
    assert duty_leaning(vectors, "another") == 0.0


def test_a_technology_speaks_for_computing_by_who_uses_it() -> None:
    assert technology_weight("docker") > technology_weight("python") > technology_weight("autocad")
    assert technology_weight("microsoft-excel") < 0.1
    assert technology_weight("no-such-thing") == technology_weight(None) == 0.5


@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("Quarrysoft Systems Administrator", False),
        ("Systems Administrator", False),
        ("Data Systems Administrator of Ports", True),
        ("Choir Master", False),
    ],
)
def test_a_title_says_more_where_it_has_words_of_other_titles(title: str, more: bool, indexes: Indexes) -> None:
    assert says_more(title, (), title_hits(title, (), indexes), indexes) is more
