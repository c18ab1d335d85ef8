"""What a job description says, sentence by sentence: of the text of a run, or of as much of it as step 1 holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.catalog.titles import compared_forms, middle_of
from pipeline.contracts import Extraction, TextSpan
from pipeline.stages.encoding import MIN_WORDS, EncodedJD
from pipeline.text import DUTY_KINDS, View
from pipeline.text.sentences import find_units
from pipeline.vectors import Encoder, Vectors

DUTY, ABOUT_ROLE, EMPLOYER = "responsibilities", "about_role", "about_company"
DUTY_CHOICES = ({DUTY}, {DUTY, ABOUT_ROLE}, DUTY_KINDS)
"""Kinds of sentences that are read as duties: the first set of which a text has ``MIN_DUTIES``, or else the last."""
MIN_DUTIES = 2
MAX_DUTIES = 60
"""Duties that are read; more say nothing new about what the work is."""


@dataclass(frozen=True)
class Passage:
    """A sentence, white space folded, with its kind (a word of ``PASSAGE_KINDS``) and its place in the raw text, where that is known."""

    text: str
    kind: str
    source: TextSpan | None = None


@dataclass(frozen=True)
class Passages:
    """The sentences of a text. ``duties`` are those that say what is done, with the unit ``vectors`` of them, (n_duties, width)."""

    sentences: tuple[Passage, ...]
    duties: tuple[Passage, ...]
    vectors: Vectors = field(repr=False, compare=False)
    title_vector: Vectors | None = field(repr=False, compare=False)

    @property
    def says_what_is_done(self) -> bool:
        """Whether a sentence is about what is done, and not about what is asked of a candidate alone."""
        return any(p.kind in (DUTY, ABOUT_ROLE) for p in self.duties)


def passages_of_text(jd: EncodedJD) -> Passages:
    """Return the sentences of an encoded text."""
    view = jd.text.mapped_view
    said = [
        (facts.sentence.start, Passage(facts.sentence.text, facts.section_kind, _place(view, facts.sentence.start, facts.sentence.end)))
        for facts in jd.text.facts
        if facts.section_kind in DUTY_KINDS | {EMPLOYER} and not facts.is_boilerplate
    ]  # fmt: skip
    by_start = dict(said)
    known = [(by_start[s.start], i) for i, s in enumerate(jd.sentences) if s.start in by_start]
    duties = _duties(known)
    rows = [i for _, i in duties]
    return Passages(tuple(p for _, p in said), tuple(p for p, _ in duties), jd.vectors[rows], jd.title_vector)


def passages_of_extraction(extraction: Extraction, encoder: Encoder) -> Passages:
    """Return the sentences that step 1 holds: its duties, what it says of the employer, and what was nearest to KRAs."""
    parsed = extraction.parsed
    said = [p for block in parsed.roles_and_responsibilities for p in _sentences(block.text, DUTY)]
    if not said:
        said = list(_nearest_to_kras(extraction))
    duties = [p for p, _ in _duties([(p, i) for i, p in enumerate(said) if len(p.text.split()) >= MIN_WORDS])]
    employer = list(_sentences(parsed.about_company.text, EMPLOYER)) if parsed.about_company else []
    forms = compared_forms(parsed.role) if parsed.role else ()
    made = encoder.encode([*(p.text for p in duties), *forms])
    vectors, of_title = made[: len(duties)], made[len(duties) :]
    return Passages(tuple(said + employer), tuple(duties), vectors, middle_of(of_title) if forms else None)


def _duties(passages: Sequence[tuple[Passage, int]]) -> list[tuple[Passage, int]]:
    """The passages that are read as duties, each wording once, with the numbers that came with them."""
    once = list({p.text: (p, i) for p, i in reversed(passages)}.values())[::-1]
    chosen = once
    for kinds in DUTY_CHOICES:
        chosen = [(p, i) for p, i in once if p.kind in kinds]
        if len(chosen) >= MIN_DUTIES:
            break
    return chosen[:MAX_DUTIES]


def _place(view: View, start: int, end: int) -> TextSpan:
    first, last = view.raw_span(start, end)
    return TextSpan(start=first, end=last)


def _sentences(text: str, kind: str) -> Iterator[Passage]:
    for unit in find_units(text):
        yield Passage(" ".join(text[unit.start : unit.end].split()), kind)


def _nearest_to_kras(extraction: Extraction) -> Iterable[Passage]:
    """The sentences that step 1 compared with KRAs, in their order in the text."""
    matches = [m for role in extraction.signals.kra_match_roles for m in role.kra_matches or []]
    found = {m.sentence: m for m in reversed(matches)}
    ordered = sorted(found.values(), key=lambda m: (m.start is None, m.start or 0, m.sentence))
    for match in ordered:
        is_placed = match.start is not None and match.end is not None
        yield Passage(match.sentence, ABOUT_ROLE, TextSpan(start=match.start, end=match.end) if is_placed else None)
