"""``fit field``: whether any role of the catalog fits a text, on job descriptions with gold roles, ``NONE`` among them.

Each job description counts twice, with its title shown and hidden; both are held out together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic, folds, log_loss, sigmoid
from pipeline.learned.fitted import FieldSigns, FieldWeights, Figures
from pipeline.stages.encoding import encode_jds
from pipeline.stages.field import field_signs
from pipeline.stages.parse import parse_jd
from pipeline.stages.signals import read_signals, read_text
from pipeline.stages.skills import extract_skills
from pipeline.text import JDText, check_text

SIGNS = tuple(FieldSigns.model_fields)
PENALTY = 1.0
EVEN = 0.5
"""The probability from which on a role fits."""


def fit_field(gold: Sequence[Mapping[str, Any]], indexes: Indexes) -> tuple[FieldWeights, Figures]:
    """Return the numbers of ``stages.field`` and their figures, cross-validated by job description. Raises ``InputError``."""
    observed = [_signs(jd, hide, indexes) for hide in (False, True) for jd in gold]
    names = [str(jd["id"]) for _ in (False, True) for jd in gold]
    x = np.array(observed, np.float64).reshape(len(observed), len(SIGNS))
    y = np.array([jd["role"] != "NONE" for _ in (False, True) for jd in gold], np.bool_)
    model = _fit(x, y)
    crossed = np.zeros(len(y))
    for fitted_on, left_out in folds(names):
        crossed[left_out] = sigmoid(_fit(x[fitted_on], y[fitted_on]).log_odds(x[left_out]))
    numbers = FieldWeights(
        bias=round(model.bias, 4),
        weights=FieldSigns(**{n: round(float(w), 4) for n, w in zip(SIGNS, model.weights, strict=True)}),
    )
    figures: Figures = {"job descriptions": len(gold), "of no role": int((~y).sum() // 2)}
    for label, p in (("", sigmoid(model.log_odds(x))), ("cross-validated: ", crossed)):
        figures |= {f"{label}{key}": value for key, value in _figures(p, y).items()}
    return numbers, figures


def _signs(jd: Mapping[str, Any], hide_title: bool, indexes: Indexes) -> list[float]:
    """The signs of a text, in the order of ``SIGNS``."""
    config = Config(hide_title=hide_title)
    text = JDText(check_text(jd["text"]))
    parsed = parse_jd(text, None if hide_title else jd["title"])
    if hide_title:
        parsed = parsed.model_copy(update={"role": None, "role_aliases": []})
    (encoded,) = encode_jds([(text, parsed)], indexes.encoder)
    skills = extract_skills(encoded, indexes)
    signals = read_signals(read_text(encoded, indexes, {}, config), skills, indexes, config)
    signs = field_signs(signals, parsed.role is not None)
    return [signs[name] for name in SIGNS]


def _fit(x: Floats, y: np.ndarray) -> Logistic:
    try:
        return fit_logistic(x, y, PENALTY)
    except ValueError:
        raise InputError("a role fits all of the texts, or none; nothing can be fitted") from None


def _figures(p: Floats, y: np.ndarray) -> Figures:
    """Shares that are recognised, of the texts of no role and of the others, titles shown and hidden."""
    half = len(y) // 2
    figures: Figures = {"log loss": round(log_loss(p, y), 4)}
    for label, part in (("title shown", slice(0, half)), ("title hidden", slice(half, None))):
        fits = p[part] >= EVEN
        figures[f"no role recognised, {label}"] = round(float((~fits[~y[part]]).mean()), 4)
        figures[f"role denied, {label}"] = round(float((~fits[y[part]]).mean()), 4)
    return figures
