"""``python -m db`` on a data directory of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, SEED_CATALOG


def call(data: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WORKBENCH_DATA": str(data)}
    return subprocess.run([sys.executable, "-m", "db", *args], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_init_status_export_and_import(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert call(data, "init").stdout == "ready: embedded PostgreSQL, catalog revision 1\n"
    assert call(data, "init").stdout == "ready: embedded PostgreSQL, catalog revision 1\n"
    assert call(data, "export", str(tmp_path / "out")).stdout.startswith("revision 1 written")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(p.name for p in SEED_CATALOG.iterdir())
    (tmp_path / "out" / "roles.csv").write_text("slug,display_name\n,x\n", encoding="utf-8")
    broken = call(data, "import", str(tmp_path / "out"))
    assert (broken.returncode, broken.stdout) == (2, "")
    assert "roles.csv, line 2, column slug: must not be empty" in broken.stderr
    status = json.loads(call(data, "status").stdout)
    assert (status["catalog_revision"], status["runs"]) == (1, 0)
