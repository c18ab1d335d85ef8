"""Why a run came to its role: the page in its cases, each row with its story and its fix."""

from __future__ import annotations

from db.services.workbench import Workbench
from tests.pages.conftest import html_of, open_page, text_of
from tests.pages.run.test_page import newest


def test_a_run_is_explained_beside_its_runner_up(reading: Workbench) -> None:
    run = newest(reading)
    explained = reading.explanations.today(run)
    page = open_page("why", id=str(run))
    words = text_of(page)
    assert "Why Data Engineer" in words and "Run W" in words
    assert f"{explained.whole.total:.2f}" in words
    assert page.selectbox[0].value == explained.whole.runner_up
    assert "shipped, clean edition" in words and "Without this row" in words
    assert f"why?id={run}&amp;on=then&amp;against={explained.whole.runner_up}&amp;fix=" in html_of(page)
