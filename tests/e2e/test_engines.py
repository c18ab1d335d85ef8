"""The model engine as a person meets it: a recorded session, its calls, what it falls back to, and both engines compared."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.e2e.conftest import choose_section, result

pytestmark = pytest.mark.e2e

RECORDED = (ROOT / "seeds" / "jds" / "14-two-roles-in-one.txt").read_text(encoding="utf-8")
UNKNOWN = RECORDED.replace("Cork", "Galway")


def begin(page: Page, base: str, jd: str) -> None:
    page.goto(f"{base}/new")
    page.get_by_text("Model engine", exact=True).click()
    expect(page.get_by_text("recorded answers are replayed")).to_be_visible()
    area = page.get_by_label("Job description")
    area.fill(jd)
    area.press("Control+Enter")
    result(page)


def test_a_recorded_session_is_replayed_and_compared_with_the_local_engine(base: str, page: Page) -> None:
    begin(page, base, RECORDED)
    expect(page.locator(".jdw-meta").first).to_contain_text("model engine")
    expect(page.locator(".st-key-answers")).to_contain_text("a second judge decided")
    choose_section(page, "Model calls")
    expect(page.get_by_text("step 1 $0.0000 + step 2 $0.0000 + step 3 $0.0000 = $0.0000")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Compare engines").click()
    expect(page.get_by_text("Set differently: engine Model engine → Local engine")).to_be_visible()
    tables = page.locator(".jdw-table")
    expect(tables.first).to_contain_text("Second judge")
    expect(tables.first).not_to_contain_text("Chosen role")
    page.get_by_text("Only differences", exact=True).click()
    expect(tables.first).to_contain_text("Chosen role")
    assert "a=" in page.url and "b=" in page.url


def test_a_text_without_an_answer_is_judged_locally_and_the_page_says_so(base: str, page: Page) -> None:
    begin(page, base, UNKNOWN)
    expect(page.locator(".jdw-notes")).to_contain_text("local engine took over")
    expect(page.locator(".jdw-notes")).to_contain_text("OPENAI_API_KEY")
    expect(page.locator(".jdw-chosen")).to_contain_text("Data Engineer")
