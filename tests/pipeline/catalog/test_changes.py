"""Changes of a catalog: applied whole or not at all, inverted exactly, found by comparison."""

import json
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillAlias, SkillDimension
from pipeline.catalog.changes import (
    Change,
    ChangeConflict,
    InvalidChanges,
    apply,
    change_from_wire,
    diff,
    merge_upstream,
)
from pipeline.catalog.describe import change_text
from pipeline.catalog.refs import FindingRef, RunRef
from pipeline.errors import InputError


def small() -> Catalog:
    return Catalog(
        roles=(Role(1, "data-engineer", "Data Engineer"),),
        dimensions=(Dimension(1, "streams", "Streams"), Dimension(2, "front-end", "Front End")),
        skills=(Skill(1, "kafka", "Kafka"), Skill(2, "react", "React")),
        skill_aliases=(SkillAlias(1, "kafka", "Kafka", "CANONICAL", is_primary=True),),
        skill_dimensions=(SkillDimension("kafka", "streams"), SkillDimension("react", "front-end")),
        role_dimensions=(RoleDimension("data-engineer", "streams"),),
    )


def moved() -> list[Change]:
    return [
        Change(SkillDimension("react", "front-end"), None, "wrong"),
        Change(None, SkillDimension("react", "streams"), "right"),
    ]


def test_a_link_is_moved_and_moved_back() -> None:
    changed = apply(small(), moved())
    assert [s.slug for s in changed.skills_of_dimension["streams"]] == ["kafka", "react"]
    assert apply(changed, [c.inverse() for c in reversed(moved())]) == small()


def test_a_row_that_moved_meanwhile_is_a_conflict_with_all_three_sides() -> None:
    base = Skill(1, "kafka", "Kafka")
    current = replace(base, display_name="Apache Kafka")
    catalog = replace(small(), skills=(current, small().skills[1]))
    with pytest.raises(ChangeConflict) as caught:
        apply(catalog, [Change(base, replace(base, vendor="Apache")), *moved()])
    assert [(c.change.before, c.current) for c in caught.value.conflicts] == [(base, current)]
    assert "skill kafka has been changed" in str(caught.value)


def test_what_would_lead_nowhere_is_refused_with_every_reason() -> None:
    with pytest.raises(InvalidChanges) as caught:
        apply(small(), [Change(small().skills[0], None)])
    assert caught.value.problems == (
        "alias kafka / Kafka: there is no skill 'kafka'",
        "link kafka / streams: there is no skill 'kafka'",
    )


def test_two_changes_of_a_row_are_their_sum() -> None:
    first, second = (replace(small().skills[0], vendor=v) for v in ("Confluent", "Apache"))
    changed = apply(small(), [Change(small().skills[0], first), Change(first, second)])
    assert changed.skill["kafka"].vendor == "Apache"


def test_a_change_survives_its_json_form_and_says_what_it_does() -> None:
    edit = Change(
        small().skills[0], replace(small().skills[0], context_tags=("log", "topic")), "why", RunRef(UUID(int=7))
    )
    assert change_from_wire(json.loads(json.dumps(edit.wire()))) == edit
    assert change_text(edit) == "changes skill kafka: context_tags nothing → “log, topic”"
    assert [change_text(c) for c in moved()] == ["removes link react → front-end", "adds link react → streams"]


def test_an_older_forms_evidence_becomes_the_source_or_goes_to_the_reason() -> None:
    form = {
        "table": "skills",
        "before": None,
        "after": {"id": None, "slug": "go", "display_name": "Go"},
        "reason": "new",
    }
    run = change_from_wire(form | {"evidence": f"run {UUID(int=7)}"})
    assert (run.source, run.reason) == (RunRef(UUID(int=7)), "new")
    finding = change_from_wire(form | {"evidence": 'wrong_alias {"alias_text": "CI"}'})
    assert finding.source == FindingRef("wrong_alias", {"alias_text": "CI"})
    remark = change_from_wire(form | {"evidence": "seen in the wild"})
    assert (remark.source, remark.reason) == (None, "new (seen in the wild)")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"table": "skill", "before": {}, "after": None}, "'skill' is not a table"),
        ({"table": "skills", "before": {"name": "x"}}, "has no column name"),
        ({"table": "skills"}, "neither a row before nor a row after"),
        ({"table": "skills", "source": {"type": "dream"}}, "is not a reference"),
    ],
)
def test_a_form_that_is_no_change_says_why(form: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        change_from_wire(form)


def test_a_newer_shipped_catalog_leaves_what_curators_touched() -> None:
    shipped = Catalog(
        roles=(Role(1, "data-engineer", "Data Engineer", "Data"),),
        dimensions=(Dimension(1, "streams", "Streams", "new rationale"),),
        skills=(Skill(1, "kafka", "Kafka", vendor="Apache"), Skill(3, "flink", "Flink")),
        skill_dimensions=(SkillDimension("kafka", "streams"), SkillDimension("flink", "streams")),
        role_dimensions=(RoleDimension("data-engineer", "streams"),),
    )
    touched = {("skills", ("kafka",)): {"vendor"}, ("skill_dimensions", ("react", "front-end")): {"skill_slug"}}
    now = apply(small(), merge_upstream(small(), shipped, touched))
    assert now.skill["kafka"].vendor is None
    assert now.dimension["streams"].rationale == "new rationale"
    # The curators' link still has both its ends, though the newer catalog ships neither.
    assert {"react", "flink"} <= set(now.skill) and "front-end" in now.dimension
    assert now.skill_dimensions == tuple(sorted(now.skill_dimensions, key=lambda x: (x.skill_slug, x.dimension_slug)))


def test_a_touched_row_gets_the_facts_of_a_newer_catalog_that_it_lacks_and_nobody_set() -> None:
    ours = replace(small(), skills=tuple(replace(s, license="mit") for s in small().skills))
    theirs = {"vendor": "Apache", "license": "apache_2_0", "maturity_band": "MODERN", "is_cloud_native": True}
    kafka = replace(ours.skill["kafka"], **theirs)  # type: ignore[arg-type]
    shipped = replace(ours, skills=tuple(kafka if s.slug == "kafka" else s for s in ours.skills))
    place = ("skills", ("kafka",))
    now = apply(ours, merge_upstream(ours, shipped, {place: {"license", "vendor"}})).skill["kafka"]
    assert (now.maturity_band, now.is_cloud_native, now.license, now.vendor) == ("MODERN", True, "mit", None)
    assert merge_upstream(ours, shipped, {place: set(theirs)}) == ()


names = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    slugs = sorted(draw(st.sets(names)))
    dims = sorted(draw(st.sets(names)))
    links = sorted(draw(st.sets(st.tuples(st.sampled_from(slugs), st.sampled_from(dims))))) if slugs and dims else []
    return Catalog(
        skills=tuple(
            Skill(i, s, s.upper(), vendor=draw(st.sampled_from([None, "x", "y"]))) for i, s in enumerate(slugs)
        ),
        dimensions=tuple(Dimension(i, d, d.upper()) for i, d in enumerate(dims)),
        skill_dimensions=tuple(SkillDimension(*pair) for pair in links),
    )


@settings(max_examples=200, deadline=None)
@given(catalogs(), catalogs(), catalogs())
def test_differences_lead_from_one_catalog_to_the_other_and_back(
    first: Catalog, second: Catalog, third: Catalog
) -> None:
    there, on = diff(first, second), diff(second, third)
    assert apply(first, there) == second
    assert apply(second, [c.inverse() for c in reversed(there)]) == first
    assert apply(first, [*there, *on]) == third
