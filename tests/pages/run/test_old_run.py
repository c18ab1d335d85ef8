"""The page of a run of the old system: everything that it says, read-only, with what it got wrong and the way to ours."""

from __future__ import annotations

from uuid import UUID

import pytest

from db.services.workbench import Workbench
from tests.db.conftest import finished
from tests.pages.conftest import button, html_of, open_page, text_of
from tests.pages_of_old import SHIPPED


@pytest.fixture
def old(writing: Workbench) -> UUID:
    (report,) = writing.old_imports.import_files([(SHIPPED.name, SHIPPED.read_bytes())], "Ann")
    assert report.outcome == "imported" and report.run_id is not None
    return report.run_id


def test_it_says_what_it_is_and_offers_nothing_that_would_change_it(old: UUID) -> None:
    app = open_page("run", "Ann", id=str(old))
    text = text_of(app)
    assert "old system read-only completed" in text and "imported by Ann just now from platform-backend" in text
    assert "1 Extraction $0.0091 · 2 Library match $0.0001 · 3 Role output 8114 ms $0.0000 · in all $0.0092" in text
    labels = {b.label for b in app.button}
    assert {"Run this text here", "Delete", "Give verdict"} <= labels
    assert labels.isdisjoint({"Run again", "Resume", "Save", "Compare engines"}) and not any(
        label.startswith(("Fix", "Judge")) for label in labels
    )


def test_its_faults_its_links_and_its_signals_are_those_of_its_documents(old: UUID) -> None:
    text = text_of(open_page("run", "Ann", id=str(old)))
    assert "“CI” is filed as a version of CodeIgniter, but names none" in text
    assert "Kubernetes stands under Container Orchestration Platforms, which Backend Developer does not carry" in text
    assert "17 rows are marked as saved, the counter says 0" in text
    assert "CI CodeIgniter by version" in text and "Public API Documentation – – – not in its library" in text
    assert "Backend Developer chosen 1.00" in text and "run the text here to see what it missed" in text


def test_run_here_puts_our_run_of_the_text_beside_it(writing: Workbench, old: UUID) -> None:
    app = open_page("run", "Ann", id=str(old))
    button(app, "Run this text here").click()
    app.run()
    ours = [run for run in writing.history.of_same_text(writing.runs.load(old).jd_text) if run.id != old]
    assert [run.engine for run in ours] == ["local"] and writing.runs.load(old).status == "completed"


def test_beside_our_run_it_says_what_it_missed_and_which_form_was_wrong(writing: Workbench, old: UUID) -> None:
    ours = finished(writing, writing.executor.run_again(old)).id
    app = open_page("run", "Ann", id=str(old))
    text, html = text_of(app), html_of(app)
    assert "“CI” is resolved to CodeIgniter by a form filed as version; the text means CI/CD" in text
    assert "which the run does not have" in text and "not taken by the old run" in html
    assert f"a={old}" in html and f"b={ours}" in html
