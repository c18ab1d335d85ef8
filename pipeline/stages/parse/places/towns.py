"""Towns that the gazetteer lacks, known by what is said of them alone: "Location: Little Wenham", "the role is based in Ottery"."""

from __future__ import annotations

import re

from pipeline.stages.parse.places.labels import LabelValue

MAX_TOWN, MAX_TOWN_WORDS = 40, 3
"""Code points and words of a value that is the name of a town, whatever the gazetteer has."""

_TOWN = re.compile(r"[^\W\d_]+(?:[ '’.-]{1,2}[^\W\d_]+){0,4}")
_NO_TOWN = frozenset(
    "remote hybrid onsite on site virtual home field flexible multiple various several any anywhere all other office offices client customer "
    "headquarters hq corporate global globally worldwide nationwide national international local regional confidential negotiable open tbd tba na "
    "none not no yes see below above different preferred required based work working full time part day night shift state city country location "
    "locations area region north south east west europe emea apac latam asia africa america americas east campus store warehouse plant".split()
)
_SMALL_IN_TOWN = frozenset("the of de la le les del do da upon on by the sur am an der bei en in under and".split())


def town_of_label(view: str, value: LabelValue) -> tuple[int, int] | None:
    """Return where a short value names a town by its form alone ("Location: Little Wenham"), else null."""
    text = view[value.start : value.end]
    start = value.start + len(text) - len(text.lstrip(" \n\t*_\"'-•·:"))
    match = _TOWN.match(view, start, min(value.end, start + MAX_TOWN))
    if not value.is_strong or match is None or view[match.end() : match.end() + 1].isalnum():
        return None
    behind = view[match.end() : value.end].strip(" *_\"'")
    names = [w for w in re.split(r"[ '’.-]+", match.group()) if w.lower() not in _SMALL_IN_TOWN]
    is_name = 0 < len(names) <= MAX_TOWN_WORDS and all(w[0].isupper() and len(w) > 1 for w in names)
    return (
        match.span()
        if is_name and not _NO_TOWN & {w.lower() for w in names} and behind[:1] in ("", *",;/|(\n–-")
        else None
    )


_CAPITALISED = r"[A-Z][a-z]{2,}(?:[ -](?:[A-Z][a-z]{2,}|upon|on|le|la|de)){0,2}"
_IN_WORDS = re.compile(
    rf"\b(?:(?:[Bb]ased|[Ll]ocated|[Ss]ituated)\s+(?:in|out of|near)|[Rr]elocate\s+to)\s+(?P<town>{_CAPITALISED})"
    r"(?=\s*(?:[.,;)\n]|$|and\b|with\b|office\b|as\b|for\b))"
)
_OF_THE_JOB = re.compile(
    r"\b(?:role|position|job|you|candidate|opportunity|office|must|vacancy|team|we are|client)\b", re.I
)
MAX_BEFORE = 80


def town_in_words(view: str) -> tuple[int, int] | None:
    """Return where words say of a capitalised name that the position is there, else null."""
    for match in _IN_WORDS.finditer(view):
        before = view[max(0, match.start() - MAX_BEFORE) : match.start()].rsplit("\n", 1)[-1]
        words = {w.lower() for w in re.split(r"[ -]", match.group("town"))}
        if _OF_THE_JOB.search(before) and not words & _NO_TOWN:
            return match.span("town")
    return None
