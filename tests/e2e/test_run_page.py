"""The page of a run in a browser: what is fixed is seen to change in place, by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.e2e.conftest import key, run_sample, settled, sign

pytestmark = pytest.mark.e2e

SAMPLE = (ROOT / "seeds" / "jds" / "01-data-engineer-titled-software-engineer.txt").read_text(
    encoding="utf-8"
) + "\n- Gantry\n"


def test_a_fix_is_seen_in_place_on_both_sides_and_taken_back(base: str, page: Page) -> None:
    run_sample(page, base, SAMPLE)
    sign(page, "Dorothea")
    row = page.locator(".st-key-links [class*=st-key-link-row]", has_text="PySpark").first
    row.get_by_role("button", name=re.compile("^Fix PySpark → ")).click()
    page.get_by_role("menuitem", name="The dimension is wrong").click()
    page.get_by_role("dialog").get_by_role("button", name="Stage").click()

    strip = page.locator(".st-key-draft-strip")
    expect(strip).to_contain_text("1 of its 1 decision touches this run")
    expect(page.locator(".st-key-answers")).to_contain_text("What each decision does here")
    changed = page.locator(".jdw-jd mark.chg").first
    expect(changed).to_have_text("PySpark")
    expect(page.locator(".jdw-jd .n2 del").first).to_be_visible()
    expect(page.locator(".st-key-links .jdw-lk.both del").first).to_be_visible()

    strip.get_by_text("Before", exact=True).click()
    expect(page.locator(".st-key-answers")).to_contain_text("Look at")
    expect(page.locator(".jdw-jd mark.chg")).to_have_count(0)
    assert "side=Before" in page.url and "/run" in page.url
    page.reload()
    expect(page.locator(".st-key-answers")).to_contain_text("Look at")

    page.get_by_role("button", name="Undo last fix").click()
    expect(strip).to_have_count(0)


def test_a_run_is_judged_by_keys_alone_and_words_are_marked_by_them(base: str, page: Page) -> None:
    run_sample(page, base, SAMPLE)
    mark = page.locator(".jdw-jd mark").first
    mark.focus()
    assert mark.evaluate(
        "mark => mark === document.activeElement && getComputedStyle(mark, '::after').content.length > 10"
    )
    sign(page, "Dorian")
    settled(page)
    page.locator("h1").click()
    key(page, "v")
    current = page.locator(".jdw-points .now")
    expect(current).to_contain_text("Role")
    key(page, "1")
    expect(current).to_contain_text("PySpark")
    key(page, "2")
    expect(page.locator(".jdw-points .wrong")).to_have_text(re.compile("PySpark"))
    key(page, "u")
    expect(page.locator(".jdw-points .wrong")).to_have_count(0)

    key(page, "m")
    text = page.locator(".jdw-sheet .jdw-jd[role=textbox]")
    expect(text).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-verdict-question .jdw-quote")).to_have_text("PySpark jobs")
    key(page, "2")
    expect(page.locator(".st-key-verdict-choice input")).to_be_focused()
    page.keyboard.type("Kafka Str")
    page.keyboard.press("Enter")
    expect(page.locator(".jdw-points .missing")).to_contain_text("PySpark jobs → Kafka Streams")
    key(page, "v")
    expect(page.locator(".jdw-said")).to_contain_text("missing: Kafka Streams · Dorian, just now")


def test_on_a_phone_the_linkage_is_a_list_of_links_and_nothing_is_wider_than_the_screen(base: str, page: Page) -> None:
    run_sample(page, base, SAMPLE)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".jdw-flow")).to_be_visible()
    expect(page.locator(".st-key-linkage-picture")).to_be_hidden()
    expect(page.locator(".jdw-flow a[href^='dimensions?slug=']").first).to_be_visible()
    wide = "() => document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth"
    page.wait_for_function(wide)
