"""``fit terms``: whether a term that the catalog lacks is a skill, on job descriptions with gold skills and on judged terms.

A term is right where one of its mentions overlaps an occurrence of a gold surface, or where it was accepted by hand; of texts
without gold skills the judged terms alone count. The threshold is the least one at which, with each job description held out
beside those that end alike, the share of right terms that is wanted is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.errors import InputError
from pipeline.evaluation import occurrences
from pipeline.learned.fit.judged_terms import JudgedText
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic, folds, log_loss, sigmoid
from pipeline.learned.fitted import Figures, TermWeights
from pipeline.learned.sign_weights import TermSigns
from pipeline.stages.encoding import EncodedJD, encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.stages.skills import candidate_terms, mentioned_skills
from pipeline.stages.skills.term_signs import signs
from pipeline.text import JDText, Span, check_text

SIGNS = tuple(TermSigns.model_fields)
PENALTY = 20.0
"""Weight of the penalty on the weights: the terms are few and the signs many."""
THRESHOLDS = tuple(round(0.2 + 0.02 * n, 2) for n in range(31))
"""Probabilities that are tried as threshold."""
WANTED_SHARE = 0.75
"""Share of right terms among those proposed."""
GROUP_WORDS = 8
"""Closing words by which texts of one employer or board are held out together."""


@dataclass(frozen=True)
class TermRow:
    """A candidate: the job description it is of, its signs (len(SIGNS),), and whether it is right."""

    jd: str
    group: str
    """Candidates of one group are held out together."""
    name: str
    signs: Floats
    is_right: bool
    unknown: frozenset[str]
    """The gold skills that it covers and no catalog skill does."""


@dataclass(frozen=True)
class TermRows:
    """The candidates of job descriptions, and how many gold skills of these no catalog skill covers."""

    rows: tuple[TermRow, ...]
    n_unknown: int


def observe_terms(jds: Sequence[Mapping[str, Any]], indexes: Indexes, judged: Sequence[JudgedText] = ()) -> TermRows:
    """Return the candidates of job descriptions with gold skills, those of no role left out, and the judged ones of other texts."""
    rows: list[TermRow] = []
    n_unknown = 0
    by_text = {each.text: each for each in judged}
    for jd in jds:
        by_hand = by_text.pop(jd["text"], None)
        if jd["role"] != "NONE":
            of_jd, unknown = _observe(jd, by_hand.judged if by_hand else {}, indexes)
            rows += of_jd
            n_unknown += unknown
    for each in by_text.values():
        rows += _observe_judged(each, indexes)
    return TermRows(tuple(rows), n_unknown)


def _observe(jd: Mapping[str, Any], judged: Mapping[Span, bool], indexes: Indexes) -> tuple[list[TermRow], int]:
    text = JDText(check_text(jd["text"]))
    (encoded,) = encode_jds([(text, parse_jd(text, jd["title"]))], indexes.encoder)
    gold = [
        (s["name"], place)
        for s in jd["skills"]
        for surface in s["surface"]
        for place in occurrences(jd["text"], surface)
    ]
    known = [(m.raw_start, m.raw_end) for s in mentioned_skills(encoded, indexes)[0] for m in s.mentions]
    unknown = {name for name, _ in gold} - _covered(gold, known)
    rows = []
    for term in _terms(encoded, indexes):
        covered = _covered(gold, term.places)
        is_right = term.judged_by(judged)
        of_unknown = frozenset(covered & unknown)
        is_right = bool(covered) if is_right is None else is_right
        rows.append(TermRow(str(jd["id"]), _group(jd["text"]), term.name, term.signs, is_right, of_unknown))
    return rows, len(unknown)


def _observe_judged(each: JudgedText, indexes: Indexes) -> Iterator[TermRow]:
    text = JDText(check_text(each.text))
    (encoded,) = encode_jds([(text, parse_jd(text, each.title))], indexes.encoder)
    group = _group(each.text)
    for term in _terms(encoded, indexes):
        is_right = term.judged_by(each.judged)
        if is_right is not None:
            yield TermRow(group, group, term.name, term.signs, is_right, frozenset())


@dataclass(frozen=True)
class _Term:
    name: str
    places: tuple[Span, ...]
    """Where the raw text has it."""
    signs: Floats

    def judged_by(self, judged: Mapping[Span, bool]) -> bool | None:
        """The judgement of its first place that has one."""
        return next((judged[place] for place in self.places if place in judged), None)


def _terms(encoded: EncodedJD, indexes: Indexes) -> Iterator[_Term]:
    for candidate, near in candidate_terms(encoded, indexes):
        values = signs(encoded, candidate, near)
        places = tuple(encoded.text.raw_span(*span) for span in candidate.spans)
        yield _Term(candidate.name, places, np.array([values[name] for name in SIGNS], np.float64))


def _group(text: str) -> str:
    return " ".join(text.split()[-GROUP_WORDS:]).lower()


def _covered(gold: Sequence[tuple[str, Span]], spans: Sequence[Span]) -> set[str]:
    """The names of the gold skills of which a span overlaps an occurrence."""
    return {name for name, (a, b) in gold if any(x < b and a < y for x, y in spans)}


def fit_terms(observed: TermRows) -> tuple[TermWeights, Figures]:
    """Return the numbers of ``stages.skills.term_signs`` and their figures, cross-validated by job description."""
    rows = observed.rows
    x = np.array([row.signs for row in rows], np.float64).reshape(len(rows), len(SIGNS))
    y = np.array([row.is_right for row in rows], np.bool_)
    model = _fit(x, y)
    crossed = np.zeros(len(rows))
    for fitted_on, left_out in folds([row.group for row in rows]):
        crossed[left_out] = sigmoid(_fit(x[fitted_on], y[fitted_on]).log_odds(x[left_out]))
    threshold = next(
        (t for t in THRESHOLDS if term_figures(observed, crossed, t)["right"] >= WANTED_SHARE), THRESHOLDS[-1]
    )
    numbers = TermWeights(
        bias=round(model.bias, 4),
        weights=TermSigns(**{name: round(float(w), 4) for name, w in zip(SIGNS, model.weights, strict=True)}),
        min_probability=threshold,
    )
    figures: Figures = {
        "job descriptions": len({row.jd for row in rows}),
        "candidates": len(rows),
        "gold skills that no catalog skill covers": observed.n_unknown,
    }
    for label, p in (("", sigmoid(model.log_odds(x))), ("cross-validated: ", crossed)):
        at_threshold = term_figures(observed, p, threshold)
        figures |= {f"{label}{key}": round(value, 4) for key, value in at_threshold.items()}
        figures[f"{label}log loss"] = round(log_loss(p, y), 4)
    return numbers, figures


def term_figures(observed: TermRows, probabilities: Floats, threshold: float) -> dict[str, float]:
    """Return how many terms are proposed at a threshold, the share of them that is right, and that of the unknown skills found."""
    kept = [row for row, p in zip(observed.rows, probabilities, strict=True) if p >= threshold]
    found = {(row.jd, name) for row in kept for name in row.unknown}
    return {
        "proposed": float(len(kept)),
        "right": sum(row.is_right for row in kept) / len(kept) if kept else 0.0,
        "unknown found": len(found) / observed.n_unknown if observed.n_unknown else 0.0,
    }


def _fit(x: Floats, y: np.ndarray) -> Logistic:
    try:
        return fit_logistic(x, y, PENALTY)
    except ValueError:
        raise InputError("the candidates are all right, or all wrong; nothing can be fitted") from None
