"""The README is true: its files are there, its commands exist, its figures of the catalog are today's."""

import re
import subprocess
import sys

from pipeline.catalog import Catalog
from tests.conftest import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_linked_file_is_there() -> None:
    links = re.findall(r"\]\((?!http)([^)]+)\)", TEXT)
    assert links and [p for p in links if not (ROOT / p).exists()] == []


def test_every_make_target_is_there() -> None:
    targets = set(re.findall(r"`?make (\w+)", TEXT))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets and [t for t in targets if not re.search(rf"^{t}:", makefile, re.M)] == []


def test_every_command_and_option_exists() -> None:
    for module, command, rest in re.findall(r"^python -m (\w+) ([\w-]+)(.*)$", TEXT, re.M):
        told = subprocess.run([sys.executable, "-m", module, command, "--help"], cwd=ROOT, capture_output=True, text=True)
        assert told.returncode == 0, command
        for option in re.findall(r"--[\w-]+", rest):
            assert option in told.stdout, (command, option)


def test_every_setting_is_read_somewhere() -> None:
    code = "".join(p.read_text(encoding="utf-8") for layer in ("pipeline", "db", "pages") for p in (ROOT / layer).rglob("*.py"))
    assert [name for name in re.findall(r"^\| `([A-Z_]+)`", TEXT, re.M) if f'"{name}"' not in code] == []


def test_the_catalog_has_the_size_that_is_told(catalog: Catalog) -> None:
    assert f"{len(catalog.roles)} roles" in TEXT
    assert f"{len(catalog.dimensions)} dimensions" in TEXT
    assert f"{len(catalog.skills):,} skills" in TEXT
    told = re.search(r"([\d,]+) aliases", TEXT)
    assert told and 0 <= len(catalog.skill_aliases) - int(told.group(1).replace(",", "")) < 100
