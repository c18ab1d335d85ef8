"""What the gate keeps: the policy with its history, what the checks of change sets came to, and what a commit is held against.

A check counts for one state of a draft on one revision of the catalog. Where either has moved since it is stale, and a commit
that must pass it is refused, unless whoever commits says why it is made all the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of
from db.stores.change_rows import SETS
from pipeline.catalog.changes import Change, row_wire
from pipeline.errors import InputError
from pipeline.gate import DEFAULT, CheckClass, CheckResult, Policy, Unmet, check_named, unmet

CHECKS, POLICIES = table_of(m.GateCheckRow), table_of(m.GatePolicyRow)


class GateRefused(StoreError):
    """A draft whose checks are not as the policy demands; ``unmet`` are those that must hold and do not."""

    def __init__(self, found: Iterable[Unmet]) -> None:
        self.unmet = tuple(found)
        listed = ", and ".join(u.text() for u in self.unmet)
        super().__init__(
            f"The policy does not let this be committed: {listed}. Nothing has changed. Change the draft, or say why it is to be "
            "committed all the same: that stays with the revision."
        )

    @property
    def is_stale(self) -> bool:
        """Whether it is refused for checks alone that are to be made anew."""
        return all(u.reason in ("stale", "unfinished") for u in self.unmet)


@dataclass(frozen=True)
class SetPolicy:
    """A policy as somebody has set it."""

    number: int
    created_at: datetime
    author: str
    why: str
    policy: Policy


@dataclass(frozen=True)
class KeptCheck:
    """What a check of a change set came to: its class by the policy of then, and the state of the draft that it was made of."""

    result: CheckResult
    outcome: CheckClass
    p_value: float | None
    state: str
    revision: int
    made_at: datetime


@dataclass(frozen=True)
class Passed:
    """How a committed change set came through the gate: its checks by name, the policy that it was held against (null for one
    from before there was a gate), and, where that was overridden, why and which checks.
    """

    checks: Mapping[str, KeptCheck]
    policy: Policy | None
    override_why: str
    override_checks: tuple[str, ...]


def state_of(revision: int, changes: Iterable[Change]) -> str:
    """The hash of a revision and of what a draft makes of its rows; why and by whom is no part of it."""
    rows = sorted(json.dumps([c.table, c.key, row_wire(c.before), row_wire(c.after)], sort_keys=True) for c in changes)
    return hashlib.sha256(json.dumps([revision, rows]).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class GateStore:
    """The policy, and the checks of change sets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def policy(self) -> Policy:
        """What is demanded of a commit now."""
        with self._engine.connect() as connection:
            return read_policy(connection)

    def policies(self, limit: int = 100) -> list[SetPolicy]:
        """The policies that were set, the newest first."""
        query = select(POLICIES).order_by(POLICIES.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            SetPolicy(r["id"], r["created_at"], r["author"], r["why"], Policy.from_wire(r["demands"])) for r in rows
        ]

    def set_policy(self, policy: Policy, author: str, why: str) -> None:
        """Demand something else from now on. Raises ``InputError`` without a why or where nothing is changed."""
        if not why.strip():
            raise InputError("Say why the policy is changed: whoever is stopped by it will ask.")
        with self._engine.begin() as connection:
            if policy.wire() == read_policy(connection).wire():
                raise InputError("The policy is this already, so nothing was changed.")
            demands = Policy.from_wire(policy.wire()).wire()
            connection.execute(insert(POLICIES).values(author=author, why=why.strip(), demands=demands))

    def keep(self, number: int, state: str, revision: int, result: CheckResult) -> None:
        """Keep what a check of a change set came to, unless the change set was committed in another state, or set aside."""
        check = check_named(result.name)
        with self._engine.begin() as connection:
            row = connection.execute(
                select(SETS.c.status, SETS.c.checked_state).where(SETS.c.id == number).with_for_update()
            ).first()
            if row is None or row.status == "discarded" or (row.status == "committed" and row.checked_state != state):
                return
            level = read_policy(connection).of(result.name).level
            cells: dict[str, Any] = {
                "state": state,
                "revision_id": revision,
                "outcome": check.classify(result, level),
                "p_value": check.p_value(result, level),
                "result": result.wire(),
            }
            query = upsert(CHECKS).values(change_set_id=number, name=result.name, **cells)
            connection.execute(
                query.on_conflict_do_update(
                    index_elements=["change_set_id", "name"], set_={**cells, "made_at": query.excluded.made_at}
                )
            )

    def checks(self, number: int) -> dict[str, KeptCheck]:
        """The checks of a change set by name, whatever state they were made of."""
        with self._engine.connect() as connection:
            return read_checks(connection, number)

    def passed(self, number: int) -> Passed:
        """How a change set came through the gate."""
        columns = SETS.c.policy, SETS.c.override_why, SETS.c.override_checks
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(SETS.c.id == number)).one()
            checks = read_checks(connection, number)
        policy = None if row.policy is None else Policy.from_wire(row.policy)
        return Passed(checks, policy, row.override_why, tuple(row.override_checks))


def read_policy(connection: Connection) -> Policy:
    """What is demanded of a commit: the newest policy that was set, else the default."""
    query = select(POLICIES.c.demands).order_by(POLICIES.c.id.desc()).limit(1)
    demands = connection.execute(query).scalar()
    return default_policy() if demands is None else Policy.from_wire(demands)


def default_policy() -> Policy:
    """The policy of a store in which nobody has set one."""
    return DEFAULT


def read_checks(connection: Connection, number: int) -> dict[str, KeptCheck]:
    """The checks of a change set by name."""
    rows = connection.execute(select(CHECKS).where(CHECKS.c.change_set_id == number)).mappings()
    return {
        row["name"]: KeptCheck(
            CheckResult.from_wire(row["result"]),
            row["outcome"],
            row["p_value"],
            row["state"],
            row["revision_id"],
            row["made_at"],
        )
        for row in rows
    }


def pass_gate(connection: Connection, number: int, state: str, override_why: str = "") -> dict[str, Any]:
    """Hold a draft that is being committed against the policy; returns the cells of its row that say how it passed.

    The rules of the catalog are held by the commit itself, and are no matter of a policy. Raises ``GateRefused`` where a check that must hold
    does not, or is not there for this state, unless ``override_why`` says why it is committed all the same.
    """
    policy = read_policy(connection)
    kept = read_checks(connection, number)
    results = {name: check.result if check.state == state else None for name, check in kept.items()}
    found = tuple(u for u in unmet(policy, results) if u.name != "rules")
    why = override_why.strip()
    if found and not why:
        raise GateRefused(found)
    return {
        "checked_state": state,
        "policy": policy.wire(),
        "override_why": why if found else "",
        "override_checks": [u.name for u in found],
    }
