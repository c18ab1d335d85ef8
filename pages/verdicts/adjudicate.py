"""Adjudication: what reviewers differ on, one by one, both answers with their reasons beside the text; what is right goes into gold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from db.services.agreements import Dispute
from db.services.gold_samples import SAMPLES
from db.services.skill_alternatives import Alternative
from db.stores.adjudications import Ruling
from db.stores.runs import StoredRun
from pages.components import kept, links, markup
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.keys import page_keys
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.verdicts import another, judged_text, settled, wording
from pages.verdicts.agreement import choose_assignment, decided_text
from pipeline.agreement.agreement import Answer
from pipeline.agreement.reviews import NO
from pipeline.errors import WorkbenchError

NEW_SET = "adjudicated"
"""The name of the gold set that is offered where there is none."""
MAX_ANSWERS = 9


def show() -> None:
    """Draw the disagreement that the address names, else the first that is open."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="adjudicate-head"):
        number = choose_assignment("adjudicate")
        gold_set = _gold_set()
    disputes = workbench().agreements.disputes(number or None)
    waiting = [one for one in disputes if one.decided is None]
    settled.offer(disputes, number, gold_set)
    asked = (st.query_params.get("run", ""), st.query_params.get("point", ""))
    chosen = next((one for one in disputes if (one.disagreement.run, one.key) == asked), None)
    if chosen is None and asked[0]:
        st.info("Reviewers do not differ on this any more.", icon=":material/check:")
    chosen = chosen or next(iter(waiting), None)
    if chosen is None:
        st.html(
            markup.empty(
                f"Nothing is open: {count_label(len(disputes), 'disagreement')}, all decided."
                if disputes
                else "Reviewers differ on nothing yet. Two who judge the same run may."
            )
        )
    else:
        _one(chosen, disputes, gold_set)
    settled.show([one for one in disputes if one.decided is not None], number)


def _gold_set() -> str:
    """The gold set that decisions go to: the one of the newest decision, unless another is chosen or named."""
    names = [found.name for found in workbench().gold_sets.all() if found.name != SAMPLES]
    newest = next(iter(workbench().adjudications.in_force()), None)
    first = newest.gold_set if newest else names[0] if names else NEW_SET
    options = list(dict.fromkeys([first, *names]))
    chosen = st.selectbox(
        "Into the gold set",
        options,
        accept_new_options=True,
        format_func=verbatim,
        width=320,
        **kept.choice("adjudication-gold", first),
    )
    return str(chosen or first)


def _one(dispute: Dispute, disputes: Sequence[Dispute], gold_set: str) -> None:
    stored = workbench().runs.load(dispute.run_id)
    _head(dispute, disputes, stored)
    text_at, answers_at = st.columns([1, 1.15], gap="large")
    with text_at:
        st.html(judged_text.of(dispute, stored))
    with answers_at:
        st.html(markup.title(wording.question(dispute.disagreement.kind, dispute.disagreement.subject), 18))
        if dispute.decided:
            st.html(markup.block(markup.fill("Decided: {}", decided_text(dispute))))
        reason = st.text_input(
            "Why", placeholder="For who asks later", **kept.text(kept.place("adjudicate", dispute.run_id, dispute.key))
        )
        acceptable = _acceptable(dispute)
        draft = Ruling(
            dispute.disagreement.kind,
            dispute.disagreement.subject,
            "",
            gold_set,
            acceptable=acceptable,
            reason=(reason or "").strip(),
            said=dispute.said,
            replaces=dispute.decided.id if dispute.decided else None,
        )
        _answers(dispute, disputes, draft, workbench().adjudicator.alternatives(dispute, stored))
        another.show(dispute, stored, lambda value: _decide(dispute, disputes, replace(draft, value=value)))
        if history := _history(dispute):
            st.html(history)


def _head(dispute: Dispute, disputes: Sequence[Dispute], stored: StoredRun) -> None:
    """Where it stands among those that are open, the run, and the ways to the ones beside it."""
    waiting = [one for one in disputes if one.decided is None or one == dispute]
    at = waiting.index(dispute)
    page_keys(
        {
            "1": "The first answer is right",
            "2": "The second, and so on",
            "O": "Another answer",
            "J": "Next",
            "K": "Before",
        }
    )
    of_run = [one for one in disputes if one.run_id == dispute.run_id]
    open_of_run = sum(one.decided is None for one in of_run)
    title_at, ways_at = st.columns([3, 1], vertical_alignment="center")
    title_at.html(
        markup.block(
            markup.fill("<h2 class='jdw-heading'>{}</h2>", markup.link(stored.label, links.run_url(stored.id)))
            + markup.meta(
                f"{at + 1:,} of {len(waiting):,} to decide · {open_of_run} of {count_label(len(of_run), 'disagreement')} on this run open"
            ),
            "jdw-rule",
        )
    )
    with ways_at, st.container(horizontal=True, horizontal_alignment="right"):
        for label, key, place in (("Before", "K", at - 1), ("Next", "J", at + 1)):
            there = waiting[place] if 0 <= place < len(waiting) else None
            st.button(
                verbatim(label), shortcut=key, disabled=there is None, key=f"go-{label}", on_click=_go, args=(there,)
            )


def _go(dispute: Dispute | None) -> None:
    """Let the address name a disagreement, or none."""
    if dispute is not None:
        st.query_params["run"], st.query_params["point"] = dispute.disagreement.run, dispute.key
        return
    for name in ("run", "point"):
        st.query_params.pop(name, None)


def _acceptable(dispute: Dispute) -> tuple[str, ...]:
    """Further roles that are right too."""
    about = dispute.disagreement
    if about.kind != "role":
        return ()
    first = [answer.value for answer in about.answers]
    roles = [role.slug for role in workbench().snapshots.current().catalog.roles]
    return tuple(
        st.multiselect(
            "Acceptable too",
            list(dict.fromkeys([*first, *roles])),
            format_func=lambda slug: verbatim(wording.role_name(slug)),
            placeholder="No other role",
            key=f"acceptable-{about.run}",
        )
    )


def _answers(
    dispute: Dispute, disputes: Sequence[Dispute], draft: Ruling, alternatives: Sequence[Alternative] = ()
) -> None:
    """Each answer with who gave it and why, and what reviewers see in the words instead, side by side, with its key."""
    cards: list[tuple[Markup, Ruling, str]] = [
        (_card(dispute, answer), replace(draft, value=answer.value), "") for answer in dispute.disagreement.answers
    ]
    cards += [(_other_card(dispute, other), replace(draft, value=NO), other.skill) for other in alternatives]
    for place, (column, (card, ruling, instead)) in enumerate(
        zip(st.columns(len(cards[:MAX_ANSWERS])), cards[:MAX_ANSWERS], strict=True), 1
    ):
        with column:
            st.html(card)
            st.button(
                "This is right",
                icon=":material/check:",
                shortcut=str(place),
                key=f"take-{dispute.run_id}-{dispute.key}-{place}",
                on_click=_decide,
                args=(dispute, disputes, ruling, instead),
            )


def _other_card(dispute: Dispute, other: Alternative) -> Markup:
    """Another skill, or another form, that reviewers see in the words of the one that is asked about."""
    value = markup.fill("not it, but {}", markup.span(wording.skill_name(other.skill), "skill"))
    who = markup.meta(f"“{other.words}” · {', '.join(other.reviewers)}")
    is_taken = dispute.decided is not None and dispute.decided.value == NO
    state = "Takes it for this text, and decides both." if not is_taken else "Not it was decided; this decides both."
    return markup.block(markup.block(value, "jdw-value") + who + markup.meta(state), "jdw-answer-card")


def _card(dispute: Dispute, answer: Answer) -> Markup:
    about = dispute.disagreement
    value = wording.answer_markup(about.kind, about.subject, answer.value)
    reasons = [
        markup.block(markup.fill("<q>{}</q> {}", one.reason, markup.meta_span(one.reviewer)))
        if one.reason
        else markup.block(markup.fill("{} {}", one.reviewer, markup.meta_span("gave no reason")))
        for one in dispute.said
        if one.reviewer in answer.reviewers
    ]
    is_taken = dispute.decided is not None and dispute.decided.value == answer.value
    return markup.block(
        markup.block(value, "jdw-value") + markup.join(reasons), "jdw-answer-card on" if is_taken else "jdw-answer-card"
    )


def _history(dispute: Dispute) -> Markup:
    """What was decided of it before."""
    about = dispute.disagreement
    rows = []
    for one in workbench().adjudications.of_run(dispute.run_id):
        if (one.kind, one.subject) == (about.kind, about.subject):
            ended = f" · {one.ending} by {one.ended_by} {ago(one.ended_at)}" if one.ended_at else ""
            said = "; ".join(
                f"{s.reviewer}: {wording.answer_text(about.kind, about.subject, s.answer)}" for s in one.said
            )
            rows.append(
                (
                    wording.answer_markup(about.kind, about.subject, one.value),
                    markup.block(one.reason) + markup.meta(f"then said: {said}"),
                    f"{one.author}, {ago(one.decided_at)}{ended}",
                )
            )
    return markup.caption("Decided so far") + markup.table(["Answer", "Why", "By"], rows) if rows else Markup()


# --- deciding -----------------------------------------------------------------------------------------------------


def _decide(dispute: Dispute, disputes: Sequence[Dispute], ruling: Ruling, instead: str = "") -> None:
    """Keep a decision as the person at the screen, with the way back, and go on to the next that is open. ``instead`` is the skill
    that the words mean.
    """
    both = [one for one in disputes if one == dispute or (one.run_id, one.key) != (dispute.run_id, f"skills {instead}")]
    following = _after(dispute, both)

    def decide() -> None:
        author = person()
        chosen = (
            ruling
            if ruling.value not in ruling.acceptable
            else replace(ruling, acceptable=tuple(role for role in ruling.acceptable if role != ruling.value))
        )
        if instead:
            ruled = workbench().adjudicator.decide_instead(dispute.run_id, chosen, instead, author)
            answer = f"Not {wording.skill_name(ruling.subject)}, but {wording.skill_name(instead)}"
        else:
            ruled = workbench().adjudicator.decide(dispute.run_id, chosen, author)
            answer = wording.answer_text(ruling.kind, ruling.subject, ruling.value)
        flash(
            f"{answer}. {_gold_text(ruled.version, ruling, ruled.gold.still_open, ruled.gold.without_skills)}",
            undo=undo_of(ruled.numbers, author, dispute),
        )
        kept.forget(kept.place("adjudicate", dispute.run_id, dispute.key))
        _go(following)

    try:
        if has_name(decide):
            decide()
    except WorkbenchError as error:
        flash(str(error))


def undo_of(numbers: Sequence[int], author: str, dispute: Dispute) -> Callable[[], None]:
    """What takes a decision back and shows again what it was about."""

    def undo() -> None:
        workbench().adjudicator.undo(numbers, author)
        _go(dispute)

    return undo


def _gold_text(version: int | None, ruling: Ruling, still_open: int, without: str) -> str:
    if still_open:
        return f"{count_label(still_open, 'disagreement')} of this run left before it is gold."
    if version is None:
        return f"The run stands in “{ruling.gold_set}” as before."
    skills = f", without skills: {without}" if without else ""
    return f"The run is in “{ruling.gold_set}”, version {version}{skills}."


def _after(dispute: Dispute, disputes: Sequence[Dispute]) -> Dispute | None:
    """The next that is open behind one, from the beginning again after the last."""
    at = disputes.index(dispute)
    return next((one for one in [*disputes[at + 1 :], *disputes[:at]] if one.decided is None), None)
