"""A skill found in a text, with its mentions."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.contracts import FinalSkill, Mention, wire_score
from pipeline.stages.skills.wishes import lead_kind
from pipeline.text import HEADING, JDText, SentenceFacts

HEDGED_KINDS = frozenset({"preferred", "about_company"})
"""Sections in which a mention is no demand."""


@dataclass(frozen=True)
class SkillMention:
    """One mention of a skill, in code points of the view (``end`` exclusive)."""

    start: int
    end: int
    raw_start: int
    raw_end: int
    text: str
    """The raw text of the mention, from ``raw_start`` to ``raw_end`` of it."""
    alias: str
    section: str
    hedged: bool
    """Whether the text hedges the demand ("is a plus", an example in brackets)."""


@dataclass(frozen=True)
class FoundSkill:
    """A skill of the text; ``slug`` and ``nature`` are null for a term that the catalog lacks."""

    name: str
    slug: str | None
    nature: str | None
    is_primary: bool
    confidence: float
    """Probability (0..1) that the text demands the skill."""
    mentions: tuple[SkillMention, ...]
    rivals: tuple[str, ...] = ()
    """Slugs of other skills that own a form in which this one was found."""
    in_context: bool = False
    """Whether the surrounding words decided what the form means."""

    def wire(self) -> FinalSkill:
        """Return the skill as step 1 has it."""
        rivals = {"rivals": list(self.rivals)} if self.rivals else {}
        return FinalSkill(
            is_primary=self.is_primary,
            skill_name=self.name,
            slug=self.slug,
            confidence=wire_score(self.confidence),
            skill_nature=self.nature,
            mentions=[
                Mention(start=m.raw_start, end=m.raw_end, text=m.text, alias=m.alias, section=m.section)
                for m in self.mentions
            ],
            **rivals,
        )


def mention_at(jd: JDText, start: int, end: int, alias: str, facts: SentenceFacts | None) -> SkillMention:
    """Return the mention at a span of the view; ``facts`` are those of the sentence there, null between sentences."""
    raw_start, raw_end = jd.raw_span(start, end)
    section, hedged = _context(jd, start, facts)
    return SkillMention(start, end, raw_start, raw_end, jd.raw[raw_start:raw_end], alias, section, hedged)


def _context(jd: JDText, position: int, facts: SentenceFacts | None) -> tuple[str, bool]:
    """The kind of section of a mention, and whether the text hedges the demand."""
    kind = lead_kind(jd, position, jd.kind_at(position))
    # A heading that names skills ("Must have skills: Java") speaks for itself, whatever stands below it.
    if kind in HEDGED_KINDS and not (facts and facts.section_kind == HEADING):
        return kind, True
    return kind, facts is not None and (facts.hedges(position) or facts.in_example(position))
