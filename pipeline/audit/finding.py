"""One fault that the audit suspects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.catalog.changes import Change
from pipeline.contracts import wire_score


@dataclass(frozen=True)
class Finding:
    """``score`` in 0..1 is how sure the audit is; ``reasons`` are sentences that a curator can check; ``repair`` are the
    changes that would mend it, empty where only a person can tell."""

    kind: str
    subject: dict[str, Any]
    score: float
    reasons: tuple[str, ...]
    repair: tuple[Change, ...] = ()

    def wire(self) -> dict[str, Any]:
        """The JSON form, as the command line gives it."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "score": wire_score(self.score),
            "reasons": list(self.reasons),
            "suggestion": {"changes": [c.wire() for c in self.repair]} if self.repair else None,
        }
