"""Who may know whom, and what each room is free of. docs/architecture.md says it in words."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from pages.components.links import PAGES
from pipeline import contracts
from tests.conftest import ROOT
from tests.source_tree import (
    FUNCTIONS,
    LAYERS,
    assigned,
    circles,
    imported_modules,
    imported_names,
    modules,
    place,
    run_on_import,
    tree,
)

FORBIDDEN = {
    "pipeline": {"db", "pages", "streamlit", "sqlmodel", "sqlalchemy", "psycopg", "alembic"},
    "db": {"pages", "streamlit"},
    "pages": {"sqlmodel", "sqlalchemy", "psycopg", "alembic"},
}

ROOMS = {
    "pipeline.errors": "",
    "pipeline.settings": "errors",
    "pipeline.vectors": "",
    "pipeline.commonness": "",
    "pipeline.contracts": "",
    "pipeline.text": "commonness errors learned.structure",
    "pipeline.learned.structure": "learned",
    "pipeline.learned": "commonness errors vectors",
    "pipeline.catalog": "contracts errors learned vectors",
    "pipeline.config": "learned",
    "pipeline.learned.tagger": "catalog errors learned vectors",
    "pipeline.stages": "catalog config contracts learned text vectors",
    "pipeline.engines": "catalog config contracts errors stages text",
    "pipeline.run": "catalog config contracts engines stages text vectors",
    "pipeline.audit": "catalog contracts learned text vectors",
    "pipeline.subjects": "catalog",
    "pipeline.compare": "catalog contracts subjects",
    "pipeline.old_runs": "audit catalog compare contracts errors subjects",
    "pipeline.verdicts": "contracts",
    "pipeline.impact": "catalog config held run stages",
    "pipeline.held": "catalog config contracts stages",
    "pipeline.explain": "catalog config contracts errors held learned stages",
    "pipeline.repair": "audit catalog errors evaluation experiments explain held impact movable stages",
    "pipeline.basis": "catalog explain held stages",
    "pipeline.movable": "catalog held learned stages",
    "pipeline.linkage": "contracts",
    "pipeline.evaluation": "contracts run",
    "pipeline.parse_evaluation": "contracts",
    "pipeline.intervals": "",
    "pipeline.gate": "audit catalog config errors evaluation experiments impact intervals stages",
    "pipeline.thresholds": "intervals",
    "pipeline.sampling": "errors",
    "pipeline.calibration": "intervals",
    "pipeline.trends": "evaluation experiments intervals",
    "pipeline.experiments": "catalog config contracts engines errors evaluation impact intervals stages text vectors",
    "pipeline.agreement": "errors experiments intervals verdicts",
    "pipeline.file_store": "",
    "pipeline.scale": "errors",
    "pipeline.learned.fit": "audit catalog config contracts errors evaluation learned learned.structure run stages text vectors",
    "db.errors": "",
    "db.redaction": "",
    "db.meters": "",
    "db.logs": "meters redaction",
    "db.models": "",
    "db.schema": "errors",
    "db.postgres": "",
    "db.ownership": "postgres",
    "db.embedded": "errors ownership postgres",
    "db.server": "embedded errors",
    "db.migrations": "models",
    "db.stores": "errors models",
    "db.services": "errors logs schema server stores",
    "db.upkeep": "errors logs models redaction schema server services stores",
    "db.http": "errors meters models services stores",
    "db.worker": "logs server services stores",
    "db.gate_commands": "errors schema server services stores",
    "db.attached_commands": "schema server services stores",
    "db.experiment_commands": "attached_commands errors logs schema server services stores",
    "db.gold_commands": "errors server services stores",
}
"""Room -> the other rooms of its layer that it may import. ``db`` may import any of ``pipeline`` beside."""
COMMAND_LINES = ("pipeline.__main__", "pipeline.command_line", "db.__main__")
"""They may import any room of their layer and read the clock, and no room imports them."""

READS_ENVIRONMENT = ("pipeline.learned.threads", "pipeline.scale.ray_engine")
"""Beside ``pipeline.settings``, whose library reads it: OpenMP and Ray find there what is set before they are loaded."""
READS_SETTINGS = ("pipeline.command_line.indexes", "db.__main__", "pages.components.workbench")
"""The entry points: the command lines, and the start of the process of the pages. They pass the settings on."""

IMPURE = {"random", "datetime", "time"}
TIMED_OR_SEEDED = ("session.py", "wire.py", "training.py", "branching.py", "planting.py")
"""A call over the network is no pure function: it has a deadline. Training and planted faults draw from a seed that they are given."""

MAX_LINES, MAX_FUNCTION_LINES = 400, 60

GONE = frozenset(
    "told tell seen said talk naming in_hand lead_on leads_on led overlaid obstacles newer reread again by_id built_on standing "
    "company reach lean_on read_around use bench when at_once often sure".split()
)
"""Words that the glossary has replaced; see docs/architecture.md for the words that there are."""


def room_of(module: str) -> str:
    """The room that a module is in: the longest name of ``ROOMS`` that it begins with, else the module itself."""
    return max((room for room in ROOMS if _is_in(module, (room,))), key=len, default=module)


def _is_in(module: str, rooms: Iterable[str]) -> bool:
    return any(f"{module}.".startswith(f"{room}.") for room in rooms)


# --- arrows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_imports_nothing_that_it_must_not_know(layer: str) -> None:
    files = modules(layer).values()
    assert files
    wrong = {
        place(path): found
        for path in files
        if (found := {n.split(".")[0] for n in imported_names(ast.walk(tree(path)))} & FORBIDDEN[layer])
    }
    assert wrong == {}


def test_every_module_of_the_core_and_the_store_is_in_a_room() -> None:
    homeless = {m for m in modules("pipeline", "db") if room_of(m) not in ROOMS and m not in ("pipeline", "db")}
    assert {m for m in homeless if not _is_in(m, COMMAND_LINES)} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_those_that_it_may_know(room: str) -> None:
    layer = room.split(".")[0]
    allowed = {room, *(f"{layer}.{name}" for name in ROOMS[room].split())}
    assert allowed <= set(ROOMS)
    wrong = {
        (module, other)
        for module in modules(layer)
        if room_of(module) == room
        for other in imported_modules(module)
        if other.split(".")[0] == layer and room_of(other) not in allowed
    }
    assert wrong == set()


def test_rooms_form_no_circle() -> None:
    arrows = {room: frozenset(f"{room.split('.')[0]}.{n}" for n in names.split()) for room, names in ROOMS.items()}
    assert circles(arrows) == []


def test_modules_form_no_circle() -> None:
    arrows = {m: imported_modules(m) for m in modules()}
    assert circles(arrows) == []


def test_a_circle_is_found() -> None:
    arrows = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert circles(arrows) == [["a", "b", "c"]]


def test_pages_do_not_import_each_other() -> None:
    places = {p.module for p in PAGES}
    owner = {m: next((p for p in places if f"{m}.".startswith(f"{p}.")), "pages.components") for m in modules("pages")}
    wrong = {
        (module, other)
        for module in owner
        for other in imported_modules(module)
        if other in owner and owner[other] not in (owner[module], "pages.components")
    }
    assert wrong == set()


# --- the pure core ------------------------------------------------------------------------------------------------


def test_the_core_takes_no_clock_and_no_randomness() -> None:
    wrong = {
        place(path): found
        for module, path in modules("pipeline").items()
        if path.name not in TIMED_OR_SEEDED and not _is_in(module, COMMAND_LINES)
        if (found := {n.split(".")[0] for n in imported_names(ast.walk(tree(path)))} & IMPURE)
    }
    assert wrong == {}


def test_settings_are_read_in_one_place() -> None:
    wrong = {
        place(path)
        for module, path in modules().items()
        if module not in READS_ENVIRONMENT
        and re.search(r"\benviron\b|\bgetenv\b|st\.secrets", path.read_text(encoding="utf-8"))
    }
    assert wrong == set()


def test_settings_are_read_by_the_entry_points_alone() -> None:
    callers = {m for m, path in modules().items() if "read_settings(" in path.read_text(encoding="utf-8")}
    assert callers - {"pipeline.settings"} == set(READS_SETTINGS)


@cache
def wire_names() -> frozenset[str]:
    """The keys of the wire that have another name in code, and the names of its objects."""
    models = [m for _, m in inspect.getmembers(contracts, inspect.isclass) if issubclass(m, BaseModel)]
    keys = {f.alias for m in models for name, f in m.model_fields.items() if f.alias and f.alias != name}
    # ``evidence`` and ``enrichment`` are words of the language too.
    return frozenset(keys - {"evidence", "enrichment"})


def test_wire_names_live_in_the_contracts_alone() -> None:
    assert {"api1", "nano_parsed", "final_skills", "stage3_signals"} <= wire_names()
    pattern = re.compile(rf"(?<!--)(?<!args\.)\b({'|'.join(sorted(wire_names()))})\b")
    free = {m: path for m, path in modules().items() if room_of(m) not in ("pipeline.contracts", "db.migrations")}
    wrong = {place(p): found for p in free.values() if (found := set(pattern.findall(p.read_text(encoding="utf-8"))))}
    assert wrong == {}


# --- the log ------------------------------------------------------------------------------------------------------


def test_what_is_logged_is_a_constant_text_into_which_values_are_put() -> None:
    """The text goes out in a support bundle, the values do not: they may be somebody's."""
    wrong = [
        f"{place(path)}:{node.lineno}"
        for path in modules(*LAYERS).values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"log\.(debug|info|warning|error|exception|critical)", ast.unparse(node.func))
        and not (
            isinstance(node.args[0], ast.Constant) or (isinstance(node.args[0], ast.Name) and node.args[0].id.isupper())
        )
    ]
    assert wrong == []


# --- pages --------------------------------------------------------------------------------------------------------


def test_every_page_is_declared_and_has_its_function() -> None:
    files = {m for m in modules("pages") if m.count(".") == 1 and m != "pages.components"}
    assert {p.module for p in PAGES} == files
    for page in PAGES:
        names = {n.name for n in tree(modules()[page.module]).body if isinstance(n, ast.FunctionDef)}
        assert "page" in names, page.module


def test_a_page_draws_nothing_when_it_is_imported() -> None:
    wrong = []
    for path in modules("pages").values():
        decorators = {
            id(n)
            for f in ast.walk(tree(path))
            if isinstance(f, FUNCTIONS)
            for d in f.decorator_list
            for n in ast.walk(d)
        }
        wrong += [
            f"{place(path)}:{node.lineno}"
            for node in run_on_import(tree(path))
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st.") and id(node) not in decorators
        ]
    assert wrong == []


def test_pages_ask_the_workbench_and_no_database_engine() -> None:
    private = re.compile(r"\._?engine\.|\b_engine\b|workbench\(\)\.(database|engine)\b|\.execute\(|open_database")
    wrong = {
        place(p): found for p in modules("pages").values() if (found := private.findall(p.read_text(encoding="utf-8")))
    }
    assert wrong == {}


def test_no_page_passes_raw_html_to_markdown() -> None:
    wrong = [place(p) for p in modules("pages").values() if "unsafe_allow_html" in p.read_text(encoding="utf-8")]
    assert wrong == []


# --- sizes and words ----------------------------------------------------------------------------------------------


def hand_written() -> Mapping[str, Path]:
    """The files of the layers; a migration is a list of steps that is written once and never edited, however long."""
    return {name: path for name, path in modules(*LAYERS).items() if room_of(name) != "db.migrations"}


def test_no_file_is_longer_than_is_read_at_once() -> None:
    lengths = {place(p): len(p.read_text(encoding="utf-8").splitlines()) for p in hand_written().values()}
    assert {name: n for name, n in lengths.items() if n > MAX_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    wrong = {
        f"{place(path)}:{node.name}": length
        for path in hand_written().values()
        for node in ast.walk(tree(path))
        if isinstance(node, FUNCTIONS) and (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert wrong == {}


def test_words_that_the_glossary_has_replaced_name_nothing() -> None:
    wrong = set()
    for path in hand_written().values():
        names = {path.stem}
        for node in ast.walk(tree(path)):
            if isinstance(node, FUNCTIONS | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
        names |= {name for node in tree(path).body for name in assigned(node)}
        wrong |= {f"{place(path)}: {name}" for name in names if name.strip("_").lower() in GONE}
    assert wrong == set()


def test_the_root_has_nothing_but_the_entry_point() -> None:
    assert [p.name for p in ROOT.glob("*.py")] == ["app.py"]
