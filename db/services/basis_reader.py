"""Finds on which rows of the catalog a run rests while it is executed, from what its stages have come to."""

from __future__ import annotations

import logging
from typing import Any

from pipeline.basis import RunBasis, run_basis, with_known
from pipeline.catalog import Catalog
from pipeline.catalog.edits import RowEdits
from pipeline.contracts import Extraction
from pipeline.held import HeldRun
from pipeline.run import Encoded, Event, RunContext, SignalsRead, SkillsFound
from pipeline.stages.encoding import EncodedJD

log = logging.getLogger("workbench")


class RowsOfCatalog:
    """The rows of the newest catalog that was asked for: where each stands is looked up once, not by each run."""

    def __init__(self) -> None:
        self._last: RowEdits | None = None

    def of(self, catalog: Catalog) -> RowEdits:
        """The rows of a catalog."""
        if self._last is None or self._last.catalog is not catalog:
            self._last = RowEdits(catalog)
        return self._last


class BasisReader:
    """Sees the events of one run in a ``context``, on the catalog of ``rows``, which is that of a revision."""

    def __init__(self, context: RunContext, rows: RowEdits, revision: int) -> None:
        self._context = context
        self._rows = rows
        self._revision = revision
        self._jd: EncodedJD | None = None
        self._known: dict[str, Any] = {}

    def see(self, event: Event) -> None:
        """Keep what a stage has come to."""
        if isinstance(event, Encoded):
            self._jd = event.jd
        elif isinstance(event, SkillsFound):
            self._known["skills"] = event.skills
        elif isinstance(event, SignalsRead):
            self._known |= {"of_text": event.text_signals, "signals": event.role_signals}

    def basis(self, extraction: Extraction) -> tuple[RunBasis, int] | None:
        """What the run rests on, with the revision; null where it was not seen whole, or cannot be found now: later is soon enough."""
        if self._jd is None or len(self._known) < 3 or extraction.rejected:
            return None
        context = self._context
        held = HeldRun(self._jd, context.indexes, context.config, context.centroids)
        chosen = extraction.decision.chosen_role
        try:
            found = run_basis(with_known(held, self._known), self._rows, chosen.slug if chosen else None)
        except Exception:
            log.exception("what a run rests on was not found; it is looked for again beside the pages")
            return None
        return (found, self._revision) if found else None
