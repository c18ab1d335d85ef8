"""The legacy overlay: every fault that its key lists is in it, and the listed repairs give the clean catalog back."""

import json
from collections import Counter
from typing import Any

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.changes import apply, change_from_wire, diff
from pipeline.catalog.folder import read_folder
from tests.conftest import ROOT, SEED_CATALOG

KINDS = {
    "wrong_dimension": {"skill_slug", "dimension_slug"},
    "wrong_alias": {"skill_slug", "alias_text"},
    "alias_type": {"skill_slug", "alias_text"},
    "duplicate_alias": {"skill_slug", "alias_text"},
    "ambiguous_alias": {"skill_slug", "alias_text"},
    "catch_all_dimension": {"dimension_slug"},
    "orphan_dimension": {"dimension_slug"},
    "narrow_rationale": {"dimension_slug"},
    "orphan_role": {"role_slug"},
    "generic_title": {"role_slug", "alias_text"},
    "generic_kra": {"role_slug", "kra_text"},
    "shared_kra": {"role_slug", "kra_text"},
    "duplicate_skill": {"slugs"},
    "duplicate_dimension": {"slugs"},
    "duplicate_role": {"slugs"},
    "contradicting_fact": {"skill_slug", "field"},
    "contradicted_baseline": {"role_slug", "field"},
}


@pytest.fixture(scope="module")
def legacy() -> Catalog:
    return read_folder(SEED_CATALOG, ROOT / "seeds" / "legacy").catalog


def key() -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (ROOT / "seeds" / "legacy" / "key.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def test_the_key_names_each_fault_once_with_its_kind_and_subject() -> None:
    faults = key()
    assert len(faults) >= 60
    assert {f["kind"] for f in faults} == set(KINDS)
    assert all(set(f["subject"]) == KINDS[f["kind"]] for f in faults)
    counts = Counter((f["kind"], json.dumps(f["subject"])) for f in faults)
    assert [s for s, n in counts.items() if n > 1] == []


def test_all_repairs_together_give_the_clean_catalog(legacy: Catalog, catalog: Catalog) -> None:
    repairs = [change_from_wire(c) for fault in key() for c in fault["repair"]]
    assert diff(apply(legacy, repairs), catalog) == ()


@pytest.mark.slow
def test_every_repair_can_be_made_alone(legacy: Catalog) -> None:
    for fault in key():
        assert apply(legacy, [change_from_wire(c) for c in fault["repair"]]) != legacy


def test_the_old_systems_faults_are_in_it_as_they_were(legacy: Catalog) -> None:
    members = {s.slug for s in legacy.skills_of_dimension["d_init_01"]}
    assert members == {
        "event-driven-architecture",
        "distributed-systems",
        "agile",
        "code-review",
        "artificial-intelligence",
    }
    assert legacy.roles_of_dimension.get("d_init_01", ()) == ()
    assert legacy.dimension["d_init_01"].display_name == "React Frontend Development"
    aliases = {(a.skill_slug, a.alias_text): a for a in legacy.skill_aliases}
    assert aliases["codeigniter", "CI"].alias_type == aliases["kubernetes", "k8s"].alias_type == "VERSION"
    assert {("kubernetes", "Kubernetes 1.x"), ("kubernetes", "kubernetes 1.x")} <= set(aliases)
    assert (legacy.role["fullstack-developer"].id, legacy.role["fullstack-developer"].display_name) == (
        435,
        "Fullstack Developer",
    )
    assert "PHP" in (legacy.dimension["performance-and-scalability-tuning"].rationale or "")
    assert "full stack engineers" in (legacy.dimension["api-design-and-contracts"].rationale or "")
    assert legacy.skill["site-reliability-engineering"].skill_nature == "SOFT_SKILL"
    assert not next(a for a in legacy.role_aliases if a.alias_text == "Software Engineer").is_generic
    assert "Collaborate with design, product, and backend teams" in legacy.kras_of_role["flutter-developer"]


def test_ci_resolves_to_codeigniter_again(legacy: Catalog, catalog: Catalog) -> None:
    line = "Docker/CI/K8s experience is a plus"
    assert [h.form.skill_slug for h in AliasIndex(legacy).find(line)] == ["docker", "codeigniter", "kubernetes"]
    assert [h.form.skill_slug for h in AliasIndex(catalog).find(line)] == ["docker", "ci-cd", "kubernetes"]


def test_forms_of_other_things_are_matched_as_skills_again(legacy: Catalog, catalog: Catalog) -> None:
    line = "You watch nodes with eBPF and connect them by middleware"
    assert [h.form.skill_slug for h in AliasIndex(catalog).find(line)] == ["ebpf", "middleware"]
    wrong = {(f["subject"]["skill_slug"], f["subject"]["alias_text"]) for f in key() if f["kind"] == "wrong_alias"}
    planted = {("comptia-a-plus", "MCP"), ("falco", "eBPF"), ("tuxedo", "middleware"), ("workday", "web services")}
    assert planted <= wrong & {(a.skill_slug, a.alias_text) for a in legacy.skill_aliases}
