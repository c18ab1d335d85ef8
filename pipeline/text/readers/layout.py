"""Words that a layout took apart: letters with blanks between them, and words hyphenated over the end of a line."""

from __future__ import annotations

import re

from pipeline.text.readers.vocabulary import as_words, is_word
from pipeline.text.view import Edit, Reading, without_overlaps

MAX_RUN, MAX_SIGNS = 24, 60
"""How often a blank or a sign may stand in a row, and how many signs without a letter or digit between them."""

_SPACED = re.compile(r"(?<![^\s])[^\W\d_](?: {1,4}[^\W\d_&/](?![^\s:])){3,60}+")
_HYPHENATED = re.compile(r"([A-Za-z]{2,30})-[ ]{0,8}\n[ ]{0,8}([a-z][A-Za-z]{1,30})")
_SIGNS = re.compile(rf"(?<![^\w\n])(?:[^\w\n]|_){{{MAX_SIGNS}}}((?:[^\w\n]|_)++)")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*+\n){2,}+")


def spaced_letters(text: str) -> Reading:
    """Read "R E Q U I R E M E N T S" as the word that it is, where the letters make words."""
    edits: list[Edit] = []
    for match in _SPACED.finditer(text):
        edits += _joined(match.start(), match.group())
    return Reading(edits)


def _joined(offset: int, run: str) -> list[Edit]:
    wide = "  " in run
    words = re.split(r" {2,}", run) if wide else [run]
    parts = [as_words(w.replace(" ", "")) for w in words]
    if any(p is None for p in parts):
        return []
    ends: set[int] = set()
    letters = 0
    for part in parts:
        for word in part or ():
            letters += len(word)
            ends.add(letters)
    edits = []
    for seen, match in enumerate(re.finditer(r"\S( *)", run), 1):
        start, end = offset + match.start(1), offset + match.end(1)
        if start < end:
            edits.append(Edit(start, end, " " if seen in ends else ""))
    return edits


def hyphenated_words(text: str) -> Reading:
    """Read a word that a line end divides as one; a hyphen that belongs to it stays ("cross-functional")."""
    if "-" not in text or "\n" not in text:
        return Reading()
    edits = []
    for match in _HYPHENATED.finditer(text):
        left, right = match.groups()
        whole = is_word(left + right) or not (is_word(left) and is_word(right))
        edits.append(Edit(match.end(1) if whole else match.end(1) + 1, match.start(2), ""))
    return Reading(edits)


def long_runs(text: str) -> Reading:
    """Leave one empty line where there are many, and so much of a drawn line or an indent that it is one."""
    edits = [Edit(*m.span(), "\n\n") for m in _EMPTY_LINES.finditer(text)]
    drawn = [sign for sign in set(text) if not sign.isalnum() and sign != "\n" and sign * MAX_RUN in text]
    edits += [Edit(*m.span(1), "") for m in _SIGNS.finditer(text)]
    if drawn:
        runs = re.finditer(f"([{re.escape(''.join(sorted(drawn)))}])\\1{{{MAX_RUN},}}+", text)
        edits += [Edit(m.start() + MAX_RUN, m.end(), "") for m in runs]
    return Reading(without_overlaps(edits))
