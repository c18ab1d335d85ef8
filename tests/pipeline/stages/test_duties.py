"""The duties of a text as whole sentences, and what has not the form of a KRA."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.stages.duties import duties_of, split_lines
from pipeline.stages.encoding import encode_jds
from pipeline.stages.kra_form import refusal
from pipeline.stages.parse import parse_jd
from pipeline.stages.skills import extract_skills
from pipeline.text import JDText, Sentence


def _lines(text: str) -> list[str]:
    return [part.text for part in split_lines(text, Sentence(0, len(text), text, 0))]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "Tune the queries of the portalWrites runbooks for it",
            ["Tune the queries of the portal", "Writes runbooks for it"],
        ),
        ("Tune the queries.Write the runbooks", ["Tune the queries.", "Write the runbooks"]),
        (
            "Keep the portal fast (and small)Write the runbooks",
            ["Keep the portal fast (and small)", "Write the runbooks"],
        ),
        ("Tune PostgreSQL and JavaScript code on GitHub", ["Tune PostgreSQL and JavaScript code on GitHub"]),
        ("Duties Tune the queries of the portal", ["Tune the queries of the portal"]),
        ("Apache Kafka clusters are run by us", ["Apache Kafka clusters are run by us"]),
        ("Reports (40%) – Tune the queries of the portal", ["Reports (40%)", "Tune the queries of the portal"]),
        (
            "Tune the queries - Write the runbooks of the portal",
            ["Tune the queries", "Write the runbooks of the portal"],
        ),
        ("Build ASP.NET services with Node.js", ["Build ASP.NET services with Node.js"]),
    ],
)
def test_a_sentence_is_cut_where_two_lines_lost_the_break_between_them(text: str, lines: list[str]) -> None:
    assert _lines(text) == lines


def test_the_duties_of_a_text_have_their_vectors_and_the_skills_that_they_name(jd: str, indexes: Indexes) -> None:
    glued = jd.replace(
        "- Maintain curated",
        "- Profile slow loads of the lakeMigrate the tables to Apache Iceberg and PySpark\n- Maintain curated",
    )
    text = JDText(glued)
    parsed = parse_jd(text, None)
    (encoded,) = encode_jds([(text, parsed)], indexes.encoder)
    found = {d.sentence.text: d for d in duties_of(encoded, extract_skills(encoded, indexes), indexes)}
    assert list(found)[2:4] == ["Profile slow loads of the lake", "Migrate the tables to Apache Iceberg and PySpark"]
    assert found["Migrate the tables to Apache Iceberg and PySpark"].technologies == 2
    assert all(abs(float(d.vector @ d.vector) - 1) < 1e-5 for d in found.values())
    assert not any("PySpark, SQL" in duty for duty in found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Build curated datasets and dashboards", ""),
        ("Run the I/O tests of storage for customers in the US", ""),
        ("Move 2 billion rows a day", ""),
        ("Write JavaScript, PySpark and PowerShell on GitHub", ""),
        ("Design the RoadmapResponsibilitiesManage all", "two lines that lost the break between them"),
        ("Look after servers: + Windows + Linux", "two lines that lost the break between them"),
        ("3. Look after servers and their storage", "two lines that lost the break between them"),
        ("Look after the servers and", "a sentence that breaks off"),
        ("Look after the following:", "a sentence that breaks off"),
        ("Help us serve the students", "it speaks to the reader"),
        ("Your servers run day and night", "it speaks to the reader"),
        ("Strong knowledge of storage", "a demand on the candidate"),
        ("Grow the revenue of Meadow Dairy", "it names the employer"),
    ],
)
def test_a_sentence_that_is_not_whole_or_not_about_the_work_has_not_the_form_of_a_kra(text: str, reason: str) -> None:
    assert refusal(text, "Meadow Dairy") == reason
