"""A run that a reviewer must see says so on its page and in its client output, in the history and on Home, until it is judged."""

from db.services.results import result_of
from db.services.workbench import Workbench
from db.stores.run_filters import HistoryFilter
from db.stores.runs import StoredRun
from pipeline.catalog import Setting
from pipeline.catalog.changes import Change
from pipeline.contracts import Decision
from tests.conftest import JD
from tests.db.conftest import finished
from tests.pages.conftest import open_page, text_of
from tests.pages.run.test_page import newest


def decision_of(stored: StoredRun) -> Decision:
    """The decision of a run that has one."""
    result = result_of(stored)
    assert result is not None
    return result.extraction.decision


def test_a_run_below_the_confidence_of_the_catalog_waits_for_a_reviewer(writing: Workbench) -> None:
    first = writing.runs.load(newest(writing))
    asked = Change(None, Setting("role_without_reviewer_from", "1"), "a new team looks at all")
    writing.change_sets.commit(writing.change_sets.open_draft("Bea", "All are seen", [asked]), "Bea")
    run_id = writing.executor.start(JD + "\n- Dovetail joints")
    stored = finished(writing, run_id)
    before, decision = (decision_of(run) for run in (first, stored))
    assert (before.needs_review, decision.needs_review) == (None, True)
    assert (first.role_slug, stored.role_slug) == ("data-engineer", "data-engineer")

    reason = "Data Engineer has 0."
    shown = text_of(open_page("run", id=str(run_id)))
    assert f"needs a reviewer {reason}" in shown and "takes an answer without a reviewer from 1 on" in shown
    waiting = HistoryFilter(review="needed", verdict="none")
    assert [row["id"] for row in writing.history.find(waiting).rows] == [run_id]
    assert "1 run, newest first." in text_of(open_page("history", review="needed"))
    assert "Run needs a reviewer" in text_of(open_page("home", "Ada"))

    writing.verdicts.give(run_id, "Nora", "data-engineer")
    assert writing.attention.runs_to_review() == 0 and writing.history.find(waiting).rows == []
    assert "needed a reviewer" in text_of(open_page("run", id=str(run_id)))
    assert "Run needs a reviewer" not in text_of(open_page("home", "Ada"))
