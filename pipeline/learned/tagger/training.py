"""The training of the taggers: the encoder's changes and the network together, by ``python -m pipeline fit tagger``."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from pipeline.catalog.value import Catalog
from pipeline.learned.tagger.adapted import AdaptedMiniLM
from pipeline.learned.tagger.network import HIDDEN, Network
from pipeline.learned.tagger.sentences import Example, examples_of, read_sentences
from pipeline.learned.tagger.spans import TAGS

BATCH_SIZE, POOL_SIZE = 32, 512
"""Sentences of a batch, and those among which batches of like length are made."""
CHANGE_RATE, HEAD_RATE = 1e-3, 2e-3
"""Learning rates of the encoder's changes and of the network."""
HEAD_DECAY = 1e-3
DROPOUT = 0.4
SCALE_SAMPLE = 256
"""Examples of which the columns' mean and scale are taken."""
AVERAGE_DECAY = 0.997
"""Factor of the running mean of the weights at each step; the mean ships (Polyak and Juditsky 1992)."""
SKILL_WEIGHT = 0.3
"""Weight of the loss of the other tags of the same sentences (skills as activities), which share the states."""

Progress = Callable[[str], None]
"""Takes a line on the progress."""


@dataclass(frozen=True)
class Schedule:
    """How many taggers are trained, from the seeds 0, 1, ..., and for how many epochs each."""

    members: int
    epochs: int


SHIPPED = Schedule(members=3, epochs=6)
"""The schedule of the weights that ship."""


def train(
    files: Sequence[Path],
    catalog: Catalog,
    out: Path,
    schedule: Schedule = SHIPPED,
    progress: Progress = lambda _line: None,
) -> int:
    """Train on the tagged sentences of ``files`` and write the weights to ``out``; return how many sentences there were.

    The weights are in half precision, with a header of what they were trained on. Raises ``InputError``.
    """
    from safetensors.torch import save_file

    sentences = [sentence for path in files for sentence in read_sentences(path)]
    examples = examples_of(sentences, catalog)
    tensors: dict[str, torch.Tensor] = {}
    for seed in range(schedule.members):
        for name, tensor in _train_member(examples, schedule.epochs, seed, progress).items():
            tensors[f"{seed}.{name}"] = tensor.half().contiguous()
    header = {
        "trained_on": ", ".join(p.name for p in files),
        "sentences": str(len(sentences)),
        "licence": "MIT (SkillSpan)",
        "seeds": ", ".join(map(str, range(schedule.members))),
    }
    save_file(tensors, out, header)
    return len(sentences)


class _Member:
    """One tagger as it is trained: the adapted encoder, the network, and a second head for the other tags."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.encoder, self.network = AdaptedMiniLM(), Network(DROPOUT)
        self.skill_head = nn.Linear(2 * HIDDEN, len(TAGS))
        with torch.inference_mode():
            self.encoder.eval()
            sample = examples[:SCALE_SAMPLE]
            columns = torch.cat([c[: len(e.columns)] for e, c in zip(sample, self.columns(sample), strict=True)])
            mean, scale = columns.mean(0), columns.std(0) + 1e-3
        self.network.mean.data, self.network.scale.data = mean.clone(), scale.clone()
        self.changes = list(self.encoder.changes().values())
        self.head = [p for p in [*self.network.parameters(), *self.skill_head.parameters()] if p.requires_grad]

    def columns(self, batch: Sequence[Example]) -> torch.Tensor:
        """(n, words, ``COLUMNS``) of a batch: the words' states, means over their pieces, and the columns beside them."""
        ids = pad_sequence([e.ids for e in batch], True)
        is_token = pad_sequence([torch.ones(len(e.ids), dtype=torch.bool) for e in batch], True)
        columns = pad_sequence([e.columns for e in batch], True)
        pooled = torch.zeros(len(batch), columns.shape[1], ids.shape[1])
        for i, example in enumerate(batch):
            for place, word in enumerate(example.words):
                if word is not None:
                    pooled[i, word, place] = 1.0
        pooled = pooled / pooled.sum(2, keepdim=True).clamp(min=1.0)
        return torch.cat([pooled @ self.encoder(ids, is_token), columns], 2)

    def loss(self, batch: Sequence[Example]) -> torch.Tensor:
        """The cross entropy of the tags of knowledge, and a share of that of the other tags."""
        states = self.network.states(
            self.columns(batch),
            pad_sequence([e.letters for e in batch], True),
            torch.tensor([len(e.columns) for e in batch]),
        )
        return _cross_entropy(self.network.tag(states), [e.knowledge for e in batch]) + SKILL_WEIGHT * _cross_entropy(
            self.skill_head(states), [e.skill for e in batch]
        )

    def tensors(self) -> dict[str, torch.Tensor]:
        """The tensors that ship: the network's and the encoder's changes."""
        changes = {name: p.detach() for name, p in self.encoder.changes().items()}
        return {**self.network.state_dict(), **changes}


class _Average:
    """The running mean of parameters over the steps of training."""

    def __init__(self, parameters: Sequence[nn.Parameter]) -> None:
        self._parameters = parameters
        self._means = [p.detach().clone() for p in parameters]
        self._steps = 0

    def add_step(self) -> None:
        """Add the current parameters to the mean."""
        self._steps += 1
        decay = min(AVERAGE_DECAY, self._steps / (self._steps + 10))
        with torch.no_grad():
            for mean, parameter in zip(self._means, self._parameters, strict=True):
                mean.mul_(decay).add_(parameter, alpha=1 - decay)

    def apply(self) -> None:
        """Set the parameters to their means."""
        with torch.no_grad():
            for mean, parameter in zip(self._means, self._parameters, strict=True):
                parameter.copy_(mean)


def _train_member(examples: Sequence[Example], epochs: int, seed: int, progress: Progress) -> dict[str, torch.Tensor]:
    """The weights of one tagger."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    member = _Member(examples)
    optimiser = torch.optim.AdamW(
        [{"params": member.changes, "weight_decay": 0.0}, {"params": member.head, "weight_decay": HEAD_DECAY}],
        lr=CHANGE_RATE,
    )
    batches = sum(-(-min(POOL_SIZE, len(examples) - i) // BATCH_SIZE) for i in range(0, len(examples), POOL_SIZE))
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [CHANGE_RATE, HEAD_RATE], total_steps=epochs * batches, pct_start=0.15
    )
    parameters = [*member.changes, *member.head]
    average = _Average(parameters)
    for epoch in range(epochs):
        member.encoder.train()
        member.network.train()
        total = 0.0
        for batch in _batches(examples, order):
            loss = member.loss(batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            rate.step()
            average.add_step()
            total += loss.item()
        progress(f"seed {seed}, epoch {epoch + 1} of {epochs}: loss {total / batches:.4f}")
    average.apply()
    return member.tensors()


def _batches(examples: Sequence[Example], order: random.Random) -> Iterator[list[Example]]:
    """Batches of sentences of similar length, in random order."""
    places = list(range(len(examples)))
    order.shuffle(places)
    pools = [
        sorted(places[i : i + POOL_SIZE], key=lambda j: len(examples[j].ids)) for i in range(0, len(places), POOL_SIZE)
    ]
    batches = [
        [examples[j] for j in pool[i : i + BATCH_SIZE]] for pool in pools for i in range(0, len(pool), BATCH_SIZE)
    ]
    order.shuffle(batches)
    yield from batches


def _cross_entropy(scores: torch.Tensor, tags: Sequence[torch.Tensor]) -> torch.Tensor:
    """Mean cross entropy of scores, (n, words, 3), over the words that are no padding."""
    targets = pad_sequence(list(tags), True, -100)
    return functional.cross_entropy(scores.reshape(-1, len(TAGS)), targets.reshape(-1), ignore_index=-100)
