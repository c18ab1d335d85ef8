"""Gold texts on a catalog and on another: what each comes to, marked against what is right.

What is right of links follows from the roles that are: of a skill that is rightly found, those dimensions are right that the
right role carries, on either side, so that a merged or a renamed dimension is no loss.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.catalog import Catalog
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.evaluation import SkillCounts, f_score, occurrences
from pipeline.experiments.results import Gold, Outcome, Skill, mark
from pipeline.gate.results import Example, ExampleKind
from pipeline.impact import PastRun, Replay, Scope
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.parse import rejection_reason
from pipeline.stages.skills import FoundSkill

MAX_LISTED = 3
"""Skills that an example names on each side."""
Successors = Mapping[str, str]
"""The entry that stands for one that is gone, by slug."""


@dataclass(frozen=True)
class GoldText:
    """A gold text, encoded: its name in its set, its label on a page, and what is right for it."""

    item: str
    label: str
    jd: EncodedJD
    gold: Gold

    @property
    def raw(self) -> str:
        """The text as it was given."""
        return self.jd.text.raw

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Where the text has its right skills, where these are named by words of the text."""
        return tuple(
            place for skill in self.gold.surfaces or () for s in skill["surface"] for place in occurrences(self.raw, s)
        )

    @property
    def named(self) -> frozenset[str]:
        """The slugs of the roles and skills that are right for it, where these are named by slugs."""
        return frozenset(role for role in self.gold.roles if role) | (self.gold.slugs or frozenset())

    def is_right(self, skill: Skill, successors: Successors) -> bool:
        """Whether a skill that was found is one of the text's."""
        if self.gold.surfaces is not None:
            return any(x < b and a < y for x, y in skill.places for a, b in self.places)
        wanted = self.gold.slugs or frozenset()
        return skill.slug in wanted or skill.slug in {successors.get(slug) for slug in wanted}


@dataclass(frozen=True)
class GoldMarks:
    """What a gold text comes to on a catalog: the role, whether it is right, counts of its skills (null where not asked for), and the
    dimensions of each skill that is rightly found, by slugs.
    """

    role: str | None
    is_right: bool
    skills: SkillCounts | None
    found: frozenset[str]
    dimensions: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class GoldPair:
    """A gold text on both catalogs; ``carried`` are the dimensions that its right roles carry on either."""

    item: str
    label: str
    before: GoldMarks
    after: GoldMarks
    carried: frozenset[str]

    @property
    def role_move(self) -> int:
        """1 where the role is right on the second catalog alone, -1 on the first alone."""
        return int(self.after.is_right) - int(self.before.is_right)

    @property
    def skill_move(self) -> int:
        """1 where the F1 of its skills is higher on the second catalog, -1 where it is lower."""
        first, second = (f_score(m.skills)[2] if m.skills else 0.0 for m in (self.before, self.after))
        return (second > first) - (second < first)

    @cached_property
    def link_moves(self) -> Mapping[str, int]:
        """Of each skill that is rightly found on both, how many more dimensions of the right role it leads to."""
        both = self.before.dimensions.keys() & self.after.dimensions.keys()
        return {
            s: len(self.after.dimensions[s] & self.carried) - len(self.before.dimensions[s] & self.carried)
            for s in sorted(both)
        }

    @property
    def is_moved(self) -> bool:
        """Whether anything comes out differently."""
        return self.before != self.after

    def example(self) -> Example:
        """The text as an example of what the change does."""
        move = self.role_move or self.skill_move or sum(self.link_moves.values())
        before, after = self.before.role or "no role", self.after.role or "no role"
        if before == after:
            lost, gained = self.before.found - self.after.found, self.after.found - self.before.found
            moves = self.link_moves.items()
            before = _listed(lost, [slug for slug, by in moves if by < 0])
            after = _listed(gained, [slug for slug, by in moves if by > 0])
        kind: ExampleKind = "fixed" if move > 0 else "broken" if move < 0 else "moved"
        return Example(kind, "gold", self.item, self.label[:80], before, after)


def _listed(skills: Iterable[str], linked: Iterable[str]) -> str:
    return ", ".join([*sorted(skills)[:MAX_LISTED], *(f"link of {slug}" for slug in sorted(linked)[:MAX_LISTED])])


class GoldSide:
    """Gold texts on one catalog, each replayed when it is asked for and kept. Not safe to use from several threads."""

    def __init__(self, indexes: Indexes, successors: Successors) -> None:
        self.indexes = indexes
        self._successors = _of_gone(successors, indexes.catalog)
        self._kept: dict[str, tuple[GoldText, GoldMarks, Replay]] = {}

    def on_next(self, indexes: Indexes, successors: Successors) -> GoldSide:
        """The side of a catalog that has become of this one: what it cannot have touched is kept."""
        side, scope = GoldSide(indexes, successors), Scope(self.indexes, indexes)
        moved = {s for s, e in self._successors.items() ^ side._successors.items() if e}
        for item, kept in self._kept.items():
            if not _touches(scope, kept[0]) and moved.isdisjoint(kept[0].named):
                side._kept[item] = kept
        return side

    def knows(self, item: str) -> bool:
        """Whether a text has been replayed."""
        return item in self._kept

    def marks(self, text: GoldText) -> GoldMarks:
        """What a text comes to."""
        kept = self._kept.get(text.item)
        if kept is None or kept[0] is not text:
            replay = Replay(PastRun(text.item, text.label, text.jd, Config()), {})
            kept = text, _marked(text, replay, self.indexes, self._successors), replay
            self._kept[text.item] = kept
        return kept[1]

    def pair(self, text: GoldText, after: Indexes, successors: Successors) -> GoldPair:
        """A text on this catalog and on another; ``successors`` are those that hold there."""
        before = self.marks(text)
        replay = copy.copy(self._kept[text.item][2])
        marks = _marked(text, replay, after, _of_gone(successors, after.catalog))
        roles = {slug for role in text.gold.roles if role for slug in (role, successors.get(role)) if slug}
        carried = _carried(self.indexes.catalog, roles) | _carried(after.catalog, roles)
        return GoldPair(text.item, text.label, before, marks, carried)


def touched(texts: Iterable[GoldText], scope: Scope) -> list[GoldText]:
    """The gold texts that the difference of two catalogs can touch."""
    return [text for text in texts if _touches(scope, text)]


def _touches(scope: Scope, text: GoldText) -> bool:
    return scope.touches(text.jd.text.view, text.jd.title)


def _of_gone(successors: Successors, catalog: Catalog) -> Successors:
    """Successors of what a catalog lacks: an entry that is there stands for itself."""
    return {s: e for s, e in successors.items() if s not in catalog.role and s not in catalog.skill}


def _carried(catalog: Catalog, roles: Iterable[str]) -> frozenset[str]:
    return frozenset(d.slug for role in roles for d in catalog.dimensions_of_role.get(role, ()))


def _marked(text: GoldText, replay: Replay, indexes: Indexes, successors: Successors) -> GoldMarks:
    if rejection_reason(text.jd.parsed):
        outcome = Outcome(case="rejected")
        return GoldMarks(None, mark(text.gold, text.raw, outcome, successors).is_right, None, frozenset(), {})
    decided = replay.on(indexes)
    skills = tuple(_skill(s) for s in replay.skills if s.nature != "SOFT_SKILL")
    outcome = Outcome(decided.role_slug, decided.confidence, decided.case, skills)
    marks = mark(text.gold, text.raw, outcome, successors)
    of_skill = indexes.catalog.dimensions_of_skill
    right = [s.slug for s in skills if s.slug and text.is_right(s, successors)]
    dimensions = {slug: frozenset(d.slug for d in of_skill.get(slug, ())) for slug in right}
    return GoldMarks(outcome.role, marks.is_right, marks.skills, frozenset(s.key for s in skills), dimensions)


def _skill(found: FoundSkill) -> Skill:
    return Skill(found.name, found.slug, found.is_primary, tuple((m.raw_start, m.raw_end) for m in found.mentions))
