"""Facts that contradict each other or those around them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.audit.checks.facts import ContradictingFact
from pipeline.audit.subjects import FactSubject
from pipeline.catalog import Skill
from tests.pipeline.audit.small import found, small

TOOLS = tuple(Skill(i, f"tool-{i}", f"Tool{i}", "Ops", "Monitoring", "TOOL") for i in range(9))
CONSUL = Skill(1, "consul", "Consul", skill_nature="TOOL", year_introduced=1995)
NAMED_AFTER = tuple(
    Skill(n, f"consul-{n}", f"Consul {name}", skill_nature="TOOL", year_introduced=year)
    for n, (name, year) in enumerate([("Connect", 2012), ("Gateway", 2014)], 2)
)


@pytest.mark.parametrize("nature, score", [("SOFT_SKILL", 0.9), ("LANGUAGE", 0.8)])
def test_a_nature_that_no_other_skill_of_the_sub_category_has_is_set_to_the_usual(nature: str, score: float) -> None:
    sre = Skill(20, "sre", "SRE", "Ops", "Monitoring", nature)
    (finding,) = found(ContradictingFact(), small(skills=(*TOOLS, sre)))
    assert finding.subject == FactSubject("sre", "skill_nature") and finding.score == score
    assert [c.after for c in finding.repair] == [replace(sre, skill_nature="TOOL")]


def test_a_small_or_mixed_sub_category_contradicts_nothing() -> None:
    sre = Skill(20, "sre", "SRE", "Ops", "Monitoring", "SOFT_SKILL")
    assert found(ContradictingFact(), small(skills=(*TOOLS[:6], sre))) == []
    mixed = tuple(replace(t, skill_nature="PLATFORM") for t in TOOLS[:4])
    assert found(ContradictingFact(), small(skills=(*mixed, *TOOLS[4:], sre))) == []


def test_a_year_long_before_all_namesakes_is_emptied() -> None:
    (finding,) = found(ContradictingFact(), small(skills=(CONSUL, *NAMED_AFTER)))
    assert finding.subject == FactSubject("consul", "year_introduced")
    assert finding.reasons[0].text.endswith("named after it: Consul Connect 2012, Consul Gateway 2014")
    assert [c.after for c in finding.repair] == [replace(CONSUL, year_introduced=None)]


@pytest.mark.parametrize("year", [None, 1985, 2000])
def test_a_year_near_its_namesakes_or_before_1990_stays(year: int | None) -> None:
    assert found(ContradictingFact(), small(skills=(replace(CONSUL, year_introduced=year), *NAMED_AFTER))) == []


def test_a_maker_of_free_software_gives_no_proprietary_licence() -> None:
    kafka = Skill(1, "kafka", "Kafka", license="proprietary", vendor="Apache Software Foundation")
    (finding,) = found(ContradictingFact(), small(skills=(kafka,)))
    assert finding.subject == FactSubject("kafka", "license")
    assert [c.after for c in finding.repair] == [replace(kafka, license=None)]
    for fine in (replace(kafka, license="apache_2_0"), replace(kafka, vendor="Oracle")):
        assert found(ContradictingFact(), small(skills=(fine,))) == []
