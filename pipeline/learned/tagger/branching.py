"""The training of the branch that tags the words of a run, by ``python -m pipeline fit knowledge``.

The states behind the model's lower blocks do not change while the branch is trained, and are made once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from pipeline.learned.minilm import MiniLM
from pipeline.learned.tagger.adapted import LowRankLinear
from pipeline.learned.tagger.sentences import TaggedSentence, read_sentences
from pipeline.learned.tagger.spans import TAGS
from pipeline.learned.transformer import Layer, build, padded_attention, through
from pipeline.learned.words import BUCKETS, SHAPE_COLUMNS, letter_groups, shapes, word_spans
from pipeline.vectors import WIDTH

DEPTH = 3
"""Blocks of the model before the branch."""
RANK, LETTER_WIDTH, HIDDEN = 16, 64, 192
BATCH_SIZE, POOL_SIZE = 32, 512
"""Sentences of a batch, and those among which batches of like length are made."""
CHANGE_RATE, HEAD_RATE, HEAD_DECAY = 1e-3, 2e-3, 1e-3
"""Learning rates of the blocks' changes and of the layers beside them, and the decay of the latter's weights."""
LETTER_DROPOUT, STATE_DROPOUT, HEAD_DROPOUT = 0.3, 0.1, 0.4
AVERAGE_DECAY = 0.997
"""Factor of the running mean of the weights at each step; the mean ships (Polyak and Juditsky 1992)."""
SKILL_WEIGHT = 0.3
"""Weight of the loss of the other tags of the same sentences (skills as activities), which share the states."""
SHIPPED_EPOCHS = 6

Progress = Callable[[str], None]
"""Takes a line on the progress."""


@dataclass(frozen=True)
class Example:
    """A sentence as the branch takes it.

    ``states`` (n_pieces, width) are those behind the lower blocks, ``first`` (n_words,) the place of each word's first piece,
    ``shapes`` and ``letters`` how the words are written, ``knowledge`` and ``skill`` (n_words,) index ``TAGS``.
    """

    states: torch.Tensor
    first: torch.Tensor
    shapes: torch.Tensor
    letters: torch.Tensor
    knowledge: torch.Tensor
    skill: torch.Tensor


def examples_of(sentences: Sequence[TaggedSentence]) -> list[Example]:
    """Return the sentences as examples, each wording once."""
    wordings = {" ".join(sentence.words): sentence for sentence in reversed(sentences)}
    examples = []
    for (text, sentence), (states, words) in zip(
        wordings.items(), MiniLM().lower_states(list(wordings), DEPTH), strict=True
    ):
        token_of = _tokens_of_words(text, sentence.words)[: len(words.words)]
        knowledge, skill = (_tags(tags, token_of) for tags in (sentence.knowledge, sentence.skill))
        examples.append(
            Example(
                states.half(),
                torch.tensor(words.first),
                torch.from_numpy(shapes(words.words)),
                torch.from_numpy(letter_groups(words.words)),
                torch.tensor(knowledge),
                torch.tensor(skill),
            )
        )
    return examples


def _tokens_of_words(text: str, tokens: Sequence[str]) -> list[int]:
    """The token of each word of a text that is its tokens with blanks between them."""
    starts = [n for n, token in enumerate(tokens) for _ in range(len(token) + 1)]
    return [starts[start] for start, _ in word_spans(text)]


def _tags(tags: Sequence[str], token_of: Sequence[int]) -> list[int]:
    """The tags of words, of which a token that begins a span begins it with its first one alone."""
    return [
        TAGS.index("I" if tags[token] == "B" and i and token_of[i - 1] == token else tags[token])
        for i, token in enumerate(token_of)
    ]


class _Branch(nn.Module):
    """The branch as it is trained, with a second head for the other tags."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: dict[tuple[int, str], LowRankLinear] = {}
        self.drop = nn.Dropout(STATE_DROPOUT)

        def make_layer(block: int, name: str, weight: torch.Tensor, bias: torch.Tensor) -> Layer:
            return self.layers.setdefault((block, name), LowRankLinear(weight, bias, RANK))

        self.blocks = build(make_layer).blocks[DEPTH:]
        self.layers = {key: layer for key, layer in self.layers.items() if key[0] >= DEPTH}
        self.letters = nn.EmbeddingBag(BUCKETS, LETTER_WIDTH, mode="sum", padding_idx=0)
        nn.init.normal_(self.letters.weight, std=0.05)
        with torch.no_grad():
            self.letters.weight[0] = 0.0
        own = SHAPE_COLUMNS + LETTER_WIDTH
        self.enter, self.hidden = nn.Linear(own, WIDTH), nn.Linear(WIDTH + own, HIDDEN)
        self.tag, self.skill = nn.Linear(HIDDEN, len(TAGS)), nn.Linear(HIDDEN, len(TAGS))
        self.head_drop = nn.Dropout(HEAD_DROPOUT)

    @property
    def changes(self) -> list[nn.Parameter]:
        return [p for layer in self.layers.values() for p in (layer.up, layer.down)]

    def forward(self, batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the scores of both kinds of tags, (n, words, 3) each."""
        states = pad_sequence([e.states for e in batch], True).float()
        is_token = pad_sequence([torch.ones(len(e.states), dtype=torch.bool) for e in batch], True)
        first = pad_sequence([e.first for e in batch], True, -1)
        letters = pad_sequence([e.letters for e in batch], True)
        n, longest = first.shape
        spelled = self.letters(letters.view(n * longest, -1)).view(n, longest, -1)
        if self.training:
            # Whole words lose their letters, so that the names of the sentences at hand are not all that is learned.
            spelled = spelled * (torch.rand(n, longest, 1) > LETTER_DROPOUT)
        own = torch.cat([pad_sequence([e.shapes for e in batch], True), spelled], 2)
        places = first.clamp(min=0)[:, :, None].expand(-1, -1, WIDTH)
        states = states.scatter_add(1, places, (self.enter(own) * (first >= 0)[:, :, None]).float())
        read = through(self.blocks, states, padded_attention(is_token), self.drop).gather(1, places).float()
        hidden = self.head_drop(self.hidden(self.head_drop(torch.cat([read, own], 2))).relu())
        return self.tag(hidden).float(), self.skill(hidden).float()

    def tensors(self) -> dict[str, torch.Tensor]:
        """The tensors that ship, by the names of ``BranchWeights``."""
        tensors = {
            f"{side}.{block}.{name}": getattr(layer, side).detach()
            for (block, name), layer in self.layers.items()
            for side in ("up", "down")
        }
        tensors["letters.weight"] = self.letters.weight.detach()
        for name in ("enter", "hidden", "tag"):
            layer = getattr(self, name)
            tensors |= {f"{name}.weight": layer.weight.detach(), f"{name}.bias": layer.bias.detach()}
        return tensors


def train_branch(
    files: Sequence[Path], out: Path, epochs: int = SHIPPED_EPOCHS, progress: Progress = lambda _line: None
) -> int:
    """Train on the tagged sentences of ``files`` and write the weights to ``out``; return how many sentences there were.

    The weights are in half precision, with a header of what they were trained on. Raises ``InputError``.
    """
    from safetensors.torch import save_file

    sentences = [sentence for path in files for sentence in read_sentences(path)]
    branch = _trained(examples_of(sentences), epochs, progress)
    header = {
        "trained_on": ", ".join(p.name for p in files),
        "sentences": str(len(sentences)),
        "licence": "MIT (SkillSpan)",
        "seeds": "0",
    }
    save_file({name: t.half().contiguous() for name, t in branch.tensors().items()}, out, header)
    return len(sentences)


def _trained(examples: Sequence[Example], epochs: int, progress: Progress) -> _Branch:
    torch.manual_seed(0)
    order = random.Random(0)
    branch = _Branch()
    head = [p for name, p in branch.named_parameters() if p.requires_grad]
    parameters = [*branch.changes, *head]
    groups = [{"params": branch.changes, "weight_decay": 0.0}, {"params": head, "weight_decay": HEAD_DECAY}]
    optimiser = torch.optim.AdamW(groups, lr=CHANGE_RATE)
    batches = len(list(_batches(examples, random.Random(0))))
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [CHANGE_RATE, HEAD_RATE], total_steps=epochs * batches + 1, pct_start=0.15
    )
    means = [p.detach().clone() for p in parameters]
    step = 0
    for epoch in range(epochs):
        branch.train()
        total = 0.0
        for batch in _batches(examples, order):
            # Half the time on processors with products of this precision; what ships is in integers anyway.
            with torch.autocast("cpu", torch.bfloat16):
                knowledge, skill = branch(batch)
            loss = _cross_entropy(knowledge, [e.knowledge for e in batch])
            loss = loss + SKILL_WEIGHT * _cross_entropy(skill, [e.skill for e in batch])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            rate.step()
            step += 1
            _average(means, parameters, min(AVERAGE_DECAY, step / (step + 10)))
            total += loss.item()
        progress(f"epoch {epoch + 1} of {epochs}: loss {total / batches:.4f}")
    with torch.no_grad():
        for mean, parameter in zip(means, parameters, strict=True):
            parameter.copy_(mean)
    return branch


def _average(means: Sequence[torch.Tensor], parameters: Sequence[nn.Parameter], decay: float) -> None:
    """Move running means of parameters on by a step."""
    with torch.no_grad():
        for mean, parameter in zip(means, parameters, strict=True):
            mean.mul_(decay).add_(parameter, alpha=1 - decay)


def _batches(examples: Sequence[Example], order: random.Random) -> Iterator[list[Example]]:
    """Batches of sentences of similar length, in random order."""
    places = list(range(len(examples)))
    order.shuffle(places)
    batches = []
    for i in range(0, len(places), POOL_SIZE):
        pool = sorted(places[i : i + POOL_SIZE], key=lambda j: len(examples[j].states))
        batches += [[examples[j] for j in pool[k : k + BATCH_SIZE]] for k in range(0, len(pool), BATCH_SIZE)]
    order.shuffle(batches)
    yield from batches


def _cross_entropy(scores: torch.Tensor, tags: Sequence[torch.Tensor]) -> torch.Tensor:
    """Mean cross entropy of scores, (n, words, 3), over the words that are no padding."""
    targets = pad_sequence(list(tags), True, -100)
    return functional.cross_entropy(scores.reshape(-1, len(TAGS)), targets.reshape(-1), ignore_index=-100)
