"""The title signal: the titles of the catalog that a text's title equals, and how near it is to each role's titles."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import TitleHit, TitleMatrix, compared_forms, fold_title, plain_title, title_forms
from pipeline.learned.fitted import title_weights
from pipeline.text import JDText
from pipeline.vectors import Vectors

NEAREST_FEW, NEAREST_SOME = 3, 8
"""Titles of a role whose mean nearness counts beside that of its nearest one."""
MIN_LIKELIHOOD, MAX_LIKELIHOOD = -6.0, 6.0
"""Mean log likelihood (nats) of a title's grams in a role's titles that counts 0, and 1."""
MANY_TITLES = 3000
"""Titles of a role whose number counts 1."""
EQUAL_SCORE, EQUAL_PART_SCORE = 1.0, 0.97
"""The least score of a role whose title equals one of the first forms of a title, or a later one (a part of it)."""
WHOLE_FORMS = 4
"""How many of the forms of a title are of the whole title."""
MAX_ITEMS = 400
"""Sentences of a text whose beginnings are compared with titles."""
MAX_LEAD = 60
"""Characters in which the title of an item ends."""
_LEAD_END = re.compile(r"\s[-–—|]\s|[:(,;|]")
_PAIR = re.compile(r"(?<![\w/])([\w+#.]{1,20})\s?/\s?([\w+#.]{1,20})(?![\w/])")
MAX_PHRASE_WORDS = 5
"""Words of the longest title of the catalog that is looked for inside another."""


def title_hits(title: str | None, role_aliases: Sequence[str], indexes: Indexes) -> tuple[TitleHit, ...]:
    """Return the catalog titles that equal a text's title, else those that equal its other titles, else the longest inside it."""
    return equal_titles(title, role_aliases, indexes) or (_title_inside(title, indexes) if title else ())


def equal_titles(title: str | None, role_aliases: Sequence[str], indexes: Indexes) -> tuple[TitleHit, ...]:
    """Return the catalog titles that equal a text's title, else those that equal its other titles."""
    hits = (indexes.find_titles(title) or _alternatives(title, indexes)) if title else ()
    return hits or next((h for alias in role_aliases if (h := indexes.titles.get(fold_title(alias), ()))), ())


def _alternatives(title: str, indexes: Indexes) -> tuple[TitleHit, ...]:
    """The hits of a title that is written as two ("SAP SD/MM Consultant"), where both name one role."""
    pair = _PAIR.search(title)
    if pair is None:
        return ()
    first, second = (indexes.find_titles(title[: pair.start()] + word + title[pair.end() :]) for word in pair.groups())
    return first if first and {h.role.slug for h in first} == {h.role.slug for h in second} else ()


def _title_inside(title: str, indexes: Indexes) -> tuple[TitleHit, ...]:
    """The hits of the longest catalog title inside a longer one ("Oracle Database Administrator, night shift")."""
    words = re.sub(r"\s+", " ", fold_title(title)).split()
    for size in range(min(len(words), MAX_PHRASE_WORDS), 1, -1):
        for start in range(len(words) - size + 1):
            hits = indexes.titles.get(" ".join(words[start : start + size]))
            if hits:
                return hits
    return ()


def says_more(title: str, role_aliases: Sequence[str], hits: Sequence[TitleHit], indexes: Indexes) -> bool:
    """Return whether a title has words of other titles of the catalog beside the one that was found in it.

    "Data Systems Developer" means other work than a systems developer, "eClinicalWorks System Administrator" the same.
    """
    if not hits or equal_titles(title, role_aliases, indexes):
        return False
    rest = set(plain_title(title).split()) - {word for hit in hits for word in fold_title(hit.alias_text).split()}
    return any(word in known.split() for known in indexes.titles for word in rest)


def roles_of_items(jd: JDText, indexes: Indexes) -> tuple[str, ...]:
    """Return the roles whose titles begin items of a text, as in an advertisement for several positions."""
    named: dict[str, None] = {}
    for title in titles_of_items(jd):
        hits = indexes.titles.get(title, ())
        if len(hits) == 1 and not hits[0].is_generic:
            named[hits[0].role.slug] = None
    return tuple(named)


def titles_of_items(jd: JDText) -> list[str]:
    """Return the beginnings of the items of a text that may be titles, folded, in their order."""
    leads = (_LEAD_END.split(s.text[:MAX_LEAD], maxsplit=1)[0] for s in jd.sentences[:MAX_ITEMS])
    return [fold_title(lead) for lead in leads if lead[:1].isupper()]


def title_scores(title: str, vector: Vectors, indexes: Indexes) -> dict[str, float]:
    """Return how near a title is to each role's titles, in 0..1, by the role's slug.

    ``vector`` is the (width,) unit vector of ``titles.title_vectors``. A role's score is the weighted sum of its
    ``title_features``; a role that owns a form of the title scores at least ``EQUAL_PART_SCORE``.
    """
    forms = title_forms(title)
    if not forms or not indexes.title_matrix.roles:
        return {}
    weights = title_weights()
    sums = title_features(title, vector, indexes.title_matrix) @ np.array(weights.of_features, np.float32)
    scores = dict(zip(indexes.title_matrix.roles, np.clip(sums + weights.offset, 0.0, 1.0).tolist(), strict=True))
    for i, form in enumerate(forms):
        least = EQUAL_SCORE if i < WHOLE_FORMS else EQUAL_PART_SCORE
        for hit in indexes.titles.get(form, ()):
            if not hit.is_generic:
                scores[hit.role.slug] = max(scores.get(hit.role.slug, 0.0), least)
    return scores


def title_features(title: str, vector: Vectors, matrix: TitleMatrix) -> Vectors:
    """Return what speaks for each role by a title, (n_roles, 8) float32, each about 0..1, in the order of ``TitleWeights``.

    They are the nearness by meaning of the role's nearest title, of its nearest few and some, and of the middle of all its
    titles; the likeness by grams of its nearest title and its nearest few; how likely the title's grams are in the role's
    titles; and how many titles it has.
    """
    placed = matrix.nearness.titles(vector[None])[0]
    forms = compared_forms(title)
    likeness = np.mean([matrix.grams.similarity(form) for form in forms], axis=0)
    likelihood = np.mean([matrix.grams.log_likelihood(form) for form in forms], axis=0)
    span = MAX_LIKELIHOOD - MIN_LIKELIHOOD
    cosine = np.asarray(matrix.vectors @ placed, np.float32).clip(0.0)
    nearest = _nearest_titles(cosine, matrix, NEAREST_SOME)
    alike = _nearest_titles(np.asarray(likeness, np.float32), matrix, NEAREST_FEW)
    columns = (
        nearest[:, 0],
        _mean_of(nearest, NEAREST_FEW),
        _mean_of(nearest, NEAREST_SOME),
        np.clip(matrix.middles @ placed, 0.0, None),
        alike[:, 0],
        _mean_of(alike, NEAREST_FEW),
        np.clip((likelihood - MIN_LIKELIHOOD) / span, 0.0, 1.0),
        np.minimum(np.log(matrix.counts) / np.log(MANY_TITLES), 1.0),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def title_shares(title: str, vector: Vectors, matrix: TitleMatrix, place: int) -> Vectors:
    """Return how much each title of the role at a place adds to what the nearness of single titles speaks for it, (n_titles of the role,).

    They are summands of the weighted ``title_features``; what all titles of a role are near to together is in none of them.
    """
    own = slice(int(matrix.starts[place]), int(matrix.starts[place] + matrix.counts[place]))
    forms, weights = compared_forms(title), title_weights()
    cosine = (matrix.vectors[own] @ matrix.nearness.titles(vector[None])[0]).clip(0.0)
    likeness = np.mean([matrix.grams.similarity(form)[own] for form in forms], axis=0)
    shares = np.zeros(len(cosine), np.float32)
    for similarity, weight, limit in (
        (cosine, weights.nearest, 1),
        (cosine, weights.few, NEAREST_FEW),
        (cosine, weights.some, NEAREST_SOME),
        (likeness, weights.alike, 1),
        (likeness, weights.few_alike, NEAREST_FEW),
    ):
        nearest = np.argsort(-similarity, kind="stable")[:limit]
        shares[nearest] += max(weight, 0.0) * similarity[nearest] / len(nearest)
    return shares


def _nearest_titles(similarity: Vectors, matrix: TitleMatrix, limit: int) -> Vectors:
    """The similarities of each role's nearest titles, (n_roles, limit), falling; nan where a role has fewer titles."""
    # Similarities are below 2, so that one sort keeps the titles of a role together.
    keys = np.sort(4.0 * matrix.owner - similarity)
    ranks = np.arange(limit)[None, :]
    places = np.minimum(matrix.starts[:, None] + ranks, len(keys) - 1)
    ranked = 4.0 * np.arange(len(matrix.roles))[:, None] - keys[places]
    return np.asarray(np.where(ranks < matrix.counts[:, None], ranked, np.nan), np.float32)


def _mean_of(ranked: Vectors, limit: int) -> Vectors:
    return np.asarray(np.nanmean(ranked[:, :limit], axis=1), np.float32)
