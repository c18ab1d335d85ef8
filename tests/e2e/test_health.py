"""A curator reads a finding, stages its repair, commits the draft, rejects another finding, and undoes the change set."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import press, sign
from tests.e2e.test_changes import commit, number_of, undo

pytestmark = pytest.mark.e2e


def test_a_repair_is_staged_committed_and_undone(base: str, page: Page) -> None:
    page.goto(f"{base}/health")
    expect(page.get_by_text("findings in revision")).to_be_visible(timeout=90_000)
    sign(page)
    page.get_by_test_id("stButtonGroup").get_by_text("Alias type", exact=True).click()
    expect(page.get_by_text("of this kind")).to_be_visible()
    assert "kind=Alias+type" in page.url
    press(page, "Accept repair")
    expect(page.get_by_text(re.compile(r"The repair is staged in your draft \d+"))).to_be_visible()
    page.get_by_role("link", name="My draft").click()
    number = number_of(page)
    commit(page)
    undo(page, base, number)


def test_a_rejection_needs_a_reason_and_takes_the_finding_away(base: str, page: Page) -> None:
    page.goto(f"{base}/health?kind=Generic+title")
    expect(page.get_by_text("of this kind")).to_be_visible(timeout=90_000)
    sign(page)
    reject = page.get_by_role("button", name="Reject")
    expect(reject).to_be_disabled()
    page.get_by_label("Why not").fill("Our clients mean one role by it")
    page.get_by_label("Why not").press("Tab")
    expect(reject).to_be_enabled()
    press(page, "Reject")
    expect(page.get_by_text("stays away until its evidence changes").first).to_be_visible()


def test_a_finding_that_a_colleague_has_open_leaves_the_queue(base: str, page: Page) -> None:
    page.goto(f"{base}/health")
    expect(page.get_by_text("findings in revision")).to_be_visible(timeout=90_000)
    sign(page, "Bea")
    expect(page.get_by_role("button", name="Not sure")).to_be_visible()
    sign(page, "Cem")
    expect(page.get_by_text(re.compile(r"[1-9] open with colleagues"))).to_be_visible()
