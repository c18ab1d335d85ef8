"""A worker's side of the queue of experiments: waits for jobs, does them, and sees to those that lost workers have left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import Engine

from db.stores import chunk_jobs

log = logging.getLogger("workbench")

HEARTBEAT_SECONDS = 2.0
SWEEP_SECONDS = 3.0
"""How often a worker looks for what was left: by workers that have not been heard of, or by a queue that was lost."""
POLL_SECONDS = 2.0
CONNECT_SECONDS = 5.0
RETRY_SECONDS, MAX_RETRY_SECONDS = 1.0, 30.0
"""How long it waits when the database is away: each time twice as long as before, up to the longest."""


class _Later(BaseRetryStrategy):
    """What could not be worked on, for no fault of a job description of its, is tried after a while, as long as it takes."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When it is tried."""
        seconds = min(RETRY_SECONDS * 2**job.attempts, MAX_RETRY_SECONDS)
        log.warning("a part of an experiment is tried again in %d seconds: %s", seconds, type(exception).__name__)
        return RetryDecision(retry_in={"seconds": int(seconds)})


class ChunkQueue:
    """Takes jobs off the queue, one at a time, and has each done in a thread: chunks by ``work`` (experiment, number), what made a
    difference by ``find_causes`` (experiments A and B).
    """

    def __init__(
        self,
        engine: Engine,
        address: Callable[[], str],
        work: Callable[[int, int], None],
        find_causes: Callable[[int, int], None],
    ) -> None:
        self._engine = engine
        self._address = address
        self._work = work
        self._find_causes = find_causes

    def serve(self) -> None:
        """Work for good; a database that is away is waited for."""
        for library in ("procrastinate", "psycopg.pool"):
            # What they say of each job and of each try to connect is said below, once.
            logging.getLogger(library).setLevel(logging.CRITICAL)
        pause = RETRY_SECONDS
        while True:
            try:
                asyncio.run(self._serve())
                pause = RETRY_SECONDS
            except Exception as error:
                log.warning("the queue of experiments does not answer: %s", type(error).__name__)
            asyncio.run(asyncio.sleep(pause))
            pause = min(pause * 2, MAX_RETRY_SECONDS)

    async def _serve(self) -> None:
        await asyncio.to_thread(chunk_jobs.prepare, self._engine)
        connector = PsycopgConnector(
            conninfo=self._address,
            kwargs={"options": f"-c search_path={chunk_jobs.SEARCH_PATH.replace(' ', '')}"},
            min_size=1,
            max_size=4,
            timeout=CONNECT_SECONDS,
        )
        app = App(connector=connector)

        @app.task(name=chunk_jobs.TASK, queue=chunk_jobs.QUEUE, retry=_Later())
        def run_chunk(experiment: int, number: int) -> None:
            self._work(experiment, number)

        @app.task(name=chunk_jobs.CAUSES_TASK, queue=chunk_jobs.QUEUE, retry=_Later())
        def find_causes(a: int, b: int) -> None:
            self._find_causes(a, b)

        async with app.open_async():
            sweeping = asyncio.create_task(self._sweep(app))
            try:
                await app.run_worker_async(
                    queues=[chunk_jobs.QUEUE],
                    concurrency=1,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=chunk_jobs.SILENT_SECONDS,
                )
            finally:
                sweeping.cancel()

    async def _sweep(self, app: App) -> None:
        """Give what lost workers have left to others, again and again."""
        while True:
            try:
                await self._sweep_once(app)
            except Exception as error:
                log.warning("what lost workers have left could not be looked for: %s", type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)

    async def _sweep_once(self, app: App) -> None:
        left = await app.job_manager.get_stalled_jobs(
            queue=chunk_jobs.QUEUE, seconds_since_heartbeat=chunk_jobs.SILENT_SECONDS
        )
        for job in left:
            await app.job_manager.retry_job(job)
        await asyncio.to_thread(chunk_jobs.restock, self._engine)
