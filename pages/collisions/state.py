"""How collisions stand in the catalog that is shown: what collides, what a draft settles, and what somebody finds fine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from db.stores.collisions import SIGNALS, Collision, CollisionDecision, Taken
from pages.components import draft
from pages.components.draft import DraftView
from pages.components.links import EntityKind
from pages.components.workbench import workbench
from pipeline.catalog.collisions import NameOwners, name_owners, shared_names, title_owners
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import fold_title
from pipeline.stages.title_signal import title_hits


@dataclass(frozen=True)
class Evidence:
    """What runs say of the parties of a collision: what they took by revision, and how many of the newest ones each would fit (skills
    alone).
    """

    taken: tuple[Taken, ...]
    fitting: Mapping[str, int]

    @cached_property
    def runs(self) -> Mapping[str | None, int]:
        """How many runs took each party; under null, none of them."""
        counted = Counter[str | None]()
        for row in self.taken:
            counted[row.chosen] += row.runs
        return counted

    def likeliest(self, slugs: Iterable[str]) -> list[str]:
        """Parties in the order of what the texts say of them, then of what runs took."""
        return sorted(slugs, key=lambda slug: (-self.fitting.get(slug, 0), -self.runs.get(slug, 0)))


def load_evidence(collision: Collision, states: CollisionStates) -> Evidence:
    """What runs say of a collision."""
    store = workbench().collisions
    fitting = store.fitting_runs(collision.key, states.parties(collision)) if collision.kind == "skill_alias" else {}
    return Evidence(tuple(store.taken(collision.kind, collision.key)), fitting)


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
        indexes = self.view.shown.indexes
        if collision.kind != SIGNALS:
            return name_owners(indexes, collision.kind, collision.key)
        hits = title_hits(collision.term, (), indexes) if collision.term else ()
        return title_owners(indexes, fold_title(hits[0].alias_text) if hits else collision.key)

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
