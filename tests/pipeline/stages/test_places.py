"""Places and modes of work, in the notations of job boards, mails and prose."""

from __future__ import annotations

import pytest

from pipeline.contracts import JobLocation
from pipeline.stages.parse.places import locations
from pipeline.text import JDText

DUTIES = "\n\nWhat awaits you\n- Keep the ledgers of three plants in order.\n- Show two trainees how.\n"


def read(text: str) -> list[JobLocation]:
    return locations(JDText(text))


def cities(text: str) -> list[str | None]:
    return [place.city for place in read(text)]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Denver, CO", ("Denver", "CO", "United States")),
        ("Denver, Colorado, USA", ("Denver", "CO", "United States")),
        ("DENVER CO 80202", ("Denver", "CO", "United States")),
        ("US, WA, Tacoma", ("Tacoma", "WA", "United States")),
        ("Nagpur, Maharashtra, India", ("Nagpur", "Maharashtra", "India")),
        ("India - Jaipur", ("Jaipur", None, "India")),
        ("Poland, Gdańsk", ("Gdańsk", None, "Poland")),
        ("Halifax, NS", ("Halifax", "Nova Scotia", "Canada")),
        ("Halifax, West Yorkshire", ("Halifax", "West Yorkshire", "United Kingdom")),
        ("Perth WA 6000", ("Perth", "Western Australia", "Australia")),
        ("NYC", ("New York City", "NY", "United States")),
        ("SF Bay Area", ("San Francisco", "CA", "United States")),
        ("Greater Toronto Area", ("Toronto", None, "Canada")),
        ("indore", ("Indore", None, "India")),
        ("Lyngby, DK", ("Lyngby", None, "Denmark")),
        ("Munich, DE", ("Munich", None, "Germany")),
        ("Batumi, Georgia", ("Batumi", None, "Georgia")),
        ("Macon, Georgia", ("Macon", "GA", "United States")),
        ("Washington, D.C.", ("Washington", "DC", "United States")),
        ("St. Paul, MN", ("St. Paul", "MN", "United States")),
        ("Portugal", (None, None, "Portugal")),
        ("Tamil Nadu", (None, "Tamil Nadu", "India")),
        ("Mossy Hollow, VT", ("Mossy Hollow", "VT", "United States")),
        ("Reading", ("Reading", None, "United Kingdom")),
    ],
)
def test_a_place_behind_a_label_is_read_in_any_notation(
    written: str, place: tuple[str | None, str | None, str | None]
) -> None:
    found = read(f"Payroll Clerk\nLocation: {written}{DUTIES}")
    assert [(p.city, p.state, p.country) for p in found] == [place]
