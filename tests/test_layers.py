"""Who may know whom: pages -> db -> pipeline, pages -> pipeline, never the other way; no SQL in pages."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

FORBIDDEN = {
    "pipeline": {"db", "pages", "streamlit", "sqlmodel", "sqlalchemy", "psycopg", "alembic"},
    "db": {"pages", "streamlit"},
    "pages": {"sqlmodel", "sqlalchemy", "psycopg", "alembic"},
}
IMPURE = {"random", "datetime"}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_imports_nothing_that_it_must_not_know(layer: str) -> None:
    files = sorted((ROOT / layer).rglob("*.py"))
    assert files
    wrong = {str(p.relative_to(ROOT)): found for p in files if (found := imported(p) & FORBIDDEN[layer])}
    assert wrong == {}


def test_the_core_takes_no_clock_and_no_randomness() -> None:
    # A call over the network is no pure function: it has a deadline. Training draws from a seed that it is given.
    aside = ("__main__.py", "openai.py", "training.py")
    files = [p for p in (ROOT / "pipeline").rglob("*.py") if p.name not in aside]
    wrong = {str(p.relative_to(ROOT)): found for p in files if (found := imported(p) & (IMPURE | {"time"}))}
    assert wrong == {}


def test_pages_send_no_sql() -> None:
    wrong = [p.name for p in (ROOT / "pages").rglob("*.py") if ".execute(" in p.read_text(encoding="utf-8")]
    assert wrong == []


def test_no_page_passes_raw_html_to_markdown() -> None:
    wrong = [p.name for p in (ROOT / "pages").rglob("*.py") if "unsafe_allow_html" in p.read_text(encoding="utf-8")]
    assert wrong == []
