"""A run is judged: step by step with a key each, beside its text. With ``blind`` in the address what the run found is hidden until
the reviewer has chosen the role; what they said until then is kept as their blind answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.services.results import RunResult
from db.stores.runs import StoredRun
from db.stores.verdicts import Answer, GivenVerdict
from pages.components import given_runs, links, markup
from pages.components.frame import name_tab
from pages.components.identity import person
from pages.components.keys import page_keys
from pages.components.put_right_want import PARAMETER, want_text
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pages.run.sides import chosen_slug
from pages.run.verdict import edits, moves, questions, text
from pages.run.verdict.desk import Desk, draws_page
from pages.run.verdict.sheet import (
    Facts,
    RoleStep,
    Sheet,
    Word,
    is_open,
    is_settled,
    next_open,
    word_of,
)
from pages.run.verdict.text import Shown
from pipeline.catalog import Catalog
from pipeline.repair import WantRole

JUDGE, BLIND = links.JUDGE, links.BLIND
TEXT_HEIGHT, LIST_HEIGHT = 690, 390
MAX_NAME = 100
"""Characters of the first line that a hidden run is called by."""
KEYS = {
    "1": "Right",
    "2": "Wrong, or another",
    "3": "No role, or another skill",
    "J": "Next step",
    "K": "The step before",
    "U": "Undo what was said last",
    "A": "The rest of these are right",
    "M": "Mark a missing skill in the text",
    "S": "Show what the run found (blind)",
    "G": "Next run that you were given, or without your verdict",
    "X": "Skip a run that you were given",
    "V": "Done",
}


def is_asked_for(given: Sequence[GivenVerdict]) -> bool:
    """Whether the run is to be judged: its address says so, or the person has judged it blind and not seen it yet."""
    own = own_of(given)
    return JUDGE in st.query_params or BLIND in st.query_params or (own is not None and own.is_open_blind)


def own_of(given: Sequence[GivenVerdict]) -> GivenVerdict | None:
    """The verdict of the person at the screen."""
    return next((verdict for verdict in given if verdict.author == person()), None)


def is_hidden(own: GivenVerdict | None) -> bool:
    """Whether what the run found is hidden from the person: they judge it blind and have not seen it yet."""
    return own.is_open_blind if own else BLIND in st.query_params


def show(stored: StoredRun, result: RunResult, given: Sequence[GivenVerdict]) -> None:
    """The run as it lies before its reviewer."""
    own = own_of(given)
    desk = Desk(Sheet(stored, result), is_hidden(own))
    name_tab("Judge a run" if desk.is_hidden else f"{stored.label} · Verdict")
    page_keys(KEYS)
    heading_at, actions_at = st.columns([1.6, 1], vertical_alignment="top")
    heading_at.html(_heading(desk, own, given))
    with actions_at, st.container(horizontal=True, horizontal_alignment="right", key="verdict-head"):
        _go_on(desk)
        if not desk.is_hidden:
            st.button("Done", type="primary", icon=":material/check:", shortcut="V", on_click=_leave, key="done")
    if own and BLIND in st.query_params and not own.is_blind:
        st.info("You have judged this run with its result in sight, so it cannot be judged blind.")
    _body(desk)


def _heading(desk: Desk, own: GivenVerdict | None, given: Sequence[GivenVerdict]) -> Markup:
    stored = desk.sheet.stored
    others = sum(verdict is not own for verdict in given)
    line = [f"Run {str(stored.id)[:8]}, {ago(stored.created_at)}"]
    if desk.is_hidden:
        first = next((line.strip() for line in desk.sheet.jd.view.splitlines() if line.strip()), "Empty text")
        name = stored.name or stored.given_title or first[:MAX_NAME]
        line.append("blind: what the run found is hidden until you have chosen the role")
    else:
        name = stored.label
        line.append("blind until it was shown" if own and own.is_blind else "with its result in sight")
        line += [f"{others} more {'verdict' if others == 1 else 'verdicts'}, shown on the run’s page"] if others else []
    if place := given_runs.place_text(stored.id):
        line.append(place)
    return markup.title(name) + markup.meta(" · ".join(line))


def _go_on(desk: Desk) -> None:
    """The way to the next run: of those that the person was given, else of those that they have not judged."""
    run_id = desk.sheet.stored.id
    given_next = given_runs.following(run_id)
    following = given_next.run_id if given_next else workbench().history.next_unjudged(run_id, person())
    is_blind = given_next.is_blind if given_next else desk.is_hidden or BLIND in st.query_params
    waits = workbench().assignment_progress.find(person(), run_id) if person() else None
    if waits and waits.skipped_at is None and st.button("Skip …", shortcut="X", key="skip-run"):
        given_runs.ask_skip(waits, lambda: _open(following or run_id, is_blind))
    st.button(
        "Next run",
        shortcut="G",
        disabled=not following,
        on_click=_open,
        args=(following or run_id, is_blind),
        key="next-run",
    )


def _open(run_id: UUID, is_blind: bool) -> None:
    st.query_params.from_dict({"id": str(run_id), BLIND if is_blind else JUDGE: "1"})


def _leave() -> None:
    for name in (JUDGE, BLIND):
        st.query_params.pop(name, None)


@st.fragment
def _body(desk: Desk) -> None:
    """What a key draws again: the text, the question, the list."""
    if draws_page():
        st.rerun()
    own = workbench().verdicts.own(desk.run_id, person()) if person() else None
    answer = own.answer if own else Answer()
    catalog = workbench().snapshots.current().catalog
    shown = _shown(desk, answer, _said_facts(desk), catalog)
    step = next((step for step in shown.steps if step.key == shown.current), None)
    with st.container(key="verdict-body"):
        text_at, panel_at = st.columns([1.45, 1], gap="medium")
    with text_at, st.container(height=TEXT_HEIGHT, border=False, key="jd-text"):
        text.show_text(desk, shown)
    with panel_at:
        st.html(_progress(shown, own, catalog) + _put_right(desk, answer))
        with st.container(key="verdict-question"):
            questions.ask(desk, step, answer, catalog)
        moves.show(desk, shown, answer)
        with st.container(height=LIST_HEIGHT, border=False, key="verdict-list"):
            text.show_list(desk, shown)
        _foot(desk, own)


def _said_facts(desk: Desk) -> Facts:
    if desk.is_hidden or not person():
        return {}
    given = workbench().parse_verdicts.of_run(desk.run_id)
    return {said.field: said.value for said in given if said.author == person()}


def _shown(desk: Desk, answer: Answer, facts: Facts, catalog: Catalog) -> Shown:
    names = {slug: skill.display_name for slug, skill in catalog.skill.items()} if answer.missing_skills else {}
    steps = desk.sheet.steps(answer, names, is_hidden=desk.is_hidden)
    role = chosen_slug(desk.sheet.result)
    words = {step.key: word_of(step, answer, facts, role) for step in steps}
    settled = frozenset(step.key for step in steps if is_settled(step, answer))
    open_keys = {step.key for step in steps if is_open(step, answer, facts, role)}
    place = desk.place
    if place.step in words and not place.is_behind:
        current = place.step
    else:
        following = next_open(steps, open_keys, place.step)
        current = following.key if following else ""
    return Shown(steps, words if not desk.is_hidden else _without_judgement(words), settled, current)


def _without_judgement(words: dict[str, Word]) -> dict[str, Word]:
    """Whether the role that was said is that of the run is not to be seen."""
    return {key: "chosen" if key == RoleStep.key and word else word for key, word in words.items()}


def _progress(shown: Shown, own: GivenVerdict | None, catalog: Catalog) -> Markup:
    judged = [step for step in shown.steps if shown.words[step.key] or step.key in shown.settled]
    line = markup.meta(f"{len(judged)} of {len(shown.steps)} judged")
    if own is None or own.blind_answer is None:
        return line
    role = catalog.role.get(own.blind_answer.role_slug or "")
    name = role.display_name if role else own.blind_answer.role_slug or "no role"
    return line + markup.meta(markup.fill("Blind you said {}.", markup.span(name, "role", bold=True)))


def _put_right(desk: Desk, answer: Answer) -> Markup:
    """The way to the changes that make the role what the reviewer says, where the run has another and is not hidden."""
    if desk.is_hidden or not answer.has_role or answer.role_slug == chosen_slug(desk.sheet.result):
        return Markup()
    want = want_text(WantRole(answer.role_slug))
    find = markup.link("find the fewest changes that put it right", links.why_url(desk.run_id, **{PARAMETER: want}))
    return markup.meta(markup.fill("The role is wrong: {}.", find))


def _foot(desk: Desk, own: GivenVerdict | None) -> None:
    """Why, and the way to take all of it back."""
    key = f"verdict-note-{desk.run_id}"

    def keep() -> None:
        edits.give_note(desk, str(st.session_state[key]))

    note = own.note if own else ""
    st.text_input("Why", value=note, placeholder="What the text says, for who asks later", key=key, on_change=keep)
    if own:
        st.button(
            "Take your verdict back",
            type="tertiary",
            icon=":material/delete:",
            key="withdraw-verdict",
            on_click=edits.withdraw,
            args=(desk, own),
        )
