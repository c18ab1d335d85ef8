"""The nouns that name an occupation, and how surely each does."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

OCCUPATIONS_FILE = Path(__file__).with_name("occupations.toml")

KNOWN, WEAK, SUFFIX = 1.0, 0.7, 0.5
"""How surely a noun names an occupation: it is known to, it does beside other words, it ends as such nouns do."""
MIN_SUFFIX_LETTERS = 5
"""Letters of a word that is taken for an occupation by its ending."""


def _read() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    with OCCUPATIONS_FILE.open("rb") as file:
        rows = tomllib.load(file)
    nouns, weak, others = (frozenset(rows[key].split()) for key in ("nouns", "weak", "not_nouns"))
    return nouns - weak, weak, others


OCCUPATIONS, WEAK_OCCUPATIONS, _NOT_OCCUPATIONS = _read()
_ENDING = re.compile(r"(?:er|or|ist|ian|eer|eur|smith|man|woman|person)$")
_PLURALS = {"men": "man", "women": "woman", "people": "person"}


def singular(word: str) -> str:
    """Return the singular of a noun (lower case) by its ending."""
    for plural, one in _PLURALS.items():
        if word.endswith(plural):
            return word[: -len(plural)] + one
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


@lru_cache(8192)
def occupation_strength(word: str) -> float:
    """Return how surely a word, a part of it between strokes, or its last part behind a hyphen names an occupation; else 0."""
    return max(_strength(part) for part in (word, *word.split("/"), word.rsplit("-", 1)[-1]))


def _strength(word: str) -> float:
    bare = re.sub(r"['’]s$", "", word.strip(".,;:!?()[]{}*\"'’‘“”").lower())
    one = singular(bare)
    if bare in OCCUPATIONS or one in OCCUPATIONS:
        return KNOWN
    if bare in WEAK_OCCUPATIONS or one in WEAK_OCCUPATIONS:
        return WEAK
    if len(one) < MIN_SUFFIX_LETTERS or not one.isalpha() or one in _NOT_OCCUPATIONS:
        return 0.0
    return SUFFIX if _ENDING.search(one) else 0.0
