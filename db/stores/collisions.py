"""The log of collisions: titles and forms that several entries of the catalog hold, where runs met them and what was taken; and what
curators find fine as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of
from db.stores.run_matches import Match, cut_match
from pipeline.catalog.collisions import collision_key
from pipeline.contracts import Extraction

COLLISION, DECISIONS = table_of(m.Collision), table_of(m.CollisionDecision)
SIGNALS = "signals"
"""The kind of a conflict between the signals of a run."""
CollisionState = Literal["open", "settled", "fine", ""]
CollisionOrder = Literal["runs", "newest", "form"]
PAGE_SIZE = 25
AROUND = 90
"""How much of a text stands around an example, in code points on each side."""
AMONG = 200
"""The newest runs of a form whose other skills are looked at."""
_ORDERS: dict[CollisionOrder, str] = {
    "runs": "runs DESC, newest_at DESC, kind, key",
    "newest": "newest_at DESC, kind, key",
    "form": "key, kind",
}
_MET = """
WITH met AS (
  SELECT kind, key, count(DISTINCT run_id) AS runs, max(created_at) AS newest_at, max(id) AS newest,
    bool_or(CAST(:party AS text) = ANY(parties)) AS has_party
  FROM collision WHERE (CAST(:kind AS text) = '' AND kind <> 'signals' OR kind = :kind)
    AND (CAST(:key AS text) IS NULL OR key = :key) GROUP BY kind, key
), held AS (
  SELECT c.kind, c.key, array_agg(DISTINCT party ORDER BY party) AS parties
  FROM (SELECT DISTINCT kind, key, parties FROM collision WHERE (CAST(:kind AS text) = '' AND kind <> 'signals' OR kind = :kind)
    AND (CAST(:key AS text) IS NULL OR key = :key)) c, unnest(c.parties) party GROUP BY c.kind, c.key
), known AS MATERIALIZED (
  SELECT met.*, coalesce(held.parties, '{}') AS parties, newest.term, CASE
    WHEN met.kind || ' ' || met.key = ANY(:fine) OR met.kind = 'signals' AND d.parties @> held.parties THEN 'fine'
    WHEN met.kind || ' ' || met.key = ANY(:open) THEN 'open'
    WHEN met.kind = 'signals' AND (SELECT count(*) FROM unnest(held.parties) p WHERE p = ANY(:roles)) > 1 THEN 'open'
    ELSE 'settled' END AS state
  FROM met LEFT JOIN held USING (kind, key) JOIN collision newest ON newest.id = met.newest
  LEFT JOIN collision_decision d ON d.kind = met.kind AND d.key = met.key
)
"""
_PAGE = """
, fitting AS MATERIALIZED (
  SELECT * FROM known WHERE (CAST(:party AS text) = '' OR has_party)
    AND (CAST(:words AS text) = '' OR strpos(lower(term), :words) > 0 OR strpos(key, :words) > 0)
), wanted AS (SELECT * FROM fitting WHERE CAST(:state AS text) = '' OR state = :state
), counted AS (
  SELECT count(*) AS total, (SELECT jsonb_object_agg(state, n) FROM (SELECT state, count(*) AS n FROM fitting GROUP BY 1) s) AS states
  FROM wanted
), page AS (
  SELECT * FROM wanted ORDER BY {order} LIMIT :size
  OFFSET (SELECT least(CAST(:skipped AS bigint), greatest(total - 1, 0) / :size * :size) FROM counted)
)
SELECT counted.total, counted.states, page.* FROM counted LEFT JOIN page ON true ORDER BY {order}
"""
_TAKEN = text("""
SELECT run.revision_id, c.chosen, count(DISTINCT c.run_id) AS runs, bool_and(c.told_apart) AS told_apart
FROM collision c JOIN run ON run.id = c.run_id WHERE c.kind = :kind AND c.key = :key
GROUP BY 1, 2 ORDER BY 1 DESC, 3 DESC, 2
""")
_FITTING = text("""
WITH newest AS (
  SELECT DISTINCT run_id FROM (
    SELECT run_id FROM collision WHERE kind = 'skill_alias' AND key = :key ORDER BY id DESC LIMIT :among
  ) c
)
SELECT slug, count(*) AS runs FROM (
  SELECT own.skill_slug AS slug, newest.run_id FROM newest
  JOIN run_skill other ON other.run_id = newest.run_id AND other.skill_slug <> ALL(:slugs)
  JOIN skill_dimension theirs ON theirs.skill_slug = other.skill_slug
  JOIN skill_dimension own ON own.dimension_slug = theirs.dimension_slug AND own.skill_slug = ANY(:slugs)
  UNION SELECT own.skill_slug, newest.run_id FROM newest JOIN run ON run.id = newest.run_id
  JOIN role_dimension carried ON carried.role_slug = run.role_slug
  JOIN skill_dimension own ON own.dimension_slug = carried.dimension_slug AND own.skill_slug = ANY(:slugs)
) fitting GROUP BY slug
""")
_EXAMPLES = text("""
SELECT run.id, coalesce(run.name, run.title, run.given_title, left(run.jd_text, 60)) AS label, c.chosen, c.start, c.length, c.detail,
  run.revision_id, run.created_at,
  substr(run.jd_text, greatest(c.start - :around, 0) + 1, least(c.start, :around)) AS before,
  substr(run.jd_text, c.start + 1, c.length) AS form, substr(run.jd_text, c.start + c.length + 1, :around) AS after
FROM (
  SELECT DISTINCT ON (run_id) id, run_id FROM (
    SELECT id, run_id FROM collision WHERE kind = :kind AND key = :key ORDER BY id DESC LIMIT :among
  ) newest ORDER BY run_id, id DESC
) one JOIN collision c ON c.id = one.id JOIN run ON run.id = c.run_id ORDER BY c.id DESC LIMIT :limit
""")


@dataclass(frozen=True)
class CollisionFilter:
    """Which collisions are listed, and how: of a kind (empty for titles and forms), in a state (empty for all), whose form holds the
    words, of a party (a slug; empty for all), in an order, one page of them.

    ``contested`` are those that collide in the catalog that is shown, as "kind key", ``fine`` those that a decision leaves as they
    are; ``roles`` are the roles of the catalog.
    """

    kind: str = ""
    state: CollisionState = "open"
    words: str = ""
    party: str = ""
    order: CollisionOrder = "runs"
    page: int = 1
    contested: Collection[str] = ()
    fine: Collection[str] = ()
    roles: Collection[str] = ()

    def values(self) -> dict[str, Any]:
        """The values that the query takes."""
        lists = {"open": sorted(self.contested), "fine": sorted(self.fine), "roles": sorted(self.roles)}
        wanted = {"kind": self.kind, "state": self.state, "words": self.words.lower(), "party": self.party}
        return {**lists, **wanted, "key": None}


@dataclass(frozen=True)
class Collision:
    """A title or a form that runs met and that several entries held: how the newest run wrote it, all who ever held it, how many runs
    met it and when the newest did.
    """

    kind: str
    key: str
    term: str
    parties: tuple[str, ...]
    runs: int
    newest_at: datetime
    state: CollisionState

    @property
    def name(self) -> str:
        """What the address names it by: its kind and its key."""
        return f"{self.kind} {self.key}"


@dataclass(frozen=True)
class CollisionPage:
    """One page of collisions, how many there are in all, the page's number, how many pages there are, and how many collisions that fit
    otherwise are in each state.
    """

    rows: tuple[Collision, ...]
    total: int
    page: int
    pages: int
    states: Mapping[str, int]


@dataclass(frozen=True)
class Taken:
    """What runs on a revision took (a slug; null for none), how many of them, and whether the catalog told the parties apart then."""

    revision: int
    chosen: str | None
    runs: int
    told_apart: bool


@dataclass(frozen=True)
class CollisionExample:
    """A run that met a collision: what it took, under which revision and when, and the place in its text (null where it has none)."""

    run_id: UUID
    label: str
    chosen: str | None
    revision: int
    created_at: datetime
    place: Match | None
    detail: str


@dataclass(frozen=True)
class CollisionDecision:
    """Who found a collision of these parties fine as it is, when and why."""

    kind: str
    key: str
    parties: tuple[str, ...]
    author: str
    reason: str
    decided_at: datetime

    @property
    def name(self) -> str:
        """What the address names the collision by."""
        return f"{self.kind} {self.key}"


class CollisionStore:
    """What runs met of collisions, and what was decided about them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, wanted: CollisionFilter, size: int = PAGE_SIZE) -> CollisionPage:
        """One page of the collisions that fit."""
        order = _ORDERS[wanted.order]
        values = {**wanted.values(), "size": size, "skipped": (max(wanted.page, 1) - 1) * size}
        with self._engine.connect() as connection:
            rows = connection.execute(text(_MET + _PAGE.format(order=order)), values).all()
        total, pages = int(rows[0].total), max(1, -(-rows[0].total // size))
        found = tuple(_collision(row) for row in rows if row.key is not None)
        return CollisionPage(found, total, min(max(wanted.page, 1), pages), pages, dict(rows[0].states or {}))

    def load(self, kind: str, key: str, wanted: CollisionFilter) -> Collision | None:
        """One collision in the state that it has under ``wanted``; null where no run met it."""
        values = {**wanted.values(), "kind": kind, "key": key}
        with self._engine.connect() as connection:
            row = connection.execute(text(_MET + "SELECT * FROM known"), values).first()
        return _collision(row) if row else None

    def logged(self, number: int) -> tuple[str, str] | None:
        """Kind and key of an entry of the log, by its number; null where its run is gone."""
        query = select(COLLISION.c.kind, COLLISION.c.key).where(COLLISION.c.id == number)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (str(row.kind), str(row.key)) if row else None

    def parties(self, kind: str = "") -> list[str]:
        """All slugs that ever collided in a kind, or in titles and forms."""
        query = text(
            "SELECT DISTINCT unnest(parties) FROM (SELECT DISTINCT parties FROM collision "
            "WHERE (CAST(:kind AS text) = '' AND kind <> 'signals' OR kind = :kind)) c ORDER BY 1"
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query, {"kind": kind}).scalars())

    def taken(self, kind: str, key: str) -> list[Taken]:
        """What runs took, by revision, the newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_TAKEN, {"kind": kind, "key": key})
            return [Taken(row.revision_id, row.chosen, row.runs, row.told_apart) for row in rows]

    def fitting_runs(self, key: str, skills: Sequence[str]) -> dict[str, int]:
        """Of the newest runs that met a form (``AMONG``), how many each of these skills would fit: the text has another skill of its
        dimensions, or the run's role carries one of them.
        """
        with self._engine.connect() as connection:
            rows = connection.execute(_FITTING, {"key": key, "slugs": list(skills), "among": AMONG})
            return {str(row.slug): int(row.runs) for row in rows}

    def examples(self, kind: str, key: str, limit: int = 5) -> list[CollisionExample]:
        """The newest runs that met it, each once, with the place."""
        values = {"kind": kind, "key": key, "limit": limit, "among": 4 * limit, "around": AROUND}
        with self._engine.connect() as connection:
            return [_example(row) for row in connection.execute(_EXAMPLES, values)]

    def decisions(self) -> list[CollisionDecision]:
        """All that was found fine as it is."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(DECISIONS).order_by(DECISIONS.c.kind, DECISIONS.c.key))
            return [CollisionDecision(r.kind, r.key, tuple(r.parties), r.author, r.reason, r.decided_at) for r in rows]

    def leave_as_it_is(self, kind: str, key: str, parties: Sequence[str], author: str, reason: str) -> None:
        """Note that a collision of these parties is fine. Raises ``StoreError`` without a reason or without parties."""
        if not reason.strip():
            raise StoreError("Say why it is fine as it is: whoever meets it next has to know.")
        if len(parties) < 2:
            raise StoreError("Fewer than two entries hold it now: there is nothing to leave as it is.")
        values = {"parties": sorted(parties), "author": author, "reason": reason.strip(), "decided_at": func.now()}
        with self._engine.begin() as connection:
            connection.execute(
                upsert(DECISIONS)
                .values(kind=kind, key=key, **values)
                .on_conflict_do_update(index_elements=["kind", "key"], set_=values)
            )

    def reopen(self, kind: str, key: str) -> None:
        """Take such a decision back."""
        with self._engine.begin() as connection:
            connection.execute(delete(DECISIONS).where(DECISIONS.c.kind == kind, DECISIONS.c.key == key))


def _collision(row: Any) -> Collision:
    return Collision(row.kind, row.key, row.term, tuple(row.parties), row.runs, row.newest_at, row.state)


def _example(row: Any) -> CollisionExample:
    place = None
    if row.start is not None and row.form:
        place = cut_match(row.id, str(row.label), (row.before, row.form, row.after), AROUND)
    return CollisionExample(row.id, str(row.label), row.chosen, row.revision_id, row.created_at, place, row.detail)


@dataclass(frozen=True)
class _Entry:
    """An entry of the log that is about to be written."""

    kind: str
    term: str
    chosen: str | None
    parties: Sequence[str]
    told_apart: bool = False
    start: int | None = None
    length: int | None = None
    detail: str = ""

    def values(self) -> dict[str, Any]:
        """Its columns."""
        names = ("kind", "term", "chosen", "told_apart", "start", "length", "detail")
        own = {name: getattr(self, name) for name in names}
        return {**own, "parties": list(self.parties), "key": collision_key(self.kind, self.term)}


def log_collisions(connection: Connection, run_id: UUID, extraction: Extraction) -> Extraction:
    """Write down what collided in step 1 and return it with the id of the first entry that nothing settles: the title's, else that of
    the signals, else a form's.
    """
    entries = [*_alias_entries(extraction), *_signal_entries(extraction)]
    first: tuple[int, int] | None = None
    for entry in entries:
        statement = insert(COLLISION).values(run_id=run_id, **entry.values()).returning(COLLISION.c.id)
        number = int(connection.execute(statement).scalar_one())
        rank = ("title", SIGNALS, "skill_alias").index(entry.kind), number
        if not entry.told_apart and (first is None or rank < first):
            first = rank
    if first is None:
        return extraction
    updates = extraction.updates.model_copy(update={"collision_log_id": first[1]})
    return extraction.model_copy(update={"updates": updates})


def _alias_entries(extraction: Extraction) -> list[_Entry]:
    """The title and the forms that several entries hold, each with its first place."""
    entries = []
    for met in extraction.decision.alias_collisions:
        at = met.mentions[0] if met.mentions else None
        start, length = (at.start, at.end - at.start) if at else (None, None)
        detail = "; ".join(extraction.decision.conflict) if met.kind == "title" else ""
        entries.append(
            _Entry(
                met.kind, met.term, met.chosen, met.parties, met.told_apart, start=start, length=length, detail=detail
            )
        )
    return entries


def _signal_entries(extraction: Extraction) -> list[_Entry]:
    """The conflict of the signals; none where it is that of a title that several roles hold."""
    decision, signals = extraction.decision, extraction.signals
    by_title = any(met.kind == "title" and not met.told_apart for met in decision.alias_collisions)
    if not decision.conflict or by_title:
        return []
    chosen = decision.chosen_role.slug if decision.chosen_role else None
    specific = [r.slug for r in signals.alias_match_roles if not r.is_generic]
    groups = (signals.title_match_roles, signals.skill_match_roles, signals.kra_match_roles)
    leaders = [group[0].slug for group in groups if group]
    parties = list(dict.fromkeys(([chosen] if chosen else []) + specific + leaders))
    return [_Entry(SIGNALS, extraction.parsed.role or "", chosen, parties, detail="; ".join(decision.conflict))]
