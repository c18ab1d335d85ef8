"""The AI index: what each indicator and each skill of AI gives, and what shows it."""

import pytest

from pipeline.catalog.ai_skills import ai_kind
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Extraction, RoleScore
from pipeline.stages.enrichment import client_output
from pipeline.stages.enrichment.ai_index import MAX_INDEX, MAX_WORD_POINTS, WEIGHTS
from tests.pipeline.stages.enrichment.small import CATALOG, FULL, extraction


def test_the_indicators_and_the_vocabulary_together_are_the_whole_index() -> None:
    assert sum(WEIGHTS.values()) + MAX_WORD_POINTS == MAX_INDEX


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("machine-learning", "concepts"),
        ("transformers", "concepts"),
        ("pytorch", "frameworks"),
        ("pair-writer", "assistants"),
        ("numpy", None),
        ("java", None),
        # Its name has the letters, but no role of an AI family has it.
        ("game-ai", None),
    ],
)
def test_the_catalog_says_which_skills_are_of_ai_and_of_what_kind(slug: str, kind: str | None) -> None:
    assert ai_kind(CATALOG.skill[slug], CATALOG) == kind


@pytest.mark.parametrize(
    ("output_of", "value"),
    [
        (extraction(FULL), 0.0),
        (extraction(FULL, title="Machine Learning Engineer"), 1.0),
        (extraction(f"{FULL} pytorch"), 0.25 + 1.0 + 0.2),
        (extraction(FULL, secondary="pytorch"), 0.25 + 0.25 + 0.2),
        (extraction(f"{FULL} machine-learning"), 0.25 + 1.0 + 0.3),
        (extraction(FULL, secondary="machine-learning transformers"), 0.25 + 0.25 + 0.6),
        # An assistant is used beside the work, so that nobody depends on it.
        (extraction(f"{FULL} pair-writer"), 0.25 + 0.25 + 0.1),
        (extraction(FULL, duties="You join the machine learning team."), 0.5),
        (extraction(FULL, duties="You build AI-powered products."), 0.5),
    ],
)
def test_each_sign_of_ai_has_its_points(output_of: Extraction, value: float, small: Indexes) -> None:
    assert client_output(output_of, small).ai_index.value == round(value, 4)


@pytest.mark.parametrize(
    ("sentence", "indicator"),
    [
        ("Become part of our AI Platform Team in Lisbon.", "on_ai_team"),
        ("Lead the ML engineering group.", "on_ai_team"),
        ("Work closely with the AI team.", None),
        ("Support the machine learning team with data.", None),
        ("Train and deploy machine learning models.", "builds_ai_products"),
        ("Our AI-driven assistant of accountants is an AI-powered application for small firms.", "builds_ai_products"),
        ("Develop machine learning pipelines.", "builds_ai_products"),
        ("Use AI-powered tools to find the cause of faults.", None),
        ("Test the transformers of a substation and build relay systems.", None),
        ("You aim for quality and ship features daily.", None),
    ],
)
def test_team_and_product_are_what_a_field_of_ai_is_there_for(
    sentence: str, indicator: str | None, small: Indexes
) -> None:
    index = client_output(extraction(FULL, duties=f"{sentence}\nYou keep records."), small).ai_index
    assert [s.indicator for s in index.signs if s.holds] == ([indicator] if indicator else [])
    if indicator:
        assert [e.text for s in index.signs for e in s.evidence] == [sentence]


def test_the_title_counts_too_where_it_is_one_of_a_role_of_an_ai_family(small: Indexes) -> None:
    owned = extraction(FULL, title="Model Whisperer")
    role = RoleScore.model_construct(slug="ml-engineer", is_generic=False)
    signals = owned.signals.model_copy(update={"alias_match_roles": [role]})
    index = client_output(owned.model_copy(update={"signals": signals}), small).ai_index
    assert index.indicators.title_match and index.signs[0].evidence[0].text == "Model Whisperer"


def test_a_field_that_only_tools_make_use_of_is_an_assistant(small: Indexes) -> None:
    duties = "You use AI tools in every review.\nYou keep records."
    jd = extraction(FULL, secondary="artificial-intelligence", duties=duties)
    (*_, final) = jd.skills
    mention = final.mentions[0].model_copy(update={"text": "AI"})
    jd = jd.model_copy(update={"skills": [*jd.skills[:-1], final.model_copy(update={"mentions": [mention]})]})
    assert client_output(jd, small).ai_index.vocabulary.wire() == {
        "assistants": ["Artificial Intelligence"],
        "frameworks": [],
        "concepts": [],
    }


def test_one_idea_that_names_no_field_of_ai_is_no_work_with_ai(small: Indexes) -> None:
    alone = client_output(extraction(f"{FULL} clustering"), small).ai_index
    assert alone.value == 0.0 and not alone.indicators.has_ai_skill
    beside = client_output(extraction(f"{FULL} clustering pytorch"), small).ai_index
    assert beside.vocabulary.concepts == ["Clustering"]


def test_the_index_ends_at_five_and_each_indicator_has_what_shows_it(small: Indexes) -> None:
    jd = extraction(
        "pytorch machine-learning artificial-intelligence transformers clustering pair-writer",
        secondary="pytorch",
        title="AI Engineer",
        duties="You join the ML team.\nYou train and deploy machine learning models.",
    )
    index = client_output(jd, small).ai_index
    assert all(index.indicators.wire().values()) and index.value == 5.0
    assert index.vocabulary_points == 1.5
    assert all(sign.evidence for sign in index.signs)
    assert index.vocabulary_weights is not None
    assert index.vocabulary_weights.wire() == {"assistants": 1, "frameworks": 2, "concepts": 3}
    first = index.signs[1].evidence[0]
    assert (first.text, first.skill, first.source and first.source.start) == ("PyTorch", "pytorch", 0)
