"""What a parsed text says in the form of the labels: the level of its degrees, the names of its places."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.contracts import Education, JobLocation

LEVELS = ("high school", "associate", "bachelor", "master", "phd")
"""Levels of a degree in the labels, the lowest first."""

_LEVEL_OF_WORDS = (
    (re.compile(r"ph\.? ?d|doctor"), "phd"),
    (re.compile(r"master|advanced|postgrad|graduate degree|m\.?b\.?a|^m\.? ?(?:s|a|sc|tech)\b"), "master"),
    (re.compile(r"bachelor|undergrad|college|university|degree|^b\.? ?(?:s|a|e|sc|tech)\b"), "bachelor"),
    (re.compile(r"associate"), "associate"),
    (re.compile(r"high school|diploma|ged"), "high school"),
)


def lowest_level(entries: Iterable[Education], required: bool) -> str | None:
    """Return the lowest level of the degrees that are required, or of those that are not; null without any."""
    levels = filter(None, (_level(e) for e in entries if (e.requirement == "required") == required))
    return min(levels, key=lambda level: LEVELS.index(level) if level in LEVELS else len(LEVELS), default=None)


def _level(entry: Education) -> str | None:
    for words in (entry.level or "", entry.qualification or ""):
        for pattern, level in _LEVEL_OF_WORDS:
            if pattern.search(words.lower()):
                return level
    return (entry.level or "").lower() or None


def place_names(places: Iterable[JobLocation]) -> list[list[str]]:
    """Return the names of each place: its city's, or the region's where there is no city; a work mode alone is none."""
    found = ([p.city, *p.aliases] if p.city else [p.state or p.country] for p in places)
    return [[name for name in names if name] for names in found if names[0]]
