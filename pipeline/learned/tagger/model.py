"""Spans of knowledge in a sentence, whether the catalog has them or not: a small tagger over the encoder's word states.

The input of a word is its states in the carried model (``minilm``) with the columns of ``features``; the network predicts
whether a span begins, continues, or neither. The model's weights are adapted to the task by a low-rank change of each
linear layer (LoRA, Hu et al. 2022). The log probabilities of several taggers, trained from different seeds, are averaged.
The header of the weights' file names the training data; ``training`` makes the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.value import Catalog
from pipeline.learned.fitted import current_file
from pipeline.learned.minilm import MiniLM
from pipeline.learned.tagger.features import Features
from pipeline.learned.tagger.network import Network
from pipeline.learned.tagger.spans import TAGS, Span, decode
from pipeline.learned.transformer import LINEAR
from pipeline.vectors import Vectors

OUTSIDE_BONUS = np.float32(0.3)
"""Log odds added to a word's being outside any span: half a span counts as two errors."""


class Tagger:
    """The trained taggers with a catalog's aliases as their gazetteer."""

    def __init__(self, catalog: Catalog, aliases: AliasIndex, weights: Path | None = None) -> None:
        """Load the taggers from ``weights``, by default the current file. Raises ``EmbeddingError``."""
        self._features = Features(catalog, aliases)
        tensors = {name: t.float() for name, t in load_file(weights or current_file("tagger")).items()}
        seeds = sorted({name.split(".")[0] for name in tensors})
        self._members = [_member(tensors, f"{seed}.") for seed in seeds]

    def spans(self, sentences: Sequence[Sequence[str]]) -> list[list[Span]]:
        """Return the spans of knowledge in each sentence, given as words.

        The same words give the same spans, whatever the other sentences are.
        """
        features = [self._features.for_words(words) if words else None for words in sentences]
        scores: list[Vectors] = [np.zeros((len(words), len(TAGS)), np.float32) for words in sentences]
        with torch.inference_mode():
            for encoder, network in self._members:
                for i, states in enumerate(encoder.word_states(sentences)):
                    word_features = features[i]
                    if word_features is not None:
                        scores[i] += _log_probabilities(network, states, *word_features)
        for score in scores:
            score /= np.float32(len(self._members))
            score[:, TAGS.index("O")] += OUTSIDE_BONUS
        return [decode(score) for score in scores]


def _member(tensors: Mapping[str, torch.Tensor], prefix: str) -> tuple[MiniLM, Network]:
    """One of the taggers: the encoder with its changes, and its network."""
    own = {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
    up, down = ({n: own.pop(n) for n in sorted(own) if n.startswith(f"{side}.")} for side in ("up", "down"))
    depth = len(up) // len(LINEAR)
    changes = {(i, n): up[f"up.{i}.{n}"] @ down[f"down.{i}.{n}"] for i in range(depth) for n in LINEAR}
    network = Network()
    network.load_state_dict(own)
    network.eval()
    return MiniLM(changes), network


def _log_probabilities(network: Network, states: Vectors, own: Vectors, letters: np.ndarray) -> Vectors:
    """(n_words, 3) of one sentence, which is not batched, so that padding cannot decide a tie."""
    columns = torch.from_numpy(np.hstack([states, own]))[None]
    scores: Vectors = network(columns, torch.from_numpy(letters)[None], torch.tensor([len(states)]))[0].numpy()
    return scores
