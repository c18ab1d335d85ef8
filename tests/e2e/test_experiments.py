"""A person starts an experiment on gold, sees it come to its end, starts another with other settings, finds what that broke, and gives
it to reviewers; a batch is attached, and a point of a trend opens what measured it.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.db.batch_results import write_jds, write_results
from tests.e2e.conftest import LONG, press, settled, sign

pytestmark = pytest.mark.e2e


def start(page: Page, base: str, name: str, settings: str = "") -> None:
    """Start an experiment on the gold that ships by the form, and see it finish by itself."""
    page.goto(f"{base}/experiments")
    settled(page)
    form = page.locator("details", has_text="Start an experiment")
    if form.get_attribute("open") is None:
        page.get_by_text("Start an experiment").click()
    field = page.get_by_label("Name", exact=True)
    field.fill(name)
    field.press("Tab")
    if settings:
        other = page.get_by_role("textbox", name="Settings other than usual")
        other.fill(settings)
        other.press("Tab")
    settled(page)
    press(page, "Start")
    expect(page.get_by_text(f"“{name}” has begun")).to_be_visible()
    row = page.get_by_role("row", name=name)
    expect(row.get_by_text("finished")).to_be_visible(timeout=LONG)
    expect(row.get_by_text(re.compile(r"^24 of 24"))).to_be_visible()


def test_two_experiments_are_started_finish_and_are_compared_down_to_a_broken_text(
    base: str, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{base}/experiments")
    sign(page, "Edda")
    start(page, base, "usual")
    start(page, base, "never a role", '{"min_field": 1.0}')
    page.get_by_role("link", name="Compare", exact=True).last.click()
    expect(page.get_by_text("B is worse:")).to_be_visible()
    # A worker replays what differs meanwhile, and the page draws it by itself.
    expect(page.get_by_text("Setting min field: 0.5 → 1.0").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text(re.compile(r"^\d+ broken$")).first).to_be_visible()
    settled(page)
    page.locator("tr", has_text=re.compile("wrong: no role")).first.locator("a").first.click()
    expect(page.get_by_role("heading", name="The role")).to_be_visible()
    expect(page.get_by_text(re.compile("^Right: "))).to_be_visible()
    assert "jd=" in page.url
    page.get_by_role("link", name="Back to the comparison").click()
    expect(page.get_by_text("B is worse:")).to_be_visible()
    give_to_reviewers(page)
    attach(page, base, tmp_path)
    open_a_point_of_a_trend(page, base)


def give_to_reviewers(page: Page) -> None:
    """From the comparison: an assignment is made, and linked there."""
    settled(page)
    press(page, "Send to reviewers …")
    dialog = page.get_by_role("dialog")
    reviewers = dialog.get_by_role("combobox", name="Reviewers")
    reviewers.fill("Edda")
    reviewers.press("Enter")
    size = dialog.get_by_label("How many", exact=True)
    size.fill("1")
    size.press("Tab")
    expect(dialog.get_by_text("1 run, 0 of them to 2: about 1 each.")).to_be_visible()
    dialog.get_by_role("button", name="Send them").click()
    expect(page.get_by_text("1 run given out.")).to_be_visible()
    page.get_by_role("link", name="broken in never a role", exact=True).click()
    expect(page.get_by_text("of labelled broken in never a role")).to_be_visible()
    expect(page.get_by_role("row", name="Edda").get_by_text("0 of 1")).to_be_visible()


def attach(page: Page, base: str, folder: Path) -> None:
    """Results of a batch by their folder, read where they lie."""
    row = {"id": "1", "title": "Freight data", "text": "You load data.", "source": "board", "role": "data-engineer"}
    write_results(folder / "answers", {"1": ("data-engineer", 0.9, ["python"])})
    write_jds(folder / "jds" / "a.parquet", [row])
    page.goto(f"{base}/experiments")
    settled(page)
    page.get_by_text("Attach results of a batch").click()
    given = {"Results": folder / "answers", "Attached as": "a batch", "Job descriptions": folder / "jds" / "a.parquet"}
    for label, value in given.items():
        field = page.get_by_role("textbox", name=label)
        field.fill(str(value))
        field.press("Tab")
    settled(page)
    press(page, "Attach")
    page.get_by_role("link", name="a batch", exact=True).click()
    expect(page.get_by_text("1 of 1, 20.7% to 100.0%")).to_be_visible()


def open_a_point_of_a_trend(page: Page, base: str) -> None:
    """A click on a point shows the experiment that measured it."""
    page.goto(f"{base}/trends")
    settled(page)
    place = page.locator(".js-plotly-plot .scatterlayer .points path").last.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.get_by_role("heading", name=re.compile("usual|never a role|Gold"))).to_be_visible()
    assert "/experiments?id=" in page.url
