"""HTML: what its tags show. Blocks begin lines, list items have bullets, cells are set apart, hidden parts are gone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.text.readers.tags import APART, BLOCKS, CELLS, HEADINGS, STRONG, VOID, Tag, find_tags
from pipeline.text.view import Edit, Mark, MarkKind, Reading, without_overlaps

MIN_BLOCKS = 3
"""Block tags of a text that is a page's source, in which a line end is a blank."""

_WRAP = re.compile(r"(?<=[^\s>])[ \t]{0,40}+\r?\n[ \t]{0,40}+(?=[^\s<])")


@dataclass
class _Page:
    """What has been read of a page so far."""

    text: str
    edits: list[Edit] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    opened: dict[MarkKind, int] = field(default_factory=dict)
    """Where a heading or strong words begin that have not ended yet."""
    cells: int = 0
    """Cells of the row so far."""
    bullet_end: int = -1
    """Where the tag of a list item ended, of which nothing was shown yet."""
    hidden: Tag | None = None
    """The element that is not seen and has not ended yet, with how many of its name are open inside and the edits before."""
    depth: int = 0
    n_edits: int = 0
    last: Tag | None = None

    def take(self, tag: Tag) -> None:
        """Read the next tag."""
        if self.hidden is not None and self._stays_hidden(tag):
            return
        if tag.hides and self.hidden is None:
            self.hidden, self.depth, self.n_edits = tag, 1, len(self.edits)
        self._mark(tag)
        self.edits.append(self._shown(tag))
        self.last = tag

    def _stays_hidden(self, tag: Tag) -> bool:
        """Whether a tag ends the hidden element, so that all of it goes with one edit."""
        hidden = self.hidden
        if hidden is None or tag.name != hidden.name:
            return False
        self.depth += -1 if tag.closes else 1
        if self.depth:
            return False
        del self.edits[self.n_edits :]
        self.marks = [m for m in self.marks if m.end <= hidden.start]
        self.edits.append(Edit(hidden.start, tag.end, "\n" if tag.name in BLOCKS else ""))
        self.hidden, self.last = None, tag
        return True

    def _mark(self, tag: Tag) -> None:
        kind: MarkKind | None = "heading" if tag.name in HEADINGS else "strong" if tag.name in STRONG else None
        if kind is None:
            return
        if not tag.closes:
            self.opened[kind] = tag.end
        elif kind in self.opened:
            self.marks.append(Mark(self.opened.pop(kind), tag.start, kind))

    def _shown(self, tag: Tag) -> Edit:
        """What is seen in place of a tag."""
        start = tag.start
        if self.bullet_end >= 0:
            if self.text[self.bullet_end : start].strip():
                self.bullet_end = -1
            elif not tag.closes and tag.name in BLOCKS and tag.name not in ("li", "ul", "ol"):
                # A paragraph inside the item stands behind its bullet.
                start, self.bullet_end = self.bullet_end, tag.end
                return Edit(start, tag.end, "")
        if tag.name == "li" and not tag.closes:
            self.bullet_end = tag.end
            return Edit(self._end_of_item(start), tag.end, "\n• ")
        if tag.name == "tr":
            self.cells = 0
        if tag.name in CELLS:
            self.cells += not tag.closes
            return Edit(start, tag.end, " | " if not tag.closes and self.cells > 1 else "")
        if tag.name in BLOCKS:
            return Edit(start, tag.end, "" if tag.name == "li" else "\n")
        follows = self.last is not None and self.last.closes and self.last.end == start and not tag.closes
        return Edit(start, tag.end, " " if follows and tag.name in APART else "")

    def _end_of_item(self, start: int) -> int:
        """Where the item before really ends: what its last tags show would set the items of a list apart."""
        while self.edits and not self.edits[-1].text.strip() and not self.text[self.edits[-1].end : start].strip():
            start = self.edits.pop().start
        return start


def markup(text: str) -> Reading:
    """Read the tags of HTML in a text, wherever they stand."""
    if "<" not in text:
        return Reading()
    page = _Page(text)
    tags = list(find_tags(text))
    if not tags:
        return Reading()
    for tag in tags:
        page.take(tag)
    edits = page.edits
    n_blocks = sum(tag.name in BLOCKS and tag.name not in VOID for tag in tags)
    if n_blocks >= MIN_BLOCKS and not text[: tags[0].start].strip():
        edits = without_overlaps([*edits, *(Edit(*m.span(), " ") for m in _WRAP.finditer(text))])
    return Reading(edits, sorted(page.marks))
