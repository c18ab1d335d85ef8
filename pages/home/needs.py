"""What needs me: my draft and what keeps it, drafts handed to me, comments, runs to judge, findings, proposals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.stores.attention import WaitingComment
from pages.components import links, markup
from pages.components.finding_view import FindingView, views_of
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pipeline.catalog.describe import ref_text
from pipeline.catalog.refs import ChangeRef, ChangeSetRef, CollisionRef, FindingRef, Ref, RunRef

MANY_RUNS = 10
"""Runs from which on a finding or a proposal comes first."""
MAX_LETTERS = 90


@dataclass(frozen=True)
class Need:
    """One line: how many of what, more about it, and the link to them.

    ``noun`` is what the banner counts ("1 conflict"); ``tone`` is ``bad`` for what holds a draft back.
    """

    count: int
    noun: str
    title: str
    meta: Markup | str
    url: str
    act: str
    tone: str = ""
    plural: str | None = None


def rows(me: str) -> list[Need]:
    """What needs a person (nobody: what needs anybody), sorted by what holds others back."""
    found = [*_draft_blockers(me), *_handed_over(me), *_comments(me), *_given(me)] if me else []
    found += [*_disputes(), *_to_review(), *_unjudged(), *_findings(), *_proposals()]
    return [*found, *_draft(me)] if me else found


def answer(waiting: Sequence[Need]) -> Markup:
    """The two that come first, as the first answer of the banner."""
    first = waiting[:2]
    counted = [markup.link(count_label(n.count, n.noun, n.plural), n.url, n.tone) for n in first]
    big = markup.join(counted, " and ") if counted else Markup("Nothing")
    rest = len(waiting) - len(first)
    meta = (
        f"and {count_label(rest, 'thing')} more below"
        if rest > 0
        else ""
        if first
        else "Everything is decided, judged and answered."
    )
    return markup.block(
        markup.caption("Needs me now") + markup.block(big, "jdw-big") + markup.meta(meta or first[0].meta)
    )


def show(waiting: Sequence[Need]) -> None:
    """All of them, a line each."""
    st.html(markup.heading("What needs me") + _table(waiting))


def _table(waiting: Sequence[Need]) -> Markup:
    if not waiting:
        return markup.empty("Nothing needs you now.")
    lines = [
        markup.fill(
            '<li><span class="jdw-count">{}</span><div>{}{}</div><span class="jdw-act">{}</span></li>',
            markup.link(f"{need.count:,}", need.url, need.tone),
            markup.block(need.title, "jdw-b"),
            markup.meta(need.meta),
            markup.link(need.act, need.url),
        )
        for need in waiting
    ]
    return markup.fill('<ul class="jdw-needs">{}</ul>', markup.join(lines))


def _draft_blockers(me: str) -> Iterator[Need]:
    number = workbench().change_sets.draft_of(me)
    if number is None:
        return
    title = workbench().change_sets.load(number).title
    conflicts, problems = workbench().change_sets.check(number)
    url = links.change_set_url(number)
    if conflicts:
        more = (
            "a colleague has changed the same row" if len(conflicts) == 1 else "colleagues have changed the same rows"
        )
        heading = f"{'Conflict' if len(conflicts) == 1 else 'Conflicts'} in “{title}”"
        yield Need(len(conflicts), "conflict", heading, f"It holds back your draft: {more}.", url, "Settle", "bad")
    if problems:
        heading = f"Broken {'rule' if len(problems) == 1 else 'rules'} in “{title}”"
        yield Need(len(problems), "broken rule", heading, _short(problems[0]), url, "Open", "bad")


def _draft(me: str) -> Iterator[Need]:
    number = workbench().change_sets.draft_of(me)
    if number is None:
        return
    draft = workbench().change_sets.load(number)
    if draft.size:
        title = f"{'Change' if draft.size == 1 else 'Changes'} in your draft “{draft.title}”"
        yield Need(
            draft.size,
            "change",
            title,
            f"begun {ago(draft.created_at)}, not committed",
            links.change_set_url(number),
            "Open",
        )


def _handed_over(me: str) -> Iterator[Need]:
    drafts = workbench().attention.handed_over(me)
    if drafts:
        newest = drafts[0]
        title = "Draft handed to you" if len(drafts) == 1 else "Drafts handed to you"
        meta = f"“{newest.title}” by {newest.author}"
        yield Need(len(drafts), "draft", title, meta, links.change_set_url(newest.id), "Take on")


def _comments(me: str) -> Iterator[Need]:
    comments = workbench().attention.comments(me)
    if comments:
        newest = comments[0]
        title = "Comment for you" if len(comments) == 1 else "Comments for you"
        yield Need(len(comments), "comment", title, _comment_text(newest), ref_url(newest.about), "Reply")


def _comment_text(comment: WaitingComment) -> str:
    return f"{comment.author} on {ref_text(comment.about)}: “{_short(comment.body)}”"


def ref_url(ref: Ref) -> str:
    """The address of what a comment is about."""
    match ref:
        case ChangeSetRef(number) | ChangeRef(number):
            return links.change_set_url(number)
        case RunRef(run_id):
            return links.run_url(run_id)
        case FindingRef():
            return links.finding_url(ref.key())
        case CollisionRef(kind, form):
            return links.collision_url(kind, form)
    return links.page_url(links.REVIEW_QUEUE)


def _to_review() -> Iterator[Need]:
    count = workbench().attention.runs_to_review()
    if count:
        title = "Run needs a reviewer" if count == 1 else "Runs need a reviewer"
        url = links.page_url(links.HISTORY, review="needed", verdict="none", status="completed")
        meta = "their role is less sure than the catalog takes without one"
        yield Need(count, "run to review", title, meta, url, "Review", plural="runs to review")


def _given(me: str) -> Iterator[Need]:
    count = workbench().assignment_progress.waiting(me)
    if count:
        title = "Run given to you to judge" if count == 1 else "Runs given to you to judge"
        newest = workbench().assignment_progress.given_to(me, 1)
        meta = f"“{newest[0].assignment}”, by {newest[0].given_by}" if newest else ""
        yield Need(
            count, "run given to you", title, meta, links.page_url(links.VERDICTS), "Judge", plural="runs given to you"
        )


def _disputes() -> Iterator[Need]:
    count = workbench().attention.open_disputes()
    if count:
        title = "Run on whose role reviewers differ" if count == 1 else "Runs on whose role reviewers differ"
        url = links.page_url(links.VERDICTS, view="adjudicate")
        meta = "both answers with their reasons; what is decided goes into gold"
        yield Need(count, "disagreement", title, meta, url, "Decide")


def _unjudged() -> Iterator[Need]:
    count = workbench().attention.unjudged_runs()
    if count:
        title = "Run without a verdict" if count == 1 else "Runs without a verdict"
        url = links.page_url(links.HISTORY, verdict="none", status="completed")
        meta = "a verdict tells whether a change of the catalog makes a run better"
        yield Need(count, "run to judge", title, meta, url, "Judge", plural="runs to judge")


def _findings() -> Iterator[Need]:
    known = workbench().snapshots.known_findings()
    if known is None or not known.findings:
        return
    views = views_of(known.findings, workbench().snapshots.current().catalog, known.usage)
    worst = max(views, key=lambda view: view.harm)
    frequent = [view for view in views if view.runs >= MANY_RUNS]
    url = links.page_url(links.HEALTH)
    if frequent:
        title = f"{'Finding' if len(frequent) == 1 else 'Findings'} in {MANY_RUNS} runs or more"
        yield Need(len(frequent), "finding", title, f"of {len(views)} · worst: " + _worst(worst), url, "Health")
    else:
        title = "Finding" if len(views) == 1 else "Findings"
        yield Need(len(views), "finding", title, "worst: " + _worst(worst), url, "Health")


def _worst(view: FindingView) -> Markup:
    runs = f", {count_label(view.runs, 'run')}" if view.runs else ""
    return markup.link(_short(view.label), links.finding_url(view.key)) + runs


def _proposals() -> Iterator[Need]:
    pending = workbench().proposals.count_pending()
    if pending:
        title = "Proposal in the review queue" if pending == 1 else "Proposals in the review queue"
        yield Need(
            pending,
            "proposal",
            title,
            "what runs would add to the catalog",
            links.page_url(links.REVIEW_QUEUE),
            "Queue",
        )


def _short(text: str) -> str:
    return text if len(text) <= MAX_LETTERS else text[: MAX_LETTERS - 1].rstrip() + "…"
