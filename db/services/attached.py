"""Attached experiments as pages and the command line ask for them: results of a batch, read where they lie."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
from cachetools import LRUCache
from sqlalchemy import Engine

from db.errors import StoreError
from db.services.attached_comparison import ChangedPair, Pairs, register_families, table_of_results
from db.services.attached_files import FilesState, connect_duck, find_files, quoted, stamp_of, state_of
from db.services.attached_gold import Brought, packed, unpacked
from db.services.attached_index import make_index
from db.services.attached_queries import IndexQueries
from db.services.attached_revisions import BatchRevisions
from db.services.attached_sums import answers_of, keeps_none, sums_of
from db.services.experiments import Experiments, families
from db.services.jd_files import GOLD, read_jds, with_slugs
from db.services.snapshots import CatalogSnapshots
from db.stores.attached import Attached, AttachedStore, KeptGold, NewAttached, Source
from pipeline.experiments.counted import CountedComparison
from pipeline.thresholds import JudgedAnswer

ATTACHED = "attached"
"""The folder of indexes, in that of the workbench's data."""
MAX_CHANGED = 200
"""Pairs of a kind that a comparison lists."""
MAX_COMPARED = 8
GoldState = Literal["there", "kept", "gone"]
KINDS = ("broken", "fixed", "moved")
SIGN = "attached:"
"""What stands before the number of an attached experiment where it could be taken for that of another."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its name, and what refers to it."""

    name: str
    reference: str
    size: int


@dataclass(frozen=True)
class ComparedAttached:
    """Two sides of which one at least is attached, and what came out differently, the worst of each kind."""

    a: Side
    b: Side
    comparison: CountedComparison
    changed: tuple[ChangedPair, ...]


@dataclass(frozen=True)
class _Loaded:
    """A side with what tells its state from another, what makes a view of it, and the columns by which it is sliced."""

    side: Side
    state: object
    make_view: Callable[[duckdb.DuckDBPyConnection, str], None]
    columns: tuple[str, ...]


class AttachedExperiments:
    """Attached experiments, on the store, the catalog and a folder for their indexes. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots, experiments: Experiments, folder: Path) -> None:
        self._engine = engine
        self._snapshots = snapshots
        self._experiments = experiments
        self._store = AttachedStore(engine)
        self._revisions = BatchRevisions(engine, snapshots)
        self._folder = folder
        self._compared: LRUCache[tuple[object, ...], ComparedAttached] = LRUCache(MAX_COMPARED)
        self._lock = threading.Lock()

    def attach(self, name: str, author: str, source: Source, revision: int | None = None) -> Attached:
        """Attach what a batch has written, on which ``revision`` of the catalog it ran (null: that which its manifest means, if any).

        Raises ``StoreError`` or ``InputError`` that says what cannot be read.
        """
        name = name.strip()
        if not name or name.isdigit():
            raise StoreError("An experiment needs a name that is more than a number.")
        self._store.check_free(name)
        source = Source(
            str(Path(source.results).expanduser().absolute()),
            str(Path(source.jds).expanduser().absolute()) if source.jds else None,
            _whole_name(source.gold) if source.gold else None,
        )
        stamp = stamp_of(source.gold) or 0
        files = find_files(source, stamp)
        gold = self._gold(source)
        contents = make_index(files, gold, self._index(files.digest))
        revision = revision or self._revisions.find(contents.catalog)
        return self._store.add(NewAttached(name, author, source, contents, revision, _kept(gold, stamp)))

    def read_anew(self, number: int) -> Attached:
        """Read the files of one again, as they are now; gold whose file has gone is that which was read before."""
        found = self._store.load(number)
        stamp = stamp_of(found.source.gold)
        before = self._store.gold(number) if stamp is None else None
        files = find_files(found.source, self._stamp(found))
        gold = unpacked(before.labels) if before is not None else self._gold(found.source)
        contents = make_index(files, gold, self._index(files.digest))
        revision = self._revisions.find(contents.catalog) or found.revision
        return self._store.replace(number, contents, revision, None if before else _kept(gold, stamp or 0))

    def _stamp(self, found: Attached) -> int:
        """When the gold of one was changed last: of a file that has gone, when it had been as it was read."""
        stamp = stamp_of(found.source.gold)
        return (self._store.gold_stamp(found.id) or 0) if stamp is None else stamp

    def gold_state(self, found: Attached) -> GoldState:
        """Whether its gold is there; of a file that has gone, whether what was read of it is kept, so that it can be read anew."""
        if stamp_of(found.source.gold) is not None:
            return "there"
        return "kept" if self._store.gold_stamp(found.id) is not None else "gone"

    def set_revision(self, number: int, revision: int | None) -> Attached:
        """Say on which revision of the catalog one ran. Raises ``StoreError`` for one that is not there."""
        return self._store.set_revision(number, revision)

    def sum_up(self, found: Attached) -> bool:
        """Keep what one came to that was attached before that was kept; returns whether that can be done on this machine."""
        if not self.has_index(found):
            return False
        self._store.keep_sums(found.id, sums_of(self._index(found.contents.digest)))
        return True

    def answers(self, found: Attached) -> list[JudgedAnswer]:
        """How sure its answers with gold are, and whether they are right. Raises ``StoreError`` where its index has gone."""
        return answers_of(self._existing_index(found))

    def keeps_none(self, found: Attached) -> bool:
        """Whether it was kept how sure its answers of none are: a batch of whole runs has that."""
        return keeps_none(self._existing_index(found))

    def _gold(self, source: Source) -> Brought | None:
        """The gold that is named, by the ids of its job descriptions; null where none is."""
        if source.gold is None:
            return None
        catalog = self._snapshots.current().catalog
        slug_of = {skill.display_name: skill.slug for skill in catalog.skills}
        jds = with_slugs(read_jds(source.gold, self._engine).jds, slug_of)
        return {jd.id: (jd.gold, jd.text) for jd in jds if jd.gold}

    def _index(self, digest: str) -> Path:
        return self._folder / f"{digest}.parquet"

    def all(self) -> list[Attached]:
        """All of them, the newest first."""
        return self._store.all()

    def load(self, number: int) -> Attached:
        """The one of a number. Raises ``StoreError`` where there is none."""
        return self._store.load(number)

    def find(self, reference: str) -> Attached | None:
        """The one that is named, or meant by ``attached:NUMBER``; null where there is none."""
        number = reference.removeprefix(SIGN)
        if reference.startswith(SIGN) and number.isascii() and number.isdigit() and len(number) < 10:
            return self._store.load(int(number))
        return self._store.find(reference)

    def remove(self, number: int) -> None:
        """Forget one; what the batch has written stays as it is."""
        found = self._store.load(number)
        self._store.remove(number)
        self._index(found.contents.digest).unlink(missing_ok=True)

    def state(self, found: Attached) -> FilesState:
        """Whether its files are there, and those that were read."""
        return state_of(found.source, found.contents.digest, self._stamp(found))

    def has_index(self, found: Attached) -> bool:
        """Whether it can be looked at without its files being read anew."""
        return self._index(found.contents.digest).is_file()

    def queries(self, found: Attached) -> IndexQueries:
        """What can be asked of it. Raises ``StoreError`` where its index has gone."""
        file = self._existing_index(found)
        return IndexQueries(file, found.contents.columns, families(self._snapshots.current().catalog))

    def _existing_index(self, found: Attached) -> Path:
        file = self._index(found.contents.digest)
        if not file.is_file():
            raise StoreError(
                f"“{found.name}” has not been read on this machine, or what was read has gone; read it anew."
            )
        return file

    def compare(self, a: str, b: str) -> ComparedAttached:
        """B beside A, of which one at least is attached, over the job descriptions that both have.

        Raises ``StoreError`` where there are none, or one is not there.
        """
        first, second = self._side(a), self._side(b)
        key = (first.state, second.state, self._snapshots.revision())
        with self._lock:
            found = self._compared.get(key)
            if found is None:
                with self._paired(first, second) as pairs:
                    changed = tuple(pair for kind in KINDS for pair in pairs.changed(kind, MAX_CHANGED))
                    found = ComparedAttached(first.side, second.side, pairs.comparison(), changed)
                self._compared[key] = found
        if not found.comparison.n:
            raise StoreError(f"“{first.side.name}” and “{second.side.name}” have no job description of the same id.")
        return found

    def changed_in(self, both: ComparedAttached, by: str, value: str) -> tuple[ChangedPair, ...]:
        """What came out differently among the job descriptions of a slice, the worst of each kind."""
        with self._paired(self._side(both.a.reference), self._side(both.b.reference)) as pairs:
            return tuple(pair for kind in KINDS for pair in pairs.changed(kind, MAX_CHANGED, (by, value)))

    @contextmanager
    def _paired(self, first: _Loaded, second: _Loaded) -> Iterator[Pairs]:
        with connect_duck() as duck:
            for name, loaded in (("side_a", first), ("side_b", second)):
                loaded.make_view(duck, name)
            register_families(duck, families(self._snapshots.current().catalog))
            yield Pairs(duck, first.columns)

    def _side(self, reference: str) -> _Loaded:
        attached = self.find(reference)
        if attached is not None:
            index, contents = self._existing_index(attached), attached.contents

            def view(duck: duckdb.DuckDBPyConnection, name: str) -> None:
                duck.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({quoted(str(index))})")

            side = Side(attached.name, f"{SIGN}{attached.id}", contents.size)
            return _Loaded(side, contents.digest, view, tuple(contents.columns))
        stored = self._experiments.load(reference)

        def table(duck: duckdb.DuckDBPyConnection, name: str) -> None:
            duck.register(f"{name}_given", table_of_results(self._experiments.results(stored)))
            query = f"SELECT *, hash(list_sort(skills)) AS skills_hash FROM {name}_given"
            duck.execute(f"CREATE TEMP VIEW {name} AS {query}")

        return _Loaded(Side(stored.name, str(stored.id), stored.done), (stored.id, stored.done), table, ())


def _whole_name(gold: str) -> str:
    """The name of gold that means the same from any folder."""
    return gold if gold.startswith(GOLD) else str(Path(gold).expanduser().absolute())


def _kept(gold: Brought | None, stamp: int) -> KeptGold | None:
    """Gold as it is kept; null where there is none, or too much."""
    labels = packed(gold) if gold is not None else None
    return KeptGold(stamp, labels) if labels is not None else None
