"""The headings that job descriptions are known to use, and what kind of passage each opens."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.text.phrases import PhraseFinder
from pipeline.text.view import BULLETS, lowered

MAX_HEADING_WORDS = 9
MAX_HEADING_CHARACTERS = 80
MIN_PART = 9
"""Letters of a known heading that may be a part of one."""

HEADINGS_FILE = Path(__file__).with_name("headings.toml")


def _read_headings() -> Mapping[str, tuple[str, ...]]:
    with HEADINGS_FILE.open("rb") as file:
        return {kind: tuple(phrases) for kind, phrases in tomllib.load(file).items()}


PHRASES_OF_KIND = _read_headings()
"""Heading phrases (lower case) by the kind of passage that they open."""
_KIND_OF_PHRASE = {phrase: kind for kind, phrases in PHRASES_OF_KIND.items() for phrase in phrases}
_KINDS_BY_PART = ("preferred", "responsibilities", "requirements", "benefits", "legal", "education")
"""Kinds that a heading may have by a part of it, in order of precedence."""
_FINDER = PhraseFinder(p for p in _KIND_OF_PHRASE if len(p) > 3)

_BEHIND_HEADING = re.compile(rf"(?P<colon> {{0,4}}[:：])? {{0,8}}(?:[{BULLETS}*·–-]|[A-Z0-9(]|\n|$)")
_EDGES = " \t#*_=-–—•●▪>|:：.!?"
_SMALL_WORDS = frozenset({"", "and", "&", "to", "the", "in", "of", "a", "you"})


class InlineHeading(NamedTuple):
    """A known heading inside a running line: its span in the line (a colon behind it included), and what it opens."""

    start: int
    end: int
    kind: str


def heading_kind(line: str, whole: bool = False) -> str | None:
    """Return the kind of passage that a line opens if it is a known heading, or has one in it unless ``whole``; else null."""
    bare = line[: 4 * MAX_HEADING_CHARACTERS].strip(_EDGES)
    words = bare.replace("’", "'").lower().split()
    if not words or len(words) > MAX_HEADING_WORDS or len(bare) > MAX_HEADING_CHARACTERS:
        return None
    phrase = " ".join(words)
    return _KIND_OF_PHRASE.get(phrase) or (None if whole else _kind_by_part(phrase))


def _kind_by_part(words: str) -> str | None:
    kinds = {_KIND_OF_PHRASE[phrase] for _, _, phrase in _FINDER.find(words) if len(phrase) >= MIN_PART}
    return next((kind for kind in _KINDS_BY_PART if kind in kinds), None)


def inline_headings(line: str) -> list[InlineHeading]:
    """Return the known headings inside a running line: capitalised, and followed by a colon, a bullet or a capital."""
    found: list[InlineHeading] = []
    covered = 0
    for start, end, phrase in sorted(_FINDER.find(lowered(line)), key=lambda f: (f[0], -f[1])):
        behind = _BEHIND_HEADING.match(line, end)
        if start < covered or behind is None or (start and line[start - 1] in "/&-_"):
            continue
        colon = behind.group("colon")
        if _opens_passage(line, start, end, phrase, bool(colon)):
            covered = end + len(colon or "")
            found.append(InlineHeading(start, covered, _KIND_OF_PHRASE[phrase]))
    return found


def _opens_passage(line: str, start: int, end: int, phrase: str, colon: bool) -> bool:
    """Whether a phrase inside a line is a heading there, by its capitals and by what is before and behind it."""
    words = [w for w in re.split(r"[\s-]", line[start:end]) if w.lower() not in _SMALL_WORDS]
    if not words or not all(w[0].isupper() for w in words):
        return False
    before = line[max(0, start - 40) : start].rstrip()
    at_break = not before or before[-1] in ".!?:;)" + BULLETS
    if len(words) < 2:
        return colon and at_break
    behind = line[end : end + 40]
    if colon or at_break or behind.lstrip()[:1] in BULLETS:
        return True
    return phrase != "job description" and re.match(r"\s{1,8}[A-Z]\w{1,30}\s", behind) is not None
