"""The local engine: each judgement by the rules of its stage."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Decision, Extraction, LibraryMatch, ParsedJD
from pipeline.engines.ledger import ModelCall, Note
from pipeline.engines.protocol import Engine, RoleOpinion
from pipeline.stages.decision import decide
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.parse import parse_jd
from pipeline.stages.ranking import RoleRanking
from pipeline.stages.skills import FoundSkill, extract_skills
from pipeline.text import JDText


class LocalEngine(Engine):
    """An ``Engine`` without model calls: pure functions of their arguments.

    The stages of steps 2 and 3 have made their judgements by rule already, so that their values are returned unchanged.
    """

    calls: tuple[ModelCall, ...] = ()
    notes: tuple[Note, ...] = ()

    @override
    def cancel(self) -> None:
        """Nothing is waited for."""

    @override
    def parse(self, text: JDText, given_title: str | None) -> ParsedJD:
        """The fields that the rules find."""
        return parse_jd(text, given_title)

    @override
    def skills(self, jd: EncodedJD, indexes: Indexes) -> tuple[FoundSkill, ...]:
        """The skills whose forms are found in the text, and the terms that the catalog lacks."""
        return extract_skills(jd, indexes)

    @override
    def role(self, text: JDText, ranking: RoleRanking) -> RoleOpinion:
        """The role by the signals, without a dispute."""
        return RoleOpinion(decide(ranking))

    @override
    def second_judge(self, ranking: RoleRanking, opinion: RoleOpinion) -> Decision:
        """The decision by the signals."""
        return opinion.decision

    @override
    def new_skills(
        self,
        text: JDText,
        extraction: Extraction,
        library_match: LibraryMatch,
        indexes: Indexes,
    ) -> LibraryMatch:
        """The library match unchanged."""
        return library_match

    @override
    def nature_of_work(self, text: JDText, client_output: dict[str, Any]) -> dict[str, Any]:
        """The client output unchanged."""
        return client_output

    @override
    def tech_stack_maturity(
        self,
        extraction: Extraction,
        client_output: dict[str, Any],
        indexes: Indexes,
    ) -> dict[str, Any]:
        """The client output unchanged."""
        return client_output
