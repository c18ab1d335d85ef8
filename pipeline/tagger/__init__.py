"""Spans of knowledge in a sentence, whether the catalog has them or not: a small tagger over the encoder's word states.

A word is what the carried model makes of it in its sentence, how it is written, and what the alias index finds there; a
convolution over its letters and one bidirectional LSTM (Lample et al. 2016) say whether a span begins, goes on, or
neither. The model's own weights are bent to the task by a low-rank change of each linear layer (LoRA, Hu et al. 2022). A
few such taggers, trained from different beginnings, vote. The weights that ship say in their header what they were
trained on; ``training`` makes them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.value import TECHNOLOGY, Catalog
from pipeline.embedding import WIDTH, Vectors
from pipeline.minilm import LINEAR, MiniLM

if TYPE_CHECKING:
    import torch

WEIGHTS = Path(__file__).with_name("weights.safetensors")
TAGS = "OBI"
LETTERS = {c: i + 2 for i, c in enumerate("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+#-/,&()<>:'")}
"""Letter codes; 0 is padding and 1 any other letter."""
CAUTION = np.float32(0.3)
"""Log odds by which a word outside any span is favoured: half a span counts as wrong twice."""
WORD_LETTERS = 14
OWN = 15
"""Columns that a word has beside its states: six of the alias index, nine of its spelling."""
COLUMNS = 2 * WIDTH + 3 * OWN
PROJECTION, LETTER_WIDTH, LETTER_FILTERS, HIDDEN = 160, 24, 40, 128

Span = tuple[int, int]
"""First and last word of a span, both inside it."""


def decode(scores: Vectors) -> list[Span]:
    """Spans of the best sequence of tags (Viterbi) in which no span goes on that has not begun. ``scores`` is (n, 3)."""
    if not len(scores):
        return []
    barred = np.zeros((3, 3), np.float32)
    barred[0, 2] = -1e9
    best = scores[0].copy()
    best[2] = -1e9
    back = []
    for row in scores[1:]:
        reached = best[:, None] + barred
        back.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    tags = [int(best.argmax())]
    for step in reversed(back):
        tags.append(int(step[tags[-1]]))
    return spans_of([TAGS[t] for t in reversed(tags)])


def spans_of(tags: Sequence[str]) -> list[Span]:
    """The spans that B, I and O tags mean."""
    spans: list[Span] = []
    start: int | None = None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and tag != "I":
            spans.append((start, i - 1))
            start = None
        if tag == "B" or (tag == "I" and start is None):
            start = i
    return spans


class Features:
    """What the tagger knows of each word of a sentence beside the model's states."""

    def __init__(self, catalog: Catalog, aliases: AliasIndex) -> None:
        self._nature = {s.slug: s.skill_nature for s in catalog.skills}
        self._aliases = aliases

    def of(self, words: Sequence[str]) -> tuple[Vectors, np.ndarray]:
        """(n_words, 3 * ``OWN``) float32, each word's own columns and its neighbours', and (n_words, ``WORD_LETTERS``)
        int64 letter codes."""
        own = np.hstack([self._known(words), _spelling(words)])
        none = np.zeros((1, OWN), np.float32)
        return np.hstack([own, np.vstack([none, own])[:-1], np.vstack([own, none])[1:]]), _letters(words)

    def _known(self, words: Sequence[str]) -> Vectors:
        """Whether a word begins or goes on in a technology, another skill, or a soft skill of the catalog."""
        ends = np.cumsum([len(w) + 1 for w in words]) - 1
        starts = ends - np.array([len(w) for w in words])
        found = np.zeros((len(words), 6), np.float32)
        for hit in self._aliases.find(" ".join(words)):
            nature = self._nature[hit.form.skill_slug]
            column = 0 if nature in TECHNOLOGY else 4 if nature == "SOFT_SKILL" else 2
            for n, place in enumerate(np.flatnonzero((starts < hit.end) & (ends > hit.start))):
                found[place, column + (n > 0)] = 1
        return found


def _spelling(words: Sequence[str]) -> Vectors:
    return np.array(
        [
            [
                w[:1].isupper(), w.isupper() and len(w) > 1, any(c.isdigit() for c in w), not any(c.isalnum() for c in w),
                w in ",/&", w.lower() in ("and", "or"), w.startswith("<"), any(c.isupper() for c in w[1:]), min(len(w), 12) / 12,
            ]
            for w in words
        ],
        np.float32,
    ).reshape(len(words), 9)  # fmt: skip


def _letters(words: Sequence[str]) -> np.ndarray:
    codes = np.zeros((len(words), WORD_LETTERS), np.int64)
    for i, word in enumerate(words):
        for j, letter in enumerate(word[:WORD_LETTERS]):
            codes[i, j] = LETTERS.get(letter, 1)
    return codes


def network(dropout: float = 0.0) -> Any:
    """The network, untrained: ``net(columns, letters, lengths)`` gives (n_sentences, n_words, 3) log probabilities."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.mean = nn.Parameter(torch.zeros(COLUMNS), requires_grad=False)
            self.scale = nn.Parameter(torch.ones(COLUMNS), requires_grad=False)
            self.project = nn.Linear(COLUMNS, PROJECTION)
            self.letter = nn.Embedding(len(LETTERS) + 2, LETTER_WIDTH, padding_idx=0)
            self.filters = nn.Conv1d(LETTER_WIDTH, LETTER_FILTERS, 3, padding=1)
            self.lstm = nn.LSTM(PROJECTION + LETTER_FILTERS, HIDDEN, bidirectional=True, batch_first=True)
            self.tag = nn.Linear(2 * HIDDEN, len(TAGS))
            self.drop = nn.Dropout(dropout)

        def states(self, columns: torch.Tensor, letters: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
            n, longest, _ = columns.shape
            spelled = self.filters(self.letter(letters.view(n * longest, -1)).transpose(1, 2)).relu().amax(2)
            words = self.project(self.drop((columns - self.mean) / self.scale)).relu()
            both = self.drop(torch.cat([words, spelled.view(n, longest, -1)], 2))
            packed = nn.utils.rnn.pack_padded_sequence(both, lengths, batch_first=True, enforce_sorted=False)
            states, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=longest)
            dropped: torch.Tensor = self.drop(states)
            return dropped

        def forward(self, columns: torch.Tensor, letters: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
            scores: torch.Tensor = self.tag(self.states(columns, letters, lengths))
            return scores.log_softmax(2)

    return Network()


class Tagger:
    """The trained taggers with the catalog's aliases as their gazetteer."""

    def __init__(self, catalog: Catalog, aliases: AliasIndex, weights: Path = WEIGHTS) -> None:
        from safetensors.torch import load_file

        self._features = Features(catalog, aliases)
        tensors = {name: t.float() for name, t in load_file(weights).items()}
        self._members: list[tuple[MiniLM, Any]] = []
        for member in sorted({name.split(".")[0] for name in tensors}):
            own = {name.removeprefix(f"{member}."): t for name, t in tensors.items() if name.startswith(f"{member}.")}
            up, down = ({n: own.pop(n) for n in sorted(own) if n.startswith(f"{side}.")} for side in ("up", "down"))
            depth = len(up) // len(LINEAR)
            changes = {(i, n): up[f"up.{i}.{n}"] @ down[f"down.{i}.{n}"] for i in range(depth) for n in LINEAR}
            net = network()
            net.load_state_dict(own)
            net.eval()
            self._members.append((MiniLM(changes), net))

    def spans(self, sentences: Sequence[Sequence[str]]) -> list[list[Span]]:
        """Spans of knowledge in each sentence, given as words; the same words give the same spans, whatever stands beside."""
        import torch

        known = [self._features.of(words) if words else None for words in sentences]
        scores = [np.zeros((len(words), len(TAGS)), np.float32) for words in sentences]
        with torch.inference_mode():
            for model, net in self._members:
                for i, states in enumerate(model.word_states(sentences)):
                    features = known[i]
                    if features is not None:
                        # One sentence at a time, so that a batch's padding cannot move a tie.
                        columns = torch.from_numpy(np.hstack([states, features[0]]))[None]
                        scores[i] += net(columns, torch.from_numpy(features[1])[None], torch.tensor([len(states)]))[0].numpy()
        for said in scores:
            said /= np.float32(len(self._members))
            said[:, TAGS.index("O")] += CAUTION
        return [decode(said) for said in scores]
