"""The tree's own source as values, for the tests of layers and docs: its modules, what each imports, what each defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tests.conftest import ROOT

LAYERS = ("pipeline", "db", "pages")
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules(*layers: str) -> Mapping[str, Path]:
    """The files of some layers by the name of their module; a package has the name of its folder."""
    found = {}
    for layer in layers or LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return MappingProxyType(found)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    """A file as seen from the root of the project."""
    return path.relative_to(ROOT).as_posix()


def imported_names(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The full names that nodes import: of ``from a import b`` it is ``a.b``."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imported_modules(module: str) -> frozenset[str]:
    """The modules of the tree that a module imports anywhere in its file, within functions too."""
    known = modules()
    found = set()
    for name in imported_names(ast.walk(tree(known[module]))):
        parent = name.rpartition(".")[0]
        found |= {name} if name in known else {parent} if parent in known else set()
    return frozenset(found - {module})


def run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one that run when the module is imported: bodies of functions do not, their defaults do."""
    for child in ast.iter_child_nodes(node):
        yield child
        if isinstance(child, FUNCTIONS | ast.Lambda):
            yield from (n for default in child.args.defaults for n in ast.walk(default))
        else:
            yield from run_on_import(child)


def assigned(node: ast.AST) -> Iterator[str]:
    """The names that an assignment gives a value or a type."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def circles(arrows: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The groups of names of which each leads to every other (strongly connected components; Tarjan 1972)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_names: list[str] = []
    found = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        open_names.append(name)
        for other in sorted(arrows[name]):
            if other not in number:
                visit(other)
            if other in open_names:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == number[name]:
            start = open_names.index(name)
            group = sorted(open_names[start:])
            del open_names[start:]
            if len(group) > 1:
                found.append(group)

    for name in sorted(arrows):
        if name not in number:
            visit(name)
    return found
