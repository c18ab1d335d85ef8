"""What the checks find on two catalogs: gold, judged runs, findings, and who gains runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.audit.checks.orphans import OrphanDimension, OrphanRole
from pipeline.catalog.changes import Change, apply
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason, merge, move_link, repoint_alias
from pipeline.config import Config
from pipeline.experiments.results import Gold
from pipeline.gate.checks import AUDIT, GOLD, MOVES, RUNS, AuditSides
from pipeline.gate.gold import GoldSide, GoldText, touched
from pipeline.gate.results import LEVEL, CheckResult
from pipeline.impact import Effect, Impact, Outcome, PastRun, Scope, Verdict
from pipeline.stages.encoding import encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.text import JDText
from tests.conftest import JD
from tests.pipeline.audit.small import found, small

WHY = ChangeReason("test")


@pytest.fixture(scope="module")
def text(indexes: Indexes) -> GoldText:
    jd = JDText(JD)
    (encoded,) = encode_jds([(jd, parse_jd(jd, None))], indexes.encoder)
    gold = Gold(("data-engineer",), slugs=frozenset({"kafka", "pyspark", "python", "sql", "terraform"}))
    return GoldText("set/1", "Freight", encoded, gold)


@pytest.fixture(scope="module")
def side(indexes: Indexes) -> GoldSide:
    return GoldSide(indexes, {})


def judged(side: GoldSide, text: GoldText, changes: tuple[Change, ...]) -> CheckResult:
    after = side.indexes.for_catalog(apply(side.indexes.catalog, changes))
    gone = {c.key[0]: c.successor for c in changes if c.successor}
    return GOLD.judge(list(side.pairs(touched([text], Scope(side.indexes, after)), after, gone)), 1, 1)


def test_a_skill_that_is_lost_is_worse_by_the_skills(side: GoldSide, text: GoldText) -> None:
    result = judged(side, text, repoint_alias(side.indexes.catalog, "kafka", "Kafka", "dbt", WHY))
    assert [(m.name, m.better, m.worse) for m in result.measures] == [
        ("roles", 0, 0),
        ("skills", 0, 1),
        ("links", 0, 0),
    ]
    assert (result.measures[0].before, result.measures[0].after) == (1.0, 1.0)
    (example,) = result.examples
    assert (example.kind, example.item, example.before, example.after) == ("broken", "set/1", "kafka", "dbt")
    assert GOLD.classify(result, LEVEL) == "mixed"


def test_a_link_that_leaves_the_right_role_is_worse_by_the_links(side: GoldSide, text: GoldText) -> None:
    catalog = side.indexes.catalog
    carried = {d.slug for d in catalog.dimensions_of_role["data-engineer"]}
    old = next(d.slug for d in catalog.dimensions_of_skill["kafka"] if d.slug in carried)
    new = next(
        d.slug for d in catalog.dimensions if d.slug not in carried and d not in catalog.dimensions_of_skill["kafka"]
    )
    result = judged(side, text, move_link(catalog, "kafka", old, new, WHY))
    assert [(m.name, m.better, m.worse) for m in result.measures][2] == ("links", 0, 1)
    back = GoldSide(side.indexes.for_catalog(apply(catalog, move_link(catalog, "kafka", old, new, WHY))), {})
    taken_back = judged(back, text, move_link(back.indexes.catalog, "kafka", new, old, WHY))
    assert GOLD.classify(taken_back, LEVEL) == "improving"


def test_a_dimension_that_is_merged_takes_no_link_from_a_role(side: GoldSide, text: GoldText) -> None:
    catalog = side.indexes.catalog
    carried = [d.slug for d in catalog.dimensions_of_skill["kafka"]]
    other = next(d.slug for d in catalog.dimensions if d.slug not in carried)
    result = judged(side, text, merge(catalog, "dimensions", carried[0], other, WHY))
    assert result.measure("links") == replace(result.measures[2], worse=0)


def test_what_a_draft_cannot_touch_is_not_replayed_and_what_stays_is_kept(side: GoldSide, text: GoldText) -> None:
    catalog = side.indexes.catalog
    vendor = WHY.change(catalog.skill["redis"], replace(catalog.skill["redis"], vendor="Other"))
    result = judged(side, text, (vendor,))
    assert (result.replayed, GOLD.classify(result, LEVEL)) == (0, "no effect")
    assert side.is_right(text)
    later = side.on_next(side.indexes.for_catalog(apply(catalog, [vendor])), {})
    assert later.knows("set/1")
    moved = side.indexes.for_catalog(apply(catalog, repoint_alias(catalog, "kafka", "Kafka", "dbt", WHY)))
    assert not side.on_next(moved, {}).knows("set/1")


def effect(text: GoldText, verdict: Verdict | None, before: Outcome, after: Outcome) -> Effect:
    return Effect(PastRun("r", "Freight", text.jd, Config(), verdict), before, after)


FIRST = Outcome("a", "A", 0.9, "A", frozenset({"kafka"}), frozenset({("kafka", "streams")}))
SECOND = Outcome("b", "B", 0.8, "B", frozenset({"kafka"}), frozenset({("kafka", "clouds")}))


def test_judged_runs_are_counted_by_role_skill_and_link(text: GoldText) -> None:
    verdict = Verdict("b", right_links=frozenset({("kafka", "streams")}))
    result = RUNS.judge(Impact((effect(text, verdict, FIRST, SECOND), effect(text, None, FIRST, SECOND)), 9), 4)
    assert [(m.name, m.better, m.worse) for m in result.measures] == [
        ("roles", 1, 0),
        ("skills", 0, 0),
        ("links", 0, 1),
    ]
    assert (result.n, result.replayed, result.moved) == (4, 9, 1)
    assert [(e.kind, e.before, e.after) for e in result.examples] == [("fixed", "A", "B")]
    open_role = Verdict(None, right_skills=frozenset({"kafka"}), has_role=False)
    lost = replace(SECOND, skills=frozenset())
    result = RUNS.judge(Impact((effect(text, open_role, FIRST, lost),), 1), 1)
    assert [(m.better, m.worse) for m in result.measures] == [(0, 0), (0, 1), (0, 0)]


def test_roles_and_dimensions_that_gain_or_lose_are_mixed_and_never_more(text: GoldText) -> None:
    result = MOVES.judge(Impact((effect(text, None, FIRST, SECOND),), 5))
    said = {(e.about, e.item): e.after for e in result.examples}
    assert said == {
        ("role", "a"): "-1",
        ("role", "b"): "+1",
        ("dimension", "streams"): "-1",
        ("dimension", "clouds"): "+1",
    }
    assert (MOVES.classify(result, LEVEL), MOVES.p_value(result, LEVEL)) == ("mixed", None)
    assert MOVES.classify(MOVES.judge(Impact((), 5)), LEVEL) == "no effect"


def test_findings_count_once_a_subject() -> None:
    catalog = small()
    bare = small(role_dimensions=())
    new = (*found(OrphanRole(), bare), *found(OrphanDimension(), bare))
    twice = (*new, replace(new[0], check=OrphanDimension()))
    result = AUDIT.judge(AuditSides((), twice), catalog, 3)
    assert (result.worse, result.moved) == (len(new), len(new) + 1)
    assert AUDIT.classify(result, LEVEL) == "mixed"
    assert AUDIT.classify(AUDIT.judge(AuditSides(new, ()), catalog, 3), LEVEL) == "improving"
    assert AUDIT.classify(AUDIT.judge(AuditSides((), ()), catalog, 3), LEVEL) == "no effect"
