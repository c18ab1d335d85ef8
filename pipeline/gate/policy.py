"""Which checks a commit must pass, and which of them a draft does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pipeline.errors import InputError
from pipeline.gate.checks import CHECKS, check_named
from pipeline.gate.results import CLASSES, LEVEL, CheckClass, CheckResult

Must = Literal["not breaking", "not mixed", "shown"]
MUSTS: tuple[Must, ...] = get_args(Must)
_WORST: dict[Must, CheckClass] = {"not breaking": "mixed", "not mixed": "improving", "shown": "breaking"}
Reason = Literal["breaking", "mixed", "unfinished", "stale"]
MIN_LEVEL, MAX_LEVEL = 0.0001, 1.0


@dataclass(frozen=True)
class Demand:
    """What is demanded of a check, and the p-value below which a difference counts as sure."""

    must: Must = "shown"
    level: float = LEVEL

    @property
    def must_hold(self) -> bool:
        """Whether a commit can be refused for it."""
        return self.must != "shown"

    def admits(self, outcome: CheckClass) -> bool:
        """Whether a class is good enough."""
        return CLASSES.index(outcome) <= CLASSES.index(_WORST[self.must])


@dataclass(frozen=True)
class Policy:
    """What is demanded of each check, by its name; a check that is not named is only shown."""

    demands: Mapping[str, Demand] = field(default_factory=dict)

    def of(self, name: str) -> Demand:
        """What is demanded of a check."""
        return self.demands.get(name, Demand())

    @property
    def must_hold(self) -> tuple[str, ...]:
        """The names of the checks that must hold, in the order of the checks."""
        return tuple(c.name for c in CHECKS if self.of(c.name).must_hold)

    def wire(self) -> dict[str, Any]:
        """The JSON form that is kept."""
        return {c.name: {"must": self.of(c.name).must, "level": self.of(c.name).level} for c in CHECKS}

    @classmethod
    def from_wire(cls, form: Mapping[str, Any]) -> Policy:
        """The policy of its JSON form; checks that there are no longer are left out. Raises ``InputError`` for what is no demand."""
        known = {check.name for check in CHECKS}
        return cls({name: _demand(name, cells) for name, cells in form.items() if name in known})


def _demand(name: str, cells: Mapping[str, Any]) -> Demand:
    must, level = cells.get("must"), cells.get("level", LEVEL)
    if must not in MUSTS:
        raise InputError(f"“{must}” cannot be demanded of the check {name}; it is one of {', '.join(MUSTS)}.")
    if not isinstance(level, int | float) or isinstance(level, bool) or not MIN_LEVEL <= level <= MAX_LEVEL:
        raise InputError(f"The p-value of the check {name} must be between {MIN_LEVEL:g} and {MAX_LEVEL:g}: {level!r}.")
    return Demand(must, float(level))


DEFAULT = Policy({"rules": Demand("not breaking"), "gold": Demand("not breaking")})
"""The policy of a store in which nobody has set one: the rules hold, and gold does not get surely worse."""


@dataclass(frozen=True)
class Unmet:
    """A check that must hold and does not, and why: by its class, or since it was not finished, or not on what is committed."""

    name: str
    reason: Reason

    def text(self) -> str:
        """In words, as the middle of a sentence."""
        label = check_named(self.name).label
        said = {
            "breaking": "is breaking",
            "mixed": "is mixed",
            "unfinished": "has not finished",
            "stale": "was made of another state of the draft or the catalog",
        }
        return f"“{label}” {said[self.reason]}"

    def wire(self) -> dict[str, str]:
        """The JSON form that is kept."""
        return {"check": self.name, "reason": self.reason}


def unmet(policy: Policy, results: Mapping[str, CheckResult | None]) -> tuple[Unmet, ...]:
    """The checks that must hold and do not. ``results`` are those that there are, by name; null for one that is stale."""
    found: list[Unmet] = []
    for name in policy.must_hold:
        if name not in results:
            found.append(Unmet(name, "unfinished"))
        elif (result := results[name]) is None:
            found.append(Unmet(name, "stale"))
        else:
            demand = policy.of(name)
            outcome = check_named(name).classify(result, demand.level)
            if not demand.admits(outcome):
                found.append(Unmet(name, "breaking" if outcome == "breaking" else "mixed"))
    return tuple(found)
