"""The reviewers' verdicts on a run, and the form in which one is given, changed, or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.stores.runs import StoredRun
from db.stores.verdicts import GivenVerdict
from pages.components import markup
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.run.entries import Entries
from pipeline.contracts import Extraction

RIGHT, ANOTHER, NONE = "right", "another", "none"


@dataclass(frozen=True)
class Answer:
    """What a reviewer says: the right role (null for none), slugs of skills that the text does not mean, and why."""

    role_slug: str | None
    wrong_skills: tuple[str, ...]
    note: str


def button(stored: StoredRun, extraction: Extraction, given: Sequence[GivenVerdict]) -> None:
    """The button in the head of the page, with its key; it opens the form."""
    own = _own(given)
    label = "Change verdict" if own else "Give verdict"
    icon = ":material/how_to_reg:"
    if st.button(verbatim(label), type="primary", icon=icon, shortcut="V", key="give-verdict"):
        form(stored, extraction)


def _own(given: Sequence[GivenVerdict]) -> GivenVerdict | None:
    return next((verdict for verdict in given if verdict.author == person()), None)


@st.dialog("Verdict on this run", width="medium")
def form(stored: StoredRun, extraction: Extraction) -> None:
    """Which role is right, which skills the text does not mean, and why; what others said stands above."""
    catalog = workbench().snapshots.current().catalog
    given = workbench().verdicts.of_run(stored.id)
    own = _own(given)
    others = [verdict for verdict in given if verdict is not own]
    if others:
        st.html(markup.caption("Said before") + markup.join(line(v, extraction, Entries(catalog)) for v in others))
    names = {role.slug: role.display_name for role in catalog.roles}
    answers = _answers(extraction)
    answer = st.radio(
        "The role",
        list(answers),
        index=list(answers).index(_answer_of(own, extraction)) if own else None,
        format_func=lambda key: verbatim(answers[key]),
        key="verdict-role",
    )
    other = None
    if answer == ANOTHER:
        before = own.role_slug if own and own.role_slug in names else None
        place = list(names).index(before) if before else None
        other = st.selectbox("The right role", list(names), index=place, format_func=names.__getitem__)
    skills = {skill.slug: skill.skill_name for skill in extraction.skills if skill.slug}
    wrong = st.multiselect(
        "Skills that the text does not mean",
        list(skills),
        default=[slug for slug in own.wrong_skills if slug in skills] if own else [],
        format_func=skills.__getitem__,
    )
    note = st.text_input("Why", value=own.note if own else "", placeholder="What the text says, for who asks later")
    is_open = answer is None or (answer == ANOTHER and other is None)
    with st.container(horizontal=True):
        if st.button("Keep the verdict", type="primary", disabled=is_open, icon=":material/check:", key="keep-verdict"):
            chosen = extraction.decision.chosen_role
            role = {RIGHT: chosen.slug if chosen else None, ANOTHER: other, NONE: None}[str(answer)]
            _give(stored, Answer(role, tuple(wrong), note.strip()))
        if own and st.button("Take it back", icon=":material/undo:", key="withdraw-verdict"):
            workbench().verdicts.withdraw(stored.id, own.author)
            flash("Your verdict is taken back.", undo=lambda: _put_back(stored, own))
            st.rerun()


def _answers(extraction: Extraction) -> dict[str, str]:
    """The answers in words, in order: what the run says is right, another role, no role."""
    chosen = extraction.decision.chosen_role
    if chosen is None:
        return {RIGHT: "Right: no role", ANOTHER: "Another role"}
    return {RIGHT: f"Right: {chosen.display_name}", ANOTHER: "Another role", NONE: "No role fits"}


def _answer_of(verdict: GivenVerdict, extraction: Extraction) -> str:
    chosen = extraction.decision.chosen_role
    if verdict.role_slug == (chosen.slug if chosen else None):
        return RIGHT
    return ANOTHER if verdict.role_slug else NONE


def _give(stored: StoredRun, answer: Answer) -> None:
    """Keep a verdict as the person at the screen, with a way back to the one before it."""

    def give() -> None:
        author = person()
        before = _own(workbench().verdicts.of_run(stored.id))
        workbench().verdicts.give(stored.id, author, answer.role_slug, answer.wrong_skills, answer.note)

        def undo() -> None:
            if before:
                _put_back(stored, before)
            else:
                workbench().verdicts.withdraw(stored.id, author)

        flash("Your verdict is kept.", undo=undo)

    if has_name(give):
        give()
    st.rerun()


def _put_back(stored: StoredRun, verdict: GivenVerdict) -> None:
    workbench().verdicts.give(stored.id, verdict.author, verdict.role_slug, verdict.wrong_skills, verdict.note)


def lines(given: Sequence[GivenVerdict], extraction: Extraction, entries: Entries) -> Markup:
    """All verdicts, one below the other; that there is none where there is none."""
    if not given:
        return markup.meta("No verdict yet: it tells whether a change of the catalog makes this run better.")
    return markup.join(line(verdict, extraction, entries) for verdict in given)


def line(verdict: GivenVerdict, extraction: Extraction, entries: Entries) -> Markup:
    """A verdict in words: who, when, which role, which skills are not meant, and why."""
    chosen = extraction.decision.chosen_role
    is_right = verdict.role_slug == (chosen.slug if chosen else None)
    role = _role(verdict.role_slug, entries)
    tag = markup.tag("role right", "good") if is_right else markup.tag("role wrong", "bad")
    skills = {skill.slug: skill.skill_name for skill in extraction.skills if skill.slug}
    meant = _not_meant(verdict.wrong_skills, skills, entries)
    why = markup.fill(" “{}”", verdict.note) if verdict.note else Markup()
    who = markup.meta_span(f" · {verdict.author}, {ago(verdict.created_at)}")
    return markup.block(markup.fill("{} {}{}{}{}", tag, role, meant, why, who), "jdw-said")


def _role(slug: str | None, entries: Entries) -> Markup:
    if slug is None:
        return markup.bold("no role")
    entry = entries.find("role", slug) or entries.survivor("role", slug)
    return entries.link("role", slug, entry.display_name if entry else slug)


def _not_meant(slugs: Sequence[str], names: Mapping[str, str], entries: Entries) -> Markup:
    if not slugs:
        return Markup()
    return markup.fill(", not meant: {}", markup.join((entries.link("skill", s, names.get(s, s)) for s in slugs), ", "))
