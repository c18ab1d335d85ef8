"""The support bundle: what the doctor has found and the end of the log, as JSON in a zip, with nothing personal or secret in it.

Of a line of the log only what the code itself wrote goes in: when, where, how bad, about which run and session, the message before
anything was put into it, and of errors their kind and the places in the code. What a message was filled with stays out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from db.errors import StoreError
from db.logs import FILE, OWN
from db.upkeep.report import Report
from pipeline.settings import ROOT

TAIL_LINES = 1_000
KEPT = ("at", "level", "logger", "process", "run", "session")


def write_bundle(report: Report, data_dir: Path, path: Path) -> None:
    """Write the bundle. Raises ``StoreError`` when something is there already or the file cannot be written."""
    sections = [
        {"title": section.title, "facts": dict(section.facts), "problems": list(section.problems)}
        for section in report.sections
    ]
    found = {"verdict": report.verdict.name.lower(), "problems": list(report.problems), "sections": sections}
    try:
        with path.open("xb") as file, ZipFile(file, "w", ZIP_DEFLATED) as bundle:
            bundle.writestr("report.json", json.dumps(found, indent=1, ensure_ascii=False))
            bundle.writestr("report.txt", report.text())
            bundle.writestr("log.jsonl", "".join(f"{json.dumps(line)}\n" for line in log_tail(data_dir / FILE)))
    except FileExistsError:
        raise StoreError(f"{path} is there already; nothing was written. Give the bundle another name.") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from None


def log_tail(path: Path) -> Iterator[dict[str, Any]]:
    """The newest lines of a log, the oldest of them first, each without what it was filled with."""
    older = path.with_name(f"{path.name}.1")
    lines: list[str] = []
    for file in (older, path):
        if file.exists():
            lines += file.read_text("utf-8", "replace").splitlines()
    for line in lines[-TAIL_LINES:]:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield _shared(record)


def _shared(record: dict[str, Any]) -> dict[str, Any]:
    """What of a line is shared. A library may put values into its message itself, so that alone of ours is taken as it stands."""
    kept = {name: record[name] for name in KEPT if isinstance(record.get(name), str | int)}
    if record.get("logger") == OWN:
        kept["message"] = record.get("template", "")
    errors = [error for error in record.get("errors", ()) if isinstance(error, dict)]
    if errors:
        kept["errors"] = [
            {"type": error.get("type"), "places": [_place(str(place)) for place in error.get("places", ())]}
            for error in errors
        ]
    return kept


def _place(place: str) -> str:
    """A place in the code without the folders above the project or the library."""
    inside = place.removeprefix(f"{ROOT}/")
    return re.sub(r"^.*/(?:site-packages|lib/python[\d.]+)/", "", inside) if inside == place else inside
