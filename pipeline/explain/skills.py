"""Why a skill was taken or left out: its form, its sense, its passage, its neighbours, and whether the text demands it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.catalog.aliases import Hit
from pipeline.catalog.value import TECHNOLOGY
from pipeline.contracts import wire_score
from pipeline.explain.value import SkillReasons
from pipeline.held import HeldRun
from pipeline.learned.fitted import demand_weights, sense_weights
from pipeline.stages import demand
from pipeline.stages.skills import FoundSkill, demand_candidate, is_mention
from pipeline.stages.skills.sense_signs import SenseSigns
from pipeline.stages.skills.senses import in_doubt, possible_hits, probability

MAX_SIGNS = 6
"""Signs of a model that are given, those with the most points."""
MAX_PLACES = 5
"""Places of a form that are given."""

Reason = dict[str, Any]


def skill_reasons(held: HeldRun) -> tuple[tuple[SkillReasons, ...], tuple[SkillReasons, ...]]:
    """Return why each of the text's catalog skills was taken, and why each that has a form in the text was left out.

    Both are in their order in the text.
    """
    if held.rejection:
        return (), ()
    reasons = _Reasons(held)
    taken = tuple(SkillReasons(s.slug, tuple(reasons.of_taken(s))) for s in held.skills if s.slug)
    return taken, tuple(_left_out(held, reasons))


def _left_out(held: HeldRun, reasons: _Reasons) -> Iterator[SkillReasons]:
    taken = {s.slug for s in held.skills}
    for slug in reasons.hits_of:
        if slug not in taken:
            yield SkillReasons(slug, tuple(reasons.of_left_out(slug)))
    for place in held.indexes.aliases.undecided(held.jd.text.view):
        form = reasons.form(place.start, place.end, [f.alias_text for f in place.owners])
        rivals = sorted({f.skill_slug for f in place.owners})
        for slug in rivals:
            if slug not in taken and slug not in reasons.hits_of:
                yield SkillReasons(slug, (form, {"why": "shared", "taken": False, "owners": rivals}))


class _Reasons:
    """What is known of the forms of one text."""

    def __init__(self, held: HeldRun) -> None:
        self._held = held
        self._jd = held.jd
        indexes = held.indexes
        found = indexes.aliases.find(self._jd.text.view, out_of_context=True)
        self._possible = possible_hits(self._jd.text, found, indexes, held.memo.signs)
        self._place = {hit: i for i, hit in enumerate(self._possible)}
        self._signs = SenseSigns(self._jd, self._possible, indexes, held.memo.signs)
        self.hits_of: dict[str, list[Hit]] = defaultdict(list)
        for hit in found:
            self.hits_of[hit.form.skill_slug].append(hit)

    def form(self, start: int, end: int, aliases: Sequence[str]) -> Reason:
        """The form at a place of the view, its code points those of the raw text."""
        first, last = self._jd.text.raw_span(start, end)
        return {
            "why": "form",
            "start": first,
            "end": last,
            "text": self._jd.text.raw[first:last],
            "aliases": list(dict.fromkeys(aliases)),
        }

    def of_taken(self, skill: FoundSkill) -> Iterator[Reason]:
        slug = skill.slug or ""
        alias = {a.alias_text: a for a in self._held.indexes.catalog.aliases_of_skill.get(slug, ())}
        for mention in skill.mentions[:MAX_PLACES]:
            row = alias.get(mention.alias)
            yield {
                "why": "form",
                "start": mention.raw_start,
                "end": mention.raw_end,
                "text": mention.text,
                "aliases": [mention.alias],
                "alias_type": row.alias_type if row else None,
                "context": list(row.context) if row else [],
                "rivals": list(skill.rivals),
            }
        yield from self._senses(self.hits_of.get(slug, ()))
        sections = list(dict.fromkeys(m.section for m in skill.mentions))
        yield {
            "why": "section",
            "sections": sections,
            "hedged": all(m.hedged for m in skill.mentions),
            "is_primary": skill.is_primary,
        }
        yield self._neighbours(slug)
        yield self._demand(skill)

    def of_left_out(self, slug: str) -> Iterator[Reason]:
        hits = self.hits_of[slug]
        for hit in hits[:MAX_PLACES]:
            yield self.form(hit.start, hit.end, [hit.form.alias_text])
        others = [hit for hit in hits if hit not in self._place]
        if others:
            yield {"why": "other_name", "taken": False, "places": len(others)}
        yield from self._senses([hit for hit in hits if hit in self._place])
        is_soft = self._held.indexes.catalog.skill[slug].skill_nature == "SOFT_SKILL"
        places = [(hit.start, self._jd.text.facts_at(hit.start)) for hit in hits]
        sections = list(dict.fromkeys(self._jd.text.kind_at(start) for start, _ in places))
        is_named = any(is_mention(facts, start, is_soft) for start, facts in places)
        yield {"why": "section", "sections": sections, "taken": is_named}
        yield self._neighbours(slug)
        for skill in self._held.mentioned:
            if skill.slug == slug:
                yield self._demand(skill)

    def _senses(self, hits: Sequence[Hit]) -> Iterator[Reason]:
        """Whether forms mean their skill: the surest of those that are in doubt; nothing to say where none is."""
        doubtful = [hit for hit in hits if hit in self._place and in_doubt(hit, self._held.indexes)]
        if not doubtful:
            return
        least, fitted = sense_weights().min_probability, sense_weights()
        signs = [self._signs.signs(self._place[hit]) for hit in doubtful]
        best = max(signs, key=probability)
        sure = probability(best)
        points = {name: fitted.weights.get(name, 0.0) * value for name, value in best.items()}
        yield {
            "why": "sense",
            "taken": sure >= least,
            "probability": wire_score(sure),
            "least": least,
            "signs": _top(points),
        }

    def _neighbours(self, slug: str) -> Reason:
        """The other skills of the text that share a dimension with one."""
        dimensions = self._held.indexes.catalog.dimensions_of_skill
        own = {d.slug for d in dimensions.get(slug, ())}
        skills = [
            s.slug
            for s in self._held.skills
            if s.slug and s.slug != slug and not own.isdisjoint(d.slug for d in dimensions.get(s.slug, ()))
        ]
        return {"why": "neighbours", "skills": skills}

    def _demand(self, skill: FoundSkill) -> Reason:
        """Whether the text demands a skill, or only mentions it."""
        fitted, candidate = demand_weights(), demand_candidate(skill, self._held.indexes)
        starts = self._held.starts
        sure = demand.probability(self._jd, candidate, starts)
        reason = {
            "why": "demand",
            "taken": sure >= fitted.min_probability,
            "probability": wire_score(sure),
            "least": fitted.min_probability,
        }
        if skill.nature in TECHNOLOGY:
            return {**reason, "signs": {}}
        weights: Callable[[str], float] = fitted.weights.model_dump().__getitem__
        values: Mapping[str, float] = demand.signs(self._jd, candidate, starts)
        return {**reason, "signs": _top({name: weights(name) * value for name, value in values.items()})}


def _top(points: Mapping[str, float]) -> dict[str, float]:
    """The signs with the most points, for or against, those first."""
    order = sorted((name for name in points if points[name]), key=lambda name: (-abs(points[name]), name))
    return {name: wire_score(points[name]) for name in order[:MAX_SIGNS]}
