"""The audit: what is probably wrong in a catalog, worst first, with reasons and a repair. Pure and deterministic."""

from __future__ import annotations

from dataclasses import replace

from pipeline.audit import links, names, owners, texts
from pipeline.audit.finding import Finding
from pipeline.audit.usage import Usage
from pipeline.audit.usage import findings as from_usage
from pipeline.catalog.indexes import Indexes

__all__ = ["Finding", "Usage", "audit"]


def audit(indexes: Indexes, usage: Usage | None = None) -> list[Finding]:
    """All findings about a catalog, worst first; several about the same subject and kind are the worst of them, with all reasons.

    ``usage`` adds what runs say of it.
    """
    found: dict[tuple[str, str], Finding] = {}
    parts = [part.findings(indexes) for part in (links, names, owners, texts)]
    for part in [*parts, from_usage(indexes, usage)] if usage else parts:
        for finding in part:
            key = finding.kind, repr(sorted(finding.subject.items()))
            known = found.get(key)
            if known is None:
                found[key] = finding
            elif finding.reasons != known.reasons:
                worst, other = (finding, known) if known.score < finding.score else (known, finding)
                found[key] = replace(worst, reasons=(*worst.reasons, *(r for r in other.reasons if r not in worst.reasons)))
    # An alias that stands with the wrong skill need not be told to be ambiguous too.
    found = {(kind, about): f for (kind, about), f in found.items() if kind != "ambiguous_alias" or ("wrong_alias", about) not in found}
    return sorted(found.values(), key=lambda f: (-round(f.score, 4), f.kind, repr(sorted(f.subject.items()))))
