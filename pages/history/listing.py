"""The list of runs: a line each, with ticks; the same as columns for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pandas as pd
from markupsafe import Markup

from db.stores import runs
from db.stores.jobs import PendingRun
from pages.components import links, markup
from pages.components.markup import Column
from pages.components.tick_table import TickRow, TickTable
from pages.components.time_format import milliseconds

STATUS_NAMES = {
    "completed": "Completed",
    "rejected": "Rejected",
    "failed": "Failed",
    "extract_from_jd_done": "Stopped after step 1",
    "extract_details_done": "Stopped after step 2",
    "created": "Not begun",
}
RUNNING, QUEUED = "Running", "Queued"
ENGINES = {"local": "local", "openai": "model", "old_system": "old system"}
REASON = "Why it stopped"
TABLE = TickTable(
    "runs",
    "Runs",
    (
        Column("When", "jdw-wide w"),
        Column("Job description"),
        Column("Role", "jdw-wide"),
        Column("Confidence", "n jdw-wide"),
        Column("Verdict", "jdw-wide"),
        Column("Case", "jdw-wide jdw-spare"),
        Column("Skills", "n jdw-wide"),
        Column("New", "n jdw-wide"),
        Column("Status", "jdw-wide w"),
        Column("Time", "n jdw-wide jdw-spare"),
        Column("Engine", "jdw-wide"),
        Column("Revision", "n jdw-wide"),
    ),
)

BLIND_TABLE = TickTable(
    "runs", "Runs", (Column("When", "jdw-wide w"), Column("Job description"), Column("Verdict", "w"))
)
"""The list of who judges blind: nothing of what the runs found."""

Row = Mapping[str, Any]
"""A run as the history lists it: the columns of ``db.stores.run_history.LISTED``, the text's first words, the newest verdict."""
Pending = Mapping[UUID, PendingRun]
"""The runs that are queued or executed; asked for before the rows were read, so that none that ends meanwhile seems to have
stopped.
"""


def show(rows: Sequence[Row], pending: Pending) -> None:
    """Draw the runs of one page."""
    TABLE.show([TickRow(str(row["id"]), name_of(row), _cells(row, status_label(row, pending))) for row in rows])


def show_blind(rows: Sequence[Row]) -> None:
    """Draw the runs of one page without what they found; a title that was read in the text is among that."""
    found = []
    for row in rows:
        name = row["name"] or row["given_title"] or row["first_words"] or "Empty text"
        url = links.verdict_url(row["id"], blind=True)
        cells = (f"{row['created_at']:%Y-%m-%d %H:%M}", markup.link(name, url), judge_blind(row))
        found.append(TickRow(str(row["id"]), name, cells))
    BLIND_TABLE.show(found)


def name_of(row: Row) -> str:
    """What a run is called: its name, its title, or the first words of its text."""
    return row["name"] or row["title"] or row["given_title"] or row["first_words"] or "Empty text"


def status_label(row: Row, pending: Pending) -> str:
    """How a run stands: one that is stored as unfinished is running or queued, else it stopped."""
    found = None if row["engine"] == runs.OLD_SYSTEM else pending.get(row["id"])
    if found is None or row["status"] in runs.FINISHED:
        return STATUS_NAMES[row["status"]]
    return RUNNING if found.is_executing else f"{QUEUED}, {found.place} before it"


def verdict_word(row: Row) -> str:
    """What a reviewer says of the role: right, wrong, or nothing yet."""
    return "" if row["reviewer"] is None else "right" if row["is_right"] else "wrong"


def _cells(row: Row, status: str) -> tuple[str, ...]:
    confidence = f"{row['confidence']:.2f}" if row["role_name"] else "–"
    role = (
        markup.link(row["role_name"], links.entity_url("role", row["role_slug"]), "role") if row["role_name"] else "–"
    )
    return (
        f"{row['created_at']:%Y-%m-%d %H:%M}",
        _name_cell(row, status),
        role,
        confidence,
        _verdict(row),
        row["case"] or "–",
        _number(row["skill_count"]),
        _number(row["new_skill_count"]),
        status,
        milliseconds(row["duration_ms"]),
        ENGINES[row["engine"]],
        "–" if row["engine"] == runs.OLD_SYSTEM else str(row["revision_id"]),
    )


def _name_cell(row: Row, status: str) -> Markup:
    """Name and labels; below them why it stopped, and for a narrow screen what the further columns say."""
    labels = markup.join(markup.tag(label) for label in row["labels"])
    reason = markup.meta(row["error"]) if row["error"] else Markup()
    judged = f"role {verdict_word(row)}" if verdict_word(row) else ""
    facts = [row["role_name"] or status, judged, f"{row['created_at']:%d %b %H:%M}"]
    narrow = markup.fill('<div class="jdw-meta jdw-narrow">{}</div>', " · ".join(filter(None, facts)))
    if row["needs_review"]:
        labels += markup.tag("needs a reviewer", "doubt")
    return markup.link(name_of(row), links.run_url(row["id"])) + Markup(" ") + labels + reason + narrow


def _verdict(row: Row) -> Markup:
    word = verdict_word(row)
    if not word:
        return Markup()
    return markup.tag(word, "good" if word == "right" else "bad") + markup.meta_span(row["reviewer"])


def judge_blind(row: Row) -> Markup:
    """The way to judge a run blind, where the person at the screen has not judged it; not beside what it found."""
    if row["is_judged"] or row["status"] != "completed" or row["engine"] == runs.OLD_SYSTEM:
        return Markup()
    return markup.link("judge blind", links.verdict_url(row["id"], blind=True))


def _review_word(needed: bool | None) -> str:
    return "" if needed is None else "yes" if needed else "no"


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def columns(rows: Sequence[Row], pending: Pending) -> pd.DataFrame:
    """The runs as columns of a file; why runs stopped is a column only where one has."""
    frame = pd.DataFrame(
        {
            "Id": [str(row["id"]) for row in rows],
            "When": [f"{row['created_at']:%Y-%m-%d %H:%M:%S}" for row in rows],
            "Job description": [name_of(row) for row in rows],
            "Role": [row["role_name"] or "" for row in rows],
            "Confidence": [row["confidence"] if row["role_name"] else None for row in rows],
            "Verdict": [verdict_word(row) for row in rows],
            "Reviewer": [row["reviewer"] or "" for row in rows],
            "Needs a reviewer": [_review_word(row["needs_review"]) for row in rows],
            "Case": [row["case"] or "" for row in rows],
            "Skills": [row["skill_count"] for row in rows],
            "New": [row["new_skill_count"] for row in rows],
            "Status": [status_label(row, pending) for row in rows],
            REASON: [row["error"] or "" for row in rows],
            "Time in ms": [row["duration_ms"] for row in rows],
            "Engine": [ENGINES[row["engine"]] for row in rows],
            "Revision": [None if row["engine"] == runs.OLD_SYSTEM else row["revision_id"] for row in rows],
            "Labels": ["; ".join(row["labels"]) for row in rows],
        }
    )
    return frame if any(row["error"] for row in rows) else frame.drop(columns=REASON)
