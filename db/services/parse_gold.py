"""What a text says as gold labels: the values of a parsed text in the form of the labels, and the export of what reviewers judged.

A label has ``id``, ``sha256`` of the text, a value for each of ``FIELDS`` (years as ``experience_min`` and ``experience_max``),
``responsibilities_optional`` and ``demands`` (passages that count for neither), and ``also``: further values that are accepted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from db.stores.parse_verdicts import FIELDS, JudgedText
from pipeline.contracts import ParsedJD, ResponsibilityBlock
from pipeline.parse_evaluation import lowest_level, place_names
from pipeline.text import JDText, SentenceFacts

GOLD_FILE, TEXTS_FILE = "parse_gold.jsonl", "jds.jsonl"
WORDS_OF_ANCHOR = 5
"""Words by which the beginning and the end of a passage are named; more where they stand elsewhere too."""

_LABEL_OF_KIND = {
    "requirements": "demands",
    "preferred": "demands",
    "education": "demands",
    "about_role": "responsibilities_optional",
}
"""Where a passage of a kind goes in a label; the others of a block are duties."""
_NO_PASSAGE = ("heading", "title", "header", "chrome", "similar_jobs")
"""Kinds that are neither, also within a block."""

Passage = tuple[int, int]
"""Code points of the view, the end exclusive."""


# --- a parsed text as a label -------------------------------------------------------------------------------------


def label_values(parsed: ParsedJD, jd: JDText) -> dict[str, Any]:
    """Return what was read in a text, by field, in the form of the labels."""
    years = parsed.experience
    has_years = years is not None and (years.min, years.max) != (None, None)
    pay = parsed.ctc
    has_pay = pay is not None and (pay.min, pay.max) != (None, None)
    industry = parsed.domain.primary if parsed.domain else None
    values = {
        "title": parsed.role,
        "company": parsed.company_name,
        "experience": {"min": years.min, "max": years.max} if years and has_years else None,
        "education_required": lowest_level(parsed.education, required=True),
        "education_preferred": lowest_level(parsed.education, required=False),
        "locations": place_names(parsed.job_locations),
        "work_mode": next((place.work_mode for place in parsed.job_locations if place.work_mode), None),
        "ctc": {key: getattr(pay, key) for key in ("currency", "min", "max", "period")} if has_pay else None,
        "certifications": list(parsed.certifications),
        "urls": len(parsed.urls),
        "responsibilities": read_passages(parsed, jd)["responsibilities"] or None,
        "industry": industry.domain if industry else None,
        "jd_type": parsed.JD_type,
    }
    return {field: values[field] for field in FIELDS}


def read_passages(parsed: ParsedJD, jd: JDText) -> dict[str, list[list[str]]]:
    """Return the passages of a text, each by its first and last words, as the labels part them: the duties of the blocks that were
    read, and wherever they stand what introduces the position and what is demanded.
    """
    blocks = [_span_of(block, jd) for block in parsed.roles_and_responsibilities]

    def label_of(facts: SentenceFacts) -> str | None:
        sentence = facts.sentence
        in_block = any(start < sentence.end and sentence.start < end for start, end in blocks)
        is_duty = in_block and facts.section_kind not in _NO_PASSAGE
        return _LABEL_OF_KIND.get(facts.section_kind) or ("responsibilities" if is_duty else None)

    found: dict[str, list[list[str]]] = {"responsibilities": [], "responsibilities_optional": [], "demands": []}
    for name, run in groupby(jd.facts, key=label_of):
        sentences = [facts.sentence for facts in run]
        if name:
            found[name].append(anchors(jd.raw, *jd.raw_span(sentences[0].start, sentences[-1].end)))
    return found


def _span_of(block: ResponsibilityBlock, jd: JDText) -> Passage:
    """Where a block stands in the view; for a run of before, which does not say so, where its first line begins and its last one ends."""
    if block.source:
        return jd.view_span(block.source.start, block.source.end)
    lines = [line for line in block.text.split("\n") if line.strip()]
    start = jd.view.find(lines[0]) if lines else -1
    last = jd.view.find(lines[-1], start) if start >= 0 else -1
    return (start, last + len(lines[-1])) if last >= 0 else (0, 0)


def anchors(text: str, start: int, end: int) -> list[str]:
    """Return the first and the last words of a passage of a text, as many as tell it from the rest.

    The first are found first at its beginning, the last, looked for from there, first at its end.
    """
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    first = next((head for head in _heads(text, start, end) if text.find(head) == start), text[start:end])
    last = next(
        (tail for tail in _tails(text, start, end) if text.find(tail, start) + len(tail) == end), text[start:end]
    )
    return [first, last]


def _heads(text: str, start: int, end: int) -> Iterator[str]:
    """The beginnings of a passage, from a few words on, each a word longer."""
    at, words = start, 0
    while at < end:
        while at < end and text[at].isspace():
            at += 1
        while at < end and not text[at].isspace():
            at += 1
        words += 1
        if words >= WORDS_OF_ANCHOR:
            yield text[start:at]


def _tails(text: str, start: int, end: int) -> Iterator[str]:
    at, words = end, 0
    while at > start:
        while at > start and text[at - 1].isspace():
            at -= 1
        while at > start and not text[at - 1].isspace():
            at -= 1
        words += 1
        if words >= WORDS_OF_ANCHOR:
            yield text[at:end]


# --- the export ---------------------------------------------------------------------------------------------------


def label(judged: JudgedText) -> dict[str, Any]:
    """Return the label of a text: what reviewers said of its fields, and for the others what was read."""
    jd = JDText(judged.text)
    values = {**label_values(judged.parsed, jd), **judged.answers}
    passages = read_passages(judged.parsed, jd)
    years = values.pop("experience") or {}
    return {
        "id": str(judged.run_id),
        "sha256": hashlib.sha256(judged.text.encode("utf-8", "surrogatepass")).hexdigest(),
        **{field: values[field] for field in ("title", "company")},
        "experience_min": years.get("min"),
        "experience_max": years.get("max"),
        **{field: values[field] for field in FIELDS if field in values and field not in ("title", "company")},
        "responsibilities_optional": passages["responsibilities_optional"],
        "demands": passages["demands"],
        "also": {},
    }


def export_gold(judged: Sequence[JudgedText], folder: Path) -> int:
    """Write the labels of judged texts and the texts beside them; returns how many there are. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / GOLD_FILE, map(label, judged))
    _write(folder / TEXTS_FILE, ({"id": str(text.run_id), "text": text.text} for text in judged))
    return len(judged)


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
