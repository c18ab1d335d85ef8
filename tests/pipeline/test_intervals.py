"""Intervals and the sign test, held against published and exact values."""

from __future__ import annotations

import pytest

from pipeline.intervals import Interval, TermCounts, f1, f1_interval, sign_test, wilson


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # Beside the other end: the interval of what is wrong, turned round.
        (20, 20, 0.8389, 1.0),
    ],
)
def test_the_interval_of_a_share_is_wilsons(right: int, total: int, low: float, high: float) -> None:
    found = wilson(right, total)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_without_a_trial_a_share_may_be_anything() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)


def test_f1_is_that_of_all_terms_together() -> None:
    # 3 of 4 found are right, 3 of 6 wanted are found: precision 0.75, recall 0.5.
    assert f1([TermCounts(3, 2, 4), TermCounts(1, 1, 2)]) == pytest.approx(0.6)
    assert f1([]) == 0.0


def test_texts_that_are_alike_leave_no_doubt_about_f1() -> None:
    assert f1_interval((TermCounts(4, 3, 5),) * 10) == Interval(pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_the_interval_of_f1_is_that_of_drawing_texts_again() -> None:
    # One term a text, right or not: F1 is the share of right texts, whose number among n drawn is binomial(n, 1/2).
    counts = (TermCounts(1, 1, 1), TermCounts(1, 0, 1)) * 50
    found = f1_interval(counts)
    # Percentiles of binomial(100, 1/2) are 40 and 60.
    assert found.low == pytest.approx(0.40, abs=0.011) and found.high == pytest.approx(0.60, abs=0.011)
    assert f1_interval(counts) == found


def test_one_text_says_nothing_of_others() -> None:
    assert f1_interval((TermCounts(4, 4, 4),)) == Interval(0.0, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (9, 1, 0.021484375), (3, 3, 1.0)],
)
def test_a_difference_is_judged_by_the_exact_sign_test(first: int, second: int, p: float) -> None:
    assert sign_test(first, second) == p == sign_test(second, first)
