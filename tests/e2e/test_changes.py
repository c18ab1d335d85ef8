"""A visitor puts the catalog back to the legacy one, sees an old mistake in a run, and undoes it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.e2e.conftest import press, run_sample, sign

pytestmark = pytest.mark.e2e

CHECKED_MS = 60_000
"""How long the checks of a draft may take beside another test."""
PUT_BACK = re.compile(r"Change set (\d+) put")
SAMPLE = (ROOT / "seeds" / "jds" / "03-platform-backend-ci-in-a-list.txt").read_text(encoding="utf-8")


def found_skill(page: Page, base: str) -> str:
    """What "CI" in "Docker/CI/K8s" is marked as."""
    run_sample(page, base, SAMPLE)
    return page.locator(".jdw-jd mark", has_text="CI").first.get_attribute("aria-label") or ""


def commit(page: Page, name: str = "Commit") -> None:
    # The checks that must hold come by themselves.
    expect(page.get_by_role("button", name=name, exact=True)).to_be_enabled(timeout=CHECKED_MS)
    press(page, name)
    expect(page.get_by_text(re.compile(r"is committed as revision \d+\."))).to_be_visible()
    page.wait_for_url(re.compile(r"/revisions\?set=\d+"))


def undo(page: Page, base: str, number: int) -> None:
    """Undo a committed change set: its inverse as a draft, committed."""
    page.goto(f"{base}/changes?set={number}")  # An old address leads to where it is now.
    page.wait_for_url(re.compile(rf"/revisions\?set={number}"))
    press(page, "Undo")
    expect(page.get_by_text(re.compile(rf"Draft \d+ takes back change set {number};"))).to_be_visible()
    commit(page)


def set_policy(page: Page, base: str, demand: str) -> None:
    """Demand something else of gold."""
    page.goto(f"{base}/settings")
    page.locator(".st-key-must-gold").get_by_role("combobox").click()
    page.get_by_role("option", name=demand).click()
    page.get_by_label("Why").fill(f"Gold {demand.lower()}")
    page.get_by_label("Why").press("Tab")
    press(page, "Set the policy")
    expect(page.get_by_text("The policy is set")).to_be_visible()


def number_of(page: Page) -> int:
    """The change set that the page shows."""
    page.wait_for_url(re.compile(r"set=\d+"))
    return int(re.search(r"set=(\d+)", page.url)[1])  # type: ignore[index]


def run_of(page: Page) -> str:
    """The run that the page shows."""
    page.wait_for_url(re.compile(r"id=[0-9a-f]"))
    return re.search(r"id=([0-9a-f-]+)", page.url)[1]  # type: ignore[index]


def test_a_direct_link_opens_the_page_in_its_frame(base: str, page: Page) -> None:
    page.goto(f"{base}/revisions")
    expect(page.get_by_text(re.compile(r"Catalog revision \d+[,.]"))).to_be_visible()
    expect(page.get_by_text("New run")).to_be_visible()


def test_a_wrong_alias_is_mended_from_the_run_that_shows_it_and_the_change_undone(base: str, page: Page) -> None:
    page.goto(f"{base}/revisions")
    sign(page, "Ada")
    press(page, "Put back to legacy")
    page.get_by_role("dialog").get_by_role("button", name="Put back", exact=True).click()
    expect(page.get_by_text(PUT_BACK)).to_be_visible()
    put_back = int(PUT_BACK.search(page.get_by_text(PUT_BACK).inner_text())[1])  # type: ignore[index]
    expect(page.get_by_text("set to the legacy catalog")).to_be_visible()
    assert "CodeIgniter" in found_skill(page, base)
    before = run_of(page)

    # From the run's page to the fix: open it, say that the form does not mean this, stage what is offered first.
    page.get_by_text(re.compile(r"All \d+ rows")).click()
    row = page.locator(".st-key-links").locator('[data-testid="stHorizontalBlock"]', has_text="CodeIgniter").first
    row.get_by_role("button", name="Fix").click()
    page.get_by_role("menuitem", name="“CI” does not mean this").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("CI/CD").first).to_be_visible()
    dialog.get_by_role("button", name="Stage").click()
    expect(page.get_by_text(re.compile(r"It is in your draft \d+"))).to_be_visible()

    page.get_by_role("link", name="My draft").click()
    decision = page.locator(".st-key-decision-1")
    expect(decision).to_contain_text("CI means CI/CD, not CodeIgniter")
    expect(decision.get_by_role("link", name=re.compile("^[0-9a-f]{8}$"))).to_be_visible()
    # What it does to past runs comes by itself, beside the decision.
    expect(decision.locator(".jdw-effect-runs")).to_have_text(re.compile(r"\d+ runs?"), timeout=60_000)
    # Taken out whole and put back, by the message or by the decision itself.
    decision.get_by_role("button", name="Take out").first.click()
    expect(page.get_by_text("There is nothing to commit.")).to_be_visible()
    decision.get_by_role("button", name="Put back").first.click()
    expect(page.get_by_text("Ready to be committed.")).to_be_visible(timeout=CHECKED_MS)
    page.get_by_label("Why").fill("CI in a list is never CodeIgniter.")
    page.get_by_label("Why").press("Tab")
    commit(page)
    number = number_of(page)
    expect(page.get_by_text("CI in a list is never CodeIgniter.").first).to_be_visible()
    assert "CI/CD" in found_skill(page, base)

    # The two runs side by side: what differs, and the change set that made it so.
    page.goto(f"{base}/compare?a={before}&b={run_of(page)}")
    row = page.locator("tr", has_text="CodeIgniter").first
    expect(row).to_contain_text(f"change set {number}, Ada")
    expect(page.get_by_text(re.compile(r"Set differently: catalog revision \d+ → \d+"))).to_be_visible()

    # What makes gold worse is stopped by the policy, and committed with a why alone.
    set_policy(page, base, "Must not be mixed")
    page.goto(f"{base}/revisions?set={number}")
    press(page, "Undo")
    refused = page.get_by_text("“Gold” is mixed, which the policy does not admit.").first
    expect(refused).to_be_visible(timeout=CHECKED_MS)
    expect(page.get_by_role("button", name="Commit", exact=True)).to_be_disabled()
    page.get_by_label("Commit all the same, because").fill("The old reading is to be shown.")
    page.get_by_label("Commit all the same, because").press("Tab")
    commit(page, "Override and commit")
    expect(page.get_by_text("Overridden.")).to_be_visible()
    expect(page.get_by_text("The old reading is to be shown.")).to_be_visible()
    set_policy(page, base, "Must not be breaking")
    assert "CodeIgniter" in found_skill(page, base)
    undo(page, base, put_back)
    assert "CI/CD" in found_skill(page, base)


def test_a_wrong_dimension_is_staged_in_three_clicks(base: str, page: Page) -> None:
    run_sample(page, base, SAMPLE)
    sign(page, "Ben")
    row = page.locator(".st-key-links").locator('[data-testid="stHorizontalBlock"]', has_text="Fix").first
    row.get_by_role("button", name="Fix").click()
    page.get_by_role("menuitem", name="The dimension is wrong").click()
    page.get_by_role("dialog").get_by_role("button", name="Stage").click()
    expect(page.get_by_text("The link is fixed.")).to_be_visible()
    page.get_by_role("link", name="My draft").click()
    press(page, "Discard")
    expect(page.get_by_text("is in the archive").first).to_be_visible()
    press(page, "Undo")
    expect(page.get_by_text("1 decision, ").first).to_be_visible()
    press(page, "Discard")


def test_a_wrong_number_shows_no_other_set(base: str, page: Page) -> None:
    for path in ("changes", "revisions"):
        page.goto(f"{base}/{path}?set=999999")
        expect(page.get_by_text("There is no change set 999999.")).to_be_visible()
