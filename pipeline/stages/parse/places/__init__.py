"""Job locations with the mode of work: the places a text names, whether each is the job's, and where the work is done."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.contracts import JobLocation
from pipeline.contracts.base import TextSpan
from pipeline.stages.parse.places.decision import job_places
from pipeline.stages.parse.places.gazetteer import read_gazetteer
from pipeline.stages.parse.places.grammar import PlaceScanner, Spot
from pipeline.stages.parse.places.labels import label_values
from pipeline.stages.parse.places.work_mode import ModeMention, find_modes
from pipeline.text import JDText

__all__ = ["locations"]

MAX_PLACES = 20
"""Locations on the wire."""
MIN_MODE_WEIGHT = 1.5
"""Weight from which a mode of work is taken."""


def locations(jd: JDText) -> list[JobLocation]:
    """Return the places of the work with their mode; where the text names no place, the mode alone."""
    values = label_values(jd.view)
    spots = PlaceScanner(jd.view, values).spots()
    places = job_places(jd, spots, values)[:MAX_PLACES]
    mode = _mode(find_modes(jd.view))
    if not places:
        return [_mode_alone(jd, mode)] if mode else []
    return [_location(jd, spot, mode.mode if mode else None) for spot in places]


def _mode(mentions: Sequence[ModeMention]) -> ModeMention | None:
    sure = [m for m in mentions if m.weight >= MIN_MODE_WEIGHT]
    return max(sure, key=lambda m: (m.weight, -m.start), default=None)


def _mode_alone(jd: JDText, mode: ModeMention) -> JobLocation:
    return JobLocation(
        aliases=[], city=None, country=None, state=None, work_mode=mode.mode, source=_source(jd, mode.start, mode.end)
    )


def _location(jd: JDText, spot: Spot, mode: str | None) -> JobLocation:
    aliases = read_gazetteer().aliases(spot.known, spot.city) if spot.known and spot.city else []
    return JobLocation(
        aliases=aliases,
        city=spot.city,
        country=spot.country,
        state=spot.region,
        work_mode=mode,
        source=_source(jd, spot.start, spot.end),
    )


def _source(jd: JDText, start: int, end: int) -> TextSpan:
    left, right = jd.raw_span(start, end)
    return TextSpan(start=left, end=right)
