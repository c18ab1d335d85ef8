"""The headings and labels that may stand in a line, and the words that begin a sentence or a duty."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

HEADINGS_FILE = Path(__file__).parent.with_name("headings.toml")
WORDS_FILE = Path(__file__).with_name("words.toml")

MAX_PHRASE = 48
"""Characters of a heading or label."""
MIN_LONE_HEADING = 6
"""Letters of a single word that is known as a heading without a colon."""
_SMALL_WORDS = frozenset("and & to the in of a you for or 's".split())


@cache
def words(name: str) -> frozenset[str]:
    """Return a list of the words file."""
    return frozenset(tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))[name])


@cache
def _phrases() -> frozenset[str]:
    lists = tomllib.loads(HEADINGS_FILE.read_text(encoding="utf-8")).values()
    return frozenset(phrase for phrases in lists for phrase in phrases) | words("labels")


@cache
def _phrases_by_first_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in _phrases():
        found[phrase.split()[0]].append(phrase)
    return {first: tuple(sorted(listed, key=len, reverse=True)) for first, listed in found.items()}


def is_phrase(text: str) -> bool:
    """Return whether a text is a known heading or label, written with capitals as they are."""
    return text.lower().replace("’", "'") in _phrases() and _has_capitals(text)


def phrase_at(text: str, at: int, first_word: str) -> str:
    """Return the longest known heading or label that stands at a place of a text; empty where none does."""
    listed = _phrases_by_first_word().get(first_word.lower())
    if listed is None:
        return ""
    part = text[at : at + MAX_PHRASE + 1]
    low = part.lower().replace("’", "'")
    if len(low) != len(part):
        return ""
    for phrase in listed:
        behind = part[len(phrase) : len(phrase) + 1]
        if low.startswith(phrase) and not (behind.islower() or behind.isdigit()) and _has_capitals(part[: len(phrase)]):
            return part[: len(phrase)]
    return ""


def ends_label(phrase: str) -> bool:
    """Return whether a label may be the end of a longer one ("Deadline Date")."""
    return phrase.lower() in words("label_ends")


def _has_capitals(text: str) -> bool:
    named = [w for w in text.replace("-", " ").split() if w.lower() not in _SMALL_WORDS]
    return bool(named) and all(w[0].isupper() or not w[0].isalpha() for w in named)


def opens_sentence(word: str) -> bool:
    """Return whether a sentence or a line may well begin with a word."""
    return word.lower().replace("’", "'") in words("openers")


def opens_duty(word: str) -> bool:
    """Return whether a word is a verb of duties, plain ("manage"), or as it ends otherwise ("manages", "managing")."""
    low = word.lower()
    verbs = words("verbs")
    if low in verbs:
        return True
    for ending in ("ing", "es", "s"):
        stem = low.removesuffix(ending)
        if stem != low:
            doubled = len(stem) > 2 and stem[-1] == stem[-2] and stem[:-1] in verbs
            return stem in verbs or f"{stem}e" in verbs or doubled or (ending == "es" and f"{stem[:-1]}y" in verbs)
    return False
