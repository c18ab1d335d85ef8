"""The line beside an edit that says what it makes of past runs: in a form before it is staged, at a grid for the last one."""

import pytest

from db.services.gold_texts import StoredGold
from db.services.workbench import Workbench
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import find_alias
from pipeline.catalog.value import SkillAlias
from tests.pages.conftest import html_of, open_page, text_of

GRID = {"as": "Edit many"}


def test_an_edit_says_what_it_makes_of_past_runs_in_its_form_and_at_the_grid(
    writing: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoredGold, "gold_items", lambda _: ())
    app = open_page("aliases", "Ada", alias="kubernetes:k8s")
    next(b for b in app.button if b.key == "fix-alias").click().run()
    assert "Past runs: being looked up …" in text_of(app)
    # As it is once the workbench is warm.
    writing.live_impacts.hold(10)
    writing.live_impacts.begin()
    # A machine that is busy has not counted it by then; the line asks again.
    for _ in range(50):
        next(b for b in app.button if b.key == "fix-alias").click().run()
        if "…" not in text_of(app).partition("Past runs:")[2]:
            break
    assert "Past runs: 1 run" in text_of(app)
    (run,) = writing.history.recent(5)
    assert f"history?runs={run.id}" in html_of(app)

    added = Change(None, SkillAlias(None, "flutter", "harbour dues"))
    writing.change_sets.stage_for("Ada", [added])
    writing.live_impacts.count([added])
    assert "My last edit: 1 run" in text_of(open_page("aliases", "Ada", **GRID))
    form = find_alias(writing.snapshots.current().catalog, "cobol", "COBOL")
    writing.change_sets.stage_for("Ada", [Change(form, None)])
    writing.live_impacts.count([Change(form, None)], before=[added])
    assert "My last edit: none comes out differently" in text_of(open_page("aliases", "Ada", **GRID))
    assert "My last edit" not in text_of(open_page("aliases", "Bob", **GRID))
