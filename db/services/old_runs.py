"""The import of the old system's files as runs that stand beside ours: many at once, each with what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import Engine

from db.errors import StoreError
from db.services.results import RunResult
from db.stores.old_runs import ImportedFrom, OldRunStore, id_of
from db.stores.run_deletions import RunDeletions
from db.stores.runs import StoredRun
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Extraction
from pipeline.errors import InputError
from pipeline.old_runs import OldRun, PageFigures, read_old_files, text_of_file
from pipeline.old_runs.faults import CheckedRun, Fault, faults_of

Outcome = Literal["imported", "there", "refused"]
OUTCOME_NAMES: dict[Outcome, str] = {"imported": "imported", "there": "already there", "refused": "refused"}
REACHED = {1: "API 1 alone", 2: "API 1 and 2", 3: "all three steps"}


@dataclass(frozen=True)
class FileReport:
    """What became of a run of a file, or of a file that holds none: in a sentence, and as a word."""

    file: str
    outcome: Outcome
    sentence: str
    run_id: UUID | None = None
    label: str = ""
    warnings: int = 0


class OldRunImport:
    """Imports files of the old system."""

    def __init__(self, engine: Engine) -> None:
        self._store = OldRunStore(engine)
        self._deletions = RunDeletions(engine)

    def import_files(self, files: Sequence[tuple[str, bytes]], author: str) -> list[FileReport]:
        """Import files, each a name and its bytes, in the name of a person; returns a report of each in their order.

        A file that cannot be read, or a run that cannot be stored, is refused alone.
        """
        texts: dict[str, str] = {}
        reports: list[FileReport] = []
        order: dict[str, int] = {}
        for name, content in files:
            unique = _unique(name, order)
            order[unique] = len(order)
            try:
                texts[unique] = text_of_file(content, unique)
            except InputError as error:
                reports.append(FileReport(unique, "refused", str(error)))
        found = read_old_files(tuple(texts.items()))
        reports += [FileReport(name, "refused", reason) for name, reason in found.refused.items()]
        for run in found.runs:
            reports += self._place(run, texts, author)
        return sorted(reports, key=lambda report: order[report.file])

    def _place(self, run: OldRun, texts: dict[str, str], author: str) -> list[FileReport]:
        """Store a run; a report for each of its files."""
        run_id = id_of(run)
        deletion = self._deletions.find(run_id)
        is_back = bool(deletion and deletion.can_be_put_back and self._deletions.put_back([run_id]))
        try:
            placed = self._store.put(run, texts, author)
        except StoreError as error:
            return [FileReport(file, "refused", str(error)) for file in run.files]
        label = run.extraction.parsed.role or run.extraction.jd_role.display_name or "without a title"
        reached = REACHED[1 if run.library_match is None else 2 if run.role_output is None else 3]
        sentences = {
            "imported": f"{label}: imported with {reached}{_text_words(run)}",
            "there": f"{label}: already there, nothing was added"
            + (" (it was deleted, and is put back)" if is_back else ""),
            "refused": f"{label}, run {run_id}: {placed.reason}",
        }
        first = FileReport(
            run.files[0], placed.outcome, sentences[placed.outcome] + ".", run_id, label, len(run.warnings)
        )
        others = [
            FileReport(file, placed.outcome, f"{label}: joined with {run.files[0]}.", run_id, label)
            for file in run.files[1:]
        ]
        return [first, *others]


def faults_in(
    stored: StoredRun, result: RunResult, imported: ImportedFrom | None, indexes: Indexes, ours: Extraction | None
) -> list[Fault]:
    """What a run of the old system got wrong, by its documents and page, and beside our step 1 of the same text where it is given."""
    figures = imported.figures if imported else PageFigures()
    return faults_of(
        CheckedRun(
            result.extraction, result.library_match, result.role_output, stored.client_output, indexes, figures, ours
        )
    )


def _text_words(run: OldRun) -> str:
    """What there is of the text, where that is not all of it."""
    if run.text_source == "cut":
        return "; its text is cut off behind “show more” on the page"
    return (
        "; its text is not in the file: what API 1 quotes of it stands in its place"
        if run.text_source == "documents"
        else ""
    )


def _unique(name: str, taken: Collection[str]) -> str:
    """The name of a file, with a number where another of the same name came before."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found
