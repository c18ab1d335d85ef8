"""``fit nearest``: the weights by which a term is linked to a skill, on terms that people linked to ESCO.

The weights are those of a conditional logit over the candidates of each term; slope, lead and intercept are a logistic
of the best candidate's score and its lead over the next.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.nearest import Candidate, Guess, NearestSkills, best_guess
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Choice, fit_choices, fit_logistic, folds
from pipeline.learned.fitted import Figures, NearestWeights

PRECISION = 0.90
"""The precision at which the recall is measured."""
TOTAL_WEIGHT = 1.2
"""Sum of the weights; another sum gives the same guesses with another slope."""
CHOICE_PENALTY, PENALTY = 1.0, 1.0
FEATURES = ("letters", "form", "name", "sentence", "coverage")
"""What of a ``Candidate`` is weighed."""
COLUMNS = ("sentence", "span", "sub_span", "label")


@dataclass(frozen=True)
class LinkedTerm:
    """A term in its sentence, and the name of the skill that it was linked to, which the catalog may lack."""

    term: str
    sentence: str
    label: str


@dataclass(frozen=True)
class Question:
    """A term, its candidates, and the slug of the right one, null where the catalog lacks it."""

    term: str
    candidates: Sequence[Candidate]
    right: str | None
    source: str = ""
    """The texts that the term is from, where there are several kinds."""


def read_terms(path: Path) -> list[LinkedTerm]:
    """Return the linked spans of a file. Raises ``InputError``."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [c for c in COLUMNS if c not in (reader.fieldnames or ())]:
                raise InputError(f"{path.name}, line 1: the column {missing[0]!r} is missing")
            return [LinkedTerm(r["sub_span"] or r["span"], r["sentence"], r["label"]) for r in reader]
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; give its folder with --data") from None


def questions_of(terms: Sequence[LinkedTerm], indexes: Indexes, source: str = "") -> list[Question]:
    """Return the terms with their candidates in a catalog."""
    slug = {s.display_name: s.slug for s in indexes.catalog.skills}
    candidates = NearestSkills(indexes).candidates([(t.term, t.sentence) for t in terms])
    return [Question(t.term, found, slug.get(t.label), source) for t, found in zip(terms, candidates, strict=True)]


def fit_nearest(questions: Sequence[Question]) -> tuple[NearestWeights, Figures]:
    """Return the numbers of ``catalog.nearest`` and their figures. Raises ``InputError`` where nothing can be fitted."""
    weights = _fit(questions)
    held_out: list[tuple[Question, tuple[Guess, str | None]]] = []
    for fitted_on, left_out in folds([q.term.casefold() for q in questions]):
        part = _fit([questions[i] for i in fitted_on])
        asked = [questions[i] for i in left_out]
        held_out += zip(asked, _answers(asked, part), strict=True)
    figures: Figures = {"terms": len(questions)}
    named = [("", _answers(questions, weights)), ("cross-validated: ", [answer for _, answer in held_out])]
    named += [
        (f"cross-validated, {source}: ", [answer for question, answer in held_out if question.source == source])
        for source in sorted({q.source for q in questions} - {""})
    ]
    for name, answers in named:
        figures.update({f"{name}{key}": value for key, value in figures_of(answers).items()})
    return weights, figures


def figures_of(answers: Sequence[tuple[Guess, str | None]]) -> dict[str, float]:
    """Return the figures of guesses and the right slugs: top 1, recall at ``PRECISION``, Brier score.

    A wrong link and a link of what the catalog lacks both count as wrong.
    """
    present = sum(right is not None for _, right in answers)
    hits = [(guess.probability, guess.slug == right) for guess, right in answers]
    best, right_so_far = 0.0, 0
    for n, (_, hit) in enumerate(sorted(hits, reverse=True), 1):
        right_so_far += hit
        if right_so_far / n >= PRECISION:
            best = max(best, right_so_far / max(present, 1))
    return {
        "top 1": round(sum(hit for _, hit in hits) / max(present, 1), 4),
        f"recall at precision {PRECISION:.2f}": round(best, 4),
        "Brier score": round(sum((p - hit) ** 2 for p, hit in hits) / max(len(hits), 1), 4),
    }


def _answers(questions: Sequence[Question], weights: NearestWeights) -> list[tuple[Guess, str | None]]:
    return [(best_guess(q.candidates, weights), q.right) for q in questions]


def _fit(questions: Sequence[Question]) -> NearestWeights:
    choices = [
        Choice(
            np.array([[getattr(c, name) for name in FEATURES] for c in q.candidates], np.float64),
            np.array([c.slug == q.right for c in q.candidates], np.bool_),
        )
        for q in questions
        if q.candidates
    ]
    raw = fit_choices(choices, CHOICE_PENALTY)
    if not len(raw) or raw.sum() <= 0:
        raise InputError("no term is linked to a skill of the catalog that is near it; nothing can be fitted")
    scaled = TOTAL_WEIGHT * raw / raw.sum()
    weights = dict(zip(FEATURES, scaled.tolist(), strict=True))
    draft = NearestWeights(**weights, lead=0.0, slope=1.0, intercept=0.0)
    rows, right = [], []
    for choice, question in zip(choices, (q for q in questions if q.candidates), strict=True):
        scores = np.sort(choice.features @ scaled)[::-1]
        rows.append((scores[0], scores[0] - scores[1] if len(scores) > 1 else 0.0))
        right.append(best_guess(question.candidates, draft).slug == question.right)
    try:
        model = fit_logistic(np.array(rows), np.array(right, np.bool_), PENALTY)
    except ValueError:
        raise InputError("every best candidate is right, or none is; no probability can be fitted") from None
    slope = float(model.weights[0])
    if slope <= 0:
        raise InputError("nearer candidates are not right more often; no probability can be fitted")
    return NearestWeights(
        **{name: round(weight, 4) for name, weight in weights.items()},
        lead=round(float(model.weights[1]) / slope, 4),
        slope=round(slope, 4),
        intercept=round(model.bias, 4),
    )
