"""What changes of the catalog would have made of past runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, apply
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import Why, move_link, repoint_alias, retire
from pipeline.config import Config
from pipeline.impact import PastRun, Scope, Verdict, impact
from pipeline.run import reread, run
from pipeline.text import JDText
from tests.conftest import JD

WHY = Why("test")


@pytest.fixture(scope="module")
def past(indexes: Indexes) -> PastRun:
    parsed = run(JD, None, "r", indexes).api1.nano_parsed
    return PastRun("r", "JD", reread([(JDText(JD), None, parsed)], indexes.encoder)[0], Config())


def after(indexes: Indexes, changes: Iterable[Change]) -> Indexes:
    return indexes.of(apply(indexes.catalog, changes))


def moved(catalog: Catalog) -> tuple[Change, ...]:
    return move_link(catalog, "kafka", catalog.dimensions_of_skill["kafka"][0].slug, "cloud-platforms", WHY)


def test_a_replay_comes_to_what_the_run_came_to(past: PastRun, indexes: Indexes) -> None:
    ran = run(JD, None, "r", indexes).api1
    (effect,) = impact([past], indexes, after(indexes, moved(indexes.catalog))).effects
    decision = ran.stage4_decision
    assert decision.chosen_role and effect.before.role_slug == decision.chosen_role.slug
    assert effect.before.confidence == pytest.approx(decision.confidence, abs=1e-4)
    assert effect.before.skills == {s.slug for s in ran.final_skills if s.slug}


def test_a_moved_link_is_one_lost_and_one_gained(past: PastRun, indexes: Indexes) -> None:
    old = indexes.catalog.dimensions_of_skill["kafka"][0].slug
    found = impact([past], indexes, after(indexes, moved(indexes.catalog)))
    (effect,) = found.effects
    assert (effect.lost, effect.gained, effect.role_changes) == ((("kafka", old),), (("kafka", "cloud-platforms"),), False)
    assert (found.touched, found.seen, effect.judged) == (1, 1, "unknown")


def test_a_run_without_the_form_is_not_replayed(past: PastRun, indexes: Indexes) -> None:
    alias = next(a for a in indexes.catalog.aliases_of_skill["kubernetes"] if a.alias_text.lower() == "k8s")
    without = reread([(JDText(JD.replace("K8s", "boats")), None, past.read.parsed)], indexes.encoder)[0]
    changed = after(indexes, repoint_alias(indexes.catalog, "kubernetes", alias.alias_text, "docker", WHY))
    assert impact([replace(past, read=without)], indexes, changed).touched == 0
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


def test_no_change_touches_nothing(past: PastRun, indexes: Indexes) -> None:
    found = impact([past], indexes, indexes)
    assert (found.effects, found.touched, found.seen) == ((), 0, 1)
