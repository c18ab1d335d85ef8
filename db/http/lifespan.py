"""Start and end of the process: the store is opened and made ready beside the first visit, and left in order, in bounded time."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from importlib import import_module

from db.services.workbench import Workbench
from pipeline.learned.threads import passive_waiting

log = logging.getLogger("workbench")

STDERR = 2
"""Descriptor of the process's standard error; ``sys.stderr`` may be another's or closed when the process ends."""
END_SECONDS = 40
"""How long the end may take: runs are waited for, and the embedded server is stopped, well within it."""
ERASE_SECONDS = 60
"""How often deleted runs whose time is over are erased."""
TRACE_SECONDS = 5
"""How long before that all threads are written to the log, for whoever looks for the cause."""

Lifespan = Callable[[object], AbstractAsyncContextManager[dict[str, object]]]


def lifespan(open_: Callable[[], Workbench], close: Callable[[], None], preload: Sequence[str]) -> Lifespan:
    """The lifespan of the ASGI app.

    ``open_`` opens the workbench of the process or gives the open one, ``close`` closes it for good, ``preload`` names the
    modules that the first page would wait for.
    """

    @asynccontextmanager
    async def span(_: object) -> AsyncIterator[dict[str, object]]:
        passive_waiting()
        stopping = threading.Event()
        threading.Thread(target=warm, args=(open_, preload, stopping), name="warm", daemon=True).start()
        threading.Thread(target=erase_deleted, args=(open_, stopping), name="erase", daemon=True).start()
        try:
            yield {}
        finally:
            stopping.set()
            with killed_after(END_SECONDS):
                await asyncio.to_thread(close)

    return span


@contextmanager
def killed_after(seconds: int) -> Iterator[None]:
    """End the process, whatever its threads wait for, unless the block ends in time.

    The alarm is the kernel's: a thread of a library that holds the interpreter cannot keep it from ringing.
    """
    faulthandler.dump_traceback_later(max(1, seconds - TRACE_SECONDS), file=STDERR)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def erase_deleted(
    open_: Callable[[], Workbench], stopping: threading.Event, every_seconds: float = ERASE_SECONDS
) -> None:
    """Erase, again and again, the runs that were deleted long enough ago; a failure is logged, and the next time tries again."""
    while not stopping.wait(every_seconds):
        try:
            open_().deletions.purge()
        except Exception:
            if not stopping.is_set():
                log.exception("deleted runs could not be erased")


def warm(open_: Callable[[], Workbench], preload: Sequence[str], stopping: threading.Event) -> None:
    """Load what the first visit and the first run would wait for; a failure is logged, and the first visit tries again.

    What stays for the life of the process (half a million objects: catalog, gazetteer, model) is frozen, or each collection of all
    garbage would stop all threads for a third of a second.
    """
    try:
        for name in preload:
            if stopping.is_set():
                return
            import_module(name)
        open_().warm(stopping.is_set)
        gc.collect()
        gc.freeze()
    except Exception:
        if not stopping.is_set():
            log.exception("the store could not be opened")
