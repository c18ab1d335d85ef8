"""What thresholds take and leave, on answers that can be counted by hand."""

import pytest

from pipeline.intervals import Interval, wilson
from pipeline.thresholds import (
    JudgedAnswer,
    RunCounts,
    ThresholdCurve,
    ThresholdEffect,
    effect_of,
    thinned,
)

ANSWERS = [
    JudgedAnswer(confidence, is_right)
    for confidence, is_right in (
        (0.3, False),
        (0.5, True),
        (0.5, False),
        (0.7, True),
        (0.8, False),
        (0.9, True),
        (0.9, True),
        (0.95, True),
    )
]
CURVE = ThresholdCurve(ANSWERS)


@pytest.mark.parametrize(
    ("threshold", "taken", "right"),
    [(0.0, 8, 5), (0.3, 8, 5), (0.31, 7, 5), (0.5, 7, 5), (0.7, 5, 4), (0.85, 3, 3), (0.95, 1, 1), (0.96, 0, 0)],
)
def test_a_threshold_takes_the_answers_that_are_at_least_as_sure(threshold: float, taken: int, right: int) -> None:
    point = CURVE.at(threshold)
    assert (point.taken, point.right, point.total) == (taken, right, 8)
    assert point.precision == (right / taken if taken else None)
    assert point.coverage == taken / 8 and point.workload == pytest.approx((8 - taken) / 8)


def test_each_figure_has_the_interval_of_its_counts() -> None:
    point = CURVE.at(0.7)
    assert point.precision_interval == wilson(4, 5)
    assert (point.coverage_interval, point.workload_interval) == (wilson(5, 8), wilson(3, 8))
    assert CURVE.at(1.0).precision_interval == Interval(0.0, 1.0)


def test_something_changes_at_the_confidences_of_the_answers_alone() -> None:
    assert [p.threshold for p in CURVE.points()] == [0.3, 0.5, 0.7, 0.8, 0.9, 0.95]
    close = ThresholdCurve([JudgedAnswer(c, True) for c in (0.4321, 0.7083, 0.7391, 0.7392)])
    assert [p.threshold for p in close.points()] == [0.4, 0.7, 0.73, 0.7392], "as plain as takes the same answers"
    assert [p.taken for p in CURVE.points()] == [8, 7, 5, 4, 3, 1]


def test_the_lowest_threshold_of_a_precision_takes_most() -> None:
    found = CURVE.lowest(0.8)
    # At 0.8 itself three of four are right; taking one more that is right makes four of five.
    assert found is not None and (found.threshold, found.taken) == (0.7, 5)
    assert CURVE.lowest(0.5) == CURVE.points()[0]
    best = CURVE.lowest(1.0)
    assert best is not None and best.threshold == 0.9


def test_a_precision_that_the_sample_is_too_small_for_is_not_sure() -> None:
    assert CURVE.lowest(0.9, surely=True) is None
    many = ThresholdCurve([*ANSWERS, *[JudgedAnswer(0.97, True)] * 200])
    sure = many.lowest(0.97, surely=True)
    assert sure is not None and sure.precision_interval.low >= 0.97 and sure.threshold == 0.7
    lowest = many.lowest(0.97)
    assert lowest is not None and lowest.taken == many.total


def test_candidates_are_few_in_order_and_have_those_that_are_named() -> None:
    thresholds = [p.threshold for p in CURVE.candidates(also=(0.6, 1.0))]
    assert thresholds == [0.0, 0.6, 0.7, 0.9, 1.0]
    taken = [p.taken for p in CURVE.candidates()]
    assert taken == sorted(set(taken), reverse=True), "no two take the same"


def test_without_answers_nothing_is_taken_and_nothing_fails() -> None:
    empty = ThresholdCurve([])
    assert (empty.points(), empty.lowest(0.5)) == ((), None)
    assert (empty.at(0.5).precision, empty.at(0.5).coverage, empty.at(0.5).workload) == (None, 0.0, 0.0)
    assert [p.threshold for p in empty.candidates()] == [0.0]


def test_another_threshold_changes_the_runs_between_the_two() -> None:
    runs = RunCounts((0.2, 0.5, 0.8), (10, 20, 70))
    assert (runs.total, runs.below(0.0), runs.below(0.5), runs.below(0.51), runs.below(1.0)) == (100, 0, 10, 30, 100)
    assert effect_of(runs, None, 0.6) == ThresholdEffect(30, 0)
    assert effect_of(runs, 0.4, 0.6) == ThresholdEffect(20, 0)
    assert effect_of(runs, 0.9, 0.6) == ThresholdEffect(0, 70)
    assert effect_of(runs, 0.6, 0.6) == ThresholdEffect(0, 0)


def test_a_drawing_has_the_ends_of_a_long_curve() -> None:
    points = ThresholdCurve([JudgedAnswer(n / 1000, n % 3 > 0) for n in range(1000)]).points()
    few = thinned(points, 50)
    assert (len(few), few[0], few[-1]) == (50, points[0], points[-1])
    assert thinned(points[:3], 50) == points[:3]
