"""The wire to a model server: whatever the server sends, a call ends in time, stays small, and ends when nobody waits for it.

Imported with the first call: the client's libraries take their time.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import wait
from time import monotonic
from typing import Any

import httpx2

MAX_BYTES = 4_000_000
"""The most that an answer may have on the wire: 800 bytes for each of 5,000 tokens, which is the longest that is asked for."""
MAX_CHUNKS = 20_000
"""The most chunks of an answer, which are small ones where they are more than its tokens: each costs time to read."""
LOOK_SECONDS = 0.2
"""How often it is looked whether a call was cancelled."""


class CallCancelled(Exception):
    """Nobody waits for the call any more."""


class UnreadableAnswer(httpx2.RequestError):
    """An answer that is not read (any further), because of its size or its form."""


class Wire:
    """Makes calls on an event loop in a thread of its own, where each can be ended at any moment: while a name is looked up, while
    connecting, between two bytes. The thread ends with the wire.
    """

    def __init__(self) -> None:
        loop = asyncio.new_event_loop()
        threading.Thread(target=_serve, args=(loop,), name="model-wire", daemon=True).start()
        weakref.finalize(self, loop.call_soon_threadsafe, loop.stop)
        self._loop = loop

    def call(self, work: Coroutine[Any, Any, None], timeout_s: float, cancelled: threading.Event) -> None:
        """Wait until ``work`` is done. Raises what it raises, ``TimeoutError`` after ``timeout_s`` seconds, and ``CallCancelled``
        where ``cancelled`` is set; the work is ended then.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        ends = monotonic() + timeout_s
        while not future.done():
            if cancelled.is_set() or monotonic() >= ends:
                future.cancel()
                raise CallCancelled if cancelled.is_set() else TimeoutError
            wait([future], min(LOOK_SECONDS, max(0.0, ends - monotonic())))
        future.result()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


class _BoundedBody(httpx2.AsyncByteStream):
    """The body of an answer, up to ``MAX_BYTES``. Raises ``UnreadableAnswer`` where there is more."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_BYTES
        async for part in self._body:
            left -= len(part)
            if left < 0:
                raise UnreadableAnswer(f"the answer is longer than {MAX_BYTES / 1e6:g} MB")
            yield part

    async def aclose(self) -> None:
        await self._body.aclose()


async def bound_answer(response: httpx2.Response) -> None:
    """Bound the body of an answer, and unpack nothing: no packing was asked for, and a small body may unpack to a huge one.

    Raises ``UnreadableAnswer`` for a packed one.
    """
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _BoundedBody(response.stream)
    packing = response.headers.pop("content-encoding", "identity")
    if packing != "identity" and response.is_success:
        raise UnreadableAnswer(f"the answer is packed ({packing[:40]}), which was not asked for")
