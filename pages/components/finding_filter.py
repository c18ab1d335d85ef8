"""Which findings Health lists, and in which order: all of it stands in the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import streamlit as st
from markupsafe import Markup

from db.stores.findings import Decision
from pages.components import links, markup
from pages.components.finding_view import FindingView
from pipeline.audit import SEVERITIES

MINE, UNTOUCHED = "mine", "untouched"
WHOSE_LABELS = {"": "Open", MINE: "Decided by me", UNTOUCHED: "Untouched"}
ORDER_LABELS = {"": "Most harmful first", "sure": "Surest first"}


@dataclass(frozen=True)
class HealthFilter:
    """Which findings are listed: of a kind, a field of work, a severity, by what was decided and with which words; empty for all.

    ``order`` is how they are ranked.
    """

    kind: str = ""
    field: str = ""
    severity: str = ""
    whose: str = ""
    words: str = ""
    order: str = ""

    @property
    def by_certainty(self) -> bool:
        """Whether the surest come first, not the most harmful."""
        return self.order == "sure"

    def fits(self, view: FindingView, decision: Decision | None, me: str) -> bool:
        """Whether a finding is listed for a person."""
        wanted = ((self.kind, view.kind), (self.field, view.field), (self.severity, view.severity))
        if any(value and value != found for value, found in wanted):
            return False
        reasons = " ".join(reason.text for reason in view.finding.reasons)
        text = f"{view.label} {view.finding.check.label} {reasons}".lower()
        if not all(word in text for word in self.words.lower().split()):
            return False
        if self.whose == MINE:
            return decision is not None and decision.author == me
        return self.whose != UNTOUCHED or decision is None

    def address(self) -> Mapping[str, str]:
        """The parameters of the address that set it, empty ones left out."""
        names = {"field": "domain"}
        values = {
            **asdict(self),
            "severity": self.severity.capitalize(),
            "whose": WHOSE_LABELS[self.whose] if self.whose else "",
            "order": ORDER_LABELS[self.order] if self.order else "",
        }
        return {names.get(name, name): value for name, value in values.items() if value}


def choose_filter(undecided: Sequence[FindingView], kind_labels: Mapping[str, str]) -> HealthFilter:
    """The filter that the person has set, by links for the kinds and fields for the rest."""
    pills_at = st.container()
    with st.container(horizontal=True, vertical_alignment="center", key="health-filter"):
        words_at, field_at, severity_at, whose_at, order_at = (
            st.container(width=width) for width in (230, 165, 140, 150, 180)
        )
    words = words_at.text_input(
        "Search findings",
        key="words",
        bind="query-params",
        placeholder="Search findings",
        label_visibility="collapsed",
        icon=":material/search:",
    )
    field = field_at.selectbox(
        "Field",
        ["", *sorted({view.field for view in undecided})],
        key="domain",
        bind="query-params",
        format_func=lambda field: field or "Any field",
        label_visibility="collapsed",
    )
    severity = severity_at.selectbox(
        "Severity",
        ["", *SEVERITIES],
        key="severity",
        bind="query-params",
        format_func=lambda severity: severity.capitalize() or "Any severity",
        label_visibility="collapsed",
    )
    whose = whose_at.selectbox(
        "Whose",
        list(WHOSE_LABELS),
        key="whose",
        bind="query-params",
        format_func=WHOSE_LABELS.__getitem__,
        label_visibility="collapsed",
    )
    order = order_at.selectbox(
        "Order",
        list(ORDER_LABELS),
        key="order",
        bind="query-params",
        format_func=ORDER_LABELS.__getitem__,
        label_visibility="collapsed",
    )
    asked = st.query_params.get("kind", "")
    kind = asked if asked in kind_labels else next((k for k, label in kind_labels.items() if label == asked), "")
    chosen = HealthFilter(kind, field or "", severity or "", whose or "", (words or "").strip(), order or "")
    pills_at.html(_pills(chosen, undecided, kind_labels))
    return chosen


def _pills(chosen: HealthFilter, undecided: Sequence[FindingView], kind_labels: Mapping[str, str]) -> Markup:
    """The kinds with how many findings each has, as links; that of the chosen kind leads back to all."""
    counts = Counter(view.kind for view in undecided)
    kinds = [kind for kind in kind_labels if counts[kind] or kind == chosen.kind]
    pills = [_pill(chosen, "", "All", len(undecided))]
    pills += [_pill(chosen, kind, kind_labels[kind], counts[kind]) for kind in kinds]
    return markup.fill('<nav class="jdw-pills" aria-label="Kinds of findings">{}</nav>', markup.join(pills))


def _pill(chosen: HealthFilter, kind: str, label: str, count: int) -> Markup:
    url = links.page_url(links.HEALTH, **replace(chosen, kind="" if kind == chosen.kind else kind).address())
    current = Markup(' aria-current="true"') if kind == chosen.kind else Markup()
    return markup.fill('<a class="jdw-pill" href="{}"{}>{} <b>{}</b></a>', url, current, label, str(count))
