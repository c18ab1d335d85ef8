"""The KRAs by which roles were scored; a wrong one can be fixed."""

from __future__ import annotations

import streamlit as st

from pages.components import markup
from pages.components.fix_forms import fix_kra
from pages.components.verbatim import verbatim
from pages.run.sides import RunView
from pipeline.catalog.refs import RunRef

MAX_NAME = 60
"""Letters of a KRA in the name of its button."""
MAX_SENTENCE = 160
"""Characters of a sentence beside its KRA."""


def show(view: RunView, source: RunRef) -> None:
    """Each KRA with the sentence that matched it; ``source`` is the run that a fix refers to."""
    matched = [
        (role, match) for role in view.shown.extraction.signals.kra_match_roles for match in role.kra_matches or []
    ]
    if not matched:
        return
    st.html(markup.caption("KRAs that matched, by role"))
    for n, (role, match) in enumerate(matched):
        kra_at, fix_at = st.columns([12, 1], vertical_alignment="center")
        role_link = view.entries.link("role", role.slug, role.display_name)
        where = markup.fill("{} · {} · “{}”", f"{match.similarity:.2f}", role_link, match.sentence[:MAX_SENTENCE])
        kra_at.html(markup.block(markup.fill("{} {}", markup.span(match.kra_text, "kra"), markup.meta_span(where))))
        if fix_at.button(verbatim(f"Fix the KRA {match.kra_text[:MAX_NAME]}"), key=f"fix-kra-{n}", type="tertiary"):
            fix_kra(role.slug, match.kra_text, source)
