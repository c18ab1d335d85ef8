"""What a person wrote is read literally in the browser too, where Streamlit's Markdown and Plotly's tags are drawn."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Page

from pages.components.verbatim import WORD_JOINER
from tests.e2e.conftest import settled

HOSTILE = (
    r"{x} {} %s %(y)s $a$ $$b$$ :red[z] :red :blue-badge[z] :material/home: :material_home: :smile: :streamlit: **b** *i* ~~d~~ `c`"
    r" [l](u) ![i](u) <i> <http://z.org> http://z.org www.z.org &lt; &#35; \ \\ \* _q_ __r__ -- -> <- >= <= ~= 1. # | a"
)
NAME = r"# 1. **Zoe** $a$ :smile: <i> \ `"


def read(page: Page, selector: str) -> str:
    """The text of an element as a person reads it."""
    settled(page)
    text = page.locator(selector).first.inner_text()
    return re.sub(r"\s+", " ", text.replace(WORD_JOINER, "")).strip()


def test_a_message_is_read_as_it_was_written(page: Page, base: str) -> None:
    page.goto(f"{base}/skills?{urlencode({'slug': HOSTILE})}")
    page.get_by_test_id("stAlert").first.wait_for()
    assert read(page, "[data-testid=stAlert]").endswith(f"“{HOSTILE}” is not in the catalog.")
    alert = page.get_by_test_id("stAlert").first
    assert alert.locator("a, em, strong, code, del, img, .katex, ol, h1, [style*=color]").count() == 0


def test_a_label_is_read_as_it_was_written(page: Page, base: str) -> None:
    page.goto(f"{base}/new")
    page.get_by_label("Job description").wait_for()
    settled(page)
    page.locator(".st-key-person button").click()
    field = page.get_by_role("dialog").get_by_label("Your name")
    field.fill(NAME)
    field.press("Enter")
    page.locator(".st-key-person button", has_text="Zoe").wait_for()
    assert read(page, ".st-key-person button [data-testid=stMarkdownContainer]") == f"{NAME} · change"
