"""Revisions: what was committed, by whom, when and why; one of them as a page to send; and undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import streamlit as st
from markupsafe import Markup

from db.stores.acceptances import Acceptance
from db.stores.audit_trail import Search
from db.stores.change_sets import ChangeSet
from pages.components import impact, links, markup
from pages.components.acceptance import show_acceptances
from pages.components.acceptance_text import accepted_sentence
from pages.components.change_set import change_set_comments, committed_decisions, entity_groups
from pages.components.check_lines import kept_checks
from pages.components.edition_actions import EDITION_NAMES, edition_actions
from pages.components.flash import flash, refuse
from pages.components.frame import name_tab
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.time_format import ago, moment
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.changes import squash
from pipeline.errors import WorkbenchError

KIND_LABELS = {"edit": "", "undo": "undo", "reset": "put back", "update": "newer catalog", "import": "import"}
PERIODS = {"Any time": None, "Today": 1, "Last 7 days": 7, "Last 30 days": 30}
MAX_NEWS = 6
"""How many change sets of colleagues are named."""
MAX_LATER = 6


def page() -> None:
    """Draw the page."""
    asked = st.query_params.get("set", "")
    if asked:
        _show_one(asked)
        return
    name_tab("Revisions")
    st.html(markup.title("Revisions"))
    _origin()
    if person():
        _news(person())
    _list()


def _origin() -> None:
    """The catalog's revision and origin, and what sets the whole of it."""
    shipped = workbench().catalog.shipped_edition()
    origin = f", set to {EDITION_NAMES[shipped.name]}" if shipped and shipped.name in EDITION_NAMES else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(markup.meta(f"Catalog revision {workbench().snapshots.revision()}{origin}."))
        edition_actions()


def _news(me: str) -> None:
    """What colleagues have committed since the person looked last, until it is marked as seen."""
    revision = workbench().snapshots.revision()
    since = workbench().teamwork.last_visit(me)
    if since is not None and since >= revision:
        return
    committed = [] if since is None else workbench().audit_trail.changes_between(since, revision)
    news = [s for s, _ in committed if s.committer != me]
    if not news:
        workbench().teamwork.record_visit(me)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        listed = "; ".join(f"{s.id} “{s.title}” by {s.committer or s.author} ({s.size:,})" for s in news[-MAX_NEWS:])
        count = count_label(len(news), "change set")
        st.info(verbatim(f"Since you looked last, colleagues committed {count}: {listed}."), icon=":material/update:")
        if st.button("Seen", icon=":material/done:"):
            workbench().teamwork.record_visit(me)
            st.rerun()


def _list() -> None:
    """The committed sets that a search finds, each a link to its page."""
    words_at, person_at, period_at = st.columns([3, 1.4, 1.2])
    words = words_at.text_input(
        "Search", key="words", bind="query-params", placeholder="Words of the title, the why, a name in the catalog"
    )
    by = person_at.selectbox(
        "By",
        ["", *workbench().audit_trail.people()],
        format_func=lambda p: p or "anybody",
        key="by",
        bind="query-params",
    )
    period = period_at.selectbox("When", list(PERIODS), key="when", bind="query-params")
    days = PERIODS.get(period)
    since = None
    if days is not None:
        since = datetime.combine(datetime.now(UTC).date() - timedelta(days=days - 1), time(), UTC)
    found = workbench().audit_trail.find(Search(by or "", words or "", since))
    if not found and not (words or by or days):
        st.html(
            markup.empty(
                "Nobody has changed the catalog yet. Every commit stands here, with who made it and why, and can be undone."
            )
        )
    elif not found:
        st.html(markup.empty("No revision is of this kind. Try fewer words, or any time."))
    else:
        accepted = workbench().acceptances.kept.of_change_sets([one.id for one in found])
        lines = (_line(one, accepted.get(one.id, ())) for one in found)
        st.html(markup.meta(count_label(len(found), "revision")) + markup.join(lines))


def _line(found: ChangeSet, accepted: Sequence[Acceptance]) -> Markup:
    facts = [found.committer or found.author, count_label(found.size, "row")]
    if KIND_LABELS[found.kind]:
        facts.insert(0, KIND_LABELS[found.kind])
    if found.override_checks:
        facts.append("checks overridden")
    sampled = markup.join(markup.meta(accepted_sentence(one)) for one in accepted)
    return markup.fill(
        '<div class="jdw-revision"><span class="k">{}</span><span>{}</span><span class="jdw-meta">{}</span>{}{}</div>',
        str(found.revision_id),
        markup.link(found.title, links.page_url(links.REVISIONS, set=str(found.id))),
        f"{' · '.join(facts)} · {ago(found.committed_at or found.created_at)}",
        markup.meta(found.why) if found.why else Markup(),
        sampled,
    )


def _show_one(asked: str) -> None:
    """One committed change set as a page: what it did, decision by decision, what it did to runs, and what came later."""
    found = workbench().change_sets.newest(number=int(asked)) if asked.isdecimal() and len(asked) < 10 else []
    links.page_link(links.REVISIONS, "All revisions", icon=":material/arrow_back:")
    if not found:
        name_tab("No such revision")
        st.html(markup.title("Revisions"))
        st.error(
            verbatim(f"There is no change set {asked}. Perhaps the address was cut off."), icon=":material/search_off:"
        )
        return
    (chosen,) = found
    if chosen.status != "committed":
        links.open_page(links.CHANGES, set=asked)
    name_tab(f"{chosen.title} · Revision {chosen.revision_id}")
    _head(chosen)
    decisions = workbench().change_sets.decisions(chosen.id)
    catalog = workbench().snapshots.current().catalog
    impact.kept_impact(workbench().change_sets.impact_of(chosen.id))
    st.html(kept_checks(workbench().gate_store.passed(chosen.id), chosen.committer or chosen.author, catalog))
    show_acceptances(chosen.id)
    left, right = st.columns([1.4, 1], vertical_alignment="center")
    left.html(markup.heading("What it changed"))
    by = right.segmented_control(
        "Show",
        ["By decision", "By entity"],
        default="By decision",
        key="by",
        bind="query-params",
        label_visibility="collapsed",
    )
    if by == "By entity":
        st.html(entity_groups(squash(c for d in decisions if d.out is None for c in d.changes), catalog))
    else:
        st.html(committed_decisions(decisions, catalog))
    change_set_comments(chosen, decisions)


def _head(chosen: ChangeSet) -> None:
    title_at, undo_at = st.columns([5, 1], vertical_alignment="center")
    when = chosen.committed_at or chosen.created_at
    facts = [
        f"Revision {chosen.revision_id}, change set {chosen.id}",
        f"committed by {chosen.committer or chosen.author} {ago(when)} ({moment(when)})",
        f"{count_label(chosen.decisions, 'decision')}, {count_label(chosen.size, 'row')}",
    ]
    if chosen.author != chosen.committer:
        facts.append(f"begun by {chosen.author}")
    if chosen.undoes:
        facts.append(f"takes back change set {chosen.undoes}")
    why = markup.fill('<p style="max-width:70ch;margin:8px 0">{}</p>', chosen.why) if chosen.why else Markup()
    title_at.html(markup.title(chosen.title) + markup.meta(" · ".join(facts)) + why)
    if undo_at.button("Undo", icon=":material/undo:", help="The inverse, as a draft to look at and commit"):
        _undo(chosen)
    if later := workbench().audit_trail.later_change_sets(chosen.id):
        st.html(markup.meta(markup.fill("Later change sets touch the same rows: {}.", _listed(later))))


def _listed(sets: Sequence[ChangeSet]) -> Markup:
    return markup.join(
        (markup.link(f"{s.id} “{s.title}”", links.page_url(links.REVISIONS, set=str(s.id))) for s in sets[:MAX_LATER]),
        ", ",
    )


def _undo(chosen: ChangeSet) -> None:
    """A draft of the inverse, which is shown next."""

    def undo_now() -> None:
        number = workbench().change_sets.draft_undo(chosen.id, person())
        flash(f"Draft {number} takes back change set {chosen.id}; look at it and commit it.")
        st.session_state["undo-draft"] = number

    if has_name(undo_now):
        try:
            undo_now()
        except WorkbenchError as error:
            refuse(error)
            return
        links.open_page(links.CHANGES, set=str(st.session_state.pop("undo-draft")))
    st.rerun()
