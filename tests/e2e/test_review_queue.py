"""The review queue in a real browser: a cell is written into, and the rows that a page shows are ticked, decided and taken back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import press, run_sample, settled, sign

QUAYS = """Quay Systems Engineer

Company: Tidewater Quays Ltd.

Responsibilities:
- Keep the berth planner and its database running
- Write the rules by which cranes are given to ships

Requirements:
- Python and PostgreSQL
- Experience with Berthmapper, Cranelogix and Quaytracer
"""


def test_cells_are_kept_and_rows_are_decided_together(base: str, page: Page) -> None:
    run_sample(page, base, QUAYS)
    sign(page, "Quentin")
    page.goto(f"{base}/queue?kind=skill&way=table&words=Cranelogix")
    settled(page)
    grid = page.frame_locator("iframe").first
    cell = grid.locator('.ag-center-cols-container .ag-row [col-id="Name"]').first
    expect(cell).to_have_text("Cranelogix")
    cell.dblclick()
    editor = grid.locator(".ag-cell-inline-editing input")
    editor.fill("Cranelogix Suite")
    editor.press("Enter")
    expect(page.get_by_text("Kept: name of “Cranelogix”.")).to_be_visible()
    expect(cell).to_have_text("Cranelogix Suite")
    page.goto(f"{base}/queue?kind=skill&way=several")
    settled(page)
    for name in ("Cranelogix Suite", "Quaytracer"):
        page.get_by_label(f"Tick {name}", exact=True).click()
        settled(page)
    press(page, "Decide 2…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2 skills · ticked")).to_be_visible()
    dialog.get_by_role("button", name="Reject 2 for good").click()
    expect(page.get_by_text("2 proposals rejected for good.")).to_be_visible()
    expect(page.get_by_label("Tick Quaytracer", exact=True)).to_have_count(0)
    press(page, "Undo")
    expect(page.get_by_label("Tick Quaytracer", exact=True)).to_be_visible()
