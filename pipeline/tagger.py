"""Spans of knowledge in a sentence, whether the catalog has them or not: a small tagger over the encoder's word states.

A word is what the carried model makes of it in its sentence, how it is written, and what the alias index finds there;
a convolution over its letters and one bidirectional LSTM (Lample et al. 2016) say whether a span begins, goes on, or
neither. The weights that ship say in their header what they were trained on; ``train`` makes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.value import TECHNOLOGY, Catalog
from pipeline.embedding import WIDTH, Vectors
from pipeline.errors import InputError
from pipeline.minilm import MiniLM

if TYPE_CHECKING:
    import torch

WEIGHTS = Path(__file__).with_name("tagger.safetensors")
TAGS = "OBI"
LETTERS = {c: i + 2 for i, c in enumerate("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+#-/,&()<>:'")}
"""Letter codes; 0 is padding and 1 any other letter."""
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
    """What the tagger knows of each word of a sentence."""

    def __init__(self, catalog: Catalog, aliases: AliasIndex, encoder: MiniLM) -> None:
        self._nature = {s.slug: s.skill_nature for s in catalog.skills}
        self._aliases = aliases
        self._encoder = encoder

    def of(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[Vectors, np.ndarray]]:
        """For each sentence (n_words, ``COLUMNS``) float32 and (n_words, ``WORD_LETTERS``) int64 letter codes."""
        for words, states in zip(sentences, self._encoder.word_states(sentences), strict=True):
            own = np.hstack([self._known(words), _spelling(words)])
            none = np.zeros((1, OWN), np.float32)
            yield np.hstack([states, own, np.vstack([none, own])[:-1], np.vstack([own, none])[1:]]), _letters(words)

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
    """The network, untrained: ``net(columns, letters, lengths)`` gives (n_sentences, n_words, 3) scores."""
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

        def forward(self, columns: torch.Tensor, letters: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
            n, longest, _ = columns.shape
            spelled = self.filters(self.letter(letters.view(n * longest, -1)).transpose(1, 2)).relu().amax(2)
            words = self.project(self.drop((columns - self.mean) / self.scale)).relu()
            both = self.drop(torch.cat([words, spelled.view(n, longest, -1)], 2))
            packed = nn.utils.rnn.pack_padded_sequence(both, lengths, batch_first=True, enforce_sorted=False)
            states, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=longest)
            scores: torch.Tensor = self.tag(self.drop(states))
            return scores.log_softmax(2)

    return Network()


class Tagger:
    """The trained tagger with the catalog's aliases as its gazetteer."""

    def __init__(self, catalog: Catalog, aliases: AliasIndex, encoder: MiniLM | None = None) -> None:
        from safetensors.torch import load_file

        self._features = Features(catalog, aliases, encoder or MiniLM())
        self._net = network()
        self._net.load_state_dict({name: t.float() for name, t in load_file(WEIGHTS).items()})
        self._net.eval()

    def spans(self, sentences: Sequence[Sequence[str]]) -> list[list[Span]]:
        """Spans of knowledge in each sentence, given as words; the same words give the same spans, whatever stands beside."""
        import torch

        found: list[list[Span]] = []
        with torch.inference_mode():
            for columns, letters in self._features.of(sentences):
                if not len(columns):
                    found.append([])
                    continue
                # One sentence at a time, so that a batch's padding cannot move a tie.
                scores = self._net(torch.from_numpy(columns)[None], torch.from_numpy(letters)[None], torch.tensor([len(columns)]))
                found.append(decode(scores[0].numpy()))
        return found


def read_sentences(path: Path) -> list[tuple[list[str], list[str]]]:
    """Words and knowledge tags of a SkillSpan file. Raises ``InputError`` with the first broken line."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            words, tags = list(row["tokens"]), list(row["tags_knowledge"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path.name}, line {number}: not a tagged sentence ({error!r}); give tokens and tags_knowledge") from None
        if len(words) != len(tags) or not set(tags) <= set(TAGS):
            raise InputError(f"{path.name}, line {number}: tags_knowledge must hold one of B, I and O for each token")
        if words:
            rows.append((words, tags))
    return rows


def train(files: Sequence[Path], catalog: Catalog, out: Path, epochs: int = 10, seed: int = 0) -> int:
    """Train on tagged sentences and write the weights, half precision, with what they were trained on; returns how many
    sentences there were."""
    import torch
    from safetensors.torch import save_file
    from torch.nn import functional
    from torch.nn.utils.rnn import pad_sequence

    torch.manual_seed(seed)
    rows = [row for path in files for row in read_sentences(path)]
    features = list(Features(catalog, AliasIndex(catalog), MiniLM()).of([words for words, _ in rows]))
    columns = [torch.from_numpy(c) for c, _ in features]
    letters = [torch.from_numpy(c) for _, c in features]
    gold = [torch.tensor([TAGS.index(t) for t in tags]) for _, tags in rows]
    net = network(dropout=0.5)
    every = torch.cat(columns)
    net.mean.data, net.scale.data = every.mean(0), every.std(0) + 1e-3
    learned = [p for p in net.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learned, 1.5e-3, weight_decay=1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=epochs * (len(rows) // 32 + 1))
    for _ in range(epochs):
        net.train()
        order = torch.randperm(len(rows)).tolist()
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            lengths = torch.tensor([len(columns[i]) for i in batch])
            scores = net(pad_sequence([columns[i] for i in batch], True), pad_sequence([letters[i] for i in batch], True), lengths)
            wanted = pad_sequence([gold[i] for i in batch], True, -100)
            loss = functional.nll_loss(scores.reshape(-1, len(TAGS)), wanted.reshape(-1), ignore_index=-100)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learned, 5.0)
            optimiser.step()
            rate.step()
    told = {"trained_on": ", ".join(p.name for p in files), "sentences": str(len(rows)), "licence": "MIT (SkillSpan)", "seed": str(seed)}
    save_file({name: t.half().contiguous() for name, t in net.state_dict().items()}, out, told)
    return len(rows)
