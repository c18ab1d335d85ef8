"""The process-wide workbench, shared by all sessions."""

from __future__ import annotations

import threading

from db.workbench import Workbench

_lock = threading.Lock()
_open: list[Workbench] = []


def workbench() -> Workbench:
    """The workbench of this process, opened when first asked for. Raises ``StoreError`` when there is no database."""
    with _lock:
        if not _open:
            _open.append(Workbench())
        return _open[0]


def close_workbench() -> None:
    with _lock:
        while _open:
            _open.pop().close()
