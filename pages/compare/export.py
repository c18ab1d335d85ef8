"""A comparison as a file: Markdown for reading, JSON for programs."""

from __future__ import annotations

import json

from pages.compare.headline import sentence
from pages.compare.sides import Comparison
from pages.components.verbatim import markdown_text
from pipeline.compare import AREAS, Difference, compare
from pipeline.old_runs.faults import Fault


def json_of(comparison: Comparison) -> str:
    """The two runs, the sentence, what was set differently, and every row that differs."""
    left, right = comparison.left, comparison.right
    document = {
        "left": {"run": str(left.id), "name": left.label, "engine": left.engine, "revision": left.revision_id},
        "right": {"run": str(right.id), "name": right.label, "engine": right.engine, "revision": right.revision_id},
        "draft": comparison.draft,
        "summary": sentence(comparison),
        "settings": [_row(row) for row in comparison.settings],
        "faults": [_fault(fault) for fault in comparison.beside.faults] if comparison.beside else [],
        "differences": [_row(row) for row in compare(*comparison.sides) if row.differs],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _row(row: Difference) -> dict[str, str]:
    return {"area": row.area, "name": row.name, "left": row.left, "right": row.right}


def _fault(fault: Fault) -> dict[str, str]:
    return {"kind": fault.kind, "about": fault.subject, "reason": fault.reason}


def markdown_of(comparison: Comparison) -> str:
    """The same for reading: the sentence, and a table for each area with a difference."""
    left, right = comparison.headings
    lines = [f"# {_cell(comparison.left.label)}", "", f"{_cell(sentence(comparison))}.", ""]
    rows = [row for row in compare(*comparison.sides) if row.differs]
    if comparison.beside is not None:
        lines += ["## What the old run got wrong", ""]
        lines += [f"- {fault.check.label}: {_cell(fault.reason)}" for fault in comparison.beside.faults]
        lines.append("")
    for area in AREAS:
        of_area = [row for row in rows if row.area == area]
        if of_area:
            lines += [f"## {area}", "", f"| | {left} | {right} |", "| --- | --- | --- |"]
            lines += [f"| {_cell(r.name)} | {_cell(r.left)} | {_cell(r.right)} |" for r in of_area]
            lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    """A text as it was written, on one line."""
    return markdown_text(" ".join(text.split())) or "–"
