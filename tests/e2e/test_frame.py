"""What all pages share, as only a browser shows it: who is at the screen, links, search, keys, requests, accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.components.links import PAGES
from tests.conftest import JD
from tests.e2e.conftest import key, press, run_sample, settled, sign

pytestmark = pytest.mark.e2e

STREAMLITS_OWN = {
    "list": "the navigation of the side bar has its sections as direct children of its list",
    "listitem": "for the same reason its entries are in no list",
}
"""Rules that Streamlit's own elements break, which no page can mend, and why."""
OWN_PAGES = [place.url_path for place in PAGES if place.visible and not place.default]
SKILL = "skills?slug=redis"


def host(address: str) -> str:
    """The host that an address asks; what a page made itself (``blob:``) is of the host of that page."""
    return re.sub(r"^(?:blob:)?[a-z]+://([^/]*).*", r"\1", address)


@pytest.fixture
def asked(page: Page) -> Iterator[set[str]]:
    """The hosts that the browser asks for anything during a test."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(host(request.url)))
    page.on("websocket", lambda socket: hosts.add(host(socket.url)))
    yield hosts


def drawn(page: Page, address: str) -> None:
    """Open an address and wait until the page is drawn."""
    page.goto(address)
    settled(page)
    expect(page.locator("h1:visible")).to_have_count(1)


def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical, of what is ours to mend."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['html'][:120]}"
        for fault in found
        if fault["impact"] in ("serious", "critical") and fault["id"] not in STREAMLITS_OWN
        for node in fault["nodes"]
    ]


def test_every_page_can_be_read_by_all_and_asks_nobody_else(base: str, page: Page, asked: set[str]) -> None:
    wrong: dict[str, object] = {}
    for path in ["", *OWN_PAGES, SKILL]:
        drawn(page, f"{base}/{path}")
        if found := faults(page):
            wrong[path] = found
        if not page.title().endswith(" · JD Workbench"):
            wrong[f"{path}, title"] = page.title()
    assert wrong == {}
    assert {host for host in asked if host and not host.startswith("data:")} == {base.removeprefix("http://")}


def test_a_run_can_be_read_by_all_in_the_dark_too(base: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    run_sample(page, base, JD.replace("Zephyrine", "Axelotl"))
    settled(page)
    found = faults(page)
    drawn(page, f"{base}/{SKILL}")
    found += faults(page)
    assert found == []


def test_the_name_is_one_value_of_the_browser(base: str, page: Page) -> None:
    drawn(page, f"{base}/history")
    sign(page, "Nadia")
    run_sample(page, base, JD.replace("Zephyrine", "Nadiaform"))
    other = page.context.new_page()
    drawn(other, page.url)
    expect(other.locator(".st-key-person")).to_contain_text("Nadia · change")
    # Changed in one tab, the other has it at its next drawing.
    sign(other, "Nadia B")
    drawn(page, f"{base}/{SKILL}")
    expect(page.locator(".st-key-person")).to_contain_text("Nadia B · change")


def test_the_first_write_asks_for_a_name_and_goes_on(base: str, page: Page) -> None:
    drawn(page, f"{base}/skills?slug=memcached")
    page.get_by_text("Edit", exact=True).click()
    page.get_by_label("Vendor").fill("Nobody yet")
    press(page, re.compile("^Stage"))
    field = page.get_by_role("dialog").get_by_label("Your name")
    field.fill("Olga")
    field.press("Enter")
    expect(page.get_by_role("status").filter(has_text="It is in your draft")).to_be_visible()
    expect(page.locator(".st-key-person")).to_contain_text("Olga · change")


def test_a_plain_link_changes_the_page_within_the_session(base: str, page: Page) -> None:
    drawn(page, f"{base}/{SKILL}")
    page.evaluate("window.stillTheSame = true")
    page.keyboard.press("/")
    page.get_by_role("searchbox", name="Search everywhere").fill("kafka")
    page.locator(".jdw-palette-line", has_text="Kafka").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("kafka"))
    expect(page.locator("dialog.jdw-palette")).to_be_hidden()
    assert page.evaluate("window.stillTheSame")
    page.go_back()
    expect(page).to_have_url(re.compile("slug=redis"))
    expect(page.get_by_role("heading", name="Redis").first).to_be_visible()


def test_search_opens_by_key_and_enter_opens_the_first(base: str, page: Page) -> None:
    drawn(page, f"{base}/history")
    page.keyboard.press("Control+k")
    page.keyboard.type("data engineer")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"roles\?slug=data-engineer$"))


def test_keys_act_nowhere_while_somebody_types(base: str, page: Page) -> None:
    drawn(page, f"{base}/aliases")
    field = page.get_by_label("Search", exact=True)
    field.click()
    page.keyboard.type("n/?n")
    expect(field).to_have_value("n/?n")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).to_have_url(re.compile("/aliases"))
    field.blur()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_contain_text("New run")
    page.keyboard.press("Escape")
    key(page, "n")
    expect(page.get_by_label("Job description")).to_be_visible()
