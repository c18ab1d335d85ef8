"""A person starts an experiment on gold, sees it come to its end, starts another with other settings, and finds what that broke."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LONG, press, settled, sign

pytestmark = pytest.mark.e2e


def start(page: Page, base: str, name: str, settings: str = "") -> None:
    """Start an experiment on the gold that ships by the form, and see it finish by itself."""
    page.goto(f"{base}/experiments")
    settled(page)
    form = page.locator("details", has_text="Start an experiment")
    if form.get_attribute("open") is None:
        page.get_by_text("Start an experiment").click()
    field = page.get_by_label("Name", exact=True)
    field.fill(name)
    field.press("Tab")
    if settings:
        other = page.get_by_role("textbox", name="Settings other than usual")
        other.fill(settings)
        other.press("Tab")
    settled(page)
    press(page, "Start")
    expect(page.get_by_text(f"“{name}” has begun")).to_be_visible()
    row = page.get_by_role("row", name=name)
    expect(row.get_by_text("finished")).to_be_visible(timeout=LONG)
    expect(row.get_by_text(re.compile(r"^24 of 24"))).to_be_visible()


def test_two_experiments_are_started_finish_and_are_compared_down_to_a_broken_text(base: str, page: Page) -> None:
    page.goto(f"{base}/experiments")
    sign(page, "Edda")
    start(page, base, "usual")
    start(page, base, "never a role", '{"min_field": 1.0}')
    page.get_by_role("link", name="Compare", exact=True).last.click()
    expect(page.get_by_text("B is worse:")).to_be_visible()
    # A worker replays what differs meanwhile, and the page draws it by itself.
    expect(page.get_by_text("Setting min field: 0.5 → 1.0").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text(re.compile(r"^\d+ broken$")).first).to_be_visible()
    settled(page)
    page.locator("tr", has_text=re.compile("wrong: no role")).first.locator("a").first.click()
    expect(page.get_by_role("heading", name="The role")).to_be_visible()
    expect(page.get_by_text(re.compile("^Right: "))).to_be_visible()
    assert "jd=" in page.url
    page.get_by_role("link", name="Back to the comparison").click()
    expect(page.get_by_text("B is worse:")).to_be_visible()
