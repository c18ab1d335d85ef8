"""The duties of a text, each a whole sentence: a candidate for a new KRA of the chosen role.

What the structure model takes for a duty is a duty. A sentence in which two lines have lost the break between them is cut there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import TECHNOLOGY
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.kra_form import refusal
from pipeline.stages.skills import FoundSkill
from pipeline.text import Sentence
from pipeline.text.headings import heading_kind
from pipeline.vectors import Vectors

MIN_WORDS, MAX_WORDS = 5, 60
"""Words of a sentence that may be a KRA."""
DUTY = "responsibilities"
"""The kind of the sentences that say what the work is."""
_LOST_BREAK = re.compile(
    r"(?<![\w.@/#-])(?:[a-z]{3,30}(?:\.|(?=[A-Z]))|[a-z]{3,30}\))(?=[A-Z][a-z]{2,20},? [a-z])|[a-z)]\s[-–—]\s(?=[A-Z][a-z]{2,20},? [a-z])"
)
"""A word in small letters with the beginning of the next line at its end ("pipelinesManage the"), or a dash before that."""
_HEADING = re.compile(r"(?:[A-Z][\w&/]{1,20} ){1,3}(?=[A-Z][a-z]{2,20},? [a-z])")
"""Words that may be the heading of the sentence that follows them in their line ("Responsibilities Build the")."""


@dataclass(frozen=True)
class Duty:
    """A sentence of duties with its vector, (width,) float32, unit length, and the skills that it names."""

    sentence: Sentence
    vector: Vectors
    technologies: int = 0
    """How many of its skills are technologies."""
    practices: int = 0
    """How many of its skills are concepts, practices and the like."""


def duties_of(jd: EncodedJD, skills: Sequence[FoundSkill], indexes: Indexes) -> list[Duty]:
    """Return the duties of a text in order, those that have the form of a KRA."""
    kinds = {facts.sentence.start: facts.section_kind for facts in jd.text.facts}
    found: list[tuple[Sentence, Vectors | None]] = []
    for sentence, vector in zip(jd.sentences, jd.vectors, strict=True):
        if kinds.get(sentence.start) != DUTY:
            continue
        parts = list(split_lines(jd.text.view, sentence))
        found += [(part, vector if len(parts) == 1 else None) for part in parts]
    employer = jd.parsed.company_name
    found = [(s, v) for s, v in found if _is_sized(s.text) and not refusal(s.text, employer)]
    cut = [s.text for s, v in found if v is None]
    new = iter(indexes.encoder.encode(cut) if cut else ())
    mentions = sorted((m.start, s.nature or "") for s in skills for m in s.mentions)
    starts = np.array([start for start, _ in mentions], np.int64)
    return [
        _duty(
            sentence,
            next(new) if vector is None else vector,
            [nature for _, nature in mentions[slice(*np.searchsorted(starts, (sentence.start, sentence.end)))]],
        )
        for sentence, vector in found
    ]


def _duty(sentence: Sentence, vector: Vectors, natures: Sequence[str]) -> Duty:
    technologies = sum(nature in TECHNOLOGY or not nature for nature in natures)
    soft = sum(nature == "SOFT_SKILL" for nature in natures)
    return Duty(sentence, vector, technologies, len(natures) - technologies - soft)


def _is_sized(text: str) -> bool:
    return MIN_WORDS <= len(text.split()) <= MAX_WORDS


def split_lines(view: str, sentence: Sentence) -> Iterator[Sentence]:
    """Yield the lines of a sentence of a view in which the breaks between them were lost; most are one line."""
    start = sentence.start
    heading = _HEADING.match(view, sentence.start, sentence.end)
    if heading and heading_kind(heading.group(), whole=True):
        start = heading.end()
    for match in _LOST_BREAK.finditer(view, sentence.start, sentence.end):
        yield _part(view, start, match.end(), sentence.section)
        start = match.end()
    yield sentence if start == sentence.start else _part(view, start, sentence.end, sentence.section)


def _part(view: str, start: int, end: int, section: int) -> Sentence:
    end = start + len(view[start:end].rstrip(" \t-–—"))
    return Sentence(start, end, " ".join(view[start:end].split()), section)
