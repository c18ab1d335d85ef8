"""Short texts by the beginnings, ends and middles of their words: rare ones count more than those that many texts have.

The grams of a text are all runs of three to five characters of its words and the words themselves, hashed (Weinberger et al.
2009). A spelling mistake or an ending changes a few of them; a word that half the texts have ("engineer") adds little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from zlib import crc32

import numpy as np
import numpy.typing as npt
from typing_extensions import override

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

BUCKETS = 1 << 16
MIN_LENGTH, MAX_LENGTH = 3, 5
COMMON_WEIGHT = 0.3
"""Weight of a gram that every text has."""
PRIOR_GRAMS = 20.0
"""Grams of the whole collection that stand beside those of a group's own texts."""
MAX_WORDS = 24
"""Words of a text that are compared."""
_WORD = re.compile(r"[\w+#.]+")
_ENDING = re.compile(r"^(.{3,30}?)(?:ings?|ments?|ies|e[ds]|[sye])$")


@lru_cache(8192)
def grams_of(text: str) -> tuple[int, ...]:
    """Return the hashed grams of a folded text, each once, ascending."""
    found: set[int] = set()
    for word in _WORD.findall(text)[:MAX_WORDS]:
        framed = f"<{word[:30]}>"
        for size in range(MIN_LENGTH, MAX_LENGTH + 1):
            found.update(
                crc32(framed[i : i + size].encode("utf-8", "replace")) % BUCKETS for i in range(len(framed) - size + 1)
            )
        if len(framed) > MAX_LENGTH:
            found.add(crc32(framed.encode("utf-8", "replace")) % BUCKETS)
    return tuple(sorted(found))


@dataclass(frozen=True)
class Postings:
    """For each gram the rows that have it and a value for each: those of gram ``g`` are at ``starts[g]:starts[g + 1]``."""

    starts: Integers
    rows: Integers
    values: Floats

    def sums(self, grams: Sequence[int], weights: Floats, n_rows: int) -> Floats:
        """Return for each row the sum of its values of some grams, each times its weight, (n_rows,) float32."""
        if not grams:
            return np.zeros(n_rows, np.float32)
        spans = [slice(self.starts[g], self.starts[g + 1]) for g in grams]
        rows = np.concatenate([self.rows[s] for s in spans])
        values = np.concatenate([self.values[s] * w for s, w in zip(spans, weights, strict=True)])
        return np.bincount(rows, values, n_rows).astype(np.float32)


class GramIndex:
    """Texts by their grams, and groups of adjacent texts by the grams of all of theirs."""

    def __init__(self, texts: Sequence[str], starts: Sequence[int] | Integers = ()) -> None:
        """Index folded texts; ``starts`` are the rows at which groups begin, the first of them 0."""
        grams = [grams_of(text) for text in texts]
        lengths = np.array([len(g) for g in grams], np.int64)
        rows = np.repeat(np.arange(len(texts)), lengths)
        flat = np.fromiter((g for row in grams for g in row), np.int64, int(lengths.sum()))
        self._n = len(texts)
        self._flat, self._rows = flat, rows
        self._texts_with = np.bincount(flat, minlength=BUCKETS)
        self._weight = (np.log((self._n + 1) / (self._texts_with + 1)) + COMMON_WEIGHT).astype(np.float32)
        norms = np.sqrt(np.bincount(rows, self._weight[flat].astype(np.float64) ** 2, self._n))
        values = self._weight[flat] / np.maximum(norms, 1e-9)[rows]
        self._postings = _postings(flat, rows, values.astype(np.float32))
        self._group(flat, rows, np.asarray(starts, np.int64))

    def _group(self, flat: Integers, rows: Integers, starts: Integers) -> None:
        self._n_groups, self._starts = len(starts), starts
        group = np.searchsorted(starts, rows, side="right") - 1 if len(starts) else rows[:0]
        pairs, counts = np.unique(group * BUCKETS + flat[: len(group)], return_counts=True)
        gram = pairs % BUCKETS
        expected = (self._texts_with + 0.5) / (len(flat) + 0.5 * np.count_nonzero(self._texts_with) + 1.0)
        surprise = np.log1p(counts / (PRIOR_GRAMS * expected[gram]))
        self._surprises = _postings(gram, pairs // BUCKETS, surprise.astype(np.float32))
        sizes = np.bincount(group, minlength=self._n_groups)
        self._length_cost = np.log1p(sizes / PRIOR_GRAMS).astype(np.float32)

    def similarity(self, text: str) -> Floats:
        """Return the cosine of a folded text with each text by weighted grams, (n_texts,) in 0..1."""
        grams = grams_of(text)
        weights = self._weight[list(grams)]
        norm = float(np.sqrt((weights.astype(np.float64) ** 2).sum())) or 1.0
        return self._postings.sums(grams, (weights / norm).astype(np.float32), self._n)

    def log_likelihood(self, text: str) -> Floats:
        """Return how much likelier than in all texts a folded text's grams are in each group, (n_groups,), a mean in nats.

        The grams of a group are smoothed with those of all (Zhai and Lafferty 2004, Dirichlet prior).
        """
        grams = grams_of(text)
        weights = np.full(len(grams), 1 / max(len(grams), 1), np.float32)
        return self._surprises.sums(grams, weights, self._n_groups) - self._length_cost


class GramIndexWithout(GramIndex):
    """The index of the texts of another but for one, its values made for those grams that are asked for; a group of no text is none."""

    def __init__(self, base: GramIndex, row: int) -> None:
        """Take the text at ``row`` out of the texts of ``base``."""
        stays = base._rows != row
        self._rows = base._rows[stays]
        self._rows = self._rows - (self._rows > row)
        self._flat = base._flat[stays]
        self._n = base._n - 1
        self._texts_with = base._texts_with.copy()
        self._texts_with[base._flat[~stays]] -= 1
        starts = base._starts - (base._starts > row)
        # A group begins where the next one does once its only text is gone.
        self._starts = starts[np.append(starts[1:], self._n) > starts] if len(starts) else starts
        self._n_groups = len(self._starts)
        sizes = np.log((self._n + 1) / (np.arange(self._n + 1) + 1)) + COMMON_WEIGHT
        self._weight = sizes.astype(np.float32)[self._texts_with]
        self._norms = np.sqrt(np.bincount(self._rows, self._weight[self._flat].astype(np.float64) ** 2, self._n))
        self._postings = _without_row(base._postings, row)
        group = self._group_of(self._rows)
        self._length_cost = np.log1p(np.bincount(group, minlength=self._n_groups) / PRIOR_GRAMS).astype(np.float32)

    def _group_of(self, rows: Integers) -> Integers:
        return np.searchsorted(self._starts, rows, side="right") - 1 if len(self._starts) else rows[:0]

    def _rows_with(self, gram: int) -> Integers:
        return self._postings.rows[self._postings.starts[gram] : self._postings.starts[gram + 1]]

    @override
    def similarity(self, text: str) -> Floats:
        """Return the cosine of a folded text with each text by weighted grams, (n_texts,) in 0..1."""
        grams = grams_of(text)
        if not grams:
            return np.zeros(self._n, np.float32)
        weights = self._weight[list(grams)]
        norm = float(np.sqrt((weights.astype(np.float64) ** 2).sum())) or 1.0
        shares = (weights / norm).astype(np.float32)
        rows = [self._rows_with(gram) for gram in grams]
        values = [
            (np.float32(weight) / np.maximum(self._norms, 1e-9)[of_gram]).astype(np.float32) * share
            for weight, of_gram, share in zip(weights, rows, shares, strict=True)
        ]
        return np.bincount(np.concatenate(rows), np.concatenate(values), self._n).astype(np.float32)

    @override
    def log_likelihood(self, text: str) -> Floats:
        """Return how much likelier than in all texts a folded text's grams are in each group, (n_groups,), a mean in nats."""
        grams = grams_of(text)
        if not grams:
            return np.zeros(self._n_groups, np.float32) - self._length_cost
        share = np.float32(1 / len(grams))
        total = len(self._flat) + 0.5 * np.count_nonzero(self._texts_with) + 1.0
        groups, values = [], []
        for gram in grams:
            group, counts = np.unique(self._group_of(self._rows_with(gram)), return_counts=True)
            expected = (self._texts_with[gram] + 0.5) / total
            groups.append(group)
            values.append(np.log1p(counts / (PRIOR_GRAMS * expected)).astype(np.float32) * share)
        sums = np.bincount(np.concatenate(groups), np.concatenate(values), self._n_groups).astype(np.float32)
        return np.asarray(sums - self._length_cost, np.float32)


class WordWeights:
    """The words of texts without their endings, a rare one weighing more than a common one."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Count in how many of the folded texts each word is."""
        self._texts_with = Counter(word for text in texts for word in words_of(text))
        self._n = len(texts)

    def coverage(self, first: str, second: str) -> float:
        """Return the weighted share of words in common, of the words of whichever folded text it is less of, 0..1."""
        ours, theirs = words_of(first), words_of(second)
        common, most = self._weight(ours & theirs), max(self._weight(ours), self._weight(theirs))
        return common / most if most else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return sum(log((self._n + 1) / (self._texts_with[word] + 1)) + COMMON_WEIGHT for word in sorted(words))


@lru_cache(65_536)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a folded text without their endings."""
    return frozenset(_ENDING.sub(r"\1", word) for word in _WORD.findall(text)[:MAX_WORDS])


def _without_row(postings: Postings, row: int) -> Postings:
    """Postings without those of a row; their values are no more than places."""
    stays = postings.rows != row
    before = np.concatenate(([0], np.cumsum(stays)))
    rows = postings.rows[stays]
    return Postings(before[postings.starts], rows - (rows > row), postings.values[:0])


def _postings(gram: Integers, rows: Integers, values: Floats) -> Postings:
    order = np.argsort(gram, kind="stable")
    starts = np.searchsorted(gram[order], np.arange(BUCKETS + 1))
    return Postings(starts, rows[order], values[order])
