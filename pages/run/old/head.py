"""The head of an old run: that it is one, where it is from, what its steps cost, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st
from markupsafe import Markup

from db.services.results import RunResult
from db.stores.old_runs import ImportedFrom
from db.stores.run_history import EarlierRun
from db.stores.runs import AskedBy, StoredRun
from pages.components import links, markup
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.run_deletion import confirm_deletion
from pages.components.time_format import ago, milliseconds, moment
from pages.components.workbench import workbench
from pages.run import verdicts
from pages.run.banner import STEP_NAMES

MAX_FILES = 3
MAX_WARNINGS = 12
TEXT_NOTES = {
    "cut": "The page cuts the job description off behind “show more”: what follows is not in the file.",
    "documents": "The job description is not in the file. What API 1 quotes of it stands in its place, so that a run of it says less.",
}
"""What is to be known of a text that is not all there."""


def heading(stored: StoredRun, result: RunResult, imported: ImportedFrom | None) -> Markup:
    """Name, that nobody changes it, when it ran and who imported it from what, and its steps."""
    skills = result.extraction.skills
    unmatched = len(result.library_match.unmatched_skills) if result.library_match else 0
    lacking = f", {unmatched} of them new to its library" if unmatched else ""
    dated = (
        f"of {moment(stored.created_at)}"
        if imported and imported.figures.created
        else "of a day that its file does not name"
    )
    line = [f"Run {str(stored.id)[:8]}", dated, count_label(len(skills), "skill") + lacking]
    if imported:
        names = [file["name"] for file in imported.files]
        more = f" and {len(names) - MAX_FILES} more" if len(names) > MAX_FILES else ""
        line.append(
            f"imported by {imported.imported_by} {ago(imported.imported_at)} from {', '.join(names[:MAX_FILES])}{more}"
        )
    tags = markup.tag("old system") + markup.tag("read-only") + _status(stored)
    return (
        markup.title(stored.label)
        + markup.meta(tags + " · ".join(line))
        + markup.meta(" · ".join(_steps(stored, imported)))
    )


def _status(stored: StoredRun) -> Markup:
    words = {"extract_from_jd_done": "stopped after step 1", "extract_details_done": "stopped after step 2"}
    return markup.tag(words[stored.status], "doubt") if stored.status in words else markup.tag(stored.status)


def _steps(stored: StoredRun, imported: ImportedFrom | None) -> Iterator[str]:
    """The steps with the times and costs that the page says; none where it does not."""
    there = {1: stored.extraction, 2: stored.library_match, 3: stored.role_output}
    for number, name in STEP_NAMES.items():
        if there[number] is None:
            yield f"{number} {name} not called"
            continue
        took = imported.figures.durations_ms.get(number) if imported else None
        cost = imported.figures.step_costs_usd.get(number) if imported else None
        yield " ".join(
            filter(
                None, (f"{number} {name}", milliseconds(took) if took else "", "" if cost is None else f"${cost:.4f}")
            )
        )
    if imported and imported.figures.cost_usd is not None:
        yield f"in all ${imported.figures.cost_usd:.4f}"


def actions(stored: StoredRun, ours: EarlierRun | None) -> None:
    """Run the text here, the comparison with ours, a verdict; deletion in the menu."""
    with st.container(horizontal=True, horizontal_alignment="right", key="run-actions"):
        if ours is not None:
            url = links.compare_url(stored.id, ours.id)
            st.html(
                markup.fill('<a class="jdw-button" href="{}" target="_self">Compare with ours</a>', url),
                width="content",
            )
        if st.button(
            "Run this text here",
            type="secondary" if ours else "primary",
            icon=":material/play_arrow:",
            key="run-here",
            disabled=not stored.jd_text.strip(),
            help="The same text on today’s catalog, beside this run, which stays as it is",
        ):
            links.open_compare(stored.id, workbench().executor.run_again(stored.id, AskedBy(person(), "pages")))
        with st.popover("More", icon=":material/more_horiz:"):
            st.html(markup.meta("Nobody changes a run of the old system. Labels are put on in the history."))
            if st.button("Delete", icon=":material/delete:", key="delete", width="stretch"):
                confirm_deletion([stored.id])
        verdicts.button(stored, workbench().verdicts.of_run(stored.id))


def notes(imported: ImportedFrom | None) -> Markup:
    """What is to be known of the text, and what of the files was not understood."""
    if imported is None:
        return Markup()
    text = markup.block(TEXT_NOTES[imported.text_source]) if imported.text_source in TEXT_NOTES else Markup()
    lines = [markup.block(f"{w['path']}: {w['problem']}") for w in imported.warnings[:MAX_WARNINGS]]
    more = len(imported.warnings) - MAX_WARNINGS
    if more > 0:
        lines.append(markup.block(f"and {more} more"))
    if lines:
        summary = f"{count_label(len(imported.warnings), 'thing was', 'things were')} not understood, or read as something else"
        text += markup.fill("<details><summary>{}</summary>{}</details>", summary, markup.join(lines))
    return markup.block(text, "jdw-notes") if text else Markup()
