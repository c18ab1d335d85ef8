"""The protocol of engines: the seven judgements of a run, made by rule or by asking a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Decision, Extraction, LibraryMatch, ParsedJD
from pipeline.engines.ledger import ModelCall, Note
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.ranking import RoleRanking
from pipeline.stages.skills import FoundSkill
from pipeline.text import JDText


@dataclass(frozen=True)
class Dispute:
    """The role (null for none) that a first judge prefers to the one that the signals decided."""

    role_slug: str | None


@dataclass(frozen=True)
class RoleOpinion:
    """The decision by the signals, and a dispute about it that a second judge must settle; null without one."""

    decision: Decision
    dispute: Dispute | None = None


class Engine(Protocol):
    """Makes the judgements of one run. Where a model gives no answer, the local judgement counts; none of them raises anything
    but ``RunCancelled``.
    """

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """The model calls so far, by judgement and then in order; none for the local engine."""
        ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes on the judgements so far."""
        ...

    def cancel(self) -> None:
        """End what a judgement waits for, from another thread: it raises ``RunCancelled`` within a second."""
        ...

    def parse(self, text: JDText, given_title: str | None) -> ParsedJD:
        """The fields of a text; ``given_title`` is a title that the text may lack."""
        ...

    def skills(self, jd: EncodedJD, indexes: Indexes) -> tuple[FoundSkill, ...]:
        """The skills that a text demands, in order of first appearance."""
        ...

    def role(self, text: JDText, ranking: RoleRanking) -> RoleOpinion:
        """The role that a text is for, or none."""
        ...

    def second_judge(self, ranking: RoleRanking, opinion: RoleOpinion) -> Decision:
        """The decision, with a dispute about it settled."""
        ...

    def new_skills(
        self, text: JDText, extraction: Extraction, library_match: LibraryMatch, indexes: Indexes
    ) -> LibraryMatch:
        """The library match with facts and dimensions for the skills that the catalog lacks."""
        ...

    def nature_of_work(self, text: JDText, client_output: dict[str, Any]) -> dict[str, Any]:
        """The client output with the nature of work."""
        ...

    def tech_stack_maturity(
        self, extraction: Extraction, client_output: dict[str, Any], indexes: Indexes
    ) -> dict[str, Any]:
        """The client output with the maturity of the stack."""
        ...
