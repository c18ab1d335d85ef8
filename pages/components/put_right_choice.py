"""What a run should be: the role at once, a skill or a dimension behind a button. What is chosen stands in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from db.services.results import RunResult
from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.form_fields import choose_entry, stop
from pages.components.put_right_want import PARAMETER, want_of, want_text, want_words
from pages.components.verbatim import verbatim
from pipeline.catalog import Catalog
from pipeline.repair import NotSkill, Want, WantDimension, WantRole, WantSkill


def show(
    stored: StoredRun, result: RunResult, asked: Want | None, by_verdict: Sequence[Want], catalog: Catalog
) -> None:
    """Draw the heading with the choice; ``by_verdict`` are what a verdict says, and come first."""
    options = _options(result, asked, by_verdict, catalog, stored.jd_text)
    now = want_text(asked) if asked else None
    key = f"put-right-want-{now}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="put-right-head"):
        st.html(markup.heading("Put right"), width="content")
        st.html(markup.meta_span("it should be"), width="content")
        st.selectbox(
            "It should be",
            list(options),
            index=list(options).index(now) if now else None,
            format_func=lambda text: verbatim(options.get(text, text)),
            placeholder="Choose the role",
            label_visibility="collapsed",
            key=key,
            on_change=_choose,
            args=(key,),
            width=180,
        )
        with st.popover("", icon=":material/more_horiz:", help="A skill or a dimension is wrong", key="put-right-else"):
            _skills(stored, result, catalog)


def ask(want: Want) -> None:
    """Let the column of this page look for something else."""
    st.query_params[PARAMETER] = want_text(want)


def _choose(key: str) -> None:
    if chosen := st.session_state.get(key):
        st.query_params[PARAMETER] = str(chosen)


def _options(
    result: RunResult, asked: Want | None, by_verdict: Sequence[Want], catalog: Catalog, text: str
) -> Mapping[str, str]:
    """What can be asked for, in words, by its text in the address: what a verdict says, the ranked roles, all other roles."""
    wants = [*([asked] if asked else []), *by_verdict]
    chosen = result.extraction.decision.chosen_role
    ranked = [r.slug for r in result.extraction.decision.ranking if r.slug in catalog.role]
    rest = sorted(catalog.role, key=lambda slug: catalog.role[slug].display_name.casefold())
    slugs = [slug for slug in dict.fromkeys([*ranked, *rest]) if chosen is None or slug != chosen.slug]
    roles = [WantRole(slug) for slug in slugs]
    none = [WantRole(None)] if chosen else []
    return {want_text(want): want_words(want, catalog, text) for want in (*wants, *roles[:3], *none, *roles[3:])}


def _skills(stored: StoredRun, result: RunResult, catalog: Catalog) -> None:
    """The other points that can be wrong: a skill that is not meant, one that is missing, where one belongs."""
    found = [catalog.skill[s.slug] for s in result.extraction.skills if s.slug and s.slug in catalog.skill]
    with st.form("put-right-not", border=False):
        st.html(markup.caption("The text does not mean this skill"))
        slug = choose_entry("Skill of the run", found, "Choose it", key="put-right-not-skill")
        if st.form_submit_button("Look for changes", key="ask-not-skill") and slug:
            _go(NotSkill(slug), catalog)
    with st.form("put-right-missing", border=False):
        st.html(markup.caption("A skill is missing"))
        words = st.text_input("Words of the text that mean it", key="put-right-words")
        slug = choose_entry("Skill of the catalog", catalog.skills, "Type to search all skills", key="put-right-skill")
        if st.form_submit_button("Look for changes", key="ask-skill"):
            _missing(stored, words, slug, catalog)
    with st.form("put-right-elsewhere", border=False):
        st.html(markup.caption("A skill belongs in a dimension"))
        slug = choose_entry("Skill", found, "Choose it", key="put-right-linked")
        dimension = choose_entry("Belongs in", catalog.dimensions, "Type to search", key="put-right-dimension")
        if st.form_submit_button("Look for changes", key="ask-dimension") and slug and dimension:
            _go(WantDimension(slug, dimension), catalog)


def _missing(stored: StoredRun, words: str | None, slug: str | None, catalog: Catalog) -> None:
    wanted = (words or "").strip()
    place = re.search(re.escape(wanted), stored.jd_text, re.IGNORECASE) if wanted else None
    if place is None:
        stop("The text has no such words; copy them from it." if wanted else "Give the words of the text.")
    elif not slug:
        stop("Choose the skill that these words mean.")
    else:
        _go(WantSkill(slug, *place.span()), catalog)


def _go(want: Want, catalog: Catalog) -> None:
    if want_of(want_text(want), catalog) is None:
        stop("The catalog does not know that.")
        return
    ask(want)
    st.rerun()
