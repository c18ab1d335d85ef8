"""The two regressions find what made the data, are repeatable, and leave alone what says nothing."""

import numpy as np
import pytest

from pipeline.learned.fit.logistic import Choice, fit_choices, fit_logistic, folds, log_loss, sigmoid


def test_a_logistic_model_finds_the_weights_of_its_data() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 2)) * (1.0, 5.0)
    y = rng.random(len(x)) < sigmoid(x @ np.array([2.0, -0.3]) + 0.5)
    model = fit_logistic(x, y, penalty=0.1)
    assert np.allclose(model.weights, [2.0, -0.3], atol=0.1) and abs(model.bias - 0.5) < 0.1
    second = fit_logistic(x, y, penalty=0.1)
    assert np.array_equal(model.weights, second.weights) and model.bias == second.bias


def test_a_constant_column_gets_no_weight_and_a_penalty_draws_to_zero() -> None:
    x = np.array([[0.0, 7.0], [1.0, 7.0], [2.0, 7.0], [3.0, 7.0]])
    y = np.array([False, False, True, True])
    weights = [fit_logistic(x, y, penalty).weights for penalty in (0.1, 1.0, 10.0)]
    assert [w[1] for w in weights] == [0.0, 0.0, 0.0]
    assert weights[0][0] > weights[1][0] > weights[2][0] > 0


def test_outcomes_of_one_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        fit_logistic(np.ones((3, 1)), np.ones(3, np.bool_))


def test_choices_find_the_weights_by_which_they_were_made() -> None:
    rng = np.random.default_rng(1)
    choices = []
    for _ in range(4_000):
        features = rng.normal(size=(5, 2))
        utility = features @ np.array([1.5, -0.5]) + rng.gumbel(size=5)
        choices.append(Choice(features, utility == utility.max()))
    assert np.allclose(fit_choices(choices, 0.1), [1.5, -0.5], atol=0.1)


def test_a_choice_of_which_nothing_is_right_says_nothing() -> None:
    choice = Choice(np.array([[1.0], [0.0]]), np.array([True, False]))
    silent = Choice(np.array([[-9.0], [9.0]]), np.array([False, False]))
    assert np.array_equal(fit_choices([choice, silent]), fit_choices([choice]))
    assert fit_choices([choice])[0] > 0
    assert len(fit_choices([silent])) == 0


def test_folds_hold_each_index_out_once_and_groups_together() -> None:
    groups = ["a", "b", "a", "c", "b"]
    parts = list(folds(groups, 2))
    assert sorted(i for _, held_out in parts for i in held_out) == [0, 1, 2, 3, 4]
    for fitted_on, held_out in parts:
        assert not {groups[i] for i in fitted_on} & {groups[i] for i in held_out}


def test_log_loss_is_that_of_a_coin() -> None:
    assert log_loss(np.array([0.5, 0.5]), np.array([True, False])) == pytest.approx(np.log(2))
