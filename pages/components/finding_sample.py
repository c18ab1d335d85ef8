"""Findings of a list accepted on the strength of a sample: each judged by its evidence and its repair, without how sure the audit is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from db.services.acceptance import candidate_of_finding
from db.stores.acceptances import Acceptance
from db.stores.group_samples import Group, Sample
from pages.components import links
from pages.components.acceptance import Item, Judged, show_sample
from pages.components.acceptance_plan import plan_sample
from pages.components.finding import show_evidence
from pages.components.finding_actions import PARAMETER as FINDING
from pages.components.finding_view import FindingView
from pages.components.identity import person
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.describe import change_text

NOUN = "finding"
MAX_CHANGES = 3
"""Changes of a repair that are kept in words with what was said of it."""


def can_be_sampled(views: Sequence[FindingView], holders: Mapping[str, str]) -> list[FindingView]:
    """The findings of which a sample can be drawn: those that have a repair, and that no colleague has open."""
    return [view for view in views if view.finding.repair and view.key not in holders]


@st.dialog("Judge a sample", width="medium")
def draw_findings(views: Sequence[FindingView], title: str, address: Mapping[str, str]) -> None:
    """Draw a sample of the findings of a list; ``title`` says what they are, ``address`` are the parameters that list them."""
    candidates = tuple(candidate_of_finding(view.finding, view.certainty.value) for view in views)
    group = Group("findings", title, {k: v for k, v in address.items() if k != "order"}, candidates, {})
    plan_sample(group, NOUN, _leave_list)


def _leave_list() -> None:
    st.query_params.pop(FINDING, None)


def show_finding_sample(sample: Sample, views: Sequence[FindingView], catalog: Catalog) -> None:
    """A sample of findings; ``views`` are those that can be decided now."""
    of_group = {*sample.known, *sample.population}
    by_key = {view.key: view for view in views if view.key in of_group}
    found = {
        key: (view.finding, candidate_of_finding(view.finding, view.certainty.value)) for key, view in by_key.items()
    }

    def item(key: str) -> Item:
        view = by_key[key]
        changes = view.finding.repair
        shown = "; ".join(change_text(change, catalog) for change in changes[:MAX_CHANGES])
        more = f"; and {len(changes) - MAX_CHANGES} more" if len(changes) > MAX_CHANGES else ""
        return Item(view.label, shown + more, lambda: show_evidence(view, catalog))

    def accept(reject: bool) -> Acceptance:
        return workbench().acceptances.accept_findings(sample.id, found, person(), reject=reject)

    present = {key: candidate for key, (_, candidate) in found.items()}
    question = "Is it a fault, and is this repair right?"
    show_sample(sample, Judged(links.HEALTH, "findings", NOUN, question, present, item, accept))
