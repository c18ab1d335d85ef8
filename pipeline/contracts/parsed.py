"""Step 1: the parsed job description, as the text states it.

The added key ``source`` (``role_source``, ``company_name_source``, ``certification_sources`` and ``url_sources`` for values that
are plain texts) says where in the text a value was read; it is null for a value that the text does not hold.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pipeline.contracts.base import TextSpan, Wire

JDType = Literal["pass", "not_a_jd", "too_short", "not_english"]
_FORMER_PERIODS = {"year": "annual", "month": "monthly", "week": "weekly", "day": "daily", "hour": "hourly"}
"""What the periods were called in documents and runs of before."""


def _period_of_today(period: Any) -> Any:
    return _FORMER_PERIODS.get(period, period) if isinstance(period, str) else period


def _whole(amount: int | float) -> int | float:
    return int(amount) if amount == amount // 1 else amount


PayPeriod = Annotated[Literal["annual", "monthly", "weekly", "daily", "hourly"], BeforeValidator(_period_of_today)]
"""What an amount pays for; the former words ("year") are read as those of today."""
PayAmount = Annotated[int | float, AfterValidator(_whole)]
"""An amount of money; a whole one is an integer."""


class SourceMarker(Wire):
    """The first and last words of a part of the text, by which it can be located."""

    first_5_words: str
    last_5_words: str


class AboutCompany(Wire):
    """The text's description of the employer."""

    source_marker: SourceMarker
    text: str
    word_count: int
    source: TextSpan | None = None


class Ctc(Wire):
    """Pay as the text states it; ``min`` and ``max`` in units of ``currency`` for one ``period``."""

    raw: str
    min: PayAmount | None
    max: PayAmount | None
    currency: str | None
    period: PayPeriod | None
    source: TextSpan | None = None


class IndustryDomain(Wire):
    """One industry of the employer, with its other names (not the role's family)."""

    aliases: list[str]
    domain: str


class JDDomain(Wire):
    """The employer's industries."""

    primary: IndustryDomain | None
    secondary: IndustryDomain | None
    source: TextSpan | None = None


class Education(Wire):
    """A demanded degree; ``requirement`` is ``required`` or ``preferred``."""

    level: str
    qualification: str
    raw: str
    requirement: str
    source: TextSpan | None = None


class Experience(Wire):
    """Years of experience; ``max`` is null for "8+ years"."""

    max: int | None
    min: int | None
    raw: str | None
    source: TextSpan | None = None


class JobLocation(Wire):
    """Where the work is done; without a place it carries the work mode alone."""

    aliases: list[str]
    city: str | None
    country: str | None
    state: str | None
    work_mode: str | None
    source: TextSpan | None = None


class ResponsibilityBlock(Wire):
    """A section of duties or demands."""

    bullet_count: int
    heading: str | None
    heading_was_present: bool
    source_marker: SourceMarker
    text: str
    word_count: int
    source: TextSpan | None = None


class ParsedJD(Wire):
    """The fields of a job description (step 1, ``nano_parsed``)."""

    JD_type: JDType
    about_company: AboutCompany | None
    certifications: list[str]
    company_name: str | None
    ctc: Ctc | None
    domain: JDDomain | None
    education: list[Education]
    experience: Experience | None
    job_locations: list[JobLocation]
    role: str | None
    role_aliases: list[str]
    role_archetype: str | None
    roles_and_responsibilities: list[ResponsibilityBlock]
    urls: list[str]
    role_source: TextSpan | None = None
    company_name_source: TextSpan | None = None
    certification_sources: list[TextSpan | None] = Field(default_factory=list)
    url_sources: list[TextSpan | None] = Field(default_factory=list)
