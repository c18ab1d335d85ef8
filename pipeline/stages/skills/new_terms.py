"""Terms that the catalog lacks and the text asks for: candidates of every source, each judged by the model of ``term_signs``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.catalog.aliases import AliasIndex, fold_key
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.skills.candidates import Candidate, candidates
from pipeline.stages.skills.found import FoundSkill, SkillMention, mention_at
from pipeline.stages.skills.term_signs import MIN_PROBABILITY, Surroundings, probability, surroundings
from pipeline.stages.weak_proposals import ProposedTerm, weak_skill
from pipeline.text import Span

MAX_SEARCHED = 10_000
"""Code points of a text in which signs that a term is a name of something else are looked for."""
NOT_LISTED_NATURES = frozenset({"SOFT_SKILL", "DOMAIN"})
"""Natures of skills that do not make a sentence an enumeration of technologies."""


def new_terms(
    jd: EncodedJD,
    taken: Sequence[Span],
    found: Sequence[FoundSkill],
    aliases: AliasIndex,
    of_catalog: bool = False,
) -> list[FoundSkill]:
    """Return the terms that are skills and that the catalog lacks, in order of first appearance.

    ``taken`` are the spans of all that the catalog's forms mean in the text, ``found`` the skills that it mentions, and
    ``aliases`` the catalog's forms; the confidence of a term is the probability that it is a skill that the text asks for.
    With ``of_catalog`` terms that are no form of the catalog at all are left out.
    """
    named = candidates(jd, taken, _listed(jd, found), aliases.forms())
    if of_catalog:
        named = [candidate for candidate in named if aliases.usable(fold_key(candidate.name))]
    if not named:
        return []
    terms = []
    searched, near = jd.text.view[:MAX_SEARCHED], _near(jd, taken, found, aliases)
    for candidate in named:
        p = probability(jd, candidate, near)
        mentions = _mentions(jd, candidate) if p >= MIN_PROBABILITY else ()
        if mentions and not weak_skill(ProposedTerm(candidate.name, searched, jd.parsed.company_name or "")):
            demanded = any(not m.hedged for m in mentions)
            terms.append(FoundSkill(candidate.name, None, None, demanded, p, mentions))
    return terms


def term_candidates(
    jd: EncodedJD, taken: Sequence[Span], found: Sequence[FoundSkill], aliases: AliasIndex
) -> list[tuple[Candidate, Surroundings]]:
    """Return the candidates of a text with what is around them; arguments as those of ``new_terms``."""
    near = _near(jd, taken, found, aliases)
    return [(candidate, near) for candidate in candidates(jd, taken, _listed(jd, found), aliases.forms())]


def _near(jd: EncodedJD, taken: Sequence[Span], found: Sequence[FoundSkill], aliases: AliasIndex) -> Surroundings:
    hard = [m for skill in found if skill.nature != "SOFT_SKILL" for m in skill.mentions]
    return surroundings(jd, taken, [m.start for m in hard], aliases.heads)


def _listed(jd: EncodedJD, found: Sequence[FoundSkill]) -> Counter[int]:
    """How many skills name a technology in a sentence, by the sentence's start."""
    listed: Counter[int] = Counter()
    for mention in (m for skill in found if skill.nature not in NOT_LISTED_NATURES for m in skill.mentions):
        sentence = jd.text.sentence_at(mention.start)
        if sentence is not None:
            listed[sentence.start] += 1
    return listed


def _mentions(jd: EncodedJD, candidate: Candidate) -> tuple[SkillMention, ...]:
    """The mentions of a term that no word takes back."""
    mentions = []
    for start, end in candidate.spans:
        facts = jd.text.facts_at(start)
        if facts is None or not facts.negates(start):
            mentions.append(mention_at(jd.text, start, end, candidate.name, facts))
    return tuple(mentions)
