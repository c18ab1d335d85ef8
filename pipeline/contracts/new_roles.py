"""A role that the catalog lacks, proposed with what the JD says of it and what tells it apart from the nearest roles."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.contracts.base import NAME_AND_KEY, Wire
from pipeline.contracts.vocabularies import Archetype, ProposalStatus


class NewRoleDimension(Wire):
    """A dimension that a proposed role would carry, with the skills of the JD that stand in it."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    slug: str
    """The dimension's key."""
    display_name: str
    """Its display name."""
    skills: list[str] = Field(default_factory=list)
    """Names of the JD's skills in it."""


class NearRole(Wire):
    """A role of the catalog that is near a proposed one, and what tells them apart: what one has and the other lacks."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    slug: str
    """Its key."""
    display_name: str
    """Its name."""
    probability: float | None = None
    """How probable the decision found it."""
    shared_dimensions: list[str] = Field(default_factory=list)
    """Names of dimensions that both have."""
    own_dimensions: list[str] = Field(default_factory=list)
    """Those that the proposed role alone has."""
    its_dimensions: list[str] = Field(default_factory=list)
    """Those that the role of the catalog alone has."""
    shared_skills: list[str] = Field(default_factory=list)
    """Names of the JD's skills that reach it."""
    own_skills: list[str] = Field(default_factory=list)
    """Those that do not."""
    its_skills: list[str] = Field(default_factory=list)
    """Skills at the middle of it that the JD does not name, six at most."""
    own_kras: list[str] = Field(default_factory=list)
    """Duties of the JD that none of its KRAs covers."""
    its_kras: list[str] = Field(default_factory=list)
    """KRAs of it that no duty of the JD meets, six at most."""


class NewRole(Wire):
    """A role that the catalog lacks, proposed with what the JD says of it."""

    text_field: ClassVar = "display_name"
    needed: ClassVar = frozenset({"display_name"})
    display_name: str
    """Its name."""
    slug: str | None = None
    """Its key; null for a name without letters and digits."""
    aliases: list[str] = Field(default_factory=list)
    """Other titles of the JD."""
    kras: list[str] = Field(default_factory=list)
    """The JD's duties."""
    dimensions: list[NewRoleDimension] = Field(default_factory=list)
    """Dimensions of the JD's skills, that of most skills first."""
    role_family: str | None = None
    """The family of the nearest roles; null where no skill of the catalog is in the JD."""
    role_archetype: Archetype | None = None
    """The kind of work that the title names."""
    nearest_role_slug: str | None = None
    """The key of the nearest role of the catalog."""
    nearest_roles: list[NearRole] = Field(default_factory=list)
    """The nearest roles, the nearest first, each with what tells them apart."""
    queue_id: int | None = None
    """Its number in the review queue; null until a store has one."""
    status: ProposalStatus = "pending"
    """What has become of it."""
