"""The maturity of a stack, from facts of its skills."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import TechStackMaturity
from pipeline.stages.enrichment import client_output
from pipeline.stages.enrichment.matched import matched_skills
from pipeline.stages.enrichment.maturity import stack_key, stack_of, tech_stack_maturity
from tests.pipeline.stages.enrichment.small import extraction


class Kept(dict[str, TechStackMaturity]):
    """Judgements that were made before."""

    def put(self, key: str, maturity: TechStackMaturity) -> None:
        self[key] = maturity


@pytest.mark.parametrize(
    ("skills", "secondary", "label", "deciding"),
    [
        ("docker kubernetes terraform java", "", "Modern Cloud Native", ["Docker", "Kubernetes", "Terraform"]),
        ("cobol", "cobol sql", "Legacy", ["COBOL"]),
        ("java cobol sql", "", "Established", ["SQL", "COBOL"]),
        ("java numpy pytorch", "", "Mainstream Modern", ["PyTorch", "Java", "NumPy"]),
        ("java numpy sql pytorch", "", "Mainstream", ["Java", "NumPy"]),
        ("pair-writer", "", "Cutting Edge", ["Pair Writer"]),
    ],
)
def test_the_maturity_of_a_stack_follows_the_bands_of_its_skills(
    skills: str, secondary: str, label: str, deciding: list[str], small: Indexes
) -> None:
    matched = matched_skills(extraction(skills, secondary=secondary), small)
    judged = tech_stack_maturity(matched)
    assert (judged.label, judged.deciding_skills) == (label, deciding)
    assert all(name in judged.reasoning for name in deciding)


def test_the_reasoning_says_which_skills_decided_and_what_the_others_are(small: Indexes) -> None:
    output = client_output(extraction("docker kubernetes terraform java"), small)
    assert output.tech_stack_maturity.reasoning == (
        "Docker, Kubernetes and Terraform decide for Modern Cloud Native. Of 4 skills 1 mainstream and 3 modern, and 75% of "
        "their weight is made for the cloud."
    )


def test_a_primary_skill_weighs_more_than_a_secondary_one(small: Indexes) -> None:
    modern = matched_skills(extraction("docker kubernetes", secondary="sql"), small)
    old = matched_skills(extraction("sql", secondary="docker kubernetes"), small)
    assert tech_stack_maturity(modern).label == "Modern Cloud Native"
    assert tech_stack_maturity(old).label == "Mainstream"


def test_ideas_count_only_where_few_technologies_are_named(small: Indexes) -> None:
    few = matched_skills(extraction("cobol agile code-review"), small)
    assert [p.slug for p in stack_of(few)] == ["agile", "cobol", "code-review"]
    many = matched_skills(extraction("cobol java sql agile code-review"), small)
    assert [p.slug for p in stack_of(many)] == ["cobol", "java", "sql"]


def test_nothing_is_said_of_a_stack_without_skills(small: Indexes) -> None:
    output = client_output(extraction("teamwork transformers", role=False), small)
    assert output.tech_stack_maturity.label == "Unknown" and output.tech_stack_maturity.deciding_skills == []


def test_the_same_set_of_skills_is_answered_from_what_is_kept_in_whatever_order(small: Indexes) -> None:
    kept = Kept()
    first = tech_stack_maturity(matched_skills(extraction("docker java sql"), small), kept)
    again = tech_stack_maturity(matched_skills(extraction("sql docker java"), small), kept)
    assert (first.cache_hit, again.cache_hit) == (False, True)
    assert again.model_copy(update={"cache_hit": False}) == first
    other = tech_stack_maturity(matched_skills(extraction("docker java", secondary="sql"), small), kept)
    assert not other.cache_hit and len(kept) == 2


def test_the_key_of_a_stack_changes_with_a_fact_of_a_skill(small: Indexes) -> None:
    stack = stack_of(matched_skills(extraction("docker java sql"), small))
    changed = (stack[0]._replace(band="MAINSTREAM"), *stack[1:])
    assert stack_key(stack) == stack_key(tuple(stack)) != stack_key(changed)
