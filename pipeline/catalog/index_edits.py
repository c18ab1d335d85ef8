"""The indexes of catalogs that differ in a few rows from one whose indexes are built: only what the rows touch is made anew.

What comes out equals what indexes made from the whole catalog would be, to the last bit: ``without`` of an explanation and the replays
of a repair are held against runs on the changed folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import log
from typing import Any

from pipeline.catalog.alias_edits import TABLES as ALIAS_TABLES
from pipeline.catalog.alias_edits import AliasSources, EditedAliasIndex
from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.changes import Change
from pipeline.catalog.edits import LINK_TABLES, RowEdits
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.kras import KraMatrix, kra_matrix, matrix_with_dimensions
from pipeline.catalog.kras import matrix_without as kras_without
from pipeline.catalog.overlay import Overlay
from pipeline.catalog.titles import TitleMatrix, Titles, edited_titles, fold_title, specific_titles, title_matrix
from pipeline.catalog.titles import matrix_without as titles_without
from pipeline.catalog.value import Catalog

MAX_KEPT = 8
"""Matrices of titles that are kept."""


class IndexEdits:
    """The indexes of a catalog, and those of catalogs that differ from it in a few rows."""

    def __init__(self, base: Indexes) -> None:
        """Take the indexes that others are made from."""
        self.base = base
        self.rows = RowEdits(base.catalog)

    def after(self, changes: Sequence[Change]) -> Indexes:
        """Return the indexes of the catalog after some changes, each of another row (``RowEdits.after``)."""
        base = self.base
        catalog = self.rows.after(changes)
        changed = {change.table for change in changes}
        indexes = Indexes(catalog, base.encoder, base.nearness)
        for name, tables in Indexes.DEPENDS_ON.items():
            if name in base.__dict__ and changed.isdisjoint(tables):
                indexes.__dict__[name] = base.__dict__[name]
        if changed <= LINK_TABLES or (changed <= LINK_TABLES | {"skills"} and all(map(_has_same_forms, changes))):
            for name, value in self._edited(catalog, changes, changed):
                indexes.__dict__[name] = value
        elif changed & ALIAS_TABLES and "skills" not in changed:
            # Of all indexes this one takes longest to make, and it follows from forms and links alone.
            indexes.__dict__["aliases"] = self._aliases(catalog, changes)
        return indexes

    def _edited(self, catalog: Catalog, changes: Sequence[Change], changed: set[str]) -> list[tuple[str, Any]]:
        """The indexes that the changed rows are part of, by name."""
        found: list[tuple[str, Any]] = []
        if changed & (ALIAS_TABLES | {"skills"}):
            found.append(("aliases", self._aliases(catalog, changes)))
        if changed & {"skill_dimensions", "role_dimensions"}:
            found.append(("skill_weight", self._skill_weight(catalog, changes)))
        if "role_aliases" in changed:
            forms = {fold_title(row.alias_text) for c in changes if c.table == "role_aliases" for row in _sides(c)}
            titles = edited_titles(self.base.titles, catalog, forms)
            found += [("titles", titles), ("title_matrix", self._title_matrix(titles, forms))]
        if changed & {"role_kras", "role_dimensions"}:
            found.append(("kras", self._kras(catalog, changes)))
        return found

    @cached_property
    def _sources(self) -> AliasSources:
        return AliasSources(self.base.catalog, self.base.aliases)

    def _aliases(self, catalog: Catalog, changes: Sequence[Change]) -> AliasIndex:
        if not self.base.aliases.forms():
            return AliasIndex(catalog)
        return EditedAliasIndex(self.base.aliases, catalog, changes, self._sources)

    def _skill_weight(self, catalog: Catalog, changes: Sequence[Change]) -> Mapping[str, float]:
        """The weight of each skill, made anew for those that may reach other roles."""
        n = max(len(catalog.roles), 2)
        slugs = {c.key[0] for c in changes if c.table == "skill_dimensions"}
        for change in changes:
            if change.table == "role_dimensions":
                slugs |= {skill.slug for skill in catalog.skills_of_dimension.get(change.key[1], ())}
        roles = {slug: catalog.roles_of_skill.get(slug, ()) for slug in slugs}
        own = {slug: log((n + 1) / len(of_skill)) / log(n + 1) for slug, of_skill in roles.items() if of_skill}
        return Overlay(self.base.skill_weight, own, [slug for slug in slugs if slug not in own])

    def _title_matrix(self, titles: Titles, forms: Iterable[str]) -> TitleMatrix:
        """The matrix of titles, of which those of some folded forms have changed: without one where one is gone, else made anew."""
        base = self.base.title_matrix
        before, now = (
            {title for form in forms for title in specific_titles({form: of.get(form, ())})}
            for of in (self.base.titles, titles)
        )
        if before == now:
            return base
        gone = before - now
        if len(gone) == 1 and now < before and len(base.texts) > 1:
            return self._matrix_without(gone.pop())
        return title_matrix(titles, self.base.encoder, self.base.nearness)

    def _matrix_without(self, title: tuple[str, str]) -> TitleMatrix:
        """The matrix without one title, whether that is gone or generic now; those that were asked for last are kept."""
        kept = self._kept_matrices
        if title not in kept:
            if len(kept) >= MAX_KEPT:
                kept.clear()
            kept[title] = titles_without(self.base.title_matrix, self._places_of_titles[title])
        return kept[title]

    @cached_property
    def _kept_matrices(self) -> dict[tuple[str, str], TitleMatrix]:
        return {}

    @cached_property
    def _places_of_titles(self) -> Mapping[tuple[str, str], int]:
        return {title: row for row, title in enumerate(specific_titles(self.base.titles))}

    def _kras(self, catalog: Catalog, changes: Sequence[Change]) -> KraMatrix:
        """The matrix of KRAs: without one where one is gone, with other profiles where dimensions are others, else made anew."""
        matrix, encoder = self.base.kras, self.base.encoder
        of_kras = [c for c in changes if c.table == "role_kras"]
        if len(of_kras) > 1 or any(c.after is not None for c in of_kras) or len(matrix.texts) < 2:
            return kra_matrix(catalog, encoder)
        for change in of_kras:
            rows = matrix.rows_of(change.key[0])
            if rows is None:
                return kra_matrix(catalog, encoder)
            matrix = kras_without(matrix, rows.start + matrix.texts[rows].index(change.key[1]))
        roles = {c.key[0] for c in changes if c.table == "role_dimensions"}
        return matrix_with_dimensions(matrix, catalog, encoder, sorted(roles))


def _has_same_forms(change: Change) -> bool:
    """Whether a change leaves the forms of a skill, which follow from its name, and from whether it is a language."""
    before, after = change.before, change.after
    if change.table != "skills":
        return True
    if before is None or after is None or "LANGUAGE" in (before.skill_nature, after.skill_nature):
        return False
    return bool(before.display_name == after.display_name)


def _sides(change: Change) -> list[Any]:
    return [row for row in (change.before, change.after) if row is not None]
