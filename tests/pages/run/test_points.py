"""The table of signals: a row adds up, the chosen role and the runner-up come first, before stands below now."""

from __future__ import annotations

import pytest

from pages.run import points
from pages.run.points import role_points
from pipeline.contracts import Extraction, RoleWeight
from tests.pages.run.views import WEIGHTS, catalog, result, view
from tests.wire_values import decision, extraction, role_score, slug_of

KNOWN = catalog(roles=["Tester", "Developer", "Architect"])


@pytest.fixture(autouse=True)
def _no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.run.entries.Entries._successors", {})


def weighed(name: str, **evidence: float) -> RoleWeight:
    return RoleWeight(slug=slug_of(name), display_name=name, probability=0.5, evidence=evidence)


def decided(chosen: str, *ranking: RoleWeight) -> Extraction:
    return extraction(decision=decision(role_score(chosen), ranking=list(ranking)))


def test_points_are_evidence_times_weight_and_a_row_adds_up() -> None:
    (role,) = role_points(result(decided("Tester", weighed("Tester", skill=0.4, kra=0.2, alias=1.0))), WEIGHTS)
    assert {key: value for key, value in role.points.items() if value} == {"alias": 3.0, "skill": 4.0, "kra": 1.0}
    assert role.total == 8.0


def test_the_chosen_role_comes_first_whatever_the_ranking_and_then_the_runner_up() -> None:
    step = decided("Tester", weighed("Developer", skill=0.9), weighed("Tester", skill=0.4), weighed("Architect"))
    rows = points.rows(view(result(step), known=KNOWN))
    assert [(row.slug, row.note) for row in rows] == [
        ("tester", "chosen"),
        ("developer", "runner-up"),
        ("architect", ""),
    ]


def test_the_role_that_was_chosen_stays_in_the_table_and_one_that_is_gone_says_so() -> None:
    before = result(decided("Developer", weighed("Developer", alias=1.0), weighed("Merged", skill=0.1)))
    now = result(decided("Tester", weighed("Tester", skill=0.4), weighed("Developer")))
    rows = points.rows(view(now, before, KNOWN))
    assert [(row.slug, row.note) for row in rows] == [
        ("tester", "chosen"),
        ("developer", "runner-up, was chosen"),
        ("merged", "no longer in the catalog"),
    ]
    html = points.show(view(now, before, KNOWN))
    assert "thick: with my draft, thin: before" in html
    assert "<s>3.00</s>" in html and "<b>4.00</b>" in html


def test_the_plain_figure_stands_behind_the_points_of_a_run_alone() -> None:
    signals = {"skill_match_roles": [role_score("Tester", 0.5, matched_count=3, total_count=6, tied=True)]}
    step = extraction(decision=decision(role_score("Tester"), ranking=[weighed("Tester", skill=0.4)]), signals=signals)
    html = points.show(view(result(step), known=KNOWN))
    assert "3 of 6, tie" in html and 'href="roles?slug=tester"' in html


def test_without_any_signal_the_table_says_so() -> None:
    assert "No signal speaks for any role" in points.show(view(result(extraction())))
