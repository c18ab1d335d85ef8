"""Gold job descriptions as a run reads them up to its decision: what ``fit field`` and ``fit decision`` learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.run import Encoded, RunContext, RunState, SignalsRead, run_stages
from pipeline.stages.field import field_signs
from pipeline.stages.parse import parse_jd
from pipeline.stages.ranking import RoleRanking, rank_roles

Title = Literal["shown", "hidden", "absent"]
"""What a run knows of a title: the field and the text, the text alone, or nothing."""


@dataclass(frozen=True)
class ReadJD:
    """A job description with its ranking; ``field`` are the signs of ``stages.field``."""

    jd: str
    title: Title
    ranking: RoleRanking
    field: Mapping[str, float]


def read_jd(jd: Mapping[str, Any], title: Title, indexes: Indexes, config: Config | None = None) -> ReadJD | None:
    """Return a job description (id, title, text) as a run reads it; null for a text that is rejected."""
    config = (config or Config()).model_copy(update={"hide_title": title != "shown"})
    state = RunState.from_text(jd["text"], jd["title"])
    if title == "absent":
        parsed = parse_jd(state.text, None).model_copy(update={"role": None, "role_aliases": []})
        state = replace(state, parsed=parsed)
    known: str | None = None
    for event in run_stages(state, RunContext("fit", indexes, config)):
        if isinstance(event, Encoded):
            known = event.jd.title
        if isinstance(event, SignalsRead):
            ranking = rank_roles(known, event.role_signals, indexes.catalog, config)
            return ReadJD(str(jd["id"]), title, ranking, field_signs(event.role_signals, known is not None))
    return None
