"""My draft: what I have decided, what each decision does, what keeps it from being committed, and the commit.

A colleague's draft is opened by its address or from the list below, and is read until it is taken over. Discarded drafts are
kept in the archive.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services.draft_reports import DraftReport
from db.stores.change_sets import ChangeSet, Examination
from db.stores.draft_decisions import DraftDecision
from pages.components import draft, impact, links, markup
from pages.components.acceptance import show_acceptances
from pages.components.change_set import change_set_comments, committed_decisions
from pages.components.check_lines import TONES
from pages.components.conflict import Sides, show_conflict
from pages.components.decision_list import decision_list
from pages.components.draft_actions import commit_form, owner_actions, restore, take_over, title_edit
from pages.components.draft_checks import blocked_because, draft_checks, unmet_sentence
from pages.components.frame import name_tab
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.experiments.verdict import p_text
from pipeline.gate import check_named, worst
from pipeline.gate.checks import AUDIT, GOLD, RUNS

MAX_ARCHIVED = 50
MAX_DRAFTS = 100


def page() -> None:
    """Draw the page."""
    chosen = _chosen()
    if chosen is None:
        name_tab("My draft")
        st.html(
            markup.title("My draft")
            + markup.empty("You have no draft. What you fix anywhere in the workbench comes here until you commit it.")
        )
    elif chosen.status == "discarded":
        _show_discarded(chosen)
    else:
        _show_draft(chosen)
    _others(chosen)


def _chosen() -> ChangeSet | None:
    """The change set that the address names, else the person's own draft, never a colleague's."""
    asked = st.query_params.get("set", "")
    if not asked:
        return draft.header()
    found = workbench().change_sets.newest(number=int(asked)) if asked.isdecimal() and len(asked) < 10 else []
    if not found:
        name_tab("No such draft")
        st.html(markup.title("My draft"))
        st.error(
            verbatim(f"There is no change set {asked}. Perhaps the address was cut off."), icon=":material/search_off:"
        )
        links.page_link(links.CHANGES, "My draft")
        links.page_link(links.REVISIONS, "All revisions")
        st.stop()
    if found[0].status == "committed":
        links.open_page(links.REVISIONS, set=asked)
    return found[0]


def _show_draft(chosen: ChangeSet) -> None:
    is_mine = chosen.owner == person()
    decisions = workbench().change_sets.decisions(chosen.id)
    inside = [d for d in decisions if d.out is None]
    found = workbench().change_sets.examine(chosen.id)
    name_tab(f"{chosen.title} · Draft")
    _head(chosen, is_mine)
    blocked = blocked_because(inside, found)
    st.html(_lead(chosen, inside, found))
    _stands_on(chosen)
    show_acceptances(chosen.id, can_undo=is_mine)
    if st.query_params.get("runs"):
        _runs(chosen)
        return
    left, right = st.columns([2, 1], gap="large")
    with left:
        if decisions:
            decision_list(chosen, decisions, found, is_mine)
        else:
            st.html(markup.empty("Nothing is staged yet. What you fix anywhere in the workbench comes here."))
        for n, conflict in enumerate(found.conflicts):
            theirs = workbench().audit_trail.last_change_set(*conflict.change.place)
            show_conflict(n, Sides(chosen, theirs), conflict, can_edit=is_mine)
        change_set_comments(chosen, decisions)
    with right:
        if inside:
            draft_checks(chosen, found)
        commit_form(chosen, inside, blocked)


def _head(chosen: ChangeSet, is_mine: bool) -> None:
    """Title, whose it is, and what its owner can do with it."""
    title_at, actions_at = st.columns([2, 1.2], vertical_alignment="center")
    with title_at:
        st.html(markup.title(chosen.title) + markup.meta(" · ".join(_facts(chosen, is_mine))))
        if is_mine:
            title_edit(chosen)
    with actions_at:
        if is_mine:
            owner_actions(chosen)
        else:
            take_over(chosen)


def _facts(chosen: ChangeSet, is_mine: bool) -> list[str]:
    revision = workbench().snapshots.revision()
    begun = f"begun {ago(chosen.created_at)}"
    if chosen.base_revision:
        begun += f" on revision {chosen.base_revision}"
        if chosen.base_revision != revision:
            begun += f", laid over {revision}"
    facts = [
        "Your draft" if is_mine else f"{chosen.owner}’s draft, to be read",
        f"{count_label(chosen.decisions, 'decision')}, {count_label(chosen.size, 'row')}",
        begun,
    ]
    if chosen.author != chosen.owner:
        facts.insert(1, f"begun by {chosen.author}")
    return facts


def _lead(chosen: ChangeSet, inside: Sequence[DraftDecision], found: Examination) -> Markup:
    """What stands between the draft and the commit, in a sentence."""
    report = workbench().reports.ask(chosen.id) if inside else None
    unmet = workbench().gate.unmet(chosen.id) if inside else ()
    parts = []
    if report is not None and report.checks:
        parts.append(_judged(report))
    if found.conflicts:
        count = len(found.conflicts)
        said = "One conflict" if count == 1 else f"{count} conflicts"
        parts.append(markup.fill('<b class="jdw-bad">{}</b> must be settled before the commit.', said))
    if found.problems:
        count = len(found.problems)
        said = "One rule is broken" if count == 1 else f"{count} rules are broken"
        parts.append(markup.fill('<b class="jdw-bad">{}</b>: the decision that breaks it says so.', said))
    if not inside:
        parts.append(markup.fill("{}", "There is nothing to commit."))
    elif not found.conflicts and not found.problems:
        said = unmet_sentence(unmet)
        parts.append(markup.fill("{}", said or "Ready to be committed."))
    return markup.fill('<div class="jdw-lead">{}</div>', markup.join(parts, " "))


def _judged(report: DraftReport) -> Markup:
    """What gold and the judged runs say of the draft, by what is known by now."""
    policy = workbench().gate_store.policy()
    known = [r for r in report.checks.values() if r.name in (GOLD.name, RUNS.name, AUDIT.name)]
    outcome = worst(check_named(r.name).classify(r, policy.of(r.name).level) for r in known)
    said = []
    for result in known:
        check, level = check_named(result.name), policy.of(result.name).level
        if check.classify(result, level) == outcome and (result.better or result.worse):
            p = check.p_value(result, level)
            said.append(
                f"{check.label.lower()} {result.better} better, {result.worse} worse" + (f" ({p_text(p)})" if p else "")
            )
    if outcome == "no effect" or not said:
        return Markup()
    word = markup.fill('<b class="jdw-{}-text">{}:</b>', TONES[outcome], outcome.capitalize())
    return markup.fill("{} <b>{}.</b>", word, "; ".join(said))


def _stands_on(chosen: ChangeSet) -> None:
    """A draft that takes a change set back says which later ones touch its rows."""
    later = workbench().audit_trail.later_change_sets(chosen.undoes) if chosen.undoes else []
    if later := [s for s in later if s.id != chosen.id]:
        listed = ", ".join(f"{s.id} “{s.title}” by {s.committer or s.author}" for s in later[:6])
        st.warning(
            verbatim(f"Later change sets touch the rows that this takes back: {listed}."), icon=":material/layers:"
        )


def _runs(chosen: ChangeSet) -> None:
    """The past runs that come out differently."""
    links.page_link(links.CHANGES, "Back to the decisions", icon=":material/arrow_back:", set=str(chosen.id))
    st.html(markup.heading("Past runs that come out differently"))
    report = workbench().reports.ask(chosen.id)
    found = report.whole if report else impact.replayed(lambda watch: workbench().impacts.of_draft(chosen.id, watch))
    impact.impact_bar(found)
    impact.impact_list(found, chosen.id)


def _show_discarded(chosen: ChangeSet) -> None:
    name_tab(f"{chosen.title} · Archive")
    by = f" by {chosen.discarded_by}" if chosen.discarded_by else ""
    when = f" {ago(chosen.discarded_at)}" if chosen.discarded_at else ""
    st.html(markup.title(chosen.title) + markup.meta(f"Discarded{when}{by} · of {chosen.owner} · kept whole"))
    restore(chosen, key="restore")
    decisions = workbench().change_sets.decisions(chosen.id)
    st.html(committed_decisions(decisions, workbench().snapshots.current().catalog))


def _others(chosen: ChangeSet | None) -> None:
    """My other drafts, those of colleagues, and the archive."""
    me = person()
    shown = chosen.id if chosen else 0
    drafts = [s for s in workbench().change_sets.newest(MAX_DRAFTS, status="draft") if s.id != shown]
    mine = [s for s in drafts if s.owner == me]
    theirs = [s for s in drafts if s.owner != me]
    if me and st.button("New draft", icon=":material/add:", help="Edits go into the draft that you used last"):
        draft.attempt(
            lambda: workbench().change_sets.open_draft(me, f"Draft of {me}"),
            "A new draft is open; your edits go into it.",
        )
    for heading, listed in (("My other drafts", mine), ("Drafts of colleagues", theirs)):
        if listed:
            st.html(markup.heading(heading) + markup.join(_line(s) for s in listed))
    archived = [s for s in workbench().change_sets.newest(MAX_ARCHIVED, status="discarded") if s.id != shown]
    if archived:
        with st.expander(f"Archive · {count_label(len(archived), 'draft')}", icon=":material/archive:"):
            for found in archived:
                line, action = st.columns([5, 1], vertical_alignment="center")
                line.html(_line(found))
                with action:
                    restore(found, key=f"restore-{found.id}")


def _line(found: ChangeSet) -> Markup:
    used = found.discarded_at or found.used_at
    return markup.fill(
        '<div class="jdw-revision"><span class="k">{}</span><span>{}</span><span class="jdw-meta">{}</span></div>',
        str(found.id),
        markup.link(found.title, links.change_set_url(found.id)),
        f"{found.owner} · {count_label(found.decisions, 'decision')}, {count_label(found.size, 'row')} · {ago(used)}",
    )
