"""What a doctor has found: sections of facts, and what is wrong, in plain words. Nothing in it is personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from textwrap import wrap

COLUMNS = 96
"""Characters of a line of facts on the terminal."""

Fact = str | int | float | bool | None | list["Fact"] | dict[str, "Fact"]


class Verdict(IntEnum):
    """How the examination ended; the number is the exit code of the command."""

    HEALTHY = 0
    UNWELL = 1
    UNREACHABLE = 2


@dataclass(frozen=True)
class Section:
    """One part of the examination: its facts by name, and a sentence for each thing that is wrong."""

    title: str
    facts: Mapping[str, Fact]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All parts. ``is_reached`` says whether the store could be examined."""

    sections: tuple[Section, ...]
    is_reached: bool

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return tuple(problem for section in self.sections for problem in section.problems)

    @property
    def verdict(self) -> Verdict:
        """How it ended."""
        if not self.is_reached:
            return Verdict.UNREACHABLE
        return Verdict.UNWELL if self.problems else Verdict.HEALTHY

    def text(self) -> str:
        """The report for a terminal, its verdict in the last line."""
        lines = [line for section in self.sections for line in _section_lines(section)]
        return "\n".join([*lines, _verdict_line(self)])


def _section_lines(section: Section) -> list[str]:
    width = max(map(len, section.facts), default=0)
    lines = [section.title.capitalize()]
    for name, fact in section.facts.items():
        for i, line in enumerate(_fact_lines(fact)):
            lines.append(f"  {'' if i else name:<{width}}  {line}")
    return [*lines, *(f"  ! {problem}" for problem in section.problems), ""]


def _fact_lines(fact: Fact) -> list[str]:
    """A fact in lines: items of a list each in lines of its own, anything else as one text that is folded."""
    parts = fact if isinstance(fact, list) else [fact]
    return [line for part in parts for line in wrap(_short(part), COLUMNS)] or ["none"]


def _short(fact: Fact) -> str:
    if isinstance(fact, dict):
        return ", ".join(f"{name} {_short(value)}" for name, value in fact.items())
    if isinstance(fact, bool) or fact is None:
        return {True: "yes", False: "no", None: "unknown"}[fact]
    return f"{fact:,}" if isinstance(fact, int | float) else str(fact)


def _verdict_line(report: Report) -> str:
    count = len(report.problems)
    if report.verdict is Verdict.UNREACHABLE:
        return "The store could not be examined; what is above does not need it."
    if report.verdict is Verdict.HEALTHY:
        return "All is well."
    return f"{count} {'thing is' if count == 1 else 'things are'} wrong, marked ! above."
