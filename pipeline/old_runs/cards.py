"""What the skill cards of an old page say beside its JSON: the facts of each matched skill, and what the run proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.old_runs.layout import Layout, folded

_FACTS = {
    "category": "category",
    "sub-category": "sub_category",
    "vendor": "vendor",
    "license": "license",
    "year introduced": "year_introduced",
    "confidence": "confidence",
    "version strategy": "version_strategy",
    "version tag": "version_tag",
}
"""The facts of a card, by the word of the page, with the key of the wire."""
_BEGIN, _END = "stored enrichment (catalog db)", "skill profile (library / db)"
_TAGS = "context tags (catalog)"
_REASONING = "maturity reasoning:"
_NUMBERS = ("year_introduced", "confidence")


def read_cards(layout: Layout) -> list[dict[str, Any]]:
    """Return the stored facts of each matched skill in the order of the page."""
    lines = layout.part("skills").written
    found: list[dict[str, Any]] = []
    tags: list[str] = []
    start = -1
    for number, line in enumerate(lines):
        low = folded(line)
        if low == _TAGS:
            tags = lines[number + 1 : number + 2]
        elif low == _BEGIN:
            start = number
        elif low == _END and start >= 0:
            found.append(dict(_facts(lines[start + 1 : number])) | _with_tags(tags))
            start, tags = -1, []
    return found


def _facts(lines: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Name and value of the facts, which stand on lines of their own or behind each other on one."""
    waiting = ""
    for line in lines:
        plain = line.lstrip("-•· ").strip()
        if plain.lower().startswith(_REASONING):
            yield "maturity_reasoning", plain[len(_REASONING) :].strip()
        elif waiting:
            yield waiting, _value(waiting, plain)
            waiting = ""
        else:
            waiting = _FACTS.get(plain.lower(), "")


def _value(key: str, text: str) -> Any:
    if key not in _NUMBERS:
        return text
    try:
        return int(text) if key == "year_introduced" else float(text)
    except ValueError:
        return text


def _with_tags(lines: Sequence[str]) -> dict[str, Any]:
    """The tags as the page has them: side by side, so that where one of several words ends is not known."""
    return {"context_tags": lines} if lines and folded(lines[0]) != _BEGIN else {}


def read_artifacts(layout: Layout) -> list[dict[str, Any]]:
    """Return what the page lists as proposed for the library: kind and detail; the page has no numbers for them."""
    found = []
    for line in layout.part("artifacts").written:
        kind, _, detail = line.strip("| ").partition(" ")
        detail = detail.removeprefix("| ")
        if "_" in kind and detail:
            found.append({"kind": kind, "detail": " ".join(detail.split()), "db_id": None})
    return found
