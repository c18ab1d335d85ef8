"""A linear layer in 8-bit integers, whose sums are exact, so that a row does not depend on the rows beside it.

Weights have seven bits, with which no CPU's instructions overflow. Source: Jacob et al. 2018.
"""

from __future__ import annotations

import torch

WEIGHT_LEVELS, STATE_LEVELS = 63, 127
"""Greatest integers of weights and of states."""


class IntegerLinear:
    """A linear layer in integers, of a ``weight`` (out, in) and a ``bias`` (out,) in float32."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self._scale = weight.abs().amax(1).clamp(min=1e-8) / WEIGHT_LEVELS
        self._weight = (weight / self._scale[:, None]).round().to(torch.int8).t().contiguous()
        self._bias = bias

    def __call__(self, states: torch.Tensor, /) -> torch.Tensor:
        """Return (n, out) float32 for states (n, in) float32."""
        scale = states.abs().amax(1, keepdim=True).clamp(min=1e-8) / STATE_LEVELS
        rounded = (states / scale).round_().to(torch.int8)
        return torch._int_mm(rounded, self._weight).float().mul_(scale).mul_(self._scale).add_(self._bias)
