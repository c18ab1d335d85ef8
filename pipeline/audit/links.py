"""The probability that a link of a skill and a dimension is wrong.

A link is scored by signs: how near the dimension's other members are to the skill in meaning, how near its rationale is,
the skill's category among its members, shared rare words, and the skill's other dimensions. The signs are weighed by a
logistic model, fitted on the shipped catalog with links redirected at random; how common faults are in a catalog is
estimated from the catalog itself (expectation maximisation), so that a clean one has few findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.audit.link_basis import N_NEAREST, LinkBasis, Membership, meaning_text, skill_text
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog, Skill
from pipeline.learned.fitted import LinkSigns, link_weights
from pipeline.vectors import Vectors, unit

FITTED = link_weights()
SIGNS = tuple(LinkSigns.model_fields)
MIN_SHARE = 0.004
"""The least share of wrong links that is assumed of a catalog."""
MAX_SHARE = 0.2
"""The greatest share of wrong rows that is assumed of a catalog."""
NO_OTHER_DIMENSION = (0.3, -0.2, -0.2)
"""The signs ``beside``, ``roles_beside`` and ``members_beside`` of a skill's only link."""


@dataclass(frozen=True)
class Links:
    """All links of a catalog with their signs.

    ``signs`` is (n_links, len(SIGNS)) float64, ``wrong`` (n_links,) float64 the probability that a link is wrong, ``fit``
    (n_skills, n_dimensions) float32 the mean cosine of a skill with the nearest members of a dimension. ``pairs`` holds
    indexes of ``skills`` and ``dimensions``.
    """

    pairs: tuple[tuple[int, int], ...]
    signs: np.ndarray
    wrong: np.ndarray
    fit: Vectors
    skills: tuple[Skill, ...]
    dimensions: tuple[str, ...]
    basis: LinkBasis | None = field(default=None, repr=False, compare=False)
    """What they were made of, from which those of a catalog with a few other links are made; null where that is not kept."""

    def column(self, sign: str) -> np.ndarray:
        """Return one sign of all links, (n_links,) float64."""
        return np.asarray(self.signs[:, SIGNS.index(sign)])

    @cached_property
    def members(self) -> Mapping[int, list[int]]:
        """The skills of each dimension, as indexes of ``skills`` by indexes of ``dimensions``."""
        members: dict[int, list[int]] = defaultdict(list)
        for i, j in self.pairs:
            members[j].append(i)
        return members


def score_links(indexes: Indexes, before: Links | None = None) -> Links:
    """Return every link with its signs and the probability that it is wrong.

    ``before`` are the links of another catalog; where its skills and dimensions are the same, only the dimensions whose members
    differ are compared anew, with the same result.
    """
    if not indexes.catalog.skill_dimensions:
        members = Membership.of_catalog(indexes.catalog)
        dimensions = tuple(d.slug for d in members.dimensions)
        return Links((), np.zeros((0, len(SIGNS))), np.zeros(0), members.matrix, members.skills, dimensions)
    basis = LinkBasis.of_catalog(indexes, before.basis if before else None)
    members = basis.members
    columns = {
        "nearest": basis.near.nearest[members.places],
        **_meaning_signs(basis),
        **_other_dimension_signs(indexes.catalog, members, basis.embeddings.rationales),
        **_category_signs(members),
        **_shared_word_signs(basis),
        "size": np.log1p(members.sizes)[members.places[1]],
    }
    signs = np.column_stack([columns[name] for name in SIGNS]).astype(np.float64)
    odds = np.exp(np.clip(signs @ np.array(list(FITTED.weights.model_dump().values())) + FITTED.bias, -30, 30))
    wrong = posterior(odds, FITTED.fitted_share, MIN_SHARE)
    dimensions = tuple(d.slug for d in members.dimensions)
    return Links(members.pairs, signs, wrong, basis.near.mean, members.skills, dimensions, basis)


def coherence(indexes: Indexes, slugs: Sequence[str]) -> Vectors:
    """Return for each of some skills the mean cosine with the nearest few of the others, (n_skills,) float32."""
    skills = [indexes.catalog.skill[s] for s in slugs]
    vectors = unit(
        indexes.encoder.encode([skill_text(s) for s in skills])
        + indexes.encoder.encode([meaning_text(s) for s in skills])
    )
    cosine = np.clip(vectors @ vectors.T, 0.0, None)
    np.fill_diagonal(cosine, 0.0)
    few = max(1, min(N_NEAREST, len(skills) - 1))
    return np.asarray(-np.sort(-cosine, axis=1)[:, :few].mean(axis=1), np.float32)


def posterior(
    odds: np.ndarray, fitted: float, min_share: float, among: int | None = None, rounds: int = 30
) -> np.ndarray:
    """Return the probability of each row to be wrong, with the share of wrong rows estimated from all of them.

    ``odds`` come from a model fitted where the share ``fitted`` was wrong; the estimated share is at least
    ``min_share``. Where ``odds`` are those of suspects alone, ``among`` is how many there are in all. The share is found by
    expectation maximisation (Saerens, Latinne and Decaestecker 2002).
    """
    ratio = odds * (1 - fitted) / fitted
    share = fitted
    for _ in range(rounds):
        wrong = share * ratio / (share * ratio + 1 - share)
        share = float(np.clip(wrong.sum() / max(among or len(odds), 1), min_share, MAX_SHARE))
    return np.asarray(share * ratio / (share * ratio + 1 - share))


# --- signs: each function returns columns of (n_links,) by the name of the sign --------------------------------------


def _meaning_signs(basis: LinkBasis) -> Mapping[str, np.ndarray]:
    """Cosine of a skill with the dimension's other members, its rationale and its name, and how much higher it is elsewhere."""
    embeddings, near, short = basis.embeddings, basis.near.mean, basis.short.mean
    at = basis.members.places
    rationale = (embeddings.short + embeddings.meaning) @ embeddings.rationales.T / 2
    near_rank, rationale_rank = _ranks(near, at), _ranks(rationale, at)
    return {
        "near": near[at],
        "near_gap": near.max(axis=1)[at[0]] - near[at],
        "near_rank": np.log1p(near_rank),
        "rationale": rationale[at],
        "either_rank": np.log1p(np.minimum(near_rank, rationale_rank)),
        "text": basis.meaning.nearest[at],
        "words": basis.short.nearest[at],
        "words_gap": short.max(axis=1)[at[0]] - short[at],
        "name": (embeddings.names @ embeddings.dimension_names.T)[at],
    }


def _other_dimension_signs(catalog: Catalog, members: Membership, rationales: Vectors) -> Mapping[str, np.ndarray]:
    """The greatest similarity of a dimension to the skill's other dimensions: in rationale, in roles and in members."""
    sizes = members.sizes
    rationale_cosine = rationales @ rationales.T
    roles_shared = _role_overlap(catalog)
    together = members.matrix.T @ members.matrix
    signs = np.zeros((len(members.pairs), 3))
    for row, (i, j) in enumerate(members.pairs):
        others = np.flatnonzero(members.matrix[i])
        others = others[others != j]
        if not len(others):
            signs[row] = NO_OTHER_DIMENSION
            continue
        smaller = np.maximum(np.minimum(sizes[j], sizes[others]) - 1, 1)
        signs[row] = (
            rationale_cosine[j, others].max(),
            roles_shared[j, others].max(),
            ((together[j, others] - 1) / smaller).max(),
        )
    return dict(zip(("beside", "roles_beside", "members_beside"), signs.T, strict=True))


def _role_overlap(catalog: Catalog) -> Vectors:
    """Of the roles that carry one of two dimensions, the share that carries both, (n_dimensions, n_dimensions) float32."""
    column = {role.slug: k for k, role in enumerate(catalog.roles)}
    row = {dimension.slug: j for j, dimension in enumerate(catalog.dimensions)}
    carried = np.zeros((len(row), max(len(column), 1)), np.float32)
    for link in catalog.role_dimensions:
        carried[row[link.dimension_slug], column[link.role_slug]] = 1.0
    both = carried @ carried.T
    either = np.maximum(carried.sum(axis=1)[:, None] + carried.sum(axis=1)[None, :] - both, 1.0)
    return np.asarray(both / either)


def _category_signs(members: Membership) -> Mapping[str, np.ndarray]:
    """Logarithms of two shares that concern the sub-category of a skill.

    The share of its other skills that the dimension holds, and its share of the dimension's other members.
    """
    names = [(s.category, s.sub_category) for s in members.skills]
    place = {name: k for k, name in enumerate(dict.fromkeys(names))}
    category = np.array([place[name] for name in names])
    one_hot = np.zeros((len(place), len(names)), np.float32)
    one_hot[category, np.arange(len(names))] = 1.0
    shared = (one_hot @ members.matrix)[category] - members.matrix
    others = np.maximum(one_hot.sum(axis=1)[category] - 1.0, 1.0)
    other_members = np.maximum(members.sizes[None, :] - members.matrix, 1.0)
    return {
        "category": np.log(shared / others[:, None] + 0.01)[members.places],
        "category_of_members": np.log(shared / other_members + 0.02)[members.places],
    }


def _shared_word_signs(basis: LinkBasis) -> Mapping[str, np.ndarray]:
    """How much a skill shares rare words with the dimension's other members and rationale, and how much more elsewhere.

    Words are weighed by their rarity (TF-IDF, unit length).
    """
    members = basis.members
    own, dimensions = basis.words[: len(members.skills)], basis.words[len(members.skills) :]
    with_members = np.asarray((own @ (csr_matrix(members.matrix).T @ own).T).todense()) - members.matrix
    shared = with_members / np.sqrt(np.maximum(members.sizes[None, :] - members.matrix, 1.0))
    return {
        "shared_words": shared[members.places],
        "shared_words_gap": shared.max(axis=1)[members.places[0]] - shared[members.places],
        "rationale_words": np.asarray((own @ dimensions.T).todense())[members.places],
    }


def _ranks(scores: np.ndarray, at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The rank of some places among the columns of their rows, the highest first, from 0; ties in the order of the columns."""
    rows, columns = scores[at[0]], at[1][:, None]
    own = scores[at][:, None]
    earlier = np.arange(scores.shape[1])[None, :] < columns
    return np.asarray(((rows > own) | ((rows == own) & earlier)).sum(axis=1))
