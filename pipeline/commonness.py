"""How common a word is in everyday English, by its frequency in the subtitles that ``pyspellchecker`` carries.

Everyday language is what matters here: films speak of chefs, puppets and glue, hardly ever of Kubernetes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from math import log10

import spellchecker

RARE = 60
"""Occurrences (of 1.6 billion words) below which a word is none of everyday English; names of films' credits have 50."""
WORDS_KEPT = 8192
"""Words whose answer is kept; texts go on bringing new ones."""
MIN_PART = 4
"""Letters of each part of a compound ("middle|ware")."""


@cache
def _frequencies() -> Mapping[str, int]:
    """The occurrences of each word of everyday English."""
    packed = files(spellchecker).joinpath("resources", "en.json.gz").read_bytes()
    return {word: n for word, n in json.loads(gzip.decompress(packed)).items() if n >= RARE}


@lru_cache(WORDS_KEPT)
def commonness(word: str) -> float:
    """Return how common a word is in everyday English: 0 for none of its words, up to 5 for the commonest ("go")."""
    n = _frequencies().get(word.lower(), 0)
    return log10(n / 50) if n else 0.0


@lru_cache(WORDS_KEPT)
def is_ordinary(word: str) -> bool:
    """Return whether a word is one of everyday English, or two of them in one."""
    if commonness(word) > 0:
        return True
    cuts = range(MIN_PART, len(word) - MIN_PART + 1)
    return any(commonness(word[:cut]) > 0 and commonness(word[cut:]) > 0 for cut in cuts)
