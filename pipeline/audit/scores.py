"""The costly scores that checks share: of links and of aliases, made anew only where a catalog differs from one that is scored."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audit.links import Links, score_links
from pipeline.audit.owners import Ownership, score_aliases
from pipeline.audit.shipped_owners import shipped_ownership
from pipeline.catalog import Catalog
from pipeline.catalog.indexes import Indexes

TABLES_OF_LINKS = ("roles", "dimensions", "skills", "skill_dimensions", "role_dimensions")
TABLES_OF_OWNERS = ("skills", "skill_aliases")
"""The tables from which each is scored."""


@dataclass(frozen=True)
class Scores:
    """The scores of a catalog, from which those of a catalog that differs by a few rows are made."""

    catalog: Catalog
    links: Links
    owners: Ownership


def links_of(indexes: Indexes, before: Scores | None) -> Links:
    """The scored links of a catalog, equal to those that are scored without ``before``."""
    if before is not None and _are_equal(before.catalog, indexes.catalog, TABLES_OF_LINKS):
        return before.links
    return score_links(indexes, before.links if before else None)


def owners_of(indexes: Indexes, before: Scores | None) -> Ownership:
    """The scored aliases of a catalog, equal to those that are scored without ``before``."""
    if before is not None and _are_equal(before.catalog, indexes.catalog, TABLES_OF_OWNERS):
        return before.owners
    return shipped_ownership(indexes) or score_aliases(indexes)


def _are_equal(first: Catalog, second: Catalog, tables: tuple[str, ...]) -> bool:
    return all(getattr(first, table) == getattr(second, table) for table in tables)
