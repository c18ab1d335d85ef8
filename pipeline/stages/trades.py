"""How far the words of a text are from other trades: its duties, the technologies that it names, a title that says little.

A direction in the encoder's space parts duties of computing from those of other trades; how often occupations of both use a
technology says whose it is: programmers and clerks alike have spreadsheets. The direction means nothing in the space of another
encoder. The numbers are made by ``python -m pipeline fit trades``.
"""

from __future__ import annotations

import numpy as np

from pipeline.catalog.titles import plain_title
from pipeline.learned.fitted import trade_numbers
from pipeline.vectors import CARRIED_MODEL, Vectors

PRIOR_SENTENCES = 2
"""Sentences without any leaning that a text is taken to have beside its own."""
UNKNOWN_TECHNOLOGY, MAX_TECHNOLOGY = 0.5, 1.5
"""The weight of a technology of which no occupation is known to use it, and the highest."""

_NUMBERS = trade_numbers()
_DUTIES = np.asarray(_NUMBERS.duties.weights, np.float32)
_GENERIC = frozenset(_NUMBERS.generic_words)


def duty_leaning(vectors: Vectors, model: str) -> float:
    """Return the mean log odds that sentences, (n, width) unit rows of an encoder, are of computing; 0 where nothing is known."""
    if not len(vectors) or model != CARRIED_MODEL:
        return 0.0
    return float((vectors @ _DUTIES + _NUMBERS.duties.bias).sum() / (len(vectors) + PRIOR_SENTENCES))


def technology_weight(slug: str | None) -> float:
    """Return how much a technology, by its skill's slug, speaks for computing, in 0..``MAX_TECHNOLOGY``."""
    known = _NUMBERS.technologies.get(slug or "")
    return UNKNOWN_TECHNOLOGY if known is None else min(max(known, 0.0), MAX_TECHNOLOGY)


def is_generic_title(title: str) -> bool:
    """Return whether a title says nothing but words that titles of many kinds of work share ("Senior Software Engineer")."""
    return all(word in _GENERIC for word in plain_title(title).split())
