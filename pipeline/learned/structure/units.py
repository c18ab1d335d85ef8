"""The pieces of a text that the structure model tells apart."""

from __future__ import annotations

from typing import NamedTuple


class TextUnit(NamedTuple):
    """A heading, a bullet or a sentence of a view, as the model takes it."""

    start: int
    end: int
    text: str
    """What stands there, a closing colon included, which is not within ``end``."""
    line: int
    """Number of its line."""
    opens_line: bool = False
    bullet: bool = False
    after_gap: bool = False
    """Whether an empty line is before it."""
    heading_kind: str | None = None
    """What it opens where it is a known heading."""
    mark: str | None = None
    """The kind of the markup that begins with it: ``heading`` or ``strong``."""
    mark_covers: bool = False
    """Whether that markup covers it whole."""

    @property
    def end_of_text(self) -> int:
        """Where ``text`` ends."""
        return self.start + len(self.text)
