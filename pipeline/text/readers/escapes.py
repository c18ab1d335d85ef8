"""Texts out of JSON: a whole document, and line breaks that stayed escaped as a backslash and an n."""

from __future__ import annotations

import json
import re

from pipeline.text.view import Edit, Reading

MIN_ESCAPES = 2
"""Escaped line breaks from which on a text without real ones was surely escaped."""

_STRING = re.compile(r'"((?:[^"\\]++|\\.){0,100000}+)"(\s{0,20}+:)?', re.S)
_ESCAPE = re.compile(r'\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])')
_BREAK = re.compile(r"(?:\\r)?\\n(?=\\[rn]|[A-Z\s•●▪*\-–·\"'\d#<]|$)")
_WINDOWS_PATH = re.compile(r"\b[A-Za-z]:\\\w")
_WORDS_OF_KEY = re.compile(r"(?<=[a-z])(?=[A-Z])|_")


def json_strings(text: str) -> Reading:
    """Read a JSON object as lines, one for each text or number, behind the words of its key."""
    bare = text.strip()
    if not (bare[:1] in ("{", "[") and bare[-1:] in ("}", "]")) or '"' not in bare:
        return Reading()
    try:
        json.loads(bare)
    except (ValueError, RecursionError):
        return Reading()
    edits: list[Edit] = []
    at = 0
    for match in _STRING.finditer(text):
        edits += _between(text, at, match.start())
        start, end = match.span(1)
        if match.group(2) is None:
            edits.append(Edit(match.start(), start, ""))
            edits += _escapes(text, start, end)
            edits.append(Edit(end, match.end(), "\n"))
        else:
            edits.append(Edit(*match.span(), _label(match.group(1))))
        at = match.end()
    return Reading([*edits, *_between(text, at, len(text))])


def _between(text: str, start: int, end: int) -> list[Edit]:
    """What stands between strings: numbers and truth values stay, signs and what the keys of the frame name go."""
    value = text[start:end].strip(" \t\r\n,:{}[]")
    if not value:
        return [Edit(start, end, "")] if end > start else []
    at = text.index(value, start, end)
    return [Edit(start, at, ""), Edit(at + len(value), end, "\n")]


def _label(key: str) -> str:
    """The words of a key as a label; keys of the frame ("@type") have none."""
    if not key[:1].isalpha():
        return ""
    return _WORDS_OF_KEY.sub(" ", key).capitalize() + ": "


def escaped_breaks(text: str) -> Reading:
    """Read escaped line breaks where there are too many for a coincidence, and the other escapes with them."""
    if "\\n" not in text or _WINDOWS_PATH.search(text):
        return Reading()
    found = _BREAK.findall(text)
    sure = len(found) >= MIN_ESCAPES or "\\n\\n" in text or re.search(r"\\n[•●▪*\-]", text) is not None
    return Reading(_escapes(text, 0, len(text))) if found and sure else Reading()


def _escapes(text: str, start: int, end: int) -> list[Edit]:
    edits = []
    for match in _ESCAPE.finditer(text, start, end):
        edits.append(Edit(*match.span(), str(json.loads(f'"{match.group()}"'))))
    return edits
