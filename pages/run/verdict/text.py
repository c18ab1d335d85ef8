"""The text with what is judged in it, and the list of the steps: what the browser shows, and what it hands back.

A click on a mark or a row goes to its step. Words that are selected are asked about: which skill do they name?
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.run.text import MAX_SHOWN, Layers, Mark, Stretch, seen_marks, stretches
from pages.run.verdict.desk import Desk
from pages.run.verdict.sheet import FactStep, LinkStep, MissingStep, RoleStep, SkillStep, Step, Word
from pipeline.text import JDText

WORD_LABELS: Mapping[Word, str] = {
    "right": "right",
    "wrong": "wrong",
    "missing": "missing",
    "chosen": "chosen",
    "": "open",
}
PARTS: Mapping[type, str] = {RoleStep: "", SkillStep: "Skills", MissingStep: "Marked by you", LinkStep: "Links"}
"""The headings of the list, by what the steps are; facts have theirs."""


@cache
def _component() -> Callable[..., Any]:
    """The part of the page that the browser keeps: made once a process, as it is the same for all."""
    return st.components.v2.component(
        "jdw_verdict_text",
        html='<div class="jdw-sheet"></div>',
        js=Path(__file__).with_suffix(".js").read_text("utf-8"),
        isolate_styles=False,
    )


@dataclass(frozen=True)
class Shown:
    """The steps as they are shown: what was said of each by its key, those that need no word, and which one is current."""

    steps: Sequence[Step]
    words: Mapping[str, Word]
    settled: frozenset[str]
    current: str


def show_text(desk: Desk, shown: Shown) -> None:
    """Draw the text."""
    html = text_html(desk.sheet.jd, shown)
    focus = "verdict-choice" if desk.choice else ""
    now = _place_of(shown)
    data = {"html": str(html), "now": now, "turn": desk.turn, "picking": desk.is_picking, "focus": focus}
    key = f"verdict-text-{desk.run_id}"

    def picked() -> None:
        desk.go(str(st.session_state[key]["picked"]))

    def marked() -> None:
        found = st.session_state[key]["marked"]
        _ask(desk, int(found["start"]), int(found["end"]))

    _component()(
        key=key,
        data=data,
        on_picked_change=picked,
        on_marked_change=marked,
        on_left_change=desk.leave,
    )


def _place_of(shown: Shown) -> str:
    """The step whose place in the text is current: of a link that of its skill."""
    step = next((step for step in shown.steps if step.key == shown.current), None)
    return f"skill:{step.point.skill_slug}" if isinstance(step, LinkStep) else shown.current


def _ask(desk: Desk, start: int, end: int) -> None:
    """Ask which skill some words of the view name."""
    view = desk.sheet.jd.view
    start, end = max(0, start), min(end, len(view))
    while start < end and view[start].isspace():
        start += 1
    while end > start and view[end - 1].isspace():
        end -= 1
    if start < end:
        desk.ask_skill(*desk.sheet.jd.raw_span(start, end))


def show_list(desk: Desk, shown: Shown) -> None:
    """Draw the list of the steps."""
    key = f"verdict-list-{desk.run_id}"

    def picked() -> None:
        desk.go(str(st.session_state[key]["picked"]))

    data = {"html": str(list_html(shown)), "now": shown.current, "turn": 0, "picking": False, "focus": ""}
    _component()(key=key, data=data, on_picked_change=picked)


def text_html(jd: JDText, shown: Shown) -> Markup:
    """The view of the text, each mark with the key of its step and what was said of it."""
    found = stretches(jd.view[:MAX_SHOWN], Layers(marks(jd, shown)))
    cut = Markup("<p>… cut here</p>") if len(jd.view) > MAX_SHOWN else Markup()
    return markup.block(markup.join(map(_stretch, found)), "jdw-jd") + cut


def marks(jd: JDText, shown: Shown) -> list[Mark]:
    """What is marked: the reviewer's own marks before what was found."""
    own = [
        Mark(step.found.start, step.found.end, f"{step.label}: marked by you", "missing", step.key)
        for step in shown.steps
        if isinstance(step, MissingStep)
    ]
    return seen_marks(jd, [*own, *_facts(shown), *_found(shown)])


def _facts(shown: Shown) -> Iterable[Mark]:
    """Where the current step's fact was read; the others are not marked, so that skills are seen."""
    for step in shown.steps:
        if isinstance(step, FactStep) and step.key == shown.current:
            for piece in step.fact.pieces:
                if piece.source:
                    yield Mark(piece.source.start, piece.source.end, step.label, "read", step.key)


def _found(shown: Shown) -> Iterable[Mark]:
    for step in shown.steps:
        if isinstance(step, SkillStep):
            word = shown.words[step.key]
            new = "" if step.point.slug else ", not in the catalog"
            for mention in step.skill.mentions:
                label = f"{step.point.name}{new}: {WORD_LABELS[word]}"
                yield Mark(mention.start, mention.end, label, word or "open", step.key)


def _stretch(stretch: Stretch) -> Markup:
    mark = stretch.skill
    if mark is None:
        return Markup.escape(stretch.text)
    return markup.fill(
        '<mark class="{}" data-pick="{}" role="note" aria-label="{}">{}</mark>',
        mark.css,
        mark.name,
        mark.label,
        stretch.text,
    )


def list_html(shown: Shown) -> Markup:
    """The steps one below the other, each with what was said of it."""
    rows: list[Markup] = []
    part = ""
    for step in shown.steps:
        heading = PARTS.get(type(step), "Facts")
        if heading != part:
            part = heading
            rows.append(markup.fill('<li class="part">{}</li>', heading))
        rows.append(_row(step, shown))
    return markup.fill('<ol class="jdw-points">{}</ol>', markup.join(rows))


def _row(step: Step, shown: Shown) -> Markup:
    word = shown.words[step.key]
    is_settled = step.key in shown.settled
    css = "settled" if is_settled else word or "open"
    label = "skill is wrong" if is_settled else WORD_LABELS[word]
    return markup.fill('<li class="{}" data-pick="{}"><span>{}</span><b>{}</b></li>', css, step.key, step.label, label)
