"""What differs between two forms of an item is named part by part."""

from __future__ import annotations

from typing import Any

from db.services.gold_differences import ItemDifference, item_differences
from db.stores.gold_items import GoldItem, ParseLabel
from tests.db.test_gold_sets import BAKER, label


def item(said: dict[str, Any] | None = None, **changed: Any) -> GoldItem:
    row = BAKER | changed
    return GoldItem.of_row(row, label=ParseLabel.of_row(label(row, **said)) if said is not None else None)


def test_roles_skills_and_columns_that_differ_are_named_with_both_sides() -> None:
    skills = [{"name": "Kafka", "surface": ["Kafka"], "primary": False}, {"name": "Loads", "surface": ["loads"]}]
    after = item(acceptable=["data-engineer"], skills=skills, title=None, source="mail")
    assert item_differences(item(), after) == [
        ItemDifference("roles", "", "data-engineer, analytics-engineer", "data-engineer"),
        ItemDifference("skill", "Kafka", "“Kafka” · primary", "“Kafka” · secondary"),
        ItemDifference("skill", "SQL", "“SQL” · secondary", None),
        ItemDifference("skill", "Loads", None, "“loads”"),
        ItemDifference("title", "", "Data Engineer", None),
        ItemDifference("column", "source", "board", "mail"),
    ]
    assert item_differences(item(), item()) == []


def test_a_label_is_named_whole_where_it_is_new_and_by_field_where_it_differs() -> None:
    assert item_differences(item(), item({})) == [ItemDifference("label", "", None, "8 fields that the text gives")]
    assert item_differences(item({}), item({"company": "Kestrel"})) == [
        ItemDifference("label", "company", "null", '"Kestrel"')
    ]
    assert item_differences(item(), item(skills=None)) == [ItemDifference("skill", "", "2 skills", "not asked for")]
