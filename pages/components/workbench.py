"""The process-wide workbench, shared by all sessions."""

from __future__ import annotations

import threading

from db.errors import StoreError
from db.services.workbench import Workbench
from pipeline.errors import InputError
from pipeline.settings import read_settings

_lock = threading.Lock()
_open: list[Workbench] = []
_ended = threading.Event()


def workbench() -> Workbench:
    """The workbench of this process, opened when first asked for, by the settings of the process.

    Raises ``StoreError`` when there is no database or the process ends, and ``InputError`` for settings that cannot be used.
    """
    with _lock:
        if _ended.is_set():
            raise StoreError("The workbench is closed; start it again.")
        if not _open:
            _open.append(Workbench.open(read_settings()))
        return _open[0]


def host_names() -> frozenset[str]:
    """The names under which browsers reach the workbench, by the settings; none where these cannot be used, which pages say."""
    try:
        return read_settings().hosts
    except InputError:
        return frozenset()


def close_workbench() -> None:
    """Close the workbench for good: wait a while for the runs that are being executed, and leave the database."""
    _ended.set()
    with _lock:
        while _open:
            _open.pop().close()
