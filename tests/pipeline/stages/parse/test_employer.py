"""The employer's name: what most signs of a text speak for."""

import pytest

from pipeline.stages.parse.employer import about_employer, employer_name
from pipeline.stages.parse.title import job_title
from pipeline.text import JDText


def employer_of(text: str) -> str | None:
    """The employer that is read from a text."""
    jd = JDText(text)
    title = job_title(jd, None)
    found = employer_name(jd, title.span if title else None)
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Company: Larkmoor Dairy Ltd.\nTitle: Cheesemaker", "Larkmoor Dairy Ltd."),
        ("Job Title\nData Analyst\nCompany\nTilia GmbH\nLocation\nGraz", "Tilia GmbH"),
        ("About Quarrystone\n\nWe cut marble for kitchens in three countries.", "Quarrystone"),
        ("Fernhill Mutual is seeking a Claims Adjuster in Cork.", "Fernhill Mutual"),
        ("At Ostrel, we map the sea floor. You write Rust.", "Ostrel"),
        ("Join Brightwell as a Welder. Brightwell's mission is safe boilers.", "Brightwell"),
        ("You paint ships. Marrow & Finch is an equal opportunity employer.", "Marrow & Finch"),
        ("Night Auditor at Hotel Alba\n\nYou close the books.", "Hotel Alba"),
        ("Ostrel (YC S23) | Staff Rust Engineer | Remote\n\nOstrel builds maps.", "Ostrel"),
        ("You guard trees. © 2031 Pinewatch, Inc. All rights reserved.", "Pinewatch, Inc."),
        ("Founded in 1931, Ostrel builds pumps for mines.", "Ostrel"),
    ],
)
def test_the_employer_is_the_name_for_which_most_speaks(text: str, name: str) -> None:
    assert employer_of(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Our client, a leading bank in Dubai, is looking for a data engineer.",
        "Python is a must and Kubernetes is a plus. Experience with Snowflake required.",
        "Company: Confidential\nTitle: Buyer",
        "Our client in Boston is seeking a Welder. We work with Excel.",
        "About the role\nYou will bake. About you\nYou like bread.",
    ],
)
def test_a_client_without_a_name_a_technology_and_a_place_are_no_employer(text: str) -> None:
    assert employer_of(text) is None


def test_the_description_of_the_employer_says_where_it_stands() -> None:
    text = "Baker\n\nAbout Us\nOstrel bakes bread for forty villages and has done so since the great flood.\n\nDuties\n- Bake bread."
    about = about_employer(JDText(text), "Ostrel")
    assert about is not None and about.source is not None
    assert text[about.source.start : about.source.end].strip().startswith("Ostrel bakes bread")
