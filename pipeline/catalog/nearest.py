"""The catalog skill that a term means, when no alias settles it: the nearest by letters, by meaning, and by its sentence.

The candidates are the skills with the nearest forms by letters and those with the nearest names by meaning; each is
scored as a weighted sum, and the probability that the best is right is a logistic of its score and its lead. The
weights and the logistic were set on spans of real postings that people had linked to ESCO (SkillSpan, tech part).
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

SHORTLIST = 25
"""How many candidates letters and meaning name each."""
LETTERS, FORM, NAME, SENTENCE = 0.2, 0.5, 0.3, 0.2
"""Weights: likeness of letters, cosine with the nearest form, with the skill's name, and of the sentence with the name."""
LEAD = 0.5
"""What the distance to the next skill counts."""
SLOPE, INTERCEPT = 8.7, -8.2


@dataclass(frozen=True)
class Guess:
    """The best guess for a term: a skill's slug (null only when the catalog has none) and the probability that it is right."""

    slug: str | None
    probability: float


class NearestSkills:
    """Guesses for terms against one catalog; its names are encoded once."""

    def __init__(self, indexes: Indexes) -> None:
        self._encoder = indexes.encoder
        self._slugs = tuple(sorted((s.slug for s in indexes.catalog.skills), key=slug_order))
        place = {slug: i for i, slug in enumerate(self._slugs)}
        self._names = [fold_key(indexes.catalog.skill[slug].display_name) for slug in self._slugs]
        known = sorted((key, owner.skill_slug) for key, owners in indexes.aliases.forms().items() for owner in owners)
        self._forms = [key for key, _ in known]
        self._owners = [place[slug] for _, slug in known]
        self._vectors = indexes.encoder.encode([indexes.catalog.skill[slug].display_name for slug in self._slugs])

    def guess(self, terms: Sequence[tuple[str, str]]) -> list[Guess]:
        """The best guess for each pair of a term and the sentence in which it stands."""
        if not self._slugs:
            return [Guess(None, 0.0)] * len(terms)
        keys = [fold_key(term.strip(" .*")) for term, _ in terms]
        meant = self._encoder.encode([term.strip(" .*") or "-" for term, _ in terms])
        around = self._encoder.encode([sentence or term or "-" for term, sentence in terms])
        shortlists = [self._shortlist(key, vector @ self._vectors.T) for key, vector in zip(keys, meant, strict=True)]
        wanted = sorted({form for shortlist in shortlists for _, form in shortlist.values()})
        row = {form: i for i, form in enumerate(wanted)}
        forms = self._encoder.encode(wanted)
        guesses = []
        for shortlist, term, sentence in zip(shortlists, meant, around, strict=True):
            scored = sorted(
                (
                    -(
                        LETTERS * letters
                        + FORM * float(forms[row[form]] @ term)
                        + NAME * float(self._vectors[i] @ term)
                        + SENTENCE * float(self._vectors[i] @ sentence)
                    ),
                    slug_order(self._slugs[i]),
                    i,
                )
                for i, (letters, form) in shortlist.items()
            )
            best = -scored[0][0]
            lead = best + scored[1][0] if len(scored) > 1 else 0.0
            guesses.append(Guess(self._slugs[scored[0][2]], 1.0 / (1.0 + exp(-(SLOPE * (best + LEAD * lead) + INTERCEPT)))))
        return guesses

    def _shortlist(self, key: str, cosine: np.ndarray) -> dict[int, tuple[float, str]]:
        """Candidates by place, each with its nearest form and how like the letters are, 0..1."""
        found: dict[int, tuple[float, str]] = {}
        for form, score, place in process.extract(key, self._forms, scorer=fuzz.token_sort_ratio, limit=SHORTLIST):
            found.setdefault(self._owners[place], (score / 100, form))
        for i in np.argsort(-cosine, kind="stable")[:SHORTLIST]:
            name = self._names[int(i)]
            found.setdefault(int(i), (fuzz.token_sort_ratio(key, name) / 100, name))
        return found
