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
from pipeline.contracts import NewRole, PlannedBaseline

MAX_KEPT = 30
"""Values of a kind that are kept for a proposed role."""
SAME_DUTY = 90
"""Likeness of words, 0..100, from which on two sentences are one duty."""
_LOAD = text("SELECT text, payload -> 'role' AS role FROM proposal WHERE id = :id")
_LOAD_LOCKED = text("SELECT payload -> 'role' AS role FROM proposal WHERE id = :id FOR UPDATE")
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


class CountedBaseline(BaseModel):
    """A baseline by the client output of runs that agree on nature and stack: the newest one's words, the mean AI index of all."""

    model_config = ConfigDict(frozen=True)
    nature_of_work: str
    nature_summary: str = ""
    tech_stack_maturity: str
    maturity_reasoning: str = ""
    ai_index: float = 0.0
    ai_indicators: tuple[str, ...] = ()
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
    baselines: tuple[CountedBaseline, ...] = ()


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
        nearest=_with(kept.nearest, _nearest(new), _same_letters),
        baselines=kept.baselines,
    )


def with_baseline(kept: ProposedRole, new: PlannedBaseline) -> ProposedRole:
    """Return what is kept of a role with the baseline that another run gives it."""
    same = next((b for b in kept.baselines if _agree(b, new)), None)
    runs = same.runs + 1 if same else 1
    mean = ((same.ai_index * same.runs if same else 0.0) + new.ai_index) / runs
    joined_one = CountedBaseline(
        nature_of_work=new.nature_of_work,
        nature_summary=new.nature_summary or "",
        tech_stack_maturity=new.tech_stack_maturity,
        maturity_reasoning=new.maturity_reasoning,
        ai_index=round(mean, 2),
        ai_indicators=tuple(new.ai_indicators),
        runs=runs,
    )
    others = [b for b in kept.baselines if b is not same]
    ordered = sorted([joined_one, *others], key=lambda b: -b.runs)[:MAX_KEPT]
    return kept.model_copy(update={"baselines": tuple(ordered)})


def keep_baseline(connection: Connection, number: int, baseline: PlannedBaseline) -> None:
    """Join the baseline that a run gives a proposed role into its proposal."""
    row = connection.execute(_LOAD_LOCKED, {"id": number}).first()
    if row is not None:
        role = with_baseline(read_role(row.role) or ProposedRole(), baseline)
        connection.execute(_KEEP, {"id": number, "role": json.dumps(role.model_dump(mode="json"))})


def _agree(kept: CountedBaseline, new: PlannedBaseline) -> bool:
    return (kept.nature_of_work, kept.tech_stack_maturity) == (new.nature_of_work, new.tech_stack_maturity)


def _nearest(new: NewRole) -> list[str]:
    """Slugs of the nearest roles, the nearest first."""
    return list(dict.fromkeys(filter(None, [new.nearest_role_slug, *(near.slug for near in new.nearest_roles)])))


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
