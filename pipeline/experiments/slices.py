"""Ways of slicing job descriptions: by the family of the right role, by length, by case, by any column that they brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.experiments.columns import sliced
from pipeline.experiments.pairs import Pair

FAMILY, SOURCE, LENGTH, CASE = "family", "source", "length", "case"
MAX_FAMILIES, MIN_OF_FAMILY = 12, 5
"""Where there are more families than these, those with fewer job descriptions than that stand together."""
LENGTHS = ((1_500, "under 1,500 characters"), (3_000, "1,500 to 3,000"), (6_000, "3,000 to 6,000"))
LONGEST = "6,000 and more"
NO_FAMILY = "no role"


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
    """The ways of slicing that tell the pairs apart, by two values at least, with the column that names a source among the first."""
    of_pairs = [
        _slicing(FAMILY, *_families(pairs, families)),
        _slicing(LENGTH, [length_band(pair.a.length) for pair in pairs], [*(name for _, name in LENGTHS), LONGEST]),
        _slicing(CASE, *_by_count([pair.a.case for pair in pairs])),
    ]
    brought = []
    for column in sorted({column for pair in pairs for column in pair.a.columns}):
        # A column of that name is another thing than what is told of every text.
        name = f"{column} (as given)" if column in (FAMILY, LENGTH, CASE) else column
        brought.append(_slicing(name, *sliced([pair.a.columns.get(column) for pair in pairs])))
    source = [way for way in brought if way.by == SOURCE]
    ways = [of_pairs[0], *source, *of_pairs[1:], *(way for way in brought if way.by != SOURCE)]
    return [way for way in ways if len(way.places) > 1]


def _slicing(by: str, values: Sequence[str], ordered: Sequence[str]) -> Slicing:
    places: dict[str, list[int]] = {value: [] for value in ordered}
    for place, value in enumerate(values):
        places[value].append(place)
    return Slicing(by, {value: tuple(where) for value, where in places.items() if where})


def _by_count(values: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    counts = Counter(values)
    return values, sorted(counts, key=lambda value: (-counts[value], value))


def _families(pairs: Sequence[Pair], families: Mapping[str, str]) -> tuple[Sequence[str], list[str]]:
    """The family of each pair, small ones together where there are many; none of gold stands last."""
    values = [family_of(pair.a.gold_role if pair.has_gold else pair.a.role, families) for pair in pairs]
    counts = Counter(values)
    small = {value for value, count in counts.items() if count < MIN_OF_FAMILY and value != NO_FAMILY}
    if len(counts) > MAX_FAMILIES and len(small) > 1:
        together = f"{len(small)} small families"
        values = [together if value in small else value for value in values]
    else:
        together = ""
    counts = Counter(values)
    last = {together: 1, NO_FAMILY: 2}
    return values, sorted(counts, key=lambda value: (last.get(value, 0), -counts[value], value))
