"""Which addresses are those of programs. All others are the pages'."""

from __future__ import annotations

STEP_1, STEP_2, STEP_3 = "/skills/extract-from-jd", "/skills/extract-details", "/skills/final-role-output"
RUNS, CATALOG, FINDINGS, CHANGE_SETS, PROPOSALS = "/runs", "/catalog", "/findings", "/change-sets", "/proposals"
OPENAPI, REFERENCE = "/openapi.json", "/docs"
_EXACT = frozenset({STEP_1, STEP_2, STEP_3, OPENAPI, REFERENCE})
_WITH_ALL_BELOW = (RUNS, CATALOG, FINDINGS, CHANGE_SETS, PROPOSALS)


def is_api_path(path: str) -> bool:
    """Whether a path is one of programs."""
    return path in _EXACT or any(path == known or path.startswith(f"{known}/") for known in _WITH_ALL_BELOW)
