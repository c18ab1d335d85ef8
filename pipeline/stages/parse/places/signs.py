"""The signs around a place in running text that say whether it is the job's, each with its weight.

All are stated here; ``decision`` adds them up. A sign is a pattern of the words before the place (up to it) or behind it (from it on).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CONTEXT = 110
"""Code points before a place in which signs are looked for; behind it are half as many."""

_TO_PLACE = (
    r"\s+(?:the\s+)?(?:(?:city|town|heart|centre|center|outskirts|area|state|north|south|east|west|greater|downtown|central|sunny|beautiful|"
    r"vibrant|of|in|either|our|vicinity)\s+){0,4}$"
)
_DIRECTLY = r"\s+(?:the\s+)?$"

JOB_NOUNS = (
    "engineer|developer|analyst|manager|designer|architect|consultant|administrator|scientist|specialist|writer|tester|assistant|representative|"
    "lead|agent|recruiter|accountant|coordinator|director|tutor|technician|officer|executive|programmer|nurse|clerk|trainee|intern"
)
"""What a person is by the job, in the singular."""


@dataclass(frozen=True)
class Sign:
    """Words ``before`` a place or behind it, and what they add to the score of being the job's place."""

    name: str
    weight: float
    pattern: re.Pattern[str]
    before: bool = True


def _before(name: str, weight: float, words: str, to: str, end: str = _TO_PLACE) -> Sign:
    """A sign of one of some words, and behind a gap (the first part of ``to``) a preposition before the place."""
    return Sign(name, weight, re.compile(rf"\b(?:{words})\b{to}{end}", re.I))


def _behind(name: str, weight: float, pattern: str) -> Sign:
    return Sign(name, weight, re.compile(pattern, re.I), before=False)


_CLAUSE_20, _CLAUSE_30, _CLAUSE_45, _SENTENCE_40, _SENTENCE_90 = (
    r"[^.;:\n]{0,20}?",
    r"[^.;:\n]{0,30}?",
    r"[^.;:\n]{0,45}?",
    r"[^.;\n]{0,40}?",
    r"[^.;\n]{0,90}?",
)

FOR = (
    _before(
        "the position is there",
        3.0,
        "roles?|positions?|jobs?|openings?|opportunit(?:y|ies)|vacanc(?:y|ies)|contract|assignment|internship|post|placement|work|working|works|"
        r"candidates?|resources?|engagement|hybrid|on-?site|in-person|employees?|hire|tele\w+",
        to=_CLAUSE_45 + r"(?:\b(?:in|at|from|out of|near|within|around|for|to))",
    ),
    _before(
        "the candidate lives or goes there",
        2.5,
        r"live|living|reside|residing|relocat(?:e|ing)|commut\w+|sit|report|come|move|moving|local",
        to=_CLAUSE_30 + r"(?:\b(?:in|to|at|near|within|from|of))",
    ),
    _before("help to move there", 0.5, "relocation", to=_CLAUSE_30 + r"\b(?:in|to|at)"),
    _before("a person there", 2.5, JOB_NOUNS, to=r"\s*(?:\([^()\n]{1,30}\)\s*)?\b(?:in|at|for)", end=_DIRECTLY),
    _before(
        "within its reach",
        5.0,
        "within",
        to=_CLAUSE_30 + r"\b(?:km|kilomet\w+|miles?|minutes?|hours?|commut\w+|distance|radius|reach)\s+(?:of|from|to)",
    ),
    _before(
        "somebody is sought there",
        3.0,
        r"seek(?:s|ing)?|hiring|look(?:s|ing)?\s+for|recruiting|searching for|need(?:s|ed)?|require[sd]?|join|wanted",
        to=_SENTENCE_90 + r"(?:\b(?:in|at|for))",
    ),
    _before(
        "the client is there",
        3.0,
        r"client|customer|one of [\w ]{2,30}clients",
        to=_CLAUSE_30 + r"(?:\b(?:in|at|from|of))",
    ),
    Sign(
        "in the title",
        4.0,
        re.compile(r"\b(?:title|position|role|designation|opening)\s?:[^\n]{0,80}(?:\s[-–—|]|[,(|])\s*$", re.I),
    ),
    _before("the superior is there", 3.0, "reports?", to=_SENTENCE_90 + r"(?:\b(?:in))"),
    _before(
        "something is there",
        1.5,
        "based|located|situated|team|site|works|factory|warehouse|store|depot|branch|office|company|start-?up|firm|hub|facility|plant|department|studios?|lab|campus",
        to=_CLAUSE_20 + r"(?:\b(?:in|at|out of|near|of))",
    ),
    _before(
        "anywhere there",
        2.5,
        r"remote(?:ly)?|anywhere|home|any\s?place|telecommut\w+",
        to=_CLAUSE_20 + r"(?:\b(?:in|from|within|across|of|inside|for|(?<=\W)[-–—,:(/|]|[-–—,:(/|]))",
        end=r"\s*(?:any\s?(?:place|where)\s+(?:in|within)\s+)?(?:the\s+)?$",
    ),
    _behind(
        "an office there",
        3.0,
        r"^\s*(?:(?:based|area|metro|city|downtown)\s+)?(?:office|hq|headquarters|campus|hub|studio|site|location|plant|facility|branch|lab|"
        r"warehouse|store|showroom|clinic|team)\b(?!s)",
    ),
    _behind(
        "the position of there",
        2.5,
        r"^[\s-]*(?:area\s+|only\s+|local\s+)?(?:based\s+)?(?:role|position|job|opening|opportunity|locals?\b|(?:candidates?|residents?|applicants)\s+only)\b",
    ),
    _behind("preferred", 1.5, r"^\s*\(?(?:is\s+)?(?:strongly\s+)?(?:only|preferred|required|ideally)\b"),
    _behind(
        "a company's place",
        1.0,
        r"^['’]s\s+(?:\w+[\s-]){0,4}(?:compan(?:y|ies)|start-?ups?|firms?|employers?|agenc(?:y|ies))\b",
    ),
    _behind("a company of there", 1.0, r"^-\s?(?:based|headquartered)\b"),
    _behind("a team of there", 2.5, r"^-\s?based\s+(?:\w+\s+){0,3}(?:team|group|office|department|hub)\b"),
)
"""Signs that a place is the job's."""

AGAINST = (
    _before("travel", -5.0, r"travel\w*|visits?|trips?", to=_SENTENCE_40 + r"(?:\b(?:to|in|between|across))"),
    Sign(
        "history",
        -4.0,
        re.compile(
            r"\b(?:founded|established|born|listed|traded|registered|incorporated|launched|acquired|studied|since\s+\d{4})"
            rf"\b[^.;\n]{{0,40}}{_TO_PLACE}",
            re.I,
        ),
    ),
    Sign(
        "many places of the employer",
        -3.5,
        re.compile(
            r"^(?![^\n]*\b(?:one of|(?:work|working|based|sit)\b[^.;\n]{0,20}\b(?:in|at|from)\s+(?:our|the|either))\b).*"
            r"\b(?:offices|locations|sites|hubs|clients|customers|presence|operations|operates?|branches|centers|centres|"
            r"countries|stores|users|"
            r"markets?|businesses|homes|plants|facilities|teams|leaders?|colleagues|peers|members|partners|suppliers|factories)\b[^.;\n]{0,40}?"
            rf"(?:\b(?:in|across|including|throughout|like|around|from)|:){_TO_PLACE}",
            re.I,
        ),
    ),
    Sign(
        "beside it",
        -2.0,
        re.compile(
            r"\b(?:\w{0,5}(?:north|south|east|west)|outside|minutes|miles|km|hours?|drive)\s+(?:of|from|to)\s+(?:(?:downtown|the\s+city\s+of)\s+)?$",
            re.I,
        ),
    ),
    _behind(
        "what is somebody's",
        -2.0,
        r"^['’]s\s+(?!(?:\w+[\s-]){0,4}(?:compan(?:y|ies)|start-?ups?|firms?|employers?|agenc(?:y|ies)|office)\b)",
    ),
    _before("the employer's seat", -1.5, "headquarter(?:s|ed)|hq", to=_CLAUSE_20 + r"\b(?:in|at|are|is)"),
    Sign(
        "pay there",
        -4.0,
        re.compile(
            rf"\b(?:pay|salary|salaries|compensation|wages?|rates?)\b[^.;\n]{{0,50}}\b(?:in|for){_TO_PLACE}", re.I
        ),
    ),
    _before("an interview", -4.0, r"interview\w*", to=_SENTENCE_40 + r"(?:\b(?:in|at|to))"),
    _before(
        "the right to work",
        -5.0,
        r"authori[sz]\w+|eligible|eligibility|permit\w*|right|legally|licen[sc]ed?|sponsor\w*|citizens?|visa|law\w*|regulations?|compliance|standards?",
        to=_SENTENCE_40 + r"(?:\b(?:in|of|for|within|with))",
    ),
    _before(
        "experience of it",
        -2.5,
        r"experience|experienced|knowledge|degree|expertise|proficien\w+|skills?|graduate",
        to=_CLAUSE_30 + r"(?:\b(?:in|of|with|from))",
        end=_DIRECTLY,
    ),
    Sign(
        "a spread",
        -2.0,
        re.compile(
            rf"\b(?:across|throughout|around|all over|worldwide|global\w*|leading|largest|best|top)\b[^.;:\n]{{0,25}}{_TO_PLACE}",
            re.I,
        ),
    ),
    _before(
        "an institution",
        -5.0,
        "university|college|institute|school|bank|court|port|government|republic|bay|museum|church|diocese|archdiocese|hospital|association|"
        "times|chamber|society|academy|treaty",
        to=r"\s+(?:of|at)",
        end=_DIRECTLY,
    ),
    _behind(
        "law, time or people",
        -6.0,
        r"^['’]?s?\s*(?:(?:[a-z]+\s+){0,2}(?:universit\w+|college|institute|stock\s+exchange|airport|bank|act|airlines?)\b|"
        r"(?:standard\s+|daylight\s+|business\s+|working\s+|local\s+)?(?:time(?:\s?zones?)?|hours|laws?|pay\s+transparency|labor|equal\s+pay|times|"
        r"markets?|citizen\w*|government|federal|dollars?|dod|military|tax|employment|employees|visa|passport|privacy|consumer|fair\s+chance|"
        r"language|speak\w*|holidays?|army|navy|patent|gaap|standards?|eastern|pacific|central|est|edt|pst|cst|(?:residents?|applicants)(?!\s+only))\b)",
    ),
)
"""Signs that a place is another's: the employer's, a client's, a law's, a name's."""

STREET_BEFORE = re.compile(
    r"\b(?:rue|via|calle|rua|avenida|avenue|piazza|boulevard)\s+(?:(?:de|del|della|la|le|des|du|da|do)\s+){0,2}$", re.I
)
STREET_BEHIND = re.compile(
    r"^\s(?:street|road|rd|avenue|ave|lane|drive|boulevard|blvd|highway|house|square|tower|bridge)\b(?!\s+(?:office|team))",
    re.I,
)
"""What makes a name that of a street or a house."""

KIND_WEIGHTS = {
    "legal": -3.0,
    "similar_jobs": -5.0,
    "chrome": -2.0,
    "pay": -1.5,
    "benefits": -1.0,
    "about_company": -0.5,
    "place": 2.0,
    "header": 1.5,
    "title": 1.5,
}
"""What the kind of the text around adds."""


def weights(signs: tuple[Sign, ...], before: str, behind: str) -> list[float]:
    """Return the weights of those signs that the words before and behind a place show."""
    return [s.weight for s in signs if s.pattern.search(before if s.before else behind)]
