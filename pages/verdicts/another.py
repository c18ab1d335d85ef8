"""Another answer than those that reviewers gave: chosen or written as the kind of question asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from db.services.agreements import Dispute
from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.form_fields import choose_entry
from pages.components.parse_inputs import value_input
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.verdicts import wording
from pipeline.agreement.reviews import NONE, RIGHT, WRONG, fact_label
from pipeline.text import JDText

Take = Callable[[str], None]


def show(dispute: Dispute, stored: StoredRun, take: Take) -> None:
    """The button that opens the form; a skill is asked for or is not, there is no other answer."""
    if dispute.disagreement.kind == "skills":
        return
    if st.button("Another …", icon=":material/edit:", shortcut="O", key="another"):
        _form(dispute, stored, take)


@st.dialog("Another answer", width="medium")
def _form(dispute: Dispute, stored: StoredRun, take: Take) -> None:
    about = dispute.disagreement
    given = [answer.value for answer in about.answers]
    st.html(markup.meta(wording.question(about.kind, about.subject)))
    value: str | None
    match about.kind:
        case "role":
            value = _role(given)
        case "links":
            value = _link(about.subject, given)
        case _:
            found = value_input(about.subject, wording.fact_value(given[0]), JDText(stored.jd_text))
            gives_none = st.checkbox("The text gives none", key="another-none")
            value = fact_label(None if gives_none else found) if gives_none or found is not None else None
    if st.button("This is right", type="primary", icon=":material/check:", disabled=value is None, key="take-another"):
        take(str(value))
        st.rerun()


def _role(given: Sequence[str]) -> str | None:
    roles = [role for role in workbench().snapshots.current().catalog.roles if role.slug not in given]
    if NONE not in given and st.checkbox("No role fits", key="another-no-role"):
        return NONE
    return choose_entry("The role", roles, placeholder="Choose a role", key="another-role")


def _link(subject: str, given: Sequence[str]) -> str | None:
    dimension = subject.partition(" ")[2]
    rest = [value for value in (RIGHT, WRONG) if value not in given]
    words = {RIGHT: "It belongs there", WRONG: "It belongs there not", "": "It belongs in another dimension"}
    chosen = st.radio("The link", [*rest, ""], format_func=lambda value: verbatim(words[value]), key="another-link")
    if chosen:
        return str(chosen)
    others = [d for d in workbench().snapshots.current().catalog.dimensions if d.slug not in (dimension, *given)]
    return choose_entry("Dimension", others, placeholder="Choose a dimension", key="another-dimension")
