"""The title: the best of the places where one may stand, and nothing that only looks like one."""

import pytest

from pipeline.stages.parse.employer import employer_name
from pipeline.stages.parse.title import job_title, without_employer
from pipeline.text import JDText
from tests.conftest import least_seconds


def title_of(text: str) -> str | None:
    """The title that is read from a text."""
    found = job_title(JDText(text), None)
    return found.text if found else None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Position Title: Harbour Pilot\nYou guide ships.", "Harbour Pilot"),
        ("Role - ignored\nDesignation: Payroll Accountant\nYou pay people.", "Payroll Accountant"),
        ("Job Title\nForest Ranger\nLocation\nOulu", "Forest Ranger"),
        ("Apply by May. Title: Kotlin Developer Job Type: Contract Location: Riga You write apps.", "Kotlin Developer"),
        ("Job Title : Bridge InspectorLocation : Porto, PTDuration : Permanent", "Bridge Inspector"),
    ],
)
def test_a_label_names_the_title_up_to_the_next_label(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Senior Glass Technician (m/w/d) - Remote - 30h", "Senior Glass Technician"),
        ("Claims Adjuster at Fernhill Mutual", "Claims Adjuster"),
        ("Tilia (YC S23) | Staff Rust Engineer | Remote | Full-time", "Staff Rust Engineer"),
        ("Site Reliability Engineer II - Job ID 99812", "Site Reliability Engineer II"),
        ("URGENT: Welder needed", "Welder"),
        ("Data Engineer - Ghent, Belgium", "Data Engineer"),
        ("Head of Procurement", "Head of Procurement"),
        ("Quality Engineer, Turbines", "Quality Engineer, Turbines"),
    ],
)
def test_a_line_is_the_title_without_place_mode_number_and_employer(line: str, title: str) -> None:
    assert title_of(f"{line}\n\nYou will do the work of the position with care and skill.") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Fernhill is hiring an experienced, curious Tax Consultant to help small shops.", "Tax Consultant"),
        ("We look after parks. As a senior Landscape Architect you draw plans.", "Senior Landscape Architect"),
        ("The Night Auditor will close the books. Experience in hotels helps.", "Night Auditor"),
        ("If you are a Perl Programmer with taste, please read on!", "Perl Programmer"),
        ("We help towns. Our Water Chemist position is full time.", "Water Chemist"),
        ("We are looking for a Ruby on Rails Developer who likes tests.", "Ruby on Rails Developer"),
        ("This is a great opportunity for a Head of Data Platforms in Turin.", "Head of Data Platforms"),
    ],
)
def test_a_sentence_names_the_position_without_praise(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    "text",
    [
        "You report to the Engineering Manager and work closely with the Product Owner.",
        "Job Description\nRun the warehouse at night.\nQualifications\nA forklift licence.",
        "We are looking for a self-motivated individual. You are a team member who cares.",
        "This position reports to:\n\nPlant Director\n\nYou keep the machines alive.",
    ],
)
def test_people_around_the_position_and_headings_are_no_title(text: str) -> None:
    assert title_of(text) is None


def test_the_title_says_where_it_stands() -> None:
    text = "Fernhill Mutual\n\nWe are seeking a friendly Claims Adjuster for Cork."
    found = job_title(JDText(text), None)
    assert found is not None and found.span is not None
    assert text[slice(*found.span)] == found.text == "Claims Adjuster"


def test_a_given_title_stays_and_has_no_place() -> None:
    found = job_title(JDText("We are hiring a Baker."), "  Pastry   Chef ")
    assert found is not None
    assert (found.text, found.span) == ("Pastry Chef", None)


@pytest.mark.parametrize(
    "fragment",
    [
        " ",
        "\r\n",
        "(",
        "Engineer ",
        "Engineer\n",
        "The Engineer ",
        "Title: ",
        "hiring a ",
        "As a ",
        "A A\n",
        "- ",
        "Senior, ",
        "EngineerA",
    ],
)
def test_title_and_employer_are_read_in_time_that_grows_with_the_text(fragment: str) -> None:
    jd = JDText(fragment * (100_000 // len(fragment)))
    assert jd.sections is not None and jd.sentences is not None

    def read() -> None:
        title = job_title(jd, None)
        employer_name(jd, title.span if title else None)

    assert least_seconds(read, 1.5) <= 1.5


def test_other_jobs_below_are_not_this_one() -> None:
    text = "Ostrel helps towns plan parks.\n\nYou draw maps.\n\nSimilar jobs\nForest Ranger\nOulu\nHarbour Pilot\n"
    assert title_of(text) is None


def test_the_employer_s_name_is_no_part_of_the_title() -> None:
    found = job_title(JDText("# Claims Adjuster — Fernhill\n\nYou settle claims."), None)
    assert found is not None and found.span is not None
    bare = without_employer(found, "Fernhill")
    assert bare.text == "Claims Adjuster"
    assert bare.span == (found.span[0], found.span[0] + len("Claims Adjuster"))
