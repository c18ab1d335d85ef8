"""One change set: the preview in words, what it changes in past runs, what stands against it, and committing or undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from db import curation, editions, teamwork
from db.curation import ChangeSet
from pages.parts import draft, impact, theme
from pages.parts.finding import KINDS
from pages.parts.person import ask_for_name, person
from pages.parts.session import workbench
from pages.parts.talk import talk
from pages.parts.words import change_html, entity_of, name_of
from pipeline.catalog.changes import SINGULAR, Change, Conflict, squash
from pipeline.errors import WorkbenchError

SHOWN_CHANGES = 400
"""How many rows of a change set are listed; a newer catalog can have thousands."""
CHOICES = {"theirs": "Keep what stands", "mine": "Take mine", "both": "Join both: mine where I changed it"}


def _head(chosen: ChangeSet, changes: Sequence[Change]) -> None:
    added, edited, removed = (sum(c.kind == kind for c in changes) for kind in ("add", "edit", "remove"))
    st.html(
        f'<div class="jdw-title" style="font-size:18px">{chosen.id} · {escape(chosen.title)}</div>'
        f'<div class="jdw-meta">{added:,} added, {edited:,} edited, {removed:,} removed · begun by {escape(chosen.author)}'
        + (f", in hand of {escape(chosen.owner)}" if chosen.status == "draft" and chosen.owner != chosen.author else "")
        + (f" · committed by {escape(chosen.committer)}" if chosen.committer else "")
        + (f" · revision {chosen.revision_id}" if chosen.revision_id else "")
        + "</div>"
    )


def preview(chosen: ChangeSet, changes: Sequence[Change], can_edit: bool) -> None:
    """The changes in words, grouped by the entity that they are about."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes[:SHOWN_CHANGES]:
        groups.setdefault(entity_of(change), []).append(change)
    catalog = workbench().indexes()[1].catalog
    for n, ((table, slug), held) in enumerate(sorted(groups.items())):
        name = name_of(catalog, table, slug)
        told, out = st.columns([12, 1.4], vertical_alignment="top")
        evidence = sorted({c.evidence for c in held if c.evidence})
        one_reason = len({c.reason for c in held}) == 1
        told.html(
            f'<div>{theme.span(name, SINGULAR[table], bold=True)} <span class="jdw-meta">{SINGULAR[table]} · {len(held)}</span></div>'
            + "".join(change_html(c, catalog, entity=False, reason=not one_reason) for c in held)
            + (f'<div class="jdw-meta">{escape(held[0].reason)}</div>' if one_reason else "")
            + "".join(f'<div class="jdw-meta">shown by {_evidence(e)}</div>' for e in evidence[:3])
        )
        if can_edit and out.button(
            "Take out", key=f"out-{n}", type="tertiary", icon=":material/close:", help="Out of the draft"
        ):
            places = [c.place for c in held]
            draft.attempt(
                lambda places=places: curation.unstage(workbench().engine, chosen.id, places), "Taken out of the draft."
            )  # type: ignore[misc]
    if len(changes) > SHOWN_CHANGES:
        st.caption(f"The first {SHOWN_CHANGES} of {len(changes):,} rows; 'python -m db changes {chosen.id}' lists all.")


def _evidence(evidence: str) -> str:
    if evidence.startswith("run "):
        run = evidence.removeprefix("run ")
        return f'<a href="run?id={escape(run)}" target="_self">run {escape(run[:8])}</a>'
    kind = evidence.partition(" ")[0]
    return f"the finding “{escape(KINDS[kind])}”" if kind in KINDS else escape(evidence)


def drafted(chosen: ChangeSet, me: str) -> None:
    """A draft: what it would do, and what can be done with it."""
    bench = workbench()
    changes = squash(curation.load_changes(bench.engine, chosen.id))
    _head(chosen, changes)
    mine = bool(me) and chosen.owner == me
    conflicts, problems = curation.check(bench.engine, chosen.id)
    if ask_for_name():
        _actions(chosen, mine, me, ready=bool(changes) and not conflicts and not problems)
    for problem in problems[:20]:
        st.error(problem, icon=":material/rule:")
    for n, conflict in enumerate(conflicts):
        _conflict(n, chosen, conflict, mine)
    if chosen.undoes:
        later = [s for s in curation.built_on(bench.engine, chosen.undoes) if s.id != chosen.id]
        if later:
            listed = ", ".join(f"{s.id} “{s.title}” by {s.author}" for s in later[:6])
            st.warning(f"Built since on the rows of change set {chosen.undoes}: {listed}.", icon=":material/layers:")
    if not changes:
        st.html(
            '<div class="jdw-empty">Nothing is staged yet. What you fix anywhere in the workbench comes here until you commit it.</div>'
        )
        return
    preview_at, impact_at = st.tabs(["Preview", "Impact on past runs"])
    with preview_at:
        preview(chosen, changes, mine)
        talk(
            [teamwork.about_draft(chosen.id), *(teamwork.about_change(chosen.id, c) for c in changes[:50])],
            teamwork.about_draft(chosen.id),
        )
        if me and changes:
            _talk_of_one(chosen, changes)
    with impact_at:
        if st.toggle("Replay past runs on both catalogs", key=f"impact-{chosen.id}"):
            with st.spinner("Replaying past runs", show_time=True):
                found = bench.impact(chosen.id)
            impact.bar(found)
            impact.listed(found, chosen.id)


def _talk_of_one(chosen: ChangeSet, changes: Sequence[Change]) -> None:
    with st.popover("Comment on one change", icon=":material/add_comment:"):
        at = st.selectbox("Change", range(min(len(changes), 200)), format_func=lambda i: changes[i].words()[:120])
        body = st.text_input("Comment", key="comment-one")
        if st.button("Send", key="send-one", disabled=not body.strip()):
            about = teamwork.about_change(chosen.id, changes[at or 0])
            draft.attempt(lambda: teamwork.comment(workbench().engine, about, person(), body), "Your comment is kept.")


def _actions(chosen: ChangeSet, mine: bool, me: str, ready: bool) -> None:
    engine = workbench().engine
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button(
            "Commit",
            type="primary",
            icon=":material/check:",
            disabled=not ready,
            help="All of it in one transaction, or nothing",
        ):
            draft.attempt(
                lambda: curation.commit(engine, chosen.id, me), f"Draft {chosen.id} is committed as revision {{}}."
            )
        if (
            mine
            and curation.draft_of(engine, me) != chosen.id
            and st.button("Work in this one", icon=":material/edit_note:")
        ):
            draft.attempt(lambda: curation.use(engine, chosen.id), f"Your edits go into draft {chosen.id} now.")
        if mine:
            with st.popover("Title", icon=":material/edit:"):
                title = st.text_input("Title of the draft", chosen.title, key=f"title-{chosen.id}")
                if st.button("Keep", key="keep-title"):
                    draft.attempt(lambda: curation.rename(engine, chosen.id, title), "The draft has its title.")
        with st.popover("Hand over", icon=":material/forward:"):
            to = st.text_input("To", key=f"to-{chosen.id}", placeholder="A colleague’s name, as they give it")
            if st.button("Hand it over", key="hand-over", disabled=not to.strip()):
                draft.attempt(
                    lambda: curation.hand_over(engine, chosen.id, to),
                    f"Draft {chosen.id} is in the hands of {to.strip()}.",
                )
        if not mine and st.button("Take it over", icon=":material/swap_horiz:"):
            draft.attempt(lambda: curation.hand_over(engine, chosen.id, me), f"Draft {chosen.id} is in your hands.")
        if mine and st.button("Discard", icon=":material/delete:"):
            draft.attempt(lambda: curation.discard(engine, chosen.id), f"Draft {chosen.id} is set aside.")


def _conflict(n: int, chosen: ChangeSet, conflict: Conflict, mine: bool) -> None:
    """A row that somebody else has changed: base, theirs and mine side by side, and which shall stand."""
    change = conflict.change
    rows = [change.before, conflict.theirs, change.after]
    columns = list(vars(next(r for r in rows if r is not None)))
    clashes = conflict.clashes if all(r is not None for r in rows) else ()
    differing = [c for c in columns if len({repr(getattr(r, c, None)) for r in rows}) > 1]
    cells = [
        [escape(c.replace("_", " ")) + (theme.tag("both changed it", "bad") if c in clashes else "")]
        + [escape(str(getattr(r, c))) if r is not None else "<i>not there</i>" for r in rows]
        for c in differing
    ]
    st.html(
        f"<div>{theme.tag('conflict', 'bad')} {escape(conflict.words())}</div>"
        + theme.table(
            [("", ""), ("Base, when the draft was made", ""), ("Theirs, as it stands", ""), ("Mine", "")], cells
        )
    )
    if mine:
        allowed = [c for c in CHOICES if c != "both" or all(r is not None for r in rows)]
        with st.container(horizontal=True):
            for choice in allowed:
                if st.button(CHOICES[choice], key=f"settle-{n}-{choice}"):
                    draft.attempt(
                        lambda c=choice: curation.resolve(workbench().engine, chosen.id, change.place, c),
                        "The conflict is settled.",
                    )  # type: ignore[misc]


def committed(chosen: ChangeSet, me: str) -> None:
    """A change set that is committed or discarded: what it did, what was built on it, and its undoing."""
    engine = workbench().engine
    changes = curation.load_changes(engine, chosen.id)
    _head(chosen, changes)
    if chosen.status == "committed":
        later = curation.built_on(engine, chosen.id)
        if later:
            listed = ", ".join(f"{s.id} “{s.title}” by {s.author}" for s in later[:6])
            st.html(f'<div class="jdw-meta">Later change sets touch the same rows: {escape(listed)}.</div>')
        if ask_for_name() and st.button(
            "Undo", icon=":material/undo:", help="The inverse, as a draft to look at and commit"
        ):
            _undo(chosen, me)
    preview(chosen, changes, can_edit=False)
    talk([teamwork.about_draft(chosen.id)], teamwork.about_draft(chosen.id))


def _undo(chosen: ChangeSet, me: str) -> None:
    try:
        number = curation.draft_undo(workbench().engine, chosen.id, me)
    except WorkbenchError as error:
        st.error(str(error), icon=":material/block:")
        return
    st.query_params["set"] = str(number)
    st.session_state["said"] = f"Draft {number} takes back change set {chosen.id}; look at it and commit it."
    st.rerun()


def editions_bar(names: dict[str, str]) -> None:
    """Putting the catalog back to what shipped, and bringing a newer one."""
    engine = workbench().engine
    if st.button("Put back to clean", icon=":material/restart_alt:"):
        ask_put_back("clean", names)
    if st.button("Put back to legacy", icon=":material/history:"):
        ask_put_back("legacy", names)
    if editions.newer_edition(engine) and st.button("Bring the newer catalog", icon=":material/upgrade:"):
        ask_update()


@st.dialog("Put the catalog back")
def ask_put_back(edition: str, names: dict[str, str]) -> None:
    st.write(
        f"The catalog becomes {names[edition]} again, as one change set. What was edited since goes; undo brings it back."
    )
    if ask_for_name() and st.button("Put back", type="primary", icon=":material/restart_alt:"):
        with st.spinner("Comparing the catalogs"):
            draft.attempt(lambda: _said(editions.put_back(workbench().engine, edition, person()), names[edition]), "{}")


def _said(outcome: tuple[int | None, int], name: str) -> str:
    number, size = outcome
    return f"Nothing differs from {name}." if number is None else f"Change set {number} put {size} rows back to {name}."


@st.dialog("Bring the newer catalog")
def ask_update() -> None:
    st.write(
        "A newer catalog has shipped with the workbench. It comes as one change set; rows that curators changed stay as they are."
    )
    if ask_for_name() and st.button("Bring it", type="primary", icon=":material/upgrade:"):
        with st.spinner("Comparing the catalogs"):
            done = "Change set {0[0]} brought the newer catalog; {0[1]} rows stay as curators left them."
            draft.attempt(lambda: editions.update_to_shipped(workbench().engine, person()), done)
