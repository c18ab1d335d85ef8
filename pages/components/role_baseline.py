"""The baseline on a role's card: what its work usually is, and the form in which it is written or changed."""

from __future__ import annotations

from typing import Any

import streamlit as st
from markupsafe import Markup

from pages.components import draft, kept, markup
from pages.components.draft import DraftView
from pages.components.entity_card import mark_tag
from pages.components.entity_story import Suspicions, doubt_of
from pages.components.form_fields import reason_field, stage_form_button, stop
from pages.components.labels import AI_SIGN_NAMES
from pages.components.verbatim import verbatim
from pipeline.catalog import Role, RoleBaseline
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.catalog.value import AI_INDICATORS, MAX_AI_INDEX, STATED_MATURITY_LABELS, STATED_NATURES_OF_WORK

BASELINE = "Baseline"
"""What the form is called among the things that can be done with a role."""


def show_baseline(role: Role, view: DraftView, suspicions: Suspicions) -> None:
    """The baseline of a role with what the draft does to it; without one, what is missing and the way to write it."""
    mark = view.mark("role_baselines", role.slug)
    baseline = view.catalog.baseline_of_role.get(role.slug)
    if baseline is not None:
        doubt = doubt_of(suspicions, "role_baselines", role.slug)
        st.html(_heading(mark, doubt) + _baseline(baseline))
        return
    gone = next((b for b in view.removed(RoleBaseline) if b.role_slug == role.slug), None)
    st.html(
        _heading(mark)
        + (markup.block(markup.removed(f"{gone.nature_of_work}: {gone.nature_summary}")) if gone else Markup())
        + markup.meta(
            "No baseline yet: a job description that says little of duties or stack gets nothing from this role."
        )
    )
    st.button("Write the baseline", icon=":material/edit_note:", on_click=_open_form, args=(role.slug,))


def _open_form(role: str) -> None:
    """Choose the form among the things that can be done with the role."""
    st.session_state[f"do-roles-{role}"] = BASELINE


def _heading(mark: str, doubt: str = "") -> Markup:
    doubted = markup.fill(' <abbr class="jdw-doubt" title="{}">?</abbr>', doubt) if doubt else Markup()
    return markup.fill('<p class="jdw-cap">{} {}{}</p>', BASELINE, mark_tag(mark), doubted)


def _baseline(baseline: RoleBaseline) -> Markup:
    signs = ", ".join(AI_SIGN_NAMES[name] for name in baseline.ai_indicators)
    return markup.facts(
        (
            ("Nature of work", _with_text(baseline.nature_of_work, baseline.nature_summary)),
            ("Stack", _with_text(baseline.tech_stack_maturity, baseline.maturity_reasoning)),
            ("AI index", _with_text(f"{baseline.ai_index:g} of {MAX_AI_INDEX}", signs or "no sign of AI")),
        )
    )


def _with_text(label: str, text: str) -> Markup:
    return markup.fill("{} {}", markup.bold(label), markup.meta_span(f"· {text}"))


def baseline_form(role: Role, view: DraftView) -> None:
    """Write the baseline of a role, change it, or drop it."""
    stored = view.catalog.baseline_of_role.get(role.slug)
    with st.form(f"baseline-{role.slug}", border=False):
        cells = _cells(stored)
        reason = reason_field("baseline")
        if stage_form_button():
            _stage(role, stored, cells, reason)
    if stored is not None and st.button("Drop the baseline", icon=":material/delete:"):
        draft.stage([reason.change(stored, None)], f"The baseline of {role.display_name} is dropped.")


def _cells(stored: RoleBaseline | None) -> dict[str, Any]:
    """The fields of the form, filled with the baseline that is stored; their values by column."""
    nature_at, maturity_at, index_at = st.columns([3, 2, 1.4])
    nature = nature_at.selectbox(
        "Nature of work",
        STATED_NATURES_OF_WORK,
        index=STATED_NATURES_OF_WORK.index(stored.nature_of_work) if stored else None,
        placeholder="Choose what the work mostly is",
    )
    maturity = maturity_at.selectbox(
        "Maturity of the stack",
        STATED_MATURITY_LABELS,
        index=STATED_MATURITY_LABELS.index(stored.tech_stack_maturity) if stored else None,
        placeholder="Choose how old or new it is",
    )
    index = index_at.number_input(
        f"AI index, 0 to {MAX_AI_INDEX}",
        value=stored.ai_index if stored else 0.0,
        min_value=0.0,
        max_value=float(MAX_AI_INDEX),
        step=0.1,
        format="%.2f",
    )
    summary = _text("What is done, in a sentence or two", "nature_summary", stored.nature_summary if stored else "")
    reasoning = _text(
        "Skills that show the maturity", "maturity_reasoning", stored.maturity_reasoning if stored else ""
    )
    signs = st.multiselect(
        "Signs of AI that usually hold",
        AI_INDICATORS,
        default=list(stored.ai_indicators) if stored else [],
        format_func=AI_SIGN_NAMES.__getitem__,
        placeholder="None",
    )
    return {
        "nature_of_work": nature,
        "nature_summary": summary,
        "tech_stack_maturity": maturity,
        "maturity_reasoning": reasoning,
        "ai_index": round(float(index), 2),
        "ai_indicators": tuple(name for name in AI_INDICATORS if name in signs),
    }


def _text(label: str, column: str, stored: str) -> str:
    return st.text_area(verbatim(label), height=80, **kept.form_text(kept.of_form("baseline", column), stored)).strip()


def _stage(role: Role, stored: RoleBaseline | None, cells: dict[str, Any], reason: ChangeReason) -> None:
    if not all(
        cells[column] for column in ("nature_of_work", "nature_summary", "tech_stack_maturity", "maturity_reasoning")
    ):
        stop("Say what the work is, what is done, how mature the stack is, and which skills show it.")
        return
    if bool(cells["ai_index"]) != bool(cells["ai_indicators"]):
        stop("An AI index above 0 needs the signs of AI that it rests on, and signs of AI need an index above 0.")
        return
    wanted = RoleBaseline(role.slug, **cells)
    changes = edit(stored, reason, **cells) if stored else (reason.change(None, wanted),)
    if not changes:
        stop("Nothing is changed yet.")
        return
    draft.stage(changes, f"The baseline of {role.display_name} is {'changed' if stored else 'written'}.")
