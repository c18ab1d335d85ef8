"""Entities ("&amp;", "&#8226;", "&nbsp") become the characters that they stand for."""

from __future__ import annotations

import html
import re
from html.entities import html5

from pipeline.text.view import Edit, Reading

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31})(?:;|(?![a-zA-Z0-9=]))")
_ESCAPED_TAG = re.compile(r"&(?:amp;){0,2}lt;/?[a-zA-Z]")


def hides_tags(text: str) -> bool:
    """Return whether a text has tags that were escaped."""
    return "&" in text and _ESCAPED_TAG.search(text) is not None


def entities(text: str) -> Reading:
    """Read entities; those without a semicolon where HTML allows it and no letter follows."""
    if "&" not in text:
        return Reading()
    edits = []
    for match in _ENTITY.finditer(text):
        entity = match.group()
        if entity[1] == "#" or entity[1:] in html5:
            edits.append(Edit(*match.span(), html.unescape(entity)))
    return Reading(edits)
