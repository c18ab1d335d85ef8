"""Web addresses in a job description."""

from __future__ import annotations

import re

from pipeline.contracts import TextSpan
from pipeline.text import JDText

MAX_CHARACTERS = 200_000
"""Characters of a text that are searched."""

_URL = re.compile(
    r"(?:https?:\\{0,2}/\\{0,2}/|(?<![\w@])www\.)(?:[^\s<>\"'“”‘’()\[\]{}|\\^`\u200b-\u200f\ufeff]|\\[_\-./~*&?#=+]|\([^\s()<>\"]{0,80}\))+",
    re.I,
)
"""An address as it stands in a text, in Markdown, in an attribute or in JSON; brackets in it come in pairs."""
_ESCAPE = re.compile(r"\\([_\-./~*&?#=+])")
_NAMED = re.compile(r"\w[.:]\w|//localhost", re.I)
_PUNCTUATION = ".,;:!?*_~"


def urls(jd: JDText) -> dict[str, TextSpan]:
    """Return the web addresses of the text as given (also those inside markup) with their places, in order of first appearance."""
    places: dict[str, TextSpan] = {}
    for match in _URL.finditer(jd.raw[:MAX_CHARACTERS]):
        written = match.group().rstrip(_PUNCTUATION)
        address = _ESCAPE.sub(r"\1", written).replace("&amp;", "&")
        if _NAMED.search(address):
            places.setdefault(address, TextSpan(start=match.start(), end=match.start() + len(written)))
    return places
