"""The certainty of findings measured by what was decided: shrunken, monotone, repeatable."""

import numpy as np
import pytest

from pipeline.calibration import SHIPPED, DecidedScore, calibrate


def decisions(kind: str, share: float, n: int, seed: int = 3) -> list[DecidedScore]:
    """Decisions of which a share of the score comes true."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0.3, 1.0, n)
    return [DecidedScore(kind, float(s), bool(rng.uniform() < share * s)) for s in scores]


def test_without_decisions_a_score_is_as_it_was_shipped() -> None:
    found = calibrate([])
    certainty = found.certainty("alias_type", 0.83)
    assert (certainty.value, certainty.decided, certainty.is_measured) == (0.83, 0, False)
    assert found.overall == SHIPPED and not found.precisions


def test_many_decisions_make_the_certainty_what_came_true() -> None:
    found = calibrate(decisions("alias_type", 0.6, 1_500))
    certainty = found.certainty("alias_type", 0.9)
    assert certainty.value == pytest.approx(0.54, abs=0.04)
    assert (certainty.decided, certainty.of_all) == (1_500, 1_500)
    values = [found.certainty("alias_type", s).value for s in np.linspace(0, 1, 21)]
    assert values == sorted(values)


def test_a_kind_with_few_decisions_has_nearly_the_certainty_of_all() -> None:
    many = decisions("alias_type", 0.5, 400)
    of_all = calibrate(many).certainty("wrong_alias", 0.9)
    few = calibrate([*many, DecidedScore("wrong_alias", 0.9, True)]).certainty("wrong_alias", 0.9)
    assert of_all.decided == 0 and few.decided == 1
    assert of_all.value < few.value < of_all.value + 0.15


def test_one_rejection_does_not_turn_a_sure_kind_over() -> None:
    found = calibrate([DecidedScore("alias_type", 0.95, False)])
    assert 0.5 < found.certainty("alias_type", 0.95).value < 0.95


def test_a_kind_whose_surest_were_wrong_is_flat_and_never_falls() -> None:
    found = calibrate([DecidedScore("alias_type", s, s < 0.5) for s in np.linspace(0.1, 0.95, 60)])
    low, high = (found.certainty("alias_type", s).value for s in (0.2, 0.9))
    assert low <= high < 0.6


def test_the_order_of_decisions_changes_nothing() -> None:
    made = [*decisions("a", 0.7, 60), *decisions("b", 0.3, 40, 4), DecidedScore("b", None, True)]
    assert calibrate(made) == calibrate(reversed(made))


def test_a_kinds_precision_counts_decisions_whose_score_was_not_kept() -> None:
    found = calibrate([DecidedScore("a", 0.9, True)] * 9 + [DecidedScore("a", None, False)])
    precision = found.precisions["a"]
    assert (precision.right, precision.decided, precision.share) == (9, 10, 0.9)
    assert precision.interval.low == pytest.approx(0.596, abs=0.001)
    assert found.counts == {"a": 9}
