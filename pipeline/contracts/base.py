"""What all objects of the wire share: how they are written, what an object is read with that is not quite one, and scores."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


def wire_score(value: float) -> float:
    """Return a score as the wire carries it: four decimal places, never minus zero."""
    return round(float(value), 4) + 0.0


NAME_AND_KEY: Mapping[str, str] = MappingProxyType({"display_name": "slug", "slug": "display_name"})
"""The stand-ins of an entry of the catalog: where one of its name and its key is missing, the other is read for it."""


class Wire(BaseModel):
    """Base of every wire object. Unknown keys are kept, so that nothing is lost on the way through.

    What is made here is strict: a word that its vocabulary lacks is refused. ``reading.read_document`` takes what others made.
    """

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
    )

    text_field: ClassVar[str | None] = None
    """The field that a plain text is read into where this object belongs; null where a text says nothing about it."""
    needed: ClassVar[frozenset[str]] = frozenset()
    """Fields without which the object says nothing that could be worked with."""
    stand_ins: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Fields whose value, where it is missing, is that of another field."""

    @classmethod
    def key_of(cls, field: str) -> str:
        """Return the wire's name of a field. Raises ``KeyError`` for a field that there is not."""
        return cls.model_fields[field].alias or field

    def wire(self) -> dict[str, Any]:
        """Return the JSON object, with exactly the keys that were set, under the wire's names."""
        return self.model_dump(mode="json", exclude_unset=True)


class TextSpan(Wire):
    """Where in the JD something was read."""

    needed: ClassVar = frozenset({"start", "end"})
    start: int
    """The first code point, counted in the raw text from 0."""
    end: int
    """The code point behind the last one."""


class ReadingWarning(Wire):
    """Something in a document that was sent that was not understood, or read as something else."""

    path: str
    """Where it is: keys and positions from the document's root, separated by dots (``final_skills.0.skill_name``)."""
    problem: str
    """What it is and what was done about it, in words."""
