"""What curators do, as changes: what leans on a row follows it or goes with it, and nothing is left leading nowhere."""

from dataclasses import replace
from uuid import UUID

import pytest

from pipeline.catalog import (
    Catalog,
    Dimension,
    Role,
    RoleAlias,
    RoleBaseline,
    RoleDimension,
    RoleKra,
    Skill,
    SkillAlias,
    SkillDimension,
)
from pipeline.catalog.changes import apply
from pipeline.catalog.operations import (
    ChangeReason,
    DimensionSplit,
    edit,
    merge,
    move_link,
    repoint_alias,
    retire,
    split_dimension,
)
from pipeline.catalog.refs import RunRef
from pipeline.errors import InputError

WHY = ChangeReason("one thing", RunRef(UUID(int=7)))


def small() -> Catalog:
    return Catalog(
        roles=(Role(1, "data-engineer", "Data Engineer"), Role(2, "etl-developer", "ETL Developer")),
        role_aliases=(RoleAlias("data-engineer", "Big Data Engineer"), RoleAlias("etl-developer", "Big Data Engineer")),
        role_kras=(RoleKra("data-engineer", "Moves data"), RoleKra("etl-developer", "Loads tables")),
        dimensions=(Dimension(1, "streams", "Streams"), Dimension(2, "stores", "Stores")),
        skills=(Skill(1, "kafka", "Kafka"), Skill(2, "kstreams", "Kafka Streams"), Skill(3, "redis", "Redis")),
        skill_aliases=(
            SkillAlias(1, "kafka", "Kafka", "CANONICAL", is_primary=True),
            SkillAlias(2, "kafka", "AK", "ABBREVIATION"),
            SkillAlias(3, "kstreams", "KStreams"),
            SkillAlias(4, "kstreams", "ak", "VERSION"),
            SkillAlias(5, "kstreams", "Kafka Streams", "CANONICAL", is_primary=True),
        ),
        skill_dimensions=tuple(
            SkillDimension(*x.split()) for x in ("kafka streams", "kstreams stores", "kstreams streams", "redis stores")
        ),
        role_dimensions=tuple(
            RoleDimension(*x.split())
            for x in ("data-engineer stores", "data-engineer streams", "etl-developer streams")
        ),
    )


ENGINEER = RoleBaseline(
    "data-engineer", "Data pipeline and platform engineering", "Moves it.", "Mainstream", "Spark.", 0.0
)
LOADER = RoleBaseline(
    "etl-developer", "Data pipeline and platform engineering", "Loads it.", "Established", "SQL.", 0.5
)


def test_a_role_that_others_are_merged_into_keeps_its_baseline_and_takes_theirs_where_it_has_none() -> None:
    both = replace(small(), role_baselines=(ENGINEER, LOADER))
    after = apply(both, merge(both, "roles", "etl-developer", "data-engineer", WHY))
    assert after.role_baselines == (ENGINEER,)
    one = replace(small(), role_baselines=(LOADER,))
    changes = merge(one, "roles", "etl-developer", "data-engineer", WHY)
    merged = apply(one, changes)
    assert merged.role_baselines == (replace(LOADER, role_slug="data-engineer"),)
    assert apply(merged, [c.inverse() for c in reversed(changes)]).role_baselines == (LOADER,)


def test_a_role_that_is_retired_takes_its_baseline_with_it() -> None:
    both = replace(small(), role_baselines=(ENGINEER, LOADER))
    assert apply(both, retire(both, "roles", "etl-developer", WHY)).role_baselines == (ENGINEER,)


def test_what_leans_on_a_merged_skill_follows_and_its_name_stays_known() -> None:
    changes = merge(small(), "skills", "kstreams", "kafka", WHY)
    after = apply(small(), changes)
    assert [s.slug for s in after.skills] == ["kafka", "redis"]
    assert {d.slug for d in after.dimensions_of_skill["kafka"]} == {"streams", "stores"}
    forms = {a.alias_text: (a.alias_type, a.is_primary) for a in after.skill_aliases}
    # "ak" is there already in another case; what was the canonical name of the one is a plain form of the other.
    assert forms == {
        "Kafka": ("CANONICAL", True),
        "AK": ("ABBREVIATION", False),
        "KStreams": ("SYNONYM", False),
        "Kafka Streams": ("SYNONYM", False),
    }
    gone = next(c for c in changes if c.table == "skills")
    assert (gone.successor, gone.reason, gone.source) == ("kafka", "one thing", RunRef(UUID(int=7)))


def test_a_merged_roles_titles_and_kras_follow_and_its_name_becomes_a_title() -> None:
    after = apply(small(), merge(small(), "roles", "etl-developer", "data-engineer", WHY))
    assert [a.alias_text for a in after.role_aliases] == ["Big Data Engineer", "ETL Developer"]
    assert after.kras_of_role["data-engineer"] == ("Loads tables", "Moves data")


def test_merged_dimensions_hold_the_skills_and_the_roles_of_both() -> None:
    after = apply(small(), merge(small(), "dimensions", "stores", "streams", WHY))
    assert {s.slug for s in after.skills_of_dimension["streams"]} == {"kafka", "kstreams", "redis"}
    assert {r.slug for r in after.roles_of_dimension["streams"]} == {"data-engineer", "etl-developer"}


def test_what_is_retired_goes_with_all_that_leans_on_it() -> None:
    after = apply(small(), retire(small(), "skills", "kstreams", WHY, "kafka"))
    assert not [
        row for table in (after.skill_aliases, after.skill_dimensions) for row in table if row.skill_slug == "kstreams"
    ]


def test_a_split_moves_some_skills_and_roles_carry_both_parts() -> None:
    new = Dimension(None, "caches", "Caches")
    after = apply(small(), split_dimension(small(), "stores", DimensionSplit(new, ("redis",)), WHY))
    assert [s.slug for s in after.skills_of_dimension["stores"]] == ["kstreams"]
    assert [s.slug for s in after.skills_of_dimension["caches"]] == ["redis"]
    assert [r.slug for r in after.roles_of_dimension["caches"]] == ["data-engineer"]


def test_a_link_is_moved_once_even_where_it_stands_already() -> None:
    assert len(move_link(small(), "redis", "stores", "streams", WHY)) == 2
    assert len(move_link(small(), "kstreams", "stores", "streams", WHY)) == 1
    assert len(move_link(small(), "redis", "stores", None, WHY)) == 1


def test_an_alias_gets_another_owner_as_a_plain_form() -> None:
    after = apply(small(), repoint_alias(small(), "kstreams", "KStreams", "redis", WHY))
    assert [a.alias_text for a in after.aliases_of_skill["redis"]] == ["KStreams"]
    after = apply(small(), repoint_alias(small(), "kafka", "Kafka", "redis", WHY))
    assert (
        after.aliases_of_skill["redis"][0].alias_type == "SYNONYM" and not after.aliases_of_skill["redis"][0].is_primary
    )


def test_a_form_that_its_new_owner_has_beside_certain_words_only_matches_alone_from_then_on() -> None:
    aliases = tuple(replace(a, context=("topic",)) if a.alias_text == "AK" else a for a in small().skill_aliases)
    catalog = replace(small(), skill_aliases=aliases)
    after = apply(catalog, repoint_alias(catalog, "kstreams", "ak", "kafka", WHY))
    assert [(a.skill_slug, a.context) for a in after.skill_aliases if a.alias_text.lower() == "ak"] == [("kafka", ())]
    # While a third skill has the form too, the words near it go on telling them apart.
    third = replace(catalog, skill_aliases=(*catalog.skill_aliases, SkillAlias(9, "redis", "AK")))
    after = apply(third, repoint_alias(third, "kstreams", "ak", "kafka", WHY))
    assert ("kafka", ("topic",)) in [(a.skill_slug, a.context) for a in after.skill_aliases]


def test_an_edit_that_changes_nothing_is_no_change() -> None:
    skill = small().skill["redis"]
    assert edit(skill, WHY, display_name="Redis") == ()
    assert edit(skill, WHY, vendor="Redis Ltd.")[0].after.vendor == "Redis Ltd."


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (lambda c: merge(c, "skills", "kafka", "kafka", WHY), "merged with itself"),
        (lambda c: merge(c, "skills", "kafkka", "kafka", WHY), "no skill 'kafkka'"),
        (lambda c: retire(c, "roles", "kafka", WHY), "no role 'kafka'"),
        (lambda c: split_dimension(c, "stores", DimensionSplit(Dimension(None, "streams", "x"), ()), WHY), "already"),
        (
            lambda c: split_dimension(c, "stores", DimensionSplit(Dimension(None, "new", "x"), ("kafka",)), WHY),
            "does not hold 'kafka'",
        ),
        (lambda c: move_link(c, "kafka", "stores", "streams", WHY), "is not in the dimension 'stores'"),
        (lambda c: move_link(c, "kafka", "streams", "streams", WHY), "already"),
        (lambda c: move_link(c, "kafka", "streams", "nowhere", WHY), "no dimension 'nowhere'"),
        (lambda c: repoint_alias(c, "kafka", "nope", "redis", WHY), "no alias 'nope'"),
        (lambda c: repoint_alias(c, "kafka", "AK", "kafka", WHY), "already"),
    ],
)
def test_what_cannot_be_done_says_why(operation: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        operation(small())  # type: ignore[operator]
