"""How a document that an older or another system made is read: tolerantly, and with a word on each thing that was not understood.

Every object is read key by key against its model. A value that does not fit is read as the nearest that does (a number for its
text, a word of a vocabulary in other letters, the name in an object where a text belongs), as null, or as what says nothing; each time a
warning names the path. Only a document without what it is about is refused. The document as it was sent stays beside what was read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from pipeline.contracts.base import ReadingWarning, Wire
from pipeline.contracts.vocabulary import Vocabulary

W = TypeVar("W", bound=Wire)

MAX_WARNINGS = 200
"""Kinds of problems that are listed of one document."""
MAX_SHOWN = 60
"""Characters of a value that a warning quotes."""
WHOLE = "the document"
"""Where a problem is that is of the whole document."""
NAMES_OF_TEXTS = ("display_name", "name", "text", "value", "label", "title", "raw", "skill_name", "slug", "id")
"""Keys of an object under which its text is looked for, where a text belongs."""
Path = tuple[str | int, ...]


class UnworkableDocument(ValueError):
    """A document that cannot be worked with; ``problems`` say where and why."""

    def __init__(self, problems: tuple[ReadingWarning, ...]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.problem}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class Reading(Generic[W]):
    """What was read: the document, as strict as one of our own; what was ``given``, unchanged; what was not understood."""

    document: W
    given: Any
    warnings: tuple[ReadingWarning, ...] = ()


@dataclass(frozen=True)
class _Unread:
    """Stands for a value that could not be read; for an object, what it lacks and where."""

    path: Path = ()
    problem: str = ""


UNREAD = _Unread()


def read_document(model: type[W], value: Any) -> Reading[W]:
    """Read the JSON value of a document. Raises ``UnworkableDocument``."""
    reader = _Reader()
    found = UNREAD if value == {} else reader.read_object(model, value, ())
    if isinstance(found, _Unread):
        empty = "is empty: the step was not called, so there is nothing to work with"
        reader.refused.append(
            (found.path, found.problem or (empty if value == {} else f"is {_kind(value)}, not an object"))
        )
    if reader.refused:
        raise UnworkableDocument(tuple(_listed(reader.refused)))
    try:
        document = model.model_validate(found)
    except ValidationError as error:
        wrong = [(tuple(e["loc"]), e["msg"]) for e in error.errors(include_input=False, include_url=False)]
        raise UnworkableDocument(tuple(_listed(wrong))) from None
    return Reading(document, value, tuple(_listed(reader.warned)))


def accept(model: type[W], value: Any) -> W:
    """Return what a stored value is read as; one of our own costs no more than its check. Raises ``UnworkableDocument``."""
    try:
        return model.model_validate(value)
    except ValidationError:
        return read_document(model, value).document


@dataclass(frozen=True)
class _Expected:
    """What a value has to be: its type, the annotations of the type, whether null is a value, whether it is needed."""

    type: Any
    notes: tuple[Any, ...] = ()
    is_optional: bool = False
    is_needed: bool = False

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary whose word it has to be."""
        return next((note for note in self.notes if isinstance(note, Vocabulary)), None)

    @property
    def object_type(self) -> type[Wire] | None:
        """The model of the object that it has to be."""
        return self.type if isinstance(self.type, type) and issubclass(self.type, Wire) else None


@dataclass(frozen=True)
class _Gap:
    """A field without a value that could be read: its name, its key, where that is, and what is wrong."""

    field: str
    key: str
    path: Path
    problem: str


class _Reader:
    """Reads one document, and keeps what it has to say about it."""

    def __init__(self) -> None:
        self.warned: list[tuple[Path, str]] = []
        self.refused: list[tuple[Path, str]] = []

    def read_object(self, model: type[Wire], value: Any, path: Path) -> Any:
        """The object with every key as its model wants it; unread where it lacks what it needs."""
        if isinstance(value, str) and value.strip() and model.text_field:
            self.warned.append(
                (path, f"is a text where an object belongs; read as its {model.key_of(model.text_field)}")
            )
            value = {model.key_of(model.text_field): value}
        if not isinstance(value, dict):
            return UNREAD
        found: dict[str, Any] = {}
        known = set()
        for name, key, wanted, is_required in _fields_of(model):
            given_key = key if key in value else name
            known.add(given_key)
            if given_key in value:
                read = self.read_value(wanted, value[given_key], (*path, given_key))
                if not isinstance(read, _Unread):
                    found[key] = read
                    continue
                problem = _problem(read, value[given_key], wanted)
            elif is_required:
                problem = "is missing"
            else:
                continue
            gap = _Gap(name, key, (*path, key), problem)
            if not self._fill(model, gap, found, value):
                return _Unread((*path, key), problem)
        for key in value:
            if key not in known:
                self.warned.append(((*path, str(key)), "is not known; kept as it is"))
                found.setdefault(str(key), value[key])
        return found

    def _fill(self, model: type[Wire], gap: _Gap, found: dict[str, Any], given: Mapping[str, Any]) -> bool:
        """Put something in the place of a value that could not be read; false where nothing can stand there."""
        other = model.stand_ins.get(gap.field)
        stand_in = given.get(model.key_of(other)) if other else None
        if isinstance(stand_in, str) and stand_in.strip():
            found[gap.key] = stand_in
            self.warned.append((gap.path, f"{gap.problem}; read as {_shown(stand_in)}"))
            return True
        if gap.field in model.needed:
            return False
        field = model.model_fields[gap.field]
        if not field.is_required():
            self.warned.append((gap.path, f"{gap.problem}; left out"))
            return True
        found[gap.key] = _empty_value(_expected(field.annotation, tuple(field.metadata)))
        self.warned.append((gap.path, f"{gap.problem}; read as {_shown(found[gap.key])}"))
        return True

    def read_value(self, expected: _Expected, value: Any, path: Path) -> Any:
        """The value as it is expected; unread where it is nothing of the kind."""
        if value is None and expected.is_optional:
            return None
        if expected.type is Any:
            return value
        if expected.object_type:
            return self._read_member(expected, value, path)
        if get_origin(expected.type) is list:
            return self._read_list(expected, value, path)
        if get_origin(expected.type) is dict:
            return self._read_mapping(expected, value, path)
        read = _plain_value(expected, value)
        if isinstance(read, _Unread):
            if expected.is_optional and value in ({}, [], ""):
                return None
            return read
        is_former = expected.vocabulary is not None and isinstance(value, str) and value in expected.vocabulary.former
        if not is_former and (type(read) is not type(value) or read != value):
            self.warned.append((path, f"is {_shown(value)}; read as {_shown(read)}"))
        return read

    def _read_member(self, expected: _Expected, value: Any, path: Path) -> Any:
        """An object within another; an empty one is null where null is a value: what was not called, or says nothing."""
        model = expected.object_type
        assert model is not None
        if expected.is_optional and value in ({}, ""):
            return None
        if isinstance(value, list) and len(value) == 1:
            self.warned.append((path, "is a list of one where an object belongs; read as that"))
            value = value[0]
        return self.read_object(model, value, path)

    def _read_list(self, expected: _Expected, value: Any, path: Path) -> Any:
        (inner,) = get_args(expected.type)
        item = _expected(inner)
        if value is None:
            self.warned.append((path, "is null; read as an empty list"))
            return []
        if not isinstance(value, list):
            self.warned.append((path, f"is {_kind(value)} where a list belongs; read as a list of it"))
            value = [value]
        found = []
        for number, given in enumerate(value):
            read = self.read_value(item, given, (*path, number))
            if not isinstance(read, _Unread):
                found.append(read)
                continue
            place, problem = read.path or (*path, number), _problem(read, given, item)
            if expected.is_needed:
                self.refused.append((place, problem))
            else:
                self.warned.append((place, f"{problem}; left out"))
        return found

    def _read_mapping(self, expected: _Expected, value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            return UNREAD
        inner = _expected(get_args(expected.type)[1])
        read = {str(key): self.read_value(inner, given, (*path, str(key))) for key, given in value.items()}
        for key in [key for key, given in read.items() if isinstance(given, _Unread)]:
            self.warned.append(((*path, key), f"is {_shown(value[key])}, which cannot be read; left out"))
            del read[key]
        return read


# --- what is expected ---------------------------------------------------------------------------------------------


@cache
def _fields_of(model: type[Wire]) -> tuple[tuple[str, str, _Expected, bool], ...]:
    """Name, key, what is expected, and whether it must be there, of each field."""
    return tuple(
        (
            name,
            field.alias or name,
            _expected(field.annotation, tuple(field.metadata), name in model.needed),
            field.is_required(),
        )
        for name, field in model.model_fields.items()
    )


def _expected(annotation: Any, notes: tuple[Any, ...] = (), is_needed: bool = False) -> _Expected:
    """What an annotation expects: unions with null and ``Annotated`` are taken apart."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _expected(inner, (*more, *notes), is_needed)
    if get_origin(annotation) in (Union, UnionType):
        others = [arg for arg in get_args(annotation) if arg is not NoneType]
        is_optional = len(others) < len(get_args(annotation))
        if len(others) == 1:
            inner_expected = _expected(others[0], notes, is_needed)
            return _Expected(inner_expected.type, inner_expected.notes, is_optional, is_needed)
        return _Expected(reduce(or_, others), notes, is_optional, is_needed)
    return _Expected(annotation, notes, False, is_needed)


def _empty_value(expected: _Expected) -> Any:
    """What says nothing, where something has to be."""
    if expected.is_optional:
        return None
    if vocabulary := expected.vocabulary:
        return vocabulary.instead
    if expected.object_type:
        return {
            key: _empty_value(wanted) for _, key, wanted, is_required in _fields_of(expected.object_type) if is_required
        }
    if get_origin(expected.type) is Literal:
        return get_args(expected.type)[0]
    plain = get_origin(expected.type) or expected.type
    empty: dict[Any, Any] = {list: [], dict: {}, str: "", bool: False, int: 0, float: 0.0, Union: 0}
    return empty.get(plain)


# --- plain values -------------------------------------------------------------------------------------------------


def _plain_value(expected: _Expected, value: Any) -> Any:
    """A text, a number, a truth value or a word as it is expected; unread where it is none."""
    if vocabulary := expected.vocabulary:
        word = vocabulary.word_for(value) if isinstance(value, str) else None
        unknown = UNREAD if expected.is_optional else vocabulary.instead
        return unknown if word is None else word
    is_literal = get_origin(expected.type) is Literal
    plain = value if is_literal else _plain(expected, value)
    return _validated(expected, plain) if is_literal or expected.notes else plain


def _plain(expected: _Expected, value: Any) -> Any:
    if expected.type is str:
        return _text(value)
    if expected.type is bool:
        return value if isinstance(value, bool) else _TRUTHS.get(str(value).strip().lower(), UNREAD)
    number = _number(value)
    if isinstance(number, _Unread) or expected.type is float or not isinstance(number, float):
        return number
    return round(number) if expected.type is int else number


def _validated(expected: _Expected, value: Any) -> Any:
    """A value that its own validators take, as they take it."""
    kind: Any = Annotated[(expected.type, *expected.notes)] if expected.notes else expected.type
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return UNREAD
    return value


_TRUTHS: dict[str, bool] = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return UNREAD
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        texts = (value.get(key) for key in NAMES_OF_TEXTS)
        return next((text for text in texts if isinstance(text, str) and text.strip()), UNREAD)
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    return UNREAD


def _number(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            return UNREAD
        value = int(value) if math.isfinite(value) and value == int(value) else value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return UNREAD
    return value


# --- words for what was found -------------------------------------------------------------------------------------


def _listed(problems: list[tuple[Path, str]]) -> Iterator[ReadingWarning]:
    """The problems as they go on the wire: the same in several places of a list once, with how often."""
    grouped: dict[tuple[Path, str], list[Path]] = {}
    for path, problem in problems:
        shape = tuple("" if isinstance(part, int) else part for part in path)
        grouped.setdefault((shape, problem), []).append(path)
    for number, ((_, problem), paths) in enumerate(grouped.items()):
        if number == MAX_WARNINGS:
            left = len(grouped) - MAX_WARNINGS
            yield ReadingWarning(path=WHOLE, problem=f"has {left} more problems, which are not listed")
            return
        more = f" (and in {len(paths) - 1} more places)" if len(paths) > 1 else ""
        yield ReadingWarning(path=".".join(map(str, paths[0])) or WHOLE, problem=problem + more)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", NoneType: "null"}
    return names.get(type(value), "a number")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"“{value[:MAX_SHOWN]}…”" if len(value) > MAX_SHOWN else f"“{value}”"
    return _kind(value) if isinstance(value, dict | list) and value else json.dumps(value)


def _problem(read: _Unread, value: Any, expected: _Expected) -> str:
    return read.problem or f"is {_shown(value)}, which cannot be read as {_name_of(expected)}"


def _name_of(expected: _Expected) -> str:
    if vocabulary := expected.vocabulary:
        return f"a {vocabulary.name} ({', '.join(vocabulary.words)})"
    if expected.object_type or get_origin(expected.type) is dict:
        return "an object"
    if get_origin(expected.type) is Literal:
        return f"one of {', '.join(map(str, get_args(expected.type)))}"
    return {str: "a text", bool: "a truth value", int: "a whole number"}.get(expected.type, "a number")
