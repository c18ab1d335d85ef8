"""What a run should have come to, as a person says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.catalog.value import Catalog
from pipeline.errors import InputError
from pipeline.held import Result


@dataclass(frozen=True)
class WantRole:
    """The run should have a role; null for none."""

    slug: str | None

    def is_met(self, result: Result) -> bool:
        """Whether a result is as wanted."""
        return result.role_slug == self.slug


@dataclass(frozen=True)
class WantSkill:
    """The run should have a skill, which stands at code points ``start`` to ``end`` of the raw text."""

    slug: str
    start: int
    end: int

    def is_met(self, result: Result) -> bool:
        """Whether a result is as wanted."""
        return any(
            m.raw_start < self.end and self.start < m.raw_end
            for skill in result.skills
            if skill.slug == self.slug
            for m in skill.mentions
        )


@dataclass(frozen=True)
class NotSkill:
    """The run should not have a skill."""

    slug: str

    def is_met(self, result: Result) -> bool:
        """Whether a result is as wanted."""
        return self.slug not in result.skill_slugs


@dataclass(frozen=True)
class WantDimension:
    """A skill of the run belongs in a dimension.

    Where the skill is in that dimension already, ``others`` are those that it is in beside it, by slug, with how doubtful each is: who says
    where a skill belongs says that it is shown elsewhere too, and the run is as wanted when one of them is gone.
    """

    skill: str
    dimension: str
    others: Mapping[str, float] = field(default_factory=dict, compare=False)

    def is_met(self, result: Result) -> bool:
        """Whether a result is as wanted."""
        own = {dimension for skill, dimension in result.links if skill == self.skill}
        return self.dimension in own and (not self.others or not own >= self.others.keys())


@dataclass(frozen=True)
class NotDimension:
    """A skill of the run does not belong in a dimension; where it does belong is not said."""

    skill: str
    dimension: str

    def is_met(self, result: Result) -> bool:
        """Whether a result is as wanted."""
        return (self.skill, self.dimension) not in result.links


Want = WantRole | WantSkill | NotSkill | WantDimension | NotDimension


def check_want(want: Want, catalog: Catalog) -> None:
    """Raise ``InputError`` for what the catalog does not know."""
    if isinstance(want, WantRole):
        if want.slug is not None and want.slug not in catalog.role:
            raise InputError(f"There is no role {want.slug!r} in the catalog; give the slug of one of roles.csv.")
        return
    slug, dimension = (want.slug, None) if isinstance(want, WantSkill | NotSkill) else (want.skill, want.dimension)
    if slug not in catalog.skill:
        raise InputError(f"There is no skill {slug!r} in the catalog; give the slug of one of skills.csv.")
    if dimension is not None and dimension not in catalog.dimension:
        raise InputError(f"There is no dimension {dimension!r} in the catalog; give the slug of one of dimensions.csv.")


def check_place(want: Want, text: str) -> None:
    """Raise ``InputError`` for a skill at a place that a text does not have."""
    if isinstance(want, WantSkill) and not want.start < want.end <= len(text):
        raise InputError(
            f"The text has {len(text)} code points, and {want.start}:{want.end} is no place in it; give its first code point and the one "
            "behind its last."
        )


def skill_at(text: str) -> WantSkill:
    """Return the want of ``SLUG@START:END``. Raises ``InputError`` for another form."""
    slug, _, place = text.rpartition("@")
    start, _, end = place.partition(":")
    if not slug or not start.isdecimal() or not end.isdecimal() or int(start) >= int(end):
        raise InputError(
            f"{text!r} is no skill at a place; write SLUG@START:END, as in kafka@120:125, in code points of the text."
        )
    return WantSkill(slug, int(start), int(end))


def skill_in_dimension(text: str) -> WantDimension:
    """Return the want of ``SKILL:DIMENSION``. Raises ``InputError`` for another form."""
    skill, _, dimension = text.partition(":")
    if not skill or not dimension:
        raise InputError(f"{text!r} is no skill in a dimension; write SKILL:DIMENSION, two slugs.")
    return WantDimension(skill, dimension)
