"""The indexes that the stages ask of a catalog, each built once, when first asked for.

``Indexes`` pairs a catalog with an encoder: the alias automaton needs the catalog alone, the KRA and title matrices
also the vectors of its texts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from typing import ClassVar

import numpy as np

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.value import Catalog, Role, RoleAlias, slug_order
from pipeline.embedding import Encoder, Vectors

_SENIORITY = re.compile(
    r"\b(?:senior|sr|snr|junior|jr|lead|principal|staff|chief|head|associate|assistant|entry[ -]level|mid[ -]level|"
    r"mid[ -]senior|intermediate|experienced|graduate|trainee|intern|internship|expert|specialist ii+|level \d|"
    r"i{1,3}|iv|v|[1-5]|l[1-7]|sde[ -]?[1-4])\b\.?",
    re.I,
)
_NOISE = re.compile(
    r"\((?:[^()]*)\)|\[[^\]]*\]|\b(?:m/f/d|m/w/d|f/m/d|w/m/d|h/f|m/f|f/h|remote|hybrid|onsite|on-site|contract|contractor|"
    r"full[- ]?time|part[- ]?time|permanent|temp(?:orary)?|fulltime|urgent|hiring|immediate|w2|c2c|usa?|job|"
    r"opening|opportunity|position|role|needed|wanted)\b",
    re.I,
)
_SPLIT = re.compile(r"\s+[-–—|@]+\s*|\s*[-–—|]+\s+|[,;:|]|\s/\s|\s+(?:with|for|at|in|to|using)\s+", re.I)


@lru_cache(8192)
def fold_title(title: str) -> str:
    """A title in the form in which titles are compared: lower case, plain separators, common spellings joined."""
    text = title.lower().replace("&", " and ")
    text = re.sub(r"[^\w+#./ -]+", " ", text)
    text = re.sub(r"\bfull[\s-]+stack\b", "fullstack", text)
    text = re.sub(r"\bfront[\s-]+end\b", "frontend", text)
    text = re.sub(r"\bback[\s-]+end\b", "backend", text)
    text = re.sub(r"\bdev[\s-]+ops\b", "devops", text)
    text = re.sub(r"\bengg?\b\.?|\bengr\b\.?", "engineer", text)
    text = re.sub(r"\bdev\b\.?", "developer", text)
    text = re.sub(r"\bprogrammer\b", "developer", text)
    text = re.sub(r"\badmin\b\.?", "administrator", text)
    text = re.sub(r"\bmgr\b\.?", "manager", text)
    text = re.sub(r"\bsys\b\.?", "systems", text)
    text = re.sub(r"[\s/-]+", " ", text)
    return text.strip(" .")


@lru_cache(4096)
def title_forms(title: str) -> tuple[str, ...]:
    """What a title may be looked up as, most specific first: whole, without noise and seniority, then its parts."""
    bare = re.sub(r"\s+", " ", _NOISE.sub(" ", title)).strip(" -–|,/")
    parts = [p for p in _SPLIT.split(bare) if p and p.strip()]
    forms: list[str] = []
    for candidate in [title, bare, *parts]:
        for form in (fold_title(candidate), fold_title(_SENIORITY.sub(" ", candidate))):
            if form and form not in forms:
                forms.append(form)
    return tuple(forms)


def bare_title(title: str) -> str:
    """The form of a title whose vector is compared: without noise and seniority."""
    forms = title_forms(title)
    return forms[1] if len(forms) > 1 else (forms[0] if forms else "")


@dataclass(frozen=True)
class TitleHit:
    """A role whose title alias equals a form of the title that was asked for."""

    role: Role
    alias_text: str
    is_generic: bool


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
    """What a profile holds beside the KRAs, (n_roles, width), archetype and dimensions weighted."""
    profiles: Vectors
    profile_hubness: Vectors

    NEIGHBOURS = 10
    DIMENSIONS_WEIGHT = 2.0
    """Weight of a role's dimensions in its profile; its KRAs and its archetype weigh one each."""

    def nearness(self, vectors: Vectors, corrected: Vectors, context: float, profiles: Vectors | None = None) -> Vectors:
        """How near texts are to each role, (n_texts, n_roles) float32: the role's best KRA less its hubness, plus the
        role's profile less its own. ``vectors`` is (n_texts, width) of unit rows, ``corrected`` (n_texts, n_kras) their cosines
        less hubness; ``profiles`` stands in for the own.
        """
        best = np.maximum.reduceat(corrected, self.starts, axis=1)
        whole = vectors @ (self.profiles if profiles is None else profiles).T - self.profile_hubness
        return np.asarray(best + context * whole, np.float32)


@dataclass(frozen=True)
class TitleMatrix:
    """All specific titles of a catalog's roles; ``vectors`` is (n_titles, width) float32 of unit rows.

    Titles of one role stand together, and ``starts`` is the row at which each of ``roles`` begins; ``middles``
    (n_roles, width) are unit vectors of the middle of a role's titles.
    """

    roles: tuple[str, ...]
    folded: tuple[str, ...]
    vectors: Vectors
    starts: np.ndarray
    middles: Vectors


class Indexes:
    """A catalog made ready for the stages."""

    def __init__(self, catalog: Catalog, encoder: Encoder) -> None:
        self.catalog = catalog
        self.encoder = encoder

    LEAN_ON: ClassVar = {
        "aliases": ("skills", "skill_aliases", "skill_dimensions"),
        "skill_weight": ("roles", "skill_dimensions", "role_dimensions"),
        "titles": ("roles", "role_aliases"),
        "title_matrix": ("roles", "role_aliases"),
        "kras": ("roles", "role_kras", "role_dimensions", "dimensions"),
    }
    """The tables of which each index is made."""

    def of(self, catalog: Catalog) -> Indexes:
        """Another catalog made ready; what is made of equal tables is taken over."""
        other = Indexes(catalog, self.encoder)
        for name, tables in self.LEAN_ON.items():
            if name in self.__dict__ and all(getattr(self.catalog, t) == getattr(catalog, t) for t in tables):
                other.__dict__[name] = self.__dict__[name]
        return other

    @cached_property
    def aliases(self) -> AliasIndex:
        return AliasIndex(self.catalog)

    @cached_property
    def skill_weight(self) -> Mapping[str, float]:
        """How much a skill tells about the role, in 0..1: one minus the share (log scale) of roles that it reaches."""
        n = max(len(self.catalog.roles), 2)
        return {
            skill: (log((n + 1) / len(roles)) / log(n + 1)) if roles else 0.0
            for skill, roles in self.catalog.roles_of_skill.items()
        }

    @cached_property
    def titles(self) -> Mapping[str, tuple[TitleHit, ...]]:
        """Roles by folded title, specific aliases first; a role's display name is one of its titles."""
        grouped: dict[str, dict[str, TitleHit]] = defaultdict(dict)
        names = [RoleAlias(r.slug, r.display_name) for r in self.catalog.roles]
        for alias in [*self.catalog.role_aliases, *names]:
            hits = grouped[fold_title(alias.alias_text)]
            if alias.role_slug not in hits:
                hits[alias.role_slug] = TitleHit(self.catalog.role[alias.role_slug], alias.alias_text, alias.is_generic)
        return {
            title: tuple(sorted(hits.values(), key=lambda h: (h.is_generic, slug_order(h.role.slug))))
            for title, hits in grouped.items()
        }

    def find_titles(self, title: str) -> tuple[TitleHit, ...]:
        """The roles that own the first form of a title that is known."""
        for form in title_forms(title):
            if form in self.titles:
                return self.titles[form]
        return ()

    @cached_property
    def title_matrix(self) -> TitleMatrix:
        """Vectors of all specific titles (a generic one says nothing about nearness)."""
        pairs = sorted(
            {(h.role.slug, h.alias_text) for hits in self.titles.values() for h in hits if not h.is_generic},
            key=lambda p: (slug_order(p[0]), p[1]),
        )
        texts = [text for _, text in pairs]
        roles = list(dict.fromkeys(slug for slug, _ in pairs))
        starts = np.searchsorted([roles.index(slug) for slug, _ in pairs], range(len(roles)))
        vectors = self.encoder.encode(texts)
        middles = unit(np.add.reduceat(vectors, starts, axis=0)) if len(vectors) else vectors
        return TitleMatrix(tuple(roles), tuple(map(fold_title, texts)), vectors, starts, middles)

    @cached_property
    def kras(self) -> KraMatrix:
        order = sorted(self.catalog.kras_of_role, key=slug_order)
        texts: list[str] = []
        starts: list[int] = []
        owners: list[str] = []
        for slug in order:
            starts.append(len(texts))
            texts += self.catalog.kras_of_role[slug]
            owners += [slug] * len(self.catalog.kras_of_role[slug])
        vectors = self.encoder.encode(texts)
        hubness = _hubness(vectors, owners, KraMatrix.NEIGHBOURS)
        begins = np.asarray(starts, np.int64)
        contexts = self._role_contexts(order)
        profiles = vectors[:0]
        if len(vectors):
            profiles = unit(unit(np.add.reduceat(vectors, begins, axis=0)) + contexts)
        lean = (profiles @ vectors.T).mean(axis=1) if len(vectors) else np.zeros(0, np.float32)
        return KraMatrix(tuple(order), tuple(texts), vectors, hubness, begins, contexts, profiles, lean)

    def _role_contexts(self, slugs: Sequence[str]) -> Vectors:
        roles = [self.catalog.role[slug] for slug in slugs]
        archetypes = [r.role_archetype or "" for r in roles]
        dimensions = self.catalog.dimensions_of_role
        fields = [", ".join(d.display_name for d in dimensions.get(r.slug, ())) for r in roles]
        vectors = self.encoder.encode([*archetypes, *fields])
        return np.asarray(vectors[: len(roles)] + KraMatrix.DIMENSIONS_WEIGHT * vectors[len(roles) :], np.float32)

    def warm(self) -> None:
        """Build everything now, so that the first run does not wait."""
        _ = self.aliases, self.skill_weight, self.titles, self.title_matrix, self.kras


def unit(vectors: Vectors) -> Vectors:
    """Rows brought to unit length; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _hubness(vectors: Vectors, owners: Sequence[str], neighbours: int) -> Vectors:
    if not len(vectors):
        return np.zeros(0, np.float32)
    owner = np.asarray(owners)
    cosine = vectors @ vectors.T
    cosine[owner[:, None] == owner[None, :]] = -1.0
    k = min(neighbours, cosine.shape[1])
    nearest = -np.sort(-cosine, axis=1)[:, :k]
    return np.asarray(np.clip(nearest, 0, None).mean(axis=1), np.float32)
