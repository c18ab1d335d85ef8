"""A page's own work, without the network of the browser: from the start of its drawing to its end, on a store that is in use."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import Connection, Table, text
from streamlit.testing.v1 import AppTest

from db.server import open_database
from db.services.workbench import Workbench
from db.stores.run_deletions import BELONGING, RUN
from pages.components import identity, links
from pages.components import workbench as process
from pages.components.kept import SESSION_TOKEN
from pipeline.catalog.operations import ChangeReason, move_link
from pipeline.catalog.refs import RunRef
from pipeline.config import Config
from tests.benchmarks import line
from tests.conftest import SETTINGS

RUNS, REAL_RUNS = 1000, 60
"""Runs in the store; of which so many were made, the others are copies with texts and ids of their own."""
DRAWINGS = 7
WANTED_MS = 300
BROWSER = "11111111-1111-4111-8111-111111111111"
PERSON = "Bench"
SECONDS = 120


def _script(module: str) -> None:
    """What the frame does for each page, its time taken."""
    from importlib import import_module
    from time import perf_counter, thread_time

    import streamlit as st

    from pages.components.frame import navigation
    from pages.components.side_bar import side_bar

    navigation()
    module_ = import_module(module)
    began, began_cpu = perf_counter(), thread_time()
    try:
        with st.sidebar:
            side_bar()
        module_.page()
    finally:
        st.session_state["took"] = (1000 * (perf_counter() - began), 1000 * (thread_time() - began_cpu))


def bench_pages(rows: list[dict[str, Any]]) -> None:
    """Each page as a person opens it, with a draft of theirs: the median of several drawings, each in a new session."""
    print(
        f"A page's own work, the shipped catalog, {RUNS:,} runs and a draft: median; in brackets the page's own computing"
    )
    with in_use(rows) as workbench:
        slow = []
        for name, module, query in places(workbench):
            took = [drawn(module, query) for _ in range(DRAWINGS + 1)][1:]
            wall, cpu = (statistics.median(times) for times in zip(*took, strict=True))
            line(name, f"{wall:.0f} ms ({cpu:.0f} ms)", f"{WANTED_MS} ms")
            slow += [name] if wall > WANTED_MS else []
        print(f"  over {WANTED_MS} ms: {', '.join(slow) or 'none'}")


def drawn(module: str, query: dict[str, str]) -> tuple[float, float]:
    """Milliseconds that a drawing in a new session takes: of the clock, and of the thread that draws."""
    app = AppTest.from_function(_script, args=(module,), default_timeout=SECONDS)
    app.session_state[SESSION_TOKEN] = BROWSER
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, f"{module} {query}: {app.exception[0].message}"
    wall, cpu = app.session_state["took"]
    return float(wall), float(cpu)


def places(workbench: Workbench) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every page, those that show one thing with the thing."""
    first, second = (str(run.id) for run in workbench.history.recent(2))
    draft = workbench.change_sets.draft_of(PERSON)
    shown = {
        "compare": {"a": first, "b": second},
        "run": {"id": first},
        "roles": {"slug": "data-engineer"},
        "dimensions": {"slug": "cloud-platforms"},
        "skills": {"slug": "python"},
        "changes": {"set": str(draft)},
        "links": {"by": "role", "of": "data-engineer"},
    }
    for place in links.PAGES:
        yield place.title, place.module, shown.get(place.url_path, {})
    yield "History, words", links.HISTORY.module, {"words": "engineer"}


@contextmanager
def in_use(rows: list[dict[str, Any]], runs: int = RUNS) -> Iterator[Workbench]:
    """The workbench of the process on a store of its own with so many runs, verdicts and a draft, warm and audited."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        workbench = Workbench(open_database(None, Path(folder)), SETTINGS)
        process._open[:] = [workbench]
        workbench.warm()
        for row in rows[:REAL_RUNS]:
            workbench.executor.execute(workbench.runs.create(row["text"], row["title"], Config()))
        with workbench.database.engine.begin() as connection:
            copy_runs(connection, runs - REAL_RUNS)
        workbench.usage.recount()
        with workbench.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        _work(workbench)
        workbench.snapshots.findings()
        try:
            yield workbench
        finally:
            process._open.clear()
            workbench.close()


def copy_runs(connection: Connection, count: int) -> None:
    """Add copies of the runs that are there, each with an id, a text and a moment of its own, and what belongs to them."""
    connection.execute(
        text(
            "CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT gen_random_uuid() AS id, s.id AS source, n FROM generate_series(1, :n) n "
            "JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS i, count(*) OVER () AS total FROM run) s ON s.i = n % s.total"
        ),
        {"n": count},
    )
    own = {
        "id": "c.id",
        "created_at": "t.created_at - c.n * interval '20 minutes'",
        "jd_text": "t.jd_text || E'\\n\\nReference ' || c.n",
        "jd_hash": "md5(t.jd_hash || c.n)",
        # What the page of a run alone reads fills most of the disk: the older copies go without.
        **{name: f"CASE WHEN c.n < {RUNS} THEN t.{name} END" for name in ("library_match", "role_output")},
    }
    _copy(connection, RUN, "id", own)
    for table in BELONGING:
        column = next(key.parent.name for key in table.foreign_keys if key.column.table is RUN)
        _copy(connection, table, column, {column: "c.id", "run_at": own["created_at"].replace("created_at", "run_at")})


def _copy(connection: Connection, table: Table, column: str, own: dict[str, str]) -> None:
    names = [c.name for c in table.c if c.computed is None and (c.name in own or c.name != "id")]
    cells = ", ".join(own.get(name, f't."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    connection.execute(
        text(
            f'INSERT INTO "{table.name}" ({listed}) SELECT {cells} FROM copy c JOIN "{table.name}" t ON t."{column}" = c.source'
        )
    )


def _work(workbench: Workbench) -> None:
    """What people left: verdicts on some runs, and a draft that rests on one."""
    newest = workbench.history.recent(40)
    for run in newest:
        workbench.verdicts.give(run.id, PERSON, run.role_slug)
    catalog = workbench.snapshots.current().catalog
    reason = ChangeReason("seen in a run", RunRef(UUID(str(newest[0].id))))
    for skill in ("python", "kafka", "docker"):
        old = catalog.dimensions_of_skill[skill][0].slug
        workbench.change_sets.stage_for(PERSON, move_link(catalog, skill, old, "cloud-platforms", reason))
    workbench.kept.keep(BROWSER, identity.PLACE, PERSON)
    st.cache_data.clear()
