"""Prices of tokens: ``prices.csv`` holds US dollars for a million tokens of each model, with the date of the figure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens: of input, of input that the server had cached, of output."""

    input: float
    cached_input: float
    output: float

    def cost(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
        """Return the US dollars of one call; ``cached_tokens`` are among the input tokens."""
        fresh = max(input_tokens - cached_tokens, 0)
        return (fresh * self.input + cached_tokens * self.cached_input + output_tokens * self.output) / 1e6


@cache
def _table() -> dict[str, Price]:
    with Path(__file__).with_name("prices.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["model"]: Price(float(row["input"]), float(row["cached_input"]), float(row["output"]))
            for row in csv.DictReader(file)
        }


def price_of(model: str) -> Price | None:
    """Return the price of a model or of a dated snapshot of it ("gpt-4.1-nano-2025-04-14"); null for an unknown model."""
    table = _table()
    names = [name for name in table if model == name or model.startswith(f"{name}-20")]
    return table[max(names, key=len)] if names else None
