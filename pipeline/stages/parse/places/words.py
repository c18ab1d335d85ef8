"""The words of a text as names are looked up by them: in lower case, without accents, divided where they lost the blank."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MAX_GLUED = 60
"""Letters of words that may have lost the blank between them."""

_LETTERS = re.compile(r"[^\W\d_]+|\d+")
_PLAIN_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){0,5}")


class Word(NamedTuple):
    """A word of a text: where it stands, and how names are looked up by it."""

    start: int
    end: int
    key: str


def folded(word: str) -> str:
    """Return a word in lower case without accents."""
    if word.isascii():
        return word.lower()
    word = word.replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()


def find_words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """Yield the words of a part of a text; words that lost the blank between them are divided ("MADuration", "TesterLeeds")."""
    for match in _LETTERS.finditer(text, start, len(text) if end is None else min(end, len(text))):
        word = match.group()
        if len(word) < 3 or len(word) > MAX_GLUED or word.isupper() or word[1:].islower():
            yield Word(match.start(), match.end(), folded(word))
            continue
        at = match.start()
        for left, right in _glued_parts(word):
            yield Word(at + left, at + right, folded(word[left:right]))


def _glued_parts(word: str) -> Iterator[tuple[int, int]]:
    """Spans of the parts of a word, each of which begins with a capital."""
    start = 0
    for i in range(1, len(word)):
        after_small = word[i].isupper() and word[i - 1].islower()
        last_capital = word[i].isupper() and word[i - 1].isupper() and word[i + 1 : i + 2].islower()
        if after_small or last_capital:
            yield start, i
            start = i
    yield start, len(word)


def name_key(name: str) -> str:
    """Return the form by which a name is looked up."""
    if _PLAIN_NAME.fullmatch(name):
        return name.lower()
    return " ".join(w.key for w in find_words(name))
