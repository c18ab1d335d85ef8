"""The draft that a person has in hand: staging into it, and the catalog seen with or without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db import curation
from pages.parts.person import person
from pages.parts.session import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, Place
from pipeline.catalog.indexes import Indexes
from pipeline.errors import WorkbenchError

CHANGES = "pages/changes.py"
MARKS = {"add": "added in my draft", "edit": "changed in my draft", "remove": "removed in my draft", "": ""}
TONES = {"add": "good", "edit": "doubt", "remove": "bad"}


@dataclass(frozen=True)
class View:
    """The catalog as a page shows it: as it stands, or with the person's draft laid over it."""

    indexes: Indexes
    stands: Catalog
    changes: dict[Place, Change]
    revision: int
    number: int | None

    @property
    def catalog(self) -> Catalog:
        return self.indexes.catalog

    def mark(self, table: str, *key: str) -> str:
        """What the draft does to a row: ``add``, ``edit``, ``remove`` or nothing."""
        change = self.changes.get((table, key))
        return change.kind if change else ""

    def removed(self, table: str) -> list[Any]:
        """Rows of a table that the draft removes."""
        return [c.before for c in self.changes.values() if c.table == table and c.kind == "remove"]

    @property
    def key(self) -> tuple[int, int]:
        """What tells one state of the catalog from another."""
        return self.revision, hash(tuple(self.changes.values()))


def current() -> tuple[int | None, int]:
    """The person's draft and how many changes it holds."""
    name = person()
    number = curation.draft_of(workbench().engine, name) if name else None
    return number, curation.load_change_set(workbench().engine, number).size if number else 0


def view() -> View:
    """The catalog that the person has chosen to see."""
    bench = workbench()
    revision, indexes = bench.indexes()
    number, _ = current()
    if number is None or not st.session_state.get("with-draft", True):
        return View(indexes, indexes.catalog, {}, revision, None)
    drafted, changes = bench.with_draft(number)
    return View(drafted, indexes.catalog, {c.place: c for c in changes}, revision, number)


def draft_foot() -> None:
    """The side bar's line on the draft, with the switch that lays it over the catalog."""
    number, size = current()
    if number is None:
        return
    st.page_link(
        CHANGES,
        label=f"My draft · {size} {'change' if size == 1 else 'changes'}",
        icon=":material/edit_note:",
        query_params={"set": str(number)},
    )
    st.toggle("Catalog with my draft", value=True, key="with-draft")


def stage(changes: Sequence[Change], said: str) -> None:
    """Stage changes in the person's draft, say so, and draw the page anew; an error stays where it happened."""
    attempt(lambda: curation.stage_mine(workbench().engine, person(), changes), said + " It is in your draft {}.")


def attempt(act: Callable[[], object], said: str) -> None:
    """Do something that writes, say what came of it on the next drawing, or say what was wrong."""
    try:
        done = act()
    except WorkbenchError as error:
        st.error(str(error), icon=":material/block:")
        return
    st.session_state["said"] = said.format(done)
    st.rerun()


def tell() -> None:
    """What was done on the last drawing."""
    if said := st.session_state.pop("said", None):
        st.toast(said, icon=":material/check:", duration="long")
