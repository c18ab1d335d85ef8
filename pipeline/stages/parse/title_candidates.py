"""The places of a text where its title may stand: labels, lines, and phrases that name the position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pipeline.stages.parse.occupations import KNOWN, WEAK, occupation_strength
from pipeline.stages.parse.title_line import TitlePart, title_part
from pipeline.stages.parse.title_words import TitlePhrase, TitleWords
from pipeline.text import JDText

MAX_CHARACTERS = 20_000
"""Characters of a text that are searched."""
MAX_HEAD_LINES, MAX_LINES = 6, 60
"""Lines in which the title is expected, and in which it may stand alone."""
MAX_LINE_CHARACTERS, MAX_LINE_WORDS = 140, 16
MAX_UNKNOWN_WORDS = 7
"""Words of a labelled title without a noun that names an occupation; it needs two."""
MAX_LABELS, MAX_VALUE_CHARACTERS = 24, 160

Form = Literal[
    "label", "described", "first_line", "head_line", "line", "opening", "sought", "as", "if_you_are", "position", "needed",
    "subject", "sentence",
]  # fmt: skip


@dataclass(frozen=True)
class TitleCandidate:
    """A phrase that may be the title: where it stands, in which form, how surely its noun names an occupation."""

    start: int
    end: int
    text: str
    form: Form
    strength: float
    order: int = 0
    """For a line: how many lines with text come before it."""
    is_plural: bool = False


_LABEL = re.compile(
    r"(?<![A-Za-z])(?:(?:[Jj]ob|JOB|[Pp]osition|POSITION|[Rr]ole|ROLE|[Pp]osting|[Vv]acancy|[Oo]pening|[Ww]orking|[Oo]fficial)[ \t-]{1,3})?"
    r"(?:[Tt]itle|TITLE|[Rr]ole|ROLE|[Pp]osition|POSITION|[Dd]esignation|DESIGNATION|[Nn]ame|[Vv]acancy|VACANCY|[Pp]ost|[Oo]pening|OPENING)"
    r"(?:[ \t]{1,3}(?:[Nn]ame|[Tt]itle|TITLE))?\"?[ \t*_]{0,4}(?:[:：]|(?<=[TtLl][IiEe]) ?[–-] )[ \t*_\"]{0,4}"
)
_IN_PHRASE = re.compile(r"\b(?:the|your|this|our|a|an|of|to)\s{1,2}$", re.I)
"""What comes before a word like "role" that is no label."""
_NO_LABELS = frozenset({"name", "post", "opening"})
"""Last words of labels that need a word before them."""
_LONE_LABEL = re.compile(
    r"(?:(?:job|position|role|posting|vacancy)\s(?:title|role|name|position)|title|position|role|designation|vacancy)",
    re.I,
)
_BARE_LABEL = re.compile(r"\b(?:Job|Position)[ \t]{1,3}Title[ \t]{0,4}(?=[A-Z.])")

_DESCRIPTION = re.compile(
    r"(?:Description|DESCRIPTION|Requirement|REQUIREMENT|Req|Details|Hiring|Summary|Job\s{1,2}ID[^:\n]{0,3}:\s{0,2}[\w#-]{2,12}\s{1,2}[-–])\s{0,2}[:：-]?\s{1,4}"
)

_SOUGHT = re.compile(
    r"\b(?:(?:looking|searching|hunting)\s{1,3}(?:for|to\s{1,3}(?:hire|add|recruit|appoint|bring\s{1,3}on|employ|find|fill|onboard|welcome))|"
    r"seek(?:s|ing)?(?:\s{1,3}(?:for|out|to\s{1,3}(?:hire|add|recruit|appoint|fill)))?|seeing|hir(?:e|es|ing)(?:\s{1,3}for)?|recruit(?:s|ing)?(?:\s{1,3}for)?|in\s{1,3}search\s{1,3}of|"
    r"on\s{1,3}the\s{1,3}(?:look-?out|hunt)\s{1,3}for|need(?:s|ed|ing)?|wants?|in\s{1,3}need\s{1,3}of|requires?|(?:urgent|immediate)\s{1,3}(?:requirement|need|opening)s?\s{1,3}(?:of|for)|"
    r"(?:requirement|opening|opportunity|vacancy|vacancies|openings|opportunities|position|role|post|spot)s?\s{1,3}(?:available\s{1,3}|open\s{1,3})?for|"
    r"(?:role|position|post|job|title)\s{1,3}of|(?:staff|team|us|aboard|board|expertise)\s{1,3}as|join\s{1,3}(?:us|our\s{1,3}team|(?:the|our)\s{1,3}[\w&]{1,20}\s{1,3}team|[A-Z][\w&]{1,20})\s{1,3}as|welcom(?:e|ing)|"
    r"looking\s{1,3}to\s{1,3}add\s{1,3}you\s{1,3}[-–—]|make\s{1,3}a\s{1,3}great)"
    r"(?:\s{1,3}(?:an?|the|our|one|two|three|several|multiple|some|next|new|additional|another|few|a\s{1,3}few|for|position|role|of))"
    r"{0,4}\s{1,4}",
    re.I,
)
_IF_YOU_ARE = re.compile(
    r"(?:\b[Ii]f|If|IF)\s{1,3}(?:[Yy]ou\s{1,3}are|YOU\s{1,3}ARE|[Yy]ou['’]re)\s{1,3}(?:an?|the|our\s{1,3}next|our|A|AN)\s{1,4}|"
    r"(?:\b[Aa]re|Are|ARE)\s{1,3}(?:you|YOU)\s{1,3}(?:an?|the|our\s{1,3}next|A|AN|THE)\s{1,4}|\b[Bb]ecom(?:e|ing)\s{1,3}(?:an?|our\s{1,3}next)\s{1,4}"
)
_AS = re.compile(r"As\s{1,3}(?:an?|our|the)\s{1,4}")
_BEHIND_AS_OF_EMPLOYER = re.compile(r"[,\s]{1,4}(?:we|our\s\w{1,12}\s(?:is|has))\b")
_POSITION = re.compile(
    r"(?:\b|(?<=[a-z]))(?:This\s{1,3}(?:is\s{1,3}an?|role\s{1,3}is|position\s{1,3}is)|will\s{1,3}(?:be\s{1,3})?(?:work|working|serve|act)\s{1,3}as|"
    r"(?:role|position|job|opportunity)\s{1,3}(?:of|as|for|is\s{1,3}(?:for|that\s{1,3}of)))\s{1,3}(?:(?:an?|the|our)\s{1,4}|(?=[A-Z]))"
)
_ARTICLE = re.compile(r"(?:\b(?:The|the|Our|our|This|An?)|(?<=[a-z.!?:)])(?:The|our|Our|An?))\s{1,4}(?=[A-Za-z.])")
_FIELD = (
    r"(?:\s(?:for|of|in|at|on)\s(?:the\s)?[A-Z][\w&’'-]{0,20}(?:\s[A-Z&][\w&’'-]{0,20}){0,4})?\s{0,3}"
    r"(?:\([^()\n]{1,30}\)\s{0,3})?"
)
"""What may stand between a title and its verb: its field, an abbreviation."""
_BEHIND_ROLE = re.compile(
    rf"(?:['’]s?)?{_FIELD}(?:(?i:position|role|opportunity|vacancy|opening|job)|will\s{{1,3}}(?:be|have|work|play|lead)|"
    r"is\s{1,3}(?:responsible|accountable|charged|tasked|expected))\b"
)
_BEHIND_SUBJECT = re.compile(
    rf"{_FIELD}(?:(?:position|role|will|is|shall|must|should|can|reports?|has|may|plays)\b|[a-z]{{3,14}}s\b)"
)
MAX_BEFORE_OPENING = 24
"""Characters of praise before a title with which a text opens."""
_GREETING = re.compile(r"(?:dear|hi|hello|greetings|hey)\b", re.I)
_BEHIND_NEEDED = re.compile(
    r"\s{0,3}(?:needed|wanted|required|sought)\b|\s{0,3}[-–:!]\s{0,3}(?:urgent|immediate)|"
    r"\s{1,3}(?:role|position|opening|opportunity|job)\s{1,3}(?:at|in|with|for|available|based)\b",
    re.I,
)


_BEHIND_EMPLOYER = re.compile(
    r",?\s{1,3}(?:is|are|was|has)\s{1,3}(?:looking|seeking|hiring|currently|searching|proud|an?\s|one\s)"
)
"""What stands behind an employer whose name ends like a title ("Staff Tech is looking")."""


def title_candidates(jd: JDText) -> Iterator[TitleCandidate]:
    """Yield every phrase of a text that may be its title."""
    words = TitleWords(jd.view, MAX_CHARACTERS)
    yield from _labelled(jd.view, words)
    yield from _lines(jd.view)
    yield from _opening(jd.view, words)
    yield from _phrases(jd.view, words)
    yield from _subjects(jd, words)


def _from_part(part: TitlePart | None, form: Form, order: int = 0) -> Iterator[TitleCandidate]:
    if part:
        yield TitleCandidate(part.start, part.end, part.text, form, part.strength, order)


def _from_phrase(phrase: TitlePhrase | None, form: Form) -> Iterator[TitleCandidate]:
    if phrase:
        yield TitleCandidate(phrase.start, phrase.end, phrase.text, form, phrase.strength, is_plural=phrase.is_plural)


def _labelled(view: str, words: TitleWords) -> Iterator[TitleCandidate]:
    """Values behind labels ("Job Title: …"), in whatever line."""
    for match in islice(_LABEL.finditer(view, 0, MAX_CHARACTERS), MAX_LABELS):
        if _IN_PHRASE.search(view, max(0, match.start() - 8), match.start()):
            continue
        label = match.group().rstrip(' \t*:：–-"').split()
        if len(label) == 1 and label[0].lower() in _NO_LABELS:
            continue
        line_end = view.find("\n", match.end())
        end = min(len(view) if line_end < 0 else line_end, match.end() + MAX_VALUE_CHARACTERS)
        quote = view.find('"', match.end(), end)
        if '"' in match.group() and quote >= 0:
            end = quote
        if view[match.end() : end].strip():
            yield from _from_value(view, match.end(), end)
    yield from _described(view, words)
    for match in _BARE_LABEL.finditer(view, 0, MAX_CHARACTERS):
        end = min(_line_end(view, match.end()), match.end() + MAX_VALUE_CHARACTERS)
        part = title_part(view, match.end(), end)
        yield from _from_part(part if part and part.strength else None, "label")


def _from_value(view: str, start: int, end: int) -> Iterator[TitleCandidate]:
    """A labelled value that reads like a title: no sentence, no question."""
    sentence = re.compile(r"[.!?](?=\s[A-Z]|\s{2}|$)").search(view, start + 4, end)
    if sentence and view[sentence.start() - 2 : sentence.start()] not in ("Sr", "Jr"):
        end = sentence.start()
    part = title_part(view, start, end)
    n_words = len(part.text.split()) if part else 0
    if part is None or not _is_title_like(part.text) or (not part.strength and not 1 < n_words <= MAX_UNKNOWN_WORDS):
        return
    yield from _from_part(part, "label")


def _described(view: str, words: TitleWords) -> Iterator[TitleCandidate]:
    """The title with which a description begins ("Job Description: Systems Engineer - Storage")."""
    for match in _DESCRIPTION.finditer(view, 0, MAX_CHARACTERS):
        phrase = words.phrase_at(match.end())
        if phrase and phrase.start - match.end() <= 2 and view[phrase.start].isupper() and not phrase.is_plural:
            yield from _from_phrase(phrase, "described")


_SENTENCE_WORDS = frozenset(
    "you your will we our us is are who that this have has must can experience years knowledge degree least include includes".split()
)


def _is_title_like(text: str) -> bool:
    words = text.split()
    return (
        bool(words)
        and len(words) <= MAX_LINE_WORDS
        and not _SENTENCE_WORDS & {re.split("['’]", w.lower().strip(",."))[0] for w in words}
    )


def _line_end(view: str, start: int) -> int:
    end = view.find("\n", start)
    return len(view) if end < 0 else end


def _lines(view: str) -> Iterator[TitleCandidate]:
    """Short lines that name an occupation, and the line under a label that stands alone."""
    position, order, is_labelled, is_other_value = 0, 0, False, False
    limit = min(len(view), MAX_CHARACTERS)
    while position < limit and order < MAX_LINES:
        end = _line_end(view, position)
        start, position = position, end + 1
        text = view[start : min(end, start + MAX_LINE_CHARACTERS * 2)].strip(" \t#*_•-–:\r")
        if not text:
            continue
        if is_labelled and len(text) <= MAX_LINE_CHARACTERS:
            yield from _from_value(view, start, end)
        elif not is_other_value and len(text) <= MAX_LINE_CHARACTERS and _is_title_line(view[start:end], text):
            part = title_part(view, start, end)
            form: Form = "first_line" if order == 0 else "head_line" if order < MAX_HEAD_LINES else "line"
            least = 0.0 if form == "first_line" and part and part.text.istitle() else WEAK
            if part and part.strength and part.strength >= least:
                yield from _from_part(part, form, order)
        is_labelled = _LONE_LABEL.fullmatch(text) is not None
        # A line that is a label of something else has that as its value in the next one ("Reports to:").
        is_other_value = view[start:end].rstrip(" \t\r*_").endswith(":") and not is_labelled
        order += 1


_BULLETS = frozenset({"- ", "• ", "* ", "– ", "· ", "o "})
_CALL = re.compile(
    r"(?:[\w'’]{1,12}\s){0,3}(?:hiring|wanted|urgent(?:ly)?|vacancy|opening|opportunity|requirement)\b", re.I
)
MAX_SMALL_WORDS = 4
"""Words of a line that may be a title without capitals."""


def _is_title_line(line: str, text: str) -> bool:
    """Whether a line has the form of a title: no bullet, no sentence, its words in capitals but for the small ones."""
    words = text.split()
    if len(words) > MAX_LINE_WORDS or not _is_title_like(text) or line.rstrip().endswith((".", "?", ",", ";")):
        return False
    if line.lstrip()[:2] in _BULLETS or (":" in text and not _CALL.match(text)):
        return False
    letters = [w for w in words if w[:1].isalpha() and len(w) > 3]
    small = [w for w in letters if w.islower()]
    if not any(c.isupper() or c.isdigit() for c in words[0]):
        return len(words) <= MAX_SMALL_WORDS and occupation_strength(words[-1]) == KNOWN
    return len(small) * 2 <= len(letters) or len(words) <= MAX_SMALL_WORDS


def _opening(view: str, words: TitleWords) -> Iterator[TitleCandidate]:
    """The title with which a text begins that has no line ends where they should be."""
    if not words.words:
        return
    phrase = words.phrase_at(words.words[0].start, may_wrap=False)
    if (
        phrase
        and phrase.start <= words.words[0].start + MAX_BEFORE_OPENING
        and not _GREETING.match(words.words[0].text)
    ):
        is_needed = _BEHIND_NEEDED.match(view, phrase.end)
        if _BEHIND_EMPLOYER.match(view, phrase.end):
            return
        if is_needed or not phrase.is_plural:
            yield from _from_phrase(phrase, "needed" if is_needed else "opening")


def _phrases(view: str, words: TitleWords) -> Iterator[TitleCandidate]:
    """Phrases that name the position: "seeking a …", "As a …, you", "If you are a …"."""
    forms: tuple[tuple[Form, re.Pattern[str]], ...] = (
        ("sought", _SOUGHT),
        ("if_you_are", _IF_YOU_ARE),
        ("as", _AS),
        ("position", _POSITION),
    )
    for form, pattern in forms:
        for match in pattern.finditer(view, 0, MAX_CHARACTERS):
            phrase = words.phrase_at(match.end())
            if phrase is None and form == "sought" and match.group().split()[-1] in ("a", "an"):
                phrase = words.activity_at(match.end())
            if phrase and not (form == "as" and _BEHIND_AS_OF_EMPLOYER.match(view, phrase.end)):
                yield from _from_phrase(phrase, form)


def _subjects(jd: JDText, words: TitleWords) -> Iterator[TitleCandidate]:
    """The occupation that is a subject: "The … will", "our … position", "… needed"."""
    for match in _ARTICLE.finditer(jd.view, 0, MAX_CHARACTERS):
        phrase = words.phrase_at(match.end())
        if phrase is None or phrase.start - match.end() > MAX_BEFORE_OPENING:
            continue
        if _BEHIND_ROLE.match(jd.view, phrase.end) or (
            match.group()[0].isupper() and _BEHIND_SUBJECT.match(jd.view, phrase.end)
        ):
            yield from _from_phrase(phrase, "subject")
    for sentence in jd.sentences:
        if sentence.start >= MAX_CHARACTERS:
            return
        phrase = words.phrase_at(sentence.start, may_wrap=False)
        if phrase is None or (phrase.start - sentence.start) > MAX_BEFORE_OPENING:
            continue
        if _BEHIND_NEEDED.match(jd.view, phrase.end):
            yield from _from_phrase(phrase, "needed")
        elif phrase.start == sentence.start and not _BEHIND_EMPLOYER.match(jd.view, phrase.end):
            yield from _from_phrase(phrase, "sentence")
