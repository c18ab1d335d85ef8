"""The industry: of the employer, not of the perks, the law or the tools."""

import pytest

from pipeline.stages.parse.industry import industry
from pipeline.text import JDText


def industry_of(text: str, employer: str | None = None) -> str | None:
    """The first industry that is read from a text."""
    found = industry(JDText(text), employer)
    return found.primary.domain if found and found.primary else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We are a retailer of garden tools. You write Java.", "Retail & E-commerce"),
        ("Ostrel is a leading insurer of ships. You test claims software for users.", "Insurance"),
        ("Our client, a hospital group in Lyon, needs a network engineer.", "Healthcare & Life Sciences"),
        ("We operate wind farms and solar parks in four countries. You build Python services.", "Energy & Utilities"),
    ],
)
def test_the_industry_is_what_the_text_says_of_the_employer(text: str, name: str) -> None:
    assert industry_of(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "You are a team player. 28 days off plus bank holidays.",
        "You know data mining and social media queries. Business travel required.",
        "Benefits\nMedical insurance, dental insurance and an equity package.",
        "We comply with federal law. Drug testing and military leave apply.",
    ],
)
def test_perks_law_and_figures_of_speech_say_nothing(text: str) -> None:
    assert industry_of(text) is None


def test_the_employers_name_speaks_and_the_place_is_told() -> None:
    text = "Larkmoor Hospital seeks a Java developer who likes tests."
    found = industry(JDText(text), "Larkmoor Hospital")
    assert found is not None and found.primary is not None and found.source is not None
    assert found.primary.domain == "Healthcare & Life Sciences"
    assert text[found.source.start : found.source.end] == "Hospital"
