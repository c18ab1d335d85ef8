"""Job locations with the mode of work: the places a text names, whether each is the job's, and where the work is done."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.contracts import JobLocation
from pipeline.contracts.base import TextSpan
from pipeline.stages.parse.places.decision import job_places
from pipeline.stages.parse.places.gazetteer import read_gazetteer
from pipeline.stages.parse.places.grammar import PlaceScanner, Spot
from pipeline.stages.parse.places.labels import LabelValue, label_values
from pipeline.stages.parse.places.namesakes import with_countries
from pipeline.stages.parse.places.towns import town_in_words, town_of_label
from pipeline.stages.parse.places.words import find_words
from pipeline.stages.parse.places.work_mode import find_modes, modes_of_places
from pipeline.text import JDText

__all__ = ["locations", "named_places"]

MAX_CHARACTERS = 50_000
"""Code points of a text that are searched."""
MAX_PLACES = 20
"""Locations on the wire."""


def locations(jd: JDText) -> list[JobLocation]:
    """Return the places of the work with their mode; where the text names no place, the mode alone."""
    words = list(find_words(jd.view, 0, MAX_CHARACTERS))
    values = label_values(jd.view, words)
    spots = PlaceScanner(jd.view, words, values).spots()
    places = with_countries(job_places(jd, spots, values)[:MAX_PLACES], spots)
    places = _with_town_by_form(jd.view, places, spots, values)
    modes = modes_of_places(jd.view, [(s.start, s.end) for s in places], find_modes(jd.view, words, values))
    found = [_location(jd, spot, mode) for spot, mode in zip(places, modes.of_places, strict=True)]
    if modes.alone:
        source = _source(jd, modes.alone.start, modes.alone.end)
        mode = modes.alone.mode
        found.append(JobLocation(aliases=[], city=None, country=None, state=None, work_mode=mode, source=source))
    return found


def named_places(phrase: str) -> list[str]:
    """Return what a phrase names of cities, regions and countries of the gazetteer: as written, and their other names."""
    spots = PlaceScanner(phrase, list(find_words(phrase)), [LabelValue(0, len(phrase), True)]).spots()
    found: list[str | None] = []
    for spot in spots:
        aliases = read_gazetteer().aliases(spot.known, spot.city) if spot.known and spot.city else []
        found += [phrase[spot.start : spot.end], spot.city, spot.region, spot.country, *aliases]
    return [name for name in found if name]


def _with_town_by_form(
    view: str, places: list[Spot], spots: Sequence[Spot], values: Sequence[LabelValue]
) -> list[Spot]:
    """The places, or the town that a label or words name, where the gazetteer knows no city for them."""
    if any(place.city for place in places):
        return places
    for value in values[:MAX_PLACES]:
        span = town_of_label(view, value)
        inside = [s for s in spots if value.start <= s.start < value.end]
        if span and not any(s.city or s.start < span[1] for s in inside):
            larger = inside[0] if inside else None
            return [_town(view, span, larger)]
    span = None if places else town_in_words(view)
    return [_town(view, span, None)] if span else places


def _town(view: str, span: tuple[int, int], larger: Spot | None) -> Spot:
    region, country = (larger.region, larger.country) if larger else (None, None)
    return Spot(*span, view[slice(*span)], None, region, country, larger is not None, False)


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
