"""The output pages of the old system that the evaluation data has, and one that ships."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.catalog import Catalog
from pipeline.contracts import LibraryMatch
from pipeline.old_runs import OldRun, library_of, read_old_files
from tests.conftest import ROOT, shared

PAGES = (
    "000_f2c527668200ecbc",
    "001_836598eeb3ac2093",
    "002_e1d1683f3ab33f84",
    "003_8819b002f6068070",
    "004_78922d282ef71072",
)
WITH_ALL_STEPS = PAGES[:4]
"""The last one stopped after step 1."""
SHIPPED = ROOT / "seeds" / "old_pages" / "platform-backend-ci-in-a-list.txt"


def old_run(page: str) -> OldRun:
    """The run of a page of the evaluation data; the test is skipped where that is absent."""
    return _read(shared(f"seeds/{page}.txt"))


@cache
def _read(path: Path) -> OldRun:
    (run,) = read_old_files([(path.name, path.read_text(encoding="utf-8"))]).runs
    return run


def shipped_run() -> OldRun:
    """The run of the page that ships."""
    return _read(SHIPPED)


def documents(page: Path) -> list[dict[str, Any]]:
    """The JSON objects of a page in order, as they stand there: parsed JD, step 1, step 2, step 3; a step that was not called is empty."""
    given = deepcopy(_read(page).given)
    return [given[1]["nano_parsed"], *(dict(given.get(step, {})) for step in (1, 2, 3))]


def catalog_of(library_match: dict[str, Any]) -> Catalog:
    """A catalog with exactly the facts that a page's step 2 states."""
    return library_of(LibraryMatch.model_validate(library_match))
