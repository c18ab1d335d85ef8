"""A curator works through Health by keys: one key a decision, the next finding at once, each decision taken back, Back through
what was looked at.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import key, sign

pytestmark = pytest.mark.e2e


def heading(page: Page) -> str:
    """The finding that is shown."""
    title = page.locator("h2.jdw-title")
    expect(title).to_have_count(1)
    return title.inner_text()


def open_kind(page: Page, base: str, kind: str) -> None:
    """The findings of one kind, the first one shown."""
    page.goto(f"{base}/health?kind={kind}")
    expect(page.locator(".jdw-pill[aria-current]")).to_be_visible(timeout=90_000)
    expect(page.locator(".st-key-accept button")).to_be_visible()


def test_one_key_accepts_the_next_finding_is_shown_and_undo_takes_it_back(base: str, page: Page) -> None:
    open_kind(page, base, "alias_type")
    sign(page, "Hana")
    first = heading(page)
    key(page, "a")
    expect(page.get_by_text(re.compile(r"Accepted: .* in your draft \d+"))).to_be_visible()
    expect(page.locator("h2.jdw-title", has_text=first)).to_have_count(0)
    assert "finding=" in page.url
    page.locator(".st-key-flash-undo button").click()
    expect(page.locator("h2.jdw-title")).to_have_text([first])


def test_one_key_rejects_for_the_first_reason_and_back_returns_to_what_was_decided(base: str, page: Page) -> None:
    open_kind(page, base, "generic_title")
    sign(page, "Ivo")
    first = heading(page)
    key(page, "j")
    expect(page.get_by_text(re.compile(r"^2 of \d+$")).first).to_be_visible()
    # The place in the list may be drawn before the finding itself.
    expect(page.locator("h2.jdw-title", has_text=first)).to_have_count(0)
    second = heading(page)
    key(page, "x")
    expect(page.get_by_text(re.compile("Rejected: .* “It is right as it is”"))).to_be_visible()
    expect(page.locator("h2.jdw-title", has_text=second)).to_have_count(0)
    page.go_back()
    expect(page.locator("h2.jdw-title")).to_have_text([second])
    expect(page.get_by_text("Rejected by Ivo: It is right as it is")).to_be_visible()


def test_a_finding_that_a_colleague_has_open_says_so(base: str, page: Page) -> None:
    open_kind(page, base, "generic_kra")
    sign(page, "Bea")
    held = heading(page)
    expect(page.locator(".st-key-unsure button")).to_be_visible()
    address = page.url
    sign(page, "Cem")
    expect(page.get_by_text("Bea has it open")).to_be_visible()
    page.goto(address)
    page.get_by_role("link", name=held).first.click()
    expect(page.get_by_text("Bea has this finding open.")).to_be_visible()
