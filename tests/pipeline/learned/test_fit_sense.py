"""Whether a form means its skill is fitted on forms judged by hand."""

import pytest

from pipeline.errors import InputError
from pipeline.learned.fit.sense import JudgedForm, fit_sense
from pipeline.learned.fitted import sense_weights
from pipeline.stages.skills.senses import probability


def judged(n: int, signs: dict[str, float], is_meant: bool) -> JudgedForm:
    return JudgedForm(f"text {n % 20}", signs, is_meant)


def test_a_sign_gets_the_weight_that_the_judged_forms_give_it() -> None:
    rows = [judged(n, {"listed": 1.0}, True) for n in range(60)] + [judged(n, {"verb": 1.0}, False) for n in range(60)]
    weights, figures = fit_sense(rows)
    assert weights.weights["listed"] > 1 > -1 > weights.weights["verb"]
    assert figures["cross-validated: kept though something else"] == 0
    assert fit_sense(rows) == (weights, figures)


def test_a_sign_of_one_kind_of_forms_weighs_less_than_the_same_of_all() -> None:
    rows = [judged(n, {"listed": 1.0, "lower:listed": 1.0}, True) for n in range(60)]
    rows += [judged(n, {"verb": 1.0}, False) for n in range(60)]
    weights, _ = fit_sense(rows)
    assert 0 < weights.weights["lower:listed"] < weights.weights["listed"]


def test_forms_that_all_mean_their_skill_are_refused() -> None:
    with pytest.raises(InputError, match="nothing can be fitted"):
        fit_sense([judged(n, {"listed": 1.0}, True) for n in range(20)])


def test_the_current_numbers_know_a_list_from_a_sentence() -> None:
    form = {"everyday": 1.0, "common": 2.0}
    listed = probability({**form, "listed": 2.0, "word:listed": 2.0})
    opening = probability(
        {**form, "free_opening": 1.0, "verb": 1.0, "verb_common": 2.0, "word:verb_common": 2.0, "word:in_duties": 1.0}
    )
    assert listed > sense_weights().min_probability > opening
