"""What a job description does not say, taken from the baseline of the chosen role.

A part is taken only where the text lacks it, and only where there is a baseline; ``sources`` say which parts were.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pipeline.catalog.value import RoleBaseline
from pipeline.contracts import AiIndex, AiIndicators, NatureOfWork, Source, Sources, TechStackMaturity, wire_score

Part = Literal["nature_of_work", "tech_stack_maturity", "ai_index"]
"""The parts of the client output that a baseline states."""
MIN_SKILLS = 3
"""With fewer matched skills a text says too little of its stack."""


FROM_TEXT = Sources(nature_of_work="jd", ai_index="jd", tech_stack_maturity="jd")


@dataclass(frozen=True)
class Judgements:
    """The parts that are judged, each with its source."""

    nature_of_work: NatureOfWork
    tech_stack_maturity: TechStackMaturity
    ai_index: AiIndex
    sources: Sources = FROM_TEXT


def lacking_parts(n_skills: int, has_duties: bool) -> frozenset[Part]:
    """Return the parts that a text says too little of: the nature without duties, the stack with fewer than ``MIN_SKILLS`` matched
    skills, AI where it has neither.
    """
    lacking: set[Part] = set()
    if not has_duties:
        lacking.add("nature_of_work")
    if n_skills < MIN_SKILLS:
        lacking.add("tech_stack_maturity")
    if len(lacking) == 2:
        lacking.add("ai_index")
    return frozenset(lacking)


def fill_from_baseline(text: Judgements, lacking: Collection[Part], baseline: RoleBaseline | None) -> Judgements:
    """Return what the text says, with the parts that it lacks as the baseline states them; ``text`` itself without a baseline."""
    if baseline is None or not lacking:
        return text
    nature, maturity, ai = text.nature_of_work, text.tech_stack_maturity, text.ai_index
    if "nature_of_work" in lacking:
        nature = NatureOfWork(label=baseline.nature_of_work, summary=baseline.nature_summary, quote=None)
    if "tech_stack_maturity" in lacking:
        label, reasoning = baseline.tech_stack_maturity, baseline.maturity_reasoning
        maturity = TechStackMaturity(label=label, reasoning=reasoning, cache_hit=False)
    # What little a text says of AI counts where it is more than what is usual for the role.
    takes_ai = "ai_index" in lacking and baseline.ai_index >= ai.value
    if takes_ai:
        ai = _usual_ai(ai, baseline)

    def source(part: Part, is_taken: bool) -> Source:
        return "role_baseline" if is_taken and part in lacking else "jd"

    return Judgements(
        nature,
        maturity,
        ai,
        Sources(
            nature_of_work=source("nature_of_work", True),
            ai_index=source("ai_index", takes_ai),
            tech_stack_maturity=source("tech_stack_maturity", True),
        ),
    )


def _usual_ai(ai: AiIndex, baseline: RoleBaseline) -> AiIndex:
    """The index that is usual for a role; the words are those of the text, and the signs also those that the text shows."""
    shown = {name for name in AiIndicators.model_fields if getattr(ai.indicators, name)}
    usual = shown | set(baseline.ai_indicators)
    indicators = ai.indicators.model_copy(update={name: name in usual for name in AiIndicators.model_fields})
    signs = [sign.model_copy(update={"holds": sign.indicator in usual}) for sign in ai.signs]
    return ai.model_copy(update={"value": wire_score(baseline.ai_index), "indicators": indicators, "signs": signs})
