"""A text in the encoder's one pass: the vectors of its duties and of its title, and the tags of its words.

They depend on no catalog, so that a text that is encoded once can be linked to any number of catalogs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from pipeline.catalog.titles import compared_forms, middle_of
from pipeline.contracts import ParsedJD
from pipeline.stages.knowledge import Knowledge, knowledge_of
from pipeline.text import DUTY_KINDS, HEADING, JDText, Sentence
from pipeline.vectors import WIDTH, Encoder, TaggedTexts, Vectors

MAX_SENTENCES = 200
"""Sentences of a JD that are encoded; no real one has more duties."""
MAX_CHARACTERS, MAX_SENTENCE_CHARACTERS = 20_000, 1_000
"""Characters of a JD that are encoded, and how many of them a sentence counts for, of which the encoder sees no more."""
MIN_WORDS = 3
"""Words that a sentence must have to be encoded."""
TAGGED_KINDS = DUTY_KINDS | {HEADING}
"""Kinds of sentences whose words are tagged, however short they are."""
SENTENCE_KINDS = (DUTY_KINDS,)
"""Kinds of sentences that are encoded: the first set of which a text has some."""


@dataclass(frozen=True)
class EncodedJD:
    """A parsed text with its vectors.

    ``vectors`` is (n_sentences, width) float32 of unit rows, one for each of ``sentences``; ``title_vector`` (width,) is
    that of the title (``titles.title_vectors``), null where there is no title or no duty.
    """

    text: JDText
    parsed: ParsedJD
    sentences: tuple[Sentence, ...]
    vectors: Vectors
    title_vector: Vectors | None
    knowledge: Knowledge
    """How probably the words of duties, demands and wishes are knowledge."""

    @property
    def title(self) -> str | None:
        """The title as parsed."""
        return self.parsed.role


def encode_jds(jds: Sequence[tuple[JDText, ParsedJD]], encoder: Encoder) -> list[EncodedJD]:
    """Return texts, each with its parsed fields, as encoded texts in their order; the encoder is called once for all."""
    parts = [_parts(text, parsed) for text, parsed in jds]
    # What is encoded for its words alone, and the title, go with the sentences: a call of its own would cost a chunk of its own.
    texts = list(dict.fromkeys(wording for part in parts for wording in part.wordings))
    made = encoder.encode_with_tags(texts) if texts else TaggedTexts(np.zeros((0, WIDTH), np.float32), ())
    row = {wording: i for i, wording in enumerate(texts)}
    encoded = []
    for (text, parsed), part in zip(jds, parts, strict=True):
        vectors = made.vectors[[row[s.text] for s in part.sentences]] if part.sentences else made.vectors[:0]
        title_vector = middle_of(made.vectors[[row[form] for form in part.title]]) if part.title else None
        knowledge = knowledge_of(text, ((s, made.tags[row[s.text]]) for s in part.tagged))
        encoded.append(EncodedJD(text, parsed, part.sentences, vectors, title_vector, knowledge))
    return encoded


@dataclass(frozen=True)
class _Parts:
    """What of a text is encoded: the sentences of duties, each wording once, the forms of its title, and all sentences whose words are tagged."""

    sentences: tuple[Sentence, ...] = ()
    title: tuple[str, ...] = ()
    tagged: tuple[Sentence, ...] = ()

    @property
    def wordings(self) -> Iterator[str]:
        yield from (s.text for s in self.sentences)
        yield from self.title
        yield from (s.text for s in self.tagged)


def _parts(text: JDText, parsed: ParsedJD) -> _Parts:
    if parsed.JD_type != "pass":
        return _Parts()
    sentences = _within_budget(_duties(text))
    tagged = _within_budget([f.sentence for f in text.facts if f.section_kind in TAGGED_KINDS and not f.is_boilerplate])
    return _Parts(sentences, compared_forms(parsed.role) if parsed.role and sentences else (), tagged)


def _duties(text: JDText) -> tuple[Sentence, ...]:
    """The sentences that are encoded, each wording once: duties; in a text that has none demands, or else what is about the work."""
    for kinds in SENTENCE_KINDS:
        wordings: dict[str, Sentence] = {}
        for facts in text.facts:
            sentence = facts.sentence
            if facts.section_kind in kinds and len(sentence.text.split()) >= MIN_WORDS and not facts.is_boilerplate:
                wordings.setdefault(sentence.text, sentence)
        if wordings:
            return tuple(wordings.values())[:MAX_SENTENCES]
    return ()


def _within_budget(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The first sentences that are encoded in bounded time; a real text has no more."""
    sizes = accumulate(min(len(s.text), MAX_SENTENCE_CHARACTERS) for s in sentences)
    return tuple(s for s, size in zip(sentences, sizes, strict=True) if size <= MAX_CHARACTERS)


def jd_vector(vectors: Vectors) -> Vectors | None:
    """Return the unit vector of a JD, (width,) float32, the mean of those of its sentences; null where it has none."""
    if not len(vectors):
        return None
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)
