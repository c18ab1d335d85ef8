"""Errors of the store, written for the person who sees them."""

from pipeline.errors import WorkbenchError


class StoreError(WorkbenchError):
    """The database is not there, too old, or lacks what is needed."""


class UnknownRun(WorkbenchError):
    """A run that is not (or no longer) in the history."""
