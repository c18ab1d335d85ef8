"""The branch of the carried model that tags words: which of them are knowledge, such as a tool, a language or a method.

Its blocks are the model's upper ones with a low-rank change (LoRA, Hu et al. 2022), and start from the states that the model's
lower blocks make for the vectors anyway. How a word is written is added to the state of its first piece, where its tags are
read too. The header of the weights' file names the training data; ``pipeline.learned.tagger.branching`` makes the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from pipeline.learned.fitted import current_file
from pipeline.learned.integers import IntegerLinear
from pipeline.learned.transformer import Block, Span, packed_attention, through
from pipeline.learned.words import first_pieces, letter_groups, shapes, word_spans
from pipeline.vectors import Vectors

STEPS = 250
"""Steps of a probability that is given, so that a stored one is the same as one made anew."""
MAX_CHARACTERS = 2_000
"""Characters of a text whose words are tagged; the model reads no further."""
NOT_READ = -1.0
"""In place of the probabilities of a word that the model does not come to."""


@dataclass(frozen=True)
class BranchWeights:
    """The weights by name: ``up.<block>.<layer>`` and ``down.<block>.<layer>``, and those of the layers beside the blocks."""

    tensors: Mapping[str, torch.Tensor]

    @property
    def depth(self) -> int:
        """How many of the model's blocks come before the branch."""
        return min(int(name.split(".")[1]) for name in self.tensors if name.startswith("up."))

    def changed(self, block: int, name: str, weight: torch.Tensor) -> torch.Tensor:
        """Return a layer's ``weight`` (out, in) with the branch's change of it."""
        return weight + self.tensors[f"up.{block}.{name}"] @ self.tensors[f"down.{block}.{name}"]


def read_branch(path: Path | None = None) -> BranchWeights:
    """Return the weights of a file, by default the current one."""
    from safetensors.torch import load_file

    return BranchWeights({name: t.float() for name, t in load_file(path or current_file("knowledge")).items()})


@dataclass(frozen=True)
class TextWords:
    """The words of a text, and the place of the first piece of each among the text's, -1 for none."""

    words: tuple[str, ...]
    first: tuple[int, ...]

    @classmethod
    def in_text(cls, text: str, offsets: Sequence[Span]) -> TextWords:
        """The words of a text whose pieces stand at ``offsets``."""
        text = text[:MAX_CHARACTERS]
        spans = word_spans(text)
        return cls(tuple(text[a:b] for a, b in spans), tuple(first_pieces(offsets, spans)))


class Branch:
    """The branch with its blocks, whose layers are in integers: a text has the same tags whatever is read beside it."""

    def __init__(self, weights: BranchWeights, blocks: Sequence[Block]) -> None:
        tensors = weights.tensors
        self.depth = weights.depth
        self._blocks = blocks
        self._letters = tensors["letters.weight"]
        self._enter, self._hidden, self._tag = (
            IntegerLinear(tensors[f"{name}.weight"], tensors[f"{name}.bias"]) for name in ("enter", "hidden", "tag")
        )

    def tags(self, states: torch.Tensor, spans: Sequence[Span], texts: Sequence[TextWords]) -> list[Vectors]:
        """Return the tags of texts, (n_words, 2) float32 each.

        ``states`` (n_tokens, width) float32 are those of all texts behind the model's lower blocks, ``spans`` the texts'
        places in them.
        """
        words = [word for text in texts for word in text.words]
        if not words:
            return [np.zeros((0, 2), np.float32) for _ in texts]
        places = np.array(
            [start + at if at >= 0 else -1 for (start, _), t in zip(spans, texts, strict=True) for at in t.first]
        )
        is_read = places >= 0
        rows = torch.from_numpy(places[is_read])
        own = torch.cat([torch.from_numpy(shapes(words)), self._letters[letter_groups(words)].sum(1)], 1)
        own = own[torch.from_numpy(is_read)]
        states = states.clone()
        states[rows] += self._enter(own)
        read = through(self._blocks, states, packed_attention(spans))[rows]
        scores = self._tag(self._hidden(torch.cat([read, own], 1)).relu())
        tags = np.full((len(words), 2), NOT_READ, np.float32)
        tags[is_read] = (scores.softmax(1)[:, 1:] * STEPS).round().div(STEPS).numpy()
        ends = np.cumsum([len(text.words) for text in texts])
        return [np.ascontiguousarray(part) for part in np.split(tags, ends[:-1])]
