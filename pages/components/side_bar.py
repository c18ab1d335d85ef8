"""The side bar beside every page: what waits behind the links of the navigation, who is at the screen, and what the workbench
stands on.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from pages.components import draft, links, markup
from pages.components.identity import person, person_button
from pages.components.links import PagePlace
from pages.components.live_impact import last_edit
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError


def side_bar() -> None:
    """Draw it; the page ends here when there is no store."""
    try:
        revision = workbench().snapshots.revision()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/database_off:")
        st.stop()
    if workbench().is_warm:
        workbench().quality.notice(revision)
    st.html(counts_style(waiting()))
    draft.draft_foot()
    last_edit()
    person_button()
    lines = [
        f"Revision {revision} · local engine {'ready' if workbench().is_ready else 'getting ready'}",
        f"Model engine: {workbench().models.label}",
        markup.fill('<button type="button" class="jdw-open-keys">Keys <kbd>?</kbd></button>'),
    ]
    st.html(markup.block(markup.join(lines, Markup("<br>")), "jdw-foot"))


def waiting() -> dict[PagePlace, int]:
    """How much waits behind pages, as far as it is known: this waits neither for an audit nor for a check of the draft."""
    _, drafted = draft.current()
    return {
        links.HEALTH: open_findings(),
        links.REVIEW_QUEUE: workbench().proposals.count_pending(),
        links.VERDICTS: workbench().assignment_progress.waiting(person()),
        links.CHANGES: drafted,
    }


def open_findings() -> int:
    """How many findings are open in the catalog with the person's draft; 0 while it has not been audited."""
    number, _ = draft.current()
    audited = workbench().snapshots.judge(number).audited
    return len(workbench().findings.still_open(audited.findings)) if audited else 0


def counts_style(counts: Mapping[PagePlace, int]) -> Markup:
    """The style that writes the counts, and the key of the new run, behind the links of the navigation."""
    rules = [
        Markup('[data-testid="stSidebarNavLink"][href$="/{}"]::after{{content:"{}"}}').format(
            place.url_path, f"{count:,}"
        )
        for place, count in counts.items()
        if count
    ]
    return Markup("<style>{}</style>").format(Markup("").join(rules))
