"""Work for nobody who waits, done beside the pages: in threads that end with the workbench, one piece at a time in a process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import perf_counter
from typing import Protocol, TypeVar

log = logging.getLogger("workbench")

Made = TypeVar("Made")

CLOSE_SECONDS = 5.0
"""How long a workbench that ends waits for a piece of work."""
_TURN = threading.Lock()
"""Held by whoever works and then rests: all such work together takes half a processor at most."""


class InTurn(Protocol):
    """How a piece of work is done: at once where somebody waits for it, or beside the pages."""

    def __call__(self, act: Callable[[], Made], /) -> Made:
        """Do it and return what it returns."""


def directly(act: Callable[[], Made], /) -> Made:
    """Do a piece of work for which somebody waits."""
    return act()


class BesidePages:
    """A thread that does a service's work from ``begin`` until ``close``. Safe to use from several threads.

    ``step`` does a little and returns whether there was something to do; where there was not, the thread pauses. A step in which
    something fails is logged, and tried again after the pause.
    """

    def __init__(self, name: str, step: Callable[[], bool], pause_seconds: float) -> None:
        self._name = name
        self._step = step
        self._pause_seconds = pause_seconds
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def is_closing(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._closing.is_set()

    def begin(self) -> None:
        """Do what is there to do from now on."""
        with self._lock:
            if self._thread is None and not self.is_closing:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Begin nothing any more, and wait a moment for what was begun."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def in_turn(self, act: Callable[[], Made], /) -> Made:
        """Do a piece of work when others like it have rested, then rest for as long as it took."""
        with _TURN:
            began = perf_counter()
            made = act()
            self._closing.wait(perf_counter() - began)
        return made

    def _work(self) -> None:
        while not self.is_closing:
            worked = False
            try:
                worked = self._step()
            except Exception:
                if not self.is_closing:
                    log.exception("%s failed; it is tried again in %g seconds", self._name, self._pause_seconds)
            if not worked:
                self._closing.wait(self._pause_seconds)
