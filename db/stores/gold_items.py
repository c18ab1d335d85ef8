"""Items of gold sets as values: a job description with what is right of it, as ``eval`` reads it, and what its text says, as
``parse-eval`` does.

Each is the object of a line as it was given, so that what is exported is what was imported; what is asked of it is read from
that. Both refuse what the commands could not work with, and name every fault of a line, not only the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError
from pipeline.experiments.results import NO_ROLE, Gold
from pipeline.parse_evaluation.passages import duty_marks

KEYS = ("id", "title", "text", "role", "acceptable", "skills")
"""What the line of an item must have, as ``eval`` reads it; null is allowed for a title, and for skills that are not asked for."""
ANSWERS = ("role", "acceptable", "skills")
"""Of these, all or none: a text without any has what it says alone, as a parse label."""


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with a field of an item."""

    field: str
    problem: str

    def __str__(self) -> str:
        return f"“{self.field}” {self.problem}"


class InvalidGold(InputError):
    """A job description or a label that is no gold; ``problems`` are all of them, ``jd_id`` is its id where it has one."""

    def __init__(self, jd_id: str, problems: Sequence[FieldProblem]) -> None:
        self.jd_id, self.problems = jd_id, tuple(problems)
        named = f"{jd_id}: " if jd_id else ""
        super().__init__(named + "; ".join(map(str, self.problems)) + ".")


@dataclass(frozen=True)
class GoldSkill:
    """A skill of a text: its name, the words of the text that mean it, whether it is demanded (null where nobody said)."""

    name: str
    surface: tuple[str, ...]
    primary: bool | None = None
    slug: str | None = None

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> GoldSkill:
        """A skill of the object of a line."""
        return cls(row["name"], tuple(row["surface"]), row.get("primary"), row.get("slug"))

    def wire(self) -> dict[str, Any]:
        """As JSON, in the form of ``eval``; what is not known is left out."""
        beside = {"primary": self.primary, "slug": self.slug}
        known = {key: value for key, value in beside.items() if value is not None}
        return {"name": self.name, "surface": list(self.surface), **known}


# --- what a text says ---------------------------------------------------------------------------------------------


class _Pay(BaseModel):
    model_config = ConfigDict(strict=True)
    currency: str | None
    min: float | None
    max: float | None
    period: str | None


class _LabelForm(BaseModel):
    """The keys of a line of ``parse-eval``; others may stand beside."""

    model_config = ConfigDict(strict=True)
    id: str | int
    sha256: str
    title: str | None
    company: str | None
    experience_min: float | None
    experience_max: float | None
    education_required: str | None
    education_preferred: str | None
    locations: list[list[str]]
    work_mode: str | None
    ctc: _Pay | None
    certifications: list[str]
    urls: int
    responsibilities: list[list[str]] | None
    responsibilities_optional: list[list[str]]
    demands: list[list[str]]
    also: dict[str, list[Any]]
    industry: str | None
    jd_type: str | None


LABEL_KEYS = tuple(_LabelForm.model_fields)
"""What a label must have."""


@dataclass(frozen=True)
class ParseLabel:
    """What a text says, in the form of ``parse-eval``; ``line`` is its JSON as it was given."""

    row: Mapping[str, Any]
    line: str = field(compare=False)

    @classmethod
    def of_row(cls, row: Mapping[str, Any], line: str = "") -> ParseLabel:
        """The label of the object of a line. Raises ``InvalidGold``."""
        try:
            _LabelForm.model_validate(row)
        except ValidationError as error:
            raise InvalidGold(_id_of(row), [_problem_of(e) for e in error.errors(include_url=False)]) from None
        return cls(row, line or json_line(row))

    @property
    def id(self) -> str:
        """The id of its job description."""
        return str(self.row["id"])

    def fits(self, text: str) -> bool:
        """Whether it was read in this very text."""
        return bool(self.row["sha256"] == text_digest(text))

    def check(self, text: str) -> None:
        """Raise ``InvalidGold`` where it is of another text, or names a passage that the text lacks."""
        if not self.fits(text):
            raise InvalidGold(self.id, [FieldProblem("sha256", "is of another text than the one of this id")])
        try:
            duty_marks(text, self.row, [])
        except ValueError as error:
            raise InvalidGold(self.id, [FieldProblem("responsibilities", f"or its neighbours: {error}")]) from None


def _problem_of(error: Any) -> FieldProblem:
    name = ".".join(map(str, error["loc"])) or "line"
    if error["type"] == "missing":
        return FieldProblem(name, "is missing")
    wanted = str(error["msg"]).removeprefix("Input ")
    return FieldProblem(name, f"{wanted}, this is {_shown(error['input'])}")


def text_digest(text: str) -> str:
    """The hash by which a label names its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- a job description with what is right of it -------------------------------------------------------------------


@dataclass(frozen=True)
class GoldItem:
    """A job description with what is right of it, in the form of ``eval``, perhaps with what its text says; or a text with that alone.

    ``line`` is the JSON of ``row`` as it was given. Two items are equal where their values are, however they were written.
    """

    row: Mapping[str, Any]
    line: str = field(compare=False)
    label: ParseLabel | None = None

    @classmethod
    def of_row(cls, row: Mapping[str, Any], line: str = "", label: ParseLabel | None = None) -> GoldItem:
        """The item of the object of a line. Raises ``InvalidGold`` with all that is wrong with it."""
        if problems := list(_problems(row)):
            raise InvalidGold(_id_of(row), problems)
        if label is not None:
            label.check(row["text"])
        return cls(row, line or json_line(row), label)

    @property
    def id(self) -> str:
        """What tells it from the others of its set."""
        return str(self.row["id"])

    @property
    def title(self) -> str | None:
        """The title that stood beside the text."""
        return self.row.get("title") or None

    @property
    def has_answers(self) -> bool:
        """Whether it is said what is right of it; of others only what their texts say."""
        return not _lacks_answers(self.row)

    @property
    def text(self) -> str:
        """The text, as it was given."""
        return str(self.row["text"])

    @property
    def role(self) -> str:
        """The best role, ``NONE`` where none fits; empty where it is not asked for."""
        return str(self.row["role"]) if self.has_answers else ""

    @property
    def acceptable(self) -> tuple[str, ...]:
        """The roles that are acceptable, ``NONE`` among them where none is."""
        return tuple(self.row["acceptable"]) if self.has_answers else ()

    @cached_property
    def skills(self) -> tuple[GoldSkill, ...] | None:
        """Its skills; null where they are not asked for."""
        listed = self.row.get("skills")
        return None if listed is None else tuple(GoldSkill.of_row(skill) for skill in listed)

    @property
    def columns(self) -> dict[str, str]:
        """What it brought beside, as texts; lists and objects are left out."""
        beside = {key: value for key, value in self.row.items() if key not in KEYS}
        plain = {k: v for k, v in beside.items() if v is not None and not isinstance(v, list | Mapping)}
        return {str(k): str(v).lower() if isinstance(v, bool) else str(v) for k, v in plain.items()}

    @property
    def gold(self) -> Gold | None:
        """What is right of it, as experiments mark against it; null where that is not asked for."""
        return Gold.of_row(self.row)

    @property
    def digest(self) -> str:
        """What tells one writing of an item from the next."""
        return _digest(self.line, self.label.line if self.label else "")

    @cached_property
    def value_digest(self) -> str:
        """What tells one value from the next, however it is written."""
        return _digest(_canonical(self.row), _canonical(self.label.row) if self.label else "")

    def with_label(self, label: ParseLabel | None) -> GoldItem:
        """The same with another label. Raises ``InvalidGold`` for one of another text."""
        if label is not None:
            label.check(self.text)
        return GoldItem(self.row, self.line, label)

    def edited(self, acceptable: Sequence[str] | None = None, skills: Sequence[GoldSkill] | None = None) -> GoldItem:
        """The same with other roles (the first is the best) or other skills; all else stays. Raises ``InvalidGold``."""
        row = dict(self.row)
        if (acceptable or skills) and not self.has_answers:
            row |= dict.fromkeys(ANSWERS)
        if acceptable is not None:
            row |= {"role": acceptable[0] if acceptable else "", "acceptable": list(acceptable)}
        if skills is not None:
            before = {_canonical(GoldSkill.of_row(s).wire()): s for s in self.row.get("skills") or ()}
            # A skill that is not touched keeps what else stands with it.
            row["skills"] = [before.get(_canonical(skill.wire()), skill.wire()) for skill in skills]
        return self if row == self.row else GoldItem.of_row(row, label=self.label)


def json_line(row: Mapping[str, Any]) -> str:
    """The JSON of a row on a line; what is no character of its own (half of a pair) is escaped."""
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(row)
    return line


def _canonical(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# --- checks -------------------------------------------------------------------------------------------------------


def _id_of(row: Mapping[str, Any]) -> str:
    return str(row["id"]) if _is_id(row.get("id")) else ""


def _is_id(value: object) -> bool:
    return (isinstance(value, str) and bool(value.strip())) or (isinstance(value, int) and not isinstance(value, bool))


def _lacks_answers(row: Mapping[str, Any]) -> bool:
    return "text" in row and not any(key in row for key in ANSWERS)


def _problems(row: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """All that is wrong with the object of a line."""
    for key in (k for k in KEYS if k not in ANSWERS) if _lacks_answers(row) else KEYS:
        if key not in row:
            yield FieldProblem(key, "is missing")
    if "id" in row and not _is_id(row["id"]):
        yield FieldProblem("id", f"must be a text or a number, this is {_shown(row['id'])}")
    text = row.get("text")
    if "text" in row and not (isinstance(text, str) and text.strip()):
        yield FieldProblem("text", f"must be the text of the job description, this is {_shown(text)}")
    if not isinstance(row.get("title"), str | None):
        yield FieldProblem("title", f"must be a text or null, this is {_shown(row['title'])}")
    if "role" in row and "acceptable" in row:
        yield from _role_problems(row["role"], row["acceptable"])
    yield from _skills_problems(row.get("skills"), text if isinstance(text, str) else None)


def _role_problems(role: object, acceptable: object) -> Iterator[FieldProblem]:
    if not (isinstance(role, str) and role.strip()):
        yield FieldProblem("role", f"must be the slug of a role, or {NO_ROLE}; this is {_shown(role)}")
    if not isinstance(acceptable, list) or not acceptable or not all(isinstance(r, str) and r for r in acceptable):
        yield FieldProblem(
            "acceptable", f"must be a list of slugs of roles, or of {NO_ROLE}; this is {_shown(acceptable)}"
        )
    elif role not in acceptable:
        yield FieldProblem("acceptable", f"must have the role itself, {_shown(role)}, among {_shown(acceptable)}")


def _skills_problems(skills: object, text: str | None) -> Iterator[FieldProblem]:
    if skills is None:
        return
    if not isinstance(skills, list):
        yield FieldProblem("skills", f"must be a list or null, this is {_shown(skills)}")
        return
    names: set[str] = set()
    for number, skill in enumerate(skills, 1):
        name = skill.get("name") if isinstance(skill, Mapping) else None
        if not isinstance(skill, Mapping) or not isinstance(name, str) or not name.strip():
            yield FieldProblem(
                f"skills.{number}", f"must be an object with “name” and “surface”, this is {_shown(skill)}"
            )
            continue
        if name in names:
            yield FieldProblem(f"skills.{number}.name", f"{_shown(name)} stands twice")
        names.add(name)
        yield from _skill_problems(skill, f"skills.{number}", text)


def _skill_problems(skill: Mapping[str, Any], place: str, text: str | None) -> Iterator[FieldProblem]:
    surfaces = skill.get("surface")
    if not isinstance(surfaces, list) or not surfaces or not all(isinstance(s, str) and s for s in surfaces):
        yield FieldProblem(f"{place}.surface", f"must be a list of words of the text, this is {_shown(surfaces)}")
    elif text is not None and (absent := [s for s in surfaces if s not in text]):
        yield FieldProblem(f"{place}.surface", f"of {_shown(skill['name'])} is not in the text: {_shown(absent)}")
    if not isinstance(skill.get("primary"), bool | None):
        yield FieldProblem(f"{place}.primary", f"must be true or false, this is {_shown(skill['primary'])}")
    if not isinstance(skill.get("slug"), str | None):
        yield FieldProblem(f"{place}.slug", f"must be a slug or null, this is {_shown(skill['slug'])}")


def _shown(value: object, most: int = 60) -> str:
    """A value as a message shows it."""
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= most else shown[:most] + "…"
