"""What would settle a collision, staged into the draft by one click; and the decision that it is fine as it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import streamlit as st

from db.stores.collisions import SIGNALS, Collision
from pages.collisions.state import CollisionStates, Evidence
from pages.components import draft, kept, markup
from pages.components.finding_dialogs import changes_html
from pages.components.form_fields import reason_field, stage_button, stop
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.live_impact import live_impact
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.collisions import NameOwners
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.refs import CollisionRef
from pipeline.catalog.settlements import Settlement, ask_for_words, merges, settlements, suggested_words
from pipeline.errors import InputError

MAX_CHANGES = 4
"""Changes of a settlement that are shown."""


def collision_ref(collision: Collision) -> CollisionRef:
    """The reference under which its changes and comments are kept."""
    return CollisionRef(collision.kind, collision.key)


def show_repair(collision: Collision, states: CollisionStates, evidence: Evidence) -> None:
    """The ways to settle it while it is open, and whether it may stay as it is."""
    held = states.owners(collision)
    if collision.state == "open":
        st.html(markup.caption("What would settle it"))
        why = _reason(collision, states, evidence)
        _one_click(collision, states, held, why, evidence)
        if collision.kind == "skill_alias":
            _words(collision, states, held, why)
        _merge(collision, states, held, why)
        _leave_as_it_is(collision, states)
    elif collision.name in states.decisions and st.button("Open it again", icon=":material/undo:", key="reopen"):
        draft.attempt(
            lambda: workbench().collisions.reopen(collision.kind, collision.key),
            "It is open again.",
            lambda _: _put_back(collision, states),
        )


def _put_back(collision: Collision, states: CollisionStates) -> Callable[[], None]:
    """The way back to a decision that was taken back."""
    decision = states.decisions[collision.name]
    return lambda: workbench().collisions.leave_as_it_is(
        collision.kind, collision.key, decision.parties, decision.author, decision.reason
    )


def _reason(collision: Collision, states: CollisionStates, evidence: Evidence) -> ChangeReason:
    """What the person says, or how often runs took whom; with the collision as the source."""
    given = reason_field("collision", collision_ref(collision))
    if given.reason.strip():
        return given
    parts = [
        f"{count_label(count, 'run')} took {states.name(collision.kind, slug) if slug else 'none'}"
        for slug, count in sorted(evidence.runs.items(), key=lambda run: (-run[1], run[0] or ""))[:MAX_CHANGES]
    ]
    what = "signals conflict over" if collision.kind == SIGNALS else "several entries hold"
    return ChangeReason(f"{what} “{collision.term or 'no title'}”: {', '.join(parts)}", given.source)


def _one_click(
    collision: Collision, states: CollisionStates, held: NameOwners, why: ChangeReason, evidence: Evidence
) -> None:
    """Each way with its changes and the button that stages it."""
    catalog = states.view.catalog
    first = evidence.likeliest(held.owners)
    for place, way in enumerate(settlements(catalog, held, why, first)):
        with st.container(key=f"settle-{place}"):
            is_pressed = st.button(
                verbatim(way.label),
                icon=":material/check:",
                key=f"settle-{way.label}-{collision.name}",
                type="secondary",
            )
            st.html(changes_html(way.changes, catalog, MAX_CHANGES, reason=False))
            live_impact(way.changes)
        if is_pressed:
            _stage(collision, way)


def _stage(collision: Collision, way: Settlement) -> None:
    title = f"“{collision.term}”: {way.label[0].lower()}{way.label[1:]}"
    draft.stage(way.changes, f"{title}.", title)


def _words(collision: Collision, states: CollisionStates, held: NameOwners, why: ChangeReason) -> None:
    """A field for the words that each owner asks for, with those that are likely."""
    catalog = states.view.catalog
    with st.expander("Ask for words beside it", icon=":material/short_text:"):
        st.html(
            markup.meta("It counts for a skill only where one of these words, or a skill of its dimensions, is near.")
        )
        chosen: dict[str, list[str]] = {}
        for slug in held.owners:
            now = [
                w for a in catalog.aliases_of_skill.get(slug, ()) if a.alias_text == collision.term for w in a.context
            ]
            likely = ", ".join(now or suggested_words(catalog, held, slug))
            field = kept.of_form("beside", collision.name, slug)
            text = st.text_input(verbatim(states.name(collision.kind, slug)), **kept.text(field, likely))
            chosen[slug] = [word.strip() for word in text.split(",") if word.strip()]
        lacking = [states.name(collision.kind, slug) for slug, words in chosen.items() if not words]
        if lacking:
            st.html(markup.meta(f"{', '.join(lacking)} asks for nothing: it takes the form wherever no other fits."))
        changes = ask_for_words(catalog, held, chosen, why)
        if stage_button("Ask for these words", changes=changes, disabled=not changes, key="stage-words"):
            _stage(collision, Settlement("Only beside words of each", changes))


def _merge(collision: Collision, states: CollisionStates, held: NameOwners, why: ChangeReason) -> None:
    """Parties that are one thing become one."""
    slugs = [slug for slug in states.parties(collision) if states.is_there(collision.kind, slug)]
    pairs = list(permutations(slugs, 2))
    if not pairs:
        return
    with st.expander("They are one thing: merge them", icon=":material/merge:"):

        def named(pair: tuple[str, str]) -> str:
            merged, stays = (states.name(collision.kind, slug) for slug in pair)
            return f"{merged} ({pair[0]}) into {stays} ({pair[1]})"

        pair = st.selectbox("Merge", pairs, index=None, format_func=named, placeholder="Which into which", key="merge")
        if stage_button("Stage the merge", disabled=pair is None, key="stage-merge") and pair is not None:
            try:
                changes = merges(states.view.catalog, held, pair[0], pair[1], why)
            except InputError as error:
                stop(str(error))
                return
            draft.stage(changes, f"{named(pair)}.")


def _leave_as_it_is(collision: Collision, states: CollisionStates) -> None:
    """The decision that nothing is to be done, with a reason."""
    parties = states.present_parties(collision)
    with st.expander("It is fine as it is", icon=":material/thumb_up:"):
        st.html(markup.meta("It leaves the open list until its parties change."))
        field = kept.of_form("fine", collision.name)
        reason = st.text_input("Why it is fine", placeholder="For whoever meets it next", **kept.text(field))
        if st.button("Leave it as it is", key="leave", disabled=not reason.strip()):

            def leave() -> None:
                workbench().collisions.leave_as_it_is(collision.kind, collision.key, parties, person(), reason)
                kept.forget(field)

            draft.attempt(
                leave,
                f"“{collision.term}” is left as it is.",
                lambda _: lambda: workbench().collisions.reopen(collision.kind, collision.key),
            )
