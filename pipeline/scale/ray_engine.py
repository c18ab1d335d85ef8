"""Blocks answered by actors of Ray: on this machine's cores, or on those of a cluster.

What goes through Ray are the addresses of blocks and reports of a few words: an actor reads its block from the file and
writes its shard itself, both in folders that all machines see. When a node is lost, Ray starts its actors anew where there is room
and gives them what the old ones had in hand (``max_restarts`` and ``max_task_retries`` of Ray Data's actor pools are without end).
Where all else is done, idle actors are let go, so that there is room; what had been written is found and not done again.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.scale.block_work import BlockReport, BlockWorker
from pipeline.scale.blocks import Block

STORE_BYTES = 100 * 2**20
"""Shared memory of a Ray that is started here; nothing large goes through it."""
TASKS_PER_ACTOR = 2
"""Blocks that an actor has at once, so that it does not wait for the next."""
INSTALL = "Ray is not installed. 'pip install -r requirements-scale.txt' brings it."
_QUIET = {
    # What is asked for is no work in the background, which Ray takes its workers for.
    "RAY_worker_niceness": "0",
    # Nothing is sent anywhere, and nothing is drawn on the terminal but what the command says.
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_enable_metrics_collection": "0",
}
_ON_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Without clusters Ray takes 127.0.0.1 for its nodes, which is all that a Ray of one machine needs."""

MakeWorker = Callable[[], BlockWorker]
"""Makes what answers blocks, in the process that will do so. Raises ``InputError`` where that cannot give the same answers."""


@contextmanager
def connected(address: str | None, cores: int | None = None) -> Iterator[int]:
    """Be connected to the cluster of an address, or to a Ray of this machine that ends with it; yields the number of cores.

    Raises ``InputError`` where Ray is not installed, or the cluster is not there.
    """
    ray = _ray(address is None or _listens_on_loopback(address))
    folder = None
    options: dict[str, Any] = {"address": address}
    if address is None:
        # A socket has a path of 107 letters at most: it lies in the shortest folder there is.
        folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp" if Path("/tmp").is_dir() else None)
        options |= {
            "address": "local",
            "num_cpus": cores or os.cpu_count() or 1,
            "object_store_memory": STORE_BYTES,
            "include_dashboard": False,
            "_temp_dir": folder,
        }
    try:
        ray.init(**options, log_to_driver=False, logging_level=logging.ERROR)
        yield cluster_cores()
    except ConnectionError as error:
        raise InputError(f"There is no Ray at {address}: {error}") from None
    finally:
        ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def cluster_cores() -> int:
    """The cores of all nodes that there are now."""
    import ray

    return int(ray.cluster_resources().get("CPU", 1))  # type: ignore[no-untyped-call]


def answer_blocks(blocks: Sequence[Block], make_worker: MakeWorker, actors: int | None = None) -> Iterator[BlockReport]:
    """Yield a report of each block as it is done, in any order. ``actors`` bounds how many there are, else there is one a core.

    Raises ``InputError`` where actors cannot begin, or Ray ends for good; what was done stays.
    """
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    cores = cluster_cores()
    most = min(len(blocks), actors or len(blocks))
    pool = ray.data.ActorPoolStrategy(
        min_size=1, max_size=most, initial_size=min(most, cores), max_tasks_in_flight_per_actor=TASKS_PER_ACTOR
    )
    asked = ray.data.from_items([asdict(block) for block in blocks], override_num_blocks=len(blocks))
    done = asked.map_batches(
        _BlockActor,
        batch_size=1,
        batch_format="pyarrow",
        compute=pool,
        fn_constructor_args=(make_worker,),
        num_cpus=1,
    )
    try:
        for row in done.iter_rows():
            yield BlockReport(**row)
    except ray.exceptions.RayError as error:
        raise InputError(f"{_reason(error)}\nWhat is done stays: the same command goes on behind it.") from None


class _BlockActor:
    """A process of a cluster that answers one block after the other, with the catalog and the model loaded once."""

    def __init__(self, make_worker: MakeWorker) -> None:
        self._worker = make_worker()

    def __call__(self, batch: Any) -> Any:
        import pyarrow as pa

        reports = [asdict(self._worker.work(Block(**row))) for row in batch.to_pylist()]
        return pa.Table.from_pylist(reports, _REPORTS())


def _REPORTS() -> Any:
    import pyarrow as pa

    return pa.schema([("shard", pa.string()), ("rows", pa.int64()), ("broken", pa.int64()), ("problem", pa.string())])


def _listens_on_loopback(address: str) -> bool:
    """Whether an address is of this machine alone: a Ray that others reach too does not answer there."""
    host, _, port = address.rpartition(":")
    if host not in ("127.0.0.1", "localhost") or not port.isdigit():
        return False
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True


def _ray(on_loopback: bool) -> Any:
    """Ray, with what it reads when it is loaded. ``on_loopback`` keeps it from this machine's address on the network."""
    for name, value in (_QUIET | (_ON_LOOPBACK if on_loopback else {})).items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError:
        raise InputError(INSTALL) from None
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return ray


def _reason(error: BaseException) -> str:
    """The innermost reason, in its last line."""
    cause: BaseException = error
    while (inner := getattr(cause, "cause", None) or cause.__cause__) is not None:
        cause = inner
    lines = [line for line in str(cause).splitlines() if line.strip()]
    return lines[-1] if lines else type(cause).__name__
