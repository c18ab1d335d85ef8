"""``fit dimension``: which dimension suits a skill best, on skills of job descriptions of which the best dimensions were chosen.

``dimension_labels.jsonl`` has for each job description its role, its skills with what they count, and for some skills the
dimensions that it was a choice among, with those that are right. What a job description chose is held out together.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.learned.fit.logistic import Choice, Floats, fit_choices, folds
from pipeline.learned.fitted import DimensionSigns, DimensionWeights, Figures

LABELS = Path(__file__).with_name("dimension_labels.jsonl")
SIGNS = tuple(DimensionSigns.model_fields)
PENALTY = 0.5


def fit_dimension(indexes: Indexes) -> tuple[DimensionWeights, Figures]:
    """Return the numbers of ``catalog.best_dimension`` and their figures, cross-validated by job description."""
    names: list[str] = []
    choices: list[Choice] = []
    for name, choice in _observed(indexes):
        names.append(name)
        choices.append(choice)
    weights = fit_choices(choices, PENALTY)
    crossed: list[bool] = []
    for fitted_on, left_out in folds(names):
        of_others = fit_choices([choices[i] for i in fitted_on], PENALTY)
        crossed += [_is_right(choices[i], of_others) for i in left_out]
    figures: Figures = {
        "choices": len(choices),
        "job descriptions": len(set(names)),
        "right": _share([_is_right(c, weights) for c in choices]),
        "right, cross-validated": _share(crossed),
        "right by the first name": _share([bool(c.right[0]) for c in choices]),
    }
    signs = DimensionSigns(**{n: round(float(w), 4) for n, w in zip(SIGNS, weights, strict=True)})
    return DimensionWeights(weights=signs), figures


def _observed(indexes: Indexes) -> list[tuple[str, Choice]]:
    """Each choice with the name of its job description; those of which the catalog has lost all that is right, or wrong, are left out."""
    found = []
    catalog = indexes.catalog
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        jd = json.loads(line)
        choice = DimensionChoice(indexes, jd["role"], jd["skills"])
        for label in jd["choices"]:
            own = {d.slug for d in catalog.dimensions_of_skill.get(label["skill"], ())}
            rows = [catalog.dimension[slug] for slug in label["of"] if slug in own]
            signs = choice.signs(label["skill"], rows) if rows else {}
            right = np.array([row.slug in label["right"] for row in rows], np.bool_)
            if right.any() and len(rows) > 1:
                features = np.array([[signs[row.slug][name] for name in SIGNS] for row in rows], np.float64)
                found.append((str(jd["id"]), Choice(features, right)))
    return found


def _is_right(choice: Choice, weights: Floats) -> bool:
    return bool(choice.right[int((choice.features @ weights).argmax())])


def _share(outcomes: list[bool]) -> float:
    return round(float(np.mean(outcomes)), 4)
