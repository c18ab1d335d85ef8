"""A job description as text: sections, bullets and sentences, every one with its offsets in the text as given.

Offsets count code points of the raw text. The ``view`` has the same length as the raw text, position for position, with
markup, control characters and lone surrogates blanked, so that whatever is found in it can be shown in the original.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ahocorasick
import sentencex

from pipeline.errors import InputError
from pipeline.headings import KIND_OF_HEADING, SECTION_HEADINGS

MAX_CHARACTERS = 2_000_000
"""A longer text is refused: it is a file that was chosen by mistake."""

BULLETS = "•●▪◦‣∙■□➢➤✓✔❖"

# Where duties and demands stand: the blocks of ``roles_and_responsibilities`` and the sentences of the KRA signal.
DUTY_KINDS = frozenset({"responsibilities", "requirements", "preferred", "about_role", "body"})
# What says nothing about the work.
BOILERPLATE_KINDS = frozenset({"benefits", "legal", "apply"})

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]{0,500})?/?>|<!--.*?-->", re.S)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.S | re.I)
_BLOCK_TAGS = frozenset("p div br li ul ol h1 h2 h3 h4 h5 h6 tr table section article header footer hr dt dd".split())
_BLANK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_LINE = re.compile(r"[^\n\v\f\u2028\u2029]+")
_BULLET_AT_START = re.compile(rf"\s*(?:[{BULLETS}·*–—-]|o(?=\s)|\(?\d{{1,2}}[.)](?=\s)|\(?[a-z][.)](?=\s))\s*")
_INLINE_BULLET = re.compile(rf"(?<=\s)[{BULLETS}](?=\s?)|(?<=[\s.;:])[*·](?=\s)|(?<=[.;:]\s)[-–—](?=\s)")
_WORDS = re.compile(r"\S+")
_SMALL_WORDS = frozenset({"", "and", "&", "to", "the", "in", "of", "a", "you"})


def visible(raw: str) -> str:
    """The text with markup, entities, control characters and lone surrogates blanked, position for position."""
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


def check_text(raw: str) -> str:
    """The text, if a run can be made of it at all.

    Raises ``InputError`` for binary data and for a text over ``MAX_CHARACTERS``. Whether the text is a job
    description is not decided here but by the parse, as ``JD_type``.
    """
    if len(raw) > MAX_CHARACTERS:
        raise InputError(
            f"The text has {len(raw):,} characters; at most {MAX_CHARACTERS:,} are read. "
            "Paste the job description alone."
        )
    strange = raw.count("\0") + raw.count("\ufffd")
    if strange > 8 and strange > len(raw) / 200:
        raise InputError(
            f"This looks like a binary file, not text ({strange:,} unreadable characters of {len(raw):,}). "
            "Save the job description as plain text (UTF-8) and try again."
        )
    return raw


def decode(content: bytes, name: str = "the file") -> str:
    """UTF-8 bytes as text, nothing translated or removed (a byte order mark excepted).

    Raises ``InputError`` that names the first byte that is not UTF-8.
    """
    if content.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF")):
        raise InputError(f"{name} is a binary file, not text. Copy its text and paste it, or save it as plain text.")
    try:
        text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}. Save it as UTF-8 text."
        ) from None
    return check_text(text)


@dataclass(frozen=True)
class Sentence:
    """A sentence or a bullet: ``text`` is the visible text, white space folded, without the bullet sign."""

    start: int
    end: int
    text: str
    section: int
    is_bullet: bool


@dataclass(frozen=True)
class Section:
    """A stretch of the text under one heading; ``start`` is where its body begins (behind the heading)."""

    kind: str
    heading: str | None
    heading_start: int
    start: int
    end: int


@dataclass(frozen=True)
class JDText:
    """A text with its visible view; sections and sentences are found when first asked for."""

    raw: str

    @cached_property
    def view(self) -> str:
        return visible(self.raw)

    @cached_property
    def words(self) -> int:
        return len(self.view.split())

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(_find_sections(self.view))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(s for i, section in enumerate(self.sections) for s in _find_sentences(self.view, i, section))

    @cached_property
    def told(self) -> dict[tuple[str, int], Any]:
        """What a stage has found out about a sentence, by what it is and where the sentence starts: a sentence is asked once."""
        return {}

    def kind_at(self, position: int) -> str:
        """The kind of the section in which a position lies."""
        for section in reversed(self.sections):
            if section.heading_start <= position:
                return section.kind
        return "body"

    def sentence_at(self, position: int) -> Sentence | None:
        """The sentence that covers a position, or null between sentences."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle].end <= position:
                low = middle + 1
            else:
                high = middle
        if low < len(self.sentences) and self.sentences[low].start <= position:
            return self.sentences[low]
        return None


class PhraseFinder:
    """Finds fixed lower-case phrases in a text, whole words only, in one pass."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for phrase in phrases:
            self._automaton.add_word(phrase, phrase)
        self._automaton.make_automaton()

    def find(self, lowered: str) -> list[tuple[int, int, str]]:
        """(start, end, phrase) of every phrase that stands between non-letters, overlaps included."""
        found = []
        last = len(lowered)
        for position, phrase in self._automaton.iter(lowered):
            start, end = position + 1 - len(phrase), position + 1
            if (start and lowered[start - 1].isalnum()) or (end < last and lowered[end].isalnum()):
                continue
            found.append((start, end, phrase))
        return found


def lowered(text: str) -> str:
    """The text in lower case, position for position, typographic apostrophes made plain."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.replace("’", "'")


_HEADINGS = PhraseFinder(p for p in KIND_OF_HEADING if len(p) > 3)
_BEHIND_HEADING = re.compile(rf"(?P<colon>\s*[:：])?\s*(?:[{BULLETS}*·–-]|[A-Z0-9(]|\n|$)")
_EDGE = re.compile(r"^[\s#*_=\-–—•●▪>|]+|[\s#*_=\-–—:：|.!]+$")


def _normal_heading(line: str) -> str:
    return re.sub(r"\s+", " ", _EDGE.sub("", line).replace("’", "'")).lower()


def _heading_kind(line: str) -> str | None:
    """The kind of a line that is a heading, else null. Unknown headings are kind ``other``."""
    bare = _EDGE.sub("", line)
    words = bare.split()
    if not words or len(words) > 9 or len(bare) > 80:
        return None
    known = KIND_OF_HEADING.get(_normal_heading(line))
    if known:
        return known
    ends_with_colon = line.rstrip().endswith((":", "："))
    letters = [c for c in bare if c.isalpha()]
    shouted = len(letters) > 5 and all(c.isupper() for c in letters) and len(words) > 1
    marked = line.lstrip().startswith("#") or (line.strip().startswith("**") and line.strip().endswith("**"))
    if bare.lower().startswith("about ") and len(words) <= 5 and bare[0].isupper() and not re.search(r"[.,;]", bare):
        return "about_company"
    if (ends_with_colon and ":" not in bare and "," not in bare and len(words) <= 7) or shouted or marked:
        lowered = " " + _normal_heading(line) + " "
        for kind in ("preferred", "responsibilities", "requirements", "benefits", "legal", "education"):
            for phrase in SECTION_HEADINGS[kind]:
                if len(phrase) > 8 and f" {phrase} " in lowered:
                    return kind
        if ends_with_colon and line.lstrip()[:1] in BULLETS + "*-–·":
            return None
        return "other" if (shouted or marked) and len(words) <= 7 else None
    return None


def _find_sections(view: str) -> list[Section]:
    marks: list[tuple[int, int, str, str]] = []  # heading start, body start, kind, heading
    for line in _LINE.finditer(view):
        text = line.group()
        kind = _heading_kind(text)
        if kind:
            marks.append((line.start(), line.end(), kind, _EDGE.sub("", text)))
            continue
        marks += _inline_headings(view, line.start(), text)
    sections: list[Section] = []
    first = marks[0][0] if marks else len(view)
    if view[:first].strip():
        sections.append(Section("body", None, 0, 0, first))
    kind_so_far = "body"
    for i, (heading_start, start, kind, heading) in enumerate(marks):
        end = marks[i + 1][0] if i + 1 < len(marks) else len(view)
        kind_so_far = kind_so_far if kind == "other" and kind_so_far not in BOILERPLATE_KINDS else kind
        sections.append(Section(kind_so_far if kind == "other" else kind, heading, heading_start, start, end))
        kind_so_far = "body" if kind_so_far == "other" else kind_so_far
    return sections


def _inline_headings(view: str, offset: int, line: str) -> list[tuple[int, int, str, str]]:
    """Known headings inside a running line: capitalised, and followed by a colon, a bullet or a capital."""
    found: list[tuple[int, int, str, str]] = []
    covered = 0
    for start, end, key in sorted(_HEADINGS.find(lowered(line)), key=lambda f: (f[0], -f[1])):
        behind = _BEHIND_HEADING.match(line, end)
        if start < covered or behind is None or (start and line[start - 1] in "/&-_"):
            continue
        phrase = line[start:end]
        words = [w for w in re.split(r"[\s-]+", phrase) if w.lower() not in _SMALL_WORDS]
        if not words or not all(w[0].isupper() for w in words):
            continue
        before = line[:start].rstrip()
        at_break = not before or before[-1] in ".!?:;)" + BULLETS
        strong = len(words) >= 2
        colon = behind.group("colon")
        bulleted = line[end:].lstrip()[:1] in BULLETS
        running_on = strong and re.match(r"\s+[A-Z]\w+\s", line[end:]) and key != "job description"
        if (colon and (at_break or strong)) or (strong and (at_break or bulleted)) or running_on:
            covered = end + len(colon or "")
            found.append((offset + start, offset + covered, KIND_OF_HEADING[key], phrase))
    return found


def _find_sentences(view: str, index: int, section: Section) -> list[Sentence]:
    found = []
    for line in _LINE.finditer(view, section.start, section.end):
        for start, end, bullet in _split_bullets(view, line.start(), line.end()):
            found += [
                Sentence(s, e, " ".join(view[s:e].split()), index, bullet) for s, e in _split_sentences(view, start, end)
            ]
    return found


def _split_bullets(view: str, start: int, end: int) -> list[tuple[int, int, bool]]:
    at_start = _BULLET_AT_START.match(view, start, end)
    body = at_start.end() if at_start else start
    cuts = [m.start() for m in _INLINE_BULLET.finditer(view, body, end)]
    edges = [body, *cuts, end]
    pieces = []
    for i in range(len(edges) - 1):
        left = edges[i] + (1 if i else 0)
        pieces.append((left, edges[i + 1], bool(at_start) if i == 0 else True))
    return pieces


def _split_sentences(view: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentence bounds from the splitter, joined again where it cut inside a token ("ASP.|NET")."""
    text = view[start:end]
    if not text.strip():
        return []
    edges = [0]
    for boundary in sentencex.get_sentence_boundaries("en", text):
        cut = int(boundary["end_index"])
        if cut < len(text) and text[cut - 1].isspace():
            edges.append(cut)
    edges.append(len(text))
    spans = []
    for left, right in zip(edges, edges[1:], strict=False):
        piece = text[left:right]
        trimmed = piece.strip(" \n;:")
        if any(c.isalnum() for c in trimmed):
            at = left + piece.index(trimmed)
            spans.append((start + at, start + at + len(trimmed)))
    return spans


def word_count(text: str) -> int:
    return len(_WORDS.findall(text))


def duty_sections(jd: JDText) -> frozenset[int]:
    """Indexes of the sections whose sentences stand in ``roles_and_responsibilities``."""
    marked = [i for i, s in enumerate(jd.sections) if s.kind in DUTY_KINDS and s.kind != "body"]
    if not any(jd.sections[i].kind in ("responsibilities", "requirements", "preferred") for i in marked):
        marked = [i for i, s in enumerate(jd.sections) if s.kind in DUTY_KINDS]
    return frozenset(marked)
