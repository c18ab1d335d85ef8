"""Review queue: what runs propose, joined over runs; approved, mapped to what is there, or rejected for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from markupsafe import Markup

from db.stores.proposals import Proposal, Waiting
from db.stores.sightings import Sighting
from pages.components import draft, links, markup
from pages.components.draft import DraftView
from pages.components.flash import flash, refuse
from pages.components.form_fields import stop
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.listing import as_text
from pages.components.markup import Column
from pages.components.proposal_forms import approve_form
from pages.components.row_list import ListRow, RowList
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.describe import name_of
from pipeline.errors import WorkbenchError

KIND_FILTERS = {"": "All", "skill": "Skills", "title": "Titles", "link": "Links", "kra": "KRAs", "role": "Roles"}
KIND_LABELS = {"skill": "skill", "title": "title", "link": "link", "kra": "KRA", "role": "role"}
WEAK = "weak"
STATUS_LABELS = {
    "pending": "Waiting",
    WEAK: "Weak",
    "approved": "Approved",
    "mapped": "Mapped",
    "rejected": "Rejected",
}
COLOURS = {"skill": "skill", "title": "role", "link": "dimension", "kra": "kra", "role": "role"}
REASONS = ("no skill or duty", "too broad", "a name or a place", "a fragment", "there already")
"""Frequent reasons of a rejection, one press each."""
ONE, SEVERAL = "One by one", "Several"
ROW_HEIGHT = 29
MAX_LIST_HEIGHT = 640
PARAMETER = "id"
"""What the address names a proposal by."""
COLUMNS = (Column("Proposal"), Column("Runs", "n"), Column("Newest", "n"))


@dataclass(frozen=True)
class QueueFilter:
    """Which proposals are listed: of a kind (empty for all), in a status, with these words."""

    kind: str
    status: str
    words: str

    @property
    def query(self) -> dict[str, str]:
        """What of it stands in the address."""
        status = "" if self.status == "pending" else self.status
        return {"kind": self.kind, "status": status, "words": self.words}

    def find(self) -> list[Proposal]:
        """The proposals that fit, those that most texts made first."""
        weak = self.status == WEAK
        status = "pending" if weak else self.status
        return workbench().proposals.find(status, self.kind, self.words, weak=weak)


def page() -> None:
    """Draw the page."""
    view = draft.view()
    st.html(markup.title("Review queue"))
    summary_at = st.empty()
    chosen = _choose_filter()
    waiting = workbench().proposals.count_waiting(chosen.kind, chosen.words)
    summary_at.html(markup.meta(_summary(waiting, chosen)))
    listed = chosen.find()
    rows = RowList(links.REVIEW_QUEUE, PARAMETER, COLUMNS, "Proposals", chosen.query)
    asked = st.query_params.get(PARAMETER, "")
    proposal = _asked(asked, listed)
    if not listed and proposal is None:
        _nothing(chosen, waiting)
        return
    list_at, card_at = st.columns([1.1, 1], gap="large")
    with list_at:
        several = bool(listed) and _way() == SEVERAL
        picked = _pick_several(listed, view) if several else []
        if listed and not several:
            rows.show([_row(p, view) for p in listed], str(proposal.id) if proposal else "")
    with card_at:
        if asked and (proposal is None or str(proposal.id) != asked):
            st.warning(verbatim(f"There is no proposal {asked}."), icon=":material/search_off:")
        if several:
            _reject_several(picked)
        elif proposal is not None:
            keys = [str(p.id) for p in listed]
            rows.step([_row(p, view) for p in listed], str(proposal.id), "proposal")
            _card(proposal, view, _next_of(keys, str(proposal.id)))


def _summary(waiting: Waiting, chosen: QueueFilter) -> Markup:
    waits = "waits" if waiting.strong == 1 else "wait"
    text = f"{waiting.strong:,} {waits} for a decision, those that most texts made first"
    if not waiting.weak:
        return Markup.escape(text)
    kept = {"words": chosen.words} if chosen.words else {}
    hidden = f"{waiting.weak:,} weak {'one' if waiting.weak == 1 else 'ones'} hidden"
    return markup.fill("{} · {}", text, markup.link(hidden, links.review_queue_url(chosen.kind, status=WEAK, **kept)))


def _nothing(chosen: QueueFilter, waiting: Waiting) -> None:
    if chosen.words or chosen.kind or chosen.status != "pending":
        st.html(markup.empty("Nothing fits here. Take a filter away, or search for fewer letters."))
        return
    hidden = f" {count_label(waiting.weak, 'weak one')} can be looked through as well." if waiting.weak else ""
    st.html(
        markup.empty(
            "Nothing waits here. What a run would add to the catalog comes here, joined over runs, until somebody decides."
            + hidden
        )
    )


def _asked(asked: str, listed: Sequence[Proposal]) -> Proposal | None:
    """The proposal that the address names, also one that is not listed; else the first of the list."""
    if asked.isdigit() and len(asked) < 10:
        found = next((p for p in listed if str(p.id) == asked), None) or workbench().proposals.load(int(asked))
        if found is not None:
            return found
    return listed[0] if listed else None


def _next_of(keys: Sequence[str], key: str) -> Callable[[], None]:
    """What shows the row behind one that is decided, which leaves the list: the one before it where it was the last."""

    def show() -> None:
        at = keys.index(key) if key in keys else -1
        rest = [k for k in keys if k != key]
        if rest and at >= 0:
            st.query_params[PARAMETER] = rest[min(at, len(rest) - 1)]
        elif PARAMETER in st.query_params:
            del st.query_params[PARAMETER]

    return show


def _choose_filter() -> QueueFilter:
    kind_at, status_at, words_at = st.columns([1.6, 1.75, 1.2], vertical_alignment="bottom")
    with kind_at:
        kind = _choice_in_address("kind", "Kind", KIND_FILTERS)
    with status_at:
        status = _choice_in_address("status", "Status", STATUS_LABELS)
    words = words_at.text_input(
        "Search",
        key="words",
        type="search",
        live="60ms",
        bind="query-params",
        placeholder="Words of the proposal",
        label_visibility="collapsed",
    )
    return QueueFilter(kind, status, words or "")


def _choice_in_address(name: str, label: str, options: Mapping[str, str]) -> str:
    """One of a few, the first unless the address says another; kept in the address, so that a link to it opens it."""
    first = next(iter(options))
    asked = st.query_params.get(name, first)
    asked = asked if asked in options else first

    def choose() -> None:
        picked = st.session_state.get(f"{name}-{asked}")
        if picked is not None and picked != asked:
            st.query_params[name] = picked
            st.query_params.pop(PARAMETER, None)

    st.segmented_control(
        verbatim(label),
        list(options),
        key=f"{name}-{asked}",
        default=asked,
        format_func=lambda key: verbatim(options[key]),
        label_visibility="collapsed",
        on_change=choose,
        required=True,
    )
    return asked


def _way() -> str:
    return str(st.segmented_control("How", [ONE, SEVERAL], default=ONE, key="way", label_visibility="collapsed") or ONE)


def _row(proposal: Proposal, view: DraftView) -> ListRow:
    role = view.catalog.role.get(proposal.role_slug)
    below = [KIND_LABELS[proposal.kind], f"for {role.display_name}" if role else "", proposal.weak]
    return ListRow(
        str(proposal.id),
        _name(proposal, view),
        (f"{proposal.runs:,}", ago(proposal.newest_at) if proposal.newest_at else ""),
        " · ".join(filter(None, below)),
    )


def _pick_several(listed: Sequence[Proposal], view: DraftView) -> list[Proposal]:
    """The list with a box for each row; what is ticked. Its state belongs to these rows alone."""
    frame = pd.DataFrame(
        {
            "Proposal": [_name(p, view) for p in listed],
            "Kind": [KIND_LABELS[p.kind] for p in listed],
            "Weak because": [p.weak for p in listed],
            "Runs": [p.runs for p in listed],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(ROW_HEIGHT * (len(listed) + 1) + 3, MAX_LIST_HEIGHT),
        on_select="rerun",
        selection_mode="multi-row",
        key=f"several-{hash(tuple(p.id for p in listed))}",
        column_config={"Runs": st.column_config.NumberColumn(width=50), "Kind": st.column_config.TextColumn(width=60)},
    )
    as_text(frame, "Proposals")
    return [listed[i] for i in event.selection.rows if i < len(listed)]


def _reject_several(picked: Sequence[Proposal]) -> None:
    """Reject what is ticked, with one reason."""
    st.html(markup.title(f"{count_label(len(picked), 'proposal')} ticked", 18))
    if not picked:
        st.html(markup.meta("Tick rows at their left, or all of them in the head of the list."))
        return
    reason = _reason_field("several", next((p.weak for p in picked if p.weak), ""))
    label = f"Reject {len(picked):,} for good"
    if st.button(verbatim(label), icon=":material/close:", type="primary", shortcut="X", disabled=not reason):
        _reject([p.id for p in picked], reason, f"{count_label(len(picked), 'proposal')} rejected for good.")


def _reject(numbers: Sequence[int], reason: str, message: str, after: Callable[[], None] | None = None) -> None:
    """Reject proposals, with an undo in the message; an error is shown where it happened."""

    def reject_now() -> None:
        workbench().proposals.reject(numbers, person(), reason)
        if after is not None:
            after()
        flash(message, undo=lambda: workbench().proposals.reopen(*numbers))

    if has_name(reject_now):
        try:
            reject_now()
        except WorkbenchError as error:
            refuse(error)
            return
    st.rerun()


def _reason_field(key: str, weak: str) -> str:
    """A frequent reason by one press, or another in words; what speaks against a weak one is chosen already."""
    options = list(dict.fromkeys(filter(None, [weak, *REASONS])))
    picked = st.pills("Why not", options, format_func=verbatim, default=options[0], key=f"why-{key}-{options[0]}")
    other = st.text_input(
        "Or in your words", key=f"words-{key}", label_visibility="collapsed", placeholder="Or in words"
    )
    return (other or "").strip() or str(picked or "")


def _name(proposal: Proposal, view: DraftView) -> str:
    """What a proposal is called on the page."""
    return name_of(view.catalog, "dimensions", proposal.text) if proposal.kind == "link" else proposal.text


def _card(proposal: Proposal, view: DraftView, after: Callable[[], None]) -> None:
    """A proposal: its sentences, its form or what was decided."""
    role = view.catalog.role.get(proposal.role_slug)
    for_role = (
        markup.fill(" for {}", markup.link(role.display_name, links.entity_url("role", role.slug), "role"))
        if role
        else Markup()
    )
    weak = markup.tag(f"weak: {proposal.weak}", "doubt") if proposal.weak else Markup()
    what = "proposed " + KIND_LABELS[proposal.kind]
    st.html(
        markup.title(markup.span(_name(proposal, view), COLOURS[proposal.kind]), 18)
        + markup.meta(markup.fill("{}{} · {} {}", what, for_role, _counted(proposal), weak))
        + markup.join(_sighting(s) for s in workbench().proposals.sightings(proposal))
        + _other_wordings(proposal)
    )
    if proposal.status != "pending":
        _decided(proposal)
    else:
        try:
            approve_form(proposal, view, after)
        except WorkbenchError as error:
            stop(str(error))
        reason = _reason_field(str(proposal.id), proposal.weak)
        if st.button("Reject for good", icon=":material/close:", shortcut="X", disabled=not reason):
            _reject([proposal.id], reason, f"“{_name(proposal, view)}” is rejected for good.", after)


def _counted(proposal: Proposal) -> str:
    runs = f"seen in {count_label(proposal.runs, 'run')}"
    return runs if proposal.texts in (0, proposal.runs) else f"{runs} of {count_label(proposal.texts, 'text')}"


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
    """In which other words runs made a proposed KRA; nothing where all used the same."""
    if proposal.kind != "kra" or proposal.runs < 2:
        return Markup()
    others = [w for w in workbench().proposals.wordings(proposal.id) if w.text != proposal.text]
    if not others:
        return Markup()
    rows = [(markup.span(w.text, "kra"), f"{w.runs:,}") for w in others]
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
