"""One finding: what is wrong and why, where runs show it, its repair, what the repair changes, and the decision."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.findings import Decision
from pages.components import draft, links, markup, run_matches
from pages.components.comments import show_comments
from pages.components.finding_actions import Decider, decision_buttons
from pages.components.finding_dialogs import changes_html, fix_and_accept
from pages.components.finding_view import FindingView
from pages.components.identity import person
from pages.components.impact import impact_bar, replayed
from pages.components.labels import count_label, vocabulary_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.value import ALIAS_TYPES

MAX_SENTENCES = 4
MAX_NEIGHBOURS = 5
"""Findings that are listed as being like the one that is shown."""
_QUOTED = re.compile(r"(“[^”]*”)")
_VOCABULARY = re.compile(rf"\b({'|'.join(ALIAS_TYPES)})\b")
_ONE_OF_MANY = re.compile(r"\b1 (run|skill|role|dimension)s\b")


def show_finding(
    decider: Decider, position: str, decision: Decision | None, near: Sequence[FindingView], catalog: Catalog
) -> None:
    """Everything about a finding, and what can be decided.

    ``position`` is its place in the list ("3 of 20"), or empty; ``near`` are findings like it, ``catalog`` is the one on which it
    was judged.
    """
    view = decider.view
    _head(view, position, decision)
    if _is_held_by_colleague(view.key):
        return
    _sentences(view)
    _repair(view, catalog)
    decision_buttons(decider, lambda: fix_and_accept(decider, catalog))
    _impact(view)
    _places(view)
    _decide_again(view, decision)
    _neighbours(near)
    show_comments([view.ref], view.ref)


def show_evidence(view: FindingView, catalog: Catalog) -> None:
    """A finding to be judged by itself: what is said to be wrong, where runs show it, and its repair; not how sure the audit is."""
    st.html(markup.title(_heading(view), 18) + markup.meta(view.finding.check.label) + _reasons(view))
    _sentences(view)
    heading = f"The repair · {count_label(len(view.finding.repair), 'change')}"
    st.html(markup.caption(heading) + changes_html(view.finding.repair, catalog, reason=False))
    _places(view)


def _heading(view: FindingView) -> Markup:
    return markup.join(markup.span(part.text, part.entity) if part.entity else part.text for part in view.parts)


def _reasons(view: FindingView) -> Markup:
    return markup.join(markup.block(in_words(reason.text), "jdw-why") for reason in view.finding.reasons)


def in_words(reason: str) -> str:
    """A reason as a person reads it: values of vocabularies in words, "1 run" and not "1 runs"; what is quoted stays."""
    parts = _QUOTED.split(reason)
    for place in range(0, len(parts), 2):
        parts[place] = _VOCABULARY.sub(lambda m: vocabulary_label(m[1]), parts[place])
        parts[place] = _ONE_OF_MANY.sub(r"1 \1", parts[place])
    words = "".join(parts)
    return words[:1].upper() + words[1:]


def _head(view: FindingView, position: str, decision: Decision | None) -> None:
    runs = count_label(view.runs, "past run")
    line = " · ".join(filter(None, [position, view.finding.check.label, view.sure_text, runs]))
    st.html(markup.title(_heading(view), 18) + markup.meta(line) + _reasons(view))
    with st.popover("What this check looks for", icon=":material/help:", type="tertiary"):
        st.html(markup.block(view.finding.check.explanation))
    if decision:
        st.html(markup.meta(decision_text(decision)))


def decision_text(decision: Decision) -> str:
    """What was decided, by whom and why."""
    reason = f": {decision.reason}" if decision.reason else ""
    word = "Not sure, said" if decision.decision == "unsure" else f"{decision.decision.capitalize()} by"
    return f"{word} {decision.author}{reason}"


def _is_held_by_colleague(key: str) -> bool:
    """Claim the finding for the person; whether a colleague has it open, who is named and can be relieved."""
    me = person()
    holder = workbench().teamwork.claim(key, me) if me else None
    if holder is None:
        return False
    st.warning(verbatim(f"{holder} has this finding open."), icon=":material/person:")
    if st.button("Take it over", icon=":material/swap_horiz:"):
        workbench().teamwork.claim(key, me, take_over=True)
        st.rerun()
    return True


def _sentences(view: FindingView) -> None:
    """Where past runs show the fault."""
    matched = view.finding.subject.matched_form()
    if matched is None:
        return
    skill, form = matched
    if found := workbench().run_matches.matches(skill, form, MAX_SENTENCES):
        st.html(markup.caption("Sentence in which it matched" if len(found) == 1 else "Sentences in which it matched"))
        run_matches.show_matches(found)


def _repair(view: FindingView, catalog: Catalog) -> None:
    repair = view.finding.repair
    if repair:
        heading = f"Suggested repair · {count_label(len(repair), 'change')}"
        st.html(markup.caption(heading) + changes_html(repair, catalog, reason=False))
    else:
        say = "Only a person can tell what is right here: E opens a form where there is one, the links below the entry."
        st.html(markup.caption("No suggested repair") + markup.meta(say))


def _places(view: FindingView) -> None:
    """Links to where the fault can be mended by hand."""
    with st.container(horizontal=True):
        for part in view.parts:
            if part.table is not None:
                links.table_link(part.table, part.slug, part.text, icon=":material/open_in_new:")
        if view.finding.check.fix_page == "review_queue":
            links.review_queue_link("Review queue", "skill", icon=":material/inbox:")


def _impact(view: FindingView) -> None:
    if not view.finding.repair or not view.runs:
        return
    if st.toggle("Show what the repair changes in past runs", key=f"impact-{view.key}"):
        impact_bar(replayed(lambda watch: workbench().impacts.of_changes(view.finding.repair, watch)))


def _decide_again(view: FindingView, decision: Decision | None) -> None:
    if decision and decision.decision != "unsure" and st.button("Decide again", icon=":material/undo:"):
        draft.attempt(
            lambda: workbench().findings.reopen(view.key),
            "It is open again; what was staged is still in its draft.",
        )


def _neighbours(near: Sequence[FindingView]) -> None:
    """Findings like this one, each as a link."""
    if not near:
        return
    rows = (
        markup.fill(
            '<div class="jdw-near">{} {}</div>',
            markup.link(view.label, links.finding_url(view.key)),
            markup.meta_span(view.finding.check.label),
        )
        for view in near
    )
    st.html(markup.caption("More like this") + markup.join(rows))
