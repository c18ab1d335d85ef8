"""Facts of a sentence about the demands in it: hedged, negated, boilerplate, examples.

Each fact is computed on first use and cached; none depends on a catalog.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.text.cues import Cues, Meaning
from pipeline.text.sections import BOILERPLATE_KINDS
from pipeline.text.sentences import Sentence

MAX_BEFORE_BOILERPLATE = 80
"""A sentence with fewer code points before its boilerplate is boilerplate as a whole."""
MAX_NEGATION = 16
"""Code points before a skill in which a word that excludes it may begin ("rather than Java")."""
MAX_NEGATED_LIST = 80
"""Code points before a skill in which the list of what is excluded may begin."""

_EXCLUDED = re.compile(r"(?:\bnot|\bno|\bno longer|\bnever|\bwithout|\brather than|\binstead of|\baway from)\s+$", re.I)
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

_JOINING = frozenset({"or", "nor", "and", "/", "&"})
_EXCLUDING = frozenset({"no", "not", "never", "without"})

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
    def cues(self) -> Cues:
        """The words by which the sentence demands, wishes, or takes back."""
        return Cues(self.view, self.sentence.start, self.sentence.end)

    @property
    def is_hedged(self) -> bool:
        """Whether the sentence calls anything welcome rather than required."""
        return any(cue.meaning is Meaning.WISH for cue in self.cues.all)

    def hedges(self, position: int) -> bool:
        """Whether what is named at a position of the sentence is welcome rather than required ("is a plus")."""
        return self.cues.meaning(position) is Meaning.WISH

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
        """Whether the text around a position of the sentence says that what is named there is not demanded."""
        if self.cues.meaning(position) is Meaning.NOT_ASKED:
            return True
        start = max(self.sentence.start, position - MAX_NEGATED_LIST)
        words = self.view[start:position].split(" ")
        # "No PHP, Perl or COBOL": what excludes the first of a list of names excludes all of them.
        while len(words) > 1 and not words[-1] and _is_listed(words[-2]):
            words = [*words[:-2], ""]
        return _EXCLUDED.search(" ".join(words)[-MAX_NEGATION:]) is not None

    def in_example(self, position: int) -> bool:
        """Whether a position of the sentence is in brackets that list examples."""
        return any(start <= position < end for start, end in self.example_spans)


def _is_listed(word: str) -> bool:
    """Whether a word is a name in a list, or joins the names of one."""
    return word.lower() in _JOINING or (word != word.lower() and word.lower() not in _EXCLUDING)
