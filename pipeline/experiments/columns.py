"""A column that job descriptions brought, as values to slice by: numbers and dates in bands, rare values together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import isfinite

MAX_VALUES = 12
"""Values of a column that are slices of their own: the rest, or bands of numbers and dates, stand together."""
MIN_JDS = 5
"""Where there are more values, one that is a slice of its own has so many job descriptions at least."""
BANDS = 4
"""Bands of numbers: each has about as many job descriptions as another."""
NO_VALUE = "not given"
_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(-\d\d([T ].*)?)?")
_MAX_MONTHS = 12


def sliced(given: Sequence[str | None]) -> tuple[list[str], list[str]]:
    """The value that each job description is sliced by, and these values in their order. No values where the column tells nothing
    apart: one value for all, or another for nearly each, as an address.
    """
    counts = Counter(value for value in given if value is not None)
    by_value = {value: value for value in counts}
    if len(counts) > MAX_VALUES:
        by_value = _number_bands(counts) or _date_bands(counts) or _frequent(counts)
    if not by_value:
        return [], []
    values = [NO_VALUE if value is None else by_value[value] for value in given]
    ordered = _ordered(values, by_value)
    return (values, ordered) if len(ordered) > 1 else ([], [])


def _ordered(values: Sequence[str], by_value: dict[str, str]) -> list[str]:
    """Numbers, bands and dates in their order, other values by how many job descriptions have them; what is not given last."""
    present = Counter(value for value in values if value != NO_VALUE)
    named = [NO_VALUE] if NO_VALUE in values else []
    numbers = {value: number for value in present if (number := _number(value)) is not None}
    if len(numbers) == len(present):
        return [*sorted(present, key=lambda value: (numbers[value], value)), *named]
    is_banded = any(value != band for value, band in by_value.items())
    if is_banded and not any(band.endswith(" other values") for band in by_value.values()):
        return [*(band for band in dict.fromkeys(by_value.values()) if band in present), *named]
    rest = [value for value in present if value.endswith(" other values") and value not in by_value]
    return [*sorted((v for v in present if v not in rest), key=lambda v: (-present[v], v)), *rest, *named]


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _number_bands(counts: Counter[str]) -> dict[str, str]:
    """The band of each value where all are numbers; empty where they are not."""
    numbers = {value: number for value in counts if (number := _number(value)) is not None}
    if len(numbers) < len(counts):
        return {}
    ordered = sorted(numbers, key=lambda value: numbers[value])
    total, so_far = counts.total(), 0
    bounds: list[float] = []
    for value in ordered[:-1]:
        so_far += counts[value]
        if so_far * BANDS >= total * (len(bounds) + 1) and len(bounds) < BANDS - 1:
            bounds.append(numbers[ordered[ordered.index(value) + 1]])
    bands = _band_names(bounds)
    return {value: bands[sum(numbers[value] >= bound for bound in bounds)] for value in ordered}


def _band_names(bounds: Sequence[float]) -> list[str]:
    said = [f"{bound:,.10g}" for bound in bounds]
    between = [f"{low} to below {high}" for low, high in zip(said, said[1:], strict=False)]
    return [f"below {said[0]}", *between, f"{said[-1]} and more"] if said else ["all"]


def _date_bands(counts: Counter[str]) -> dict[str, str]:
    """The month of each value, or the year where there are many, where all are dates; empty where they are not."""
    dates = {value: found for value in counts if (found := _DATE.fullmatch(value))}
    if len(dates) < len(counts):
        return {}
    months = {value: f"{found[1]}-{found[2]}" for value, found in dates.items()}
    if len(set(months.values())) > _MAX_MONTHS:
        months = {value: month[:4] for value, month in months.items()}
    return {value: months[value] for value in sorted(months, key=lambda value: months[value])}


def _frequent(counts: Counter[str]) -> dict[str, str]:
    """The frequent values, and all others together; empty where none is frequent."""
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    kept = [value for value in ranked[: MAX_VALUES - 1] if counts[value] >= MIN_JDS]
    if not kept:
        return {}
    rest = f"{len(counts) - len(kept):,} other values"
    frequent = frozenset(kept)
    return {value: value if value in frequent else rest for value in ranked}
