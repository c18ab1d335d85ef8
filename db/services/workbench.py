"""The workbench of one process: a facade over its stores and services. Pages and HTTP ask this and never a database engine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, text

from db.logs import configure_logs
from db.server import Database, open_database
from db.services.acceptance import Acceptances
from db.services.adjudication import Adjudicator
from db.services.agreements import Agreements
from db.services.attached import ATTACHED, AttachedExperiments
from db.services.draft_reports import DraftReports
from db.services.editions import Editions, initialise
from db.services.executor import RunExecutor
from db.services.experiments import Experiments
from db.services.explanations import Explanations
from db.services.gate import Gate
from db.services.gold_replays import GoldReplays
from db.services.gold_texts import GoldTexts
from db.services.gold_verdicts import GoldVerdicts
from db.services.held_runs import HeldRuns
from db.services.impacts import Impacts
from db.services.live_impacts import LiveImpacts
from db.services.old_runs import OldRunImport
from db.services.past_findings import PastFindings
from db.services.quality import Quality
from db.services.queue_signs import QueueSigns
from db.services.repairs import RunRepairs
from db.services.run_bases import RunBases
from db.services.run_processes import RunProcesses
from db.services.run_threads import RunThreads
from db.services.run_waits import RunWaits
from db.services.run_worker import RunWorker
from db.services.search import Search
from db.services.snapshots import CatalogSnapshots
from db.services.store_metrics import StoreMetrics
from db.services.thresholds import Thresholds
from db.services.trends import Trends
from db.stores.adjudications import AdjudicationStore
from db.stores.assignment_progress import AssignmentProgress
from db.stores.assignments import AssignmentStore
from db.stores.attention import AttentionStore
from db.stores.audit_trail import AuditTrail
from db.stores.catalog import CatalogStore
from db.stores.centroids import CentroidStore
from db.stores.change_sets import ChangeSetStore
from db.stores.collisions import CollisionStore
from db.stores.findings import FindingStore
from db.stores.gate import GateStore
from db.stores.gold_listing import GoldListing
from db.stores.gold_sets import GoldSets
from db.stores.jobs import JobStore
from db.stores.kept_inputs import KeptInputStore
from db.stores.listings import Listings
from db.stores.locks import LockStore
from db.stores.model_calls import ModelAnswerStore
from db.stores.old_runs import OldRunStore
from db.stores.parse_verdicts import ParseVerdictStore
from db.stores.review_queue import ProposalStore
from db.stores.row_history import RowHistory
from db.stores.run_deletions import RunDeletions
from db.stores.run_history import RunHistory
from db.stores.run_matches import RunMatchStore
from db.stores.run_rows import RunRows
from db.stores.run_samples import RunSamples
from db.stores.runs import RunStore
from db.stores.saved_views import SavedViewStore
from db.stores.teamwork import TeamworkStore
from db.stores.usage import UsageStore
from db.stores.vectors import PgVectorStore
from db.stores.verdicts import VerdictStore
from pipeline.engines.openai import Server
from pipeline.engines.provider import ModelProvider, Recording
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.learned.threads import products_in_own_thread
from pipeline.settings import Settings
from pipeline.stages import parse

log = logging.getLogger("workbench")


@dataclass(frozen=True)
class Models:
    """What judges and embeds in a process."""

    provider: ModelProvider
    encoder: CachedEncoder

    @classmethod
    def of_settings(cls, settings: Settings, engine: Engine) -> Models:
        """The models that the settings name, their answers and vectors kept in the store."""
        encoder = CachedEncoder(ShippedFirst(PgVectorStore(engine)), settings.embedding_model)
        return cls(model_provider(settings, engine), encoder)


class Workbench:
    """What the pages ask. One for each process; safe to use from several threads.

    ``models`` are those of the settings unless others are given.
    """

    def __init__(self, database: Database, settings: Settings, models: Models | None = None) -> None:
        products_in_own_thread()
        self.database = database
        engine = database.engine
        initialise(database, settings.edition)
        self._open_stores(engine)
        chosen = models or Models.of_settings(settings, engine)
        self.encoder, self.models = chosen.encoder, chosen.provider
        self.snapshots = CatalogSnapshots(engine, self.encoder)
        self.adjudicator = Adjudicator(engine, self.snapshots)
        self.search = Search(engine, self.snapshots)
        self.gold_verdicts = GoldVerdicts(engine, self.snapshots)
        self.impacts = Impacts(engine, self.encoder, self.snapshots)
        gold_texts = GoldTexts(engine, self.encoder)
        self.held_runs = HeldRuns(engine, self.encoder, gold_texts)
        self.live_impacts = LiveImpacts(engine, self.snapshots, self.held_runs)
        self.explanations = Explanations(engine, self.snapshots, self.held_runs)
        self.experiments = Experiments(engine, self.snapshots)
        self.attached = AttachedExperiments(engine, self.snapshots, self.experiments, settings.data_dir / ATTACHED)
        self.repairs = RunRepairs(engine, self.held_runs, self.experiments)
        self.gold_replays = GoldReplays(engine, gold_texts, self.snapshots)
        self.reports = DraftReports(engine, self.encoder, self.snapshots, self.gold_replays)
        self.gate = Gate(engine, self.reports)
        self.gate_store = GateStore(engine)
        self.change_sets = ChangeSetStore(engine, settings.second_person, self.gate.complete)
        self.editions = Editions(engine, self.change_sets)
        self.thresholds = Thresholds(engine, self.snapshots, self.attached)
        self.trends = Trends(engine, self.experiments, self.attached)
        self.quality = Quality(engine, self.encoder, self.snapshots)
        self.past_findings = PastFindings(engine, self.snapshots)
        self.queue_signs = QueueSigns(engine, self.encoder, self.snapshots)
        self.run_bases = RunBases(engine, self.encoder, self.snapshots)
        threads = RunThreads(RunWorker(engine, self.encoder, self.models, self.snapshots), JobStore(engine))
        self.executor = RunExecutor(engine, RunProcesses(engine, settings) if settings.workers else threads, threads)
        self.waits = RunWaits(engine)
        self.listings = Listings(engine)
        self.metrics = StoreMetrics(engine)
        services = self.gold_replays, self.past_findings, self.queue_signs, self.run_bases
        self._beside_pages = tuple(service.beside_pages for service in services)
        self.is_warm = False
        """Whether the model is loaded and the catalog made ready in this process."""

    def _open_stores(self, engine: Engine) -> None:
        self.catalog = CatalogStore(engine)
        self.audit_trail = AuditTrail(engine)
        self.row_history = RowHistory(engine)
        self.findings = FindingStore(engine)
        self.acceptances = Acceptances(engine)
        self.collisions = CollisionStore(engine)
        self.centroids = CentroidStore(engine)
        self.proposals = ProposalStore(engine)
        self.locks = LockStore(engine)
        self.runs = RunStore(engine)
        self.history = RunHistory(engine)
        self.old_runs = OldRunStore(engine)
        self.old_imports = OldRunImport(engine)
        self.deletions = RunDeletions(engine)
        self.run_matches = RunMatchStore(engine)
        self.run_rows = RunRows(engine)
        self.usage = UsageStore(engine)
        self.verdicts = VerdictStore(engine)
        self.parse_verdicts = ParseVerdictStore(engine)
        self.run_samples = RunSamples(engine)
        self.assignments = AssignmentStore(engine)
        self.assignment_progress = AssignmentProgress(engine)
        self.agreements = Agreements(engine)
        self.adjudications = AdjudicationStore(engine)
        self.gold_sets = GoldSets(engine)
        self.gold_listing = GoldListing(engine)
        self.teamwork = TeamworkStore(engine)
        self.attention = AttentionStore(engine)
        self.kept = KeptInputStore(engine)
        self.saved_views = SavedViewStore(engine)

    @classmethod
    def open(cls, settings: Settings) -> Workbench:
        """The workbench on the database that the settings name; from here on the process logs in its way.

        Raises ``StoreError`` when there is no database.
        """
        configure_logs(settings.data_dir)
        database = open_database(settings.database_url, settings.data_dir)
        try:
            bench = cls(database, settings)
        except BaseException:
            database.close()
            raise
        log.info("the store is open: %s, catalog revision %d", database.label, bench.catalog.revision())
        return bench

    def close(self) -> None:
        """End the executor and the measuring, and leave the database."""
        for work in self._beside_pages:
            work.close()
        self.reports.close()
        self.repairs.close()
        self.quality.close()
        self.live_impacts.close()
        self.snapshots.close()
        self.waits.close()
        self.executor.close()
        self.database.close()

    def warm(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Load the model and build the indexes, so that the first run does not wait for them; between two steps it stops where
        ``is_stopping`` says so.
        """
        # A worker is made ready beside all this, in a process of its own.
        steps = (
            self.executor.begin,
            self.snapshots.warm,
            self.encoder.load,
            parse.warm,
            lambda: self.snapshots.current().indexes.warm(),
        )
        try:
            for step in steps:
                if is_stopping():
                    return
                step()
            self.is_warm = True
            self.quality.notice(self.snapshots.revision())
            for work in self._beside_pages:
                work.begin()
            self.live_impacts.begin()
        except Exception:
            if not is_stopping():
                log.exception("warming up failed; the first run tries again")

    def status(self) -> Literal["ok", "starting"]:
        """What ``/healthz`` answers: whether a run would begin at once. Raises where the store is not there."""
        with self.database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return "ok" if self.is_ready else "starting"

    @property
    def is_ready(self) -> bool:
        """Whether a run that is asked for would begin at once: the model and the catalog are ready, here and in a worker."""
        return self.is_warm and self.executor.is_ready


def model_provider(settings: Settings, engine: Engine) -> ModelProvider:
    """Who answers for models: the server that the settings name (a local one may need no key), else recorded answers."""
    key, url = settings.openai_api_key, settings.openai_base_url
    if key or url:
        return ModelProvider(ModelAnswerStore(engine), Server(key.get_secret_value() if key else "none", url))
    return ModelProvider(Recording(settings.recording))
