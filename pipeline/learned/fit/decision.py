"""``fit decision``: the weights of the signals in the choice of a role, and the calibration of the confidence.

The weights of skills, KRAs and role family are those of a conditional logit on job descriptions whose title is an alias
of exactly one role, the titles hidden and the title's own signals left out, since they are labelled by the
title. The weights of alias, title and centroid cannot be learned from such texts and stay as they are, and so does the sum
of the fitted ones; where job descriptions with gold roles are judged worse with them than with the current ones, those stay.

The confidence is a logistic of the leading role's certainty and of the log odds that any role fits (``stages.field``), on job
descriptions with gold roles, those of no role among them. What is known of the field is taken from models that were fitted
without the job description in question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.evaluation import brier, calibration_error
from pipeline.learned.fit.field import crossed_field, read_gold
from pipeline.learned.fit.logistic import Choice, Floats, Logistic, fit_choices, fit_logistic, folds, sigmoid
from pipeline.learned.fit.observed import ReadJD, read_jd
from pipeline.learned.fitted import DecisionWeights, Figures, SignalWeights, decision_weights
from pipeline.stages.decision import CASE_NAMES, decide
from pipeline.stages.ranking import MAX_FIELD, rank_roles

LEARNED = ("skill", "kra", "family")
"""The signals whose weights are fitted."""
PENALTY = 0.1
CALIBRATION_PENALTY = 0.3


@dataclass(frozen=True)
class Outcome:
    """A decision about a job description with a gold role.

    ``certainty`` is the leading role's share, strength and lead in one, 0..1; null where no role was chosen. ``field`` are the
    log odds that any role fits.
    """

    jd: str
    is_title_hidden: bool
    certainty: float | None
    is_right: bool
    field: float = 0.0
    case: str = "A"


def role_choices(jds: Sequence[Mapping[str, Any]], indexes: Indexes) -> list[Choice]:
    """Return one choice for each job description (title, text) whose title is an alias of exactly one role.

    Features are those of ``LEARNED``, one row a role. A text without usable sentences is left out.
    """
    choices = []
    for jd in jds:
        hits = indexes.find_titles(jd["title"]) if jd["title"] else ()
        if len(hits) != 1 or hits[0].is_generic:
            continue
        evidence = _evidence(jd, indexes)
        right = np.array([slug == hits[0].role.slug for slug, _ in evidence], np.bool_)
        if right.any():
            features = np.array([[signals[name] for name in LEARNED] for _, signals in evidence], np.float64)
            choices.append(Choice(features, right))
    return choices


def _evidence(jd: Mapping[str, Any], indexes: Indexes) -> list[tuple[str, Mapping[str, float]]]:
    """Each role that a signal supports, with its evidence by signal, without any title; none for an unusable text."""
    read = read_jd({"id": "", **jd}, "absent", indexes)
    return [(role.slug, role.evidence) for role in read.ranking.roles] if read else []


def outcomes(
    gold: Sequence[Mapping[str, Any]], observed: Sequence[tuple[ReadJD, bool]], weights: SignalWeights
) -> list[Outcome]:
    """Return the decisions about job descriptions with gold roles, titles shown and then hidden, under weights.

    ``observed`` are those that ``read_gold`` returns.
    """
    # With these settings some role is always chosen, and its certainty is the log odds of the confidence.
    config = Config(evidence_weights=weights.model_dump(), calibration=(1.0, 0.0), field_calibration=0.0, min_field=0.0)
    acceptable = {str(jd["id"]): jd["acceptable"] for jd in gold}
    fields = crossed_field([read for read, _ in observed], np.array([fits for _, fits in observed], np.bool_))
    decided = []
    for (read, _), field in zip(observed, fields, strict=True):
        if read.title != "absent":
            decided.append(_outcome(read, float(field), acceptable[read.jd], config))
    return decided


def _outcome(read: ReadJD, field: float, acceptable: Sequence[str], config: Config) -> Outcome:
    ranking = read.ranking
    decision = decide(rank_roles(ranking.title, ranking.signals, ranking.catalog, config))
    is_hidden = read.title == "hidden"
    if decision.chosen_role is None or field < 0:
        return Outcome(read.jd, is_hidden, None, "NONE" in acceptable, field, "D")
    certainty = float(np.log(decision.confidence / (1 - decision.confidence)))
    is_right = decision.chosen_role.slug in acceptable
    return Outcome(read.jd, is_hidden, certainty, is_right, min(max(field, -MAX_FIELD), MAX_FIELD), decision.case)


def fit_weights(choices: Sequence[Choice]) -> tuple[SignalWeights, Figures]:
    """Return the weights of the signals, and how often the right role is first: fitted, cross-validated, and with the current file.

    The fitted weights are scaled to the sum that they have in the current file. Raises ``InputError``.
    """
    if not choices:
        raise InputError("no title of the texts is an alias of exactly one role; nothing can be fitted")
    current = decision_weights().evidence_weights
    fitted = fit_choices(choices, PENALTY)
    hits: list[bool] = []
    for fitted_on, left_out in folds(range(len(choices))):
        part = fit_choices([choices[i] for i in fitted_on], PENALTY)
        hits += [_is_first_right(choices[i], part) for i in left_out]
    current_weights = np.array([getattr(current, name) for name in LEARNED], np.float64)
    figures: Figures = {
        "texts": len(choices),
        "right role first": _share([_is_first_right(c, fitted) for c in choices]),
        "cross-validated: right role first": _share(hits),
        "current file: right role first": _share([_is_first_right(c, current_weights) for c in choices]),
    }
    # The thresholds of Config and the title's weights are in the unit that the sum of these weights sets.
    scale = float(current_weights.sum()) / max(float(fitted.sum()), 1e-9)
    learned = {name: round(scale * float(w), 4) for name, w in zip(LEARNED, fitted, strict=True)}
    return current.model_copy(update=learned), figures


def fit_calibration(decided: Sequence[Outcome]) -> tuple[tuple[float, float, float], Figures]:
    """Return slope, intercept and the weight of the field of the confidence, and figures, cross-validated by job description."""
    with_role = [d for d in decided if d.certainty is not None]
    model = _calibrate(with_role)
    crossed: dict[int, float] = {}
    for fitted_on, left_out in folds([d.jd for d in with_role]):
        part = _calibrate([with_role[i] for i in fitted_on])
        crossed |= zip(left_out, sigmoid(part.log_odds(_signs([with_role[i] for i in left_out]))).tolist(), strict=True)
    figures: Figures = {"decisions for a role": len(with_role), **_accuracies(decided)}
    fitted = sigmoid(model.log_odds(_signs(with_role))).tolist()
    figures.update(_confidence_figures([(p, d.is_right) for p, d in zip(fitted, with_role, strict=True)]))
    pairs = [(crossed[i], d) for i, d in enumerate(with_role)]
    figures.update({f"cross-validated: {k}": v for k, v in _crossed_figures(pairs, decided).items()})
    slope, field = (round(float(w), 4) for w in model.weights)
    return (slope, round(model.bias, 4), field), figures


def _crossed_figures(pairs: Sequence[tuple[float, Outcome]], decided: Sequence[Outcome]) -> Figures:
    """Figures of all decisions for a role, by what was known of the title and by case, and with those for none."""
    figures = _confidence_figures([(p, d.is_right) for p, d in pairs])
    for hidden in (False, True):
        part = [(p, d.is_right) for p, d in pairs if d.is_title_hidden == hidden]
        figures[f"Brier score, title {'hidden' if hidden else 'shown'}"] = round(brier(part), 4)
    none = [(float(sigmoid(np.array(-d.field))), d.is_right) for d in decided if d.certainty is None]
    figures["Brier score, none included"] = round(brier([*((p, d.is_right) for p, d in pairs), *none]), 4)
    for case in CASE_NAMES:
        part = [(p, d.is_right) for p, d in pairs if d.case == case]
        if part:
            n = len(part)
            figures[f"case {case}, decisions"] = n
            figures[f"case {case}, right"] = round(sum(right for _, right in part) / n, 4)
            figures[f"case {case}, mean confidence"] = round(sum(p for p, _ in part) / n, 4)
            figures[f"case {case}, Brier score"] = round(brier(part), 4)
    if none:
        figures["case D, decisions"] = len(none)
        figures["case D, right"] = round(sum(right for _, right in none) / len(none), 4)
        figures["case D, mean probability of none"] = round(sum(p for p, _ in none) / len(none), 4)
    return figures


def fit_decision(
    texts: Sequence[Mapping[str, Any]], gold: Sequence[Mapping[str, Any]], indexes: Indexes
) -> tuple[DecisionWeights, Figures]:
    """Return the numbers of ``Config`` and their figures, of texts with titles and of job descriptions with gold roles."""
    fitted, figures = fit_weights(role_choices(texts, indexes))
    current = decision_weights().evidence_weights
    observed = read_gold(gold, indexes)
    with_fitted, with_current = (outcomes(gold, observed, weights) for weights in (fitted, current))
    is_better = _n_right(with_fitted) > _n_right(with_current)
    weights, decided = (fitted, with_fitted) if is_better else (current, with_current)
    (slope, intercept, field), of_confidence = fit_calibration(decided)
    numbers = DecisionWeights(evidence_weights=weights, calibration=(slope, intercept), field=field)
    compared: Figures = {f"fitted weights: {k}": v for k, v in _accuracies(with_fitted).items()}
    compared |= {f"weights of the file before: {k}": v for k, v in _accuracies(with_current).items()}
    return numbers, {**figures, **compared, **of_confidence}


def _n_right(decided: Sequence[Outcome]) -> int:
    return sum(d.is_right for d in decided)


def _accuracies(decided: Sequence[Outcome]) -> Figures:
    return {
        f"role accuracy, title {'hidden' if hidden else 'shown'}": _share(
            [d.is_right for d in decided if d.is_title_hidden == hidden]
        )
        for hidden in (False, True)
    }


def _confidence_figures(pairs: Sequence[tuple[float, bool]]) -> Figures:
    return {"Brier score": round(brier(pairs), 4), "calibration error": round(calibration_error(pairs), 4)}


def _signs(decided: Sequence[Outcome]) -> Floats:
    return np.array([[d.certainty, d.field] for d in decided], np.float64).reshape(len(decided), 2)


def _calibrate(decided: Sequence[Outcome]) -> Logistic:
    right = np.array([d.is_right for d in decided], np.bool_)
    try:
        return fit_logistic(_signs(decided), right, CALIBRATION_PENALTY)
    except ValueError:
        raise InputError(
            "the roles of the gold texts are all right, or all wrong; no confidence can be fitted"
        ) from None


def _is_first_right(choice: Choice, weights: Floats) -> bool:
    return bool(choice.right[int((choice.features @ weights).argmax())])


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / max(len(hits), 1), 4)
