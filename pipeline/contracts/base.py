"""What all objects of the wire share: how they are read and written, and how scores are rounded."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


def wire_score(value: float) -> float:
    """Return a score as the wire carries it: four decimal places, never minus zero."""
    return round(float(value), 4) + 0.0


class Wire(BaseModel):
    """Base of every wire object. Unknown keys are kept, so that nothing is lost on the way through."""

    model_config = ConfigDict(
        extra="allow", frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )

    @classmethod
    def key_of(cls, field: str) -> str:
        """Return the wire's name of a field. Raises ``KeyError`` for a field that there is not."""
        return cls.model_fields[field].alias or field

    def wire(self) -> dict[str, Any]:
        """Return the JSON object, with exactly the keys that were set, under the wire's names."""
        return self.model_dump(mode="json", exclude_unset=True)


class TextSpan(Wire):
    """Where in the JD something was read: code points of the raw text, ``end`` exclusive."""

    start: int
    end: int
