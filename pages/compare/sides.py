"""What is compared: two runs, or one with itself on the catalog with a draft; chosen in two fields, named in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st

from db.errors import UnknownRun
from db.services import results
from db.services.old_runs import faults_in
from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.labels import ENGINE_NAMES
from pages.components.progress import watch
from pages.components.time_format import moment
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog.changes import Change
from pipeline.compare import Difference, RunSide, setting_differences
from pipeline.old_runs import Beside


@dataclass(frozen=True)
class Comparison:
    """What is compared: a run with another one, or with itself on the catalog with a draft."""

    left: StoredRun
    right: StoredRun
    draft: int | None
    sides: tuple[RunSide, RunSide]
    catalog_changes: tuple[tuple[str, Change], ...]
    """Changes between the two catalogs, each with the change set or draft that it is in."""
    beside: Beside | None = None
    """Of a run of the old system beside one of ours: what says why they differ; then ``sides`` has our names of common skills."""

    @property
    def headings(self) -> tuple[str, str]:
        """What tells the two sides apart."""
        if self.draft is not None:
            return f"Revision {workbench().snapshots.revision()}", f"With draft {self.draft}"
        if self.left.is_old or self.right.is_old:
            return source_label(self.left), source_label(self.right)
        if self.left.revision_id != self.right.revision_id:
            return f"Revision {self.left.revision_id}", f"Revision {self.right.revision_id}"
        return ENGINE_NAMES[self.left.engine], ENGINE_NAMES[self.right.engine]

    @property
    def settings(self) -> list[Difference]:
        """What was set differently; of a run of the old system, whose settings are not known, the engine alone."""
        found = setting_differences(*self.sides)
        return [row for row in found if row.name == "Engine"] if self.left.is_old or self.right.is_old else found


def source_label(run: StoredRun) -> str:
    """What a run rests on: the revision of our catalog, or the old system."""
    return ENGINE_NAMES[run.engine] if run.is_old else f"Revision {run.revision_id}"


def draft_of_address() -> int | None:
    """The number of the draft that the address names."""
    given = st.query_params.get("draft", "")
    return int(given) if given.isdigit() else None


def pick(parameter: str, label: str, recent: Sequence[StoredRun]) -> StoredRun | None:
    """One side: the run that the address names, or one chosen from the newest."""
    given = st.query_params.get(parameter, "")
    stored = load(given) if given else None
    choices = {str(run.id): run for run in ([stored] if stored else []) + [*recent]}
    chosen = st.selectbox(
        verbatim(label),
        list(choices),
        index=0 if stored else None,
        key=f"pick-{parameter}-{given}",
        placeholder="Choose a run",
        format_func=lambda run_id: _run_label(choices[run_id]),
    )
    if chosen and chosen != given:
        st.query_params[parameter] = chosen
        st.rerun()
    return stored


def load(given: str) -> StoredRun | None:
    """The run of an id as the address gives it; null for none, which is said."""
    try:
        return workbench().runs.load(UUID(given))
    except (ValueError, UnknownRun):
        st.warning(verbatim(f"The run {given} is not there; it may have been deleted."), icon=":material/search_off:")
    return None


def _run_label(run: StoredRun) -> str:
    revision = "" if run.is_old else f" · revision {run.revision_id}"
    return f"{run.label} · {ENGINE_NAMES[run.engine]}{revision} · {moment(run.created_at)}"


def say_draft(draft: int) -> None:
    """That one side is the catalog with a draft, and the way to another run instead."""
    st.html(
        markup.meta(
            f"The text on today’s catalog, and with draft {draft}: replayed from the stored parse, and not kept as runs."
        )
    )
    if st.button("Compare with a run instead", icon=":material/compare_arrows:"):
        del st.query_params["draft"]
        st.rerun()


def is_watched(*runs: StoredRun) -> bool:
    """Show the progress of a side that is being executed; whether there is one."""
    for run in runs:
        if run.is_finished:
            continue
        now, pending = workbench().executor.observe(run.id)
        if pending is not None:
            stands = "is running" if pending.is_executing else "is queued"
            st.html(markup.meta(f"{run.label} · {ENGINE_NAMES[run.engine]} {stands}."))
            watch(run.id, pending)
            return True
        if now.is_finished:
            # It ended after this page had read it.
            st.rerun()
    return False


def compared(left: StoredRun, right: StoredRun, draft: int | None) -> Comparison:
    """Both sides and the changes between their catalogs. Raises ``WorkbenchError`` for a run without a result."""
    sides = results.side_of(left, ENGINE_NAMES[left.engine]), results.side_of(right, ENGINE_NAMES[right.engine])
    if draft is not None:
        with st.spinner("Replaying the run with the draft"):
            today, with_draft = workbench().impacts.replay(left.id, draft)
        # A replay has no cost, no time and no words of a model: these are the run's own on both sides.
        before, after = (
            replace(sides[0], extraction=run.extraction, library_match=run.library_match) for run in (today, with_draft)
        )
        drafted = tuple((f"draft {draft}", change) for change in workbench().snapshots.with_draft(draft).changes)
        return Comparison(left, right, draft, (before, after), drafted)
    if left.is_old or right.is_old:
        return _with_old(left, right, sides)
    committed = (
        workbench().audit_trail.changes_between(left.revision_id, right.revision_id)
        if left.revision_id != right.revision_id
        else []
    )
    changes = tuple(
        (f"change set {change_set.id}, {change_set.committer or change_set.author}", change)
        for change_set, changes in committed
        for change in changes
    )
    return Comparison(left, right, None, sides, changes)


def _with_old(left: StoredRun, right: StoredRun, sides: tuple[RunSide, RunSide]) -> Comparison:
    """A comparison with a run of the old system; where the other is ours, with what says why they differ."""
    if left.is_old == right.is_old:
        return Comparison(left, right, None, sides, ())
    old, (old_side, our_side) = (left, sides) if left.is_old else (right, sides[::-1])
    indexes = workbench().snapshots.current().indexes
    result = results.result_of(old)
    ours = our_side.extraction if left.jd_hash == right.jd_hash else None
    found = faults_in(old, result, workbench().old_runs.load(old.id), indexes, ours) if result else []
    beside = Beside(old_side, our_side, tuple(found), indexes)
    paired = (beside.aligned, our_side) if left.is_old else (our_side, beside.aligned)
    return Comparison(left, right, None, paired, (), beside)
