"""Many proposals decided in one act: what it would do is shown first, with what it leaves out and why; it is undone as one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from db.services.bulk_approvals import BulkAct, BulkPlan, plan
from db.stores.queue_decisions import Decided, LeftOut, QueueDecision
from db.stores.review_queue import Proposal
from pages.components import draft, markup
from pages.components.change_text import change_html
from pages.components.draft import DraftView
from pages.components.form_fields import choose_entry
from pages.components.identity import person
from pages.components.labels import count_label, vocabulary_label
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.review_queue.marks import KIND_LABELS, MANY, proposal_name
from pages.review_queue.reasons import reason_field
from pipeline.catalog import SKILL_NATURES

REJECT = "reject"
ACT_LABELS: dict[str, str] = {
    REJECT: "Reject",
    "form_of": "Forms of a skill",
    "new_skill": "New skills",
    "title_of": "Titles of a role",
    "suggested": "As suggested",
}
ACTS_OF_KIND = {
    "skill": (REJECT, "form_of", "new_skill", "suggested"),
    "title": (REJECT, "title_of", "suggested"),
    "role": (REJECT, "title_of"),
    "kra": (REJECT, "suggested"),
    "link": (REJECT, "suggested"),
}
MAX_SHOWN = 12
"""Proposals that are shown of those that an act decides."""
MAX_REASONS, MAX_NAMED = 6, 4
"""Reasons why some are left out that are shown, and proposals that each names."""
MAX_LETTERS = 80


@dataclass(frozen=True)
class Chosen:
    """The proposals that an act is about, by their numbers as they were found when it was opened, and what they are in words."""

    numbers: tuple[int, ...]
    what: str
    after: Callable[[], None]


@st.dialog("Decide several at once", width="large")
def decide_many(chosen: Chosen, view: DraftView) -> None:
    """Choose what becomes of proposals, see what that does, and do it."""
    proposals = workbench().proposals.load_all(chosen.numbers)
    kinds = Counter(p.kind for p in proposals)
    listed = ", ".join(count_label(n, KIND_LABELS[kind], MANY[kind]) for kind, n in kinds.most_common())
    st.html(markup.meta(f"{listed}{' · ' if chosen.what else ''}{chosen.what}"))
    acts = [a for a in ACT_LABELS if any(a in ACTS_OF_KIND[kind] for kind in kinds)]
    act = st.segmented_control(
        "What becomes of them", acts, default=REJECT, format_func=lambda a: verbatim(ACT_LABELS[a]), key="bulk-act"
    )
    if act in (None, REJECT):
        _reject(chosen, proposals)
    else:
        _approve(chosen, proposals, view, str(act))


def _reject(chosen: Chosen, proposals: Sequence[Proposal]) -> None:
    waiting = [p for p in proposals if p.status == "pending"]
    left = [LeftOut(p.id, p.text, f"{p.status} by {p.decided_by} already") for p in proposals if p.status != "pending"]
    doubts = Counter(p.doubt or p.weak for p in waiting if p.doubt or p.weak)
    reason = reason_field("bulk", doubts.most_common(1)[0][0] if doubts else "")
    rows = [(markup.span(_short(p.name), _colour(p)), KIND_LABELS[p.kind], f"{p.runs:,}") for p in waiting[:MAX_SHOWN]]
    st.html(markup.table((Column("Rejected for good"), Column("Kind"), Column("Runs", "n")), rows))
    _rest(len(waiting), left)
    label = f"Reject {len(waiting):,} for good"
    if st.button(
        verbatim(label), type="primary", icon=":material/close:", disabled=not reason or not waiting, key="bulk-reject"
    ):
        numbers = [p.id for p in waiting]
        _do(chosen, lambda: workbench().proposals.reject(numbers, person(), reason), "rejected for good")


def _approve(chosen: Chosen, proposals: Sequence[Proposal], view: DraftView, kind: str) -> None:
    act = choose_act(kind, proposals, view)
    if act is None:
        return
    fixed = {term: lock.dimensions for term, lock in workbench().locks.in_force().items()}
    found = plan(proposals, view.catalog, act, fixed)
    _preview(found, proposals, view)
    count = len(found.approvals)
    title = f"{count_label(count, 'proposal')} {act_title(act, view)}"
    label = f"{'Map' if act.status == 'mapped' else 'Approve'} {count:,}"
    if st.button(verbatim(label), type="primary", icon=":material/done_all:", disabled=not count, key="bulk-approve"):
        decision = QueueDecision(act.status, "", title)
        _do(chosen, lambda: _stage(decision, found), f"{act.status}, in your draft")


def _stage(decision: QueueDecision, found: BulkPlan) -> Decided:
    named = QueueDecision(decision.status, person(), decision.title)
    return workbench().proposals.decide_several(named, found.approvals)


def choose_act(kind: str, proposals: Sequence[Proposal], view: DraftView) -> BulkAct | None:
    """The fields of an act; null until what it needs is chosen."""
    catalog = view.catalog
    if kind == "form_of":
        owners = [p.owner for p in proposals if p.owner in catalog.skill]
        first = [slug for slug, _ in Counter(owners).most_common(5)]
        skill = choose_entry("Skill", catalog.skills, "Choose the skill", first, key="bulk-skill")
        return BulkAct("form_of", skill) if skill else None
    if kind == "title_of":
        roles = Counter(p.role_slug for p in proposals if p.role_slug in catalog.role)
        role = choose_entry("Role", catalog.roles, "Choose the role", list(roles)[:5], key="bulk-role")
        return BulkAct("title_of", role) if role else None
    if kind == "new_skill":
        likely = Counter(p.dimension for p in proposals if p.dimension in catalog.dimension)
        left, right = st.columns(2)
        with left:
            first = [slug for slug, _ in likely.most_common(5)]
            dimension = choose_entry("Dimension", catalog.dimensions, "Choose where", first, key="bulk-dimension")
        with right:
            nature = st.selectbox(
                "Nature",
                ["", *SKILL_NATURES],
                format_func=lambda n: vocabulary_label(n) or "As found for each",
                key="bulk-nature",
            )
        return BulkAct("new_skill", dimension, nature or "") if dimension else None
    st.html(
        markup.meta(
            "Each becomes what was found or written for it: links and KRAs of their role, titles of theirs, skills a form of the skill "
            "that they may be, or new in their dimension where that is sure enough."
        )
    )
    return BulkAct("suggested")


def _preview(found: BulkPlan, proposals: Sequence[Proposal], view: DraftView) -> None:
    """The first proposals with what each becomes, and which are left out."""
    by_number = {p.id: p for p in proposals}
    rows = []
    for approval in found.approvals[:MAX_SHOWN]:
        proposal = by_number[approval.number]
        becomes = markup.join(change_html(c, view.catalog, reason=False) for c in approval.changes[:1])
        more = len(approval.changes) - 1
        beside = markup.meta_span(f"and {count_label(more, 'row')} of it") if more > 0 else ""
        rows.append(
            (
                markup.span(_short(proposal_name(proposal, view)), _colour(proposal)),
                becomes + beside,
                f"{proposal.runs:,}",
            )
        )
    st.html(markup.table((Column("Proposal"), Column("Becomes"), Column("Runs", "n")), rows))
    _rest(len(found.approvals), found.left_out)


def _rest(count: int, left: Sequence[LeftOut]) -> None:
    """How many an act decides beyond those that are shown, and what it leaves out."""
    if count > MAX_SHOWN:
        st.html(markup.meta(f"and {count - MAX_SHOWN:,} more, {count:,} in all"))
    show_left_out(left)


def show_left_out(left: Sequence[LeftOut]) -> None:
    """What an act leaves out, by why; nothing for nothing."""
    if not left:
        return
    by_reason: dict[str, list[str]] = defaultdict(list)
    for one in left:
        by_reason[one.why].append(one.text)
    reasons = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    lines = [
        markup.meta(
            f"{len(texts):,}: {why} ({', '.join(_short(t) for t in texts[:MAX_NAMED])}{', …' if len(texts) > MAX_NAMED else ''})"
        )
        for why, texts in reasons[:MAX_REASONS]
    ]
    more = sum(len(texts) for _, texts in reasons[MAX_REASONS:])
    if more:
        lines.append(markup.meta(f"{more:,} for other reasons"))
    st.html(markup.tag(f"{len(left):,} left out", "doubt") + markup.join(lines))


def act_title(act: BulkAct, view: DraftView) -> str:
    """What proposals become by an act, in words that follow them."""
    catalog = view.catalog
    if act.kind == "form_of":
        return f"as forms of {catalog.skill[act.target].display_name}"
    if act.kind == "title_of":
        return f"as titles of {catalog.role[act.target].display_name}"
    if act.kind == "new_skill":
        return f"as new skills in {catalog.dimension[act.target].display_name}"
    return "as suggested"


def _do(chosen: Chosen, act: Callable[[], Decided], done: str) -> None:
    """Decide, say what came of it with a way back, and draw the page anew."""

    def message(decided: Decided) -> str:
        said = f"{count_label(decided.proposals, 'proposal')} {done}"
        said += f" {decided.draft}." if decided.draft is not None else "."
        if decided.left_out:
            first = decided.left_out[0]
            said += f" {len(decided.left_out):,} left out: “{_short(first.text)}” {first.why}."
        return said

    def finish() -> Decided:
        decided = act()
        chosen.after()
        return decided

    draft.attempt(finish, message, lambda decided: lambda: undo(decided.number))


def undo(number: int) -> None:
    """Take an act back."""
    workbench().proposals.undo(number, person())


def undo_button(number: int, key: str) -> None:
    """The button that takes an earlier act back."""
    if st.button("Take back", icon=":material/undo:", type="tertiary", key=key):
        draft.attempt(lambda: undo(number), "It is undone: what it decided waits again.")


def _short(text: str) -> str:
    return text if len(text) <= MAX_LETTERS else text[: MAX_LETTERS - 1].rstrip() + "…"


def _colour(proposal: Proposal) -> str:
    return {"title": "role", "link": "dimension"}.get(proposal.kind, proposal.kind)
