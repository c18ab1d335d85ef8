"""What a text may name as a skill although the catalog lacks it: spans of the tagger, names by their spelling, items of lists.

Candidates are many; ``term_signs`` says what speaks for each. Spellings of one term are joined ("Cosmos DB", "CosmosDB").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.catalog.aliases import fold_key
from pipeline.learned.words import word_spans
from pipeline.stages.encoding import EncodedJD
from pipeline.text import SentenceFacts, Span
from pipeline.text.words import is_ordinary

LOW_BONUS = -3.5
"""Log odds added to a word's being outside any span, for candidates: the tagger's doubts are left to the signs."""
MIN_LISTED = 2
"""Catalog skills that a sentence must name before its other items count as an enumeration of skills."""
MAX_TERM, MAX_TERM_WORDS = 40, 5
"""Characters and words of a term."""
MAX_KNOWN_PIECES = 4096
"""Pieces of text whose parts are kept: a text that is linked to many catalogs has the same ones again."""
MIN_TERM = 2
"""Characters of a term."""

_SEPARATOR = re.compile(r"\s*(?:,|/|;|\bor\b|\band\b|&|\(|\))\s*(?:and\s+|or\s+)?")
_FUNCTION_WORDS = frozenset(
    "a an the this that these those any all some each every other others our your their its his her my we you they it "
    "i and or nor but of in on at by for from to into with within without via per as than then so such like including "
    "e.g i.e etc is are be been was were will would can could may might must should has have had do does not no both "
    "either more most least very well also various several multiple esp vs plus years using about across between "
    "through under over while when where who which what how if up out off new".split()
)
_OF_COMPETENCE = frozenset(
    "experience experiences experienced knowledge skill skills skilled expertise proficiency proficient understanding familiarity "
    "familiar ability abilities background exposure competency competencies mastery fluency certification certifications "
    "certified strong solid good excellent deep proven basic advanced hands-on working practical relevant preferred required".split()
)
_OF_KINDS = frozenset(
    "tool tools technology technologies framework frameworks language languages platform platforms library libraries product "
    "products suite stack stacks ecosystem environment environments software system systems solution solutions concept concepts "
    "principles techniques methods practices methodologies fundamentals basics features components".split()
)
_VERSION = re.compile(
    r"(?:(?<=[A-Za-z]{4})|(?<=\w)[\s-]{1,3})(?:v(?:er(?:sion)?)?\.?\s?)?\d{1,2}(?:\.(?:\d{1,4}|x)){0,4}\+?$", re.I
)
"""The number of a version; "S3", "ISO 27001" and "IEEE 802.11" have none."""
_BETWEEN, _WITHIN = frozenset(",;|•"), frozenset({"of", "for", "in", "on", "to", "as", "by", "at", "up", "per"})
"""Signs between terms, and words that name nothing but may stand within a term."""
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ALPHANUMERIC = re.compile(r"[^\W_]+")
_OF_ACTS = ("tion", "tions", "ment", "ing", "ence", "ity", "ance")
MIN_FORM, MIN_SMALL = 3, 5
"""Letters of a catalog skill in a glued term, and of an everyday word that opens one."""
_BROKEN = re.compile(r"[)(&;:!?]\s|\d[A-Z][a-z]{2}")
"""What no term has in its midst: the end of a bracket or of a clause, or a number that the next line is glued to."""
_NO_LETTER = re.compile(r"[^a-z0-9+#]+")


@dataclass(frozen=True)
class Candidate:
    """A term with the places of the view where the text has it, in order, under any of its spellings."""

    name: str
    spans: tuple[Span, ...]


def names_kind(word: str) -> bool:
    """Whether a word in small letters names a kind of skills, no skill ("framework", "tools")."""
    return word in _OF_KINDS


@lru_cache(MAX_KNOWN_PIECES)
def term_key(term: str) -> str:
    """Return what the spellings of a term have in common: its letters without case, signs, plural and version."""
    key = _NO_LETTER.sub("", _unversioned(term).lower())
    return key[:-1] if len(key) > 4 and key.endswith("s") and not key.endswith(("ss", "us", "is")) else key


def candidates(
    jd: EncodedJD, taken: Sequence[Span], listed: Mapping[int, int], forms: Container[str] = ()
) -> list[Candidate]:
    """Return the terms that a text may name beside the catalog's skills, in order of first appearance.

    ``taken`` are the spans of those skills; ``listed`` is how many of them name a technology in a sentence, by the
    sentence's start, and ``forms`` the folded forms of the catalog.
    """
    view = jd.text.view
    taken = merged(taken)
    spans_of: dict[str, list[Span]] = {}
    for start, end in sorted(_candidate_spans(jd, taken, listed)):
        key = term_key(view[start:end])
        if (
            len(key) >= MIN_TERM
            and not _is_glued(view[start:end], forms)
            and not key.isdigit()
            and view[start:end].lower() not in _OF_KINDS
        ):
            spans = spans_of.setdefault(key, [])
            if not spans or spans[-1][1] <= start:
                spans.append((start, end))
    return [Candidate(_name([view[a:b] for a, b in spans]), tuple(spans)) for spans in spans_of.values()]


def _name(spellings: Sequence[str]) -> str:
    """The commonest of the spellings, one with a capital first, without a version."""
    counts = Counter(" ".join(_unversioned(s).split()) for s in spellings)
    return min(counts, key=lambda s: (-counts[s], s.islower(), list(counts).index(s)))


def _unversioned(term: str) -> str:
    """A term without its version; an everyday word keeps it, without which it names nothing ("Web 2.0")."""
    name = _VERSION.sub("", term)
    return term if not name or is_ordinary(name) else name


def _candidate_spans(jd: EncodedJD, taken: Sequence[Span], listed: Mapping[int, int]) -> Iterator[Span]:
    """Trimmed spans, none of which overlaps another or one of the catalog's skills; the surest source goes first."""
    view = jd.text.view
    found: list[Span] = []
    by_sources = (_technical(jd), _by_tagger(jd), _enumerated(jd, taken, listed))
    for source in by_sources:
        blocked = merged([*taken, *found])
        for start, end in source:
            for left, right in _free_pieces(start, end, blocked):
                for a, b in _parts(view[left:right]):
                    span = _trimmed(view[left + a : left + b])
                    trimmed = span and (left + a + span[0], left + a + span[1])
                    if trimmed and not _is_rest(view, trimmed, taken):
                        found.append(trimmed)
    yield from found


def _technical(jd: EncodedJD) -> Iterator[Span]:
    for facts in _searched(jd):
        yield from facts.technical_spans


def _by_tagger(jd: EncodedJD) -> Iterator[Span]:
    for span in jd.knowledge.spans(LOW_BONUS):
        facts = jd.text.facts_at(span.start)
        if facts is not None and (facts.boilerplate_start is None or span.start < facts.boilerplate_start):
            yield span.start, span.end


def _searched(jd: EncodedJD) -> Iterator[SentenceFacts]:
    return (f for f in jd.text.facts if f.is_duty and f.boilerplate_start is None)


def _enumerated(jd: EncodedJD, taken: Sequence[Span], listed: Mapping[int, int]) -> Iterator[Span]:
    """Spans of the items of an enumeration that are next to a catalog skill."""
    for facts in _searched(jd):
        if listed.get(facts.sentence.start, 0) < MIN_LISTED:
            continue
        offset = facts.sentence.start
        text = facts.view[offset : facts.sentence.end]
        edges = [0, *(edge for match in _SEPARATOR.finditer(text) for edge in match.span()), len(text)]
        items = [(offset + edges[i], offset + edges[i + 1]) for i in range(0, len(edges) - 1, 2)]
        is_skill = [b - a <= MAX_TERM and overlaps(a, b, taken) for a, b in items]
        for i, (start, end) in enumerate(items):
            beside_skill = (i and is_skill[i - 1]) or (i + 1 < len(items) and is_skill[i + 1])
            if beside_skill and not is_skill[i]:
                yield start, end


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return what some spans cover, as spans in order that do not overlap."""
    covered: list[Span] = []
    for start, end in sorted(spans):
        if covered and start < covered[-1][1]:
            covered[-1] = (covered[-1][0], max(end, covered[-1][1]))
        else:
            covered.append((start, end))
    return covered


def overlaps(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether a span overlaps any of some in order that do not overlap one another."""
    at = bisect_left(spans, (end, 0))
    return at > 0 and spans[at - 1][1] > start


def _is_rest(view: str, span: Span, taken: Sequence[Span]) -> bool:
    """Whether a single word is the rest of a longer name, part of which is a catalog skill ("Smart Data Integration")."""
    start, end = span
    return " " not in view[start:end] and any(
        view[a:b] in (" ", "-") and overlaps(place, place + 1, taken)
        for a, b, place in ((start - 1, start, start - 2), (end, end + 1, end + 1))
    )


@lru_cache(MAX_KNOWN_PIECES)
def _parts(piece: str) -> tuple[Span, ...]:
    """The places in a piece of text of its parts between commas and words that join terms or name nothing."""
    found: list[Span] = []
    first: int | None = None
    last = 0
    for a, b in word_spans(piece):
        word = piece[a:b].lower()
        if word in _BETWEEN or (word in _FUNCTION_WORDS and word not in _WITHIN):
            if first is not None:
                found.append((first, last))
            first = None
        else:
            first, last = a if first is None else first, b
    if first is not None:
        found.append((first, last))
    return tuple(found)


def _free_pieces(start: int, end: int, blocked: Sequence[Span]) -> list[Span]:
    """What of a span none of the blocked ones covers; they are in order."""
    pieces: list[Span] = []
    at = max(bisect_left(blocked, (start, 0)) - 1, 0)
    for first, last in blocked[at:]:
        if first >= end:
            break
        if first > start:
            pieces.append((start, first))
        start = max(start, last)
    if start < end:
        pieces.append((start, end))
    return pieces


@lru_cache(MAX_KNOWN_PIECES)
def _trimmed(piece: str) -> Span | None:
    """The place in a piece of text of what is left without the words at its ends that name nothing; null for nothing or too much."""
    words = list(word_spans(piece))
    while words and not _may_begin(piece[slice(*words[0])].lower()):
        del words[0]
    while words and not _may_end(piece[slice(*words[-1])].lower(), len(words)):
        del words[-1]
    if not words or len(words) > MAX_TERM_WORDS:
        return None
    first, last = words[0][0], words[-1][1]
    if _BROKEN.search(piece[first:last]):
        return None
    return (first, last) if MIN_TERM <= last - first <= MAX_TERM and "\n" not in piece[first:last] else None


def _is_glued(term: str, forms: Container[str]) -> bool:
    """Whether a term is words that lost the blank or the line end between them, as pasted texts have them.

    Its last part is a word that names nothing ("AWSExperience") or an act beside a catalog skill ("SparkImplementation"), its
    first an everyday word in small letters ("servicesAPIs"), two of its parts or its two halves are catalog skills
    ("JSONOracle", "BootstrapTypeScript"), or it is an everyday word and the capitals of one ("ServerITIL").
    """
    return any(_are_glued(parts, forms) for parts in _parts_of_words(term))


@lru_cache(MAX_KNOWN_PIECES)
def _parts_of_words(term: str) -> tuple[tuple[str, ...], ...]:
    """The parts of each word of a term by its capitals; of words of two parts and more alone."""
    words = _ALPHANUMERIC.findall(term)
    parts = (tuple(_PART.findall(word)) for word in (words if len(words) > 1 else [term]))
    return tuple(of_word for of_word in parts if len(of_word) > 1)


def _are_glued(parts: Sequence[str], forms: Container[str]) -> bool:
    last = parts[-1].lower()
    skills = sum(len(part) >= MIN_FORM and fold_key(part) in forms for part in parts)
    names_nothing = (
        parts[0] in _FUNCTION_WORDS
        or last in _FUNCTION_WORDS
        or last in _OF_COMPETENCE
        or (skills and last.endswith(_OF_ACTS))
    )
    opens_small = parts[0].islower() and len(parts[0]) >= MIN_SMALL and is_ordinary(parts[0])
    return bool(names_nothing or opens_small or skills > 1 or _has_skill_half(parts, forms))


def _has_skill_half(parts: Sequence[str], forms: Container[str]) -> bool:
    """Whether both halves of a term, cut between two of its parts, are catalog skills, or one an everyday word before capitals."""
    for n in range(1, len(parts)):
        first, second = "".join(parts[:n]), "".join(parts[n:])
        if len(second) >= MIN_FORM and fold_key(second) in forms:
            is_skill = len(first) >= MIN_FORM and fold_key(first) in forms
            is_word = n == 1 and second.isupper() and len(first) >= MIN_SMALL and is_ordinary(first)
            if is_skill or is_word:
                return True
    return False


def _may_begin(word: str) -> bool:
    return any(map(str.isalnum, word)) and word not in _FUNCTION_WORDS and word not in _OF_COMPETENCE and word != "s"


def _may_end(word: str, n_words: int) -> bool:
    return _may_begin(word) and (n_words == 1 or word not in _OF_KINDS)
