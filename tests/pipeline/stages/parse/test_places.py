"""Places and modes of work, in the notations of job boards, mails and prose."""

from __future__ import annotations

import pytest

from pipeline.contracts import JobLocation
from pipeline.stages.parse.places import locations, named_places
from pipeline.text import JDText
from tests.conftest import least_seconds

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


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Location: Jaipur, Indore, Surat", ["Jaipur", "Indore", "Surat"]),
        ("Locations\n• Tampa, FL\n• Mesa, AZ\n• Remote", ["Tampa", "Mesa"]),
        ("Location: Tempe AZ or Plano TX", ["Tempe", "Plano"]),
        ("Location: HYDERABAD / CHENNAI", ["Hyderabad", "Chennai"]),
        ("Location: Bangalore / Bengaluru", ["Bangalore"]),
        ("Location: Frankfurt am Main / Munich", ["Frankfurt am Main", "Munich"]),
        ("Location: Gurgaon/Noida (Delhi NCR)", ["Gurgaon", "Noida"]),
        ("Location: Whitefield, Bengaluru", ["Bengaluru"]),
        ("Location: Hybrid - 2 days a week in Stuttgart or Ulm", ["Stuttgart", "Ulm"]),
        ("Location: Durban, South Africa. We also have offices in Cape Town.", ["Durban"]),
        ("Location: Remote, but must be able to travel to Dallas quarterly", [None]),
        ("Location: Kansas City Position Type: Contract Duration: 6 months", ["Kansas City"]),
        ("Location: Little Wenham", ["Little Wenham"]),
        ("Location: Stow-on-the-Wold, England", ["Stow-on-the-Wold"]),
        ("Location: Multiple locations", []),
        ("Duty station: Geneva", ["Geneva"]),
        ("Location: 15 Rue de Rivoli, 75001 Paris", ["Paris"]),
        ("Location: Hartwell House, London Road, Bristol BS1 6QF", ["Bristol"]),
        ("Location: See below", []),
        ("Where: Adelaide, South Australia", ["Adelaide"]),
        ("City: Trondheim\nCountry: Norway", ["Trondheim"]),
        ("Address: 5 Hafenstrasse, 20457 Hamburg, Germany", ["Hamburg"]),
        ("## Location\nZwolle, Overijssel, Netherlands", ["Zwolle"]),
        ("| Position | Clerk |\n| Location | Eindhoven |", ["Eindhoven"]),
        ('"location": "Graz, Austria",', ["Graz"]),
        ("<li><b>Location:</b> Porto Alegre, Brazil</li>", ["Porto Alegre"]),
    ],
)
def test_a_label_speaks_for_all_places_behind_it_and_for_no_others(line: str, expected: list[str | None]) -> None:
    assert cities(f"Payroll Clerk\n{line}{DUTIES}") == expected


@pytest.mark.parametrize(
    ("header", "city"),
    [
        ("Depot Planner - Tacoma, WA", "Tacoma"),
        ("Depot Planner | Lyon, France | Full-time", "Lyon"),
        ("Depot Planner (Zagreb)", "Zagreb"),
        ("Depot Planner in Antwerp (hybrid)", "Antwerp"),
        ("Depot Planner, Greater Philadelphia Area", "Philadelphia"),
        ("Depot Planner\nBrightloom · Leipzig, Saxony, Germany (On-site)\n3 days ago", "Leipzig"),
        ("Depot Planner\nChennai | 4-6 yrs | Immediate joiners", "Chennai"),
        ("Depot PlannerSpokane, WA6 months contract", "Spokane"),
    ],
)
def test_a_header_names_the_place_without_a_label(header: str, city: str) -> None:
    assert cities(header + DUTIES) == [city]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The successful candidate will be based in Nairobi.", ["Nairobi"]),
        ("Our client in Dayton, OH needs a payroll clerk for six months.", ["Dayton"]),
        ("We are looking for a clerk to join our team in Ghent, Belgium.", ["Ghent"]),
        ("You must live within 30 miles of Raleigh, NC.", ["Raleigh"]),
        ("Candidates must be willing to relocate to Perth.", ["Perth"]),
        ("The position can be located in either our Oslo or Bergen office.", ["Oslo", "Bergen"]),
        ("Relocation help to Faro, Portugal is offered; the job is based in Braga.", ["Braga"]),
        ("Headquartered in Lund, Sweden, we make filters. This role is based in our Boston, MA office.", ["Boston"]),
        ("Working for one of our clients in Palm Coast, FL, you keep the books.", ["Palm Coast"]),
        ("We are a Munich-based maker of pumps.", ["Munich"]),
        ("You must live within 50 km of Aachen.", ["Aachen"]),
        ("You will be working in our offices in Pune.", ["Pune"]),
        ("You are based at our Slough depot, with travel to Reading and Hull.", ["Slough"]),
        ("For our site in Graz we are looking for a clerk.", ["Graz"]),
        ("The position is located at Camp Pendleton, CA.", ["Camp Pendleton"]),
        ("Interviews are held in Rome; you will work in Milan.", ["Milan"]),
        ("The role is based in Ottery Vale, with two days at home.", ["Ottery Vale"]),
    ],
)
def test_words_about_the_position_make_a_place_its_own(sentence: str, expected: list[str]) -> None:
    assert cities(f"Payroll Clerk\n{sentence}{DUTIES}") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Our company was founded in Seattle and has offices in London, Paris and Tokyo.",
        "Acorn, headquartered in Helsinki, sells pumps in 40 countries including Norway and Chile.",
        "Travel to Denver and Chicago is expected twice a year.",
        "You hold a degree from the University of Toronto or a like one.",
        "California residents may ask for the data that we hold about them.",
        "Colorado law asks us to state the pay.",
        "Working hours are 9 to 5 Eastern Time; you speak English and German.",
        "You know Cassandra, the Phoenix framework and Java.",
        "Reporting to Charlotte Lincoln, you keep the books.",
        "You are authorized to work in the United States.",
        "You work with remote teams in Manila and Cebu.",
        "Salary range for Colorado: $50,000 - $60,000. For New York City: $60,000 - $70,000.",
        "We serve clients in Dubai, Doha and Riyadh.",
        "You work with our colleagues in India and Poland.",
        "Pay range for candidates in Colorado: $50,000.",
        "The pump market in India grows.",
        "Winner of the London Design Award.",
        "Overlap with US Eastern hours is needed.",
        "Please send your papers to Anna Paris.",
        "Knowledge of HTML, CSS and Jinja.",
        "What you bring: BS, MS or PhD in Computer Science.",
    ],
)
def test_places_of_others_are_not_the_job_s(sentence: str) -> None:
    assert [p.city or p.country for p in read(f"Payroll Clerk\n{sentence}{DUTIES}")] == []


@pytest.mark.parametrize(
    ("line", "mode"),
    [
        ("Work Mode: Hybrid", "hybrid"),
        ("Mode of work: WFO", "onsite"),
        ("Job Type: Full-time, Remote", "remote"),
        ("#LI-Hybrid", "hybrid"),
        ("Remote: No", "onsite"),
        ("Work Remotely:\nNo", "onsite"),
        ("Remote work: yes", "remote"),
        ("Time On-Site: 100%", "onsite"),
        ("You can work from anywhere in Spain.", "remote"),
        ("This is 3 days WFO and 2 days WFH.", "hybrid"),
        ("Five days in the office, no exceptions.", "onsite"),
        ("Telework is possible up to three days a week.", "hybrid"),
        ("Expect to be in the office twice a week.", "hybrid"),
        ("Flexible schedules, with two office days weekly.", "hybrid"),
        ("Up to 60% home office.", "hybrid"),
        ("We do not offer remote work.", "onsite"),
        ("The position cannot be performed remotely.", "onsite"),
        ("There is no option to work from home.", "onsite"),
        ("The work is office-based.", "onsite"),
        ("We are hiring a remote Java developer.", "remote"),
        ("Our team is fully distributed and works remotely.", "remote"),
        ("You design hybrid apps and hybrid cloud storage for on-site events.", None),
        ("Support remote users and on-site customers.", None),
        ("You work with remote or scattered teams.", None),
        ("Remote sensing and remote procedure calls.", None),
        ("Free parking on site, an onsite gym and showers.", None),
        ("You lead on-site installations at customers.", None),
        ("A work-from-home allowance is paid.", None),
        ("You debug remote sensors and run hybrid searches.", None),
        ("You train customers on site and by phone.", None),
        ("You answer calls in person and in writing.", None),
        ("You work in person with patients.", None),
        ("Work location: In person", "onsite"),
        ("Partially remote", "hybrid"),
        ("A mix of home and office working.", "hybrid"),
        ("You will come to the office every day.", "onsite"),
        ("Strictly onsite.", "onsite"),
        ("🏠 Remote | 🌍 Anywhere in Europe", "remote"),
    ],
)
def test_the_mode_is_what_is_said_of_the_work(line: str, mode: str | None) -> None:
    places = read(f"Payroll Clerk\n{line}{DUTIES}")
    assert {p.work_mode for p in places} == ({mode} if mode else set())


def test_a_place_may_have_a_mode_of_its_own() -> None:
    found = read(f"Payroll Clerk\nLocation: Raleigh, NC (Hybrid), Boise, ID (Remote){DUTIES}")
    assert [(p.city, p.work_mode) for p in found] == [("Raleigh", "hybrid"), ("Boise", "remote")]
    found = read(f"Payroll Clerk\nLocation: Bremen (on-site) or remote{DUTIES}")
    assert [(p.city, p.work_mode) for p in found] == [("Bremen", "onsite"), (None, "remote")]


def test_a_country_or_a_part_of_the_world_stands_where_no_city_does() -> None:
    found = read(f"Payroll Clerk\nLocation: Remote (Canada only){DUTIES}")
    assert [(p.city, p.country, p.work_mode) for p in found] == [(None, "Canada", "remote")]
    found = read(f"Payroll Clerk - Remote (Europe){DUTIES}")
    assert [(p.city, p.state, p.country, p.work_mode) for p in found] == [(None, "Europe", None, "remote")]


def test_of_namesakes_the_one_where_the_other_places_are_is_meant() -> None:
    found = read(f"Payroll Clerk\nLocations: Boston, MA / Cambridge{DUTIES}")
    assert [(p.city, p.state) for p in found] == [("Boston", "MA"), ("Cambridge", "MA")]
    assert read(f"Payroll Clerk\nLocation: Cambridge{DUTIES}")[0].country == "United Kingdom"


def test_a_place_says_where_it_was_read() -> None:
    text = f"<p>Payroll Clerk</p>\n<b>Location:</b> Tallinn, Estonia (hybrid){DUTIES}"
    (place,) = read(text)
    assert place.source is not None
    assert text[place.source.start : place.source.end] == "Tallinn, Estonia"


def test_the_names_in_a_phrase() -> None:
    assert named_places("Boston MA") == ["Boston MA", "Boston", "MA", "United States"]
    assert named_places("Brightloom") == []


@pytest.mark.parametrize(
    "fragment",
    [
        " ",
        "\r\n",
        "1,",
        "London, ",
        "Location: ",
        "3 days ",
        "remote ",
        "AbC",
        "US, ",
        "San ",
        "in the office ",
        "job work office ",
    ],
)
def test_any_text_is_searched_in_time_of_its_length(fragment: str) -> None:
    jd = JDText((fragment * 100_000)[:100_000])
    assert jd.sections is not None
    assert least_seconds(lambda: locations(jd), 3.0) <= 3.0
