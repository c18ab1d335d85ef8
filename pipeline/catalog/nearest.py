"""The catalog skill that a term means where no alias equals it: the nearest by letters, by meaning and by its sentence.

The candidates are the skills with the nearest forms by letters and those with the nearest names by meaning; each is
scored as a weighted sum, and the probability that the best is right is a logistic of its score and its lead. The
numbers are those of ``NearestWeights``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import slug_order
from pipeline.learned.fitted import NearestWeights, nearest_weights

MAX_CANDIDATES = 25
"""Candidates of a term by letters, and as many by meaning."""


@dataclass(frozen=True)
class Candidate:
    """A skill that a term may mean, and how near it is."""

    slug: str
    letters: float
    """Likeness of the term's letters and the skill's nearest form, 0..1."""
    form: float
    """Cosine of the term with that form."""
    name: float
    """Cosine of the term with the skill's name."""
    sentence: float
    """Cosine of the term's sentence with the skill's name."""


@dataclass(frozen=True)
class Guess:
    """The best guess for a term: a skill's slug (null only when the catalog has none) and the probability that it is right."""

    slug: str | None
    probability: float


def best_guess(candidates: Sequence[Candidate], weights: NearestWeights) -> Guess:
    """Return the candidate of the highest score, ties by slug, and the probability that it is right."""
    if not candidates:
        return Guess(None, 0.0)
    scored = sorted(
        (
            -(
                weights.letters * c.letters
                + weights.form * c.form
                + weights.name * c.name
                + weights.sentence * c.sentence
            ),
            slug_order(c.slug),
            c.slug,
        )
        for c in candidates
    )
    best = -scored[0][0]
    lead = best + scored[1][0] if len(scored) > 1 else 0.0
    log_odds = weights.slope * (best + weights.lead * lead) + weights.intercept
    return Guess(scored[0][2], 1.0 / (1.0 + exp(-log_odds)))


class NearestSkills:
    """Guesses for terms against one catalog; its names are encoded once."""

    def __init__(self, indexes: Indexes) -> None:
        self._encoder = indexes.encoder
        self._slugs = tuple(sorted((s.slug for s in indexes.catalog.skills), key=slug_order))
        place = {slug: i for i, slug in enumerate(self._slugs)}
        self._names = [fold_key(indexes.catalog.skill[slug].display_name) for slug in self._slugs]
        forms = sorted((key, owner.skill_slug) for key, owners in indexes.aliases.forms().items() for owner in owners)
        self._forms = [key for key, _ in forms]
        self._owners = [place[slug] for _, slug in forms]
        self._vectors = indexes.encoder.encode([indexes.catalog.skill[slug].display_name for slug in self._slugs])

    def guess(self, terms: Sequence[tuple[str, str]]) -> list[Guess]:
        """Return the best guess for each pair of a term and its sentence."""
        weights = nearest_weights()
        return [best_guess(candidates, weights) for candidates in self.candidates(terms)]

    def candidates(self, terms: Sequence[tuple[str, str]]) -> list[list[Candidate]]:
        """Return the candidates for each pair of a term and its sentence; none only where the catalog has no skills."""
        if not self._slugs:
            return [[] for _ in terms]
        keys = [fold_key(term.strip(" .*")) for term, _ in terms]
        term_vectors = self._encoder.encode([term.strip(" .*") or "-" for term, _ in terms])
        sentence_vectors = self._encoder.encode([sentence or term or "-" for term, sentence in terms])
        shortlists = [
            self._shortlist(key, vector @ self._vectors.T) for key, vector in zip(keys, term_vectors, strict=True)
        ]
        wanted = sorted({form for shortlist in shortlists for _, form in shortlist.values()})
        row = {form: i for i, form in enumerate(wanted)}
        forms = self._encoder.encode(wanted)
        return [
            [
                Candidate(
                    self._slugs[i],
                    letters,
                    float(forms[row[form]] @ term),
                    float(self._vectors[i] @ term),
                    float(self._vectors[i] @ sentence),
                )
                for i, (letters, form) in shortlist.items()
            ]
            for shortlist, term, sentence in zip(shortlists, term_vectors, sentence_vectors, strict=True)
        ]

    def _shortlist(self, key: str, cosine: np.ndarray) -> dict[int, tuple[float, str]]:
        """Candidates by place, each with how like the letters of its nearest form are, 0..1, and that form."""
        found: dict[int, tuple[float, str]] = {}
        for form, score, place in process.extract(key, self._forms, scorer=fuzz.token_sort_ratio, limit=MAX_CANDIDATES):
            found.setdefault(self._owners[place], (score / 100, form))
        for i in np.argsort(-cosine, kind="stable")[:MAX_CANDIDATES]:
            name = self._names[int(i)]
            found.setdefault(int(i), (fuzz.token_sort_ratio(key, name) / 100, name))
        return found
