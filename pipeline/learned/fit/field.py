"""``fit field``: whether any role of the catalog fits a text, on job descriptions with gold roles, ``NONE`` among them.

Each job description counts three times: with its title, with that of the text alone, and without any; all are held out
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic, folds, log_loss, sigmoid
from pipeline.learned.fit.observed import ReadJD, Title, read_jd
from pipeline.learned.fitted import FieldSigns, FieldWeights, Figures

SIGNS = tuple(FieldSigns.model_fields)
PENALTY = 1.0
EVEN = 0.5
"""The probability from which on a role fits."""
TITLES: tuple[Title, ...] = ("shown", "hidden", "absent")


def read_gold(gold: Sequence[Mapping[str, Any]], indexes: Indexes) -> list[tuple[ReadJD, bool]]:
    """Return job descriptions as runs read them, each title in turn, with whether a role fits; rejected ones are left out."""
    found = [(read_jd(jd, title, indexes), jd["role"] != "NONE") for title in TITLES for jd in gold]
    return [(read, fits) for read, fits in found if read is not None]


def fit_field(gold: Sequence[Mapping[str, Any]], indexes: Indexes) -> tuple[FieldWeights, Figures]:
    """Return the numbers of ``stages.field`` and their figures, cross-validated by job description. Raises ``InputError``."""
    observed = read_gold(gold, indexes)
    reads = [read for read, _ in observed]
    x, y = field_rows(reads), np.array([fits for _, fits in observed], np.bool_)
    model = _fit(x, y)
    numbers = FieldWeights(
        bias=round(model.bias, 4),
        weights=FieldSigns(**{n: round(float(w), 4) for n, w in zip(SIGNS, model.weights, strict=True)}),
    )
    none = {read.jd for read, fits in observed if not fits}
    figures: Figures = {"job descriptions": len({read.jd for read in reads}), "of no role": len(none)}
    titles = [read.title for read in reads]
    crossed = sigmoid(crossed_field(reads, y))
    for label, p in (("", sigmoid(model.log_odds(x))), ("cross-validated: ", crossed)):
        figures |= {f"{label}{key}": value for key, value in _figures(p, y, titles).items()}
    return numbers, figures


def field_rows(reads: Sequence[ReadJD]) -> Floats:
    """Return the signs of job descriptions, (n, k) in the order of ``SIGNS``."""
    return np.array([[read.field[name] for name in SIGNS] for read in reads], np.float64).reshape(-1, len(SIGNS))


def crossed_field(reads: Sequence[ReadJD], y: np.ndarray) -> Floats:
    """Return the log odds that a role fits, (n,), each by a model that was fitted without that job description."""
    x, crossed = field_rows(reads), np.zeros(len(reads))
    for fitted_on, left_out in folds([read.jd for read in reads]):
        crossed[left_out] = _fit(x[fitted_on], y[fitted_on]).log_odds(x[left_out])
    return crossed


def _fit(x: Floats, y: np.ndarray) -> Logistic:
    try:
        return fit_logistic(x, y, PENALTY)
    except ValueError:
        raise InputError("a role fits all of the texts, or none; nothing can be fitted") from None


def _figures(p: Floats, y: np.ndarray, titles: Sequence[Title]) -> Figures:
    """Shares that are recognised, of the texts of no role and of the others, by what is known of the title."""
    figures: Figures = {"log loss": round(log_loss(p, y), 4)}
    for title in TITLES:
        part = np.array([t == title for t in titles], np.bool_)
        fits = p >= EVEN
        figures[f"no role recognised, title {title}"] = round(float((~fits[part & ~y]).mean()), 4)
        figures[f"role denied, title {title}"] = round(float((~fits[part & y]).mean()), 4)
    return figures
