"""The log of a process: one line of JSON for each record in a file that all processes of a store share, and a readable line on the
terminal.

Modules log by ``logging.getLogger("workbench")``, libraries by loggers of their own; all of them come through here, once. A line
names the run and the session that it is about (``structlog.contextvars``). Secrets are taken out before anything is written, and so
is what an error repeats of a user's input.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from concurrent_log_handler import ConcurrentRotatingFileHandler
from structlog.contextvars import bind_contextvars, bound_contextvars
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor

from db.meters import LOGGED
from db.redaction import redacted

FILE = "logs/workbench.jsonl"
"""Where the lines of JSON are, in the data folder."""
MAX_BYTES, OLDER_FILES = 5_000_000, 4
"""What a file may grow to before it is put aside, and how many are kept beside it: 25 MB in all."""
QUIET = ("httpx", "httpcore", "openai", "uvicorn.access")
"""Libraries that report each request."""
MAX_TRACEBACK = 20_000
"""Characters of a traceback that the terminal is shown."""
OWN = "workbench"

log = logging.getLogger(OWN)
_installed: list[logging.Handler] = []


def configure_logs(data_dir: Path) -> None:
    """Let the process log to the terminal, and to files in ``data_dir``; where none can be written, to the terminal alone.

    Handlers that libraries have given their own loggers are taken away: what they say reaches the same two places.
    """
    handlers: list[logging.Handler] = [_terminal(), _Counting(logging.WARNING)]
    reason = ""
    try:
        handlers.append(_file(data_dir / FILE))
    except OSError as error:
        reason = str(error.strerror)
    root = logging.getLogger()
    for handler in _installed:
        root.removeHandler(handler)
        handler.close()
    _installed[:] = handlers
    for handler in handlers:
        root.addHandler(handler)
    logging.setLoggerClass(RootedLogger)
    for logger in [other for other in logging.root.manager.loggerDict.values() if type(other) is logging.Logger]:
        logger.handlers.clear()
        logger.__class__ = RootedLogger
        logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    log.setLevel(logging.INFO)
    if reason:
        log.warning("there is no log file: %s", reason)


@contextmanager
def about_run(run_id: UUID) -> Iterator[None]:
    """Let what is logged in the block name the run."""
    with bound_contextvars(run=str(run_id)):
        yield


def name_session(session: str) -> None:
    """Let what this thread logs from here on name the session of a browser."""
    bind_contextvars(session=session)


class RootedLogger(logging.Logger):
    """A logger that leaves the writing to the root, whatever the library that asked for it would have it do."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, True if name == "propagate" else value)

    def addHandler(self, hdlr: logging.Handler) -> None:
        """Add nothing."""


class _Counting(logging.Handler):
    """Counts what is logged, for ``/metrics``."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record."""
        LOGGED.labels(record.levelname.lower()).inc()


class _QuietFile(ConcurrentRotatingFileHandler):
    """A file that several processes write and put aside. A full disk is no reason to fill the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Do without the line: the terminal has it."""


def _file(path: Path) -> logging.Handler:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a"):
        pass  # Where it cannot be written, the library would say so once a line.
    handler = _QuietFile(str(path), "a", MAX_BYTES, OLDER_FILES, encoding="utf-8", chmod=0o600)
    handler.setFormatter(
        _formatter(
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _template,
            _structured_error,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        )
    )
    return handler


def _terminal() -> logging.Handler:
    handler = logging.StreamHandler()
    colors = sys.stderr.isatty()
    handler.setFormatter(
        _formatter(
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False, key="at"),
            structlog.processors.format_exc_info,
            _redact_error,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(colors=colors, timestamp_key="at", pad_event_to=0, sort_keys=False),
        )
    )
    return handler


def _formatter(*processors: Processor) -> structlog.stdlib.ProcessorFormatter:
    """What makes a line of a record: first what both places need, then the processors of one."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _redact_event,
    ]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=processors)


def _redact_event(_: object, __: str, line: EventDict) -> EventDict:
    line["event"] = redacted(str(line["event"]))
    return line


def _redact_error(_: object, __: str, line: EventDict) -> EventDict:
    if "exception" in line:
        line["exception"] = redacted(line["exception"], MAX_TRACEBACK)
    return line


def _template(_: object, __: str, line: EventDict) -> EventDict:
    """Add the process, and the message as it stands in the code, before anything was put into it."""
    record: logging.LogRecord = line["_record"]
    line["process"] = record.process
    if record.name == OWN or record.args:
        line["template"] = redacted(str(record.msg))
    return line


_of_error = ExceptionDictTransformer(show_locals=False)


def _structured_error(_: object, __: str, line: EventDict) -> EventDict:
    """Say of an exception what it was, its message, and the places that it came through, the innermost last."""
    given = line.pop("exc_info", None)
    if given and given[1] is not None:
        line["errors"] = [_error(part) for part in _of_error(given)]
    return line


def _error(part: dict[str, Any]) -> dict[str, Any]:
    places = [f"{frame['filename']}:{frame['lineno']} {frame['name']}" for frame in part["frames"]]
    return {"type": part["exc_type"], "message": redacted(part["exc_value"]), "places": places}
