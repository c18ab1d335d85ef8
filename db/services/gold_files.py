"""Gold sets from files and back: lines of ``eval`` and of ``parse-eval``, read with all that is wrong with them, written as they came."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from db.stores.gold_items import GoldItem, InvalidGold, ParseLabel
from db.stores.gold_sets import GoldSets
from db.stores.gold_versions import GoldWritten, UnfitGold
from pipeline.errors import InputError

MAX_PROBLEMS_SHOWN = 100
"""Problems that a message lists; ``problems`` has all of them."""


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with a line of a file; the field is empty where it is the whole line."""

    line: int
    field: str
    problem: str


class GoldFileError(InputError):
    """A file that is no gold; ``problems`` are all of them, by line. Nothing of it was imported."""

    def __init__(self, name: str, problems: Sequence[LineProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: p.line))
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        lines = [
            f"{name}, line {p.line}" + (f", “{p.field}” {p.problem}" if p.field else f": {p.problem}")
            for p in self.problems[:MAX_PROBLEMS_SHOWN]
        ]
        more = len(problems) - MAX_PROBLEMS_SHOWN
        tail = [f"and {more} more"] if more > 0 else []
        super().__init__(f"{name} was not imported ({count}), nothing was changed:\n" + "\n".join([*lines, *tail]))


@dataclass(frozen=True)
class GoldFile:
    """What a file holds, in its order, each with the number of its line."""

    name: str
    items: tuple[GoldItem | ParseLabel, ...]
    lines: tuple[int, ...]

    @property
    def n_labels(self) -> int:
        """How many lines are parse labels."""
        return sum(isinstance(item, ParseLabel) for item in self.items)


def read_gold_file(path: Path, parse: bool = False) -> GoldFile:
    """Read a file of gold as ``read_gold`` does. Raises ``InputError`` where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    return read_gold(str(path), content, parse)


def read_gold(name: str, content: bytes, parse: bool = False) -> GoldFile:
    """Read the lines of a file: job descriptions with what is right of them, and parse labels, told by their keys; with ``parse``
    all must be labels. Raises ``GoldFileError`` with everything that is wrong.
    """
    items: list[GoldItem | ParseLabel] = []
    numbers: list[int] = []
    problems: list[LineProblem] = []
    line_of: dict[tuple[bool, str], int] = {}
    for number, line in _lines(content):
        try:
            item = _read_line(line, parse)
        except InvalidGold as error:
            problems += [LineProblem(number, p.field, p.problem) for p in error.problems]
            continue
        except InputError as error:
            problems.append(LineProblem(number, "", str(error)))
            continue
        first = line_of.setdefault((isinstance(item, ParseLabel), item.id), number)
        if first != number:
            problems.append(LineProblem(number, "id", f"{item.id!r} stands in line {first} already"))
        items.append(item)
        numbers.append(number)
    if problems:
        raise GoldFileError(name, problems)
    if not items:
        raise InputError(f"{name} holds no gold: each line is an object in the format of eval or of parse-eval.")
    return GoldFile(name, tuple(items), tuple(numbers))


def import_gold(sets: GoldSets, name: str, files: Sequence[GoldFile], author: str, reason: str = "") -> GoldWritten:
    """Add what files hold to a set, as one version. Raises ``GoldFileError`` that names the lines that do not fit it."""
    why = reason.strip() or f"imported from {', '.join(Path(file.name).name for file in files)}"
    try:
        return sets.add(name, [item for file in files for item in file.items], author=author, reason=why)
    except UnfitGold as error:
        _raise_by_line(files, error)


def _raise_by_line(files: Sequence[GoldFile], error: UnfitGold) -> NoReturn:
    """Raise for the first file that something does not fit of: a label without its text, or of another, a text without a label."""
    wrong = {item.jd_id: item.problems for item in error.items}
    for kind in (ParseLabel, GoldItem):
        for file in files:
            lines = [(i.id, n) for i, n in zip(file.items, file.lines, strict=True) if isinstance(i, kind)]
            if problems := [LineProblem(n, p.field, p.problem) for jd_id, n in lines for p in wrong.get(jd_id, ())]:
                raise GoldFileError(file.name, problems) from error
    raise error


def export_lines(items: Sequence[GoldItem], parse: bool = False) -> list[str]:
    """The lines of items as they came in, in the format of ``eval``, or their labels in that of ``parse-eval``."""
    return [item.label.line for item in items if item.label] if parse else [item.line for item in items]


def export_bytes(items: Sequence[GoldItem], parse: bool = False) -> bytes:
    """What a file of ``export_lines`` holds."""
    return "".join(f"{line}\n" for line in export_lines(items, parse)).encode()


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line.strip()


def _read_line(line: bytes, parse: bool) -> GoldItem | ParseLabel:
    try:
        written = line.decode("utf-8")
        row = json.loads(written, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise InputError(f"this is not UTF-8: byte {error.start + 1} cannot be read") from None
    except json.JSONDecodeError as error:
        raise InputError(f"this is not JSON: {error.msg}, column {error.colno}") from None
    except RecursionError:
        raise InputError("this is nested too deeply to be read") from None
    if not isinstance(row, Mapping):
        raise InputError(f"an object is needed, this is {type(row).__name__}")
    read: Callable[..., GoldItem | ParseLabel] = ParseLabel.of_row if parse or _is_label(row) else GoldItem.of_row
    return read(row, written)


def _is_label(row: Mapping[str, Any]) -> bool:
    """Whether the keys are those of a label rather than of a job description."""
    return "text" not in row and ("sha256" in row or "jd_type" in row)


def _refuse_constant(word: str) -> NoReturn:
    raise InputError(f"{word} is no value of JSON")
