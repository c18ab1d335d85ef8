"""A line or a labelled value that holds a title: what of it is the title, and what is place, pay, mode, number or employer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.stages.parse.occupations import KNOWN, WEAK, occupation_strength
from pipeline.stages.parse.places import named_places

MAX_TITLE_WORDS = 14
MAX_GENDER_MARK = 16
"""Characters behind a title in which a mark like "(m/w/d)" stands."""

_SEPARATOR = re.compile(
    r"\s[>›»]\s|\s{1,8}[-–—]{1,2}\s{1,8}|\s?[|·•;]\s?|\s/\s|[-–—]\s|\s[-–—]|,\s?|:\s|\t|\s(?=[(\[])"
)
_HARD = frozenset("|·•;\t>›»")
"""Separators behind which a title does not go on."""
_GENDER = re.compile(
    r"\s?[(\[]?\b(?:[mwfdxhi]|gn|div|all genders?)\s?(?:[/|,*:]\s?(?:[mwfdxhi]|gn|div)\b){1,3}[)\]]?\*?|\s?\((?:all genders?|gn)\)",
    re.I,
)
_CALLS = (
    r"(?:wanted|(?:now\s|we\sare\s|we['’]re\s)?(?:urgently\s)?hiring|urgent(?:ly)?(?:\s(?:requirement|need|opening))?|"
    r"immediate\s(?:need|opening|hiring))"
)
_OPENING_WORDS = re.compile(
    rf"{_CALLS}\s?(?:[:!–-]\s{{0,3}}|for\s|(?<=[gG])\s(?=[A-Z]))|"
    r"(?:\w{1,12}\s){0,2}(?:opportunity|opening|vacancy)\s?(?:[:!–-]|for\s)\s?|"
    r"(?:(?:job|position|role)\s{1,2}description|description)\s(?:for|of)\s|(?:(?:job|position|role)\s{1,2}description|re|subject|fwd?)\s?[:–-]\s?|"
    r"(?:(?:job|position)\s{1,2})?(?:title|position|role|designation)\s?[:–-]\s?|(?:(?:job|position)\s{1,2})?title\s{1,3}(?=[A-Z.])|"
    r"[A-Z]{0,6}[-_]?\d{3,}\s?[-–:.]\s?",
    re.I,
)
_OPENING_PRAISE = re.compile(
    r"(?:immediate|urgent(?:ly)?|experienced|remote|full[- ]time|part[- ]time|temporary|permanent|contract)\s{1,3}(?=[A-Z.])",
    re.I,
)
_MODE = (
    r"(?:remote(?:ly)?|hybrid|on-?\s?site|wfh|work\s+from\s+home|telecommut\w{1,4}|home\s?office|full[- ]?time|part[- ]?time|"
    r"contract(?:or)?|permanent|temp(?:orary)?|freelance|internship|direct\s+hire|w2|c2c|1099|corp[- ]to[- ]corp|fte|cdi|cdd|"
    r"urgent|immediate|new|easy\s?apply|apply(?:\s+now)?|multiple\s+(?:locations|openings|positions)|relocation|visa|"
    r"sponsorship|job|jobs|careers?|hiring|\d{1,2}\s?\+?\s?(?:months?|mths?|years?|yrs?)|long[- ]term|short[- ]term|day\s+shift|"
    r"night\s+shift|shift|start\s+asap|asap|posted\s.{0,20}|remote\s.{0,20}|hybrid\s.{0,20}|\w{2,12}[- ]based|"
    r"telecommuting.{0,60})"
)
_MODES = re.compile(rf"[(\[\s]*{_MODE}(?:[\s,/&()-]{{1,3}}{_MODE}){{0,4}}[)\]\s.!]*", re.I)
_KIND = r"(?:remote|hybrid|on-?\s?site|full[- ]?time|part[- ]?time|contract|permanent|temporary|freelance|w2|c2c|wfh)"
_TRAILING_KIND = re.compile(rf"(?:\s{{1,3}}[(\[]?|[(\[]){_KIND}(?:[\s,/&-]{{1,3}}{_KIND}){{0,3}}[)\]]?\s{{0,2}}$", re.I)
"""The kind of employment at the end of a title, without a separator."""
_AMOUNT = re.compile(
    r"[$€£₹¥]\s?\d|\d[\d,.]{0,9}\s?(?:k|lpa|lakh|usd|eur|gbp|inr|rm\d|/hr|/h|per|p\.a)\b|\bup\s+to\s+\D{0,3}\d", re.I
)
_NUMBER = re.compile(
    r"(?:job|req(?:uisition)?|ref(?:erence)?|position|posting|id)?\s?(?:id|no|number|code|#)?\s?[.:#]?\s?[A-Z]{0,5}[-_]?\d{3,}[\w-]{0,12}",
    re.I,
)
_LABEL_WORDS = (
    "job location locations duration company client type salary rate experience exp ctc department reports shift start description work "
    "employment skills date classification hours pay position contract term level summary no id number category industry function "
    "status place city remote mode openings band grade team division interview visa end vendor overview responsibilities details "
    "key required qualification qualifications requirements notice address budget target supervisor reporting manager travel "
    "hire schedule compensation posted deadline business domain project language languages workplace about note primary mandatory"
).split()
_LABEL_WORDS_SET = frozenset(_LABEL_WORDS) | {"to", "of", "and", "&", "/"}
_LABEL_BEFORE_DASH = re.compile(r"\s(?:Location|Duration|Client|Rate|Salary|Experience|Exp|Type|Shift)s?\s{1,2}[-–]\s")
_LABEL_SIGN = re.compile(r"\s?[:：]")
_WORD_GLUE = re.compile(r"(?<=[a-z)])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LOST_BREAK = re.compile(r"(?<=[a-z)])(?=[A-Z][A-Za-z])")
MAX_LABEL_WORDS = 4
_BARE_LABEL = re.compile(
    r"\s(?:Job\s+Description|Job\s+Summary|Duration|Job\s+Type|Location|Start\s+Date|Position\s+Type|About\s+the|Position\s+Summary)\b"
)
_EMPLOYER = re.compile(r"\s{1,4}(?:@\s?|at\s+(?:the\s+)?|with\s+|bei\s+|chez\s+)(?=[A-Z0-9])")
_PLACE_IN = re.compile(r"\s{1,4}(?:in|based\s+in|near|out\s+of)\s+(?=[A-Z])")
_CLOSING_WORDS = re.compile(
    r"\s{1,4}(?:needed|wanted|required|sought|job\s+opportunity|opportunity|position|opening|vacancy|role|job|job\s+description|requirement|positions|openings|summary|overview|description)"
    r"[\s!.]{0,3}$",
    re.I,
)
_NEEDED = re.compile(r"\s{1,4}(?:needed|wanted|required|sought|requirement)\b", re.I)
_LEGAL_FORM = re.compile(r"\b(?:inc|ltd|llc|llp|gmbh|corp|pvt|plc|limited|s\.a|b\.v|ag|kg|group)\b\.?", re.I)


@dataclass(frozen=True)
class TitlePart:
    """The part of a line that is the title: its place in the view, its text, how surely its noun names an occupation."""

    start: int
    end: int
    text: str
    strength: float


@dataclass(frozen=True)
class _Segment:
    start: int
    end: int
    text: str
    separator: str
    """What stands before it."""
    strength: float


def title_part(view: str, start: int, end: int) -> TitlePart | None:
    """Return the title in ``view[start:end]`` (one line): the part around the first noun of an occupation.

    Without such a noun it is all but what is known to be something else; null where nothing is left.
    """
    start, end = _inner(view, start, end)
    segments = _segments(view, start, end)
    if not segments:
        return None
    main = _main(segments)
    first = _first(segments, main, view)
    last = main
    while last + 1 < len(segments) and _goes_on(segments[last + 1]):
        last += 1
    first_at, last_at = segments[first].start, segments[last].end
    first_at, last_at = _inner(view, first_at, last_at)
    text = " ".join(_GENDER.sub(" ", view[first_at:last_at]).split()).strip(" -–—:,*|")
    if not text or len(text.split()) > MAX_TITLE_WORDS:
        return None
    # "(m/w/d)" stands behind titles alone.
    strength = KNOWN if _GENDER.search(view, start, min(end, last_at + MAX_GENDER_MARK)) else segments[main].strength
    return TitlePart(first_at, last_at, text, strength)


def _inner(view: str, start: int, end: int) -> tuple[int, int]:
    """The span without labels, marks, and words like "Hiring:" and "needed" at its edges."""
    cut = [m.start() for p in (_LABEL_BEFORE_DASH, _BARE_LABEL) if (m := p.search(view, start + 1, end))]
    end = min([end, *cut])
    sign = _LABEL_SIGN.search(view, start + 1, end)
    if sign:
        end = _before_label(view, start, sign.start(), end)
    end = _before_glue(view, start, end)
    for _ in range(3):
        start, end = _stripped(view, start, end)
        praise = _OPENING_PRAISE.match(view, start, end)
        if praise and praise.end() < end:
            start = praise.end()
        opening = _OPENING_WORDS.match(view, start, end)
        if opening and opening.end() < end:
            start = opening.end()
        closing = _CLOSING_WORDS.search(view, max(start, end - 40), end)
        if closing and closing.start() > start:
            end = closing.start()
    return _stripped(view, start, end)


def _before_label(view: str, start: int, sign: int, end: int) -> int:
    """Where the label before a colon begins ("… Job Type: Contract"), glued to the word before or not; ``end`` without one."""
    at = sign
    for _ in range(MAX_LABEL_WORDS):
        word_start = max(view.rfind(" ", start, at), start - 1) + 1
        word = view[word_start:at]
        if word.lower() not in _LABEL_WORDS_SET:
            glue = next(
                (m.start() for m in _WORD_GLUE.finditer(word) if word[m.start() :].lower() in _LABEL_WORDS_SET), None
            )
            if glue is not None:
                return word_start + glue
            break
        at = word_start
        while at > start and view[at - 1] == " ":
            at -= 1
        if at <= start:
            return start
    return at if start < at < sign else end


def _before_glue(view: str, start: int, end: int) -> int:
    """Where a line end was lost behind an occupation or a bracket; ``end`` without such a place."""
    for match in _LOST_BREAK.finditer(view, start + 3, end):
        word = view[max(view.rfind(" ", start, match.start()), start - 1) + 1 : match.start()]
        if word.endswith(")") or occupation_strength(word) >= WEAK:
            return match.start()
    return end


def _stripped(view: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (view[start].isspace() or view[start] in '#*•-–—·>_:|,!"“”'):
        start += 1
    while end > start and (view[end - 1].isspace() or view[end - 1] in '*•-–—·_:|,;!"“”#.'):
        end -= 1
    return start, end


def _segments(view: str, start: int, end: int) -> list[_Segment]:
    """The parts of a line between separators, the employer behind "at" and the place behind "in" cut off."""
    edges = [(start, "")]
    edges += [(m.end(), m.group().strip() or m.group()[:1]) for m in _SEPARATOR.finditer(view, start, end)]
    segments, is_over = [], False
    for i, (at, separator) in enumerate(edges):
        until = end
        if i + 1 < len(edges):
            until = edges[i + 1][0]
            while until > at and (view[until - 1].isspace() or view[until - 1] in "-–—|·•;/,:"):
                until -= 1
        if is_over and separator not in _HARD:
            continue
        at, until = _stripped(view, at, until)
        text = view[at:until]
        if not text:
            continue
        tail = _EMPLOYER.search(text)
        if tail and tail.start() > 3 and not text[: tail.start()].lower().endswith(("works", "experience", "work")):
            text = text[: tail.start()]
        needed = _NEEDED.search(text)
        if needed and needed.start() > 3:
            text = text[: needed.start()]
        kind = _TRAILING_KIND.search(text)
        if kind and kind.start() > 3:
            text = text[: kind.start()]
        place = _PLACE_IN.search(text)
        if place and _is_place(text[place.end() :]):
            text = text[: place.start()]
        segments.append(_Segment(at, at + len(text), text, separator, _head_strength(text)))
        # What stands behind the employer or the place is about them.
        is_over = bool(tail or place)
    return segments


def _head_strength(text: str) -> float:
    """How surely a part of a line names an occupation: by its last word, or by a noun before a preposition, a level or its field."""
    words = text.split()
    while len(words) > 1 and (_LEVEL_WORD.fullmatch(words[-1]) or words[-1].startswith("(")):
        words = words[:-1]
    if not words:
        return 0.0
    best = occupation_strength(words[-1])
    for i, word in enumerate(words[:-1]):
        strength = occupation_strength(word)
        if strength >= WEAK and words[i + 1].lower() in _PREPOSITIONS:
            best = max(best, strength)
        elif strength == KNOWN and word.lower() not in _ADJECTIVE_NOUNS:
            best = max(best, WEAK)
    return best


_LEVEL_WORD = re.compile(r"[IVX]{1,4}|\d{1,2}|L\d|[A-Z]|\d-\d|.{1,12}\)", re.I)
_PREPOSITIONS = frozenset("of for in with - – /".split())
_ADJECTIVE_NOUNS = frozenset("principal staff executive officer assistant chief head".split())


def _main(segments: list[_Segment]) -> int:
    for least in (KNOWN, WEAK, 0.01):
        for i, segment in enumerate(segments):
            if segment.strength >= least and not is_noise(segment.text):
                return i
    return 0


def _first(segments: list[_Segment], main: int, view: str) -> int:
    """The first segment of the title: one before the main one belongs to it unless it is noise, a number or an employer."""
    first = main
    while first and segments[first].separator not in _HARD:
        before = segments[first - 1]
        is_employer = _LEGAL_FORM.search(before.text) or (before.text[:1].isupper() and view.count(before.text) > 1)
        if is_noise(before.text) or is_employer or len(before.text.split()) > 4:
            break
        first -= 1
    return first


def _goes_on(segment: _Segment) -> bool:
    return segment.separator not in _HARD and not is_noise(segment.text)


def is_noise(text: str) -> bool:
    """Whether a part of a line tells place, mode of work, pay, a number, an employer, and not what the work is."""
    bare = text.strip(" ()[]")
    if not bare or _MODES.fullmatch(text) or _NUMBER.fullmatch(bare) or _AMOUNT.search(bare) or _GENDER.fullmatch(bare):
        return True
    if _LEGAL_FORM.search(bare) and not occupation_strength(bare.split()[-1]):
        return True
    return _is_place(bare)


def _is_place(text: str) -> bool:
    """Whether a phrase names a place and nothing else."""
    if (
        not text[:1].isupper()
        or len(text) > 60
        or max((occupation_strength(w) for w in text.split()), default=0.0) >= WEAK
    ):
        return False
    if re.fullmatch(r"[A-Z]{2}(?:\s\d{5})?", text) and text[:2] in _STATES:
        return True
    left = text
    for name in named_places(text):
        left = left.replace(name, " ")
    return left != text and not [
        w for w in left.split() if w.strip(",.()").lower() not in _PLACE_WORDS and w not in _STATES
    ]


def is_place_name(text: str) -> bool:
    """Whether a phrase is the name of one place ("Boston", "Boston MA")."""
    words = text.split()
    bare = " ".join(words[:-1]) if len(words) > 1 and words[-1] in _STATES else text
    if bare in _STATES:
        return True
    return bare in named_places(bare)


_PLACE_WORDS = frozenset("or and area metro city greater the region state county near &".split()) | {""}
_STATES = frozenset(
    "AL AK AZ CA CO CT DC DE FL GA ID IL IN IA KS KY LA MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT "
    "VT VA WA WV WI WY UK US".split()
)
