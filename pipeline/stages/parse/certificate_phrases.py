"""Where the name of a certificate begins or ends: the run of capitalised words beside a place in a clause."""

from __future__ import annotations

import re

from pipeline.stages.parse.certificate_names import (
    ACRONYM,
    BEFORE_A_NAME,
    CERTAIN,
    DOUBTFUL,
    JOINING,
    KINDS,
    NO_TRADE,
    NOT_OF_A_PERSON,
    TRADES_IN_ING,
)
from pipeline.stages.parse.degrees import find_degrees

MAX_WORDS = 8
"""Words of a name."""
WINDOW = 90
"""Characters beside a word of certification that are looked at."""

Place = tuple[int, int]
"""Where a name stands in its clause."""

_QUOTES = "*\"'“”"
_VERSION = re.compile(r"v\d")
_LOWER_NAME = re.compile(r"(?:(?:^|(?<=\s))(?:(?<![^\s])[a-z]|^[A-Z])[\w/'’-]{1,20}\s)(?:[a-z][\w/'’-]{1,20}\s){0,2}$")


def is_named(name: str) -> bool:
    """Whether a name is known as one of certificates, so that it needs no noun behind it."""
    return bool(CERTAIN.fullmatch(name) or DOUBTFUL.fullmatch(name))


def is_acronym(name: str) -> bool:
    """Whether an item of a list of certificates can be one though nothing else says so."""
    return is_named(name) or ACRONYM.fullmatch(name) is not None


def run_before(clause: str, at: int) -> int | None:
    """Return where the capitalised words that end at a place begin; null where the word before is in lower case."""
    begin: int | None = None
    offset = max(0, at - WINDOW)
    words = list(re.finditer(r"\S+", clause[offset:at]))
    for word in reversed(words[-MAX_WORDS:]):
        token = word.group().strip(_QUOTES)
        if token.endswith((",", ";", ":", ")")) or (token.endswith(".") and token.count(".") < 2):
            break
        bare = token.lstrip("(")
        if ":" in bare[:-1] and not bare.startswith("http"):
            cut = bare.rindex(":") + 1
            return offset + word.end() - len(bare) + cut if begin is None else begin
        if bare and _opens_upper(bare) and bare.lower() not in BEFORE_A_NAME:
            begin = offset + word.start() + len(word.group()) - len(word.group().lstrip("(" + _QUOTES))
            if token.startswith("("):
                break
        elif begin is None or bare not in ("of", "for", "&", "–", "-"):
            break
    return begin


def _opens_upper(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit() or word[-1] == "+" or _VERSION.fullmatch(word) is not None


def lower_run(clause: str, at: int) -> int | None:
    """Return where a name in lower case begins ("electrician license", "first aid certificate"), null where the words are no name."""
    offset = max(0, at - 45)
    match = _LOWER_NAME.search(clause[offset:at])
    if match is None:
        return None
    words = match.group().split()
    for i in range(len(words) - 1, -1, -1):
        word = words[i].lower()
        bent = word.endswith(("ly", "ed", "ing")) and word not in TRADES_IN_ING
        if word in BEFORE_A_NAME or word in NO_TRADE or bent or "/" in word:
            words = words[i + 1 :]
            break
    if not words or (len(words) == 1 and words[0].lower() in KINDS):
        return None
    return at - sum(len(word) + 1 for word in words)


def capitalised(clause: str, start: int, end: int) -> Place | None:
    """Return the capitalised words that an item of a list begins with, null where it is no name."""
    words = list(re.finditer(r"\S+", clause[start:end]))
    while words and words[0].group().lower() in BEFORE_A_NAME:
        words.pop(0)
    if not words or len(words) > MAX_WORDS or not _opens_upper(words[0].group()):
        return None
    last = 0
    for i, word in enumerate(words):
        if _opens_upper(word.group()):
            last = i
        elif word.group() not in JOINING:
            break
    place = start + words[0].start(), start + words[last].end()
    name = clause[slice(*place)].strip(" .,:*")
    if len(name) < 2 or name.lower() in KINDS or NOT_OF_A_PERSON.search(name) or next(find_degrees(name), None):
        return None
    return place


def with_acronym(clause: str, place: Place) -> Place:
    """Return a name with its acronym in brackets behind it, or an acronym with the name before it that it shortens."""
    start, end = place
    behind = re.match(r"\s?\((?:[A-Z][A-Za-z+-]{1,9}|[A-Z]{2}-\d{3})\)", clause[end : end + 16])
    if behind and "(" not in clause[start:end]:
        return start, end + behind.end()
    if clause[start - 1 : start] == "(" and clause[end : end + 1] == ")":
        letters = [c for c in clause[start:end] if c.isupper()]
        offset = max(0, start - WINDOW)
        words = [w for w in re.finditer(r"\S+", clause[offset : start - 1]) if w.group()[0].isupper()][-len(letters) :]
        if len(letters) > 1 and [w.group()[0] for w in words] == letters:
            return offset + words[0].start(), end + 1
    return place
