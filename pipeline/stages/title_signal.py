"""The title signal: the titles of the catalog that a text's title equals, and how near it is to each role's titles."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import TitleHit, TitleMatrix, bare_title, fold_title, title_forms
from pipeline.text import JDText
from pipeline.vectors import Vectors

COSINE_WEIGHT, ORDERED_WEIGHT, SET_WEIGHT = 0.5, 0.3, 0.2
"""Weights of the cosine of two titles, of their tokens in order, and of their tokens as a set."""
NEAREST_TITLES = 3
NEAREST_WEIGHT, FEW_WEIGHT, MIDDLE_WEIGHT = 1.0, 1.0, 0.4
"""Weights of a role's nearest title, of the mean of its nearest few, and of the middle of all its titles."""
EQUAL_SCORE, EQUAL_PART_SCORE = 1.0, 0.97
"""The least score of a role whose title equals one of the first forms of a title, or a later one (a part of it)."""
WHOLE_FORMS = 4
"""How many of the forms of a title are of the whole title."""
MAX_ITEMS = 400
"""Sentences of a text whose beginnings are compared with titles."""
MAX_LEAD = 60
"""Characters in which the title of an item ends."""
_LEAD_END = re.compile(r"\s[-–—|]\s|[:(,;|]")
MAX_PHRASE_WORDS = 5
"""Words of the longest title of the catalog that is looked for inside another."""


def title_hits(title: str | None, role_aliases: Sequence[str], indexes: Indexes) -> tuple[TitleHit, ...]:
    """Return the catalog titles that equal a text's title, else those that equal its other titles, else the longest inside it."""
    return equal_titles(title, role_aliases, indexes) or (_title_inside(title, indexes) if title else ())


def equal_titles(title: str | None, role_aliases: Sequence[str], indexes: Indexes) -> tuple[TitleHit, ...]:
    """Return the catalog titles that equal a text's title, else those that equal its other titles."""
    hits = indexes.find_titles(title) if title else ()
    return hits or next((h for alias in role_aliases if (h := indexes.titles.get(fold_title(alias), ()))), ())


def _title_inside(title: str, indexes: Indexes) -> tuple[TitleHit, ...]:
    """The hits of the longest catalog title inside a longer one ("Oracle Database Administrator, night shift")."""
    words = re.sub(r"\s+", " ", fold_title(title)).split()
    for size in range(min(len(words), MAX_PHRASE_WORDS), 1, -1):
        for start in range(len(words) - size + 1):
            hits = indexes.titles.get(" ".join(words[start : start + size]))
            if hits:
                return hits
    return ()


def roles_of_items(jd: JDText, indexes: Indexes) -> tuple[str, ...]:
    """Return the roles whose titles begin items of a text, as in an advertisement for several positions."""
    named: dict[str, None] = {}
    for sentence in jd.sentences[:MAX_ITEMS]:
        lead = _LEAD_END.split(sentence.text[:MAX_LEAD], maxsplit=1)[0]
        hits = indexes.titles.get(fold_title(lead), ()) if lead[:1].isupper() else ()
        if len(hits) == 1 and not hits[0].is_generic:
            named[hits[0].role.slug] = None
    return tuple(named)


def title_scores(title: str, vector: Vectors, indexes: Indexes) -> dict[str, float]:
    """Return how near a title is to each role's titles, in 0..1, by the role's slug.

    ``vector`` is the (width,) unit vector of ``bare_title(title)``. Two titles are compared by cosine, by their tokens in
    order and by their tokens as a set. A role's score is the weighted mean of its nearest title, its nearest few, and the
    middle of all its titles; a role that owns a form of the title scores at least ``EQUAL_PART_SCORE``.
    """
    matrix = indexes.title_matrix
    forms = title_forms(title)
    if not forms or not matrix.roles:
        return {}
    nearest, few = _nearest_titles(_similarity(bare_title(title), vector, matrix), matrix)
    middle = np.clip(matrix.middles @ vector, 0.0, None)
    total_weight = NEAREST_WEIGHT + FEW_WEIGHT + MIDDLE_WEIGHT
    means = (NEAREST_WEIGHT * nearest + FEW_WEIGHT * few + MIDDLE_WEIGHT * middle) / total_weight
    scores = dict(zip(matrix.roles, means.tolist(), strict=True))
    for i, form in enumerate(forms):
        least = EQUAL_SCORE if i < WHOLE_FORMS else EQUAL_PART_SCORE
        for hit in indexes.titles.get(form, ()):
            if not hit.is_generic:
                scores[hit.role.slug] = max(scores.get(hit.role.slug, 0.0), least)
    return scores


def _similarity(bare: str, vector: Vectors, matrix: TitleMatrix) -> np.ndarray:
    """Similarity of a title to each title of the matrix, (n_titles,) in 0..1."""
    cosine = np.clip(matrix.vectors @ vector, 0.0, None)
    ordered = process.cdist([bare], matrix.folded, scorer=fuzz.token_sort_ratio)[0] / 100
    as_set = process.cdist([bare], matrix.folded, scorer=fuzz.token_set_ratio)[0] / 100
    return np.asarray(COSINE_WEIGHT * cosine + ORDERED_WEIGHT * ordered + SET_WEIGHT * as_set)


def _nearest_titles(similarity: np.ndarray, matrix: TitleMatrix) -> tuple[np.ndarray, np.ndarray]:
    """Similarity of each role's nearest title, and the mean of its nearest ``NEAREST_TITLES``, (n_roles,) each."""
    n_titles = len(similarity)
    owner = np.searchsorted(matrix.starts, np.arange(n_titles), side="right") - 1
    order = np.lexsort((-similarity, owner))
    # One column for each rank, (n_roles, NEAREST_TITLES); zero where a role has fewer titles.
    counts = np.diff([*matrix.starts, n_titles])
    ranks = np.arange(NEAREST_TITLES)[None, :]
    exists = ranks < counts[:, None]
    ranked = np.where(exists, similarity[order][np.minimum(matrix.starts[:, None] + ranks, n_titles - 1)], 0.0)
    return ranked[:, 0], ranked.sum(axis=1) / exists.sum(axis=1)
