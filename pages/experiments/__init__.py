"""Experiments: many job descriptions run in one way; how far each is, what it came to, and whether one way is better than another."""

from __future__ import annotations

import streamlit as st

from pages.components import frame, links, markup
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments import attached, attached_pair, listing, one, one_text, side_by_side, start_form
from pages.experiments.view import View
from pipeline.errors import WorkbenchError


def page() -> None:
    """The list with the form that starts one; or one of them, two side by side, or one job description, as the address says."""
    frame.name_tab("Experiments")
    asked = {name: st.query_params.get(name, "") for name in ("id", "a", "b", "jd", "attached")}
    try:
        if asked["attached"]:
            attached.show(asked["attached"])
        elif asked["a"] and asked["b"] and attached_pair.is_asked(asked["a"], asked["b"]):
            attached_pair.show(View.of_query(st.query_params.to_dict()))
        elif asked["jd"] and (asked["id"] or asked["a"]):
            one_text.show(asked["jd"], [found for found in (asked["id"], asked["a"], asked["b"]) if found])
        elif asked["a"] and asked["b"]:
            side_by_side.show(View.of_query(st.query_params.to_dict()))
        elif asked["id"]:
            one.show(asked["id"])
        else:
            _all()
    except WorkbenchError as error:
        st.html(markup.title("Experiments"))
        st.warning(verbatim(error), icon=":material/block:")
        st.html(markup.link("All experiments", links.page_url(links.EXPERIMENTS)))


def _all() -> None:
    st.html(
        markup.title("Experiments")
        + markup.meta(
            "Many job descriptions, run in one way that is kept. Two of them side by side say which way is better."
        )
    )
    found = workbench().experiments.all()
    form_at = st.container()
    listing.show(found)
    attached.list_all()
    # The list does not wait for what the form has to look up.
    with (
        form_at,
        st.expander("Start an experiment", icon=":material/add:", expanded=not found or "gold" in st.query_params),
    ):
        start_form.show()
    with form_at, st.expander("Attach results of a batch", icon=":material/attach_file:"):
        attached.form()
