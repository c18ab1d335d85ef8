"""What is done between the answers, a key each: on, back, undo, mark words, call the rest right; in a blind run what shows it."""

from __future__ import annotations

import streamlit as st

from db.stores.verdicts import Answer
from pages.components import markup
from pages.components.verbatim import verbatim
from pages.run.verdict import edits
from pages.run.verdict.desk import Desk
from pages.run.verdict.sheet import LinkStep, SkillStep, Step
from pages.run.verdict.text import Shown

PICKING = "← → a word · ↑ ↓ a line · with Shift more words · Enter takes them · Esc leaves the text"
CHOOSE_FIRST = "Choose the role first: it is kept as you said it without having seen the run’s."


def show(desk: Desk, shown: Shown, answer: Answer) -> None:
    """Draw the buttons."""
    keys = [step.key for step in shown.steps]
    at = keys.index(shown.current) if shown.current in keys else len(keys)
    with st.container(horizontal=True, gap="xsmall", key="verdict-moves"):
        _step(desk, "Next", "J", keys[at + 1 : at + 2])
        _step(desk, "Previous", "K", keys[max(at - 1, 0) : at])
        st.button(
            "Undo",
            shortcut="U",
            type="tertiary",
            key="verdict-undo",
            icon=":material/undo:",
            disabled=not desk.undoable,
            on_click=desk.undo,
        )
        st.button(
            "Mark a skill" if desk.is_hidden else "Mark a missing skill",
            shortcut="M",
            type="tertiary",
            key="verdict-mark",
            icon=":material/ink_highlighter:",
            on_click=_pick,
            args=(desk,),
        )
        _rest(desk, shown, shown.steps[at] if at < len(keys) else None)
    if desk.is_picking:
        st.html(markup.meta(PICKING))
    if desk.is_hidden:
        st.button(
            "Show what the run found",
            shortcut="S",
            type="primary" if answer.has_role else "secondary",
            icon=":material/visibility:",
            key="reveal",
            disabled=not answer.has_role,
            help=None if answer.has_role else CHOOSE_FIRST,
            on_click=edits.reveal,
            args=(desk,),
        )


def _step(desk: Desk, label: str, key: str, to: list[str]) -> None:
    st.button(
        verbatim(label),
        shortcut=key,
        type="tertiary",
        key=f"verdict-{key}",
        disabled=not to,
        on_click=desk.go,
        args=tuple(to) or ("",),
    )


def _pick(desk: Desk) -> None:
    desk.pick_words()
    desk.ask_focus()


def _rest(desk: Desk, shown: Shown, current: Step | None) -> None:
    """That all steps of the kind that is current are right which are open still."""
    if not isinstance(current, SkillStep | LinkStep):
        return
    kind = type(current)
    noun = "skills" if kind is SkillStep else "links"
    rest = tuple(
        step
        for step in shown.steps
        if isinstance(step, kind) and not shown.words[step.key] and step.key not in shown.settled
    )
    if rest:
        st.button(
            f"All {len(rest)} right",
            shortcut="A",
            type="tertiary",
            key="verdict-rest",
            help=verbatim(f"All {noun} that are open still"),
            on_click=edits.give_rest,
            args=(desk, rest, noun),
        )
