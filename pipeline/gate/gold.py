"""Gold texts on a catalog and on another: what each comes to, marked against what is right.

A skill is right where it stands at a place of one of gold's skills and is that skill, as far as a catalog knows the name that gold
gives it: ``CodeIgniter`` at a ``CI`` that means CI/CD is wrong, which the scoring of ``eval``, by places alone, does not see.
What is right of links follows from the roles that are: of a skill that is rightly found, those dimensions are right that the
right role carries, on either side, so that a merged or a renamed dimension is no loss.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.catalog import Catalog
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.evaluation import SkillCounts, f_score, occurrences
from pipeline.experiments.results import Gold, Outcome, Skill
from pipeline.gate.results import Example, ExampleKind
from pipeline.impact import PastRun, Replay, Scope
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.parse import rejection_reason
from pipeline.stages.skills import FoundSkill

_folded = lru_cache(65_536)(fold_key)
"""A catalog's names, folded for each check of a draft, are the same but for a few."""
MAX_LISTED = 3
"""Skills that an example names on each side."""
Successors = Mapping[str, str]
"""The entry that stands for one that is gone, by slug."""


class Owners:
    """Which skills are meant by the name that gold gives one: those that are called so in some of the catalogs, else those of which it is
    a form; none where no catalog knows it.
    """

    def __init__(self, catalogs: Iterable[Catalog]) -> None:
        self._named: dict[str, set[str]] = defaultdict(set)
        self._formed: dict[str, set[str]] = defaultdict(set)
        for catalog in catalogs:
            for skill in catalog.skills:
                self._named[_folded(skill.display_name)].add(skill.slug)
            for alias in catalog.skill_aliases:
                self._formed[_folded(alias.alias_text)].add(alias.skill_slug)

    def of(self, name: str) -> Set[str]:
        """The slugs of the skills that a name means."""
        key = _folded(name)
        return self._named.get(key) or self._formed.get(key) or frozenset()


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
    def places(self) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
        """The names of its right skills and where the text has them, where gold names them by words of the text."""
        return tuple(
            (skill["name"], tuple(place for s in skill["surface"] for place in occurrences(self.raw, s)))
            for skill in self.gold.surfaces or ()
        )

    @property
    def n_wanted(self) -> int | None:
        """How many skills are right for it; null where they are not asked for."""
        asked = self.gold.slugs if self.gold.surfaces is None else self.gold.surfaces
        return None if asked is None else len(asked)

    def matches(self, skill: Skill, owners: Owners, successors: Successors) -> frozenset[str]:
        """Which of its right skills one is that was found, by their names: it stands where one of them does, and is the skill that is
        meant, where the catalog knows that; by their slugs, where gold names these.
        """
        if self.gold.surfaces is None:
            wanted = self.gold.slugs or frozenset()
            return frozenset(slug for slug in wanted if skill.slug and skill.slug in (slug, successors.get(slug)))
        return frozenset(
            name
            for name, places in self.places
            if any(x < b and a < y for x, y in skill.places for a, b in places)
            and (not (meant := owners.of(name)) or skill.slug in meant)
        )


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


@dataclass(frozen=True)
class _Replayed:
    """A gold text with what it came to on a catalog, and the replay, from which another goes on."""

    text: GoldText
    outcome: Outcome
    replay: Replay


class GoldSide:
    """Gold texts on one catalog, each replayed when it is asked for and kept. Not safe to use from several threads."""

    def __init__(self, indexes: Indexes, successors: Successors) -> None:
        self.indexes = indexes
        self._successors = _of_gone(successors, indexes.catalog)
        self._kept: dict[str, _Replayed] = {}

    def on_next(self, indexes: Indexes, successors: Successors) -> GoldSide:
        """The side of a catalog that has become of this one: what it cannot have touched is kept."""
        side, scope = GoldSide(indexes, successors), Scope(self.indexes, indexes)
        side._kept = {item: kept for item, kept in self._kept.items() if not _touches(scope, kept.text)}
        return side

    def knows(self, item: str) -> bool:
        """Whether a text has been replayed."""
        return item in self._kept

    def is_right(self, text: GoldText) -> bool:
        """Whether a text comes to a role that is right."""
        return _is_right(text, self._replayed(text).outcome, self._successors)

    def _replayed(self, text: GoldText) -> _Replayed:
        kept = self._kept.get(text.item)
        if kept is None or kept.text is not text:
            replay = Replay(PastRun(text.item, text.label, text.jd, Config()), {})
            kept = self._kept[text.item] = _Replayed(text, _outcome(text, replay, self.indexes), replay)
        return kept

    def pairs(self, texts: Iterable[GoldText], after: Indexes, successors: Successors) -> Iterator[GoldPair]:
        """Texts on this catalog and on another, one by one; ``successors`` are those that hold there."""
        before = self.indexes
        owners = Owners((before.catalog, after.catalog))
        later = _of_gone(successors, after.catalog)
        for text in texts:
            kept = self._replayed(text)
            outcome = _outcome(text, copy.copy(kept.replay), after)
            roles = {slug for role in text.gold.roles if role for slug in (role, successors.get(role)) if slug}
            yield GoldPair(
                text.item,
                text.label,
                _marks(text, kept.outcome, before.catalog, self._successors, owners),
                _marks(text, outcome, after.catalog, later, owners),
                _carried(before.catalog, roles) | _carried(after.catalog, roles),
            )


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


def _outcome(text: GoldText, replay: Replay, indexes: Indexes) -> Outcome:
    """What a text comes to on a catalog, soft skills left out."""
    if rejection_reason(text.jd.parsed):
        return Outcome(case="rejected")
    decided = replay.on(indexes)
    skills = tuple(_skill(s) for s in replay.skills if s.nature != "SOFT_SKILL")
    return Outcome(decided.role_slug, decided.confidence, decided.case, skills)


def _skill(found: FoundSkill) -> Skill:
    return Skill(found.name, found.slug, found.is_primary, tuple((m.raw_start, m.raw_end) for m in found.mentions))


def _is_right(text: GoldText, outcome: Outcome, successors: Successors) -> bool:
    return outcome.role in {successors.get(role, role) if role else None for role in text.gold.roles}


def _marks(text: GoldText, outcome: Outcome, catalog: Catalog, successors: Successors, owners: Owners) -> GoldMarks:
    matched = {skill: text.matches(skill, owners, successors) for skill in outcome.skills}
    right = [skill for skill, names in matched.items() if names]
    counts = None
    if (wanted := text.n_wanted) is not None:
        # A skill that the catalog lacks is in no list of slugs, and is not counted as wrong.
        predicted = sum(skill.slug is not None or text.gold.surfaces is not None for skill in matched)
        found = len(frozenset().union(*matched.values()))
        counts = SkillCounts(predicted, len(right), wanted, found)
    dimensions = {
        s.slug: frozenset(d.slug for d in catalog.dimensions_of_skill.get(s.slug, ())) for s in right if s.slug
    }
    return GoldMarks(
        outcome.role,
        _is_right(text, outcome, successors),
        counts,
        frozenset(skill.key for skill in outcome.skills),
        dimensions,
    )
