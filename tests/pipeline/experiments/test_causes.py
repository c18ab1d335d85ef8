"""Which change made a role another: one of several, several together, one of many, a setting, and none when it cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, apply, preview
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason, retire
from pipeline.config import Config
from pipeline.experiments.causes import Bounds, Cause, DifferingText, FoundCauses, Reading, find_causes
from pipeline.experiments.factors import Factor, Origin, Setting, Way, factors_between
from pipeline.run import Decided, RunContext, RunState, run_stages, until
from tests.conftest import JD

WHY = ChangeReason("test")
ORIGIN = Origin(7, 3, 1)


@pytest.fixture(scope="module")
def a(indexes: Indexes) -> Way:
    return Way(Indexes(_around_the_text(indexes.catalog), indexes.encoder), Config())


def _around_the_text(catalog: Catalog) -> Catalog:
    """The roles next to that of the text with what is theirs, and the skills that the text names: states of it are made at once."""
    roles = {role.slug for role in catalog.roles if role.domain == catalog.role["data-engineer"].domain}
    skills = {form.skill_slug for form in catalog.skill_aliases if form.alias_text.lower() in JD.lower()}
    of_roles = {
        name: tuple(row for row in getattr(catalog, name) if row.role_slug in roles)
        for name in ("role_aliases", "role_kras", "role_dimensions", "role_baselines")
    }
    of_skills = {
        name: tuple(row for row in getattr(catalog, name) if row.skill_slug in skills)
        for name in ("skill_aliases", "skill_dimensions")
    }
    own = {
        "roles": tuple(role for role in catalog.roles if role.slug in roles),
        "skills": tuple(skill for skill in catalog.skills if skill.slug in skills),
    }
    # In the order of a store, so that states share what they have in common.
    return preview(replace(catalog, **own, **of_roles, **of_skills), ())  # type: ignore[arg-type]


def with_changes(way: Way, changes: Sequence[Change] = (), **settings: object) -> Way:
    indexes = way.indexes.for_catalog(apply(way.indexes.catalog, changes)) if changes else way.indexes
    return Way(indexes, way.config.model_copy(update=settings))


def text_of(a: Way, b: Way, jd_id: str = "jd", jd: str = JD) -> DifferingText:
    def role(way: Way) -> str | None:
        events = run_stages(RunState.from_text(jd, None), RunContext("r", way.indexes, way.config))
        chosen = until(events, Decided).decision.chosen_role
        return chosen.slug if chosen else None

    return DifferingText(jd_id, jd, None, role(a), role(b))


def unrelated(a: Way, count: int) -> list[Change]:
    """Changes of titles of roles that the text does not come near."""
    titles = [row for row in a.indexes.catalog.role_aliases if row.role_slug == "embedded-engineer"] or list(
        a.indexes.catalog.role_aliases[-count:]
    )
    return [Change(row, None) for row in titles[:count]]


def found(a: Way, b: Way, origins: dict[object, Origin], **more: object) -> tuple[FoundCauses, tuple[Factor, ...]]:
    factors = factors_between(a, b, origins)  # type: ignore[arg-type]
    return find_causes([text_of(a, b)], (a, b), factors, **more), factors  # type: ignore[arg-type]


def test_of_several_changes_the_one_that_does_it_alone_is_the_cause(a: Way) -> None:
    gone = retire(a.indexes.catalog, "roles", "data-engineer", WHY)
    changes = [*unrelated(a, 2), *gone]
    b = with_changes(a, changes)
    causes, factors = found(a, b, {change.place: ORIGIN for change in gone})
    (cause,) = causes.causes
    assert cause.kind == "alone" and not causes.is_stopped
    (place,) = cause.factors
    assert factors[place].origin == ORIGIN
    assert {change.place for change in factors[place].changes} == {change.place for change in gone}


def test_a_setting_is_a_cause_as_a_row_is(a: Way) -> None:
    b = with_changes(a, unrelated(a, 1), min_field=1.0, listed_roles=4)
    causes, factors = found(a, b, {})
    assert [factor.setting for factor in factors if factor.setting] == [Setting("listed_roles"), Setting("min_field")]
    (cause,) = causes.causes
    assert (cause.kind, [factors[place].setting for place in cause.factors]) == ("alone", [Setting("min_field")])


def test_what_needs_two_changes_is_said_of_both(a: Way) -> None:
    # Without its role the text comes to the next one; without that alone it keeps its own.
    first = retire(a.indexes.catalog, "roles", "data-engineer", WHY)
    following = text_of(a, with_changes(a, first)).role_b
    assert following is not None
    second = retire(with_changes(a, first).indexes.catalog, "roles", following, WHY)
    origins = {change.place: ORIGIN for change in first} | {change.place: Origin(8, 4, 1) for change in second}
    causes, factors = found(a, with_changes(a, [*first, *second]), origins)
    (cause,) = causes.causes
    assert (cause.kind, [factors[place].origin for place in cause.factors]) == ("needed", [ORIGIN, Origin(8, 4, 1)])


def test_one_of_many_is_found_in_parts_and_a_bound_leaves_the_part_that_was_reached(a: Way) -> None:
    gone = retire(a.indexes.catalog, "roles", "data-engineer", WHY)
    others = [Change(row, None) for row in a.indexes.catalog.role_kras if row.role_slug != "data-engineer"][:30]
    origins = {change.place: Origin(n, n, 1) for n, change in enumerate(others, 10)}
    origins |= {change.place: Origin(25, 25, 2) for change in gone}
    b = with_changes(a, [*others, *gone])
    causes, factors = found(a, b, origins)
    (cause,) = causes.causes
    assert len(factors) == 31
    assert (cause.kind, [factors[place].origin for place in cause.factors]) == ("alone", [Origin(25, 25, 2)])
    assert causes.replays < 31
    stopped, _ = found(a, b, origins, reading=Reading(Bounds(states=14)))
    (cause,) = stopped.causes
    assert stopped.is_stopped and cause.kind == "among" and 1 < len(cause.factors) < 31


def test_what_a_replay_does_not_repeat_is_not_explained(a: Way) -> None:
    text = DifferingText("jd", JD, None, "qa-engineer", "data-engineer")
    b = with_changes(a, min_field=1.0)
    causes = find_causes([text], (a, b), factors_between(a, b, {}))
    assert causes.causes == (Cause("jd", "other"),)


def test_texts_and_replays_are_bounded_and_how_far_it_is_is_said(a: Way) -> None:
    b = with_changes(a, min_field=1.0)
    texts = [text_of(a, b, "1"), text_of(a, b, "2", f"{JD}\n")]
    seen: list[tuple[int, int]] = []
    factors = factors_between(a, b, {})
    causes = find_causes(texts, (a, b), factors, Reading(Bounds(texts=1), lambda done, of: seen.append((done, of))))
    assert (len(causes.causes), causes.skipped, causes.is_stopped) == (1, 1, False)
    assert seen == [(n, 5_000) for n in range(1, causes.replays + 1)]
    stopped = find_causes(texts, (a, b), factors, Reading(Bounds(replays=4)))
    assert stopped.is_stopped and [cause.kind for cause in stopped.causes] == ["among", "among"]


def test_a_table_of_values_differs_by_its_keys_and_is_put_together_again() -> None:
    usual = Config()
    other = usual.model_copy(update={"evidence_weights": {**usual.evidence_weights, "new": 1.0}})
    setting = Setting("evidence_weights", "new")
    assert setting.taken_from(other, usual) == other
    assert setting.taken_from(usual, other) == usual
    assert (setting.of(usual), setting.of(other)) == (None, 1.0)


def test_a_decision_that_is_several_things_is_one_change_for_each_entity(a: Way) -> None:
    rows = a.indexes.catalog.role_aliases
    changes = [Change(row, None) for row in (rows[0], rows[1], rows[-1])]
    entities = {row.role_slug for row in (rows[0], rows[1], rows[-1])}
    factors = factors_between(a, with_changes(a, changes), {change.place: ORIGIN for change in changes})
    assert len(factors) == len(entities) and {factor.origin for factor in factors} == {ORIGIN}
    alone = factors_between(a, with_changes(a, changes), {})
    assert len(alone) == 3 and {factor.origin for factor in alone} == {None}
