"""Line breaks that a text has lost are found again; names that look like it stay whole."""

import pytest

from pipeline.text import JDText
from pipeline.text.readers.words import opens_duty, phrase_at


def seen(raw: str) -> str:
    return JDText(raw).view


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("needs a badge (blue)Salary: 5", "needs a badge (blue)\nSalary: 5"),
        ("QualificationsMaster of boats", "Qualifications\nMaster of boats"),
        ("sail with the crewResponsibilities:", "sail with the crew\nResponsibilities:"),
        ("sail in the harbour.You tie knots", "sail in the harbour.\nYou tie knots"),
        ("ropes and GPSKnowledge of tides", "ropes and GPS\nKnowledge of tides"),
        ("Deck OfficerLocation: Cork", "Deck Officer\nLocation: Cork"),
        ("in the north. Key DutiesSteer the boat", "in the north.\nKey Duties\nSteer the boat"),
        ("cargo distributionDefine the route", "cargo distribution\nDefine the route"),
        ("on the QE2.This boat is fast", "on the QE2.\nThis boat is fast"),
        ("Do you sail?We do", "Do you sail?\nWe do"),
        ("Location:Cork", "Location: Cork"),
        ("ropes etcHe sails. knots etcHe cooks", "ropes etc\nHe sails. knots etc\nHe cooks"),
        ("with the crew.Self-taught sailors", "with the crew.\nSelf-taught sailors"),
        ("in the harbour.GPS, radar", "in the harbour.\nGPS, radar"),
    ],
)
def test_a_lost_break_is_put_back(raw: str, expected: str) -> None:
    assert seen(raw) == expected


def test_a_restored_break_stands_for_nothing_in_the_raw_text() -> None:
    raw = "sail in the harbour.You tie knots"
    jd = JDText(raw)
    at = jd.view.index("\n")
    assert jd.raw_span(at, at + 1) == (raw.index("You"), raw.index("You"))
    assert jd.raw_span(at + 1, len(jd.view)) == (raw.index("You"), len(raw))


@pytest.mark.parametrize(
    "raw",
    [
        "JavaScript, TypeScript, PowerShell, GraphQL, iOS, macOS, DevOps, MLOps, eCommerce, PhDs, McDonald, YouTube",
        "LinkedIn and ServiceNow in WordPress, BigQuery or openShift",
        "ASP.NET, Node.js, Vue.Js and E.ON in U.S.A. with v1.2.Final",
        "PowerShell: 3 years, JavaScript: 5 years",
        "see www.BoatYard.com/CrewList or mail Bo.Derek@BoatYard.example",
        "HarbourMaster runs the port. HarbourMaster is a name",
    ],
)
def test_names_with_capitals_inside_stay_whole(raw: str) -> None:
    assert seen(raw) == raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "You sail. • Steer the boat into the harbour • Scrub the deck every single day • Cook",
            "You sail.\n• Steer the boat into the harbour\n• Scrub the deck every single day\n• Cook",
        ),
        (
            "- Steer the boat - Scrub the deck all day - Cook for the crew",
            "- Steer the boat\n- Scrub the deck all day\n- Cook for the crew",
        ),
        ("You will: 1. Steer the boat 2. Scrub it 3. Cook", "You will:\n1. Steer the boat\n2. Scrub it\n3. Cook"),
        (
            "We sail - Steer the boat into the harbour - Scrub the deck all day - Cook for the whole crew - Mend the nets",
            "We sail\n- Steer the boat into the harbour\n- Scrub the deck all day\n- Cook for the whole crew\n- Mend the nets",
        ),
        ("Such as:- Steer it- Scrub it- Cook", "Such as:\n- Steer it\n- Scrub it\n- Cook"),
        ("Duties.(a) Steer it.(b) Scrub it (c) Cook", "Duties.\n(a) Steer it.\n(b) Scrub it\n(c) Cook"),
        ("We sail north. WHAT WILL YOU DO? Steer it.", "We sail north.\nWHAT WILL YOU DO?\nSteer it."),
        ("* Steer * Scrub * Cook", "* Steer\n* Scrub\n* Cook"),
        ("Job Title: Sailor | Location: Cork | Salary: 5", "Job Title: Sailor\nLocation: Cork\nSalary: 5"),
        (
            "A boat in the north. Key Responsibilities Steer it.",
            "A boat in the north.\nKey Responsibilities\nSteer it.",
        ),
        ("A boat in the north. Requirements: 3 years at sea.", "A boat in the north.\nRequirements: 3 years at sea."),
    ],
)
def test_items_and_headings_inside_a_line_get_lines_of_their_own(raw: str, expected: str) -> None:
    assert seen(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "Cork • Full-time • 60k",
        "Cork · Remote",
        "Deck Officer - Cork - Immediate joiners",
        "Version 2.0 and 3. Then",
        "Deadline Date: Monday, and the rest",
    ],
)
def test_a_line_of_facts_stays_one_line(raw: str) -> None:
    assert seen(raw) == raw


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Manage", True), ("Managing", True), ("manages", True), ("Planning", True), ("Carries", True), ("Boat", False)],
)
def test_verbs_of_duties_are_known_by_their_endings(word: str, expected: bool) -> None:
    assert opens_duty(word) is expected


def test_the_longest_known_phrase_counts() -> None:
    text = "Key Responsibilities: sail"
    assert (
        phrase_at(text, 0, "Key") == "Key Responsibilities"
        and phrase_at(text, 4, "Responsibilities") == "Responsibilities"
    )
    assert phrase_at("Keyboards", 0, "Key") == "" and phrase_at("key duties", 0, "key") == ""
