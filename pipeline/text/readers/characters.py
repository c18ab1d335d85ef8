"""Characters: one kind of line end and of blank, letters in plain form, nothing that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.text.view import Edit, Reading, without_overlaps

_BREAKS = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_BLANKS = frozenset("\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
_PLAIN = {
    "\u2010": "-",
    "\u2011": "-",
    "\u2212": "-",
    "\u2024": ".",
    "\u2044": "/",
    "\u2215": "/",
    "\u29f8": "/",
    "\u02bc": "’",
    "\u20e3": "",
    "\u034f": "",
}
_WINGDINGS = range(0xF020, 0xF100)
"""The private characters of a symbol font, with which word processors set bullets."""
_CIRCLED_NUMBERS = (range(0x2460, 0x2474), range(0x2776, 0x2794), range(0x24EB, 0x24FF))
_CIRCLED_LETTERS = (0x1F150, 0x1F170)
"""Where the negative circled and squared capitals begin, which have no plain form in Unicode."""
_KEPT_FORMS = ("<super>", "<sub>", "<fraction>", "<square>")
_KEPT = frozenset("…№™℠¨¯´¸˘˙˚˛˜˝")
_ACCENTED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,4}")
_KEYCAP = re.compile(r"[0-9]\ufe0f?\u20e3")
_MARKED_LINE = re.compile(
    r"(?:(?<=\n)|\A)[^\S\n]{0,40}+([▶►▸▹▻»→⇒➔➜➝➞➡⮕★☆⭐◆◇○◯⬤⚫⚪🔵🔴🔹🔸🔷🔶👉✅☑✦✧❯›⁃∘⦿◉⚬✱✳])\ufe0f?(?=[^\S\n]|\w)"
)


def characters(text: str) -> Reading:
    """Read line ends, blanks, hidden characters, letters of another font or width, and signs that serve as bullets."""
    unusual = {c: form for c in set(text) if (form := plain_form(c)) != c}
    edits: list[Edit] = []
    if not text.isascii():
        for match in _ACCENTED.finditer(text):
            composed = unicodedata.normalize("NFC", match.group())
            if len(composed) < len(match.group()):
                edits.append(Edit(*match.span(), composed))
        edits += [Edit(*m.span(), "•") for m in _KEYCAP.finditer(text)]
        edits += [Edit(m.start(1), m.end(), "•") for m in _MARKED_LINE.finditer(text)]
    if unusual:
        pattern = re.compile(f"\r\n|[{re.escape(''.join(sorted(unusual)))}]")
        found = (Edit(*m.span(), "\n" if len(m.group()) == 2 else unusual[m.group()]) for m in pattern.finditer(text))
        edits = [*edits, *found]
    return Reading(without_overlaps(edits))


@lru_cache(4096)
def plain_form(character: str) -> str:
    """Return the character, or the characters, that a reader takes it for; empty where it is not seen."""
    if character == "\n" or " " <= character <= "~":
        return character
    if character in _BREAKS:
        return "\n"
    if character in _BLANKS:
        return " "
    if character in _PLAIN:
        return _PLAIN[character]
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category in ("Cc", "Cs", "Cn"):
        return " "
    return _letter_form(character, ord(character))


def _letter_form(character: str, code: int) -> str:
    if code in _WINGDINGS or any(code in numbers for numbers in _CIRCLED_NUMBERS):
        return "•"
    for begin in _CIRCLED_LETTERS:
        if begin <= code < begin + 26:
            return chr(ord("A") + code - begin)
    form = unicodedata.normalize("NFKC", character)
    if form == character or character in _KEPT or unicodedata.decomposition(character).startswith(_KEPT_FORMS):
        return character
    return form if not any(c.isspace() or unicodedata.combining(c) for c in form) else character
