"""How collisions stand in the catalog that is shown: what collides, what a draft settles, and what somebody finds fine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from db.stores.collisions import SIGNALS, Collision, CollisionDecision
from pages.components import draft, links
from pages.components.draft import DraftView
from pages.components.links import EntityKind
from pages.components.workbench import workbench
from pipeline.catalog.collisions import NameOwners, name_owners, shared_names
from pipeline.catalog.indexes import Indexes


@dataclass(frozen=True)
class CollisionStates:
    """The catalog as the page shows it, what collides in it and in the stored one (by "kind key"), and what was found fine."""

    view: DraftView
    contested: Mapping[str, NameOwners]
    contested_as_stored: frozenset[str]
    decisions: Mapping[str, CollisionDecision]

    @cached_property
    def fine(self) -> frozenset[str]:
        """What collides and is to stay so, with the owners that it had when that was decided."""
        return frozenset(
            name
            for name, held in self.contested.items()
            if name in self.decisions and self.decisions[name].parties == tuple(sorted(held.owners))
        )

    def owners(self, collision: Collision) -> NameOwners:
        """Who holds its title or form now; of a conflict of signals, who holds the title."""
        kind = "title" if collision.kind == SIGNALS else collision.kind
        return name_owners(self.view.shown.indexes, kind, collision.key)

    def parties(self, collision: Collision) -> tuple[str, ...]:
        """All that a person has to do with: who holds it now, then who held it when runs met it."""
        now = () if collision.kind == SIGNALS else self.owners(collision).owners
        return tuple(dict.fromkeys([*now, *collision.parties]))

    def present_parties(self, collision: Collision) -> tuple[str, ...]:
        """Those for which a decision to leave it as it is holds: its owners now, or the roles for which signals spoke."""
        return collision.parties if collision.kind == SIGNALS else self.owners(collision).owners

    def is_settled_by_draft(self, collision: Collision) -> bool:
        """Whether it collides in the stored catalog and not with the person's draft."""
        return collision.name in self.contested_as_stored and collision.name not in self.contested

    def name(self, kind: str, slug: str) -> str:
        """What a party is called; its slug where the catalog has it no more."""
        entries: Mapping[str, object] = (
            self.view.catalog.skill if entry_kind(kind) == "skill" else self.view.catalog.role
        )
        return str(getattr(entries.get(slug), "display_name", slug))

    def is_there(self, kind: str, slug: str) -> bool:
        """Whether the catalog has a party."""
        return slug in (self.view.catalog.skill if entry_kind(kind) == "skill" else self.view.catalog.role)


def entry_kind(kind: str) -> EntityKind:
    """Whether the parties of a kind of collision are skills or roles."""
    return "skill" if kind == "skill_alias" else "role"


def load_states() -> CollisionStates:
    """The states of today, with the person's draft where it is shown."""
    view = draft.view()
    stored = workbench().snapshots.current().indexes
    return CollisionStates(
        view,
        _contested(view.shown.indexes),
        frozenset(_contested(stored)),
        {d.name: d for d in workbench().collisions.decisions()},
    )


def _contested(indexes: Indexes) -> dict[str, NameOwners]:
    return {f"{held.kind} {held.key}": held for held in shared_names(indexes) if held.is_contested}


def collision_address(collision: Collision) -> str:
    """The address of a collision."""
    return links.collision_url(collision.kind, collision.key)
