"""The answers of a model: one Pydantic model for each judgement, sent as the JSON schema that the answer must match.

Every field is required (null where nothing fits) and no other is allowed, as strict structured output demands. A
docstring of these classes is part of the schema, and so of the request whose hash is the key of a stored answer: adding
one would miss every stored answer.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.contracts.vocabularies import Lifespan, MaturityLabel, NatureLabel, SkillNature, Volatility


def storable(value: Any) -> Any:
    """A JSON value with NUL and lone surrogates replaced."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {k: storable(v) for k, v in value.items()}
    return [storable(v) for v in value] if isinstance(value, list) else value


class Answer(BaseModel):
    """Base of every answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def storable(cls, values: Any) -> Any:
        """NUL and lone surrogates, which a store cannot hold and no text needs, are replaced."""
        return storable(values)


class ParseAnswer(Answer):
    """Fields of the parsed JD, each as the text has it, word for word."""

    title: str | None
    company_name: str | None
    experience: str | None = Field(description="the words that state the years of experience")
    locations: list[str]
    certifications: list[str]


class NamedSkill(Answer):
    name: str
    quote: str = Field(description="the words of the text that name it, copied exactly")
    is_primary: bool


class SkillsAnswer(Answer):
    skills: list[NamedSkill]


class RoleAnswer(Answer):
    domain: str | None = Field(description="role family, one of those given")
    role_slug: str | None = Field(description="slug of a given role, null when none fits")
    reasoning: str


class SecondJudgeAnswer(Answer):
    role_slug: str | None = Field(description="slug of one of the two roles, null when neither fits")
    reasoning: str


class PlacedSkill(Answer):
    name: str
    skill_nature: SkillNature
    category: str | None = Field(description="one of the given categories")
    volatility: Volatility
    typical_lifespan: Lifespan
    dimensions: list[str] = Field(description="slugs of given dimensions")
    duplicate_of: str | None = Field(description="slug of the given skill that it is another name of")
    reasoning: str


class NewSkillsAnswer(Answer):
    skills: list[PlacedSkill]


class NatureAnswer(Answer):
    label: NatureLabel
    summary: str = Field(description="one or two whole sentences")
    quote: str = Field(description="a whole sentence of the text that shows it, copied exactly")


class MaturityAnswer(Answer):
    label: MaturityLabel
    deciding_skills: list[str] = Field(
        description="names of the given skills that decided, at most six, the weightiest first"
    )
    reasoning: str
