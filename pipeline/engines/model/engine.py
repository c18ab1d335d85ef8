"""The model engine: asks a model for each judgement, and takes what is grounded of its answer, else the local judgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Decision, Extraction, LibraryMatch, ParsedJD
from pipeline.engines.judgements import (
    NATURE_OF_WORK,
    NEW_SKILLS,
    PARSE,
    ROLE,
    SECOND_JUDGE,
    SKILLS,
    TECH_STACK_MATURITY,
    Judgement,
)
from pipeline.engines.ledger import ModelCall, Note
from pipeline.engines.model.grounding import Grounded, one_line, sentence_of, text_material
from pipeline.engines.model.new_skills import ground_new_skills, new_skills_question
from pipeline.engines.model.reading import ground_parse, ground_skills
from pipeline.engines.model.roles import candidates, first_material, second_material
from pipeline.engines.protocol import Dispute, Engine, RoleOpinion
from pipeline.engines.session import Session
from pipeline.stages.decision import decide_by_second_judge
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.enrichment.matched import matched_skills
from pipeline.stages.enrichment.maturity import StackPart, stack_of
from pipeline.stages.ranking import RoleRanking
from pipeline.stages.skills import FoundSkill
from pipeline.text import JDText

T = TypeVar("T")


class ModelEngine(Engine):
    """An ``Engine`` that asks a model, and falls back to ``local`` for each judgement without a grounded answer."""

    def __init__(self, session: Session, local: Engine) -> None:
        self._session = session
        self._local = local

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """The calls so far, by judgement and then in order."""
        return self._session.calls

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes so far: fallbacks, invented parts of answers, unknown prices."""
        return self._session.notes

    def cancel(self) -> None:
        """End the calls in flight."""
        self._session.cancel()

    def parse(self, text: JDText, given_title: str | None) -> ParsedJD:
        """The local fields with those that the model found in the text; a text that is no usable JD is not sent."""
        local = self._local.parse(text, given_title)
        if local.JD_type != "pass":
            return local
        pending = self._session.ask(PARSE, text_material(text))
        # These need the text alone too, so that they can be made in parallel.
        self._session.ask(SKILLS, text_material(text))
        self._session.ask(NATURE_OF_WORK, text_material(text))
        answer = pending.result()
        return local if answer is None else self._value_of(PARSE, ground_parse(answer, text, given_title, local))

    def skills(self, jd: EncodedJD, indexes: Indexes) -> tuple[FoundSkill, ...]:
        """The skills that the model named."""
        pending = self._session.ask(SKILLS, text_material(jd.text))
        local = self._local.skills(jd, indexes)
        answer = pending.result()
        return local if answer is None else self._value_of(SKILLS, ground_skills(answer, jd.text, local, indexes))

    def role(self, text: JDText, ranking: RoleRanking) -> RoleOpinion:
        """The local decision, and the role that the model prefers to it, if that is another candidate."""
        local = self._local.role(text, ranking)
        decision = local.decision
        slugs = candidates(ranking, decision)
        answer = self._session.ask(ROLE, first_material(text, ranking, decision, slugs)).result()
        if answer is None:
            return local
        if answer.role_slug is not None and answer.role_slug not in slugs:
            self._invented(ROLE, f"role “{answer.role_slug[:80]}” is not among the candidates")
            return local
        if answer.domain and answer.domain not in {ranking.catalog.role[slug].domain for slug in slugs}:
            self._invented(ROLE, f"family “{answer.domain[:80]}” is not among the candidates’ families")
        if answer.role_slug != _chosen_slug(decision):
            return RoleOpinion(decision, Dispute(answer.role_slug))
        reasoning = f"{decision.reasoning} The model agrees: {one_line(answer.reasoning)}"
        return RoleOpinion(decision.model_copy(update={"reasoning": reasoning}))

    def second_judge(self, ranking: RoleRanking, opinion: RoleOpinion) -> Decision:
        """The decision of a second judge, who is given the measurements alone; the local one without a dispute or an answer."""
        decision, dispute = opinion.decision, opinion.dispute
        if dispute is None:
            return self._local.second_judge(ranking, opinion)
        first, second = _chosen_slug(decision), dispute.role_slug
        names = [ranking.name_of(slug) if slug else "no role" for slug in (first, second)]
        conflict = [*decision.conflict, f"the evidence speaks for {names[0]}, the model for {names[1]}"]
        answer = self._session.ask(SECOND_JUDGE, second_material(first, second, ranking, decision)).result()
        if answer is not None and answer.role_slug in (first, second):
            return decide_by_second_judge(ranking, answer.role_slug, one_line(answer.reasoning), conflict)
        if answer is not None:
            self._invented(SECOND_JUDGE, f"role “{str(answer.role_slug)[:80]}” is neither judge’s choice")
        return decision.model_copy(update={"conflict": conflict})

    def new_skills(
        self, text: JDText, extraction: Extraction, library_match: LibraryMatch, indexes: Indexes
    ) -> LibraryMatch:
        """The library match with the model's facts and dimensions for the skills that the catalog lacks."""
        local = self._local.new_skills(text, extraction, library_match, indexes)
        question = new_skills_question(text, extraction, local, indexes)
        if not question.terms:
            return local
        answer = self._session.ask(NEW_SKILLS, question.material()).result()
        return local if answer is None else self._value_of(NEW_SKILLS, ground_new_skills(answer, question, local))

    def nature_of_work(self, text: JDText, client_output: dict[str, Any]) -> dict[str, Any]:
        """The client output with the model's nature of work, if its quote occurs in the text."""
        local = self._local.nature_of_work(text, client_output)
        answer = self._session.ask(NATURE_OF_WORK, text_material(text)).result()
        if answer is None:
            return local
        sentence = sentence_of(text, answer.quote)
        if sentence is None:
            self._invented(NATURE_OF_WORK, f"the quote “{answer.quote[:120]}” does not stand in the text")
            return local
        start, end = text.raw_span(sentence.start, sentence.end)
        source = {"start": start, "end": end}
        nature = {"label": answer.label, "summary": one_line(answer.summary), "quote": sentence.text, "source": source}
        return _by_model(local, "nature_of_work", nature)

    def tech_stack_maturity(
        self, extraction: Extraction, client_output: dict[str, Any], indexes: Indexes
    ) -> dict[str, Any]:
        """The client output with the model's maturity of the stack, judged by its set of skills and what the catalog says of them.

        A stack of which the text says too little is not asked for: what the role's baseline says stays.
        """
        local = self._local.tech_stack_maturity(extraction, client_output, indexes)
        stack = stack_of(matched_skills(extraction, indexes))
        if not stack or local["sources"]["tech_stack_maturity"] == "role_baseline":
            return local
        answer = self._session.ask(
            TECH_STACK_MATURITY, {"skills": [_material(part, indexes) for part in stack]}
        ).result()
        if answer is None:
            return local
        known = {part.name for part in stack}
        deciding = [name for name in answer.deciding_skills if name in known]
        for name in answer.deciding_skills:
            if name not in known:
                self._invented(TECH_STACK_MATURITY, f"the skill “{name[:80]}” is not in the stack")
        is_cached = any(c.judgement == TECH_STACK_MATURITY.name and c.cache_hit for c in self._session.calls)
        reasoning = one_line(answer.reasoning)
        maturity = {"label": answer.label, "reasoning": reasoning, "cache_hit": is_cached, "deciding_skills": deciding}
        return _by_model(local, "tech_stack_maturity", maturity)

    def _value_of(self, judgement: Judgement[Any], grounded: Grounded[T]) -> T:
        """The grounded value; each invented part of the answer is noted."""
        for detail in grounded.invented:
            self._invented(judgement, detail)
        return grounded.value

    def _invented(self, judgement: Judgement[Any], detail: str) -> None:
        self._session.note(judgement.name, "invented", detail)


def _chosen_slug(decision: Decision) -> str | None:
    return decision.chosen_role.slug if decision.chosen_role else None


def _material(part: StackPart, indexes: Indexes) -> dict[str, Any]:
    """What a model is given of a skill of a stack."""
    return {
        "name": part.name,
        "since": indexes.catalog.skill[part.slug].year_introduced,
        "maturity": part.band,
        "made_for_the_cloud": part.is_native,
        "weight": part.weight,
    }


def _by_model(client_output: dict[str, Any], key: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """The client output with one part of it from the model."""
    return {**client_output, key: dict(value), "sources": {**client_output["sources"], key: "model"}}
