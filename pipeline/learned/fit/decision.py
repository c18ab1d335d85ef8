"""``fit decision``: the weights of the signals in the choice of a role, and the calibration of the confidence.

The weights of skills, KRAs and role family are those of a conditional logit on job descriptions whose title is an alias
of exactly one role, the titles hidden and the title's own signals left out, since they are labelled by the
title. The weights of alias, title and centroid cannot be learned from such texts and stay as they are, and so does the sum
of the fitted ones. The confidence is a logistic of the leading role's certainty on job descriptions with gold roles.
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
from pipeline.learned.fit.logistic import Choice, Floats, Logistic, fit_choices, fit_logistic, folds, sigmoid
from pipeline.learned.fitted import DecisionWeights, Figures, SignalWeights, decision_weights
from pipeline.run import run
from pipeline.stages.encoding import encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.stages.ranking import rank_roles
from pipeline.stages.signals import read_signals, read_text
from pipeline.stages.skills import extract_skills
from pipeline.text import JDText, check_text

LEARNED = ("skill", "kra", "family")
"""The signals whose weights are fitted."""
PENALTY = 0.1
CALIBRATION_PENALTY = 0.1
HIDDEN = Config(hide_title=True)


@dataclass(frozen=True)
class Outcome:
    """A decision about a job description with a gold role.

    ``certainty`` is the leading role's share, strength and lead in one, 0..1; null where no role was chosen.
    """

    jd: str
    is_title_hidden: bool
    certainty: float | None
    is_right: bool


def role_choices(jds: Sequence[Mapping[str, Any]], indexes: Indexes) -> list[Choice]:
    """Return one choice for each job description (title, text) whose title is an alias of exactly one role.

    Features are those of ``LEARNED``, one row a role. A text without usable sentences is left out.
    """
    choices = []
    for jd in jds:
        hits = indexes.find_titles(jd["title"]) if jd["title"] else ()
        if len(hits) != 1 or hits[0].is_generic:
            continue
        evidence = _evidence(jd["text"], indexes)
        right = np.array([slug == hits[0].role.slug for slug, _ in evidence], np.bool_)
        if right.any():
            features = np.array([[signals[name] for name in LEARNED] for _, signals in evidence], np.float64)
            choices.append(Choice(features, right))
    return choices


def _evidence(text: str, indexes: Indexes) -> list[tuple[str, Mapping[str, float]]]:
    """Each role that a signal supports, with its evidence by signal, the title hidden; none for an unusable text."""
    jd = JDText(check_text(text))
    parsed = parse_jd(jd, None)
    if parsed.JD_type != "pass":
        return []
    untitled = parsed.model_copy(update={"role": None, "role_aliases": []})
    (encoded,) = encode_jds([(jd, untitled)], indexes.encoder)
    skills = extract_skills(encoded, indexes)
    signals = read_signals(read_text(encoded, indexes, {}, HIDDEN), skills, indexes, HIDDEN)
    return [(role.slug, role.evidence) for role in rank_roles(None, signals, indexes.catalog, HIDDEN).roles]


def outcomes(jds: Sequence[Mapping[str, Any]], indexes: Indexes, weights: SignalWeights) -> list[Outcome]:
    """Return the decisions about job descriptions with gold roles, titles shown and then hidden, under weights."""
    decided = []
    for hide in (False, True):
        # With this calibration the certainty is the log odds of the confidence.
        config = Config(hide_title=hide, evidence_weights=weights.model_dump(), calibration=(1.0, 0.0))
        for jd in jds:
            decision = run(jd["text"], jd["title"], "fit", indexes, config).extraction.decision
            certainty = float(np.log(decision.confidence / (1 - decision.confidence))) if decision.chosen_role else None
            role = decision.chosen_role.slug if decision.chosen_role else "NONE"
            decided.append(Outcome(str(jd["id"]), hide, certainty, role in jd["acceptable"]))
    return decided


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


def fit_calibration(decided: Sequence[Outcome]) -> tuple[tuple[float, float], Figures]:
    """Return slope and intercept of the confidence, and its figures, cross-validated by job description."""
    with_role = [d for d in decided if d.certainty is not None]
    model = _calibrate(with_role)
    crossed: list[tuple[float, bool]] = []
    for fitted_on, left_out in folds([d.jd for d in with_role]):
        crossed += _pairs([with_role[i] for i in left_out], _calibrate([with_role[i] for i in fitted_on]))
    figures: Figures = {"decisions for a role": len(with_role), **_accuracies(decided)}
    figures.update(_confidence_figures(_pairs(with_role, model)))
    figures.update({f"cross-validated: {k}": v for k, v in _confidence_figures(crossed).items()})
    return (round(float(model.weights[0]), 4), round(model.bias, 4)), figures


def current_figures(decided: Sequence[Outcome]) -> Figures:
    """Return the figures of decisions that the current weights made, with the current calibration."""
    slope, intercept = decision_weights().calibration
    with_role = [d for d in decided if d.certainty is not None]
    pairs = _pairs(with_role, Logistic(np.array([slope]), intercept))
    figures = {**_accuracies(decided), **_confidence_figures(pairs)}
    return {f"current file: {name}": value for name, value in figures.items()}


def fit_decision(
    texts: Sequence[Mapping[str, Any]], gold: Sequence[Mapping[str, Any]], indexes: Indexes
) -> tuple[DecisionWeights, Figures]:
    """Return the numbers of ``Config`` and their figures, of texts with titles and of job descriptions with gold roles."""
    weights, figures = fit_weights(role_choices(texts, indexes))
    calibration, of_confidence = fit_calibration(outcomes(gold, indexes, weights))
    of_current = current_figures(outcomes(gold, indexes, decision_weights().evidence_weights))
    numbers = DecisionWeights(evidence_weights=weights, calibration=calibration)
    return numbers, {**figures, **of_confidence, **of_current}


def _accuracies(decided: Sequence[Outcome]) -> Figures:
    return {
        f"role accuracy, title {'hidden' if hidden else 'shown'}": _share(
            [d.is_right for d in decided if d.is_title_hidden == hidden]
        )
        for hidden in (False, True)
    }


def _confidence_figures(pairs: Sequence[tuple[float, bool]]) -> Figures:
    return {"Brier score": round(brier(pairs), 4), "calibration error": round(calibration_error(pairs), 4)}


def _certainties(decided: Sequence[Outcome]) -> Floats:
    return np.array([[d.certainty] for d in decided], np.float64).reshape(len(decided), 1)


def _calibrate(decided: Sequence[Outcome]) -> Logistic:
    right = np.array([d.is_right for d in decided], np.bool_)
    try:
        return fit_logistic(_certainties(decided), right, CALIBRATION_PENALTY)
    except ValueError:
        raise InputError(
            "the roles of the gold texts are all right, or all wrong; no confidence can be fitted"
        ) from None


def _pairs(decided: Sequence[Outcome], model: Logistic) -> list[tuple[float, bool]]:
    p = sigmoid(model.log_odds(_certainties(decided)))
    return list(zip(p.tolist(), (d.is_right for d in decided), strict=True))


def _is_first_right(choice: Choice, weights: Floats) -> bool:
    return bool(choice.right[int((choice.features @ weights).argmax())])


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / max(len(hits), 1), 4)
