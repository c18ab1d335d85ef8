"""Years that are demanded in the notations that occur, and years that are somebody else's."""

import time

import pytest

from pipeline.stages.parse.experience import experience
from pipeline.text import JDText

JD = "Data Engineer\n\nYou will build pipelines for our claims team.\n\nWhat you bring\n- Solid SQL.\n- "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5+ yrs of Python", (5, None)),
        ("5 - 7 years experience", (5, 7)),
        ("Between three and five years' experience in data work", (3, 5)),
        ("Minimum (5) five years of experience", (5, None)),
        ("5years of experience", (5, None)),
        ("5+yoe in backend", (5, None)),
        ("At least half a decade of experience", (5, None)),
        ("A decade of experience in data engineering", (10, None)),
        ("Over a decade of hands-on experience", (10, None)),
        ("18 months of experience with Spark", (1, None)),
        ("2-3yrs of exp", (2, 3)),
        ("10 or more years of professional experience", (10, None)),
        ("Over 8 years of experience in Java", (8, None)),
        ("You have worked with Java for at least 4 years", (4, None)),
        ("Six to eight years in a similar role", (6, 8)),
        ("7 years or more of Python", (7, None)),
        ("3 years and above of relevant experience", (3, None)),
        ("Proven experience (4+ years) with AWS", (4, None)),
        ("Experience: 4+ years", (4, None)),
        ("Years of experience: 5-8", (5, 8)),
        ("Exp: 3-6 yrs", (3, 6)),
        ("Relevant experience - 6 to 9 Years", (6, 9)),
        ("Total Experience: 8+", (8, None)),
        ("Experience required: 2 - 4", (2, 4)),
        ("1-2 years of experience", (1, 2)),
        ("0-1 years of experience", (0, 1)),
        ("Less than 2 years of professional experience", (0, 2)),
        ("Maximum of 4 years of experience", (0, 4)),
        ("No more than five years of work experience", (0, 5)),
        ("Twelve years of experience in networks", (12, None)),
        ("Twenty years of experience in banking IT", (20, None)),
        ("More than 6 years working as a developer", (6, None)),
        ("4+ years building ETL pipelines", (4, None)),
        ("5+ years as a data engineer", (5, None)),
        ("3 plus years of experience", (3, None)),
        ("Minimum 2 yrs exp in SQL", (2, None)),
        ("8+ years of software development experience; 3+ years with Go", (8, None)),
        ("3+ years with Go; 8+ years of overall experience", (8, None)),
        ("Go (2+ years), Python (5+ years)", (5, None)),
        ("Bachelor's degree and 5 years of experience, or Master's degree and 3 years of experience", (5, None)),
        ("4-year degree in Computer Science and 2+ years of experience", (2, None)),
        ("3 to 5+ years of experience", (3, 5)),
        ("3+ to 5 years of experience", (3, 5)),
        ("1 year to 3 years of experience in testing", (1, 3)),
        ("At least one year of experience with React", (1, None)),
        ("A minimum of one (1) year of experience in support", (1, None)),
        ("Minimum of ten (10) years’ experience", (10, None)),
        ("5–8 Years’ hands on experience", (5, 8)),
        ("2.5+ years of experience", (2, None)),
        ("You bring 6+ years' industry experience", (6, None)),
        ("We need someone with 9 years of experience in C++", (9, None)),
        ("With at least 5 years of experience in Java, you are the one we look for", (5, None)),
        ("Our ideal candidate has 7 years of experience", (7, None)),
        ("Ideally 3 years of experience with Kafka. At least 6 years of experience with Java.", (6, None)),
        ("Required: 4 years of Java. Preferred: 8 years of Java.", (4, None)),
        ("5+ years of experience in Java, preferably in a bank", (5, None)),
        ("Senior: 8+ years of experience", (8, None)),
        ("Experience\n  5+ years with SQL", (5, None)),
        ("Work experience of 3-5 years in QA", (3, 5)),
        ("Four years experience with Oracle", (4, None)),
        ("you have been coding for 10+ years", (10, None)),
        ("2+ decades of experience in mainframes", (20, None)),
        ("≥ 5 years of experience", (5, None)),
        (">3 years experience in DevOps", (3, None)),
        ("5+ years exp. with Linux", (5, None)),
        ("Experience Level: 3-5 years", (3, 5)),
        ("Must have: 6+ years Java, 4+ years Spring", (6, None)),
        ("3 YEARS OF EXPERIENCE IN SALES", (3, None)),
        ("Java: 5 years (Required)", (5, None)),
        ("8 yrs+ of Java experience", (8, None)),
        ("8 years+ experience in Java", (8, None)),
        ("experience in the range of 4 to 6 years", (4, 6)),
        ("five-plus years of experience", (5, None)),
        ("3-year experience in support", (3, None)),
        ("candidates with 3-5 years' post-qualification experience", (3, 5)),
        ("At least 24 months of experience in a call centre", (2, None)),
        ("~5 years of experience", (5, None)),
        ("Experience (years): 7+", (7, None)),
        ("Min. 5 years in a product role", (5, None)),
    ],
)
def test_years_are_read(text: str, expected: tuple[int, int | None]) -> None:
    found = experience(JDText(JD + text))
    assert found is not None
    assert (found.min, found.max) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We have been in business for over 30 years.",
        "For more than 40 years, Brightwell has served farmers with experience and care.",
        "Applicants must be over 21 years old.",
        "The contract runs for 3 years with an option to extend.",
        "This is a 12-month contract.",
        "Contract length: 2 years",
        "A four-year degree in physics.",
        "Our team has a combined 60 years of experience.",
        "Founded 15 years ago, we build boats and have fun at work.",
        "Within your first two years you will lead a team of engineers.",
        "Over the last 5 years we have doubled in size, working with banks.",
        "Our product has a 10 year roadmap with many features.",
        "Drawing on 35 years of experience, Norvale is a leader in pumps.",
        "Our founders bring 20 years of experience in retail.",
        "The machines carry a 5 year warranty.",
        "Options vest over 4 years with a one year cliff.",
        "You must have lived in the UK for the last 5 years.",
        "You get a sabbatical after 5 years of service.",
        "Help us plan the next 10 years of the grid.",
        "Maintain a system that has been running for 12 years.",
        "Tested by audit every 2 years.",
        "Duration: 6+ months",
        "Graduates of the last 2 years are welcome.",
        "Experience with Java 8 and 11",
        "Several years of experience",
        "Kids of staff under 12 years play in our day care.",
        "Passport valid for at least 2 years.",
        "You hold a licence for 3 years or more? Good.",
        "Acme, with 50+ years of experience in optics, makes lenses.",
        "Our 25+ years of experience in logistics make us strong.",
        "The firm has 12 years of experience in tax.",
        "Fixed term of 2 years, working in Leeds.",
        "5 weeks of leave, rising by a day each year up to 5 years of service.",
    ],
)
def test_years_of_something_else_are_no_experience(text: str) -> None:
    assert experience(JDText(JD + text)) is None


def test_years_say_where_they_stand() -> None:
    text = JD + "At least 4 years of experience with Rust.\n- Humour."
    found = experience(JDText(text))
    assert found is not None and found.source is not None
    assert text[found.source.start : found.source.end] == found.raw == "4 years of experience with Rust"


def test_a_quoted_phrase_alone_is_read() -> None:
    found = experience(JDText("six years"))
    assert found is not None and (found.min, found.max) == (6, None)


@pytest.mark.parametrize(
    "fragment", ["5 ", "year ", "yr", "mos ", "1 year ", " ", "\r\n", "(", "five ", "with 5 years, a", "exp: 5", "- "]
)
def test_years_are_read_in_time_that_grows_with_the_text(fragment: str) -> None:
    jd = JDText(fragment * (100_000 // len(fragment)))
    assert jd.view
    start = time.perf_counter()
    experience(jd)
    assert time.perf_counter() - start < 1.5
