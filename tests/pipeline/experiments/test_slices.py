"""Columns that job descriptions brought, as slices: few values, many, numbers, dates, none."""

import pytest

from pipeline.experiments.columns import sliced
from pipeline.experiments.pairs import Pair
from pipeline.experiments.results import Marks, Result
from pipeline.experiments.slices import slicings


def counted(given: list[str | None]) -> dict[str, int]:
    values, ordered = sliced(given)
    return {value: values.count(value) for value in ordered}


def test_few_values_are_slices_by_how_many_have_them_and_what_is_not_given_is_last() -> None:
    assert list(counted(["mail", None, "web", "web", None, None]).items()) == [
        ("web", 2),
        ("mail", 1),
        ("not given", 3),
    ]
    assert list(counted(["10", "9", "10", "2"])) == ["2", "9", "10"]


def test_many_numbers_are_bands_of_about_as_many_each_in_their_order() -> None:
    bands = counted([str(n * 250) for n in range(100)] + [None])
    assert list(bands.items()) == [
        ("below 6,250", 25),
        ("6,250 to below 12,500", 25),
        ("12,500 to below 18,750", 25),
        ("18,750 and more", 25),
        ("not given", 1),
    ]
    # Nought for nearly all: there is no second band to be had below it.
    skewed = counted(["0"] * 90 + [str(n) for n in range(1, 21)])
    assert sum(skewed.values()) == 110 and next(iter(skewed)) == "below 1"


def test_many_dates_are_months_or_years() -> None:
    assert counted([f"2025-0{1 + n % 3}-{10 + n}" for n in range(15)]) == {"2025-01": 5, "2025-02": 5, "2025-03": 5}
    years = counted([f"20{10 + n // 20}-{1 + n % 12:02}-{1 + n % 28:02}T08:00" for n in range(60)])
    assert years == {"2010": 20, "2011": 20, "2012": 20}


def test_rare_values_of_many_stand_together_and_a_name_for_each_is_nothing_to_slice_by() -> None:
    given = ["Pune"] * 6 + ["Delhi"] * 9 + [f"Village {n}" for n in range(20)]
    assert list(counted(given).items()) == [("Delhi", 9), ("Pune", 6), ("20 other values", 20)]
    assert counted([f"https://jobs.example/{n}" for n in range(50)]) == {}


@pytest.mark.parametrize("given", [[], [None, None], ["web"] * 9, ["nan"] * 3])
def test_a_column_that_tells_nothing_apart_is_no_slicing(given: list[str | None]) -> None:
    assert counted(given) == {}


def pair(place: int, role: str, columns: dict[str, str]) -> Pair:
    one = Result(str(place), role, 0.9, "A", frozenset(), role, Marks(True, None), length=2_000, columns=columns)
    return Pair(one, one)


def test_small_families_stand_together_where_there_are_many_and_a_source_is_among_the_first() -> None:
    pairs = [
        pair(n * 100 + i, f"role-{n}", {"source": "web" if i else "mail", "case": "x" if i % 2 else "y", "age": "new"})
        for n in range(14)
        for i in range(3 if n > 9 else 6)
    ]
    ways = {way.by: way.places for way in slicings(pairs, {})}
    assert list(ways) == ["family", "source", "case (as given)"]
    assert [(value, len(where)) for value, where in ways["family"].items()][-2:] == [
        ("role-9", 6),
        ("4 small families", 12),
    ]
    assert sorted(place for where in ways["family"].values() for place in where) == list(range(len(pairs)))
