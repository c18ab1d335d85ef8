"""Which texts are read at all: the check of a text, and of the bytes of a file."""

from __future__ import annotations

from pipeline.errors import InputError

MAX_CHARACTERS = 2_000_000
"""A longer text is refused: no job description is that long."""
MAX_UNREADABLE = 8
"""Unreadable characters (NUL, replacement character) that any text may have."""
MAX_UNREADABLE_SHARE = 0.005
"""With a greater share of unreadable characters a text is taken for binary data."""

_BINARY_FILES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF")


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
