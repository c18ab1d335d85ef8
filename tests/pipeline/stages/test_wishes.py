"""A heading of any wording opens wishes or demands, by its words."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.stages.skills import extract_skills
from pipeline.stages.skills.wishes import MIN_WISH, wish_probability
from pipeline.text import JDText
from tests.encoded_texts import encoded

TEXT = """Data Engineer

What makes you a good match
- Python and SQL
- Apache Airflow

{heading}
- Kafka
- Snowflake
"""


@pytest.mark.parametrize(
    "heading",
    ["Extra points for", "Also nice", "Brownie points", "It would be a bonus if you knew"],
)
def test_a_heading_of_wishes_makes_what_is_below_it_secondary(heading: str, indexes: Indexes) -> None:
    found = {
        s.slug: s.is_primary for s in extract_skills(encoded(TEXT.format(heading=heading), None, indexes), indexes)
    }
    assert (found["python"], found["apache-airflow"], found["kafka"], found["snowflake"]) == (True, True, False, False)


@pytest.mark.parametrize(
    "heading", ["You may be a good fit if you know", "What you should bring along", "Your daily tools"]
)
def test_a_heading_of_demands_keeps_them_primary(heading: str, indexes: Indexes) -> None:
    found = {
        s.slug: s.is_primary for s in extract_skills(encoded(TEXT.format(heading=heading), None, indexes), indexes)
    }
    assert found["kafka"] and found["snowflake"]


@pytest.mark.parametrize(
    ("heading", "is_wish"),
    [
        ("Extra shine from", True),
        ("Strong applicants might also know", True),
        ("You might be the one if you know", False),
        ("We would love to meet you if you know", False),
    ],
)
def test_words_of_a_heading_say_what_it_opens(heading: str, is_wish: bool) -> None:
    assert (wish_probability(heading) >= MIN_WISH) is is_wish


def test_the_line_over_a_list_is_its_lead() -> None:
    jd = JDText("Intro to the post at hand.\n\nThings to know\n- Kafka\n- dbt\n\nA closing sentence about the team.")
    assert jd.lead_over(jd.view.index("dbt")) == "Things to know"
    assert jd.lead_over(jd.view.index("Intro")) is None
