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
from pages.components.markup import Column
from pipeline.audit import SEVERITIES
from pipeline.calibration import Precision

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

    def title(self, kind_labels: Mapping[str, str]) -> str:
        """What is listed, in words."""
        what = kind_labels[self.kind].lower() if self.kind else "findings"
        parts = [what, self.field, f"{self.severity} severity" if self.severity else ""]
        return ", ".join(filter(None, [*parts, f"with “{self.words}”" if self.words else ""]))

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


def choose_filter(
    undecided: Sequence[FindingView], kind_labels: Mapping[str, str], precisions: Mapping[str, Precision]
) -> HealthFilter:
    """The filter that the person has set, by links for the kinds and fields for the rest; ``precisions`` are how right the findings
    of each kind were that somebody decided.
    """
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
    pills_at.html(_pills(chosen, undecided, kind_labels, precisions))
    return chosen


def _pills(
    chosen: HealthFilter,
    undecided: Sequence[FindingView],
    kind_labels: Mapping[str, str],
    precisions: Mapping[str, Precision],
) -> Markup:
    """The kinds with how many findings each has and how right they were, as links; that of the chosen kind leads back to all."""
    counts = Counter(view.kind for view in undecided)
    kinds = [kind for kind in kind_labels if counts[kind] or kind == chosen.kind]
    pills = [_pill(chosen, "", "All", len(undecided), None)]
    pills += [_pill(chosen, kind, kind_labels[kind], counts[kind], precisions.get(kind)) for kind in kinds]
    return markup.fill('<nav class="jdw-pills" aria-label="Kinds of findings">{}</nav>', markup.join(pills))


def _pill(chosen: HealthFilter, kind: str, label: str, count: int, precision: Precision | None) -> Markup:
    url = links.page_url(links.HEALTH, **replace(chosen, kind="" if kind == chosen.kind else kind).address())
    current = Markup(' aria-current="true"') if kind == chosen.kind else Markup()
    said = Markup()
    if precision is not None:
        said = markup.fill(' <i title="{}">{}</i>', precision_text(precision), f"{100 * precision.share:.0f} %")
    return markup.fill('<a class="jdw-pill" href="{}"{}>{} <b>{}</b>{}</a>', url, current, label, str(count), said)


def precision_text(precision: Precision) -> str:
    """How right the findings of a kind were: the share with its interval, and on how many decisions it rests."""
    low, high = precision.interval.low, precision.interval.high
    share = f"{100 * precision.share:.0f} % right ({100 * low:.0f}–{100 * high:.0f} %)"
    return f"{share} of {precision.decided:,} decided"


def precision_table(precisions: Sequence[tuple[str, Precision]]) -> Markup:
    """How right the findings of each kind were, each with its interval on one scale."""
    rows = [
        (label, _on_scale(precision), markup.meta_span(precision_text(precision))) for label, precision in precisions
    ]
    return markup.fill('<div class="jdw-measured">{}</div>', markup.table(("Kind", Column("Right", "w4"), ""), rows))


def _on_scale(precision: Precision) -> Markup:
    low, high = 100 * precision.interval.low, 100 * precision.interval.high
    return markup.fill(
        '<span class="jdw-interval" role="img" aria-label="{}"><i style="left:{}%;width:{}%"></i><b style="left:{}%"></b></span>',
        precision_text(precision),
        f"{low:.1f}",
        f"{high - low:.1f}",
        f"{100 * precision.share:.1f}",
    )
