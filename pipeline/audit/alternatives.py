"""Alternatives to a suggested repair, as values: a page draws a form by the type of the value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.audit.subjects import EntityTable
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason


@dataclass(frozen=True)
class Destination:
    """The subject belongs to another row or to none: choose one of ``options`` (slugs of ``table``, the likeliest first)."""

    question: str
    table: EntityTable
    options: tuple[str, ...]
    none_label: str
    move: Callable[[str | None, ChangeReason], tuple[Change, ...]] = field(compare=False, repr=False)

    def changes(self, target: str | None, why: ChangeReason) -> tuple[Change, ...]:
        """Return the changes that move the subject to ``target``, or drop it for null. Raises ``InputError``."""
        return self.move(target, why)


@dataclass(frozen=True)
class Survivor:
    """Two rows are merged: choose which of ``options`` (slugs of ``table``) stays."""

    question: str
    table: EntityTable
    options: tuple[str, str]
    merge: Callable[[str, str, ChangeReason], tuple[Change, ...]] = field(compare=False, repr=False)

    def changes(self, stays: str, why: ChangeReason) -> tuple[Change, ...]:
        """Return the changes that merge the other row into ``stays``. Raises ``InputError`` where one of them no longer exists."""
        (merged,) = (slug for slug in self.options if slug != stays)
        return self.merge(merged, stays, why)


@dataclass(frozen=True)
class Selection:
    """Some of the suggested changes: choose any of ``options``."""

    question: str
    options: tuple[Change, ...]

    def changes(self, kept: Sequence[int]) -> tuple[Change, ...]:
        """Return the changes at the chosen indexes of ``options``, in their order."""
        return tuple(self.options[i] for i in sorted(kept))


@dataclass(frozen=True)
class Rewriting:
    """A text is written anew; ``text`` is the one that stands."""

    question: str
    text: str
    write: Callable[[str, ChangeReason], tuple[Change, ...]] = field(compare=False, repr=False)

    def changes(self, text: str, why: ChangeReason) -> tuple[Change, ...]:
        """Return the changes that write ``text``; none for the text that stands, or for an empty one."""
        wanted = text.strip()
        return self.write(wanted, why) if wanted and wanted != self.text else ()


Alternatives = Destination | Survivor | Selection | Rewriting
