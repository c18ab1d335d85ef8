"""What the benchmarks share: how a figure is printed, and the texts that are run."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import ROOT, SHARED


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(name: str, figure: str, wanted: str = "") -> None:
    print(f"  {name:<58} {figure:<34} {wanted}", flush=True)


def texts() -> list[dict[str, Any]]:
    """Real job descriptions, or the samples that ship where the evaluation data is absent."""
    load = SHARED / "data" / "jds_load.jsonl"
    if load.exists():
        return [json.loads(row) for row in load.read_text(encoding="utf-8").splitlines()]
    print("  (the evaluation data is not here: the samples that ship are used)")
    samples = sorted((ROOT / "seeds" / "jds").glob("*.txt"))
    return [{"title": None, "text": p.read_text(encoding="utf-8")} for p in samples] * 5
