"""The whole run as one JSON object."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field, SerializerFunctionWrapHandler, field_serializer, field_validator

from pipeline.contracts.base import Wire
from pipeline.contracts.client_output import ClientOutput
from pipeline.contracts.extraction import Extraction
from pipeline.contracts.library_match import LibraryMatch
from pipeline.contracts.role_output import RoleOutput


class RunDocument(Wire):
    """The three steps and the client output of a run. A step that the run did not reach is an empty object on the wire."""

    needed: ClassVar = frozenset({"extraction"})
    extraction: Extraction = Field(alias="api1")
    """Step 1."""
    library_match: LibraryMatch | None = Field(alias="api2")
    """Step 2."""
    role_output: RoleOutput | None = Field(alias="api3")
    """Step 3."""
    client_output: ClientOutput | None = Field(alias="enrichment")
    """The client output."""

    @field_validator("library_match", "role_output", "client_output", mode="before")
    @classmethod
    def _empty_is_null(cls, value: Any) -> Any:
        return None if value == {} else value

    @field_serializer("library_match", "role_output", "client_output", mode="wrap")
    def _null_is_empty(self, value: Wire | None, dump: SerializerFunctionWrapHandler) -> Any:
        return {} if value is None else dump(value)
