"""What was mended because of a run: the change sets that name it, and the other runs that they fixed."""

from __future__ import annotations

from uuid import UUID

from markupsafe import Markup

from db.stores.change_sets import ChangeSet
from pages.components import links, markup
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pipeline.catalog.refs import RunRef

MAX_SETS, MAX_RUNS = 3, 5


def lines(run_id: UUID) -> Markup:
    """A line for each change set that mends what the run showed, the newest first; empty where none does."""
    sets = workbench().audit_trail.of_source(RunRef(run_id))
    return markup.join(markup.meta(_line(run_id, one)) for one in sets[:MAX_SETS])


def _line(run_id: UUID, one: ChangeSet) -> Markup:
    url = links.page_url(links.REVISIONS, set=str(one.id))
    mended = markup.fill("Mended from this run in {}", markup.link(f"revision {one.revision_id}, “{one.title}”", url))
    impact = workbench().change_sets.impact_of(one.id)
    runs = impact["runs"] if impact else ()
    fixed = [run for run in runs if run.get("judged") == "better" and run["id"] != str(run_id)]
    if not fixed:
        return mended
    named = markup.join(
        (markup.link(run["label"] or run["id"][:8], links.run_url(run["id"])) for run in fixed[:MAX_RUNS]), ", "
    )
    more = f" and {len(fixed) - MAX_RUNS} more" if len(fixed) > MAX_RUNS else ""
    return markup.fill("{}, which fixed {}: {}{}", mended, count_label(len(fixed), "other run"), named, more)
