"""Skills that the catalog lacks: typed by their company, with proposed dimensions and what they may duplicate."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import NewSkillMeta
from pipeline.run import run


def proposal(term: str, listed: str, indexes: Indexes) -> NewSkillMeta:
    jd = f"Engineer wanted, five years of experience.\nRequirements:\n- {listed}\n- Java and SQL for the services of our team\n"
    step2 = run(jd, None, "r", indexes).api2
    assert step2 is not None
    detail = next(d for d in step2.skills_detail if d.input_skill == term)
    assert detail.canonical is None and detail.new_skill_meta is not None
    return detail.new_skill_meta


@pytest.mark.parametrize(
    "term, listed, nature",
    [
        ("Zephyrine", "Experience with PostgreSQL, Zephyrine, MySQL and MongoDB", "DATABASE"),
        ("Zephyrine", "Experience with React, Zephyrine, Angular and Vue.js", "FRAMEWORK"),
        ("ZephyrDB", "Experience with Python, ZephyrDB, Java and Go", "DATABASE"),
    ],
)
def test_a_term_is_typed_by_its_name_and_its_company(term: str, listed: str, nature: str, indexes: Indexes) -> None:
    meta = proposal(term, listed, indexes)
    assert meta.derived.skill_nature == nature == meta.typed["skill_nature"] and meta.typed["reasons"]


def test_dimensions_are_proposed_with_the_skills_that_speak_for_them(indexes: Indexes) -> None:
    placed = proposal("Zephyrine", "Experience with Kubernetes, Zephyrine, Docker and Helm", indexes).placed
    assert placed and all(p["slug"] in indexes.catalog.dimension and p["because"] for p in placed)
    assert {"Kubernetes", "Docker", "Helm"} & set(placed[0]["because"])


def test_a_slip_of_the_pen_is_told_as_a_possible_duplicate(indexes: Indexes) -> None:
    meta = proposal("Kubernettes", "Experience with Docker, Kubernettes, Helm and Terraform", indexes)
    assert meta.relationships == {"duplicate_of": ["kubernetes"]}


def test_site_reliability_is_no_soft_skill(indexes: Indexes) -> None:
    from pipeline.contracts import FinalSkill, Step1
    from pipeline.stages.unknown import propose

    step1 = Step1.model_construct(final_skills=[])
    for name in ("SRE", "ZRE", "Chaos Reliability"):
        assert propose(FinalSkill(is_primary=True, skill_name=name), step1, indexes).derived.skill_nature != "SOFT_SKILL"
    assert propose(FinalSkill(is_primary=True, skill_name="SRE"), step1, indexes).derived.skill_nature == "PRACTICE"
