"""``fit demand``: whether a text demands a skill or only mentions it, on job descriptions with gold skills.

Each skill that a text mentions is an observation; it is right by the rule of ``eval`` (one of its mentions overlaps an
occurrence of a gold surface). A plain name of a technology, a soft skill and a skill of the title are kept without
regard to their signs, as in the stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import TECHNOLOGY
from pipeline.errors import InputError
from pipeline.evaluation import occurrences
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic, folds, log_loss, sigmoid
from pipeline.learned.fitted import DemandWeights, Figures, demand_weights
from pipeline.learned.sign_weights import DemandSigns
from pipeline.stages import demand
from pipeline.stages.encoding import encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.stages.skills import demand_candidate, mentioned_skills
from pipeline.text import JDText, check_text

SIGNS = tuple(DemandSigns.model_fields)
USUAL = SIGNS.index("usual")
USUAL_TEXTS = 4
"""Texts that count for the share of all skills beside a skill's own."""
PENALTY = 3.0
"""Weight of the penalty on the weights."""
WANTED_PRECISION = 0.91
"""Cross-validated precision that a threshold must reach: of such the lowest is taken, since F1 hardly changes there and a reviewer
strikes out more easily than they add."""
THRESHOLDS = tuple(round(0.3 + 0.02 * n, 2) for n in range(26))
"""Probabilities that are tried as threshold."""
MAX_TECHNOLOGY_PROBABILITY = 0.99
"""Upper bound of the probability of a plain name of a technology."""


@dataclass(frozen=True)
class Observation:
    """A skill that a text mentions: its ``signs`` (len(SIGNS),), or null where it is kept without regard to them."""

    jd: str
    signs: Floats | None
    is_right: bool
    covered: frozenset[str]
    """The names of the gold skills that its mentions cover."""
    is_technology: bool
    slug: str | None = None


@dataclass(frozen=True)
class Observations:
    """The mentioned skills of job descriptions, and how many gold skills these have in all."""

    rows: tuple[Observation, ...]
    n_gold: int


def observe(jds: Sequence[Mapping[str, Any]], indexes: Indexes) -> Observations:
    """Return the mentioned skills of job descriptions: id, title, text, role and skills as in the gold files.

    Those whose role is ``NONE`` have no gold skills and are left out.
    """
    rows: list[Observation] = []
    n_gold = 0
    for jd in jds:
        if jd["role"] != "NONE":
            n_gold += len({skill["name"] for skill in jd["skills"]})
            rows += _observe_jd(jd, indexes)
    return Observations(tuple(rows), n_gold)


def _observe_jd(jd: Mapping[str, Any], indexes: Indexes) -> list[Observation]:
    text = JDText(check_text(jd["text"]))
    (encoded,) = encode_jds([(text, parse_jd(text, jd["title"]))], indexes.encoder)
    skills, in_title = mentioned_skills(encoded, indexes)
    hard = [s for s in skills if s.nature != "SOFT_SKILL"]
    starts = sorted(m.start for s in hard for m in s.mentions)
    gold = [
        (skill["name"], span)
        for skill in jd["skills"]
        for surface in skill["surface"]
        for span in occurrences(jd["text"], surface)
    ]
    rows = []
    for skill in hard:
        covered = frozenset(
            name for name, (a, b) in gold if any(m.raw_start < b and a < m.raw_end for m in skill.mentions)
        )
        is_technology = skill.nature in TECHNOLOGY
        signs = None
        if not is_technology and skill.slug not in in_title:
            values = demand.signs(encoded, demand_candidate(skill, indexes), starts)
            signs = np.array([values[name] for name in SIGNS], np.float64)
        rows.append(Observation(str(jd["id"]), signs, bool(covered), covered, is_technology, skill.slug))
    return rows


def fit_demand(parts: Mapping[str, Observations]) -> tuple[DemandWeights, Figures]:
    """Return the numbers of ``stages.demand`` and their figures, cross-validated by job description.

    ``parts`` are the observations by the name of their set; the figures of each are given too. The threshold is the
    least one with ``WANTED_PRECISION``, cross-validated. Raises ``InputError`` where nothing can be fitted.
    """
    observed = Observations(
        tuple(row for part in parts.values() for row in part.rows), sum(part.n_gold for part in parts.values())
    )
    rows = observed.rows
    judged = [r for r in rows if r.signs is not None]
    model, usual = _model(judged)
    crossed = np.zeros(len(judged))
    for fitted_on, left_out in folds([r.jd for r in judged]):
        part_model, part_usual = _model([judged[i] for i in fitted_on])
        crossed[left_out] = _probabilities([judged[i] for i in left_out], part_model, part_usual)
    threshold = next(
        (t for t in THRESHOLDS if score(observed, crossed, t)["precision"] >= WANTED_PRECISION), THRESHOLDS[-1]
    )
    technologies = [r.is_right for r in rows if r.is_technology]
    rate = sum(technologies) / len(technologies) if technologies else demand_weights().technology_probability
    weights = DemandWeights(
        bias=round(model.bias, 4),
        weights=DemandSigns(**{name: round(float(w), 4) for name, w in zip(SIGNS, model.weights, strict=True)}),
        usual={slug: round(value, 2) for slug, value in sorted(usual.items())},
        technology_probability=round(min(rate, MAX_TECHNOLOGY_PROBABILITY), 4),
        min_probability=threshold,
    )
    right = np.array([r.is_right for r in judged], np.bool_)
    figures: Figures = {"job descriptions": len({r.jd for r in rows}), "judged skills": len(judged)}
    for name, p in (("", _probabilities(judged, model, usual)), ("cross-validated: ", crossed)):
        figures.update({f"{name}{key}": round(value, 4) for key, value in score(observed, p, threshold).items()})
        figures[f"{name}log loss"] = round(log_loss(p, right), 4)
    first = 0
    for name, part in parts.items():
        size = sum(r.signs is not None for r in part.rows)
        of_part = score(part, crossed[first : first + size], threshold)
        figures.update({f"cross-validated: {name}: {key}": round(value, 4) for key, value in of_part.items()})
        first += size
    return weights, figures


def score(observed: Observations, probabilities: Floats, threshold: float) -> dict[str, float]:
    """Return precision, recall and F1 of the kept skills; ``probabilities`` are those of the judged rows, in order."""
    given = iter(probabilities)
    kept = [r for r in observed.rows if r.signs is None or next(given) >= threshold]
    precision = sum(r.is_right for r in kept) / len(kept) if kept else 0.0
    found = {(r.jd, name) for r in kept for name in r.covered}
    recall = len(found) / observed.n_gold if observed.n_gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


def _matrix(judged: Sequence[Observation], usual: Sequence[float]) -> Floats:
    rows = np.array([r.signs for r in judged], np.float64).reshape(len(judged), len(SIGNS))
    rows[:, USUAL] = usual
    return rows


def _model(judged: Sequence[Observation]) -> tuple[Logistic, Mapping[str, float]]:
    """The model, and how usual the demand of each skill is; a row's own outcome says nothing of that where it is learned from."""
    right = np.array([r.is_right for r in judged], np.bool_)
    share = float(right.mean()) if len(right) else 0.0
    if not 0 < share < 1:
        raise InputError("the mentioned skills are all right, or all wrong; nothing can be fitted")
    counts = {r.slug: (0, 0) for r in judged if r.slug}
    for row in judged:
        if row.slug:
            n, n_right = counts[row.slug]
            counts[row.slug] = n + 1, n_right + row.is_right

    def others(row: Observation) -> float:
        n, n_right = counts.get(row.slug or "", (1, row.is_right))
        return _usual(n - 1, n_right - row.is_right, share)

    model = fit_logistic(_matrix(judged, [others(row) for row in judged]), right, PENALTY)
    return model, {slug: _usual(n, n_right, share) for slug, (n, n_right) in counts.items()}


def _usual(n: int, n_right: int, share: float) -> float:
    """The log odds of a skill that ``n_right`` of ``n`` texts demand, drawn to the ``share`` of all, less those of that share."""
    p = (n_right + USUAL_TEXTS * share) / (n + USUAL_TEXTS)
    return log(p / (1 - p)) - log(share / (1 - share))


def _probabilities(judged: Sequence[Observation], model: Logistic, usual: Mapping[str, float]) -> Floats:
    return sigmoid(model.log_odds(_matrix(judged, [usual.get(row.slug or "", 0.0) for row in judged])))
