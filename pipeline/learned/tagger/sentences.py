"""Sentences that people have tagged (SkillSpan), as read from files and as the network takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.value import Catalog
from pipeline.errors import InputError
from pipeline.learned.minilm import MiniLM
from pipeline.learned.tagger.features import Features
from pipeline.learned.tagger.spans import TAGS


@dataclass(frozen=True)
class TaggedSentence:
    """Words with their tags of knowledge and their tags of skills as activities; ``source`` is the part of the data."""

    words: list[str]
    knowledge: list[str]
    skill: list[str]
    source: str


@dataclass(frozen=True)
class Example:
    """A sentence as the network takes it.

    ``ids`` (n_pieces,) int64 are its word pieces and ``words`` the word of each, null for none; ``columns`` and
    ``letters`` are those of ``Features.for_words``; ``knowledge`` and ``skill`` (n_words,) int64 index ``TAGS``.
    """

    ids: torch.Tensor
    words: list[int | None]
    columns: torch.Tensor
    letters: torch.Tensor
    knowledge: torch.Tensor
    skill: torch.Tensor


def read_sentences(path: Path) -> list[TaggedSentence]:
    """Return the sentences of a SkillSpan file. Raises ``InputError`` with the first broken line."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            sentence = TaggedSentence(
                list(row["tokens"]), list(row["tags_knowledge"]), list(row["tags_skill"]), str(row.get("source", ""))
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path.name}, line {number}: not a tagged sentence ({error!r}); give tokens, tags_knowledge and tags_skill"
            ) from None
        for name, tags in (("tags_knowledge", sentence.knowledge), ("tags_skill", sentence.skill)):
            if len(sentence.words) != len(tags) or not set(tags) <= set(TAGS):
                raise InputError(f"{path.name}, line {number}: {name} must hold one of B, I and O for each token")
        if sentence.words:
            rows.append(sentence)
    return rows


def examples_of(sentences: Sequence[TaggedSentence], catalog: Catalog) -> list[Example]:
    """Return the sentences as examples, with the catalog's aliases as the gazetteer."""
    features = Features(catalog, AliasIndex(catalog))
    examples = []
    for sentence, pieces in zip(sentences, MiniLM().pieces([s.words for s in sentences]), strict=True):
        columns, letters = features.for_words(sentence.words)
        knowledge, skill = (
            torch.tensor([TAGS.index(t) for t in tags]) for tags in (sentence.knowledge, sentence.skill)
        )
        examples.append(
            Example(
                torch.tensor(pieces.ids),
                list(pieces.word_ids),
                torch.from_numpy(columns),
                torch.from_numpy(letters),
                knowledge,
                skill,
            )
        )
    return examples
