"""The next form of an item, made step by step: roles, a skill more by words that are selected, one less; saved as a version with a reason.

What is not saved yet is kept for the browser, so that it is there after a reload.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import streamlit as st

from db.stores.gold_items import GoldItem, GoldSkill, InvalidGold
from pages.components import kept, markup
from pages.components.flash import flash, refuse
from pages.components.form_fields import stop
from pages.components.identity import has_name, person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.gold_sets.names import Names
from pipeline.errors import WorkbenchError
from pipeline.experiments.results import NO_ROLE

OWN_NAME = ""
"""The choice of a skill that the catalog does not have."""


@dataclass(frozen=True)
class Edit:
    """An item of a set, and what is to become of it."""

    set_name: str
    stored: GoldItem

    @property
    def place(self) -> str:
        """Where what is not saved yet is kept."""
        return kept.place("gold-edit", self.set_name, self.stored.id)

    @property
    def why(self) -> str:
        """Where the reason is kept."""
        return kept.place("gold-edit-why", self.set_name, self.stored.id)

    @property
    def words(self) -> str:
        """Where the words are kept that are to mean a skill more."""
        return kept.place("gold-edit-words", self.set_name, self.stored.id)

    @cached_property
    def current(self) -> GoldItem:
        """The item as it is to be; one that somebody has changed meanwhile is shown as it is now."""
        held: Any = kept.value_of(self.place)
        if not isinstance(held, dict) or held.get("of") != self.stored.value_digest:
            return self.stored
        try:
            skills = held.get("skills")
            return self.stored.edited(
                held.get("acceptable"), None if skills is None else [GoldSkill.of_row(skill) for skill in skills]
            )
        except (InvalidGold, KeyError, TypeError):
            return self.stored

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self.current.value_digest != self.stored.value_digest

    def hold(self, acceptable: Sequence[str] | None = None, skills: Sequence[GoldSkill] | None = None) -> None:
        """Keep what it is to be; null for as it is so far."""
        now = self.current
        listed = now.skills if skills is None else skills
        held = {
            "of": self.stored.value_digest,
            "acceptable": list(now.acceptable if acceptable is None else acceptable),
            "skills": None if listed is None else [skill.wire() for skill in listed],
        }
        kept.put_aside(self.place, held)
        self.__dict__.pop("current", None)

    def forget(self) -> None:
        """Let it be as it is stored."""
        kept.forget(self.place, self.why, self.words)
        self.__dict__.pop("current", None)

    def pick(self, words: str) -> None:
        """Take words that were selected in the text."""
        kept.put(self.words, words)


def show(edit: Edit, names: Names) -> None:
    """Draw the fields; each keeps what it is given at once."""
    if edit.is_changed:
        _save(edit)
    _roles(edit, names)
    _skills(edit, names)


def _roles(edit: Edit, names: Names) -> None:
    catalog = workbench().snapshots.current().catalog
    acceptable = edit.current.acceptable
    options = [*dict.fromkeys([*acceptable, NO_ROLE, *sorted(catalog.role, key=lambda s: names.role_label(s).lower())])]
    key = f"gold-roles-{edit.place}-{edit.current.value_digest[:12]}"

    def changed() -> None:
        if chosen := st.session_state[key]:
            edit.hold(acceptable=chosen)

    st.html(markup.heading("Right roles"))
    st.multiselect(
        "The best first, then others that are acceptable",
        options,
        list(acceptable),
        format_func=lambda slug: verbatim(names.role_label(slug)),
        key=key,
        on_change=changed,
    )
    if any(slug not in catalog.role and slug != NO_ROLE for slug in acceptable):
        st.html(markup.block(names.roles(acceptable)))


def _skills(edit: Edit, names: Names) -> None:
    skills = edit.current.skills
    st.html(markup.heading("Skills" if skills is None else f"Skills · {len(skills)}"))
    if not edit.current.has_answers:
        st.html(markup.meta("Choose the right role first: of this text it is known alone what it says."))
        return
    if skills is None:
        st.html(markup.meta("Skills are not asked for. Select words in the text to name the first one."))
    _new_skill(edit, names)
    with st.container(key="gold-skills", gap=None):
        for number, skill in enumerate(skills or ()):
            _skill(edit, names, number, skill)


def _skill(edit: Edit, names: Names, number: int, skill: GoldSkill) -> None:
    rank = {True: "primary", False: "secondary", None: ""}[skill.primary]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = ", ".join(f"“{word}”" for word in skill.surface)
        st.html(names.skill(skill) + " " + markup.meta_span(f"{words} · {rank}" if rank else words))
        if st.button(
            "Remove",
            icon=":material/close:",
            key=f"gold-skill-off-{number}-{kept.place('s', skill.name)}",
            type="tertiary",
            help=verbatim(f"Remove {skill.name}"),
        ):
            edit.hold(skills=[other for other in edit.current.skills or () if other.name != skill.name])
            st.rerun()


def _new_skill(edit: Edit, names: Names) -> None:
    """The words that mean a skill more, and which skill that is."""
    catalog = workbench().snapshots.current().catalog
    words = st.text_input(
        "Words of the text that mean a skill more",
        placeholder="Select them in the text, or type them as they stand there",
        **kept.text(edit.words),
    )
    if not words:
        return
    if words not in edit.current.text:
        st.error(verbatim(f"“{words}” does not stand in the text; capitals count."), icon=":material/block:")
        return
    near = names.slug_of(GoldSkill(words, (words,)))
    labels = {skill.slug: skill.display_name for skill in catalog.skills}
    known = sorted(labels, key=lambda slug: labels[slug].lower())
    options = [*([near] if near else []), OWN_NAME, *(slug for slug in known if slug != near)]
    chosen = st.selectbox(
        "Skill",
        options,
        format_func=lambda slug: verbatim(labels[slug]) if slug else "a skill that the catalog does not have",
        key=f"gold-new-skill-{kept.place('w', words)}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        is_primary = st.checkbox("Primary: the text demands it", value=True, key="gold-new-primary")
        if st.button("Add", type="primary", icon=":material/add:", key="gold-skill-add"):
            name = labels[chosen] if chosen else " ".join(words.split())
            edit.hold(
                skills=with_skill(edit.current.skills or (), GoldSkill(name, (words,), is_primary, chosen or None))
            )
            kept.forget(edit.words)
            st.rerun()


def with_skill(skills: Sequence[GoldSkill], new: GoldSkill) -> list[GoldSkill]:
    """Skills with one more; one of the same name, or of the same slug, gets its words."""
    for number, skill in enumerate(skills):
        if skill.name == new.name or (new.slug and skill.slug == new.slug):
            joined = tuple(dict.fromkeys([*skill.surface, *new.surface]))
            return [*skills[:number], replace(skill, surface=joined), *skills[number + 1 :]]
    return [*skills, new]


def _save(edit: Edit) -> None:
    """What is not saved yet, with the reason that it needs."""
    with st.container(border=True, key="gold-save"):
        st.html(markup.bold("Not saved yet"))
        why = st.text_input("Why", placeholder="For the colleague who looks at the versions", **kept.text(edit.why))
        with st.container(horizontal=True):
            is_saved = st.button("Save as a new version", type="primary", icon=":material/save:", key="gold-save-go")
            if st.button("Discard", key="gold-discard"):
                edit.forget()
                st.rerun()
        if is_saved and not (why or "").strip():
            stop("Say why, for the colleague who looks at the versions.")
        elif is_saved:
            _write(edit, why or "")


def _write(edit: Edit, why: str) -> None:
    item = edit.current

    def now() -> None:
        author = person()
        done = workbench().gold_sets.replace(edit.set_name, item, before=edit.stored, author=author, reason=why)
        edit.forget()

        def undo() -> None:
            workbench().gold_sets.replace(edit.set_name, edit.stored, before=item, author=author, reason="taken back")

        flash(f"Saved: version {done.version} of “{edit.set_name}”.", undo)

    try:
        if has_name(now):
            now()
    except WorkbenchError as error:
        refuse(error)
        return
    st.rerun()
