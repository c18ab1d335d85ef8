"""Views of a page that people keep under a name: a link each, for themselves or for all."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from db.stores.saved_views import View
from pages.components import draft, kept, links, markup
from pages.components.identity import person
from pages.components.links import PagePlace
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench


def show_views(place: PagePlace, address: Mapping[str, str]) -> None:
    """The views of a page as links, and the form that keeps its present address as one."""
    me = person()
    views = workbench().saved_views.find(place.url_path, me)
    label = f"Views · {len(views)}" if views else "Views"
    with st.popover(verbatim(label), icon=":material/bookmark:", key="saved-views"):
        for view in views:
            _row(place, view, me)
        if not views:
            st.html(markup.meta("No view is kept yet. One is what the address says: filters, group, order."))
        name = st.text_input("Keep this view as", placeholder="What it shows", **kept.text(f"view-{place.url_path}"))
        is_shared = st.checkbox("Everybody sees it", key="share-view")
        if st.button("Keep", icon=":material/bookmark_add:", disabled=not (name or "").strip(), key="keep-view"):
            given = (name or "").strip()

            def keep() -> None:
                workbench().saved_views.save(place.url_path, View(0, person(), given, address, is_shared))
                kept.forget(f"view-{place.url_path}")

            draft.attempt(keep, f"The view “{given}” is kept.")


def _row(place: PagePlace, view: View, me: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        whose = "" if view.owner == me else f"by {view.owner}"
        shared = "shared" if view.is_shared and view.owner == me else whose
        link = markup.link(view.name, links.page_url(place, **view.address))
        st.html(link + markup.meta_span(f" {shared}") if shared else link)
        if view.owner == me and st.button(
            "Delete", icon=":material/delete:", type="tertiary", key=f"drop-view-{view.id}", help=verbatim(view.name)
        ):
            draft.attempt(
                lambda: workbench().saved_views.delete(view.id, person()),
                f"The view “{view.name}” is gone.",
                lambda _: lambda: workbench().saved_views.save(place.url_path, view),
            )
