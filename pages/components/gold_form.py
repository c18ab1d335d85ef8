"""What makes items of gold sets of runs that reviewers have judged: of the run that is shown, or of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.services.gold_verdicts import UNJUDGED, GoldOrder, JudgedRun, MadeGold, Refused, Unjudged
from db.stores.verdicts import GivenVerdict
from pages.components import kept, links, markup
from pages.components.flash import flash, refuse
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError

ICON = ":material/workspace_premium:"
NEW_SET = ""
MAX_LISTED = 20
UNJUDGED_LABELS: dict[Unjudged, str] = {
    "right": "count as right",
    "left_out": "leave them out",
    "not_asked": "ask for no skills at all",
}
NEWEST = ""


def offer(run_ids: Sequence[UUID], *, help: str = "") -> None:
    """The button that opens the form for runs."""
    if st.button("Add to gold", icon=ICON, key="add-to-gold", help=verbatim(help) or None):
        form(run_ids)


def show(run_id: UUID, jd_hash: str, given: Sequence[GivenVerdict]) -> None:
    """The button of one run, once a reviewer has said its role, and the gold sets that have its text already."""
    is_judged = any(verdict.has_role and not verdict.is_open_blind for verdict in given)
    found = workbench().gold_listing.sets_of_text(jd_hash)
    if not is_judged and not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="run-gold"):
        if is_judged:
            offer([run_id], help="What reviewers say of this run becomes an item of a gold set")
        if found:
            url = [links.page_url(links.GOLD_SETS, set=name, item=jd_id) for name, jd_id in found]
            named = [markup.link(name, there) for (name, _), there in zip(found, url, strict=True)]
            st.html(markup.meta(markup.fill("In gold: {}", markup.join(named, ", "))))


@st.dialog("Add to gold", width="medium")
def form(run_ids: Sequence[UUID]) -> None:
    """Into which set, by whose verdict, what becomes of skills that nobody judged, and why."""
    try:
        order = _order(run_ids)
    except WorkbenchError as error:
        st.info(verbatim(error), icon=":material/rate_review:")
        return
    if not st.button("Add", type="primary", icon=":material/add:", key="gold-add"):
        return
    try:
        refused = _add(run_ids, order)
    except WorkbenchError as error:
        refuse(error)
        return
    if refused:
        _show_refused(refused)
        return
    st.rerun()


def _order(run_ids: Sequence[UUID]) -> GoldOrder:
    """The fields of the form. Raises ``StoreError`` for one run that nobody has judged."""
    reviewer = _reviewer(run_ids[0]) if len(run_ids) == 1 else NEWEST
    if len(run_ids) == 1:
        st.html(_counts(workbench().gold_verdicts.judged_run(run_ids[0], reviewer)))
    else:
        st.html(
            markup.meta(
                f"{count_label(len(run_ids), 'run')}: of each the newest verdict that says the role. Runs without one are named."
            )
        )
    names = [found.name for found in workbench().gold_sets.all()]
    chosen = st.selectbox(
        "Set",
        [*names, NEW_SET],
        format_func=lambda name: verbatim(name) if name else "a new set",
        **kept.choice("gold-set", names[0] if names else NEW_SET, [*names, NEW_SET]),
    )
    name = chosen or st.text_input("Its name", placeholder="dev", **kept.text("gold-new-set"))
    unjudged = st.radio(
        "Skills that the run found and nobody judged",
        UNJUDGED,
        format_func=lambda choice: verbatim(UNJUDGED_LABELS[choice]),
        horizontal=True,
        **kept.choice("gold-unjudged", "right", UNJUDGED),
    )
    reason = st.text_input("Why", placeholder="For the colleague who looks at the versions", **kept.text("gold-why"))
    return GoldOrder(name or "", unjudged or "right", reason or "", reviewer)


def _reviewer(run_id: UUID) -> str:
    """Whose verdict counts, where several have judged the run."""
    given = workbench().verdicts.of_run(run_id)
    names = [verdict.author for verdict in given if verdict.has_role and not verdict.is_open_blind]
    if len(names) < 2:
        return names[0] if names else NEWEST
    return str(st.selectbox("Verdict of", names, format_func=verbatim, key=f"gold-reviewer-{run_id}"))


def _counts(run: JudgedRun) -> Markup:
    """What becomes of a verdict, in a line."""
    counts, role = run.counts, run.verdict.role_slug
    entry = workbench().snapshots.current().catalog.role.get(role) if role else None
    named = entry.display_name if entry else (role or "no role")
    if counts.is_silent:
        said = "it says nothing of skills, so that none are asked for"
    else:
        parts = {"right": counts.right, "wrong": counts.wrong, "missing": counts.missing, "not judged": counts.unjudged}
        said = "skills: " + ", ".join(f"{count} {word}" for word, count in parts.items() if count)
    return markup.block(markup.fill("{} says {}; {}.", run.verdict.author, markup.bold(named), said))


def _add(run_ids: Sequence[UUID], order: GoldOrder) -> tuple[Refused, ...]:
    """Add the items in the person's name, as soon as there is one; returns the runs that gave none."""
    done: list[MadeGold] = []

    def now() -> None:
        made = workbench().gold_verdicts.add(run_ids, order, person())
        done.append(made)
        kept.forget("gold-new-set", "gold-why")
        flash(_outcome(made, order.name.strip()))

    if has_name(now):
        now()
    return done[0].refused if done else ()


def _outcome(made: MadeGold, name: str) -> str:
    left = f" {count_label(len(made.refused), 'run')} gave no item." if made.refused else ""
    if made.written is None:
        return f"Nothing was added.{left}"
    written = made.written
    counts = {"added": written.added, "changed": written.changed, "the same already": written.unchanged}
    said = ", ".join(f"{len(ids)} {word}" for word, ids in counts.items() if ids)
    return f"“{name}” is at version {written.version}: {said}.{left}"


def _show_refused(refused: Sequence[Refused]) -> None:
    """The runs that gave no item, and why."""
    st.html(markup.meta(f"{count_label(len(refused), 'run')} gave no item:"))
    rows = [(markup.link(one.label, links.run_url(one.run_id)), one.reason) for one in refused[:MAX_LISTED]]
    st.html(markup.table(["Run", "Why"], rows))
    if len(refused) > MAX_LISTED:
        st.html(markup.meta(f"and {len(refused) - MAX_LISTED:,} more"))
    if st.button("Close", key="gold-close"):
        st.rerun()
