"""Letters that were read in the wrong encoding ("donâ€™t", "SÃ£o", "Â£60,000") become what they were."""

from __future__ import annotations

import re
from functools import lru_cache

import ftfy
from ftfy.badness import is_bad

from pipeline.text.view import Edit, Reading

_RUN = re.compile(r"[^\x00-\x7f](?:[^\x00-\x7f]| (?=[^\x00-\x7f])){0,200}+(?:(?<=[ÂÃ]) )?")
"""Letters beyond ASCII that stand together; a blank may be half of one ("Ã " was "à")."""
_LOST_HALF = {"â€": "”", "â„¢": "™", "Â": " "}
"""What remains where the encoding has no sign for a byte."""
_CONTRACTION = re.compile(r"(?:t|s|re|ve|ll|d|m)\b")


def broken_encoding(text: str) -> Reading:
    """Read runs of letters that only a wrong encoding makes, and the replacement character."""
    edits: list[Edit] = []
    if text.isascii():
        return Reading()
    for match in _RUN.finditer(text):
        run = match.group()
        mended = _mend(run)
        if mended != run:
            edits.append(Edit(*match.span(), mended))
    if "\ufffd" in text:
        edits += [Edit(m.start(), m.end(), _lost(text, m.start())) for m in re.finditer("\ufffd", text)]
        edits.sort()
    return Reading(edits)


@lru_cache(maxsize=4096)
def _mend(run: str) -> str:
    if run == "\x85":
        return run
    # A capital A with a circumflex begins no word of the languages that are read here.
    return ftfy.fix_encoding(run) if is_bad(run) else _LOST_HALF.get(run, run)


def _lost(text: str, at: int) -> str:
    inside = at and text[at - 1].isalpha() and _CONTRACTION.match(text, at + 1)
    return "'" if inside else " "
