"""What queries count of two experiments is what the comparison pair by pair finds, and what its bootstrap comes to."""

from __future__ import annotations

import random

import pytest

from db.services.attached_comparison import Pairs, register_families, table_of_results
from db.services.attached_files import connect_duck
from pipeline.evaluation import SkillCounts
from pipeline.experiments.comparison import Comparison, compare
from pipeline.experiments.counted import CountedComparison
from pipeline.experiments.results import Marks, Result
from pipeline.experiments.verdict import verdict

FAMILIES = {"nurse": "Health", "doctor": "Health", "baker": "Food"}


def results(seed: int, right: float, gold: bool = True) -> list[Result]:
    """Plausible results of 3,000 job descriptions; what is hard for one seed is hard for another."""
    found = []
    for number in range(3_000):
        of_text, of_side = random.Random(number), random.Random(number * 31 + seed)
        gold_role = of_text.choice(["nurse", "doctor", "baker", None])
        hard, wanted = of_text.random() < 0.3, of_text.randint(1, 12)
        is_right = of_side.random() < (right - 0.3 if hard else right)
        role = gold_role if is_right else next(r for r in ("baker", "nurse") if r != gold_role)
        hit = sum(of_side.random() < (0.6 if hard else 0.9) for _ in range(wanted))
        counts = SkillCounts(hit + of_side.randint(0, 2), hit, wanted, hit)
        marks = Marks(is_right, counts) if gold else None
        skills = frozenset(f"s{n}" for n in range(hit))
        found.append(
            Result(
                id=f"jd-{number}",
                role=role,
                confidence=round(0.4 + 0.6 * of_side.random(), 3),
                case=of_text.choice("AB"),
                skills=skills,
                gold_role=gold_role if gold else None,
                marks=marks,
                length=of_text.randint(500, 9_000),
            )
        )
    return found


def counted(a: list[Result], b: list[Result]) -> CountedComparison:
    with connect_duck() as duck:
        for name, side in (("a", a), ("b", b)):
            duck.register(f"given_{name}", table_of_results(side))
            duck.execute(
                f"CREATE TEMP VIEW side_{name} AS SELECT *, hash(list_sort(skills)) AS skills_hash FROM given_{name}"
            )
        register_families(duck, FAMILIES)
        return Pairs(duck, []).comparison()


@pytest.fixture(scope="module")
def both() -> tuple[Comparison, CountedComparison]:
    a, b = results(1, 0.8), results(2, 0.84)[:-10]
    return compare(a, b, FAMILIES), counted(a, b)


def test_totals_are_those_of_the_pairs(both: tuple[Comparison, CountedComparison]) -> None:
    by_pair, found = both
    assert (found.n, found.only_a, found.only_b) == (by_pair.n, by_pair.only_a, by_pair.only_b) == (2_990, 10, 0)
    for one, other in ((found.roles, by_pair.roles), (found.no_role, by_pair.no_role)):
        assert one is not None and other is not None
        names = ("n", "right_a", "right_b", "fixed", "broken", "p_value")
        assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    assert (found.roles_moved, found.any_moved) == (by_pair.roles_moved, by_pair.any_moved)
    assert found.confusions == by_pair.confusions


def test_intervals_are_those_of_the_bootstrap(both: tuple[Comparison, CountedComparison]) -> None:
    by_pair, found = both
    assert found.skills and by_pair.skills and found.brier and by_pair.brier
    assert found.roles.difference and by_pair.roles.difference
    for one, other in (
        (found.skills.f1, by_pair.skills.f1),
        (found.skills.precision, by_pair.skills.precision),
        (found.skills.recall, by_pair.skills.recall),
        (found.brier, by_pair.brier),
        (found.roles.difference, by_pair.roles.difference),
    ):
        assert (one.a, one.b) == pytest.approx((other.a, other.b), abs=1e-9)
        width = other.interval.high - other.interval.low
        assert one.interval.low == pytest.approx(other.interval.low, abs=0.1 * width)
        assert one.interval.high == pytest.approx(other.interval.high, abs=0.1 * width)


def test_slices_are_those_of_the_pairs(both: tuple[Comparison, CountedComparison]) -> None:
    by_pair, found = both
    wanted = {(s.by, s.value): (s.n, s.roles.fixed, s.roles.broken) for s in by_pair.slices}
    assert {(s.by, s.value): (s.n, s.roles.fixed, s.roles.broken) for s in found.slices} == wanted
    assert {s.by for s in found.slices} == {"family", "length", "case"}
    corrected = {(s.by, s.value): s.p_corrected for s in by_pair.slices}
    assert all(s.p_corrected == pytest.approx(corrected[s.by, s.value]) for s in found.slices)
    assert verdict(found).kind == verdict(by_pair).kind == "better"


def test_without_gold_it_is_counted_what_differs() -> None:
    a, b = results(1, 0.8, gold=False), results(2, 0.84, gold=False)
    by_pair, found = compare(a, b, FAMILIES), counted(a, b)
    assert not found.has_gold and found.skills is None and found.slices == ()
    assert verdict(found) == verdict(by_pair)
