"""A curator at work on the catalog's pages: search, links, forms, and what runs proposed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import JD
from tests.e2e.conftest import key, press, run_sample, settled, sign, soonest

pytestmark = pytest.mark.e2e
STAGED = re.compile(r"in your draft \d+")


def discard(page: Page) -> None:
    """Set the draft in hand aside."""
    page.get_by_role("link", name="My draft").click()
    press(page, "Discard")
    expect(page.get_by_text("is in the archive").first).to_be_visible()


def test_a_skill_is_found_as_it_is_typed_and_its_card_shows_all_that_is_linked(base: str, page: Page) -> None:
    page.goto(f"{base}/skills")
    field = page.get_by_placeholder(re.compile("Search .* skills"))
    field.press_sequentially("k8s", delay=40)
    row = page.locator(".jdw-list a", has_text=re.compile("^Kubernetes$"))
    row.click()
    expect(page).to_have_url(re.compile(r"words=k8s.*slug=kubernetes|slug=kubernetes.*words=k8s"))
    expect(page.locator("h2", has_text="Kubernetes")).to_be_visible()
    page.goto(f"{base}/skills?slug=kafka")
    for shown in ("Apache Kafka", "Messaging and Event Streaming", "Apache Software Foundation"):
        expect(page.get_by_text(shown).first).to_be_visible()
    page.goto(f"{base}/skills?id=20159")
    expect(page.get_by_text("kafka · id 20159")).to_be_visible()


def test_rows_are_walked_by_key_and_back_goes_through_them(base: str, page: Page) -> None:
    page.goto(f"{base}/dimensions?words=data")
    rows = page.locator(".jdw-list tbody tr")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    settled(page)
    key(page, "j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    second = page.url
    rows.nth(2).locator("a").click()
    expect(rows.nth(2)).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page).to_have_url(second)
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")


def test_a_cell_of_the_matrix_is_a_link_that_is_staged_at_once_and_what_is_chosen_is_moved(
    base: str, page: Page
) -> None:
    page.goto(f"{base}/links?by=role&of=data-engineer")
    expect(page.get_by_text("A tick is a link")).to_be_visible(timeout=120_000)
    sign(page, "Cleo")
    grid = page.frame_locator("iframe").first
    row = grid.locator(".ag-center-cols-container .ag-row").first
    box = row.locator("[col-id] input[type=checkbox]").nth(1)
    before = box.is_checked()
    box.click()
    expect(page.get_by_text(STAGED).first).to_be_visible()
    expect(box).to_be_checked(checked=not before)
    # Space does the same in the cell that has the focus.
    box.locator("xpath=ancestor::*[@col-id]").click(position={"x": 100, "y": 10})
    page.keyboard.press("Space")
    expect(box).to_be_checked(checked=before)
    grid.locator(".ag-pinned-left-cols-container .ag-row").first.locator(".ag-checkbox-input").click()
    expect(page.get_by_role("button", name="Move 1 skill")).to_be_visible()
    page.get_by_role("tab", name="Heat map").click()
    expect(page.locator(".st-key-heat .js-plotly-plot").first).to_be_visible()


def test_a_sentence_shows_what_it_matches_and_why(base: str, page: Page) -> None:
    page.goto(f"{base}/aliases")
    area = page.get_by_label("Paste a sentence to see what it matches")
    area.fill("Docker/CI/K8s experience is a plus")
    area.press("Control+Enter")
    row = page.locator(".jdw-table tr", has_text="Kubernetes")
    expect(row.first).to_contain_text("K8s")
    area.fill("write to kafka@example.com")
    area.press("Control+Enter")
    expect(page.locator(".jdw-table tr", has_text="it stands in a web or mail address")).to_be_visible()


def test_a_proposal_is_rejected_by_one_key_and_comes_back_at_once(base: str, page: Page) -> None:
    run_sample(page, base, JD.replace("Zephyrine", "Brumplix"))
    page.goto(f"{base}/queue?kind=skill&words=Brumplix")
    sign(page, "Gil")
    expect(page.locator(".jdw-seen mark", has_text="Brumplix")).to_be_visible()
    settled(page)
    key(page, "x")
    expect(page.get_by_text("“Brumplix” is rejected for good.")).to_be_visible()
    press(page, "Undo")
    expect(page.locator(".jdw-seen mark", has_text="Brumplix")).to_be_visible()


def test_what_a_run_proposed_is_approved_and_waits_again_when_the_draft_is_discarded(base: str, page: Page) -> None:
    run_sample(page, base, JD.replace("Zephyrine", "Quorvixel"))
    page.goto(f"{base}/queue?kind=skill")
    sign(page, "Emil")
    settled(page)
    search = page.get_by_placeholder("Words of the proposal")
    search.fill("Quorvixel")
    search.press("Enter")
    # While the page is drawn anew, the field of the proposal that goes may stand beside the one that comes.
    expect(page.locator("input[aria-label=Name][value=Quorvixel]")).to_be_visible()
    # What the text does not say for sure is left open: what it is, and where it belongs.
    for label, value in (("Nature", "database"), ("Dimensions", "Cloud Platforms")):
        page.wait_for_timeout(300)  # The drawing that the last choice asks for begins a moment after it.
        settled(page)
        page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("option", name=value, exact=True).click()
    page.keyboard.press("Escape")  # While a list is open, a reader of the screen meets nothing else.
    press(page, "Approve")
    expect(page.get_by_text(STAGED).first).to_be_visible()
    discard(page)
    page.goto(f"{base}/queue?kind=skill")
    search.fill("Quorvixel")
    search.press("Enter")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()


def test_a_role_is_merged_into_another_and_the_draft_says_what_follows(base: str, page: Page) -> None:
    page.goto(f"{base}/roles?slug=etl-developer")
    sign(page, "Fay")
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
    expect(again.locator(".st-key-person")).to_contain_text("Dora · change")
    expect(again.get_by_text("Somebody Else").first).to_be_visible()
    expect(again.get_by_text("changed in my draft").first).to_be_visible()
    discard(again)


def test_pages_open_quickly(base: str, page: Page) -> None:
    shown = {
        "skills": "fit, the first",
        "roles": "fit",
        "dimensions": "fit",
        "aliases": "forms",
        "changes": "You have no draft",
        "revisions": "Catalog revision",
    }
    for path, words in shown.items():
        page.goto(f"{base}/{path}")
        expect(page.get_by_text(words).first).to_be_visible()

        def opened(path: str = path, words: str = words) -> None:
            page.goto(f"{base}/{path}")
            expect(page.get_by_text(words).first).to_be_visible()

        assert soonest(opened, 10) <= 10, path
