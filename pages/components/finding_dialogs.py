"""The forms of Health: another repair than the suggested one, and the repairs of all findings of a kind."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from pages.components import draft, markup
from pages.components.change_text import change_html
from pages.components.finding_actions import Decider
from pages.components.finding_view import FindingView
from pages.components.form_fields import reason_field, stage_button, stop
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.audit import Destination, Rewriting, Selection, Survivor
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change
from pipeline.catalog.describe import change_text, name_of
from pipeline.catalog.operations import ChangeReason
from pipeline.errors import WorkbenchError

MAX_CHANGES = 12
"""How many changes of a repair are shown one by one."""
MAX_CHANGES_EACH = 4
"""The same of each of several findings."""


def changes_html(
    changes: Sequence[Change], catalog: Catalog, most: int = MAX_CHANGES, *, reason: bool = True
) -> Markup:
    """Changes one below the other, the first ``most`` of them; nothing for no change."""
    listed = markup.join(change_html(change, catalog, reason=reason) for change in changes[:most])
    return listed + (markup.meta(f"and {len(changes) - most} more") if len(changes) > most else "")


@st.dialog("Fix and accept", width="medium")
def fix_and_accept(decider: Decider, catalog: Catalog) -> None:
    """Another repair than the suggested one, in the catalog on which the finding was judged."""
    reason = reason_field()
    reason = reason if reason.reason else ChangeReason(decider.view.finding.reasons[0].text)
    changes: tuple[Change, ...] = ()
    try:
        changes = _chosen_changes(decider.view, catalog, reason)
    except WorkbenchError as error:
        stop(str(error))
    if changes:
        st.html(changes_html(changes, catalog))
    if stage_button(disabled=not changes, key="stage-fix"):
        decider.accept(changes)
        st.rerun()


def _chosen_changes(view: FindingView, catalog: Catalog, reason: ChangeReason) -> tuple[Change, ...]:
    """What the person chooses in place of the suggested repair. Raises ``WorkbenchError`` where that cannot be made."""
    match view.finding.alternatives(catalog):
        case Destination() as other:
            target = st.selectbox(
                verbatim(other.question),
                other.options,
                index=None,
                format_func=lambda slug: name_of(catalog, other.table, slug),
                placeholder=other.none_label,
            )
            return other.changes(target, reason)
        case Survivor() as pair:
            stays = st.radio(
                verbatim(pair.question),
                pair.options,
                format_func=lambda slug: verbatim(f"{name_of(catalog, pair.table, slug)} ({slug})"),
            )
            return pair.changes(stays, reason)
        case Rewriting() as text:
            return text.changes(st.text_area(verbatim(text.question), text.text, height=140), reason)
        case Selection() as suggested:
            places = list(range(len(suggested.options)))
            kept = st.multiselect(
                verbatim(suggested.question),
                places,
                places,
                format_func=lambda i: change_text(suggested.options[i], catalog),
            )
            if not kept:
                st.html(markup.meta("Choose at least one change."))
            return suggested.changes(kept)
        case None:
            st.info(
                "There is no repair to start from. Open the entry by its link below the finding and edit it there.",
                icon=":material/open_in_new:",
            )
            return ()


@st.dialog("Accept them all", width="large")
def accept_all(views: Sequence[FindingView], catalog: Catalog) -> None:
    """Stage the repairs of several findings, the list shown first."""
    repaired = {view.key: view for view in views if view.finding.repair}
    keys = list(repaired)
    chosen = st.multiselect("Findings", keys, keys, format_func=lambda key: repaired[key].label)
    if chosen:
        pieces = (changes_html(repaired[key].finding.repair, catalog, MAX_CHANGES_EACH) for key in chosen)
        st.html(markup.join(pieces))
    else:
        st.html(markup.meta("Choose at least one finding."))
    label = f"Stage {count_label(len(chosen), 'repair')}"
    if stage_button(label, icon=":material/done_all:", disabled=not chosen):
        repairs = [(repaired[key].finding, repaired[key].finding.repair) for key in chosen]
        draft.attempt(
            lambda: workbench().findings.accept_all(repairs, person()),
            lambda number: f"{count_label(len(chosen), 'repair')} staged in your draft {number}.",
        )
