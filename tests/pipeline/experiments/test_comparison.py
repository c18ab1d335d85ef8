"""Two experiments are compared in pairs: totals with tests, slices corrected, confusion, the worst loss first."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from pipeline.evaluation import SkillCounts
from pipeline.experiments.comparison import Comparison, compare
from pipeline.experiments.results import Marks, Result
from pipeline.experiments.several import Several
from pipeline.experiments.verdict import verdict
from pipeline.experiments.wire import comparison_wire, several_wire
from tests.conftest import least_seconds

FAMILIES = {"go-developer": "Software", "qa-engineer": "Quality", "sre": "Cloud"}


def result(
    jd: str, role: str | None, gold: str | None, counts: tuple[int, int, int, int] = (4, 3, 5, 3), **more: object
) -> Result:
    made = Result(jd, role, 0.8, "A", frozenset({"go"}), gold, Marks(role == gold, SkillCounts(*counts)), length=2_000)
    return replace(made, **more)  # type: ignore[arg-type]


def small() -> Comparison:
    """Six texts: two fixed, one broken, one wrong in both in another way, two the same."""
    a = [
        result("1", "sre", "go-developer", columns={"source": "web"}),
        result("2", None, "go-developer", columns={"source": "web"}),
        result("3", "qa-engineer", "qa-engineer", confidence=0.9, columns={"source": "mail"}),
        result("4", "sre", None, columns={"source": "mail"}),
        result("5", "sre", "sre", columns={"source": "mail"}),
        result("6", "sre", "sre"),
        result("in A alone", "sre", "sre"),
    ]
    b = [
        result("6", "sre", "sre", (4, 2, 5, 2), skills=frozenset({"rust"})),
        result("5", "sre", "sre"),
        result("4", "qa-engineer", None),
        result("3", "sre", "qa-engineer"),
        result("2", "go-developer", "go-developer"),
        result("1", "go-developer", "go-developer"),
    ]
    return compare(a, b, FAMILIES)


def test_roles_are_counted_in_pairs_and_judged_by_the_exact_test() -> None:
    found = small()
    assert (found.n, found.only_a, found.only_b) == (6, 1, 0)
    roles = found.roles
    assert (roles.right_a, roles.right_b, roles.fixed, roles.broken) == (3, 4, 2, 1)
    # Of three that changed sides, one or fewer one way: twice (1 + 3) / 8, at most 1.
    assert roles.p_value == 1.0
    many = [result(str(i), "sre" if i < 50 else "qa-engineer", "sre") for i in range(100)]
    better = [result(str(i), "sre" if i < 60 else "qa-engineer", "sre") for i in range(100)]
    assert compare(many, better, FAMILIES).roles.p_value == pytest.approx(2 / 2**10)


@pytest.mark.parametrize(("fixed", "broken"), [(0, 0), (1, 0), (0, 6), (5, 5), (27, 6), (3, 9)])
def test_the_exact_test_is_that_of_scipy(fixed: int, broken: int) -> None:
    a = [result(str(i), None if i < fixed else "sre", "sre") for i in range(fixed + broken + 5)]
    b = [result(str(i), None if fixed <= i < fixed + broken else "sre", "sre") for i in range(fixed + broken + 5)]
    roles = compare(a, b, FAMILIES).roles
    assert (roles.fixed, roles.broken) == (fixed, broken)
    expected = stats.binomtest(fixed, fixed + broken).pvalue if fixed + broken else 1.0
    assert roles.p_value == pytest.approx(expected)


def test_intervals_are_those_of_the_paired_bootstrap_of_scipy() -> None:
    random = np.random.default_rng(5)
    right = random.integers(0, 9, (300, 2))
    a, b = ([result(str(i), "sre", "sre", (10, n, 10, n)) for i, n in enumerate(right[:, side])] for side in (0, 1))
    skills = compare(a, b, FAMILIES).skills
    assert skills is not None

    def f1_difference(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
        return (second.sum(axis) - first.sum(axis)) / (10 * first.shape[axis])

    expected = stats.bootstrap(
        (right[:, 0], right[:, 1]), f1_difference, paired=True, method="percentile", n_resamples=5_000, rng=random
    ).confidence_interval
    assert (skills.f1.interval.low, skills.f1.interval.high) == pytest.approx(tuple(expected), abs=0.005)


def test_few_texts_say_nothing_sure_however_much_they_moved() -> None:
    for count in (1, 5):
        a = [result(str(i), None, "sre", (10, 2, 10, 2)) for i in range(count)]
        b = [result(str(i), "sre", "sre", (10, 8, 10, 8)) for i in range(count)]
        found = compare(a, b, FAMILIES)
        assert found.skills is not None and found.roles.difference is not None
        for figure in (found.skills.f1, found.roles.difference):
            assert figure.interval.low == 0 and figure.p_value >= 2 / 2**count and not figure.is_sure
        assert verdict(found).kind == "unsure"
    assert compare([], [], FAMILIES).n == 0
    apart = compare([result("1", "sre", "sre")], [result("2", "sre", "sre")], FAMILIES)
    assert (apart.n, apart.only_a, apart.only_b) == (0, 1, 1)


def test_of_several_against_one_each_is_corrected_for_the_others() -> None:
    a = [result(str(i), "sre" if i < 20 else None, "sre") for i in range(60)]
    found = [
        compare(a, [result(str(i), "sre" if i < n else None, "sre") for i in range(60)], FAMILIES) for n in (20, 28, 26)
    ]
    assert [one.roles.p_value for one in found] == pytest.approx([1.0, 2 / 2**8, 2 / 2**6])
    assert Several(found).roles_p == pytest.approx([1.0, 3 * 2 / 2**8, 2 * 2 / 2**6])
    wire = several_wire("before", {"one": found[0], "two": found[1], "three": found[2]})
    assert [one["name"] for one in wire["compared"]] == ["one", "two", "three"]
    assert wire["compared"][1]["roles"] == {
        "a": 0.3333,
        "b": 0.4667,
        "fixed": 8,
        "broken": 0,
        "p_value": 0.007812,
        "p_corrected": 0.02344,
    }


def test_the_texts_for_which_no_role_is_right_are_counted_by_themselves() -> None:
    found = small()
    assert found.no_role is not None
    assert (found.no_role.n, found.no_role.right_a, found.no_role.right_b) == (1, 0, 0)
    assert compare([result("1", "sre", "sre")], [result("1", "sre", "sre")], FAMILIES).no_role is None


def test_thousands_that_changed_sides_are_tested_too() -> None:
    a = [result(str(i), "sre" if i % 2 else None, "sre") for i in range(4_000)]
    b = [result(str(i), None if i % 2 else "sre", "sre") for i in range(4_000)]
    found = compare(a, b, FAMILIES)
    assert (found.roles.fixed, found.roles.broken, found.roles.p_value) == (2_000, 2_000, 1.0)


def test_the_worst_loss_comes_first_and_what_was_fixed_last() -> None:
    found = small()
    assert [(pair.id, pair.kind) for pair in found.changed] == [
        ("3", "broken"),
        ("6", "same"),
        ("4", "moved"),
        ("1", "fixed"),
        ("2", "fixed"),
    ]
    lost = found.changed[1]
    assert (lost.gained, lost.lost, lost.f1_lost > 0) == ({"rust"}, {"go"}, True)


def test_confusions_are_counted_on_both_sides() -> None:
    assert [(c.gold, c.said, c.a, c.b) for c in small().confusions] == [
        (None, "qa-engineer", 0, 1),
        ("qa-engineer", "sre", 0, 1),
        (None, "sre", 1, 0),
        ("go-developer", None, 1, 0),
        ("go-developer", "sre", 1, 0),
    ]


def test_slices_are_by_family_of_the_right_role_by_length_case_and_the_columns_that_came_along() -> None:
    found = {(s.by, s.value): s for s in small().slices}
    assert {by for by, _ in found} == {"family", "source"}
    software = found["family", "Software"]
    assert (software.n, software.roles.right_a, software.roles.right_b, software.roles.fixed) == (2, 0, 2, 2)
    assert {value: found["source", value].n for by, value in found if by == "source"} == {
        "web": 2,
        "mail": 3,
        "not given": 1,
    }
    assert found["family", "no role"].n == 1


def test_a_column_that_names_each_text_is_no_slicing_and_lengths_are_in_bands() -> None:
    a = [result(str(i), "sre", "sre", columns={"url": f"https://jobs.example/{i}"}, length=i * 200) for i in range(40)]
    ways = {(s.by, s.value): s.n for s in compare(a, a, FAMILIES).slices}
    assert ways == {
        ("length", "3,000 to 6,000"): 15,
        ("length", "6,000 and more"): 10,
        ("length", "1,500 to 3,000"): 7,
        ("length", "under 1,500 characters"): 8,
    }


def test_p_values_of_slices_are_corrected_for_the_number_of_looks() -> None:
    a = [
        result(str(i), "sre" if i % 2 else None, "sre", columns={"half": "left" if i < 40 else "right"})
        for i in range(80)
    ]
    b = [replace(r, role="sre", marks=Marks(True, r.marks.skills)) if int(r.id) < 40 else r for r in a if r.marks]
    halves = {s.value: s for s in compare(a, b, FAMILIES).slices if s.by == "half"}
    assert halves["left"].roles.p_value == pytest.approx(2 / 2**20)
    assert halves["left"].p_corrected == pytest.approx(2 * halves["left"].roles.p_value)
    assert halves["right"].p_corrected == 1.0


def test_skills_are_compared_by_texts_drawn_again() -> None:
    a = [result(str(i), "sre", "sre", (10, 5, 10, 5)) for i in range(200)]
    b = [result(str(i), "sre", "sre", (10, 6 if i % 2 else 5, 10, 6 if i % 2 else 5)) for i in range(200)]
    skills = compare(a, b, FAMILIES).skills
    assert skills is not None
    assert (skills.f1.a, skills.f1.b) == (pytest.approx(0.5), pytest.approx(0.55))
    # Half of the texts gain 0.1: a standard error of 0.05 / sqrt(200) on either side.
    assert skills.f1.interval.low == pytest.approx(0.05 - 1.96 * 0.05 / 200**0.5, abs=0.001)
    assert skills.f1.interval.high == pytest.approx(0.05 + 1.96 * 0.05 / 200**0.5, abs=0.001)
    assert skills.f1.is_sure
    assert skills.f1.p_value < 0.01


def test_an_experiment_beside_itself_is_no_better() -> None:
    a = [result(str(i), "sre" if i % 3 else None, "sre") for i in range(30)]
    found = compare(a, a, FAMILIES)
    assert found.skills is not None and found.roles.difference is not None and found.brier is not None
    for figure in (found.skills.f1, found.roles.difference, found.brier):
        assert (figure.difference, figure.interval.low, figure.interval.high, figure.p_value) == (0, 0, 0, 1.0)
    assert found.changed == ()


def test_without_gold_it_is_said_what_differs_and_nothing_of_better() -> None:
    a = [result(str(i), "sre", None, marks=None, case="AB"[i % 2]) for i in range(4)]
    b = [replace(r, role="qa-engineer") if r.id == "1" else r for r in a]
    found = compare(a, b, FAMILIES)
    assert (found.has_gold, found.skills, found.brier) == (False, None, None)
    assert [(pair.id, pair.kind) for pair in found.changed] == [("1", "moved")]
    assert comparison_wire(found)["roles"] == {"a": None, "b": None, "fixed": 0, "broken": 0, "p_value": None}
    assert compare([], [], FAMILIES).n == 0


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (json.dumps(comparison_wire(small())) for _ in range(2))
    assert first == second
    wire = json.loads(first)
    assert list(wire) == ["n", "roles", "skills", "slices"]
    assert wire["roles"] == {"a": 0.5, "b": 0.6667, "fixed": 2, "broken": 1, "p_value": 1.0}
    assert list(wire["skills"]) == ["f1_a", "f1_b", "difference", "interval"]


def test_ten_thousand_texts_are_compared_in_two_seconds() -> None:
    random = np.random.default_rng(3)
    sure = random.random(10_000)
    columns = [{"source": "abc"[i % 3], "country": str(i % 20)} for i in range(10_000)]
    a, b = (
        [
            result(str(i), "sre" if sure[i] < right else "qa-engineer", "sre", (9, 6, 8, 5 + i % 3), columns=columns[i])
            for i in range(10_000)
        ]
        for right in (0.8, 0.83)
    )
    assert least_seconds(lambda: compare(a, b, FAMILIES), enough=2.0) < 2.0
    families = [s for s in compare(a, b, FAMILIES).slices if s.by == "country"]
    assert all(first.n >= second.n for first, second in pairwise(families))
