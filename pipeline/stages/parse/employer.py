"""The employer: its name and its description (on the wire ``company_name`` and ``about_company``)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.contracts import AboutCompany, TextSpan
from pipeline.stages.parse.blocks import section_body, source_marker
from pipeline.stages.parse.employer_names import JOINERS, LEGAL_FORM, LEGAL_FORM_AT_END, Name, is_name, names_in
from pipeline.stages.parse.employer_signs import (
    ANYWHERE,
    BEFORE,
    BEHIND,
    MAX_BEFORE,
    OCCUPATION_AT,
    PREPOSITION,
    WEAK_KINDS,
    NameSign,
)
from pipeline.stages.parse.occupations import WEAK, occupation_strength
from pipeline.stages.parse.title_line import is_noise, is_place_name
from pipeline.text import JDText, word_count

MAX_CHARACTERS = 20_000
"""Characters of a text that are searched."""
MAX_HEAD_LINES = 8
"""Lines in which the employer may stand alone, beside the title."""
MAX_LABEL_VALUE, MAX_TITLE_LINE = 80, 140
MIN_WORDS = 8
"""Words that a description of the employer must have."""
MAX_SENTENCES = 4
"""Sentences of the opening that make the description."""
MIN_SCORE = 3.0
"""The score that a name must have to be the employer's."""
MIN_PLACE_SCORE = 6.0
"""The score that a name must have that is a place's name too."""
MAX_OF_A_SIGN = 2
"""How often one sign counts for a name."""
RECURRENCE_SCORE, MAX_RECURRENCES = 0.35, 5
"""What each further place adds where the text has the name, and how many count."""
LEGAL_FORM_SCORE = 1.5
DOMAIN_SCORE = 2.0
"""What an address adds whose domain is the name."""
FAMILY_SHARE = 0.6
"""The share of its score that a longer name ("Acme Consulting") gives to the name that it begins with."""

LABEL, CLIENT_LABEL, HEADER, PLACED_HEADER = 6.0, 4.5, 2.5, 3.2


@dataclass(frozen=True)
class ReadEmployer:
    """The employer's name with its place in the view."""

    name: str
    span: tuple[int, int]


@dataclass(frozen=True)
class _Sign:
    """A place that speaks for a name (or, with a weight below 0, against it)."""

    name: Name
    kind: str
    weight: float


_DOTTED_FORMS = ("inc.", "ltd.", "co.", "corp.")
ABOUT_ENDS = frozenset({"\n", ":", "", "\r", " ", "?"})
COMMA_SHARE, INNER_SHARE = 0.8, 0.45
"""The share of a sign's weight where the name stands behind a comma, or elsewhere inside its sentence."""
OPENING = 1.2
"""What a sign says more where the name is the first word of the text."""
ORGANISATION_ENDS = frozenset(
    "hospital bank council university college school institute group company clinic agency foundation labs laboratories technologies "
    "consulting consultants media studios health healthcare insurance airlines hotel hotels foods energy pharma pharmaceuticals "
    "industries international holdings partners associates capital society trust authority church museum association bakery".split()
)
"""Words with which names of employers end."""
_SENTENCE_EDGES = frozenset({"", *".!?:\n)•"})
_SMALL_NAMES = re.compile(
    r"(?:(?:^|[\n.!?*]\s{0,2})(?P<a>[a-z][a-z0-9.-]{2,20})\s{1,2}(?:is|are)\s{1,2}(?:seeking|looking|hiring)\b|"
    r"(?:^|[\n.!?*]\s{0,2})At\s{1,2}(?P<b>[a-z][a-z0-9.-]{2,20}),\s)"
)
_LABEL = re.compile(
    r"(?<![A-Za-z])(?:(?:[Hh]iring|HIRING|[Ee]nd|END)[ -]{1,2})?"
    r"(?:[Cc]ompany|COMPANY|[Ee]mployer|EMPLOYER|[Oo]rgani[sz]ation|ORGANI[SZ]ATION|[Cc]lient|CLIENT|[Ff]irm|[Hh]iringOrganization)"
    r"(?:[ \t]{1,2}(?:[Nn]ame|NAME))?\"?[ \t*_]{0,4}[:：][ \t*_\"]{0,4}"
)
_LONE_LABEL = re.compile(r"(?:hiring\s)?(?:company|employer|organi[sz]ation)(?:\sname)?", re.I)
_DOMAIN = re.compile(r"(?:@|://(?:www\.)?|\bwww\.)(?P<domain>[a-z0-9-]{2,40})\.[a-z]{2,6}", re.I)
_PUBLIC_DOMAINS = frozenset(
    "gmail yahoo hotmail outlook linkedin bit github jobs careers apply greenhouse lever workday google facebook twitter youtube "
    "vimeo indeed glassdoor".split()
)
_LABEL_BEHIND = r"[A-Z][A-Za-z]{2,14}(?: [A-Z][a-z]{1,12}){0,2} ?:"
_NAME_END = re.compile(
    rf"[|\n•·;]| [-–—] (?=[A-Z][a-z]{{1,14}} ?[:(])|(?<!Pvt)\. |\s{{3,9}}|(?<=[a-z])(?={_LABEL_BEHIND})| (?={_LABEL_BEHIND})|"
    r", (?![Ii]nc|LLC|[Ll]td|LLP|[Cc]orp|L\.L)"
)
"""Where a labelled name ends: at a sign, a sentence's end, or the next label, glued to it or not."""
_NO_EMPLOYER = re.compile(r"\b(?:client|customer|department|candidate|government agency)s?\b", re.I)
_UNNAMED = re.compile(
    r"(?:confidential|undisclosed|not\s|n/?a\b|our\s|a\s|an\s|the\s+client|global\s|leading\s|tbd|various|us\b|direct|one\sof)",
    re.I,
)


def employer_name(jd: JDText, title: tuple[int, int] | None = None) -> ReadEmployer | None:
    """Return the employer's name: the name for which most speaks; null where nothing says enough. ``title`` is the title's place."""
    view = jd.view[:MAX_CHARACTERS]
    counted: Counter[tuple[str, str]] = Counter()
    scores: dict[str, float] = defaultdict(float)
    first: dict[str, Name] = {}
    for sign in _signs(view, title):
        key = sign.name.key
        if not key or (counted[key, sign.kind] >= MAX_OF_A_SIGN and sign.weight > 0):
            continue
        counted[key, sign.kind] += 1
        scores[key] += sign.weight / counted[key, sign.kind]
        known = first.get(key)
        if known is None or (sign.kind in ("label", "header") and len(sign.name.text) >= len(known.text)):
            first[key] = sign.name
    _weigh(scores, first, view)
    name = _best(scores, first, view)
    if name is None:
        return None
    text = " ".join(view[name.start : name.form_end].split())
    if not text.lower().endswith(_DOTTED_FORMS):
        text = text.rstrip(" .,")
    return ReadEmployer(text, (name.start, name.form_end))


def employer_score(text: str, name: str) -> float:
    """Return how much a text says, at the places where it has a name, for that name's being the employer's (see ``MIN_SCORE``)."""
    view = text[:MAX_CHARACTERS]
    counted: Counter[str] = Counter()
    score = 0.0
    for at in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", view):
        behind = LEGAL_FORM.match(view, at.end())
        for sign in _around(view, Name(at.start(), at.end(), name, behind.end() if behind else at.end())):
            counted[sign.kind] += 1
            score += sign.weight / counted[sign.kind] if counted[sign.kind] <= MAX_OF_A_SIGN else 0.0
    return score


def _best(scores: dict[str, float], first: dict[str, Name], view: str) -> Name | None:
    """The name with the highest score that is no place, in full where the text mostly has it so; null where none has enough."""
    for key in sorted((k for k in scores if scores[k] >= MIN_SCORE), key=lambda k: (-scores[k], first[k].start)):
        name = first[key]
        if _NO_EMPLOYER.search(name.text) or (scores[key] < MIN_PLACE_SCORE and is_place_name(name.text)):
            continue
        n_places = view.count(name.text)
        longer = (n for k, n in first.items() if k.startswith(key + " ") and scores[k] > 0)
        return max(
            (n for n in longer if view.count(n.text) * 2 > n_places), key=lambda n: view.count(n.text), default=name
        )
    return None


def _weigh(scores: dict[str, float], first: dict[str, Name], view: str) -> None:
    """Add to each name what its places, its legal form, addresses, and longer names that begin with it say."""
    domains = Counter(m.group("domain").lower().replace("-", "") for m in _DOMAIN.finditer(view))
    for key, name in first.items():
        scores[key] += RECURRENCE_SCORE * min(view.count(name.text) - 1, MAX_RECURRENCES)
        if name.has_legal_form:
            scores[key] += LEGAL_FORM_SCORE
        squeezed = re.sub(r"[\W_]", "", key)
        if len(squeezed) > 2 and any(d.startswith(squeezed) and d not in _PUBLIC_DOMAINS for d in domains):
            scores[key] += DOMAIN_SCORE
    for key in sorted(first, key=len):
        longer = [k for k in first if k.startswith(key + " ")]
        scores[key] += FAMILY_SHARE * max((scores[k] for k in longer), default=0.0)


def _signs(view: str, title: tuple[int, int] | None) -> Iterator[_Sign]:
    yield from _labelled(view)
    yield from _beside_title(view, title)
    for name in names_in(view, MAX_CHARACTERS):
        if title and name.start < title[1] and name.end > title[0]:
            continue
        yield from _around(view, name)
    for match in _SMALL_NAMES.finditer(view):
        group = "a" if match.group("a") else "b"
        word = match.group(group)
        if is_name(word):
            yield _Sign(Name(*match.span(group), word, match.end(group)), "small", 3.2)


def _around(view: str, name: Name) -> Iterator[_Sign]:
    """What stands behind and before a name."""
    behind = next((s for s in BEHIND if s.pattern.match(view, name.form_end)), None)
    before_text = view[max(0, name.start - MAX_BEFORE) : name.start]
    before = next((s for s in BEFORE if s.pattern.search(before_text)), None)
    occupation = OCCUPATION_AT.search(before_text)
    if occupation and occupation_strength(occupation.group("noun")) >= WEAK:
        is_at = occupation.group("word") in ("at", "@")
        yield _Sign(name, "occupation_at" if is_at else "occupation_with", 3.2 if is_at else 1.2)
    elif before and (before.kind != "about" or view[name.form_end : name.form_end + 1] in ABOUT_ENDS):
        yield _Sign(name, before.kind, before.weight)
    if behind and (behind.weight < 0 or not PREPOSITION.search(before_text)):
        yield _Sign(name, behind.kind, behind.weight * _subject_share(behind.kind, before, before_text))
        if behind.kind not in WEAK_KINDS and name.start < MAX_BEFORE and not before_text.strip():
            yield _Sign(name, "opening", OPENING)
    if name.has_legal_form and not behind:
        yield _Sign(name, "legal", 0.5)


def _subject_share(kind: str, before: NameSign | None, before_text: str) -> float:
    """How much of a sign behind a name counts: all of it where the name begins its sentence, or need not."""
    last = before_text.rstrip(" *")[-1:]
    if kind in ANYWHERE or last in _SENTENCE_EDGES or (before is not None and before.kind == "since"):
        return 1.0
    return COMMA_SHARE if last == "," else INNER_SHARE


def _labelled(view: str) -> Iterator[_Sign]:
    """Values behind labels ("Company: …"), in the same line or the next one."""
    for match in _LABEL.finditer(view):
        is_client = "lient" in match.group() or "LIENT" in match.group()
        if (
            view[max(0, match.start() - 6) : match.start()]
            .lower()
            .endswith(("the ", "our ", "this ", "your ", "about ", "a "))
        ):
            continue
        yield from _value(view, match.end(), CLIENT_LABEL if is_client else LABEL)
    position = 0
    for _ in range(60):
        end = view.find("\n", position)
        if end < 0:
            return
        if _LONE_LABEL.fullmatch(view[position:end].strip(" *#\t\r:")[:40]):
            while end < len(view) and view[end] in "\r\n \t":
                end += 1
            yield from _value(view, end, LABEL)
        position = max(end, position + 1)
        while position < len(view) and view[position] == "\n":
            position += 1


def _value(view: str, start: int, weight: float) -> Iterator[_Sign]:
    while start < len(view) and view[start] in " \t*_":
        start += 1
    limit = min(len(view), start + MAX_LABEL_VALUE)
    end = next((m.start() for m in _NAME_END.finditer(view, start, limit)), limit)
    while end > start and view[end - 1] in " \t*_,.:\"'-\r":
        end -= 1
    form = LEGAL_FORM_AT_END.search(view[start:end])
    if form and form.start():
        end = start + form.start()
    text = " ".join(view[start:end].split())
    if (
        len(text) < 2
        or _UNNAMED.match(text)
        or len(text.split()) > 9
        or (" " in text and not any(c.isupper() or c.isdigit() for c in text))
    ):
        return
    if text.split()[0].lower() in _NO_VALUES:
        return
    small = [w for w in text.split() if w.isalpha() and w.islower() and w not in JOINERS]
    if len(small) > 1 and len(small) * 2 > len(text.split()):
        return
    behind = LEGAL_FORM.match(view, end)
    yield _Sign(Name(start, end, text, behind.end() if behind else end), "label", weight)


_NO_VALUES = frozenset(
    "is was has will overview description size type industry website location address background about we you".split()
)


def _beside_title(view: str, title: tuple[int, int] | None) -> Iterator[_Sign]:
    """The line or the part of a line beside the title in the head of the text ("Acme · Leeds")."""
    lines = list(_head_lines(view))
    at = next((i for i, (a, b) in enumerate(lines) if title and a <= title[0] < b), None)
    if title is None or at is None:
        return
    start, end = lines[at]
    if end - start > MAX_TITLE_LINE or " is " in view[start:end]:
        return
    has_parts = any(mark in view[start:end] for mark in "|·•")
    for piece in (*_pieces(view, start, title[0]), *_pieces(view, title[1], end)):
        yield from _lone_name(view, piece, PLACED_HEADER if has_parts else HEADER)
    for i in (at - 1, at + 1):
        pieces = [p for line in lines[i : i + 2] for p in _pieces(view, *line)] if i >= 0 else []
        if pieces:
            is_placed = i > at and len(pieces) > 1 and is_noise(view[slice(*pieces[1])])
            yield from _lone_name(view, pieces[0], PLACED_HEADER if is_placed else HEADER)


def _head_lines(view: str) -> Iterator[tuple[int, int]]:
    """The first lines with text."""
    position = n_lines = 0
    while position < len(view) and n_lines < MAX_HEAD_LINES:
        end = view.find("\n", position)
        end = len(view) if end < 0 else end
        if view[position:end].strip():
            n_lines += 1
            yield position, end
        position = end + 1


def _lone_name(view: str, piece: tuple[int, int], weight: float) -> Iterator[_Sign]:
    """A part of a line that is a name and nothing else."""
    start, end = piece
    text = view[start:end]
    names = list(names_in(text, len(text)))
    if len(names) == 1 and len(names[0].text) >= 0.8 * len(LEGAL_FORM.sub("", text)) and not is_noise(names[0].text):
        name = names[0]
        if name.text.split()[-1].lower() in ORGANISATION_ENDS:
            weight = PLACED_HEADER
        yield _Sign(Name(start + name.start, start + name.end, name.text, start + name.form_end), "header", weight)


def _pieces(view: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start > 120:
        return
    for match in re.finditer(r"[^|·•\t(),–—]{2,60}", view[start:end]):
        text = match.group()
        left = len(text) - len(text.lstrip(" #*-"))
        bare = text.strip(" #*-\r\n")
        if len(bare) > 1 and not bare.endswith((":", ".", "?")):
            yield start + match.start() + left, start + match.start() + left + len(bare)


def about_employer(jd: JDText, name: str | None) -> AboutCompany | None:
    """Return the section about the employer, else the sentences of the opening whose subject is the employer; null without any."""
    for section in jd.sections:
        if section.kind == "about_company":
            about = _about(jd, section_body(jd, section), section.start, section.end)
            if about:
                return about
    if name is None:
        return None
    subject = re.compile(rf"(?:(?:At|Join|About)\s{{1,3}})?{re.escape(LEGAL_FORM.sub('', name))}\b", re.I)
    opening = [
        f.sentence for f in jd.facts if f.section_kind in ("body", "about_role") and subject.match(f.sentence.text)
    ]
    opening = opening[:MAX_SENTENCES]
    if not opening:
        return None
    return _about(jd, " ".join(s.text for s in opening), opening[0].start, opening[-1].end)


def _about(jd: JDText, text: str, start: int, end: int) -> AboutCompany | None:
    if word_count(text) < MIN_WORDS:
        return None
    raw_start, raw_end = jd.raw_span(start, end)
    source = TextSpan(start=raw_start, end=raw_end)
    return AboutCompany(source_marker=source_marker(text), text=text, word_count=word_count(text), source=source)
