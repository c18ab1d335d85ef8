"""The orchestrator: each term that the catalog lacks is typed, placed, related and described, and its plan says what follows."""

import pytest

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config, TermLock
from pipeline.contracts import Decision, Extraction, FinalSkill, Mention, NewSkillMeta, PlannedSkill
from pipeline.run import run
from pipeline.stages.orchestrator import orchestrate

ALONE = Extraction.model_construct(skills=[], decision=Decision.model_construct(chosen_role=None))
"""A text in which nothing stands beside a term."""
LIST = "Experience with Kafka, Zephyrine or RabbitMQ"


def term(name: str, *texts: str) -> FinalSkill:
    mentions = [Mention(start=100 * i, end=100 * i + len(t), text=t) for i, t in enumerate(texts or (name,))]
    return FinalSkill(is_primary=True, skill_name=name, mentions=mentions)


def alone(name: str, indexes: Indexes, *texts: str) -> NewSkillMeta:
    return orchestrate(term(name, *texts), ALONE, indexes)


def jd(line: str) -> str:
    return f"Engineer wanted, five years of experience.\nRequirements:\n- {line}\n- Java and SQL for the services of our team\n"


def planned(line: str, name: str, indexes: Indexes, config: Config | None = None) -> tuple[PlannedSkill, NewSkillMeta]:
    whole = run(jd(line), None, "r", indexes, config)
    assert whole.library_match and whole.role_output and whole.role_output.planner_output
    (plan,) = (p for p in whole.role_output.planner_output.skills if p.skill_name == name)
    detail = next(d for d in whole.library_match.skills_detail if d.input_skill == name)
    assert detail.new_skill_meta is not None
    return plan, detail.new_skill_meta


def test_a_term_that_is_new_goes_through_all_four_steps(indexes: Indexes) -> None:
    plan, meta = planned(LIST, "Zephyrine", indexes)
    assert plan.plan == "new_skill" and plan.skipped_reason is None
    assert [(s.step, s.done) for s in plan.steps] == [(s, True) for s in ("typed", "placed", "relations", "facts")]
    assert meta.placed and plan.dimensions == [d.slug for d in meta.placed]
    assert meta.enrichment is not None
    assert [f.fact for f in meta.enrichment.facts] == [
        "skill_nature",
        "category",
        "sub_category",
        "volatility",
        "typical_lifespan",
        "version_strategy",
    ]
    assert all(f.reasons and 0 < (f.confidence or 0) <= 1 for f in meta.enrichment.facts)
    assert meta.keep_log[0].what == "Zephyrine" and not meta.merge_log and not meta.split_log


def test_what_is_named_side_by_side_with_a_term_of_its_kind_is_an_alternative(indexes: Indexes) -> None:
    _, meta = planned(LIST, "Zephyrine", indexes)
    assert meta.relationships is not None
    assert {"kafka", "rabbitmq"} & set(meta.relationships.alternative_to)
    found = next(r for r in meta.relationships.found if r.relation == "alternative_to")
    assert "named as one of several, side by side" in found.reasons and found.confidence is not None


@pytest.mark.parametrize(
    ("name", "relation", "slug"),
    [
        ("Opensource", "duplicate_of", "open-source"),
        ("Kubernettes", "duplicate_of", "kubernetes"),
        ("semantical layers", "duplicate_of", "semantic-layer"),
        ("Spring Boot 9", "form_of", "spring-boot"),
        ("Terraform drift reports", "part_of", "terraform"),
    ],
)
def test_a_term_is_related_by_its_name(name: str, relation: str, slug: str, indexes: Indexes) -> None:
    found = alone(name, indexes).relationships
    assert found is not None and slug in getattr(found, relation)
    assert next(r for r in found.found if r.slug == slug).reasons


def test_norms_that_differ_by_their_numbers_are_not_the_same(indexes: Indexes) -> None:
    meta = alone("ISO 17025", indexes)
    assert not meta.merge_log and (meta.relationships is None or not meta.relationships.duplicate_of)


def test_a_name_of_a_catalog_skill_is_planned_as_its_form_and_logged_as_merged(indexes: Indexes) -> None:
    meta = alone("Opensource", indexes, "Opensource", "OPEN-SOURCE")
    assert [(e.what, e.into) for e in meta.merge_log] == [
        ("OPEN-SOURCE", ["Opensource"]),
        ("Opensource", ["open-source"]),
    ]
    assert not meta.keep_log


def test_initials_in_brackets_behind_a_name_stand_for_it(indexes: Indexes) -> None:
    text = "Apache Kafka (AK)"
    kafka = FinalSkill(
        is_primary=True,
        skill_name="Kafka",
        slug="kafka",
        mentions=[Mention(start=0, end=12, text="Apache Kafka")],
    )
    short = FinalSkill(is_primary=True, skill_name="AK", mentions=[Mention(start=14, end=16, text="AK")])
    assert text[14:16] == "AK"
    extraction = Extraction.model_construct(skills=[kafka, short], decision=Decision.model_construct(chosen_role=None))
    found = orchestrate(short, extraction, indexes).relationships
    assert found is not None and found.duplicate_of[0] == "kafka"
    assert found.found[0].confidence == 0.95 and "in brackets" in found.found[0].reasons[0]


def test_a_term_that_names_several_things_is_split(indexes: Indexes) -> None:
    meta = alone("Terraform and Zephyrine", indexes)
    assert [(e.what, e.into, e.confidence) for e in meta.split_log] == [
        ("Terraform and Zephyrine", ["Terraform", "Zephyrine"], 0.5)
    ]


@pytest.mark.parametrize(("name", "why"), [("Physics", "a field of study"), ("Berlin", "a place")])
def test_a_term_that_is_probably_no_skill_is_skipped_with_the_reason(name: str, why: str, indexes: Indexes) -> None:
    meta = alone(name, indexes)
    assert meta.enrichment is None and meta.warnings == [f"it is probably no skill: {why}"]


def test_a_term_without_a_mention_is_skipped(indexes: Indexes) -> None:
    meta = orchestrate(FinalSkill(is_primary=True, skill_name="Zephyrine"), ALONE, indexes)
    assert meta.typed is None and meta.placed is None and meta.enrichment is None
    assert meta.warnings == ["the text has no mention of it to go by"]


def test_dimensions_that_a_curator_fixed_are_taken_and_the_evidence_is_noted(indexes: Indexes) -> None:
    lock = TermLock(
        dimensions=("dimension-of-old", "statistics-and-data-analysis"), author="Ida", reason="we use it so"
    )
    config = Config(locks={fold_key("Zephyrine"): lock})
    plan, meta = planned(LIST, "Zephyrine", indexes, config)
    assert plan.dimensions == ["statistics-and-data-analysis"]
    assert meta.placed is not None and [(d.score, d.because) for d in meta.placed] == [(1.0, ["fixed by Ida"])]
    assert [(d.slug, d.by, d.reason) for d in meta.locked_dimensions] == [
        ("statistics-and-data-analysis", "Ida", "we use it so")
    ]
    assert meta.warnings[0] == "the fixed dimension dimension-of-old is no longer in the catalog"
    assert meta.keep_log[-1].what == "statistics-and-data-analysis"


def test_where_every_fixed_dimension_is_gone_the_evidence_places_a_term(indexes: Indexes) -> None:
    _, free = planned(LIST, "Zephyrine", indexes)
    config = Config(locks={fold_key("Zephyrine"): TermLock(dimensions=("dimension-of-old",), author="Ida")})
    _, meta = planned(LIST, "Zephyrine", indexes, config)
    assert meta.placed == free.placed and not meta.locked_dimensions and meta.warnings
