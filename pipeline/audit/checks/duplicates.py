"""Checks for skills, dimensions and roles that are in the catalog twice."""

from __future__ import annotations

import re
from abc import ABC
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import ClassVar, TypeVar

from pipeline.audit.alternatives import Alternatives, Survivor
from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.checks.forms import form_inside
from pipeline.audit.checks.vocabulary import FILLERS
from pipeline.audit.subjects import EntityTable, PairSubject
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.operations import ChangeReason, merge, retire
from pipeline.catalog.value import Catalog, Dimension, Role, Skill

SKILL_SCORE, DIMENSION_SCORE, ROLE_SCORE = 0.9, 0.93, 0.95
MIN_SHARED_SKILLS = 0.5
"""Share of the skills of the smaller of two dimensions of one name that must be in both."""
MIN_SHARED_DIMENSIONS = 0.9
"""Share of the dimensions that either of two roles carries that both must carry."""
Row = TypeVar("Row", Skill, Dimension, Role)


class _Duplicate(Check, ABC):
    """A check of pairs of rows, of which one is removed."""

    subject_type = PairSubject
    table: ClassVar[EntityTable]

    def alternatives(self, finding: Finding, catalog: Catalog) -> Alternatives | None:
        """Which of the two stays."""
        subject = finding.subject
        assert isinstance(subject, PairSubject)
        question = "Stays, and takes what depends on the other"
        return Survivor(question, self.table, subject.slugs, partial(merge, catalog, self.table))

    def _finding(self, catalog: Catalog, removed: str, kept: str, score: float, why: str) -> Finding:
        first, second = sorted((removed, kept))
        repair = retire(catalog, self.table, removed, ChangeReason(why), kept)
        return Finding(self, PairSubject(self.table, (first, second)), score, (Reason(why),), repair)


class DuplicateSkill(_Duplicate):
    """Skills whose name is another skill's name and words without meaning of their own ("Docker" and "Docker Platform"), in the
    same dimensions and with the same maker and year or the same description. The repair removes the one and
    redirects its slug to the other.
    """

    kind = "duplicate_skill"
    label = "Duplicate skill"
    fix_page = "skills"
    table = "skills"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield skills that are another skill under another name."""
        catalog, forms = context.catalog, context.indexes.aliases.forms()
        for skill in catalog.skills:
            words = fold_key(skill.display_name).split()
            inner = form_inside(words, forms, skill.slug) if len(words) > 1 else None
            if inner is None:
                continue
            form, owner = inner
            kept = catalog.skill[owner]
            rest = f" {' '.join(words)} ".replace(f" {form} ", " ", 1).split()
            is_filler_only = bool(rest) and all(w in FILLERS for w in rest)
            if is_filler_only and _same_facts(skill, kept) and _dimensions_are_in(catalog, skill, kept):
                why = (
                    f"{skill.display_name} is {kept.display_name} under another name: “{form}” names it, and their "
                    "dimensions are the same"
                )
                yield self._finding(catalog, skill.slug, owner, SKILL_SCORE, why)


class DuplicateDimension(_Duplicate):
    """Dimensions with nearly the same name, at least half of whose skills are in both. The repair removes the one with fewer
    skills and redirects its slug to the other.
    """

    kind = "duplicate_dimension"
    label = "Duplicate dimension"
    fix_page = "dimensions"
    table = "dimensions"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield dimensions whose names differ by filler words alone."""
        catalog = context.catalog
        members = {d.slug: {s.slug for s in catalog.skills_of_dimension.get(d.slug, ())} for d in catalog.dimensions}
        sizes = {slug: len(skills) for slug, skills in members.items()}
        by_words: dict[frozenset[str], list[Dimension]] = defaultdict(list)
        for dimension in catalog.dimensions:
            by_words[frozenset(w for w in fold_key(dimension.display_name).split() if w not in FILLERS)].append(
                dimension
            )
        for words, group in by_words.items():
            for pair in combinations(group, 2) if words else ():
                first, second = (members[d.slug] for d in pair)
                common = len(first & second) / max(min(len(first), len(second)), 1)
                if common < MIN_SHARED_SKILLS:
                    continue
                removed, kept = _weaker_first(pair, sizes)
                why = (
                    f"{removed.display_name} and {kept.display_name} say the same, and {common:.0%} of the smaller one's "
                    "skills are in both"
                )
                yield self._finding(catalog, removed.slug, kept.slug, DIMENSION_SCORE, why)


class DuplicateRole(_Duplicate):
    """Roles of the same name, and roles that carry the same dimensions. The repair removes the one with fewer KRAs and
    titles and redirects its slug to the other.
    """

    kind = "duplicate_role"
    label = "Duplicate role"
    fix_page = "roles"
    bad_without_runs = True
    table = "roles"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield pairs of roles of one name or with the same dimensions."""
        catalog = context.catalog
        carried = {r.slug: {d.slug for d in catalog.dimensions_of_role.get(r.slug, ())} for r in catalog.roles}
        names = {r.slug: re.sub(r"[^a-z0-9+#]", "", r.display_name.lower()) for r in catalog.roles}
        sizes = {
            r.slug: len(catalog.kras_of_role.get(r.slug, ())) + len(catalog.aliases_of_role.get(r.slug, ()))
            for r in catalog.roles
        }
        for pair in combinations(catalog.roles, 2):
            first, second = (carried[r.slug] for r in pair)
            common = len(first & second) / max(len(first | second), 1)
            same_name = names[pair[0].slug] == names[pair[1].slug]
            if not (common >= MIN_SHARED_DIMENSIONS and len(first) > 1) and not same_name:
                continue
            removed, kept = _weaker_first(pair, sizes)
            same = "have the same name" if same_name else "carry the same dimensions"
            why = (
                f"{removed.display_name} ({removed.slug}) and {kept.display_name} ({kept.slug}) {same}; {common:.0%} of their "
                "dimensions are in both"
            )
            yield self._finding(catalog, removed.slug, kept.slug, ROLE_SCORE, why)


def _same_facts(first: Skill, second: Skill) -> bool:
    """Whether two skills have one maker, sub-category and year, or one description."""
    facts = [(s.sub_category, s.vendor, s.year_introduced) for s in (first, second)]
    same_origin = facts[0] == facts[1] and first.vendor is not None
    return same_origin or (
        first.maturity_reasoning is not None and first.maturity_reasoning == second.maturity_reasoning
    )


def _dimensions_are_in(catalog: Catalog, skill: Skill, other: Skill) -> bool:
    """Whether a skill has dimensions, and all of them are the other's too."""
    own, others = ({d.slug for d in catalog.dimensions_of_skill.get(s.slug, ())} for s in (skill, other))
    return bool(own) and own <= others


def _weaker_first(pair: tuple[Row, Row], sizes: Mapping[str, int]) -> tuple[Row, Row]:
    """The row to remove and the row to keep: the smaller is removed, of equal ones the one with the higher id."""
    first, second = sorted(pair, key=lambda row: (sizes.get(row.slug, 0), -(row.id or 10**9)))
    return first, second
