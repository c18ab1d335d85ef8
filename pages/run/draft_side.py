"""The person's draft on a run: what the run comes to today and with the draft, decision by decision, and which side is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from db.services.results import RunResult
from db.stores.draft_decisions import DraftDecision
from db.stores.runs import StoredRun
from pages.components import draft, links, markup
from pages.components.decision_text import title_in_words
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pages.run.effects import DecisionEffect, effects_of
from pages.run.sides import SIDE_LABELS, is_changed, result_of_replay
from pipeline.catalog import Catalog
from pipeline.errors import WorkbenchError

SIDE = "side"
"""The parameter of the address that says which side is shown."""


@dataclass(frozen=True)
class DraftSide:
    """A draft by its number and title, its decisions that are in, and a run's results: today, then after each decision.

    ``catalog`` is the stored one, by which entities are named.
    """

    number: int
    title: str
    decisions: tuple[DraftDecision, ...]
    results: tuple[RunResult, ...]
    catalog: Catalog

    @property
    def today(self) -> RunResult:
        """The run replayed on the stored catalog."""
        return self.results[0]

    @property
    def drafted(self) -> RunResult:
        """The run replayed with the whole draft."""
        return self.results[-1]

    @cached_property
    def effects(self) -> list[DecisionEffect]:
        """What each decision does to the run."""
        return effects_of([(d.number, title_in_words(d, self.catalog)) for d in self.decisions], self.results)

    @property
    def touching(self) -> int:
        """How many decisions do something to the run."""
        return sum(bool(effect.words) for effect in self.effects)

    @property
    def changes_it(self) -> bool:
        """Whether the run comes to something else with the draft."""
        return is_changed(self.today, self.drafted) or self.touching > 0


def load(stored: StoredRun) -> DraftSide | None:
    """The person's draft on a run; null without a draft, or where the run has no result to replay."""
    number, size = draft.current()
    if number is None or not size or stored.extraction is None:
        return None
    decisions = decisions_of(number)
    if not decisions:
        return None
    try:
        runs = workbench().impacts.replays.after_each(stored.id, [decision.changes for decision in decisions])
    except WorkbenchError:
        return None
    title = workbench().change_sets.load(number).title
    catalog = workbench().snapshots.current().catalog
    return DraftSide(number, title, decisions, tuple(map(result_of_replay, runs)), catalog)


def strip(side: DraftSide) -> str:
    """The strip that says what the draft does to this run, with the choice of the side; returns the chosen one."""
    with st.container(key="draft-strip", horizontal=True, vertical_alignment="center", gap="small"):
        name = markup.link(side.title or f"Draft {side.number}", links.change_set_url(side.number))
        if not side.changes_it:
            st.html(markup.fill("<div>Your draft <b>{}</b> changes nothing in this run.</div>", name))
            return "before"
        of = f"{side.touching} of its {count_label(len(side.decisions), 'decision')}"
        verb = "touches" if side.touching == 1 else "touch"
        st.html(markup.fill("<div>With your draft <b>{}</b>: {} {} this run</div>", name, of, verb))
        chosen = st.segmented_control(
            "Side",
            list(SIDE_LABELS),
            default="both",
            required=True,
            format_func=SIDE_LABELS.__getitem__,
            key=SIDE,
            bind="query-params",
            label_visibility="collapsed",
        )
        if st.button("Undo last fix", icon=":material/undo:", type="tertiary", key="undo-last"):
            undo_last(side)
        links.change_set_link(side.number, "Review and commit")
    return str(chosen or "both")


def undo_last(side: DraftSide) -> None:
    """Take the last decision out of the draft."""
    draft.attempt(
        lambda: workbench().change_sets.take_out(side.number, side.decisions[-1].number, person()),
        f"Taken out: {title_in_words(side.decisions[-1], side.catalog)}. It can be put back under Changes.",
    )


def decisions_of(number: int) -> tuple[DraftDecision, ...]:
    """The decisions of a draft that are in, in order."""
    return tuple(decision for decision in workbench().change_sets.decisions(number) if decision.out is None)
