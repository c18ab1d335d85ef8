"""The vectors of a text: those of its duties, and that of its title.

They depend on no catalog, so that a text that is encoded once can be linked to any number of catalogs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from pipeline.catalog.titles import compared_forms, joined_vectors
from pipeline.contracts import ParsedJD
from pipeline.text import DUTY_KINDS, JDText, Sentence
from pipeline.vectors import WIDTH, Encoder, Vectors

MAX_SENTENCES = 200
"""Sentences of a JD that are encoded; no real one has more duties."""
MAX_CHARACTERS, MAX_SENTENCE_CHARACTERS = 20_000, 1_000
"""Characters of a JD that are encoded, and how many of them a sentence counts for, of which the encoder sees no more."""
MIN_WORDS = 3
"""Words that a sentence must have to be encoded."""
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

    @property
    def title(self) -> str | None:
        """The title as parsed."""
        return self.parsed.role


def encode_jds(jds: Sequence[tuple[JDText, ParsedJD]], encoder: Encoder) -> list[EncodedJD]:
    """Return texts, each with its parsed fields, as encoded texts in their order; the encoder is called once for all."""
    encoded_parts: list[tuple[tuple[Sentence, ...], tuple[str, ...]]] = []
    texts: list[str] = []
    for text, parsed in jds:
        sentences = _duties(text) if parsed.JD_type == "pass" else ()
        # The title is encoded with the sentences: a call of its own would cost a chunk of its own.
        sentences = _within_budget(sentences)
        title = compared_forms(parsed.role) if parsed.role and sentences else ()
        encoded_parts.append((sentences, title))
        texts += [*(s.text for s in sentences), *title]
    vectors = encoder.encode(texts) if texts else np.zeros((0, WIDTH), np.float32)
    encoded = []
    start = 0
    for (text, parsed), (sentences, title) in zip(jds, encoded_parts, strict=True):
        end = start + len(sentences)
        of_title = joined_vectors(vectors[end : end + len(title)], [len(title)])[0] if title else None
        encoded.append(EncodedJD(text, parsed, sentences, vectors[start:end], of_title))
        start = end + len(title)
    return encoded


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


def _within_budget(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """The first sentences that are encoded in bounded time; a real text has no more."""
    sizes = accumulate(min(len(s.text), MAX_SENTENCE_CHARACTERS) for s in sentences)
    return tuple(s for s, size in zip(sentences, sizes, strict=True) if size <= MAX_CHARACTERS)


def jd_vector(vectors: Vectors) -> Vectors | None:
    """Return the unit vector of a JD, (width,) float32, the mean of those of its sentences; null where it has none."""
    if not len(vectors):
        return None
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)
