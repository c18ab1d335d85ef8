"""Step 1: the parsed job description, as the text states it.

The added key ``source`` (``role_source``, ``company_name_source``, ``certification_sources`` and ``url_sources`` for values that
are plain texts) says where in the text a value was read; it is null for a value that the text does not hold.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from pipeline.contracts.base import TextSpan, Wire
from pipeline.contracts.vocabularies import Archetype, JDType, PayPeriod, Requirement, WorkMode


def _whole(amount: int | float) -> int | float:
    return int(amount) if amount == amount // 1 else amount


PayAmount = Annotated[int | float, AfterValidator(_whole)]
"""An amount of money; a whole one is an integer."""


class SourceMarker(Wire):
    """The first and last words of a part of the text, by which it can be located."""

    text_field: ClassVar = "first_5_words"
    first_5_words: str
    """The first five words, fewer where the part has fewer."""
    last_5_words: str
    """The last five words."""


class AboutCompany(Wire):
    """The text's description of the employer."""

    text_field: ClassVar = "text"
    source_marker: SourceMarker
    """Where the description begins and ends."""
    text: str
    """The description."""
    word_count: int
    """Words of the description."""
    source: TextSpan | None = None
    """Added key: where in the text it stands."""


class Ctc(Wire):
    """Pay as the text states it, for the position and not for the employer's turnover."""

    text_field: ClassVar = "raw"
    raw: str
    """The words that state it."""
    min: PayAmount | None
    """The least, in units of the currency for one period; null for "up to"."""
    max: PayAmount | None
    """The most; null for "from"."""
    currency: str | None
    """ISO 4217 code; null where the text does not tell."""
    period: PayPeriod | None
    """What the amounts are paid for; null where the text does not tell."""
    source: TextSpan | None = None
    """Added key: where in the text it stands."""


class IndustryDomain(Wire):
    """One industry of the employer (not the role's family)."""

    text_field: ClassVar = "domain"
    aliases: list[str]
    """Other names of the industry."""
    domain: str
    """The industry."""


class JDDomain(Wire):
    """The employer's industries."""

    text_field: ClassVar = "primary"
    primary: IndustryDomain | None
    """The industry that the text speaks of most."""
    secondary: IndustryDomain | None
    """A second one; null where there is none."""
    source: TextSpan | None = None
    """Added key: where in the text the primary one was read."""


class Education(Wire):
    """A demanded degree."""

    text_field: ClassVar = "raw"
    level: str
    """The level of the degree: Doctorate, Master's, Bachelor's, Associate, High School or as the text calls it."""
    qualification: str
    """The degree, with its subject where the text names one."""
    raw: str
    """The words that ask for it."""
    requirement: Requirement
    """Whether it must be there."""
    source: TextSpan | None = None
    """Added key: where in the text it stands."""


class Experience(Wire):
    """Years of experience that the position asks for as a whole."""

    text_field: ClassVar = "raw"
    max: int | float | None
    """The most years; null for "8+ years"."""
    min: int | float | None
    """The least years; null for "up to 3 years"."""
    raw: str | None
    """The words that ask for them."""
    source: TextSpan | None = None
    """Added key: where in the text they stand."""


class JobLocation(Wire):
    """Where the work is done; without a place it carries the work mode alone."""

    text_field: ClassVar = "city"
    aliases: list[str]
    """Other names of the place."""
    city: str | None
    """The city."""
    country: str | None
    """The country."""
    state: str | None
    """The state or region."""
    work_mode: WorkMode | None
    """How the work is done there; null where the text does not tell."""
    source: TextSpan | None = None
    """Added key: where in the text the place stands."""


class ResponsibilityBlock(Wire):
    """A part of the text with duties or demands."""

    text_field: ClassVar = "text"
    bullet_count: int
    """Bullets of the block."""
    heading: str | None
    """Its heading; null where there is none."""
    heading_was_present: bool
    """Whether the heading stands in the text."""
    source_marker: SourceMarker
    """Where the block begins and ends."""
    text: str
    """The sentences, one a line."""
    word_count: int
    """Words of the block."""
    source: TextSpan | None = None
    """Added key: where in the text it stands."""


class ParsedJD(Wire):
    """The fields of a job description (step 1, ``nano_parsed``)."""

    JD_type: JDType
    """Whether the text is a job description that can be worked with."""
    about_company: AboutCompany | None
    """What the text says of the employer."""
    certifications: list[str]
    """Certificates that it asks for."""
    company_name: str | None
    """The employer; null where it is not named."""
    ctc: Ctc | None
    """Pay."""
    domain: JDDomain | None
    """The employer's industries."""
    education: list[Education]
    """Degrees."""
    experience: Experience | None
    """Years of experience."""
    job_locations: list[JobLocation]
    """Where the work is done."""
    role: str | None
    """The title of the position."""
    role_aliases: list[str]
    """Other forms of the title."""
    role_archetype: Archetype | None
    """The kind of work that the title names."""
    roles_and_responsibilities: list[ResponsibilityBlock]
    """Duties and demands; their sentences make the KRA signal."""
    urls: list[str]
    """Web addresses in the text."""
    role_source: TextSpan | None = None
    """Added key: where in the text the title was read."""
    company_name_source: TextSpan | None = None
    """Added key: where in the text the employer's name was read."""
    certification_sources: list[TextSpan | None] = Field(default_factory=list)
    """Added key: where each of ``certifications`` was read, in their order."""
    url_sources: list[TextSpan | None] = Field(default_factory=list)
    """Added key: where each of ``urls`` stands, in their order."""
