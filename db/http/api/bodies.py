"""What programs send: a text to be run, or the documents of earlier steps, which are read tolerantly."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from db.stores.runs import MAX_PERSON, AskedBy, RunOrder
from pipeline.config import Config
from pipeline.contracts import Extraction, RunDocument
from pipeline.contracts.reading import NAMES_OF_TEXTS
from pipeline.text import MAX_CHARACTERS

MAX_BYTES = 16_000_000
"""Bytes of a body: the longest text, whatever its script, and the documents of any real run."""
MAX_TITLE = 200
MAX_SKILLS = 300
"""Skills of a document that is sent: each that the catalog lacks is placed by its meaning, which takes time. Runs have no such bound."""

_SOMETHING = r"[^\s\x00-\x1f]"
"""A character that is seen."""
_NAME = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"

EXAMPLE_JD = (
    "Data Engineer\n\nResponsibilities:\n- Build streaming pipelines with Spark and Kafka\n"
    "- Schedule the loads with Airflow\n\nRequirements:\n- Python, SQL and Terraform\n- Docker is a plus\n"
)


def _person(name: str) -> str:
    if not re.search(_NAME, name):
        raise ValueError("is no name: give one line with at least one letter")
    return " ".join(name.split())


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("has no text in it")
    return text


class NewRun(BaseModel):
    """A text to be run."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"jd_text": EXAMPLE_JD, "title": "Data Engineer", "person": "Ada"}]},
    )

    jd_text: Annotated[str, AfterValidator(_text)] = Field(
        max_length=MAX_CHARACTERS, json_schema_extra={"pattern": _SOMETHING}
    )
    """The job description as plain text."""
    title: str | None = Field(None, max_length=MAX_TITLE)
    """Its title, where the text lacks it."""
    engine: Literal["local", "openai"] = "local"
    """Who judges: the local engine, or models."""
    person: Annotated[str, AfterValidator(_person), Field(json_schema_extra={"pattern": _NAME})] | None = Field(
        None, max_length=MAX_PERSON
    )
    """Who asks: the name that the run carries. Without one it was asked for by a program."""

    def order(self) -> RunOrder:
        """The run that is asked for."""
        asked = AskedBy(self.person or "", "http")
        return RunOrder(self.jd_text, self.title or None, Config(engine=self.engine), asked=asked)


# --- documents of earlier steps -----------------------------------------------------------------------------------
# What is read tolerantly has a schema that says what is read, not what is written: pipeline/contracts/reading.py is its other side.

_BLANK = r"\S"
_TEXT: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "number"},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {
            "type": "object",
            "anyOf": [
                {"properties": {key: {"type": "string", "pattern": _BLANK}}, "required": [key]}
                for key in NAMES_OF_TEXTS
            ],
        },
    ]
}
"""A text, or what is read as one."""


def _named(key: str) -> list[dict[str, Any]]:
    """What is read as an object that must say one thing, under ``key``: the object, or a plain text."""
    whole = {"type": "object", "properties": {key: _TEXT}, "required": [key]}
    return [whole, {"type": "string", "pattern": _BLANK}]


def _document(list_key: str, item_key: str, about: str) -> dict[str, Any]:
    """The document of a step, of which a list must be there; all else is read as far as it is understood."""
    named = _named(item_key)
    alone = {"type": "array", "items": {"anyOf": named}, "minItems": 1, "maxItems": 1}
    listed = {"type": "array", "items": {"anyOf": [*named, alone]}, "maxItems": MAX_SKILLS}
    return {
        "type": "object",
        "description": about,
        "properties": {list_key: {"anyOf": [listed, *named, {"type": "null"}]}},
        "required": [list_key],
        "additionalProperties": True,
    }


RUN_REFERENCE: dict[str, Any] = {
    "type": "object",
    "description": "A run of this workbench, whose stored answer is given.",
    "properties": {"run_id": {"type": "string", "format": "uuid"}},
    "required": ["run_id"],
    "additionalProperties": False,
}
STEP_1_KEY, STEP_2_KEY = RunDocument.key_of("extraction"), RunDocument.key_of("library_match")
"""Under which keys step 3 is sent the answers of both steps before."""
SKILLS_KEY = Extraction.key_of("skills")
_STEP_1 = _document(SKILLS_KEY, "skill_name", "The answer of step 1, of this workbench or of an older system.")
_STEP_2 = _document("skills_detail", "input_skill", "The answer of step 2.")
_BOTH = {
    "type": "object",
    "description": "The answers of steps 1 and 2; without that of step 2 it is made anew.",
    "properties": {
        STEP_1_KEY: _STEP_1,
        STEP_2_KEY: {"anyOf": [_STEP_2, {"type": "object", "maxProperties": 0}, {"type": "null"}]},
    },
    "required": [STEP_1_KEY],
    "additionalProperties": False,
}

DetailsBody = Annotated[dict[str, Any], WithJsonSchema({"oneOf": [RUN_REFERENCE, _STEP_1]})]
"""What step 2 is asked with: the answer of step 1, or a run."""
RoleOutputBody = Annotated[dict[str, Any], WithJsonSchema({"oneOf": [RUN_REFERENCE, _BOTH]})]
"""What step 3 is asked with: the answers of steps 1 and 2, or a run."""
