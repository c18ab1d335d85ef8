"""What made the difference between two experiments, as replays tell: found once, kept in the store, read by pages and reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from db.services.catalog_states import CatalogStates
from db.services.snapshots import CatalogSnapshots
from db.services.unkept_vectors import unkept
from db.stores.experiment_causes import CausesStore, StoredCauses
from db.stores.experiments import Experiment
from pipeline.catalog import Catalog
from pipeline.catalog.decision_title import TitlePart, decision_title, title_text
from pipeline.config import Config
from pipeline.experiments.causes import Bounds, Cause, DifferingText, FoundCauses, Reading, find_causes
from pipeline.experiments.comparison import Comparison
from pipeline.experiments.factors import Factor, Way, factors_between
from pipeline.experiments.pairs import Pair, PairKind
from pipeline.learned.encoder import CachedEncoder

BOUNDS = Bounds()
SAY_EVERY = 10
"""Replays between two notes of how far it is."""
MAX_VALUE = 40
"""Characters of a setting's value that are kept to be shown."""


def bounds_text() -> str:
    """How much is replayed of two experiments at most, in words."""
    return f"{BOUNDS.texts:,} job descriptions, {BOUNDS.states} catalogs and {BOUNDS.replays:,} replays"


Comparing = Callable[[int, int], tuple[Experiment, Experiment, Comparison]]


@dataclass(frozen=True)
class KeptFactor:
    """A change that made a difference: what it is in words, where it came from, and the job descriptions that it broke and fixed.

    ``revision`` is the one that it made, null for a change of a draft; a setting has neither that nor a change set.
    """

    title: tuple[TitlePart, ...]
    rows: int
    change_set: int | None
    revision: int | None
    broken: tuple[str, ...]
    fixed: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def label(self) -> str:
        """The title as plain text."""
        return title_text(self.title)

    @property
    def noun(self) -> str:
        """What it is, in a word: beside a job description there is no room for more."""
        if self.change_set is None:
            return "setting"
        kinds = [part.kind for part in self.title if part.kind]
        return kinds[0] if kinds else "change"

    @property
    def count(self) -> int:
        """How many job descriptions have another role by it."""
        return len(self.broken) + len(self.fixed) + len(self.moved)


@dataclass(frozen=True)
class KeptCauses:
    """What made the difference, the changes that broke and fixed most first; ``of_jd`` has the places of those of each job
    description, and in what way they are its cause.

    ``skipped`` were not looked at, and ``is_stopped`` says that a bound was reached.
    """

    factors: tuple[KeptFactor, ...]
    of_jd: Mapping[str, Cause]
    replays: int
    skipped: int
    is_stopped: bool

    @property
    def shown(self) -> tuple[KeptFactor, ...]:
        """The changes that made any difference."""
        return tuple(factor for factor in self.factors if factor.count)


@dataclass(frozen=True)
class CausesState:
    """How far it is known what made the difference; ``why_not`` says why it cannot be."""

    found: KeptCauses | None = None
    replays: int = 0
    why_not: str | None = None


class ExperimentCauses:
    """What made the difference between two experiments: asked for, read, and found. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots, comparing: Comparing) -> None:
        self._store = CausesStore(engine)
        self._states = CatalogStates(engine, snapshots)
        self._comparing = comparing
        encoder = snapshots.encoder
        self._encoder = unkept(encoder) if isinstance(encoder, CachedEncoder) else encoder
        self._in_hand: tuple[int, int] | None = None

    def state(self, a: Experiment, b: Experiment, comparison: Comparison) -> CausesState:
        """What is known by now; what is not is asked of the workers. Where nothing can be replayed, it is said why."""
        if why_not := _why_not(a, b, comparison):
            return CausesState(why_not=why_not)
        stored = self._store.find(a.id, b.id)
        if stored is None or not stored.is_of(a, b):
            self._store.ask(a, b)
            return CausesState()
        return _state_of(stored)

    def known(self, a: Experiment, b: Experiment) -> KeptCauses | None:
        """What was found, without asking for it; null where nobody has."""
        stored = self._store.find(a.id, b.id)
        return _state_of(stored).found if stored is not None and stored.is_of(a, b) else None

    def find_now(
        self, a: Experiment, b: Experiment, comparison: Comparison, watch: Callable[[int], None]
    ) -> CausesState:
        """Find it in this process, unless it is kept already; ``watch`` is called with the number of replays."""
        if why_not := _why_not(a, b, comparison):
            return CausesState(why_not=why_not)
        if (known := self.known(a, b)) is not None:
            return CausesState(known)
        self._store.ask(a, b, is_queued=False)
        self._find(a, b, comparison, watch)
        stored = self._store.find(a.id, b.id)
        return _state_of(stored) if stored else CausesState()

    def work(self, a: int, b: int, max_attempts: int, each: Callable[[ExitStack, Config], None]) -> None:
        """Find it as a worker does. Before each replay ``each`` enters what surrounds that, in a stack which holds the last."""
        attempts = self._store.begin(a, b)
        if not attempts:
            return
        if attempts > max_attempts:
            self._store.end(a, b, "{}", f"It failed {max_attempts} times: the worker that had it ended each time.")
            return
        first, second, comparison = self._comparing(a, b)
        stack = ExitStack()

        def watch(replays: int) -> None:
            stack.close()
            each(stack, first.run_config())
            if replays % SAY_EVERY == 0:
                self._store.move_on(a, b, replays)

        self._in_hand = a, b
        try:
            with stack:
                self._find(first, second, comparison, watch)
        finally:
            self._in_hand = None

    def give_back(self) -> None:
        """Take back that a search was begun, as the worker ends."""
        if (pair := self._in_hand) is not None:
            self._store.give_back(*pair)

    def _find(self, a: Experiment, b: Experiment, comparison: Comparison, watch: Callable[[int], None]) -> None:
        ways = self._way(a), self._way(b)
        drafts = [one.draft for one in (a, b) if one.draft is not None]
        factors = factors_between(*ways, self._store.origins(a.revision_id, b.revision_id, drafts))
        pairs = [
            pair for pair in comparison.changed if pair.a.role != pair.b.role and not (pair.a.error or pair.b.error)
        ]
        texts, others = self._texts(a, b, pairs)
        reading = Reading(BOUNDS, lambda done, _: watch(done), self._encoder)
        found = find_causes(texts, ways, factors, reading)
        kinds = {pair.id: pair.kind for pair in pairs}
        self._store.end(a.id, b.id, json.dumps(_wire(found, others, factors, ways, kinds)))

    def _way(self, experiment: Experiment) -> Way:
        indexes = self._states.at(experiment.revision_id, experiment.draft_changes())
        indexes.warm()
        return Way(indexes, experiment.run_config())

    def _texts(self, a: Experiment, b: Experiment, pairs: Sequence[Pair]) -> tuple[list[DifferingText], list[str]]:
        """The texts to be replayed, and the ids of those that are another text in B."""
        ids = [pair.id for pair in pairs]
        in_a = self._store.texts(a.set_id, ids)
        in_b = in_a if a.set_id == b.set_id else self._store.texts(b.set_id, ids)
        same = [pair for pair in pairs if in_a[pair.id] == in_b[pair.id]]
        texts = [DifferingText(pair.id, *in_a[pair.id], pair.a.role, pair.b.role) for pair in same]
        return texts, [pair.id for pair in pairs if in_a[pair.id] != in_b[pair.id]]


def causes_wire(found: KeptCauses) -> dict[str, Any]:
    """What made the difference as JSON: each change with the job descriptions that it broke, fixed and moved."""
    return {
        "replays": found.replays,
        "skipped": found.skipped,
        "is_stopped": found.is_stopped,
        "changes": [
            {
                "what": factor.label,
                "rows": factor.rows,
                "change_set": factor.change_set,
                "revision": factor.revision,
                "broken": list(factor.broken),
                "fixed": list(factor.fixed),
                "moved": list(factor.moved),
            }
            for factor in found.shown
        ],
    }


def _why_not(a: Experiment, b: Experiment, comparison: Comparison) -> str | None:
    if not (a.is_over and b.is_over):
        return "What made the difference is replayed when both experiments are over."
    if any(one.run_config().engine != "local" for one in (a, b)):
        return "A model judged in one of them, and what it said is not replayed."
    if all(pair.a.role == pair.b.role for pair in comparison.changed):
        return "No role is another."
    return None


def _state_of(stored: StoredCauses) -> CausesState:
    if stored.status == "failed":
        return CausesState(why_not=stored.error)
    if stored.status == "waiting":
        return CausesState(replays=stored.replays)
    found = stored.found
    factors = tuple(
        KeptFactor(
            tuple(TitlePart(*part) for part in factor["title"]),
            factor["rows"],
            factor["change_set"],
            factor["revision"],
            *(tuple(factor[kind]) for kind in ("broken", "fixed", "moved")),
        )
        for factor in found["factors"]
    )
    of_jd = {jd: Cause(jd, kind, tuple(places)) for jd, (kind, places) in found["of_jd"].items()}
    return CausesState(
        KeptCauses(factors, of_jd, found["replays"], found["skipped"], found["is_stopped"]), found["replays"]
    )


def _wire(
    found: FoundCauses,
    other_texts: Sequence[str],
    factors: Sequence[Factor],
    ways: tuple[Way, Way],
    kinds: Mapping[str, PairKind],
) -> dict[str, Any]:
    """What is kept: the changes that are anybody's cause, those that broke and fixed most first."""
    ids: dict[int, dict[str, list[str]]] = {}
    for cause in found.causes:
        for place in cause.factors if cause.kind != "among" else ():
            ids.setdefault(place, {"broken": [], "fixed": [], "moved": []})[kinds[cause.id]].append(cause.id)
    order = sorted(ids, key=lambda place: (-sum(map(len, ids[place].values())), -len(ids[place]["broken"]), place))
    at = {place: i for i, place in enumerate(order)}
    of_jd: dict[str, Any] = {
        cause.id: [cause.kind, [at[place] for place in cause.factors if place in at]] for cause in found.causes
    }
    of_jd |= {jd: ["text", []] for jd in other_texts}
    return {
        "factors": [{**_factor_wire(factors[place], ways), **ids[place]} for place in order],
        "of_jd": of_jd,
        "replays": found.replays,
        "skipped": found.skipped,
        "is_stopped": found.is_stopped,
    }


def _factor_wire(factor: Factor, ways: tuple[Way, Way]) -> dict[str, Any]:
    title = _setting_title(factor, ways) if factor.setting else _row_title(factor, ways[1].indexes.catalog)
    origin = factor.origin
    return {
        "title": [[part.text, part.kind, part.table, part.slug] for part in title],
        "rows": len(factor.changes),
        "change_set": (origin.change_set if origin else 0) if factor.setting is None else None,
        "revision": (origin.revision or None) if origin else None,
    }


def _row_title(factor: Factor, catalog: Catalog) -> Sequence[TitlePart]:
    return decision_title(factor.changes, catalog)


def _setting_title(factor: Factor, ways: tuple[Way, Way]) -> Sequence[TitlePart]:
    assert factor.setting is not None
    name = " ".join(filter(None, (factor.setting.name, factor.setting.key))).replace("_", " ")
    values = [_value(factor.setting.of(way.config)) for way in ways]
    return (TitlePart(f"Setting {name}: {values[0]} → {values[1]}"),)


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    said = str(value)
    return said if len(said) <= MAX_VALUE else f"{said[: MAX_VALUE - 1]}…"
