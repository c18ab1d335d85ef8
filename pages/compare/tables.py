"""The differences of two runs: what was set differently, and a table for each area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from pages.compare.judgement import TONES, Judgement
from pages.compare.sides import Comparison
from pages.components import links, markup
from pages.components.markup import Column
from pages.components.workbench import workbench
from pipeline.catalog.describe import change_text
from pipeline.compare import AREAS, Difference, causes, compare
from pipeline.subjects import RoleSubject, SkillSubject

MAX_BOLD = 60
"""Letters of a value that is shown in bold where it differs: whole sentences in bold would shout."""
MAX_CAUSES = 3
MAX_CAUSE_LENGTH = 200


def show(comparison: Comparison, judgement: Judgement | None) -> None:
    """What was set differently, and a table for each area."""
    rows, changed = compare(*comparison.sides), comparison.settings
    if comparison.left.jd_hash != comparison.right.jd_hash:
        st.html(markup.meta("The two runs are of different texts."))
    differing = sum(row.differs for row in rows)
    unchanged = "Nothing was set differently." if comparison.draft is None else ""
    because = f"Set differently: {settings_label(changed)}." if changed else unchanged
    st.html(markup.meta(f"{differing} of {len(rows)} rows differ. {because}"))
    only = st.toggle("Only differences", value=True, key="only", bind="query-params")
    if only and not differing:
        st.html(markup.empty("Nothing differs."))
        return
    reasons = reason_cells(comparison, rows, changed)
    for area in AREAS:
        of_area = [row for row in rows if row.area == area and (row.differs or not only)]
        if of_area:
            st.html(_Table(comparison, judgement, reasons, mark_differing=not only).html(of_area))


def settings_label(changed: Sequence[Difference]) -> str:
    """What was set differently, from what to what."""
    return "; ".join(f"{s.name.lower()} {s.left or 'unset'} → {s.right or 'unset'}" for s in changed)


Reasons = dict[tuple[str, str], Markup]
"""Why each differing row differs, by area and name."""


def reason_cells(comparison: Comparison, rows: Sequence[Difference], changed: Sequence[Difference]) -> Reasons:
    """The changes of the catalog that touch a differing row, else what was set differently."""
    catalog = workbench().snapshots.current().catalog
    found = causes(rows, comparison.catalog_changes)
    if comparison.draft is not None:
        otherwise = "follows from what the draft changes"
    else:
        other_settings = [s for s in changed if s.name != "Catalog revision"]
        same_text = comparison.left.jd_hash == comparison.right.jd_hash
        otherwise = settings_label(other_settings) or ("the runs that came between" if same_text else "another text")
    cells: Reasons = {}
    for row in rows:
        if row.differs:
            changes = found.get(row, [])
            if comparison.beside is not None:
                otherwise = comparison.beside.reason(row, old_is_left=comparison.left.is_old)
            lines = [f"{label}: {change_text(change, catalog)}" for label, change in changes[:MAX_CAUSES]]
            if len(changes) > MAX_CAUSES:
                lines.append(f"and {len(changes) - MAX_CAUSES} more")
            cells[row.area, row.name] = markup.join(markup.meta(x[:MAX_CAUSE_LENGTH]) for x in lines or [otherwise])
    return cells


@dataclass(frozen=True)
class _Table:
    """How the rows of an area are drawn."""

    comparison: Comparison
    judgement: Judgement | None
    reasons: Reasons
    mark_differing: bool

    def html(self, rows: Sequence[Difference]) -> Markup:
        """The rows of one area."""
        count = sum(row.differs for row in rows)
        titles = (f"{rows[0].area} · {count} differ{'s' if count == 1 else ''}", *self.comparison.headings, "Why")
        return markup.table([Column(title, "w4") for title in titles], [self._row(row) for row in rows])

    def _row(self, row: Difference) -> list[Markup | str]:
        differs = markup.tag("differs", "") if self.mark_differing and row.differs else Markup()
        word = self.judgement.of_row(row, *self.comparison.sides) if self.judgement and row.differs else "other"
        judged = markup.tag(word, TONES[word]) if word != "other" else Markup()
        return [
            differs + judged + _name(row),
            _value(row, row.left),
            _value(row, row.right),
            self.reasons.get((row.area, row.name), ""),
        ]


def _name(row: Difference) -> Markup:
    """A row's name; a skill leads to its card."""
    if isinstance(row.subject, SkillSubject) and row.subject.slugs:
        return markup.link(row.name, links.entity_url("skill", min(row.subject.slugs)), "skill")
    return Markup.escape(row.name)


def _value(row: Difference, text: str) -> Markup:
    if not text:
        return markup.meta_span("–")
    if isinstance(row.subject, RoleSubject) and row.name == "Chosen role":
        slugs = {role.display_name: role.slug for role in workbench().snapshots.current().catalog.roles}
        if text in slugs:
            return markup.link(text, links.entity_url("role", slugs[text]), "role")
    return markup.bold(text) if row.differs and len(text) < MAX_BOLD else Markup.escape(text)
