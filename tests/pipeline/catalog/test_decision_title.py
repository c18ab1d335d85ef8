"""Decisions in words, derived from their rows."""

from dataclasses import replace

import pytest

from pipeline.catalog import RoleAlias, RoleBaseline, RoleDimension, Setting, Skill, SkillAlias, SkillDimension
from pipeline.catalog.changes import Change
from pipeline.catalog.decision_title import decision_title, title_in_parts, title_text
from pipeline.catalog.operations import edit, find_alias, merge, move_link, repoint_alias, retire
from pipeline.catalog.value import RoleKra
from tests.pipeline.catalog.test_decisions import WHY, small

TITLE = RoleAlias("dev", "Engineer")
BASELINE = RoleBaseline("ops", "Network and systems administration", "Runs it.", "Mainstream", "Linux.", 0.0)
THRESHOLD = Setting("role_without_reviewer_from", "0.7")
CHANGES = {
    "CI means CI/CD, not CodeIgniter": repoint_alias(small(), "codeigniter", "CI", "ci-cd", WHY),
    "CI is not CodeIgniter": (Change(find_alias(small(), "codeigniter", "CI"), None),),
    "CI of CodeIgniter: alias type synonym → abbreviation": edit(
        find_alias(small(), "codeigniter", "CI"), WHY, alias_type="ABBREVIATION"
    ),
    "Operator becomes Developer": merge(small(), "roles", "ops", "dev", WHY),
    "Kafka is retired": retire(small(), "skills", "kafka", WHY),
    "Kafka moves from Data to Cloud": move_link(small(), "kafka", "data", "cloud", WHY),
    "Kafka leaves Data": move_link(small(), "kafka", "data", None, WHY),
    "Kafka joins Web": (Change(None, SkillDimension("kafka", "web")),),
    "Developer no longer carries Web": (Change(RoleDimension("dev", "web"), None),),
    "Title Engineer no longer decides for Developer": (Change(TITLE, replace(TITLE, is_generic=True)),),
    "“Runs” is no KRA of Operator": (Change(RoleKra("ops", "Runs"), None),),
    "KRA “Runs” belongs to Developer, not to Operator": (
        Change(RoleKra("ops", "Runs"), None),
        Change(None, RoleKra("dev", "Runs")),
    ),
    "Title Engineer belongs to Operator, not to Developer": (
        Change(TITLE, None),
        Change(None, RoleAlias("ops", "Engineer")),
    ),
    "k8s is an alias of Kafka": (Change(None, SkillAlias(None, "kafka", "k8s")),),
    "New skill Flink": (Change(None, Skill(None, "flink", "Flink")), Change(None, SkillDimension("flink", "data"))),
    "Operator gets a baseline": (Change(None, BASELINE),),
    "Operator has no baseline any more": (Change(BASELINE, None),),
    "Baseline of Operator: tech stack maturity Mainstream → Legacy and 1 more": (
        Change(BASELINE, replace(BASELINE, tech_stack_maturity="Legacy", ai_index=1.0)),
    ),
    "Taken without a reviewer from: 0.7": (Change(None, THRESHOLD),),
    "Taken without a reviewer from: 0.7 → 0.85": (Change(THRESHOLD, replace(THRESHOLD, value="0.85")),),
    "Taken without a reviewer from: no longer set (was 0.7)": (Change(THRESHOLD, None),),
    "Kafka: vendor Apache → nothing": edit(small().skill["kafka"], WHY, vendor=None),
    "Kafka, CI/CD: 2 rows 2 edited": (
        *edit(small().skill["kafka"], WHY, vendor="x"),
        *edit(small().skill["ci-cd"], WHY, vendor="x"),
    ),
}


@pytest.mark.parametrize("title", CHANGES)
def test_a_decision_says_what_it_does(title: str) -> None:
    assert title_text(decision_title(CHANGES[title], small())) == title


def test_what_it_names_can_be_linked() -> None:
    parts = decision_title(CHANGES["CI means CI/CD, not CodeIgniter"], small())
    assert [(p.kind, p.slug) for p in parts if p.kind] == [("alias", ""), ("skill", "ci-cd"), ("skill", "codeigniter")]


def test_a_decision_of_several_things_says_each() -> None:
    both = (*CHANGES["Title Engineer belongs to Operator, not to Developer"], *CHANGES["Kafka leaves Data"])
    said = "Title Engineer belongs to Operator, not to Developer; and Kafka leaves Data"
    assert title_text(title_in_parts(both, small())) == said
