"""The client output, value by value, on a small catalog."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.catalog import Catalog, Dimension, Role, RoleBaseline, RoleDimension, RoleKra, Skill, SkillDimension
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import (
    ClientOutput,
    Decision,
    Extraction,
    FinalSkill,
    JDRole,
    KraMatch,
    ParsedJD,
    ResponsibilityBlock,
    RoleScore,
    Signals,
)
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.enrichment import client_output, enrich
from pipeline.stages.enrichment.ai_index import ai_skills

SKILLS = (
    Skill(1, "java", "Java", skill_nature="LANGUAGE", year_introduced=1995),
    Skill(2, "cobol", "COBOL", skill_nature="LANGUAGE", year_introduced=1959),
    Skill(3, "sql", "SQL", skill_nature="LANGUAGE", year_introduced=1974),
    Skill(4, "docker", "Docker", skill_nature="TOOL", year_introduced=2013),
    Skill(5, "kubernetes", "Kubernetes", skill_nature="PLATFORM", year_introduced=2014),
    Skill(6, "terraform", "Terraform", skill_nature="TOOL", year_introduced=2014),
    Skill(7, "helm", "Helm", skill_nature="TOOL", year_introduced=2015),
    Skill(8, "pytorch", "PyTorch", skill_nature="LIBRARY", year_introduced=2016),
    Skill(9, "teamwork", "Teamwork", skill_nature="SOFT_SKILL"),
    Skill(10, "numpy", "NumPy", skill_nature="LIBRARY"),
)
LINKS = {
    "languages": ("java", "cobol", "sql"),
    "containers": ("docker", "kubernetes", "helm"),
    "delivery": ("terraform", "helm"),
    "machine-learning": ("pytorch", "numpy"),
    "soft-skills": ("teamwork",),
}
NAMES = {
    "languages": "Programming Languages",
    "containers": "Containers",
    "delivery": "Delivery",
    "machine-learning": "Machine Learning Libraries",
    "soft-skills": "Soft Skills",
}
CATALOG = Catalog(
    roles=(Role(1, "platform-engineer", "Platform Engineer", "Cloud & Infrastructure", "Engineering"),),
    role_kras=(RoleKra("platform-engineer", "Run prompt engineering workshops for the machine learning team"),),
    dimensions=tuple(Dimension(i, slug, name) for i, (slug, name) in enumerate(NAMES.items(), 1)),
    skills=SKILLS,
    skill_dimensions=tuple(SkillDimension(skill, slug) for slug, skills in LINKS.items() for skill in skills),
    role_dimensions=(
        RoleDimension("platform-engineer", "containers"),
        RoleDimension("platform-engineer", "delivery"),
    ),
)
BASELINE = RoleBaseline(
    "platform-engineer",
    "Reliability and incident response",
    "Keeps clusters up.",
    "Modern Cloud Native",
    "Kubernetes and Helm are usual.",
    1.25,
    ("on_ai_team",),
)
ROLE = RoleScore.model_construct(slug="platform-engineer", display_name="Platform Engineer")


@pytest.fixture
def small(encoder: CachedEncoder) -> Indexes:
    return Indexes(CATALOG, encoder)


def extraction(
    skills: str = "",
    *,
    secondary: str = "",
    title: str = "Engineer",
    duties: str = "You run the services of our team.",
    role: bool = True,
    sentences: tuple[str, ...] = (),
) -> Extraction:
    """A step 1 with skills by their slugs; ``sentences`` are those nearest to the chosen role's KRAs."""
    names = {s.slug: s.display_name for s in SKILLS}
    found = [(slug, True) for slug in skills.split()] + [(slug, False) for slug in secondary.split()]
    matches = [KraMatch(kra_text="k", sentence=s, similarity=0.5) for s in sentences]
    return Extraction.model_construct(
        skills=[
            FinalSkill(is_primary=primary, skill_name=names.get(slug, slug), slug=slug if slug in names else None)
            for slug, primary in found
        ],
        jd_role=JDRole.model_construct(display_name=title),
        parsed=ParsedJD.model_construct(
            roles_and_responsibilities=[ResponsibilityBlock.model_construct(text=duties)] if duties else []
        ),
        signals=Signals.model_construct(kra_match_roles=[ROLE.model_copy(update={"kra_matches": matches})]),
        decision=Decision.model_construct(chosen_role=ROLE if role else None),
    )


FULL = "java docker kubernetes"
"""Skills enough for a JD that is not sparse."""


# --- AI index -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output_of", "value"),
    [
        (extraction(FULL), 0.0),
        (extraction(FULL, title="Machine Learning Engineer"), 1.5),
        (extraction(f"{FULL} pytorch"), 1.0),
        (extraction(FULL, secondary="pytorch"), 0.5),
        (extraction(FULL, duties="You join the data science team."), 0.5),
        (extraction(FULL, duties="You build AI-powered features."), 0.5),
        (extraction(FULL, duties="You use Copilot."), 0.1),
        (extraction(FULL, duties="You use MLflow, mlflow and Keras."), 0.4),
        (extraction(FULL, duties="You know deep learning."), 0.3),
    ],
)
def test_each_sign_of_ai_has_its_points(output_of: Extraction, value: float, small: Indexes) -> None:
    assert client_output(output_of, small).ai_index.value == value


def test_the_vocabulary_lists_each_word_once_and_gives_at_most_one_and_a_half_points(small: Indexes) -> None:
    duties = "LLMs, RAG, NLP, deep learning, computer vision and genai with Keras, PyTorch, keras and ChatGPT"
    index = client_output(extraction(FULL, duties=duties), small).ai_index
    assert index.vocabulary.wire() == {
        "assistants": ["chatgpt"],
        "frameworks": ["keras", "pytorch"],
        "concepts": ["llms", "rag", "nlp", "deep learning", "computer vision", "genai"],
    }
    assert index.value == 1.5


def test_the_ai_index_ends_at_five(small: Indexes) -> None:
    duties = (
        "The machine learning team builds and you are building AI products: LLMs, RAG, NLP, deep learning, "
        "computer vision, genai, with Keras and PyTorch"
    )
    jd = extraction(f"{FULL} pytorch", secondary="pytorch", title="AI Engineer", duties=duties)
    index = client_output(jd, small).ai_index
    assert all(index.indicators.wire().values()) and index.value == 5.0


def test_a_skill_is_about_ai_by_its_own_name_and_its_dimension() -> None:
    assert ai_skills(CATALOG) == {"pytorch"}


# --- tech stack maturity ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skills", "label", "reasoning"),
    [
        (
            "docker kubernetes terraform helm java",
            "Modern Cloud Native",
            "4 of 5 skills are cloud-native: Docker, Kubernetes, Terraform, Helm.",
        ),
        ("java cobol sql", "Established", "3 of 3 dated skills are from before 1998: Java, COBOL, SQL."),
        ("java cobol docker", "Mainstream Modern", "3 skills, 1 of them cloud-native, median year 1995."),
        ("pytorch java numpy", "Mainstream Modern", "3 skills, 0 of them cloud-native, median year 2016."),
        ("numpy numpy numpy", "Mainstream Modern", "3 skills, 0 of them cloud-native."),
    ],
)
def test_the_maturity_of_a_stack_follows_its_skills(skills: str, label: str, reasoning: str, small: Indexes) -> None:
    output = client_output(extraction(skills), small)
    assert (output.tech_stack_maturity.label, output.tech_stack_maturity.reasoning) == (label, reasoning)
    assert output.sources.tech_stack_maturity == "jd"


def test_nothing_is_said_of_a_stack_without_skills_and_role(small: Indexes) -> None:
    output = client_output(extraction("teamwork", role=False), small)
    assert output.tech_stack_maturity.label == "Unknown"
    assert (output.sparse_jd, output.role_baseline_loaded, output.sources.ai_index) == (True, False, "jd")


# --- what a text lacks is the role's baseline ---------------------------------------------------------------------


def with_baseline(encoder: CachedEncoder, **cells: Any) -> Indexes:
    return Indexes(replace(CATALOG, role_baselines=(replace(BASELINE, **cells),)), encoder)


def test_a_text_without_duties_and_skills_takes_all_parts_from_the_baseline(encoder: CachedEncoder) -> None:
    output = client_output(extraction("java teamwork", duties=" "), with_baseline(encoder))
    assert output.sparse_jd and output.role_baseline_loaded
    assert set(output.sources.wire().values()) == {"role_baseline"}
    assert output.nature_of_work.wire() == {
        "label": "Reliability and incident response",
        "summary": "Keeps clusters up.",
        "quote": None,
    }
    assert output.tech_stack_maturity.wire() == {
        "label": "Modern Cloud Native",
        "reasoning": "Kubernetes and Helm are usual.",
        "cache_hit": False,
    }
    assert output.ai_index.value == 1.25
    assert [name for name, holds in output.ai_index.indicators.wire().items() if holds] == ["on_ai_team"]


def test_only_what_a_text_lacks_is_taken_from_the_baseline(encoder: CachedEncoder) -> None:
    few = client_output(extraction("java teamwork"), with_baseline(encoder))
    assert few.sources.wire() == {"nature_of_work": "jd", "ai_index": "jd", "tech_stack_maturity": "role_baseline"}
    assert (few.nature_of_work.quote, few.ai_index.value) == ("You run the services of our team.", 0.0)
    silent = client_output(extraction(FULL, duties=""), with_baseline(encoder))
    assert silent.sources.wire() == {"nature_of_work": "role_baseline", "ai_index": "jd", "tech_stack_maturity": "jd"}
    assert silent.sparse_jd and silent.nature_of_work.label == "Reliability and incident response"


def test_what_little_a_text_says_of_ai_is_not_lost_in_a_lower_baseline(encoder: CachedEncoder) -> None:
    jd = extraction("pytorch", title="AI Engineer", duties="")
    low = client_output(jd, with_baseline(encoder))
    assert (low.ai_index.value, low.sources.ai_index) == (2.5, "jd")
    assert not low.ai_index.indicators.on_ai_team
    high = client_output(jd, with_baseline(encoder, ai_index=4.0))
    assert (high.ai_index.value, high.sources.ai_index) == (4.0, "role_baseline")
    assert high.ai_index.indicators.title_match and high.ai_index.indicators.on_ai_team


def test_a_full_text_takes_nothing_from_the_baseline(encoder: CachedEncoder) -> None:
    output = client_output(extraction(FULL), with_baseline(encoder))
    assert (output.sparse_jd, output.role_baseline_loaded) == (False, True)
    assert set(output.sources.wire().values()) == {"jd"}


@pytest.mark.parametrize("role", [True, False])
def test_without_a_baseline_a_sparse_text_is_judged_by_what_it_says(role: bool, small: Indexes) -> None:
    output = client_output(extraction("java", duties="", role=role), small)
    assert (output.sparse_jd, output.role_baseline_loaded) == (True, False)
    assert set(output.sources.wire().values()) == {"jd"}


# --- nature of work -----------------------------------------------------------------------------------------------


def test_the_nature_of_work_quotes_the_duties_nearest_to_the_role(small: Indexes) -> None:
    jd = extraction(FULL, sentences=("Run clusters", "Write modules.", "Run clusters"))
    assert client_output(jd, small).nature_of_work.wire() == {
        "label": "Infrastructure and platform operation",
        "summary": "Run clusters. Write modules.",
        "quote": "Run clusters",
    }


@pytest.mark.parametrize(
    ("jd", "label", "summary", "quote"),
    [
        (
            extraction(FULL, duties="Line one\nLine two"),
            "Infrastructure and platform operation",
            "Engineering",
            "Line one",
        ),
        (extraction(FULL, duties="x" * 300, role=False), "Unclassified work", "x" * 200, "x" * 200),
        (extraction(FULL, duties="", role=False), "Unclassified work", None, None),
    ],
)
def test_without_matched_duties_the_nature_is_read_off_what_there_is(
    jd: Extraction, label: str, summary: str | None, quote: str | None, small: Indexes
) -> None:
    nature = client_output(jd, small).nature_of_work
    assert (nature.label, nature.summary, nature.quote) == (label, summary, quote)


# --- skill cluster ------------------------------------------------------------------------------------------------


def test_skills_are_grouped_by_the_role_s_dimensions_the_largest_first_the_unaligned_last(small: Indexes) -> None:
    cluster = client_output(extraction("terraform java cobol sql docker helm teamwork"), small).skill_cluster
    assert [(g.dimension, g.skills) for g in cluster] == [
        ("Containers", ["Docker", "Helm"]),
        ("Delivery", ["Terraform"]),
        ("Cross-cutting / unaligned", ["Java", "COBOL", "SQL"]),
    ]


def test_a_skill_without_a_slug_is_matched_by_its_name(small: Indexes) -> None:
    jd = extraction()
    named = [FinalSkill(is_primary=True, skill_name=name) for name in ("docker", "Zephyrine")]
    output = client_output(jd.model_copy(update={"skills": named}), small)
    assert [g.skills for g in output.skill_cluster] == [["docker"]]
    assert output.skills == ["docker", "Zephyrine"]


# --- the JSON object ----------------------------------------------------------------------------------------------


def test_the_json_object_has_the_keys_of_the_wire_in_order(small: Indexes) -> None:
    jd = extraction(FULL, duties="You  run\nthe services.")
    output = enrich(jd, small)
    assert list(output) == [
        "sparse_jd",
        "role_baseline_loaded",
        "sources",
        "nature_of_work",
        "tech_stack_maturity",
        "ai_index",
        "evidence",
        "skill_cluster",
        "kra_description",
    ]
    assert output["evidence"] == ["Java", "Docker", "Kubernetes"]
    assert output["kra_description"] == "You run the services."
    assert output["tech_stack_maturity"]["cache_hit"] is False and output["ai_index"]["version"] == "v2.1"
    assert ClientOutput.model_validate(output).wire() == output
