"""Blocks of duties (``roles_and_responsibilities``), and how a section's body is written on the wire."""

from __future__ import annotations

import re

from pipeline.contracts import ResponsibilityBlock, SourceMarker, TextSpan
from pipeline.text import BULLETS, JDText, Section, word_count

MIN_WORDS = 4
"""Words that a block must have."""

_LEADING_BULLET = re.compile(rf"^ ?[{BULLETS}·*–—-]", re.M)
_INLINE_BULLET = re.compile(rf"[{BULLETS}](?=\s?\w)|(?<=\s)\*(?=\s)")


def responsibility_blocks(jd: JDText) -> list[ResponsibilityBlock]:
    """Return every section of duties as a block, with its heading and the number of its bullets."""
    blocks = []
    for i in sorted(jd.duty_sections):
        section = jd.sections[i]
        text = section_body(jd, section)
        if word_count(text) < MIN_WORDS:
            continue
        blocks.append(
            ResponsibilityBlock(
                bullet_count=max(len(_LEADING_BULLET.findall(text)), len(_INLINE_BULLET.findall(text))),
                heading=section.heading,
                heading_was_present=section.heading is not None,
                source_marker=source_marker(text),
                text=text,
                word_count=word_count(text),
                source=_source(jd, section),
            )
        )
    return blocks


def _source(jd: JDText, section: Section) -> TextSpan:
    body = jd.view[section.start : section.end]
    first = section.start + len(body) - len(body.lstrip(" :：\n"))
    start, end = jd.raw_span(first, section.start + len(body.rstrip()))
    return TextSpan(start=start, end=end)


def section_body(jd: JDText, section: Section) -> str:
    """Return the visible text of a section without its heading, white space folded, empty lines left out."""
    lines = [" ".join(line.split()) for line in jd.view[section.start : section.end].split("\n")]
    return "\n".join(line for line in lines if line).strip(" :：")


def source_marker(text: str) -> SourceMarker:
    """Return the first and the last five words of a text."""
    words = text.split()
    return SourceMarker(first_5_words=" ".join(words[:5]), last_5_words=" ".join(words[-5:]))
