"""What was set differently for two experiments: the catalog, a draft over it, and each setting."""

from __future__ import annotations

import streamlit as st

from db.services.experiments import ComparedExperiments
from pages.components import markup
from pages.components.labels import cell_label


def show(both: ComparedExperiments) -> None:
    """Draw the list."""
    rows: list[tuple[str, ...]] = []
    first, second = both.a.run_config(), both.b.run_config()
    if both.a.revision_id != both.b.revision_id:
        rows.append(("Catalog", f"revision {both.a.revision_id}", f"revision {both.b.revision_id}"))
    if both.a.changes != both.b.changes:
        drafts = [
            f"draft {one.draft}, {len(one.changes):,} rows" if one.draft else "no draft" for one in (both.a, both.b)
        ]
        rows.append(("Draft", *drafts))
    for name in type(first).model_fields:
        if (values := (getattr(first, name), getattr(second, name)))[0] != values[1]:
            rows.append(
                (name.replace("_", " "), *(cell_label(name, v if isinstance(v, bool) else str(v)) for v in values))
            )
    none = markup.meta("Nothing: both ran with the same catalog and settings.")
    st.html(markup.heading("Set differently") + (markup.table(["Setting", "A", "B"], rows) if rows else none))
