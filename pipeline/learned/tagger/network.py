"""The network over the words of a sentence: letters by a convolution, words by one bidirectional LSTM.

Source: Lample et al. 2016.
"""

from __future__ import annotations

import torch
from torch import nn

from pipeline.learned.tagger.features import COLUMNS, LETTERS
from pipeline.learned.tagger.spans import TAGS

PROJECTION, LETTER_WIDTH, LETTER_FILTERS, HIDDEN = 160, 24, 40, 128


class Network(nn.Module):
    """The network, untrained until a state dict is loaded."""

    def __init__(self, dropout: float = 0.0) -> None:
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
        """Return the words' states, (n_sentences, n_words, 2 * ``HIDDEN``).

        ``columns`` is (n_sentences, n_words, ``COLUMNS``), ``letters`` (n_sentences, n_words, ``MAX_LETTERS``) int64,
        ``lengths`` (n_sentences,) the number of words of each sentence.
        """
        n, longest, _ = columns.shape
        spelled = self.filters(self.letter(letters.view(n * longest, -1)).transpose(1, 2)).relu().amax(2)
        words = self.project(self.drop((columns - self.mean) / self.scale)).relu()
        both = self.drop(torch.cat([words, spelled.view(n, longest, -1)], 2))
        packed = nn.utils.rnn.pack_padded_sequence(both, lengths, batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=longest)
        dropped: torch.Tensor = self.drop(states)
        return dropped

    def forward(self, columns: torch.Tensor, letters: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Return the log probabilities of the tags, (n_sentences, n_words, 3); arguments as those of ``states``."""
        scores: torch.Tensor = self.tag(self.states(columns, letters, lengths))
        return scores.log_softmax(2)
