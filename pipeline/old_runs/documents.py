"""The JSON documents of the old system: found in a page or in a file of JSON, told apart by their keys, joined to runs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.contracts import Extraction, RunDocument
from pipeline.errors import InputError
from pipeline.old_runs.layout import Layout, Part, folded, lines_of

STEP_NAMES = {1: "API 1 (extract-from-jd)", 2: "API 2 (extract-details)", 3: "API 3 (final-role-output)"}
"""The steps as the old pages call them."""
CLIENT_OUTPUT = 4
"""Stands for the client output among the steps of a document of a whole run."""
_KEYS_OF_RUN = {
    RunDocument.key_of(field): step
    for field, step in (("extraction", 1), ("library_match", 2), ("role_output", 3), ("client_output", CLIENT_OUTPUT))
}
STEP_KEYS = ", ".join(key for key, step in _KEYS_OF_RUN.items() if step in STEP_NAMES)
"""The keys of the steps in one object of a whole run, for a sentence."""
_KEYS_OF_STEP = {
    1: tuple(Extraction.key_of(field) for field in ("skills", "decision", "signals")),
    2: ("skills_detail", "alias_matches", "unmatched_skills"),
    3: ("persistence", "chosen_role_resolution", "final_input_skills"),
}
TEXT_KEYS = ("jd_text", "jd", "job_description")
"""Keys under which a document of a whole run may have the job description."""
_MORE_IN_JSON = re.compile(r"[… ]*show (?:more|full)\b|…$|\.\.\.$")
DECODER = json.JSONDecoder(parse_constant=lambda _: None, parse_float=lambda digits: _finite(float(digits)))
"""Numbers that are none, which JSON does not know and a store does not keep, are read as null."""
_BETWEEN = re.compile(r"[\s,]*")


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


@dataclass(frozen=True)
class StepDocument:
    """The JSON of a step, and where it stands: the file, and the line at which it begins."""

    step: int
    value: Mapping[str, Any]
    place: str

    @property
    def run_id(self) -> str | None:
        """The id of the run that it says it is of; null where it says none."""
        given = self.value.get("run_id")
        return given.strip() if isinstance(given, str) and given.strip() else None


@dataclass(frozen=True)
class RunDocuments:
    """The documents of one run in a file, with the job description where a file of JSON has it, and what is wrong with others."""

    steps: tuple[StepDocument, ...]
    jd_text: str | None = None
    problems: tuple[str, ...] = ()


def documents_of_page(layout: Layout, name: str) -> RunDocuments:
    """Return the documents of the three steps of a page. One that is cut off or hidden is a problem, and not there."""
    found, problems = [], []
    for step in (1, 2, 3):
        part = layout.part(f"step{step}")
        if not part.heading:
            continue
        try:
            value = _json_of_part(part, step, name)
        except InputError as error:
            problems.append(str(error))
        else:
            if value:
                found.append(StepDocument(step, value, f"{name}, line {part.first}"))
    return RunDocuments(tuple(found), None, tuple(problems))


def _json_of_part(part: Part, step: int, name: str) -> Mapping[str, Any]:
    """The object of a part of a page. Raises ``InputError`` where it is cut off, broken or not shown."""
    start = next((n for n, line in enumerate(part.lines) if line.strip().startswith("{")), None)
    if start is None:
        raise InputError(
            f"{name}, line {part.first}: the JSON of {STEP_NAMES[step]} is not shown. Open it on the page, then save the page again."
        )
    # What a browser puts before a line or makes of a blank there is no part of the JSON: its strings hold no line ends.
    lines = [line.strip() for line in part.lines[start:]]
    try:
        value, _ = _decoded("\n".join(lines), 0)
    except json.JSONDecodeError as error:
        line = part.first + start + error.lineno - 1
        is_cut = any(_MORE_IN_JSON.search(folded(text)) for text in lines[error.lineno - 1 : error.lineno + 1])
        what = "is cut off" if is_cut or error.pos >= len("\n".join(lines).rstrip()) else f"is broken ({error.msg})"
        raise InputError(
            f"{name}, line {line}: the JSON of {STEP_NAMES[step]} {what}. Open all of it on the page, then save the page again."
        ) from None
    except RecursionError:
        raise InputError(f"{name}: the JSON of {STEP_NAMES[step]} is nested too deeply to be read.") from None
    return value if isinstance(value, dict) else {}


def documents_of_json(text: str, name: str) -> list[RunDocuments]:
    """Return the documents of a file of JSON by run: whole runs, steps one behind the other, or lists of either.

    Raises ``InputError`` for a file that is no JSON, with the line, and for one that holds no document of the old system.
    """
    runs: list[RunDocuments] = []
    loose: list[StepDocument] = []
    for line, value in _values(text, name):
        for given in value if isinstance(value, list) else [value]:
            place = f"{name}, line {line}"
            if not isinstance(given, dict):
                raise InputError(f"{place}: an object of the old system belongs here. {_EXPECTED}")
            steps = _steps_of(given, place)
            if any(key in given for key in _KEYS_OF_RUN):
                runs.append(RunDocuments(steps, _text_of(given)))
            elif steps:
                loose += steps
            else:
                keys = ", ".join(list(map(str, given))[:5]) or "none"
                raise InputError(f"{place}: this is no document of the old system (its keys: {keys}). {_EXPECTED}")
    return [*runs, *_joined(loose)]


_EXPECTED = f"A step's JSON, or one object with the keys {STEP_KEYS}, is what can be imported."


def _values(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """The JSON values of a text one behind the other, each with its line."""
    plain = "\n".join(lines_of(text))
    at, line = 0, 1
    while (start := _end_of_blanks(plain, at)) < len(plain):
        line += plain.count("\n", at, start)
        try:
            value, end = _decoded(plain, start)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{name}, line {error.lineno}: this is neither a page of the old system nor JSON ({error.msg}). {_EXPECTED}"
            ) from None
        except RecursionError:
            raise InputError(f"{name}: the JSON is nested too deeply to be read.") from None
        yield line, value
        line += plain.count("\n", start, end)
        at = end


def _decoded(text: str, start: int) -> tuple[Any, int]:
    """The JSON value that begins at a place, and where it ends; blanks that do not break count as blanks where nothing else fits."""
    try:
        return DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if text[error.pos : error.pos + 1] != "\xa0":
            raise
        return DECODER.raw_decode(text.replace("\xa0", " "), start)


def _end_of_blanks(text: str, at: int) -> int:
    """Where the blanks and commas between two values end."""
    blanks = _BETWEEN.match(text, at)
    return blanks.end() if blanks else at


def _steps_of(given: Mapping[str, Any], place: str) -> tuple[StepDocument, ...]:
    """The steps of an object: those of a whole run, or the one that its keys say it is."""
    if any(key in given for key in _KEYS_OF_RUN):
        of_run = [(step, given.get(key)) for key, step in _KEYS_OF_RUN.items()]
        return tuple(
            StepDocument(step, _with_run_id(value, given), place)
            for step, value in of_run
            if isinstance(value, dict) and value
        )
    counted = {step: sum(key in given for key in keys) for step, keys in _KEYS_OF_STEP.items()}
    step = max(counted, key=lambda s: counted[s])
    return (StepDocument(step, given, place),) if counted[step] else ()


def _with_run_id(value: Mapping[str, Any], run: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step with the id of its run, where only the whole has it."""
    given = run.get("run_id")
    return value if "run_id" in value or not isinstance(given, str) else {**value, "run_id": given}


def _text_of(given: Mapping[str, Any]) -> str | None:
    return next((text for key in TEXT_KEYS if isinstance(text := given.get(key), str) and text.strip()), None)


def _joined(loose: list[StepDocument]) -> list[RunDocuments]:
    """Steps that stand alone, those of one run together; one that names no run belongs to the step 1 before it."""
    runs: dict[str, list[StepDocument]] = {}
    last = ""
    for document in loose:
        last = document.run_id or ("" if document.step == 1 else last)
        runs.setdefault(last, []).append(document)
    return [RunDocuments(tuple(steps)) for steps in runs.values()]
