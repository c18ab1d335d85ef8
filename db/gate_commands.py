"""The gate at the command line: ``check`` makes the checks of a draft, and every command that commits passes them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from db import schema
from db.errors import StoreError
from db.server import Database
from db.services.gate import Gated, gated
from db.stores.change_sets import ChangeSetStore
from db.stores.gate import GateRefused, GateStore
from pipeline.experiments.verdict import p_text
from pipeline.gate import CHECKS, CheckResult, Policy, check_named, unmet, worst
from pipeline.gate.checks import RULES


def add_commands(commands: Any) -> None:
    """Add the command to those of the command line."""
    sub = commands.add_parser("check", help="make the checks of a draft, or show those of a committed change set")
    sub.add_argument("number", type=int, metavar="N")
    sub.add_argument("--json", action="store_true", help="print them as JSON, with examples")
    sub.set_defaults(function=_check)


def add_override(parser: argparse.ArgumentParser) -> None:
    """Add the option with which a command commits although a check does not hold."""
    parser.add_argument(
        "--override",
        default="",
        metavar="WHY",
        help="commit although a check does not hold that must by the policy; why stays with the revision",
    )


@contextmanager
def gated_change_sets(database: Database, args: argparse.Namespace) -> Iterator[ChangeSetStore]:
    """Change sets whose commits pass the gate as those of the workbench do, all of their checks made before this process ends."""
    with _gated(database, args) as opened:
        try:
            yield opened.change_sets
        except GateRefused as error:
            raise StoreError(f"{error} Here that is --override WHY.") from None


@contextmanager
def _gated(database: Database, args: argparse.Namespace) -> Iterator[Gated]:
    opened = gated(database.engine, args.settings)
    try:
        yield opened
    finally:
        opened.close()


def _check(database: Database, args: argparse.Namespace) -> None:
    """Print the checks of a change set; raises ``StoreError`` for a draft that the policy would not let be committed."""
    schema.migrate(database.engine)
    store = GateStore(database.engine)
    found = ChangeSetStore(database.engine).load(args.number)
    if found.status == "draft":
        with _gated(database, args) as opened:
            opened.gate.complete_all(args.number)
        policy = store.policy()
    else:
        policy = store.passed(args.number).policy or Policy()
    results = {name: check.result for name, check in store.checks(args.number).items()}
    refused = unmet(policy, results) if found.status == "draft" else ()
    if args.json:
        checks = [_wire(r, policy) for c in CHECKS if (r := results.get(c.name))]
        whole = worst(check["class"] for check in checks)
        p_values = [c["p_value"] for c in checks if c["class"] == whole and c["p_value"] is not None]
        said: dict[str, Any] = {
            "change_set": args.number,
            "status": found.status,
            "class": whole,
            "p_value": min(p_values, default=None),
        }
        said["checks"] = checks
        override = {"why": found.override_why, "checks": found.override_checks} if found.override_checks else None
        print(
            json.dumps(
                {**said, "unmet": [u.wire() for u in refused], "override": override}, ensure_ascii=False, indent=2
            )
        )
    else:
        for check in CHECKS:
            print(_line(check.label, results.get(check.name), policy))
    if refused:
        raise GateRefused(refused)


def _wire(result: CheckResult, policy: Policy) -> Mapping[str, Any]:
    check, demand = check_named(result.name), policy.of(result.name)
    judged = {"class": check.classify(result, demand.level), "p_value": check.p_value(result, demand.level)}
    return {**result.wire(), **judged, "must": demand.must, "level": demand.level}


def _line(label: str, result: CheckResult | None, policy: Policy) -> str:
    if result is None:
        return f"{label}: not made"
    check, level = check_named(result.name), policy.of(result.name).level
    p = check.p_value(result, level)
    moves = [f"{m.name} {m.better} better, {m.worse} worse" for m in result.measures if m.better or m.worse]
    if result.name == RULES.name:
        moves = [e.label for e in result.examples]
    said = [check.classify(result, level), *([p_text(p)] if p is not None else []), *moves]
    return f"{label}: {'; '.join(said)}"
