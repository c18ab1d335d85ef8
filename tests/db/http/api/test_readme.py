"""What the README shows of HTTP runs as it stands there, against a real server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from db.services.workbench import Workbench
from tests.conftest import ROOT
from tests.db.http.api.conftest import served
from tests.db.http.api.test_schemathesis import listening

(SECTION,) = re.findall(r"^## HTTP\n(.*?)^## ", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
SHOWN_ADDRESS = "http://127.0.0.1:8501"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(bench: Workbench) -> Iterator[str]:
    with listening(served(bench)) as address:
        yield address


def block(language: str, address: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", SECTION, re.M | re.S)
    assert SHOWN_ADDRESS in found
    return str(found).replace(SHOWN_ADDRESS, address)


def output_of(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_commands_answer(address: str) -> None:
    lines = block("sh", address).replace("\\\n", "").splitlines()
    step_1, runs, roles = (json.loads(output_of(["bash", "-c", line])) for line in lines)
    assert step_1["stage4_decision"]["chosen_role"]["slug"] == "backend-engineer"
    assert "Python" in {skill["skill_name"] for skill in step_1["final_skills"]}
    assert {run["status"] for run in runs["items"]} <= {"completed"}
    assert len(roles["items"]) == 2 and roles["next_cursor"]


def test_the_program_runs(address: str) -> None:
    role, run = output_of([sys.executable, "-c", block("python", address)]).splitlines()
    assert role == "Backend Developer" and run.startswith("completed ")
