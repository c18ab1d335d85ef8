"""Titles and forms that several entries of a catalog hold: who holds them, and between which of them nothing tells.

A title decides for a role where one role alone holds it as specific. Two skills may share a form where the words beside it or its
case say which is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from pipeline.catalog.aliases import Form, Owners, fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import fold_title
from pipeline.contracts import CollisionKind

MIN_CAPITALS = 4
"""Letters of a form from which on a text may write it in capitals whatever its case."""


@dataclass(frozen=True)
class NameOwners:
    """How a title or a form stands in a catalog.

    ``key`` is its folded form, ``term`` how the catalog writes it; ``owners`` are the slugs of those that hold it, and ``contested``
    those of them between which nothing tells: two or more, or none.
    """

    kind: CollisionKind
    key: str
    term: str
    owners: tuple[str, ...]
    contested: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str]:
        """Kind and key: what tells one from another."""
        return self.kind, self.key

    @property
    def is_shared(self) -> bool:
        """Whether several entries hold it."""
        return len(self.owners) > 1

    @property
    def is_contested(self) -> bool:
        """Whether nothing tells two of them apart."""
        return len(self.contested) > 1


def collision_key(kind: str, term: str) -> str:
    """Return the folded form by which a title or a form is kept; that of a conflict of signals is its title's."""
    return fold_key(term) if kind == "skill_alias" else fold_title(term)


def name_owners(indexes: Indexes, kind: CollisionKind, key: str) -> NameOwners:
    """Return how a title or a form stands, by its folded form; one that the catalog lacks has no holder."""
    return title_owners(indexes, key) if kind == "title" else form_owners(indexes, key)


def title_owners(indexes: Indexes, key: str) -> NameOwners:
    """Return how a title stands: contested by the roles that hold it as specific, where there are several."""
    hits = indexes.titles.get(key, ())
    specific = tuple(h.role.slug for h in hits if not h.is_generic)
    return NameOwners(
        "title",
        key,
        hits[0].alias_text if hits else key,
        tuple(h.role.slug for h in hits),
        specific if len(specific) > 1 else (),
    )


def form_owners(indexes: Indexes, key: str) -> NameOwners:
    """Return how a form of skills stands, among those of the skills that texts are searched for."""
    owners = indexes.aliases.usable(key)
    return NameOwners(
        "skill_alias",
        key,
        owners[0].alias_text if owners else key,
        tuple(dict.fromkeys(f.skill_slug for f in owners)),
        contested_owners(owners),
    )


def shared_names(indexes: Indexes) -> Iterator[NameOwners]:
    """Yield every title and every form that several entries hold, titles first."""
    for key, hits in indexes.titles.items():
        if len(hits) > 1:
            yield title_owners(indexes, key)
    for key in indexes.aliases.shared():
        yield form_owners(indexes, key)


def contested_owners(owners: Owners) -> tuple[str, ...]:
    """Return the slugs of the skills between which nothing tells which of them a form means; none where all are told apart."""
    contested: set[str] = set()
    for one, other in combinations(owners, 2):
        if one.skill_slug != other.skill_slug and not _are_told_apart(one, other):
            contested |= {one.skill_slug, other.skill_slug}
    return tuple(dict.fromkeys(f.skill_slug for f in owners if f.skill_slug in contested))


def _are_told_apart(one: Form, other: Form) -> bool:
    """Whether words beside it say which of two is meant, neither asking for those of the other alone, or its case does."""
    left, right = set(one.context), set(other.context)
    if left and right and not left <= right and not right <= left:
        return True
    return one.case_sensitive and other.case_sensitive and not _surfaces(one) & _surfaces(other)


def _surfaces(form: Form) -> set[str]:
    """How a text may write a form whose case counts."""
    text = form.alias_text
    return {text, text.upper()} if len(text) >= MIN_CAPITALS else {text}
