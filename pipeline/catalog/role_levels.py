"""Which roles of a catalog are special cases of another: their names say all that its name says, and more.

"Java Backend Developer" is below "Backend Developer". It follows from the titles that the catalog has: no pair of roles is listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

from pipeline.catalog.title_keys import JOINERS
from pipeline.catalog.titles import fold_title, plain_title
from pipeline.catalog.value import Catalog, Role, slug_order

MIN_SHARE = 1 / 3
"""The share of a role's titles that must extend one of the general role's where its own name does not."""
MIN_WORDS = 2
"""Words of a title that others may extend; one of a single word ("Architect") is that of many trades."""


@dataclass(frozen=True)
class RoleBelow:
    """A role below a general one.

    ``words`` are those that its titles add to the general one's and that are of its name, or that no other role's titles have
    oftener; ``general`` are those of the general one's titles.
    """

    slug: str
    words: frozenset[str]
    general: frozenset[str]


def roles_below(catalog: Catalog) -> Mapping[str, tuple[RoleBelow, ...]]:
    """Return the roles below each role of their family, by the slug of the general one; roles without any are left out."""
    titles = {role.slug: _titles(role, catalog) for role in catalog.roles}
    leading = _leading(titles)
    below: dict[str, list[RoleBelow]] = defaultdict(list)
    for general, special in permutations(catalog.roles, 2):
        if general.domain and general.domain == special.domain and _extends(special, general, titles):
            below[general.slug].append(_below(special, general, titles, leading))
    return {slug: tuple(sorted(found, key=lambda b: slug_order(b.slug))) for slug, found in below.items()}


def _below(
    special: Role, general: Role, titles: Mapping[str, list[frozenset[str]]], leading: Mapping[str, str]
) -> RoleBelow:
    known = frozenset().union(*titles[general.slug], _words(general.display_name))
    own = _words(special.display_name)
    added = frozenset().union(*titles[special.slug], own) - known - JOINERS
    telling = frozenset(word for word in added if word in own or leading.get(word) == special.slug)
    return RoleBelow(special.slug, telling, known)


def all_words(text: str) -> frozenset[str]:
    """Return all words of a title or a skill's name, also those in brackets, in the form in which titles are compared."""
    return frozenset(word.strip(".") for word in fold_title(text).split())


def _leading(titles: Mapping[str, list[frozenset[str]]]) -> Mapping[str, str]:
    """By a word of titles, the role with most titles that have it; ties by slug."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for slug, of_role in titles.items():
        for word in (word for title in of_role for word in title):
            counts[word][slug] += 1
    return {word: min(of, key=lambda slug: (-of[slug], slug_order(slug))) for word, of in counts.items()}


def _extends(special: Role, general: Role, titles: Mapping[str, list[frozenset[str]]]) -> bool:
    """Whether a role's name has all words of the general one's name and more, or many of its titles do so."""
    if _words(general.display_name) < _words(special.display_name):
        return True
    share = _share(titles[special.slug], titles[general.slug])
    return share >= MIN_SHARE and share > _share(titles[general.slug], titles[special.slug])


def _share(titles: list[frozenset[str]], extended: list[frozenset[str]]) -> float:
    """The share of titles that extend one of some others."""
    wide = [words for words in extended if len(words) >= MIN_WORDS]
    return sum(any(words < title for words in wide) for title in titles) / max(len(titles), 1)


def _titles(role: Role, catalog: Catalog) -> list[frozenset[str]]:
    specific = (a.alias_text for a in catalog.aliases_of_role.get(role.slug, ()) if not a.is_generic)
    return [words for words in map(_words, specific) if words]


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".") for word in plain_title(text).split())
