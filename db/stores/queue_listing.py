"""The review queue as it is listed: one page at a time, in groups, counted, and ranked by what was decided of the like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from db.stores.queue_filters import EMPLOYER, LISTED, GroupBy, OrderBy, QueueFilter

PAGE_SIZE = 50
ENOUGH_LIKE = 3
"""How many like a proposal must have been decided before they say something of it."""
MIN_SHARE, MIN_SPELLING_SHARE = 0.5, 0.15
"""The least share of rejections, by its lower bound, that lowers a proposal; of another spelling of the same term one will do."""
Z = 1.96
"""Of the lower bound: that of Wilson (1927), two-sided 95 %."""

_TELLING = f"""
SELECT mark, rejected, decided, low AS share FROM (
  SELECT mark, rejected, decided, (
    rejected::float / decided + {Z**2} / (2 * decided)
    - {Z} * sqrt(rejected::float / decided * (1 - rejected::float / decided) / decided + {Z**2} / (4.0 * decided * decided))
  ) / (1 + {Z**2} / decided) AS low
  FROM (
    SELECT m.mark, count(*) FILTER (WHERE p.status = 'rejected') AS rejected, count(*) AS decided
    FROM proposal p JOIN proposal_sign g ON g.proposal_id = p.id LEFT JOIN change_set s ON s.id = p.change_set_id,
    unnest(g.marks) AS m(mark)
    WHERE p.status <> 'pending' AND s.status IS DISTINCT FROM 'discarded' GROUP BY m.mark
  ) counted WHERE rejected > 0
) bounded
WHERE low >= CASE WHEN mark LIKE 'spelling%' THEN {MIN_SPELLING_SHARE} WHEN decided < {ENOUGH_LIKE} THEN 2 ELSE {MIN_SHARE} END
"""
"""Marks whose proposals were mostly rejected: how many, of how many that were decided, and the share that is sure."""
_LOWERED = """
SELECT g.proposal_id AS id, max(t.share) AS lowered
FROM proposal_sign g, unnest(g.marks) AS m(mark) JOIN telling t USING (mark) GROUP BY 1
"""
_ORDERS: Mapping[OrderBy, str] = {
    "texts": "texts * (1 - coalesce(lowered, 0)) DESC, certainty DESC NULLS LAST, runs DESC, newest_at DESC NULLS LAST, id",
    "certainty": "certainty * (1 - coalesce(lowered, 0)) DESC NULLS LAST, texts DESC, runs DESC, newest_at DESC NULLS LAST, id",
    "newest": "newest_at DESC NULLS LAST, id DESC",
}
_GROUPED: Mapping[GroupBy, tuple[str, str]] = {
    "spelling": ("spelling", "spelling <> '' AND kind IN ('skill', 'title', 'role')"),
    "meaning": ("meaning::text", "kind <> 'link'"),
    "owner": ("owner", "owner <> ''"),
    "dimension": ("dimension", "dimension <> ''"),
}
"""Of each way to group: the key, and which proposals have one."""


@dataclass(frozen=True)
class Waiting:
    """How many proposals wait for a decision, and how many weak ones are hidden beside them."""

    strong: int
    weak: int


@dataclass(frozen=True)
class Lowered:
    """Why a proposal stands lower: of those with one of its marks, ``rejected`` of ``decided`` were rejected."""

    mark: str
    rejected: int
    decided: int


@dataclass(frozen=True)
class Group:
    """Proposals that have something in common: its key, how many there are, what the first is called, their runs and kinds."""

    key: str
    proposals: int
    first: str
    texts: int
    runs: int
    kinds: tuple[str, ...]
    others: tuple[str, ...]
    """What the next few are called."""


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, how many there are in all, its number and how many pages there are."""

    rows: tuple[Any, ...]
    total: int
    number: int
    pages: int


def page_ids(connection: Connection, wanted: QueueFilter, order: OrderBy, number: int, size: int = PAGE_SIZE) -> Page:
    """Return the numbers of the proposals on one page of a filter; a page that is not there is the nearest that is."""
    condition, values = wanted.condition()
    ranked = f"LEFT JOIN ({_LOWERED}) lowered USING (id)" if order != "newest" else ""
    query = f"""
    WITH telling AS MATERIALIZED ({_TELLING})
    SELECT id, count(*) OVER () AS total FROM ({LISTED}) listed {ranked} WHERE {condition}
    ORDER BY {_ORDERS[order]} LIMIT :size OFFSET :skip
    """
    number = max(number, 1)
    rows = connection.execute(text(query), {**values, "size": size, "skip": (number - 1) * size}).all()
    if not rows and number > 1:
        return page_ids(connection, wanted, order, -(-count(connection, wanted) // size), size)
    total = int(rows[0].total) if rows else 0
    return Page(tuple(int(row.id) for row in rows), total, number, max(1, -(-total // size)))


def all_ids(connection: Connection, wanted: QueueFilter) -> list[int]:
    """Return the numbers of all proposals of a filter."""
    condition, values = wanted.condition()
    query = f"SELECT id FROM ({LISTED}) listed WHERE {condition} ORDER BY texts DESC, runs DESC, id"
    return list(connection.execute(text(query), values).scalars())


def count(connection: Connection, wanted: QueueFilter) -> int:
    """Return how many proposals fit a filter."""
    condition, values = wanted.condition()
    return int(
        connection.execute(text(f"SELECT count(*) FROM ({LISTED}) listed WHERE {condition}"), values).scalar_one()
    )


def count_waiting(connection: Connection, kind: str, words: str) -> Waiting:
    """Return how many proposals of a kind with some words wait, those that something speaks against apart."""
    query = f"""
    SELECT count(*) FILTER (WHERE weak = '') AS strong, count(*) FILTER (WHERE weak <> '') AS weak FROM ({LISTED}) listed
    WHERE status = 'pending' AND (CAST(:kind AS varchar) = '' OR kind = CAST(:kind AS varchar))
      AND (CAST(:words AS text) = '' OR position(lower(CAST(:words AS text)) in lower(text)) > 0)
    """
    row = connection.execute(text(query), {"kind": kind, "words": words}).one()
    return Waiting(int(row.strong), int(row.weak))


def group_page(connection: Connection, wanted: QueueFilter, by: GroupBy, number: int, size: int = PAGE_SIZE) -> Page:
    """Return one page of the groups of a filter, the largest by their texts first; terms that stand alone are no group."""
    key, has_key = _GROUPED[by]
    condition, values = wanted.condition()
    least = 2 if by in ("spelling", "meaning") else 1
    query = f"""
    SELECT *, count(*) OVER () AS total FROM (
      SELECT {key} AS key, count(*) AS proposals, sum(texts) AS texts, sum(runs) AS runs, array_agg(DISTINCT kind) AS kinds,
        (array_agg(text ORDER BY texts DESC, runs DESC, id))[1:5] AS names
      FROM ({LISTED}) listed WHERE {condition} AND {has_key} GROUP BY 1 HAVING count(*) >= {least}
    ) grouped ORDER BY texts DESC, proposals DESC, key COLLATE "C" LIMIT :size OFFSET :skip
    """
    number = max(number, 1)
    rows = connection.execute(text(query), {**values, "size": size, "skip": (number - 1) * size}).all()
    if not rows and number > 1:
        return group_page(connection, wanted, by, 1, size)
    total = int(rows[0].total) if rows else 0
    found = (
        Group(str(r.key), int(r.proposals), r.names[0], int(r.texts), int(r.runs), tuple(r.kinds), tuple(r.names[1:]))
        for r in rows
    )
    return Page(tuple(found), total, number, max(1, -(-total // size)))


def find_lowered(connection: Connection, numbers: Sequence[int]) -> dict[int, Lowered]:
    """Return why proposals stand lower, by their numbers; those that do not are left out."""
    query = f"""
    WITH telling AS MATERIALIZED ({_TELLING})
    SELECT DISTINCT ON (g.proposal_id) g.proposal_id AS id, mark, rejected, decided
    FROM proposal_sign g, unnest(g.marks) AS m(mark) JOIN telling t USING (mark)
    WHERE g.proposal_id = ANY(:ids) ORDER BY g.proposal_id, share DESC, mark COLLATE "C"
    """
    rows = connection.execute(text(query), {"ids": list(numbers)}) if numbers else ()
    return {int(r.id): Lowered(r.mark, int(r.rejected), int(r.decided)) for r in rows}


@dataclass(frozen=True)
class Overview:
    """What the queue holds beside a list: how many wait, and what it can be narrowed to, each with how many it would leave.

    ``owners`` and ``dimensions`` are slugs that are suggested among the proposals of the filter, ``doubts`` why pending ones of its
    kind are probably none.
    """

    waiting: Waiting
    owners: Mapping[str, int]
    dimensions: Mapping[str, int]
    doubts: Mapping[str, int]


def overview(connection: Connection, wanted: QueueFilter) -> Overview:
    """Return what the queue holds beside the list of a filter, read once."""
    condition, values = wanted.condition()
    query = f"""
    WITH every AS MATERIALIZED (SELECT * FROM ({LISTED}) listed WHERE status IN ('pending', CAST(:status AS varchar))),
    fitting AS MATERIALIZED (SELECT owner, dimension FROM every WHERE {condition}),
    waiting AS MATERIALIZED (SELECT * FROM every WHERE status = 'pending' AND (CAST(:kind AS varchar) = '' OR kind = CAST(:kind AS varchar)))
    SELECT 'owner' AS what, owner AS value, count(*) AS n FROM fitting WHERE owner <> '' GROUP BY 2
    UNION ALL SELECT 'dimension', dimension, count(*) FROM fitting WHERE dimension <> '' GROUP BY 2
    UNION ALL SELECT 'doubt', coalesce(nullif(weak, ''), doubt), count(*) FROM waiting WHERE weak <> '' OR doubt <> '' GROUP BY 2
    UNION ALL SELECT 'doubt', '{EMPLOYER}', count(*) FROM waiting WHERE employer_look <> '' HAVING count(*) > 0
    UNION ALL SELECT CASE WHEN weak = '' THEN 'strong' ELSE 'weak' END, '', count(*) FROM waiting
      WHERE CAST(:words AS text) = '' OR position(lower(CAST(:words AS text)) in lower(text)) > 0 GROUP BY 1
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = connection.execute(text(query), {"kind": wanted.kind, "words": wanted.words, **values})
    for row in sorted(rows, key=lambda row: (-row.n, row.value)):
        found[row.what][row.value] = int(row.n)
    waiting = Waiting(found["strong"].get("", 0), found["weak"].get("", 0))
    return Overview(waiting, found["owner"], found["dimension"], found["doubt"])
