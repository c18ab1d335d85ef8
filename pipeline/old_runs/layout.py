"""The layout of an old system's page, saved as text: its lines, and where each of its parts begins and ends.

Browsers save the same page with other line ends, indents, blanks and bullets, and may leave a part out. A part is found by its
heading, in the order of the page; the job description, which may hold any line, ends where the page goes on in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.errors import InputError

_LINE_END = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_MARKER = re.compile(r"^(?:[•◦▪·*#>▸▾▶▼+-]+ )+")
_STEP = r"api {} ?[—–-]+ ?{}\b"
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("run", r"pipeline run$"),
        ("cost", r"pipeline llm cost\b"),
        ("client_output", r"client output enrichment$"),
        ("signals", r"signals$"),
        ("updates", r"post-classification$"),
        ("captured", r"captured for admin review$"),
        ("status", r"status: ?\w+"),
        ("flow", r"flow\b.*pipeline$|1 post /skills/extract-from-jd$"),
        ("role", r"role ?chosen role & resolution$|chosen role & resolution$"),
        ("text", r"job description$"),
        ("skills", r"skills from this jd$"),
        ("rows", r"all api 3 persistence rows$"),
        ("artifacts", r"library artifacts \(this run\)$"),
        ("parsed", r"nano jd parser\b"),
        ("step1", _STEP.format(1, "extract-from-jd")),
        ("step2", _STEP.format(2, "extract-details")),
        ("step3", _STEP.format(3, "final-role-output")),
        ("calls", r"llm calls$"),
    )
)
"""The parts of a page in order, each with its heading as ``folded`` writes it."""
MAX_BLANKS = 12
"""Lines in which the next that is not blank is looked for."""
_AFTER_TEXT = re.compile(r"each row merges api 1 extraction")
"""What the page says below the heading that follows the job description."""
_OWN_WORDS = ("rows", "artifacts", "parsed", "step1", "step2", "step3")
"""Headings that no job description has, where the one behind it is missing."""
_MORE = re.compile(r"[▸▾▼▶↓…. ]*(?:show|see|read|view) (?:more|all|full(?: text)?|\d+ more)[ ….↓▾▼]*$")
_LESS = re.compile(r"[▴▲↑ ]*(?:show|see|read|view) less[ ↑▴▲]*$")


def folded(line: str) -> str:
    """Return a line in lower case, without bullets and the words that fold a part, its blanks made one."""
    line = _MARKER.sub("", " ".join(line.split()).lower())
    return re.sub(r" ?\(?click to (?:toggle|expand|collapse)\)?$", "", line)


@dataclass(frozen=True)
class Part:
    """A part of a page: its lines behind the heading, the heading's own words, and the number of its first line (from 1)."""

    heading: str
    lines: tuple[str, ...]
    first: int

    @property
    def written(self) -> list[str]:
        """The lines that are not blank, their blanks made one."""
        return [" ".join(line.split()) for line in self.lines if line.strip()]


@dataclass(frozen=True)
class Layout:
    """A page by its parts; one that the page does not have is missing."""

    parts: Mapping[str, Part]

    def part(self, name: str) -> Part:
        """Return a part; an empty one where the page lacks it."""
        return self.parts.get(name, Part("", (), 0))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text whatever ends them, without signs that nobody sees."""
    return _INVISIBLE.sub("", _LINE_END.sub("\n", text)).split("\n")


def is_page(text: str) -> bool:
    """Return whether a text looks like a page: by the heading of the run, or by that of a step."""
    names = _names([folded(line) for line in lines_of(text)])
    return any(name in ("run", "step1", "step2", "step3") for _, name in names)


def read_layout(text: str) -> Layout:
    """Return a page by its parts. Takes time in proportion to its length."""
    lines = lines_of(text)
    places = _Places(tuple(folded(line) for line in lines)).in_order()
    ends = [place for place, _ in places[1:]] + [len(lines)]
    return Layout(
        {
            name: Part(" ".join(lines[place].split()), tuple(lines[place + 1 : end]), place + 2)
            for (place, name), end in zip(places, ends, strict=True)
        }
    )


def _names(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The lines that are headings, with the names of their parts."""
    return [
        (number, name)
        for number, line in enumerate(lines)
        if line and len(line) < 200
        for name, heading in _HEADINGS
        if heading.match(line)
    ]


@dataclass(frozen=True)
class _Places:
    """The headings of a page, found among its folded lines."""

    lines: tuple[str, ...]

    @cached_property
    def _found(self) -> list[tuple[int, str]]:
        return _names(self.lines)

    @cached_property
    def _text(self) -> tuple[int, int]:
        """The line of the job description's heading, and the first line behind it; the length of the page where it lacks one."""
        start = next((at for at, name in self._found if name == "text"), len(self.lines))
        behind = [(at, name) for at, name in self._found if at > start]
        end = next((at for at, name in behind if name == "skills" and self._goes_on(at)), None)
        if end is None:
            end = next((at for at, name in behind if name in _OWN_WORDS), len(self.lines))
        return start, end

    def _goes_on(self, at: int) -> bool:
        following = next((line for line in self.lines[at + 1 : at + 1 + MAX_BLANKS] if line), "")
        return _AFTER_TEXT.match(following) is not None

    def in_order(self) -> list[tuple[int, str]]:
        """The headings in the order of the page, each part once; none within the job description."""
        start, end = self._text
        order = [name for name, _ in _HEADINGS]
        found: list[tuple[int, str]] = []
        reached = -1
        for at, name in self._found:
            if start < at < end or order.index(name) <= reached:
                continue
            reached = order.index(name)
            found.append((at, name))
        return found


@dataclass(frozen=True)
class PageText:
    """The job description as a page has it, and whether the page cut it off behind a “show more”."""

    text: str
    is_cut: bool


def job_description(part: Part) -> PageText:
    """Return the text of the part of the job description: its lines without the indent that all of them share."""
    lines = list(part.lines)
    is_cut = False
    while lines and (not lines[-1].strip() or _MORE.match(folded(lines[-1])) or _LESS.match(folded(lines[-1]))):
        is_cut = is_cut or _MORE.match(folded(lines[-1])) is not None
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    indent = min(indents, default=0)
    text = "\n".join(line[indent:] for line in lines)
    return PageText(text, is_cut or text.endswith(("…", "...")))


def refuse_empty(text: str, name: str) -> None:
    """Raise ``InputError`` for a file without a sign in it."""
    if not text.strip():
        raise InputError(f"{name} is empty. Save the old system's page as text once more, with all of it selected.")
