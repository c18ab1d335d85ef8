"""How a sample is drawn: what may be wrong, how sure that must be, and how many are judged for it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from db.stores.group_samples import Group
from pages.components import draft, markup
from pages.components.acceptance import PARAMETER
from pages.components.acceptance_text import percent
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.sampling import Terms, judgements_needed

CONFIDENCES = (0.9, 0.95, 0.99)
MOST_WRONG = 4
"""Up to how many wrong ones a sample can be planned to bear."""


def plan_sample(group: Group, noun: str, before: Callable[[], None] = lambda: None) -> None:
    """The fields by which a sample of a group is drawn, and the button that does it; ``before`` clears the address for it."""
    beginning = workbench().acceptances.samples.beginning(group, person())
    size = beginning.left
    if beginning.round > 1:
        judged = len(group.candidates) - size
        st.html(markup.meta(f"You judged {judged:,} of them in earlier samples: these are known, and not drawn again."))
    if not size:
        st.html(markup.meta("All of them are judged: decide them in the list."))
        return
    limit_at, confidence_at = st.columns(2)
    limit = limit_at.number_input(
        "May be wrong, % of what is accepted", 0.0, 50.0, 5.0, 1.0, format="%.4g", key="sample-limit"
    )
    confidence = confidence_at.segmented_control(
        "Sure to", CONFIDENCES, default=0.95, format_func=lambda c: f"{100 * c:.0f} %", required=True, key="sample-sure"
    )
    terms = Terms(round(limit / 100, 6), confidence or 0.95)
    sizes = [
        judgements_needed(size, wrong, beginning.known_right, terms, beginning.round)
        for wrong in range(min(MOST_WRONG, size - 1) + 1)
    ]
    options = list(dict.fromkeys(sizes))
    bears = {n: max(wrong for wrong, needed in enumerate(sizes) if needed == n) for n in options}
    drawn = st.radio(
        "How many to judge",
        options,
        index=min(1, len(options) - 1),
        format_func=lambda n: verbatim(_size_label(n, size, bears[n])),
        key=f"sample-size-{terms.limit}-{terms.confidence}",
    )
    allowed = terms.allowed(size + beginning.known_right)
    st.html(
        markup.meta(
            f"They are drawn at random from these {count_label(size, noun)} and judged blind, one key each. Then the page says how many "
            f"of the rest may be wrong at {percent(terms.confidence)}, and accepts them where that is no more than {allowed:,}."
        )
    )
    label = f"Draw {drawn:,}"
    if st.button(verbatim(label), type="primary", icon=":material/casino:", key="draw-sample"):

        def act() -> None:
            number = workbench().acceptances.draw(group, terms, drawn, person())
            before()
            st.query_params[PARAMETER] = str(number)

        draft.attempt(act, f"{count_label(drawn, noun)} drawn.")


def _size_label(drawn: int, size: int, wrong: int) -> str:
    """A size with what it bears."""
    if drawn == size:
        return f"all {drawn:,}"
    return f"{drawn:,}, of which {'none' if not wrong else f'{wrong:,}'} may turn out wrong"
