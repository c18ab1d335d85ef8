"""Web addresses in a job description."""

from __future__ import annotations

import re

from pipeline.text import JDText

MAX_CHARACTERS = 200_000
"""Characters of a text that are searched."""

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", re.I)


def urls(jd: JDText) -> list[str]:
    """Return the web addresses of the text as given (also those inside markup), in order of first appearance."""
    return list(dict.fromkeys(m.group() for m in _URL.finditer(jd.raw[:MAX_CHARACTERS])))
