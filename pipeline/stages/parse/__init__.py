"""Stage 1 and 2: the text of a job description as the ``nano_parsed`` object."""

from __future__ import annotations

import re

from pipeline.contracts import AboutCompany, ParsedJD, ResponsibilityBlock, SourceMarker
from pipeline.stages.parse.facts import certifications, education, experience, pay, urls
from pipeline.stages.parse.header import company_name, job_title, role_aliases, role_archetype
from pipeline.stages.parse.industry import industry
from pipeline.stages.parse.places import locations
from pipeline.stages.parse.usable import MINIMUM_WORDS, is_english, jd_type
from pipeline.text import BULLETS, DUTY_KINDS, JDText, Section, word_count

__all__ = ["parse_jd", "rejection_reason", "warm"]

REASONS = {
    "not_a_jd": "The text does not read like a job description: nothing in it speaks of a position, its duties or its demands.",
    "too_short": "The text is too short to judge: at least {minimum} words are needed.",
    "not_english": "The text is not in English; only English job descriptions are read.",
}


def warm() -> None:
    """Load the gazetteer and the language identifier now rather than in the first text that needs them."""
    is_english("Nothing")
    locations(JDText("Location: Leeds"))


def rejection_reason(parsed: ParsedJD) -> str | None:
    """Why no role is given, in words, or null for a usable JD."""
    reason = REASONS.get(parsed.JD_type)
    return reason.format(minimum=MINIMUM_WORDS) if reason else None


def parse_jd(jd: JDText, title: str | None, titles_known: frozenset[str] = frozenset()) -> ParsedJD:
    """Read every field of the parsed JD off the text.

    ``title`` is a title that the text may lack; ``titles_known`` are folded titles of the catalog, by which a first
    line is known to be a title.
    """
    role = job_title(jd, title, titles_known)
    company = company_name(jd)
    return ParsedJD(
        JD_type=jd_type(jd),
        about_company=_about_company(jd, company),
        certifications=certifications(jd),
        company_name=company,
        ctc=pay(jd),
        domain=industry(jd),
        education=education(jd),
        experience=experience(jd),
        job_locations=locations(jd),
        role=role,
        role_aliases=role_aliases(role),
        role_archetype=role_archetype(role),
        roles_and_responsibilities=_blocks(jd),
        urls=urls(jd),
    )


def _marker(text: str) -> SourceMarker:
    words = text.split()
    return SourceMarker(first_5_words=" ".join(words[:5]), last_5_words=" ".join(words[-5:]))


def _body(jd: JDText, section: Section) -> str:
    lines = [" ".join(line.split()) for line in jd.view[section.start : section.end].split("\n")]
    return "\n".join(line for line in lines if line).strip(" :：")


def _about_company(jd: JDText, company: str | None) -> AboutCompany | None:
    for section in jd.sections:
        if section.kind == "about_company":
            text = _body(jd, section)
            if word_count(text) >= 8:
                return AboutCompany(source_marker=_marker(text), text=text, word_count=word_count(text))
    if company is None:
        return None
    # Sentences of the opening that have the company for their subject.
    opening = re.compile(rf"^(?:(?:At|Join|About)\s+)?{re.escape(company)}\b(?:\s+(?:is|are|has|was|helps?|provides?|builds?|offers?))?", re.I)
    told = [s.text for s in jd.sentences if jd.sections[s.section].kind in ("body", "about_role") and opening.match(s.text)]
    text = " ".join(told[:4])
    if word_count(text) < 8:
        return None
    return AboutCompany(source_marker=_marker(text), text=text, word_count=word_count(text))


_LEADING_BULLET = re.compile(rf"^\s*(?:[{BULLETS}·*–—-])", re.M)
_INLINE = re.compile(rf"[{BULLETS}](?=\s?\w)|(?<=\s)\*(?=\s)")


def _blocks(jd: JDText) -> list[ResponsibilityBlock]:
    """Every stretch of duties or demands, with its heading; the opening counts when nothing else is marked."""
    wanted = [s for s in jd.sections if s.kind in DUTY_KINDS and s.kind != "body"]
    if not any(s.kind in ("responsibilities", "requirements", "preferred") for s in wanted):
        wanted = [s for s in jd.sections if s.kind in DUTY_KINDS]
    blocks = []
    for section in wanted:
        text = _body(jd, section)
        if word_count(text) < 4:
            continue
        bullets = max(len(_LEADING_BULLET.findall(text)), len(_INLINE.findall(text)))
        blocks.append(
            ResponsibilityBlock(
                bullet_count=bullets,
                heading=section.heading,
                heading_was_present=section.heading is not None,
                source_marker=_marker(text),
                text=text,
                word_count=word_count(text),
            )
        )
    return blocks
