"""Which degrees a sentence names, and whether it requires them."""

import pytest

from pipeline.stages.parse.education import education
from pipeline.text import JDText

BACHELOR, MASTER, DOCTORATE, SCHOOL, ASSOCIATE = "Bachelor's", "Master's", "Doctorate", "High School", "Associate"


def read(sentence: str) -> list[tuple[str, str]]:
    jd = JDText(
        f"Senior Tester\n\nWhat you need\n- Experience with tools.\n- {sentence}\n- Good humour in all weathers."
    )
    return [(entry.level, entry.requirement) for entry in education(jd)]


@pytest.mark.parametrize(
    ("sentence", "level"),
    [
        ("B.Eng/M.Eng in Mechatronics", BACHELOR),
        ("Education: BE / B.Tech / MCA", BACHELOR),
        ("BSEE/MSEE with 4+ years in analog design", BACHELOR),
        ("B. Tech / M. Tech (CSE)", BACHELOR),
        ("BSc, MSc or PhD in Physics", BACHELOR),
        ("BS + 5 years or MS + 3 years of relevant work.", BACHELOR),
        ("Qualification - Graduate", BACHELOR),
        ("Any graduate with good typing speed.", BACHELOR),
        ("Educated to degree level, preferably in a numerate subject.", BACHELOR),
        ("A 4-year degree or the equivalent in practice", BACHELOR),
        ("Batchelors Degree in Hydrology", BACHELOR),
        ("M.S. or Ph.D. in Electrical Engineering.", MASTER),
        ("You have a master degree.", MASTER),
        ("Post graduate in Commerce or MBA Finance.", MASTER),
        ("Advanced degree in a quantitative subject", MASTER),
        ("Doctorate in chemistry.", DOCTORATE),
        ("A.A.S. in Respiratory Therapy", ASSOCIATE),
        ("Diploma or Degree in Information Technology", ASSOCIATE),
        ("Minimum of a two-year technical degree", ASSOCIATE),
        ("High school diploma/GED", SCHOOL),
        ("10+2 or diploma holders can apply", SCHOOL),
        ("You have completed your studies in geology.", BACHELOR),
        ("Graduation is a must", BACHELOR),
        ("HND/HNC or degree qualified in Electrical Engineering", ASSOCIATE),
        ("PhD (or MSc with 3 years) in computational biology", MASTER),
    ],
)
def test_a_degree_is_read_in_every_notation_and_the_lowest_suffices(sentence: str, level: str) -> None:
    assert read(sentence) == [(level, "required")]


@pytest.mark.parametrize(
    "sentence",
    [
        "You will own our master data and its governance.",
        "MS Office and MS SQL Server are used daily.",
        "Work with the BA and the QA in the squad.",
        "BA with five years in agile teams.",
        "BE proactive and BE kind.",
        "AS/400 administration and RPG.",
        "Office in Boston, MA or New York.",
        "LLM agents and MFA rollout.",
        "A high degree of independence is expected.",
        "Monitor temperatures within two degrees Celsius.",
        "Our PhDs publish at top conferences.",
        "Join our graduate programme for young engineers.",
        "Supervise PhD students in the lab.",
        "We offer tuition reimbursement for your master's degree.",
        "Eight years of practice in lieu of a degree are fine.",
        "Degree not required.",
        "You don't need a degree to apply.",
        "Help patients with MS or Parkinson's",
        "Manage the vendor master and the product master files",
        "Graduate Engineer Trainee",
        "Six degrees of freedom robots",
        "A level of craftsmanship",
    ],
)
def test_other_trades_the_employer_and_what_is_waived_are_no_demand(sentence: str) -> None:
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "entries"),
    [
        ("BSc in Physics needed; an MSc would be an asset.", [(BACHELOR, "required"), (MASTER, "preferred")]),
        ("Bachelor's degree (Master's preferred) in CS.", [(BACHELOR, "required"), (MASTER, "preferred")]),
        ("Bachelor's degree required, doctorate preferred.", [(BACHELOR, "required"), (DOCTORATE, "preferred")]),
        ("GED required; associate's degree a plus.", [(SCHOOL, "required"), (ASSOCIATE, "preferred")]),
        ("Masters preferred, bachelors required.", [(MASTER, "preferred"), (BACHELOR, "required")]),
        ("Associates degree, technical college, or some coursework preferred.", [(ASSOCIATE, "preferred")]),
        ("BSc in Optics or a related field (BONUS).", [(BACHELOR, "preferred")]),
        ("Bachelors or masters, computer science preferred.", [(BACHELOR, "required")]),
        ("BTech/MTech (preferably in ECE)", [(BACHELOR, "required")]),
        ("Bachelor's degree in CS, AWS knowledge preferred.", [(BACHELOR, "required")]),
        ("A degree in CS, IT or a related field is preferred.", [(BACHELOR, "preferred")]),
        ("A degree is not required but would be nice.", [(BACHELOR, "preferred")]),
        ("Ideally you hold a degree in economics.", [(BACHELOR, "preferred")]),
        ("Nice to have: MBA", [(MASTER, "preferred")]),
        ("B.S. degree in geology (preferred: M.S. degree)", [(BACHELOR, "required"), (MASTER, "preferred")]),
        ("Advanced degree and/or industry certifications a plus.", [(MASTER, "preferred")]),
        ("Bachelor's degree in Geology (preferred, but not required)", [(BACHELOR, "preferred")]),
        ("AA/AS degree in accounting, BA a plus", [(ASSOCIATE, "required"), (BACHELOR, "preferred")]),
        ("It would be great if you had a degree in design.", [(BACHELOR, "preferred")]),
        ("At least a Bachelor's, ideally a Master's, in geology", [(BACHELOR, "required"), (MASTER, "preferred")]),
    ],
)
def test_what_is_required_and_what_is_a_plus_goes_by_the_clause(sentence: str, entries: list[tuple[str, str]]) -> None:
    assert read(sentence) == entries


def test_an_entry_has_its_field_of_study_its_clause_and_its_place() -> None:
    text = "Requirements\n- Five years of work; a Bachelor's degree in Marine Biology or similar\n- Patience"
    (entry,) = education(JDText(text))
    assert entry.qualification == "BTECH/BE/BSC - Marine Biology"
    assert entry.raw == "a Bachelor's degree in Marine Biology or similar"
    assert entry.source is not None
    (choice,) = education(JDText("Requirements\n- BS/MS in Applied Mathematics with honours"))
    assert choice.qualification == "BTECH/BE/BSC - Applied Mathematics"
    assert text[entry.source.start : entry.source.end] == "Bachelor's degree in Marine Biology"


def test_a_heading_of_wishes_makes_a_degree_a_wish() -> None:
    text = "Tester\n\nRequirements\n- Bachelor's degree\n\nNice to have\n- Master's degree in Statistics\n"
    assert [(e.level, e.requirement) for e in education(JDText(text))] == [
        (BACHELOR, "required"),
        (MASTER, "preferred"),
    ]
