"""Catalogs that differ in a few rows: their look-ups and indexes are those of the whole catalog."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.changes import Change
from pipeline.catalog.edits import DEPENDS_ON, RowEdits
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import RoleAlias, RoleDimension, Skill, SkillAlias, SkillDimension
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.threads import products_in_own_thread
from tests.conftest import JD

TEXT = f"{JD}\nJava Spring Boot, SQL/NoSQL, Node.js and react to changes; Go or Rust; APIs, Kafka topics, AWS Lambda"


def without(catalog: Catalog, table: str, row: Any) -> Catalog:
    """The catalog as it is read when a line was taken out of a file."""
    return replace(catalog, **{table: tuple(r for r in getattr(catalog, table) if r is not row)})


def drawn(catalog: Catalog, table: str, n: int) -> Sequence[Any]:
    return random.Random(table).sample(getattr(catalog, table), n)


@pytest.fixture(scope="module")
def edits(catalog: Catalog, encoder: CachedEncoder) -> IndexEdits:
    # Products that several threads share differ in their last bits from those of one, as programs and pages compute them.
    products_in_own_thread()
    indexes = Indexes(catalog, encoder)
    indexes.warm()
    for name in DEPENDS_ON:
        getattr(catalog, name)
    return IndexEdits(indexes)


def equal(one: object, other: object) -> bool:
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else bool(one == other)


def differences(one: Any, other: Any) -> list[str]:
    """The fields in which two values of one class differ."""
    return [f.name for f in fields(one) if not equal(getattr(one, f.name), getattr(other, f.name))]


def removals(catalog: Catalog) -> Iterator[tuple[str, Any]]:
    for slug in ("java", "sql", "aws"):
        yield "skill_aliases", catalog.aliases_of_skill[slug][0]
    for table in ("skill_aliases", "skill_dimensions"):
        yield from ((table, row) for row in drawn(catalog, table, 2))


def test_a_row_taken_out_leaves_what_the_folder_without_its_line_has(edits: IndexEdits) -> None:
    catalog = edits.base.catalog
    for table, row in removals(catalog):
        changed, whole = edits.after([Change(row, None)]), without(catalog, table, row)
        assert changed.catalog == whole
        assert all(getattr(changed.catalog, name) == getattr(whole, name) for name in DEPENDS_ON)
        assert changed.skill_weight == Indexes(whole, edits.base.encoder).skill_weight
        index = AliasIndex(whole)
        assert changed.aliases.forms() == index.forms()
        assert changed.aliases.heads == index.heads
        assert sorted(changed.aliases.shared()) == sorted(index.shared())
        assert changed.aliases.names_of(row.skill_slug) == index.names_of(row.skill_slug)
        assert changed.aliases.find(TEXT, out_of_context=True) == index.find(TEXT, out_of_context=True)


def test_the_role_rows_taken_out_leave_the_same_titles_and_kras_to_the_last_bit(edits: IndexEdits) -> None:
    catalog, encoder = edits.base.catalog, edits.base.encoder
    rows = [("role_aliases", *drawn(catalog, "role_aliases", 1)), ("role_kras", *drawn(catalog, "role_kras", 1))]
    rows.append(("role_dimensions", RoleDimension("data-engineer", "big-data-processing")))
    for table, row in rows:
        stored = next(r for r in getattr(catalog, table) if r == row)
        changed, whole = edits.after([Change(stored, None)]), Indexes(without(catalog, table, stored), encoder)
        assert changed.titles == whole.titles
        assert set(differences(changed.title_matrix, whole.title_matrix)) <= {"grams"}
        for title in ("senior data engineer", "test lead", "zz"):
            one, other = changed.title_matrix.grams, whole.title_matrix.grams
            assert equal(one.similarity(title), other.similarity(title))
            assert equal(one.log_likelihood(title), other.log_likelihood(title))
        assert not differences(changed.kras, whole.kras)
        assert changed.skill_weight == whole.skill_weight


def test_rows_added_and_written_anew_stand_where_an_editor_leaves_them(edits: IndexEdits) -> None:
    catalog = edits.base.catalog
    old = catalog.aliases_of_skill["kafka"][0]
    changes = [
        Change(old, replace(old, match_strategy="CASE_SENSITIVE")),
        Change(None, SkillAlias(None, "kafka", "Zephyrine")),
        Change(None, SkillDimension("kafka", "cloud-platforms")),
    ]
    changed = edits.after(changes)
    rows = [changes[0].after if row is old else row for row in catalog.skill_aliases]
    whole = replace(
        catalog,
        skill_aliases=(*rows, changes[1].after),
        skill_dimensions=(*catalog.skill_dimensions, SkillDimension("kafka", "cloud-platforms")),
    )
    assert changed.catalog == whole
    assert all(getattr(changed.catalog, name) == getattr(whole, name) for name in DEPENDS_ON)
    assert changed.aliases.find(TEXT, True) == AliasIndex(whole).find(TEXT, True)
    assert "kafka" in {hit.form.skill_slug for hit in changed.aliases.find("Zephyrine")}


def test_a_change_of_a_row_that_is_another_changes_nothing() -> None:
    catalog = Catalog(skills=(Skill(1, "kafka", "Kafka"),), skill_aliases=(SkillAlias(1, "kafka", "Apache Kafka"),))
    gone = Change(SkillAlias(9, "kafka", "Apache Kafka"), None)
    taken = Change(None, SkillAlias(2, "kafka", "Apache Kafka"))
    assert RowEdits(catalog).after([gone, taken]) == catalog


def test_the_only_row_of_an_owner_leaves_it_without_an_entry() -> None:
    aliases = (RoleAlias("a", "Analyst"), RoleAlias("b", "Builder"))
    catalog = Catalog(role_aliases=aliases)
    assert set(catalog.aliases_of_role) == {"a", "b"}
    changed = RowEdits(catalog).after([Change(aliases[0], None)])
    assert changed.aliases_of_role == {"b": (aliases[1],)}
