"""What speaks against a proposal; the texts are as job boards have them."""

import pytest

from pipeline.stages.weak_proposals import ProposedTerm, weak_kra, weak_skill, weak_title


@pytest.mark.parametrize(
    ("name", "jd", "reason"),
    [
        ("Physics", "Degree in Computer Science, Math, Physics or Economics", "a field of study"),
        ("Optometry", "A bachelor degree in Nursing, Optometry or alike", "a field of study"),
        ("Green", "Six sigma certification (Green or Black belt)", "a colour"),
        ("Dublin", "SQL, Python, Dublin", "a place"),
        ("Alpharetta", "based in Alpharetta, GA with Java", "a place"),
        ("MarqMetrix", "Join MarqMetrix and write Python", "the employer’s name"),
        ("KonaKart", "BroadLeaf or KonaKart is a plus", ""),
        ("Salary+", "Competitive Base Salary+ Benefits", "a word with a sign of a list behind it"),
        ("JUnitSo", "PHP- JUnitSo, if you are an engineer", "two words that lost the break between them"),
        (
            "AccessMaintains",
            "Word, Excel, and AccessMaintains documentation",
            "two words that lost the break between them",
        ),
        ("CSD/TRD", "writing CSD/TRD", "more than one term"),
        ("Database", "MongoDB, Database (DB2/Oracle)", "an ordinary word"),
        ("Dataform", "using dbt or Dataform", ""),
        ("CallMiner", "preferably CallMiner or a similar tool", ""),
        ("C++", "Java, C++", ""),
        ("Process Variation Reduction", "Lean Manufacturing and Process Variation Reduction", ""),
    ],
)
def test_a_skill_is_weak_for_a_reason(name: str, jd: str, reason: str) -> None:
    assert weak_skill(ProposedTerm(name, jd)) == reason


def test_a_part_of_the_employers_name_is_no_skill() -> None:
    assert weak_skill(ProposedTerm("Quartz", "Python and Quartz", "Quartz Holding")) == "the employer’s name"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Build curated datasets and dashboards", ""),
        ("- Communicates progress, risks, and blockers clearly", ""),
        ("Driving an implementation of the storage system", ""),
        ("Effectively communicate project status", ""),
        ("Data Governance: Establish quality tests", ""),
        ("Evaluation of prototype devices", ""),
        ("Apply reusable patterns and macros", ""),
        ("Experience with big data tools: Hive, Impala", "a demand on the candidate"),
        ("PMP certification is a plus", "a demand on the candidate"),
        ("Help us serve our students", "it speaks to the reader"),
        ("Meadow Dairy Cooperative, Cork, Ireland", "it does not read like a duty"),
        ("Strong oral and written communication skills", "it does not read like a duty"),
        ("Design the RoadmapResponsibilitiesManage all", "two lines that lost the break between them"),
    ],
)
def test_a_kra_is_weak_unless_it_reads_like_a_duty(text: str, reason: str) -> None:
    assert weak_kra(ProposedTerm(text)) == reason


def test_a_kra_that_names_the_employer_is_weak() -> None:
    assert weak_kra(ProposedTerm("Grow the revenue of Meadow Dairy", "", "Meadow Dairy")) == "it names the employer"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Analyst", "a title that names no field of work"),
        ("Managers", "a title that names no field of work"),
        ("Harbour Pilot", ""),
        ("Project Coordinator", ""),
    ],
)
def test_a_title_of_one_broad_word_is_weak(title: str, reason: str) -> None:
    assert weak_title(ProposedTerm(title)) == reason
