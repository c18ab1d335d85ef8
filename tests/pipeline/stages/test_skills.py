"""Skills with their rank and their mentions; the old system's misses are found."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.stages.skills import FoundSkill, extract_skills
from tests.conftest import ROOT, shared
from tests.encoded_texts import encoded
from tests.pages_of_old import PAGES


def by_name(text: str, indexes: Indexes, title: str | None = None) -> dict[str, FoundSkill]:
    return {s.name: s for s in extract_skills(encoded(text, title, indexes), indexes)}


def test_a_mention_is_the_text_at_its_offsets(jd: str, indexes: Indexes) -> None:
    found = by_name(jd, indexes)
    assert {
        name: [m.text for m in found[name].mentions] for name in ("PySpark", "Kafka", "Kubernetes", "Zephyrine")
    } == {
        "PySpark": ["PySpark"],
        "Kafka": ["Kafka"],
        "Kubernetes": ["K8s"],
        "Zephyrine": ["Zephyrine"],
    }
    assert all(skill.mentions for skill in found.values())
    mentions = [m for skill in found.values() for m in skill.mentions]
    assert [jd[m.start : m.end] for m in mentions] == [m.text for m in mentions]
    assert {m.section for m in mentions} == {"responsibilities", "requirements"}  # Juniper is the employer


def test_a_demand_that_is_taken_back_is_secondary(jd: str, indexes: Indexes) -> None:
    found = by_name(jd, indexes)
    assert found["PySpark"].is_primary and found["Kafka"].is_primary
    assert [found[n].is_primary for n in ("Docker", "CI/CD", "Kubernetes")] == [False, False, False]


def test_examples_in_brackets_are_secondary(indexes: Indexes) -> None:
    found = by_name("Requirements:\n- Familiar with CI/CD pipelines (GitHub Actions or Jenkins)\n", indexes)
    assert (found["CI/CD"].is_primary, found["Jenkins"].is_primary) == (True, False)


@pytest.mark.parametrize(
    ("sentence", "excluded"),
    [
        ("COBOL is not required", "COBOL"),
        ("No experience with COBOL is needed", "COBOL"),
        ("You do not need to know COBOL", "COBOL"),
        ("Java, not JavaScript", "JavaScript"),
        ("We use Java instead of COBOL", "COBOL"),
    ],
)
def test_what_the_text_does_not_ask_for_is_no_skill(sentence: str, excluded: str, indexes: Indexes) -> None:
    found = by_name(f"Requirements:\n- Java and SQL\n- {sentence}\n", indexes)
    assert {"Java", "SQL"} <= set(found) and excluded not in found


def test_not_required_but_welcome_is_secondary(indexes: Indexes) -> None:
    found = by_name("Requirements:\n- Java and SQL\n- Docker/CI/K8s experience is not required but relevant\n", indexes)
    assert [found[n].is_primary for n in ("Java", "Docker", "CI/CD", "Kubernetes")] == [True, False, False, False]


def test_a_heading_that_names_skills_speaks_for_itself(indexes: Indexes) -> None:
    text = (
        "Position Title : Cloud Engineer\nMust have skills : Python, Terraform\nGood to have skills : Redis, Hadoop\n"
        "Minimum 4 years of experience is required\nYou will run the platform of our freight team and look after its costs."
    )
    found = by_name(text, indexes)
    assert [found[n].is_primary for n in ("Python", "Terraform", "Redis", "Hadoop")] == [True, True, False, False]


def test_a_word_that_names_a_team_is_no_demand(indexes: Indexes) -> None:
    mentioned = "Responsibilities:\n- Talk with the testing team about what they found\n- Write Java\n"
    asked = "Requirements:\n- Experience with software testing, test automation and Java\n"
    assert "Software Testing" not in by_name(mentioned, indexes)
    assert by_name(asked, indexes)["Software Testing"].confidence > 0.56


def test_words_that_lost_their_line_break_are_no_new_skill(indexes: Indexes) -> None:
    text = "Requirements:\n- Kafka, Java and SQL ResponsibilitiesCreate tables, Zephyrine and Python\n"
    found = by_name(text, indexes)
    assert {"Kafka", "Java", "SQL", "Python"} <= set(found)
    assert not any("Responsibilities" in name for name in found)


def test_a_skill_of_the_title_is_primary(indexes: Indexes) -> None:
    text = "Requirements:\n- Kafka\nNice to have\n- Scala\n"
    assert not by_name(text, indexes)["Scala"].is_primary
    assert by_name(text, indexes, "Scala Developer")["Scala"].is_primary


def test_a_term_beside_known_skills_is_a_new_skill(jd: str, indexes: Indexes) -> None:
    new = by_name("Requirements:\n- Kafka, Zephyrine, Python and SQL\n", indexes)["Zephyrine"]
    assert (new.slug, new.is_primary) == (None, True)


def test_boilerplate_holds_no_skills(indexes: Indexes) -> None:
    text = "Requirements:\n- Java\n- SQL Acme is an equal opportunity employer and drug-free, and uses Oracle, Python and Slack."
    assert set(by_name(text, indexes)) == {"Java", "SQL"}


NAMED = {
    PAGES[
        0
    ]: "PySpark,SQL,Apache Hive,Hadoop,Apache Spark,Kafka,Shell Scripting,AWS,Google Cloud Platform,Microsoft Azure,GitHub,"
    "HBase,Couchbase,MongoDB",
    PAGES[1]: "PHP,REST,AWS,Google Cloud Platform,Microsoft Azure,Node.js,Python,Redis,Memcached",
}


@pytest.mark.parametrize("page", NAMED)
def test_what_the_old_system_missed_is_found(page: str, indexes: Indexes) -> None:
    text = shared(f"seeds/{page}.txt").read_text(encoding="utf-8")
    jd = text[text.index("Job description\n") + 16 : text.index("Skills from this JD")]
    assert set(NAMED[page].split(",")) <= set(by_name(jd, indexes))


def test_markup_does_not_move_the_mentions(indexes: Indexes) -> None:
    raw = (ROOT / "seeds" / "jds" / "05-frontend-pasted-as-html.txt").read_text(encoding="utf-8")
    found = by_name(raw, indexes)
    assert {"React", "TypeScript", "Redux Toolkit", "Next.js", "WCAG"} <= set(found)
    assert all(raw[m.raw_start : m.raw_end] == m.text and "<" not in m.text for s in found.values() for m in s.mentions)
