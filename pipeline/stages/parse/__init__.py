"""The parse: every field of a ``ParsedJD``, from the text of a job description."""

from __future__ import annotations

from pipeline.contracts import ParsedJD, TextSpan
from pipeline.stages.parse.archetype import role_aliases, role_archetype
from pipeline.stages.parse.blocks import responsibility_blocks
from pipeline.stages.parse.certificates import certifications
from pipeline.stages.parse.education import education
from pipeline.stages.parse.employer import about_employer, employer_name
from pipeline.stages.parse.experience import experience
from pipeline.stages.parse.industry import industry
from pipeline.stages.parse.pay import pay
from pipeline.stages.parse.places import locations
from pipeline.stages.parse.title import job_title, without_employer
from pipeline.stages.parse.urls import urls
from pipeline.stages.parse.usable import MIN_WORDS, is_english, jd_type
from pipeline.text import JDText
from pipeline.text.words import is_ordinary

__all__ = ["parse_jd", "rejection_reason", "warm"]

REASONS = {
    "not_a_jd": "The text does not read like a job description: nothing in it speaks of a position, its duties or its demands.",
    "too_short": "The text is too short to judge: at least {minimum} words are needed.",
    "not_english": "The text is not in English; only English job descriptions are read.",
}


def warm() -> None:
    """Load the gazetteer, the language identifier and the words of everyday English, so that the first text that needs them does
    not wait.
    """
    is_english("Nothing")
    is_ordinary("nothing")
    locations(JDText("Location: Leeds"))


def rejection_reason(parsed: ParsedJD) -> str | None:
    """Return in words why a text gets no role; null for a usable JD."""
    reason = REASONS.get(parsed.JD_type)
    return reason.format(minimum=MIN_WORDS) if reason else None


def parse_jd(jd: JDText, title: str | None) -> ParsedJD:
    """Return the fields of a text. ``title`` is a title that the text may lack."""
    read_title = job_title(jd, title)
    read_employer = employer_name(jd, read_title.span if read_title else None)
    employer = read_employer.name if read_employer else None
    if read_title:
        read_title = without_employer(read_title, employer)
    role = read_title.text if read_title else None
    places = locations(jd)
    certificates, certificate_places = certifications(jd)
    addresses = urls(jd)
    return ParsedJD(
        JD_type=jd_type(jd, title),
        about_company=about_employer(jd, employer),
        certifications=certificates,
        certification_sources=certificate_places,
        company_name=employer,
        company_name_source=_source(jd, read_employer.span) if read_employer else None,
        ctc=pay(jd, places),
        domain=industry(jd, employer),
        education=education(jd),
        experience=experience(jd),
        job_locations=places,
        role=role,
        role_aliases=role_aliases(role),
        role_archetype=role_archetype(role),
        role_source=_source(jd, read_title.span) if read_title and read_title.span else None,
        roles_and_responsibilities=responsibility_blocks(jd),
        urls=list(addresses),
        url_sources=list(addresses.values()),
    )


def _source(jd: JDText, span: tuple[int, int]) -> TextSpan:
    """Where in the text as given a span of its view stands."""
    start, end = jd.raw_span(*span)
    return TextSpan(start=start, end=end)
