"""The composition of the stages: a run from its text, or from a later stage, to its end.

``run_stages`` yields a typed event as each stage ends. It skips the stages whose results its ``RunState`` holds already,
and a caller that needs no more stops iterating (``until``). With the local engine a run is a pure function of its state
and context.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import (
    Decision,
    Extraction,
    JDRole,
    LibraryMatch,
    ParsedJD,
    RoleOutput,
    RunDocument,
    Signals,
    Updates,
)
from pipeline.engines import Engine, LocalEngine
from pipeline.engines.ledger import ModelCall, Note, total_cost
from pipeline.stages.capture import capture
from pipeline.stages.collisions import with_collisions
from pipeline.stages.decision import rejected
from pipeline.stages.details import extract_details
from pipeline.stages.duties import duties_of
from pipeline.stages.encoding import EncodedJD, encode_jds, jd_vector
from pipeline.stages.enrichment import enrich
from pipeline.stages.enrichment.maturity import KeptMaturities
from pipeline.stages.final_output import final_output
from pipeline.stages.new_role import new_role
from pipeline.stages.parse import rejection_reason
from pipeline.stages.planner import with_baseline
from pipeline.stages.ranking import rank_roles
from pipeline.stages.review import with_review
from pipeline.stages.signals import Centroid, RoleSignals, TextSignals, read_signals, read_text
from pipeline.stages.skills import FoundSkill
from pipeline.stages.sub_role import with_sub_role
from pipeline.text import JDText, check_text
from pipeline.vectors import Vectors

NO_SIGNALS = Signals(alias_found=False, alias_match_roles=[], kra_match_roles=[], skill_match_roles=[])


@dataclass(frozen=True)
class Run:
    """The results of a run. ``vector`` is the (width,) float32 unit vector of the JD, for the centroid of its role."""

    extraction: Extraction
    library_match: LibraryMatch | None = None
    role_output: RoleOutput | None = None
    client_output: dict[str, Any] | None = None
    calls: tuple[ModelCall, ...] = ()
    notes: tuple[Note, ...] = ()
    vector: Vectors | None = None

    def wire(self) -> dict[str, Any]:
        """The JSON of all steps; an object is empty where a step was not reached."""
        return RunDocument(
            extraction=self.extraction,
            library_match=self.library_match,
            role_output=self.role_output,
            client_output=self.client_output,
        ).wire()


# --- events -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """A stage has ended. ``step`` is the step of the wire that it belongs to, ``label`` what a person is shown."""

    stage: ClassVar[str]
    step: ClassVar[int]
    label: ClassVar[str]


@dataclass(frozen=True)
class Parsed(Event):
    """The fields of the text are parsed."""

    stage, step, label = "parse", 1, "Reading the text"
    parsed: ParsedJD


@dataclass(frozen=True)
class Encoded(Event):
    """The sentences of duties have their vectors."""

    stage, step, label = "embed", 1, "Understanding its sentences"
    jd: EncodedJD


@dataclass(frozen=True)
class SkillsFound(Event):
    """The skills of the text are found, those that the catalog lacks among them."""

    stage, step, label = "skills", 1, "Finding skills"
    skills: tuple[FoundSkill, ...]


@dataclass(frozen=True)
class SignalsRead(Event):
    """The signals for every role are computed."""

    stage, step, label = "signals", 1, "Weighing roles"
    role_signals: RoleSignals
    text_signals: TextSignals
    """Those of them that do not depend on skills."""


@dataclass(frozen=True)
class Decided(Event):
    """A role is chosen, or none."""

    stage, step, label = "decision", 1, "Choosing the role"
    decision: Decision


@dataclass(frozen=True)
class Extracted(Event):
    """Step 1 is complete; ``notes`` are the engine's so far."""

    extraction: Extraction
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Captured(Extracted):
    """Step 1 is complete, with what the run proposes to add to the catalog."""

    stage, step, label = "capture", 1, "Looking for what is new"


@dataclass(frozen=True)
class Rejected(Extracted):
    """Step 1 of a text that is no usable job description is complete; no other step follows."""

    stage, step, label = Decided.stage, Decided.step, Decided.label


@dataclass(frozen=True)
class LibraryMatched(Event):
    """Step 2 is complete."""

    stage, step, label = "details", 2, "Matching the library"
    library_match: LibraryMatch


@dataclass(frozen=True)
class RoleLinked(Event):
    """Step 3 is complete but for its costs, which are known when the last judgement is made."""

    stage, step, label = "final_output", 3, "Linking skills, dimensions and role"
    role_output: RoleOutput


@dataclass(frozen=True)
class Completed(Event):
    """The run has ended: always the last event."""

    stage, step, label = "enrichment", 3, "Writing the client output"
    run: Run


EVENTS: tuple[type[Event], ...] = (
    Parsed,
    Encoded,
    SkillsFound,
    SignalsRead,
    Decided,
    Captured,
    LibraryMatched,
    RoleLinked,
    Completed,
)
"""The events of a whole run in order."""
STAGES: dict[str, tuple[int, str]] = {event.stage: (event.step, event.label) for event in EVENTS}
"""Stage -> the step that it belongs to and what a person is shown while it runs."""


# --- composition --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunState:
    """The results of the stages so far; null for a stage that has not run."""

    text: JDText
    given_title: str | None = None
    parsed: ParsedJD | None = None
    encoded: EncodedJD | None = None
    skills: tuple[FoundSkill, ...] | None = None
    text_signals: TextSignals | None = None
    role_signals: RoleSignals | None = None
    decision: Decision | None = None
    extraction: Extraction | None = None

    @classmethod
    def from_text(cls, jd: str, given_title: str | None) -> RunState:
        """The start of a run. Raises ``InputError`` for data that is no text."""
        return cls(JDText(check_text(jd)), given_title)

    @classmethod
    def from_encoded(
        cls, jd: EncodedJD, skills: tuple[FoundSkill, ...] | None = None, text_signals: TextSignals | None = None
    ) -> RunState:
        """A run whose text is encoded, perhaps with its skills and the signals beside them, to be linked to a catalog."""
        return cls(jd.text, parsed=jd.parsed, encoded=jd, skills=skills, text_signals=text_signals)

    @classmethod
    def from_extraction(cls, jd: EncodedJD, extraction: Extraction) -> RunState:
        """A run whose step 1 is complete."""
        return cls(jd.text, parsed=jd.parsed, encoded=jd, extraction=extraction)


@dataclass(frozen=True)
class RunContext:
    """The arguments of a run beside its text."""

    run_id: str
    indexes: Indexes
    config: Config = field(default_factory=Config)
    centroids: Mapping[str, Centroid] = field(default_factory=dict)
    engine: Engine = field(default_factory=LocalEngine)
    maturities: KeptMaturities | None = None
    """Judgements of stacks that were made before; null where each is made anew."""


def run_stages(state: RunState, context: RunContext) -> Iterator[Event]:
    """Yield an event for each stage whose result the state lacks, as it ends; the last one is ``Completed``."""
    jd = state.encoded
    if jd is None:
        jd = yield from _read(state, context)
    extraction = state.extraction
    if extraction is None:
        extraction = yield from _extract(state, jd, context)
    if extraction.rejected:
        yield Completed(Run(extraction, calls=context.engine.calls, notes=context.engine.notes))
    else:
        yield from _link(jd, extraction, context)


def _read(state: RunState, context: RunContext) -> Generator[Event, None, EncodedJD]:
    """Parse and encode the text."""
    parsed = state.parsed
    if parsed is None:
        given_title = None if context.config.hide_title else state.given_title
        parsed = context.engine.parse(state.text, given_title)
        yield Parsed(parsed)
    (jd,) = encode_jds([(state.text, parsed)], context.indexes.encoder)
    yield Encoded(jd)
    return jd


def _extract(state: RunState, jd: EncodedJD, context: RunContext) -> Generator[Event, None, Extraction]:
    """Find skills, read signals and decide: the rest of step 1."""
    engine, indexes, config = context.engine, context.indexes, context.config
    reason = rejection_reason(jd.parsed)
    if reason:
        extraction = _extraction(jd, context, (), NO_SIGNALS, rejected(reason))
        yield Rejected(extraction, engine.notes)
        return extraction
    skills = state.skills
    if skills is None:
        skills = engine.skills(jd, indexes)
        yield SkillsFound(skills)
    role_signals = state.role_signals
    if role_signals is None:
        of_text = state.text_signals or read_text(jd, indexes, context.centroids, config)
        role_signals = read_signals(of_text, skills, indexes, config)
        yield SignalsRead(role_signals, of_text)
    decision = state.decision
    if decision is None:
        ranking = rank_roles(jd.title, role_signals, indexes.catalog, config)
        decision = with_sub_role(engine.second_judge(ranking, engine.role(jd.text, ranking)), ranking, indexes)
        yield Decided(decision)
    extraction = _extraction(jd, context, skills, role_signals.signals, decision)
    yield Captured(extraction, engine.notes)
    return extraction


def _link(jd: EncodedJD, extraction: Extraction, context: RunContext) -> Iterator[Event]:
    """Steps 2 and 3 and the client output."""
    engine, indexes = context.engine, context.indexes
    local = extract_details(extraction, indexes, context.config.locks)
    library_match = engine.new_skills(jd.text, extraction, local, indexes)
    yield LibraryMatched(library_match)
    role_output = final_output(extraction, library_match, indexes)
    yield RoleLinked(role_output)
    enriched = enrich(extraction, indexes, jd, context.maturities)
    client_output = engine.tech_stack_maturity(extraction, enriched, indexes)
    client_output = engine.nature_of_work(jd.text, client_output)
    # The last judgements are made after step 3, and its costs are those of all.
    calls = engine.calls
    priced = _with_costs(with_baseline(role_output, client_output), calls)
    yield Completed(Run(extraction, library_match, priced, client_output, calls, engine.notes, jd_vector(jd.vectors)))


def _extraction(
    jd: EncodedJD, context: RunContext, skills: tuple[FoundSkill, ...], signals: Signals, decision: Decision
) -> Extraction:
    """Step 1, put together from the results of its stages."""
    parsed = jd.parsed
    return Extraction(
        skills=[s.wire() for s in skills],
        jd_role=JDRole(
            display_name=parsed.role,
            rationale=None,
            role_aliases=parsed.role_aliases,
            role_archetype=parsed.role_archetype,
            slug="",
            source=parsed.role_source,
        ),
        parsed=parsed,
        rejected=decision.case == "rejected",
        rejection_reason=decision.reasoning if decision.case == "rejected" else None,
        run_id=context.run_id,
        signals=signals,
        decision=with_review(with_collisions(decision, jd, skills, signals, context.indexes), context.indexes.catalog),
        updates=_updates(jd, context, skills, decision),
    )


def _updates(jd: EncodedJD, context: RunContext, skills: tuple[FoundSkill, ...], decision: Decision) -> Updates:
    """What a run proposes to add to the catalog."""
    duties = duties_of(jd, skills, context.indexes) if decision.chosen_role or decision.is_new_role else []
    captured = capture(decision, skills, duties, context.indexes, context.config)
    proposed = new_role(decision, jd.parsed, skills, duties, context.indexes)
    if proposed is None:
        return captured
    # The orchestrator drafts a new role within the run that needs it, so that both have one id.
    triggered = {"v3_pipeline_triggered": True, "v3_role_slug": proposed.slug, "v3_run_id": context.run_id}
    return captured.model_copy(update={"new_role_attached": proposed, **triggered})


def _with_costs(role_output: RoleOutput, calls: tuple[ModelCall, ...]) -> RoleOutput:
    """Step 3 with the costs of the calls in US dollars: each step's, and their sum."""
    costs = {f"llm_cost_api{n}_usd": total_cost(calls, n) for n in (1, 2, 3)}
    return role_output.model_copy(update={**costs, "llm_cost_total_usd": total_cost(calls)})


# --- whole runs ---------------------------------------------------------------------------------------------------

E = TypeVar("E", bound=Event)


def until(events: Iterator[Event], kind: type[E]) -> E:
    """Return the first event of a kind; no later stage is run. Raises ``LookupError`` where the run ends without one."""
    for event in events:
        if isinstance(event, kind):
            return event
    raise LookupError(f"the run ended without {kind.__name__}")


def run(jd: str, title: str | None, run_id: str, indexes: Indexes, config: Config | None = None) -> Run:
    """Return a whole run by the local engine, a pure function of its arguments. Raises ``InputError`` for data that is no text."""
    context = RunContext(run_id, indexes, config or Config())
    return until(run_stages(RunState.from_text(jd, title), context), Completed).run


def run_id_for(jd: str, title: str | None) -> str:
    """Return the run id that the command line gives: a UUID made from the hash of title and text."""
    digest = hashlib.sha256(f"{title or ''}\0{jd}".encode("utf-8", "surrogatepass")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
