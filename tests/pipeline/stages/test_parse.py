"""Every field of the parsed JD, read off texts in the styles that occur."""

import pytest

from pipeline.stages.parse import parse_jd
from pipeline.text import JDText

FULL = """Job Title: Senior Platform Engineer
Company: Acorn Payments Inc.
Location: Bengaluru, India (Hybrid)
Experience: 4-6 years
Salary: INR 28 - 36 lakhs per annum

About us
Acorn moves money between banks in nine countries and has done so since people paid with paper.

Responsibilities:
- Run Kubernetes for forty teams
- Write Terraform modules that others can read

Requirements:
- Bachelor's degree in Computer Science
- CKA or CKAD
- See https://acorn.example/jobs/7 for more
"""


def test_labelled_fields_are_read() -> None:
    p = parse_jd(JDText(FULL), None)
    assert (p.JD_type, p.role, p.company_name, p.role_archetype) == (
        "pass",
        "Senior Platform Engineer",
        "Acorn Payments Inc.",
        "Engineering",
    )
    assert p.experience is not None and (p.experience.min, p.experience.max, p.experience.raw) == (4, 6, "4-6 years")
    place = p.job_locations[0]
    assert (place.city, place.country, place.work_mode, place.aliases) == (
        "Bengaluru",
        "India",
        "hybrid",
        ["Bangalore"],
    )
    assert p.ctc is not None
    assert (p.ctc.min, p.ctc.max, p.ctc.currency, p.ctc.period) == (2_800_000, 3_600_000, "INR", "annual")
    assert p.certifications == ["CKA", "CKAD"]
    assert p.urls == ["https://acorn.example/jobs/7"]
    assert p.domain is not None and p.domain.primary is not None and p.domain.primary.domain == "Financial Services"
    assert p.about_company is not None and p.about_company.text.startswith("Acorn moves money")
    assert [(e.level, e.requirement) for e in p.education] == [("Bachelor's", "required")]


def test_duties_are_blocks_with_headings_markers_and_counts() -> None:
    blocks = parse_jd(JDText(FULL), None).roles_and_responsibilities
    assert [(b.heading, b.bullet_count, b.word_count) for b in blocks] == [
        ("Responsibilities", 2, 14),
    ]
    assert blocks[0].source_marker.first_5_words == "- Run Kubernetes for forty"
    assert blocks[0].source_marker.last_5_words == "modules that others can read"
    source = blocks[0].source
    assert source is not None and FULL[source.start : source.end].startswith("- Run Kubernetes for forty")
    assert FULL[source.start : source.end].endswith("modules that others can read")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("You bring 8+ years of professional software experience.", 8, None),
        ("At least three years of experience with Java.", 3, None),
        ("Experience: 7 to 10 years", 7, 10),
        ("We were founded 20 years ago and our team has fun with the work.", None, None),
    ],
)
def test_years_of_experience(text: str, low: int | None, high: int | None) -> None:
    found = parse_jd(JDText(text), None).experience
    assert (found.min, found.max) == (low, high) if found else low is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay: $60 - $69 per hour, W2", (60, 69, "USD", "hourly")),
        ("Salary £45,000–£55,000 plus bonus", (45_000, 55_000, "GBP", "annual")),
        ("Compensation: €5700 to €7100 per month", (5700, 7100, "EUR", "monthly")),
        ("We manage $120 million in assets for our clients", None),
    ],
)
def test_pay_with_currency_and_period(text: str, expected: tuple[float, float, str, str] | None) -> None:
    found = parse_jd(JDText(text), None).ctc
    assert ((found.min, found.max, found.currency, found.period) if found else None) == expected


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Remote position within the US", "remote"),
        ("Work from Office, five days", "onsite"),
        ("Hybrid, two days in Leeds", "hybrid"),
        ("Hybrid mobile apps with Ionic", None),
    ],
)
def test_work_mode(text: str, mode: str | None) -> None:
    places = parse_jd(JDText(text), None).job_locations
    assert (places[0].work_mode if places else None) == mode


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("We are looking for an experienced, passionate data engineer to join us.", "Data Engineer"),
        ("Network Engineer needed for a hospital in Leeds.", "Network Engineer"),
        ("Title: QA Lead (Remote)\nYou test.", "QA Lead"),
    ],
)
def test_the_title_is_found_in_the_text(text: str, title: str) -> None:
    assert parse_jd(JDText(text), None).role == title


def test_a_given_title_goes_before_all() -> None:
    assert parse_jd(JDText(FULL), "  Site   Reliability Engineer ").role == "Site Reliability Engineer"


@pytest.mark.parametrize(
    ("text", "industries"),
    [
        ("The hospital group runs clinical systems for its patients.", ["Healthcare & Life Sciences", None]),
        (
            "A bank for hospitals: payments, loans and mortgages, medical and clinical patients. Patient care, nursing.",
            ["Healthcare & Life Sciences", "Financial Services"],
        ),
        ("Requirements:\n- You know a bank", None),
        ("We write code.", None),
    ],
)
def test_the_employer_s_industries_are_those_of_most_words(text: str, industries: list[str | None] | None) -> None:
    domain = parse_jd(JDText(text), None).domain
    found = [part.domain if part else None for part in (domain.primary, domain.secondary)] if domain else None
    assert found == industries


def test_the_employer_is_named_by_the_sentences_that_introduce_it() -> None:
    text = "Acme Maps is a maker of maps for hikers. Acme Maps has sold them in nine countries for years."
    parsed = parse_jd(JDText(f"{text}\n\nResponsibilities:\n- Design and draw the maps"), None)
    assert parsed.company_name == "Acme Maps" and parsed.about_company is not None
    assert parsed.about_company.text == text
    assert parse_jd(JDText("Our Engineer is a person who draws."), None).company_name is None


SOUP = "Cut a pumpkin into cubes and sweat them with onions in butter until they begin to brown. Pour in stock and cover the pot."
GERMAN = "Wir suchen eine Entwicklerin für unser Team in Köln. Du schreibst Software mit Java und betreust unsere Kunden. Erfahrung ist von Vorteil."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "too_short"),
        ("Java developer wanted", "too_short"),
        (SOUP * 3, "not_a_jd"),
        (GERMAN * 2, "not_english"),
        (
            "مطلوب مهندس برمجيات لديه خبرة في جافا وقواعد البيانات للعمل في فريقنا في دبي مع رواتب جيدة ومزايا كثيرة",
            "not_english",
        ),
        ("我们正在寻找一位有经验的软件工程师加入我们的团队" * 8, "not_english"),
        ("lorem ipsum " * 40_000, "not_a_jd"),
        (("The whale surfaced and the crew of the ship looked at it for the whole day. " * 3000), "not_a_jd"),
        (FULL, "pass"),
    ],
)
def test_jd_type_tells_what_the_text_is(text: str, kind: str) -> None:
    assert parse_jd(JDText(text), None).JD_type == kind
