"""``fit capture``: whether a curator takes a duty as a KRA, on sentences of job descriptions that were read and judged.

``capture_labels.jsonl`` has for each its job description, its place there (code points of the text), the role whose KRA it would
be, and the judgement. Sentences of one job description are held out together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.catalog.indexes import Indexes
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic, folds, log_loss, sigmoid
from pipeline.learned.fitted import CaptureWeights, Figures, KraSigns
from pipeline.stages.duties import duties_of
from pipeline.stages.encoding import encode_jds
from pipeline.stages.kra_signs import kra_signs, nearness
from pipeline.stages.parse import parse_jd
from pipeline.stages.skills import extract_skills
from pipeline.text import JDText, check_text
from pipeline.vectors import Vectors

LABELS = Path(__file__).with_name("capture_labels.jsonl")
SIGNS = tuple(name for name in KraSigns.model_fields if name != "meaning")
PENALTY = 5.0
MEANING_PENALTY = 100.0
"""The penalty on the direction: it has as many weights as there are sentences."""
MIN_PRECISION = 0.8
"""Share of accepted sentences among those captured, cross-validated, that the threshold is set for."""


def fit_capture(jds: Sequence[Mapping[str, Any]], indexes: Indexes) -> tuple[CaptureWeights, Figures]:
    """Return the numbers of ``stages.kra_signs`` and their figures, cross-validated by job description. Raises ``InputError``."""
    texts = {str(jd["id"]): jd for jd in jds}
    by_jd: dict[str, list[dict[str, Any]]] = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        by_jd.setdefault(label["id"], []).append(label)
    if missing := sorted(by_jd.keys() - texts.keys()):
        raise InputError(f"jds_load.jsonl: there is no job description {missing[0]}, of which sentences are judged")
    observed = [row for name, labels in by_jd.items() for row in _observed(texts[name], labels, indexes)]
    judged = _Judged(
        [row.jd for row in observed],
        np.array([row.signs for row in observed], np.float64),
        np.array([row.vector for row in observed], np.float64),
        np.array([row.accepted for row in observed], np.bool_),
    )
    crossed = np.zeros(len(observed))
    for fitted_on, left_out in folds(judged.jds):
        crossed[left_out] = _fit(judged.part(fitted_on)).probabilities(judged.part(left_out))
    least, model = _threshold(crossed, judged.accepted), _fit(judged)
    figures: Figures = {
        "judged": sum(map(len, by_jd.values())),
        "job descriptions": len(by_jd),
        "in the form of a KRA": len(observed),
    }
    figures |= _figures("", model.probabilities(judged), judged.accepted, least)
    figures |= _figures("cross-validated: ", crossed, judged.accepted, least)
    return model.numbers(least), figures


@dataclass(frozen=True)
class _Observed:
    """A judged sentence with its signs (``meaning`` apart) in the order of ``SIGNS``, and its vector."""

    jd: str
    signs: list[float]
    vector: Vectors
    accepted: bool


@dataclass(frozen=True)
class _Judged:
    """Judged sentences: the job description of each, ``signs`` (n, k), ``vectors`` (n, width), ``accepted`` (n,)."""

    jds: list[str]
    signs: Floats
    vectors: Floats
    accepted: npt.NDArray[np.bool_]

    def part(self, rows: list[int]) -> _Judged:
        return _Judged([self.jds[i] for i in rows], self.signs[rows], self.vectors[rows], self.accepted[rows])


@dataclass(frozen=True)
class _Model:
    """The direction of accepted vectors, and the logistic model of the signs with the meaning that it gives as the last."""

    direction: Floats
    logistic: Logistic

    def probabilities(self, judged: _Judged) -> Floats:
        meaning = judged.vectors @ self.direction
        return sigmoid(self.logistic.log_odds(np.column_stack([judged.signs, meaning])))

    def numbers(self, least: float) -> CaptureWeights:
        weights = {n: round(float(w), 4) for n, w in zip([*SIGNS, "meaning"], self.logistic.weights, strict=True)}
        return CaptureWeights(
            bias=round(self.logistic.bias, 4),
            weights=KraSigns(**weights),
            direction=[round(float(w), 3) for w in self.direction],
            min_probability=least,
        )


def _fit(judged: _Judged) -> _Model:
    """The model of sentences; what a sentence's meaning counts is fitted where its direction was fitted on others (Wolpert 1992)."""
    meaning = np.zeros(len(judged.jds))
    for fitted_on, left_out in folds(judged.jds):
        meaning[left_out] = judged.vectors[left_out] @ _direction(judged.part(fitted_on))
    signs = np.column_stack([judged.signs, meaning])
    return _Model(_direction(judged), fit_logistic(signs, judged.accepted, PENALTY))


def _direction(judged: _Judged) -> Floats:
    return fit_logistic(judged.vectors, judged.accepted, MEANING_PENALTY).weights


def _observed(jd: Mapping[str, Any], labels: Sequence[Mapping[str, Any]], indexes: Indexes) -> Iterator[_Observed]:
    """The judged sentences of a text that have the form of a KRA."""
    text = JDText(check_text(jd["text"]))
    parsed = parse_jd(text, jd["title"])
    (encoded,) = encode_jds([(text, parsed)], indexes.encoder)
    judged = {(label["start"], label["end"]): label for label in labels}
    for duty in duties_of(encoded, extract_skills(encoded, indexes), indexes):
        label = judged.get(text.raw_span(duty.sentence.start, duty.sentence.end))
        if label:
            (near,) = nearness(duty.vector[None, :], label["role"], indexes.kras)
            signs = kra_signs(duty, near)
            yield _Observed(str(jd["id"]), [signs[name] for name in SIGNS], duty.vector, bool(label["accepted"]))


def _threshold(p: Floats, y: np.ndarray) -> float:
    """The lowest of a grid of probabilities from which on enough sentences are accepted."""
    for least in np.arange(0.4, 0.85, 0.01):
        if (p >= least).any() and y[p >= least].mean() >= MIN_PRECISION:
            return round(float(least), 2)
    return 0.85


def _figures(label: str, p: Floats, y: np.ndarray, least: float) -> Figures:
    captured = p >= least
    return {
        f"{label}log loss": round(log_loss(p, y), 4),
        f"{label}captured": int(captured.sum()),
        f"{label}accepted among captured": round(float(y[captured].mean()), 4),
        f"{label}captured among accepted": round(float(captured[y].mean()), 4),
    }
