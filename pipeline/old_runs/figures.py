"""The figures that an old page shows and its JSON lacks: cost, status, times, counters; and what it has no word for."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

from pipeline.old_runs.layout import Layout, folded

_COST = re.compile(r"(api 1|api 2|api 3|total): ?\$(\d+(?:\.\d+)?)")
_STATUS = re.compile(r"status: ?(\w+)")
_TIME = r"{}: ?(\d{{4}}-\d\d-\d\d[t ]\d\d:\d\d:\d\d(?:\.\d+)?(?:z|[+-]\d\d:?\d\d)?)"
_CREATED, _UPDATED = re.compile(_TIME.format("created")), re.compile(_TIME.format("updated"))
_DURATION = re.compile(r"api (\d) duration: ?(\d+(?:\.\d+)?) ?ms")
_COUNTERS = {
    "new skills": "new_skills",
    "skill↔dim saved": "skill_links",
    "role↔dim saved": "role_links",
    "skipped": "skipped",
}


class PageFigures(BaseModel):
    """What a page says in figures; null where it does not say it. Costs are US dollars, times as the page writes them."""

    model_config = ConfigDict(frozen=True)

    cost_usd: float | None = None
    """What the models cost in all."""
    step_costs_usd: dict[int, float] = {}
    """The same by step."""
    status: str | None = None
    created: str | None = None
    updated: str | None = None
    durations_ms: dict[int, float] = {}
    """How long steps took, by their number."""
    counters: dict[str, int] = {}
    """What the page counts as saved: ``new_skills``, ``skill_links``, ``role_links``, ``skipped``."""
    calls_are_missing: bool = False
    """Whether its list of model calls never came."""


def read_figures(layout: Layout) -> PageFigures:
    """Return the figures of a page."""
    costs = dict(_COST.findall(_text(layout, "cost")))
    status = _text(layout, "status")
    by_step = {n: float(costs[f"api {n}"]) for n in (1, 2, 3) if f"api {n}" in costs}
    return PageFigures(
        cost_usd=float(costs["total"]) if "total" in costs else None,
        step_costs_usd=by_step,
        status=_first(_STATUS, status),
        created=_first(_CREATED, status),
        updated=_first(_UPDATED, status),
        durations_ms={int(step): float(ms) for step, ms in _DURATION.findall(status)},
        counters=_counters(layout),
        calls_are_missing="loading" in _text(layout, "calls"),
    )


def _text(layout: Layout, name: str) -> str:
    part = layout.part(name)
    return " ".join(folded(line) for line in (part.heading, *part.lines) if line.strip())


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match.group(1).upper() if match and pattern is not _STATUS else match.group(1) if match else None


def _counters(layout: Layout) -> dict[str, int]:
    """The counters of the role's part: each a figure with its label on the line below."""
    lines = layout.part("role").written
    found = {}
    for above, below in zip(lines, lines[1:], strict=False):
        name = _COUNTERS.get(folded(below).replace(" ↔ ", "↔"))
        if name and above.isdecimal():
            found[name] = int(above)
    return found
