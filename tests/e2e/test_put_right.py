"""A run has a wrong role on the legacy catalog: it is put right by the first suggestion, committed, and run again; who made the old row
stands in Why.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import key, press, result, run_sample, settled, sign
from tests.e2e.test_changes import PUT_BACK, commit, number_of, run_of, undo

pytestmark = pytest.mark.e2e

SAMPLE = """Software Engineer

Company: Kestrel Tolls Ltd.
Location: Nashik, India

Responsibilities:
- Load the readings of every toll gate into curated tables each night
- Watch the jobs and rerun the days that failed

Requirements:
- SQL, Python and Airflow
"""
OTHER = SAMPLE.replace("Kestrel Tolls", "Falcon Bridges")
FOUND_MS = 120_000
"""How long judged runs and gold may take to be read and replayed, beside other tests."""


def judged_wrong(page: Page, base: str, text: str) -> str:
    """A run whose role a reviewer calls wrong; its id."""
    run_sample(page, base, text)
    expect(page.locator(".jdw-chosen")).to_contain_text("Backend Developer")
    run = run_of(page)
    page.get_by_role("button", name="Give verdict").click()
    expect(page.get_by_text("Is this the role?")).to_be_visible()
    key(page, "2")
    choice = page.get_by_role("combobox", name="The right role")
    choice.fill("Data Engineer")
    page.get_by_role("option", name="Data Engineer", exact=True).click()
    expect(page.get_by_role("link", name="find the fewest changes that put it right")).to_be_visible()
    return run


def test_a_wrong_role_is_put_right_and_the_other_runs_that_it_fixed_are_listed(base: str, page: Page) -> None:
    page.goto(f"{base}/revisions")
    sign(page, "Pia")
    press(page, "Put back to legacy")
    page.get_by_role("dialog").get_by_role("button", name="Put back", exact=True).click()
    expect(page.get_by_text(PUT_BACK)).to_be_visible()
    put_back = int(PUT_BACK.search(page.get_by_text(PUT_BACK).inner_text())[1])  # type: ignore[index]
    expect(page.get_by_text("set to the legacy catalog")).to_be_visible()
    other = judged_wrong(page, base, OTHER)
    run = judged_wrong(page, base, SAMPLE)

    # From the run by a key; the verdict says what it should be.
    page.goto(f"{base}/run?id={run}")
    result(page)
    key(page, "p")
    column = page.locator(".st-key-put-right-column")
    expect(column.get_by_text(re.compile(r"replayed here, on \d+ judged runs? and \d+ gold JDs in"))).to_be_visible(
        timeout=FOUND_MS
    )
    first = column.locator(".st-key-suggestion-1")
    expect(first).to_contain_text("Software Engineer")
    expect(first).to_contain_text("here Data Engineer")
    key(page, "1")
    expect(page.get_by_text(re.compile(r"It is in your draft \d+"))).to_be_visible()
    expect(column.get_by_text("put right", exact=True)).to_be_visible(timeout=FOUND_MS)

    # The draft has it as one decision that names the run; its checks admit it.
    page.get_by_role("link", name="My draft").click()
    decision = page.locator(".st-key-decision-1")
    expect(decision).to_contain_text("Software Engineer")
    expect(decision.get_by_role("link", name=run[:8])).to_be_visible()
    commit(page)
    number = number_of(page)
    expect(page.locator(f'.jdw-rows a[href*="{other}"]').first).to_be_visible()

    # Run again it is right; the run itself names what mended it, and whom that fixed beside.
    page.goto(f"{base}/run?id={run}")
    result(page)
    expect(page.get_by_text(re.compile("Mended from this run in"))).to_contain_text("which fixed 1 other run")
    press(page, "Run again")
    page.wait_for_url(re.compile(r"/compare\?"))
    again = re.search(r"b=([0-9a-f-]+)", page.url)[1]  # type: ignore[index]
    page.goto(f"{base}/run?id={again}")
    result(page)
    expect(page.locator(".jdw-chosen")).to_contain_text("Data Engineer")

    # Why the old one came out so, and who made the row that decided.
    page.goto(f"{base}/why?id={run}")
    settled(page)
    # Whether it decides alone rests on which runs were filed before; that it counts does not.
    expect(page.locator(".jdw-fall")).to_contain_text("Software Engineer")
    expect(page.get_by_text(re.compile(r"(changed|removed) in revision \d+, Pia")).first).to_be_visible()
    undo(page, base, number)
    undo(page, base, put_back)
