"""Job titles: the forms in which they are compared, the roles that own them, and their vectors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from pipeline.catalog.grams import GramIndex, GramIndexWithout
from pipeline.catalog.overlay import Overlay
from pipeline.catalog.value import Catalog, Role, RoleAlias, slug_order
from pipeline.learned.nearness import Nearness
from pipeline.vectors import Encoder, Vectors, unit

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

_SPELLINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[^\w+#./ -]+", " "),
        (r"\bfull[\s-]+stack\b", "fullstack"),
        (r"\bfront[\s-]+end\b", "frontend"),
        (r"\bback[\s-]+end\b", "backend"),
        (r"\bdev[\s-]+ops\b", "devops"),
        (r"\bengg?\b\.?|\bengr\b\.?", "engineer"),
        (r"\bdev\b\.?", "developer"),
        (r"\bprogrammer\b", "developer"),
        (r"\badmin\b\.?", "administrator"),
        (r"\bmgr\b\.?", "manager"),
        (r"\bsys\b\.?", "systems"),
        (r"(?:entwickler(?:in)?|utvecklare)\b", " developer"),
        (
            r"\b(?:d[eé]veloppeu(?:r|se)|desarrollador[ae]?|desenvolvedor[ae]?|sviluppatore|ontwikkelaar|programista|programador[ae]?)\b",
            "developer",
        ),
        (r"\b(?:ing[eé]nieure?|ingenieurin|ingeniero|ingeniera|engenheir[oa]|ingegnere|inżynier)\b", "engineer"),
        (r"\b(?:berater(?:in)?|consultora?)\b", "consultant"),
        (r"\b(?:architekt(?:in)?|architecte|arquitect[oa])\b", "architect"),
        (r"\b(?:analyste|analista|analytiker)\b", "analyst"),
        (r"\b(?:administrateur|administrador[ae]?)\b", "administrator"),
        (r"[\s/-]+", " "),
    )
)
"""Spellings in a title (lower case) and the one that replaces each, in order; also nouns of other languages, which English texts have."""


@lru_cache(8192)
def fold_title(title: str) -> str:
    """Return the form in which titles are compared: lower case, plain separators, one spelling for each word."""
    text = title.lower().replace("&", " and ")
    for pattern, replacement in _SPELLINGS:
        text = pattern.sub(replacement, text)
    return text.strip(" .")


@lru_cache(4096)
def title_forms(title: str) -> tuple[str, ...]:
    """Return the forms under which a title is looked up, most specific first: whole, without noise and seniority, its parts."""
    bare = re.sub(r"\s+", " ", _NOISE.sub(" ", title)).strip(" -–|,/")
    parts = [p for p in _SPLIT.split(bare) if p and p.strip()]
    forms: list[str] = []
    for candidate in [title, bare, *parts]:
        for form in (fold_title(candidate), fold_title(_SENIORITY.sub(" ", candidate))):
            if form and form not in forms:
                forms.append(form)
    return tuple(forms)


def compared_forms(title: str) -> tuple[str, ...]:
    """Return the one or two forms in which a title is compared with others: whole, and without seniority; none without words."""
    return tuple(dict.fromkeys([*title_forms(title)[:1], *filter(None, [bare_title(title)])]))


def bare_title(title: str) -> str:
    """Return a title without seniority, folded; empty for a title without words."""
    forms = title_forms(title)
    return forms[1] if len(forms) > 1 else (forms[0] if forms else "")


def plain_title(title: str) -> str:
    """Return the folded form of a whole title without noise and seniority; empty for a title of nothing else."""
    return " ".join(fold_title(_SENIORITY.sub(" ", _NOISE.sub(" ", title))).split())


def title_parts(title: str) -> tuple[str, ...]:
    """Return the parts of a title as it writes them, without noise: "Chef, Pastry | Bern" has three."""
    bare = re.sub(r"\s+", " ", _NOISE.sub(" ", title)).strip(" -–|,/")
    return tuple(part.strip() for part in _SPLIT.split(bare) if part and part.strip())


@dataclass(frozen=True)
class TitleHit:
    """A role with a title alias that equals a form of the title in question."""

    role: Role
    alias_text: str
    is_generic: bool


@dataclass(frozen=True)
class TitleMatrix:
    """All specific titles of a catalog's roles; ``vectors`` is (n_titles, width) float32 of unit rows, placed by ``nearness``.

    Titles of one role are adjacent, and ``starts`` is the row at which each of ``roles`` begins; ``middles``
    (n_roles, width) are unit vectors of the middle of a role's titles; ``grams`` has the titles, grouped by role.
    """

    roles: tuple[str, ...]
    texts: tuple[str, ...]
    encoded: Vectors
    """The titles as the encoder has them, (n_titles, width)."""
    vectors: Vectors
    starts: np.ndarray
    middles: Vectors
    grams: GramIndex
    nearness: Nearness

    @cached_property
    def counts(self) -> np.ndarray:
        """How many titles each role has, (n_roles,)."""
        return np.diff([*self.starts, len(self.vectors)])

    @cached_property
    def owner(self) -> np.ndarray:
        """The place of the role of each title, (n_titles,)."""
        return np.repeat(np.arange(len(self.roles)), self.counts)


Titles = Mapping[str, tuple[TitleHit, ...]]
"""Roles by folded title, specific aliases first."""


def titles_of(catalog: Catalog) -> Titles:
    """Return the titles of a catalog's roles; a role's display name is one of its titles.

    Of aliases of one folded form the first by text counts, so that the order of a catalog's rows makes no difference.
    """
    grouped: dict[str, dict[str, TitleHit]] = defaultdict(dict)
    aliases = sorted(catalog.role_aliases, key=lambda alias: (alias.role_slug, alias.alias_text))
    for alias in [*aliases, *(RoleAlias(r.slug, r.display_name) for r in catalog.roles)]:
        hits = grouped[fold_title(alias.alias_text)]
        if alias.role_slug not in hits:
            hits[alias.role_slug] = TitleHit(catalog.role[alias.role_slug], alias.alias_text, alias.is_generic)
    return {
        title: tuple(sorted(hits.values(), key=lambda h: (h.is_generic, slug_order(h.role.slug))))
        for title, hits in grouped.items()
    }


def edited_titles(titles: Titles, catalog: Catalog, forms: Iterable[str]) -> Titles:
    """Return the titles of a catalog whose titles of some folded forms have changed, given those before."""
    wanted = set(forms)
    aliases = [a for a in catalog.role_aliases if fold_title(a.alias_text) in wanted]
    roles = {a.role_slug for a in aliases}
    named = [r for r in catalog.roles if r.slug in roles or fold_title(r.display_name) in wanted]
    small = titles_of(Catalog(roles=tuple(named), role_aliases=tuple(aliases)))
    own = {form: small[form] for form in wanted if form in small}
    return Overlay(titles, own, wanted - own.keys())


def specific_titles(titles: Titles) -> list[tuple[str, str]]:
    """Return role and text of all specific titles, by role and then by text."""
    return sorted(
        {(h.role.slug, h.alias_text) for hits in titles.values() for h in hits if not h.is_generic},
        key=lambda p: (slug_order(p[0]), p[1]),
    )


def title_matrix(titles: Titles, encoder: Encoder, nearness: Nearness) -> TitleMatrix:
    """Return the vectors and grams of all specific titles; generic ones are left out."""
    pairs = specific_titles(titles)
    texts = [text for _, text in pairs]
    roles = list(dict.fromkeys(slug for slug, _ in pairs))
    place = {slug: i for i, slug in enumerate(roles)}
    starts = np.searchsorted([place[slug] for slug, _ in pairs], range(len(roles)))
    encoded = encoder.encode(texts)
    vectors = nearness.titles(encoded)
    middles = unit(np.add.reduceat(vectors, starts, axis=0)) if len(vectors) else vectors
    grams = GramIndex([*map(fold_title, texts)], starts)
    return TitleMatrix(tuple(roles), tuple(texts), encoded, vectors, starts, middles, grams, nearness)


def matrix_without(matrix: TitleMatrix, row: int) -> TitleMatrix:
    """Return the matrix without the title at a row; a role that has no other is not in it."""
    place = int(np.searchsorted(matrix.starts, row, side="right")) - 1
    starts = matrix.starts - (matrix.starts > row)
    roles = list(matrix.roles)
    texts = matrix.texts[:row] + matrix.texts[row + 1 :]
    encoded = np.delete(matrix.encoded, row, axis=0)
    vectors = matrix.nearness.titles(encoded)
    if matrix.counts[place] == 1:
        del roles[place]
        starts = np.delete(starts, place)
    middles = unit(np.add.reduceat(vectors, starts, axis=0)) if len(vectors) else vectors
    grams = GramIndexWithout(matrix.grams, row)
    return TitleMatrix(tuple(roles), texts, encoded, vectors, starts, middles, grams, matrix.nearness)


def title_vectors(titles: Sequence[str], encoder: Encoder) -> Vectors:
    """Return the vectors by which titles are compared, (n, width) float32 unit rows; zeros for a title without words."""
    forms = [compared_forms(title) for title in titles]
    rows = encoder.encode([form for of_title in forms for form in of_title])
    ends = np.cumsum([0, *map(len, forms)]).tolist()
    return np.stack([middle_of(rows[start:end]) for start, end in pairwise(ends)]) if forms else rows


def middle_of(rows: Vectors) -> Vectors:
    """Return the unit vector of the middle of unit rows, (width,); zeros for no row."""
    return unit(rows.sum(axis=0))
