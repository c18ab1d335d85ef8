"""The text of an item with the words that mean its skills marked; words can be selected, to say that they mean one more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from db.stores.gold_items import GoldSkill
from pages.components import markup, text_picker
from pages.components.text_picker import MAX_SHOWN
from pipeline.evaluation import occurrences
from pipeline.text import JDText


@dataclass(frozen=True)
class Marked:
    """A place in the view of a text, ``end`` exclusive, and the skill that it means."""

    start: int
    end: int
    skill: GoldSkill
    is_known: bool


def show(text: str, skills: Sequence[GoldSkill], known: frozenset[str], on_pick: Callable[[str], None] | None) -> None:
    """Draw the text. ``known`` are the names of skills that the catalog has; ``on_pick`` is given the words that are selected."""
    jd = JDText(text)
    html = marked_text(jd.view, places(jd, skills, known))

    def picked(given: Any) -> None:
        if on_pick and (words := words_at(jd, given)):
            on_pick(words)

    text_picker.draw("gold-text", html, picked if on_pick else None)


def words_at(jd: JDText, given: Any) -> str:
    """The words of the raw text at a place of the view that the browser says; empty for none, or for a whole passage."""
    span = text_picker.span_at(jd, given)
    return jd.raw[span[0] : span[1]] if span else ""


def places(jd: JDText, skills: Sequence[GoldSkill], known: frozenset[str]) -> list[Marked]:
    """Where the words of skills stand in the view, in its order; of places that overlap the first, the longer one."""
    found = [
        Marked(*jd.view_span(start, end), skill, skill.name in known)
        for skill in skills
        for surface in skill.surface
        for start, end in occurrences(jd.raw, surface)
    ]
    taken: list[Marked] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if mark.start < mark.end and (not taken or taken[-1].end <= mark.start):
            taken.append(mark)
    return taken


def marked_text(view: str, marks: Sequence[Marked]) -> Markup:
    """The view with its marks, all of it escaped. Nothing stands in it that is not of the text: places are counted in it."""
    parts: list[Markup | str] = []
    at = 0
    for mark in marks:
        if mark.end > MAX_SHOWN:
            break
        parts.append(view[at : mark.start])
        rank = {True: " · primary", False: " · secondary", None: ""}[mark.skill.primary]
        gone = "" if mark.is_known else " · not in the catalog"
        css = " ".join(filter(None, ["second" if mark.skill.primary is False else "", "" if mark.is_known else "new"]))
        parts.append(
            markup.fill(
                '<mark class="{}" tabindex="0" aria-label="{}">{}</mark>',
                css,
                f"{mark.skill.name}{rank}{gone}",
                view[mark.start : mark.end],
            )
        )
        at = mark.end
    parts.append(view[at:MAX_SHOWN])
    cut = markup.meta("… cut here") if len(view) > MAX_SHOWN else Markup()
    return markup.block(markup.join(parts), "jdw-jd") + cut
