"""Health: what the audit suspects in the catalog with my draft, the most harmful first; one decision a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from db.services.audits import Audited
from db.stores.findings import Decision
from pages.components import draft, links, markup
from pages.components.acceptance import KEYS as SAMPLE_KEYS
from pages.components.acceptance import asked_sample, open_samples
from pages.components.finding import MAX_NEIGHBOURS, decision_text, show_finding
from pages.components.finding_actions import PARAMETER, Decider
from pages.components.finding_dialogs import decide_all
from pages.components.finding_filter import MINE, HealthFilter, choose_filter, precision_table, precision_text
from pages.components.finding_sample import can_be_sampled, draw_findings, show_finding_sample
from pages.components.finding_view import FindingView, views_of
from pages.components.frame import name_tab
from pages.components.identity import person
from pages.components.keys import page_keys
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.row_list import ListRow, RowList
from pages.components.run_usage import run_usage
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.audit import CHECKS, Usage
from pipeline.calibration import Calibration
from pipeline.catalog import Catalog

KIND_LABELS = {check.kind: check.label for check in CHECKS}
WAIT_SECONDS = 0.25
"""How long the page waits for what the draft changes to be judged, before it shows the rest."""
COLUMNS = (Column("Finding"), Column("Runs", "n"), Column("Sure", "n"))
KEYS = {
    "A": "Accept the repair",
    "E": "Fix and accept",
    "X": "Reject, for the first reason",
    "1 to 4": "Reject, for one of the reasons",
    "U": "Not sure",
    "P": "The finding decided last",
}


@dataclass(frozen=True)
class Findings:
    """What the audit found, what was decided of it, and who else has what open.

    ``every`` are all findings, ``undecided`` those that wait for a decision; ``holders`` are the colleagues by the key of what
    they have open. ``calibration`` is how right findings
    turned out to be, kind by kind. ``is_final`` is false while what the draft changes is still being judged. ``draft`` is the draft's number.
    """

    revision: int
    catalog: Catalog
    every: Sequence[FindingView]
    calibration: Calibration
    undecided: Sequence[FindingView]
    decisions: Mapping[str, Decision]
    holders: Mapping[str, str]
    is_final: bool
    draft: int | None


def page() -> None:
    """Draw the page."""
    name_tab("Health")
    sample = asked_sample("findings")
    page_keys(KEYS if sample is None else SAMPLE_KEYS)
    st.html(markup.title("Health"))
    found = _load()
    if sample is not None:
        name_tab(f"Sample of {sample.title} · Health")
        show_finding_sample(sample, can_be_sampled(found.undecided, found.holders), found.catalog)
        return
    chosen = choose_filter(found.undecided, KIND_LABELS, found.calibration.precisions)
    listed = _listed(found, chosen)
    open_samples(links.HEALTH, "findings")
    _summary(found, chosen, listed)
    if not found.is_final:
        _await_judgement(found.draft)
    list_at, detail_at = st.columns([1, 1.4], gap="large")
    asked = st.query_params.get(PARAMETER, "")
    view = next((v for v in found.every if v.key == asked), None) or (listed[0] if listed and not asked else None)
    rows = RowList(links.HEALTH, PARAMETER, COLUMNS, "Findings", chosen.address())
    with list_at:
        if listed:
            entries = [_row(view, found) for view in listed]
            rows.step(entries, view.key if view else "", "findings")
            rows.show(entries, view.key if view else "")
        else:
            st.html(
                markup.empty("Nothing is suspected here. What curators rejected stays away until its evidence changes.")
            )
    with detail_at:
        if view is not None:
            name_tab(f"{view.label} · Health")
            position = f"{listed.index(view) + 1} of {len(listed)}" if view in listed else ""
            decider = Decider(view, _next_key(listed, view))
            show_finding(
                decider, position, found.decisions.get(view.key), _neighbours(found.undecided, view), found.catalog
            )
        elif asked:
            _not_there(asked, found)


def _load() -> Findings:
    """The findings in the catalog with the person's draft, with what people made of them."""
    snapshots = workbench().snapshots
    number, _ = draft.current()
    judgement = snapshots.judge(number, WAIT_SECONDS)
    audited, is_final = judgement.audited, judgement.is_final
    if audited is None:
        with st.spinner("Auditing the catalog", show_time=True):
            snapshots.findings(number)
        judgement = snapshots.judge(number)
        audited, is_final = judgement.audited or Audited((), Usage()), judgement.is_final
    state = snapshots.with_draft(number) if number is not None else snapshots.current()
    calibration = workbench().acceptances.calibration()
    every = views_of(audited.findings, state.catalog, run_usage(state.revision), calibration)
    waiting = {id(f) for f in workbench().findings.still_open(audited.findings, number)}
    me = person()
    return Findings(
        revision=state.revision,
        catalog=state.catalog,
        every=every,
        calibration=calibration,
        undecided=[view for view in every if id(view.finding) in waiting],
        decisions=workbench().findings.decisions(),
        holders={key: who for key, who in workbench().teamwork.claims().items() if who != me},
        is_final=is_final,
        draft=number,
    )


@st.fragment(run_every=1.0)
def _await_judgement(number: int | None) -> None:
    """Say that rows of the draft are being judged, and draw the page anew once they are."""
    if workbench().snapshots.judge(number).is_final:
        st.rerun()
    st.html(markup.meta("Judging the rows that your draft changes…"))


def _listed(found: Findings, chosen: HealthFilter) -> list[FindingView]:
    """The findings that fit, in the chosen order; those that colleagues have open, and that the person left open, come last."""
    me = person()

    def rank(view: FindingView) -> tuple[bool, float, str]:
        decision = found.decisions.get(view.key)
        was_unsure = decision is not None and decision.decision == "unsure" and decision.author == me
        first = view.certainty.value if chosen.by_certainty else view.harm
        return was_unsure or view.key in found.holders, -first, view.key

    views = found.every if chosen.whose == MINE else found.undecided
    return sorted((view for view in views if chosen.fits(view, found.decisions.get(view.key), me)), key=rank)


def _summary(found: Findings, chosen: HealthFilter, listed: Sequence[FindingView]) -> None:
    """How many findings there are, and the way to decide all that are listed."""
    decided = sum(d.decision != "unsure" for d in found.decisions.values())
    held = sum(view.key in found.holders for view in found.undecided)
    order = "the surest first" if chosen.by_certainty else "worst first by the runs that they touch"
    parts = [
        f"{count_label(len(found.undecided), 'finding')} in revision {found.revision}"
        + (" with your draft" if found.draft is not None else ""),
        order,
        f"{decided:,} decided",
    ]
    if held:
        parts.append(f"{held:,} open with colleagues")
    if len(listed) != len(found.undecided):
        parts.append(f"{len(listed):,} shown")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(markup.meta(" · ".join(parts)))
        if (
            len(listed) > 1
            and chosen.whose != MINE
            and st.button(f"Decide all {len(listed):,}…", icon=":material/done_all:", key="decide-all")
        ):
            decide_all(listed, found.holders, found.catalog)
        sampled = can_be_sampled(listed, found.holders)
        if (
            len(sampled) > 1
            and chosen.whose != MINE
            and st.button("Judge a sample…", icon=":material/casino:", key="draw-group")
        ):
            draw_findings(sampled, chosen.title(KIND_LABELS), chosen.address())
        _measured(found.calibration, chosen.kind)


def _measured(calibration: Calibration, kind: str) -> None:
    """How right the findings of each kind were that somebody decided; that of the chosen kind at once."""
    if not calibration.precisions:
        return
    if kind in calibration.precisions:
        st.html(markup.meta(precision_text(calibration.precisions[kind])))
    with st.popover("How right they were", icon=":material/target:", type="tertiary", key="measured"):
        listed = [(KIND_LABELS[k], calibration.precisions[k]) for k in KIND_LABELS if k in calibration.precisions]
        st.html(precision_table(listed))


def _row(view: FindingView, found: Findings) -> ListRow:
    holder = found.holders.get(view.key)
    below = view.finding.check.label.lower() + (f" · {holder} has it open" if holder else "")
    return ListRow(view.key, view.label, (f"{view.runs:,}", f"{view.certainty.value:.2f}"), below)


def _next_key(listed: Sequence[FindingView], view: FindingView) -> str:
    """The finding behind one, the one before where it is the last."""
    if view not in listed:
        return ""
    at = listed.index(view)
    rest = [*listed[at + 1 :], *reversed(listed[:at])]
    return rest[0].key if rest else ""


def _neighbours(views: Sequence[FindingView], view: FindingView) -> list[FindingView]:
    """Findings about the same entries, those of the same kind first, then the others of its kind in its field of work."""
    own = {(part.table, part.slug) for part in view.parts if part.table}

    def likeness(other: FindingView) -> tuple[int, int, float]:
        shared = sum((part.table, part.slug) in own for part in other.parts if part.table)
        return -shared, -int(other.kind == view.kind) - int(other.field == view.field), -other.harm

    like = [v for v in views if v.key != view.key and (likeness(v)[0] or v.kind == view.kind)]
    return sorted(like, key=likeness)[:MAX_NEIGHBOURS]


def _not_there(key: str, found: Findings) -> None:
    """What became of a finding that an address names and that is not found."""
    decision = found.decisions.get(key)
    kind = KIND_LABELS.get(key.split(" ", 1)[0])
    if decision is not None:
        st.info(verbatim(f"{decision_text(decision)}. It is not found any more."), icon=":material/check:")
    elif kind is None:
        st.info("This address names no finding. Choose one from the list.", icon=":material/link_off:")
    else:
        say = f"There is no such finding of {kind.lower()} now: its row was mended, or it is gone."
        st.info(verbatim(f"{say} Choose one from the list."), icon=":material/link_off:")
