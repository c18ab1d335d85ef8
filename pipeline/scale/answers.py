"""What a batch answers to a job description."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

FAILED = "failed"
"""The case of a job description that could not be run."""


@dataclass(frozen=True)
class Answer:
    """The line of JSON of a job description, and what was wrong with that one (null: nothing)."""

    line: str
    error: str | None = None


AnswerRow = Callable[[Mapping[str, Any]], Answer]
"""Answers a row with ``id``, ``title`` and ``text``."""


def failed(row_id: object, reason: str) -> Answer:
    """The answer for a job description that could not be run."""
    line = {"id": row_id, "role": None, "confidence": 0.0, "case": FAILED, "skills": []}
    return Answer(json.dumps(line), reason)
