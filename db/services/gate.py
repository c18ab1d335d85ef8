"""The gate before a commit: has the checks made that must hold, so that the commit itself finds them for the state that it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from db.services.draft_reports import DraftReports
from db.services.gold_replays import GoldReplays
from db.services.gold_texts import GoldTexts
from db.services.snapshots import CatalogSnapshots
from db.stores.change_sets import ChangeSetStore
from db.stores.gate import GateStore
from db.stores.vectors import PgVectorStore
from pipeline.gate import CHECKS, CheckResult, Unmet, unmet
from pipeline.gate.checks import RULES
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.settings import Settings

WAIT_SECONDS = 900.0
"""How long a commit waits for checks that are being made: gold of thousands of texts on a catalog that came whole takes minutes."""


class Gate:
    """Makes the checks of drafts before they are committed. Refusing is the commit's own (``db.stores.gate.pass_gate``)."""

    def __init__(self, engine: Engine, reports: DraftReports) -> None:
        self._store = GateStore(engine)
        self._reports = reports

    def begin(self, number: int) -> None:
        """Have the checks of a draft made beside the caller."""
        self._reports.ask(number)

    def complete(self, number: int) -> None:
        """Have those checks of a draft made that must hold, and wait for them."""
        self._complete(number, tuple(name for name in self._store.policy().must_hold if name != RULES.name))

    def complete_all(self, number: int) -> None:
        """Have all checks of a draft made, and wait for them: for a process that ends with the commit."""
        self._complete(number, tuple(check.name for check in CHECKS))

    def _complete(self, number: int, names: tuple[str, ...]) -> None:
        if not names:
            return
        if self._reports.has_failed(number):
            self._reports.retry(number)
        self._reports.wait_for(number, names, WAIT_SECONDS)
        self._reports.keep_checks(number)

    def unmet(self, number: int) -> tuple[Unmet, ...]:
        """The checks that must hold and do not, of a draft as it is now, by what is known by now."""
        report = self._reports.ask(number)
        known: dict[str, CheckResult | None] = dict(report.checks) if report else {}
        return tuple(u for u in unmet(self._store.policy(), known) if u.name != RULES.name)


@dataclass(frozen=True)
class Gated:
    """What commits through the gate in a process that opens no workbench."""

    change_sets: ChangeSetStore
    gate: Gate
    close: Callable[[], None]


def gated(engine: Engine, settings: Settings) -> Gated:
    """The gate for a command, which makes all checks before a commit, since it ends with that."""
    encoder = CachedEncoder(ShippedFirst(PgVectorStore(engine)), settings.embedding_model)
    snapshots = CatalogSnapshots(engine, encoder)
    gold = GoldReplays(engine, GoldTexts(engine, encoder), snapshots)
    reports = DraftReports(engine, encoder, snapshots, gold)
    gate = Gate(engine, reports)

    def close() -> None:
        gold.beside_pages.close()
        reports.close()
        snapshots.close()

    return Gated(ChangeSetStore(engine, settings.second_person, gate.complete_all), gate, close)
