"""History: all runs, newest first. What it is narrowed to stands in the address; a click on a run opens it."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.stores.run_filters import HistoryFilter
from pages.components import frame, links, markup
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pages.history import bulk, filters, importing, listing


def page() -> None:
    """The filters, and one page of the runs that fit."""
    frame.name_tab("History")
    title_at, import_at = st.columns([3, 1], vertical_alignment="bottom")
    title_at.html(markup.title("History"))
    with import_at, st.container(horizontal=True, horizontal_alignment="right"):
        importing.button()
    importing.report()
    wanted = filters.show()
    asked = st.query_params.get("page", "")
    pending = workbench().executor.pending()
    is_blind = links.BLIND in st.query_params
    found = workbench().history.find(wanted, int(asked) if asked.isdigit() else 1, person=person())
    if not found.rows:
        st.html(_nothing(wanted))
        bulk.show(wanted, 0)
        return
    count = ("more than " if found.at_least else "") + count_label(found.total, "run")
    if is_blind:
        back = links.page_url(links.HISTORY)
        line = f"{count} without your verdict, newest first. What they found is hidden until you have judged. "
        st.html(markup.meta(Markup.escape(line) + markup.link("All runs, with what they found", back)))
        listing.show_blind(found.rows)
    else:
        line = f"{count}, newest first. A click opens one; tick several to compare, label, export or delete them. "
        st.html(markup.meta(Markup.escape(line) + markup.link("Judge blind", _blind_url())))
        bulk.show(wanted, found.total)
        listing.show(found.rows, pending)
    if (
        found.pages > 1
        and st.pagination(found.pages, default=found.page, key="page", bind="query-params") != found.page
    ):
        st.rerun()


def _blind_url() -> str:
    """The list of the runs that the person has not judged, without what they found."""
    narrowed = {"verdict": "none", "status": "completed", links.BLIND: "1"}
    return links.page_url(links.HISTORY, **narrowed, **({"reviewer": person()} if person() else {}))


def _nothing(wanted: HistoryFilter) -> Markup:
    if wanted != HistoryFilter():
        return markup.empty(
            markup.fill(
                "No run fits. Take away a filter, search for fewer words, or see {}.",
                markup.link("all runs", links.page_url(links.HISTORY)),
            )
        )
    return markup.empty(
        markup.fill(
            "Nothing has run yet. Start with {}: paste a job description or choose a sample.",
            markup.link("New run", links.page_url(links.NEW_RUN)),
        )
    )
