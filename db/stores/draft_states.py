"""What drafts have come to, kept for as long as nothing of it has changed: a draft of thousands of rows is composed once, and not for
each page that shows it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from cachetools import LRUCache
from sqlalchemy import Connection, text

from db.stores.draft_decisions import DraftDecision, read_decisions
from pipeline.catalog.changes import Change, squash

MAX_KEPT = 8

# The transactions that wrote the rows, and how many there are, tell any two states of a draft apart; it stands on a revision.
_STATE = text("""
SELECT concat_ws(' ', (SELECT max(id) FROM catalog_revision),
  (SELECT concat(count(*), ':', sum(xmin::text::bigint), ':', max(position)) FROM change WHERE change_set_id = :number),
  (SELECT concat(count(*), ':', sum(xmin::text::bigint)) FROM draft_decision WHERE change_set_id = :number))
""")


@dataclass(frozen=True)
class DraftState:
    """A draft's decisions in order, and their changes as they are now: each, and one for each row."""

    decisions: tuple[DraftDecision, ...]
    changes: tuple[Change, ...]
    net: tuple[Change, ...]


class DraftStates:
    """The states of the drafts that were asked for last. Safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: LRUCache[int, tuple[str, DraftState]] = LRUCache(MAX_KEPT)
        self._lock = threading.Lock()

    def read(self, connection: Connection, number: int) -> DraftState:
        """The state of a draft."""
        token = str(connection.execute(_STATE, {"number": number}).scalar_one())
        with self._lock:
            kept = self._kept.get(number)
        if kept is not None and kept[0] == token:
            return kept[1]
        decisions, composed = read_decisions(connection, number)
        state = DraftState(decisions, composed.all, squash(composed.all))
        with self._lock:
            self._kept[number] = token, state
        return state
