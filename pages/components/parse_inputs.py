"""What a reviewer enters as the right value of a parsed field: for each field the inputs that fit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from db.services.parse_gold import anchors
from pages.components.parse_values import CHOICES, PERIODS, lines_of_places, places_of_lines, value_words, whole
from pages.components.verbatim import verbatim
from pipeline.text import JDText

MAX_LINES = 120
"""Lines of the text that are offered as a title or a name."""
MAX_WORDS = 14
"""Words of such a line."""
VALUE = "The right value"
PLACES_HINT = verbatim("One place a line, its other names behind |")


def is_one_choice(field: str) -> bool:
    """Whether the right value of a field is one choice or one line, and not put together of several."""
    return field in CHOICES or field in ("title", "company", "industry")


def value_input(field: str, value: Any, jd: JDText) -> Any:
    """Ask for the right value of a field; ``value`` is what stands there at first. Null while nothing is entered."""
    match field:
        case "experience":
            return _years(value or {})
        case "ctc":
            return _pay(value or {})
        case "locations":
            return (
                places_of_lines(st.text_area(VALUE, lines_of_places(value), help=PLACES_HINT, key=f"parse-{field}"))
                or None
            )
        case "certifications":
            written = st.text_area(VALUE, "\n".join(value or ()), help="One a line", key=f"parse-{field}")
            return [line.strip() for line in written.splitlines() if line.strip()] or None
        case "urls":
            return st.number_input("How many", 0, 999, int(value or 0), key=f"parse-{field}")
        case "responsibilities":
            return _passages(value or (), jd)
        case "education_required" | "education_preferred" | "work_mode" | "jd_type":
            words = CHOICES[field]
            index = words.index(value) if value in words else None
            return st.selectbox(
                VALUE, words, index=index, format_func=lambda word: value_words(field, word), key=f"parse-{field}"
            )
    return _words(field, value, jd)


def _words(field: str, value: str | None, jd: JDText) -> str | None:
    """A name or a title: a line of the text, or what is typed."""
    lines = [line for line in short_lines(jd) if line != value]
    options = [value, *lines] if value else lines
    chosen = st.selectbox(
        VALUE,
        options,
        index=0 if value else None,
        accept_new_options=True,
        placeholder="Choose a line of the text, or type",
        key=f"parse-{field}",
    )
    return chosen.strip() or None if chosen else None


def short_lines(jd: JDText) -> list[str]:
    """Lines of the text that may be a title or a name, each once, in its order."""
    lines = (" ".join(line.split()).strip("•·-– ") for line in jd.view.splitlines())
    return list(dict.fromkeys(line for line in lines if 0 < len(line.split()) <= MAX_WORDS))[:MAX_LINES]


def _years(value: dict[str, Any]) -> dict[str, Any] | None:
    low_at, high_at = st.columns(2)
    low = low_at.number_input("From (years)", 0.0, 60.0, _float(value.get("min")), 1.0, format="%g", key="parse-from")
    high = high_at.number_input("To (years)", 0.0, 60.0, _float(value.get("max")), 1.0, format="%g", key="parse-to")
    return None if low is None and high is None else {"min": whole(low), "max": whole(high)}


def _pay(value: dict[str, Any]) -> dict[str, Any] | None:
    low_at, high_at, currency_at, period_at = st.columns([2, 2, 1, 1.4])
    low = low_at.number_input("From", 0.0, None, _float(value.get("min")), format="%g", key="parse-min")
    high = high_at.number_input("To", 0.0, None, _float(value.get("max")), format="%g", key="parse-max")
    currency = currency_at.text_input("Currency", value.get("currency") or "", max_chars=3, key="parse-currency")
    period = value.get("period")
    index = PERIODS.index(period) if period in PERIODS else None
    chosen = period_at.selectbox("Paid", PERIODS, index=index, placeholder="not said", key="parse-period")
    if low is None and high is None:
        return None
    return {"currency": currency.strip().upper() or None, "min": whole(low), "max": whole(high), "period": chosen}


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def _passages(value: Sequence[Sequence[str]], jd: JDText) -> list[list[str]] | None:
    """The sentences that tell duties; neighbours become one passage, named by its first and last words."""
    places = [(s.start, s.end) for s in jd.sentences]
    chosen = st.multiselect(
        "The sentences that tell duties",
        range(len(places)),
        default=sentences_in(value, jd),
        format_func=lambda number: f"{number + 1} · {' '.join(jd.view[slice(*places[number])].split())}",
        key="parse-passages",
    )
    return passages_of(chosen, jd) or None


def sentences_in(value: Sequence[Sequence[str]], jd: JDText) -> list[int]:
    """The numbers of the sentences that stand in passages named by their first and last words."""
    spans = []
    for first, last in value:
        start = jd.raw.find(first)
        end = jd.raw.find(last, start) if start >= 0 else -1
        spans += [(start, end + len(last))] if end >= 0 else []
    raw = [jd.raw_span(s.start, s.end) for s in jd.sentences]
    return [n for n, (a, b) in enumerate(raw) if any(start < b and a < end for start, end in spans)]


def passages_of(numbers: Sequence[int], jd: JDText) -> list[list[str]]:
    """The passages that sentences make up, each by its first and last words in the raw text."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    sentences = jd.sentences
    return [anchors(jd.raw, *jd.raw_span(sentences[run[0]].start, sentences[run[-1]].end)) for run in runs]
