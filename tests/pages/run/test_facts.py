"""Facts of a parsed text: in words, at their places, and each place marked once."""

from pages.run.facts import Fact, Piece, fact_marks, facts_of
from pipeline.contracts import Ctc, Education, Experience, JobLocation, ParsedJD, TextSpan
from pipeline.text import JDText
from tests import wire_values as wire

TEXT = "Welder wanted &amp; paid\nAcme Yards, Pune. Acme pays 30 EUR an hour, 2+ years, ASME IX."


def span(words: str, after: int = 0) -> TextSpan:
    start = TEXT.index(words, after)
    return TextSpan(start=start, end=start + len(words))


def read() -> ParsedJD:
    return wire.parsed(
        role="Welder",
        role_source=span("Welder"),
        company_name="Acme Yards",
        company_name_source=span("Acme Yards"),
        job_locations=[
            JobLocation(
                aliases=["Poona"], city="Pune", country="India", state=None, work_mode="hybrid", source=span("Pune")
            ),
            JobLocation(aliases=[], city=None, country="Ireland", state=None, work_mode=None),
        ],
        ctc=Ctc(raw="30 EUR an hour", min=30, max=None, currency="EUR", period="hourly", source=span("30 EUR an hour")),
        experience=Experience(min=2, max=None, raw="2+ years", source=span("2+ years")),
        certifications=["ASME IX"],
        certification_sources=[span("ASME IX")],
    )


def by_name(parsed: ParsedJD) -> dict[str, list[str]]:
    return {fact.name: [piece.words for piece in fact.pieces] for fact in facts_of(parsed)}


def test_facts_are_told_in_words() -> None:
    found = by_name(read())
    assert found["Title"] == ["Welder"] and found["Company"] == ["Acme Yards"]
    assert found["Experience"] == ["2+ years · 2+ years"]
    assert found["Pay"] == ["EUR 30 an hour (30 EUR an hour)"]
    assert found["Locations"] == ["Pune, India also Poona", "Ireland"] and found["Work mode"] == ["hybrid"]
    assert (found["Industry"], found["Education"], found["Duties"]) == ([], [], [])
    assert found["Type of text"] == ["a job description"]


def test_demanded_degrees_and_those_that_are_a_plus_are_two_facts() -> None:
    degrees = [
        Education(level=level, qualification=code, raw="x", requirement=kind)
        for level, code, kind in (("Bachelor's", "BSC", "required"), ("Master's", "MSC", "preferred"))
    ]
    found = by_name(wire.parsed(education=degrees))
    assert (found["Education"], found["Education, a plus"]) == (["Bachelor's: BSC"], ["Master's: MSC"])


def test_each_fact_is_marked_at_its_place_in_what_is_seen() -> None:
    jd = JDText(TEXT)
    marks = fact_marks(jd, read())
    assert [(jd.view[mark.start : mark.end], mark.name) for mark in marks] == [
        ("Welder", "title"),
        ("Acme Yards", "company"),
        ("Pune", "place"),
        ("30 EUR an hour", "pay"),
        ("2+ years", "experience"),
        ("ASME IX", "certificate"),
    ]
    assert marks[0].label == "Title: Welder"


def test_a_run_of_before_has_no_places_and_so_no_marks() -> None:
    assert (
        fact_marks(JDText(TEXT), wire.parsed(role="Welder", certifications=["ASME IX"], urls=["https://a.example"]))
        == []
    )


def test_where_two_facts_stand_at_one_place_the_first_is_marked() -> None:
    both = wire.parsed(
        role="Acme Yards", role_source=span("Acme Yards"), company_name="Acme", company_name_source=span("Acme")
    )
    assert [mark.name for mark in fact_marks(JDText(TEXT), both)] == ["title"]


def test_a_place_that_is_not_in_the_text_is_left_out() -> None:
    lost = wire.parsed(role="Welder", role_source=TextSpan(start=5_000, end=5_010))
    assert fact_marks(JDText(TEXT), lost) == []


def test_a_field_without_a_value_has_no_pieces() -> None:
    assert Fact("Company", (), "company", "company") in facts_of(wire.parsed())
    assert Fact("Kind of work", ()) in facts_of(wire.parsed()) and Piece("x").source is None
