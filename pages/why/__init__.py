"""Why a run came to its role and not to another: which rows decide, what each gives, who made it so, and what comes out without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from db.errors import MalformedRun, StoreError
from db.services import results
from db.services.explanations import ExplainedRun
from db.services.results import RunResult
from db.stores.runs import StoredRun
from pages.components import draft, links, markup, put_right, run_tabs
from pages.components.frame import name_tab
from pages.components.keys import page_keys
from pages.components.labels import ENGINE_NAMES
from pages.components.run_address import run_of_address
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.why import fixes, skills, waterfall
from pages.why.answer import answer
from pages.why.view import Basis, WhyView
from pipeline.errors import WorkbenchError
from pipeline.explain import Explanation

ON, AGAINST = "on", "against"
"""Parameters of the address: on which state of the catalog the run is explained, and beside which role."""


def page() -> None:
    """The run that the address names, explained; or why it cannot be."""
    found = run_of_address()
    if found is None:
        return
    stored, pending = found
    name_tab(f"Why {stored.label}")
    try:
        result = results.result_of(stored)
    except MalformedRun as error:
        _cannot(stored, str(error))
        return
    if pending or result is None:
        doing = "is not finished yet" if pending else "did not come to an answer"
        _cannot(stored, f"This run {doing}: there is nothing to explain.")
    elif stored.is_old:
        chosen = result.extraction.decision.chosen_role
        role = f"chose {chosen.display_name}" if chosen else "chose no role"
        _cannot(
            stored,
            f"The old system {role}, and kept nothing of how: there are no signals to explain. Run the text again on the run’s page, "
            "and the new run can be explained.",
        )
    else:
        _show(stored, result)


def _cannot(stored: StoredRun, why: str) -> None:
    """The head of the page with the reason why there is nothing below it."""
    st.html(_of_run(stored, "") + markup.title("Why?"))
    st.info(verbatim(why), icon=":material/info:")
    links.run_link(stored.id, "Open the run", icon=links.RUN.icon)


def _show(stored: StoredRun, result: RunResult) -> None:
    head_at, tabs_at = st.columns([2.2, 1], vertical_alignment="top")
    with tabs_at:
        run_tabs.show(stored.id, "why")
    with head_at:
        line_at = st.empty()
        basis, explained, note = _explained(stored)
        if explained is None:
            st.html(markup.title("Why?"))
            st.error(verbatim(note), icon=":material/error:")
            return
        line_at.html(_of_run(stored, _state(basis, explained)))
        whole = _whole(stored, result, explained)
        confidence = result.extraction.decision.confidence if stored.engine == "openai" else whole.confidence
        other = _question(explained, whole, confidence)
    view = WhyView(stored, result, explained, basis, whole, other)
    for line in (note, _differs(view)):
        if line:
            st.html(markup.meta(line))
    lead, rest = answer(view)
    st.html(markup.fill('<div class="jdw-answer"><span class="lead">{}</span> {}</div>', lead, rest))
    if view.whole.case == "rejected":
        return
    left_at, right_at = st.columns([1.8, 1], gap="medium")
    with left_at:
        st.html(waterfall.show(view))
        _beside_none(view)
    with right_at:
        put_right.show(stored, result)
    page_keys(put_right.KEYS)
    skills.show(view)
    fixes.show(view)


def _of_run(stored: StoredRun, state: str) -> Markup:
    name = markup.link(stored.label, links.run_url(stored.id))
    engine = ENGINE_NAMES[stored.engine].lower()
    return markup.meta(markup.fill("{} · run {}{} · {}", name, str(stored.id)[:8], state, engine))


def _state(basis: Basis, explained: ExplainedRun) -> str:
    with_draft = " with your draft" if basis == "draft" else ""
    return f" on revision {explained.snapshot.revision}{with_draft}"


# --- on which state of the catalog --------------------------------------------------------------------------------


def _explained(stored: StoredRun) -> tuple[Basis, ExplainedRun | None, str]:
    """The run on the state of the catalog that the address names: which that is, and what is to be said of it."""
    number, size = draft.current()
    current = workbench().snapshots.revision()
    labels: dict[Basis, str] = {"then": f"As it was, revision {stored.revision_id}"}
    if current != stored.revision_id:
        labels["today"] = f"Today, revision {current}"
    if number is not None and size:
        labels["draft"] = "With my draft"
    basis = _basis(labels) if len(labels) > 1 else "then"
    asked = workbench().explanations
    try:
        if basis == "draft" and number is not None:
            return basis, asked.drafted(stored.id, number), ""
        if basis == "today":
            return basis, asked.today(stored.id), ""
        try:
            return "then", asked.then(stored.id, stored.revision_id), ""
        except StoreError as error:
            return "today", asked.today(stored.id), f"{error} The run is explained on the catalog of today."
    except WorkbenchError as error:
        return basis, None, str(error)


def _basis(labels: Mapping[Basis, str]) -> Basis:
    given = st.query_params.get(ON, "then")
    chosen: Basis = next((name for name in labels if name == given), "then")
    picked = st.segmented_control(
        "Explained on",
        list(labels),
        default=chosen,
        required=True,
        format_func=lambda name: verbatim(labels[name]),
        key=f"why-on-{chosen}",
        label_visibility="collapsed",
    )
    if picked and picked != chosen:
        st.query_params[ON] = picked
        return picked
    return chosen


def _whole(stored: StoredRun, result: RunResult, explained: ExplainedRun) -> Explanation:
    """The explanation of the role that the page is about: what the run comes to; where a model chose, what that chose."""
    chosen = result.extraction.decision.chosen_role
    if stored.engine == "openai" and chosen and chosen.slug in explained.snapshot.catalog.role:
        return explained.role(chosen.slug)
    return explained.whole


def _differs(view: WhyView) -> str:
    """That the run itself came to something else than its replay, and how that may be."""
    if view.by_model or view.basis != "then" or view.stored_role == view.explained.whole.role:
        return ""
    chosen = view.result.extraction.decision.chosen_role
    name = chosen.display_name if chosen else "no role"
    return (
        f"The run itself came to {name}. What is explained is its replay on the same catalog: the runs filed since, or a newer version of "
        "the workbench, make the difference."
    )


# --- the question -------------------------------------------------------------------------------------------------


def _question(explained: ExplainedRun, whole: Explanation, confidence: float) -> Explanation | None:
    """The title of the page as a question, in which the other role can be chosen; returns how that role stands.

    ``confidence`` is that in the role that is asked about.
    """
    catalog = explained.snapshot.catalog
    ranking = explained.held.result.ranking
    if whole.case == "rejected" or ranking is None:
        st.html(markup.title("Why was this text rejected?"))
        return None
    ranked = [role.slug for role in ranking.roles if role.slug != whole.role]
    rest = sorted(
        (r.slug for r in catalog.roles if r.slug not in {*ranked, whole.role}),
        key=lambda slug: catalog.role[slug].display_name.lower(),
    )
    options = [*ranked, *rest]
    given = st.query_params.get(AGAINST, "")
    default = explained.whole.role if explained.whole.role != whole.role else whole.runner_up
    chosen = given if given in options else default or next(iter(options), None)
    name = Markup("no role")
    if whole.role:
        name = markup.fill("{} {}", markup.span(catalog.role[whole.role].display_name, "role"), f"{confidence:.2f}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="why-question"):
        st.html(markup.title(markup.fill("Why {}, and not", name)))
        key = f"why-against-{whole.role}-{chosen}"
        st.selectbox(
            "The other role",
            options,
            index=options.index(chosen) if chosen in options else None,
            format_func=lambda slug: verbatim(catalog.role[slug].display_name),
            key=key,
            label_visibility="collapsed",
            on_change=_ask,
            args=(key,),
        )
        st.html(markup.title("?"))
    return explained.role(chosen) if chosen else None


def _ask(key: str) -> None:
    st.query_params[AGAINST] = str(st.session_state[key])


def _beside_none(view: WhyView) -> None:
    """Where the run has no role, how the role that is asked about stands."""
    if view.whole.role is None and view.other and view.other.role and view.other.signals:
        name = view.name("role", view.other.role)
        st.html(markup.heading(markup.fill("What speaks for {}", name)))
        st.html(waterfall.show(replace(view, whole=view.other, other=None)))
