"""What all judgements of a model share: the text that is sent, and the check of quotes against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipeline.text import JDText, Sentence

T = TypeVar("T")

MAX_TEXT = 40_000
"""Characters of a job description that are sent."""
MAX_REASONING = 400
"""Characters of a model's reasoning that are kept."""


@dataclass(frozen=True)
class Grounded(Generic[T]):
    """The part of an answer that became part of the run, and in words each part that was invented and left out."""

    value: T
    invented: tuple[str, ...] = ()


def text_material(text: JDText) -> dict[str, Any]:
    """Return the JSON object that a model is given of a text."""
    return {"job_description": text.view[:MAX_TEXT]}


def places_of(view: str, quote: str) -> list[tuple[int, int]]:
    """Return the spans of a quote in a text, in code points; case and white space may differ, words are whole."""
    words = quote.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    left = r"(?<!\w)" if words[0][0].isalnum() else ""
    right = r"(?!\w)" if words[-1][-1].isalnum() else ""
    return [m.span() for m in re.finditer(f"{left}{pattern}{right}", view, re.I)]


def sentence_of(text: JDText, quote: str) -> Sentence | None:
    """Return the whole sentence of a text in which a quote begins; null for words that do not stand in it."""
    places = places_of(text.view, quote)
    return text.sentence_at(places[0][0]) if places else None


def one_line(words: str) -> str:
    """Return a model's words as one line of at most ``MAX_REASONING`` characters."""
    return " ".join(words.split())[:MAX_REASONING]
