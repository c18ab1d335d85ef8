"""Past runs made ready to be replayed on another catalog, from what the store has of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text

from db import models as m
from db.errors import MalformedRun
from db.stores.catalog import table_of
from db.stores.runs import OLD_SYSTEM, read_stored
from db.stores.verdicts import VERDICTS, VerdictStore
from pipeline.config import Config
from pipeline.contracts import Extraction, ParsedJD, accept
from pipeline.impact import PastRun, Scope
from pipeline.stages.encoding import encode_jds
from pipeline.text import JDText, view_text
from pipeline.vectors import Encoder

log = logging.getLogger("workbench")

RUN = table_of(m.RunRow)
_LABEL = func.coalesce(RUN.c.name, RUN.c.title, RUN.c.given_title, func.left(RUN.c.jd_text, 60))
_REPLAYABLE = RUN.c.status == "completed", RUN.c.engine != OLD_SYSTEM
"""What a run must be to be replayed: whole, and one of ours, by whose reading of the text it is."""
_NEWEST_FIRST = RUN.c.created_at.desc(), RUN.c.id
_STORED = select(
    RUN.c.id,
    _LABEL,
    RUN.c.jd_text,
    RUN.c.jd_hash,
    RUN.c.given_title,
    RUN.c.config,
    RUN.c.extraction[Extraction.key_of("parsed")],
).order_by(*_NEWEST_FIRST)
_USED = """
SELECT n.run_id, n.run_at FROM unnest(CAST(:skills AS text[])) s(slug), LATERAL (
  SELECT f.run_id, f.run_at FROM run_skill f WHERE f.skill_slug = s.slug ORDER BY f.run_at DESC, f.run_id {limit}
) n
UNION
SELECT n.run_id, n.run_at FROM unnest(CAST(:owners AS text[]), CAST(:forms AS text[])) s(slug, form), LATERAL (
  SELECT f.run_id, f.run_at FROM run_skill f WHERE f.skill_slug = s.slug AND lower(f.form) = lower(s.form)
  ORDER BY f.run_at DESC, f.run_id {limit}
) n
"""
"""The runs that matched some skills and forms; with a limit the newest of each, by an index."""
_NEWEST_USED = text(
    f"SELECT u.run_id FROM ({_USED.format(limit='LIMIT :most')}) u JOIN run ON run.id = u.run_id AND run.status = 'completed' "
    "ORDER BY u.run_at DESC, u.run_id LIMIT :most"
)
_COUNT_USED = text(
    f"SELECT count(*), count(*) FILTER (WHERE u.run_id = ANY(:found)) FROM ({_USED.format(limit='')}) u "
    "JOIN run ON run.id = u.run_id AND run.status = 'completed'"
)
MAX_READ = 1_000
"""The newest texts in which forms are looked for, beside the runs that matched them: a form that is new stands in texts alone."""


@dataclass(frozen=True)
class Touched:
    """The newest past runs that a change can touch, and how many there are in all."""

    runs: list[PastRun]
    count: int


@dataclass(frozen=True)
class _Stored:
    """What the store has of a run for its replay."""

    run_id: UUID
    label: str
    jd_hash: str
    given_title: str | None
    config: Config
    text: JDText
    parsed: ParsedJD

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What tells it from a run that comes to the same."""
        return self.jd_hash, self.given_title, self.config.model_dump_json()


class PastRunStore:
    """Past runs made ready to be replayed on another catalog: the parse is the stored one, the vectors are those of the store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self, encoder: Encoder, most: int, scope: Scope | None = None) -> list[PastRun]:
        """Of the newest ``most`` finished runs those that a ``scope`` can touch, or all of them; each text once."""
        with self._engine.connect() as connection:
            ids = self._newest_ids(connection, most, scope)
        return self._made_ready(_each_text_once(self._load(ids)), encoder)

    def touched(self, encoder: Encoder, most: int, scope: Scope) -> Touched:
        """The newest ``most`` finished runs that a scope can touch, each text once.

        They are found by what they matched, however old they are; in the newest ``MAX_READ`` texts forms are looked for too.
        """
        with self._engine.connect() as connection:
            if scope.everything:
                ids, count = self._newest_ids(connection, most), self.count()
            else:
                read = self._newest_ids(connection, MAX_READ, scope)
                owners, forms = [slug for slug, _ in scope.forms], [form for _, form in scope.forms]
                of_scope = {"skills": sorted(scope.skills), "owners": owners, "forms": forms}
                used = connection.execute(_NEWEST_USED, {**of_scope, "most": most}).scalars().all()
                n_used, n_both = connection.execute(_COUNT_USED, {**of_scope, "found": read}).one()
                ids, count = [*read, *used], n_used + len(read) - n_both
        return Touched(self._made_ready(_each_text_once(self._load(ids, most)), encoder), count)

    def judged(self, encoder: Encoder, most: int, scope: Scope | None = None) -> list[PastRun]:
        """Of the newest ``most`` runs that a reviewer has judged and that have a result, those that a ``scope`` can touch, or all
        of them, each with the newest verdict.
        """
        ids = self.judged_ids(most)
        if scope is not None:
            with self._engine.connect() as connection:
                ids = self._touched_ids(connection, RUN.c.id.in_(ids), scope)
        place = {run_id: i for i, run_id in enumerate(ids)}
        return self._made_ready(sorted(self._load(ids), key=lambda row: place[row.run_id]), encoder)

    def judged_ids(self, most: int) -> list[UUID]:
        """The newest ``most`` runs that a reviewer has judged and that have a result."""
        at = func.max(VERDICTS.c.created_at)
        query = select(VERDICTS.c.run_id).group_by(VERDICTS.c.run_id).order_by(at.desc(), VERDICTS.c.run_id)
        query = (
            query.join(RUN, RUN.c.id == VERDICTS.c.run_id)
            .where(RUN.c.extraction.is_not(None), RUN.c.engine != OLD_SYSTEM)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def newest_ids(self, most: int) -> list[UUID]:
        """The newest ``most`` finished runs."""
        with self._engine.connect() as connection:
            return self._newest_ids(connection, most)

    def of(self, run_ids: Sequence[UUID], encoder: Encoder) -> list[PastRun]:
        """Some runs that have a result of ours, the newest first."""
        with self._engine.connect() as connection:
            query = select(RUN.c.id).where(
                RUN.c.id.in_(run_ids), RUN.c.extraction.is_not(None), RUN.c.engine != OLD_SYSTEM
            )
            ids = connection.execute(query).scalars().all()
        return self._made_ready(self._load(ids), encoder)

    def _newest_ids(self, connection: Connection, most: int, scope: Scope | None = None) -> list[UUID]:
        query = select(RUN.c.id).where(*_REPLAYABLE).order_by(*_NEWEST_FIRST).limit(most)
        ids = list(connection.execute(query).scalars())
        return self._touched_ids(connection, RUN.c.id.in_(ids), scope) if scope else ids

    def _touched_ids(self, connection: Connection, which: ColumnElement[bool], scope: Scope) -> list[UUID]:
        """Of some runs those that a scope can touch, by their texts and titles alone."""
        query = select(RUN.c.id, RUN.c.jd_text, RUN.c.title).where(which)
        return [i for i, jd, title in connection.execute(query) if scope.touches(view_text(jd), title)]

    def _load(self, ids: Sequence[UUID], most: int | None = None) -> list[_Stored]:
        """What the store has of runs, the newest first; one that cannot be read is left out, and the log says which."""
        with self._engine.connect() as connection:
            rows = connection.execute(_STORED.where(RUN.c.id.in_(ids)).limit(most)).all()
        found = []
        for run_id, label, jd, digest, given, config, parsed in rows:
            try:
                read = read_stored(partial(accept, ParsedJD), parsed, run_id, "parsed JD")
                settings = read_stored(Config.from_stored, config, run_id, "settings")
            except MalformedRun as error:
                log.warning("%s", error)
            else:
                found.append(_Stored(run_id, str(label), digest, given, settings, JDText(jd), read))
        return found

    def _made_ready(self, rows: Sequence[_Stored], encoder: Encoder) -> list[PastRun]:
        verdicts = VerdictStore(self._engine).newest([row.run_id for row in rows])
        encoded = encode_jds([(row.text, row.parsed) for row in rows], encoder)
        return [
            PastRun(str(row.run_id), row.label, jd, row.config, verdicts.get(row.run_id))
            for row, jd in zip(rows, encoded, strict=True)
        ]

    def count(self) -> int:
        """How many runs could be replayed."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).where(*_REPLAYABLE)).scalar_one())


def _each_text_once(rows: Iterable[_Stored]) -> list[_Stored]:
    """The rows without those that come to the same as one before."""
    found: dict[tuple[str, str | None, str], _Stored] = {}
    for row in rows:
        found.setdefault(row.key, row)
    return list(found.values())
