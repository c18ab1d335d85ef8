"""Thresholds worth comparing, a row each: the lowest for usual precisions, the present one, and the one that is looked at."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.services.thresholds import LATELY, ThresholdStudy
from pages.components import links, markup
from pages.components.markup import Column
from pages.thresholds.answers import interval_text, percent, threshold_text
from pages.thresholds.choice import Choice
from pipeline.thresholds import ThresholdPoint

COLUMNS: tuple[str | Column, ...] = (
    "Threshold",
    Column("Right of those taken", "n"),
    Column("95 %", "n jdw-wide"),
    Column("Taken", "n"),
    Column("95 %", "n jdw-wide"),
    Column("To review of 100", "n"),
    Column(f"Runs to review, {LATELY.days} days", "n jdw-wide"),
    Column("Right by verdicts", "n jdw-wide"),
)


def show(study: ThresholdStudy, choice: Choice) -> None:
    """Draw the table."""
    also = {choice.threshold, *([choice.present] if choice.present is not None else [])}
    rows = [_row(point, study, choice) for point in study.gold.candidates(also)]
    st.html(markup.heading("Thresholds worth comparing") + markup.table(COLUMNS, rows))


def _row(point: ThresholdPoint, study: ThresholdStudy, choice: Choice) -> list[Markup | str]:
    query = {
        "experiment": study.source.reference,
        "wanted": f"{choice.wanted:g}",
        "at": threshold_text(point.threshold),
    }
    name = markup.link(threshold_text(point.threshold), links.page_url(links.THRESHOLDS, **query)) + Markup(" ")
    if point.threshold == choice.present:
        name += markup.tag("present")
    if point.threshold == choice.threshold:
        name += markup.tag("looked at")
    judged = study.verdicts.at(point.threshold)
    return [
        name,
        "–" if point.precision is None else percent(point.precision),
        interval_text(point.precision_interval) if point.taken else "",
        percent(point.coverage),
        interval_text(point.coverage_interval),
        f"{100 * point.workload:.1f}",
        f"{study.runs.below(point.threshold):,}",
        f"{judged.right:,} of {judged.taken:,}" if judged.taken else "–",
    ]
