"""References of a change, a comment or a decision, as values: to a run, a finding, a change set, a row, a proposal, a collision.

A reference is stored as its wire form (``wire``, read back by ``ref_from_wire``), and ``key`` is a stable
text of each, for comparison in the store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pipeline.errors import InputError


@dataclass(frozen=True)
class RunRef:
    """A stored run."""

    run_id: UUID

    def key(self) -> str:
        """``run <uuid>``."""
        return f"run {self.run_id}"

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {"type": "run", "run_id": str(self.run_id)}


@dataclass(frozen=True)
class FindingRef:
    """A finding of the audit: its kind, and the cells of its subject (texts, or tuples of texts, in the order of their names)."""

    kind: str
    subject: Mapping[str, str | Sequence[str]] = field(hash=False)

    def __post_init__(self) -> None:
        cells = {k: v if isinstance(v, str) else tuple(v) for k, v in sorted(self.subject.items())}
        object.__setattr__(self, "subject", cells)

    def key(self) -> str:
        """Kind and subject as JSON: the key of a finding's decisions and claims in the store."""
        return f"{self.kind} {json.dumps(self.subject, sort_keys=True, ensure_ascii=False)}"

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        subject = {k: v if isinstance(v, str) else list(v) for k, v in self.subject.items()}
        return {"type": "finding", "kind": self.kind, "subject": subject}


@dataclass(frozen=True)
class ChangeSetRef:
    """A change set by its number."""

    number: int

    def key(self) -> str:
        """``change set <number>``."""
        return f"change set {self.number}"

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {"type": "change_set", "number": self.number}


@dataclass(frozen=True)
class RowRef:
    """A row of the catalog: the name of its table (as in ``Catalog``) and its key."""

    table: str
    row_key: tuple[str, ...]

    def key(self) -> str:
        """Table and key as JSON."""
        return f"row {self.table} {_list_text(self.row_key)}"

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {"type": "row", "table": self.table, "key": list(self.row_key)}


@dataclass(frozen=True)
class ChangeRef:
    """The change of one row in a change set."""

    number: int
    row: RowRef

    def key(self) -> str:
        """``change set <number>`` with the key of the row."""
        return f"change set {self.number} {self.row.key()}"

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {"type": "change", "number": self.number, "table": self.row.table, "key": list(self.row.row_key)}


@dataclass(frozen=True)
class ProposalRef:
    """A proposal of the review queue by its number."""

    number: int

    def key(self) -> str:
        """``proposal <number>``."""
        return f"proposal {self.number}"

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {"type": "proposal", "number": self.number}


@dataclass(frozen=True)
class CollisionRef:
    """A title or a form that several entries hold: its kind in the log of collisions, and its folded form."""

    kind: str
    form: str

    def key(self) -> str:
        """``collision <kind> <form>``."""
        return f"collision {self.kind} {self.form}"

    def wire(self) -> dict[str, Any]:
        """The JSON form."""
        return {"type": "collision", "kind": self.kind, "form": self.form}


Ref = RunRef | FindingRef | ChangeSetRef | RowRef | ChangeRef | ProposalRef | CollisionRef


def ref_from_wire(form: Mapping[str, Any]) -> Ref:
    """Return a reference from its JSON form. Raises ``InputError`` for any other form."""
    try:
        match form["type"]:
            case "run":
                return RunRef(UUID(form["run_id"]))
            case "finding":
                return FindingRef(str(form["kind"]), dict(form["subject"]))
            case "change_set":
                return ChangeSetRef(int(form["number"]))
            case "row":
                return _row(form)
            case "change":
                return ChangeRef(int(form["number"]), _row(form))
            case "proposal":
                return ProposalRef(int(form["number"]))
            case "collision":
                return CollisionRef(str(form["kind"]), str(form["form"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise InputError(
        f"{json.dumps(form, default=str)} is not a reference to a run, finding, change set, row, proposal or collision."
    )


def ref_from_text(text: str) -> Ref | None:
    """Return the reference in an ``evidence`` text, the form of a change before references were values; null for other texts.

    Read are "run <uuid>", "proposal <number>" and "<kind> {subject as JSON}" of a finding.
    """
    word, _, rest = text.partition(" ")
    try:
        if word == "run":
            return RunRef(UUID(rest))
        if word == "proposal":
            return ProposalRef(int(rest))
        return FindingRef(word, json.loads(rest)) if rest.startswith("{") else None
    except ValueError:
        return None


def _row(form: Mapping[str, Any]) -> RowRef:
    return RowRef(str(form["table"]), tuple(map(str, form["key"])))


def _list_text(items: tuple[str, ...]) -> str:
    return json.dumps(items, ensure_ascii=False)
