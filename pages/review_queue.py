"""Review queue: what runs propose, joined over runs; approved, mapped to what is there, or rejected for good."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from db import proposals
from db.proposals import Proposal, proposal_key
from db.runs import load_run
from pages.parts import draft, seen, theme
from pages.parts.person import ask_for_name, person
from pages.parts.session import workbench
from pages.parts.when import ago
from pages.parts.words import name_of
from pipeline.catalog import SKILL_NATURES, Role, RoleAlias, RoleDimension, RoleKra, Skill, SkillAlias, SkillDimension
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import Why, slug_for
from pipeline.catalog.suggest import likely_owners
from pipeline.contracts import Step1
from pipeline.errors import WorkbenchError
from pipeline.stages.unknown import Unknown, propose

KINDS = {"": "All", "skill": "Skills", "title": "Titles", "link": "Links", "kra": "KRAs", "role": "Roles"}
ONE = {"skill": "Skill", "title": "Title", "link": "Link", "kra": "KRA", "role": "Role"}
STATUSES = {"pending": "Waiting", "approved": "Approved", "mapped": "Mapped", "rejected": "Rejected"}
COLOURS = {"skill": "skill", "title": "role", "link": "dimension", "kra": "kra", "role": "role"}
bench = workbench()


def decide(proposal: Proposal, status: str, said: str, changes: list[Change] | None = None, reason: str = "") -> None:
    draft.attempt(lambda: proposals.decide(bench.engine, proposal.id, status, person(), changes or [], reason), said)


def named(proposal: Proposal, view: draft.View) -> str:
    """What a proposal is called on the page."""
    return name_of(view.catalog, "dimensions", proposal.text) if proposal.kind == "link" else proposal.text


def why_of(proposal: Proposal) -> Why:
    runs = f"{proposal.runs} run{'' if proposal.runs == 1 else 's'} proposed it"
    return Why(runs, f"run {proposal.newest_run}" if proposal.newest_run else f"proposal {proposal.id}")


def described(proposal: Proposal, view: draft.View) -> Unknown | None:
    """What the newest run's text tells of the term: nature, dimensions, likely duplicates."""
    if proposal.newest_run is None:
        return None
    stored = load_run(bench.engine, proposal.newest_run)
    step1 = Step1.model_validate(stored.api1) if stored.api1 else None
    final = (
        next((s for s in step1.final_skills if proposal_key(s.skill_name) == proposal_key(proposal.text)), None)
        if step1
        else None
    )
    return propose(final, step1, view.indexes) if final and step1 else None


def approve_skill(proposal: Proposal, view: draft.View) -> None:
    """Approve as it is or edited, or map to a skill that is there as one of its forms."""
    catalog, why = view.catalog, why_of(proposal)
    told = described(proposal, view)
    placed_by_text = [p["slug"] for p in told.placed if p["slug"] in catalog.dimension] if told else []
    known = [catalog.skill[s] for s in told.duplicates if s in catalog.skill] if told else []
    owners = [*known, *(s for s in likely_owners(catalog, proposal.text) if s not in known)]
    if told:
        st.html(f'<div class="jdw-meta">{escape("; ".join(told.typed["reasons"]))}</div>')
    mode = st.segmented_control(
        "Becomes",
        ["A new skill", "A form of a skill"],
        default="A form of a skill" if known else "A new skill",
        key=f"mode-{proposal.id}",
        label_visibility="collapsed",
    )
    if mode == "A form of a skill":
        first = [s.slug for s in owners]
        rest = [s.slug for s in catalog.skills if s.slug not in first]
        owner = st.selectbox(
            "Skill", [*first, *rest], format_func=lambda s: catalog.skill[s].display_name, key=f"owner-{proposal.id}"
        )
        form = st.text_input("Form", proposal.text, key=f"form-{proposal.id}").strip()
        if st.button("Map", type="primary", icon=":material/merge:", shortcut="A"):
            decide(proposal, "mapped", f"“{form}” is a form of {catalog.skill[owner].display_name}, in your draft {{}}.",
                   [why.change("skill_aliases", None, SkillAlias(None, owner, form))])  # fmt: skip
        return
    name = st.text_input("Name", proposal.text, key=f"name-{proposal.id}").strip()
    left, right = st.columns(2)
    nature = left.selectbox(
        "Nature", SKILL_NATURES, index=SKILL_NATURES.index(told.derived.skill_nature) if told and told.derived.skill_nature in SKILL_NATURES else 0,
        format_func=lambda w: w.replace("_", " ").lower(), key=f"nature-{proposal.id}",
    )  # fmt: skip
    placed = right.multiselect(
        "Dimensions", [d.slug for d in catalog.dimensions], placed_by_text,
        format_func=lambda d: catalog.dimension[d].display_name, key=f"placed-{proposal.id}",
    )  # fmt: skip
    if st.button(
        "Approve",
        type="primary",
        icon=":material/check:",
        shortcut="A",
        disabled=not name or not placed,
        help="Choose at least one dimension",
    ):
        slug = slug_for(name, catalog.skill.__contains__)
        decide(proposal, "approved", f"The skill “{name}” is in your draft {{}}.", [
            why.change("skills", None, Skill(None, slug, name, told.derived.category if told else None, None, nature)),
            why.change("skill_aliases", None, SkillAlias(None, slug, name, "CANONICAL", is_primary=True)),
            *([why.change("skill_aliases", None, SkillAlias(None, slug, proposal.text))] if proposal.text.lower() != name.lower() else []),
            *(why.change("skill_dimensions", None, SkillDimension(slug, d)) for d in placed),
        ])  # fmt: skip


def approve_kra(proposal: Proposal, view: draft.View) -> None:
    role = _choose_role(proposal, view)
    text = st.text_area(
        "KRA",
        proposal.text,
        key=f"kra-{proposal.id}",
        height=90,
        help="Written as it should stand, without the employer’s words",
    ).strip()
    if st.button("Approve", type="primary", icon=":material/check:", shortcut="A", disabled=not text):
        decide(
            proposal,
            "approved",
            "The KRA is in your draft {}.",
            [why_of(proposal).change("role_kras", None, RoleKra(role, text))],
        )


def _choose_role(proposal: Proposal, view: draft.View) -> str:
    """The role that a proposal is for, another one if the curator says so."""
    roles = [r.slug for r in view.catalog.roles]
    at = roles.index(proposal.role_slug) if proposal.role_slug in roles else 0
    return str(st.selectbox("Role", roles, index=at, format_func=lambda r: view.catalog.role[r].display_name, key=f"role-{proposal.id}"))


def approve_title(proposal: Proposal, view: draft.View, status: str = "approved") -> None:
    """A title by which no role is known becomes one of a role."""
    role = _choose_role(proposal, view)
    title = st.text_input("Title", proposal.text, key=f"title-{proposal.id}").strip()
    generic = st.checkbox("Generic: it never decides alone", key=f"generic-{proposal.id}")
    if st.button("Approve", type="primary", icon=":material/check:", shortcut="A", disabled=not title):
        decide(proposal, status, f"“{title}” is a title of {view.catalog.role[role].display_name}, in your draft {{}}.",
               [why_of(proposal).change("role_aliases", None, RoleAlias(role, title, generic))])  # fmt: skip


def approve_link(proposal: Proposal, view: draft.View) -> None:
    """A dimension whose skills texts of a role name, and that the role does not carry."""
    catalog = view.catalog
    if proposal.text not in catalog.dimension:
        st.info("This dimension is no longer in the catalog: it was merged or retired.")
        return
    st.html('<div class="jdw-meta">Texts of the role name skills of this dimension, which it reaches by none of its own.</div>')
    role = _choose_role(proposal, view)
    link = RoleDimension(role, proposal.text)
    if link in set(catalog.role_dimensions):
        st.info(f"{catalog.role[role].display_name} carries it already.")
        return
    if st.button("Approve", type="primary", icon=":material/check:", shortcut="A"):
        decide(proposal, "approved", f"{catalog.role[role].display_name} carries it, in your draft {{}}.",
               [why_of(proposal).change("role_dimensions", None, link)])  # fmt: skip


def approve_role(proposal: Proposal, view: draft.View) -> None:
    catalog, why = view.catalog, why_of(proposal)
    mode = st.segmented_control(
        "Becomes",
        ["A title of a role", "A new role"],
        default="A title of a role",
        key=f"mode-{proposal.id}",
        label_visibility="collapsed",
    )
    if mode == "A title of a role":
        approve_title(proposal, view, "mapped")
        return
    name = st.text_input("Name", proposal.text, key=f"name-{proposal.id}").strip()
    held = st.multiselect(
        "Dimensions",
        [d.slug for d in catalog.dimensions],
        format_func=lambda d: catalog.dimension[d].display_name,
        key=f"held-{proposal.id}",
    )
    if st.button(
        "Approve",
        type="primary",
        icon=":material/check:",
        shortcut="A",
        disabled=not name or not held,
        help="Choose at least one dimension",
    ):
        slug = slug_for(name, catalog.role.__contains__)
        links = [why.change("role_dimensions", None, RoleDimension(slug, d)) for d in held]
        decide(
            proposal,
            "approved",
            f"The role “{name}” is in your draft {{}}.",
            [why.change("roles", None, Role(None, slug, name)), *links],
        )


APPROVE = {"skill": approve_skill, "title": approve_title, "link": approve_link, "kra": approve_kra, "role": approve_role}


def card(proposal: Proposal, view: draft.View) -> None:
    st.html(f"<div class='jdw-title' style='font-size:18px'>{theme.span(named(proposal, view), COLOURS[proposal.kind])}</div>")
    if proposal.status != "pending":
        told = f"{STATUSES[proposal.status]} by {proposal.decided_by} {ago(proposal.decided_at) if proposal.decided_at else ''}"
        st.html(
            f'<div class="jdw-meta">{escape(told)}{f": {escape(proposal.reason)}" if proposal.reason else ""}</div>'
        )
        if proposal.status == "rejected" and ask_for_name() and st.button("Let it come back", icon=":material/undo:"):
            draft.attempt(lambda: proposals.reopen(bench.engine, proposal.id), "It waits for a decision again.")
    elif ask_for_name():
        try:
            APPROVE[proposal.kind](proposal, view)
        except WorkbenchError as error:
            st.error(str(error), icon=":material/block:")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            reason = st.text_input("Why not", key=f"why-{proposal.id}", placeholder="Reason, where you reject it")
            if st.button("Reject for good", icon=":material/close:", shortcut="X", disabled=not reason.strip()):
                decide(proposal, "rejected", "Rejected for good: no run brings it back.", reason=reason.strip())
    st.html(theme.caption(f"Seen in {proposal.runs} run{'' if proposal.runs == 1 else 's'}"))
    for run_id, label, sentence in proposals.sentences(bench.engine, proposal):
        seen.quote(escape(sentence), run_id, label)


view = draft.view()
st.html(
    '<div class="jdw-title">Review queue</div>'
    f'<div class="jdw-meta">{proposals.count_pending(bench.engine):,} wait for a decision, those that most runs made first</div>'
)


def chosen_of(name: str, label: str, options: dict[str, str], first: str) -> str:
    """One of a few, kept in the address, so that a link to it opens it."""
    asked = st.query_params.get(name, first)
    asked = asked if asked in options else first
    picked = st.segmented_control(
        label, list(options), key=f"{name}-{asked}", default=asked, format_func=options.__getitem__, label_visibility="collapsed"
    )
    if picked is not None and picked != asked:
        st.query_params[name] = picked
    return str(first if picked is None else picked)


kind_at, status_at, words_at = st.columns([1.75, 1.6, 1.4], vertical_alignment="bottom")
with kind_at:
    kind = chosen_of("kind", "Kind", KINDS, "")
with status_at:
    status = chosen_of("status", "Status", STATUSES, "pending")
words = (
    words_at.text_input(
        "Search",
        key="queue-words",
        type="search",
        live="60ms",
        placeholder="Words of the proposal",
        label_visibility="collapsed",
    )
    or ""
)
found = proposals.list_proposals(bench.engine, status, kind, words)
if not found:
    st.html(
        '<div class="jdw-empty">Nothing waits here. What a run would add to the catalog comes here, joined over runs, until somebody decides.</div>'
    )
    st.stop()
list_at, card_at = st.columns([1.1, 1], gap="large")
with list_at:
    event = st.dataframe(
        pd.DataFrame(
            {
                "Proposal": [named(p, view) for p in found],
                "Kind": [ONE[p.kind] for p in found],
                "Role": [view.catalog.role[p.role_slug].display_name if p.role_slug in view.catalog.role else "" for p in found],
                "Runs": [p.runs for p in found],
                "Newest": [ago(p.newest_at) if p.newest_at else "" for p in found],
            }
        ),
        hide_index=True, row_height=29, height=min(29 * (len(found) + 1) + 3, 640), on_select="rerun", selection_mode="single-row",
        key=f"queue-{kind}-{status}-{len(found)}",
        column_config={
            "Proposal": st.column_config.TextColumn(width=230),
            "Kind": st.column_config.TextColumn(width=50),
            "Role": st.column_config.TextColumn(width=125),
            "Runs": st.column_config.NumberColumn(width=50),
        },
    )  # fmt: skip
with card_at:
    picked = event.selection.rows  # type: ignore[union-attr]
    asked = st.query_params.get("id", "")
    chosen = found[picked[0]] if picked else next((p for p in found if str(p.id) == asked), found[0])
    card(chosen, view)
