"""The words of a sentence as the tagger takes them: where each stands, which pieces it has, and how it is written.

None of it depends on a catalog: the carried model reads letters without their case, so that case, digits and signs are added.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from pipeline.commonness import commonness, is_ordinary
from pipeline.vectors import Vectors

_RUN = re.compile(r"[^\s(\[{\"“«,;/|]+|[(\[{\"“«,;/|]")
_SIGNS_BEFORE, _SIGNS_AFTER = "<'‘*•–—-", ")]}>\"'”’»:.!?*–—-"
"""Signs that are no part of the word behind or before them, beside those that separate words."""
BUCKETS = 4096
"""Rows of the table of letter groups."""
MAX_GROUPS = 24
"""Letter groups of a word that are read."""
WORDS_KEPT = 16_384
"""Words whose spelling is kept; texts go on bringing new ones."""
SHAPE_COLUMNS = 17
"""Columns of how a word is written and how common it is."""
MOST_COMMON = 5
"""The commonness of the commonest words."""

Span = tuple[int, int]
"""Code points of a text, the end exclusive."""


def word_spans(text: str) -> list[Span]:
    """Return the places of the words of a text, each without the signs around it, and of the signs.

    "Node.js", "C++" and the two of "CI/CD" are words. Equal texts but for their white space have the same words.
    """
    spans: list[Span] = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        run = match.group()
        word = run.rstrip(_SIGNS_AFTER)
        first = start + len(run) - len(run.lstrip(_SIGNS_BEFORE))
        last = start + len(word)
        if first >= last:
            spans.append((start, end))
            continue
        spans += [s for s in ((start, first), (first, last), (last, end)) if s[0] < s[1]]
    return spans


def first_pieces(offsets: Sequence[Span], words: Sequence[Span]) -> list[int]:
    """Return the place of each word's first piece among those of the tokenizer, -1 for a word that has none."""
    firsts = [-1] * len(words)
    at = 0
    for piece, (start, end) in enumerate(offsets):
        if start == end:
            continue
        while at < len(words) and words[at][1] <= start:
            at += 1
        if at < len(words) and firsts[at] < 0 and words[at][0] <= start:
            firsts[at] = piece
    return firsts


def shapes(words: Sequence[str]) -> Vectors:
    """Return how words are written and how common they are, (n_words, ``SHAPE_COLUMNS``) float32."""
    return np.array([_shape(w) for w in words], np.float32).reshape(len(words), SHAPE_COLUMNS)


def letter_groups(words: Sequence[str]) -> np.ndarray:
    """Return the rows of the table of letter groups of words, (n_words, ``MAX_GROUPS``) int64; 0 is none."""
    return np.array([_groups(w) for w in words], np.int64).reshape(len(words), MAX_GROUPS)


@lru_cache(WORDS_KEPT)
def _shape(word: str) -> tuple[float, ...]:
    letters = [c for c in word if c.isalpha()]
    return (
        word[:1].isupper(),
        word.isupper() and len(letters) > 1,
        any(c.isdigit() for c in word),
        not any(c.isalnum() for c in word),
        word in ",/&",
        word.lower() in ("and", "or"),
        word.startswith("<"),
        any(c.isupper() for c in word[1:]) and not word.isupper(),
        min(len(word), 12) / 12,
        word.islower(),
        any(not c.isalnum() for c in word[1:-1]),
        word[-1:] in "+#" and len(word) > 1,
        word in "(",
        word.isdigit(),
        commonness(word) / MOST_COMMON,
        commonness(word) == 0,
        is_ordinary(word),
    )


@lru_cache(WORDS_KEPT)
def _groups(word: str) -> tuple[int, ...]:
    """Groups of three and four letters with the word's ends, each hashed to a row."""
    marked = f"<{word[:14]}>"
    groups = [marked[i : i + n] for n in (3, 4) for i in range(max(len(marked) - n + 1, 1))][:MAX_GROUPS]
    rows = [1 + zlib.crc32(g.encode("utf-8", "replace")) % (BUCKETS - 1) for g in groups]
    return tuple(rows + [0] * (MAX_GROUPS - len(rows)))
