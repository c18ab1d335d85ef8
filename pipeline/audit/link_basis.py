"""What the links of skills and dimensions are scored from: members, vectors, how near skills are to members, rare words.

It is made anew only where skills or dimensions differ; where links differ, only for the dimensions that they touch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog, Dimension, Skill
from pipeline.vectors import Vectors, unit

N_NEAREST = 3
"""Members of a dimension, the nearest ones, whose mean cosine is taken."""
_WORD = re.compile(r"[a-z0-9+#]{2,}")


@dataclass(frozen=True)
class Membership:
    """Which linked skills are in which dimension.

    ``matrix`` is (n_skills, n_dimensions) float32 of zeros and ones, ``pairs`` the indexes of its ones in the order of the
    catalog's links.
    """

    skills: tuple[Skill, ...]
    dimensions: tuple[Dimension, ...]
    pairs: tuple[tuple[int, int], ...]
    matrix: Vectors

    @classmethod
    def of_catalog(cls, catalog: Catalog) -> Membership:
        """The membership in a catalog."""
        linked = {link.skill_slug for link in catalog.skill_dimensions}
        skills = tuple(s for s in catalog.skills if s.slug in linked)
        row = {s.slug: i for i, s in enumerate(skills)}
        column = {d.slug: j for j, d in enumerate(catalog.dimensions)}
        pairs = tuple((row[x.skill_slug], column[x.dimension_slug]) for x in catalog.skill_dimensions)
        matrix = np.zeros((len(skills), len(column)), np.float32)
        for i, j in pairs:
            matrix[i, j] = 1.0
        return cls(skills, catalog.dimensions, pairs, matrix)

    @property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Row and column of each pair, (n_links,) int64 each: an index into matrices of the shape of ``matrix``."""
        rows, columns = np.array(self.pairs, np.int64).T
        return rows, columns

    @property
    def sizes(self) -> Vectors:
        """Members of each dimension, (n_dimensions,) float32."""
        return np.asarray(self.matrix.sum(axis=0), np.float32)


@dataclass(frozen=True)
class Nearness:
    """The cosine of each skill with the nearest member of each dimension, and the mean of the nearest few.

    Both are (n_skills, n_dimensions) float32; the skill itself does not count.
    """

    nearest: Vectors
    mean: Vectors


@dataclass(frozen=True)
class Embeddings:
    """Vectors as rows of unit length, float32.

    Of skills: ``short`` (name and tags), ``meaning`` (name and reasoning) and ``names``; of dimensions: ``rationales`` and
    ``dimension_names``.
    """

    short: Vectors
    meaning: Vectors
    rationales: Vectors
    names: Vectors
    dimension_names: Vectors

    @classmethod
    def of_members(cls, indexes: Indexes, members: Membership) -> Embeddings:
        """The vectors of linked skills and of dimensions."""
        encode = indexes.encoder.encode
        return cls(
            encode([skill_text(s) for s in members.skills]),
            encode([meaning_text(s) for s in members.skills]),
            encode([f"{d.display_name}. {d.rationale or ''}" for d in members.dimensions]),
            encode([s.display_name for s in members.skills]),
            encode([d.display_name for d in members.dimensions]),
        )


@dataclass(frozen=True)
class LinkBasis:
    """The parts of scored links that stay as they are where a few links differ.

    ``whole`` are the vectors of skills in name and reasoning together, centred, (n_skills, width) float32; ``words`` the rare
    words of skills and dimensions; the three nearnesses are those of ``whole``, ``meaning`` and ``short``.
    """

    members: Membership
    embeddings: Embeddings
    whole: Vectors
    words: csr_matrix
    near: Nearness
    meaning: Nearness
    short: Nearness

    @classmethod
    def of_catalog(cls, indexes: Indexes, before: LinkBasis | None) -> LinkBasis:
        """The parts for a catalog with links; ``before`` are those of another, of which those of equal rows are taken."""
        members = Membership.of_catalog(indexes.catalog)
        if before is None or before.members.skills != members.skills or before.members.dimensions != members.dimensions:
            embeddings = Embeddings.of_members(indexes, members)
            whole = unit(embeddings.short + embeddings.meaning)
            whole, words, before = unit(whole - whole.mean(axis=0)), _words_of(members), None
        else:
            embeddings, whole, words = before.embeddings, before.whole, before.words
        vectors = whole, embeddings.meaning, embeddings.short
        kept = (before.near, before.meaning, before.short) if before else (None, None, None)
        old = before.members.matrix if before else None
        near, meaning, short = (
            _nearness_of_members(v, members.matrix, k, old) for v, k in zip(vectors, kept, strict=True)
        )
        return cls(members, embeddings, whole, words, near, meaning, short)


def skill_text(skill: Skill) -> str:
    """Return a skill's name, sub-category and tags as a text to encode."""
    return ". ".join(filter(None, [skill.display_name, skill.sub_category, ", ".join(skill.context_tags)]))


def meaning_text(skill: Skill) -> str:
    """Return a skill's name and reasoning as a text to encode."""
    return f"{skill.display_name}: {skill.maturity_reasoning or ''}"


def _nearness_of_members(
    vectors: Vectors, member: Vectors, before: Nearness | None, member_before: Vectors | None
) -> Nearness:
    """How near each skill is to the members of each dimension, without the skill itself.

    ``vectors`` are (n_skills, width) of unit rows, ``member`` is (n_skills, n_dimensions). ``before`` is the nearness of the same
    vectors to the members ``member_before``: dimensions with the same members keep theirs.
    """
    if before is None or member_before is None:
        nearest, mean = np.zeros(member.shape, np.float32), np.zeros(member.shape, np.float32)
        columns = np.arange(member.shape[1])
    else:
        nearest, mean = before.nearest.copy(), before.mean.copy()
        columns = np.flatnonzero((member_before != member).any(axis=0))
    for j in columns:
        members = np.flatnonzero(member[:, j])
        if not len(members):
            nearest[:, j] = mean[:, j] = 0.0
            continue
        cosine = vectors @ vectors[members].T
        cosine[members, np.arange(len(members))] = 0.0
        top = _greatest(np.clip(cosine, 0.0, None))
        nearest[:, j] = top[:, 0]
        mean[:, j] = top.sum(axis=1) / N_NEAREST
    return Nearness(nearest, mean)


def _greatest(scores: Vectors) -> Vectors:
    """The ``N_NEAREST`` greatest of each row, the greatest first."""
    if scores.shape[1] > N_NEAREST:
        scores = -np.partition(-scores, N_NEAREST - 1, axis=1)[:, :N_NEAREST]
    return np.sort(scores, axis=1)[:, ::-1]


def _words_of(members: Membership) -> csr_matrix:
    """The rare words of skills, then of dimensions."""
    texts = [f"{skill_text(s)} {s.maturity_reasoning or ''}" for s in members.skills]
    texts += [f"{d.display_name} {d.rationale or ''}" for d in members.dimensions]
    return _rare_words([_WORD.findall(text.lower()) for text in texts])


def _rare_words(texts: Sequence[Sequence[str]]) -> csr_matrix:
    """TF-IDF of texts that are lists of words, (n_texts, n_words) of unit rows; a word counts once in a text."""
    place = {w: k for k, w in enumerate(sorted({w for words in texts for w in words}))}
    rows = np.repeat(np.arange(len(texts)), [len(set(words)) for words in texts])
    columns = np.array([place[w] for words in texts for w in sorted(set(words))], np.int64)
    rarity = np.log(len(texts) / np.bincount(columns, minlength=len(place)))
    weights = rarity[columns]
    length = np.sqrt(np.bincount(rows, weights**2, minlength=len(texts)))
    return csr_matrix((weights / np.maximum(length[rows], 1e-9), (rows, columns)), shape=(len(texts), len(place)))
