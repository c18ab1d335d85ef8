"""The faults of a run of the old system: their kinds as labels, and as a table with what shows each and where ours has it too."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from db.stores.findings import key_of
from pages.components import links, markup
from pages.components.workbench import workbench
from pipeline.old_runs.faults import RUN_CHECKS, Fault

MAX_OF_KIND = 6


def tags(found: Sequence[Fault]) -> Markup:
    """The kinds of faults, each with its number; that there is none."""
    counts = [(check.label, sum(fault.check == check for fault in found)) for check in RUN_CHECKS]
    parts = [markup.tag(label if count == 1 else f"{count} × {label}", "bad") for label, count in counts if count]
    return markup.join(parts) if parts else markup.tag("nothing was found", "good")


def table(found: Sequence[Fault]) -> Markup:
    """The faults by kind, each with the sentence that shows it, and where our catalog is suspected of the same."""
    suspected = workbench().snapshots.suspicions()
    rows = []
    for check in RUN_CHECKS:
        of_kind = [fault for fault in found if fault.check == check]
        if not of_kind:
            continue
        lines = []
        for fault in of_kind[:MAX_OF_KIND]:
            finding = next((suspected[place] for place in fault.places if place in suspected), None)
            here = markup.link("our catalog has it too", links.finding_url(key_of(finding))) if finding else Markup()
            lines.append(markup.block(markup.fill("{} {}", fault.reason[:1].upper() + fault.reason[1:] + ".", here)))
        if len(of_kind) > MAX_OF_KIND:
            lines.append(markup.meta(f"and {len(of_kind) - MAX_OF_KIND} more"))
        name = markup.fill('<span title="{}">{}</span>', check.explanation, markup.tag(check.label, "bad wraps"))
        rows.append([name, markup.join(lines)])
    return markup.table([markup.Column("Fault", "w4"), "What shows it"], rows)
