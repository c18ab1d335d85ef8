"""What a job description came to in an experiment, and how that is marked against what is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.contracts import Extraction
from pipeline.errors import InputError
from pipeline.evaluation import SkillCounts, count_skills

NO_ROLE = "NONE"
"""Stands in gold data for the answer that no role fits."""
FAILED = "failed"
"""The case of a job description that could not be run."""


@dataclass(frozen=True)
class Skill:
    """A skill that was found: its name, its slug where the catalog has it, and its places in the text."""

    name: str
    slug: str | None
    is_primary: bool
    places: tuple[tuple[int, int], ...]

    @property
    def key(self) -> str:
        """What tells it from others: the slug, else the name."""
        return self.slug or self.name


@dataclass(frozen=True)
class Gold:
    """What is right for a job description: the roles that are acceptable, the best first (null for none), and its skills.

    Skills are named by the words of the text that mean them (``surfaces``, as ``eval`` has them) or by their slugs
    (``slugs``); null where they are not asked for.
    """

    roles: tuple[str | None, ...]
    surfaces: tuple[Mapping[str, Any], ...] | None = None
    slugs: frozenset[str] | None = None

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Gold | None:
        """The gold of a row in the form of ``eval``; null for one without. Raises ``InputError`` that names the field."""
        if row.get("role") is None and not row.get("acceptable"):
            return None
        listed = row.get("acceptable") or [row["role"]]
        if not isinstance(listed, list) or not all(isinstance(role, str) for role in listed):
            raise InputError("“acceptable” must be a list of role slugs, or NONE.")
        first = row.get("role") or listed[0]
        named = tuple(dict.fromkeys([first, *listed])) if first in listed else tuple(listed)
        roles = tuple(None if role == NO_ROLE else str(role) for role in named)
        skills = row.get("skills")
        if skills is None or first == NO_ROLE:
            return cls(roles)
        if not isinstance(skills, list):
            raise InputError("“skills” must be a list.")
        if all(isinstance(skill, str) for skill in skills):
            return cls(roles, slugs=frozenset(skills))
        return cls(roles, surfaces=tuple(_surface(skill) for skill in skills))

    def wire(self) -> dict[str, Any]:
        """As JSON, in the form of ``eval``."""
        named = [NO_ROLE if role is None else role for role in self.roles]
        skills: list[Any] | None = list(self.surfaces) if self.surfaces is not None else None
        if self.slugs is not None:
            skills = sorted(self.slugs)
        return {"role": named[0], "acceptable": named, "skills": skills}


def _surface(skill: object) -> Mapping[str, Any]:
    if not isinstance(skill, Mapping) or not isinstance(skill.get("name"), str):
        raise InputError("each of “skills” must have “name” and “surface”.")
    surfaces = skill.get("surface")
    if not isinstance(surfaces, list) or not all(isinstance(surface, str) for surface in surfaces):
        raise InputError(f"“surface” of the skill {skill['name']!r} must be a list of words of the text.")
    return {"name": skill["name"], "surface": surfaces}


@dataclass(frozen=True)
class Outcome:
    """What a job description came to; ``error`` says why it could not be run, and then there is nothing else."""

    role: str | None = None
    confidence: float = 0.0
    case: str = FAILED
    skills: tuple[Skill, ...] = ()
    error: str | None = None
    none_probability: float | None = None
    """How probable it is that no role fits; null where that is not known."""

    @classmethod
    def of_extraction(cls, extraction: Extraction) -> Outcome:
        """What step 1 of a run found; soft skills are left out, as ``batch`` and ``eval`` do."""
        decision = extraction.decision
        return cls(
            decision.chosen_role.slug if decision.chosen_role else None,
            decision.confidence,
            decision.case,
            tuple(
                Skill(s.skill_name, s.slug, s.is_primary, tuple((m.start, m.end) for m in s.mentions))
                for s in extraction.skills
                if s.skill_nature != "SOFT_SKILL"
            ),
            none_probability=decision.none_probability,
        )


@dataclass(frozen=True)
class Marks:
    """How an outcome stands beside gold: whether the role is right, and counts of skills (null where not asked for)."""

    is_right: bool
    skills: SkillCounts | None


def mark(gold: Gold, text: str, outcome: Outcome, successors: Mapping[str, str] | None = None) -> Marks:
    """Mark an outcome. ``successors`` name the entry that stands in its catalog for a slug that is gone."""
    stands_for = successors or {}
    roles = {stands_for.get(role, role) if role else None for role in gold.roles} | set(gold.roles)
    is_right = outcome.error is None and outcome.role in roles
    if gold.surfaces is not None:
        return Marks(is_right, count_skills(text, gold.surfaces, [skill.places for skill in outcome.skills]))
    if gold.slugs is not None:
        wanted = {stands_for.get(slug, slug) for slug in gold.slugs}
        # A skill that the catalog lacks is in no list of slugs, and is not counted as wrong.
        found = {skill.slug for skill in outcome.skills if skill.slug}
        both = len(found & wanted)
        return Marks(is_right, SkillCounts(len(found), both, len(wanted), both))
    return Marks(is_right, None)


@dataclass(frozen=True)
class Result:
    """A job description of an experiment with what it came to: one side of a pair.

    ``gold_role`` is the best role of its gold (null for none), ``marks`` are null where it has no gold. ``columns`` are what
    it brought beside id, title and text, ``length`` the characters of its text, ``skills`` the keys of what was found.
    """

    id: str
    role: str | None = None
    confidence: float = 0.0
    case: str = FAILED
    skills: frozenset[str] = frozenset()
    gold_role: str | None = None
    marks: Marks | None = None
    title: str = ""
    length: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None

    @property
    def is_right(self) -> bool | None:
        """Whether the role is right; null without gold."""
        return self.marks.is_right if self.marks else None

    @classmethod
    def of_outcome(cls, jd_id: str, outcome: Outcome, gold: Gold | None = None, text: str = "") -> Result:
        """The result of an outcome, marked against gold where there is some."""
        return cls(
            id=jd_id,
            role=outcome.role,
            confidence=outcome.confidence,
            case=outcome.case,
            skills=frozenset(skill.key for skill in outcome.skills),
            gold_role=gold.roles[0] if gold else None,
            marks=mark(gold, text, outcome) if gold else None,
            length=len(text),
            error=outcome.error,
        )


def total(counts: Sequence[SkillCounts]) -> SkillCounts:
    """The counts of several texts together."""
    return SkillCounts(
        sum(c.predicted for c in counts),
        sum(c.right for c in counts),
        sum(c.wanted for c in counts),
        sum(c.found for c in counts),
    )
