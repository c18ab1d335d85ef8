"""A curator at work on the catalog's pages: search, links, forms, and what runs proposed."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import JD
from tests.e2e.conftest import press, run_sample, sign

pytestmark = pytest.mark.e2e
STAGED = re.compile(r"in your draft \d+")


def discard(page: Page) -> None:
    """Set the draft in hand aside."""
    page.get_by_role("link", name="My draft").click()
    press(page, "Discard")
    expect(page.get_by_text("is set aside")).to_be_visible()


def test_a_skill_is_found_as_it_is_typed_and_its_card_shows_all_that_is_linked(base: str, page: Page) -> None:
    page.goto(f"{base}/skills")
    field = page.get_by_placeholder(re.compile("Search .* skills"))
    field.press_sequentially("k8s", delay=40)
    expect(page.get_by_text(re.compile(r"^\d+ fit"))).to_be_visible()
    page.goto(f"{base}/skills?slug=kafka")
    for shown in ("Apache Kafka", "Messaging and Event Streaming", "Apache Software Foundation"):
        expect(page.get_by_text(shown).first).to_be_visible()
    page.goto(f"{base}/skills?id=20159")
    expect(page.get_by_text("kafka · id 20159")).to_be_visible()


def test_a_cell_of_the_matrix_is_a_link_that_is_staged_at_once(base: str, page: Page) -> None:
    page.goto(f"{base}/links?of=data-engineer")
    sign(page)
    expect(page.get_by_text("Tick or untick a cell")).to_be_visible(timeout=60_000)
    grid = page.frame_locator("iframe").first
    row = grid.locator(".ag-center-cols-container .ag-row").first
    box = row.locator("input[type=checkbox]").nth(1)
    box.click()
    expect(page.get_by_text(STAGED).first).to_be_visible()
    page.get_by_text("Heat map").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    discard(page)


def test_a_sentence_shows_what_it_matches_and_why(base: str, page: Page) -> None:
    page.goto(f"{base}/aliases")
    area = page.get_by_label("Paste a sentence to see what it matches")
    area.fill("Docker/CI/K8s experience is a plus")
    area.press("Control+Enter")
    row = page.locator("tr", has_text="Kubernetes")
    expect(row.first).to_contain_text("K8s")


def test_what_a_run_proposed_is_approved_and_waits_again_when_the_draft_is_discarded(base: str, page: Page) -> None:
    run_sample(page, base, JD.replace("Zephyrine", "Quorvixel"))
    page.goto(f"{base}/queue?kind=skill")
    sign(page)
    search = page.get_by_placeholder("Words of the proposal")
    search.fill("Quorvixel")
    search.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Quorvixel")
    press(page, "Approve")
    expect(page.get_by_text(STAGED).first).to_be_visible()
    discard(page)
    page.goto(f"{base}/queue?kind=skill")
    search.fill("Quorvixel")
    search.press("Enter")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()


def test_a_role_is_merged_into_another_and_the_draft_says_what_follows(base: str, page: Page) -> None:
    page.goto(f"{base}/roles?slug=etl-developer")
    sign(page)
    page.get_by_text("Merge or retire").click()
    page.get_by_label("Merge into").click()
    page.get_by_label("Merge into").fill("Data Engineer")
    page.get_by_role("option", name="Data Engineer · data-engineer").click()
    press(page, "Stage the merge")
    expect(page.get_by_text(STAGED).first).to_be_visible()
    page.get_by_role("link", name="My draft").click()
    expect(page.get_by_text("ETL Developer").first).to_be_visible()
    press(page, "Discard")


def test_a_closed_tab_loses_nothing(base: str, page: Page) -> None:
    page.goto(f"{base}/skills?slug=redis")
    sign(page, "Dora")
    page.get_by_text("Edit", exact=True).click()
    page.get_by_label("Vendor").fill("Somebody Else")
    press(page, re.compile("^Stage"))
    expect(page.get_by_text(STAGED).first).to_be_visible()
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(f"{base}/skills?slug=redis")
    # The name is kept for the browser, and what was staged is there.
    expect(again.get_by_label("Your name")).to_have_value("Dora")
    expect(again.get_by_text("Somebody Else").first).to_be_visible()
    expect(again.get_by_text("changed in my draft").first).to_be_visible()
    discard(again)


def test_pages_open_quickly(base: str, page: Page) -> None:
    shown = {"skills": "fit, the first", "roles": "fit", "dimensions": "fit", "aliases": "forms.", "changes": "Catalog revision"}
    for path, words in shown.items():
        page.goto(f"{base}/{path}")
        expect(page.get_by_text(words).first).to_be_visible()
        began = time.monotonic()
        page.goto(f"{base}/{path}")
        expect(page.get_by_text(words).first).to_be_visible()
        assert time.monotonic() - began < 10, path
