"""The tags of HTML in a text: which of its "<" begin one, and what each does to what is seen.

Written here because the places must be known, because what is pasted is seldom whole ("a < b", "C<T>", half a page), and
because time must stay linear in whatever is pasted. The grammar is the one of the HTML standard, sections 13.1.2 and 13.2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

HIDDEN = frozenset("script style template head noscript svg iframe object audio video canvas datalist".split())
"""Elements whose content is not seen."""
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
STRONG = frozenset("b strong".split())
BLOCKS = HEADINGS | frozenset(
    "p div br li ul ol table tr thead tbody tfoot section article header footer main nav aside hr dl dt dd form fieldset "
    "blockquote pre address figure figcaption details summary option select body html title caption center "
    "legend menu textarea hgroup dialog".split()
)
"""Elements that begin and end a line."""
CELLS = frozenset({"td", "th"})
APART = frozenset("span a button label small".split())
"""Elements that pages set apart from each other where the markup has no blank between them."""
_INLINE = frozenset(
    "a abbr acronym area b base basefont bdi bdo big button cite code col colgroup data del dfn em embed font i img input "
    "ins kbd label link map mark meta meter optgroup output param picture progress q rp rt ruby s samp small source "
    "span strike strong sub sup time track tt u var wbr path g circle rect use".split()
)
KNOWN = HIDDEN | BLOCKS | CELLS | _INLINE
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())

_NAME = r"(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,15}+(?:[-:][A-Za-z0-9:-]{1,40}+)?)"
_REST = r"(?P<rest>(?:[^<>\"']{1,1000}+|\"[^\"]{0,1000}+\"|'[^']{0,1000}+'){0,40}+|[^<>]*+)"
_TAG = re.compile(rf"<(?:{_NAME}(?=[\s/>]){_REST}>|(?P<comment>!--)|[!?][A-Za-z\[][^<>]{{0,1000}}+>)")
_TAG_START = re.compile(r"<(?:/?[A-Za-z]|!|\?)")
_INVISIBLE = re.compile(
    r"\shidden(?:[\s=/>]|$)|style\s{0,4}+=\s{0,4}+[\"'][^\"']{0,300}?(?:display\s{0,4}+:\s{0,4}+none|visibility\s{0,4}+:\s{0,4}+hidden)",
    re.I,
)


class Tag(NamedTuple):
    """A tag or a comment, which has no name; ``hides`` says whether its element is not seen."""

    start: int
    end: int
    name: str
    closes: bool
    hides: bool


def find_tags(text: str) -> Iterator[Tag]:
    """Yield the tags and comments of a text in order; the content of hidden elements belongs to their first tag."""
    unclosed: set[str] = set()
    low = text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)
    at = 0
    while match := _TAG.search(text, at):
        name = (match["name"] or "").lower()
        at = match.end()
        if match["comment"]:
            at = _end_of(text, "-->", match.end(), unclosed)
            if at < 0:
                at = match.end()
                continue
        elif name in HIDDEN and not match["close"] and not match["rest"].endswith("/"):
            end = _end_of(low, f"</{name}", match.end(), unclosed)
            if end < 0:
                # A text that only speaks of the tag ("loading of <script> tags").
                continue
            close = text.find(">", end)
            at = close + 1 if close >= 0 else len(text)
            name = ""
        elif name and not _is_tag(text, match, name, low):
            continue
        yield Tag(match.start(), at, name, bool(match["close"]), _hides(match, name))


def _end_of(text: str, mark: str, start: int, unclosed: set[str]) -> int:
    """Where a mark ends; negative where there is none, which is looked up once."""
    if mark in unclosed:
        return -1
    at = text.find(mark, start)
    if at < 0:
        unclosed.add(mark)
        return -1
    return at + len(mark)


def _is_tag(text: str, match: re.Match[str], name: str, low: str) -> bool:
    """Whether what looks like a tag is one, and no type parameter ("Vector<b>") or name of another world ("<T>")."""
    if "-" in name or ":" in name:
        return True
    if name not in KNOWN:
        return False
    behind_word = match.start() > 0 and (text[match.start() - 1].isalnum()) and len(name) == 1
    return not behind_word or bool(match["close"]) or low.find(f"</{name}", match.end(), match.end() + 2000) >= 0


def _hides(match: re.Match[str], name: str) -> bool:
    if not name or match["close"] or name in VOID:
        return False
    rest = match["rest"]
    return bool(rest) and _INVISIBLE.search(rest[:2000]) is not None
