"""A visitor puts the catalog back to the legacy one, sees an old mistake in a run, and undoes it."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT

pytestmark = pytest.mark.e2e

SAMPLE = (ROOT / "seeds" / "jds" / "03-platform-backend-ci-in-a-list.txt").read_text(encoding="utf-8")


def found_skill(page: Page, base: str) -> str:
    """What "CI" in "Docker/CI/K8s" is marked as."""
    page.goto(base)
    area = page.get_by_label("Job description")
    area.fill(SAMPLE)
    area.press("Control+Enter")
    again = page.get_by_role("button", name="Run again")
    expect(page.get_by_text("Chosen role").or_(again).first).to_be_visible()
    if again.is_visible() and "/run" not in page.url:
        again.click()
    expect(page.get_by_text("Chosen role")).to_be_visible()
    return page.locator(".jdw-jd mark", has_text="CI").first.get_attribute("title") or ""


def test_a_direct_link_opens_the_page_in_its_frame(base: str, page: Page) -> None:
    page.goto(f"{base}/changes")
    expect(page.get_by_text("Nobody has changed the catalog yet.")).to_be_visible()
    expect(page.get_by_text("New run")).to_be_visible()


def test_the_legacy_catalog_comes_and_goes(base: str, page: Page) -> None:
    page.goto(f"{base}/changes")
    page.get_by_role("button", name="Put back to legacy").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Put back", exact=True)).to_be_disabled()
    dialog.get_by_label("Your name").fill("Ada")
    dialog.get_by_label("Your name").press("Tab")
    dialog.get_by_role("button", name="Put back", exact=True).click()
    expect(page.get_by_text("Change set 1 put")).to_be_visible()
    expect(page.get_by_text("set to the legacy catalog")).to_be_visible()
    assert "CodeIgniter" in found_skill(page, base)

    page.goto(f"{base}/changes?set=1")
    page.get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your name").fill("Ada")
    dialog.get_by_label("Your name").press("Tab")
    dialog.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Change set 2 undoes change set 1.")).to_be_visible()
    assert "CI/CD" in found_skill(page, base)
