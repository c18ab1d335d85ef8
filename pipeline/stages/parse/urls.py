"""Web addresses in a job description."""

from __future__ import annotations

import re

from pipeline.contracts import TextSpan
from pipeline.text import JDText

MAX_CHARACTERS = 200_000
"""Characters of a text that are searched."""

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", re.I)


def urls(jd: JDText) -> dict[str, TextSpan]:
    """Return the web addresses of the text as given (also those inside markup) with their places, in order of first appearance."""
    places: dict[str, TextSpan] = {}
    for match in _URL.finditer(jd.raw[:MAX_CHARACTERS]):
        places.setdefault(match.group(), TextSpan(start=match.start(), end=match.end()))
    return places
