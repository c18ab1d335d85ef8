"""A row of the catalog by its table and key, as a text that an address can hold."""

from __future__ import annotations

import json

from pipeline.catalog.changes import Place
from pipeline.catalog.tables import TABLE


def place_text(place: Place) -> str:
    """Return the text of a row: a JSON list of its table and the cells of its key."""
    table, key = place
    return json.dumps([table, *key], ensure_ascii=False, separators=(",", ":"))


def place_of_text(text: str) -> Place | None:
    """Return the row that a text names; null where it names none of any table of the catalog."""
    try:
        match json.loads(text):
            case [str(table), *key] if table in TABLE and all(isinstance(cell, str) for cell in key):
                return (table, tuple(key)) if len(key) == len(TABLE[table].key) else None
    except ValueError:
        pass
    return None
