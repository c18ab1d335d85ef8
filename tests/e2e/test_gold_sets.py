"""A gold set in a browser: words that are selected in a text become a skill, kept over a reload, saved as a version with a reason."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import settled, sign

pytestmark = pytest.mark.e2e

SELECT = """words => {
    const text = document.querySelector(".jdw-picker .jdw-jd"), walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const at = node.data.indexOf(words);
        if (at < 0) continue;
        getSelection().setBaseAndExtent(node, at, node, at + words.length);
        text.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
        return true;
    }
    return false;
}"""
ITEM = "13-collaborates-with-everybody"


def test_words_that_are_selected_in_a_text_become_a_skill_of_its_gold(base: str, page: Page) -> None:
    page.goto(f"{base}/gold?set=samples")
    sign(page, "Gwen")
    page.get_by_role("link", name=ITEM).click()
    expect(page.locator(".jdw-picker mark").first).to_be_visible()
    settled(page)
    assert page.evaluate(SELECT, "retries")
    words = page.get_by_label("Words of the text that mean a skill more")
    expect(words).to_have_value("retries")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    expect(page.locator(".jdw-picker mark", has_text="retries")).to_be_visible()
    settled(page)
    page.locator(".st-key-gold-save").get_by_label("Why").fill("It is asked for")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Saved: version 2 of “samples”.")).to_be_visible()
    expect(page.get_by_text("Gwen · changed in version 2")).to_be_visible()
    settled(page)
    found = Axe().run(page, context="[data-testid='stMain']")
    grave = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert grave == [], [(v["id"], [n["html"][:200] for n in v["nodes"]][:3]) for v in grave]
