"""The words of a form beside those of the skill that it is of."""

from __future__ import annotations

import re

from pipeline.text.words import is_ordinary

MIN_STEM = 4
"""Letters by which two words are the same but for their endings."""


def stems(text: str) -> set[str]:
    """Return the first letters of the words of a text."""
    return {w[:MIN_STEM] for w in re.findall(r"[a-z0-9+#]+", text.lower())}


def is_noun_for_product(alias: str, name: str) -> bool:
    """Return whether an alias is a common noun of another stem than the product that owns it, and not the long form of its name."""
    words = re.findall(r"[a-z]+", alias)
    if not words or not all(is_ordinary(w) and len(w) > 3 for w in words) or not alias.replace(" ", "").isalpha():
        return False
    initials = "".join(w[0] for w in words)
    return not stems(alias) & stems(name) and initials != name.lower()[: len(initials)]
