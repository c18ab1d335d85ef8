"""What the threshold that is looked at would change for the runs of late, and the way to stage it."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.services.thresholds import LATELY, ThresholdStudy
from db.stores.answer_confidences import RunBetween
from pages.components import draft, links, markup
from pages.components.form_fields import reason_field, stage_button, stop
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.workbench import workbench
from pages.thresholds.answers import threshold_text
from pages.thresholds.choice import Choice
from pipeline.thresholds import effect_of

MAX_RUNS = 20


def show(study: ThresholdStudy, choice: Choice) -> None:
    """Draw both, side by side."""
    runs_at, stage_at = st.columns([1.6, 1], gap="large")
    with runs_at:
        st.html(markup.heading(f"The runs of the last {LATELY.days} days") + _effect(study, choice))
    with stage_at:
        _stage(choice)


def _effect(study: ThresholdStudy, choice: Choice) -> Markup:
    if not study.runs.total:
        return markup.empty(f"No run in the last {LATELY.days} days: what a threshold changes is shown here.")
    effect = effect_of(study.runs, choice.present, choice.threshold)
    changed = effect.to_review or effect.no_longer
    now = f"of {threshold_text(choice.present)}" if choice.present is not None else "that takes all"
    if not changed:
        return markup.meta(f"Beside the present threshold {now} it changes nothing for {study.runs.total:,} runs.")
    verb = "would need a reviewer as well" if effect.to_review else "would not need one any more"
    line = markup.meta(
        f"Beside the present threshold {now}, {count_label(changed, 'run')} of {study.runs.total:,} {verb}."
    )
    found = workbench().thresholds.between(choice.present, choice.threshold, MAX_RUNS)
    more = changed - len(found)
    table = markup.table(["Run", "Role", Column("Confidence", "n")], [_row(run) for run in found])
    return line + table + (markup.meta(f"and {count_label(more, 'more run')}") if more > 0 else Markup())


def _row(run: RunBetween) -> list[Markup | str]:
    role = (
        markup.link(run.role_name or run.role_slug, links.entity_url("role", run.role_slug), "role")
        if run.role_slug
        else "No role"
    )
    return [markup.link(run.name, links.run_url(run.id)), role, f"{run.confidence:.2f}"]


def _stage(choice: Choice) -> None:
    st.html(
        markup.heading("Take it into the catalog")
        + markup.meta(
            "It is a change of the catalog like any other: it waits in your draft, and runs heed it once that is committed. Runs that are "
            "done keep what they say."
        )
    )
    reason = reason_field(key="threshold")
    thresholds, number = workbench().thresholds, draft.current()[0]
    with st.container(horizontal=True):
        if stage_button(f"Stage {threshold_text(choice.threshold)}", key="stage-threshold"):
            change = thresholds.change(number, choice.threshold, reason)
            if change is None:
                stop("The catalog, or your draft, has this threshold already.")
            else:
                draft.stage(
                    [change], f"Answers are to be taken without a reviewer from {threshold_text(choice.threshold)} on."
                )
        if choice.present is not None and st.button(
            "Take it away", key="unset-threshold", help="Without a threshold no run says that it needs a reviewer"
        ):
            change = thresholds.change(number, None, reason)
            if change is None:
                stop("Your draft has taken it away already.")
            else:
                draft.stage([change], "No run is to need a reviewer any more.")
