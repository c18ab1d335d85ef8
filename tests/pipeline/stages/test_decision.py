"""The cases of the decision; the old system's mistakes are not repeated."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from pipeline.catalog import Catalog, Dimension, Role, RoleAlias, RoleDimension, RoleKra, Skill, SkillDimension
from pipeline.catalog.indexes import Indexes, KraMatrix
from pipeline.config import Config
from pipeline.contracts import Decision, Signals
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import Run, run
from pipeline.stages.decision import JOINT_JUDGEMENT, decide, decide_by_second_judge, rejected
from pipeline.stages.new_role import name_of_new_role
from pipeline.stages.ranking import RoleRanking, rank_roles
from pipeline.stages.signals import KraMatches, RoleSignals
from pipeline.text import JDText
from tests.conftest import shared
from tests.pages_of_old import PAGES


def run_of(jd: str, indexes: Indexes, title: str | None = None) -> Run:
    return run(jd, title, "run", indexes)


def decision(jd: str, indexes: Indexes, title: str | None = None) -> Decision:
    return run_of(jd, indexes, title).extraction.decision


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
    assert found.conflict == [
        "the title names Technical Writer",
        "skills speak for Data Engineer",
        "KRAs speak for Data Engineer",
    ]


def test_what_fits_no_role_gets_none_and_proposes_one(indexes: Indexes) -> None:
    text = (
        "Mechanical Engineer. Responsibilities: Select pumps and valves for water plants, size pipes, and visit building sites. "
        "Requirements: five years of experience in plant design, a degree in mechanics, and a driving licence for the job."
    )
    found = decision(text, indexes, "Mechanical Engineer")
    assert (found.case, found.chosen_role, found.is_new_role) == ("D", None, True)
    assert (found.new_role_slug, found.queued) == ("mechanical-engineer", True)


FORMWORK = (
    "{title}\nOur yard builds bridges of concrete.\nResponsibilities:\n- Check the models of steel and concrete for clashes\n"
    "- Keep the library of formwork parts up to date\n- Hand drawings over to the foremen on site\n"
    "Requirements:\n- {skills}\n- Trade or degree in structural draughting, three years on bridges"
)


def test_a_new_role_has_what_its_text_says_of_it(indexes: Indexes) -> None:
    text = FORMWORK.format(
        title="Senior Formwork Modelling Coordinator (Bridges)", skills="Revit, AutoCAD and Navisworks"
    )
    extraction = run_of(text, indexes).extraction
    assert extraction.decision.chosen_role is None and extraction.decision.none_probability is not None
    role = extraction.updates.new_role_attached
    assert role is not None
    assert (role.display_name, role.slug) == ("Formwork Modelling Coordinator", "formwork-modelling-coordinator")
    assert [kra.rstrip(".") for kra in role.kras] == [
        "Check the models of steel and concrete for clashes",
        "Keep the library of formwork parts up to date",
        "Hand drawings over to the foremen on site",
    ]
    catalog = indexes.catalog
    assert role.dimensions and all(catalog.dimension[d.slug].display_name == d.display_name for d in role.dimensions)
    assert {skill for d in role.dimensions for skill in d.skills} & {"Revit", "AutoCAD"}
    assert role.role_family in {r.domain for r in catalog.roles}
    assert role.nearest_role_slug in catalog.role and (role.queue_id, role.status) == (None, "pending")


def test_a_chosen_role_proposes_none(indexes: Indexes) -> None:
    updates = run_of("We need you." + DUTIES, indexes, "Data Engineer").extraction.updates
    assert updates.new_role_attached is None and "new_role_attached" not in updates.wire()


def untitled(leading: str | None, title: str | None = None) -> str | None:
    """The name under which a role is proposed for a text that has one leading technology, nearest to Alpha Engineer."""
    catalog = tied_catalog()
    named = replace(catalog, roles=tuple(replace(r, display_name=f"{r.display_name} Engineer") for r in catalog.roles))
    signals = replace(two_roles({"alpha": 0.1}), leading_skill=leading)
    return name_of_new_role(rank_roles(title, signals, named, Config()))


def test_a_text_without_a_telling_title_is_named_after_its_leading_technology() -> None:
    assert untitled("Slurm") == "Slurm Engineer"
    assert untitled("Slurm", "Senior Developer") == "Slurm Developer"
    assert untitled(None) is None and untitled(None, "Senior Manager") is None
    assert untitled("Slurm", "Supercomputer Keeper | Oslo") == "Supercomputer Keeper"


def test_a_title_alone_is_a_conflict_and_no_role(indexes: Indexes) -> None:
    text = (
        "Site Reliability Engineer\nOur paper mill runs two machines around the clock.\nResponsibilities:\n"
        "- Grease bearings, align shafts and replace worn rollers.\n- Walk the hall each shift and note leaks of steam.\n"
        "Requirements:\n- Trade certificate as a fitter, four years in a mill"
    )
    found = decision(text, indexes)
    assert (found.case, found.chosen_role, found.is_new_role, found.queued) == ("D", None, False, False)
    assert found.conflict and "the title names" in found.conflict[0]


def test_a_text_that_is_no_job_description_is_rejected_with_a_reason(indexes: Indexes) -> None:
    result = run_of(
        "Pour the soup into bowls and serve it with bread. It keeps for three days in a cool place, they say.", indexes
    )
    assert (result.extraction.rejected, result.extraction.decision.case) == (True, "rejected")
    assert result.extraction.rejection_reason and result.library_match is None


def test_matched_rows_are_rows_of_the_catalog(indexes: Indexes) -> None:
    found = decision("We need you." + DUTIES, indexes, "Data Engineer")
    catalog = indexes.catalog
    assert found.matched_skills and set(found.matched_skills) <= {s.display_name for s in catalog.skills}
    assert found.matched_dimensions
    assert set(found.matched_dimensions) <= {d.display_name for d in catalog.dimensions_of_role["data-engineer"]}
    assert found.matched_kras and set(found.matched_kras) <= set(catalog.kras_of_role["data-engineer"])


def tied_catalog() -> Catalog:
    """Two roles with the same evidence."""
    roles = tuple(Role(i, slug, name, "Family", None) for i, slug, name in ((2, "beta", "Beta"), (1, "alpha", "Alpha")))
    return Catalog(
        roles=roles,
        role_aliases=(RoleAlias("alpha", "Software Engineer", True), RoleAlias("beta", "Software Engineer", True)),
        role_kras=(RoleKra("alpha", "Builds services"), RoleKra("beta", "Builds services")),
        dimensions=(Dimension(None, "d", "D"),),
        skills=(
            Skill(None, "java", "Java", skill_nature="LANGUAGE"),
            Skill(None, "sql", "SQL", skill_nature="LANGUAGE"),
        ),
        skill_dimensions=(SkillDimension("java", "d"), SkillDimension("sql", "d")),
        role_dimensions=(RoleDimension("alpha", "d"), RoleDimension("beta", "d")),
    )


def test_a_tie_is_broken_by_slug_and_said_to_be_one(encoder: CachedEncoder) -> None:
    text = (
        "Software Engineer\nResponsibilities:\n- Builds services in Java with SQL for the team\n- Experience required"
    )
    result = run(text, None, "run", Indexes(tied_catalog(), encoder), Config(min_field=0.0))
    found = result.extraction.decision
    assert found.chosen_role is not None and found.chosen_role.slug == "alpha"
    assert "a tie with Beta" in found.reasoning
    assert [r.tied for r in result.extraction.signals.skill_match_roles] == [True, True]


def test_one_match_of_one_is_not_certainty(indexes: Indexes) -> None:
    text = "We look for an engineer with experience in distributed systems who joins our team and will work on the job with us."
    signals = run_of(text, indexes).extraction.signals
    top = signals.skill_match_roles[0]
    assert top.score == 1.0
    assert top.rank_score is not None and top.rank_score < 0.5


@pytest.mark.parametrize("title", ["Software Engineer", "SWE", "Senior Developer", "System Engineer"])
def test_generic_titles_are_marked(title: str, indexes: Indexes) -> None:
    hits = indexes.find_titles(title)
    assert hits and all(h.is_generic for h in hits)


def two_roles(skill: dict[str, float], title: dict[str, float] | None = None) -> RoleSignals:
    """Signals for the roles of ``tied_catalog`` by skills and title alone."""
    return RoleSignals(
        signals=Signals(alias_found=False, alias_match_roles=[], kra_match_roles=[], skill_match_roles=[]),
        alias_specific=(),
        alias_generic=(),
        title=title or {},
        skill=skill,
        skill_counts=dict.fromkeys(skill, ("Java",)),
        kra={},
        kra_matches=KraMatches(JDText(""), KRAS, (), KRAS.vectors, 0.0, 0),
        centroid={},
        technologies=8,
    )


EMPTY = np.zeros((0, 4), np.float32)
KRAS = KraMatrix((), (), EMPTY, EMPTY[:, 0], np.zeros(0, np.int64), EMPTY, EMPTY, EMPTY[:, 0])


def ranking(skill: dict[str, float], title: dict[str, float] | None = None) -> RoleRanking:
    return rank_roles("Data Wrangler", two_roles(skill, title), tied_catalog(), Config())


def test_roles_are_ranked_by_the_weighted_sum_of_their_evidence() -> None:
    first, second = ranking({"alpha": 0.2, "beta": 0.5}).roles
    weights = Config().evidence_weights
    assert (first.slug, second.slug) == ("beta", "alpha")
    assert first.total == pytest.approx(weights["skill"] * 0.5 + weights["family"] * 0.5)
    assert second.total == pytest.approx(weights["skill"] * 0.2 + weights["family"] * 0.5)
    assert first.share + second.share == pytest.approx(1.0)
    assert first.share == pytest.approx(1 / (1 + exp(second.total - first.total)))


def test_the_local_decision_names_the_joint_judgement_and_a_second_judge_its_own() -> None:
    found = ranking({"alpha": 0.2, "beta": 0.5}, {"alpha": 0.65})
    local = decide(found)
    assert (local.case, local.llm2_fired, local.conflict) == ("C", False, ["title is nearest to Alpha"])
    assert JOINT_JUDGEMENT in local.reasoning and local.role_family == "Family"
    judged = decide_by_second_judge(found, "alpha", "The title says so.", ["a conflict"])
    assert judged.chosen_role is not None and judged.chosen_role.slug == "alpha"
    assert (judged.case, judged.llm2_fired, judged.llm2_reasoning) == ("C", True, "The title says so.")
    assert "a second judge decided: The title says so" in judged.reasoning
    assert JOINT_JUDGEMENT not in judged.reasoning and judged.conflict == ["a conflict"]


def test_a_second_judge_may_choose_no_role() -> None:
    judged = decide_by_second_judge(ranking({"beta": 0.5}), None, "Neither fits.", ["a conflict"])
    assert (judged.case, judged.chosen_role, judged.llm2_fired) == ("D", None, True)
    assert (judged.new_role_display_name, judged.new_role_slug) == ("Data Wrangler", "data-wrangler")
    assert "role_family" not in judged.wire()


def test_a_rejection_chooses_nothing_and_gives_the_reason() -> None:
    decision = rejected("too short")
    assert (decision.case, decision.reasoning, decision.confidence) == ("rejected", "too short", 0.0)
    assert (decision.chosen_role, decision.queued, decision.ranking) == (None, False, [])
