"""Home, the history and a comparison in a browser: numbers that lead on, rows that open, ticks, Back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import JD
from tests.e2e.conftest import run_sample, settled

pytestmark = pytest.mark.e2e


def history(page: Page, base: str, query: str) -> None:
    page.goto(f"{base}/history?{query}")
    page.locator(".jdw-ticks tbody tr").first.wait_for()
    settled(page)


def test_from_home_to_runs_through_the_history_to_a_comparison_and_back(base: str, page: Page) -> None:
    for word in ("Quayside", "Bollard"):
        run_sample(page, base, JD.replace("Zephyrine", f"Mooringwright and {word}"))
    page.goto(base)
    expect(page.get_by_role("heading", name="Home", exact=True)).to_be_visible()
    # A number leads to what it counts, within the session.
    page.get_by_role("link", name="Judge", exact=True).click()
    expect(page).to_have_url(re.compile(r"/history\?verdict=none&status=completed"))
    history(page, base, "words=mooringwright&status=completed")
    rows = page.locator(".jdw-ticks tbody tr")
    expect(rows).to_have_count(2)
    # A click on a row, not on its link, opens it; Back returns with the filters.
    rows.first.locator("td").nth(1).click()
    expect(page).to_have_url(re.compile(r"/run\?id="))
    expect(page.locator("h1")).to_have_text(["Senior Data Engineer"])
    page.go_back()
    expect(page).to_have_url(re.compile(r"/history\?words=mooringwright&status=completed"))
    expect(rows).to_have_count(2)
    expect(page.get_by_label("Words")).to_have_value("mooringwright")
    # Ticks are of runs: they stay while the list changes.
    settled(page)
    for n in (0, 1):
        rows.nth(n).locator("input").check()
    expect(page.get_by_text("2 ticked")).to_be_visible()
    page.get_by_role("link", name="Compare 2").click()
    expect(page).to_have_url(re.compile(r"/compare\?a=.*&b="))
    headline = page.locator(".jdw-headline")
    expect(headline).to_contain_text("Both Data Engineer")
    first = page.url
    page.get_by_role("link", name="Swap").click()
    expect(page).not_to_have_url(first)
    expect(headline).to_contain_text("Both Data Engineer")
    page.go_back()
    expect(page).to_have_url(first)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/history\?words=mooringwright"))
    expect(page.get_by_text("2 ticked")).to_be_visible()
