"""The classes of a check of the audit and of its findings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

from pipeline.audit.alternatives import Alternatives, Selection
from pipeline.audit.kind import Kind
from pipeline.audit.links import Links
from pipeline.audit.owners import Ownership
from pipeline.audit.scores import Scores, links_of, owners_of
from pipeline.audit.subjects import Part, Subject
from pipeline.audit.usage import Usage
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import wire_score

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
FixPage = Literal["skills", "dimensions", "roles", "review_queue"]
HIGH_SCORE, MEDIUM_SCORE = 0.85, 0.75
"""Scores from which on a finding may be of high, and is of medium severity."""
MIN_RUNS = 10
"""Runs with a fault from which on it is frequent."""
NO_FAMILY = "No family"
"""The domain of a finding that concerns no role."""


@dataclass(frozen=True)
class AuditContext:
    """The input of the checks: a catalog with its indexes, and its usage by past runs.

    ``before`` are the scores of a catalog that differs by a few rows, from which those of this one are made sooner.
    """

    indexes: Indexes
    usage: Usage = field(default_factory=Usage)
    before: Scores | None = field(default=None, repr=False, compare=False)

    @property
    def catalog(self) -> Catalog:
        """The audited catalog."""
        return self.indexes.catalog

    @cached_property
    def links(self) -> Links:
        """All links of skills and dimensions with their signs, scored on first use."""
        return links_of(self.indexes, self.before)

    @cached_property
    def owners(self) -> Ownership:
        """The aliases that are least similar to their owners' forms, scored on first use."""
        return owners_of(self.indexes, self.before)

    def scores(self) -> Scores:
        """The scores of this catalog, to be given as ``before`` with another."""
        return Scores(self.catalog, self.links, self.owners)


@dataclass(frozen=True)
class Reason:
    """A sentence that a curator can check; where it has a number of ``runs``, that replaces ``{runs}`` in ``template``."""

    template: str
    runs: int | None = None

    @property
    def text(self) -> str:
        """The sentence."""
        return self._with_runs("" if self.runs is None else f"{self.runs:,}")

    @property
    def evidence(self) -> str:
        """The sentence as it is stored with a decision; it changes only when the number of runs doubles."""
        return self._with_runs("" if self.runs is None else f"2^{self.runs.bit_length()}")

    def _with_runs(self, number: str) -> str:
        return self.template if self.runs is None else self.template.replace("{runs}", number, 1)


@dataclass(frozen=True)
class Finding:
    """A fault that a check suspects.

    ``score`` (0..1) is the confidence of the check; ``repair`` are the changes that correct the fault, empty where only a
    person can decide.
    """

    check: Check
    subject: Subject
    score: float
    reasons: tuple[Reason, ...]
    repair: tuple[Change, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of its check."""
        return self.check.kind

    def wire(self) -> dict[str, Any]:
        """Return the JSON form that the command line prints; the score is rounded to four places."""
        return {
            "kind": self.kind,
            "subject": self.subject.wire(),
            "score": wire_score(self.score),
            "reasons": [reason.text for reason in self.reasons],
            "suggestion": {"changes": [c.wire() for c in self.repair]} if self.repair else None,
        }

    def label(self, catalog: Catalog) -> str:
        """Return the name of its subject, on one line."""
        return self.subject.label(catalog)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Return the name of its subject in parts, each with its entity and card."""
        return self.subject.parts(catalog)

    def domain(self, catalog: Catalog) -> str:
        """Return the family of most of its roles, ties by name; ``NO_FAMILY`` without roles."""
        families = [catalog.role[slug].domain or "" for slug in self.subject.roles(catalog)]
        return max(sorted(set(families)), key=families.count) if families else NO_FAMILY

    def touched_runs(self, usage: Usage) -> int:
        """Return the number of past runs with the fault."""
        return self.subject.touched_runs(usage)

    def severity(self, runs: int) -> Severity:
        """Return the severity, given the number of runs with the fault."""
        return self.check.severity(self.score, runs)

    def harm(self, runs: int) -> float:
        """Return the number by which findings are ranked, the highest first: the score times one more than the runs with the fault."""
        return self.score * (1.0 + runs)

    def alternatives(self, catalog: Catalog) -> Alternatives | None:
        """Return the alternatives to the suggested repair in this catalog; null where there are none."""
        return self.check.alternatives(self, catalog)


class Check(Kind, ABC):
    """One kind of fault that the audit looks for."""

    subject_type: ClassVar[type[Subject]]
    fix_page: ClassVar[FixPage]
    """The page on which such a fault is corrected by hand."""
    bad_without_runs: ClassVar[bool] = False
    """Whether a finding of high score is of high severity whatever the number of runs."""
    yields_to: ClassVar[frozenset[str]] = frozenset()
    """Kinds whose findings about the same subject replace the one of this kind."""

    @abstractmethod
    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield the faults of this kind; the audit joins several about one subject."""

    def severity(self, score: float, runs: int) -> Severity:
        """Return the severity: high for a high score and a frequent fault, medium for a medium score or a frequent fault."""
        if score >= HIGH_SCORE and (runs >= MIN_RUNS or self.bad_without_runs):
            return "high"
        return "medium" if score >= MEDIUM_SCORE or runs >= MIN_RUNS else "low"

    def alternatives(self, finding: Finding, _catalog: Catalog) -> Alternatives | None:
        """Return the alternatives to the suggested repair: by default a selection of its changes."""
        return Selection("Changes to make", finding.repair) if finding.repair else None
