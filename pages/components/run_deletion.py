"""The question before runs are deleted: what rests on them, and which of its quotations stay."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from db.stores.run_citations import Citation
from db.stores.run_deletions import Deletion
from pages.components import links, markup
from pages.components.flash import flash, refuse
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError

MAX_CHOICES = 30
"""Citations that get a choice of their own; further ones follow the switch above."""
KEEP_ALL = "deletion-keep"


@st.dialog("Delete runs?", width="medium")
def confirm_deletion(run_ids: Sequence[UUID], *, stay: bool = False) -> None:
    """Ask before runs are deleted, and delete them. Afterwards the history is shown, with an undo; with ``stay`` the page that is
    shown stays as it is.
    """
    citations = workbench().deletions.citations(run_ids)
    one = len(run_ids) == 1
    st.write(
        f"{'The text of this run and' if one else f'The texts of {len(run_ids)} runs and'} all that was found in "
        f"{'it' if one else 'them'} go, model calls too. For 15 minutes this can be undone; then it is erased for good."
    )
    kept = _choose(citations, "it" if one else "them") if citations else ()
    with st.container(horizontal=True):
        label = "Delete" if one else f"Delete {len(run_ids)} runs"
        if st.button(verbatim(label), type="primary", icon=":material/delete:", key="deletion-go"):
            _delete(run_ids, kept, stay=stay)
        if st.button("Keep" if one else "Keep them", key="deletion-stop"):
            st.rerun()


def _choose(citations: Sequence[Citation], them: str) -> list[Citation]:
    """What rests on the runs, each with its quotation; returns those whose quotation is to stay."""
    with st.container(key="deletion-citations"):
        st.html(
            markup.caption(f"{count_label(len(citations), 'thing rests', 'things rest')} on {them}")
            + markup.meta("A quotation that you keep stays beside what it shows, without the rest of the text.")
        )
        all_kept = st.toggle("Keep the quotations", value=True, key=KEEP_ALL)
        chosen = []
        with st.container(height=min(300, 74 * len(citations) + 20), border=False):
            for n, citation in enumerate(citations[:MAX_CHOICES]):
                if st.checkbox(verbatim(citation.label), value=True, key=f"deletion-keep-{n}", disabled=not all_kept):
                    chosen.append(citation)
                st.html(markup.quote(citation.quote))
            if len(citations) > MAX_CHOICES:
                st.html(markup.meta(f"And {len(citations) - MAX_CHOICES} more, whose quotations stay too."))
    return [*chosen, *citations[MAX_CHOICES:]] if all_kept else []


def _delete(run_ids: Sequence[UUID], kept: Sequence[Citation], *, stay: bool) -> None:
    """Delete the runs as soon as it is known by whom, and leave their page."""
    ids = tuple(run_ids)

    def delete() -> None:
        count = workbench().deletions.delete(ids, person(), kept)
        quotations = f", {count_label(len(kept), 'quotation')} kept" if kept else ""
        flash(f"{count_label(count, 'run')} deleted{quotations}.", undo=lambda: put_back(ids))
        if not stay:
            links.open_page(links.HISTORY)

    if not has_name(delete):
        st.rerun()
    try:
        delete()
    except WorkbenchError as error:
        refuse(error)
        return
    st.rerun()


def put_back(run_ids: Sequence[UUID]) -> None:
    """Put deleted runs back, and say so. Raises ``StoreError`` when the time for it is over."""
    flash(f"{count_label(workbench().deletions.put_back(run_ids), 'run')} put back.")


def show_deletion(deletion: Deletion) -> None:
    """What stands in the place of a run that was deleted: when and by whom, what was kept of it, and its return."""
    st.html(
        markup.title("This run was deleted")
        + markup.meta(f"By {deletion.deleted_by}, {ago(deletion.deleted_at)}. Its text is no longer shown to anybody.")
    )
    if deletion.can_be_put_back and st.button("Put it back", icon=":material/undo:", key="put-back"):
        try:
            put_back([deletion.run_id])
        except WorkbenchError as error:
            refuse(error)
        else:
            st.rerun()
    if deletion.quotations:
        st.html(
            markup.caption(f"Kept of it · {count_label(len(deletion.quotations), 'quotation')}")
            + markup.join(markup.bold(kept.label) + markup.quote(kept.quote) for kept in deletion.quotations)
        )
