"""``fit wishes``: whether a heading of any wording opens a list of wishes or of demands, learned from headings written for it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

from pipeline.learned.fit.logistic import fit_logistic, folds, sigmoid
from pipeline.learned.fitted import Figures, WishWeights
from pipeline.stages.skills.wishes import stems
from pipeline.text.headings import PHRASES_OF_KIND

HEADINGS_FILES = tuple(Path(__file__).with_name(name) for name in ("structure_headings.toml", "wish_headings.toml"))
PENALTY = 0.3
"""Weight of half the squared weights of the stems."""
MIN_WEIGHT = 0.05
"""Log odds below which a stem has no weight."""
WISHES = frozenset({"preferred", "wishes"})


def fit_wishes() -> tuple[WishWeights, Figures]:
    """Return the numbers of ``stages.skills.wishes`` and their figures, cross-validated by heading."""
    headings = {text.lower(): kind in WISHES for kind, texts in _headings() for text in texts}
    words = [stems(text) for text in headings]
    names = sorted({stem for each in words for stem in each})
    x = np.array([[float(name in each) for name in names] for each in words])
    y = np.array(list(headings.values()), np.bool_)
    model = fit_logistic(x, y, PENALTY, unit_variance=False)
    crossed = np.zeros(len(y))
    for fitted_on, left_out in folds(list(headings)):
        part = fit_logistic(x[fitted_on], y[fitted_on], PENALTY, unit_variance=False)
        crossed[left_out] = sigmoid(part.log_odds(x[left_out]))
    found = crossed >= 0.5
    figures: Figures = {
        "headings": len(y),
        "headings of wishes": int(y.sum()),
        "cross-validated: precision of wishes": round(float((found & y).sum() / max(found.sum(), 1)), 4),
        "cross-validated: recall of wishes": round(float((found & y).sum() / y.sum()), 4),
    }
    weights = {n: round(float(w), 2) for n, w in zip(names, model.weights, strict=True) if abs(w) >= MIN_WEIGHT}
    return WishWeights(bias=round(model.bias, 4), weights=weights), figures


def _headings() -> list[tuple[str, tuple[str, ...]]]:
    found = [(kind, tuple(phrases)) for kind, phrases in PHRASES_OF_KIND.items()]
    for path in HEADINGS_FILES:
        with path.open("rb") as file:
            found += [(kind, tuple(texts)) for kind, texts in tomllib.load(file).items()]
    return found
