"""Searches that go on beside the pages: each in a thread of its own, kept by what was asked, given up when nobody asks any more.

A search is an iterator of what is found so far, the last being all of it. Who looks at a page asks again and again; a search that has not
been asked for in a while was left, and ends where it next says how far it is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, TypeVar

from cachetools import LRUCache

from pipeline.errors import WorkbenchError

log = logging.getLogger("workbench")

AT_ONE_TIME = 2
"""Searches that go on at one time; the others wait for their turn."""
LEFT_AFTER_SECONDS = 15.0
"""A search that nobody has asked for in so long is given up."""
MAX_KEPT = 64
"""Searches whose findings are kept, the last asked for."""

Phase = Literal["reading", "replaying"]
Found = TypeVar("Found")
Watch = Callable[[Phase, int, int], None]
"""Is called with what is being done, how many of it are done, and of how many; it raises ``Left`` where the search is to end."""
Search = Callable[[Watch], Iterator[Found]]


class Left(Exception):
    """The search is not asked for any more, or the process ends."""


@dataclass(frozen=True)
class Progress:
    """How far a search is: ``done`` of ``of`` runs have been read, or replayed."""

    phase: Phase
    done: int
    of: int


@dataclass(frozen=True)
class SearchState(Generic[Found]):
    """How a search stands: what is ``found`` so far (null: nothing yet), and how far it is (null while it waits, and at the end).

    ``error`` says in words why it could not be made to its end.
    """

    found: Found | None = None
    progress: Progress | None = None
    is_over: bool = False
    error: str = ""


@dataclass
class _Going(Generic[Found]):
    """A search and when it was asked for last, in seconds of a steady clock."""

    asked_at: float
    state: SearchState[Found] = field(default_factory=SearchState)


class SearchesBehind(Generic[Found]):
    """Searches by what is asked. Safe to use from several threads."""

    def __init__(self, name: str) -> None:
        """Take the name of their threads."""
        self._name = name
        self._moved = threading.Condition()
        self._going: LRUCache[Hashable, _Going[Found]] = LRUCache(MAX_KEPT)
        self._turns = threading.BoundedSemaphore(AT_ONE_TIME)
        self._is_closing = False

    def close(self) -> None:
        """Give up what goes on and what waits."""
        with self._moved:
            self._is_closing = True
            self._moved.notify_all()

    def ask(self, key: Hashable, search: Search[Found], seconds: float = 0.0) -> SearchState[Found]:
        """How the search of a key stands, which is begun where it is not known; waits so many seconds for its first finding."""
        with self._moved:
            going = self._going.get(key)
            if going is None:
                going = self._going[key] = _Going(time.monotonic())
                threading.Thread(target=self._make, args=(key, search, going), name=self._name, daemon=True).start()
            going.asked_at = time.monotonic()
            self._moved.wait_for(lambda: going.state.found is not None or going.state.is_over, seconds)
            return going.state

    def forget(self, key: Hashable) -> None:
        """Let a search that has failed be made again when it is asked for."""
        with self._moved:
            self._going.pop(key, None)

    def _make(self, key: Hashable, search: Search[Found], going: _Going[Found]) -> None:
        def watch(phase: Phase, done: int, of: int) -> None:
            if self._is_closing or time.monotonic() - going.asked_at > LEFT_AFTER_SECONDS:
                raise Left
            self._note(going, progress=Progress(phase, done, of))

        with self._turns:
            try:
                watch("reading", 0, 0)
                for found in search(watch):
                    self._note(going, found=found)
            except Left:
                with self._moved:
                    if self._going.get(key) is going:
                        del self._going[key]
                return
            except WorkbenchError as error:
                self._note(going, error=str(error))
            except Exception:
                if self._is_closing:
                    return
                log.exception("a search behind the pages could not be made")
                self._note(going, error="It could not be worked out; the log of the workbench says why.")
            self._note(going, is_over=True, progress=None)

    def _note(self, going: _Going[Found], **cells: object) -> None:
        with self._moved:
            going.state = replace(going.state, **cells)  # type: ignore[arg-type]
            self._moved.notify_all()
