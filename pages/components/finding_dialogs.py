"""The forms of Health: another repair than the suggested one, and the repairs of all findings of a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.findings import DecidedFindings
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
MAX_SHOWN = 12
"""Findings that are shown of those that are decided together."""
MAX_CHOSEN = 40
"""Findings up to which each can be taken out of what is decided together."""
WAYS = ("Stage the repairs", "Reject")


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
    if stage_button(changes=changes, disabled=not changes, key="stage-fix"):
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


@st.dialog("Decide all that are listed", width="large")
def decide_all(views: Sequence[FindingView], holders: Mapping[str, str], catalog: Catalog) -> None:
    """Stage the repairs of all findings of a list, or reject them all; what that does is shown first, and what it leaves out."""
    free = [view for view in views if view.key not in holders]
    held = Counter(holders[view.key] for view in views if view.key in holders)
    left = [f"{n:,} that {who} has open" for who, n in held.most_common()]
    way = st.segmented_control("What becomes of them", WAYS, default=WAYS[0], key="decide-all-way") or WAYS[0]
    if way == WAYS[0]:
        repaired = [view for view in free if view.finding.repair]
        left += [f"{len(free) - len(repaired):,} without a suggested repair"] if len(free) > len(repaired) else []
        _stage_all(_narrowed(repaired), left, catalog)
    else:
        _reject_all(_narrowed(free), left)


def _narrowed(views: Sequence[FindingView]) -> list[FindingView]:
    """Of a few findings those that stay chosen; all of many."""
    if len(views) > MAX_CHOSEN:
        return list(views)
    listed = {view.key: view for view in views}
    chosen = st.multiselect("Findings", list(listed), list(listed), format_func=lambda key: listed[key].label)
    return [listed[key] for key in chosen]


def _stage_all(views: Sequence[FindingView], left: Sequence[str], catalog: Catalog) -> None:
    if views:
        pieces = (changes_html(view.finding.repair, catalog, MAX_CHANGES_EACH) for view in views[:MAX_SHOWN])
        st.html(markup.join(pieces))
    _beyond(len(views), left)
    label = f"Stage {count_label(len(views), 'repair')}"
    repairs = [change for view in views for change in view.finding.repair]
    if stage_button(label, changes=repairs, icon=":material/done_all:", disabled=not views):
        accepted = [(view.finding, view.finding.repair) for view in views]
        draft.attempt(
            lambda: workbench().findings.accept_open(accepted, person()),
            lambda done: (
                f"{count_label(len(done.keys), 'repair')} staged in your draft {done.draft}.{_left_text(done)}"
            ),
            _way_back,
        )


def _reject_all(views: Sequence[FindingView], left: Sequence[str]) -> None:
    reason = st.text_input(
        "Why not", placeholder="For whoever meets them when their evidence changes", key="reject-all"
    )
    st.html(markup.join(markup.meta(view.label) for view in views[:MAX_SHOWN]))
    _beyond(len(views), left)
    label = f"Reject {count_label(len(views), 'finding')}"
    why = (reason or "").strip()
    if st.button(verbatim(label), icon=":material/close:", type="primary", disabled=not views or not why):
        findings = [view.finding for view in views]
        draft.attempt(
            lambda: workbench().findings.reject_open(findings, person(), why),
            lambda done: f"{count_label(len(done.keys), 'finding')} rejected. “{why}”{_left_text(done)}",
            _way_back,
        )


def _beyond(count: int, left: Sequence[str]) -> None:
    """How many there are beyond those that are shown, and what is left out."""
    if not count:
        st.html(markup.meta("Choose at least one finding."))
    if count > MAX_SHOWN:
        st.html(markup.meta(f"and {count - MAX_SHOWN:,} more, {count:,} in all"))
    if left:
        st.html(markup.meta(f"Left out: {', '.join(left)}."))


def _left_text(done: DecidedFindings) -> str:
    return f" {done.left_out:,} left out: somebody has decided them meanwhile." if done.left_out else ""


def _way_back(done: DecidedFindings) -> Callable[[], None]:
    return lambda: workbench().findings.undo(done, person())
