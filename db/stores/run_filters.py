"""What the history is narrowed to, as conditions on the stored runs."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, String, and_, bindparam, exists, false, func, or_, select, text

from db import models as m
from db.stores.catalog import table_of
from db.stores.runs import OLD_SYSTEM, RUN
from db.stores.verdicts import VERDICTS
from pipeline.basis import row_key
from pipeline.catalog.places import place_of_text

FORMS, OUTCOMES, BASIS = table_of(m.RunSkill), table_of(m.RunOutcome), table_of(m.RunBasisRow)
VerdictFilter = Literal["", "none", "given", "right", "wrong"]


class HistoryFilter(BaseModel):
    """What the history is narrowed to. All fields are optional; the page keeps them in its address.

    ``verdict`` says whether a reviewer has judged the run, and whether its role was right; ``reviewer`` is who. ``finding`` is the key
    of a finding that touches the run, ``changed`` a revision on which it comes to something else than before,
    ``review`` whether a reviewer must see it before its role is taken, ``row`` a row of the catalog that the run rests on, by its text
    (``pipeline.catalog.places``).
    """

    model_config = ConfigDict(frozen=True)

    words: str = ""
    role: str = ""
    case: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None
    engine: str = ""
    revision: int | None = None
    verdict: VerdictFilter = ""
    reviewer: str = ""
    finding: str = ""
    changed: int | None = None
    label: str = ""
    review: Literal["", "needed"] = ""
    runs: str = ""
    """Ids of runs with commas between them: those that a link names."""
    row: str = ""


def conditions(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    """The conditions that a run must meet."""
    found: list[ColumnElement[bool]] = []
    words = "".join(c if c.isalnum() or c in "+#.-" else " " for c in wanted.words).split()
    if words:
        # Every word must stand in the text; the last may be the beginning of one, for search as you type.
        quoted = [f"'{w}'" for w in words[:-1]] + [f"'{words[-1]}':*"]
        found.append(RUN.c.search.op("@@")(func.to_tsquery("simple", " & ".join(quoted))))
    if wanted.role:
        found.append(RUN.c.role_slug.is_(None) if wanted.role == "none" else RUN.c.role_slug == wanted.role)
    for column in ("case", "status", "engine"):
        if value := getattr(wanted, column):
            found.append(RUN.c[column] == value)
    if wanted.revision is not None:
        found.append(and_(RUN.c.revision_id == wanted.revision, RUN.c.engine != OLD_SYSTEM))
    found += _asked_within(wanted.since, wanted.until)
    if wanted.label:
        found.append(RUN.c.labels.contains([wanted.label]))
    if wanted.review == "needed":
        found.append(RUN.c.needs_review)
    if wanted.finding:
        found.append(_touched(wanted.finding))
    found += _linked(wanted)
    if wanted.changed is not None:
        found.append(
            exists().where(
                OUTCOMES.c.run_id == RUN.c.id, OUTCOMES.c.revision_id == wanted.changed, OUTCOMES.c.is_changed
            )
        )
    if wanted.verdict or wanted.reviewer:
        found.append(_judged(wanted.verdict, wanted.reviewer))
    return found


def _linked(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    """The runs that a link names, and those that rest on the row of the catalog that it names."""
    found: list[ColumnElement[bool]] = [RUN.c.id.in_(_ids(wanted.runs))] if wanted.runs else []
    if wanted.row:
        place = place_of_text(wanted.row)
        found.append(
            RUN.c.id.in_(select(BASIS.c.run_id).where(BASIS.c.rows.contains([row_key(place)]))) if place else false()
        )
    return found


def _ids(text: str) -> list[UUID]:
    """The ids that a text names; what is none names no run."""
    found = []
    for part in text.split(","):
        with suppress(ValueError):
            found.append(UUID(part.strip()))
    return found


def _asked_within(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    found = [RUN.c.created_at >= since] if since else []
    if until and until < date.max:
        found.append(RUN.c.created_at < until + timedelta(days=1))
    return found


def newest_verdict(reviewer: str = "") -> Any:
    """The newest verdict on a run's role, or a reviewer's, as a subquery beside each row of ``RUN``."""
    query = select(VERDICTS.c.role_slug, VERDICTS.c.author).where(VERDICTS.c.run_id == RUN.c.id, VERDICTS.c.has_role)
    if reviewer:
        query = query.where(VERDICTS.c.author == reviewer)
    return query.order_by(VERDICTS.c.created_at.desc(), VERDICTS.c.author).limit(1).correlate(RUN).lateral("given")


def _judged(verdict: VerdictFilter, reviewer: str) -> ColumnElement[bool]:
    theirs = [VERDICTS.c.author == reviewer] if reviewer else []
    if verdict not in ("right", "wrong"):
        is_judged = exists().where(VERDICTS.c.run_id == RUN.c.id, *theirs)
        return ~is_judged if verdict == "none" else is_judged
    # The few verdicts are looked at first, and of the many runs those alone that have one.
    newest = select(VERDICTS.c.run_id, VERDICTS.c.role_slug).where(VERDICTS.c.has_role, *theirs)
    newest = newest.distinct(VERDICTS.c.run_id)
    given = newest.order_by(VERDICTS.c.run_id, VERDICTS.c.created_at.desc(), VERDICTS.c.author).subquery("judged")
    run = RUN.alias("judged_run")
    agrees = given.c.role_slug.is_not_distinct_from(run.c.role_slug)
    judged = select(run.c.id).join(given, given.c.run_id == run.c.id)
    return RUN.c.id.in_(judged.where(agrees if verdict == "right" else ~agrees))


def _touched(key: str) -> ColumnElement[bool]:
    """Runs that a finding touches, by its key: those that matched its form or skill, chose its role, or proposed its term."""
    kind, _, cells = key.partition(" ")
    try:
        subject = json.loads(cells)
    except ValueError:
        return false()
    match subject:
        case {"skill_slug": slug, "alias_text": form}:
            return _matched(FORMS.c.skill_slug == slug, FORMS.c.form == form)
        case {"skill_slug": slug}:
            return _matched(FORMS.c.skill_slug == slug)
        case {"role_slug": slug}:
            return RUN.c.role_slug == str(slug)
        case {"dimension_slug": slug}:
            return _of_dimensions([slug])
        case {"slugs": [*slugs]} if kind == "duplicate_dimension":
            return _of_dimensions(slugs)
        case {"slugs": [*slugs]}:
            return or_(RUN.c.role_slug.in_(slugs), _matched(FORMS.c.skill_slug.in_(slugs)))
        case {"term": term}:
            proposed = text(
                "EXISTS (SELECT 1 FROM proposal_run r JOIN proposal p ON p.id = r.proposal_id "
                "WHERE r.run_id = run.id AND p.kind = 'skill' AND p.text = :term)"
            )
            return and_(proposed.bindparams(bindparam("term", str(term), String)))
    return false()


def _matched(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return RUN.c.id.in_(select(FORMS.c.run_id).where(*wanted))


def _of_dimensions(slugs: list[str]) -> ColumnElement[bool]:
    links = m.CATALOG_TABLES["skill_dimensions"]
    members = select(links.c.skill_slug).where(links.c.dimension_slug.in_(slugs))
    return _matched(FORMS.c.skill_slug.in_(members))
