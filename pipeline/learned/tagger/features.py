"""The features of a word beside the encoder's states: its spelling, its letters, the catalog's aliases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.value import TECHNOLOGY, Catalog
from pipeline.vectors import WIDTH, Vectors

LETTERS = {
    c: i + 2 for i, c in enumerate("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+#-/,&()<>:'")
}
"""Letter codes; 0 is padding and 1 any other letter."""
MAX_LETTERS = 14
"""Letters of a word that are read."""
WORD_COLUMNS = 15
"""Columns of a word beside its states: six of the alias index, nine of its spelling."""
COLUMNS = 2 * WIDTH + 3 * WORD_COLUMNS
"""All columns of a word: its states, its own columns, those of the word before and of the word after."""


class Features:
    """The columns of words, with a catalog's aliases as the gazetteer."""

    def __init__(self, catalog: Catalog, aliases: AliasIndex) -> None:
        self._nature = {s.slug: s.skill_nature for s in catalog.skills}
        self._aliases = aliases

    def for_words(self, words: Sequence[str]) -> tuple[Vectors, np.ndarray]:
        """Return the columns and the letter codes of a sentence's words.

        The columns are (n_words, 3 * ``WORD_COLUMNS``) float32, each word's own and its neighbours'; the codes are
        (n_words, ``MAX_LETTERS``) int64.
        """
        own = np.hstack([self._alias_columns(words), _spelling(words)])
        none = np.zeros((1, WORD_COLUMNS), np.float32)
        return np.hstack([own, np.vstack([none, own])[:-1], np.vstack([own, none])[1:]]), _letters(words)

    def _alias_columns(self, words: Sequence[str]) -> Vectors:
        """Whether a word begins or continues an alias of a technology, of another skill, of a soft skill."""
        ends = np.cumsum([len(w) + 1 for w in words]) - 1
        starts = ends - np.array([len(w) for w in words])
        columns = np.zeros((len(words), 6), np.float32)
        for hit in self._aliases.find(" ".join(words)):
            nature = self._nature[hit.form.skill_slug]
            column = 0 if nature in TECHNOLOGY else 4 if nature == "SOFT_SKILL" else 2
            for n, place in enumerate(np.flatnonzero((starts < hit.end) & (ends > hit.start))):
                columns[place, column + (n > 0)] = 1
        return columns


def _spelling(words: Sequence[str]) -> Vectors:
    return np.array(
        [
            [
                w[:1].isupper(),
                w.isupper() and len(w) > 1,
                any(c.isdigit() for c in w),
                not any(c.isalnum() for c in w),
                w in ",/&",
                w.lower() in ("and", "or"),
                w.startswith("<"),
                any(c.isupper() for c in w[1:]),
                min(len(w), 12) / 12,
            ]
            for w in words
        ],
        np.float32,
    ).reshape(len(words), 9)


def _letters(words: Sequence[str]) -> np.ndarray:
    codes = np.zeros((len(words), MAX_LETTERS), np.int64)
    for i, word in enumerate(words):
        for j, letter in enumerate(word[:MAX_LETTERS]):
            codes[i, j] = LETTERS.get(letter, 1)
    return codes
