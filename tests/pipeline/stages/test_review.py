"""A reviewer is asked for where an answer is less sure than the catalog takes without one."""

from pipeline.catalog import Catalog, Setting
from pipeline.contracts import Decision, RoleScore
from pipeline.stages.decision import rejected
from pipeline.stages.review import answer_confidence, with_review


def catalog(value: str) -> Catalog:
    return Catalog(settings=(Setting("role_without_reviewer_from", value),))


def decision(role: str | None, confidence: float, none: float) -> Decision:
    chosen = RoleScore(
        display_name=role, kra_matches=None, matched_count=None, matched_skills=None, role_id=1, score=confidence,
        slug=role, total_count=None,
    ) if role else None  # fmt: skip
    return rejected("").model_copy(
        update={"case": "B" if role else "D", "chosen_role": chosen, "confidence": confidence, "none_probability": none}
    )


def test_nothing_is_said_where_the_catalog_sets_no_confidence() -> None:
    assert with_review(decision("QA", 0.2, 0.1), Catalog()) == decision("QA", 0.2, 0.1)


def test_a_role_below_the_confidence_is_kept_and_says_why_it_needs_a_reviewer() -> None:
    sure, unsure = decision("QA", 0.7, 0.1), decision("QA", 0.69, 0.1)
    assert with_review(sure, catalog("0.7")).needs_review is False
    found = with_review(unsure, catalog("0.7"))
    assert (found.needs_review, found.chosen_role) == (True, unsure.chosen_role)
    assert found.review_reason == "QA has 0.69, and the catalog takes an answer without a reviewer from 0.7 on"


def test_an_answer_of_none_counts_by_how_sure_that_is() -> None:
    none = decision(None, 0.0, 0.8)
    assert answer_confidence(none) == 0.8
    assert with_review(none, catalog("0.75")).needs_review is False
    found = with_review(none, catalog("0.9"))
    assert found.needs_review and (found.review_reason or "").startswith("that no role fits has 0.80")


def test_a_rejected_text_asks_for_no_reviewer() -> None:
    assert with_review(rejected("it is a menu"), catalog("0.9")).needs_review is None
