"""The check of a raw text, and its visible view of the same length.

Offsets count code points of the raw text. The view has the same length as the raw text, position for position, with
markup, control characters and lone surrogates blanked, so that a span found in the view is a span of the raw text.
"""

from __future__ import annotations

import html
import re

from pipeline.errors import InputError

MAX_CHARACTERS = 2_000_000
"""A longer text is refused: no job description is that long."""
MAX_UNREADABLE = 8
"""Unreadable characters (NUL, replacement character) that any text may have."""
MAX_UNREADABLE_SHARE = 0.005
"""With a greater share of unreadable characters a text is taken for binary data."""

BULLETS = "•●▪◦‣∙■□➢➤✓✔❖"

_BINARY_FILES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]{0,500})?/?>|<!--.*?-->", re.S)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.S | re.I)
_BLOCK_TAGS = frozenset("p div br li ul ol h1 h2 h3 h4 h5 h6 tr table section article header footer hr dt dd".split())
_BLANK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def visible(raw: str) -> str:
    """Return the text with markup, entities, control characters and lone surrogates blanked, position for position."""
    text = raw
    if "<" in text:
        text = _HIDDEN.sub(lambda m: " " * len(m.group()), text)
        text = _TAG.sub(_blank_tag, text)
    if "&" in text:
        text = _ENTITY.sub(_pad_entity, text)
    text = text.replace("\r", "\n") if "\r" in text else text
    text = _BLANK.sub(" ", text)
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\t", " ")


def _blank_tag(match: re.Match[str]) -> str:
    name = (match.group(1) or "").lower()
    filler = " " * len(match.group())
    if name == "li" and not match.group().startswith("</"):
        return "\n•" + filler[2:]
    return "\n" + filler[1:] if name in _BLOCK_TAGS else filler


def _pad_entity(match: re.Match[str]) -> str:
    character = html.unescape(match.group())
    if len(character) != 1 or character in "<>":
        character = " "
    return character.ljust(len(match.group()))


def lowered(text: str) -> str:
    """Return the text in lower case, position for position, typographic apostrophes made plain."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.replace("’", "'")


def check_text(raw: str) -> str:
    """Return the text, if it is a text at all.

    Raises ``InputError`` for binary data and for a text over ``MAX_CHARACTERS``. Whether the text is a job
    description is not decided here but by the parse, as ``JD_type``.
    """
    if len(raw) > MAX_CHARACTERS:
        raise InputError(
            f"The text has {len(raw):,} characters; at most {MAX_CHARACTERS:,} are read. "
            "Paste the job description alone."
        )
    unreadable = raw.count("\0") + raw.count("\ufffd")
    if unreadable > MAX_UNREADABLE and unreadable / len(raw) > MAX_UNREADABLE_SHARE:
        raise InputError(
            f"This looks like a binary file, not text ({unreadable:,} unreadable characters of {len(raw):,}). "
            "Save the job description as plain text (UTF-8) and try again."
        )
    return raw


def decode(content: bytes, name: str = "the file") -> str:
    """Return UTF-8 bytes as checked text, nothing translated or removed (a byte order mark excepted).

    Raises ``InputError``, which names the first byte that is not UTF-8.
    """
    if content.startswith(_BINARY_FILES):
        raise InputError(f"{name} is a binary file, not text. Copy its text and paste it, or save it as plain text.")
    try:
        text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}. Save it as UTF-8 text."
        ) from None
    return check_text(text)
