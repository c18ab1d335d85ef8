"""Proposed roles of the review queue: what the runs that proposed one say of it, joined, in the proposal's payload."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz
from sqlalchemy import Connection, text

from db.stores.proposal_keys import proposal_key
from pipeline.catalog.title_keys import are_near, title_key
from pipeline.contracts import NewRole

MAX_KEPT = 30
"""Values of a kind that are kept for a proposed role."""
SAME_DUTY = 90
"""Likeness of words, 0..100, from which on two sentences are one duty."""
_LOAD = text("SELECT text, payload -> 'role' AS role FROM proposal WHERE id = :id")
_KEEP = text("UPDATE proposal SET payload = payload || jsonb_build_object('role', CAST(:role AS jsonb)) WHERE id = :id")
_KEYS = text("SELECT text, key FROM proposal WHERE kind = 'role' ORDER BY id")


class Counted(BaseModel):
    """A value and how many runs gave it."""

    model_config = ConfigDict(frozen=True)
    text: str
    runs: int = 1


class CarriedDimension(BaseModel):
    """A dimension that a proposed role would carry: its slug, the skills of texts in it, and how many runs named some."""

    model_config = ConfigDict(frozen=True)
    slug: str
    skills: tuple[str, ...] = ()
    runs: int = 1


class ProposedRole(BaseModel):
    """What runs say of a proposed role, the most frequent first."""

    model_config = ConfigDict(frozen=True)
    aliases: tuple[Counted, ...] = ()
    kras: tuple[Counted, ...] = ()
    dimensions: tuple[CarriedDimension, ...] = ()
    families: tuple[Counted, ...] = ()
    archetypes: tuple[Counted, ...] = ()
    nearest: tuple[Counted, ...] = ()
    """Slugs of the nearest roles."""


def read_role(value: Any) -> ProposedRole | None:
    """The role in a proposal's payload; null where no run said anything of it."""
    return ProposedRole.model_validate(value) if value else None


def joined(kept: ProposedRole, name: str, new: NewRole) -> ProposedRole:
    """Return what is kept of a role with what another run says of it; ``name`` is the one under which it waits."""
    titles = [t for t in (new.display_name, *new.aliases) if t.lower() != name.lower()]
    return ProposedRole(
        aliases=_with(kept.aliases, titles, _same_letters),
        kras=_with(kept.kras, new.kras, lambda a, b: fuzz.token_sort_ratio(a.lower(), b.lower()) >= SAME_DUTY),
        dimensions=_with_dimensions(kept.dimensions, new),
        families=_with(kept.families, filter(None, [new.role_family]), _same_letters),
        archetypes=_with(kept.archetypes, filter(None, [new.role_archetype]), _same_letters),
        nearest=_with(kept.nearest, filter(None, [new.nearest_role_slug]), _same_letters),
    )


def keep_joined(connection: Connection, number: int, new: NewRole) -> None:
    """Join what a run says of a role into its proposal, whose row the caller has locked."""
    row = connection.execute(_LOAD, {"id": number}).one()
    role = joined(read_role(row.role) or ProposedRole(), row.text, new)
    connection.execute(_KEEP, {"id": number, "role": json.dumps(role.model_dump(mode="json"))})


@dataclass(frozen=True)
class WaitingRole:
    """The name and the key under which a proposed role waits, or would wait."""

    name: str
    key: str


def waiting_role(connection: Connection, name: str) -> WaitingRole:
    """The proposed role that a title names in its own spelling, whatever was decided of it; a new one where there is none."""
    key = title_key(name)
    for row in connection.execute(_KEYS):
        if are_near(key, title_key(row.text)):
            return WaitingRole(row.text, row.key)
    return WaitingRole(name, proposal_key(key))


def _same_letters(value: str, other: str) -> bool:
    return value.lower() == other.lower()


def _with(kept: tuple[Counted, ...], values: Iterable[str], is_same: Callable[[str, str], bool]) -> tuple[Counted, ...]:
    """Counted values with those of one more run."""
    found = list(kept)
    for value in dict.fromkeys(values):
        at = next((i for i, other in enumerate(found) if is_same(value, other.text)), None)
        if at is None:
            found.append(Counted(text=value))
        else:
            found[at] = Counted(text=found[at].text, runs=found[at].runs + 1)
    return tuple(sorted(found, key=lambda c: -c.runs)[:MAX_KEPT])


def _with_dimensions(kept: tuple[CarriedDimension, ...], new: NewRole) -> tuple[CarriedDimension, ...]:
    found = {d.slug: d for d in kept}
    for dimension in new.dimensions:
        old = found.get(dimension.slug, CarriedDimension(slug=dimension.slug, runs=0))
        skills = tuple(dict.fromkeys([*old.skills, *dimension.skills]))[:MAX_KEPT]
        found[dimension.slug] = CarriedDimension(slug=old.slug, skills=skills, runs=old.runs + 1)
    return tuple(sorted(found.values(), key=lambda d: -d.runs)[:MAX_KEPT])
