"""What runs made of the catalog: which forms they matched and where, which rows they touched, what reviewers said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.catalog import table_of
from pipeline.audit.usage import Usage
from pipeline.impact import Verdict

FORMS, VERDICTS, RUNS = table_of(m.RunSkill), table_of(m.VerdictRow), table_of(m.RunRow)
AROUND = 90
"""How much of a text stands around a form that is shown, in code points on each side."""


_FORMS = text("""
WITH met AS (SELECT DISTINCT run_id, skill_slug, form FROM run_skill),
skills AS (SELECT DISTINCT run_id, skill_slug FROM run_skill),
spread AS (
  SELECT run_id, dimension_slug, count(*) AS skills FROM skills JOIN skill_dimension USING (skill_slug) GROUP BY 1, 2
),
company AS (
  SELECT DISTINCT run_id, skill_slug FROM skills JOIN skill_dimension USING (skill_slug) JOIN spread USING (run_id, dimension_slug)
  WHERE spread.skills > 1
)
SELECT skill_slug, form, count(*) AS runs, count(company.run_id) AS company
FROM met LEFT JOIN company USING (run_id, skill_slug) GROUP BY 1, 2
""")


@dataclass(frozen=True)
class Match:
    """A place at which a run matched a form."""

    run_id: UUID
    label: str
    before: str
    form: str
    after: str


def usage(engine: Engine) -> Usage:
    """How many runs there are, and how many matched each skill and form, chose each role, or proposed each new term."""
    with engine.connect() as connection:
        runs = connection.execute(text("SELECT count(*) FROM run WHERE api1 IS NOT NULL")).scalar_one()
        forms = connection.execute(_FORMS).all()
        skills = connection.execute(text("SELECT skill_slug, count(DISTINCT run_id) FROM run_skill GROUP BY 1"))
        by_skill = {slug: int(n) for slug, n in skills}
        roles = connection.execute(text("SELECT role_slug, count(*) FROM run WHERE role_slug IS NOT NULL GROUP BY 1"))
        by_role = {slug: int(n) for slug, n in roles}
        dimensions = connection.execute(
            text(
                "SELECT d.dimension_slug, count(DISTINCT f.run_id) FROM run_skill f "
                "JOIN skill_dimension d ON d.skill_slug = f.skill_slug GROUP BY 1"
            )
        )
        by_dimension = {slug: int(n) for slug, n in dimensions}
        terms = connection.execute(
            text(
                "SELECT p.text, count(*) FROM proposal p JOIN proposal_run r ON r.proposal_id = p.id "
                "WHERE p.kind = 'skill' AND p.status = 'pending' GROUP BY p.id, p.text"
            )
        )
        by_term = {term: int(n) for term, n in terms}
    by_form = {(f.skill_slug, f.form): int(f.runs) for f in forms}
    in_company = {(f.skill_slug, f.form): int(f.company) for f in forms}
    return Usage(int(runs), by_skill, by_form, in_company, by_dimension, by_role, by_term)


def matches(engine: Engine, slug: str, form: str | None = None, limit: int = 8) -> list[Match]:
    """Where the newest runs matched a skill (by one form, if it is given), with the text around."""
    words = func.coalesce(RUNS.c.name, RUNS.c.title, RUNS.c.given_title, func.left(RUNS.c.jd_text, 60))
    # PostgreSQL counts characters as Python counts code points.
    start = FORMS.c.start
    query = (
        select(
            RUNS.c.id, words, start, FORMS.c.form,
            func.substr(RUNS.c.jd_text, func.greatest(start - AROUND, 0) + 1, func.least(start, AROUND)),
            func.substr(RUNS.c.jd_text, start + 1, 200),
        )
        .join(RUNS, RUNS.c.id == FORMS.c.run_id)
        .where(FORMS.c.skill_slug == slug)
        .order_by(RUNS.c.created_at.desc(), RUNS.c.id)
        .limit(limit)
    )  # fmt: skip
    if form is not None:
        query = query.where(func.lower(FORMS.c.form) == form.lower())
    with engine.connect() as connection:
        found = []
        for run_id, label, _, alias, before, after in connection.execute(query):
            end = len(alias) if after[: len(alias)].lower() == alias.lower() else len((after.split() or [alias])[0])
            while end < len(after) and after[end].isalnum():
                end += 1
            # What was cut begins and ends with a whole word.
            lead = before if len(before) < AROUND else before.partition(" ")[2]
            tail = after[end : end + AROUND] if len(after) < end + AROUND else after[end : end + AROUND].rpartition(" ")[0]
            found.append(Match(run_id, str(label), _folded(lead), after[:end], _folded(tail)))
        return found


def _folded(text: str) -> str:
    """White space folded, a blank at the edges kept: it tells whether a word goes on."""
    return re.sub(r"\s+", " ", text)


# --- verdicts -----------------------------------------------------------------------------------------------------


def give_verdict(engine: Engine, run_id: UUID, author: str, role_slug: str | None, wrong_skills: Sequence[str] = (), note: str = "") -> None:
    """Keep what a reviewer says of a run; a later verdict of the same reviewer takes its place."""
    values: dict[str, Any] = {"role_slug": role_slug, "wrong_skills": sorted(set(wrong_skills)), "note": note, "created_at": func.now()}
    with engine.begin() as connection:
        connection.execute(
            upsert(VERDICTS).values(run_id=run_id, author=author, **values)
            .on_conflict_do_update(index_elements=["run_id", "author"], set_=values)
        )  # fmt: skip


def verdicts_of(engine: Engine, run_id: UUID) -> list[Mapping[str, Any]]:
    """What reviewers said of a run, the newest first."""
    query = select(VERDICTS).where(VERDICTS.c.run_id == run_id).order_by(VERDICTS.c.created_at.desc())
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def newest_verdicts(engine: Engine, run_ids: Sequence[UUID]) -> dict[UUID, Verdict]:
    """The newest verdict of each of these runs that has one."""
    query = select(VERDICTS).where(VERDICTS.c.run_id.in_(list(run_ids))).order_by(VERDICTS.c.created_at)
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return {row["run_id"]: Verdict(row["role_slug"], frozenset(row["wrong_skills"])) for row in rows}
