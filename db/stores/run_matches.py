"""What runs made of the catalog: which forms they matched and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Select, func, select

from db import models as m
from db.stores.catalog import table_of

FORMS, RUNS = table_of(m.RunSkill), table_of(m.RunRow)
AROUND = 90
"""How much of a text stands around a form that is shown, in code points on each side."""


@dataclass(frozen=True)
class Match:
    """A place at which a run matched a form."""

    run_id: UUID
    label: str
    before: str
    form: str
    after: str


class RunMatchStore:
    """What runs made of the catalog: which forms they matched and where."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def matches(self, slug: str, form: str | None = None, limit: int = 8) -> list[Match]:
        """Where the newest runs matched a skill (by one form, if it is given), with the text around."""
        with self._engine.connect() as connection:
            found = []
            for run_id, label, _, alias, before, after in connection.execute(newest_matches(slug, form, limit)):
                end = len(alias) if after[: len(alias)].lower() == alias.lower() else len((after.split() or [alias])[0])
                while end < len(after) and after[end].isalnum():
                    end += 1
                found.append(cut_match(run_id, str(label), (before, after[:end], after[end : end + AROUND]), AROUND))
            return found


def cut_match(run_id: UUID, label: str, pieces: tuple[str, str, str], around: int) -> Match:
    """A match of what stands before it, itself and what stands behind it, of which at most ``around`` code points were read: what
    was cut begins and ends with a whole word.
    """
    before, form, after = pieces
    lead = before if len(before) < around else before.partition(" ")[2]
    tail = after if len(after) < around else after.rpartition(" ")[0]
    return Match(run_id, label, _folded(lead), form, _folded(tail))


def newest_matches(slug: str, form: str | None, limit: int) -> Select[Any]:
    """The query for the newest matches of a skill, or of a form of it: found by an index, however many there are."""
    words = func.coalesce(RUNS.c.name, RUNS.c.title, RUNS.c.given_title, func.left(RUNS.c.jd_text, 60))
    # PostgreSQL counts characters as Python counts code points.
    start = FORMS.c.start
    query = (
        select(
            RUNS.c.id,
            words,
            start,
            FORMS.c.form,
            func.substr(RUNS.c.jd_text, func.greatest(start - AROUND, 0) + 1, func.least(start, AROUND)),
            func.substr(RUNS.c.jd_text, start + 1, 200),
        )
        .join(RUNS, RUNS.c.id == FORMS.c.run_id)
        .where(FORMS.c.skill_slug == slug)
        .order_by(FORMS.c.run_at.desc(), FORMS.c.run_id)
        .limit(limit)
    )
    if form is not None:
        query = query.where(func.lower(FORMS.c.form) == form.lower())
    return query


def _folded(text: str) -> str:
    """White space folded, a blank at the edges kept: it tells whether a word goes on."""
    return re.sub(r"\s+", " ", text)
