"""Terms that the catalog lacks: joined over their spellings, judged by what is around them, never the text's other names."""

import pytest

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.stages.skills import FoundSkill, extract_skills
from pipeline.stages.skills.candidates import merged, term_key
from tests.conftest import ROOT
from tests.encoded_texts import encoded

HEAD = "Platform Engineer\n\nWhat you need\n- Good command of Java, MySQL and Linux.\n"


def terms(lines: str, indexes: Indexes) -> dict[str, FoundSkill]:
    found = extract_skills(encoded(HEAD + lines, None, indexes), indexes)
    return {skill.name: skill for skill in found if skill.slug is None}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Quill DB", "QuillDB"),
        ("quill-db", "QuillDB"),
        ("Zephyrine 4.2", "Zephyrine"),
        ("Zephyrine v3", "zephyrine"),
        ("feature stores", "Feature Store"),
    ],
)
def test_spellings_of_a_term_have_one_key(first: str, second: str) -> None:
    assert term_key(first) == term_key(second)


@pytest.mark.parametrize(
    ("first", "second"), [("C", "C++"), ("Quill", "Quilt"), ("S3", "S4"), ("ISO 27001", "ISO 9001"), ("class", "clas")]
)
def test_other_terms_have_other_keys(first: str, second: str) -> None:
    assert term_key(first) != term_key(second)


def test_overlapping_spans_are_merged() -> None:
    assert merged([(8, 12), (0, 5), (3, 6), (6, 7)]) == [(0, 6), (6, 7), (8, 12)]


def test_a_name_in_a_list_of_skills_is_a_term_once_for_all_its_spellings(indexes: Indexes) -> None:
    found = terms("- Experience with Kafka, QuillDB and Terraform.\n- You tune Quill DB and Kafka.\n", indexes)
    assert [m.text for m in found["QuillDB"].mentions] == ["QuillDB", "Quill DB"]
    assert found["QuillDB"].nature is None and 0.5 < found["QuillDB"].confidence < 1.0


@pytest.mark.parametrize(
    "line",
    [
        "- You enjoy hiking and good coffee with colleagues.",
        "- Work from our office in Hong Kong or from home.",
        "- We are Zephyrine GmbH, and Zephyrine is hiring.",
        "- A bachelor's degree in physics or a related field.",
        "- No Snobol, please.",
    ],
)
def test_what_is_no_skill_is_no_term(line: str, indexes: Indexes) -> None:
    assert terms(line + "\n", indexes) == {}


def test_a_term_never_covers_a_catalog_skill(indexes: Indexes) -> None:
    found = extract_skills(encoded(HEAD + "- Java QuillDB bindings, Kafka and Terraform.\n", None, indexes), indexes)
    spans = sorted((m.start, m.end, s.slug) for s in found for m in s.mentions)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False) if None in (a[2], b[2]))


@pytest.mark.parametrize(
    "term", ["QuillExperience", "servicesQuill", "andQuill", "KafkaTerraform", "KafkaImplementation"]
)
def test_words_that_are_glued_together_are_no_term(term: str, indexes: Indexes) -> None:
    assert terms(f"- Experience with Docker, {term} and Ansible.\n", indexes) == {}


def test_the_rest_of_a_longer_name_is_no_term(indexes: Indexes) -> None:
    assert "Frobnic" not in terms("- Experience with Kafka, Frobnic Terraform and Ansible.\n", indexes)


@pytest.mark.parametrize("glued", ["KafkaTerraform", "ServerMYSQL"])
def test_names_that_lost_the_blank_between_them_are_no_term(glued: str, indexes: Indexes) -> None:
    assert glued not in terms(f"- Experience with Kafka, {glued} and Terraform.\n", indexes)


def test_what_one_skill_of_the_catalog_is_called_is_no_new_term(indexes: Indexes) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds" / "jds").glob("*.txt"))]
    for text in texts:
        for skill in extract_skills(encoded(text, None, indexes), indexes):
            owners = {form.skill_slug for form in indexes.aliases.usable(fold_key(skill.name))}
            assert skill.slug is not None or len(owners) != 1, (text[:40], skill.name)
