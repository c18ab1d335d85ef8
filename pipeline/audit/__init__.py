"""The audit: what is probably wrong in a catalog, worst first, with reasons and a repair. Pure and deterministic."""

from __future__ import annotations

from dataclasses import replace

from pipeline.audit.alternatives import Alternatives, Destination, Rewriting, Selection, Survivor
from pipeline.audit.check import NO_FAMILY, SEVERITIES, AuditContext, Check, Finding, Reason, Severity
from pipeline.audit.registry import CHECKS, check_of_kind
from pipeline.audit.scores import Scores
from pipeline.audit.subjects import EntityTable, Part, Subject
from pipeline.audit.usage import Usage
from pipeline.catalog.indexes import Indexes

__all__ = [
    "CHECKS",
    "NO_FAMILY",
    "SEVERITIES",
    "Alternatives",
    "AuditContext",
    "Check",
    "Destination",
    "EntityTable",
    "Finding",
    "Part",
    "Reason",
    "Rewriting",
    "Scores",
    "Selection",
    "Severity",
    "Subject",
    "Survivor",
    "Usage",
    "audit",
    "audit_in",
    "check_of_kind",
]


def audit(indexes: Indexes, usage: Usage | None = None) -> list[Finding]:
    """Return all findings about a catalog, worst first; ``usage`` is that of past runs, null for none.

    Several findings of one kind about one subject are joined: the highest score with the reasons of all.
    """
    return audit_in(AuditContext(indexes, usage or Usage()))


def audit_in(context: AuditContext) -> list[Finding]:
    """Return all findings in a context, as ``audit`` does; the context then has the scores that another audit can begin with."""
    findings: dict[tuple[str, Subject], Finding] = {}
    for check in CHECKS:
        for finding in check.find(context):
            key = finding.kind, finding.subject
            findings[key] = _joined(findings[key], finding) if key in findings else finding
    kept = [f for f in findings.values() if not any((kind, f.subject) in findings for kind in f.check.yields_to)]
    return sorted(kept, key=lambda f: (-round(f.score, 4), f.kind, repr(sorted(f.subject.wire().items()))))


def _joined(first: Finding, second: Finding) -> Finding:
    """The finding of the higher score about one subject, the first of equal ones, with the reasons of both."""
    if first.reasons == second.reasons:
        return first
    higher, other = (second, first) if first.score < second.score else (first, second)
    return replace(higher, reasons=(*higher.reasons, *(r for r in other.reasons if r not in higher.reasons)))
