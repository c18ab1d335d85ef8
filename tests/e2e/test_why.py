"""Why a run came to its role, in a browser: reached by its key, a row's form opened in place, and words of the text asked about."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import key, run_sample, settled
from tests.e2e.test_gold_sets import SELECT

pytestmark = pytest.mark.e2e

JD = """Data Engineer

Company: Larkspur Tides
Experience: 4 years

Responsibilities:
- Build pipelines with Airflow and PySpark for tide gauges
- Tune SQL on Snowflake and keep the tables of the warehouse small

Requirements:
- Python, SQL and dbt
- Pondwidget in production
"""


def test_why_is_a_key_away_its_rows_are_fixed_in_place_and_words_are_accounted_for(base: str, page: Page) -> None:
    run_sample(page, base, JD)
    settled(page)
    key(page, "w")
    expect(page.locator(".jdw-answer")).to_be_visible()
    settled(page)
    found = Axe().run(page, context="[data-testid='stMain']")
    grave = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert grave == [], [(v["id"], [n["html"][:200] for n in v["nodes"]][:3]) for v in grave]
    page.locator(".jdw-fall details[open] .fx a", has_text="Fix").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Why")
    assert "fix=" not in page.url
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    settled(page)
    assert page.evaluate(SELECT, "Pondwidget")
    expect(page.locator(".jdw-why-not")).to_contain_text("No form of the catalog is written so")
    assert re.search(r"words=\d+%3A\d+", page.url)
    key(page, "w")
    expect(page.get_by_text("Chosen role")).to_be_visible()
