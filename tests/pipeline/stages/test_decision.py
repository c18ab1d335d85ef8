"""The cases of the decision; the old system's mistakes are not made again."""

import pytest

from pipeline.catalog import Catalog, Dimension, Role, RoleAlias, RoleDimension, RoleKra, Skill, SkillDimension
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Decision
from pipeline.embedding import CachedEncoder
from pipeline.run import Run, run
from tests.conftest import shared
from tests.pages_of_old import PAGES


def decide(jd: str, indexes: Indexes, title: str | None = None) -> Run:
    return run(jd, title, "run", indexes)


def decision(jd: str, indexes: Indexes, title: str | None = None) -> Decision:
    return decide(jd, indexes, title).api1.stage4_decision


DUTIES = "\nResponsibilities:\n- Build pipelines with Spark and Kafka\n- Tune joins over huge tables\nRequirements:\n- PySpark, SQL, Hive, Airflow\n"


def test_a_generic_title_does_not_decide(indexes: Indexes) -> None:
    found = decision("We need you." + DUTIES, indexes, "Senior Software Engineer")
    assert (found.case, found.chosen_role and found.chosen_role.slug) == ("DOMAIN", "data-engineer")
    assert found.role_family == "Data & Analytics"
    assert "generic alias" in found.reasoning


def test_the_amex_text_is_data_engineering(indexes: Indexes) -> None:
    text = shared(f"seeds/{PAGES[0]}.txt").read_text(encoding="utf-8")
    jd = text[text.index("Job description\n") + 16 : text.index("Skills from this JD")]
    found = decision(jd, indexes)
    assert found.chosen_role is not None and found.chosen_role.slug == "data-engineer"


def test_a_specific_title_that_nothing_contradicts_is_case_a(indexes: Indexes) -> None:
    found = decision("We need you." + DUTIES, indexes, "Lead Data Engineer (m/f/d)")
    assert (found.case, found.chosen_role and found.chosen_role.slug) == ("A", "data-engineer")


def test_without_a_title_skills_and_kras_that_agree_are_case_b(indexes: Indexes) -> None:
    found = decision("Work with us in Leeds, we have years of experience with teams." + DUTIES, indexes)
    assert (found.case, found.chosen_role and found.chosen_role.slug) == ("B", "data-engineer")


def test_a_title_that_skills_and_kras_contradict_is_case_c_with_the_conflict_named(indexes: Indexes) -> None:
    found = decision("We need you. " + DUTIES * 3, indexes, "Technical Writer")
    assert (found.case, found.chosen_role and found.chosen_role.slug) == ("C", "data-engineer")
    assert found.conflict == ["the title names Technical Writer", "skills speak for Data Engineer", "KRAs speak for Data Engineer"]


def test_what_fits_no_role_gets_none_and_proposes_one(indexes: Indexes) -> None:
    text = (
        "Mechanical Engineer. Responsibilities: Select pumps and valves for water plants, size pipes, and visit building sites. "
        "Requirements: five years of experience in plant design, a degree in mechanics, and a driving licence for the job."
    )
    found = decision(text, indexes, "Mechanical Engineer")
    assert (found.case, found.chosen_role, found.is_new_role) == ("D", None, True)
    assert (found.new_role_slug, found.queued) == ("mechanical-engineer", True)


def test_a_text_that_is_no_job_description_is_rejected_with_a_reason(indexes: Indexes) -> None:
    result = decide("Pour the soup into bowls and serve it with bread. It keeps for three days in a cool place, they say.", indexes)
    assert (result.api1.rejected, result.api1.stage4_decision.case) == (True, "rejected")
    assert result.api1.rejection_reason and result.api2 is None


def test_matched_rows_are_rows_of_the_catalog(indexes: Indexes) -> None:
    found = decision("We need you." + DUTIES, indexes, "Data Engineer")
    catalog = indexes.catalog
    assert found.matched_skills and set(found.matched_skills) <= {s.display_name for s in catalog.skills}
    assert found.matched_dimensions
    assert set(found.matched_dimensions) <= {d.display_name for d in catalog.dimensions_of_role["data-engineer"]}
    assert found.matched_kras and set(found.matched_kras) <= set(catalog.kras_of_role["data-engineer"])


def tied_catalog() -> Catalog:
    """Two roles that nothing tells apart."""
    roles = tuple(Role(i, slug, name, "Family", None) for i, slug, name in ((2, "beta", "Beta"), (1, "alpha", "Alpha")))
    return Catalog(
        roles=roles,
        role_aliases=(RoleAlias("alpha", "Software Engineer", True), RoleAlias("beta", "Software Engineer", True)),
        role_kras=(RoleKra("alpha", "Builds services"), RoleKra("beta", "Builds services")),
        dimensions=(Dimension(None, "d", "D"),),
        skills=(Skill(None, "java", "Java", skill_nature="LANGUAGE"), Skill(None, "sql", "SQL", skill_nature="LANGUAGE")),
        skill_dimensions=(SkillDimension("java", "d"), SkillDimension("sql", "d")),
        role_dimensions=(RoleDimension("alpha", "d"), RoleDimension("beta", "d")),
    )


def test_a_tie_is_broken_by_slug_and_said_to_be_one(encoder: CachedEncoder) -> None:
    result = decide(
        "Software Engineer\nResponsibilities:\n- Builds services in Java with SQL for the team\n- Experience required",
        Indexes(tied_catalog(), encoder),
    )
    found = result.api1.stage4_decision
    assert found.chosen_role is not None and found.chosen_role.slug == "alpha"
    assert "a tie with Beta" in found.reasoning
    assert [r.tied for r in result.api1.stage3_signals.skill_match_roles] == [True, True]


def test_one_match_of_one_is_not_certainty(indexes: Indexes) -> None:
    text = "We look for an engineer with experience in distributed systems who joins our team and will work on the job with us."
    signals = decide(text, indexes).api1.stage3_signals
    top = signals.skill_match_roles[0]
    assert top.score == 1.0
    assert top.rank_score is not None and top.rank_score < 0.5


@pytest.mark.parametrize("title", ["Software Engineer", "SWE", "Senior Developer", "System Engineer"])
def test_generic_titles_are_marked(title: str, indexes: Indexes) -> None:
    assert all(h.is_generic for h in indexes.find_titles(title))
