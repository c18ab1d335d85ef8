"""What a batch answers to a job description: the same for every engine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.scale.answers import Answer

if TYPE_CHECKING:
    from pipeline.catalog.indexes import Indexes
    from pipeline.run import Run

UNREADABLE: dict[str, Any] = {"role": None, "confidence": 0.0, "case": "rejected", "skills": []}
"""The answer for data that is no text."""


def steps(full: bool) -> list[str]:
    """The keys that a line has for a whole run."""
    from pipeline.contracts import RunDocument

    return [RunDocument.key_of(step) for step in RunDocument.model_fields] if full else []


@dataclass(frozen=True)
class Asked:
    """What is asked of every text of a batch."""

    catalog: Path
    hide_title: bool
    full: bool


def answered(asked: Asked, indexes: Indexes, row: Mapping[str, Any]) -> Answer:
    """Return what one text comes to on the indexes of the catalog that is asked for."""
    from pipeline.config import Config
    from pipeline.run import run, run_id_for

    config = Config(hide_title=asked.hide_title)
    row_id = row["id"] if not isinstance(row["id"], InputError) else None
    try:
        text, title = _text(row)
        result = run(text, title, run_id_for(text, None), indexes, config)
    except InputError as error:
        print(f"{row_id}: {error}", file=sys.stderr)
        no_steps: dict[str, Any] = {step: {} for step in steps(asked.full)}
        return Answer(json.dumps({"id": row_id, **UNREADABLE, **no_steps}), str(error))
    return Answer(json.dumps(_answer(row_id, result) | (result.wire() if asked.full else {})))


def _text(row: Mapping[str, Any]) -> tuple[str, str | None]:
    """The text of a row, and its title. Raises ``InputError`` where a cell could not be read, or what is needed is not there."""
    for name, value in row.items():
        if isinstance(value, InputError):
            raise InputError(f"“{name}”: {value}")
        if value is None and name in ("id", "text"):
            raise InputError(f"“{name}” is missing.")
    return str(row["text"]), str(row["title"]) if row.get("title") else None


def _answer(row_id: object, run: Run) -> dict[str, Any]:
    """The JSON object of one run; soft skills are left out."""
    decision = run.extraction.decision
    return {
        "id": row_id,
        "role": decision.chosen_role.slug if decision.chosen_role else None,
        "confidence": decision.confidence,
        "case": decision.case,
        "skills": [
            {
                "skill_name": s.skill_name,
                "slug": s.slug,
                "is_primary": s.is_primary,
                "evidence": [{"start": m.start, "end": m.end, "text": m.text} for m in s.mentions],
            }
            for s in run.extraction.skills
            if s.skill_nature != "SOFT_SKILL"
        ],
    }
