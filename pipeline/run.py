"""The three steps composed. ``steps`` yields each stage as it ends; ``run`` exhausts it and returns the whole.

A run has two halves: reading the text (parse, sentences, their vectors), which no catalog can change, and linking it
to a catalog, which can be replayed on another catalog from a stored ``ReadJD``.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes, bare_title
from pipeline.config import Config
from pipeline.contracts import Decision, JDRole, ParsedJD, Signals, Step1, Step2, Step3, Updates
from pipeline.embedding import WIDTH, Encoder, Vectors
from pipeline.engines import grounding
from pipeline.engines.ledger import ModelCall, Note, total_cost
from pipeline.engines.openai import OpenAIEngine, Session
from pipeline.stages import enrichment
from pipeline.stages.capture import capture
from pipeline.stages.decision import decide, rejected
from pipeline.stages.details import extract_details
from pipeline.stages.final_output import final_output
from pipeline.stages.parse import parse_jd, rejection_reason
from pipeline.stages.signals import Centroid, read_signals
from pipeline.stages.skills import FoundSkill, extract_skills, is_boilerplate
from pipeline.text import JDText, Sentence, check_text, duty_sections

# Stage -> the step that it belongs to and what a person is told while it runs.
STAGES: dict[str, tuple[int, str]] = {
    "parse": (1, "Reading the text"),
    "embed": (1, "Understanding its sentences"),
    "skills": (1, "Finding skills"),
    "signals": (1, "Weighing roles"),
    "decision": (1, "Choosing the role"),
    "capture": (1, "Looking for what is new"),
    "details": (2, "Matching the library"),
    "final_output": (3, "Linking skills, dimensions and role"),
    "enrichment": (3, "Writing the client output"),
}


MAX_SENTENCES = 200
"""Sentences of a JD that are weighed; no real one has more duties."""


@dataclass(frozen=True)
class ReadJD:
    """A text as read: what no catalog can change. ``vectors`` is (n_sentences, width) float32 of unit rows."""

    text: JDText
    given_title: str | None
    parsed: ParsedJD
    sentences: tuple[Sentence, ...]
    vectors: Vectors
    title_vector: Vectors | None

    @property
    def title(self) -> str | None:
        return self.parsed.role


@dataclass(frozen=True)
class Run:
    """All that a run gives."""

    api1: Step1
    api2: Step2 | None = None
    api3: Step3 | None = None
    enrichment: dict[str, Any] | None = None
    calls: tuple[ModelCall, ...] = ()
    notes: tuple[Note, ...] = ()
    vector: Vectors | None = None
    """(width,) unit vector of the JD, for the role's centroid."""

    def wire(self) -> dict[str, Any]:
        return {
            "api1": self.api1.wire(),
            "api2": self.api2.wire() if self.api2 else {},
            "api3": self.api3.wire() if self.api3 else {},
            "enrichment": self.enrichment or {},
        }


@dataclass(frozen=True)
class StageDone:
    """A stage that has ended, and the run as far as it has come."""

    stage: str
    value: Any = field(repr=False)


def run_id_for(jd: str, title: str | None) -> str:
    """The run id that the command line gives: a UUID made from the text's hash."""
    digest = hashlib.sha256(f"{title or ''}\0{jd}".encode("utf-8", "surrogatepass")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def read_jd(
    jd: str, title: str | None, config: Config, encoder: Encoder, session: Session | None = None
) -> Iterator[StageDone]:
    """Stages ``parse`` and ``embed``; the last value is a ``ReadJD``. With a ``session`` a model is asked too. Raises
    ``InputError`` for data that is no text."""
    text = JDText(check_text(jd))
    given = None if config.hide_title else title
    parsed = parse_jd(text, given)
    if session and parsed.JD_type == "pass":
        grounding.ask_of_text(session, text)
        parsed = grounding.parse(session, text, given, parsed)
    yield StageDone("parse", parsed)
    yield StageDone("embed", reread([(text, given, parsed)], encoder)[0])


def reread(read: Sequence[tuple[JDText, str | None, ParsedJD]], encoder: Encoder) -> list[ReadJD]:
    """Texts (with their titles as given and what was parsed of them) made ready for linking; all are encoded in one go."""
    ready = []
    wanted: list[str] = []
    for text, given, parsed in read:
        duties = duty_sections(text) if parsed.JD_type == "pass" else frozenset()
        sentences = _weighed(text, duties)
        # The title goes with the sentences: a call of its own would cost a chunk of its own.
        bare = bare_title(parsed.role) if parsed.role and duties else ""
        ready.append((text, given, parsed, sentences, bool(bare)))
        wanted += [s.text for s in sentences] + ([bare] if bare else [])
    vectors = encoder.encode(wanted) if wanted else np.zeros((0, WIDTH), np.float32)
    found = []
    at = 0
    for text, given, parsed, sentences, titled in ready:
        end = at + len(sentences)
        found.append(ReadJD(text, given, parsed, sentences, vectors[at:end], vectors[end] if titled else None))
        at = end + titled
    return found


def _weighed(text: JDText, duties: frozenset[int]) -> tuple[Sentence, ...]:
    """The sentences of the duties that are weighed, each wording once."""
    seen: set[str] = set()
    sentences: list[Sentence] = []
    for sentence in text.sentences if duties else ():
        wanted = sentence.section in duties and len(sentence.text.split()) >= 3 and sentence.text not in seen
        if wanted and len(sentences) < MAX_SENTENCES and not is_boilerplate(text, sentence):
            seen.add(sentence.text)
            sentences.append(sentence)
    return tuple(sentences)


def link(
    read: ReadJD,
    run_id: str,
    indexes: Indexes,
    config: Config,
    centroids: Mapping[str, Centroid] | None = None,
    session: Session | None = None,
) -> Iterator[StageDone]:
    """The stages from ``skills`` on; the last value is a ``Run``. A text that is no usable JD ends after step 1."""
    reason = rejection_reason(read.parsed)
    if reason:
        step1 = _step1(read, run_id, (), Signals(alias_found=False, alias_match_roles=[], kra_match_roles=[], skill_match_roles=[]),
                       rejected(reason), _no_updates(), reason)  # fmt: skip
        yield StageDone("decision", step1)
        yield StageDone("enrichment", Run(step1))
        return
    skills = extract_skills(read.text, read.title, indexes)
    if session:
        skills = grounding.skills(session, read.text, skills, indexes)
    yield StageDone("skills", skills)
    evidence = read_signals(
        read.title,
        read.parsed.role_aliases,
        skills,
        read.sentences,
        read.vectors,
        read.title_vector,
        indexes,
        centroids or {},
        config,
    )
    yield StageDone("signals", evidence.signals)
    decision = decide(read.title, evidence, indexes, config)
    if session:
        decision = grounding.role(session, read.text, read.title, evidence, decision, indexes, config)
    yield StageDone("decision", decision)
    duties = [
        (row, s)
        for row, s in enumerate(read.sentences)
        if read.text.sections[s.section].kind in ("responsibilities", "body")
    ]
    updates = capture(decision, skills, duties, read.vectors, indexes, config)
    step1 = _step1(read, run_id, skills, evidence.signals, decision, updates, None)
    yield StageDone("capture", step1)
    yield from finish(step1, read, indexes, session)


def finish(step1: Step1, read: ReadJD, indexes: Indexes, session: Session | None = None) -> Iterator[StageDone]:
    """Steps 2 and 3 from a stored step 1; the last value is a ``Run``."""
    step2 = extract_details(step1, indexes)
    if session:
        step2 = grounding.details(session, step1, step2, indexes, read.text.view)
    yield StageDone("details", step2)
    step3 = final_output(step1, step2, indexes)
    yield StageDone("final_output", step3)
    client_output = enrichment.enrich(step1, indexes)
    if session:
        client_output = grounding.client_output(session, read.text, step1, client_output, indexes)
    calls, notes = (session.calls, session.notes) if session else ((), ())
    # The last judgements are made after step 3, and its costs are those of all.
    yield StageDone("enrichment", Run(step1, step2, with_costs(step3, calls), client_output, calls, notes, jd_vector(read.vectors)))


def with_costs(step3: Step3, calls: tuple[ModelCall, ...]) -> Step3:
    """Step 3 with the costs of the ledger: each step's, and their sum."""
    costs = {f"llm_cost_api{n}_usd": total_cost(calls, n) for n in (1, 2, 3)}
    return step3.model_copy(update={**costs, "llm_cost_total_usd": total_cost(calls)})


def steps(
    jd: str,
    title: str | None,
    run_id: str,
    indexes: Indexes,
    config: Config,
    centroids: Mapping[str, Centroid] | None = None,
    session: Session | None = None,
) -> Iterator[StageDone]:
    """All stages in order, each as it ends. The last one's value is the ``Run``."""
    read = None
    for done in read_jd(jd, title, config, indexes.encoder, session):
        yield done
        read = done.value
    assert isinstance(read, ReadJD)
    yield from link(read, run_id, indexes, config, centroids, session)


def run(
    jd: str,
    title: str | None,
    run_id: str,
    indexes: Indexes,
    config: Config | None = None,
    centroids: Mapping[str, Centroid] | None = None,
    engine: OpenAIEngine | None = None,
) -> Run:
    """A whole run; with the local engine a pure function of its arguments. ``engine`` answers where the config names it."""
    config = config or Config()
    last = None
    with session_of(engine, config, jd) as session:
        for done in steps(jd, title, run_id, indexes, config, centroids, session):
            last = done.value
    assert isinstance(last, Run)
    return last


def session_of(engine: OpenAIEngine | None, config: Config, jd: str, **kept: Any) -> AbstractContextManager[Session | None]:
    """The model's side of a run, or null where the local engine makes it."""
    return engine.session(config, jd, **kept) if engine and config.engine == "openai" else nullcontext()


def jd_vector(vectors: Vectors) -> Vectors | None:
    """The unit vector of a JD, (width,) float32, from those of its sentences; null when it has none."""
    if not len(vectors):
        return None
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def _no_updates() -> Updates:
    return Updates(
        centroid_n_after=None,
        centroid_updated=False,
        collision_log_id=None,
        new_kra_attached=None,
        new_kras_attached=[],
        new_skills_attached=[],
        queue_entry_id=None,
        v3_pipeline_triggered=False,
        v3_role_slug=None,
        v3_run_id=None,
    )


def _step1(
    read: ReadJD,
    run_id: str,
    skills: tuple[FoundSkill, ...],
    signals: Signals,
    decision: Decision,
    updates: Updates,
    reason: str | None,
) -> Step1:
    parsed = read.parsed
    return Step1(
        final_skills=[s.wire() for s in skills],
        jd_role=JDRole(
            display_name=parsed.role,
            rationale=None,
            role_aliases=parsed.role_aliases,
            role_archetype=parsed.role_archetype,
            slug="",
        ),
        nano_parsed=parsed,
        rejected=reason is not None,
        rejection_reason=reason,
        run_id=run_id,
        stage3_signals=signals,
        stage4_decision=decision,
        stage5_updates=updates,
    )
