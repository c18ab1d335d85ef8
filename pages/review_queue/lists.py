"""The lists of the review queue: one proposal beside its list, rows that can be ticked, cells that can be edited, groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import shorten

import pandas as pd
import streamlit as st
from markupsafe import Markup

from db.stores.queue_listing import Group, Page
from db.stores.review_queue import Proposal
from pages.components import links, markup
from pages.components.draft import DraftView
from pages.components.flash import flash
from pages.components.grid import GridSpec, editable_grid
from pages.components.identity import has_name, person
from pages.components.labels import count_label, vocabulary_label
from pages.components.markup import Column
from pages.components.row_list import ListRow
from pages.components.tick_table import TickRow, TickTable
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pages.review_queue.address import QueueAddress, group_name
from pages.review_queue.marks import KIND_LABELS, place_text, proposal_name
from pipeline.catalog import SKILL_NATURES, Catalog
from pipeline.errors import WorkbenchError

COLUMNS = (Column("Proposal"), Column("Runs", "n"), Column("Newest", "n"))
TICKS = TickTable(
    "proposals",
    "Proposals",
    (Column("Proposal"), Column("Kind", "jdw-wide"), Column("Would go to", "jdw-wide"), Column("Runs", "n")),
)
KEY, TERM, RUNS, CERTAINTY = "Number", "Proposal", "Runs", "Certainty"
NAME, NATURE, DIMENSION = "Name", "Nature", "Dimension"
FIELDS = {NAME: "name", NATURE: "nature", DIMENSION: "dimension"}
MAX_NAMES, MAX_LETTERS = 3, 60
"""Proposals of a group that are named beside its first, and the letters of each name."""


def row_of(proposal: Proposal, view: DraftView) -> ListRow:
    """A proposal in the list beside which it is shown."""
    role = view.catalog.role.get(proposal.role_slug)
    below = [
        KIND_LABELS[proposal.kind],
        f"for {role.display_name}" if role else "",
        place_text(proposal, view) if proposal.kind == "skill" else "",
        proposal.weak,
        "looks like an employer’s name" if proposal.employer_look else "",
        "lower: its like were rejected" if proposal.lowered else "",
    ]
    return ListRow(
        str(proposal.id),
        proposal_name(proposal, view),
        (f"{proposal.runs:,}", ago(proposal.newest_at) if proposal.newest_at else ""),
        " · ".join(filter(None, below)),
    )


def show_ticks(listed: Sequence[Proposal], view: DraftView) -> None:
    """The rows of a page with a box each; what is ticked stays so on other pages."""
    TICKS.show([TickRow(str(p.id), proposal_name(p, view), _tick_cells(p, view)) for p in listed])


def _tick_cells(proposal: Proposal, view: DraftView) -> tuple[str, ...]:
    url = links.review_queue_url(id=str(proposal.id))
    doubts = [proposal.weak, "looks like an employer’s name" if proposal.employer_look else ""]
    below = markup.meta(" · ".join(filter(None, doubts))) if any(doubts) else Markup()
    name = markup.link(proposal_name(proposal, view), url)
    return name + below, KIND_LABELS[proposal.kind], place_text(proposal, view), f"{proposal.runs:,}"


def show_groups(page: Page, shown: QueueAddress, view: DraftView) -> None:
    """Groups, the largest first; a click opens the proposals of one."""
    rows = [_group_cells(group, shown, view) for group in page.rows]
    st.html(markup.table((Column("Group"), Column("Proposals", "n"), Column("Runs", "n")), rows))


def _group_cells(group: Group, shown: QueueAddress, view: DraftView) -> tuple[str, ...]:
    assert shown.by is not None
    name = markup.link(group_name(view, shown.by, group.key, group.first), shown.of_group(group.key))
    named = group.others if shown.by in ("spelling", "meaning") else (group.first, *group.others)
    kinds = ", ".join(KIND_LABELS[kind] for kind in group.kinds)
    more = ["…"] if group.proposals > MAX_NAMES + 1 else []
    words = " · ".join([kinds, *(shorten(n, MAX_LETTERS, placeholder="…") for n in named[:MAX_NAMES]), *more])
    return name + markup.meta(words), f"{group.proposals:,}", f"{group.runs:,}"


# --- cells that are edited ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    """Natures and dimensions as they are chosen in cells, by what they are called."""

    natures: dict[str, str]
    dimensions: dict[str, str]

    @classmethod
    def of_catalog(cls, catalog: Catalog) -> _Names:
        """Those of a catalog; a dimension whose name another has too is called by its slug as well."""
        names = [d.display_name for d in catalog.dimensions]
        dimensions = {
            d.display_name if names.count(d.display_name) == 1 else f"{d.display_name} ({d.slug})": d.slug
            for d in sorted(catalog.dimensions, key=lambda d: d.display_name.lower())
        }
        return cls({vocabulary_label(n): n for n in SKILL_NATURES}, dimensions)


def show_cells(listed: Sequence[Proposal], view: DraftView, key: str) -> list[str]:
    """The rows of a page as cells: what is written into one is kept at once. Returns the numbers of the rows that are chosen."""
    names = _Names.of_catalog(view.catalog)
    frame = _frame(listed, view, names)
    spec = GridSpec(
        f"queue-{key}-{person()}",
        KEY,
        {NAME: None, NATURE: ["", *names.natures], DIMENSION: ["", *names.dimensions]},
        pinned=TERM,
        hidden=[KEY],
        widths={TERM: 230, RUNS: 64, CERTAINTY: 84, NAME: 230, NATURE: 120, DIMENSION: 210},
        selectable=True,
    )
    return editable_grid(frame, spec, _keep_cell(names))


def _frame(listed: Sequence[Proposal], view: DraftView, names: _Names) -> pd.DataFrame:
    natures = {value: label for label, value in names.natures.items()}
    dimensions = {value: label for label, value in names.dimensions.items()}

    def found(proposal: Proposal, field: str, value: str) -> str:
        return proposal.edits.get(field) or (value if proposal.kind == "skill" else "")

    return pd.DataFrame(
        {
            KEY: [str(p.id) for p in listed],
            TERM: [p.text if p.kind != "link" else proposal_name(p, view) for p in listed],
            "Kind": [KIND_LABELS[p.kind] for p in listed],
            NAME: [proposal_name(p, view) for p in listed],
            NATURE: [natures.get(found(p, "nature", p.nature), "") for p in listed],
            DIMENSION: [dimensions.get(found(p, "dimension", p.dimension), "") for p in listed],
            CERTAINTY: ["" if p.certainty is None else f"{p.certainty:.2f}" for p in listed],
            RUNS: [p.runs for p in listed],
        }
    )


def _keep_cell(names: _Names) -> Callable[[str, str, object], None]:
    """What keeps an edited cell: one write for each, under the person's name."""

    def keep(number: str, column: str, value: object) -> None:
        text = " ".join(str(value or "").split())
        stored = {NATURE: names.natures, DIMENSION: names.dimensions}.get(column, {}).get(text, text)

        def write() -> None:
            proposal = workbench().proposals.load(int(number))
            if proposal is not None and column != NAME and proposal.kind != "skill":
                flash(f"Only a skill has a {column.lower()}.")
                return
            if proposal is not None and column == NAME and (proposal.kind == "link" or not text):
                flash(
                    "A link has no name of its own." if proposal.kind == "link" else "A name has at least one letter."
                )
                return
            workbench().proposals.edit(int(number), FIELDS[column], stored, person())
            flash(f"Kept: {column.lower()} of “{proposal.text if proposal else number}”.")

        if has_name(write):
            try:
                write()
            except WorkbenchError as error:
                flash(str(error))

    return keep


def total_text(page: Page) -> str:
    """How many there are, and which are shown."""
    return count_label(page.total, "proposal") if page.pages == 1 else f"{page.total:,} proposals, page {page.number:,}"
