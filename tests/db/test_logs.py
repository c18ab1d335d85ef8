"""The log of a real process: each record once, as JSON with what it is about, and nothing of what users typed or keep secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db.redaction import redacted
from tests.conftest import ROOT

SCRIPT = """
import logging, sys
from pathlib import Path
from uuid import UUID
from pydantic import TypeAdapter
from streamlit.logger import get_logger
import streamlit.logger
from db.logs import about_run, configure_logs, name_session

early = get_logger("streamlit.early")
configure_logs(Path(sys.argv[1]))
configure_logs(Path(sys.argv[1]))
late = get_logger("streamlit.late")
streamlit.logger.update_formatter()
log = logging.getLogger("workbench")
early.info("early")
late.warning("late %d", 7)
logging.getLogger("uvicorn.error").warning("served")
logging.getLogger("httpx").info("asked https://ann:pass@host")
with about_run(UUID(int=1)):
    name_session("abc")
    try:
        TypeAdapter(int).validate_python("Senior Data Engineer at Juniper Freight")
    except ValueError:
        log.exception("run %s failed", 1)
log.info("key %s of postgresql://ann:hunter2@host/name", "sk-abcdefghijk")
"""


def run(folder: Path, script: str = SCRIPT) -> tuple[str, list[dict[str, Any]]]:
    """What a process says on the terminal, and the lines of its file."""
    made = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    file = folder / "logs" / "workbench.jsonl"
    return made.stderr, [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_each_record_comes_once_whoever_logs_with_its_run_and_session(tmp_path: Path) -> None:
    terminal, lines = run(tmp_path)
    assert [(line["logger"], line["event"]) for line in lines] == [
        ("streamlit.early", "early"),
        ("streamlit.late", "late 7"),
        ("uvicorn.error", "served"),
        ("workbench", "run 1 failed"),
        ("workbench", "key … of postgresql://…@host/name"),
    ]
    failed = lines[3]
    assert (failed["run"], failed["session"], failed["level"]) == (
        "00000000-0000-0000-0000-000000000001",
        "abc",
        "error",
    )
    assert failed["template"] == "run %s failed" and failed["errors"][0]["type"] == "ValidationError"
    assert "run" not in lines[4]
    shown = terminal.splitlines()
    assert sum("early" in line for line in shown) == sum("late 7" in line for line in shown) == 1
    assert "run 1 failed" in terminal and "Traceback" in terminal
    for secret in ("Juniper", "hunter2", "sk-abc", "ann:"):
        assert secret not in terminal.replace(SCRIPT, "") and secret not in json.dumps(lines), secret


def test_files_are_put_aside_and_bounded_by_several_processes_at_once(tmp_path: Path) -> None:
    script = """
import logging, sys
from pathlib import Path
import db.logs as logs
logs.MAX_BYTES, logs.OLDER_FILES = 20_000, 2
logs.configure_logs(Path(sys.argv[1]))
for n in range(300):
    logging.getLogger("workbench").info("line %d of many, so that the file is put aside", n)
"""
    both = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    files = [p for p in (tmp_path / "logs").iterdir() if not p.name.startswith(".")]
    assert len(files) == 3 and sum(p.stat().st_size for p in files) <= 3 * 20_500
    for file in files:
        assert [json.loads(line)["level"] for line in file.read_text().splitlines()].count("info") > 10


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="there is no /dev/full")
def test_a_disk_that_is_full_costs_lines_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "workbench.jsonl").symlink_to("/dev/full")
    terminal = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stderr
    assert "run 1 failed" in terminal and "Logging error" not in terminal


def test_without_a_folder_for_it_the_terminal_says_so_and_is_enough(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    terminal, lines = run(tmp_path)
    assert lines == [] and "there is no log file: File exists" in terminal and "early" in terminal


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("postgres://ann:p%40ss@db.example/x?sslmode=require", "postgres://…@db.example/x?sslmode=require"),
        ('{"api_key": "abc", "n": 1}', '{"api_key": …, "n": 1}'),
        ("password='two words' host=x", "password=… host=x"),
        ("Authorization: Bearer abc.def", "Authorization: … …"),
        ("bad row\nDETAIL:  Failing row contains (Ann, 3).\nSTATEMENT", "bad row\nDETAIL: …\nSTATEMENT"),
        ("[type=int, input_value='Senior\nEngineer', input_type=str]", "[type=int, input_value=…, input_type=str]"),
        ("nothing to hide: 12 tokens, run 7", "nothing to hide: 12 tokens, run 7"),
    ],
)
def test_what_must_not_be_written_is_taken_out(text: str, kept: str) -> None:
    assert redacted(text) == kept


def test_a_long_text_is_cut() -> None:
    assert len(redacted("x" * 10_000)) == 2_001
