"""The threshold that is looked at: entered, or found from how many answers are to be right."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.services.thresholds import ThresholdStudy
from pages.components.workbench import workbench
from pipeline.catalog.setting_kinds import REVIEW_CONFIDENCE
from pipeline.thresholds import ThresholdCurve, ThresholdPoint

DEFAULT_PRECISION = 95.0
AT, WANTED = "at", "wanted"


@dataclass(frozen=True)
class Choice:
    """The threshold that is looked at, the one that the catalog has (null: none), and how many of 100 are wanted right."""

    threshold: float
    present: float | None
    wanted: float

    def point(self, curve: ThresholdCurve) -> ThresholdPoint:
        """What the threshold takes of some answers."""
        return curve.at(self.threshold)


def choose(study: ThresholdStudy) -> Choice:
    """Draw both entries; each sets the other's view of the same threshold. The address holds it."""
    present = workbench().snapshots.current().catalog.review_confidence
    wanted = _number(st.query_params.get(WANTED, ""), 100.0) or DEFAULT_PRECISION
    asked = _number(st.query_params.get(AT, ""), 1.0)
    if asked is None:
        found = study.gold.lowest(wanted / 100)
        asked = found.threshold if found and WANTED in st.query_params else present
        asked = asked if asked is not None else (found.threshold if found else 1.0)
    wanted_at, threshold_at = st.columns(2, gap="large")
    with wanted_at:
        st.number_input(
            "At least so many of 100 right",
            0.0,
            100.0,
            wanted,
            1.0,
            format="%g",
            key=f"threshold-wanted-{wanted}",
            on_change=_take_wanted,
            args=(f"threshold-wanted-{wanted}",),
            help="The lowest threshold with that precision on gold is looked at",
        )
    with threshold_at:
        st.slider(
            "Threshold",
            0.0,
            1.0,
            asked,
            0.01,
            format="%.4g",
            key=f"threshold-at-{asked}",
            on_change=_take_threshold,
            args=(f"threshold-at-{asked}",),
            help="The confidence from which on an answer is taken without a reviewer",
        )
    return Choice(asked, present, wanted)


def _take_wanted(key: str) -> None:
    st.query_params[WANTED] = f"{st.session_state[key]:g}"
    st.query_params.pop(AT, None)


def _take_threshold(key: str) -> None:
    st.query_params[AT] = REVIEW_CONFIDENCE.text(st.session_state[key])


def _number(text: str, most: float) -> float | None:
    """A number of the address; null for what is none between 0 and ``most``."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= most else None
