"""What a doctor asks the server: versions, connections, sizes, and which queries are slow. No name, address or text of a user."""

from __future__ import annotations

import re
from time import perf_counter

from sqlalchemy import Connection, QueuePool, text

from db import models, schema
from db.stores.catalog import read_catalog
from db.stores.jobs import JobStore
from db.upkeep.report import Fact, Section

MAX_QUERIES = 10
MAX_TABLES = 12
CROWDED = 0.9
"""Share of the server's connections from which on newcomers may find none."""
IDLE_MINUTES = 10
"""How long a transaction may do nothing, since it keeps rows from being cleaned up, and a queue may stand still."""

_CONNECTIONS = text("""
SELECT count(*) FILTER (WHERE state = 'active') AS active, count(*) FILTER (WHERE state = 'idle') AS idle,
    count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS idle_in_transaction,
    count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting_for_a_lock, count(*) AS all_of_them,
    coalesce(max(extract(epoch FROM now() - xact_start)), 0)::int AS oldest_transaction_s,
    coalesce(max(extract(epoch FROM now() - state_change)) FILTER (WHERE state LIKE 'idle in transaction%'), 0)::int AS idle_s
FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
""")
_STOPPED = text("""
SELECT count(*) FROM run WHERE status NOT IN ('completed', 'rejected', 'failed') AND engine <> 'old_system'
AND NOT EXISTS (SELECT FROM job WHERE run_id = run.id)
""")
_SIZES = text("""
SELECT c.relname AS name, greatest(c.reltuples, s.n_live_tup, 0)::bigint AS rows, pg_total_relation_size(c.oid) AS bytes,
    pg_indexes_size(c.oid) AS index_bytes, coalesce(s.n_dead_tup, 0) AS dead_rows
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY(:ours)
ORDER BY bytes DESC
""")
_STATEMENTS = text("""
SELECT query, calls, mean_exec_time AS mean_ms, max_exec_time AS max_ms FROM pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database() ORDER BY total_exec_time DESC LIMIT :limit
""")
_RUNNING = text("""
SELECT query, extract(epoch FROM now() - query_start) * 1000 AS mean_ms FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() ORDER BY query_start LIMIT :limit
""")
_WORDS = text(
    "SELECT word FROM pg_get_keywords() UNION SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
)
_LITERALS = re.compile(r"--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.S)
_TOKENS = re.compile(r"\$\d+|\"[^\"]*\"|\w+|[^\w\s\"]+|\s+")


def server_section(connection: Connection, label: str) -> Section:
    """Which server it is, and whether it keeps what it is given."""
    settings = {
        name: _show(connection, name) for name in ("fsync", "full_page_writes", "max_connections", "shared_buffers")
    }
    vector = connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")).scalar()
    facts: dict[str, Fact] = {
        "kind": label,
        "PostgreSQL": _show(connection, "server_version"),
        "pgvector": vector,
        "up since": f"{connection.execute(text('SELECT pg_postmaster_start_time()')).scalar_one():%Y-%m-%d %H:%M}",
        "encoding": _show(connection, "server_encoding"),
        **settings,
    }
    unsafe = [name for name in ("fsync", "full_page_writes") if settings[name] == "off"]
    return Section(
        "server", facts, tuple(f"{name} is off: a crash of the machine can lose what was stored." for name in unsafe)
    )


def _show(connection: Connection, name: str) -> str:
    return str(connection.execute(text(f"SHOW {name}")).scalar_one())


def migrations_section(connection: Connection) -> Section:
    """At which migration the tables are."""
    current, newest = schema.revision_of(connection), schema.newest_revision(connection.engine)
    problems = []
    if current is None:
        problems.append("There are no tables yet; run 'python -m db init'.")
    elif current not in schema.known_revisions(connection.engine):
        problems.append(f"The tables are at {current}, of a newer release than this one; use that release.")
    elif current != newest:
        problems.append(f"The tables are at {current}; run 'python -m db migrate'.")
    return Section("tables", {"at migration": current, "newest": newest}, tuple(problems))


def connections_section(connection: Connection) -> Section:
    """How the server's connections are used, by all processes."""
    row = connection.execute(_CONNECTIONS).one()
    most = int(_show(connection, "max_connections"))
    problems = []
    if row.all_of_them > CROWDED * most:
        problems.append(f"{row.all_of_them} of {most} connections are taken; newcomers may find none.")
    if row.idle_s > IDLE_MINUTES * 60:
        problems.append(f"A transaction has done nothing for {row.idle_s // 60} minutes and holds what it has locked.")
    facts: dict[str, Fact] = {name.replace("_", " "): int(n) for name, n in row._mapping.items() if name != "idle_s"}
    pool = connection.engine.pool
    own = pool.size() if isinstance(pool, QueuePool) else 0
    return Section("connections", facts | {"at most": most, "kept open by a process": own}, tuple(problems))


def queue_section(connection: Connection) -> Section:
    """What waits to be executed, and what was given up."""
    length = JobStore(connection.engine).length()
    oldest = round(length.oldest_seconds)
    stopped = connection.execute(_STOPPED).scalar_one()
    problems = []
    if length.queued and not length.executing and oldest > IDLE_MINUTES * 60:
        problems.append(
            f"Runs wait ({length.queued}) and none is executed; start the workbench, or see its log if it runs."
        )
    facts: dict[str, Fact] = {
        "waiting": length.queued,
        "executing": length.executing,
        "oldest waits, s": oldest,
        "stopped, to be resumed": stopped,
    }
    return Section("queue", facts, tuple(problems))


def sizes_section(connection: Connection) -> Section:
    """What the tables take; rows as the server last estimated them."""
    tables = connection.execute(_SIZES, {"ours": list(models.metadata.tables)}).all()
    total = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    small = sum(table.bytes for table in tables[MAX_TABLES:])
    facts: dict[str, Fact] = {"database MB": _megabytes(total), "smaller tables MB": _megabytes(small)}
    for table in tables[:MAX_TABLES]:
        facts[table.name] = {
            "rows": table.rows,
            "MB": _megabytes(table.bytes),
            "indexes MB": _megabytes(table.index_bytes),
            "dead rows": table.dead_rows,
        }
    return Section("sizes", facts)


def _megabytes(size: int) -> float:
    return round(size / 1e6, 1)


def queries_section(connection: Connection) -> Section:
    """The queries that took the most time where the server counts them, else those that run now; and a few of ours, timed."""
    words = _known_words(connection)
    has_statements = connection.execute(
        text("SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'")
    ).scalar()
    rows = connection.execute(_STATEMENTS if has_statements else _RUNNING, {"limit": MAX_QUERIES}).all()
    slowest: list[Fact] = [
        {"query": query_shape(row.query or "", words)}
        | {k: round(float(v), 1) for k, v in row._mapping.items() if k != "query"}
        for row in rows
    ]
    facts: dict[str, Fact] = {
        "from": "pg_stat_statements" if has_statements else "what runs now (the server has no pg_stat_statements)",
        "slowest": slowest,
    }
    began = perf_counter()
    read_catalog(connection)
    facts["catalog read, ms"] = _milliseconds(began)
    began = perf_counter()
    connection.execute(text("SELECT id FROM run ORDER BY created_at DESC, id DESC LIMIT 50")).all()
    facts["newest runs found, ms"] = _milliseconds(began)
    return Section("queries", facts)


def _milliseconds(began: float) -> float:
    return round((perf_counter() - began) * 1000, 1)


def _known_words(connection: Connection) -> frozenset[str]:
    """The words that a query may show: those of SQL, and the names of our tables and columns."""
    ours = {
        name for table in models.metadata.tables.values() for name in (table.name, *(c.name for c in table.columns))
    }
    return frozenset(connection.execute(_WORDS).scalars()) | ours


def query_shape(query: str, words: frozenset[str]) -> str:
    """A query without its values and comments, and without any word that is not of SQL or of our tables."""
    tokens = _TOKENS.findall(_LITERALS.sub("'…'", query))
    shown = (
        t if t.startswith("$") or not re.match(r"[\w\"]", t) or t.strip('"').lower() in words else "…" for t in tokens
    )
    return " ".join("".join(shown).split())[:500]
