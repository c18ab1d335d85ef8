"""Job locations with the mode of work: the places a text names, whether each is the job's, and where the work is done."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.contracts import JobLocation
from pipeline.contracts.base import TextSpan
from pipeline.stages.parse.places.decision import job_places
from pipeline.stages.parse.places.gazetteer import read_gazetteer
from pipeline.stages.parse.places.grammar import PlaceScanner, Spot
from pipeline.stages.parse.places.labels import LabelValue, label_values
from pipeline.stages.parse.places.towns import town_in_words, town_of_label
from pipeline.stages.parse.places.work_mode import find_modes, modes_of_places
from pipeline.text import JDText

__all__ = ["locations"]

MAX_PLACES = 20
"""Locations on the wire."""


def locations(jd: JDText) -> list[JobLocation]:
    """Return the places of the work with their mode; where the text names no place, the mode alone."""
    values = label_values(jd.view)
    spots = PlaceScanner(jd.view, values).spots()
    places = job_places(jd, spots, values)[:MAX_PLACES] or _towns_by_form(jd.view, spots, values)
    modes = modes_of_places(jd.view, [(s.start, s.end) for s in places], find_modes(jd.view, values))
    found = [_location(jd, spot, mode) for spot, mode in zip(places, modes.of_places, strict=True)]
    if modes.alone:
        source = _source(jd, modes.alone.start, modes.alone.end)
        mode = modes.alone.mode
        found.append(JobLocation(aliases=[], city=None, country=None, state=None, work_mode=mode, source=source))
    return found


def _towns_by_form(view: str, spots: Sequence[Spot], values: Sequence[LabelValue]) -> list[Spot]:
    """The town that a label or words name, where the gazetteer knows no place in any label's value."""
    first = values[:MAX_PLACES]
    if any(value.start <= spot.start < value.end for value in first for spot in spots[:MAX_PLACES]):
        return []
    span = next(filter(None, (town_of_label(view, value) for value in first)), None) or town_in_words(view)
    return [Spot(*span, view[slice(*span)], None, None, None, False, False)] if span else []


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
