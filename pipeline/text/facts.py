"""Facts of a sentence about the demands in it: hedged, negated, boilerplate, examples.

Each fact is computed on first use and cached; none depends on a catalog.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.text.sections import BOILERPLATE_KINDS
from pipeline.text.sentences import Sentence

MAX_BEFORE_BOILERPLATE = 80
"""A sentence with fewer code points before its boilerplate is boilerplate as a whole."""
MAX_NEGATION = 16
"""Code points before a skill in which a word that excludes it may begin ("rather than Java")."""

_HEDGE = re.compile(
    r"\b(?:(?:is|are|would be|be|an?|big|huge|strong|definite|added|great)\s+(?:an?\s+)?(?:plus|bonus|advantage|asset)|nice[- ]to[- ]haves?|"
    r"good[- ]to[- ]have|preferred|preferably|desirable|desired|optional(?:ly)?|advantageous|ideally|bonus points|beneficial|helpful|"
    r"(?:but|though|yet)\s+(?:\w+\s+)?(?:relevant|useful|welcome|valued|appreciated|nice))\b",
    re.I,
)
_CLAUSE_EDGE = re.compile(r"[.;:!?]|,?\s\b(?:but|however|although|while)\b", re.I)
_NOT_ASKED_FOR = re.compile(
    r"\bnot\s+(?:strictly\s+)?(?:be\s+)?(?:a\s+)?(?:required|mandatory|necessary|needed|requirement|essential|expected)\b|"
    r"\bno\s+(?!less|fewer|substitute|matter)(?:\w+\s+){0,3}?(?:experience|knowledge|skills?)\b|\bno need\b|"
    r"\b(?:do not|don't|does not|doesn't|will not|won't|need not|never)\s+(?:need|require|use|have to|expect|work|know|touch)\b",
    re.I,
)
_EXCLUDED = re.compile(r"(?:\bnot|\bno longer|\brather than|\binstead of|\baway from)\s+$", re.I)
_BOILERPLATE = re.compile(
    r"\b(?:equal (?:employment )?opportunity|affirmative action|regardless of|without regard to|sexual orientation|gender identity|"
    r"veteran status|reasonable accommodation|drug[- ]free|background (?:check|investigation)|401\s?\(?k\)?|paid time off|"
    r"dental|health insurance|third[- ]party|recruitment agenc)\b",
    re.I,
)
_EXAMPLES = re.compile(r"\((?:\s*(?:e\.?g\.?|such as|like|for example|i\.?e\.?)[^()]*|[^()]*\bor\b[^()]*)\)", re.I)
_TECHNICAL = re.compile(
    r"(?<![\w./@-])(?:[A-Z][a-z]+(?:[A-Z][a-z0-9]*)+[A-Z0-9]*|[a-z]{1,3}[A-Z][A-Za-z0-9]+|[A-Z]{2,}[a-z]+[A-Z0-9]\w*|"
    r"[A-Za-z][\w-]*\.(?:js|io|NET|py|ai)|[A-Z][A-Z0-9]{2,5}[/-][A-Z][A-Z0-9]{1,5}|[A-Z][A-Za-z]*[+#]+)(?![\w@])"
)

Span = tuple[int, int]
"""Code points of the text as given, the end exclusive."""


@dataclass(frozen=True)
class SentenceFacts:
    """The facts of a sentence. ``section_kind`` is what it is, ``heading`` for a heading; all spans are offsets in the text."""

    sentence: Sentence
    section_kind: str
    is_duty: bool
    """Whether it is about the work: a duty, a demand, or what introduces the role."""
    view: str = field(repr=False, compare=False)
    """The view of the whole text."""

    @cached_property
    def boilerplate_start(self) -> int | None:
        """Where the employer's boilerplate begins; null where the sentence has none.

        Pasted texts run a last bullet and the boilerplate together, so that a sentence may hold both.
        """
        if self.section_kind in BOILERPLATE_KINDS:
            return self.sentence.start
        match = _BOILERPLATE.search(self.view, self.sentence.start, self.sentence.end)
        return match.start() if match else None

    @property
    def is_boilerplate(self) -> bool:
        """Whether the sentence is boilerplate as a whole."""
        start = self.boilerplate_start
        return start is not None and start - self.sentence.start < MAX_BEFORE_BOILERPLATE

    @cached_property
    def is_hedged(self) -> bool:
        """Whether the sentence marks what it names as welcome rather than required ("is a plus")."""
        return _HEDGE.search(self.sentence.text) is not None

    @cached_property
    def clauses(self) -> tuple[Span, ...]:
        """The clauses of the sentence; each but the first begins with the sign or word that separates it."""
        first, last = self.sentence.start, self.sentence.end
        edges = [first, *(m.start() for m in _CLAUSE_EDGE.finditer(self.view, first, last)), last]
        return tuple(zip(edges, edges[1:], strict=False))

    @cached_property
    def negated_clauses(self) -> tuple[Span, ...]:
        """The clauses by which something is not demanded ("no COBOL needed")."""
        return tuple(clause for clause in self.clauses if _NOT_ASKED_FOR.search(self.view, *clause))

    @cached_property
    def example_spans(self) -> tuple[Span, ...]:
        """The brackets that list examples or a choice ("(e.g. Jenkins)", "(Go or Rust)")."""
        return tuple(m.span() for m in _EXAMPLES.finditer(self.view, self.sentence.start, self.sentence.end))

    @cached_property
    def technical_spans(self) -> tuple[Span, ...]:
        """The words in a spelling that only names of technology have ("DynamoDB", "gRPC", "Node.js")."""
        start, end = self.sentence.start, self.sentence.end
        return tuple((start + m.start(), start + m.end()) for m in _TECHNICAL.finditer(self.view[start:end]))

    def negates(self, position: int) -> bool:
        """Whether the text around a position of the sentence says that what is named there is not demanded.

        A hedged sentence negates nothing: "not required but a plus" is a demand after all.
        """
        if self.is_hedged:
            return False
        clause = next((start, end) for start, end in self.clauses if start <= position < end)
        if _EXCLUDED.search(self.view, max(clause[0], position - MAX_NEGATION), position):
            return True
        return clause in self.negated_clauses

    def in_example(self, position: int) -> bool:
        """Whether a position of the sentence is in brackets that list examples."""
        return any(start <= position < end for start, end in self.example_spans)
