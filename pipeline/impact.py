"""What other changes of the catalog would have made of past runs: each replayed on both catalogs, before and after.

A run is replayed from skill matching on: its parse, its sentences and their vectors are what no catalog can change. Only
runs that the changes can touch are replayed: those whose text holds a form that changed hands, or all where roles, titles,
KRAs or what roles carry has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import ahocorasick

from pipeline.catalog.aliases import fold, fold_key
from pipeline.catalog.changes import diff
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.run import ReadJD
from pipeline.stages.decision import decide
from pipeline.stages.parse import rejection_reason
from pipeline.stages.signals import Centroid, read_signals
from pipeline.stages.skills import FoundSkill, extract_skills

Judgement = Literal["better", "worse", "unknown"]
ROLE_WEIGHT = 10.0
"""What another role counts beside one link in the order of effects."""
SAME = 0.01
"""Confidences that differ by less count as equal."""


@dataclass(frozen=True)
class Verdict:
    """What a reviewer said of a run: the right role (null for none), and slugs of skills that the text does not mean."""

    role_slug: str | None
    wrong_skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PastRun:
    """A run that is over, as far as a replay needs it."""

    run_id: str
    label: str
    read: ReadJD
    config: Config
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Outcome:
    """What a run comes to on a catalog; ``skills`` are slugs, ``links`` pairs of skill and dimension slugs."""

    role_slug: str | None
    role_name: str | None
    confidence: float
    case: str
    skills: frozenset[str]
    links: frozenset[tuple[str, str]]

    def faults(self, verdict: Verdict) -> int:
        """In how many points a reviewer's verdict contradicts it; the role counts as much as three skills."""
        return 3 * (self.role_slug != verdict.role_slug) + len(self.skills & verdict.wrong_skills)


@dataclass(frozen=True)
class Effect:
    """A run that comes to something else; ``judged`` holds both against the reviewers' verdict."""

    run: PastRun
    before: Outcome
    after: Outcome

    @property
    def judged(self) -> Judgement:
        if self.run.verdict is None:
            return "unknown"
        was, becomes = self.before.faults(self.run.verdict), self.after.faults(self.run.verdict)
        return "unknown" if was == becomes else "better" if becomes < was else "worse"

    @property
    def role_changes(self) -> bool:
        return self.before.role_slug != self.after.role_slug

    @cached_property
    def gained(self) -> tuple[tuple[str, str], ...]:
        """Links that only the new catalog gives."""
        return tuple(sorted(self.after.links - self.before.links))

    @cached_property
    def lost(self) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(self.before.links - self.after.links))

    @property
    def size(self) -> float:
        """How much changes: another role first, then links, skills and confidence."""
        skills = len(self.before.skills ^ self.after.skills)
        moved = abs(self.before.confidence - self.after.confidence)
        return ROLE_WEIGHT * self.role_changes + len(self.gained) + len(self.lost) + skills + moved


@dataclass(frozen=True)
class Impact:
    """``effects`` with the largest first; ``touched`` runs were replayed, ``seen`` is how many were looked at.

    ``newest`` is set where only the newest so many runs stand for all.
    """

    effects: tuple[Effect, ...]
    touched: int
    seen: int
    newest: int | None = None


class Scope:
    """Which texts the difference of two catalogs can touch."""

    def __init__(self, before: Indexes, after: Indexes) -> None:
        changes = diff(before.catalog, after.catalog)
        self.everything = any(c.table in ("roles", "role_aliases", "role_kras", "role_dimensions", "dimensions") for c in changes)
        """Whether what roles are has changed, so that any text may get another one."""
        skills = {slug for c in changes if c.table in ("skills", "skill_dimensions") for slug in [c.key[0]]}
        forms = {fold_key(c.key[1]) for c in changes if c.table == "skill_aliases"}
        for indexes in (before, after):
            catalog = indexes.catalog
            forms |= {fold_key(a.alias_text) for s in skills for a in catalog.aliases_of_skill.get(s, ())}
            forms |= {fold_key(catalog.skill[s].display_name) for s in skills if s in catalog.skill}
        self._automaton = ahocorasick.Automaton()
        for form in sorted(forms - {""}):
            for lead in " /":
                self._automaton.add_word(lead + form, form)
        if len(self._automaton):
            self._automaton.make_automaton()

    def holds_form(self, text: str) -> bool:
        """Whether a text may hold a form that has changed."""
        return bool(len(self._automaton)) and next(self._automaton.iter(fold(text).text + " "), None) is not None


def impact(
    runs: Iterable[PastRun], before: Indexes, after: Indexes, centroids: Mapping[str, Centroid] | None = None, scope: Scope | None = None
) -> Impact:
    """The runs that come to something else on the new catalog, those that change most first; ``scope`` is that of the two
    catalogs, if it is known already."""
    scope = scope or Scope(before, after)
    effects = []
    touched = seen = 0
    for run in runs:
        seen += 1
        read = run.read
        if rejection_reason(read.parsed):
            continue
        holds = scope.holds_form(f"{read.text.view}\n{read.title or ''}")
        if not holds and not scope.everything:
            continue
        touched += 1
        skills = extract_skills(read.text, read.title, before)
        same = not holds and all(before.skill_weight.get(s.slug or "") == after.skill_weight.get(s.slug or "") for s in skills)
        then = skills if same else extract_skills(read.text, read.title, after)
        outcomes = [_outcome(run, found, indexes, centroids or {}) for found, indexes in ((skills, before), (then, after))]
        if differs(*outcomes):
            effects.append(Effect(run, *outcomes))
    return Impact(tuple(sorted(effects, key=lambda e: (-round(e.size, 4), e.run.run_id))), touched, seen)


def differs(before: Outcome, after: Outcome) -> bool:
    """Whether a reader would see a difference."""
    known = [(o.role_slug, o.skills, o.links) for o in (before, after)]
    return known[0] != known[1] or abs(before.confidence - after.confidence) >= SAME


def _outcome(run: PastRun, skills: Sequence[FoundSkill], indexes: Indexes, centroids: Mapping[str, Centroid]) -> Outcome:
    read = run.read
    evidence: Any = read_signals(
        read.title, read.parsed.role_aliases, skills, read.sentences, read.vectors, read.title_vector, indexes, centroids, run.config
    )
    decision = decide(read.title, evidence, indexes, run.config)
    chosen = decision.chosen_role
    slugs = frozenset(s.slug for s in skills if s.slug)
    return Outcome(
        role_slug=chosen.slug if chosen else None,
        role_name=chosen.display_name if chosen else None,
        confidence=decision.confidence,
        case=decision.case,
        skills=slugs,
        links=frozenset((s, d.slug) for s in slugs for d in indexes.catalog.dimensions_of_skill.get(s, ())),
    )
