"""The log odds that the signs of a stage add: one field for each sign, so that a file that lacks one is refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Numbers(BaseModel):
    """Fitted numbers: finite, typed, nothing beside what is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class DemandSigns(Numbers):
    """Log odds that each sign of ``stages.demand`` adds to a skill's being demanded."""

    asked: float
    asked_now: float
    skill_behind: float
    neighbours: float
    listed: float
    written_as_name: float
    acronym: float
    bullet_alone: float
    words: float
    people: float
    degree: float
    done: float
    mentions: float
    unknown: float
    unknown_listed: float
    industry: float
    practice: float
    concept: float
    usual: float
    rare: float
    preferred: float
    requirements: float
    duties: float
    heading: float
    about_company: float
    elsewhere: float
    primary: float
    context: float
    knowledge: float
    untagged: float
    own_name: float
    common: float
