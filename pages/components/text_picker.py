"""A text in which words can be selected, by mouse, touch or keyboard: what is selected is handed to the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from markupsafe import Markup

from pipeline.text import JDText

MAX_SHOWN = 40_000
"""Characters that are shown; a longer text is cut and says so."""
MAX_PICKED = 120
"""Characters that may be selected: more is a passage and no name of anything."""


@cache
def _component() -> Callable[..., Any]:
    """The part of the page that the browser keeps: made once a process, as it is the same for all."""
    return st.components.v2.component(
        "jdw_text_picker",
        html='<div class="jdw-picker"></div>',
        js=Path(__file__).with_suffix(".js").read_text("utf-8"),
        isolate_styles=False,
    )


def draw(key: str, html: Markup, on_pick: Callable[[Any], None] | None) -> None:
    """Draw the view of a text, which ``html`` has in a block of class ``jdw-jd`` and nothing else in it: places are counted there.

    ``on_pick`` is given what ``span_at`` reads; without it nothing can be selected.
    """

    def picked() -> None:
        given = st.session_state[key].get("picked")
        if given and on_pick:
            on_pick(given)

    _component()(key=key, data={"html": str(html), "picks": on_pick is not None}, on_picked_change=picked)


def span_at(jd: JDText, given: Any) -> tuple[int, int] | None:
    """The code points of the raw text, the second exclusive, at a place of the view that the browser says, without blanks at the ends;
    null for none, or for a whole passage.
    """
    try:
        start, end = int(given["start"]), int(given["end"])
    except (KeyError, TypeError, ValueError):
        return None
    if not 0 <= start < end <= len(jd.view):
        return None
    while start < end and jd.view[start].isspace():
        start += 1
    while end > start and jd.view[end - 1].isspace():
        end -= 1
    first, last = jd.raw_span(start, end)
    return (first, last) if 0 < last - first <= MAX_PICKED else None
