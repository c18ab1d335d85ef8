"""The ledger: every call to a model that a run made, with what it cost; and what did not become part of the run, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

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


class Note(BaseModel):
    """What a reader of the run must know of a judgement: that the local engine made it after all (``fallback``), or that
    part of a model's answer is in neither the text nor the catalog and was left out (``invented``)."""

    model_config = ConfigDict(frozen=True)

    judgement: str
    kind: Literal["fallback", "invented", "unpriced"]
    detail: str


def total_cost(calls: Iterable[ModelCall], step: int | None = None) -> float:
    """Dollars spent, by all calls or by those of one step."""
    return round(sum(c.cost_usd for c in calls if step is None or c.step == step), 6)
