"""One finding: what is wrong and why, where runs show it, its repair, what the repair changes, and the decision."""

from __future__ import annotations

from html import escape

import streamlit as st

from db import findings, teamwork, usage
from db.findings import Decision
from pages.parts import draft, seen, theme
from pages.parts.impact import bar
from pages.parts.person import ask_for_name, person
from pages.parts.session import workbench
from pages.parts.shell import DIMENSIONS, ROLES, SKILLS
from pages.parts.talk import talk
from pages.parts.words import change_html, name_of
from pipeline.audit import Finding
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import Why, merge, move_link, repoint_alias
from pipeline.catalog.suggest import likely_dimensions, likely_owners
from pipeline.errors import WorkbenchError

KINDS = {
    "wrong_dimension": "Wrong dimension",
    "catch_all_dimension": "Catch-all dimension",
    "wrong_alias": "Wrong alias",
    "ambiguous_alias": "Ambiguous alias",
    "alias_type": "Alias type",
    "duplicate_alias": "Alias stored twice",
    "duplicate_skill": "Duplicate skill",
    "duplicate_dimension": "Duplicate dimension",
    "duplicate_role": "Duplicate role",
    "generic_title": "Generic title",
    "generic_kra": "KRA fits everything",
    "shared_kra": "KRA in two roles",
    "narrow_rationale": "Narrow rationale",
    "contradicting_fact": "Contradicting fact",
    "orphan_dimension": "Dimension without role",
    "orphan_role": "Role without dimension",
    "never_matched": "Never met",
    "missing_skill": "Often missing",
}
COLOURS = {
    "skill_slug": "skill",
    "dimension_slug": "dimension",
    "role_slug": "role",
    "alias_text": "alias",
    "kra_text": "kra",
    "term": "skill",
}
TABLES = {"skill_slug": "skills", "dimension_slug": "dimensions", "role_slug": "roles"}
PAGES = {"skill_slug": SKILLS, "dimension_slug": DIMENSIONS, "role_slug": ROLES}
SEVERITIES = ("high", "medium", "low")
TOLD = 12
"""How many changes of a repair are told one by one."""


def severity(finding: Finding, runs: int) -> str:
    """How bad a finding is: sure and met often, or sure, or neither."""
    if finding.score >= 0.85 and (runs >= 10 or finding.kind in ("catch_all_dimension", "duplicate_role")):
        return "high"
    return "medium" if finding.score >= 0.75 or runs >= 10 else "low"


def domain_of(finding: Finding, catalog: Catalog) -> str:
    """The field of work that a finding is in: the family of its role, or the one that its skill or dimension reaches most."""
    about = finding.subject
    roles: list[str] = []
    if "role_slug" in about:
        roles = [about["role_slug"]]
    elif "dimension_slug" in about:
        roles = [r.slug for r in catalog.roles_of_dimension.get(about["dimension_slug"], ())]
    elif "skill_slug" in about:
        roles = sorted(catalog.roles_of_skill.get(about["skill_slug"], ()))
    elif finding.kind == "duplicate_role":
        roles = list(about["slugs"])
    families = [catalog.role[r].domain or "" for r in roles if r in catalog.role]
    return max(sorted(set(families)), key=families.count) if families else "No family"


TABLES = {
    "skill_slug": "skills", "dimension_slug": "dimensions", "role_slug": "roles",
    "duplicate_skill": "skills", "duplicate_dimension": "dimensions", "duplicate_role": "roles",
}  # fmt: skip
"""The table of a subject's slug, by its field, and of a duplicate's slugs, by the finding's kind."""


def _name(finding: Finding, field: str, catalog: Catalog) -> str:
    """What a field of a finding's subject is called; duplicates of one name are told by their slugs."""
    value = finding.subject[field]
    if isinstance(value, list):
        names = [name_of(catalog, TABLES[finding.kind], slug) for slug in value]
        return " and ".join(names if len(set(names)) == len(names) else value)
    return name_of(catalog, TABLES.get(field, ""), str(value))


def subject(finding: Finding, catalog: Catalog) -> str:
    """What a finding is about, on one line."""
    names = {field: _name(finding, field, catalog) for field in finding.subject}
    if "alias_text" in names:
        return f"{names.pop('alias_text')} → {' '.join(names.values())}"
    if finding.kind == "wrong_dimension":
        return f"{names['skill_slug']} in {names['dimension_slug']}"
    return " · ".join(names.values())


def _heading(finding: Finding, catalog: Catalog) -> str:
    parts = {
        f: theme.span(_name(finding, f, catalog), COLOURS.get(f, finding.kind.split("_")[-1]))
        for f in finding.subject
    }
    if "alias_text" in parts and "skill_slug" in parts:
        told = f"{parts['alias_text']} as a form of {parts['skill_slug']}"
    elif finding.kind == "wrong_dimension":
        told = f"{parts['skill_slug']} in {parts['dimension_slug']}"
    else:
        told = " · ".join(parts.values())
    return f'<div class="jdw-title" style="font-size:18px">{told}</div>'


def detail(finding: Finding, runs: int, place: int, total: int, decision: Decision | None) -> None:
    """Everything about a finding, and what can be decided."""
    bench = workbench()
    me, key = person(), findings.key_of(finding)
    catalog = bench.indexes()[1].catalog
    where = f"{place} of {total} · " if place else ""
    st.html(
        _heading(finding, catalog)
        + f'<div class="jdw-meta">{where}{escape(KINDS[finding.kind])} · sure {finding.score:.2f} · {runs:,} past run{"" if runs == 1 else "s"}</div>'
        + "".join(f'<div style="margin-top:6px">{escape(reason)}</div>' for reason in finding.reasons)
    )
    if decision:
        said = f": {escape(decision.reason)}" if decision.reason else ""
        st.html(
            f'<div class="jdw-meta">{escape(decision.decision.capitalize())} by {escape(decision.author)}{said}</div>'
        )
    holder = teamwork.claim(bench.engine, key, me) if me else None
    if holder:
        st.warning(f"{holder} has this finding open.", icon=":material/person:")
        if st.button("Take it over", icon=":material/swap_horiz:"):
            teamwork.claim(bench.engine, key, me, take_over=True)
            st.rerun()
        return
    _sentences(finding)
    st.html(
        theme.caption(f"Suggested repair · {len(finding.repair)} change{'' if len(finding.repair) == 1 else 's'}")
        + "".join(change_html(change, catalog, reason=False) for change in finding.repair[:TOLD])
        + (f'<div class="jdw-meta">and {len(finding.repair) - TOLD} more</div>' if len(finding.repair) > TOLD else "")
        + (
            ""
            if finding.repair
            else '<div class="jdw-meta">Only a person can tell what is right here: open the card below and edit it.</div>'
        )
    )
    with st.container(horizontal=True):
        for field, value in finding.subject.items():
            if field in PAGES:
                st.page_link(
                    PAGES[field],
                    label=_name(finding, field, catalog),
                    icon=":material/open_in_new:",
                    query_params={"slug": value},
                )
        if "term" in finding.subject:
            st.page_link(
                "pages/review_queue.py", label="Review queue", icon=":material/inbox:", query_params={"kind": "skill"}
            )
    if finding.repair and runs and st.toggle("Show what the repair changes in past runs", key=f"impact-{key}"):
        with st.spinner("Replaying past runs", show_time=True):
            bar(bench.impact_of(finding.repair))
    if not ask_for_name():
        return
    _decide(finding, me, decision)
    talk([f"finding {key}"], f"finding {key}")


def _sentences(finding: Finding) -> None:
    """Where past runs show the fault."""
    about = finding.subject
    if "skill_slug" not in about:
        return
    found = usage.matches(workbench().engine, about["skill_slug"], about.get("alias_text"), 4)
    if not found:
        return
    st.html(theme.caption("Sentences in which it matched"))
    seen.matches(found)


def _decide(finding: Finding, me: str, decision: Decision | None) -> None:
    engine = workbench().engine
    key = findings.key_of(finding)
    reason = st.text_input("Why not", key=f"why-{key}", placeholder="Reason, where you reject")
    with st.container(horizontal=True):
        accept = st.button(
            "Accept repair",
            type="primary",
            icon=":material/check:",
            shortcut="A",
            disabled=not finding.repair,
            key="accept",
        )
        fix = st.button("Fix and accept…", icon=":material/build:", shortcut="E", key="fix-and-accept")
        reject = st.button("Reject", icon=":material/close:", shortcut="X", disabled=not reason.strip(), key="reject")
        unsure = st.button("Not sure", icon=":material/help:", shortcut="U", key="unsure")
        back = st.button(
            "Previous",
            icon=":material/undo:",
            shortcut="P",
            key="previous",
            disabled=not st.session_state.get("decided-keys"),
        )
    if accept:
        _keep(key)
        draft.attempt(lambda: findings.accept(engine, finding, me), "The repair is staged in your draft {}.")
    if fix:
        fix_and_accept(finding, me)
    if reject:
        _keep(key)
        draft.attempt(
            lambda: findings.reject(engine, finding, me, reason.strip()),
            "Rejected; it stays away until its evidence changes.",
        )
    if unsure:
        _keep(key)
        draft.attempt(
            lambda: findings.leave_open(engine, finding, me, reason.strip()),
            "Left open for others; it comes last in your queue.",
        )
    if back:
        st.session_state["show-finding"] = st.session_state["decided-keys"].pop()
        st.rerun()
    if decision and decision.decision != "unsure" and st.button("Decide again", icon=":material/undo:"):
        draft.attempt(lambda: findings.reopen(engine, key), "It is open again; what was staged is still in its draft.")


def _keep(key: str) -> None:
    st.session_state.setdefault("decided-keys", []).append(key)


@st.dialog("Fix and accept", width="medium")
def fix_and_accept(finding: Finding, me: str) -> None:
    """Another repair than the suggested one."""
    view = draft.view()
    catalog, about = view.catalog, finding.subject
    changes: tuple[Change, ...] = ()
    reason = st.text_input("Why", placeholder="For the colleague who reads the change set")
    why = Why(reason or finding.reasons[0])
    try:
        if finding.kind == "wrong_dimension":
            likely = [d.slug for d in likely_dimensions(catalog, about["skill_slug"])]
            rest = [d.slug for d in catalog.dimensions if d.slug not in likely]
            target = st.selectbox(
                "It belongs to",
                [*likely, *rest],
                index=None,
                format_func=lambda d: catalog.dimension[d].display_name,
                placeholder="No dimension: drop it",
            )
            changes = move_link(catalog, about["skill_slug"], about["dimension_slug"], target, why)
        elif finding.kind in ("wrong_alias", "ambiguous_alias"):
            likely = [s.slug for s in likely_owners(catalog, about["alias_text"], but=about["skill_slug"])]
            rest = [s.slug for s in catalog.skills if s.slug not in likely]
            owner = st.selectbox(
                "It means",
                [*likely, *rest],
                index=None,
                format_func=lambda s: catalog.skill[s].display_name,
                placeholder="No skill: drop it",
            )
            if owner:
                changes = repoint_alias(catalog, about["skill_slug"], about["alias_text"], owner, why)
            else:
                changes = tuple(c for c in finding.repair if c.kind == "remove")
        elif finding.kind.startswith("duplicate_") and finding.kind in TABLES:
            table = TABLES[finding.kind]
            stays = st.radio(
                "Stays, and takes what leans on the other",
                about["slugs"],
                format_func=lambda s: f"{name_of(catalog, table, s)} ({s})",
            )
            (gone,) = (s for s in about["slugs"] if s != stays)
            changes = merge(catalog, table, gone, stays, why)
        elif finding.repair:
            kept = st.multiselect(
                "Changes to make",
                range(len(finding.repair)),
                list(range(len(finding.repair))),
                format_func=lambda i: finding.repair[i].words(),
            )
            changes = tuple(finding.repair[i] for i in kept)
        else:
            st.info(
                "There is no repair to start from. Open the entry’s card and edit it there.",
                icon=":material/open_in_new:",
            )
    except WorkbenchError as error:
        st.error(str(error), icon=":material/block:")
    st.html("".join(change_html(c, catalog) for c in changes[:TOLD]))
    if st.button("Stage", type="primary", icon=":material/edit_note:", disabled=not changes, key="stage-fix"):
        _keep(findings.key_of(finding))
        draft.attempt(
            lambda: findings.accept(workbench().engine, finding, me, changes), "The repair is staged in your draft {}."
        )


@st.dialog("Accept them all", width="large")
def bulk(shown: list[Finding], me: str) -> None:
    """Stage the repairs of findings of one kind, the list shown first."""
    catalog = workbench().indexes()[1].catalog
    known = [f for f in shown if f.repair]
    chosen = st.multiselect(
        "Findings", range(len(known)), list(range(len(known))), format_func=lambda i: subject(known[i], catalog)
    )
    st.html("".join(change_html(c, catalog) for i in chosen for c in known[i].repair[:4]))
    if st.button(f"Stage {len(chosen)} repairs", type="primary", icon=":material/done_all:", disabled=not chosen):
        repairs = [(known[i], known[i].repair) for i in chosen]
        draft.attempt(
            lambda: findings.accept_all(workbench().engine, repairs, me),
            f"{len(chosen)} repairs are staged in your draft {{}}.",
        )
