"""Settings: what is demanded of checks, with who set it so and why; and what a page does with a draft that does not meet it."""

from __future__ import annotations

import pytest

from db.services.draft_checks import DraftChecks
from db.services.workbench import Workbench
from pages.components import links
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.gate import CheckResult, Demand, Measure, Policy
from pipeline.gate.checks import CHECKS
from pipeline.gate.results import Example
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of

RULES_ALONE = Policy({"rules": Demand("not breaking")})


def test_a_policy_is_set_with_a_why_and_its_history_says_who(writing: Workbench) -> None:
    app = open_page("settings", "Ada")
    said = text_of(app)
    for check in CHECKS:
        assert check.label in said and check.rule in said
    assert button(app, "Set the policy").disabled and "Nothing is changed." in said
    app.selectbox(key="must-gold").select("not mixed").run()
    app.number_input(key="level-gold").set_value(0.01).run()
    assert button(app, "Set the policy").disabled and "Say why." in text_of(app)
    field(app.text_input, "Why").input("Gold is <b>large</b> now").run()
    button(app, "Set the policy").click().run()
    assert flashed(app) == "The policy is set; it counts from the next commit on."
    assert writing.gate_store.policy().of("gold") == Demand("not mixed", 0.01)
    assert "gold must not be mixed (p < 0.01)" in text_of(app) and "Gold is <b>large</b> now" in text_of(app)
    assert "<b>large</b>" not in html_of(app)
    assert [(p.author, p.why) for p in writing.gate_store.policies()] == [("Ada", "Gold is <b>large</b> now")]


BAD = CheckResult(
    "gold",
    (Measure.tested("roles", 24, [-1] * 9 + [1], 0.96, 0.63),),
    24,
    12,
    10,
    (Example("broken", "gold", "core/7", "A <i>title</i>", "data-engineer", "no role"),),
)


@pytest.fixture
def refused(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> int:
    """A draft whose gold check is breaking, where it must not be."""
    monkeypatch.setattr(DraftChecks, "gold", lambda checks, draft, _: checks._kept(draft, BAD))
    writing.gate_store.set_policy(Policy({**RULES_ALONE.demands, "gold": Demand("not breaking")}), "Ada", "gold counts")
    redis = writing.snapshots.current().catalog.skill["redis"]
    number = writing.change_sets.stage_for("Ada", edit(redis, ChangeReason("bought"), vendor="Other"))
    writing.gate.complete_all(number)
    return number


def test_a_draft_that_breaks_gold_is_committed_with_a_why_alone_and_the_revision_shows_it(
    writing: Workbench, refused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "open_page", lambda *_, **__: None)
    app = open_page("changes", "Ada")
    said = text_of(app)
    assert "Gold, 24 texts 1 fixed , 9 broken" in said
    assert "96.0 → 63.0 % roles right, exact McNemar p = 0.021 · breaking · must not be breaking" in said
    assert "Breaking: gold 1 better, 9 worse (p = 0.021)." in said
    assert "“Gold” is breaking, which the policy does not admit." in said
    assert "A <i>title</i>" in said and "<i>title</i>" not in html_of(app)
    assert button(app, "Commit").disabled
    field(app.text_area, "Commit all the same, because").input("The texts are of the <b>old</b> names").run()
    button(app, "Override and commit").click().run()
    assert writing.change_sets.load(refused).status == "committed"
    app = open_page("revisions", "Bea", set=str(refused))
    said = text_of(app)
    assert "Overridden. “Gold” did not hold as the policy demanded; Ada committed it all the same:" in said
    assert "The texts are of the <b>old</b> names" in said and "<b>old</b>" not in html_of(app)
    assert "Policy of then: rules must hold; gold must not be breaking (p < 0.05)." in said
    assert "checks overridden" in text_of(open_page("revisions", "Bea"))


def test_a_draft_that_still_is_checked_says_what_its_commit_waits_for(
    writing: Workbench, refused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing.reports, "ask", lambda _: None)
    monkeypatch.setattr(writing.reports, "is_complete", lambda _: False)
    app = open_page("changes", "Ada", set=str(refused))
    assert "It waits for “Gold”." in text_of(app)
    assert "Gold waits for its turn …" in text_of(app)
    assert button(app, "Commit").disabled
    assert not [a for a in app.text_area if a.label.startswith("Commit all the same")]


def test_checks_that_could_not_be_made_are_tried_again(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> CheckResult:
        raise OSError("no disk")

    redis = writing.snapshots.current().catalog.skill["redis"]
    number = writing.change_sets.stage_for("Ada", edit(redis, ChangeReason("bought"), vendor="Other"))
    with monkeypatch.context() as patch:
        patch.setattr(DraftChecks, "gold", fail)
        writing.reports.wait_for(number, ["gold"], 60)
        app = open_page("changes", "Ada")
        assert "could not all be made The log of the workbench says why." in text_of(app)
    button(app, "Try again").click().run()
    writing.reports.wait_for(number, ["audit"], 60)
    assert "could not all be made" not in text_of(app.run())
