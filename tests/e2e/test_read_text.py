"""The parsed text in a browser: a fact leads to its place, colours are switched off, and a wrong title is put right for good."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.e2e.conftest import run_sample, settled, sign

pytestmark = pytest.mark.e2e

SAMPLE = (ROOT / "seeds" / "jds" / "04-payments-backend-java-python.txt").read_text(
    encoding="utf-8"
) + "\nUntil Friday.\n"


def open_parsed_text(page: Page, base: str) -> None:
    """Run the sample and open what was read in it."""
    run_sample(page, base, SAMPLE)
    page.goto(f"{page.url}&section=Parsed+text")
    expect(page.locator(".st-key-parsed .jdw-read")).to_be_visible()
    settled(page)


def test_a_wrong_title_is_put_right_stays_after_a_reload_and_is_taken_back(base: str, page: Page) -> None:
    open_parsed_text(page, base)
    sign(page, "Edna")
    page.get_by_role("button", name="Judge title").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_disabled()
    dialog.get_by_text(re.compile("^Wrong: the text gives (another|one)$")).click()
    field = dialog.get_by_role("combobox")
    field.fill("Keeper of Payments")
    field.press("Enter")
    dialog.get_by_role("button", name="Keep it").click()

    title = page.locator(".st-key-fact-title")
    expect(title).to_contain_text("wrong Keeper of Payments Edna, just now")
    page.reload()
    expect(title).to_contain_text("wrong Keeper of Payments Edna")
    settled(page)
    page.get_by_role("button", name="Judge title").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(title).not_to_contain_text("Keeper of Payments")
    page.locator(".st-key-flash").get_by_role("button", name="Undo").click()
    expect(title).to_contain_text("wrong Keeper of Payments Edna")


def test_a_fact_leads_to_its_place_and_the_legend_switches_a_colour_off(base: str, page: Page) -> None:
    open_parsed_text(page, base)
    read = page.locator(".st-key-parsed .jdw-read")
    link = page.locator(".st-key-fact-title a").first
    link.click()
    expect(read.locator(f"[id='{(link.get_attribute('href') or '').removeprefix('#')}']")).to_be_in_viewport()
    part = read.locator(".part:not(.p-plain)").first
    kind = re.search(r"p-(\w+)", part.get_attribute("class") or "")
    assert kind
    coloured = part.evaluate("e => getComputedStyle(e).borderLeftColor")
    read.locator(f".jdw-legend .s-{kind[1]}").uncheck()
    assert part.evaluate("e => getComputedStyle(e).borderLeftColor") != coloured
    fact = read.locator(".fact").first
    expect(fact.locator("i")).to_be_visible()
    read.locator(".jdw-legend .s-fact").uncheck()
    expect(fact.locator("i")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_parsed_text_can_be_read_by_all(base: str, page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 1000})
    open_parsed_text(page, base)
    found = Axe().run(page, context=".st-key-parsed")
    grave = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert grave == [], [(v["id"], [n["html"][:200] for n in v["nodes"]][:3]) for v in grave]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
