"""What reviewers say of a parsed field: shown beside it, and the form in which it is said, changed, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.services.parse_gold import label_values
from db.stores.parse_verdicts import ParseVerdict
from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.parse_inputs import value_input
from pages.components.parse_values import value_words
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.run.facts import Fact
from pipeline.contracts import ParsedJD
from pipeline.text import JDText

RIGHT, ANOTHER, NONE = "right", "another", "none"


def lines_of(given: Sequence[ParseVerdict], field: str, read: Any) -> Markup:
    """What was said of a field, the newest first: that it is right, or what is right instead."""
    return markup.join(_line(verdict, read) for verdict in given if verdict.field == field)


def _line(verdict: ParseVerdict, read: Any) -> Markup:
    who = markup.meta_span(f" {verdict.author}, {ago(verdict.created_at)}")
    if is_right(verdict.value, read):
        return markup.block(markup.tag("right", "good") + who, "jdw-said")
    instead = value_words(verdict.field, verdict.value)
    words = "the text gives none" if instead == "none" else instead
    return markup.block(markup.fill("{} {}{}", markup.tag("wrong", "bad"), markup.bold(words), who), "jdw-said")


def is_right(answer: Any, read: Any) -> bool:
    """Whether what was read is what a reviewer says: nothing and an empty list are the same."""
    return bool(answer == read or (not answer and not read and 0 not in (answer, read)))


@st.dialog("What does the text give?", width="medium")
def form(stored: StoredRun, parsed: ParsedJD, fact: Fact) -> None:
    """Whether what was read is right, and if not, what the text gives instead."""
    jd = JDText(stored.jd_text)
    read = label_values(parsed, jd)[fact.field]
    own = own_verdict(workbench().parse_verdicts.of_run(stored.id), fact.field)
    st.html(markup.caption(fact.name) + markup.meta(f"Read: {value_words(fact.field, read)}"))
    answers = _answers(fact.field, read)
    answer = st.radio(
        "What was read is",
        list(answers),
        index=list(answers).index(_answer_of(own, read)) if own else None,
        format_func=lambda key: verbatim(answers[key]),
        key="parse-answer",
    )
    value = read
    if answer == ANOTHER:
        value = value_input(fact.field, own.value if own else read, jd)
    elif answer == NONE:
        value = no_value(fact.field)
    is_open = answer is None or (answer == ANOTHER and value is None)
    with st.container(horizontal=True):
        if st.button("Keep it", type="primary", disabled=is_open, icon=":material/check:", key="keep-parse-verdict"):
            _give(stored.id, fact, value)
        if own and st.button("Take it back", icon=":material/undo:", key="withdraw-parse-verdict"):
            _withdraw(stored.id, fact, own)


def own_verdict(given: Sequence[ParseVerdict], field: str) -> ParseVerdict | None:
    """What the person at the screen has said of a field."""
    return next((verdict for verdict in given if (verdict.field, verdict.author) == (field, person())), None)


def _answers(field: str, read: Any) -> dict[str, str]:
    """The answers in words; that the text gives none is right where nothing was read."""
    if read is None or read == []:
        return {RIGHT: "Right: the text gives none", ANOTHER: "Wrong: the text gives one"}
    answers = {RIGHT: "Right", ANOTHER: "Wrong: the text gives another"}
    return answers | {NONE: "Wrong: the text gives none"} if may_be_none(field, read) else answers


def may_be_none(field: str, read: Any) -> bool:
    """Whether it may be wrong that the text gives something for a field."""
    return read is not None and read != [] and field not in ("jd_type", "urls")


def no_value(field: str) -> Any:
    """What stands for a field of which the text gives nothing."""
    return [] if field in ("locations", "certifications") else None


def _answer_of(verdict: ParseVerdict, read: Any) -> str:
    if is_right(verdict.value, read):
        return RIGHT
    return NONE if verdict.value is None or verdict.value == [] else ANOTHER


def _give(run_id: UUID, fact: Fact, value: Any) -> None:
    """Keep what the person at the screen says, with a way back to what they said before."""

    def give() -> None:
        author, store = person(), workbench().parse_verdicts
        before = own_verdict(store.of_run(run_id), fact.field)
        store.give(run_id, fact.field, author, value)

        def undo() -> None:
            if before:
                store.give(run_id, fact.field, author, before.value)
            else:
                store.withdraw(run_id, fact.field, author)

        flash(f"{fact.name}: your word is kept.", undo=undo)

    if has_name(give):
        give()
    st.rerun()


def _withdraw(run_id: UUID, fact: Fact, own: ParseVerdict) -> None:
    store = workbench().parse_verdicts
    store.withdraw(run_id, fact.field, own.author)
    flash(f"{fact.name}: your word is taken back.", undo=lambda: store.give(run_id, fact.field, own.author, own.value))
    st.rerun()
