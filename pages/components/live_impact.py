"""What an edit makes of past runs, in one quiet line beside where it is made: at once what is known, and the rest as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.services.live_counting import LiveImpact, MovedRun
from pages.components import draft, links, markup
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.changes import Change, squash
from pipeline.catalog.describe import name_of
from pipeline.errors import WorkbenchError

POLL_SECONDS = 1.0
MAX_NAMED = 8
"""Runs that are named below the line."""
MAX_IN_ADDRESS = 50
"""Runs that a link to the history takes along."""
JUDGED_BY = "By reviewers’ verdicts and gold texts"

Changes = Sequence[Change]


def live_impact(changes: Changes, lead: str = "Past runs") -> None:
    """What changes that are not staged yet would make of past runs, on the catalog as it is shown; ``lead`` begins the line."""
    _counted(tuple(changes), draft.view().shown.changes, lead)


def last_edit() -> None:
    """What the newest decision of the person's draft makes of past runs, on top of those before it; nothing without a draft."""
    number = workbench().change_sets.draft_of(person()) if person() else None
    inside = [d for d in workbench().change_sets.decisions(number) if d.out is None] if number is not None else []
    if inside:
        before = squash(change for decision in inside[:-1] for change in decision.changes)
        _counted(inside[-1].rows, before, "My last edit")


def _counted(changes: tuple[Change, ...], before: tuple[Change, ...], lead: str) -> None:
    """The line; while more is being counted it draws itself anew, and nothing else."""
    try:
        is_complete = workbench().live_impacts.of(changes, before).is_complete
    except WorkbenchError as error:
        st.html(markup.meta(markup.fill("{}: not known. {}", lead, verbatim(error))))
        return

    @st.fragment(run_every=None if is_complete else POLL_SECONDS)
    def show() -> None:
        st.html(_line(workbench().live_impacts.of(changes, before), lead))

    show()


def _line(found: LiveImpact, lead: str) -> Markup:
    """Runs, roles, better and worse, what is still to be counted, and which runs."""
    parts: list[str] = []
    if found.runs or found.better or found.worse:
        parts.append(_runs(found))
        if found.roles:
            parts.append(f"{count_label(found.roles, 'role changes', 'roles change')}")
        for count, word, tone in ((found.better, "better", "good"), (found.worse, "worse", "bad")):
            if count:
                parts.append(markup.fill('<b class="jdw-{}" title="{}">{} {}</b>', tone, JUDGED_BY, f"{count:,}", word))
    elif found.is_complete:
        parts.append("none comes out differently")
    if not found.is_begun:
        parts.append("being looked up …")
    elif not found.is_complete:
        parts.append(f"counted {found.counted:,} of {found.among:,} …")
    line = markup.fill('<span class="jdw-live">{}: {}</span>', lead, markup.join(parts, " · "))
    return markup.fill('<div class="jdw-meta" role="status" aria-live="polite">{}</div>{}', line, _named(found))


def _runs(found: LiveImpact) -> Markup | str:
    """How many runs come out differently, with the way to them."""
    ids = [moved.run_id for moved in found.listed if moved.is_run]
    text = count_label(found.runs, "run")
    if not ids:
        return text
    return markup.link(text, links.page_url(links.HISTORY, runs=",".join(ids[:MAX_IN_ADDRESS])))


def _named(found: LiveImpact) -> Markup:
    """The runs that change most, folded away: those that break first."""
    moved = [m for m in found.listed if m.role_changes or m.judged != "unknown"][:MAX_NAMED]
    if not moved:
        return Markup()
    known = workbench().held_runs.past([UUID(m.run_id) for m in moved if m.is_run])
    names = {str(run_id): run.label for run_id, run in known.items()}
    items = markup.join(_item(m, names.get(m.run_id, m.gold_name or m.run_id[:8])) for m in moved)
    return markup.fill('<details class="jdw-rows jdw-meta"><summary>Which</summary><ul>{}</ul></details>', items)


def _item(moved: MovedRun, name: str) -> Markup:
    tone = {"better": "good", "worse": "bad"}.get(moved.judged, "")
    label = markup.link(name[:60], links.run_url(moved.run_id)) if moved.is_run else markup.fill("{} (gold)", name[:60])
    return markup.fill(
        "<li>{} {}{}</li>",
        label,
        _roles(moved),
        markup.fill(' <b class="jdw-{}">{}</b>', tone, moved.judged) if tone else "",
    )


def _roles(moved: MovedRun) -> Markup | str:
    if not moved.role_changes:
        return "its skills"
    catalog = draft.view().stored
    before, after = (name_of(catalog, "roles", slug) if slug else "no role" for slug in (moved.before, moved.after))
    return markup.fill("{} → {}", markup.removed(before), after)
