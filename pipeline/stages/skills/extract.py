"""The skills that a text demands, each with its mentions, its rank and its catalog skill.

Skills of the catalog come from the alias index; ``new_terms`` adds the terms that the catalog lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pipeline.catalog.aliases import AliasIndex, Hit, Owners, fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import TECHNOLOGY
from pipeline.learned.fitted import demand_weights
from pipeline.stages import demand
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.skills.candidates import Candidate
from pipeline.stages.skills.found import FoundSkill, SkillMention, mention_at
from pipeline.stages.skills.new_terms import new_terms, term_candidates
from pipeline.stages.skills.sense_signs import SenseSigns
from pipeline.stages.skills.senses import meant, possible_hits, sure_hits
from pipeline.stages.skills.sign_memo import SignMemo
from pipeline.stages.skills.term_signs import Surroundings
from pipeline.text import JDText, SentenceFacts


@dataclass
class _Mentions:
    """The mentions of one catalog skill, while they are collected."""

    mentions: list[SkillMention] = field(default_factory=list)
    rivals: set[str] = field(default_factory=set)
    in_context: bool = False

    def add(self, hit: Hit, mention: SkillMention) -> None:
        self.mentions.append(mention)
        self.rivals.update(hit.rivals)
        self.in_context |= bool(hit.form.context)

    @property
    def is_demanded(self) -> bool:
        return any(not m.hedged for m in self.mentions)


@dataclass(frozen=True)
class _First:
    """The forms of a text on the first catalog on which it was searched."""

    aliases: AliasIndex
    dimensions: Mapping[str, Any]
    asks_context: bool
    found: list[Hit]
    possible: list[Hit]
    signs: SenseSigns
    hits: list[Hit]
    mentioned: tuple[list[FoundSkill], set[str]]


@dataclass
class SkillMemo:
    """What is known of a text's skills already, for further catalogs in which the skills themselves are the same.

    ``catalog_only`` says that terms which the catalog lacks are not asked for: neither role nor links depend on them.
    """

    catalog_only: bool = True
    signs: SignMemo = field(default_factory=SignMemo)
    mentions: dict[tuple[int, int, str], SkillMention | None] = field(default_factory=dict)
    """By place and alias; null for a form that is no mention."""
    demand: dict[tuple[Any, ...], float] = field(default_factory=dict)
    found: dict[tuple[Any, ...], FoundSkill] = field(default_factory=dict)
    """The skills that are mentioned, by slug, rank and mentions."""
    kept: dict[tuple[int, float], FoundSkill] = field(default_factory=dict)
    """Those of ``found`` that are demanded, by identity and confidence."""
    first_demand: dict[tuple[str | None, float], float] = field(default_factory=dict)
    """Of the skills of ``first``, how probably each is demanded, by slug and specificity."""
    terms: tuple[Sequence[Hit], Mapping[str, Owners], list[FoundSkill]] | None = None
    """The terms of the first catalog, with the meant forms and all forms that they followed from."""
    first: _First | None = None


def extract_skills(jd: EncodedJD, indexes: Indexes, memo: SkillMemo | None = None) -> tuple[FoundSkill, ...]:
    """Return the skills that the text demands, in order of first appearance. Skills of the title are primary.

    ``memo`` keeps what the text comes to on catalogs with the same skills.
    """
    hits, (mentioned, in_title) = _forms_of(jd, indexes, memo)
    demanded = _keep_demanded(jd, mentioned, in_title, indexes, memo)
    demanded += _linked(_terms(jd, hits, mentioned, indexes, memo), {skill.slug for skill in demanded}, indexes)
    return tuple(sorted(demanded, key=lambda s: (s.mentions[0].start, s.mentions[0].end)))


def _forms_of(
    jd: EncodedJD, indexes: Indexes, memo: SkillMemo | None
) -> tuple[list[Hit], tuple[list[FoundSkill], set[str]]]:
    """The forms that mean their skills, and the skills that the text so mentions with those of the title."""
    signs_memo = memo.signs if memo else None
    aliases, dimensions = indexes.aliases, indexes.catalog.dimensions_of_skill
    first = memo.first if memo else None
    if first is not None and aliases.forms() is first.aliases.forms() and dimensions is first.dimensions:
        return first.hits, first.mentioned
    found = None
    if first is not None and aliases.forms() is first.aliases.forms():
        if first.asks_context:
            found = aliases.find(jd.text.view, out_of_context=True)
        if found is None or (found == first.found and _in_title(jd, indexes) == first.mentioned[1]):
            hits = sure_hits(first.possible, first.signs.on(indexes), indexes, signs_memo)
            return (first.hits, first.mentioned) if hits == first.hits else (hits, _mentioned(jd, hits, indexes, memo))
    if found is None:
        found = aliases.find(jd.text.view, out_of_context=True)
    possible = possible_hits(jd.text, found, indexes, signs_memo)
    signs = SenseSigns(jd, possible, indexes, signs_memo)
    hits = sure_hits(possible, signs, indexes, signs_memo)
    mentioned = _mentioned(jd, hits, indexes, memo)
    if memo is not None and first is None:
        asks_context = aliases.asks_context(jd.text.view) or (bool(jd.title) and aliases.asks_context(jd.title or ""))
        memo.first = _First(aliases, dimensions, asks_context, found, possible, signs, hits, mentioned)
    return hits, mentioned


def _terms(
    jd: EncodedJD, hits: Sequence[Hit], mentioned: Sequence[FoundSkill], indexes: Indexes, memo: SkillMemo | None
) -> list[FoundSkill]:
    """The terms that the text asks for beside the skills that it mentions."""
    aliases, taken = indexes.aliases, [(hit.start, hit.end) for hit in hits]
    if memo is None:
        return new_terms(jd, taken, mentioned, aliases)
    forms = aliases.forms()
    if memo.terms and memo.terms[1] is forms and memo.terms[0] == hits:
        return memo.terms[2]
    terms = new_terms(jd, taken, mentioned, aliases, memo.catalog_only)
    memo.terms = memo.terms or (hits, forms, terms)
    return terms


def _linked(terms: Sequence[FoundSkill], known: Collection[str | None], indexes: Indexes) -> Iterator[FoundSkill]:
    """The terms that a text asks for, one that is a form of the catalog as the skill that alone has it: that it is asked for as
    a skill outweighs what its place left in doubt, and nobody can add it a second time. What is ``known`` already is left out.
    """
    linked = set(known)
    for term in terms:
        owners = {form.skill_slug for form in indexes.aliases.usable(fold_key(term.name))}
        if len(owners) != 1:
            yield term
            continue
        skill = indexes.catalog.skill[owners.pop()]
        if skill.slug not in linked and skill.skill_nature != "SOFT_SKILL":
            linked.add(skill.slug)
            yield replace(term, name=skill.display_name, slug=skill.slug, nature=skill.skill_nature)


def mentioned_skills(
    jd: EncodedJD, indexes: Indexes, memo: SkillMemo | None = None
) -> tuple[list[FoundSkill], set[str]]:
    """Return the catalog skills that the text mentions, demanded or not, and the slugs of those in the title; ``memo`` as above."""
    return _forms_of(jd, indexes, memo)[1]


def candidate_terms(jd: EncodedJD, indexes: Indexes) -> list[tuple[Candidate, Surroundings]]:
    """Return the terms that the text may name beside the catalog's skills, with what is around them."""
    hits = meant(jd, indexes.aliases.find(jd.text.view, out_of_context=True), indexes)
    mentioned, _ = _mentioned(jd, hits, indexes)
    return term_candidates(jd, [(hit.start, hit.end) for hit in hits], mentioned, indexes.aliases)


def _mentioned(
    jd: EncodedJD, hits: list[Hit], indexes: Indexes, memo: SkillMemo | None = None
) -> tuple[list[FoundSkill], set[str]]:
    in_title = _in_title(jd, indexes)
    return _rank(_collect_mentions(jd.text, hits, indexes, memo), in_title, indexes, memo), in_title


def _in_title(jd: EncodedJD, indexes: Indexes) -> set[str]:
    """The slugs of the skills that a text's title names."""
    return {hit.form.skill_slug for hit in indexes.aliases.find(jd.title)} if jd.title else set()


def _collect_mentions(jd: JDText, hits: list[Hit], indexes: Indexes, memo: SkillMemo | None) -> dict[str, _Mentions]:
    """The mentions that count, by slug."""
    mentions_of: dict[str, _Mentions] = {}
    known = memo.mentions if memo else {}
    for hit in hits:
        facts = jd.facts_at(hit.start)
        slug = hit.form.skill_slug
        nature = indexes.catalog.skill[slug].skill_nature
        place = hit.start, hit.end, hit.form.alias_text
        if memo is None or place not in known:
            is_named = is_mention(facts, hit.start, nature == "SOFT_SKILL")
            known[place] = mention_at(jd, *place, facts) if is_named else None
        mention = known[place]
        if mention is None:
            continue
        mentions_of.setdefault(slug, _Mentions()).add(hit, mention)
    return mentions_of


def is_mention(facts: SentenceFacts | None, position: int, soft: bool) -> bool:
    """Return whether a hit is a mention: not in boilerplate, not negated, and a soft skill only among duties and demands."""
    if facts is None:
        return not soft
    if soft and not facts.is_duty:
        return False
    boilerplate = facts.boilerplate_start
    return (boilerplate is None or position < boilerplate) and not facts.negates(position)


def _rank(
    mentions_of: dict[str, _Mentions], in_title: set[str], indexes: Indexes, memo: SkillMemo | None
) -> list[FoundSkill]:
    """The catalog's skills with their rank. Where every demand is hedged, all count as primary."""
    all_hedged = not any(m.is_demanded for m in mentions_of.values())
    known = memo.found if memo else {}
    found = []
    for slug, collected in mentions_of.items():
        primary = slug in in_title or all_hedged or collected.is_demanded
        # A mention of a text is one object on all catalogs, which the memo keeps.
        places = tuple(map(id, collected.mentions))
        key = slug, primary, collected.in_context, tuple(sorted(collected.rivals)), places
        if key not in known:
            row = indexes.catalog.skill[slug]
            known[key] = FoundSkill(
                name=row.display_name,
                slug=slug,
                nature=row.skill_nature,
                is_primary=primary and row.skill_nature != "SOFT_SKILL",
                confidence=1.0,
                mentions=tuple(collected.mentions),
                rivals=key[3],
                in_context=collected.in_context,
            )
        found.append(known[key])
    return found


def demand_candidate(skill: FoundSkill, indexes: Indexes) -> demand.Candidate:
    """Return a mentioned skill as the model of ``demand`` takes it."""
    return demand.Candidate(
        nature=skill.nature,
        places=tuple(demand.Place(m.start, m.end, m.section) for m in skill.mentions),
        role_specificity=indexes.skill_weight.get(skill.slug or "", 0.0),
        is_primary=skill.is_primary,
        in_context=skill.in_context or skill.slug is None,
        name=skill.name,
        slug=skill.slug,
    )


def _keep_demanded(
    jd: EncodedJD, found: list[FoundSkill], in_title: set[str], indexes: Indexes, memo: SkillMemo | None = None
) -> list[FoundSkill]:
    """The skills that the text demands, each with the probability of that as its confidence."""
    fitted = demand_weights()
    probabilities = _Demand(jd, found, indexes, memo)
    is_first = memo is not None and memo.first is not None and found is memo.first.mentioned[0]
    known = memo.kept if memo else {}
    kept = []
    for skill in found:
        is_technology = skill.nature in TECHNOLOGY
        probability = fitted.technology_probability if is_technology else probabilities.of(skill, is_first)
        if probability >= fitted.min_probability or skill.nature == "SOFT_SKILL" or skill.slug in in_title:
            key = id(skill), max(probability, fitted.min_probability)
            if key not in known:
                known[key] = replace(skill, confidence=key[1])
            kept.append(known[key])
    return kept


class _Demand:
    """How probably a text demands skills that it mentions."""

    def __init__(self, jd: EncodedJD, found: Sequence[FoundSkill], indexes: Indexes, memo: SkillMemo | None) -> None:
        self._jd = jd
        self._found = found
        self._indexes = indexes
        self._memo = memo or SkillMemo()

    @cached_property
    def _starts(self) -> list[int]:
        return sorted(m.start for skill in self._found if skill.nature != "SOFT_SKILL" for m in skill.mentions)

    def of(self, skill: FoundSkill, is_first: bool) -> float:
        """The probability of a skill; ``is_first`` says that the mentioned skills are those of the first catalog."""
        key = skill.slug, self._indexes.skill_weight.get(skill.slug or "", 0.0)
        known = self._memo.first_demand if is_first else {}
        if key not in known:
            candidate = demand_candidate(skill, self._indexes)
            basis = demand.basis(candidate, self._starts)
            if basis not in self._memo.demand:
                self._memo.demand[basis] = demand.probability(self._jd, candidate, self._starts)
            known[key] = self._memo.demand[basis]
        return known[key]
