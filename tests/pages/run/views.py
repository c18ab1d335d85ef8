"""Runs as their page shows them, built by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from db.services.results import RunResult
from db.stores.runs import StoredRun
from pages.run.entries import Entries
from pages.run.sides import RunView
from pipeline.audit import Finding
from pipeline.catalog import Catalog, Dimension, Role, Skill
from pipeline.catalog.changes import Place
from pipeline.contracts import Extraction, PersistenceItem, RoleOutput
from tests import wire_values as wire

WEIGHTS = {"alias": 3.0, "title": 2.0, "skill": 10.0, "kra": 5.0, "centroid": 1.0, "family": 1.0}


def output(items: Sequence[PersistenceItem], chosen: str | None) -> RoleOutput:
    """Step 3 with the given rows."""
    costs = dict.fromkeys([f"llm_cost_{part}_usd" for part in ("api1", "api2", "api3", "total")])
    counters = dict.fromkeys(("new_skills_created", "role_dimension_saved", "skill_dimension_saved", "skipped"), 0)
    return RoleOutput.model_validate(
        {
            "chosen_role": wire.role_card(chosen).wire() if chosen else None,
            "chosen_role_resolution": "in_db" if chosen else "none",
            "final_input_skills": [],
            **costs,
            "persistence": {"items": [item.wire() for item in items], **counters},
            "planner_output": None,
            "run_id": "r",
        }
    )


def result(step: Extraction, items: Sequence[PersistenceItem] = (), chosen: str | None = None) -> RunResult:
    """What a run came to: step 1, and step 3 with the given rows."""
    return RunResult(step, wire.library_match(chosen=chosen), output(items, chosen))


def catalog(skills: Sequence[str] = (), dimensions: Sequence[str] = (), roles: Sequence[str] = ()) -> Catalog:
    """A catalog with entries of these names."""
    return Catalog(
        skills=tuple(Skill(None, wire.slug_of(name), name) for name in skills),
        dimensions=tuple(Dimension(None, wire.slug_of(name), name) for name in dimensions),
        roles=tuple(Role(None, wire.slug_of(name), name) for name in roles),
    )


def stored(text: str = "text", **more: Any) -> StoredRun:
    """A completed run of the local engine."""
    values: dict[str, Any] = dict.fromkeys(
        ("name", "given_title", "title", "stage", "extraction", "library_match", "role_output", "client_output"),
    )
    values |= dict.fromkeys(("duration_ms", "error", "role_slug", "role_name", "confidence", "case"))
    moment = datetime(2026, 11, 25, tzinfo=UTC)
    fixed = {"id": UUID(int=1), "created_at": moment, "updated_at": moment, "status": "completed", "jd_text": text}
    rest = {"jd_hash": "", "engine": "local", "config": {"evidence_weights": WEIGHTS}, "revision_id": 1, "partial": {}}
    return StoredRun(**{**values, **fixed, **rest, "timings_ms": {}, "cost_usd": 0.0, **more})


def view(
    shown: RunResult,
    before: RunResult | None = None,
    known: Catalog | None = None,
    suspected: Mapping[Place, Finding] | None = None,
) -> RunView:
    """A run as its page shows it."""
    return RunView(stored(), shown, before, Entries(known or Catalog()), suspected or {})
