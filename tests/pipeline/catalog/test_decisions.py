"""Decisions of a draft: composed in order, taken out and put back whole, and what a new one meets in the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillAlias, SkillDimension
from pipeline.catalog.admission import DraftClash, Prevailing, admit
from pipeline.catalog.changes import Change, Place, apply, blockers, preview, rows_by_key, squash
from pipeline.catalog.decisions import Decision, compose, in_the_way_of, key_place, standing_on
from pipeline.catalog.operations import (
    ChangeReason,
    DimensionSplit,
    edit,
    find_alias,
    merge,
    move_link,
    repoint_alias,
    retire,
    split_dimension,
)
from pipeline.catalog.value import RoleAlias, RoleBaseline, RoleKra
from pipeline.errors import InputError

WHY = ChangeReason("because")


def baseline(role: str, maturity: str) -> RoleBaseline:
    return RoleBaseline(role, "Network and systems administration", "Runs it.", maturity, "Linux.", 0.0)


def small() -> Catalog:
    catalog = Catalog(
        roles=(Role(1, "dev", "Developer"), Role(2, "ops", "Operator")),
        role_aliases=(RoleAlias("dev", "Engineer"), RoleAlias("ops", "Admin")),
        role_kras=(RoleKra("dev", "Writes"), RoleKra("ops", "Runs")),
        dimensions=(Dimension(1, "web", "Web"), Dimension(2, "cloud", "Cloud"), Dimension(3, "data", "Data")),
        skills=(
            Skill(1, "codeigniter", "CodeIgniter"),
            Skill(2, "ci-cd", "CI/CD"),
            Skill(3, "kafka", "Kafka", vendor="Apache"),
        ),
        skill_aliases=(
            SkillAlias(1, "codeigniter", "CI", "SYNONYM"),
            SkillAlias(2, "ci-cd", "CI/CD", "CANONICAL", is_primary=True),
            SkillAlias(3, "kafka", "Kafka", "CANONICAL", is_primary=True),
        ),
        skill_dimensions=(
            SkillDimension("codeigniter", "web"),
            SkillDimension("ci-cd", "cloud"),
            SkillDimension("kafka", "data"),
        ),
        role_dimensions=(RoleDimension("dev", "web"), RoleDimension("ops", "cloud")),
        role_baselines=(baseline("ops", "Mainstream"),),
    )
    return apply(catalog, ())  # In the store's order.


@dataclass
class Draft:
    """A draft on the small catalog as the store keeps it, in memory."""

    base: Catalog
    decisions: list[Decision]

    @classmethod
    def new(cls) -> Draft:
        return cls(small(), [])

    @property
    def catalog(self) -> Catalog:
        return preview(self.base, compose(self.decisions, self).all)

    def row(self, place: Place) -> Any | None:
        return rows_by_key(self.base)[place[0]].get(place[1])

    def same_form(self, text: str) -> Sequence[SkillAlias]:
        return [a for a in self.base.skill_aliases if a.alias_text.lower() == text.lower()]

    def stage(self, changes: Sequence[Change], prevailing: Prevailing | None = None) -> int:
        kept = admit(compose(self.decisions, self), changes, prevailing)
        self.decisions.append(Decision(len(self.decisions) + 1, kept))
        return len(self.decisions)

    def turn(self, numbers: Sequence[int], is_out: bool) -> None:
        self.decisions = [replace(d, is_out=is_out) if d.number in numbers else d for d in self.decisions]


def alias_of(catalog: Catalog, skill: str, text: str) -> SkillAlias | None:
    return next((a for a in catalog.aliases_of_skill.get(skill, ()) if a.alias_text == text), None)


def test_an_edit_of_an_alias_that_the_draft_has_given_away_goes_with_it() -> None:
    draft = Draft.new()
    draft.stage(repoint_alias(small(), "codeigniter", "CI", "ci-cd", WHY))
    draft.stage(edit(find_alias(small(), "codeigniter", "CI"), WHY, alias_type="ABBREVIATION"))
    assert alias_of(draft.catalog, "codeigniter", "CI") is None
    moved = alias_of(draft.catalog, "ci-cd", "CI")
    assert moved is not None and moved.alias_type == "ABBREVIATION"
    assert blockers(small(), compose(draft.decisions, draft).all) == ((), ())


def test_an_edit_that_the_draft_made_goes_with_an_alias_that_is_given_away_afterwards() -> None:
    draft = Draft.new()
    draft.stage(edit(find_alias(small(), "codeigniter", "CI"), WHY, context=("build",)))
    draft.stage(repoint_alias(small(), "codeigniter", "CI", "ci-cd", WHY))
    moved = alias_of(draft.catalog, "ci-cd", "CI")
    assert moved is not None and moved.context == ("build",)


def test_an_alias_that_another_skill_has_already_is_what_an_edit_goes_to() -> None:
    draft = Draft(replace(small(), skill_aliases=(*small().skill_aliases, SkillAlias(4, "ci-cd", "CI"))), [])
    draft.stage(repoint_alias(draft.base, "codeigniter", "CI", "ci-cd", WHY))
    draft.stage(edit(find_alias(draft.base, "codeigniter", "CI"), WHY, alias_type="ABBREVIATION"))
    kept = alias_of(draft.catalog, "ci-cd", "CI")
    assert kept is not None and (kept.id, kept.alias_type) == (4, "ABBREVIATION")


def test_an_edit_of_an_alias_that_is_gone_is_refused_and_says_what_to_do() -> None:
    draft = Draft.new()
    draft.stage([Change(find_alias(small(), "codeigniter", "CI"), None)])
    with pytest.raises(
        DraftClash, match=r"alias codeigniter / CI is not there any more(.|\n)*Take that decision out"
    ) as caught:
        draft.stage(edit(find_alias(small(), "codeigniter", "CI"), WHY, alias_type="ABBREVIATION"))
    assert (caught.value.clashes[0].by, caught.value.can_prevail) == (1, False)


@pytest.mark.parametrize(("prevailing", "vendor"), [("later", "Confluent"), ("draft", "LinkedIn")])
def test_two_values_of_one_cell_are_a_choice(prevailing: Prevailing, vendor: str) -> None:
    draft = Draft.new()
    kafka = small().skill["kafka"]
    draft.stage(edit(kafka, WHY, vendor="LinkedIn"))
    draft.stage(edit(kafka, WHY, license="apache_2_0"))
    with pytest.raises(DraftClash, match=r"skill kafka has another vendor by now(.|\n)*Stage it all the same"):
        draft.stage(edit(kafka, WHY, vendor="Confluent"))
    draft.stage(edit(kafka, WHY, vendor="Confluent"), prevailing)
    assert (draft.catalog.skill["kafka"].vendor, draft.catalog.skill["kafka"].license) == (vendor, "apache_2_0")


def test_what_is_said_of_a_merged_skill_is_for_a_person_to_say_of_its_successor() -> None:
    draft = Draft.new()
    draft.stage(merge(small(), "skills", "codeigniter", "ci-cd", WHY))
    changes = edit(small().skill["codeigniter"], WHY, vendor="EllisLab")
    with pytest.raises(DraftClash, match="skill codeigniter has become skill ci-cd"):
        draft.stage(changes)
    draft.stage(changes, "later")
    assert draft.catalog.skill["ci-cd"].vendor == "EllisLab"


def test_a_baseline_that_the_draft_has_edited_goes_with_its_role_to_the_one_it_is_merged_into() -> None:
    draft = Draft.new()
    draft.stage(edit(baseline("ops", "Mainstream"), WHY, tech_stack_maturity="Legacy"))
    draft.stage(merge(small(), "roles", "ops", "dev", WHY))
    assert draft.catalog.role_baselines == (baseline("dev", "Legacy"),)
    draft.stage(edit(baseline("ops", "Mainstream"), WHY, ai_index=2.0))
    assert draft.catalog.role_baselines == (replace(baseline("dev", "Legacy"), ai_index=2.0),)
    draft.turn([2, 3], is_out=True)
    assert draft.catalog.role_baselines == (baseline("ops", "Legacy"),)


def test_links_follow_what_was_merged_and_are_refused_where_it_was_retired() -> None:
    draft = Draft.new()
    draft.stage(merge(small(), "dimensions", "data", "cloud", WHY))
    draft.stage([Change(None, SkillDimension("codeigniter", "data"))])
    assert SkillDimension("codeigniter", "cloud") in draft.catalog.skill_dimensions
    draft.stage(retire(small(), "dimensions", "web", WHY))
    with pytest.raises(DraftClash, match="dimension web is not there"):
        draft.stage([Change(None, SkillDimension("kafka", "web"))])


def test_a_merge_made_without_the_draft_takes_along_what_the_draft_has_added() -> None:
    draft = Draft.new()
    draft.stage([Change(None, SkillDimension("codeigniter", "data"))])
    draft.stage(merge(small(), "skills", "codeigniter", "ci-cd", WHY))
    assert SkillDimension("ci-cd", "data") in draft.catalog.skill_dimensions
    assert blockers(small(), compose(draft.decisions, draft).all) == ((), ())


def test_what_stands_on_a_decision_is_named_and_goes_and_comes_back_with_it() -> None:
    draft = Draft.new()
    first = draft.stage(repoint_alias(small(), "codeigniter", "CI", "ci-cd", WHY))
    other = draft.stage(edit(small().skill["kafka"], WHY, vendor="LinkedIn"))
    on_it = draft.stage(edit(find_alias(draft.catalog, "ci-cd", "CI"), WHY, alias_type="ABBREVIATION"))
    before = draft.catalog
    assert standing_on(draft.decisions, first, draft) == (on_it,)
    assert standing_on(draft.decisions, other, draft) == ()
    draft.turn([first, on_it], is_out=True)
    assert draft.catalog == apply(small(), draft.decisions[1].changes)
    draft.turn([first, on_it], is_out=False)
    assert draft.catalog == before


def test_edits_of_different_cells_of_a_row_do_not_stand_on_each_other() -> None:
    draft = Draft.new()
    first = draft.stage(edit(small().skill["kafka"], WHY, vendor="LinkedIn"))
    draft.stage(edit(draft.catalog.skill["kafka"], WHY, license="apache_2_0"))
    assert standing_on(draft.decisions, first, draft) == ()
    draft.turn([first], is_out=True)
    assert draft.catalog.skill["kafka"] == replace(small().skill["kafka"], license="apache_2_0")
    assert blockers(small(), compose(draft.decisions, draft).all) == ((), ())


def test_what_came_in_its_place_keeps_a_decision_from_being_put_back() -> None:
    draft = Draft.new()
    first = draft.stage(edit(small().skill["kafka"], WHY, vendor="LinkedIn"))
    draft.turn([first], is_out=True)
    draft.stage(edit(small().skill["kafka"], WHY, vendor="Confluent"))
    (clash,) = in_the_way_of(draft.decisions, [first], draft)
    assert clash.text == "skill kafka has another vendor by now"


# --- any sequence -------------------------------------------------------------------------------------------------

skills = st.sampled_from(["codeigniter", "ci-cd", "kafka"])
dimensions = st.sampled_from(["web", "cloud", "data"])
forms = st.sampled_from(["CI", "CI/CD", "Kafka", "k"])
words = st.sampled_from(["x", "y"])
acts = st.one_of(
    st.tuples(st.just("repoint"), skills, forms, skills),
    st.tuples(st.just("type"), skills, forms, st.sampled_from(["ABBREVIATION", "LEGACY"])),
    st.tuples(st.just("context"), skills, forms, words),
    st.tuples(st.just("alias"), skills, forms),
    st.tuples(st.just("vendor"), skills, words),
    st.tuples(st.just("license"), skills, words),
    st.tuples(st.just("link"), skills, dimensions),
    st.tuples(st.just("move"), skills, dimensions, st.one_of(st.none(), dimensions)),
    st.tuples(st.just("merge"), st.sampled_from(["skills"]), skills, skills),
    st.tuples(st.just("merge"), st.sampled_from(["dimensions"]), dimensions, dimensions),
    st.tuples(st.just("merge"), st.just("roles"), st.just("ops"), st.just("dev")),
    st.tuples(st.just("baseline"), st.sampled_from(["dev", "ops"]), st.sampled_from(["Legacy", "Established"])),
    st.tuples(st.just("retire"), st.sampled_from(["skills"]), skills),
    st.tuples(st.just("retire"), st.sampled_from(["dimensions"]), dimensions),
    st.tuples(st.just("split"), dimensions, skills),
)


def stated_maturity(role: str, maturity: str, catalog: Catalog) -> tuple[Change, ...]:
    stored = catalog.baseline_of_role.get(role)
    if stored is None:
        return (WHY.change(None, baseline(role, maturity)),)
    return edit(stored, WHY, tech_stack_maturity=maturity)


def of_entities(act: tuple[Any, ...], catalog: Catalog) -> tuple[Change, ...]:
    match act:
        case ("merge", table, merged, kept):
            return merge(catalog, table, merged, kept, WHY)
        case ("retire", table, slug):
            return retire(catalog, table, slug, WHY)
        case ("split", dimension, skill):
            split = DimensionSplit(Dimension(None, f"{dimension}-2", "Two"), (skill,))
            return split_dimension(catalog, dimension, split, WHY)
    return ()


def changes_of(act: tuple[Any, ...], catalog: Catalog) -> tuple[Change, ...]:
    """What a curator who sees a catalog would stage; nothing where the act makes no sense there."""
    try:
        match act:
            case ("repoint", skill, form, owner):
                return repoint_alias(catalog, skill, form, owner, WHY)
            case ("type", skill, form, kind):
                return edit(find_alias(catalog, skill, form), WHY, alias_type=kind)
            case ("context", skill, form, word):
                return edit(find_alias(catalog, skill, form), WHY, context=(word,))
            case ("alias", skill, form) if skill in catalog.skill and alias_of(catalog, skill, form) is None:
                return (WHY.change(None, SkillAlias(None, skill, form)),)
            case ("vendor" | "license" as cell, skill, word) if skill in catalog.skill:
                return edit(catalog.skill[skill], WHY, **{cell: word})
            case ("link", skill, dimension) if skill in catalog.skill and dimension in catalog.dimension:
                link = SkillDimension(skill, dimension)
                return () if link in catalog.skill_dimensions else (WHY.change(None, link),)
            case ("move", skill, old, new):
                return move_link(catalog, skill, old, new, WHY)
            case ("baseline", role, maturity) if role in catalog.role:
                return stated_maturity(role, maturity, catalog)
            case _:
                return of_entities(act, catalog)
    except InputError:
        pass
    return ()


def holds(change: Change, decision: Sequence[Change], draft: Draft, before: Catalog) -> bool:
    """Whether what a change was for is so with the draft: at its row, or at what that has become."""
    rows = compose(draft.decisions, draft).rows
    now = rows_by_key(draft.catalog)
    row = now[change.table].get(change.key)
    if change.after is None:
        return row is None
    if row is None and change.before is None:
        merged = [c.key[0] for c in decision if c.successor]
        source = (merged[0], *change.key[1:]) if merged else None
        if source and source not in rows_by_key(before)[change.table]:
            return True  # The draft had taken it from the skill that is merged, so it does not go with it.
    if row is None:
        followed = rows.heir(change.place) or key_place(rows.follow(change.after))
        row = now[followed[0]].get(followed[1])
    if row is None or change.before is None:
        return row is not None
    old, new = vars(change.before), vars(change.after)
    return all(getattr(row, c) == new[c] for c in old if old[c] != new[c])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(acts, st.booleans()), max_size=7), st.data())
def test_a_draft_is_its_decisions_one_after_another_and_nothing_of_it_is_lost(
    sequence: list[tuple[tuple[Any, ...], bool]], data: st.DataObject
) -> None:
    draft = Draft.new()
    for act, sees_draft in sequence:
        before = draft.catalog
        changes = changes_of(act, before if sees_draft else draft.base)
        try:
            number = draft.stage(changes)
        except DraftClash:
            assert not sees_draft, "what was made on the catalog with the draft always goes on top of it"
            assert draft.catalog == before
            continue
        composed = compose(draft.decisions, draft)
        assert not any(composed.lost.values())
        assert draft.catalog == apply(before, composed.changes[number])
        if sees_draft:
            assert draft.catalog == apply(before, changes)
        assert all(holds(change, changes, draft, before) for change in changes)
        assert blockers(draft.base, composed.all) == ((), ())
        assert apply(draft.base, squash(composed.all)) == draft.catalog
    whole = draft.catalog
    if not draft.decisions:
        return
    out = data.draw(st.sampled_from([d.number for d in draft.decisions]))
    along = standing_on(draft.decisions, out, draft)
    draft.turn([out, *along], is_out=True)
    composed = compose(draft.decisions, draft)
    assert not any(composed.lost.values())
    assert blockers(draft.base, composed.all) == ((), ())
    step = draft.base
    for changes in composed.changes.values():
        step = apply(step, changes)
    assert step == draft.catalog
    assert in_the_way_of(draft.decisions, [out, *along], draft) == ()
    draft.turn([out, *along], is_out=False)
    assert draft.catalog == whole
