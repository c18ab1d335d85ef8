"""The sections of a job description: runs of units that are of one kind, with the heading that opens them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.learned.structure.units import TextUnit
from pipeline.text.view import BULLETS

HEADING = "heading"
"""The kind of a unit that opens what follows it."""
DEMAND_KINDS = frozenset({"responsibilities", "requirements", "preferred"})
"""Sections of duties, demands and wishes."""
DUTY_KINDS = DEMAND_KINDS | {"about_role", "body"}
"""Sections about the work and who does it."""
BOILERPLATE_KINDS = frozenset({"benefits", "pay", "legal", "apply", "chrome", "similar_jobs"})
"""Sections without anything about the work."""
SILENT_KINDS = frozenset({"about_company", "benefits", "pay", "legal", "chrome", "similar_jobs"})
"""Sections without demands of a candidate."""

_SIGNS = BULLETS + "*·-–— \t"
MAX_SIGNS = 20
"""Code points before a unit that may be its bullet and blanks around it."""


@dataclass(frozen=True)
class Section:
    """A part of the text of one kind; ``start`` is where its body begins (behind the heading).

    A heading with nothing below it is a section without a body, of kind ``heading``.
    """

    kind: str
    heading: str | None
    heading_start: int
    start: int
    end: int


@dataclass(frozen=True)
class SectionedUnit:
    """A unit with its kind (``heading`` for a heading) and the index of its section."""

    unit: TextUnit
    kind: str
    section: int


def divide(view: str, units: Sequence[TextUnit], kinds: Sequence[str]) -> tuple[list[Section], list[SectionedUnit]]:
    """Return the sections of a view whose units are of some kinds, and each unit with its section.

    A section ends where the kind changes and at a heading. Of several headings over a section the last known one counts, else
    the last one.
    """
    parts: list[tuple[list[TextUnit], list[TextUnit], str]] = []
    placed: list[SectionedUnit] = []
    for unit, kind in zip(units, kinds, strict=True):
        headings, body, current = parts[-1] if parts else ([], [], "")
        if kind == HEADING:
            if not parts or body:
                parts.append(([unit], [], HEADING))
            else:
                headings.append(unit)
        elif parts and not body:
            parts[-1] = (headings, [unit], kind)
        elif parts and current == kind:
            body.append(unit)
        else:
            parts.append(([], [unit], kind))
        placed.append(SectionedUnit(unit, kind, len(parts) - 1))
    begins = [_begin(view, (headings or body)[0]) for headings, body, _ in parts]
    begins[:1] = [0] if begins else []
    ends = [*begins[1:], len(view)] if begins else []
    return [
        Section(kind, _title(headings), begin, headings[-1].end_of_text if headings else begin, end)
        for (headings, _, kind), begin, end in zip(parts, begins, ends, strict=True)
    ], placed


def _title(headings: Sequence[TextUnit]) -> str | None:
    known = [unit for unit in headings if unit.heading_kind]
    chosen = (known or list(headings))[-1:]
    return " ".join(chosen[0].text.split()).rstrip(" :：*#") if chosen else None


def _begin(view: str, unit: TextUnit) -> int:
    """Where a unit begins with the bullet before it."""
    before = view[max(0, unit.start - MAX_SIGNS) : unit.start]
    return unit.start - (len(before) - len(before.rstrip(_SIGNS)))
