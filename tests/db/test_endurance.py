"""What curation promises when many commit at once, when a process or the server is killed, and over any history."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import schema
from db.embedded import EmbeddedServer
from db.server import Database, open_database
from db.services.editions import initialise
from db.services.shipped import read_shipped
from db.stores import catalog as stored
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from db.stores.gate import GateStore
from pipeline.catalog import (
    Catalog,
    Dimension,
    Role,
    RoleAlias,
    RoleDimension,
    RoleKra,
    Skill,
    SkillAlias,
    SkillDimension,
)
from pipeline.catalog.changes import Change, ChangeConflict, InvalidChanges, apply, diff
from pipeline.catalog.operations import (
    ChangeReason,
    DimensionSplit,
    edit,
    merge,
    move_link,
    repoint_alias,
    retire,
    split_dimension,
)
from pipeline.catalog.refs import RunRef
from pipeline.errors import WorkbenchError
from pipeline.gate import Demand, Policy
from tests.conftest import SETTINGS

pytestmark = pytest.mark.slow


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.db.test_endurance"])

# --- many at once -------------------------------------------------------------------------------------------------

CURATORS, SETS_EACH, HOT_ROWS = 8, 50, 6


@dataclass(frozen=True)
class Told:
    """What a curator's process saw of one change set: its number, its revision, and the rows it was told had moved."""

    number: int
    revision: int
    conflicts: tuple[tuple[str, ...], ...]


def curate(url: str, name: str, hot: list[str], own: list[str], answer: Connection) -> None:
    """Commit change sets one after another: every second one counts up a row that the others count up too."""
    rng = random.Random(name)
    database = open_database(url, SETTINGS.data_dir)
    told = []

    def stands(slug: str) -> Skill:
        with database.engine.connect() as connection:
            row = Skill(None, slug, slug)
            return stored.load_affected_rows(connection, [Change(row, row)]).skill[slug]

    for turn in range(SETS_EACH):
        slug = rng.choice(hot) if turn % 2 else own[turn]
        row = stands(slug)
        number = ChangeSetStore(database.engine).open_draft(name, f"{name} {turn}", [Change(row, counted(row))])
        conflicts = []
        while True:
            try:
                revision = ChangeSetStore(database.engine).commit(number, name)
                break
            except ChangeConflict as error:
                # Somebody counted meanwhile: count on from what stands now.
                (conflict,) = error.conflicts
                conflicts.append(conflict.change.key)
                ChangeSetStore(database.engine).resolve(number, conflict.change.place, "current")
                ChangeSetStore(database.engine).stage(number, [Change(conflict.current, counted(conflict.current))])
        told.append(Told(number, revision, tuple(conflicts)))
    database.close()
    answer.send(told)


def demand_rules_alone(database: Database) -> None:
    """Store the policy of the other tests: processes of their own do not find it otherwise."""
    GateStore(database.engine).set_policy(
        Policy({"rules": Demand("not breaking", 0.01)}), "Ada", "nothing else is looked at"
    )


def counted(row: Any) -> Skill:
    """A skill whose version says one more."""
    return replace(row, version_tag=str(int(row.version_tag or 0) + 1))


def test_eight_curators_lose_no_update_and_are_told_of_every_conflict(ready: Database, server: EmbeddedServer) -> None:
    demand_rules_alone(ready)
    before = CatalogStore(ready.engine).load()[1]
    slugs = [s.slug for s in before.skills if s.version_tag is None]
    hot, rest = slugs[:HOT_ROWS], slugs[HOT_ROWS:]
    url = server.url(str(ready.engine.connect().connection.dbapi_connection.info.dbname))  # type: ignore[union-attr]
    pipes = []
    for i in range(CURATORS):
        mine, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(
            target=curate, args=(url, f"curator {i}", hot, rest[i * SETS_EACH : (i + 1) * SETS_EACH], theirs)
        )
        process.start()
        theirs.close()
        pipes.append((process, mine))
    told: list[Told] = []
    for process, pipe in pipes:
        told += pipe.recv()
        process.join(30)

    assert len(told) == CURATORS * SETS_EACH
    assert any(t.conflicts for t in told)
    assert {key[0] for t in told for key in t.conflicts} <= set(hot)
    # Revisions follow one another, and the commits in their order make of the first catalog what stands now.
    ordered = sorted(told, key=lambda t: t.revision)
    assert [t.revision for t in ordered] == list(range(2, 2 + len(told)))
    after = CatalogStore(ready.engine).load()[1]
    serial = before
    counts: Counter[str] = Counter()
    for one in ordered:
        (change,) = ChangeSetStore(ready.engine).load_changes(one.number)
        counts[change.key[0]] += 1
        assert change.before == serial.skill[change.key[0]]
        serial = replace(serial, skills=tuple(change.after if s.slug == change.key[0] else s for s in serial.skills))
    assert diff(serial, after) == ()
    assert {slug: int(after.skill[slug].version_tag or 0) for slug in counts} == dict(counts)
    assert sum(counts[slug] for slug in hot) == CURATORS * SETS_EACH // 2


# --- killed -------------------------------------------------------------------------------------------------------

KILLS = 10


def commit_when_told(url: str, number: int, line: Connection) -> None:
    """Commit a draft once the parent says so, and say when it is done."""
    database = open_database(url, SETTINGS.data_dir)
    line.send("ready")
    line.recv()
    with suppress(WorkbenchError):
        ChangeSetStore(database.engine).commit(number, "ann")
    line.send("done")


def kill_server(server: EmbeddedServer) -> None:
    """Kill the server with all its processes, none of which gets to tidy up."""
    postmaster = psutil.Process(int((server.data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))
    for process in [postmaster, *postmaster.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A server of its own, so that killing it disturbs nobody, with the catalog that ships."""
    database = open_database(None, tmp_path_factory.mktemp("killed"))
    initialise(database, edition="clean")
    demand_rules_alone(database)
    yield database
    database.close()


@pytest.mark.parametrize("victim", ["the committing process", "the server"])
def test_a_commit_that_is_killed_leaves_the_old_or_the_new_revision_whole(own: Database, victim: str) -> None:
    assert own.embedded is not None
    rng = random.Random(victim)
    sides = [read_shipped(edition)[0] for edition in ("clean", "legacy")]
    revision, stands = CatalogStore(own.engine).load()
    at = 0 if diff(stands, sides[0]) == () else 1
    took: float | None = None
    old = new = 0
    while old + new < KILLS:
        changes = diff(stands, sides[1 - at])
        number = ChangeSetStore(own.engine).open_draft("ann", "To the other side", changes)
        mine, theirs = PROCESSES.Pipe()
        process = PROCESSES.Process(target=commit_when_told, args=(own.embedded.url("workbench"), number, theirs))
        process.start()
        theirs.close()
        assert mine.recv() == "ready"
        began = time.perf_counter()
        mine.send("go")
        if took is None:
            # The first is left alone: it tells how long a commit takes.
            assert mine.recv() == "done"
            took = time.perf_counter() - began
        else:
            time.sleep(rng.uniform(0, 1.2 * took))
            if victim == "the server":
                kill_server(own.embedded)
            process.kill()
        process.join(30)
        mine.close()

        now, found = CatalogStore(own.engine).load()
        header = ChangeSetStore(own.engine).load(number)
        if header.status == "committed":
            assert (now, diff(found, sides[1 - at])) == (header.revision_id, ())
            at, new = 1 - at, new + 1
        else:
            # The draft is there as it was, and can be committed still.
            assert header.status == "draft" and (now, diff(found, stands)) == (revision, ())
            assert ChangeSetStore(own.engine).load_changes(number) == changes
            assert ChangeSetStore(own.engine).check(number) == ((), ())
            ChangeSetStore(own.engine).discard(number)
            old += 1
        revision, stands = now, found
    assert old and new, (
        f"{old} commits were killed before, {new} after they counted: the kills do not fall into the commit"
    )


# --- any history --------------------------------------------------------------------------------------------------

WHY = ChangeReason("because", RunRef(UUID(int=1)))


def small() -> Catalog:
    """A catalog in which everything leans on something."""
    return Catalog(
        roles=(
            Role(1, "data-engineer", "Data Engineer"),
            Role(2, "web-developer", "Web Developer"),
            Role(3, "etl-developer", "ETL Developer"),
        ),
        role_aliases=(
            RoleAlias("data-engineer", "Big Data Engineer"),
            RoleAlias("etl-developer", "Engineer", is_generic=True),
        ),
        role_kras=(
            RoleKra("data-engineer", "Moves data"),
            RoleKra("etl-developer", "Moves data"),
            RoleKra("web-developer", "Draws pages"),
        ),
        dimensions=(
            Dimension(1, "streams", "Streams"),
            Dimension(2, "front-end", "Front End"),
            Dimension(3, "stores", "Stores"),
        ),
        skills=tuple(Skill(i, s, s.title()) for i, s in enumerate(("kafka", "react", "redis", "spark", "vue"), 1)),
        skill_aliases=(
            SkillAlias(1, "kafka", "Kafka", "CANONICAL", is_primary=True),
            SkillAlias(2, "kafka", "AK", "ABBREVIATION", "CASE_SENSITIVE"),
            SkillAlias(3, "react", "ReactJS"),
            SkillAlias(4, "vue", "reactjs", context=("vue",)),
        ),
        skill_dimensions=tuple(
            SkillDimension(*x.split())
            for x in (
                "kafka streams",
                "react front-end",
                "redis stores",
                "redis streams",
                "spark streams",
                "vue front-end",
            )
        ),
        role_dimensions=tuple(
            RoleDimension(*x.split())
            for x in (
                "data-engineer streams",
                "data-engineer stores",
                "etl-developer streams",
                "web-developer front-end",
            )
        ),
    )


def operations(catalog: Catalog, draw: Callable[[int], int]) -> tuple[Change, ...]:
    """An operation of some kind on some rows, as far as the catalog has any."""

    def pick(rows: Any) -> Any:
        return rows[draw(len(rows))]

    kind = draw(8)
    table = ("roles", "dimensions", "skills")[draw(3)]
    rows = getattr(catalog, table)
    if kind == 0 and len(rows) > 1:
        gone = pick(rows).slug
        return merge(catalog, table, gone, pick([r.slug for r in rows if r.slug != gone]), WHY)
    if kind == 1 and rows:
        return retire(catalog, table, pick(rows).slug, WHY)
    if kind == 2 and rows:
        row = pick(rows)
        return edit(row, WHY, display_name=row.display_name + "!")
    if kind == 3 and catalog.skill_dimensions and catalog.dimensions:
        link = pick(catalog.skill_dimensions)
        others = [None, *(d.slug for d in catalog.dimensions if d.slug != link.dimension_slug)]
        return move_link(catalog, link.skill_slug, link.dimension_slug, pick(others), WHY)
    if kind == 4 and catalog.skill_aliases and len(catalog.skills) > 1:
        alias = pick(catalog.skill_aliases)
        owner = pick([s.slug for s in catalog.skills if s.slug != alias.skill_slug])
        return repoint_alias(catalog, alias.skill_slug, alias.alias_text, owner, WHY)
    if kind == 5 and catalog.dimensions and "part" not in catalog.dimension:
        slug = pick(catalog.dimensions).slug
        held = [s.slug for s in catalog.skills_of_dimension.get(slug, ())]
        return split_dimension(
            catalog, slug, DimensionSplit(Dimension(None, "part", "Part"), tuple(held[: len(held) // 2])), WHY
        )
    if kind == 6 and "flink" not in catalog.skill:
        return (WHY.change(None, Skill(None, "flink", "Flink")),)
    if kind == 7 and catalog.role_kras:
        return (WHY.change(pick(catalog.role_kras), None),)
    return ()


@pytest.fixture
def little(database: Database) -> Database:
    schema.migrate(database.engine)
    return database


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
def test_what_is_committed_and_undone_in_any_valid_order_gives_back_the_catalog(
    little: Database, tmp_path: Path, data: st.DataObject
) -> None:
    def draw(below: int) -> int:
        return data.draw(st.integers(0, below - 1))

    def exported() -> dict[str, bytes]:
        CatalogStore(little.engine).export(tmp_path)
        return {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def undone(number: int) -> bool:
        try:
            standing.remove(number)
            ChangeSetStore(little.engine).undo(number, "bob")
            return True
        except (ChangeConflict, InvalidChanges):
            # Later change sets stand on it: they go first.
            standing.append(number)
            standing.sort()
            return False

    CatalogStore(little.engine).store(small(), "setup", "small")
    first = exported()
    standing: list[int] = []
    for _ in range(data.draw(st.integers(1, 8))):
        if standing and draw(3) == 0:
            undone(standing[draw(len(standing))])
            continue
        catalog = CatalogStore(little.engine).load()[1]
        if changes := operations(catalog, draw):
            assert diff(apply(catalog, changes), catalog)
            number = ChangeSetStore(little.engine).open_draft("ann", "One", changes)
            ChangeSetStore(little.engine).commit(number, "ann")
            standing.append(number)
    while standing:
        if not undone(standing[draw(len(standing))]):
            assert undone(standing[-1]), "the last that stands can always be undone"
    assert exported() == first
