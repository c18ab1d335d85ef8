"""Experiments as pages and the command line ask for them: started, watched, paused, compared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cachetools import LRUCache
from sqlalchemy import Engine

from db.errors import StoreError
from db.services.catalog_states import CatalogStates
from db.services.experiment_causes import ExperimentCauses
from db.services.jd_files import GOLD, JDFile, gold_names, read_jds, with_slugs
from db.services.snapshots import CatalogSnapshots
from db.stores import chunk_jobs
from db.stores.audit_trail import AuditTrail
from db.stores.change_sets import ChangeSetStore
from db.stores.experiment_results import Costs, ResultStore, WholeResult
from db.stores.experiments import Experiment, ExperimentStore, NewExperiment, numbered
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, squash
from pipeline.config import Config
from pipeline.experiments.comparison import Comparison, compare
from pipeline.experiments.results import Result

MAX_COMPARED = 4
"""Comparisons that are kept ready."""


@dataclass(frozen=True)
class Way:
    """How job descriptions are to be run: the catalog of a revision (null: today's) or with a draft over today's, and a config."""

    revision: int | None = None
    draft: int | None = None
    config: Config = field(default_factory=Config)


@dataclass(frozen=True)
class ComparedExperiments:
    """Two experiments and how the second stands beside the first. ``has_same_texts`` says whether they ran on one set."""

    a: Experiment
    b: Experiment
    comparison: Comparison

    @property
    def has_same_texts(self) -> bool:
        """Whether both ran on the same set."""
        return self.a.set_id == self.b.set_id


@dataclass(frozen=True)
class NamedRole:
    """What a role is called, and the family that it is counted in."""

    name: str
    family: str

    @classmethod
    def of(cls, name: str, domain: str | None) -> NamedRole:
        """A role that has no domain is a family of its own."""
        return cls(name, domain or name)


class Experiments:
    """Experiments, on the stores and the catalog. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._snapshots = snapshots
        self._states = CatalogStates(engine, snapshots)
        self._change_sets = ChangeSetStore(engine)
        self._store = ExperimentStore(engine)
        self._results = ResultStore(engine)
        self._compared: LRUCache[tuple[int, ...], Comparison] = LRUCache(MAX_COMPARED)
        """Comparisons, which pages draw again and again."""
        self._comparing = threading.Lock()
        self._roles: tuple[int, Mapping[str, NamedRole]] | None = None
        self.causes = ExperimentCauses(engine, snapshots, self._sides)
        """What made the difference between two of them."""

    def start(self, name: str, author: str, jds: JDFile, way: Way) -> Experiment:
        """Keep job descriptions and how they are to be run, and queue them; a worker takes them up.

        Raises ``StoreError`` for a name that is taken, a revision that cannot be made, or a change set that is no draft.
        """
        if not name.strip():
            raise StoreError("An experiment needs a name.")
        if name.strip().isdigit():
            raise StoreError("The name of an experiment must be more than a number: numbers are given by the store.")
        changes = squash(self._draft_changes(way.draft)) if way.draft is not None else ()
        revision = way.revision if way.revision is not None else self._snapshots.revision()
        # What cannot be run is said now, and not by a worker.
        catalog = self._states.at(revision, changes).catalog
        slug_of = {skill.display_name: skill.slug for skill in catalog.skills}
        new = NewExperiment(name.strip(), author, revision, way.config, way.draft, changes, jds.gold)
        return self._store.load(self._store.start(new, jds.name, with_slugs(jds.jds, slug_of)))

    def _draft_changes(self, draft: int) -> tuple[Change, ...]:
        found = self._change_sets.load(draft)
        if found.status != "draft":
            raise StoreError(
                f"Change set {draft} is {found.status}, no draft; give the revision that it has made by --revision."
            )
        return tuple(self._change_sets.load_changes(draft))

    def free_name(self, wanted: str) -> str:
        """A name that no experiment has: the wanted one, perhaps with a number behind it."""
        return numbered(self._store.names(), wanted)

    def all(self) -> list[Experiment]:
        """All experiments, the newest first, and how far they are."""
        return self._store.all()

    def load(self, reference: int | str) -> Experiment:
        """The experiment of a name or number. Raises ``StoreError`` where there is none."""
        return self._store.load(reference)

    def pause(self, reference: int | str) -> Experiment:
        """Begin no other job description. Raises ``StoreError`` where it does not run."""
        return self._moved(reference, self._store.pause, "only one that runs can be paused")

    def resume(self, reference: int | str) -> Experiment:
        """Go on with one that was paused. Raises ``StoreError`` where it was not."""
        return self._moved(reference, self._store.resume, "only one that is paused can be resumed")

    def cancel(self, reference: int | str) -> Experiment:
        """Do nothing more; what is done stays. Raises ``StoreError`` where it is over."""
        return self._moved(reference, self._store.cancel, "nothing of it is left to be cancelled")

    def _moved(self, reference: int | str, move: Callable[[int], bool], otherwise: str) -> Experiment:
        found = self._store.load(reference)
        if not move(found.id):
            raise StoreError(f"The experiment “{found.name}” is {found.status}; {otherwise}.")
        return self._store.load(found.id)

    def results(self, experiment: Experiment) -> list[Result]:
        """What its job descriptions came to so far, in their order."""
        return self._results.results(experiment)

    def result(self, experiment: Experiment, jd_id: str) -> WholeResult | None:
        """What one job description came to, with its text and gold; null where it has not come to anything."""
        return self._results.find(experiment, jd_id)

    def whole(self, experiment: Experiment) -> Iterator[WholeResult]:
        """All results so far with texts and skills, a part at a time."""
        return self._results.whole(experiment)

    def costs(self, experiment: Experiment) -> Costs:
        """What it cost so far, and how long a job description took."""
        return self._results.costs(experiment)

    def compare(self, a: int | str, b: int | str) -> ComparedExperiments:
        """B beside A, over the job descriptions that both have done. Raises ``StoreError`` where there are none."""
        first, second = self.load(a), self.load(b)
        snapshot = self._snapshots.current()
        key = (first.id, first.done, second.id, second.done, snapshot.revision)
        with self._comparing:
            found = self._compared.get(key)
            if found is None:
                sides = self._results.results(first, second), self._results.results(second, first)
                found = compare(*sides, {slug: role.family for slug, role in self.roles().items()})
                self._compared[key] = found
        if not found.n:
            raise StoreError(f"“{first.name}” and “{second.name}” have done no job description of the same id yet.")
        return ComparedExperiments(first, second, found)

    def compare_several(self, a: int | str, others: Sequence[int | str]) -> list[ComparedExperiments]:
        """Several beside one baseline, each as ``compare`` has it. Raises ``StoreError`` where one is named twice."""
        found = [self.compare(a, b) for b in others]
        numbers = [found[0].a.id, *(both.b.id for both in found)] if found else []
        if twice := next((both.b.name for both in found if numbers.count(both.b.id) > 1), None):
            raise StoreError(f"“{twice}” is named twice; each experiment is compared with the baseline once.")
        return found

    def roles(self) -> Mapping[str, NamedRole]:
        """What roles are called and the family of each, by slug: those of today's catalog, and those that are gone since."""
        snapshot = self._snapshots.current()
        if self._roles is None or self._roles[0] != snapshot.revision:
            gone = AuditTrail(self._engine).removed_rows("roles")
            named = {slug: NamedRole.of(cells["display_name"], cells.get("domain")) for slug, cells in gone.items()}
            named |= {role.slug: NamedRole.of(role.display_name, role.domain) for role in snapshot.catalog.roles}
            self._roles = snapshot.revision, named
        return self._roles[1]

    def _sides(self, a: int, b: int) -> tuple[Experiment, Experiment, Comparison]:
        both = self.compare(a, b)
        return both.a, both.b, both.comparison

    def gold(self) -> Mapping[str, int]:
        """The gold that an experiment may run on, by name, with how many job descriptions it has."""
        return gold_names(self._engine)

    def read_gold(self, name: str) -> JDFile:
        """The gold of a name. Raises ``InputError`` where there is none."""
        return read_jds(f"{GOLD}{name}", self._engine)

    def living_workers(self) -> int:
        """How many workers have been heard of lately, on any machine."""
        return chunk_jobs.living_workers(self._engine)


def families(catalog: Catalog) -> dict[str, str]:
    """The family of each role of a catalog, by its slug."""
    return {role.slug: NamedRole.of(role.display_name, role.domain).family for role in catalog.roles}
