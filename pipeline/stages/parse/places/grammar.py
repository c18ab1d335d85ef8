"""How texts write places: "Austin, TX 78701", "India - Pune", "Norwell, Massachusetts", "SF Bay Area"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.stages.parse.places.gazetteer import NO_SENSES, USA, City, Region
from pipeline.stages.parse.places.names import NAME_GAP, Name, NameScanner
from pipeline.stages.parse.places.words import name_key

MAX_SPOTS = 400
"""Places of a text that are read."""
MAX_QUALIFIERS = 5
"""Parts that may follow a city: state, postal code, country."""
MAX_TOWN_WORDS = 3
"""Words of a town that the gazetteer lacks."""
MIN_PEOPLE_BESIDE_REGION = 500_000
"""Inhabitants of a city that is meant by a name that a region has as well ("New York")."""

_COMMA_GAP = frozenset({",", ".,", "(", ", (", "/", "-", "–", "—", "|", "·", ">", ":"})
_STRONG_GAP = frozenset({",", ".,", "(", ", (", "-", "–"})
_BEFORE_TOWN = frozenset("|–—-•·")
_DEGREES = frozenset("bs ba ms ma bsc msc btech mtech be me mba bachelor bachelors master masters".split())
_PLACE_PREPOSITIONS = frozenset("in at near from of to or and around".split())
_WORDS_AS_CODES = frozenset("IN OR ME HI OK".split())
_CODES_AS_NAMES = frozenset("word excel office project visio sql access powerpoint windows teams dynamics".split())
"""What "MS" may stand before."""
_AREA_BEFORE = frozenset("greater downtown midtown central metro inner north south east west".split())
_QUARTERS = frozenset("north south east west".split())
_AREA_BEHIND = frozenset("area metro metropolitan region district".split())
_NO_TOWN = frozenset(
    "remote hybrid onsite location locations office offices city in at the our client clients company us team developer engineer "
    "analyst manager architect consultant lead senior various multiple anywhere state country job work based title".split()
)


@dataclass(frozen=True)
class Spot:
    """A place that a text names, read as far as its own words go; positions are those of the view."""

    start: int
    end: int
    city: str | None
    """The city as the wire writes it."""
    known: City | None
    """The city of the gazetteer, if it has one of this name that fits."""
    region: str | None
    country: str | None
    is_qualified: bool
    """Whether the text gives the city's state or country."""
    is_word: bool
    """Whether the city's name is an ordinary word as well."""
    is_foreign: bool = False
    """Whether the city is known by this name in another language, or by a rare one."""
    candidates: tuple[City, ...] = ()
    """All cities of this name."""

    @property
    def identity(self) -> tuple[str | None, str | None, str | None]:
        """What makes two spots the same place."""
        return (self.known.name if self.known else self.city, self.region, self.country)


@dataclass(frozen=True)
class _Qualified:
    """State and country behind a city, and the index of the word behind them."""

    region: Region | None
    country: str | None
    behind: int


class PlaceScanner(NameScanner):
    """Finds the places of a view in one pass. In ``label_values`` (sorted spans) names may be in lower case and towns unknown."""

    def spots(self) -> list[Spot]:
        """Return the places in order, without overlap."""
        found: list[Spot] = []
        at, free_from = 0, 0
        while at < len(self._words) and len(found) < MAX_SPOTS:
            word = self._words[at]
            if not (self._view[word.start].isupper() or self._in_value(word)):
                at += 1
                continue
            read = self._place_at(at, free_from)
            if read is None:
                at += 1
                continue
            spot, at = read
            free_from = at
            found.append(spot)
        return found

    def _place_at(self, at: int, free_from: int) -> tuple[Spot, int] | None:
        """The place that begins at a word (or a bit before it), and the index of the word behind it."""
        name = self._name_at(at)
        if name and name.senses.cities:
            place = self._city(name, free_from)
            if place:
                return (not place[0].is_qualified and self._longer_town(name)) or place
        town = self._unknown_town(at, name, free_from)
        if town:
            return town
        return self._larger_first(at, name)

    def _city(self, name: Name, free_from: int) -> tuple[Spot, int] | None:
        """A city with what follows it; null where the name rather means a region or a country."""
        senses = name.senses
        qualified = self._qualifiers(name.behind, senses.cities)
        largest = senses.cities[0]
        if qualified is None:
            if senses.regions and largest.population < MIN_PEOPLE_BESIDE_REGION:
                return None
            if senses.countries and largest.country not in senses.countries:
                return None
            if self._is_word(name) and not self._stands_alone(name):
                return None
            qualified = _Qualified(None, None, name.behind)
        fitting = [c for c in senses.cities if _fits(c, qualified.region, qualified.country)]
        if qualified.region and self._is_quarter(name.first) and qualified.region.country == USA:
            name, fitting = replace(name, first=name.first - 1), []
        elif qualified.region and not fitting:
            first = self._town_start(name.behind, free_from)
            if first is not None and first < name.first and self._stands_as_place(first):
                name = replace(name, first=first)
        return self._spot(name, fitting[0] if fitting else None, qualified), qualified.behind

    def _is_quarter(self, first: int) -> bool:
        """Whether a name begins with a quarter of the sky, as towns of the USA do ("East Hartford, CT")."""
        return first > 0 and self._words[first - 1].key in _QUARTERS and self._is_joined(first)

    def _qualifiers(self, at: int, cities: Sequence[City]) -> _Qualified | None:
        """State, postal code and country that begin at a word and fit one of the cities."""
        region: Region | None = None
        country: str | None = None
        behind = at
        for _ in range(MAX_QUALIFIERS):
            if at >= len(self._words) or country:
                break
            gap = self._gap(at)
            if "\n" in gap or (gap.strip() and gap.strip() not in _COMMA_GAP):
                break
            if self._is_postal(at):
                at += 1
                continue
            name = self._name_at(at)
            divided = gap.strip() in _STRONG_GAP
            found_region = None if region else self._region(at, name, cities, divided)
            if found_region and self._is_country_s_code(at):
                at += 1
                continue
            if found_region:
                region, at = found_region
                behind = at
                continue
            found_country = self._country(at, name, cities, region, bool(gap.strip()))
            if found_country is None and region is None and divided:
                region, at = self._unknown_region(at, cities)
                behind = at if region else behind
                if region:
                    continue
            if found_country is None:
                break
            country, behind = found_country
        return _Qualified(region, country, behind) if region or country else None

    def _unknown_region(self, at: int, cities: Sequence[City]) -> tuple[Region | None, int]:
        """A region that the table lacks, by the country of the city behind it ("Zwolle, Overijssel, Netherlands")."""
        behind = at + 1
        while behind < len(self._words) and behind - at < MAX_TOWN_WORDS and self._gap(behind) in (" ", "-"):
            behind += 1
        name = self._name_at(behind)
        if behind >= len(self._words) or self._gap(behind).strip() != "," or "\n" in self._gap(behind) or name is None:
            return None, at
        written = " ".join(self._written(at, behind).split())
        for country in name.senses.countries:
            if written[0].isupper() and any(city.country == country for city in cities):
                return Region(written, country), behind
        return None, at

    def _is_country_s_code(self, at: int) -> bool:
        """Whether a code of a region is here that of the country behind it ("IL, Israel")."""
        code, behind = self._names.country_codes.get(self._written(at)), self._name_at(at + 1)
        return code is not None and behind is not None and code in behind.senses.countries

    def _is_postal(self, at: int) -> bool:
        written = self._written(at)
        return written.isdigit() and 4 <= len(written) <= 6

    def _region(self, at: int, name: Name | None, cities: Sequence[City], divided: bool) -> tuple[Region, int] | None:
        """The region at a word that fits one of the cities, or any that is divided from them by a sign."""
        written = self._written(at)
        found = list(self._names.region_codes.get(written, ())) if written.isupper() else []
        behind = at + 1
        if not found and name:
            found, behind = list(name.senses.regions), name.behind
        for region in found:
            if any(_fits(city, region, None) for city in cities):
                return region, behind
        if not found or (cities and not divided) or (name and name.senses.cities and behind == name.behind):
            return None
        countries = {self._names.country_codes.get(written), *(name.senses.countries if name else ())}
        if any(city.country in countries for city in cities) or (
            cities and written in _WORDS_AS_CODES and not self._in_value(self._words[at])
        ):
            return None
        return (found[0], behind) if found[0].country == USA or not cities else None

    def _country(
        self, at: int, name: Name | None, cities: Sequence[City], region: Region | None, divided: bool
    ) -> tuple[str, int] | None:
        """The country at a word that fits the region or one of the cities."""
        found, behind = (name.senses.countries, name.behind) if name else ((), at + 1)
        written = self._written(at)
        if not found and divided and written.isupper() and written in self._names.country_codes:
            found, behind = (self._names.country_codes[written],), at + 1
        for country in found:
            if (region is None or region.country == country) and (
                not cities or region or any(city.country == country for city in cities)
            ):
                return country, behind
        return None

    def _unknown_town(self, at: int, name: Name | None, free_from: int) -> tuple[Spot, int] | None:
        """A town that the gazetteer lacks, by the state or country behind it ("Norwell, Massachusetts")."""
        in_value = self._in_value(self._words[at])
        divided = self._gap(at).strip() == ","
        if "\n" in self._gap(at) or not (divided or (in_value and self._gap(at) == " ")):
            return None
        written = self._written(at)
        if not divided and (written in _WORDS_AS_CODES or not written.isupper()):
            return None
        if written == "MS" and at + 1 < len(self._words) and self._words[at + 1].key in _CODES_AS_NAMES:
            return None
        is_code = written in self._names.states
        if in_value and not is_code:
            is_code = written in self._names.region_codes or (divided and written in self._names.country_codes)
        if not is_code and not (name and (name.senses.regions or (in_value and name.senses.countries))):
            return None
        first = self._town_start(at, free_from)
        if first is None or self._gap(first) == "-" or not (in_value or self._stands_as_place(first)):
            return None
        qualified = self._qualifiers(at, ())
        if qualified is None:
            return None
        return self._spot(Name(first, at, NO_SENSES), None, qualified), qualified.behind

    def _longer_town(self, name: Name) -> tuple[Spot, int] | None:
        """A town whose name begins with that of a city ("Annapolis Junction, MD")."""
        for at in range(name.behind + 1, min(name.behind + MAX_TOWN_WORDS, len(self._words))):
            town = self._unknown_town(at, self._name_at(at), name.first)
            if town and town[0].start == self._words[name.first].start:
                return town
        return None

    def _town_start(self, at: int, free_from: int) -> int | None:
        """The first of the capitalised words that end before a word, as far as they may be the name of a town."""
        first = at
        while first > free_from and at - first < MAX_TOWN_WORDS:
            word, gap = self._words[first - 1], self._gap(first)
            inner = first < at and (not gap or not NAME_GAP.issuperset(gap) or (gap.strip() == "-" and len(gap) > 1))
            if (
                inner
                or not self._view[word.start].isupper()
                or word.key in _NO_TOWN
                or word.key in _DEGREES
                or len(word.key) < 2
            ):
                break
            first -= 1
        return first if first < at else None

    def _stands_as_place(self, first: int) -> bool:
        """Whether a place may begin at a word: at a line's start, behind a sign, or behind "in" and the like."""
        gap = self._gap(first)
        if not gap or "\n" in gap or any(c in _BEFORE_TOWN for c in gap):
            return True
        return bool(first) and self._words[first - 1].key in _PLACE_PREPOSITIONS

    def _larger_first(self, at: int, name: Name | None) -> tuple[Spot, int] | None:
        """A country or region, with the city that follows it ("US, CA, Santa Clara", "India - Pune")."""
        written = self._written(at)
        region: Region | None = None
        country: str | None = None
        behind = name.behind if name else at + 1
        if name and name.senses.regions and not (name.senses.countries and name.senses.regions[0].country != USA):
            region = name.senses.regions[0]
        elif name and name.senses.countries:
            country = name.senses.countries[0]
        elif written.isupper() and written in self._names.region_codes:
            region = self._names.region_codes[written][0]
        else:
            return None
        smaller = self._smaller(behind, region, country)
        if smaller:
            return smaller
        if name is None:
            return None
        if region and not country:
            more = self._country(behind, self._name_at(behind), (), region, True) if self._joins(behind) else None
            country, behind = more or (region.country, behind)
        spot = Spot(
            self._words[at].start,
            self._words[behind - 1].end,
            None,
            None,
            region.name if region else None,
            country,
            True,
            False,
        )
        return spot, behind

    def _joins(self, at: int) -> bool:
        return at < len(self._words) and self._gap(at).strip() in _COMMA_GAP and "\n" not in self._gap(at)

    def _smaller(self, at: int, region: Region | None, country: str | None) -> tuple[Spot, int] | None:
        """The city behind a region or country that lies in it; a region may stand between."""
        start = at
        for _ in range(2):
            if not self._joins(at):
                return None
            name = self._name_at(at)
            written = self._written(at)
            between = next((r for r in self._names.region_codes.get(written, ()) if r.country == country), None)
            if between is None and name and not (name.senses.cities and not self._joins(name.behind)):
                between = next((r for r in name.senses.regions if r.country == country), None)
            if between and region is None:
                region, at = between, (name.behind if name else at + 1)
                continue
            fitting = [c for c in name.senses.cities if _fits(c, region, country)] if name else []
            if name and fitting:
                qualified = _Qualified(region, country or (region.country if region else None), name.behind)
                spot = self._spot(Name(at, name.behind, name.senses), fitting[0], qualified)
                first = self._words[start - 1]
                return replace(spot, start=min(first.start, spot.start)), name.behind
            return None
        return None

    def _spot(self, name: Name, known: City | None, qualified: _Qualified) -> Spot:
        region, country = qualified.region, qualified.country
        country = country or (region.country if region else None) or (known.country if known else None)
        state = region.name if region else known.state if known else None
        key = " ".join(w.key for w in self._words[name.first : name.behind])
        first, behind = self._with_area(name.first, max(name.behind, qualified.behind))
        return Spot(
            self._words[first].start,
            self._words[behind - 1].end,
            self._city_name(name, key, known),
            known,
            state,
            country,
            bool(qualified.region or qualified.country),
            self._is_word(name),
            self._is_foreign(key, known),
            name.senses.cities,
        )

    def _is_foreign(self, key: str, known: City | None) -> bool:
        """Whether a city is found by one of its many names in other languages."""
        if known is None or key in self._names.stands_for or name_key(known.name) == key:
            return False
        return all(name_key(other) != key for other in self._names.other_names.get(known.name, ()))

    def _with_area(self, first: int, behind: int) -> tuple[int, int]:
        """The words of a place with those that make it an area ("Greater Leeds Area") or a part ("Downtown Leeds")."""
        while first and self._words[first - 1].key in _AREA_BEFORE and self._is_joined(first):
            first -= 1
        while behind < len(self._words) and self._words[behind].key in _AREA_BEHIND and self._is_joined(behind):
            behind += 1
        return first, behind

    def _is_joined(self, at: int) -> bool:
        return (
            self._gap(at) == " "
            and self._view[self._words[at - 1].start].isupper()
            and self._view[self._words[at].start].isupper()
        )

    def _city_name(self, name: Name, key: str, known: City | None) -> str:
        """The city as written; short names are spelled out, and capitals or small letters alone become a name."""
        if key in self._names.stands_for:
            return self._names.stands_for[key]
        written = " ".join(self._written(name.first, name.behind).split())
        if written.isupper() or written.islower():
            same = known and name_key(known.name) == key
            return known.name if known and same else written.title()
        return written


def _fits(city: City, region: Region | None, country: str | None) -> bool:
    if country and city.country != country:
        return False
    if region is None:
        return True
    return city.country == region.country and (city.state is None or city.state == region.name)
