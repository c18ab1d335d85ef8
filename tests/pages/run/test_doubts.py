"""What a reviewer is asked to look at."""

import pytest

from pages.run.doubts import Doubt, doubts
from tests.wire_values import decision, detail, extraction, library_match, role_score, skill


def labels(**signals: object) -> list[str]:
    return [d.label for d in doubts(extraction(chosen="Tester", signals=dict(signals)), None)]


def test_nothing_is_doubtful_where_all_agree() -> None:
    same = [role_score("Tester")]
    assert labels(title_match_roles=same, skill_match_roles=same, kra_match_roles=same) == []


def test_signals_that_name_another_role_disagree_and_a_far_title_says_nothing() -> None:
    other = [role_score("Developer", 0.95)]
    assert labels(skill_match_roles=other, kra_match_roles=other, title_match_roles=other) == [
        "title disagrees",
        "skills disagree",
        "KRAs disagree",
    ]
    assert labels(title_match_roles=[role_score("Developer", 0.89)]) == []


def test_generic_titles_and_ties_are_doubtful() -> None:
    assert labels(alias_match_roles=[role_score("Tester", is_generic=True)]) == ["generic title"]
    assert labels(alias_match_roles=[role_score("Tester", is_generic=True), role_score("Tester")]) == []
    assert labels(skill_match_roles=[role_score("Tester", tied=True)]) == ["tie in skills"]


@pytest.mark.parametrize(
    ("case", "doubt"), [("C", Doubt("signals conflict", "doubt")), ("D", Doubt("no role fits", "bad"))]
)
def test_a_case_may_be_doubtful_by_itself(case: str, doubt: Doubt) -> None:
    found = doubts(extraction(decision=decision(None, case=case, alias_collision_detected=True)), None)
    assert found == [doubt, Doubt("title alias of several roles", "doubt")]


def test_skills_that_the_catalog_lacks_or_holds_nowhere_are_counted() -> None:
    skills = [skill("A", known=False), skill("B", known=False), skill("C")]
    match = library_match(detail("A", known=False), detail("B", known=False), detail("C"))
    assert doubts(extraction(skills, chosen="Tester"), match) == [
        Doubt("2 new skills", "doubt"),
        Doubt("1 skill without dimension", "bad"),
    ]
