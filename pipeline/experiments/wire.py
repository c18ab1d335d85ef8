"""Comparisons as JSON, as ``compare --json`` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.contracts import wire_score
from pipeline.experiments.comparison import Comparison, RoleTotals, SkillTotals
from pipeline.experiments.several import Several


def comparison_wire(found: Comparison) -> dict[str, Any]:
    """Two experiments: how many pairs, roles, skills and slices. A figure is null where there is no gold for it."""
    return {
        "n": found.n,
        "roles": _roles_wire(found.roles),
        "skills": _skills_wire(found.skills),
        "slices": [
            {
                "by": s.by,
                "value": s.value,
                "n": s.n,
                "roles": {**_roles_wire(s.roles), "p_corrected": _p_wire(s.p_corrected)},
                "skills": {**_skills_wire(s.skills), "p_corrected": _p_wire(s.skills_p_corrected)},
            }
            for s in found.slices
        ],
    }


def several_wire(baseline: str, found: Mapping[str, Comparison]) -> dict[str, Any]:
    """Several experiments, by name, against a baseline: each as with two, and p-values that are corrected for their number."""
    corrected = Several(tuple(found.values()))
    return {
        "baseline": baseline,
        "compared": [
            {
                "name": name,
                **(wire := comparison_wire(comparison)),
                "roles": {**wire["roles"], "p_corrected": _p_wire(roles_p)},
                "skills": {**wire["skills"], "p_corrected": _p_wire(skills_p)},
            }
            for (name, comparison), roles_p, skills_p in zip(
                found.items(), corrected.roles_p, corrected.skills_p, strict=True
            )
        ],
    }


def _roles_wire(roles: RoleTotals) -> dict[str, Any]:
    return {
        "a": wire_score(roles.right_a / roles.n) if roles.n else None,
        "b": wire_score(roles.right_b / roles.n) if roles.n else None,
        "fixed": roles.fixed,
        "broken": roles.broken,
        "p_value": _p_wire(roles.p_value) if roles.n else None,
    }


def _skills_wire(skills: SkillTotals | None) -> dict[str, Any]:
    if skills is None:
        return {"f1_a": None, "f1_b": None, "difference": None, "interval": None}
    f1 = skills.f1
    return {
        "f1_a": wire_score(f1.a),
        "f1_b": wire_score(f1.b),
        "difference": wire_score(f1.difference),
        "interval": [wire_score(f1.interval.low), wire_score(f1.interval.high)],
    }


def _p_wire(p: float) -> float:
    """A p-value with four significant digits, so that a small one is not nought."""
    return float(f"{p:.4g}")
