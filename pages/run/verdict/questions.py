"""The question of the current step with its answers, a key each; and what is right instead, where that is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from markupsafe import Markup

from db.stores.verdicts import Answer, MissingSkill
from pages.components import markup
from pages.components.parse_inputs import is_one_choice, value_input
from pages.components.parse_values import value_words
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.run import parse_verdicts
from pages.run.sides import chosen_slug
from pages.run.verdict import edits
from pages.run.verdict.desk import Desk, draw_page
from pages.run.verdict.sheet import FactStep, LinkStep, MissingStep, RoleStep, SkillStep, Step
from pipeline.catalog import Catalog
from pipeline.catalog.aliases import fold_key
from pipeline.stages.decision import CASE_NAMES

MAX_QUOTED = 160
SKILL = "skill"
"""What is being chosen where the skill is looked for that some words name."""


@dataclass(frozen=True)
class Key:
    """An answer: its words, its key, and what it does."""

    label: str
    shortcut: str
    act: Callable[..., Any]
    args: tuple[Any, ...] = ()
    disabled: bool = False


def ask(desk: Desk, step: Step | None, answer: Answer, catalog: Catalog) -> None:
    """Draw the question that is current."""
    if desk.words:
        _skill_of_words(desk, desk.words, catalog)
        return
    match step:
        case None:
            st.html(markup.heading("All is judged") + markup.meta("Look through the list, or go on."))
        case RoleStep():
            _role(desk, answer, catalog)
        case SkillStep():
            _skill(desk, step)
        case MissingStep():
            _missing(desk, step)
        case LinkStep():
            _link(desk, step, catalog)
        case FactStep():
            _fact(desk, step)


def _keys(*keys: Key) -> None:
    with st.container(horizontal=True, gap="xsmall", key="verdict-answers"):
        for key in keys:
            st.button(
                verbatim(key.label),
                key=f"verdict-key-{key.shortcut}",
                shortcut=key.shortcut,
                on_click=key.act,
                args=key.args,
                disabled=key.disabled,
            )


def _choose(desk: Desk, step: Step) -> None:
    desk.go(step.key)
    desk.choose(step.key)
    desk.ask_focus()


# --- the role -----------------------------------------------------------------------------------------------------


def _role(desk: Desk, answer: Answer, catalog: Catalog) -> None:
    decision = desk.sheet.result.extraction.decision
    chosen = decision.chosen_role
    step = RoleStep()
    another = Key("Another role", "2", _choose, (desk, step))
    none = Key("No role fits", "3", edits.give_role, (desk, None))
    if desk.is_hidden:
        st.html(markup.caption("Which role does the text describe?") + _said_role(answer, catalog))
        _keys(Key("Choose the role", "2", _choose, (desk, step)), none)
    else:
        name = markup.span(chosen.display_name, "role", bold=True) if chosen else markup.bold("No role")
        line = markup.meta_span(f" {decision.confidence:.2f} · {CASE_NAMES[decision.case]}")
        st.html(markup.caption("Is this the role?") + markup.block(name + line, "jdw-asked"))
        slug = chosen_slug(desk.sheet.result)
        right = Key("Right", "1", edits.give_role, (desk, slug))
        _keys(right, another, *([none] if chosen else []))
    if desk.choice == step.key:
        names = _names({role.slug: role.display_name for role in catalog.roles})
        _select(desk, "The right role", names, lambda slug: edits.give_role(desk, slug))


def _said_role(answer: Answer, catalog: Catalog) -> Markup:
    if not answer.has_role:
        return markup.block(markup.meta_span("What the run found is hidden until you have chosen."), "jdw-asked")
    role = catalog.role.get(answer.role_slug or "")
    name = markup.span(role.display_name, "role", bold=True) if role else markup.bold("No role fits")
    return markup.block(name + markup.meta_span(" you said"), "jdw-asked")


# --- skills -------------------------------------------------------------------------------------------------------


def _skill(desk: Desk, step: SkillStep) -> None:
    skill = step.skill
    forms = list(dict.fromkeys(mention.alias or mention.text for mention in skill.mentions))
    rank = "primary" if skill.is_primary else "secondary"
    line = [rank if skill.slug else f"{rank}, not in the catalog", *([f"by {', '.join(forms[:3])}"] if forms else [])]
    asked = markup.span(skill.skill_name, "skill", bold=True) + markup.meta_span(f" {' · '.join(line)}")
    st.html(markup.caption("Does the text mean this skill?") + markup.block(asked, "jdw-asked"))
    _keys(
        Key("Right", "1", edits.give_skill, (desk, step, True)),
        Key("Wrong", "2", edits.give_skill, (desk, step, False)),
        Key("Another skill", "3", edits.give_other_skill, (desk, step), disabled=not skill.mentions),
    )


def _missing(desk: Desk, step: MissingStep) -> None:
    asked = markup.quote(step.found.text[:MAX_QUOTED]) + markup.block(
        markup.span(step.name, "skill", bold=True) if step.name else markup.bold("not in the catalog"), "jdw-asked"
    )
    st.html(markup.caption("You marked these words") + asked)
    _keys(
        Key("Another skill", "2", _ask_again, (desk, step)),
        Key("Take the mark away", "3", edits.take_mark_away, (desk, step)),
    )


def _ask_again(desk: Desk, step: MissingStep) -> None:
    desk.go(step.key)
    desk.ask_skill(step.found.start, step.found.end)


def _skill_of_words(desk: Desk, words: tuple[int, int], catalog: Catalog) -> None:
    """Which skill some words name: the one that has them as a form is one key away."""
    start, end = words
    text = desk.sheet.stored.jd_text[start:end]
    guess = skill_of_form(text, catalog)

    def give(slug: str | None) -> None:
        edits.give_missing(desk, MissingSkill(start, end, text, slug or None))

    st.html(markup.caption("Which skill do these words name?") + markup.quote(text[:MAX_QUOTED]))
    known = catalog.skill[guess].display_name if guess else "No skill has this form"
    _keys(
        Key(known, "1", give, (guess,), disabled=guess is None),
        Key("Another skill" if guess else "A skill of the catalog", "2", _choose_skill, (desk, words)),
        Key("Not in the catalog", "3", give, (None,)),
        Key("Leave it", "4", desk.choose, ("",)),
    )
    if desk.choice == SKILL:
        names = _names({skill.slug: skill.display_name for skill in catalog.skills})
        _select(desk, "A skill of the catalog", names, give)


def _choose_skill(desk: Desk, words: tuple[int, int]) -> None:
    desk.ask_skill(*words, choice=SKILL)
    desk.ask_focus()


def skill_of_form(text: str, catalog: Catalog) -> str | None:
    """The slug of the skill that has some words as its name or a form; null where none has."""
    form = fold_key(text)
    found = (alias.skill_slug for alias in catalog.skill_aliases if fold_key(alias.alias_text) == form)
    named = (skill.slug for skill in catalog.skills if fold_key(skill.display_name) == form)
    return next(named, None) or next(found, None)


# --- links and facts ----------------------------------------------------------------------------------------------


def _link(desk: Desk, step: LinkStep, catalog: Catalog) -> None:
    where = "in the role" if step.is_in_role else "not in this role"
    asked = markup.fill(
        "{} → {}{}",
        markup.span(step.skill, "skill", bold=True),
        markup.span(step.dimension, "dimension", bold=True),
        markup.meta_span(f" {where}"),
    )
    st.html(markup.caption("Does the skill belong into this dimension?") + markup.block(asked, "jdw-asked"))
    _keys(
        Key("Right", "1", edits.give_link, (desk, step, True)),
        Key("Wrong", "2", edits.give_link, (desk, step, False)),
    )
    if desk.choice == step.key:
        names = _names({d.slug: d.display_name for d in catalog.dimensions if d.slug != step.point.dimension_slug})
        st.html(markup.meta("Wrong is kept. Where does it belong? Esc goes on without."))
        _select(desk, "The right dimension", names, lambda slug: edits.give_link(desk, step, False, slug))


def _fact(desk: Desk, step: FactStep) -> None:
    read = value_words(step.fact.field, step.read)
    shown = "The text gives none" if read == "none" else read
    st.html(
        markup.caption(f"Is this what the text gives? {step.fact.name}")
        + markup.block(markup.bold(shown[: MAX_QUOTED * 2]), "jdw-asked")
    )
    field, none = step.fact.field, parse_verdicts.no_value(step.fact.field)
    keys = [Key("Right", "1", edits.give_fact, (desk, step, step.read)), Key("Wrong", "2", _choose, (desk, step))]
    if parse_verdicts.may_be_none(field, step.read):
        keys.append(Key("Wrong: it gives none", "3", edits.give_fact, (desk, step, none)))
    _keys(*keys)
    if desk.choice == step.key:
        st.html(markup.meta("What does the text give? Esc leaves it."))
        _right_value(desk, step)


def _right_value(desk: Desk, step: FactStep) -> None:
    """Enter what the text gives, in place: what is one choice is kept at once, the rest with Enter."""
    field, jd = step.fact.field, desk.sheet.jd
    own = parse_verdicts.own_verdict(workbench().parse_verdicts.of_run(desk.run_id), field)
    first = own.value if own else step.read
    with st.container(key="verdict-choice"):
        if is_one_choice(field):
            value = value_input(field, first, jd)
            is_said = value is not None and value != first
        else:
            with st.form(f"verdict-fact-{field}", border=False):
                value = value_input(field, first, jd)
                is_said = st.form_submit_button("Keep it", icon=":material/check:") and value is not None
    if is_said:
        edits.give_fact(desk, step, value)
        draw_page()


# --- choosing ------------------------------------------------------------------------------------------------------


def _select(desk: Desk, label: str, names: Mapping[str, str], give: Callable[[str], None]) -> None:
    """A field that is typed into; what is chosen is kept at once."""
    key = f"verdict-choice-of-{desk.turn}"

    def chosen() -> None:
        if slug := st.session_state.get(key):
            give(str(slug))

    with st.container(key="verdict-choice"):
        st.selectbox(
            verbatim(label),
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder=f"{label}: type, then Enter",
            label_visibility="collapsed",
            key=key,
            on_change=chosen,
        )


def _names(names: Mapping[str, str]) -> dict[str, str]:
    """Names by slug, in their order; of entries that share a name, each with its slug."""
    count = Counter(names.values())
    shown = {slug: f"{name} ({slug})" if count[name] > 1 else name for slug, name in names.items()}
    return dict(sorted(shown.items(), key=lambda item: (item[1].lower(), item[0])))
