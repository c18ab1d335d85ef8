"""Proposals of a filter accepted on the strength of a sample: each judged by where it stands and by what it would become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from db.services.acceptance import candidate_of_approval
from db.services.bulk_approvals import BulkAct, BulkPlan, plan
from db.stores.acceptances import Acceptance
from db.stores.group_samples import Candidate, Group, Sample
from db.stores.queue_decisions import Approval, QueueDecision
from db.stores.review_queue import Proposal
from pages.components import links, markup
from pages.components.acceptance import Item, Judged, show_sample
from pages.components.acceptance_plan import plan_sample
from pages.components.change_text import change_html
from pages.components.draft import DraftView
from pages.components.identity import person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.review_queue.address import PARAMETER, QueueAddress, narrowed_to
from pages.review_queue.bulk import ACT_LABELS, ACTS_OF_KIND, REJECT, act_title, choose_act, show_left_out
from pages.review_queue.card import show_place
from pages.review_queue.marks import KIND_LABELS, MANY, proposal_name
from pipeline.catalog.describe import change_text

NOUN = "proposal"
MAX_CHANGES = 3
"""Rows of a proposal that are kept in words with what was said of it."""


@st.dialog("Judge a sample", width="large")
def draw_proposals(shown: QueueAddress, view: DraftView) -> None:
    """Choose what the proposals of a filter become, and draw a sample of those that can."""
    proposals = workbench().proposals.load_all(workbench().proposals.ids(shown.wanted))
    kinds = {proposal.kind for proposal in proposals}
    acts = [a for a in ACT_LABELS if a != REJECT and any(a in ACTS_OF_KIND[kind] for kind in kinds)]
    kind = st.segmented_control(
        "What becomes of them", acts, default=acts[-1], format_func=lambda a: verbatim(ACT_LABELS[a]), key="sample-act"
    )
    act = choose_act(str(kind), proposals, view) if kind else None
    if act is None:
        return
    found = _planned(proposals, act, view)
    show_left_out(found.left_out)
    if len(found.approvals) < 2:
        st.html(markup.meta("Fewer than two of them can become that: decide them one by one."))
        return
    candidates = tuple(_candidates(found, proposals).values())
    title = f"{_what(shown, view)} {act_title(act, view)}"
    plan_sample(Group("proposals", title, shown.query, candidates, asdict(act)), NOUN, _leave_list)


def _what(shown: QueueAddress, view: DraftView) -> str:
    """What is listed, in words."""
    return " ".join(filter(None, [MANY.get(shown.wanted.kind, "proposals"), narrowed_to(shown.wanted, view)]))


def _leave_list() -> None:
    st.query_params.pop(PARAMETER, None)


def show_proposal_sample(sample: Sample, view: DraftView) -> None:
    """A sample of proposals, as they are on the catalog that the person sees."""
    act = BulkAct(**sample.act)  # type: ignore[arg-type]
    numbers = [int(key) for key in (*sample.known, *sample.population)]
    waiting = [p for p in workbench().proposals.load_all(numbers) if p.status == "pending"]
    found = _planned(waiting, act, view)
    by_key = {str(proposal.id): proposal for proposal in waiting}
    approvals = {str(approval.number): approval for approval in found.approvals}
    present = _candidates(found, waiting)

    def item(key: str) -> Item:
        proposal, approval = by_key[key], approvals[key]
        shown = "; ".join(change_text(change, view.catalog) for change in approval.changes[:MAX_CHANGES])
        return Item(proposal_name(proposal, view), shown, lambda: _show(proposal, approval, view))

    def accept(reject: bool) -> Acceptance:
        title = f"{sample.title}, after a sample"
        decision = QueueDecision(act.status, person(), title)
        chosen = {key: (approvals[key], candidate) for key, candidate in present.items()}
        return workbench().acceptances.accept_proposals(sample.id, decision, chosen, reject=reject)

    question = "Is it right that it becomes this?"
    show_sample(sample, Judged(links.REVIEW_QUEUE, "proposals", NOUN, question, present, item, accept))


def _planned(proposals: Sequence[Proposal], act: BulkAct, view: DraftView) -> BulkPlan:
    fixed = {term: lock.dimensions for term, lock in workbench().locks.in_force().items()}
    return plan(proposals, view.catalog, act, fixed)


def _candidates(found: BulkPlan, proposals: Sequence[Proposal]) -> Mapping[str, Candidate]:
    certainty = {proposal.id: proposal.certainty for proposal in proposals}
    return {str(a.number): candidate_of_approval(a, certainty[a.number]) for a in found.approvals}


def _show(proposal: Proposal, approval: Approval, view: DraftView) -> None:
    """A proposal to be judged by itself: its sentences and what it would become, not how sure that is."""
    show_place(proposal, view)
    becomes = markup.join(change_html(change, view.catalog, reason=False) for change in approval.changes)
    st.html(markup.caption(f"This {KIND_LABELS[proposal.kind]} becomes") + becomes)
