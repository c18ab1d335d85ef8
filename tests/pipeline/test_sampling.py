"""What a judged sample proves of the rest: the exact bound against counting, how often it holds, sizes, the draw and the cut."""

from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.sampling import (
    Graded,
    Tally,
    Terms,
    draw,
    judgements_needed,
    most_not_right,
    most_wrong,
    surer_part,
)

TERMS = Terms(0.05, 0.95)
ERROR = Fraction(1, 20)


def chance(group: int, bad: int, drawn: int, wrong: int) -> Fraction:
    """How probably a sample has exactly so many wrong ones."""
    return Fraction(comb(bad, wrong) * comb(group - bad, drawn - wrong), comb(group, drawn))


def test_a_bound_is_that_of_counting_all_samples() -> None:
    group, drawn = 9, 4
    for wrong in range(drawn + 1):
        possible = []
        for bad in range(wrong, group - drawn + wrong + 1):
            samples = list(combinations(range(group), drawn))
            so_few = sum(sum(i < bad for i in sample) <= wrong for sample in samples)
            if Fraction(so_few, len(samples)) > ERROR:
                possible.append(bad)
        assert most_wrong(Tally(group, drawn, wrong), ERROR) == max(possible) - wrong


@pytest.mark.parametrize("error", [Fraction(1, 10), ERROR, Fraction(3, 80)])
def test_whatever_a_group_is_like_the_bound_is_too_low_no_oftener_than_the_error(error: Fraction) -> None:
    for group, drawn in ((30, 5), (60, 20), (180, 40), (181, 180)):
        bounds = [most_wrong(Tally(group, drawn, wrong), error) for wrong in range(drawn + 1)]
        for bad in range(group + 1):
            missed = sum(
                chance(group, bad, drawn, wrong)
                for wrong in range(max(0, drawn - group + bad), min(bad, drawn) + 1)
                if bad - wrong > bounds[wrong]
            )
            assert missed <= error


def test_a_curator_who_draws_until_it_pleases_is_wrong_no_oftener_than_agreed() -> None:
    rng = np.random.default_rng(18)
    terms, group, bad = Terms(0.05, 0.9), 200, 14
    false = 0
    for _ in range(600):
        wrong_ones = set(map(str, rng.permutation(group)[:bad]))
        left, right = {str(i) for i in range(group)}, 0
        for number in range(1, 6):
            size = min(judgements_needed(len(left), 0, right, terms, number), len(left))
            drawn = draw(left, size, int(rng.integers(1 << 30)))
            found = len(wrong_ones.intersection(drawn))
            bound = most_wrong(Tally(len(left), len(drawn), found), terms.error(number))
            left -= set(drawn)
            right += len(drawn) - found
            if bound <= terms.allowed(len(left) + right):
                false += len(wrong_ones & left) > bound
                break
    assert 0 < false / 600 <= 0.1


def test_known_bounds() -> None:
    assert most_wrong(Tally(180, 40, 1), ERROR) == 17
    assert most_wrong(Tally(180, 180, 7), ERROR) == 0
    assert most_wrong(Tally(180, 0, 0), ERROR) == 180
    # An endless group: the bound of the binomial distribution is 7.2 % for none of 40.
    assert most_wrong(Tally(100_000, 40, 0), ERROR) == 7_214
    with pytest.raises(InputError, match="A sample of 4 with 5 wrong ones cannot be of a group of 9"):
        most_wrong(Tally(9, 4, 5), ERROR)


def test_the_errors_of_all_samples_of_a_group_are_no_more_than_the_whole() -> None:
    errors = [TERMS.error(number) for number in range(1, 40)]
    assert errors[:2] == [Fraction(3, 80), Fraction(3, 320)]
    assert sum(errors) < ERROR


@pytest.mark.parametrize("wrong", [0, 1, 3])
def test_so_many_must_be_judged_and_not_one_less(wrong: int) -> None:
    needed = judgements_needed(180, wrong, 0, TERMS)
    allowed = TERMS.allowed(180 - wrong)
    assert most_wrong(Tally(180, needed, wrong), TERMS.error(1)) <= allowed
    assert most_wrong(Tally(180, needed - 1, wrong), TERMS.error(1)) > allowed
    assert most_not_right(180, needed, 0, TERMS) == wrong


def test_where_none_may_be_wrong_all_are_judged() -> None:
    assert judgements_needed(12, 0, 0, Terms(0.0, 0.95)) == 12
    assert judgements_needed(1, 1, 0, TERMS) == 1
    assert most_not_right(180, 5, 0, TERMS) == -1


@pytest.mark.parametrize(("limit", "confidence"), [(1.0, 0.95), (-0.1, 0.95), (0.05, 1.0), (0.05, 0.3)])
def test_terms_that_cannot_be_say_so(limit: float, confidence: float) -> None:
    with pytest.raises(InputError, match=r"must be at least .* %, and is"):
        Terms(limit, confidence).check()


def test_a_sample_is_drawn_over_from_its_seed_whatever_the_order_and_each_item_as_often() -> None:
    items = [f"item {i}" for i in range(20)]
    assert draw(items, 6, 7) == draw(reversed(items), 6, 7)
    assert draw(items, 6, 7) == draw(items, 9, 7)[:6]
    assert draw(items, 6, 7) != draw(items, 6, 8)
    counts = dict.fromkeys(items, 0)
    for seed in range(2_000):
        for item in draw(items, 5, seed):
            counts[item] += 1
    assert all(420 < n < 580 for n in counts.values())


def test_the_surer_part_is_the_largest_without_too_many_wrong_ones() -> None:
    items = [Graded(0.5, "wrong"), *[Graded(0.5)] * 20, *[Graded(0.7, "right")] * 6, *[Graded(0.7)] * 60]
    items += [Graded(0.9, "right"), *[Graded(0.9)] * 40]
    cut = surer_part(items, TERMS, 2)
    assert cut is not None
    assert (cut.certainty, cut.left, cut.judged, cut.not_right) == (0.7, 100, 7, 0)
    assert cut.needed == judgements_needed(100, 0, 7, TERMS, 2)
    assert surer_part([Graded(0.5, "wrong"), Graded(0.5)], TERMS, 2) is None
    assert surer_part([*[Graded(0.9, "wrong")] * 6, *[Graded(0.9)] * 9, Graded(0.4)], TERMS, 2) is None
