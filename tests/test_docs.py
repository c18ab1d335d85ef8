"""The docs are true: every file, name and command that they give is there, and what must be named in them is named."""

from __future__ import annotations

import ast
import builtins
import io
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from pages.components.links import PAGES
from pipeline.audit import CHECKS
from pipeline.learned.fitted import CURRENT
from pipeline.run import EVENTS, Rejected
from tests.conftest import ROOT
from tests.source_tree import FUNCTIONS, LAYERS, assigned, modules, tree

DOCS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docs/*.md"))}
DOCS |= {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
COMMAND = re.compile(r"python -m ([a-z0-9_.]+)(?: ([a-z-]+))?([^`#\n]*)")
EXTENSIONS = (".py", ".md", ".csv", ".json", ".jsonl", ".toml", ".txt")
TOOLS = {"make", "python", "ruff", "mypy", ".venv/bin/pytest"}
VALUES = set(
    "| - _ true false proprietary apache_2_0 .venv .streamlit/secrets.toml ~/.cache postgresql://user:password@host/name".split()
)
"""What is quoted as a value of a cell or a setting, and names nothing of the tree."""
PLACEHOLDER = re.compile(r"NAME|00NN")


def quoted(text: str) -> list[str]:
    """What stands in backticks outside of blocks."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


# --- what is defined ----------------------------------------------------------------------------------------------


@cache
def definitions() -> dict[str, set[str]]:
    """Each name that the tree defines, with the names that are defined in it: members of classes, parameters of functions."""
    found: dict[str, set[str]] = defaultdict(set)

    def collect(owner: ast.AST, owner_name: str) -> None:
        for node in ast.iter_child_nodes(owner):
            if isinstance(node, FUNCTIONS | ast.ClassDef):
                found[owner_name].add(node.name)
                found[node.name] |= set()
                collect(node, node.name)
                continue
            if isinstance(node, ast.arg):
                found[owner_name].add(node.arg)
                found[node.arg] |= set()
            elif not isinstance(owner, FUNCTIONS):
                # What a function assigns is its own matter.
                for name in assigned(node):
                    found[owner_name].add(name)
                    found[name] |= set()
            collect(node, owner_name)

    for module, path in modules(*LAYERS, "tests").items():
        for part in module.split("."):
            found[part] |= set()
        collect(tree(path), module)
    return dict(found)


@cache
def written() -> frozenset[str]:
    """Every text that stands in the code as a value: kinds, columns, options, settings; and the markers of tests."""
    paths = [*modules(*LAYERS).values(), ROOT / "app.py"]
    markers = re.findall(r'^  "(\w+): ', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    return frozenset(
        node.value
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ).union(markers)


@cache
def file_names() -> frozenset[str]:
    """The names of all files of the project."""
    folders = (*LAYERS, "tests", "seeds", "docs")
    return frozenset(p.name for folder in folders for p in (ROOT / folder).rglob("*")) | {
        p.name for p in ROOT.iterdir()
    }


def is_true(code: str) -> bool:
    """Whether a piece of code in the docs names things that are there."""
    if code in VALUES or code in written() or code.split(" ")[0] in TOOLS:
        return True
    if " -> " in code or (" " in code and "(" not in code):
        return all(is_true(part) for part in re.split(r" -> | ", code))
    if "/" in code:
        path = ROOT / code
        return path.parent.is_dir() if PLACEHOLDER.search(code) else path.exists()
    if code.endswith(EXTENSIONS):
        return code in file_names()
    called = re.fullmatch(r"([\w.]+)\(([\w, ]*)\)", code)
    return _is_defined(called[1], called[2]) if called else _is_defined(code)


def _is_defined(name: str, arguments: str = "") -> bool:
    """Whether a dotted name leads from a module or a class to what is defined in it; its arguments are defined there too."""
    owner, _, last = name.rpartition(".")
    known = definitions()
    if name in modules(*LAYERS, "tests"):
        return True
    if name.isupper() and name.lower() in known:
        return True
    members = known.get(owner, set()) if owner in known or not owner else known.get(owner.split(".")[-1], set())
    if not (last in members if owner else last in known or hasattr(builtins, last)):
        return False
    return all(argument in known[last] for argument in re.findall(r"\w+", arguments))


# --- the docs hold what is there ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCS)
def test_every_name_in_the_docs_is_there(name: str) -> None:
    codes = quoted(DOCS[name])
    assert codes and sorted({code for code in codes if not is_true(code)}) == []


@pytest.mark.parametrize(
    "code",
    [
        "pipeline/nowhere.py",
        "nowhere.py",
        "pages/nowhere/NAME.py",
        "pipeline.catalog.nowhere",
        "NoSuchClass",
        "no_such_function()",
        "Change.nothing()",
        "Change(before, nothing)",
        "NO_SUCH_SETTING",
        "--no-such-option",
        "pages -> nowhere",
    ],
)
def test_a_name_that_is_not_there_is_found(code: str) -> None:
    assert not is_true(code)


@pytest.mark.parametrize("name", DOCS)
def test_every_link_leads_to_a_file(name: str) -> None:
    folder = (ROOT / name).parent
    links = re.findall(r"\]\((?!http)([^)#]+)", DOCS[name])
    assert [link for link in links if not (folder / link).exists()] == []


def test_every_make_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {t for text in DOCS.values() for t in re.findall(r"(?:^|`)make ([a-z]+)", text, re.M)}
    assert {"run", "test", "check", "lint", "bench"} <= targets
    assert [t for t in targets if not re.search(rf"^{t}:", makefile, re.M)] == []


@cache
def help_of(module: str, command: str = "") -> str:
    """What a command line says of itself; empty where it has no such command."""
    called = [module, *filter(None, [command]), "--help"]
    shown = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(shown), redirect_stderr(io.StringIO()):
        patch.setattr(sys, "argv", called)
        with pytest.raises(SystemExit) as ended:
            import_module(f"{module}.__main__").main()
    return "" if ended.value.code else shown.getvalue()


@pytest.mark.parametrize("name", DOCS)
def test_every_command_and_option_exists(name: str) -> None:
    for module, command, rest in COMMAND.findall(DOCS[name]):
        if module not in ("pipeline", "db"):
            assert module in modules(*LAYERS, "tests"), module
            continue
        shown = help_of(module, command)
        assert shown, (module, command)
        assert [option for option in re.findall(r"--[\w-]+", rest) if option not in shown] == [], command


# --- what is there is in the docs ---------------------------------------------------------------------------------


def test_every_command_is_in_the_readme() -> None:
    described = {(module, command) for module, command, _ in COMMAND.findall(DOCS["README.md"])}
    for module in ("pipeline", "db"):
        commands = re.findall(r"^    ([a-z][a-z-]+) ", help_of(module), re.M)
        assert commands and {(module, c) for c in commands} <= described


def test_the_checks_are_those_of_the_audit() -> None:
    rows = [row for row in DOCS["docs/audit.md"].splitlines() if row.startswith("| `")]
    assert rows == [
        f"| `{check.kind}` | {check.label} | `{type(check).__name__}` in `{type(check).__module__.replace('.', '/')}.py` | "
        f"{check.fix_page.replace('_', ' ').capitalize()} |"
        for check in CHECKS
    ]


def packages() -> Iterator[str]:
    """The folders of the layers that hold modules of ours."""
    for layer in LAYERS:
        folders = {path.parent for path in (ROOT / layer).rglob("*.py")}
        yield from sorted(folder.relative_to(ROOT).as_posix() for folder in folders)


def _in_architecture(what: str) -> bool:
    return bool(re.search(rf"(?<![\w/]){re.escape(what)}(?![\w/])", DOCS["docs/architecture.md"]))


MUST_BE_NAMED: dict[str, Callable[[], list[str]]] = {
    "a package": lambda: [name for name in packages() if "/" in name],
    "the module of a page": lambda: [_place(page.module) for page in PAGES],
    "an event of a run": lambda: [event.__name__ for event in (*EVENTS, Rejected)],
}


def _place(module: str) -> str:
    path = module.replace(".", "/")
    return path if Path(ROOT / path).is_dir() else f"{path}.py"


@pytest.mark.parametrize("what", MUST_BE_NAMED)
def test_architecture_names_it(what: str) -> None:
    names = MUST_BE_NAMED[what]()
    assert names and [name for name in names if not _in_architecture(name)] == []


def test_every_page_is_in_the_docs_by_its_title() -> None:
    section = DOCS["docs/architecture.md"].split("## The pages")[1].split("##")[0]
    assert [page.title for page in PAGES if page.title not in section] == []


def test_every_fitted_number_is_in_the_readme() -> None:
    (line,) = [line for line in DOCS["README.md"].splitlines() if "pipeline fit NAME [" in line]
    assert set(re.findall(r"\w+", line.split(":")[-1])) == set(CURRENT)
