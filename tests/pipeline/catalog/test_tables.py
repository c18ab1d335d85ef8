"""The tables are what the row classes declare."""

import pytest

from pipeline.catalog import Catalog, Role, SkillAlias, SkillDimension
from pipeline.catalog.tables import REFERENCES, SINGULAR, SLUG_TABLES, TABLE, key_of, row_text, table_of_row
from pipeline.catalog.value import ALIAS_TYPES


def test_every_table_of_a_catalog_is_declared_with_its_names_and_key() -> None:
    assert list(TABLE) == list(Catalog().counts())
    assert (SINGULAR["role_aliases"], SINGULAR["role_kras"]) == ("title", "KRA")
    assert (TABLE["sub_categories"].key, TABLE["sub_categories"].row_name) == (("category", "name"), "sub_category")
    assert SLUG_TABLES == ("roles", "dimensions", "skills")
    assert REFERENCES == (
        ("role_aliases", "role_slug", "roles"),
        ("role_kras", "role_slug", "roles"),
        ("skill_aliases", "skill_slug", "skills"),
        ("skill_dimensions", "skill_slug", "skills"),
        ("skill_dimensions", "dimension_slug", "dimensions"),
        ("role_dimensions", "role_slug", "roles"),
        ("role_dimensions", "dimension_slug", "dimensions"),
    )


def test_a_row_knows_its_table_and_key() -> None:
    alias = SkillAlias(1, "kafka", "Apache Kafka")
    assert table_of_row(alias).name == "skill_aliases" and key_of(alias) == ("kafka", "Apache Kafka")
    assert row_text("skill_aliases", key_of(alias)) == "alias kafka / Apache Kafka"
    assert key_of(Role(1, "qa", "QA")) == ("qa",)
    assert not table_of_row(SkillDimension("kafka", "streams")).has_id and table_of_row(alias).has_id


def test_a_column_is_what_its_annotation_and_default_say() -> None:
    skills, aliases = TABLE["skills"].columns, TABLE["skill_aliases"].columns
    assert aliases["alias_type"].words == ALIAS_TYPES and aliases["alias_type"].parse("") == "SYNONYM"
    assert [c.name for c in skills.values() if c.is_required] == ["slug", "display_name"]
    assert skills["skill_nature"].is_nullable and not aliases["alias_type"].is_nullable
    assert (skills["year_introduced"].parse("1991"), skills["confidence"].parse("0.5")) == (1991, 0.5)
    assert (skills["context_tags"].parse("a|b"), skills["context_tags"].parse("")) == (("a", "b"), ())
    assert (skills["is_extractable"].parse(""), skills["is_also_category"].parse("")) == (True, False)


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("slug", " ", "must not be empty"),
        ("id", "x", "'x' is not a whole number"),
        ("confidence", "high", "'high' is not a number"),
        ("is_extractable", "yes", "'yes' is neither true nor false"),
        ("volatility", "CALM", "'CALM' is not one of STABLE, MEDIUM, VOLATILE"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(column: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        TABLE["skills"].columns[column].parse(text)
