"""The ledger: every call to a model that a run made, with what it cost. The local engine's ledger is empty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict


class ModelCall(BaseModel):
    """One call: tokens as counted by the server, cost in US dollars, latency in milliseconds."""

    model_config = ConfigDict(frozen=True)

    step: int
    judgement: str
    model: str
    prompt_version: str
    request: dict[str, Any]
    response: dict[str, Any] | None
    input_tokens: int
    output_tokens: int
    cost_usd: float
    latency_ms: float
    error: str | None = None
    cache_hit: bool = False


def total_cost(calls: Iterable[ModelCall], step: int | None = None) -> float:
    """Dollars spent, by all calls or by those of one step."""
    return round(sum(c.cost_usd for c in calls if step is None or c.step == step), 6)
