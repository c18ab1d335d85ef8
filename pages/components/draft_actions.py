"""What can be done with a draft: commit it with a title and a why, name it, hand it over, take it over, discard it, restore it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from db.stores.change_sets import ChangeSet
from db.stores.commits import CommitNote
from db.stores.draft_decisions import DraftDecision
from pages.components import draft, kept, links, markup
from pages.components.decision_text import title_in_words
from pages.components.draft_checks import unmet_sentence
from pages.components.flash import flash, refuse
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.errors import WorkbenchError
from pipeline.gate import Unmet

MAX_SUGGESTED = 4
"""Decisions that a suggested why names."""


def owner_actions(chosen: ChangeSet) -> None:
    """What the owner of a draft can do with it, beside committing it."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if workbench().change_sets.draft_of(person()) != chosen.id and st.button(
            "Work in this one", icon=":material/edit_note:"
        ):
            draft.attempt(
                lambda: workbench().change_sets.make_current(chosen.id), f"Your edits go into “{chosen.title}” now."
            )
        _hand_over(chosen)
        if st.button("Discard", icon=":material/delete:", help="It goes to the archive, whole"):
            _discard(chosen)


def title_edit(chosen: ChangeSet) -> None:
    """The way to another title."""
    with st.popover("Rename", icon=":material/edit:", type="tertiary"):
        title = st.text_input("Title of the draft", chosen.title, key=f"title-{chosen.id}")
        if st.button("Keep", key="keep-title"):
            draft.attempt(lambda: workbench().change_sets.rename(chosen.id, title), "The draft has its title.")


def _hand_over(chosen: ChangeSet) -> None:
    with st.popover("Hand over", icon=":material/send:"):
        to = st.text_input("To", key=f"to-{chosen.id}", placeholder="A colleague’s name, as they give it").strip()
        if st.button("Hand it over", key="hand-over", disabled=not to):
            _then(
                lambda: workbench().change_sets.hand_over(chosen.id, to),
                f"“{chosen.title}” is {to}’s draft now.",
                lambda: workbench().change_sets.hand_over(chosen.id, chosen.owner),
            )


def take_over(chosen: ChangeSet) -> None:
    """Make a colleague's draft one's own, which is asked for expressly."""
    if st.button(
        "Take it over", icon=":material/swap_horiz:", help=verbatim(f"It leaves {chosen.owner}’s hands for yours")
    ):
        _then(
            lambda: workbench().change_sets.hand_over(chosen.id, person()),
            f"“{chosen.title}” is your draft now.",
            lambda: workbench().change_sets.hand_over(chosen.id, chosen.owner),
        )


def _discard(chosen: ChangeSet) -> None:
    st.query_params.clear()
    _then(
        lambda: workbench().change_sets.discard(chosen.id, person()),
        f"“{chosen.title}” with {count_label(chosen.decisions, 'decision')} is in the archive.",
        lambda: workbench().change_sets.restore(chosen.id, chosen.owner),
    )


def restore(chosen: ChangeSet, key: str) -> None:
    """The button that brings a discarded draft back, whole."""
    if st.button(
        "Put back", key=key, icon=":material/undo:", help=verbatim(f"“{chosen.title}” becomes a draft again, whole")
    ):

        def restore_now() -> None:
            workbench().change_sets.restore(chosen.id, person())
            flash(f"“{chosen.title}” is your draft again.")

        if has_name(restore_now):
            try:
                restore_now()
            except WorkbenchError as error:
                refuse(error)
                return
        st.rerun()


def _then(act: Callable[[], None], done: str, undo: Callable[[], None]) -> None:
    """Do something that can be taken back, say so, and draw the page anew."""

    def act_now() -> None:
        act()
        flash(done, undo=undo)

    if has_name(act_now):
        try:
            act_now()
        except WorkbenchError as error:
            refuse(error)
            return
    st.rerun()


def commit_form(chosen: ChangeSet, decisions: Sequence[DraftDecision], blocked: str) -> None:
    """Title and why, suggested from the decisions, and the button; ``blocked`` says why it cannot be pressed, empty where it can.

    Where a check does not hold that must, whoever commits all the same says why.
    """
    catalog = workbench().snapshots.current().catalog
    st.html(markup.heading(f"Commit as revision {workbench().snapshots.revision() + 1}"))
    names = f"commit-title-{chosen.id}", f"commit-why-{chosen.id}", f"commit-override-{chosen.id}"
    title = st.text_input("Title", **_suggested(names[0], suggested_title(chosen, decisions, catalog)))
    why = st.text_area("Why", height=110, **_suggested(names[1], suggested_why(decisions, catalog)))
    is_foreign = chosen.owner != person()
    sure = True
    if is_foreign and not blocked:
        sure = st.checkbox(verbatim(f"This is {chosen.owner}’s draft: commit it all the same"), key=f"sure-{chosen.id}")
    unmet = workbench().gate.unmet(chosen.id) if decisions and not blocked else ()
    override = _override(unmet, workbench().reports.has_failed(chosen.id), names[2])
    said = blocked or ("" if title.strip() else "It needs a title.")
    if not said and is_foreign and not sure:
        said = f"{chosen.owner} may still be at work on it."
    if not said and unmet and not override.strip():
        said = unmet_sentence(unmet)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Override and commit" if unmet and override.strip() else "Commit",
            type="primary",
            icon=":material/commit:",
            disabled=bool(said),
            help=verbatim(said) or None,
        ):
            _commit(chosen, CommitNote(title, why, None, override), names)
        if said:
            st.html(markup.meta(said))


def _override(unmet: Sequence[Unmet], has_failed: bool, name: str) -> str:
    """Why a draft is to be committed although checks do not hold; asked for once it is known which, or that they cannot be made."""
    if not unmet or (not has_failed and any(u.reason in ("stale", "unfinished") for u in unmet)):
        return ""
    return st.text_area(
        "Commit all the same, because",
        height=80,
        placeholder="Why it is right although a check does not hold; it stays with the revision, with your name",
        **kept.text(name),
    )


def _commit(chosen: ChangeSet, note: CommitNote, names: Sequence[str]) -> None:
    report = workbench().reports.ask(chosen.id)
    note = replace(note, impact=report.wire() if report else None)

    def commit_now() -> None:
        revision = workbench().change_sets.commit(chosen.id, person(), note=note)
        kept.forget(*names)
        flash(f"“{note.title}” is committed as revision {revision}.")
        st.session_state["committed"] = chosen.id

    if has_name(commit_now):
        try:
            commit_now()
        except WorkbenchError as error:
            refuse(error)
            return
        links.open_page(links.REVISIONS, set=str(chosen.id))
    st.rerun()


def suggested_title(chosen: ChangeSet, decisions: Sequence[DraftDecision], catalog: Catalog) -> str:
    """The draft's own title; where nobody has given it one, that of its decision, or the first of them."""
    if not decisions or not chosen.title.startswith(("Repairs by ", "Draft of ")):
        return chosen.title
    first = title_in_words(decisions[0], catalog)
    return first if len(decisions) == 1 else f"{first}, and {count_label(len(decisions) - 1, 'decision')} more"


def suggested_why(decisions: Sequence[DraftDecision], catalog: Catalog) -> str:
    """The decisions in words, with their reasons."""
    said = []
    for decision in decisions[:MAX_SUGGESTED]:
        reasons = [r.rstrip(".") for r in decision.reasons if len(r) > 1][:1]
        said.append(title_in_words(decision, catalog) + (f" ({reasons[0]})" if reasons else ""))
    more = len(decisions) - len(said)
    return "; ".join(said) + (f"; and {count_label(more, 'decision')} more" if more > 0 else "") + ("." if said else "")


def _suggested(name: str, suggestion: str) -> kept.TextArguments:
    """A field that is kept; as long as nobody has changed it, it follows what is suggested."""
    before = st.session_state.get(f"suggested-{name}")
    if before is not None and before != suggestion and st.session_state.get(f"kept-{name}") == before:
        st.session_state[f"kept-{name}"] = suggestion
    st.session_state[f"suggested-{name}"] = suggestion
    return kept.text(name, suggestion)
