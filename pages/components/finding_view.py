"""What the pages show of a finding, computed once from the catalog and the counts of past runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.stores import findings
from pages.components.labels import count_label
from pipeline.audit import Finding, Part, Severity, Usage
from pipeline.calibration import Calibration, Certainty, calibrate
from pipeline.catalog import Catalog
from pipeline.catalog.refs import FindingRef


@dataclass(frozen=True)
class FindingView:
    """A finding with what it is about in words.

    ``label`` is that on one line, ``parts`` in pieces for a heading; ``runs`` are the past runs that met the fault, ``field``
    is the field of work that it is in, ``certainty`` how probably it is right, as far as decisions say.
    """

    finding: Finding
    label: str
    parts: tuple[Part, ...]
    runs: int
    field: str
    certainty: Certainty

    @property
    def sure_text(self) -> str:
        """How sure that is, and on how many decisions it rests."""
        found = self.certainty
        sure = f"sure {found.value:.2f}"
        if found.decided:
            return f"{sure} by {count_label(found.decided, 'decision')} of its kind"
        return f"{sure} by {count_label(found.of_all, 'decision')} of other kinds" if found.is_measured else sure

    @property
    def key(self) -> str:
        """The key of its decisions and claims in the store."""
        return findings.key_of(self.finding)

    @property
    def ref(self) -> FindingRef:
        """The reference under which comments on it are kept."""
        return findings.ref_of(self.finding)

    @property
    def kind(self) -> str:
        """The kind of its check, by which it is filtered."""
        return self.finding.kind

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.finding.severity(self.runs)

    @property
    def harm(self) -> float:
        """What findings are ranked by, the highest first."""
        return self.finding.harm(self.runs)


def views_of(
    found: Sequence[Finding], catalog: Catalog, usage: Usage, calibration: Calibration | None = None
) -> list[FindingView]:
    """The findings as the pages show them, in their order; ``calibration`` is how sure each kind turned out to be."""
    measured = calibration or calibrate(())
    return [
        FindingView(
            f,
            f.label(catalog),
            f.parts(catalog),
            f.touched_runs(usage),
            f.domain(catalog),
            measured.certainty(f.kind, f.score),
        )
        for f in found
    ]
