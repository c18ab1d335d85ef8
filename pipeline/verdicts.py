"""What a reviewer says of a run, as values: the role, each skill, skills that are missing, each link.

A verdict is given point by point and may stop anywhere: what it says nothing of is open, and never counts as right or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True)
class MissingSkill:
    """A skill that the run did not find, marked in the text: code points of the raw text, ``end`` exclusive, and the words there.

    ``slug`` is the skill of the catalog that the words mean, null for one that is not in the catalog.
    """

    start: int
    end: int
    text: str
    slug: str | None = None


@dataclass(frozen=True)
class LinkVerdict:
    """Whether a skill belongs into a dimension, by their slugs; of a wrong one, where it belongs instead (null: nowhere named)."""

    skill_slug: str
    dimension_slug: str
    is_right: bool
    right_dimension: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said of a run so far.

    ``role_slug`` is the right role, null for none; it says something only where ``has_role``. Skills of the catalog that the run
    found are right or wrong by their slugs, those that the catalog lacks by their names (``right_terms``, ``wrong_terms``).
    """

    role_slug: str | None = None
    has_role: bool = False
    right_skills: tuple[str, ...] = ()
    wrong_skills: tuple[str, ...] = ()
    right_terms: tuple[str, ...] = ()
    wrong_terms: tuple[str, ...] = ()
    missing_skills: tuple[MissingSkill, ...] = ()
    links: tuple[LinkVerdict, ...] = ()
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said at all."""
        return self == Answer()

    def wire(self) -> dict[str, Any]:
        """As JSON."""
        return dict(_ANSWER.dump_python(self, mode="json"))


_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
ANSWER_FIELDS = tuple(field.name for field in fields(Answer))


def answer_from_wire(cells: Any) -> Answer:
    """Read an answer from JSON. Raises ``ValueError`` (of Pydantic) that names what is wrong."""
    return _ANSWER.validate_python(cells)
