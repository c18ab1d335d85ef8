"""The README is true of today: its settings are read, its figures of the catalog and its pictures are there.

Names, links and commands are held by ``test_docs``, as those of the other docs are.
"""

import re

from pipeline.catalog import Catalog
from pipeline.settings import settings_table
from tests.conftest import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_pictures_are_shown() -> None:
    pictures = re.findall(r"^!\[([^\]]+)\]\(([^)]+\.png)\)$", TEXT, re.M)
    assert len(pictures) == 5
    assert [path for _, path in pictures if not (ROOT / path).read_bytes().startswith(b"\x89PNG")] == []


def test_its_settings_are_those_of_the_code() -> None:
    (section,) = re.findall(r"^## Settings\n(.*?)^## ", TEXT, re.M | re.S)
    assert [line for line in section.splitlines() if line.startswith("|")] == settings_table().splitlines()


def test_the_catalog_has_the_size_that_the_readme_gives(catalog: Catalog) -> None:
    assert f"{len(catalog.roles)} roles" in TEXT
    assert f"{len(catalog.dimensions)} dimensions" in TEXT
    assert f"{len(catalog.skills):,} skills" in TEXT
    aliases = re.search(r"([\d,]+) aliases", TEXT)
    assert aliases and 0 <= len(catalog.skill_aliases) - int(aliases.group(1).replace(",", "")) < 100


def test_the_key_of_the_planted_faults_has_as_many_as_the_readme_gives() -> None:
    lines = (ROOT / "seeds" / "legacy" / "key.jsonl").read_text(encoding="utf-8").splitlines()
    assert f"an overlay with {len(lines)} planted faults" in TEXT
