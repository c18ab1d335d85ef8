"""The first five minutes of the README, step by step, as a new user takes them on a new store."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.e2e.conftest import key, press, run_sample, serving

pytestmark = pytest.mark.e2e

OLD_PAGE = ROOT / "seeds" / "old_pages" / "platform-backend-ci-in-a-list.txt"
SAMPLE = ROOT / "seeds" / "jds" / "03-platform-backend-ci-in-a-list.txt"
LONG = 120_000
"""Milliseconds for what goes over the whole catalog."""


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A workbench of its own: what the steps do to the whole catalog would disturb the other tests."""
    folder = tmp_path_factory.mktemp("readme")
    with serving(folder / "data", folder / "log", "legacy") as address:
        yield address


def open_by_name(page: Page, name: str) -> None:
    """Open a page from the side bar."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    expect(page.locator("h1").filter(has_text=name).first).to_be_visible()


def mark(page: Page, form: str) -> str:
    """What the first mark of a form in the text says."""
    found = page.locator(".jdw-jd mark").filter(has_text=re.compile(f"^{form}"))
    return found.first.get_attribute("aria-label") or ""


def committed(page: Page) -> None:
    press(page, "Commit")
    expect(page.get_by_text(re.compile(r"is committed as revision \d+")).first).to_be_visible(timeout=LONG)


def test_the_first_five_minutes(base: str, page: Page) -> None:
    run = _an_old_run_shows_the_mistake(page, base)
    number = _the_catalog_is_put_back(page)
    _the_run_again_is_right(page)
    _undo_brings_the_faults_back(page, base, number)
    _a_skill_has_its_card(page, base)
    _a_fix_is_a_draft_and_then_a_revision(page, run)
    _health_decides_by_one_key(page)
    _the_run_is_found_by_its_words(page)


def _an_old_run_shows_the_mistake(page: Page, base: str) -> str:
    """Steps 1 and 2; returns the address of our run."""
    page.goto(base)
    expect(page.get_by_text("local engine ready")).to_be_visible()
    open_by_name(page, "History")
    press(page, "Import old runs")
    page.locator("input[type=file]").set_input_files(OLD_PAGE)
    expect(page.locator(".st-key-import-go button")).to_be_enabled()
    page.locator(".st-key-import-go button").click()
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Your name").press("Enter")
    expect(page.get_by_text("Senior Backend Engineer: imported with all three steps.")).to_be_visible(timeout=LONG)
    page.get_by_role("link", name=OLD_PAGE.name).click()
    expect(page.get_by_text("is filed as a version of CodeIgniter, but names none").first).to_be_visible(timeout=LONG)
    press(page, "Run this text here")
    page.wait_for_url(re.compile("/compare"))
    expect(page.get_by_text("What the old run got wrong").first).to_be_visible(timeout=LONG)
    expect(page.locator(".jdw-table tr", has_text="the old run did not take it from the text").first).to_be_visible()
    page.get_by_role("link", name="Open this run").nth(1).click()
    expect(page.get_by_text("Chosen role").first).to_be_visible(timeout=LONG)
    label = mark(page, "CI")
    assert "CodeIgniter" in label and "confidence" in label
    return page.url


def _the_catalog_is_put_back(page: Page) -> str:
    """Step 3, first half; returns the number of the change set."""
    open_by_name(page, "Revisions")
    press(page, "Put back to clean")
    page.get_by_role("dialog").get_by_role("button", name="Put back", exact=True).click()
    said = page.get_by_text(re.compile(r"Change set \d+ put 217 rows back to the clean catalog")).first
    expect(said).to_be_visible(timeout=LONG)
    return re.findall(r"Change set (\d+)", said.inner_text())[0]


def _the_run_again_is_right(page: Page) -> None:
    """Step 3, the same text on the clean catalog, beside the run as it was."""
    open_by_name(page, "History")
    # Ours is newer than the old run of its text.
    page.get_by_role("cell", name="Senior Backend Engineer", exact=True).first.click()
    expect(page.get_by_text("Chosen role").first).to_be_visible(timeout=LONG)
    press(page, "Run again")
    page.wait_for_url(re.compile("/compare"))
    expect(page.locator(".jdw-table tr", has_text="CodeIgniter").first).to_be_visible()
    expect(page.locator(".jdw-table tr", has_text="CI/CD").first).to_be_visible()


def _undo_brings_the_faults_back(page: Page, base: str, number: str) -> None:
    """Step 3, the end."""
    page.goto(f"{base}/revisions?set={number}")
    press(page, "Undo")
    page.wait_for_url(re.compile("/changes"))
    committed(page)


def _a_skill_has_its_card(page: Page, base: str) -> None:
    """Step 4, on the text with a line more."""
    run_sample(page, base, SAMPLE.read_text(encoding="utf-8") + "\n* Kafka, Zephyrine, Python and SQL\n")
    listed = page.locator(".jdw-as-text", has_text="Skills as text").locator("tbody tr")
    second = (listed.nth(1).locator("td").first.text_content() or "").strip()
    page.get_by_test_id("stDataFrame").click(position={"x": 15, "y": 78})
    expect(page.locator("h2", has_text=second).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Aliases · \d+$"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Dimensions · \d+$"))).to_be_visible()
    lacking = page.locator(".jdw-jd mark.new", has_text="Zephyrine")
    expect(lacking).to_have_attribute("aria-label", re.compile("not in the catalog"))
    open_by_name(page, "Review queue")
    expect(page.get_by_text("Zephyrine").first).to_be_visible()


def _a_fix_is_a_draft_and_then_a_revision(page: Page, run: str) -> None:
    """Step 5."""
    page.goto(run)
    page.get_by_role("button", name=re.compile("^Fix .+ → ")).first.click()
    page.get_by_role("menuitem", name="The dimension is wrong").click()
    page.get_by_role("dialog").get_by_role("button", name="Stage").click()
    expect(page.get_by_text("The link is fixed.")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="My draft").click()
    expect(page.get_by_text("1 decision, ").first).to_be_visible()
    committed(page)


def _health_decides_by_one_key(page: Page) -> None:
    """Step 7."""
    open_by_name(page, "Health")
    expect(page.locator(".st-key-accept button")).to_be_visible(timeout=LONG)
    key(page, "x")
    expect(page.get_by_text(re.compile("^Rejected: ")).first).to_be_visible()
    page.locator(".st-key-flash-undo button").click()


def _the_run_is_found_by_its_words(page: Page) -> None:
    """Step 8."""
    open_by_name(page, "History")
    page.get_by_label("Words").fill("docker relevant")
    page.get_by_label("Words").press("Enter")
    page.wait_for_url(re.compile("words="))
    expect(page.get_by_text(re.compile(r"^\d+ runs?\b")).first).to_be_visible(timeout=LONG)
    expect(page.get_by_role("cell", name="Senior Backend Engineer", exact=True).first).to_be_visible(timeout=LONG)
