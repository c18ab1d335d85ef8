"""When names are the same, and how groups of them meet."""

import pytest

from pipeline.parse_evaluation.names import match_names, plain, same_name, same_title


def test_a_name_is_compared_without_its_punctuation() -> None:
    assert plain("Sr. C++ / .NET Dev & Lead") == "senior c++ . net dev and lead"
    assert same_title("Jr. Data-Analyst", "junior data analyst")
    assert not same_title("Data Analyst", "Analyst")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Acorn", "Acorn Payments Ltd", True),
        ("ACORN", "acorn", True),
        ("Corn", "Acorn", False),
        ("A", "A Team", False),
        ("", "Acorn", False),
    ],
)
def test_a_name_may_stand_in_the_other_as_whole_words(a: str, b: str, same: bool) -> None:
    assert same_name(a, b) is same_name(b, a) is same


def test_spare_names_are_neither_wanted_nor_wrong() -> None:
    match = match_names([["Bengaluru", "Bangalore"], ["Pune"]], ["India"], [["Bangalore"], ["India"], ["Delhi"]])
    assert match.counted == [["Bangalore"], ["Delhi"]]
    assert match.f1 == pytest.approx(0.5)
