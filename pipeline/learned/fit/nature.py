"""``fit nature``: which nature of work a duty shows, and what duties, title, role and skills of a text count for it.

The model of single duties is a softmax regression (Hastie, Tibshirani and Friedman 2009, section 4.4) with a penalty on its
weights, of the duties in ``nature_examples.toml`` and of the catalog's KRAs, each under the label of its role's baseline. The signs of a
text are weighed by a conditional logit (McFadden 1974) on the texts of ``nature_labels.jsonl``, of which a reader set the labels.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from pipeline.catalog.indexes import Indexes
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Choice, Floats, fit_choices, folds
from pipeline.learned.fitted import Direction, Figures, NatureNumbers, NatureOfWorkSigns
from pipeline.run import Captured, Encoded, RunContext, RunState, run_stages, until
from pipeline.stages.enrichment.matched import matched_skills
from pipeline.stages.enrichment.nature import LABELS, SIGNS, SoftmaxModel, nature_signs
from pipeline.stages.enrichment.passages import passages_of_text

EXAMPLES = Path(__file__).with_name("nature_examples.toml")
TEXTS = Path(__file__).with_name("nature_labels.jsonl")
PENALTY = 0.3
"""Weight of half the squared weights of the model of duties."""
EXAMPLE_WEIGHT = 3.0
"""How often a duty written for the fit counts beside a KRA, whose label is that of its role as a whole."""
SIGN_PENALTY = 1.0
MIN_PROBABILITY = 0.45
"""From which on a text that no role of the catalog fits has a label."""
MAX_STEPS = 500
FOLDS = 5

Numbered = npt.NDArray[np.int64]


class Duties(NamedTuple):
    """Unit vectors of duties (n, width), the number of each one's label, and what each counts."""

    vectors: Floats
    labels: Numbered
    weights: Floats


def fit_nature(rows: Mapping[str, Mapping[str, Any]], indexes: Indexes) -> tuple[NatureNumbers, Figures]:
    """Return the numbers of ``stages.enrichment.nature`` and their figures; ``rows`` are the texts by their ids. Raises ``InputError``."""
    duties = _duties(indexes)
    model = fit_softmax(duties)
    texts = _texts(rows, indexes, model)
    weights = fit_choices(texts, SIGN_PENALTY)
    crossed = []
    for fitted_on, left_out in folds(range(len(texts)), FOLDS):
        of_others = fit_choices([texts[i] for i in fitted_on], SIGN_PENALTY)
        crossed += [_is_right(texts[i], of_others) for i in left_out]
    figures: Figures = {
        "duties": len(duties.labels),
        "duties right, cross-validated": _share(_crossed(duties)),
        "texts": len(texts),
        "texts right": _share([_is_right(t, weights) for t in texts]),
        "texts right, cross-validated": _share(crossed),
    }
    directions = {
        label: Direction(
            weights=tuple(round(float(w), 3) for w in model.weights[:, i]), bias=round(float(model.bias[i]), 3)
        )
        for i, label in enumerate(LABELS)
    }
    signs = NatureOfWorkSigns(**{n: round(float(w), 4) for n, w in zip(SIGNS, weights, strict=True)})
    return NatureNumbers(directions=directions, weights=signs, min_probability=MIN_PROBABILITY), figures


def fit_softmax(duties: Duties) -> SoftmaxModel:
    """Return the model under which the duties' labels are most probable."""
    width, n = duties.vectors.shape[1], len(LABELS)
    right = np.eye(n)[duties.labels]

    def loss(flat: Floats) -> tuple[float, Floats]:
        model = _unflattened(flat, width)
        logs = model.log_probabilities(duties.vectors)
        rest = (np.exp(logs) - right) * duties.weights[:, None]
        value = -float((logs * right * duties.weights[:, None]).sum()) + PENALTY * float((model.weights**2).sum()) / 2
        return value, np.concatenate([(duties.vectors.T @ rest + PENALTY * model.weights).ravel(), rest.sum(axis=0)])

    found = minimize(loss, np.zeros((width + 1) * n), jac=True, method="L-BFGS-B", options={"maxiter": MAX_STEPS})
    return _unflattened(np.asarray(found.x, np.float64), width)


def _unflattened(flat: Floats, width: int) -> SoftmaxModel:
    n = len(LABELS)
    return SoftmaxModel(flat[: width * n].reshape(width, n), flat[width * n :])


def _duties(indexes: Indexes) -> Duties:
    examples: dict[str, list[str]] = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))
    if set(examples) != set(LABELS):
        raise InputError(
            f"{EXAMPLES.name}: its labels are not those of the vocabulary: {sorted(set(examples) ^ set(LABELS))}"
        )
    baselines = indexes.catalog.baseline_of_role
    if not baselines:
        raise InputError("the catalog has no role baselines, from which the labels of its KRAs are taken")
    said = [(text, label, EXAMPLE_WEIGHT) for label, texts in examples.items() for text in texts]
    said += [
        (kra.kra_text, baselines[kra.role_slug].nature_of_work, 1.0)
        for kra in indexes.catalog.role_kras
        if kra.role_slug in baselines
    ]
    vectors = np.asarray(indexes.encoder.encode([text for text, _, _ in said]), np.float64)
    labels = np.array([LABELS.index(label) for _, label, _ in said], np.int64)
    return Duties(vectors, labels, np.array([weight for _, _, weight in said], np.float64))


def _crossed(duties: Duties) -> list[bool]:
    """Whether each duty's label is the most probable by the model of the others."""
    right = np.zeros(len(duties.labels), np.bool_)
    for fitted_on, left_out in folds(range(len(duties.labels)), FOLDS):
        part = Duties(duties.vectors[fitted_on], duties.labels[fitted_on], duties.weights[fitted_on])
        logs = fit_softmax(part).log_probabilities(duties.vectors[left_out])
        right[left_out] = logs.argmax(axis=1) == duties.labels[left_out]
    return [bool(r) for r in right]


def _texts(rows: Mapping[str, Mapping[str, Any]], indexes: Indexes, model: SoftmaxModel) -> list[Choice]:
    """The signs of each label of the texts, and which labels are right; a text of no known label is left out."""
    choices = []
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        row = rows.get(label["id"])
        if row is None:
            raise InputError(f"{TEXTS.name}: there is no text {label['id']!r} in the evaluation data")
        # The label that the reader found best; what else may be said is not learned.
        right = np.array([name == label["labels"][0] for name in LABELS], np.bool_)
        signs = _signs(row, indexes, model)
        features = np.array([signs.get(name, np.zeros(len(LABELS))) for name in SIGNS], np.float64).T
        choices.append(Choice(features, right))
    return [c for c in choices if c.right.any()]


def _signs(row: Mapping[str, Any], indexes: Indexes, model: SoftmaxModel) -> Mapping[str, Floats]:
    context = RunContext("fit", indexes)
    jd = until(run_stages(RunState.from_text(row["text"], row["title"]), context), Encoded).jd
    extraction = until(run_stages(RunState.from_encoded(jd), context), Captured).extraction
    matched = matched_skills(extraction, indexes)
    return nature_signs(extraction, matched, passages_of_text(jd), indexes, model)[0]


def _is_right(choice: Choice, weights: Floats) -> bool:
    return bool(choice.right[int((choice.features @ weights).argmax())])


def _share(outcomes: Sequence[bool]) -> float:
    return round(float(np.mean(outcomes)), 4)
