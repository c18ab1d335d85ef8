"""Views of a page that people keep under a name: its address, for themselves or for all. Only its owner changes or deletes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text

from db.errors import StoreError

MAX_NAME = 60


@dataclass(frozen=True)
class View:
    """A view: its number, whose it is, what it is called, the parameters of its address, and whether all see it."""

    id: int
    owner: str
    name: str
    address: Mapping[str, str]
    is_shared: bool


class SavedViewStore:
    """The views of all pages; ``place`` is a page's path."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, place: str, person: str) -> list[View]:
        """The views of a page that a person sees: their own, then those that others share, each by name."""
        query = text(
            "SELECT id, owner, name, address, is_shared FROM saved_view WHERE place = :place AND (owner = :person OR is_shared) "
            "ORDER BY owner <> :person, lower(name), id"
        )
        with self._engine.connect() as connection:
            return [_view(row) for row in connection.execute(query, {"place": place, "person": person}).mappings()]

    def save(self, place: str, view: View) -> None:
        """Keep a view under its name, in place of the owner's own of that name. Raises ``StoreError`` for one without a name."""
        name = " ".join(view.name.split())
        if not name or len(name) > MAX_NAME:
            raise StoreError(f"Give the view a name of 1 to {MAX_NAME} letters.")
        query = text(
            "INSERT INTO saved_view (place, owner, name, address, is_shared) "
            "VALUES (:place, :owner, :name, CAST(:address AS jsonb), :shared) ON CONFLICT (place, owner, name) "
            "DO UPDATE SET address = EXCLUDED.address, is_shared = EXCLUDED.is_shared"
        )
        cells = {"place": place, "owner": view.owner, "name": name, "shared": view.is_shared}
        with self._engine.begin() as connection:
            connection.execute(query, {**cells, "address": json.dumps(dict(view.address))})

    def delete(self, number: int, person: str) -> None:
        """Delete a view of the person's own. Raises ``StoreError`` for one of somebody else."""
        with self._engine.begin() as connection:
            query = text("DELETE FROM saved_view WHERE id = :id AND owner = :person")
            if not connection.execute(query, {"id": number, "person": person}).rowcount:
                raise StoreError("This view is gone, or belongs to somebody else, who alone can delete it.")


def _view(row: Mapping[Any, Any]) -> View:
    return View(**{**row, "address": {str(k): str(v) for k, v in row["address"].items()}})
