"""The skills of the run: why each was taken or left out, and why one is not here that somebody misses."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from pages.components import links, markup, text_picker
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.why import reasons, rows
from pages.why.view import WhyView
from pipeline.catalog.places import place_text
from pipeline.catalog.suggest import likely_owners
from pipeline.explain import KnownForm, SkillReasons, known_forms, left_out_at, taken_at
from pipeline.repair import NotSkill, WantSkill
from pipeline.text import JDText

WORDS, SKILL = "words", "skill"
"""Parameters of the address: the place of the raw text that is asked about ("120:125"), and the skill."""
MAX_FIRST = 8
"""Skills of a list that are shown at first."""
MAX_LIKELY = 4
TEXT_HEIGHT = 420


def show(view: WhyView) -> None:
    """The section: what is missed on the left, with the text; the lists of what was taken and left out on the right."""
    whole = view.explained.whole
    taken, left_out = whole.skills, whole.left_out
    st.html(
        markup.fill(
            '<div class="jdw-bar jdw-rule">{}{}</div>',
            markup.heading("Skills"),
            markup.meta_span(
                f"{count_label(len(taken), 'skill')} taken, {len(left_out)} left out that have a form in the text"
            ),
        )
    )
    asked_at, listed_at = st.columns([1, 1.25], gap="medium")
    with asked_at:
        _ask(view)
    with listed_at:
        st.html(_listed(view, "Left out", left_out, is_taken=False) + _listed(view, "Taken", taken, is_taken=True))


def _listed(view: WhyView, title: str, found: Sequence[SkillReasons], *, is_taken: bool) -> Markup:
    """Skills with a line each, which opens to all reasons."""
    if not found:
        return markup.caption(title) + markup.meta("None: no other skill of the catalog has a form in the text.")
    drawn = [_entry(view, one, is_taken=is_taken) for one in found]
    first, rest = markup.join(drawn[:MAX_FIRST]), drawn[MAX_FIRST:]
    more = markup.fill(
        '<details class="more"><summary>{} more</summary>{}</details>', str(len(rest)), markup.join(rest)
    )
    return markup.caption(f"{title} · {len(found)}") + markup.block(first + (more if rest else Markup()), "jdw-whys")


def _entry(view: WhyView, found: SkillReasons, *, is_taken: bool, is_open: bool = False) -> Markup:
    # What is in a summary is its button: links stand below it.
    name = markup.span(view.name_of("skill", found.slug), "skill", bold=True)
    said = markup.join(markup.fill("<li>{}</li>", line) for line in reasons.lines(view, found))
    return markup.fill(
        '<details{}><summary><i class="jdw-icon">expand_more</i><span>{} {}</span></summary><ul>{}</ul>{}</details>',
        Markup(" open") if is_open else Markup(),
        name,
        reasons.in_short(view, found, is_taken=is_taken),
        said,
        markup.block(_acts(view, found, is_taken=is_taken), "acts"),
    )


def _acts(view: WhyView, found: SkillReasons, *, is_taken: bool) -> Markup:
    """What can be done about it: fix one of its forms, or have the run put right."""
    forms = [r for r in found.why if r["why"] == "form"]
    card = [markup.fill("Open {}", view.name("skill", found.slug))] if found.slug in view.today.skill else []
    aliases = dict.fromkeys(alias for r in forms for alias in r["aliases"])
    fixes = card + [
        markup.link(f"Fix “{alias}”", view.url(fix=place_text(("skill_aliases", (found.slug, alias)))))
        for alias in aliases
        if any(a.alias_text == alias for a in view.catalog.aliases_of_skill.get(found.slug, ()))
    ]
    if is_taken:
        want = rows.want_text(NotSkill(found.slug))
        fixes.append(markup.link("It is not meant: put right", view.url(want=want)))
    elif forms:
        want = rows.want_text(WantSkill(found.slug, forms[0]["start"], forms[0]["end"]))
        fixes.append(markup.link("It belongs here: put right", view.url(want=want)))
    return markup.join(fixes, " · ")


# --- why is it not here? ------------------------------------------------------------------------------------------


def _ask(view: WhyView) -> None:
    """The question, by words of the text or by a skill, and its answer."""
    jd = JDText(view.stored.jd_text)
    st.html(markup.caption("Why is it not here? Mark the words in the text, or choose a skill"))
    _choose_skill(view)
    if span := _span_of(st.query_params.get(WORDS, ""), len(jd.raw)):
        st.html(markup.block(_of_words(view, jd, *span), "jdw-why-not"))
    elif slug := st.query_params.get(SKILL, ""):
        st.html(markup.block(_of_skill(view, slug), "jdw-why-not"))

    def picked(given: object) -> None:
        if found := text_picker.span_at(jd, given):
            st.query_params.pop(SKILL, None)
            st.query_params[WORDS] = f"{found[0]}:{found[1]}"

    with st.container(height=TEXT_HEIGHT, border=False, key="why-text"):
        text_picker.draw(f"why-text-{view.stored.id}", marked_text(view, jd), picked)


def _choose_skill(view: WhyView) -> None:
    catalog = view.catalog
    given = st.query_params.get(SKILL, "")
    options = [s.slug for s in sorted(catalog.skills, key=lambda s: s.display_name.lower())]
    key = f"why-skill-{given}"

    def chosen() -> None:
        st.query_params.pop(WORDS, None)
        if slug := st.session_state[key]:
            st.query_params[SKILL] = str(slug)

    st.selectbox(
        "A skill",
        options,
        index=options.index(given) if given in catalog.skill else None,
        format_func=lambda slug: verbatim(catalog.skill[slug].display_name),
        placeholder="Type to search all skills",
        key=key,
        on_change=chosen,
        label_visibility="collapsed",
    )


def _span_of(given: str, length: int) -> tuple[int, int] | None:
    """A place of the raw text that an address names; null for one that is none."""
    first, _, last = given.partition(":")
    if not (first.isdecimal() and last.isdecimal()):
        return None
    start, end = int(first), int(last)
    return (start, end) if 0 <= start < end <= min(length, start + text_picker.MAX_PICKED) else None


def _of_words(view: WhyView, jd: JDText, start: int, end: int) -> Markup:
    """What became of words of the text."""
    words, whole = jd.raw[start:end], view.explained.whole
    taken = taken_at(view.explained.held, whole, start, end)
    left_out = left_out_at(whole, words, start, end)
    head = markup.fill("<p>“{}”</p>", words)
    parts = [_entry(view, one, is_taken=True, is_open=True) for one in taken]
    parts += [_entry(view, one, is_taken=False, is_open=True) for one in left_out if one not in taken]
    if parts:
        said = "is here:" if taken else "is known, and was left out here:"
        return head + markup.fill("<p>It {}</p>", said) + markup.block(markup.join(parts), "jdw-whys")
    return head + _unknown(view, words, start, end)


def _unknown(view: WhyView, words: str, start: int, end: int) -> Markup:
    """Why words that were taken for nothing were not: their form is not there, is not looked for, or is part of a longer one."""
    found = [_known(view, form, start, end) for form in known_forms(view.catalog, words)]
    if found:
        return markup.join(found)
    new = next(
        (
            s
            for s in view.result.extraction.skills
            if not s.slug and any(m.start < end and start < m.end for m in s.mentions)
        ),
        None,
    )
    parts = [Markup("<p>No form of the catalog is written so: the words mean nothing to it.</p>")]
    if new is not None:
        queue = markup.link("in the review queue", links.review_queue_url("skill", words=new.skill_name))
        parts.append(
            markup.fill("<p>The run proposes {} as a new skill, {}.</p>", markup.span(new.skill_name, "skill"), queue)
        )
    likely = likely_owners(view.catalog, words, limit=MAX_LIKELY)
    if likely:
        wants = (_want(view, s.slug, f"It means {s.display_name}", start, end) for s in likely)
        parts.append(markup.fill("<p>{}</p>", markup.join(wants, " · ")))
    return markup.join(parts)


def _known(view: WhyView, form: KnownForm, start: int, end: int) -> Markup:
    """A skill that has the words as a form, and why that was not met."""
    name = view.name("skill", form.skill.slug, bold=True)
    if not form.skill.is_extractable:
        why = "is not looked for in texts: that is set on its card"
    elif form.alias and form.alias.match_strategy == "CASE_SENSITIVE":
        why = f"is looked for in this case only: “{form.alias.alias_text}”"
    elif form.alias and form.alias.context:
        why = f"is looked for beside one of {', '.join(form.alias.context)} only"
    else:
        why = "has this form, yet not here: a longer form, or another word, covers the place"
    fix = _fix(view, form)
    return markup.fill("<p>{} {}. {}{}</p>", name, why, fix, _want(view, form.skill.slug, "Put right", start, end))


def _fix(view: WhyView, form: KnownForm) -> Markup:
    if form.alias is None:
        return Markup()
    place = "skill_aliases", (form.skill.slug, form.alias.alias_text)
    return markup.link("Fix", view.url(fix=place_text(place))) + Markup(" · ")


def _want(view: WhyView, slug: str, label: str, start: int, end: int) -> Markup:
    return markup.link(label, view.url(want=rows.want_text(WantSkill(slug, start, end))))


def _of_skill(view: WhyView, slug: str) -> Markup:
    """What became of a skill in this text."""
    skill = view.catalog.skill.get(slug)
    if skill is None:
        return markup.meta("The catalog has no such skill.")
    whole = view.explained.whole
    for found, is_taken in ((whole.skills, True), (whole.left_out, False)):
        for one in found:
            if one.slug == slug:
                said = "It is here:" if is_taken else "It was left out:"
                entry = _entry(view, one, is_taken=is_taken, is_open=True)
                return markup.fill("<p>{}</p>", said) + markup.block(entry, "jdw-whys")
    forms = [a.alias_text for a in view.catalog.aliases_of_skill.get(slug, ())]
    listed = markup.join((markup.span(form, "alias") for form in dict.fromkeys([skill.display_name, *forms])), ", ")
    looked = "" if skill.is_extractable else " It is not looked for in texts at all: that is set on its card."
    return markup.fill(
        "<p>{} has no form in this text.{} Looked for are {}. Where the text means it in other words, mark them below.</p>",
        view.name("skill", slug, bold=True),
        looked,
        listed,
    )


# --- the text -----------------------------------------------------------------------------------------------------


def marked_text(view: WhyView, jd: JDText) -> Markup:
    """The view of the text with its skills marked, and the place that is asked about; nothing stands in it that is not of the text."""
    parts: list[Markup | str] = []
    at, shown = 0, min(len(jd.view), text_picker.MAX_SHOWN)
    for start, end, css, label in _places(view, jd):
        # A mark of a skill gives way to the place that is asked about, and to one that began before it.
        if start < at or end > shown:
            continue
        mark = markup.fill(
            '<mark class="{}" tabindex="0" role="note" aria-label="{}">{}</mark>', css, label, jd.view[start:end]
        )
        parts += [jd.view[at:start], mark]
        at = end
    parts.append(jd.view[at:shown])
    cut = markup.meta("… cut here") if len(jd.view) > shown else Markup()
    return markup.block(markup.join(parts), "jdw-jd") + cut


def _places(view: WhyView, jd: JDText) -> list[tuple[int, int, str, str]]:
    """Places of the view in its order: start, end, CSS class, label."""
    asked = _span_of(st.query_params.get(WORDS, ""), len(jd.raw))
    first, last = jd.view_span(*asked) if asked else (0, 0)
    found = [(first, last, "asked", "asked about")] if first < last else []
    for skill in view.explained.held.skills:
        if skill.slug:
            name, css = view.name_of("skill", skill.slug), "" if skill.is_primary else "second"
            spans = (jd.view_span(m.raw_start, m.raw_end) for m in skill.mentions)
            found += [(start, end, css, name) for start, end in spans if end <= first or last <= start]
    return sorted(place for place in found if place[0] < place[1])
