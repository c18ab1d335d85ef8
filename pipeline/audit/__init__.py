"""The audit: what is probably wrong in a catalog, worst first, with reasons and a repair. Pure and deterministic."""

from __future__ import annotations

from pipeline.audit import links, names, owners, texts
from pipeline.audit.finding import Finding
from pipeline.catalog.indexes import Indexes

__all__ = ["Finding", "audit"]


def audit(indexes: Indexes) -> list[Finding]:
    """All findings about a catalog, worst first; of several about the same subject and kind the worst."""
    found: dict[tuple[str, str], Finding] = {}
    for part in (links, names, owners, texts):
        for finding in part.findings(indexes):
            key = finding.kind, repr(sorted(finding.subject.items()))
            if key not in found or found[key].score < finding.score:
                found[key] = finding
    # An alias that stands with the wrong skill need not be told to be ambiguous too.
    found = {(kind, about): f for (kind, about), f in found.items() if kind != "ambiguous_alias" or ("wrong_alias", about) not in found}
    return sorted(found.values(), key=lambda f: (-round(f.score, 4), f.kind, repr(sorted(f.subject.items()))))
