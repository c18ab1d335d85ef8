"""One collision: how it stands, its parties, what runs took and where, and what would settle it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.collisions import SIGNALS, Collision, CollisionExample, Taken
from pages.collisions.repair import collision_ref, show_repair
from pages.collisions.state import CollisionStates, Evidence, entry_kind, load_evidence
from pages.components import links, markup
from pages.components.comments import show_comments
from pages.components.draft import MARK_LABELS, MARK_TONES
from pages.components.form_fields import CASE_LABELS
from pages.components.labels import count_label, vocabulary_label
from pages.components.markup import Column
from pages.components.run_matches import show_quote
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.collisions import NameOwners
from pipeline.catalog.titles import fold_title

MAX_REVISIONS = 6
"""Rows of what was taken that are shown."""


def show_collision(collision: Collision, states: CollisionStates) -> None:
    """Draw the card."""
    evidence = load_evidence(collision, states)
    colour = "alias" if collision.kind == "skill_alias" else "role"
    met = f"met by {count_label(collision.runs, 'run')}, the newest {ago(collision.newest_at)}"
    st.html(
        markup.title(markup.span(collision.term or "No title", colour), 18)
        + markup.meta(met)
        + _state_line(collision, states)
        + _parties(collision, states, evidence)
    )
    show_repair(collision, states, evidence)
    st.html(_taken_table(collision, states, evidence.taken))
    _examples(collision, states)
    ref = collision_ref(collision)
    show_comments([ref], ref)


def _state_line(collision: Collision, states: CollisionStates) -> Markup:
    """How it stands, in one sentence, and what was decided."""
    held = states.owners(collision)
    decision = states.decisions.get(collision.name)
    if collision.state == "fine" and decision:
        left = f"left by {decision.author} {ago(decision.decided_at)}: {decision.reason}"
        return markup.block(markup.fill("{} {}", markup.tag("fine as it is", "good"), left), "jdw-why")
    if collision.state == "settled":
        by: str = _settled_by(collision, held, states)
        if states.is_settled_by_draft(collision):
            draft_link = markup.link("your draft", links.page_url(links.CHANGES))
            by = markup.fill("by {}, which shows what it does to past runs: {}", draft_link, by)
        return markup.block(markup.fill("{} {}", markup.tag("settled", "good"), by), "jdw-why")
    names = " and ".join(states.name(collision.kind, slug) for slug in held.contested)
    text = f"Nothing tells {names} apart." if names else "The signals of these texts speak for different roles."
    if decision:
        before = ", ".join(states.name(collision.kind, slug) for slug in decision.parties)
        text += f" {decision.author} left it as it is when its parties were {before} ({decision.reason}); they are others now."
    return markup.block(markup.fill("{} {}", markup.tag("open", "doubt"), text), "jdw-why")


def _settled_by(collision: Collision, held: NameOwners, states: CollisionStates) -> str:
    """Why nothing collides any more."""
    if collision.kind == SIGNALS:
        return "fewer than two of these roles are in the catalog."
    names = [states.name(collision.kind, slug) for slug in held.owners]
    if len(names) < 2:
        return f"{names[0]} alone holds it." if names else "no entry of the catalog holds it."
    if collision.kind == "skill_alias":
        return f"{' and '.join(names)} hold it, told apart by the words beside it or by its case."
    specific = [
        hit.role.display_name for hit in states.view.shown.indexes.titles.get(held.key, ()) if not hit.is_generic
    ]
    return f"it is specific to {specific[0]} alone." if specific else "it is a generic title, which decides for none."


def _parties(collision: Collision, states: CollisionStates, evidence: Evidence) -> Markup:
    """Everybody that holds or held it: how, how many runs took them, and how many they fit."""
    runs, is_form = evidence.runs, collision.kind == "skill_alias"
    slugs = dict.fromkeys([*states.parties(collision), *(slug for slug in runs if slug)])
    kind = entry_kind(collision.kind)
    columns: list[str | Column] = ["Party", "Holds it as", Column("Taken", "n")]
    if is_form:
        columns.append(Column("Fits", "n"))
    rows: list[list[str]] = [
        [
            markup.link(states.name(collision.kind, slug), links.entity_url(kind, slug), kind),
            _how(collision, states, slug),
            f"{runs.get(slug, 0):,}",
            *([f"{evidence.fitting.get(slug, 0):,}"] if is_form else []),
        ]
        for slug in slugs
    ]
    if runs.get(None):
        rows.append([markup.meta_span("none of them"), "", f"{runs[None]:,}", *([""] if is_form else [])])
    note = (
        markup.meta(
            "Taken: by so many runs. Fits: so many of the newest have another skill of its dimensions, or a role that carries one."
        )
        if is_form
        else Markup()
    )
    return markup.caption("Parties") + markup.table(columns, rows) + note


def _how(collision: Collision, states: CollisionStates, slug: str) -> str:
    """How a party holds the title or form, with what the draft does to that."""
    catalog, key = states.view.catalog, collision.key
    if not states.is_there(collision.kind, slug):
        return markup.meta_span("no longer in the catalog")
    found: list[str] = []
    if collision.kind == "skill_alias":
        for alias in catalog.aliases_of_skill.get(slug, ()):
            if fold_key(alias.alias_text) == key:
                beside = f" · only beside {', '.join(alias.context)}" if alias.context else ""
                text = f"{vocabulary_label(alias.alias_type)} · {CASE_LABELS[alias.match_strategy]}{beside}"
                found.append(
                    _with_mark(alias.alias_text, text, states.view.mark("skill_aliases", slug, alias.alias_text))
                )
        own = fold_key(catalog.skill[slug].display_name) == key
    else:
        for title in catalog.aliases_of_role.get(slug, ()):
            if fold_title(title.alias_text) == key:
                text = "generic" if title.is_generic else "specific"
                found.append(
                    _with_mark(title.alias_text, text, states.view.mark("role_aliases", slug, title.alias_text))
                )
        own = fold_title(catalog.role[slug].display_name) == key
    if own:
        found.append(markup.meta_span("its own name"))
    nothing = "by other signals" if collision.kind == SIGNALS else "does not hold it"
    return markup.join(map(markup.block, found)) if found else markup.meta_span(nothing)


def _with_mark(form: str, text: str, mark: str) -> Markup:
    tag = markup.tag(MARK_LABELS[mark], MARK_TONES[mark]) if mark else Markup()
    return markup.fill("{} {} {}", form, markup.meta_span(text), tag)


def _taken_table(collision: Collision, states: CollisionStates, taken: Sequence[Taken]) -> Markup:
    """What was taken, by revision."""
    kind = entry_kind(collision.kind)
    tells = any(row.told_apart for row in taken)
    rows: list[list[str]] = [
        [
            f"{row.revision}",
            markup.link(states.name(collision.kind, row.chosen), links.entity_url(kind, row.chosen), kind)
            if row.chosen
            else markup.meta_span("none"),
            *(["told apart" if row.told_apart else "contested"] if tells else []),
            f"{row.runs:,}",
        ]
        for row in taken[:MAX_REVISIONS]
    ]
    more = len(taken) - MAX_REVISIONS
    rest = markup.meta(f"and {count_label(more, 'more row')} of earlier revisions") if more > 0 else Markup()
    columns: list[str | Column] = ["Revision", "Taken", *(["In its catalog"] if tells else []), Column("Runs", "n")]
    return markup.caption("What runs took, the newest revision first") + markup.table(columns, rows) + rest


def _examples(collision: Collision, states: CollisionStates) -> None:
    """The newest runs, each with its place and what it took."""
    found = workbench().collisions.examples(collision.kind, collision.key)
    if found:
        st.html(markup.caption("Newest runs" if len(found) > 1 else "Newest run"))
    for example in found:
        taken = f"took {states.name(collision.kind, example.chosen)}" if example.chosen else "took none"
        note = markup.meta(f"{taken} · revision {example.revision} · {ago(example.created_at)}")
        show_quote(_passage(example) + note, example.run_id, example.label)


def _passage(example: CollisionExample) -> Markup:
    if example.place is None:
        return Markup.escape(example.detail or f"{example.label}: the title was given beside the text")
    hit = markup.fill('<mark class="jdw-hit">{}</mark>', example.place.form)
    detail = markup.meta(example.detail) if example.detail else Markup()
    return markup.fill("… {}{}{} …{}", example.place.before, hit, example.place.after, detail)
