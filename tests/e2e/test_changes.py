"""A visitor puts the catalog back to the legacy one, sees an old mistake in a run, and undoes it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.e2e.conftest import press, run_sample, sign

pytestmark = pytest.mark.e2e

SAMPLE = (ROOT / "seeds" / "jds" / "03-platform-backend-ci-in-a-list.txt").read_text(encoding="utf-8")


def found_skill(page: Page, base: str) -> str:
    """What "CI" in "Docker/CI/K8s" is marked as."""
    run_sample(page, base, SAMPLE)
    return page.locator(".jdw-jd mark", has_text="CI").first.get_attribute("title") or ""


def commit(page: Page) -> None:
    press(page, "Commit")
    expect(page.get_by_text(re.compile(r"Draft \d+ is committed as revision \d+\."))).to_be_visible()


def undo(page: Page, base: str, number: int) -> None:
    """Undo a committed change set: its inverse as a draft, committed."""
    page.goto(f"{base}/changes?set={number}")
    press(page, "Undo")
    expect(page.get_by_text(re.compile(rf"Draft \d+ takes back change set {number};"))).to_be_visible()
    commit(page)


def number_of(page: Page) -> int:
    """The change set that the page shows."""
    page.wait_for_url(re.compile(r"set=\d+"))
    return int(re.search(r"set=(\d+)", page.url)[1])  # type: ignore[index]


def run_of(page: Page) -> str:
    """The run that the page shows."""
    page.wait_for_url(re.compile(r"id=[0-9a-f]"))
    return re.search(r"id=([0-9a-f-]+)", page.url)[1]  # type: ignore[index]


def test_a_direct_link_opens_the_page_in_its_frame(base: str, page: Page) -> None:
    page.goto(f"{base}/changes")
    expect(page.get_by_text("Nobody has changed the catalog yet.")).to_be_visible()
    expect(page.get_by_text("New run")).to_be_visible()


def test_a_wrong_alias_is_mended_from_the_run_that_shows_it_and_the_change_undone(base: str, page: Page) -> None:
    page.goto(f"{base}/changes")
    sign(page)
    press(page, "Put back to legacy")
    page.get_by_role("dialog").get_by_role("button", name="Put back", exact=True).click()
    expect(page.get_by_text("Change set 1 put")).to_be_visible()
    expect(page.get_by_text("set to the legacy catalog")).to_be_visible()
    assert "CodeIgniter" in found_skill(page, base)
    before = run_of(page)

    # From the run's page to the fix: open it, say that the form does not mean this, stage what is offered first.
    page.get_by_text(re.compile(r"All \d+ rows")).click()
    row = page.locator(".st-key-links").locator('[data-testid="stHorizontalBlock"]', has_text="CodeIgniter").first
    row.get_by_role("button", name="Fix").click()
    press(page, "“CI” does not mean this")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("CI/CD").first).to_be_visible()
    dialog.get_by_role("button", name="Stage").click()
    expect(page.get_by_text(re.compile(r"It is in your draft \d+"))).to_be_visible()

    page.get_by_role("link", name="My draft").click()
    expect(page.get_by_text("shown by run").first).to_be_visible()
    page.get_by_text("Impact on past runs").click()
    page.get_by_text("Replay past runs on both catalogs").click()
    expect(page.get_by_text("come to something else")).to_be_visible(timeout=60_000)
    number = number_of(page)
    commit(page)
    assert "CI/CD" in found_skill(page, base)

    # The two runs side by side: what differs, and the change set that made it so.
    page.goto(f"{base}/compare?a={before}&b={run_of(page)}")
    row = page.locator("tr", has_text="CodeIgniter").first
    expect(row).to_contain_text(f"change set {number}, Ada")
    expect(page.get_by_text("Set differently: catalog revision 2 → 3")).to_be_visible()

    undo(page, base, number)
    assert "CodeIgniter" in found_skill(page, base)
    undo(page, base, 1)
    assert "CI/CD" in found_skill(page, base)


def test_a_wrong_dimension_is_staged_in_three_clicks(base: str, page: Page) -> None:
    run_sample(page, base, SAMPLE)
    sign(page)
    row = page.locator(".st-key-links").locator('[data-testid="stHorizontalBlock"]', has_text="Fix").first
    row.get_by_role("button", name="Fix").click()
    press(page, "The dimension is wrong")
    page.get_by_role("dialog").get_by_role("button", name="Stage").click()
    expect(page.get_by_text("The link is fixed.")).to_be_visible()
    page.get_by_role("link", name="My draft").click()
    press(page, "Discard")
    expect(page.get_by_text("is set aside")).to_be_visible()
