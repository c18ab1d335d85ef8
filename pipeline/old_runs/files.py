"""The bytes of a file of the old system as text, whatever a browser or an editor saved them in."""

from __future__ import annotations

import codecs

from pipeline.errors import InputError

MAX_BYTES = 20_000_000
"""A longer file is refused: a page has some hundred thousand."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def text_of_file(content: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, or in the UTF-16 that it names itself. Raises ``InputError``."""
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{name} has {len(content):,} bytes; at most {MAX_BYTES:,} are read. Save pages one by one, or the documents in parts."
        )
    if content[:5].lower() in (b"<!doc", b"<html"):
        raise InputError(f"{name} is the page's HTML. Save it as text (Save as, “Text”), or select all of it and copy.")
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}. Save it as text in UTF-8."
        ) from None
    if "\0" in text[:1000]:
        raise InputError(f"{name} is a binary file, not text. Save the old system's page as text, or its JSON.")
    return text
