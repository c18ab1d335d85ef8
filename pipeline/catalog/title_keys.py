"""Titles as names of roles: how one is written, the key under which equal ones meet, the likeness of keys that differ by a spelling."""

from __future__ import annotations

from rapidfuzz import fuzz

from pipeline.catalog.titles import fold_title, plain_title

MIN_WORD = 6
"""Letters of a word that may differ in a few of them from its like; shorter ones ("iOS", "IoT") are other words at once."""
MIN_LIKENESS = 88
"""Likeness of letters, 0..100, of two spellings of a word."""
MAX_ABBREVIATION = 3
"""Letters of a word that a title in capitals keeps in capitals."""
_MARKS = ",.;:()[]"
JOINERS = frozenset("a an and for in of on or the to with".split())
"""Small words between those that name something."""


def title_as_written(title: str) -> str:
    """Return a title without noise and seniority, its words as it writes them: "SAP BW Architect"; small ones of one in capitals."""
    written = {word.strip(_MARKS).lower(): word.strip(_MARKS) for word in title.split()}
    if title.isupper():
        written = {word: text if len(word) <= MAX_ABBREVIATION else text.capitalize() for word, text in written.items()}
    return " ".join(_as_name(word, written.get(word, word)) for word in plain_title(title).split())


def _as_name(word: str, written: str) -> str:
    has_capital = any(letter.isupper() for letter in written)
    return written if has_capital or word in JOINERS else word.capitalize()


def title_key(title: str) -> str:
    """Return the form under which equal titles meet: without seniority and noise, in the singular, its words in order of letters."""
    folded = plain_title(title) or fold_title(title)
    return " ".join(sorted({singular(word) for word in folded.split() if word not in JOINERS}))


def are_near(key: str, other: str) -> bool:
    """Whether two keys are one title in two spellings: word by word the same, or long words that differ in a letter or two."""
    words, others = key.split(), other.split()
    return len(words) == len(others) and all(map(_is_same_word, words, others))


def _is_same_word(word: str, other: str) -> bool:
    if word == other:
        return True
    long_enough = min(len(word), len(other)) >= MIN_WORD
    return long_enough and word[0] == other[0] and fuzz.ratio(word, other) >= MIN_LIKENESS


def singular(word: str) -> str:
    """Return a word in the singular, by its ending."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
