"""The names that stand beside the nouns of certification: before them, and in lists before and behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.stages.parse.certificate_names import BEFORE_A_NAME, DOUBTFUL, KINDS, NOT_OF_A_PERSON
from pipeline.stages.parse.certificate_phrases import (
    WINDOW,
    Place,
    capitalised,
    is_acronym,
    is_named,
    lower_run,
    run_before,
)
from pipeline.stages.parse.degrees import find_degrees

MAX_LIST = 300
"""Characters of a list."""
MAX_ITEMS = 12
"""Items of a list."""
MAX_NOUNS = 40
"""Words of certification in a clause that are looked at."""

ASKED_FOR = re.compile(
    r"\b(?:required?|preferred|desired|desirable|plus|must|hold\w*|have|having|possess\w*|mandatory|advantage|asset|valid|current|active|minimum|bonus|"
    r"ability|welcome|beneficial|equivalent|similar)\b",
    re.I,
)
"""Words by which something is asked for."""
_NOUN = re.compile(
    r"(?:(?<![A-Za-z-])|(?<=[a-z])(?=[CL]))(?:[Cc]ertifications?|[Cc]ertificates?|[Cc]erts?|CERTIFICATIONS?|CERTIFICATES?|"
    r"[Ll]icen[sc]es?|LICEN[SC]ES?|[Ll]icensure|[Cc]redentials?)(?:\(s\))?(?![a-z-])"
)
_OF_A_PROCESS = re.compile(
    r"\s(?:(?:and|&)\s(?:accreditation|compliance)|process\w*|programs?|programmes?|test\w*|authorit\w+|management|renewal\w*|rotation|requirements|"
    r"standards?|bod(?:y|ies)|audits?|compliance|agreements?|keys?|fees?|servers?|training|courses?|preparation|materials?|tracking|activit\w+|efforts|"
    r"documentation|paths?|bonus\w*|reimburs\w+|support|of\s(?!a\b)[a-z])\b",
    re.I,
)
_DEALT_WITH = re.compile(
    r"\b(?:achiev|maintain|manag|renew|issu|prepar|support|ensur|earn|pursu|get|gain|provid|coordinat|track|install|updat|deploy|monitor|configur|process|"
    r"obtain(?!\swithin))(?:e|es|ing|s|ed|t|ting)?\s(?:[\w-]{1,20}\s){0,4}$",
    re.I,
)
_ABLE_TO = re.compile(r"\b(?:ability|able|willing|required|must|eligible)\b", re.I)
_LIST_OPENS = re.compile(
    r"\s{0,2}(?:\((?:required|preferred|desired|nice\sto\shave)\)\s{0,2})?"
    r"(?:(?P<example>,?\s?(?:such\sas|like|including|e\.?g\.?,?|i\.?e\.?:?|namely)\b[\s:.,]{0,2}|:\s{0,2}|\((?:e\.?g\.?,?|i\.?e\.?,?|such\sas|like)\s|\s[-–]\s(?:ie:?\s)?)|"
    r"(?P<bracket>\()|(?P<subject>\s(?:in|for|as|from)\s(?:an?\s|the\s)?))"
)
_LIST_ENDS = re.compile(
    r"\)|[.;](?=\s|$)|\b(?:is|are|would|will|preferred|required|desired|strongly|highly|nice|with|from|experience|knowledge|years|a\splus|but|not|equivalent|similar)\b"
)
_COMMA = re.compile(r"\s?[,/&•]\s?(?:and\s|or\s)?|\s(?:or|and)\s")
_GAP = re.compile(
    r"[\s,/]{0,3}(?:\b(?:or|and|other|related|relevant|similar|equivalent|any|comparable)\b[\s,/]{0,2}){0,3}$"
)
_NAMELESS_LAST = re.compile(
    r"(?:,|\sor|/)\s(?:or\s)?(?:(?:an?|any|other|equivalent|related|relevant|similar|comparable)\s){1,3}(?:[A-Za-z]{1,20}\s){0,2}$"
)
_NONE = re.compile(r"\s?(?:[Rr]equired)?\s?[:–-]?\s{0,2}(?:[Nn]/?[Aa]|[Nn]one)\b")
_OF_A_KIND = re.compile(r"\b(?:other|similar|related|equivalent|comparable)\s$")
_KIND_LAST = re.compile(
    r"(?:technical|industry|relevant|vendor|product|training)$|^(?:(?:licen|certif|educat|regist|credent)\w+/?)+$", re.I
)
_ROW_BEFORE = re.compile(rf"(?<![\w-])(?P<name>{DOUBTFUL.pattern})(?:\s?[,/]\s?|,?\s(?:or|and)\s)$")
_BRACKET_LAST = re.compile(r"\((?:[A-Z][A-Z.+-]{1,6}|[A-Z]{2,5}[ -]?\d{2,4})\)\s?$")
_JOINED_BEHIND = re.compile(r"(?:,|\s)\s?(?:or|and)\s|\s?/\s?")
_LOWER_KIND = re.compile(r"\b(?:cloud|security|technical|professional|product|architecture|software|data|business)\s$")
_STUDIED = re.compile(
    r"(?P<name>[a-z][\w-]{2,20}(?:\s[a-z][\w-]{2,20})?)\s(?:preferred|required|desired|(?:is\s)?a\splus|is\s\w+ed)\b"
)
_LABEL = re.compile(r"\b(?:[Qq]ualifications?|[Ll]icen[sc]es?|[Cc]redentials?)\s?[:–-]\s{0,3}")


def row_beside(clause: str, start: int, end: int) -> Iterator[Place]:
    """Yield the doubtful names in a row with a place ("CSM/PSPO", "ACA, ACCA, CIMA"); a place without length begins the row."""
    name = DOUBTFUL.match(clause, end) if start == end else None
    at = end
    for _ in range(MAX_ITEMS):
        if name:
            yield name.span()
            at = name.end()
        separator = _COMMA.match(clause, at)
        name = DOUBTFUL.match(clause, separator.end()) if separator else None
        if name is None:
            break
    if start < end and (before := _ROW_BEFORE.search(clause[max(0, start - 30) : start])):
        yield max(0, start - 30) + before.start("name"), max(0, start - 30) + before.end("name")


def beside_nouns(clause: str, in_duties: bool) -> Iterator[Place]:
    """Yield the names beside "certification", "license" and the like. In a duty only what is asked for counts."""
    yield from _labelled(clause)
    if in_duties and not ASKED_FOR.search(clause):
        return
    for noun in islice(_NOUN.finditer(clause), MAX_NOUNS):
        if _OF_A_PROCESS.match(clause, noun.end()) or _NONE.match(clause, noun.end()):
            continue
        before = clause[max(0, noun.start() - WINDOW) : noun.start()]
        if NOT_OF_A_PERSON.search(before[-40:]) or (_DEALT_WITH.search(before) and not _ABLE_TO.search(before)):
            continue
        opening = _LIST_OPENS.match(clause, noun.end())
        behind = list(_behind(clause, noun, opening)) if opening else []
        is_subject = opening is not None and opening["subject"] is not None
        named = list(_before(clause, noun, bool(behind) and not is_subject))
        yield from named
        yield from () if is_subject and named else behind
        if joint := _JOINED_BEHIND.match(clause, noun.end()):
            yield from row_beside(clause, joint.end(), joint.end())


def _labelled(clause: str) -> Iterator[Place]:
    """Acronyms behind a label ("Qualification: CA / CMA")."""
    for label in islice(_LABEL.finditer(clause), MAX_NOUNS):
        yield from row_beside(clause, label.end(), label.end())


def _before(clause: str, noun: re.Match[str], has_list: bool) -> Iterator[Place]:
    """The name before a noun ("Power BI certification") and those that are joined to it ("PMP, ITIL or CSM certification")."""
    offset = max(0, noun.start() - WINDOW)
    bracket = _BRACKET_LAST.search(clause[offset : noun.start()])
    if bracket and not has_list:
        yield _with_bracket(clause, offset + bracket.start(), offset + bracket.end())
        return
    run = run_before(clause, noun.start())
    licence, plural = noun.group()[0] in "lL", noun.group().lower().endswith("s")
    if run is None:
        yield from _lower(clause, noun, plural, licence)
        nameless = _NAMELESS_LAST.search(clause[offset : noun.start()])
        if nameless and nameless.start():
            yield from _joined(clause, offset + nameless.end())
        return
    name = clause[run : noun.start()].strip()
    if (
        name.lower() in KINDS
        or _KIND_LAST.search(name)
        or has_list
        or (plural and (licence or (noun.group() == "certificates" and not ASKED_FOR.search(clause))))
        or _OF_A_KIND.search(clause[max(0, run - 12) : run])
    ):
        return
    if "/" in name and all(map(is_acronym, name.split("/"))):
        yield from _split(name, run)
    else:
        yield run, (run + len(name) if is_named(name.rstrip("®™")) else noun.end())
    yield from _joined(clause, run)


def _with_bracket(clause: str, start: int, end: int) -> Place:
    """A name with its bracket before a noun ("Administrator (ADM 201) certification"), the words in the bracket where none is before it."""
    run = run_before(clause, start)
    end = start + len(clause[start:end].rstrip())
    return (start + 1, end - 1) if run is None else (run, end)


def _lower(clause: str, noun: re.Match[str], plural: bool, licence: bool) -> Iterator[Place]:
    """A name that ends or stands in lower case ("Scrum master certification", "electrician license"); a plural alone makes a kind."""
    start = lower_run(clause, noun.start())
    if start is None and (kind := _LOWER_KIND.search(clause[max(0, noun.start() - 20) : noun.start()])):
        start = noun.start() - len(kind.group())
        holder = run_before(clause, start)
        if holder is not None and clause[holder:start].strip().lower() not in KINDS and not licence:
            yield holder, noun.end()
    elif start is not None:
        holder = run_before(clause, start)
        if holder is not None and clause[holder:start].strip().lower() not in KINDS:
            yield holder, noun.end()
        elif not plural and (licence or ASKED_FOR.search(clause) or len(clause) < WINDOW):
            yield start, noun.end()


def _split(name: str, at: int) -> Iterator[Place]:
    """The parts between the slashes of a name that begins at a place."""
    for part in name.split("/"):
        yield at, at + len(part)
        at += len(part) + 1


def _joined(clause: str, at: int) -> Iterator[Place]:
    """The certificates that a list names before a place, the nearest first; a plain word of a list is none."""
    for _ in range(MAX_ITEMS):
        gap = match.group() if (match := _GAP.search(clause[max(0, at - 40) : at])) else ""
        if not re.search(r"[,/]|\bor\b|\band\b", gap):
            return
        end = at - len(gap)
        start = run_before(clause, end)
        if start is None:
            return
        if "/" in clause[start:end] and not is_named(clause[start:end]):
            start += clause[start:end].rindex("/") + 1
        name = clause[start:end]
        if NOT_OF_A_PERSON.search(name) or not _is_listed(name, gap) or next(find_degrees(name), None):
            return
        yield start, end
        at = start


def _is_listed(name: str, gap: str) -> bool:
    """Whether an item of a list before a noun is a certificate, by its form and by what joins it to the next."""
    if "other" in gap:
        return is_named(name)
    return is_acronym(name) or (
        re.search(r"\bor\b", gap) is not None and (" " in name or any(c.isdigit() for c in name))
    )


def _studied(clause: str, at: int) -> Place | None:
    """What a certificate is in, in lower case, before a word that asks for it ("certification in beekeeping required")."""
    subject = _STUDIED.match(clause, at)
    return subject.span("name") if subject and subject["name"].split()[0] not in BEFORE_A_NAME else None


def _behind(clause: str, noun: re.Match[str], opening: re.Match[str]) -> Iterator[Place]:
    """The names of a list behind a noun ("certifications such as ...", "Certificates: ...")."""
    if opening["subject"] and noun.group()[0] in "lL":
        return
    begin = at = opening.end()
    closing = _LIST_ENDS.search(clause, begin, begin + MAX_LIST)
    end = closing.start() if closing else min(len(clause), begin + MAX_LIST)
    for separator in [*_COMMA.finditer(clause[begin:end]), None]:
        stop = begin + separator.start() if separator else end
        place = capitalised(clause, at, stop) or (_studied(clause, at) if opening["subject"] else None)
        if place and opening["subject"] and clause[place[0]].isdigit():
            return
        if place and (not opening["bracket"] or is_acronym(clause[slice(*place)]) or noun.group().endswith("s")):
            yield place
        elif clause[at:stop].strip():
            return
        at = begin + separator.end() if separator else end
