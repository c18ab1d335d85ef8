"""Put right: the fewest changes that make a run what it should be, or the one change that puts most of a group of wrong ones right."""

from __future__ import annotations

import streamlit as st

from db.errors import StoreError
from db.services import results
from pages.components import frame, links, markup, put_right
from pages.components.keys import page_keys
from pages.components.put_right_want import run_of
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.put_right import group
from pages.put_right.asked import Asked
from pipeline.errors import WorkbenchError


def page() -> None:
    """The run or the group that the address names."""
    frame.name_tab("Put right")
    page_keys(put_right.KEYS)
    try:
        asked = Asked.of_query(st.query_params.to_dict())
        if asked.run is not None:
            _one(asked.run)
        elif asked.group is not None:
            group.show(asked.group)
        else:
            st.html(markup.title("Put right"))
            st.html(
                markup.empty(
                    markup.fill(
                        "Nothing is chosen. Open a run that is wrong from the {}, or an experiment from {}.",
                        markup.link("history", links.page_url(links.HISTORY)),
                        markup.link("the list", links.page_url(links.EXPERIMENTS)),
                    )
                )
            )
    except WorkbenchError as error:
        st.html(markup.title("Put right"))
        st.warning(verbatim(error), icon=":material/block:")
        links.page_link(links.HISTORY, icon=links.HISTORY.icon)


def _one(asked: str) -> None:
    run_id = run_of(asked)
    if run_id is None:
        raise StoreError(f"“{asked}” names no run; open one from the history.")
    stored = workbench().runs.load(run_id)
    result = results.result_of(stored)
    if result is None or stored.is_old:
        raise StoreError("This run has no result of this system that could be put right.")
    chosen = result.extraction.decision.chosen_role
    name = markup.span(chosen.display_name, "role", bold=True) if chosen else markup.bold("no role")
    st.html(
        markup.meta(markup.link(stored.label, links.run_url(run_id)))
        + markup.title(markup.fill("Put right: {} {}", name, f"{result.extraction.decision.confidence:.2f}"))
    )
    put_right.show(stored, result)
