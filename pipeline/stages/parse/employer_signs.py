"""What stands before or behind a name and speaks for its being the employer's, or against it."""

from __future__ import annotations

import re
from typing import NamedTuple


class NameSign(NamedTuple):
    """A form of words beside a name: what kind of sign it is, and how much it says (below 0: against the name)."""

    kind: str
    weight: float
    pattern: re.Pattern[str]


def _any(words: str) -> str:
    """A pattern for any of the words; ``_`` stands for the white space inside one."""
    return "(?:" + "|".join(w.replace("_", _GAP) for w in words.split()) + ")"


_GAP = r"\s{1,2}"
_SOME = rf"(?:\w{{1,14}}{_GAP}){{0,3}}"
"""Up to three words in between."""
_SHORT = r"(?:\s?\([A-Z][\w&.:' -]{1,24}\))?"
"""An abbreviation of the name in brackets."""

_ORGANISATIONS = _any(
    "company firm provider leader startup start-up organi[sz]ation agency manufacturer subsidiary division consultancy business "
    "bank group platform retailer family developer supplier maker charity hospital brand studio organization organisation place "
    "institution university school network marketplace practice integrator distributor team association authority enterprise "
    "non-profit nonprofit foundation society operator builder employer store chain corporation"
)
_STATES_OF_BEING = _any(
    "proud pioneering on redefining transforming building changing revolutioni[sz]ing growing headquartered privately currently "
    "dedicated trusted backed home part disrupting helping making creating powering reinventing reimagining shaping leading driven "
    "passionate working committed among here one_of"
)
_DOINGS = _any(
    "provides offers delivers helps builds makes develops operates speciali[sz]es recruits services serves creates empowers connects "
    "powers enables designs manufactures supports employs brings believes combines works runs produces sources partners supplies "
    "manages gives cultivates encourages invests strives leads transforms prides invites welcomes"
)
_POSSESSIONS = _any(
    "mission vision culture values products? platform customers? clients? team employees headquarters office growth success business "
    "goal purpose commitment global core technology services future strategy brand community people portfolio own network suite next"
)
_OWN = _any(
    "team employees standards? capabilities platform customers clients office family brand website offices colleagues policies "
    "policy leadership culture values careers"
)
_WISHES = _any("plus must required preferred bonus advantage desired desirable mandatory needed helpful essential nice")

BEHIND: tuple[NameSign, ...] = (
    NameSign("seeks", 4.0, re.compile(
        rf"{_SHORT},?\s{{1,3}}(?:(?:is|are){_GAP}{_SOME}{_any('seeking looking hiring recruiting searching expanding')}\b|seeks\b|"
        rf"(?:has|have){_GAP}(?:\w{{1,14}}{_GAP}){{1,4}}{_any('opportunit(?:y|ies) openings? positions? vacancy role need requirement')}\b|"
        rf"is{_GAP}in{_GAP}(?:search|need)\b|needs\b)")),
    NameSign("rights", 3.5, re.compile(
        rf"{_SHORT}\s{{1,3}}(?:is{_GAP}{_SOME}{_SOME}{_any('equal eeo eoe affirmative e-?verify')}\b|do(?:es)?{_GAP}not{_GAP}discriminate|"
        rf"{_any('provides_equal offers_equal values_diversity reserves_the participates_in prohibits celebrates_divers will_consider')}|"
        rf"is{_GAP}{_SOME}committed{_GAP}to)", re.I)),
    NameSign("founded", 4.0, re.compile(
        rf"{_SHORT}\s{{1,3}}(?:was|were|has{_GAP}been){_GAP}{_SOME}"
        rf"{_any('founded established started formed created born ranked named recogni[sz]ed')}\b")),
    NameSign("demand", -4.0, re.compile(
        rf"(?:[,/]?{_GAP}\w{{1,14}}){{0,3}}\s{{1,3}}{_any('is are would_be will_be')}{_GAP}{_SOME}{_WISHES}\b|"
        rf"{_GAP}{_any('experience knowledge skill certification certified proficiency preferred required developer engineer')}s?\b",
        re.I)),
    NameSign("is", 3.4, re.compile(
        rf"{_SHORT},?\s{{1,3}}(?:is|are){_GAP}(?:{_STATES_OF_BEING}\b|(?:an?|the){_GAP}(?:[\w’'&/$+.-]{{1,18}},?{_GAP}){{0,9}}{_ORGANISATIONS}s?\b)")),
    NameSign("is_something", 2.7, re.compile(rf"{_SHORT},?\s{{1,3}}(?:is|are){_GAP}(?:an?|the)\b")),
    NameSign("apposition", 3.2, re.compile(
        rf"{_SHORT},{_GAP}{_any('an? the one_of part_of based headquartered located')}{_GAP}(?:\w{{1,16}},?{_GAP}){{0,8}}{_ORGANISATIONS}\b")),
    NameSign("does", 2.2, re.compile(
        rf"{_SHORT}\s{{1,3}}(?:{_DOINGS}|has{_GAP}{_any('over more grown been offices an? built earned become')}|has{_GAP}\d)\b")),
    NameSign("possessive", 1.2, re.compile(rf"['’]s?{_GAP}{_POSSESSIONS}\b")),
    NameSign("own", 0.7, re.compile(rf"['’]s?\s|{_GAP}{_OWN}\b")),
)  # fmt: skip
"""Signs behind a name; the first that fits counts."""

ANYWHERE = frozenset({"possessive", "own", "seeks", "rights", "demand"})
"""Kinds of signs behind a name that need no name which begins its sentence."""

WEAK_KINDS = frozenset({"demand", "is_something", "own"})
"""Kinds of signs behind a name that say no more where a text begins with them."""

BEFORE: tuple[NameSign, ...] = (
    NameSign("about", 4.5, re.compile(r"(?:^|[\n.!?:)]|\b[a-z]{2,12})\s{0,3}(?:About|ABOUT)\s{1,2}$")),
    NameSign("at", 3.4, re.compile(r"(?:^|[\n.!?:)*]|[a-z])\s{0,3}(?:Here\s{1,2}at|At|Why)\s{1,2}$")),
    NameSign("article", -3.0, re.compile(r"\b(?:an?|any|some|each|every|other|another|no)\s{1,2}(?:[a-z-]{3,14}\s{1,2})?$")),
    NameSign("careers", 3.2, re.compile(
        rf"\b{_any('careers? life opportunit(?:y|ies) positions? roles? jobs? work(?:ing)? employment culture teams? mission')}"
        rf"{_GAP}at\s{{1,2}}$|"
        rf"\b{_any('careers? opportunity position role employment opening')}{_GAP}with(?:in)?\s{{1,2}}$", re.I)),
    NameSign("we_are", 3.2, re.compile(r"\b(?:We\s{1,2}are|We['’]re|Who\s{1,2}(?:is|are)|(?:[Ww]ork|[Ww]orking)\s{1,2}for)\s{1,2}$")),
    NameSign("join", 3.0, re.compile(
        rf"\b(?:join(?:ing)?|{_any('welcome_to greetings_from here_at apply_to behalf_of')}|"
        rf"{_any('staff people us we professionals employees')}{_GAP}at)\s{{1,2}}(?:the\s{{1,2}})?$", re.I)),
    NameSign("copyright", 3.0, re.compile(r"(?:©|copyright|\(c\)\s?(?=\d{4}))[\s\d.,–-]{0,16}$", re.I)),
    NameSign("employer_is", 3.5, re.compile(r"(?:[Oo]pportunity|EEO|EOE)\s{1,2}[Ee]mployer\s{0,2}[:–-]\s{0,2}$")),
    NameSign("since", 2.2, re.compile(r"\b(?:[Ss]ince|[Ii]n|[Ff]ounded\s{1,2}in|[Tt]oday|experience|headquarters)[\s\d]{0,6},\s{1,2}$")),
    NameSign("use", -1.5, re.compile(
        rf"\b(?:{_any('experience knowledge using proficiency proficient familiarity expertise skills? certified certification')}|"
        rf"{_any('languages? tools? like including')})"
        r"\s{1,2}(?:with|in|of|on|as)?\s{0,2}$", re.I)),
    NameSign("at_mid", 2.7, re.compile(r"\b(?:at|@)\s{1,2}$")),
)  # fmt: skip
"""Signs before a name; the first that fits counts."""

PREPOSITION = re.compile(r"\b(?:in|for|of|near|to|into|through|including|and|from)\s{1,2}(?:the\s{1,2})?$", re.I)
"""What comes before a name that is no subject ("our client in Leeds is seeking")."""
OCCUPATION_AT = re.compile(
    r"(?P<noun>[\w/-]{2,30})(?:\s(?:I{1,3}|IV|\d))?(?:\s?\([^()]{1,20}\))?,?\s{1,2}(?P<word>at|with|@|for)\s{1,2}(?:the\s{1,2})?$"
)
"""A title before a name."""
MAX_BEFORE = 32
"""Characters before a name that are looked at."""
