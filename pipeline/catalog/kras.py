"""The KRAs of a catalog as vectors, with the profiles of the roles that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from pipeline.catalog.value import Catalog, slug_order
from pipeline.vectors import WIDTH, Encoder, Vectors, unit


@dataclass(frozen=True)
class KraMatrix:
    """All KRAs of a catalog, grouped by role.

    ``vectors`` is (n_kras, width) float32 of unit rows, ``hubness`` (n_kras,) the mean cosine of each KRA with its
    nearest KRAs of other roles (after Lample et al. 2018, CSLS), ``starts`` the row at which each of ``roles`` begins.
    ``profiles`` (n_roles, width) are unit vectors of the roles as wholes: the mean of their KRAs with their archetype
    and their dimensions; ``profile_hubness`` (n_roles,) is the mean cosine of a profile with all KRAs.
    """

    roles: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Vectors
    hubness: Vectors
    starts: np.ndarray
    contexts: Vectors
    """The part of a profile beside the KRAs, (n_roles, width): archetype and dimensions, weighted."""
    profiles: Vectors = field(default_factory=lambda: np.zeros((0, WIDTH), np.float32))
    profile_hubness: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))

    NEIGHBOURS = 10
    DIMENSIONS_WEIGHT = 2.0
    """Weight of a role's dimensions in its profile; its KRAs and its archetype weigh one each."""

    def rows_of(self, role: str) -> slice | None:
        """Return the rows of a role's KRAs by its slug; null for a role without any."""
        if role not in self.roles:
            return None
        place = self.roles.index(role)
        end = self.starts[place + 1] if place + 1 < len(self.roles) else len(self.texts)
        return slice(int(self.starts[place]), int(end))

    def role_at(self, row: int) -> str:
        """Return the slug of the role whose KRA is at a row."""
        return self.roles[int(self.owner[row])]

    @cached_property
    def owner(self) -> np.ndarray:
        """The place of the role of each KRA, (n_kras,)."""
        return np.searchsorted(self.starts, np.arange(len(self.texts)), side="right") - 1

    @cached_property
    def cosine(self) -> Vectors:
        """The cosines of the KRAs with those of other roles, (n_kras, n_kras); -1 for those of their own."""
        return _cosine(self.vectors, self.owner)

    @cached_property
    def nearest(self) -> Vectors:
        """The cosine of each KRA with the last of its ``NEIGHBOURS`` nearest ones of other roles, (n_kras,)."""
        k = min(self.NEIGHBOURS, len(self.texts))
        return np.asarray(-np.partition(-self.cosine, k - 1, axis=1)[:, k - 1], np.float32)

    def nearness(
        self, vectors: Vectors, corrected: Vectors, context: float, profiles: Vectors | None = None
    ) -> Vectors:
        """Return how near texts are to each role, (n_texts, n_roles) float32.

        It is the cosine with the role's best KRA less its hubness, plus ``context`` times the cosine with the role's profile
        less the profile's hubness. ``vectors`` is (n_texts, width) of unit rows, ``corrected`` (n_texts, n_kras) their
        cosines with the KRAs less hubness; ``profiles`` (n_roles, width) replace those of the matrix.
        """
        best = np.maximum.reduceat(corrected, self.starts, axis=1)
        whole = vectors @ (self.profiles if profiles is None else profiles).T - self.profile_hubness
        return np.asarray(best + context * whole, np.float32)


def kra_matrix(catalog: Catalog, encoder: Encoder) -> KraMatrix:
    """Return the vectors of a catalog's KRAs, with the profiles of the roles that have any."""
    order = sorted(catalog.kras_of_role, key=slug_order)
    texts: list[str] = []
    starts: list[int] = []
    owners: list[int] = []
    for slug in order:
        starts.append(len(texts))
        texts += catalog.kras_of_role[slug]
        owners += [len(starts)] * len(catalog.kras_of_role[slug])
    vectors = encoder.encode(texts)
    hubness = _hubness(_cosine(vectors, owners))
    contexts = _role_contexts(catalog, encoder, order)
    return _with_profiles(
        KraMatrix(tuple(order), tuple(texts), vectors, hubness, np.asarray(starts, np.int64), contexts)
    )


def _with_profiles(matrix: KraMatrix) -> KraMatrix:
    """The KRAs with the profiles of their roles."""
    vectors = matrix.vectors
    if not len(vectors):
        return matrix
    profiles = _profiles(np.add.reduceat(vectors, matrix.starts, axis=0), matrix.contexts)
    # The mean of the cosines with all KRAs is the product with their mean.
    return replace(matrix, profiles=profiles, profile_hubness=profiles @ vectors.mean(axis=0))


def _profiles(sums: Vectors, contexts: Vectors) -> Vectors:
    """The profiles of roles whose KRAs have these sums, (n_roles, width)."""
    return unit(unit(sums) + contexts)


def matrix_without(matrix: KraMatrix, row: int) -> KraMatrix:
    """Return the matrix without the KRA at a row; a role that has no other is not in it."""
    place = int(np.searchsorted(matrix.starts, row, side="right")) - 1
    roles, contexts = list(matrix.roles), matrix.contexts
    starts = matrix.starts - (matrix.starts > row)
    is_last = matrix.rows_of(roles[place]) == slice(row, row + 1)
    if is_last:
        del roles[place]
        starts, contexts = np.delete(starts, place), np.delete(contexts, place, axis=0)
    texts = matrix.texts[:row] + matrix.texts[row + 1 :]
    vectors = np.delete(matrix.vectors, row, axis=0)
    hubness = _hubness_without(matrix, row)
    return _with_profiles(KraMatrix(tuple(roles), texts, vectors, hubness, starts, contexts))


def matrix_with_dimensions(matrix: KraMatrix, catalog: Catalog, encoder: Encoder, roles: Iterable[str]) -> KraMatrix:
    """Return the matrix of a catalog in which some roles carry other dimensions."""
    changed = [slug for slug in roles if slug in matrix.roles]
    if not changed:
        return matrix
    contexts, profiles = matrix.contexts.copy(), matrix.profiles.copy()
    places = [matrix.roles.index(slug) for slug in changed]
    contexts[places] = _role_contexts(catalog, encoder, changed)
    sums = [np.add.reduceat(matrix.vectors[matrix.rows_of(slug)], [0], axis=0) for slug in changed]
    profiles[places] = _profiles(np.concatenate(sums), contexts[places])
    hubness = profiles @ matrix.vectors.mean(axis=0)
    return replace(matrix, contexts=contexts, profiles=profiles, profile_hubness=hubness)


def _role_contexts(catalog: Catalog, encoder: Encoder, slugs: Sequence[str]) -> Vectors:
    """Archetype and dimensions of roles, weighted: (n_roles, width) float32."""
    roles = [catalog.role[slug] for slug in slugs]
    archetypes = [r.role_archetype or "" for r in roles]
    dimensions = catalog.dimensions_of_role
    fields = [", ".join(d.display_name for d in dimensions.get(r.slug, ())) for r in roles]
    vectors = encoder.encode([*archetypes, *fields])
    return np.asarray(vectors[: len(roles)] + KraMatrix.DIMENSIONS_WEIGHT * vectors[len(roles) :], np.float32)


def _hubness_without(matrix: KraMatrix, row: int) -> Vectors:
    """The hubness of each KRA but the one at a row: made anew for those that have it among their nearest."""
    hubness = np.delete(matrix.hubness, row)
    if len(hubness) < KraMatrix.NEIGHBOURS:
        return _hubness(np.delete(np.delete(matrix.cosine, row, axis=0), row, axis=1))
    changed = np.flatnonzero(matrix.cosine[:, row] >= matrix.nearest)
    changed = changed[changed != row]
    hubness[changed - (changed > row)] = _hubness(np.delete(matrix.cosine[changed], row, axis=1))
    return hubness


def _cosine(vectors: Vectors, owners: Sequence[int] | np.ndarray) -> Vectors:
    """The cosines of KRAs with those of other owners, (n_kras, n_kras) float32; -1 for those of their own.

    They are products in double precision, so that those of some KRAs are the same whichever others stand beside them.
    """
    if not len(vectors):
        return np.zeros((0, 0), np.float32)
    exact = vectors.astype(np.float64)
    cosine = np.asarray(exact @ exact.T, np.float32)
    owner = np.asarray(owners)
    cosine[owner[:, None] == owner[None, :]] = -1.0
    return cosine


def _hubness(cosine: Vectors) -> Vectors:
    """Mean cosine (n,) of KRAs with their ``NEIGHBOURS`` nearest ones of other roles; ``cosine`` is (n, n_kras)."""
    if not len(cosine):
        return np.zeros(0, np.float32)
    nearest = -np.sort(-cosine, axis=1)[:, : KraMatrix.NEIGHBOURS]
    return np.asarray(np.clip(nearest, 0, None).mean(axis=1), np.float32)
