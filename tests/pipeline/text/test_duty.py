"""A duty reads like one by its words alone."""

import pytest

from pipeline.text.duty import duty_share


@pytest.mark.parametrize(
    ("duty", "other"),
    [
        ("Develop the billing portal and its services", "Good skills in writing and speaking"),
        ("Responsible for the migration of the archive", "A salary of 40,000 to 50,000 a year"),
        ("Write and run the tests of each release", "Three years of experience with Java"),
    ],
)
def test_a_duty_has_a_larger_share_than_what_is_none(duty: str, other: str) -> None:
    assert duty_share(duty) > 0.2 > 0.02 > duty_share(other)
