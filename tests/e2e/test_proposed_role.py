"""A role that a run proposes: it is seen on the run's page and in the queue, edited, and approved into a draft, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import press, run_sample, settled, sign

SURVEY = """Formwork Modelling Coordinator

Company: Alder Bridges Ltd.

Responsibilities:
- Check the models of steel and concrete for clashes before each pour
- Keep the library of formwork parts up to date
- Hand drawings over to the foremen on site

Requirements:
- Revit, AutoCAD and Navisworks
- Trade or degree in structural draughting, three years on bridges
"""


def test_a_proposed_role_is_approved_with_its_duties_and_dimensions(base: str, page: Page) -> None:
    run_sample(page, base, SURVEY)
    expect(page.locator(".jdw-chosen")).to_contain_text("No role")
    expect(page.locator(".jdw-chosen")).to_contain_text("proposed: Formwork Modelling Coordinator")
    sign(page, "Ida")
    page.goto(f"{base}/queue?kind=role&words=Formwork")
    settled(page)
    expect(page.locator('input[aria-label=Name][value="Formwork Modelling Coordinator"]')).to_be_visible()
    expect(page.get_by_text("Nearest roles, and what tells them apart")).to_be_visible()
    duties = page.get_by_label("KRAs, one a line")
    expect(duties).to_have_value(re.compile("^Check the models of steel and concrete"))
    duties.fill("Check models for clashes\nKeep the library of parts")
    duties.press("Tab")
    settled(page)
    press(page, "Approve")
    expect(page.get_by_role("link", name="My draft 1")).to_be_visible()
