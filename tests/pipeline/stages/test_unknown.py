"""Skills that the catalog lacks: typed by their neighbours, with proposed dimensions and what they may duplicate."""

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.slugs import NEW_SKILL_SPELLINGS, slug_of
from pipeline.contracts import Decision, Extraction, FinalSkill, Mention, NewSkillMeta
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import run
from pipeline.stages.unknown import duplicates_of, neighbours, propose

ALONE = Extraction.model_construct(skills=[], decision=Decision.model_construct(chosen_role=None))
"""A text in which nothing stands beside a term."""


def proposal(term: str, listed: str, indexes: Indexes) -> NewSkillMeta:
    jd = f"Engineer wanted, five years of experience.\nRequirements:\n- {listed}\n- Java and SQL for the services of our team\n"
    library_match = run(jd, None, "r", indexes).library_match
    assert library_match is not None
    detail = next(d for d in library_match.skills_detail if d.input_skill == term)
    assert detail.canonical is None and detail.new_skill_meta is not None
    return detail.new_skill_meta


@pytest.mark.parametrize(
    ("term", "listed", "nature"),
    [
        ("Zephyrine", "Experience with PostgreSQL, Zephyrine, MySQL and MongoDB", "DATABASE"),
        ("Zephyrine", "Experience with React, Zephyrine, Angular and Vue.js", "FRAMEWORK"),
        ("ZephyrDB", "Experience with Python, ZephyrDB, Java and Go", "DATABASE"),
    ],
)
def test_a_term_is_typed_by_its_name_and_its_neighbours(term: str, listed: str, nature: str, indexes: Indexes) -> None:
    meta = proposal(term, listed, indexes)
    assert meta.typed is not None and meta.typed.reasons
    assert meta.derived.skill_nature == nature == meta.typed.skill_nature


def test_dimensions_are_proposed_with_the_skills_that_speak_for_them(indexes: Indexes) -> None:
    placed = proposal("Zephyrine", "Experience with Kubernetes, Zephyrine, Docker and Helm", indexes).placed
    assert placed and all(p.slug in indexes.catalog.dimension and p.because for p in placed)
    assert {"Kubernetes", "Docker", "Helm"} & set(placed[0].because)


def test_a_slip_of_the_pen_is_a_possible_duplicate(indexes: Indexes) -> None:
    meta = proposal("Kubernettes", "Experience with Docker, Kubernettes, Helm and Terraform", indexes)
    assert meta.relationships is not None and meta.relationships.duplicate_of == ["kubernetes"]


def test_site_reliability_is_no_soft_skill(indexes: Indexes) -> None:
    natures = {
        name: propose(FinalSkill(is_primary=True, skill_name=name), ALONE, indexes).derived.skill_nature
        for name in ("SRE", "ZRE", "Chaos Reliability")
    }
    assert natures == {"SRE": "PRACTICE", "ZRE": "CONCEPT", "Chaos Reliability": "PRACTICE"}


@pytest.mark.parametrize(
    ("term", "nature", "dimension"),
    [
        ("time series database", "DATABASE", "forecasting-and-time-series"),
        ("unit testing of React components", "PRACTICE", "frontend-testing"),
    ],
)
def test_a_term_alone_is_typed_and_placed_by_its_meaning(
    term: str, nature: str, dimension: str, indexes: Indexes
) -> None:
    proposed = propose(final(term, None, 0), ALONE, indexes)
    assert proposed.derived.skill_nature == nature
    assert dimension in {d.slug for d in proposed.dimensions}


def test_the_catalog_skills_nearest_in_meaning_are_named(indexes: Indexes) -> None:
    typed = proposal("Zephyrine", "Experience with PostgreSQL, Zephyrine, MySQL and MongoDB", indexes).typed
    assert typed is not None
    scores = [entry.score for entry in typed.nearest]
    assert len(scores) == 5 and scores == sorted(scores, reverse=True)
    assert all(indexes.catalog.skill[entry.slug].display_name == entry.display_name for entry in typed.nearest)


@pytest.mark.parametrize(("name", "found"), [("semantical layers", ["semantic-layer"]), ("ISO 17025", [])])
def test_another_name_of_one_meaning_is_a_possible_duplicate(name: str, found: list[str], indexes: Indexes) -> None:
    assert duplicates_of(name, indexes) == found


def test_a_catalog_without_skills_proposes_a_concept(encoder: CachedEncoder) -> None:
    proposed = propose(FinalSkill(is_primary=True, skill_name="Zephyrine"), ALONE, Indexes(Catalog(), encoder))
    assert proposed.derived.skill_nature == "CONCEPT" and not proposed.dimensions and not proposed.nearest


def final(name: str, slug: str | None, *starts: int) -> FinalSkill:
    mentions = [Mention(start=s, end=s + len(name), text=name) for s in starts]
    return FinalSkill(is_primary=True, skill_name=name, slug=slug, mentions=mentions)


def test_neighbours_are_the_catalog_skills_near_a_term_the_nearest_first(indexes: Indexes) -> None:
    term = final("Zephyrine", None, 100)
    others = [final("Kafka", "kafka", 0, 129), final("Java", "java", 76), final("SQL", "sql", 230), term]
    found = neighbours(term, Extraction.model_construct(skills=others), indexes)
    assert found == [("java", 0.5), ("kafka", 0.5)]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("C++Builder", "cppbuilder"),
        ("Notepad++", "notepad-plus-plus"),
        ("Q#", "q-sharp"),
        ("Next.js 14", "next-js-14"),
        ("中", ""),
    ],
)
def test_the_slug_of_a_new_skill_spells_its_signs(name: str, slug: str) -> None:
    assert slug_of(name, NEW_SKILL_SPELLINGS) == slug
