"""Settings: what is demanded of the checks before a commit, who set it so and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.gate import SetPolicy
from pages.components import draft, kept, markup
from pages.components.check_lines import MUST_LABELS
from pages.components.frame import name_tab
from pages.components.identity import person
from pages.components.time_format import ago, moment
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.gate import CHECKS, DEFAULT, Check, Demand, Policy
from pipeline.gate.checks import RULES
from pipeline.gate.policy import MAX_LEVEL, MIN_LEVEL, MUSTS

WHY = "policy-why"


def page() -> None:
    """Draw the page."""
    name_tab("Settings")
    st.html(
        markup.title("Settings")
        + markup.meta("What a draft’s checks must come to before it can be committed, by anybody and in any way.")
    )
    policy = workbench().gate_store.policy()
    history = workbench().gate_store.policies()
    st.html(markup.heading("Checks before a commit"))
    chosen = Policy({RULES.name: policy.of(RULES.name)} | {c.name: _demand(c, policy) for c in CHECKS if c != RULES})
    _rules()
    _save(policy, chosen)
    st.html(markup.heading("What it was, and why"))
    st.html(_history(history))


def _demand(check: Check, policy: Policy) -> Demand:
    """The fields of one check."""
    now = policy.of(check.name)
    said_at, must_at, level_at = st.columns([2.4, 1.2, 0.8], gap="medium")
    said_at.html(markup.bold(check.label) + markup.meta(check.rule))
    must = must_at.selectbox(
        "Demand",
        MUSTS,
        index=MUSTS.index(now.must),
        format_func=lambda m: MUST_LABELS[m].capitalize(),
        key=f"must-{check.name}",
    )
    level = level_at.number_input(
        "Sure below p",
        MIN_LEVEL,
        MAX_LEVEL,
        now.level,
        0.01,
        format="%.4g",
        key=f"level-{check.name}",
        help="The p-value below which a difference is no chance. 1 takes each difference for sure.",
    )
    return Demand(must, float(level))


def _rules() -> None:
    said_at, must_at = st.columns([2.4, 2], gap="medium")
    said_at.html(markup.bold(RULES.label) + markup.meta(RULES.rule))
    must_at.html(markup.meta("Must hold, always: what breaks a rule cannot be stored, and cannot be overridden."))


def _save(policy: Policy, chosen: Policy) -> None:
    """Why it is changed, and the button."""
    is_changed = chosen.wire() != policy.wire()
    why = st.text_input("Why", placeholder="For the colleague whose commit is refused", **kept.text(WHY))
    said = "" if is_changed and why.strip() else "Say why." if is_changed else "Nothing is changed."
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Set the policy", type="primary", icon=":material/tune:", disabled=bool(said), help=verbatim(said) or None
        ):

            def set_now() -> None:
                workbench().gate_store.set_policy(chosen, person(), why)
                kept.forget(WHY)

            draft.attempt(set_now, "The policy is set; it counts from the next commit on.")
        if said:
            st.html(markup.meta(said))


def _history(history: Sequence[SetPolicy]) -> Markup:
    """The policies that were set, the newest first, each with what it changed."""
    before = [*(s.policy for s in history[1:]), DEFAULT]
    lines = [_line(found, earlier) for found, earlier in zip(history, before, strict=False)]
    first = markup.meta(f"At first: {_difference(Policy(), DEFAULT) or 'nothing was demanded'}.")
    return markup.join([*lines, first])


def _line(found: SetPolicy, earlier: Policy) -> Markup:
    return markup.fill(
        '<div class="jdw-revision"><span class="k">{}</span><span>{}</span><span class="jdw-meta">{}</span>{}</div>',
        str(found.number),
        _difference(earlier, found.policy) or "as it was",
        f"{found.author} · {ago(found.created_at)} ({moment(found.created_at)})",
        markup.meta(found.why),
    )


def _difference(earlier: Policy, later: Policy) -> str:
    """What one policy demands that another did not, in words."""
    changed = [c for c in CHECKS if earlier.of(c.name) != later.of(c.name)]
    return "; ".join(
        f"{c.label.lower()} {MUST_LABELS[later.of(c.name).must]} (p < {later.of(c.name).level:g})" for c in changed
    )
