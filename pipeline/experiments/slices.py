"""Ways of slicing job descriptions: by the family of the right role, by length, by case, by any column that they brought."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.experiments.pairs import Pair

FAMILY, LENGTH, CASE = "family", "length", "case"
MAX_VALUES = 30
"""A column with more values than these is no way of slicing: an address, say, or a date."""
LENGTHS = ((1_500, "under 1,500 characters"), (3_000, "1,500 to 3,000"), (6_000, "3,000 to 6,000"))
LONGEST = "6,000 and more"
NO_FAMILY = "no role"
NO_VALUE = "not given"


@dataclass(frozen=True)
class Slicing:
    """One way of slicing: what by, and the places of the pairs of each value."""

    by: str
    places: Mapping[str, tuple[int, ...]]


def family_of(role: str | None, families: Mapping[str, str]) -> str:
    """The family of a role by its slug; of one that the catalog lacks, its slug."""
    return families.get(role, role) if role else NO_FAMILY


def length_band(characters: int) -> str:
    """The band of lengths that a text is in."""
    return next((name for bound, name in LENGTHS if characters < bound), LONGEST)


def slicings(pairs: Sequence[Pair], families: Mapping[str, str]) -> list[Slicing]:
    """The ways of slicing that tell the pairs apart: two values at least, and not too many."""
    by: dict[str, Callable[[Pair], str]] = {
        FAMILY: lambda pair: family_of(pair.a.gold_role if pair.has_gold else pair.a.role, families),
        LENGTH: lambda pair: length_band(pair.a.length),
        CASE: lambda pair: pair.a.case,
    }
    for column in sorted({column for pair in pairs for column in pair.a.columns}):
        by.setdefault(column, lambda pair, column=column: pair.a.columns.get(column, NO_VALUE))  # type: ignore[misc]
    found = []
    for name, value_of in by.items():
        places: dict[str, list[int]] = {}
        for place, pair in enumerate(pairs):
            places.setdefault(value_of(pair), []).append(place)
            if len(places) > MAX_VALUES and name not in (FAMILY, LENGTH, CASE):
                break
        else:
            if len(places) > 1:
                ordered = sorted(places.items(), key=lambda entry: (-len(entry[1]), entry[0]))
                found.append(Slicing(name, {value: tuple(where) for value, where in ordered}))
    return found
