"""What the code imports is declared, and what is declared is pinned."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from db.postgres import PACKAGE
from tests.conftest import ROOT

OURS = {"pipeline", "db", "pages", "tests", "app"}
OPTIONAL = ("models", "scale")
"""Extras that code imports where they are there."""


def name_of(requirement: str) -> str:
    """The name of a requirement in the form in which names are compared: "psycopg[binary]>=3" is "psycopg"."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;\s]", requirement, maxsplit=1)[0]).lower()


def declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *(r for extra in extras for r in project["optional-dependencies"][extra])]
    return {name_of(requirement) for requirement in listed}


def pinned() -> dict[str, str]:
    files = ("requirements.txt", "requirements-scale.txt")
    lines = [line for file in files for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    return {name_of(line): line for line in lines if line and not line.startswith("#")}


def imported(*folders: str) -> set[str]:
    """Names of the distributions that the code of some folders imports."""
    modules = set()
    for path in (p for folder in folders for p in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                modules.add(node.module.split(".")[0])
    owners = packages_distributions()
    return {name_of(owners[m][0]) for m in modules - OURS - sys.stdlib_module_names}


def test_what_the_code_imports_is_declared() -> None:
    assert imported("pipeline", "db", "pages") - declared(*OPTIONAL) == set()


def test_nothing_is_declared_that_no_code_imports() -> None:
    # A driver is named in an address, a package of programs is looked up by its name; the tests' tools are commands.
    assert declared(*OPTIONAL) - imported("pipeline", "db", "pages") == {name_of(PACKAGE)}


def test_what_is_declared_is_pinned_exactly() -> None:
    pins = pinned()
    assert declared(*OPTIONAL, "dev") == set(pins)
    assert [line for line in pins.values() if "==" not in line] == []
