"""Figures of the review queue with 25,000 proposals: opened, filtered, grouped, a thousand decided at once, and the memory of it."""

from __future__ import annotations

import csv
import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import streamlit as st
from sqlalchemy import Connection, text

from db.server import open_database
from db.services.bulk_approvals import BulkAct, plan
from db.services.workbench import Workbench
from db.stores.proposal_keys import proposal_key
from db.stores.queue_decisions import QueueDecision
from db.stores.queue_filters import EMPLOYER, GroupBy, QueueFilter
from pages.components import identity
from pages.components import workbench as process
from pipeline.config import Config
from tests.benchmarks import line, percentile
from tests.benchmarks.pages import BROWSER, PERSON, drawn
from tests.conftest import SETTINGS, SHARED

PROPOSALS, REAL_RUNS, MANY = 25_000, 100, 1_000
VERSIONS = ("", " 2", " Enterprise", " Cloud", " API", "s")
"""What variations of a term end with."""
SHARES = {"skill": 0.52, "kra": 0.22, "title": 0.14, "role": 0.07, "link": 0.05}
DRAWINGS, QUERIES = 9, 15
MODULE = "pages.review_queue"


def bench_review(rows: list[dict[str, Any]]) -> None:
    """What a curator waits for in a queue as long as that of the old system."""
    print(f"The review queue with {PROPOSALS:,} proposals")
    with stocked(rows) as workbench:
        began = perf_counter()
        found = workbench.queue_signs.catch_up(PROPOSALS * 2)
        line(f"what the queue ranks by found of {found:,}, beside the pages", f"{perf_counter() - began:.0f} s")
        with workbench.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        for name, query in ADDRESSES.items():
            took = [drawn(MODULE, query)[0] for _ in range(DRAWINGS)]
            line(f"page opened: {name}", _median(took), "1,000 ms")
        _stores(workbench)
        _decisions(workbench)
        line("memory of the process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


ADDRESSES: dict[str, dict[str, str]] = {
    "all that wait": {},
    "page 200": {"page": "200"},
    "words": {"words": "data"},
    "looks like an employer": {"doubt": EMPLOYER},
    "grouped by spelling": {"by": "spelling"},
    "grouped by meaning": {"by": "meaning"},
    "grouped by dimension": {"by": "dimension"},
}


def _stores(workbench: Workbench) -> None:
    """The queries of the page by themselves."""
    groups: tuple[GroupBy, ...] = ("spelling", "meaning", "owner", "dimension")
    acts: dict[str, Callable[[], Any]] = {
        "first page": lambda: workbench.proposals.page(QueueFilter()),
        "last page, the surest first": lambda: workbench.proposals.page(QueueFilter(), "certainty", 10**6),
        "numbers of all of a kind": lambda: workbench.proposals.ids(QueueFilter(kind="skill")),
        **{f"groups by {by}": partial(workbench.proposals.groups, QueueFilter(), by) for by in groups},
    }
    for name, act in acts.items():
        line(f"store: {name}", _median([_timed(act) for _ in range(QUERIES)]))


def _decisions(workbench: Workbench) -> None:
    """A thousand rejected and taken back, a thousand approved as new skills and taken back."""
    queue, catalog = workbench.proposals, workbench.snapshots.current().catalog
    numbers = queue.ids(QueueFilter(kind="skill"))[:MANY]
    began = perf_counter()
    act = queue.reject(numbers, PERSON, "too broad")
    line(f"{act.proposals:,} rejected in one act", f"{perf_counter() - began:.2f} s")
    line("page opened after it", _median([drawn(MODULE, {})[0] for _ in range(DRAWINGS)]), "1,000 ms")
    line("the act undone", f"{_timed(lambda: queue.undo(act.number, PERSON)):.0f} ms")
    began = perf_counter()
    wanted = plan(queue.load_all(numbers), catalog, BulkAct("new_skill", "cloud-platforms", "TOOL"))
    line(f"what {MANY:,} new skills would do, {len(wanted.left_out)} left out", f"{perf_counter() - began:.2f} s")
    began = perf_counter()
    act = queue.decide_several(QueueDecision("approved", PERSON, "bench"), wanted.approvals)
    line(f"{act.proposals:,} approved in one act", f"{perf_counter() - began:.2f} s")
    line("the page with that draft", _median([drawn(MODULE, {})[0] for _ in range(3)]))
    line("the act undone", f"{_timed(lambda: queue.undo(act.number, PERSON)):.0f} ms")


def _timed(act: Callable[[], Any]) -> float:
    """Milliseconds of an act."""
    began = perf_counter()
    act()
    return 1000 * (perf_counter() - began)


def _median(took: list[float]) -> str:
    return f"{statistics.median(took):.0f} / {percentile(took, 0.95):.0f} ms (p50 / p95)"


@contextmanager
def stocked(rows: list[dict[str, Any]], proposals: int = PROPOSALS, runs: int = REAL_RUNS) -> Iterator[Workbench]:
    """The workbench of the process on a store of its own with real runs, and as many proposals, most of them variations."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        workbench = Workbench(open_database(None, Path(folder)), SETTINGS)
        process._open[:] = [workbench]
        workbench.snapshots.warm()
        for row in rows[:runs]:
            workbench.executor.execute(workbench.runs.create(row["text"], row["title"], Config()))
        with workbench.database.engine.begin() as connection:
            began = perf_counter()
            add_variations(connection, proposals)
        workbench.usage.recount()
        line("filled", f"{perf_counter() - began:.0f} s")
        workbench.kept.keep(BROWSER, identity.PLACE, PERSON)
        st.cache_data.clear()
        try:
            yield workbench
        finally:
            process._open.clear()
            workbench.close()


def add_variations(connection: Connection, count: int) -> None:
    """Fill the queue up with variations of what runs proposed, each made by one or several of the runs that are there."""
    there = connection.execute(text("SELECT kind, role_slug, text FROM proposal ORDER BY id")).all()
    roles = [r.slug for r in connection.execute(text("SELECT slug FROM role ORDER BY slug"))]
    dimensions = [r.slug for r in connection.execute(text("SELECT slug FROM dimension ORDER BY slug"))]
    terms = {kind: [row.text for row in there if row.kind == kind] for kind in SHARES}
    terms["skill"] += _onet("onet_technology_skills.txt", "\t", "Example")
    titles = _onet("onet_alternate_titles.csv", ",", "alternate_title")
    terms["title"] += titles[::2]
    terms["role"] += titles[1::2]
    own = {
        "skill": ((name + end, "") for end, name in product(VERSIONS, terms["skill"])),
        "title": ((name, roles[n % len(roles)]) for n, name in enumerate(terms["title"])),
        "role": ((name, "") for name in terms["role"]),
        "kra": (
            (f"{name} for {titles[(n * 7 + m) % len(titles)].lower()} teams", roles[(n + m) % len(roles)])
            for m, (n, name) in product(range(400), enumerate(terms["kra"]))
        ),
        "link": ((dimension, role) for dimension, role in product(dimensions, roles)),
    }
    rows = []
    for kind, share in SHARES.items():
        known: set[str] = set()
        for words, role in own[kind]:
            if len(known) >= share * (count - len(there)):
                break
            key = proposal_key(words)
            if f"{key} {role}" not in known:
                known.add(f"{key} {role}")
                rows.append({"kind": kind, "key": key, "role": role, "text": words})
    insert = (
        "INSERT INTO proposal (kind, key, role_slug, text) VALUES (:kind, :key, :role, :text) ON CONFLICT DO NOTHING"
    )
    connection.execute(text(insert), rows)
    connection.execute(
        text("""
        WITH numbered AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS total FROM run)
        INSERT INTO proposal_run (proposal_id, run_id, evidence)
        SELECT p.id, r.id, p.text FROM proposal p
        CROSS JOIN LATERAL generate_series(0, (p.id % 97 = 0)::int * 9 + (p.id % 7 = 0)::int * 3 + (p.id % 3 = 0)::int) AS k
        JOIN numbered r ON r.n = (p.id + k) % r.total
        WHERE NOT EXISTS (SELECT 1 FROM proposal_run WHERE proposal_id = p.id)
        """)
    )


def _onet(name: str, delimiter: str, column: str) -> list[str]:
    """The different values of a column of O*NET, where the evaluation data is there."""
    path = SHARED / "data" / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row[column] for row in csv.DictReader(file, delimiter=delimiter)))
