"""What changes of the catalog would have made of past runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, apply
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason, merge, move_link, repoint_alias, retire
from pipeline.config import Config
from pipeline.impact import Effect, Outcome, PastRun, Scope, Verdict, carried, impact, impact_in_steps, outcome_on
from pipeline.run import run
from pipeline.stages.encoding import encode_jds
from pipeline.text import JDText
from tests.conftest import JD, ROOT

WHY = ChangeReason("test")


@pytest.fixture(scope="module")
def past(indexes: Indexes) -> PastRun:
    parsed = run(JD, None, "r", indexes).extraction.parsed
    return PastRun("r", "JD", encode_jds([(JDText(JD), parsed)], indexes.encoder)[0], Config())


def after(indexes: Indexes, changes: Iterable[Change]) -> Indexes:
    return indexes.for_catalog(apply(indexes.catalog, changes))


def moved(catalog: Catalog) -> tuple[Change, ...]:
    return move_link(catalog, "kafka", catalog.dimensions_of_skill["kafka"][0].slug, "cloud-platforms", WHY)


def test_a_replay_comes_to_what_the_run_came_to(past: PastRun, indexes: Indexes) -> None:
    ran = run(JD, None, "r", indexes).extraction
    (effect,) = impact([past], indexes, after(indexes, moved(indexes.catalog))).effects
    decision = ran.decision
    assert decision.chosen_role and effect.before.role_slug == decision.chosen_role.slug
    assert effect.before.confidence == pytest.approx(decision.confidence, abs=1e-4)
    assert effect.before.skills == {s.slug for s in ran.skills if s.slug}


@pytest.mark.parametrize("sample", ["02-game-backend-with-many-stores", "14-two-roles-in-one"])
def test_an_outcome_is_that_of_a_whole_run_on_each_catalog(sample: str, indexes: Indexes) -> None:
    jd = (ROOT / "seeds" / "jds" / f"{sample}.txt").read_text(encoding="utf-8")
    today = run(jd, None, "r", indexes).extraction
    assert today.decision.chosen_role is not None
    changed = after(indexes, retire(indexes.catalog, "roles", today.decision.chosen_role.slug, WHY))
    whole = today, run(jd, None, "r", changed).extraction
    (encoded,) = encode_jds([(JDText(jd), whole[0].parsed)], indexes.encoder)
    (effect,) = impact([PastRun("r", "JD", encoded, Config())], indexes, changed).effects
    for outcome, extraction, on in zip((effect.before, effect.after), whole, (indexes, changed), strict=True):
        decision = extraction.decision
        assert outcome.role_slug == (decision.chosen_role.slug if decision.chosen_role else None)
        assert (outcome.confidence, outcome.case) == (decision.confidence, decision.case)
        assert outcome.skills == {s.slug for s in extraction.skills if s.slug}
        links = {(s, d.slug) for s in outcome.skills for d in on.catalog.dimensions_of_skill.get(s, ())}
        assert outcome.links == links


def test_a_moved_link_is_one_lost_and_one_gained(past: PastRun, indexes: Indexes) -> None:
    old = indexes.catalog.dimensions_of_skill["kafka"][0].slug
    found = impact([past], indexes, after(indexes, moved(indexes.catalog)))
    (effect,) = found.effects
    assert (effect.lost, effect.gained, effect.role_changes) == (
        (("kafka", old),),
        (("kafka", "cloud-platforms"),),
        False,
    )
    assert (found.touched, effect.judged) == (1, "unknown")


def test_a_run_without_the_form_is_not_replayed(past: PastRun, indexes: Indexes) -> None:
    alias = next(a for a in indexes.catalog.aliases_of_skill["kubernetes"] if a.alias_text.lower() == "k8s")
    without = encode_jds([(JDText(JD.replace("K8s", "boats")), past.jd.parsed)], indexes.encoder)[0]
    changed = after(indexes, repoint_alias(indexes.catalog, "kubernetes", alias.alias_text, "docker", WHY))
    assert impact([replace(past, jd=without)], indexes, changed).touched == 0
    (effect,) = impact([past], indexes, changed).effects
    assert "kubernetes" in effect.before.skills - effect.after.skills
    assert Scope(indexes, changed).everything is False


def test_another_role_weighs_most_and_reviewers_judge(past: PastRun, indexes: Indexes) -> None:
    changed = after(indexes, retire(indexes.catalog, "roles", "data-engineer", WHY))
    assert Scope(indexes, changed).everything
    right = replace(past, run_id="a", verdict=Verdict("data-engineer"))
    wrong = replace(past, run_id="b", verdict=Verdict(None))
    found = {e.run.run_id: e for e in impact([right, wrong], indexes, changed).effects}
    assert found["a"].role_changes and found["a"].size >= 10
    assert found["a"].judged == "worse"
    assert found["b"].judged in ("unknown", "better")


def test_a_skill_that_a_reviewer_called_wrong_goes_for_the_better(past: PastRun, indexes: Indexes) -> None:
    changed = after(indexes, retire(indexes.catalog, "skills", "terraform", WHY))
    judged = replace(past, verdict=Verdict("data-engineer", frozenset({"terraform"})))
    (effect,) = impact([judged], indexes, changed).effects
    assert effect.judged == "better"


LINKS_BEFORE = frozenset({("hive", "big-data"), ("kafka", "streaming")})


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ({"right_skills": {"kafka"}}, "worse"),
        ({"right_skills": {"hive"}}, "unknown"),
        ({"wrong_skills": {"kafka"}}, "better"),
        ({"right_links": {("hive", "big-data")}}, "worse"),
        ({"wrong_links": {("hive", "big-data")}}, "better"),
        ({"right_links": {("hive", "cloud")}}, "better"),
        ({"wrong_links": {("hive", "cloud")}}, "worse"),
        ({"right_links": {("kafka", "streaming")}}, "unknown"),
        ({"right_skills": {"kafka"}, "right_links": {("hive", "cloud")}}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_what_reviewers_say_of_skills_and_links_judges_without_a_word_on_the_role(
    past: PastRun, said: dict[str, set[Any]], judged: str
) -> None:
    before = Outcome("a", "A", 0.9, "A", frozenset({"hive", "kafka"}), LINKS_BEFORE)
    after_it = replace(before, role_slug="b", skills=frozenset({"hive"}), links=frozenset({("hive", "cloud")}))
    verdict = Verdict(None, has_role=False, **{name: frozenset(points) for name, points in said.items()})
    assert Effect(replace(past, verdict=verdict), before, after_it).judged == judged


def test_a_verdict_follows_what_is_merged_and_is_contradicted_by_what_is_retired(
    past: PastRun, indexes: Indexes
) -> None:
    catalog = indexes.catalog
    verdict = Verdict(
        "data-engineer", right_skills=frozenset({"terraform"}), right_links=frozenset({("terraform", "x")})
    )
    merged = apply(catalog, merge(catalog, "skills", "terraform", "ansible", WHY))
    assert carried(verdict, catalog, merged) == replace(
        verdict, right_skills=frozenset({"ansible"}), right_links=frozenset({("ansible", "x")})
    )
    other_role = apply(catalog, merge(catalog, "roles", "data-engineer", "data-architect", WHY))
    assert carried(verdict, catalog, other_role).role_slug == "data-architect"
    assert carried(verdict, catalog, apply(catalog, retire(catalog, "skills", "terraform", WHY))) == verdict
    assert carried(verdict, catalog, catalog) == verdict
    (effect,) = impact(
        [replace(past, verdict=verdict)], indexes, after(indexes, merge(catalog, "skills", "terraform", "ansible", WHY))
    ).effects
    assert effect.judged == "unknown", "the skill that the text means is found under its new name"


def test_no_change_touches_nothing(past: PastRun, indexes: Indexes) -> None:
    found = impact([past], indexes, indexes)
    assert (found.effects, found.touched) == ((), 0)


def test_steps_add_up_to_the_whole_and_each_is_what_it_does_on_top_of_those_before(
    past: PastRun, indexes: Indexes
) -> None:
    old = indexes.catalog.dimensions_of_skill["kafka"][0].slug
    first = after(indexes, moved(indexes.catalog))
    second = after(first, move_link(first.catalog, "kafka", "cloud-platforms", old, WHY))
    whole, (there, back) = impact_in_steps([past], [indexes, first, second])
    assert there.effects == impact([past], indexes, first).effects
    assert [e.gained for e in back.effects] == [(("kafka", old),)]
    assert (whole.effects, whole.touched) == ((), 1)
    assert (there.count("unknown"), there.count("better"), dict(there.roles_moved)) == (1, 0, {})


def test_what_catalogs_share_changes_no_outcome(past: PastRun, indexes: Indexes) -> None:
    catalog = indexes.catalog
    kra = next(k for k in catalog.role_kras if k.role_slug == "data-engineer")
    ways = (retire(catalog, "skills", "terraform", WHY), (WHY.change(kra, None),), moved(catalog))
    steps = [indexes]
    for changes in ways:
        steps.append(after(steps[-1], changes))
    whole, _ = impact_in_steps([past], steps)
    (effect,) = whole.effects
    assert effect.before == outcome_on(past, indexes)
    assert effect.after == outcome_on(past, Indexes(steps[-1].catalog, indexes.encoder))
