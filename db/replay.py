"""Past runs made ready to be replayed on another catalog, from what the store has of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine, func, select

from db import models as m
from db.catalog import table_of
from db.usage import newest_verdicts
from pipeline.config import Config
from pipeline.contracts import ParsedJD
from pipeline.embedding import Encoder
from pipeline.impact import PastRun, Scope
from pipeline.run import reread
from pipeline.text import JDText

RUN = table_of(m.RunRow)


def past_runs(engine: Engine, encoder: Encoder, most: int, scope: Scope | None = None) -> list[PastRun]:
    """The newest ``most`` finished runs, each text once; with a ``scope``, only those that it can touch are made ready.

    The parse is the stored one, and the vectors are those of the store.
    """
    label = func.coalesce(RUN.c.name, RUN.c.title, RUN.c.given_title, func.left(RUN.c.jd_text, 60))
    newest = (
        select(RUN.c.id, RUN.c.created_at)
        .where(RUN.c.status == "completed")
        .order_by(RUN.c.created_at.desc(), RUN.c.id)
        .limit(most)
        .subquery()
    )
    query = (
        select(RUN.c.id, label.label("label"), RUN.c.jd_text, RUN.c.jd_hash, RUN.c.given_title, RUN.c.config, RUN.c.api1["nano_parsed"])
        .join(newest, newest.c.id == RUN.c.id)
        .order_by(RUN.c.created_at.desc(), RUN.c.id)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    kept, texts = [], []
    seen: set[tuple[str, str | None, str]] = set()
    for run_id, name, jd, digest, given, config, parsed in rows:
        known = digest, given, repr(sorted(config.items()))
        text = JDText(jd)
        parse = ParsedJD.model_validate(parsed)
        if known in seen or (scope and not scope.everything and not scope.holds_form(f"{text.view}\n{parse.role or ''}")):
            continue
        seen.add(known)
        kept.append((run_id, str(name), Config.stored(config)))
        texts.append((text, given, parse))
    verdicts = newest_verdicts(engine, [UUID(str(run_id)) for run_id, _, _ in kept])
    ready = reread(texts, encoder)
    return [PastRun(str(i), name, read, config, verdicts.get(i)) for (i, name, config), read in zip(kept, ready, strict=True)]


def count_runs(engine: Engine) -> int:
    """How many runs could be replayed."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).where(RUN.c.status == "completed")).scalar_one())
