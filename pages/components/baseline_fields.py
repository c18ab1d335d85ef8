"""The fields of a proposed role's baseline: what its work usually is, filled with what the runs that proposed it say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from db.stores.proposed_roles import CountedBaseline
from pages.components import kept, markup
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pipeline.catalog import RoleBaseline
from pipeline.catalog.value import AI_INDICATORS, MAX_AI_INDEX, STATED_MATURITY_LABELS, STATED_NATURES_OF_WORK

WANTED = "A baseline needs a kind of work, a stack, and a sentence on each; without them the role is added without one."


class BaselineForm(Protocol):
    """The form in which the fields stand: keys of its widgets, and texts that it keeps."""

    def key(self, name: str) -> str:
        """The key of a widget."""

    def kept_text(self, name: str, default: str) -> kept.TextArguments:
        """The arguments of a field whose text is kept."""


def show(form: BaselineForm, baselines: Sequence[CountedBaseline], role_slug: str) -> RoleBaseline | None:
    """The fields, folded away behind what runs say; the baseline that they come to, null where something is missing."""
    first = baselines[0] if baselines else None
    said = f"Baseline · {first.nature_of_work}, {first.tech_stack_maturity}" if first else "Baseline"
    with st.expander(verbatim(said), icon=":material/tune:"):
        if first:
            st.html(markup.meta(f"As {count_label(first.runs, 'run')} say, the newest in these words."))
        nature = _choice(
            "Kind of work", STATED_NATURES_OF_WORK, first.nature_of_work if first else "", form.key("nature")
        )
        summary = st.text_input("What is done", **form.kept_text("summary", first.nature_summary if first else ""))
        stack = _choice("Stack", STATED_MATURITY_LABELS, first.tech_stack_maturity if first else "", form.key("stack"))
        why = st.text_input("Why so mature", **form.kept_text("maturity", first.maturity_reasoning if first else ""))
        index = st.number_input(
            "AI index", 0.0, float(MAX_AI_INDEX), float(first.ai_index) if first else 0.0, 0.25, key=form.key("ai")
        )
        indicators = st.multiselect(
            "AI indicators",
            AI_INDICATORS,
            [i for i in first.ai_indicators if i in AI_INDICATORS] if first else [],
            format_func=lambda name: name.replace("_", " "),
            key=form.key("indicators"),
        )
        summary, why = summary.strip(), why.strip()
        if nature is None or stack is None or not summary or not why:
            st.html(markup.meta(WANTED))
            return None
    return RoleBaseline(role_slug, nature, summary, stack, why, float(index), tuple(indicators))


def _choice(label: str, words: Sequence[str], first: str, key: str) -> str | None:
    return st.selectbox(verbatim(label), words, index=list(words).index(first) if first in words else None, key=key)
