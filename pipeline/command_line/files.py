"""What commands read and write: texts, JSON and JSON Lines. The name ``-`` is standard input or output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.contracts import Reading, Wire

W = TypeVar("W", bound="Wire")

MAX_PROBLEMS_SHOWN = 10
"""How many wrong keys of a file its message lists."""


def read_bytes(name: str) -> bytes:
    """Return the bytes of a file. Raises ``InputError`` where it cannot be read."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from None


def read_text(name: str) -> str:
    """Return a UTF-8 text as given. Raises ``InputError`` for a file that is no text."""
    from pipeline.text import decode

    return decode(read_bytes(name), "standard input" if name == "-" else name)


def read_json_lines(name: str, *required: str, together: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file; of the keys that go ``together`` one may lack all. Raises ``InputError`` that names the
    line and the missing key.
    """
    for number, line in enumerate(read_bytes(name).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{name}, line {number}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise InputError(f"{name}, line {number}: an object is needed, this is {type(row).__name__}")
        lacks_all = not any(key in row for key in together)
        missing = [key for key in required if key not in row and not (lacks_all and key in together)]
        if missing:
            raise InputError(
                f"{name}, line {number}: the key {missing[0]!r} is missing; needed are {', '.join(required)}"
            )
        yield row


def read_wire(name: str, model: type[W], label: str) -> Reading[W]:
    """Read an object of the wire from its JSON file, tolerantly; what was not understood goes to standard error.

    ``label`` names the object in messages. Raises ``InputError`` for one that cannot be worked with.
    """
    return check_wire(read_json(name), model, label, name)


def check_wire(value: Any, model: type[W], label: str, name: str) -> Reading[W]:
    """Read an object of the wire from the value of a file, as ``read_wire`` does."""
    from pipeline.contracts import UnworkableDocument, read_document

    try:
        reading = read_document(model, value)
    except UnworkableDocument as error:
        problems = [f"  {p.path}: {p.problem}" for p in error.problems[:MAX_PROBLEMS_SHOWN]]
        raise InputError(f"{name} is not the JSON of {label}:\n" + "\n".join(problems)) from None
    for warning in reading.warnings:
        sys.stderr.write(f"warning: {label}, {warning.path}: {warning.problem}\n")
    return reading


def read_json(name: str) -> Any:
    """Return the value of a JSON file. Raises ``InputError``."""
    try:
        return json.loads(read_bytes(name))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{name} is not JSON: {error}") from None
    except RecursionError:
        raise InputError(f"{name} is nested too deeply to be read") from None


def print_json(value: object) -> None:
    """Print a JSON value to standard output, indented."""
    json.dump(value, sys.stdout, indent=2)
    sys.stdout.write("\n")


def write_text(text: str, name: str) -> None:
    """Write a text to a file. Raises ``InputError`` where it cannot be written."""
    if name == "-":
        sys.stdout.write(text)
        return
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{name} cannot be written: {error.strerror}") from None


def write_lines(lines: Iterable[str], name: str) -> None:
    """Write lines to a file one by one, as they are made. Raises ``InputError`` where it cannot be written."""
    if name == "-":
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    try:
        with Path(name).open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise InputError(f"{name} cannot be written: {error.strerror}") from None
