"""The KRAs of a catalog as vectors, with the profiles of the roles that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.value import Catalog, slug_order
from pipeline.vectors import Encoder, Vectors, unit


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
    profiles: Vectors
    profile_hubness: Vectors

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
        return self.roles[int(np.searchsorted(self.starts, row, side="right")) - 1]

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
    owners: list[str] = []
    for slug in order:
        starts.append(len(texts))
        texts += catalog.kras_of_role[slug]
        owners += [slug] * len(catalog.kras_of_role[slug])
    vectors = encoder.encode(texts)
    hubness = _hubness(vectors, owners, KraMatrix.NEIGHBOURS)
    begins = np.asarray(starts, np.int64)
    contexts = _role_contexts(catalog, encoder, order)
    profiles, profile_hubness = vectors[:0], np.zeros(0, np.float32)
    if len(vectors):
        profiles = unit(unit(np.add.reduceat(vectors, begins, axis=0)) + contexts)
        profile_hubness = (profiles @ vectors.T).mean(axis=1)
    return KraMatrix(tuple(order), tuple(texts), vectors, hubness, begins, contexts, profiles, profile_hubness)


def _role_contexts(catalog: Catalog, encoder: Encoder, slugs: Sequence[str]) -> Vectors:
    """Archetype and dimensions of roles, weighted: (n_roles, width) float32."""
    roles = [catalog.role[slug] for slug in slugs]
    archetypes = [r.role_archetype or "" for r in roles]
    dimensions = catalog.dimensions_of_role
    fields = [", ".join(d.display_name for d in dimensions.get(r.slug, ())) for r in roles]
    vectors = encoder.encode([*archetypes, *fields])
    return np.asarray(vectors[: len(roles)] + KraMatrix.DIMENSIONS_WEIGHT * vectors[len(roles) :], np.float32)


def _hubness(vectors: Vectors, owners: Sequence[str], neighbours: int) -> Vectors:
    """Mean cosine (n_kras,) of each KRA with its ``neighbours`` nearest KRAs of other owners."""
    if not len(vectors):
        return np.zeros(0, np.float32)
    owner = np.asarray(owners)
    cosine = vectors @ vectors.T
    cosine[owner[:, None] == owner[None, :]] = -1.0
    k = min(neighbours, cosine.shape[1])
    nearest = -np.sort(-cosine, axis=1)[:, :k]
    return np.asarray(np.clip(nearest, 0, None).mean(axis=1), np.float32)
