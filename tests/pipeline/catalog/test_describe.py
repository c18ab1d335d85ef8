"""Changes in words: by the names of a catalog or by slugs, and the entity that each belongs to."""

from dataclasses import replace

import pytest

from pipeline.catalog import (
    Catalog,
    Category,
    Dimension,
    Role,
    RoleBaseline,
    RoleKra,
    Setting,
    Skill,
    SkillAlias,
    SkillDimension,
    SubCategory,
)
from pipeline.catalog.changes import Change
from pipeline.catalog.describe import cell_phrase, change_subject, change_text, changed_cells, entity_of, name_of

KAFKA = Skill(1, "kafka", "Apache Kafka")
CATALOG = Catalog(
    roles=(Role(1, "data-engineer", "Data Engineer"),),
    dimensions=(Dimension(1, "streams", "Streams"),),
    skills=(KAFKA,),
)


@pytest.mark.parametrize(
    ("row", "entity", "text"),
    [
        (SkillDimension("kafka", "streams"), ("skills", "kafka"), "adds link Apache Kafka → Streams"),
        (SkillAlias(None, "kafka", "AK"), ("skills", "kafka"), "adds alias Apache Kafka / AK"),
        (RoleKra("data-engineer", "Moves data"), ("roles", "data-engineer"), "adds KRA Data Engineer / Moves data"),
        (RoleKra("gone", "Moves data"), ("roles", "gone"), "adds KRA gone / Moves data"),
        (
            RoleBaseline(
                "data-engineer", "Data pipeline and platform engineering", "Moves it.", "Mainstream", "Spark.", 0
            ),
            ("roles", "data-engineer"),
            "adds baseline Data Engineer",
        ),
        (KAFKA, ("skills", "kafka"), "adds skill kafka"),
        (Category(None, "Tools"), ("categories", "Tools"), "adds category Tools"),
        (
            Setting("role_without_reviewer_from", "0.7"),
            ("settings", "role_without_reviewer_from"),
            "adds setting Taken without a reviewer from: “0.7”",
        ),
        (SubCategory(None, "Tools", "Build"), ("sub_categories", "Tools"), "adds sub-category Tools / Build"),
    ],
)
def test_a_change_is_told_under_its_entity_by_the_names_of_the_catalog(
    row: object, entity: tuple[str, str], text: str
) -> None:
    change = Change(None, row)
    assert entity_of(change) == entity
    assert change_text(change, CATALOG) == text
    removed = text.replace("adds", "removes").removesuffix(": “0.7”")
    assert change_text(change.inverse(), CATALOG) == removed


def test_without_a_catalog_slugs_stand_and_without_the_entity_the_rest() -> None:
    link = Change(SkillDimension("kafka", "streams"), None)
    assert change_text(link) == "removes link kafka → streams"
    assert change_subject(link, CATALOG, with_entity=False) == "Streams"


def test_an_edit_lists_the_cells_that_differ() -> None:
    edited = Change(KAFKA, replace(KAFKA, vendor="Apache", context_tags=("log", "topic")))
    assert changed_cells(edited) == [("vendor", None, "Apache"), ("context_tags", (), ("log", "topic"))]
    assert change_text(edited) == "changes skill kafka: vendor nothing → “Apache”; context_tags nothing → “log, topic”"
    assert changed_cells(Change(None, KAFKA)) == []


def test_a_long_cell_is_cut_and_a_name_that_is_gone_is_its_slug() -> None:
    assert (
        cell_phrase("abcdef", 6) == "abcdef" and cell_phrase("abcdefg", 6) == "abcde…" and cell_phrase(()) == "nothing"
    )
    assert name_of(CATALOG, "skills", "kafka") == "Apache Kafka" and name_of(CATALOG, "skills", "gone") == "gone"
