"""What a text is: a job description, another text, too little, or in another language."""

import pytest

from pipeline.stages.parse.usable import jd_type
from pipeline.text import JDText


@pytest.mark.parametrize(
    "text",
    [
        "Kotlin Developer - Kochi - Immediate joiners\nKotlin, Ktor, Kafka, Helm, Redis, Grafana\nExp: 3-6 yrs\nCTC: 15-19 LPA\nMail your CV",
        "Warehouse Operative\nNights, Mon-Thu 22:00-06:00\nGBP 13.20 per hour, weekly pay\nPicking, packing, loading. Start Monday.",
        "We need a line cook for weekends. Pay $19/hour plus tips. Kitchen background helpful. Call or stop by after 2 pm.",
        "Rust dev, Tartu\nRust, gRPC, PostgreSQL, NATS, Prometheus\nSalary EUR 4200-5900 gross, relocation, stock options, sauna",
        "QA Engineer - Bremen\nSelenium, Playwright, JMeter, Cucumber\nErfahrung 3+ yrs\nRemote 60%\nRate EUR 70/h\nSend CV",
        "MM Consultant\nW2 only, no C2C\nBoise ID onsite\nRate: $66/hr\nMust have: S/4HANA, ten years of procurement work",
    ],
)
def test_a_terse_advertisement_is_a_job_description(text: str) -> None:
    assert jd_type(JDText(text)) == "pass"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Embedded Engineer",
            "Write drivers in C for CAN and SPI, bring up boards, debug with JTAG, run the unit tests in Jenkins every night.",
        ),
        (
            "Salesforce Administrator",
            "Manage profiles and permission sets, build flows and dashboards in Sales Cloud, load files with Data Loader.",
        ),
    ],
)
def test_a_title_that_was_given_says_what_its_text_is(title: str, text: str) -> None:
    assert jd_type(JDText(text)) == "not_a_jd"
    assert jd_type(JDText(text), title) == "pass"
    assert jd_type(JDText(text), "Notes on a bridge") == "not_a_jd"


def test_english_among_another_language_is_english() -> None:
    text = (
        "Ingénieur DevOps (H/F)\n\nAbout the role\nYou will run our platform, automate releases and keep an eye on cost. "
        "You need three years of experience with Linux.\n\nAvantages: tickets restaurant, mutuelle, télétravail deux jours par semaine."
    )
    assert jd_type(JDText(text)) == "pass"


@pytest.mark.parametrize(
    "text",
    [
        "Full Stack Developer\n\nCerchiamo uno sviluppatore con esperienza in Java e Angular per un progetto bancario. Offriamo formazione.",
        "Data Engineer\n\nKeresünk egy tapasztalt adatmérnököt budapesti csapatunkba. Feladatok: adatfolyamatok tervezése, SQL fejlesztések.",
        "Arbejdsopgaver: Du kommer til at bygge vores platform med et team på otte. Vi forventer at du har erfaring med Azure og taler dansk.",
        "Backend Engineer\n\nVi söker dig som vill bygga betalningar. Du har minst tre års erfarenhet av Java, trivs i team och skriver tester.",
    ],
)
def test_an_english_title_does_not_make_a_text_english(text: str) -> None:
    assert jd_type(JDText(text)) == "not_english"


@pytest.mark.parametrize(
    "text",
    [
        "Ann Hill\nDeveloper with nine years of experience in Java. I have led a team at Elm, where I built its billing. "
        "Before that I worked as a tester. References available on request.",
        "The bank raised its rate by a quarter of a point and said that inflation would stay above its target for the rest of the year.",
        "This Agreement is made between the Supplier and the Customer. The Customer shall pay the price within thirty days of the invoice.",
        "Great phone! The battery lasts two days and the camera is better than that of my old one. I would buy it again for my wife.",
    ],
)
def test_a_cv_and_other_prose_are_no_job_description(text: str) -> None:
    assert jd_type(JDText(text)) == "not_a_jd"
