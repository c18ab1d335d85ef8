"""Skills with their rank and their evidence; the old system's misses are found."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.stages.skills import FoundSkill, extract_skills
from pipeline.text import JDText
from tests.conftest import ROOT, shared
from tests.pages_of_old import PAGES


def by_name(text: str, indexes: Indexes, title: str | None = None) -> dict[str, FoundSkill]:
    return {s.name: s for s in extract_skills(JDText(text), title, indexes)}


def test_evidence_is_the_text_at_its_offsets(jd: str, indexes: Indexes) -> None:
    for skill in extract_skills(JDText(jd), None, indexes):
        for mention in skill.mentions:
            assert jd[mention.start : mention.end] == mention.text


def test_a_demand_that_is_taken_back_is_secondary(jd: str, indexes: Indexes) -> None:
    found = by_name(jd, indexes)
    assert found["PySpark"].is_primary and found["Kafka"].is_primary
    assert [found[n].is_primary for n in ("Docker", "CI/CD", "Kubernetes")] == [False, False, False]


def test_examples_in_brackets_are_secondary(indexes: Indexes) -> None:
    found = by_name("Requirements:\n- Familiar with CI/CD pipelines (GitHub Actions or Jenkins)\n", indexes)
    assert (found["CI/CD"].is_primary, found["Jenkins"].is_primary) == (True, False)


def test_a_skill_of_the_title_is_primary(indexes: Indexes) -> None:
    text = "Requirements:\n- Kafka\nNice to have\n- Scala\n"
    assert not by_name(text, indexes)["Scala"].is_primary
    assert by_name(text, indexes, "Scala Developer")["Scala"].is_primary


def test_a_term_beside_known_skills_is_a_new_skill(jd: str, indexes: Indexes) -> None:
    new = by_name("Requirements:\n- Kafka, Zephyrine, Python and SQL\n", indexes)["Zephyrine"]
    assert (new.slug, new.is_primary) == (None, True)


def test_standing_text_holds_no_skills(indexes: Indexes) -> None:
    text = "Requirements:\n- Java\n- SQL Acme is an equal opportunity employer and drug-free, and uses Oracle, Python and Slack."
    assert set(by_name(text, indexes)) == {"Java", "SQL"}


NAMED = {
    PAGES[0]: "PySpark,SQL,Apache Hive,Hadoop,Apache Spark,Kafka,Shell Scripting,AWS,Google Cloud Platform,Microsoft Azure,GitHub,"
    "HBase,Couchbase,MongoDB",
    PAGES[1]: "PHP,REST,AWS,Google Cloud Platform,Microsoft Azure,Node.js,Python,Redis,Memcached",
}


@pytest.mark.parametrize("page", NAMED)
def test_what_the_old_system_missed_is_found(page: str, indexes: Indexes) -> None:
    text = shared(f"seeds/{page}.txt").read_text(encoding="utf-8")
    jd = text[text.index("Job description\n") + 16 : text.index("Skills from this JD")]
    assert set(NAMED[page].split(",")) <= set(by_name(jd, indexes))


def test_markup_does_not_move_the_evidence(indexes: Indexes) -> None:
    raw = (ROOT / "seeds" / "jds" / "05-frontend-pasted-as-html.txt").read_text(encoding="utf-8")
    found = by_name(raw, indexes)
    assert {"React", "TypeScript", "Redux Toolkit", "Next.js", "WCAG"} <= set(found)
    assert all(raw[m.start : m.end] == m.text and "<" not in m.text for s in found.values() for m in s.mentions)
