"""How a check is classed by what is better and worse, and what a policy admits."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import InputError
from pipeline.gate import DEFAULT, CheckResult, Demand, Measure, Policy, Unmet, check_named, unmet, worst
from pipeline.gate.checks import CHECKS, RULES
from pipeline.gate.results import LEVEL, classify, p_value_of
from tests.conftest import ROOT


def measured(better: int, worse: int, name: str = "roles") -> Measure:
    return Measure.tested(name, 100, [1] * better + [-1] * worse + [0] * 3)


@pytest.mark.parametrize(
    ("better", "worse", "outcome"),
    [
        (0, 0, "no effect"),
        (1, 0, "improving"),
        (16, 2, "improving"),
        (3, 2, "mixed"),
        (0, 1, "mixed"),
        (0, 5, "mixed"),
        (0, 6, "breaking"),
        (2, 12, "breaking"),
    ],
)
def test_a_class_follows_from_what_is_better_and_worse_and_how_sure_that_is(
    better: int, worse: int, outcome: str
) -> None:
    assert classify([measured(better, worse)], LEVEL) == outcome


def test_the_test_of_roles_is_mcnemars_exact_one() -> None:
    assert measured(16, 2).p_value == pytest.approx(0.001312, abs=1e-6)
    assert measured(0, 6).p_value == pytest.approx(2 * 0.5**6)


def test_several_measures_are_corrected_for_each_other() -> None:
    assert classify([measured(0, 6)], LEVEL) == "breaking"
    beside = [measured(0, 6), measured(4, 4, "skills"), measured(3, 4, "links")]
    assert classify(beside, LEVEL) == "mixed"
    assert p_value_of(beside, "mixed") == pytest.approx(3 * 2 * 0.5**6)
    assert classify([measured(0, 10), *beside[1:]], LEVEL) == "breaking"


def test_what_can_never_be_sure_hides_nothing() -> None:
    beside = [measured(0, 6), measured(1, 0, "skills"), measured(2, 2, "links")]
    assert classify(beside, LEVEL) == "breaking"
    assert p_value_of(beside, "breaking") == pytest.approx(2 * 0.5**6)


def test_what_is_surely_better_in_one_and_surely_worse_in_another_is_mixed() -> None:
    assert classify([measured(12, 0), measured(0, 12, "links")], LEVEL) == "mixed"


def test_what_is_certain_needs_no_test() -> None:
    broken = RULES.judge(["The dimension “a” has no row."], 4)
    assert RULES.classify(broken, LEVEL) == "breaking"
    assert RULES.p_value(broken, LEVEL) is None
    assert RULES.classify(RULES.judge([], 4), LEVEL) == "no effect"


def test_another_level_is_another_class() -> None:
    assert classify([measured(0, 3)], 1.0) == "breaking"
    assert classify([measured(0, 8)], 0.001) == "mixed"


def test_the_worst_class_is_the_most_harmful() -> None:
    assert worst(["improving", "mixed", "no effect"]) == "mixed"
    assert worst([]) == "no effect"


# --- policy -------------------------------------------------------------------------------------------------------


def gold(better: int, worse: int) -> CheckResult:
    return CheckResult("gold", (measured(better, worse),), 100)


def test_a_policy_admits_by_class_and_refuses_what_is_unfinished_or_stale() -> None:
    assert unmet(DEFAULT, {"rules": RULES.judge([], 1), "gold": gold(0, 5)}) == ()
    assert unmet(DEFAULT, {"rules": RULES.judge([], 1), "gold": gold(0, 9)}) == (Unmet("gold", "breaking"),)
    assert unmet(DEFAULT, {"rules": RULES.judge([], 1)}) == (Unmet("gold", "unfinished"),)
    assert unmet(DEFAULT, {"rules": None, "gold": gold(1, 0)}) == (Unmet("rules", "stale"),)
    strict = Policy({"gold": Demand("not mixed")})
    assert unmet(strict, {"gold": gold(0, 5)}) == (Unmet("gold", "mixed"),)
    assert unmet(strict, {"gold": gold(3, 0)}) == ()
    assert unmet(Policy({"gold": Demand("not breaking", 0.001)}), {"gold": gold(0, 9)}) == ()
    assert unmet(Policy(), {"gold": gold(0, 90)}) == ()


def test_a_policy_is_kept_as_json_and_a_demand_that_there_is_not_is_refused() -> None:
    policy = Policy({"rules": Demand("not breaking"), "audit": Demand("not mixed", 0.01)})
    assert Policy.from_wire(json.loads(json.dumps(policy.wire()))).wire() == policy.wire()
    with pytest.raises(InputError, match="“better” cannot be demanded of the check gold"):
        Policy.from_wire({"gold": {"must": "better"}})
    with pytest.raises(InputError, match="p-value of the check gold"):
        Policy.from_wire({"gold": {"must": "shown", "level": 0}})
    assert Policy.from_wire({"gone": {"must": "shown"}}).wire() == Policy().wire()


def test_each_check_states_its_rule_and_the_page_in_the_docs_names_it() -> None:
    docs = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for check in CHECKS:
        assert check_named(check.name) is check
        assert any(word in check.rule for word in ("reaking", "mixed"))
        assert f"`{check.name}`" in docs


def test_a_result_is_kept_as_json() -> None:
    result = RULES.judge(["The dimension “a” has no row."], 4)
    assert CheckResult.from_wire(json.loads(json.dumps(result.wire()))) == result
