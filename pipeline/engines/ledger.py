"""The ledger of a run: its model calls with their costs, and notes on judgements that were not taken over as they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class ModelCall(BaseModel):
    """One model call: tokens as counted by the server, cost in US dollars, latency in milliseconds."""

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


NoteKind = Literal["fallback", "invented", "unpriced"]


class Note(BaseModel):
    """A remark on a judgement for the reader of the run.

    ``fallback``: the local engine made the judgement instead; ``invented``: part of a model's answer is in neither the
    text nor the catalog and was left out; ``unpriced``: the price of the model is unknown.
    """

    model_config = ConfigDict(frozen=True)

    judgement: str
    kind: NoteKind
    detail: str


@dataclass(frozen=True)
class Ledger:
    """The model calls and notes of a run."""

    calls: tuple[ModelCall, ...] = ()
    notes: tuple[Note, ...] = ()


EMPTY_LEDGER = Ledger()


def total_cost(calls: Iterable[ModelCall], step: int | None = None) -> float:
    """Return the US dollars that all calls cost, or those of one step; rounded to six places."""
    return round(sum(c.cost_usd for c in calls if step is None or c.step == step), 6)
