"""Training the taggers on sentences that people have tagged (SkillSpan): ``python -m pipeline train-tagger DIR``."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.value import Catalog
from pipeline.embedding import WIDTH
from pipeline.errors import InputError
from pipeline.minilm import HEADS, LINEAR, MiniLM, blocks_of, read_weights
from pipeline.tagger import HIDDEN, TAGS, Features, network

RANK = 8
"""Rank of the change of each linear layer."""
EPOCHS, BATCH, POOL = 6, 32, 512
CHANGE_RATE, HEAD_RATE = 1e-3, 2e-3
AVERAGED = 0.997
"""What a step leaves of the running mean of the weights, which is what ships (Polyak and Juditsky 1992)."""
OTHER_TASK = 0.3
"""Weight of the other tags of the same sentences (skills as activities), which share the states."""


@dataclass(frozen=True)
class Sentence:
    """Words with their knowledge tags and their tags of skills as activities."""

    words: list[str]
    knowledge: list[str]
    skill: list[str]
    source: str


def read_sentences(path: Path) -> list[Sentence]:
    """The sentences of a SkillSpan file. Raises ``InputError`` with the first broken line."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found = Sentence(list(row["tokens"]), list(row["tags_knowledge"]), list(row["tags_skill"]), str(row.get("source", "")))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path.name}, line {number}: not a tagged sentence ({error!r}); give tokens, tags_knowledge and tags_skill"
            ) from None
        for name, tags in (("tags_knowledge", found.knowledge), ("tags_skill", found.skill)):
            if len(found.words) != len(tags) or not set(tags) <= set(TAGS):
                raise InputError(f"{path.name}, line {number}: {name} must hold one of B, I and O for each token")
        if found.words:
            rows.append(found)
    return rows


class Changed(nn.Module):
    """A linear layer as trained, and a low-rank change of it that is learned."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        linear = functional.linear
        return linear(x, self.weight, self.bias) + linear(linear(x, self.down), self.up)


class Learner(nn.Module):
    """The carried model with its changes, in single precision and with gradients."""

    def __init__(self) -> None:
        super().__init__()
        tensors = read_weights()
        self.embedding = {n.removeprefix("embeddings."): t for n, t in tensors.items() if "embeddings" in n}
        self.blocks = blocks_of(tensors)
        self.changed = [{n: Changed(b[f"{n}.weight"], b[f"{n}.bias"]) for n in LINEAR} for b in self.blocks]
        self.drop = nn.Dropout(0.1)

    def learned(self) -> dict[str, nn.Parameter]:
        """The changes by name: ``up.<block>.<layer>`` and ``down.<block>.<layer>``."""
        return {
            f"{side}.{i}.{name}": getattr(layer, side)
            for i, block in enumerate(self.changed)
            for name, layer in block.items()
            for side in ("up", "down")
        }

    def forward(self, ids: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """(n, tokens, 2 * width) states of the middle and of the last layer; ``there`` is false for padding."""
        n, tokens = ids.shape
        e = self.embedding
        states = e["word_embeddings.weight"][ids] + e["position_embeddings.weight"][:tokens] + e["token_type_embeddings.weight"][0]
        states = self.drop(_norm(states, e, "LayerNorm"))
        middle = states
        for depth, (block, layer) in enumerate(zip(self.blocks, self.changed, strict=True)):
            if depth == len(self.blocks) // 2:
                middle = states
            query, key, value = layer["qkv"](states).view(n, tokens, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
            heard = functional.scaled_dot_product_attention(query, key, value, attn_mask=there[:, None, None, :])
            heard = layer["attention.output.dense"](heard.transpose(1, 2).reshape(n, tokens, WIDTH))
            states = _norm(self.drop(heard) + states, block, "attention.output.LayerNorm")
            wide = functional.gelu(layer["intermediate.dense"](states))
            states = _norm(self.drop(layer["output.dense"](wide)) + states, block, "output.LayerNorm")
        return torch.cat([middle, states], 2)


def _norm(states: torch.Tensor, tensors: dict[str, torch.Tensor], name: str) -> torch.Tensor:
    return functional.layer_norm(states, (WIDTH,), tensors[f"{name}.weight"], tensors[f"{name}.bias"], 1e-12)


@dataclass(frozen=True)
class Example:
    """A sentence as the network takes it: ``ids`` of word pieces, the word of each, columns, letters and both tags."""

    ids: torch.Tensor
    words: list[int | None]
    columns: torch.Tensor
    letters: torch.Tensor
    knowledge: torch.Tensor
    skill: torch.Tensor


def _examples(rows: Sequence[Sentence], catalog: Catalog) -> list[Example]:
    features = Features(catalog, AliasIndex(catalog))
    examples = []
    for row, pieces in zip(rows, MiniLM().pieces([r.words for r in rows]), strict=True):
        columns, letters = features.of(row.words)
        tags = [torch.tensor([TAGS.index(t) for t in given]) for given in (row.knowledge, row.skill)]
        examples.append(
            Example(torch.tensor(pieces.ids), list(pieces.word_ids), torch.from_numpy(columns), torch.from_numpy(letters), *tags)
        )
    return examples


def _states(learner: Learner, batch: Sequence[Example]) -> torch.Tensor:
    """(n, words, columns) of a batch: states of the words, the mean of their pieces, and the columns beside them."""
    ids = pad_sequence([e.ids for e in batch], True)
    there = pad_sequence([torch.ones(len(e.ids), dtype=torch.bool) for e in batch], True)
    columns = pad_sequence([e.columns for e in batch], True)
    pooled = torch.zeros(len(batch), columns.shape[1], ids.shape[1])
    for i, example in enumerate(batch):
        for place, word in enumerate(example.words):
            if word is not None:
                pooled[i, word, place] = 1.0
    pooled = pooled / pooled.sum(2, keepdim=True).clamp(min=1.0)
    return torch.cat([pooled @ learner(ids, there), columns], 2)


def _member(examples: Sequence[Example], epochs: int, seed: int, told: Callable[[str], None]) -> dict[str, torch.Tensor]:
    """The weights of one tagger."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    learner, net, other = Learner(), network(dropout=0.4), nn.Linear(2 * HIDDEN, len(TAGS))
    with torch.inference_mode():
        learner.eval()
        some = examples[:256]
        seen = torch.cat([s[: len(e.columns)] for e, s in zip(some, _states(learner, some), strict=True)])
        mean, scale = seen.mean(0), seen.std(0) + 1e-3
    net.mean.data, net.scale.data = mean.clone(), scale.clone()
    changes = list(learner.learned().values())
    head = [p for p in [*net.parameters(), *other.parameters()] if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": changes, "weight_decay": 0.0}, {"params": head, "weight_decay": 1e-3}], lr=CHANGE_RATE
    )
    batches = sum(-(-min(POOL, len(examples) - i) // BATCH) for i in range(0, len(examples), POOL))
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [CHANGE_RATE, HEAD_RATE], total_steps=epochs * batches, pct_start=0.15
    )
    learned = [*changes, *head]
    running = [p.detach().clone() for p in learned]
    steps = 0
    for epoch in range(epochs):
        learner.train()
        net.train()
        lost = 0.0
        for batch in _batches(examples, order):
            states = net.states(
                _states(learner, batch), pad_sequence([e.letters for e in batch], True), torch.tensor([len(e.columns) for e in batch])
            )
            loss = _loss(net.tag(states), [e.knowledge for e in batch]) + OTHER_TASK * _loss(other(states), [e.skill for e in batch])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            rate.step()
            steps += 1
            keep = min(AVERAGED, steps / (steps + 10))
            with torch.no_grad():
                for mean_of, now in zip(running, learned, strict=True):
                    mean_of.mul_(keep).add_(now, alpha=1 - keep)
            lost += loss.item()
        told(f"seed {seed}, epoch {epoch + 1} of {epochs}: loss {lost / batches:.4f}")
    with torch.no_grad():
        for mean_of, now in zip(running, learned, strict=True):
            now.copy_(mean_of)
    return {**net.state_dict(), **{name: p.detach() for name, p in learner.learned().items()}}


def _batches(examples: Sequence[Example], order: random.Random) -> list[list[Example]]:
    """Batches of sentences of like length, in random order."""
    places = list(range(len(examples)))
    order.shuffle(places)
    pools = [sorted(places[i : i + POOL], key=lambda j: len(examples[j].ids)) for i in range(0, len(places), POOL)]
    batches = [[examples[j] for j in pool[i : i + BATCH]] for pool in pools for i in range(0, len(pool), BATCH)]
    order.shuffle(batches)
    return batches


def _loss(scores: torch.Tensor, tags: Sequence[torch.Tensor]) -> torch.Tensor:
    wanted = pad_sequence(list(tags), True, -100)
    return functional.cross_entropy(scores.reshape(-1, len(TAGS)), wanted.reshape(-1), ignore_index=-100)


def train(
    files: Sequence[Path],
    catalog: Catalog,
    out: Path,
    members: int = 3,
    epochs: int = EPOCHS,
    told: Callable[[str], None] = lambda line: None,
) -> int:
    """Train on tagged sentences and write the weights, half precision, with what they were trained on; returns how many
    sentences there were."""
    from safetensors.torch import save_file

    rows = [row for path in files for row in read_sentences(path)]
    examples = _examples(rows, catalog)
    tensors: dict[str, Any] = {}
    for seed in range(members):
        for name, tensor in _member(examples, epochs, seed, told).items():
            tensors[f"{seed}.{name}"] = tensor.half().contiguous()
    header = {"trained_on": ", ".join(p.name for p in files), "sentences": str(len(rows)), "licence": "MIT (SkillSpan)"}
    save_file(tensors, out, {**header, "seeds": ", ".join(map(str, range(members)))})
    return len(rows)


def strict_f1(found: Sequence[Sequence[tuple[int, int]]], wanted: Sequence[Sequence[tuple[int, int]]]) -> float:
    """F1 of spans of which both ends must agree."""
    right = sum(len(set(f) & set(w)) for f, w in zip(found, wanted, strict=True))
    total = sum(map(len, found)) + sum(map(len, wanted))
    return float(np.round(2 * right / total, 4)) if total else 0.0
