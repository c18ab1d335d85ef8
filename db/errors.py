"""Errors of the store, written for the person who sees them."""

from __future__ import annotations

from uuid import UUID

from psycopg import Error, OperationalError, errors
from sqlalchemy.exc import DBAPIError, TimeoutError

from pipeline.errors import WorkbenchError


class StoreError(WorkbenchError):
    """The database is not there, too old, or lacks what is needed."""


class UnknownRun(WorkbenchError):
    """A run that is not (or no longer) in the history."""


class KeyReused(WorkbenchError):
    """A key with which a program asked for one run, and now asks for another."""


class LostLease(WorkbenchError):
    """A run that its worker no longer has: another took it over, or it was stopped or deleted."""

    def __init__(self, run_id: UUID) -> None:
        super().__init__(f"The run {run_id} is no longer this worker's; what it found is not written down.")


class MalformedRun(StoreError):
    """A run of which something is stored that does not have the form that it should."""


_SENTENCES: dict[type[Error], str] = {
    errors.DiskFull: "The disk of the database is full ({}). Nothing was saved; make room there, then try again.",
    errors.InsufficientPrivilege: "The database does not allow this ({}). Let the role of DATABASE_URL own its database.",
    errors.ReadOnlySqlTransaction: "The database takes no changes ({}). Nothing was saved; name one that does in DATABASE_URL.",
    errors.TooManyConnections: "The database has no connection left ({}). Try again; if that lasts, raise its max_connections.",
    errors.UndefinedTable: "The tables are not those of this release ({}). Bring them up to date by 'python -m db migrate'.",
    errors.UndefinedColumn: "The tables are not those of this release ({}). Bring them up to date by 'python -m db migrate'.",
    OperationalError: "The database could not do this ({}), and saved nothing of it; try again once it answers.",
}
"""What an error of PostgreSQL means, the special ones first; what it says itself goes into the brackets."""


def describe_error(error: BaseException) -> str | None:
    """What an error says to a person: its own message where it was written for one, that of a database in words, else null."""
    if isinstance(error, WorkbenchError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "All connections to the database are in use; try again in a moment."
    cause = error.orig if isinstance(error, DBAPIError) else error
    lines = str(cause).strip().splitlines()
    for kind, sentence in _SENTENCES.items():
        if isinstance(cause, kind):
            return sentence.format(lines[0] if lines else kind.__name__)
    return None
