"""A curator reads a finding, stages its repair, commits the draft, rejects another finding, and undoes the change set."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e


def test_a_repair_is_staged_committed_and_undone(base: str, page: Page) -> None:
    page.goto(f"{base}/health")
    expect(page.get_by_text("findings in revision")).to_be_visible(timeout=90_000)
    page.get_by_test_id("stButtonGroup").get_by_text("Alias type", exact=True).click()
    expect(page.get_by_text("of this kind")).to_be_visible()
    assert "kind=Alias+type" in page.url
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your name").press("Tab")
    page.get_by_role("button", name="Stage the repair").click()
    expect(page.get_by_text("The repair is staged in your draft.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Your draft \d+ has 1 change;"))).to_be_visible()
    page.get_by_role("button", name="Commit").click()
    expect(page.get_by_text("is committed; the catalog is audited anew")).to_be_visible(timeout=60_000)
    page.goto(f"{base}/changes")
    page.get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your name").fill("Ada")
    dialog.get_by_label("Your name").press("Tab")
    dialog.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile(r"Change set \d+ undoes change set \d+\."))).to_be_visible()


def test_a_rejection_needs_a_reason_and_takes_the_finding_away(base: str, page: Page) -> None:
    page.goto(f"{base}/health?kind=Generic+title")
    expect(page.get_by_text("of this kind")).to_be_visible(timeout=90_000)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your name").press("Tab")
    reject = page.get_by_role("button", name="Reject")
    expect(reject).to_be_disabled()
    page.get_by_label("Why not").fill("Our clients mean one role by it")
    page.get_by_label("Why not").press("Tab")
    reject.click()
    expect(page.get_by_text("stays away until its evidence changes").first).to_be_visible()
