"""The wire value by value as Markdown, for docs/wire.md: every object with its keys, every vocabulary with its words.

``python -m pipeline.contracts.document docs/wire.md`` replaces them between the two marks of that file.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from pipeline.contracts import vocabularies
from pipeline.contracts.base import ReadingWarning, TextSpan, Wire
from pipeline.contracts.client_output import ClientOutput
from pipeline.contracts.extraction import Extraction
from pipeline.contracts.library_match import LibraryMatch
from pipeline.contracts.parsed import ParsedJD
from pipeline.contracts.role_output import RoleOutput
from pipeline.contracts.run_document import RunDocument
from pipeline.contracts.vocabulary import Vocabulary

BEGIN, END = "<!-- wire: begin -->\n", "<!-- wire: end -->\n"
PARTS: tuple[tuple[str, type[Wire]], ...] = (
    ("Step 1", Extraction),
    ("The parsed job description", ParsedJD),
    ("Step 2", LibraryMatch),
    ("Step 3", RoleOutput),
    ("Client output", ClientOutput),
    ("The whole run", RunDocument),
    ("Shared", TextSpan),
    ("Shared", ReadingWarning),
)
"""The parts of the page, each with the object that it begins with; an object stands where it is used first."""
_NAMES = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}


def wire_markdown() -> str:
    """Return every object with its keys, then every vocabulary with its words."""
    return "\n".join((*_objects(), "## Vocabularies", "", *map(_vocabulary, all_vocabularies())))


def with_wire(document: str) -> str:
    """Return a document with the current wire between its marks. Raises ``ValueError`` without the marks."""
    begin, end = document.index(BEGIN) + len(BEGIN), document.index(END)
    return f"{document[:begin]}\n{wire_markdown()}\n{document[end:]}"


@cache
def all_vocabularies() -> tuple[Vocabulary, ...]:
    """Every vocabulary of the wire, as they are declared."""
    return tuple(value for value in vars(vocabularies).values() if isinstance(value, Vocabulary))


def _objects() -> Iterator[str]:
    roots = {root for _, root in PARTS}
    shown: set[type[Wire]] = set()
    title = ""
    for part, root in PARTS:
        if part != title:
            title = part
            yield f"## {title}\n"
        for model in _reached(root, roots, shown):
            yield _object(model)


def _reached(model: type[Wire], roots: set[type[Wire]], shown: set[type[Wire]]) -> Iterator[type[Wire]]:
    """An object and those within it that no other part begins with, each once."""
    if model in shown:
        return
    shown.add(model)
    yield model
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            if inner not in roots:
                yield from _reached(inner, roots, shown)


def _models_in(annotation: Any) -> Iterator[type[Wire]]:
    if isinstance(annotation, type) and issubclass(annotation, Wire):
        yield annotation
    for inner in get_args(annotation):
        if not isinstance(inner, Vocabulary | str):
            yield from _models_in(inner)


def _object(model: type[Wire]) -> str:
    about = " ".join((inspect.getdoc(model) or "").replace("``", "").split())
    rows = (_field(name, field, model) for name, field in model.model_fields.items())
    return "\n".join((f"### {model.__name__}", "", about, "", "| key | value | |", "| --- | --- | --- |", *rows, ""))


def _field(name: str, field: FieldInfo, model: type[Wire]) -> str:
    about = " ".join((field.description or "").split()).replace("`", "").replace("|", "\\|")
    return f"| `{model.key_of(name)}` | {_type(field.annotation, field.metadata)} | {about} |"


def _type(annotation: Any, notes: list[Any] | tuple[Any, ...] = ()) -> str:
    """What a value may be, in words."""
    for note in notes:
        if isinstance(note, Vocabulary):
            return f"[{note.name}](#{_anchor(note.name)})"
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return _type(arguments[0], arguments[1:])
        case origin if origin in (Union, UnionType):
            names = [_type(inner, notes) for inner in arguments if inner is not NoneType]
            named = "number" if names == ["whole number", "number"] else " or ".join(names)
            return f"{named} or null" if NoneType in arguments else named
        case origin if origin is list:
            return f"list: {_type(arguments[0])}"
        case origin if origin is dict:
            return f"object of {_type(arguments[1])}"
        case origin if origin is Literal:
            return ", ".join(f"`{word}`" for word in arguments)
    if isinstance(annotation, type) and issubclass(annotation, Wire):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return _NAMES[annotation]


def _vocabulary(vocabulary: Vocabulary) -> str:
    rows = (f"| `{word}` | {meaning} |" for word, meaning in vocabulary.meanings.items())
    title = vocabulary.name[0].upper() + vocabulary.name[1:]
    return "\n".join((f"### {title}", "", "| word | it means |", "| --- | --- |", *rows, ""))


def _anchor(title: str) -> str:
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c == "-")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_wire(path.read_text(encoding="utf-8")), encoding="utf-8")
