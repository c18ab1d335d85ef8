"""The sections of a job description: which lines and phrases are headings, and what kind of section each opens."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.text.phrases import PhraseFinder
from pipeline.text.view import BULLETS, Mark, lowered

DEMAND_KINDS = frozenset({"responsibilities", "requirements", "preferred"})
"""Sections whose heading says that they hold demands of the position."""
DUTY_KINDS = DEMAND_KINDS | {"about_role", "body"}
"""Sections of duties and demands: the blocks of ``roles_and_responsibilities``, whose sentences make the KRA signal."""
BOILERPLATE_KINDS = frozenset({"benefits", "legal", "apply"})
"""Sections without anything about the work."""
SILENT_KINDS = frozenset({"about_company", "benefits", "legal"})
"""Sections without demands of a candidate."""

MAX_HEADING_WORDS = 9
MAX_HEADING_CHARACTERS = 80

HEADINGS_FILE = Path(__file__).with_name("headings.toml")


def _read_headings() -> Mapping[str, tuple[str, ...]]:
    with HEADINGS_FILE.open("rb") as file:
        return {kind: tuple(phrases) for kind, phrases in tomllib.load(file).items()}


PHRASES_OF_KIND = _read_headings()
"""Heading phrases (lower case) by the kind of section that they open."""
_KIND_OF_PHRASE = {phrase: kind for kind, phrases in PHRASES_OF_KIND.items() for phrase in phrases}
_KINDS_BY_PART = ("preferred", "responsibilities", "requirements", "benefits", "legal", "education")
"""Kinds that a heading may have by a part of it, in order of precedence."""
_FINDER = PhraseFinder(p for p in _KIND_OF_PHRASE if len(p) > 3)

LINE = re.compile(r"[^\n\v\f\u2028\u2029]+")
_BEHIND_HEADING = re.compile(rf"(?P<colon>\s*[:：])?\s*(?:[{BULLETS}*·–-]|[A-Z0-9(]|\n|$)")
_EDGE = re.compile(r"^[\s#*_=\-–—•●▪>|]+|[\s#*_=\-–—:：|.!]+$")
_SMALL_WORDS = frozenset({"", "and", "&", "to", "the", "in", "of", "a", "you"})


@dataclass(frozen=True)
class Section:
    """A part of the text under one heading; ``start`` is where its body begins (behind the heading)."""

    kind: str
    heading: str | None
    heading_start: int
    start: int
    end: int


class _Heading(NamedTuple):
    """A heading in the view: where it begins, where its section's body begins, the section's kind, its words."""

    start: int
    body_start: int
    kind: str
    text: str


def find_sections(view: str, marks: Sequence[Mark] = ()) -> tuple[Section, ...]:
    """Return the sections of a view with its marks. What is before the first heading is of kind ``body``.

    A section under a heading of unknown kind has the kind of the section before, unless that was boilerplate.
    """
    headings = _find_headings(view, marks)
    sections: list[Section] = []
    first = headings[0].start if headings else len(view)
    if view[:first].strip():
        sections.append(Section("body", None, 0, 0, first))
    kind_so_far = "body"
    for i, heading in enumerate(headings):
        end = headings[i + 1].start if i + 1 < len(headings) else len(view)
        if heading.kind != "other" or kind_so_far in BOILERPLATE_KINDS:
            kind_so_far = heading.kind
        sections.append(Section(kind_so_far, heading.text, heading.start, heading.body_start, end))
        kind_so_far = "body" if kind_so_far == "other" else kind_so_far
    return tuple(sections)


def duty_sections(sections: Sequence[Section]) -> frozenset[int]:
    """Return the indexes of the sections with duties or demands; the opening is one where no heading marks demands."""
    marked = [i for i, s in enumerate(sections) if s.kind in DUTY_KINDS and s.kind != "body"]
    if not any(sections[i].kind in DEMAND_KINDS for i in marked):
        marked = [i for i, s in enumerate(sections) if s.kind in DUTY_KINDS]
    return frozenset(marked)


def _find_headings(view: str, marks: Sequence[Mark]) -> list[_Heading]:
    headings: list[_Heading] = []
    set_apart = {mark.start: mark.end for mark in marks}
    for line in LINE.finditer(view):
        text = line.group()
        first = line.start() + len(text) - len(text.lstrip())
        marked = set_apart.get(first, first) >= line.start() + len(text.rstrip(" :")) > first
        kind = _heading_kind(text, marked)
        if kind:
            headings.append(_Heading(line.start(), line.end(), kind, _EDGE.sub("", text)))
        else:
            headings += _inline_headings(line.start(), text)
    return headings


def _normal_heading(line: str) -> str:
    return re.sub(r"\s+", " ", _EDGE.sub("", line).replace("’", "'")).lower()


def _heading_kind(line: str, marked: bool) -> str | None:
    """The kind of a line that is a heading, else null. Unknown headings are of kind ``other``."""
    bare = _EDGE.sub("", line)
    words = bare.split()
    if not words or len(words) > MAX_HEADING_WORDS or len(bare) > MAX_HEADING_CHARACTERS:
        return None
    kind = _KIND_OF_PHRASE.get(_normal_heading(line))
    if kind:
        return kind
    if bare.lower().startswith("about ") and len(words) <= 5 and bare[0].isupper() and not re.search(r"[.,;]", bare):
        return "about_company"
    ends_with_colon = line.rstrip().endswith((":", "："))
    emphatic = marked or _is_emphatic(bare, len(words))
    labels = ends_with_colon and ":" not in bare and "," not in bare and len(words) <= 7
    if not (labels or emphatic):
        return None
    kind = _kind_by_part(line)
    if kind:
        return kind
    if ends_with_colon and line.lstrip()[:1] in BULLETS + "*-–·":
        return None
    return "other" if emphatic and len(words) <= 7 else None


def _is_emphatic(bare: str, words: int) -> bool:
    """Whether a line is in capitals."""
    letters = [c for c in bare if c.isalpha()]
    return len(letters) > 5 and all(c.isupper() for c in letters) and words > 1


def _kind_by_part(line: str) -> str | None:
    words = f" {_normal_heading(line)} "
    for kind in _KINDS_BY_PART:
        if any(len(phrase) > 8 and f" {phrase} " in words for phrase in PHRASES_OF_KIND[kind]):
            return kind
    return None


def _inline_headings(offset: int, line: str) -> list[_Heading]:
    """Known headings inside a running line: capitalised, and followed by a colon, a bullet or a capital."""
    found: list[_Heading] = []
    covered = 0
    for start, end, phrase in sorted(_FINDER.find(lowered(line)), key=lambda f: (f[0], -f[1])):
        behind = _BEHIND_HEADING.match(line, end)
        if start < covered or behind is None or (start and line[start - 1] in "/&-_"):
            continue
        colon = behind.group("colon")
        if _opens_section(line, start, end, phrase, bool(colon)):
            covered = end + len(colon or "")
            found.append(_Heading(offset + start, offset + covered, _KIND_OF_PHRASE[phrase], line[start:end]))
    return found


def _opens_section(line: str, start: int, end: int, phrase: str, colon: bool) -> bool:
    """Whether a phrase inside a line is a heading there, by its capitals and by what is before and behind it."""
    words = [w for w in re.split(r"[\s-]+", line[start:end]) if w.lower() not in _SMALL_WORDS]
    if not words or not all(w[0].isupper() for w in words):
        return False
    before = line[:start].rstrip()
    at_break = not before or before[-1] in ".!?:;)" + BULLETS
    if len(words) < 2:
        return colon and at_break
    if colon or at_break or line[end:].lstrip()[:1] in BULLETS:
        return True
    return phrase != "job description" and re.match(r"\s+[A-Z]\w+\s", line[end:]) is not None
