"""How a version of a gold set comes about: the set is locked, what is given is held against what it has, and the difference is
written down as what the version did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of
from db.stores.gold_items import FieldProblem, GoldItem, InvalidGold, ParseLabel
from db.stores.runs import jd_hash, storable
from pipeline.catalog.refs import Ref
from pipeline.errors import InputError
from pipeline.experiments.results import NO_ROLE

SETS, VERSIONS = table_of(m.GoldSetRow), table_of(m.GoldVersionRow)
ITEMS, CHANGES = table_of(m.GoldItemRow), table_of(m.GoldChangeRow)
BATCH_SIZE = 500
"""Items that are written by one statement."""

STATE = """
    SELECT DISTINCT ON (jd_id) jd_id, version, kind, position, item_id, source FROM gold_change
    WHERE set_id = :set_id AND version <= :version ORDER BY jd_id, version DESC
"""
"""The newest change of each item up to a version."""
_CURRENT = text(f"""
    SELECT s.jd_id, s.position, i.value_digest, i.role, i.line, i.label_line FROM ({STATE}) s JOIN gold_item i ON i.id = s.item_id
""")


@dataclass(frozen=True)
class GoldWritten:
    """What came of an addition or a removal: the version that the set is at now, and the ids that each thing was done to.

    ``unlabelled`` are those among the changed whose parse labels are of the text of before, and stay with that.
    """

    set_id: int
    version: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    unlabelled: tuple[str, ...] = ()


class UnfitGold(InputError):
    """Items that cannot go into a set; ``items`` are all of them, each with what is wrong, and nothing was added."""

    def __init__(self, items: Sequence[InvalidGold]) -> None:
        self.items = tuple(items)
        super().__init__("\n".join(map(str, items)))


@dataclass(frozen=True)
class _Held:
    """An item of a set as it is now."""

    position: int
    value_digest: str
    role: str
    line: str
    label_line: str | None


@dataclass(frozen=True)
class LockedSet:
    """A set as it is, locked: its number, that of its newest version (0: none yet), and its items by id."""

    set_id: int
    version: int
    held: Mapping[str, _Held]


@dataclass
class Plan:
    """What a version does: the new form of each id that it adds or changes, and what stays."""

    added: dict[str, GoldItem] = field(default_factory=dict)
    changed: dict[str, GoldItem] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    unchanged: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)

    @property
    def new_forms(self) -> dict[str, GoldItem]:
        """Items as they are from then on, those that are added first."""
        return self.added | self.changed


@dataclass(frozen=True)
class Why:
    """Who makes a version, why, and what items were taken from, by id."""

    author: str
    reason: str
    sources: Mapping[str, Ref] = field(default_factory=dict)


def read_item(line: str, label_line: str | None) -> GoldItem:
    """An item from its lines."""
    label = ParseLabel(json.loads(label_line), label_line) if label_line is not None else None
    return GoldItem(json.loads(line), line, label)


def lock_set(connection: Connection, name: str, make: bool = False) -> LockedSet:
    """A set as it is now, which nobody else changes until this is over. Raises ``StoreError`` where there is none."""
    if make:
        connection.execute(upsert(SETS).values(name=name).on_conflict_do_nothing())
    set_id = connection.execute(select(SETS.c.id).where(SETS.c.name == name).with_for_update()).scalar()
    if set_id is None:
        raise StoreError(f"There is no gold set {name!r}, and nothing that could be its first items.")
    newest = select(VERSIONS.c.number).where(VERSIONS.c.set_id == set_id).order_by(VERSIONS.c.number.desc()).limit(1)
    version = int(connection.execute(newest).scalar() or 0)
    rows = connection.execute(_CURRENT, {"set_id": set_id, "version": version}).mappings()
    held = {row["jd_id"]: _Held(**{key: row[key] for key in _Held.__annotations__}) for row in rows}
    return LockedSet(int(set_id), version, held)


def plan_addition(
    given: Sequence[GoldItem | ParseLabel], held: Mapping[str, _Held], *, keeps_answers: bool = True
) -> Plan:
    """What is to be done so that a set has the given. Raises ``UnfitGold``.

    With ``keeps_answers``, a text that comes once more without what is right of it keeps what the set has of that.
    """
    plan, refused = Plan(), list[InvalidGold]()
    wanted: dict[str, GoldItem] = {}
    for item in given:
        if isinstance(item, GoldItem):
            wanted[storable(item.id)] = item
    labels = {storable(label.id): label for label in given if isinstance(label, ParseLabel)}
    for jd_id in dict.fromkeys([*wanted, *labels]):
        now = held.get(jd_id)
        try:
            new = wanted.get(jd_id)
            if keeps_answers and new is not None and now is not None and now.role and not new.has_answers:
                new = _with_its_answers(new, read_item(now.line, now.label_line))
            item = _with_its_label(jd_id, new, labels.get(jd_id), now, plan)
        except InvalidGold as error:
            refused.append(error)
            continue
        if now is None:
            plan.added[jd_id] = item
        elif now.value_digest != item.value_digest:
            plan.changed[jd_id] = item
        else:
            plan.unchanged.append(jd_id)
    if refused:
        raise UnfitGold(refused)
    return plan


def _with_its_label(
    jd_id: str, item: GoldItem | None, label: ParseLabel | None, now: _Held | None, plan: Plan
) -> GoldItem:
    """An item with the label that it is to have: that which comes, its own, or that which it had."""
    if item is None:
        if now is None:
            problem = FieldProblem("id", "names no job description of the set; add that first, or with it")
            raise InvalidGold(jd_id, [problem])
        item = read_item(now.line, now.label_line)
    elif not item.has_answers and (label or item.label or (now and now.label_line)) is None:
        problem = FieldProblem(
            "role", "is missing; only a text whose parse label comes with it may lack role and skills"
        )
        raise InvalidGold(jd_id, [problem])
    if label is not None:
        return item.with_label(label)
    if item.label is not None or now is None or now.label_line is None:
        return item
    kept = ParseLabel(json.loads(now.label_line), now.label_line)
    if kept.fits(item.text):
        return item.with_label(kept)
    plan.unlabelled.append(jd_id)
    return item


def _with_its_answers(item: GoldItem, held: GoldItem) -> GoldItem:
    """What a set has of a text that comes once more without what is right of it. Raises ``InvalidGold`` where that is another text."""
    if item.text != held.text:
        raise InvalidGold(
            item.id, [FieldProblem("text", "is another than the set has, and what is right of it is missing")]
        )
    return held


def write_version(connection: Connection, now: LockedSet, plan: Plan, why: Why) -> GoldWritten:
    """Make the version that does what is planned; none where there is nothing to do."""
    done = {"unchanged": tuple(plan.unchanged), "unlabelled": tuple(plan.unlabelled)}
    if not plan.new_forms and not plan.removed:
        return GoldWritten(now.set_id, now.version, **done)
    connection.execute(insert(VERSIONS).values(_version_row(now, plan, why)))
    rows = _change_rows(now, plan, why, _keep(connection, plan.new_forms))
    for first in range(0, len(rows), BATCH_SIZE):
        connection.execute(insert(CHANGES), rows[first : first + BATCH_SIZE])
    return GoldWritten(now.set_id, now.version + 1, tuple(plan.added), tuple(plan.changed), plan.removed, **done)


def _version_row(now: LockedSet, plan: Plan, why: Why) -> dict[str, Any]:
    """The row of the version that does what is planned."""
    left = [h for jd_id, h in now.held.items() if jd_id not in plan.removed and jd_id not in plan.changed]
    new = plan.new_forms.values()
    roles = {h.role for h in left} | {item.role for item in new}
    return {
        "set_id": now.set_id,
        "number": now.version + 1,
        "author": why.author,
        "reason": storable(why.reason.strip()),
        "n_items": len(left) + len(new),
        "n_labelled": sum(h.label_line is not None for h in left) + sum(item.label is not None for item in new),
        "n_roles": len(roles - {NO_ROLE, ""}),
        "n_added": len(plan.added),
        "n_changed": len(plan.changed),
        "n_removed": len(plan.removed),
    }


def _change_rows(now: LockedSet, plan: Plan, why: Why, kept: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rows that say what a version does to each item; ``kept`` has the number of each new form by its id."""
    end = 1 + max((h.position for h in now.held.values()), default=-1)
    places = {jd_id: end + i for i, jd_id in enumerate(plan.added)} | {i: h.position for i, h in now.held.items()}
    kinds = [("added", plan.added), ("changed", plan.changed), ("removed", plan.removed)]
    return [
        {
            "set_id": now.set_id,
            "jd_id": jd_id,
            "version": now.version + 1,
            "kind": kind,
            "position": places[jd_id],
            "item_id": kept.get(jd_id),
            "source": why.sources[jd_id].wire() if jd_id in why.sources else None,
        }
        for kind, ids in kinds
        for jd_id in ids
    ]


def _keep(connection: Connection, items: Mapping[str, GoldItem]) -> dict[str, int]:
    """Keep items that are not kept yet; returns the number of each by its id."""
    rows = [(jd_id, _row(jd_id, item)) for jd_id, item in items.items()]
    numbers: dict[str, int] = {}
    for first in range(0, len(rows), BATCH_SIZE):
        part = rows[first : first + BATCH_SIZE]
        connection.execute(upsert(ITEMS).on_conflict_do_nothing(), [row for _, row in part])
        of_digest = select(ITEMS.c.digest, ITEMS.c.id).where(ITEMS.c.digest.in_([row["digest"] for _, row in part]))
        number_of = {str(row.digest): int(row.id) for row in connection.execute(of_digest)}
        numbers |= {jd_id: number_of[row["digest"]] for jd_id, row in part}
    return numbers


def _row(jd_id: str, item: GoldItem) -> dict[str, Any]:
    """The row of an item; what PostgreSQL cannot hold is replaced in all but its lines, where it is escaped."""
    return {
        "digest": item.digest,
        "value_digest": item.value_digest,
        "jd_id": jd_id,
        "title": storable(item.title) if item.title else None,
        "jd_hash": jd_hash(storable(item.text)),
        "length": len(item.text),
        "role": storable(item.role),
        "acceptable": [storable(role) for role in item.acceptable],
        "skills": None if item.skills is None else [storable(skill.name) for skill in item.skills],
        "columns": {storable(key): storable(value) for key, value in item.columns.items()},
        "line": item.line,
        "label_line": item.label.line if item.label else None,
    }
