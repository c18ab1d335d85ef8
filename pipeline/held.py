"""A text held so that it is run on one catalog after the other, each near to the first: only what the catalogs do not share is made anew.

A run on a catalog that differs in a row costs a few milliseconds at most: its parse and its vectors depend on no catalog, and what forms,
titles and duties come to is kept. What comes out is what a whole run gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.catalog.changes import Change
from pipeline.catalog.folding import fold, fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog
from pipeline.config import Config
from pipeline.contracts import Case
from pipeline.stages.decision import choose_role
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.parse import rejection_reason
from pipeline.stages.ranking import RoleRanking, rank_roles
from pipeline.stages.signals import Centroid, RoleSignals, TextSignals, kra_scores, read_signals, read_text, scores_of
from pipeline.stages.skills import FoundSkill, SkillMemo, extract_skills, mentioned_skills
from pipeline.stages.title_signal import titles_of_items

MIN_CONFIDENCE_CHANGE = 0.01
"""Confidences that differ by less count as equal."""
OF_TEXTS = frozenset({"skill_aliases", "skill_dimensions", "skills"})
"""Tables whose changes touch no text but those that hold a form of their skills."""


@dataclass(frozen=True)
class Result:
    """What a run comes to on a catalog: its role (null for none) with the confidence in it, and what they follow from.

    ``skills`` are those of the catalog; ``ranking`` is null for a text that is no usable job description.
    """

    role_slug: str | None
    confidence: float
    case: Case
    skills: tuple[FoundSkill, ...] = ()
    ranking: RoleRanking | None = None

    @property
    def links(self) -> frozenset[tuple[str, str]]:
        """The pairs of skill and dimension, by slug, that the run shows."""
        if self.ranking is None:
            return frozenset()
        dimensions = self.ranking.catalog.dimensions_of_skill
        return frozenset((s.slug, d.slug) for s in self.skills if s.slug for d in dimensions.get(s.slug, ()))

    @property
    def skill_slugs(self) -> frozenset[str]:
        """The slugs of its skills."""
        return frozenset(s.slug for s in self.skills if s.slug)

    def differs(self, other: Result) -> bool:
        """Whether role, skills or links are others, or the confidence by what a person would see."""
        if self.role_slug != other.role_slug or self.skill_slugs != other.skill_slugs:
            return True
        return abs(self.confidence - other.confidence) >= MIN_CONFIDENCE_CHANGE or self.links != other.links


class HeldRun:
    """An encoded text with the catalog that it was run on, to be run on others that are near to it."""

    def __init__(
        self, jd: EncodedJD, indexes: Indexes, config: Config, centroids: Mapping[str, Centroid] | None = None
    ) -> None:
        self.jd = jd
        self.indexes = indexes
        self.config = config
        self.centroids: Mapping[str, Centroid] = centroids or {}
        self.rejection = rejection_reason(jd.parsed)
        self.memo = SkillMemo()
        """What is known of the text's skills, for all catalogs on which it is run."""

    @cached_property
    def skills(self) -> tuple[FoundSkill, ...]:
        """The catalog's skills that the text demands, on its own catalog."""
        return extract_skills(self.jd, self.indexes, self.memo)

    @cached_property
    def mentioned(self) -> tuple[FoundSkill, ...]:
        """The catalog's skills that the text mentions, demanded or not, on its own catalog."""
        return tuple(mentioned_skills(self.jd, self.indexes, self.memo)[0])

    @cached_property
    def starts(self) -> list[int]:
        """The sorted starts of all mentions of skills in the text that are no soft ones."""
        return sorted(m.start for skill in self.mentioned if skill.nature != "SOFT_SKILL" for m in skill.mentions)

    @cached_property
    def folded(self) -> str:
        """The text with its title as forms are looked for in it."""
        return fold(self._text).text + " "

    @cached_property
    def owners(self) -> frozenset[str]:
        """The skills of which any form of its own catalog stands in the text, whether it is meant or not."""
        return self.indexes.aliases.owners_in(self._text)

    @cached_property
    def items(self) -> frozenset[str]:
        """The beginnings of the text's items that may be titles, folded."""
        return frozenset(titles_of_items(self.jd.text))

    @property
    def _text(self) -> str:
        return f"{self.jd.text.view}\n{self.jd.title or ''}"

    @cached_property
    def of_text(self) -> TextSignals:
        """The signals of title and duties, on its own catalog."""
        return read_text(self.jd, self.indexes, self.centroids, self.config)

    @cached_property
    def signals(self) -> RoleSignals:
        """All signals, on its own catalog."""
        return read_signals(self.of_text, self.skills, self.indexes, self.config)

    @cached_property
    def result(self) -> Result:
        """What the run comes to on its own catalog."""
        if self.rejection:
            return Result(None, 0.0, "rejected")
        result = self._decided(self.signals, self.skills, self.indexes)
        # Many runs are held at once, and few of them are asked for more than their result.
        self.of_text.kra.matches.forget()
        return result

    def may_change(self, changes: Sequence[Change]) -> bool:
        """Whether the run can come to something else by some changes of its own catalog, as far as their tables and the words of the text
        tell.
        """
        if self.rejection:
            return False
        if any(c.table not in OF_TEXTS for c in changes) or self.owners & {c.key[0] for c in changes}:
            return True
        rows = [row for c in changes if c.table == "skill_aliases" for row in (c.before, c.after) if row is not None]
        return any(f"{lead}{fold_key(row.alias_text)}" in self.folded for row in rows for lead in " /")

    def on(self, indexes: Indexes) -> Result:
        """Return what the run comes to on another catalog; little is made anew where its skills but for their forms and links are the same."""
        if self.rejection:
            return self.result
        base = self.indexes
        # What is known of the text's forms follows from what the skills are.
        memo = self.memo if _are_same_skills(base.catalog, indexes.catalog) else SkillMemo()
        skills = self.skills
        if (
            indexes.aliases is not base.aliases
            or indexes.skill_weight is not base.skill_weight
            or memo is not self.memo
        ):
            skills = extract_skills(self.jd, indexes, memo)
        of_text = self._of_text(indexes)
        has_same_reach = indexes.catalog.roles_of_skill is base.catalog.roles_of_skill
        if of_text is self.of_text and has_same_reach and skills == self.skills:
            return self.with_role(skills, indexes)
        return self._decided(scores_of(self.signals, of_text, skills, indexes, self.config), skills, indexes)

    def with_role(self, skills: tuple[FoundSkill, ...], indexes: Indexes) -> Result:
        """Return what the run comes to on another catalog with some skills, where it is known that its role and confidence stay."""
        ranking = self.result.ranking
        return replace(self.result, skills=skills, ranking=ranking and replace(ranking, catalog=indexes.catalog))

    def without_centroid(self, slug: str) -> Result:
        """Return what the run comes to on its own catalog when a role has no centroid."""
        central = {role: score for role, score in self.of_text.centroid.items() if role != slug}
        of_text = replace(self.of_text, centroid=central)
        scores = scores_of(self.signals, of_text, self.skills, self.indexes, self.config)
        return self._decided(scores, self.skills, self.indexes)

    def _of_text(self, indexes: Indexes) -> TextSignals:
        base = self.indexes
        has_same_kras = indexes.kras is base.kras
        if indexes.titles is base.titles and indexes.title_matrix is base.title_matrix:
            if has_same_kras:
                return self.of_text
            return replace(self.of_text, kra=kra_scores(self.jd, indexes, self.config, self.of_text.kra))
        kra = self.of_text.kra if has_same_kras else None
        return read_text(self.jd, indexes, self.centroids, self.config, kra)

    def _decided(self, signals: RoleSignals, skills: tuple[FoundSkill, ...], indexes: Indexes) -> Result:
        ranking = rank_roles(self.jd.title, signals, indexes.catalog, self.config)
        chosen = choose_role(ranking)
        return Result(chosen.role_slug, chosen.confidence, chosen.case, skills, ranking)


def _are_same_skills(before: Catalog, after: Catalog) -> bool:
    """Whether two catalogs have the same skills, but for whether texts are searched for them."""
    if before.skills is after.skills:
        return True
    pairs = zip(before.skills, after.skills, strict=False)
    return len(before.skills) == len(after.skills) and all(
        old is new or replace(old, is_extractable=new.is_extractable) == new for old, new in pairs
    )
