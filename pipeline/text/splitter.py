"""Where the sentences of a line end, in time that is linear in its length."""

from __future__ import annotations

import sentencex

MAX_PIECE = 2_000
"""Characters that the splitter sees at once: its time grows with the square of what it sees."""


def sentence_ends(text: str) -> list[int]:
    """Return the ends of all sentences of a text but the last, by the splitter without its cuts inside a token ("ASP.|NET")."""
    ends: list[int] = []
    at = 0
    while at < len(text):
        last = min(len(text), at + MAX_PIECE)
        found = [at + int(b["end_index"]) for b in sentencex.get_sentence_boundaries("en", text[at:last])]
        found = [end for end in found if end < last and text[end - 1].isspace()]
        ends += found
        if last == len(text):
            break
        # What the piece breaks off is seen again, behind the last sentence that is whole.
        at = found[-1] if found else last
    return ends
