"""What the page explains: a run on a state of the catalog, beside another role, with the story of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Literal

import streamlit as st
from markupsafe import Markup

from db.services.explanations import ExplainedRun
from db.services.results import RunResult
from db.stores.row_history import RowStory
from db.stores.runs import StoredRun
from pages.components import draft, links, markup
from pages.components.links import EntityKind
from pages.components.workbench import workbench
from pipeline.audit import Finding
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Place
from pipeline.explain import Explanation

Basis = Literal["then", "today", "draft"]
KEPT = ("want", "words", "skill")
"""Parameters of the address that its links keep: what is to be put right, and what is asked about."""
MAX_KRA = 90
"""Letters of a KRA that a line of the page shows; the whole stands in its hint."""


@dataclass(frozen=True)
class WhyView:
    """A run as the page explains it.

    ``whole`` is of the role that is asked about (of none where the run has none), ``other`` of the one beside it, null where there is
    none. ``basis`` says on which state of the catalog.
    """

    stored: StoredRun
    result: RunResult
    explained: ExplainedRun
    basis: Basis
    whole: Explanation
    other: Explanation | None

    @cached_property
    def stories(self) -> Mapping[Place, RowStory]:
        """What became of each row that is shown."""
        return workbench().row_history.stories(self.places)

    @cached_property
    def counts(self) -> Mapping[Place, int]:
        """How many past runs rest on each row that is shown."""
        return workbench().run_rows.counts(self.places)

    @cached_property
    def suspected(self) -> Mapping[Place, Finding]:
        """The rows that Health suspects, as far as it has looked."""
        return workbench().snapshots.suspicions(self.draft)

    @property
    def places(self) -> set[Place]:
        """The rows that are shown."""
        shown = [self.whole, self.other] if self.other else [self.whole]
        return {(row.table, row.key) for of in shown for signal in of.signals for row in signal.rows}

    @cached_property
    def today(self) -> Catalog:
        """The stored catalog."""
        return workbench().snapshots.current().catalog

    @cached_property
    def draft(self) -> int | None:
        """The number of the draft that is in the state of the catalog; null for none."""
        return draft.current()[0] if self.basis == "draft" else None

    @property
    def catalog(self) -> Catalog:
        """The state of the catalog that the run is explained on."""
        return self.explained.snapshot.catalog

    @property
    def revision(self) -> int:
        """The revision of that state."""
        return self.explained.snapshot.revision

    @property
    def least_points(self) -> float:
        """The log odds that any role fits, from which on a role is chosen."""
        least = self.explained.held.config.min_field
        return log(least / (1.0 - least)) if 0.0 < least < 1.0 else 0.0

    @property
    def by_model(self) -> bool:
        """Whether the run itself was judged by a model."""
        return self.stored.engine == "openai"

    @property
    def stored_role(self) -> str | None:
        """The slug of the role that the run came to when it was made; null for none."""
        chosen = self.result.extraction.decision.chosen_role
        return chosen.slug if chosen else None

    @cached_property
    def drafted(self) -> frozenset[Place]:
        """The rows that the draft changes."""
        return frozenset(change.place for change in self.explained.snapshot.changes)

    @cached_property
    def address(self) -> Mapping[str, str]:
        """The parameters of the page's address, but for what is opened on it."""
        query: dict[str, str] = {"on": self.basis}
        if self.other and self.other.role:
            query["against"] = self.other.role
        return query | {name: st.query_params[name] for name in KEPT if name in st.query_params}

    def url(self, **query: str) -> str:
        """The address of the page with other parameters."""
        return links.why_url(self.stored.id, **{**self.address, **query})

    def name_of(self, kind: EntityKind, slug: str) -> str:
        """What an entry is called in the state of the catalog that is shown, else today; its slug for one that is in neither."""
        for catalog in (self.catalog, self.today):
            if row := getattr(catalog, kind).get(slug):
                return str(row.display_name)
        return slug

    def name(self, kind: EntityKind, slug: str, *, bold: bool = False) -> Markup:
        """The name of an entry, as a link where it is in today's catalog."""
        css = f"{kind} jdw-b" if bold else kind
        text = self.name_of(kind, slug)
        if slug in getattr(self.today, kind):
            return markup.link(text, links.entity_url(kind, slug), css)
        return markup.span(text, css)

    def asked(self, slug: str | None, confidence: float, *, bold: bool = False) -> Markup:
        """A role that would come out, with how sure it is: a link that asks about it on this page; "no role" for none."""
        if slug is None:
            return Markup("no role")
        css = "role jdw-b" if bold else "role"
        name = markup.link(self.name_of("role", slug), self.url(against=slug), css)
        return markup.fill('{} <span class="jdw-tn">{}</span>', name, f"{confidence:.2f}")
