"""Documents of steps that are sent: read tolerantly, compared with those of a run, and answered as on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from db.http.api.bodies import MAX_SKILLS, STEP_1_KEY, STEP_2_KEY
from db.http.api.errors import ApiError, Problem
from db.services.results import RunResult
from db.services.workbench import Workbench
from pipeline.contracts import (
    Extraction,
    LibraryMatch,
    Reading,
    ReadingWarning,
    UnworkableDocument,
    Wire,
    read_document,
)
from pipeline.contracts.reading import WHOLE
from pipeline.stages.details import extract_details
from pipeline.stages.final_output import final_output

W = TypeVar("W", bound=Wire)

NOT_CALLED = "step 2 was not called; its answer was made from step 1"
CHANGED = "names a run of this workbench with another step 1 or 2; this was answered from what was sent, and nothing was stored"
_REMEDY = 'Send the answer of the step before as it was given, or {"run_id": ...} for a run of this workbench.'


@dataclass
class GivenSteps:
    """What was sent of steps 1 and 2, as read; ``step`` is the one that is asked for."""

    step: int
    extraction: Reading[Extraction]
    library_match: Reading[LibraryMatch] | None = None
    more: list[ReadingWarning] = field(default_factory=list)

    @classmethod
    def read(cls, step: int, body: Mapping[str, Any]) -> GivenSteps:
        """Read the body of a step. Raises ``ApiError`` for documents that cannot be worked with."""
        if step == 2:
            return cls(step, _read(Extraction, body, "body"))
        unknown = [
            Problem(where=f"body.{key}", problem="is not known here")
            for key in body
            if key not in (STEP_1_KEY, STEP_2_KEY)
        ]
        if STEP_1_KEY not in body:
            unknown.insert(0, Problem(where=f"body.{STEP_1_KEY}", problem="is missing: the answer of step 1"))
        if unknown:
            raise ApiError(422, "invalid_input", unknown, _REMEDY)
        given = cls(step, _read(Extraction, body[STEP_1_KEY], f"body.{STEP_1_KEY}"))
        if body.get(STEP_2_KEY) in (None, {}):
            given.more.append(ReadingWarning(path=STEP_2_KEY, problem=NOT_CALLED))
        else:
            given.library_match = _read(LibraryMatch, body[STEP_2_KEY], f"body.{STEP_2_KEY}")
        return given

    def is_of(self, result: RunResult) -> bool:
        """Whether these are the documents of a run. What its later steps have noted in step 1 does not count."""
        if _compared(self.extraction.document) != _compared(result.extraction):
            return False
        if self.library_match is None:
            return True
        stored = result.library_match
        return stored is not None and _compared(self.library_match.document) == _compared(stored)

    def note_changed(self) -> None:
        """Warn that these name a run and are not its documents."""
        self.more.append(ReadingWarning(path=self._path(STEP_1_KEY, "run_id"), problem=CHANGED))

    def warnings(self) -> list[ReadingWarning]:
        """What was not understood, each path from the body's root."""
        found = [*self._of(STEP_1_KEY, self.extraction.warnings)]
        if self.library_match is not None:
            found += self._of(STEP_2_KEY, self.library_match.warnings)
        return [*found, *self.more]

    def _of(self, key: str, warnings: Sequence[ReadingWarning]) -> Iterator[ReadingWarning]:
        for warning in warnings:
            yield warning.model_copy(update={"path": self._path(key, warning.path)})

    def _path(self, key: str, path: str) -> str:
        return path if self.step == 2 else f"{key}.{path}".rstrip(".")


def computed_details(given: GivenSteps, workbench: Workbench) -> dict[str, Any]:
    """Step 2 of a step 1 that was sent, on today's catalog."""
    indexes, locks = workbench.snapshots.current().indexes, workbench.locks.in_force()
    answer = extract_details(given.extraction.document, indexes, locks)
    return answer.model_copy(update={"warnings": given.warnings()}).wire()


def computed_role_output(given: GivenSteps, workbench: Workbench) -> dict[str, Any]:
    """Step 3 of steps 1 and 2 that were sent, on today's catalog; a step 2 that was not is made."""
    indexes, extraction = workbench.snapshots.current().indexes, given.extraction.document
    sent = given.library_match
    library_match = sent.document if sent else extract_details(extraction, indexes, workbench.locks.in_force())
    answer = final_output(extraction, library_match, indexes)
    return answer.model_copy(update={"warnings": given.warnings()}).wire()


def _read(model: type[W], value: Any, where: str) -> Reading[W]:
    try:
        reading = read_document(model, value)
    except UnworkableDocument as error:
        problems = [Problem(where=_within(where, p.path), problem=p.problem) for p in error.problems]
        raise ApiError(422, "unworkable_document", problems, _REMEDY) from None
    except RecursionError:
        raise ApiError.at(422, "unworkable_document", where, "is nested too deeply to be read", _REMEDY) from None
    document = reading.document
    skills = document.skills if isinstance(document, Extraction) else getattr(document, "skills_detail", ())
    if len(skills) > MAX_SKILLS:
        problem = f"has {len(skills):,} skills; at most {MAX_SKILLS:,} are read"
        remedy = "Run the text with POST /runs, which has no such bound."
        raise ApiError.at(422, "unworkable_document", where, problem, remedy)
    return reading


def _within(where: str, path: str) -> str:
    """A place in a document of the body, which is the body's own where it is of the whole document."""
    return where if path == WHOLE else f"{where}.{path}"


def _compared(document: Wire) -> dict[str, Any]:
    """What tells one document from another: all but what the store notes in it later, and warnings."""
    left_out = {"warnings", Extraction.key_of("updates")}
    return {key: value for key, value in document.wire().items() if key not in left_out}
