"""Every field of the parsed job description."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pipeline.contracts import Ctc, Experience, Extraction, JDDomain, JobLocation, ParsedJD

MISSING = markup.meta_span("not in the text")
_PERIODS = {"annual": "a year", "monthly": "a month", "weekly": "a week", "daily": "a day", "hourly": "an hour"}


def show(extraction: Extraction) -> None:
    """The facts, then the blocks of responsibilities, each behind its heading."""
    st.html(markup.facts((name, value or MISSING) for name, value in fields(extraction.parsed)))
    for block in extraction.parsed.roles_and_responsibilities:
        words, bullets = count_label(block.word_count, "word"), count_label(block.bullet_count, "bullet")
        with st.expander(verbatim(f"{block.heading or 'Without heading'} · {words} · {bullets}")):
            first, last = block.source_marker.first_5_words, block.source_marker.last_5_words
            st.html(markup.meta(f"from “{first} …” to “… {last}”") + markup.block(block.text, "jdw-jd"))


def fields(parsed: ParsedJD) -> list[tuple[str, str]]:
    """Each field with its value in words; the value is empty where the text says nothing."""
    education = [f"{e.level}: {e.qualification} ({e.requirement})" for e in parsed.education]
    return [
        ("Title", parsed.role or ""),
        ("Other titles", ", ".join(parsed.role_aliases)),
        ("Kind of work", parsed.role_archetype or ""),
        ("Company", parsed.company_name or ""),
        ("Industry", _industry(parsed.domain)),
        ("Experience", _experience(parsed.experience)),
        ("Education", markup.join(education, Markup("<br>"))),
        ("Locations", "; ".join(map(_location, parsed.job_locations))),
        ("Pay", _pay(parsed.ctc)),
        ("Certifications", ", ".join(parsed.certifications)),
        ("Web addresses", ", ".join(parsed.urls)),
        ("Type of text", parsed.JD_type),
        ("About the company", parsed.about_company.text if parsed.about_company else ""),
    ]


def _industry(domain: JDDomain | None) -> str:
    if domain is None or domain.primary is None:
        return ""
    return ", ".join(d.domain for d in (domain.primary, domain.secondary) if d)


def _experience(experience: Experience | None) -> str:
    if experience is None:
        return ""
    if experience.min is None:
        return f"up to {experience.max} years · {experience.raw}" if experience.max else experience.raw or ""
    top = "+" if experience.max is None else f"–{experience.max}"
    return f"{experience.min}{top} years · {experience.raw}"


def _location(place: JobLocation) -> str:
    line = ", ".join(part for part in (place.city, place.state, place.country) if part)
    if place.work_mode:
        line += f" ({place.work_mode})"
    return line + (f" also {', '.join(place.aliases)}" if place.aliases else "")


def _pay(pay: Ctc | None) -> str:
    if pay is None:
        return ""
    amounts = "–".join(f"{amount:,}" for amount in (pay.min, pay.max) if amount is not None)
    words = ("up to" if pay.min is None else "", pay.currency, amounts, _PERIODS.get(pay.period or ""), f"({pay.raw})")
    return " ".join(word for word in words if word)
