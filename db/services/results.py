"""The payloads of a stored run as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from db.stores.runs import StoredRun, read_stored
from pipeline.compare import RunSide
from pipeline.contracts import Decision, Extraction, FinalSkill, LibraryMatch, ParsedJD, RoleOutput, accept
from pipeline.errors import WorkbenchError
from pipeline.old_runs import with_slugs


@dataclass(frozen=True)
class RunResult:
    """What a run has come to: step 1, and steps 2 and 3 where they were reached."""

    extraction: Extraction
    library_match: LibraryMatch | None = None
    role_output: RoleOutput | None = None


def result_of(stored: StoredRun) -> RunResult | None:
    """The typed result of a run; null when it has not come to the end of step 1. Raises ``MalformedRun``."""
    if stored.extraction is None:
        return None
    matched, linked = stored.library_match, stored.role_output
    extraction = read_stored(partial(accept, Extraction), stored.extraction, stored.id, "extraction")
    match = read_stored(partial(accept, LibraryMatch), matched, stored.id, "library match") if matched else None
    return RunResult(
        with_slugs(extraction, match) if stored.is_old else extraction,
        match,
        read_stored(partial(accept, RoleOutput), linked, stored.id, "role output") if linked else None,
    )


@dataclass(frozen=True)
class PartialResult:
    """What the stages of step 1 have found so far; null what none has found yet."""

    parsed: ParsedJD | None = None
    skills: tuple[FinalSkill, ...] = ()
    decision: Decision | None = None


def partial_result(stored: StoredRun) -> PartialResult:
    """What a run that goes on has found: its step 1, or what stages before the end of that have stored."""
    result = result_of(stored)
    if result is not None:
        whole = result.extraction
        return PartialResult(whole.parsed, tuple(whole.skills), whole.decision)
    parts, run_id = stored.partial, stored.id
    return PartialResult(
        read_stored(ParsedJD.model_validate, parts["parsed"], run_id, "parsed JD") if "parsed" in parts else None,
        tuple(
            read_stored(FinalSkill.model_validate, skill, run_id, "list of skills") for skill in parts.get("skills", ())
        ),
        read_stored(Decision.model_validate, parts["decision"], run_id, "decision") if "decision" in parts else None,
    )


def side_of(stored: StoredRun, engine_name: str) -> RunSide:
    """A run as one side of a comparison. Raises ``WorkbenchError`` for a run without a result."""
    result = result_of(stored)
    if result is None:
        raise WorkbenchError(
            f"“{stored.label}” has no result to compare: {stored.error or 'it did not come to its end'}."
        )
    return RunSide(
        extraction=result.extraction,
        library_match=result.library_match,
        client_output=stored.client_output,
        engine=engine_name,
        config=stored.config,
        revision=stored.revision_id,
        cost_usd=stored.cost_usd,
        duration_ms=stored.duration_ms,
    )
