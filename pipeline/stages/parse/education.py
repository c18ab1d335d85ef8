"""The education that a job description asks for: of each sentence the lowest degree that is enough, and the lowest that is a plus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pipeline.contracts import Education, TextSpan
from pipeline.stages.parse.clauses import glued_clauses
from pipeline.stages.parse.degrees import LEVELS, Degree, find_degrees
from pipeline.text import SILENT_KINDS, JDText, SentenceFacts

MAX_DEGREES = 6
"""Degrees on the wire."""
MAX_IN_SENTENCE = 40
"""Degrees of a sentence that are looked at."""
MAX_SENTENCES = 100
"""Sentences with a degree that are looked at."""
MAX_EXCERPT = 240
"""Characters of a clause that are put on the wire."""
_WINDOW = 180
"""Characters beside a degree in which its "required" or "preferred" stands."""

_SIGNAL = re.compile(
    r"(?P<wish>\b(?:prefer(?:red|able)|desir(?:ed|able)|favou?red|advantageous|beneficial|welcomed?|optional|helpful|appreciated|valued|"
    r"(?:nice|good)[\s-]to[\s-]haves?|(?:an?|big|huge|strong|definite|added|great|real|distinct)\s(?:plus|bonus|advantage|asset|benefit)|plus(?=\s?(?:[.!)]|$))|(?<=\()(?:bonus|plus|asset)(?=[.!)])|"
    r"(?:highly|well)\sregarded|ideal|not\s(?:\w+\s)?(?:required|necessary|mandatory|essential|needed|a\smust)(?=,?\s(?:but|though|however)))\b)|"
    r"(?P<waived>\b(?:not|nor|never)\s(?:\w+\s)?(?:required|necessary|mandatory|essential|needed|a\smust|expected)\b)|"
    r"(?P<demand>\b(?:required|mandatory|a\smust|necessary|essential|needed)\b)",
    re.I,
)
_OTHER_MATTER = re.compile(
    r"\b(?:skills?|knowledge|abilit\w+|familiar\w*|understanding|travel|certificat\w+|experience(?:d)?|years|yrs|background)\b",
    re.I,
)
_INSTEAD = re.compile(
    r"\b(?:or|and(?:/or)?|,|plus|with)?\s?(?:an?\s)?(?:(?:the\s)?equivalent|related|relevant|comparable|similar)\s(?:[\w/]+\s){0,4}?experience\b",
    re.I,
)
_OR_CERTIFIED = re.compile(r"(?:\band|\bor|&|/)\s?(?:or\s)?(?:[\w/]+\s){0,3}certifi\w+\b", re.I)
_FIELD_APART = re.compile(r"\s?,\s(?!or\b|and\b)(?!.{0,100}\b(?:in|or)\b)\w")
"""A comma behind a degree without field: what follows is a field of its own ("Degree, physics preferred")."""
_LEANING = re.compile(
    r"\b(?:preferabl[ey]|ideally|optionally|better\sstill|desirably|even\sbetter|(?:be|is)\s(?:great|nice|good|ideal|helpful|lovely)\sif|love\s(?:it\sif|to\ssee))\b"
    r"[^,;:()]{0,60}$",
    re.I,
)
_LABELLED_WISH = re.compile(
    r"\b(?:prefer(?:red|ences?|ably)|desir(?:ed|able)|(?:nice|good)[\s-]to[\s-]haves?|bonus|plus(?:es)?|optional|ideal(?:ly)?|additional|assets?)\b[^:]{0,90}(?::|\s[-–])",
    re.I,
)
_LABELLED_DEMAND = re.compile(
    r"(?<!not\s)\b(?:required|minimum|must[\s-]haves?|basic|essential|mandatory)\b[^:]{0,60}(?::|\s[-–])", re.I
)
_WISHED_FIRST = re.compile(
    r"(?:^|[(.])\s?(?:strongly\s|highly\s)?(?:preferred|desired|preferable|desirable|ideal)\s(?:\w+\s){0,2}$", re.I
)
_BRACKETS = re.compile(r"\([^()]{1,120}\)")
_JOINT = re.compile(
    r"(?:\bor|/|\band/or|&|\bto)\s{0,2}(?:(?:an?|equivalent|higher|relevant|related|completed|your|even|possess|hold|have|with|a\srecent)\s{1,2}){0,3}$",
    re.I,
)
_LISTED = re.compile(r"^[\s.]{0,3},\s{0,2}(?:an?\s)?$")
_ASKED_IN_PASSING = re.compile(r"required|minimum|must|years|equivalent|field|disciplin|criteria|preferred", re.I)
_PAID_FOR = re.compile(
    r"\b(?:tuition|reimburs\w+|scholarships?|study\sleave|sponsor(?!ship)\w*|we(?:['’]ll|\swill)?\s(?:pay|fund|cover)|(?:support|help)s?\syour?)\b",
    re.I,
)
_SUBJECT = re.compile(
    r"(?:['’]?s?\s?(?:degrees?|level|diploma)?)(?:\s?\([^()]{0,30}\)|,?\s(?:or|and)\s(?:higher|above|equivalent|better))?,?\s{1,2}"
    r"(?:in|with\s(?:an?\s)?(?:concentration|major|specialization|emphasis)(?:\sin)?|of)\s{1,2}(?:an?\s|the\s)?(?P<subject>\w.{1,160}?)"
    r"(?=$|[.;:()\n]|,?\s(?:or|and)\s(?:(?:an?|any|other|some|closely)\s)?(?:equivalent|related|similar|relevant|comparable)|"
    r"\s(?:with|plus|required|preferred|desired|is|are|from|or\s\d|and\s\d|and\sat\sleast|strongly|highly|\d)|\s[-–+*]\s|,\s(?:\w+\s){0,2}preferred)",
    re.I,
)
_SILENT = SILENT_KINDS | {"similar_jobs", "chrome"}


@dataclass(frozen=True)
class _Asked:
    """A choice of degrees that a clause asks for."""

    degree: Degree
    """The lowest of the choice."""
    choice: list[Degree]
    requirement: str
    text: str
    """The sentence, and the span of the clause in it."""
    clause: tuple[int, int]

    @property
    def subject(self) -> re.Match[str] | None:
        """The field of study, which stands behind one of the choice."""
        text, behind = self.text, (d for d in self.choice if d.start >= self.degree.start)
        return next(filter(None, (_SUBJECT.match(text, d.end) for d in behind)), None)


def education(jd: JDText) -> list[Education]:
    """Return the degrees that the text asks for, in order of first appearance, one for each level and requirement."""
    found: dict[tuple[str, str], Education] = {}
    asking = filter(None, (list(_of_sentence(jd, facts)) for facts in jd.facts))
    for entry in chain.from_iterable(islice(asking, MAX_SENTENCES)):
        found.setdefault((entry.level, entry.requirement), entry)
    return list(found.values())[:MAX_DEGREES]


def _of_sentence(jd: JDText, facts: SentenceFacts) -> Iterator[Education]:
    """The lowest required and the lowest preferred degree of a sentence, in the order in which they stand."""
    first = facts.sentence.start
    text = jd.view[first : facts.sentence.end]
    lowest: dict[str, _Asked] = {}
    for asked in _asked(text, facts.section_kind):
        known = lowest.get(asked.requirement)
        if known is None or asked.degree.level < known.degree.level:
            lowest[asked.requirement] = asked
    for asked in sorted(lowest.values(), key=lambda a: a.degree.start):
        degree, subject = asked.degree, asked.subject
        start, end = jd.raw_span(first + degree.start, first + (subject.end() if subject else degree.end))
        yield Education(
            level=LEVELS[degree.level],
            qualification=f"{degree.code} - {' '.join(subject['subject'].split())}" if subject else degree.code,
            raw=_excerpt(text, asked.clause, degree),
            requirement=asked.requirement,
            source=TextSpan(start=start, end=end),
        )


def _asked(text: str, section_kind: str) -> Iterator[_Asked]:
    """The choices of degrees of a sentence."""
    degrees = list(islice(find_degrees(text), MAX_IN_SENTENCE))
    for start, end in glued_clauses(text) if degrees else ():
        if start > degrees[-1].start:
            return
        inside = _explained([d for d in degrees if start <= d.start < end])
        if not inside or (section_kind in _SILENT and not _ASKED_IN_PASSING.search(text, start, end)):
            continue
        if _PAID_FOR.search(text, max(start, inside[0].start - _WINDOW), min(end, inside[-1].end + _WINDOW)):
            continue
        choices = _choices(text, inside)
        for i, choice in enumerate(choices):
            begin = choices[i - 1][-1].end if i else start
            stop = choices[i + 1][0].start if i + 1 < len(choices) else end
            requirement = _requirement(text, choice, begin, stop, section_kind == "preferred")
            if requirement:
                yield _Asked(min(choice, key=lambda d: d.level), choice, requirement, text, (start, end))


def _explained(degrees: list[Degree]) -> list[Degree]:
    """The degrees of a clause without the bare "degree" that another one explains."""
    if any(d.level > 1 and not d.is_plain for d in degrees):
        return [d for d in degrees if not d.is_plain]
    return degrees


def _choices(text: str, degrees: list[Degree]) -> list[list[Degree]]:
    """The degrees of a clause, those together that are a choice ("BS, MS or PhD")."""
    choices: list[list[Degree]] = []
    pending: list[Degree] = []
    for i, degree in enumerate(degrees):
        between = text[degrees[i - 1].end : degree.start] if i else ""
        if i and _JOINT.search(between) and not _SIGNAL.search(between):
            (pending if pending else choices[-1]).append(degree)
            if pending:
                choices[-1] += pending
                pending = []
        elif i and _LISTED.match(between):
            pending.append(degree)
        else:
            choices += [[d] for d in pending]
            pending = []
            choices.append([degree])
    return choices + [[d] for d in pending]


def _requirement(text: str, choice: list[Degree], begin: int, stop: int, wished: bool) -> str | None:
    """Whether a choice of degrees is ``required`` or ``preferred``; null where the clause says that none is needed.

    ``begin`` and ``stop`` are the ends of what belongs to it, ``wished`` says what the section makes of it.
    """
    last = choice[-1].end
    behind = _BRACKETS.sub(_bracket, text[last : min(stop, last + _WINDOW)])
    before = text[max(begin, choice[0].start - _WINDOW) : choice[0].start]
    signal = _SIGNAL.search(behind)
    if signal and not behind.startswith(":", signal.end()) and not _speaks_of_another(behind[: signal.start()]):
        if signal["waived"]:
            return None
        return "preferred" if signal["wish"] else "required"
    if (
        _LEANING.search(before)
        or _WISHED_FIRST.search(before)
        or re.match(r"[\s,(]{0,3}(?:ideally|preferably)\s?[).]?\s?$", behind)
    ):
        return "preferred"
    label_wish, label_demand = _last(_LABELLED_WISH, text[begin : choice[0].start]), _last(_LABELLED_DEMAND, before)
    if label_wish or label_demand:
        return "preferred" if label_wish > label_demand else "required"
    return "preferred" if wished else "required"


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match of a label ends, 0 where there is none."""
    return max((m.end() for m in pattern.finditer(text[-200:])), default=0)


def _bracket(match: re.Match[str]) -> str:
    """A bracket that speaks of the degree itself ("(preferred)"); one about its field is left out."""
    words = re.findall(r"\w+", _SIGNAL.sub("", match.group()).lower())
    return match.group() if {"strongly", "highly", "is", "but", "very", "not"}.issuperset(words) else " "


def _speaks_of_another(between: str) -> bool:
    """Whether between a degree and a signal something else begins that the signal is about."""
    between = _OR_CERTIFIED.sub(" ", _INSTEAD.sub(" ", between))
    return (
        bool(_OTHER_MATTER.search(between) or _FIELD_APART.match(between))
        or re.search(r"\b(?:preferabl|ideall)y\b", between, re.I) is not None
    )


def _excerpt(text: str, place: tuple[int, int], degree: Degree) -> str:
    """A clause, or of a long one the part around its degree."""
    start, end = place
    clause = text[start:end]
    if len(clause) > MAX_EXCERPT:
        at = max(0, degree.start - start - 20)
        clause = clause[at : at + MAX_EXCERPT]
    return " ".join(clause.split())
