"""The degrees that a text names, in every notation, and where.

A form that means nothing else ("Bachelor's", "B.Tech") is a degree wherever it stands; two letters ("MS", "BA", "BE") and words of other
trades ("master", "graduate", "degree", "diploma") are one only beside what a degree has: another degree, a field of study, a label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

LEVELS = ("High School", "Associate", "Bachelor's", "Master's", "Doctorate")
"""The levels of the wire, the lowest first."""
MAX_FORMS = 200
"""Forms of a sentence that are looked at."""

_BACHELOR, _MASTER = "BTECH/BE/BSC", "MTECH/ME/MSC/MCA"
_FIELD = (
    r"(?:comput\w+|comp\.?\s?sci|informati\w+|software|engineering|\w*sciences?|math\w*|statisti\w+|physics|chemi\w+|bio\w+|business|"
    r"econom\w+|financ\w+|account\w+|commerce|management|marketing|sales|design|arts?|humanities|law|nursing|education|psycholog\w+|"
    r"techn\w+|quantitative|related|relevant|scientific|analytical|electr\w+|mechan\w+|civil|industrial|aero\w+|data|analytics|"
    r"cyber\w*|network\w*|telecom\w*|communication\w*|journalism|hr|human|it|mis|cs|cse|ee|ece|stem|any|similar|social|public|health\w*|"
    r"medic\w+|pharm\w+|life|natural|applied|geo\w+|environment\w+|agricultur\w+|architect\w+|animation|fine|graphic|linguist\w+|"
    r"english|supply|logistics|operations|hospitality|robotics|machine|artificial|visual|media|political|international|project|history)\b"
)
_DEGREE = (
    r"(?:b\.?\s?(?:s\.?c?|a|e|eng|tech|com|ed)|m\.?\s?(?:s\.?c?|a|e|eng|tech|com|ed)|ph\.?\s?d|[bm]\.?c\.?a|mba|bachelor['’]?s?|"
    r"master['’]?s?|associate['’]?s?|degree|diploma|a\.?a\.?s?|a\.?s|graduate|undergraduate|[bm]s[a-z]{2}|ug|pg|hnd|doctorate)\b\.?"
)
_OF_SUBJECT = (
    r"(?:\s{1,2}(?:of|in)\s{1,2}(?:applied\s)?(?:science|arts|engineering|technology|commerce|business\sadministration|"
    r"computer\sapplications?|fine\sarts|laws?|education|architecture)\b)?"
)
_TAIL = r"(?:[\s-]{1,2}(?:level\s)?(?:degrees?|level|qualifications?)\b)?"
_YEAR = r"\s?-?\s?(?:years?|yrs?)[\s-]{1,2}(?:(?:university|college|technical|accredited|bachelor['’]?s)\s)?degrees?\b"

_AFTER = re.compile(
    rf"\s{{0,2}}(?:degrees?\b|level\b|[/&,]?\s{{0,2}}(?:(?:and/)?or|and|/|&|,)\s{{0,2}}(?:an?\s)?(?:{_DEGREE}|(?:equivalent|higher|above|better)\b)|"
    rf"/\s?(?:{_DEGREE}|equivalent)|\(?in\s{{1,2}}(?:an?\s|the\s|any\s)?{_FIELD}|of\s(?:science|arts|engineering|technology)\b)",
    re.I,
)
_AFTER_SCIENCE = re.compile(
    r"\s{0,2}(?:\(?(?:(?:strongly|highly)\s)?(?:preferred|required|desired)\b|is\s(?:a\s)?(?:plus|required|preferred|desir)|a\splus\b|"
    r"with\s(?:\d|an?\s(?:concentration|major|minimum)|concentration|major|minimum|at\sleast|emphasis)|[-–+,]?\s?\d{1,2}\s?\+?\s?(?:years|yrs)|\+\s?\d|"
    r"(?:Computer|Comp|Electrical|Mechanical|Engineering|CS|EE|Math\w*|Statistics|Physics|Information\s(?:Systems?|Technology)|Software\sEng\w*)\b)"
)
_BEFORE = re.compile(
    rf"\b{_DEGREE}(?:\sor\shigher)?\s{{0,2}}(?:/|,|or|and|&|\(|(?:,\s?|and/)or)\s{{0,2}}(?:an?\s)?$", re.I
)
_NAMED = re.compile(rf"\b{_DEGREE}", re.I)
_TAIL_BEHIND = re.compile(r"[\s-]{1,2}(?:level\s)?(?:degrees?|level|qualifications?)(?=\W|$)", re.I)
_LABEL = re.compile(
    r"(?:educat\w+|qualifications?|degrees?|academic\w*|ug|pg|minimum|required|diploma)\b[\w\s/&(),]{0,40}?[:–-]\s{0,3}(?:any\s)?$",
    re.I,
)
_WINDOW = 60
"""Characters before a form that are looked at."""
_EMPLOYER = re.compile(
    r"(?:\b(?:our|their|team\s(?:of|includes|has)|comprises|includes|groups?\sof|founded\sby|led\sby|staffed\sby|built\sby|former|mentor\w*|supervis\w+|teach\w*|\d{2,}\+?)\s(?:\w+\s){0,2}|"
    r"\b(?:scrum|web|agile|item|product|material|customer|vendor|quiz|grand)[\s-]?)$",
    re.I,
)
_PEOPLE = re.compile(
    r"\s{0,2}[-–]?(?:['’]s?)?\s{0,2}(?:students?\b|thes[ie]s\b|founded|supervis\w+|interns?\b|program+e?s?\s(?:for|to|where|lets)|schemes?\b|teachers?\b|pupils)",
    re.I,
)
_NOT_NEEDED = re.compile(
    r"(?:\b(?:in\slieu\sof|instead\sof|without|no(?:\sneed\sfor)?|not\s(?:need|require|have|necessarily\sneed)|"
    r"regardless\sof|irrespective\sof|rather\sthan|(?:substitut\w+|replace\w*)(?:\sfor)?)|n['’]t\s(?:need|require|have|care\sabout))\s(?:an?\s|the\s|your\s|any\s)?(?:(?:formal|university|college|\w+['’]s)\s)?$",
    re.I,
)

Check = Callable[[str, int, int], bool]
"""Whether what stands at a span of a sentence is a degree."""


def _always(_text: str, _start: int, _end: int) -> bool:
    return True


def _letters(text: str, start: int, end: int) -> tuple[str, str]:
    """The letters of a form, and the word "degree" that may stand behind them."""
    tail = _TAIL_BEHIND.search(text, start, end)
    letters = text[start : tail.start() if tail else end]
    return letters.replace(".", "").replace(" ", ""), tail.group() if tail else ""


def _is_letters(text: str, start: int, end: int) -> bool:
    """Two letters beside another degree or a field of study, or behind a label."""
    letters, tail = _letters(text, start, end)
    if not letters.isupper():
        return False
    before = text[max(0, start - _WINDOW) : start]
    if tail or _AFTER.match(text, end) or _BEFORE.search(before) or _LABEL.search(before):
        return True
    return _AFTER_SCIENCE.match(text, end) is not None and _NAMED.search(before) is not None


def _is_science_letters(text: str, start: int, end: int) -> bool:
    """BS or MS, which no position and no place is called: also before years and "preferred"."""
    return _is_letters(text, start, end) or (
        _letters(text, start, end)[0].isupper() and _AFTER_SCIENCE.match(text, end) is not None
    )


_MASTER_TAIL = re.compile(
    rf"\s{{0,2}}(?:degree|level|of\s(?:science|arts|engineering|technology|business|comput|commerce|education|law)|in\s(?:an?\s|any\s)?{_FIELD}|"
    rf"/\s?(?:ph|doc)|(?:or|and|,)\s(?:an?\s)?(?:ph\.?d|doctor|higher|above|equivalent))",
    re.I,
)
_MASTERS_TAIL = re.compile(r"\s{0,2}(?:preferred|required|desired|is\b|with\b|from\b|or\b|a\splus|\+|[/(),.;]|$)", re.I)


def _is_master(text: str, start: int, end: int) -> bool:
    """The word with its apostrophe, and "master" or "masters" of something that is studied."""
    word = text[start:end].lower()
    if " of " in word or word.endswith(("'s", "’s", "degree", "degrees", "level")) or _MASTER_TAIL.match(text, end):
        return True
    if _BEFORE.search(text[max(0, start - _WINDOW) : start]):
        return True
    return word.startswith("masters") and _MASTERS_TAIL.match(text, end) is not None


_DEGREE_OF = re.compile(
    r"\s?(?:of\s(?!the\sfollowing|science|arts|eng|tech|bach|master)|celsius|fahrenheit|[°CF]\b)|\s?[,/]\s?(?:certif|total)",
    re.I,
)
_MEASURE = re.compile(
    r"(?:\b(?:high|higher|some|great\w*|certain|large|vary\w+|what|same|signific\w+|consider\w+|reason\w+|extreme|third|nth|less\w*|to\san?y?)|\d|°)[\s-]{0,2}$",
    re.I,
)


def _is_plain_degree(text: str, start: int, end: int) -> bool:
    """A "degree" that is no measure, no heading of a list and, in the plural, in some field."""
    if _DEGREE_OF.match(text, end) or _MEASURE.search(text[max(0, start - _WINDOW) : start]):
        return False
    return (
        text[end - 1].lower() != "s"
        or re.match(rf"\s(?:in\s(?:an?\s)?{_FIELD}|required|preferred)", text[end : end + 40], re.I) is not None
    )


_GRADUATE_TAIL = re.compile(
    rf"(?:s|ion)?\s{{0,2}}(?:(?:in|of|with\sa\sdegree)\s(?:an?\s|any\s)?{_FIELD}|or\s(?:an?\s)?(?:post|equivalent|above|diploma)|/|from\s(?:an?\s|any\s)?(?:accredited|recogni|reputed|premier|top)|(?:is\s)?(?:required|mandatory)|"
    rf"(?:degree|qualification|with)\b|$|[.,;)](?!\w))",
    re.I,
)
_GRADUATE_BEFORE = re.compile(
    r"(?:\b(?:any|engineering|science|commerce|technical|university|college|computer|be\sa|or|law|minimum)\s|/\s?)$",
    re.I,
)


def _is_graduate(text: str, start: int, end: int) -> bool:
    """A "graduate" who is asked for, not a programme for graduates or recent ones who may apply."""
    before = text[max(0, start - _WINDOW) : start]
    if _LABEL.search(before):
        return True
    if re.match(r"graduation\s(?:is\s)?(?:a\smust|required|mandatory)", text[start : start + 30], re.I):
        return True
    if re.search(r"\b(?:recent|fresh|new|our|all|hire|school)\s$", before, re.I):
        return False
    return bool(_GRADUATE_BEFORE.search(before) and _GRADUATE_TAIL.match(text, end)) or bool(
        re.match(rf"(?:s|ion)?\s(?:in|of)\s(?:an?\s|any\s)?{_FIELD}", text[end : end + 60], re.I)
    )


_DIPLOMA_TAIL = re.compile(
    rf"s?\s{{0,2}}(?:in\s(?:an?\s|any\s)?{_FIELD}|or\b|/|holders?\b|(?:is\s)?(?:required|preferred)|\(|,|$|[.;])", re.I
)


def _is_diploma(text: str, start: int, end: int) -> bool:
    """A "diploma" in some field, beside another degree or as an item of its own."""
    return (
        _DIPLOMA_TAIL.match(text, end) is not None or _BEFORE.search(text[max(0, start - _WINDOW) : start]) is not None
    )


_SCHOOL_TAIL = (
    r"(?:\s{1,2}(?:level\s)?(?:diplomas?|degrees?|education|graduat\w+|certificates?|leaving\scertificate|equivalen\w+|completion)|\s?/\s?g\.?e\.?d|"
    r"\s{1,2}or\s(?:g\.?e\.?d|equivalent|higher|above)|(?=\s?(?:$|[.,;/])))"
)

_FORMS: tuple[tuple[int, str, str, Check], ...] = (
    (4, "PHD", rf"(?:ph\.?\s?d\.?['’]?s?|d\.?phil|doctora(?:te|l)s?|pharm\.?d|juris\sdoctor){_TAIL}", _always),
    (3, "MBA", rf"m\.?b\.?a\.?{_TAIL}", _always),
    (
        3,
        "POSTGRADUATE",
        r"post[\s-]?graduat(?:e|ion)s?(?:[\s-](?:degrees?|diplomas?|qualifications?))?|pgdb?m|pgd",
        _always,
    ),
    (
        3,
        _MASTER,
        r"(?:advanced|graduate|higher)(?:[\s-]level)?\s(?:university\s)?degrees?(?!\s(?:of\s(?!sci)|program))",
        _always,
    ),
    (3, _MASTER, rf"master['’]?s?['’]?{_OF_SUBJECT}{_TAIL}", _is_master),
    (
        3,
        _MASTER,
        rf"(?:m\.?\s?tech|m\.?\s?sc|m\.c\.a|mca|m\.?\s?com|m\.?\s?eng|m\.?phil|m\.e|m\.\s?ed){_TAIL}",
        _always,
    ),
    (3, _MASTER, rf"(?:m\.?\s?s\.?|ms(?:cs|ee|me|it|is|n|w)|mph){_TAIL}", _is_science_letters),
    (3, _MASTER, rf"(?:m\.?a\.?|m\.?e\.?|mfa){_TAIL}", _is_letters),
    (
        2,
        _BACHELOR,
        rf"(?:ba(?:t?ch)?[ei]?l[aeo]u?rs?|bach?[ei]l[aeo]rs?|bechelors?|baccalaureate)(?:['’]s?|\ss(?!\w))?{_OF_SUBJECT}{_TAIL}",
        _always,
    ),
    (
        2,
        _BACHELOR,
        rf"(?:b\.?\s?tech|b\.?\s?sc|b\.c\.a|bca|b\.?\s?com|b\.?\s?eng|bba|b\.e|b\.\s?ed|b\.?arch|bfa|mbbs|ll\.?b|bs(?:cs|ee|me|it|ee/cs|n)){_TAIL}",
        _always,
    ),
    (2, _BACHELOR, rf"b\.?\s?s\.?{_TAIL}", _is_science_letters),
    (2, _BACHELOR, rf"(?:b\.?a\.?|be|b\.e\.){_TAIL}", _is_letters),
    (
        2,
        _BACHELOR,
        rf"(?:four|three|4|3){_YEAR}|(?:completed|finished|academic)\s(?:your\s)?studies(?=\s(?:in|of)\b)|under[\s-]?graduate(?=\s(?:or|and|/)\s?post)",
        _always,
    ),
    (
        2,
        _BACHELOR,
        r"(?:under[\s-]?graduate|university|college|university\s?/\s?college|college\s?/\s?university|honou?rs|tertiary|first)(?:[\s-]level)?\s(?:degrees?|qualifications?|studies|education|(?<=university\s)diploma(?=\sin))\b(?!\s(?:system|institution))",
        _always,
    ),
    (
        1,
        "ASSOCIATE",
        r"associate['’]?s?['’]?(?:\sof\s(?:applied\s)?(?:science|arts)|\sdegrees?|(?=\s?(?:/|or\s)\s?(?:an?\s)?bachelor))(?:\sdegrees?)?",
        _always,
    ),
    (1, "ASSOCIATE", rf"(?:two|2){_YEAR}|h\.?n\.?[dc]\b|foundation\sdegree|a\.a\.s\.?{_TAIL}", _always),
    (1, "ASSOCIATE", rf"(?:a\.?a\.?s?\.?|a\.?s\.?){_TAIL}", _is_letters),
    (
        1,
        "DIPLOMA",
        r"(?:college|polytechnic|technical|vocational|trade|national|advanced|post[\s-]?secondary|trade\sschool|technical\sschool)\s(?:school\s)?(?:diploma|certificate)s?(?!\w)",
        _always,
    ),
    (
        0,
        "HIGH SCHOOL",
        rf"(?:(?:high|secondary)[\s-]{{1,2}}school|hs|h\.s\.){_SCHOOL_TAIL}|g\.?e\.?d(?=\s|[.,;)/]|$)|10\s?\+\s?2|(?:12th|hsc|intermediate)\s?(?:pass\w*|grade|standard|std)|gcses?|(?-i:A-levels?|A\slevels)(?!\w)|abitur",
        _always,
    ),
    (1, "DIPLOMA", r"diplomas?", _is_diploma),
    (2, _BACHELOR, r"graduat(?:e|ion)s?", _is_graduate),
    (2, _BACHELOR, r"(?:bare\s)?degrees?", _is_plain_degree),
)
_ANY = re.compile(
    r"(?=\w)(?:(?<![\w@])|(?-i:(?<=[a-z]{2})(?=[A-Z])))(?:"
    + "|".join(f"({pattern})" for _, _, pattern, _ in _FORMS)
    + r")(?!\w)",
    re.I,
)
"""Any form at the start of a word, also of one that a lost line break has glued to the word before."""
_PLAIN = len(_FORMS) - 1
_LETTERS = re.compile(
    r"[BMADHL]\.\s?[A-Z]|[BM][A-Z]|[BM](?:Sc|Tech|Com|Eng|Phil|Arch|Ed)|P[hG]|UG|HS|A[AS](?![a-z])|A[- ]l"
)
_STEM = re.compile(
    r"degree|ba[tc]|bech|master|diploma|graduat|doct|associate|school|colleg|universit|tertiary|abitur|gcse|studies|bfa|mbbs|ged|phd|ph\.|d\.?phil|mba|pgd|hn[dc]|10\s?\+|12th|"
    r"b\.?\s?(?:tech|sc|com|eng|c\.?a)|m\.?\s?(?:tech|sc|com|eng|c\.?a|phil)|bba|hsc|intermediate|llb|ll\.b|pharm|juris|vocational|year|yr|qualification|certificate"
)
"""What a sentence with any form holds, searched first because it is quick: letters, and stems in lower case."""


@dataclass(frozen=True)
class Degree:
    """A degree at a span of a sentence; ``level`` is its place in ``LEVELS``."""

    start: int
    end: int
    level: int
    code: str
    is_plain: bool
    """Whether it is a bare "degree", which another one beside it explains."""


def find_degrees(text: str) -> Iterator[Degree]:
    """Yield the degrees that a sentence names, those of the employer's people and those not needed left out."""
    if not (_LETTERS.search(text) or _STEM.search(text.lower())):
        return
    for match in islice(_ANY.finditer(text), MAX_FORMS):
        form = (match.lastindex or 1) - 1
        level, code, _, check = _FORMS[form]
        start, end = match.span()
        if not check(text, start, end):
            continue
        before = text[max(0, start - _WINDOW) : start]
        if not (_EMPLOYER.search(before) or _NOT_NEEDED.search(before) or _PEOPLE.match(text, end)):
            yield Degree(start, end, level, code, form == _PLAIN)
