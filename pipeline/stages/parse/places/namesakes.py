"""Which of several cities of one name is meant: the largest, unless the text speaks of the country of another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.stages.parse.places.grammar import Spot

MIN_SHARE = 0.1
"""Inhabitants of the other city as a share of those of the largest one: Paris is not in Texas unless the text says so."""


def with_countries(places: Sequence[Spot], spots: Sequence[Spot]) -> list[Spot]:
    """Return the places, each city without state or country moved to where the text's other places are."""
    countries = Counter(s.country for s in spots if s.country and (s.is_qualified or len(s.candidates) == 1))
    return [_moved(place, countries) for place in places]


def _moved(place: Spot, countries: Counter[str]) -> Spot:
    if place.is_qualified or place.known is None or place.country in countries:
        return place
    near = [
        city
        for city in place.candidates
        if city.country in countries and city.population >= MIN_SHARE * place.known.population
    ]
    if not near:
        return place
    city = max(near, key=lambda c: (countries[c.country], c.population))
    return replace(place, known=city, region=city.state, country=city.country)
