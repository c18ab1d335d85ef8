"""One proposal: the sentences in which it stands, what was found of it, and its form or what was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.review_queue import Proposal
from db.stores.sightings import Sighting
from pages.components import draft, links, markup
from pages.components.draft import DraftView
from pages.components.flash import flash, refuse
from pages.components.form_fields import stop
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.proposal_forms import approve_form
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pages.review_queue.address import STATUS_LABELS
from pages.review_queue.bulk import undo
from pages.review_queue.marks import KIND_LABELS, lowered_text, place_text, proposal_name
from pages.review_queue.reasons import reason_field
from pipeline.errors import WorkbenchError

COLOURS = {"skill": "skill", "title": "role", "link": "dimension", "kra": "kra", "role": "role"}


def show(proposal: Proposal, view: DraftView, after: Callable[[], None]) -> None:
    """A proposal: its sentences, its form or what was decided; ``after`` shows the next once it is."""
    for_role = _for_role(proposal, view)
    weak = markup.tag(f"weak: {proposal.weak}", "doubt") if proposal.weak else Markup()
    what = "proposed " + KIND_LABELS[proposal.kind]
    st.html(
        markup.title(markup.span(proposal_name(proposal, view), COLOURS[proposal.kind]), 18)
        + markup.meta(markup.fill("{}{} · {} {}", what, for_role, _counted(proposal), weak))
        + _found(proposal, view)
        + markup.join(_sighting(s) for s in workbench().proposals.sightings(proposal))
        + _other_wordings(proposal)
    )
    if proposal.status != "pending":
        _decided(proposal)
        return
    try:
        approve_form(proposal, view, after)
    except WorkbenchError as error:
        stop(str(error))
    reason = reason_field(str(proposal.id), proposal.weak)
    if st.button("Reject for good", icon=":material/close:", shortcut="X", disabled=not reason):
        reject([proposal.id], reason, f"“{proposal_name(proposal, view)}” is rejected for good.", after)


def show_place(proposal: Proposal, view: DraftView) -> None:
    """A proposal and where it stands in runs, without what was found of it."""
    what = "proposed " + KIND_LABELS[proposal.kind]
    st.html(
        markup.title(markup.span(proposal_name(proposal, view), COLOURS[proposal.kind]), 18)
        + markup.meta(markup.fill("{}{} · {}", what, _for_role(proposal, view), _counted(proposal)))
        + markup.join(_sighting(s) for s in workbench().proposals.sightings(proposal))
        + _other_wordings(proposal)
    )


def _for_role(proposal: Proposal, view: DraftView) -> Markup:
    role = view.catalog.role.get(proposal.role_slug)
    if role is None:
        return Markup()
    return markup.fill(" for {}", markup.link(role.display_name, links.entity_url("role", role.slug), "role"))


def reject(numbers: Sequence[int], reason: str, message: str, after: Callable[[], None]) -> None:
    """Reject proposals, with an undo in the message; an error is shown where it happened."""

    def reject_now() -> None:
        decided = workbench().proposals.reject(numbers, person(), reason)
        after()
        flash(message, undo=lambda: undo(decided.number))

    if has_name(reject_now):
        try:
            reject_now()
        except WorkbenchError as error:
            refuse(error)
            return
    st.rerun()


def _counted(proposal: Proposal) -> str:
    runs = f"seen in {count_label(proposal.runs, 'run')}"
    return runs if proposal.texts in (0, proposal.runs) else f"{runs} of {count_label(proposal.texts, 'text')}"


def _found(proposal: Proposal, view: DraftView) -> Markup:
    """What was found of a proposal that waits: its place, an employer's look, and why it stands lower than its like."""
    if proposal.status != "pending":
        return Markup()
    said = [
        place_text(proposal, view),
        f"looks like an employer’s name: {proposal.employer_look}" if proposal.employer_look else "",
        lowered_text(proposal.lowered, view) if proposal.lowered else "",
    ]
    return markup.join(markup.meta(text) for text in said if text)


def _sighting(sighting: Sighting) -> Markup:
    """A sentence with the proposal marked in it, and its run."""
    pieces = markup.join(
        markup.fill('<mark class="jdw-hit">{}</mark>', piece) if marked else piece for piece, marked in sighting.pieces
    )
    run = markup.link(sighting.label, links.run_url(sighting.run_id))
    sentence = pieces or markup.meta_span(
        f"names {sighting.evidence}" if sighting.evidence else "not word by word in its text"
    )
    return markup.fill('<div class="jdw-quote jdw-seen">{}{}</div>', sentence, markup.meta(markup.fill("run {}", run)))


def _other_wordings(proposal: Proposal) -> Markup:
    """In which other words runs made a proposal; nothing where all used the same."""
    if proposal.kind == "link" or proposal.runs < 2:
        return Markup()
    others = [w for w in workbench().proposals.wordings(proposal.id) if w.text != proposal.text]
    if not others:
        return Markup()
    rows = [(markup.span(w.text, COLOURS[proposal.kind]), f"{w.runs:,}") for w in others]
    return markup.table((f"Joined from other words · {len(others)}", Column("Runs", "n")), rows)


def _decided(proposal: Proposal) -> None:
    when = f" {ago(proposal.decided_at)}" if proposal.decided_at else ""
    reason = f": {proposal.reason}" if proposal.reason else ""
    in_set = (
        markup.fill(
            " · {}", markup.link(f"change set {proposal.change_set_id}", links.change_set_url(proposal.change_set_id))
        )
        if proposal.change_set_id
        else Markup()
    )
    st.html(
        markup.meta(
            markup.fill(
                "{} by {}{}{}{}", STATUS_LABELS[proposal.status], proposal.decided_by or "", when, reason, in_set
            )
        )
    )
    if proposal.status == "rejected" and st.button("Let it come back", icon=":material/undo:"):
        draft.attempt(lambda: workbench().proposals.reopen(proposal.id), "It waits for a decision again.")
