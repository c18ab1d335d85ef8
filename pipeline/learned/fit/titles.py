"""``fit titles``: what the features of a role's titles weigh, on O*NET's alternate titles of occupations.

A title is asked of a catalog of occupations with the other titles, or with few of them. What counts is how the weights do for
occupations of which nothing was learned: the change of vectors that they are fitted with, and measured with, comes from
the titles of the other occupations.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import fold_title, title_vectors
from pipeline.catalog.value import Catalog, Role, RoleAlias
from pipeline.errors import InputError
from pipeline.learned.fit.low_rank import GroupedTexts, Schedule, train_low_rank
from pipeline.learned.fitted import Figures, TitleWeights
from pipeline.learned.nearness import LowRank, Nearness
from pipeline.stages.title_signal import title_features
from pipeline.vectors import Encoder, Vectors, text_key

Doubles = npt.NDArray[np.float64]
COLUMNS = ("onet_code", "title", "alternate_title")
SCHEDULE = Schedule()
ASKED, MAX_ASKED = 0.2, 2500
"""Share of the titles that are asked, and how many of them."""
FEW_TITLES = 8
"""Titles of an occupation in the catalog of few."""
FOLDS = 2
PENALTY = 1e-3
UNRELATED_SCORE, OWN_SCORE = 0.22, 0.60
"""The mean score of a title for a role that it is not of, and for its own, where a role has few titles."""


@dataclass(frozen=True)
class Occupations:
    """Occupations by code, and the codes of those that each title is of."""

    names: Mapping[str, str]
    owners: Mapping[str, frozenset[str]]

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """All alternate titles, in an order that is no one's."""
        return tuple(sorted(self.owners, key=text_key))

    @property
    def asked(self) -> tuple[str, ...]:
        """Titles that are asked."""
        return self.titles[: min(int(ASKED * len(self.titles)), MAX_ASKED)]

    @property
    def known(self) -> tuple[str, ...]:
        """Titles that none of the asked is."""
        return self.titles[int(ASKED * len(self.titles)) :]

    def catalog(self, known: Iterable[str], limit: int | None = None) -> Catalog:
        """Return a catalog of the occupations as roles with known titles, at most ``limit`` of each."""
        of_code: dict[str, list[str]] = {code: [] for code in self.names}
        for title in known:
            for code in self.owners[title]:
                of_code[code].append(title)
        return Catalog(
            roles=tuple(Role(None, code, name, None, None) for code, name in sorted(self.names.items())),
            role_aliases=tuple(RoleAlias(c, t, False) for c, titles in sorted(of_code.items()) for t in titles[:limit]),
        )


def read_occupations(path: Path) -> Occupations:
    """Return the occupations of a file of alternate titles. Raises ``InputError``."""
    names: dict[str, str] = {}
    owners: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [c for c in COLUMNS if c not in (reader.fieldnames or ())]:
            raise InputError(f"{path.name}, line 1: the column {missing[0]!r} is missing")
        for row in reader:
            code = row["onet_code"].replace(".", "-")
            names[code] = row["title"]
            owners.setdefault(row["alternate_title"], set()).add(code)
    return Occupations(names, {title: frozenset(codes) for title, codes in owners.items()})


def train_titles(occupations: Occupations, known: Iterable[str], codes: Iterable[str], encoder: Encoder) -> LowRank:
    """Return the change that is learned from the known titles of some occupations, and their names."""
    place = {code: i for i, code in enumerate(sorted(codes))}
    pairs = sorted(
        {(code, title) for title in known for code in occupations.owners[title] if code in place}
        | {(code, occupations.names[code]) for code in place}
    )
    _, wordings = np.unique([fold_title(title) for _, title in pairs], return_inverse=True)
    vectors = encoder.encode([title for _, title in pairs])
    groups = np.array([place[code] for code, _ in pairs], np.int64)
    return train_low_rank(GroupedTexts(vectors, groups, wordings.astype(np.int64)), SCHEDULE)


@dataclass(frozen=True)
class Answers:
    """The features (n_titles, n_roles, k) of asked titles for each role, and which roles are right (n_titles, n_roles)."""

    features: Vectors
    right: npt.NDArray[np.bool_]

    def part(self, chosen: npt.NDArray[np.bool_]) -> Answers:
        """Return those of the chosen titles."""
        return Answers(self.features[chosen], self.right[chosen])

    def top_1(self, weights: Doubles) -> float:
        """Return the share of titles whose best role is right; of equal ones the first."""
        best = (self.features @ weights).argmax(axis=1)
        return float(self.right[np.arange(len(best)), best].mean())


def ask(titles: Sequence[str], occupations: Occupations, indexes: Indexes) -> Answers:
    """Return the answers to titles in a catalog of occupations."""
    matrix = indexes.title_matrix
    vectors = title_vectors(titles, indexes.encoder)
    features = [title_features(title, vector, matrix) for title, vector in zip(titles, vectors, strict=True)]
    right = [[code in occupations.owners[title] for code in matrix.roles] for title in titles]
    return Answers(np.stack(features), np.array(right, np.bool_))


def fit_titles(occupations: Occupations, encoder: Encoder) -> tuple[TitleWeights, Figures]:
    """Return the numbers of ``stages.title_signal`` and their figures."""
    of_title = _folds(occupations)
    asked = sorted((t for t in occupations.asked if t in of_title), key=of_title.__getitem__)
    fold = np.array([of_title[t] for t in asked])
    catalogs = [occupations.catalog(occupations.known, limit) for limit in (None, FEW_TITLES)]
    heads = [
        Nearness(train_titles(occupations, occupations.known, _codes_outside(occupations, f), encoder))
        for f in range(FOLDS)
    ]
    of_unseen = [
        _joined(
            ask([t for t in asked if of_title[t] == f], occupations, Indexes(catalog, encoder, head))
            for f, head in enumerate(heads)
        )
        for catalog in catalogs
    ]
    figures: Figures = {"titles asked": len(asked), "occupations": len(occupations.names)}
    cross_fitted = [fit_weights([a.part(fold != f) for a in of_unseen]) for f in range(FOLDS)]
    for name, answers in zip(("", "few titles known: "), of_unseen, strict=True):
        hits = [answers.part(fold == f).top_1(w) * float((fold == f).mean()) for f, w in enumerate(cross_fitted)]
        figures[f"{name}top 1, occupations not learned from"] = round(sum(hits), 4)
    weights = fit_weights(of_unseen)
    head = Nearness(train_titles(occupations, occupations.known, occupations.names, encoder))
    of_seen = ask(occupations.asked, occupations, Indexes(catalogs[0], encoder, head))
    figures["top 1, split by title"] = round(of_seen.top_1(weights), 4)
    return _scaled(weights, of_unseen[1]), figures


def fit_weights(parts: Sequence[Answers]) -> Doubles:
    """Return the weights (k,), none below zero, under which the right roles are most probable in each part."""
    width = parts[0].features.shape[2]

    def objective(weights: Doubles) -> tuple[float, Doubles]:
        loss, gradient = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for part in parts:
            z = part.features @ weights.astype(np.float32)
            every, p = _softmax(z)
            right, q = _softmax(np.where(part.right, z, -np.inf))
            loss += float((every - right).mean())
            gradient = gradient + np.einsum("tr,trk->k", p - q, part.features) / len(z)
        return loss, gradient.astype(np.float64)

    bounds = [(0.0, None)] * width
    return np.asarray(minimize(objective, np.full(width, 2.0), jac=True, bounds=bounds, method="L-BFGS-B").x)


def _softmax(z: Vectors) -> tuple[Vectors, Vectors]:
    peak = z.max(axis=1, keepdims=True)
    powers = np.exp(z - peak)
    total = powers.sum(axis=1, keepdims=True)
    return (peak + np.log(total))[:, 0], powers / total


def _folds(occupations: Occupations) -> dict[str, int]:
    """The fold of each title whose occupations are all of one fold."""
    of_code = fold_of_codes(occupations)
    found = {title: {of_code[c] for c in codes} for title, codes in occupations.owners.items()}
    return {title: next(iter(folds)) for title, folds in found.items() if len(folds) == 1}


def fold_of_codes(occupations: Occupations) -> dict[str, int]:
    """Return the fold of each occupation by its code."""
    return {code: i % FOLDS for i, code in enumerate(sorted(occupations.names, key=text_key))}


def _codes_outside(occupations: Occupations, fold: int) -> list[str]:
    return [code for code, f in fold_of_codes(occupations).items() if f != fold]


def _joined(parts: Iterable[Answers]) -> Answers:
    of_all = list(parts)
    return Answers(np.concatenate([p.features for p in of_all]), np.concatenate([p.right for p in of_all]))


def _scaled(weights: Doubles, answers: Answers) -> TitleWeights:
    """The weights on the scale of the score."""
    sums = answers.features @ weights
    own, unrelated = float(sums[answers.right].mean()), float(sums[~answers.right].mean())
    scale = (OWN_SCORE - UNRELATED_SCORE) / (own - unrelated)
    numbers = [round(float(w) * scale, 4) for w in weights]
    names = ("nearest", "few", "some", "middle", "alike", "few_alike", "likelihood", "many")
    return TitleWeights(**dict(zip(names, numbers, strict=True)), offset=round(UNRELATED_SCORE - unrelated * scale, 4))
