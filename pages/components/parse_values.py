"""Values of the labels of a parsed text, in words, and as what a form asks for."""

from __future__ import annotations

from typing import Any

from pages.components.labels import JD_TYPES
from pipeline.contracts.vocabularies import JD_TYPES as TYPES_OF_TEXT
from pipeline.contracts.vocabularies import PAY_PERIODS, WORK_MODES
from pipeline.parse_evaluation import LEVELS

CHOICES = {
    "education_required": LEVELS,
    "education_preferred": LEVELS,
    "work_mode": WORK_MODES.words,
    "jd_type": TYPES_OF_TEXT.words,
}
"""Fields whose value is one of a few words."""
PERIODS = PAY_PERIODS.words
NAMES_BEHIND = "|"
"""What stands between the names of one place."""


def value_words(field: str, value: Any) -> str:
    """A value of a label in words; "none" for what a text does not give."""
    if value is None or value == []:
        return "none"
    match field:
        case "experience":
            low, high = value.get("min"), value.get("max")
            return f"up to {high} years" if low is None else f"{low}{'+' if high is None else f'–{high}'} years"
        case "ctc":
            amounts = "–".join(f"{value[key]:,}" for key in ("min", "max") if value.get(key) is not None)
            return " ".join(filter(None, (value.get("currency"), amounts, value.get("period"))))
        case "locations":
            return "; ".join(" | ".join(names) for names in value)
        case "certifications":
            return ", ".join(value)
        case "responsibilities":
            return "; ".join(f"“{first}” … “{last}”" for first, last in value)
        case "jd_type":
            return JD_TYPES.get(value, str(value))
    return str(value)


def lines_of_places(places: list[list[str]] | None) -> str:
    """Places as a person writes them: one a line, its names one behind the other."""
    return "\n".join(f" {NAMES_BEHIND} ".join(names) for names in places or ())


def places_of_lines(text: str) -> list[list[str]]:
    """The places that a person wrote."""
    lines = ([name.strip() for name in line.split(NAMES_BEHIND) if name.strip()] for line in text.splitlines())
    return [names for names in lines if names]


def whole(number: float | None) -> int | float | None:
    """A number as the labels have it: a whole one is an integer."""
    return int(number) if number is not None and number == int(number) else number
