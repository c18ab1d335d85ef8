"""What runs of the old system got wrong is found on their pages, and nothing is found on our runs of the same texts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from pipeline.audit import AuditContext
from pipeline.audit.checks.aliases import AliasType
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Extraction
from pipeline.old_runs import OldRun, read_old_files
from pipeline.old_runs.faults import RUN_CHECKS, CheckedRun, Fault, faults_of
from pipeline.run import Run, run
from tests.pages_of_old import PAGES, old_run, shipped_run
from tests.pipeline.old_runs.pages import page, role_score, step_1, step_2, step_3

SEEN = {
    PAGES[0]: {
        "generic_title": ["Senior Software Engineer"],
        "missing_skill": ["PySpark", "Hive", "SQL", "Hadoop", "Spark", "Kafka", "AWS"],
        "wrong_dimension": ["Event-Driven Architecture"],
        "contradicting_fact": ["SRE"],
        "captured_block": ["holds 2 duties", "0.00"],
        "generic_kra": ["Fullstack Developer"],
        "tie": ["Backend Developer"],
        "figures": ["2 rows are marked as saved", "1 row is marked as saved"],
    },
    PAGES[1]: {
        "missing_skill": [
            "PHP",
            "REST",
            "AWS",
            "Google Cloud Platform",
            "Microsoft Azure",
            "Node.js",
            "Python",
            "Redis",
        ],
        "wrong_dimension": ["Distributed Systems"],
        "narrow_rationale": ["PHP"],
        "generic_kra": ["collaborate with design, product, and backend teams", "Flutter Developer"],
        "tie": ["1 of 1 skills", "Cyber Security Engineer"],
        "captured_block": ["holds 4 duties"],
        "figures": ["the page shows $0.0096, the JSON of step 3 says null", "3 rows"],
        "ungrounded": ["Platform Ownership", "user-facing features"],
    },
    PAGES[2]: {
        "wrong_alias": ["“CI” is resolved to CodeIgniter by a form filed as version; the text means CI/CD"],
        "alias_type": ["“CI” is filed as a version", "“k8s” is filed as a version", "“kubernetes 1.x” differs from"],
        "duplicate_role": ["15 (full-stack-engineer) and 435 (fullstack-developer)"],
        "narrow_rationale": ["Fullstack Developer alone"],
        "cluster_scope": ["Kubernetes stands under Container Orchestration Platforms"],
        "wrong_dimension": ["Agile"],
        "generic_kra": ["Flutter Developer"],
        "ungrounded": ["Cloud-Native Infrastructure"],
        "figures": ["$0.0110", "12 rows", "3 rows"],
    },
    PAGES[3]: {
        "role_by_guess": ["Backend Developer"],
        "missing_skill": ["Python"],
        "wrong_dimension": ["Code Review", "Artificial Intelligence"],
        "captured_block": ["0.00"],
        "ungrounded": ["System Interfaces"],
        "contradicting_fact": ["Code Review is stored under “SoftSkill”"],
    },
    PAGES[4]: {"silent_stop": ["step 2 was not called, and nothing says why; its list of model calls never came"]},
}
"""What each page shows of the faults for which the old system was replaced, with words of the sentences that say so."""
ABSENT = {
    PAGES[0]: {"role_by_guess", "wrong_alias", "silent_stop", "duplicate_role", "cluster_scope"},
    PAGES[1]: {"generic_title", "role_by_guess", "wrong_alias", "silent_stop", "cluster_scope"},
    PAGES[2]: {"generic_title", "role_by_guess", "silent_stop", "captured_block"},
    PAGES[3]: {"generic_title", "wrong_alias", "tie", "silent_stop"},
    PAGES[4]: {
        "generic_title",
        "role_by_guess",
        "wrong_alias",
        "generic_kra",
        "tie",
        "captured_block",
        "figures",
        "ungrounded",
    },
}
"""What each page does not have."""


@cache
def _ours(text: str, indexes: Indexes) -> Run:
    return run(text, None, "ours", indexes)


def checked(old: OldRun, indexes: Indexes, ours: Extraction | None = None) -> CheckedRun:
    return CheckedRun(old.extraction, old.library_match, old.role_output, old.client_output, indexes, old.figures, ours)


def found(old: OldRun, indexes: Indexes, ours: Extraction | None = None) -> dict[str, list[Fault]]:
    by_kind: dict[str, list[Fault]] = {}
    for fault in faults_of(checked(old, indexes, ours)):
        by_kind.setdefault(fault.kind, []).append(fault)
    return by_kind


@pytest.mark.parametrize("name", PAGES)
def test_each_page_has_the_faults_that_it_shows(name: str, indexes: Indexes) -> None:
    old = old_run(name)
    faults = found(old, indexes, _ours(old.jd_text, indexes).extraction)
    said = {kind: " ".join(f"{fault.subject} {fault.reason}" for fault in of_kind) for kind, of_kind in faults.items()}
    missing = {
        (kind, words) for kind, listed in SEEN[name].items() for words in listed if words not in said.get(kind, "")
    }
    assert missing == set()
    assert set(faults) & ABSENT[name] == set()


@pytest.mark.parametrize("name", PAGES)
def test_our_run_of_the_same_text_has_none_but_what_health_says_of_our_own_forms(name: str, indexes: Indexes) -> None:
    ours = _ours(old_run(name).jd_text, indexes)
    beside = CheckedRun(
        ours.extraction, ours.library_match, ours.role_output, ours.client_output, indexes, ours=ours.extraction
    )
    known = {finding.subject.rows() for finding in AliasType().find(AuditContext(indexes))}
    assert len(known) <= 3
    assert [(fault.kind, fault.reason) for fault in faults_of(beside) if fault.places not in known] == []


def test_what_needs_our_run_is_not_guessed_without_it(indexes: Indexes) -> None:
    alone = found(shipped_run(), indexes)
    assert {check.kind for check in RUN_CHECKS if check.needs_ours} == {"wrong_alias", "missing_skill"}
    assert set(alone).isdisjoint({"wrong_alias", "missing_skill"})
    beside = found(shipped_run(), indexes, _ours(shipped_run().jd_text, indexes).extraction)
    (wrong,) = beside["wrong_alias"]
    assert wrong.places == (("skill_aliases", ("codeigniter", "CI")),)


def test_a_fault_of_a_catalog_names_its_rows(indexes: Indexes) -> None:
    faults = found(shipped_run(), indexes)
    places = {fault.kind: fault.places for fault in faults.values() for fault in fault}
    assert places["duplicate_role"] == (("roles", ("full-stack-engineer",)), ("roles", ("fullstack-developer",)))
    assert places["wrong_dimension"] == (("skill_dimensions", ("distributed-systems", "d_init_01")),)
    assert places["captured_block"] == ()


def test_every_check_explains_itself_and_has_a_kind_of_its_own() -> None:
    assert len({check.kind for check in RUN_CHECKS}) == len({check.label for check in RUN_CHECKS}) == len(RUN_CHECKS)
    assert all(check.explanation.endswith(".") and len(check.explanation) > 50 for check in RUN_CHECKS)


# --- each on documents made for it ---------------------------------------------------------------------------------


def made(
    indexes: Indexes, one: dict[str, Any] | None = None, two: Any = None, three: Any = None
) -> dict[str, list[Fault]]:
    steps = {1: one or step_1(), 2: two or step_2(), 3: three or step_3()}
    (old,) = read_old_files([("a", page(steps))]).runs
    return found(replace(old, figures=old.figures.model_copy(update={"cost_usd": None})), indexes)


def test_a_run_without_a_fault_has_none(indexes: Indexes) -> None:
    assert made(indexes) == {}


def test_a_title_of_general_words_decides_wrongly_unless_it_is_marked(indexes: Indexes) -> None:
    one = step_1()
    one["nano_parsed"]["role"] = "Lead Software Engineer"
    assert [f.subject for f in made(indexes, one)["generic_title"]] == ["Lead Software Engineer"]
    one["stage3_signals"]["alias_match_roles"] = [role_score(is_generic=True)]
    assert "generic_title" not in made(indexes, one)
    one["nano_parsed"]["role"] = "Embedded Firmware Engineer"
    one["stage3_signals"]["alias_match_roles"] = [role_score()]
    assert "generic_title" not in made(indexes, one)


def test_a_role_that_no_signal_lists_is_a_guess(indexes: Indexes) -> None:
    one = step_1()
    one["stage3_signals"]["alias_match_roles"] = []
    assert [f.subject for f in made(indexes, one)["role_by_guess"]] == ["Backend Developer"]
    one["stage3_signals"]["kra_match_roles"] = [role_score(score=0.4, kra_matches=[])]
    assert "role_by_guess" not in made(indexes, one)


def test_a_tie_counts_where_nothing_orders_it(indexes: Indexes) -> None:
    one = step_1()
    tied = [role_score(slug=slug, display_name=slug, score=0.5, matched_count=1, total_count=2) for slug in ("a", "b")]
    one["stage3_signals"]["skill_match_roles"] = tied
    assert "1 of 2 skills gives “a”, “b” each 0.50" in made(indexes, one)["tie"][0].reason
    one["stage3_signals"]["skill_match_roles"] = [role | {"rank_score": 0.3} for role in tied]
    assert "tie" not in made(indexes, one)


def test_a_whole_block_is_no_kra_and_a_sentence_with_its_similarity_is_one(indexes: Indexes) -> None:
    one = step_1()
    kra = {
        "best_kra_similarity": 0.0,
        "queue_id": 1,
        "r_and_r_preview": "- Write the berth planner in Elixir\n- Keep Redis and Pos",
        "role_display_name": "Backend Developer",
        "role_slug": "backend-engineer",
        "status": "pending",
    }
    one["stage5_updates"]["new_kra_attached"] = kra
    (fault,) = made(indexes, one)["captured_block"]
    assert "holds 2 duties of one block, the last one cut off and says 0.00" in fault.reason
    one["stage5_updates"]["new_kra_attached"] = kra | {
        "best_kra_similarity": 0.4,
        "r_and_r_preview": "Write the berth planner.",
    }
    assert "captured_block" not in made(indexes, one)


def test_figures_that_agree_are_no_fault(indexes: Indexes) -> None:
    three = step_3() | {"llm_cost_total_usd": 0.0045}
    (old,) = read_old_files([("a", page({1: step_1(), 2: step_2(), 3: three}))]).runs
    assert "figures" not in found(old, indexes)
    (old,) = read_old_files([("a", page())]).runs
    assert [f.subject for f in found(old, indexes)["figures"]] == ["Cost"]


def test_a_rejected_text_is_no_silent_stop(indexes: Indexes) -> None:
    one = step_1() | {"rejected": True, "rejection_reason": "no posting"}
    (old,) = read_old_files([("a", page({1: one}))]).runs
    assert "silent_stop" not in found(old, indexes)
    (old,) = read_old_files([("a", page({1: step_1()}))]).runs
    assert [f.subject for f in found(old, indexes)["silent_stop"]] == ["After step 1"]
