"""What the address of the page names: a set, a version, an item, or two versions; and the addresses of these."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.stores.gold_sets import GoldSet
from pages.components import links
from pages.components.workbench import workbench


@dataclass(frozen=True)
class Asked:
    """The set (its name), an item by its id, a version (0: the newest), and two versions to be compared (0: none)."""

    name: str = ""
    item: str = ""
    version: int = 0
    a: int = 0
    b: int = 0

    def load(self) -> tuple[GoldSet, int]:
        """The set and the version that is meant. Raises ``StoreError`` for one that is not there."""
        found = workbench().gold_sets.find(self.name)
        return found, workbench().gold_sets.check_version(found, self.version or None)


def read() -> Asked:
    """What the address names."""

    def number(name: str) -> int:
        given = st.query_params.get(name, "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0

    return Asked(
        st.query_params.get("set", ""),
        st.query_params.get("item", ""),
        number("version"),
        number("a"),
        number("b"),
    )


def url(name: str = "", *, item: str = "", version: int = 0, **query: str) -> str:
    """The address of a set, of an item of it, of a version (0: the newest)."""
    asked = {"set": name, "item": item, "version": str(version) if version else "", **query}
    return links.page_url(links.GOLD_SETS, **{key: value for key, value in asked.items() if value})
