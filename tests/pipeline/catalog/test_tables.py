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
        ("role_baselines", "role_slug", "roles"),
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


def test_a_baseline_states_all_but_its_indicators() -> None:
    columns = TABLE["role_baselines"].columns
    assert [c.name for c in columns.values() if not c.is_required] == ["ai_indicators"]
    assert columns["ai_index"].parse("5") == 5.0 and columns["ai_index"].parse("0") == 0.0
    assert columns["ai_indicators"].parse("title_match|on_ai_team") == ("title_match", "on_ai_team")
    assert "Unknown" not in columns["tech_stack_maturity"].words
    assert "Unclassified work" not in columns["nature_of_work"].words


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("ai_index", "5.1", "5.1 is not between 0 and 5"),
        ("ai_index", "-1", "-1 is not between 0 and 5"),
        ("ai_index", "nan", "nan is not between 0 and 5"),
        ("ai_indicators", "title_match|knows_ai", "'knows_ai' is not one of title_match, "),
        ("ai_indicators", "title_match||on_ai_team", "'' is not one of title_match, "),
        ("tech_stack_maturity", "Unknown", "'Unknown' is not one of Legacy, Established, "),
        ("nature_of_work", "Unclassified work", "'Unclassified work' is not one of API and service implementation, "),
    ],
)
def test_a_cell_of_a_baseline_that_cannot_be_read_says_why(column: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        TABLE["role_baselines"].columns[column].parse(text)


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
