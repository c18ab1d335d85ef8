"""The certificates, licences and examinations that a job description asks for, required or a plus.

A name is one by its form, or by what stands beside it: "... certification", "certified ...", "licensed as ...",
"certifications such as ...", a heading of certificates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import chain, islice

from pipeline.contracts import TextSpan
from pipeline.stages.parse.certificate_grammar import ASKED_FOR, beside_nouns, row_beside
from pipeline.stages.parse.certificate_names import CERTAIN, DOUBTFUL
from pipeline.stages.parse.certificate_phrases import Place, capitalised, with_acronym
from pipeline.stages.parse.certified import certified
from pipeline.stages.parse.clauses import clauses
from pipeline.text import SILENT_KINDS, JDText, SentenceFacts

MAX_ITEM = 90
"""Characters of an item under a heading of certificates."""
MAX_CERTIFICATES = 30
"""Certificates on the wire."""

_SPEAKS = re.compile(r"certif|certs?\b|licen[sc]|credential|accredit|chartered|registered|qualification")
_HEADING = re.compile(r"\b(?:certif\w+|licen[sc]\w+|credentials)\b", re.I)
_MIXED_HEADING = re.compile(r"educat|degree|skill|experience|qualif|train", re.I)
_PAID_FOR = re.compile(
    r"\b(?:reimburs\w+|gets?\scertified|paid\s(?:for|certif\w+|training)|company-paid|budget|we(?:['’]ll|\swill)?\s(?:pay|cover|sponsor|fund)|we(?:['’]ll|\swill)?\s(?:offer|support|provide|help)\b[^.]{0,50}certif\w+|"
    r"sponsor(?:s|ed)\b|opportunit(?:y|ies)\sto\s(?:get|obtain|earn|gain|become)|(?:free|access\sto)\s[\w\s,]{0,40}certif\w+)",
    re.I,
)
_NOT_NEEDED = re.compile(
    r"\bno\s(?:\w+\s){0,2}(?:certif|licen)|\bnot\s(?:\w+\s)?(?:required|necessary|needed|mandatory)\b(?!,?\s(?:but|though|however))",
    re.I,
)
_KEY_WORD = re.compile(r"\w+\+*")
_LONE = re.compile(
    rf"\W{{0,3}}(?:(?:[Aa]ctive|[Cc]urrent|[Vv]alid)\s)?(?P<name>{DOUBTFUL.pattern})(?:(?:\s?[,/]\s?|,?\s(?:or|and)\s){DOUBTFUL.pattern}){{0,5}}(?:\s[Ll]evel\s\d)?[\s-]"
    r"(?:is\s|are\s)?(?:(?:strongly|highly)\s)?(?:required|preferred|desired|desirable|a\splus|an?\sadvantage|(?:part-)?qualified|mandatory|essential|a\smust)\b"
)
"""Doubtful names of which a clause says nothing but that they are asked for."""
_LEVEL = re.compile(
    r"\s[-–—]\s(?:Associate|Professional|Specialty|Expert|Foundation|Practitioner|Level\s\d)\b(?!\s[a-z])"
)
_NOT_HELD = re.compile(r"\s(?:firms?|clients?|team|exam\sprep)\b")


def certifications(jd: JDText) -> tuple[list[str], list[TextSpan | None]]:
    """Return the certificates by name, in order of first appearance, and where each was read."""
    names: list[str] = []
    places: list[TextSpan | None] = []
    keys: list[str] = []
    for start, end in merge(_of_headings(jd), _of_sentences(jd)):
        name = " ".join(jd.view[start:end].split()).strip(" ,;:–-*®™")
        key = f" {' '.join(_KEY_WORD.findall(name.lower()))} "
        if any(key in known for known in keys):
            continue
        raw_start, raw_end = jd.raw_span(start, end)
        names.append(name)
        keys.append(key)
        places.append(TextSpan(start=raw_start, end=raw_end))
        if len(names) == MAX_CERTIFICATES:
            break
    return names, places


def _of_headings(jd: JDText) -> Iterator[Place]:
    """The places of the names in headings: a line of acronyms looks like one."""
    for section in jd.sections:
        if section.heading:
            heading = jd.view[section.heading_start : section.start]
            for start, end in _longest(_certain(heading)):
                yield section.heading_start + start, section.heading_start + end


def _of_sentences(jd: JDText) -> Iterator[Place]:
    """The places of the names in sentences."""
    for facts in jd.facts:
        first = facts.sentence.start
        for start, end in _of_sentence(jd, facts):
            yield first + start, first + end + _level(jd.view, first + end)


def _of_sentence(jd: JDText, facts: SentenceFacts) -> Iterator[Place]:
    """The places of the names in a sentence."""
    text = jd.view[facts.sentence.start : facts.sentence.end]
    speaks = _SPEAKS.search(text.lower()) is not None
    listed = _is_under_heading(jd, facts)
    if not (speaks or listed or CERTAIN.search(text) or _LONE.match(text)):
        return
    if facts.section_kind in SILENT_KINDS and not ASKED_FOR.search(text):
        return
    in_duties = facts.section_kind == "responsibilities"
    for start, end in clauses(text):
        clause = text[start:end]
        if _PAID_FOR.search(clause) or (_NOT_NEEDED.search(clause) and not facts.is_hedged):
            continue
        found = chain(
            _certain(clause),
            certified(clause) if speaks else (),
            beside_nouns(clause, in_duties) if speaks else (),
            _item(clause) if listed else (),
        )
        for first, last in _longest(with_acronym(clause, place) for place in found):
            yield start + first, start + last


def _longest(places: Iterable[Place]) -> Iterator[Place]:
    """The places in order, of those that overlap the longest."""
    kept: Place | None = None
    for place in sorted(set(places)):
        if kept is None or place[0] >= kept[1]:
            if kept:
                yield kept
            kept = place
        elif place[1] - place[0] > kept[1] - kept[0]:
            kept = place
    if kept:
        yield kept


def _level(view: str, at: int) -> int:
    """The length of a level behind a name, which a dash may have made a sentence of its own ("- Associate")."""
    level = _LEVEL.match(view, at)
    return level.end() - at if level else 0


def _certain(clause: str) -> Iterator[Place]:
    """The names that need nothing beside them, and doubtful ones in a row with them or alone with a "preferred"."""
    for match in islice(CERTAIN.finditer(clause), MAX_CERTIFICATES):
        if not _NOT_HELD.match(clause, match.end()):
            yield match.span()
            yield from row_beside(clause, *match.span())
    if lone := _LONE.match(clause):
        yield from row_beside(clause, lone.start("name"), lone.start("name"))


def _item(clause: str) -> Iterator[Place]:
    """An item under a heading of certificates."""
    place = capitalised(clause, 0, len(clause))
    if place and place[0] <= 2 and 2 * len(clause[slice(*place)].split()) >= len(clause.split()):
        yield place


def _is_under_heading(jd: JDText, facts: SentenceFacts) -> bool:
    """Whether a short item stands under a heading that speaks of certificates alone."""
    heading = jd.sections[facts.sentence.section].heading
    if not heading or len(facts.sentence.text) > MAX_ITEM or not _HEADING.search(heading):
        return False
    return not _MIXED_HEADING.search(heading)
