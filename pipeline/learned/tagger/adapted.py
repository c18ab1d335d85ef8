"""The carried model for its adaptation to the task: single precision, gradients, a low-rank change of each linear layer."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from pipeline.learned.transformer import Layer, build, padded_attention

RANK = 8
"""Rank of the change of each linear layer."""
DROPOUT = 0.1


class LowRankLinear(nn.Module):
    """A fixed linear layer and a learned low-rank change of it, zero at first (LoRA, Hu et al. 2022)."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, rank: int = RANK) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return (..., out) for states (..., in)."""
        linear = functional.linear
        return linear(states, self.weight, self.bias) + linear(linear(states, self.down), self.up)


class AdaptedMiniLM(nn.Module):
    """The carried model in single precision with a ``LowRankLinear`` in place of each linear layer."""

    def __init__(self) -> None:
        """Load and check the weights. Raises ``EmbeddingError``."""
        super().__init__()
        self._layers: dict[tuple[int, str], LowRankLinear] = {}
        self.drop = nn.Dropout(DROPOUT)

        def make_layer(block: int, name: str, weight: torch.Tensor, bias: torch.Tensor) -> Layer:
            return self._layers.setdefault((block, name), LowRankLinear(weight, bias))

        self._model = build(make_layer, self.drop)

    def changes(self) -> dict[str, nn.Parameter]:
        """Return the learned changes by name: ``up.<block>.<layer>`` and ``down.<block>.<layer>``."""
        return {
            f"{side}.{block}.{name}": getattr(layer, side)
            for (block, name), layer in self._layers.items()
            for side in ("up", "down")
        }

    def forward(self, ids: torch.Tensor, is_token: torch.Tensor) -> torch.Tensor:
        """Return the states of the middle and of the last block side by side, (n, tokens, 2 * width).

        ``ids`` (n, tokens) int64 are a padded batch, ``is_token`` (n, tokens) is false for padding.
        """
        attention = padded_attention(is_token)
        return torch.cat(self._model.states(ids, torch.arange(ids.shape[1]), attention), 2)
