"""The catalog skill that a term means where no alias equals it: the nearest by letters, by meaning and by its sentence.

The candidates are the skills with the likest forms by grams and those with the nearest names by meaning; each is
scored as a weighted sum, and the probability that the best is right is a logistic of its score and its lead. The
numbers are those of ``NearestWeights``; meanings are compared by ``learned.nearness``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from rapidfuzz import fuzz

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.grams import GramIndex, WordWeights
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import slug_order
from pipeline.learned.fitted import NearestWeights, nearest_weights

MAX_CANDIDATES = 25
"""Candidates of a term by meaning."""
MAX_FORMS, FORMS_OF_A_SKILL = 60, 2
"""Likest forms whose skills are candidates, and how many of those of one skill are compared beside its name."""


@dataclass(frozen=True)
class Candidate:
    """A skill that a term may mean, and how near it is."""

    slug: str
    letters: float
    """Likeness of the term's letters and those of the skill's likest form, 0..1."""
    form: float
    """Nearness of the term to the nearest of the skill's likest forms."""
    name: float
    """Nearness of the term to the skill's name."""
    sentence: float
    """Cosine of the term's sentence with the skill's name."""
    coverage: float
    """Weighted share of the words of term and form, whichever has less, that the other has too, 0..1."""


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
                + weights.coverage * c.coverage
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
        self._encoder, self._nearness = indexes.encoder, indexes.nearness
        self._slugs = tuple(sorted((s.slug for s in indexes.catalog.skills), key=slug_order))
        place = {slug: i for i, slug in enumerate(self._slugs)}
        self._names = [fold_key(indexes.catalog.skill[slug].display_name) for slug in self._slugs]
        forms = sorted((key, owner.skill_slug) for key, owners in indexes.aliases.forms().items() for owner in owners)
        self._forms = [key for key, _ in forms]
        self._owners = [place[slug] for _, slug in forms]
        self._grams = GramIndex(self._forms)
        self._words = WordWeights(self._forms)
        self._vectors = indexes.encoder.encode([indexes.catalog.skill[slug].display_name for slug in self._slugs])
        self._placed = self._nearness.terms(self._vectors)

    def guess(self, terms: Sequence[tuple[str, str]]) -> list[Guess]:
        """Return the best guess for each pair of a term and its sentence."""
        weights = nearest_weights()
        return [best_guess(candidates, weights) for candidates in self.candidates(terms)]

    def candidates(self, terms: Sequence[tuple[str, str]]) -> list[list[Candidate]]:
        """Return the candidates for each pair of a term and its sentence; none only where the catalog has no skills."""
        if not self._slugs:
            return [[] for _ in terms]
        keys = [fold_key(term.strip(" .*")) for term, _ in terms]
        term_vectors = self._nearness.terms(self._encoder.encode([term.strip(" .*") or "-" for term, _ in terms]))
        sentence_vectors = self._encoder.encode([sentence or term or "-" for term, sentence in terms])
        shortlists = [
            self._shortlist(key, self._placed @ vector) for key, vector in zip(keys, term_vectors, strict=True)
        ]
        wanted = sorted({form for shortlist in shortlists for forms in shortlist.values() for form in forms})
        vectors = dict(zip(wanted, self._nearness.terms(self._encoder.encode(wanted)), strict=True))
        return [
            [
                Candidate(
                    self._slugs[i],
                    max(fuzz.token_sort_ratio(key, form) for form in forms) / 100,
                    max(float(vectors[form] @ term) for form in forms),
                    float(self._placed[i] @ term),
                    float(self._vectors[i] @ sentence),
                    max(self._words.coverage(key, form) for form in forms),
                )
                for i, forms in shortlist.items()
            ]
            for key, shortlist, term, sentence in zip(keys, shortlists, term_vectors, sentence_vectors, strict=True)
        ]

    def _shortlist(self, key: str, cosine: np.ndarray) -> dict[int, list[str]]:
        """The places of the candidates, each with those of its forms that are compared."""
        found: dict[int, list[str]] = {}
        for place in np.argsort(-self._grams.similarity(key), kind="stable")[:MAX_FORMS].tolist():
            forms = found.setdefault(self._owners[place], [])
            if len(forms) < FORMS_OF_A_SKILL:
                forms.append(self._forms[place])
        for i in np.argsort(-cosine, kind="stable")[:MAX_CANDIDATES].tolist():
            found.setdefault(i, [])
        return {i: list(dict.fromkeys([*forms, self._names[i]])) for i, forms in found.items()}
