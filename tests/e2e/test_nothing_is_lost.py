"""What was typed, and where somebody was: neither a reload, nor leaving a page, nor Back and Forward lose it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import JD
from tests.e2e.conftest import key, result, settled, start_run

pytestmark = pytest.mark.e2e

TEXT = JD.replace("Zephyrine", "Mizzenmast")


def follow(page: Page, address: str) -> None:
    """Do what a click on a link of ours does."""
    script = "to => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate', { state: {} })) }"
    page.evaluate(script, address)


def heading(page: Page, text: str) -> None:
    """The title of the page or of its card."""
    expect(page.locator("h1, h2").filter(has_text=text).first).to_be_visible()


def test_a_text_that_was_typed_survives_a_reload_another_page_and_a_sample(base: str, page: Page) -> None:
    page.goto(f"{base}/new")
    # While a field comes, the one that goes may still stand behind it.
    area = page.get_by_label("Job description").first
    area.wait_for()
    settled(page)
    with page.expect_response("**/kept") as kept:
        area.fill("Bosun wanted: knots, tar and weather")
    assert kept.value.status == 204
    page.reload()
    expect(area).to_have_value("Bosun wanted: knots, tar and weather")
    page.get_by_test_id("stSidebarNav").get_by_text("History", exact=True).click()
    heading(page, "History")
    page.get_by_test_id("stSidebarNav").get_by_text("New run", exact=True).click()
    heading(page, "New run")
    expect(area).to_have_value("Bosun wanted: knots, tar and weather")
    area.fill("Bosun wanted: knots, tar, weather and songs")
    page.get_by_label("Choose a sample").click()
    page.get_by_role("option", name="Not a job description").click()
    expect(area).to_have_value(re.compile("Pumpkin soup"))
    expect(page.get_by_text("is kept: “Bosun wanted: knots, tar, weather and songs…”")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(area).to_have_value("Bosun wanted: knots, tar, weather and songs")


def test_back_and_forward_go_through_places_and_titles_name_them(base: str, page: Page) -> None:
    start_run(page, base, TEXT)
    result(page)
    run = page.url
    titles = {page.title()}
    page.goto(f"{base}/history?words=mizzenmast")
    words = page.get_by_label("Words", exact=True)
    expect(page.get_by_text(re.compile(r"^\d+ runs?\b")).first).to_be_visible()
    titles.add(page.title())
    follow(page, run)
    result(page)
    follow(page, f"{base}/skills?slug=python")
    heading(page, "Python")
    follow(page, f"{base}/skills?slug=kafka")
    heading(page, "Kafka")
    card = page.url
    expect(page).to_have_title(re.compile("Skill"))
    titles.add(page.title())
    page.go_back()
    heading(page, "Python")
    page.go_back()
    result(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/history\?words=mizzenmast"))
    expect(words).to_have_value("mizzenmast")
    page.go_forward()
    result(page)
    page.go_forward()
    heading(page, "Python")
    page.go_forward()
    expect(page).to_have_url(card)
    heading(page, "Kafka")
    assert len(titles) == 3


def test_a_page_that_is_opened_by_a_button_leaves_no_false_place_behind(base: str, page: Page) -> None:
    page.goto(f"{base}/history?words=nothinglikeit")
    expect(page.get_by_text("No run fits")).to_be_visible()
    key(page, "n")
    heading(page, "New run")
    start = JD.replace("Zephyrine", "Foremast")
    area = page.get_by_label("Job description")
    settled(page)
    area.fill(start)
    area.press("Control+Enter")
    result(page)
    page.go_back()
    heading(page, "New run")
    assert "id=" not in page.url
    page.go_back()
    expect(page).to_have_url(re.compile(r"/history\?words=nothinglikeit"))
    expect(page.get_by_text("No run fits")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("run?id=nonsense", "“nonsense” names no run"),
        ("run?id=3f2a91c0-0000-4000-8000-000000000007", "There is no run 3f2a91c0"),
        ("skills?slug=gone", "“gone” is not in the catalog"),
        ("changes?set=999999", "999999"),
    ],
)
def test_a_wrong_address_says_so(base: str, page: Page, address: str, sentence: str) -> None:
    page.goto(f"{base}/{address}")
    expect(page.get_by_text(sentence).first).to_be_visible()
