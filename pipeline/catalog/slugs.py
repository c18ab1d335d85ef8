"""Slugs of names: lower case, letters and digits joined by hyphens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from slugify import slugify

Spellings = Sequence[tuple[str, str]]
"""Replacements in a name in lower case, in the order in which they are made."""
NEW_SKILL_SPELLINGS: Spellings = (("c++", "cpp"), ("+", " plus "), ("#", " sharp "))
ESCO_SPELLINGS: Spellings = (("c++", "cpp"), ("c#", "c-sharp"), (".net", "dot-net"))
# slugify would drop these within a word or a number; here each ends a word.
_BREAKS = ((",", " "), ("'", " "))


def slug_of(name: str, spellings: Spellings = (), *, ascii_only: bool = True, max_length: int = 0) -> str:
    """Return the slug of a name, empty for a name without letters and digits.

    ``ascii_only`` treats letters beyond ASCII as separators, else they stay. ``max_length`` cuts the slug; 0 leaves it whole.
    """
    text = name.lower()
    return slugify(
        text.encode("ascii", "replace").decode() if ascii_only else text,
        replacements=(*spellings, *_BREAKS),
        allow_unicode=not ascii_only,
        entities=False,
        decimal=False,
        hexadecimal=False,
        max_length=max_length,
    )


def transliterated_slug(name: str) -> str:
    """Return the slug of a name with letters beyond ASCII transliterated ("Müller" is "muller"); empty for a name without any."""
    return slugify(name)


def free_slug(name: str, is_taken: Callable[[str], bool]) -> str:
    """Return a slug for a new entry of a name, with a number from 2 on where ``is_taken`` is true of the slug."""
    base = slug_of(name, ascii_only=False) or "unnamed"
    slug, n = base, 2
    while is_taken(slug):
        slug, n = f"{base}-{n}", n + 1
    return slug
