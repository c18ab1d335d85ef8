"""The sample job descriptions: each with gold, and four that show on the legacy catalog what the old system did."""

import json
from typing import Any

import pytest

from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import Run, run, run_id_for
from tests.conftest import ROOT, SEED_CATALOG

FOLDER = ROOT / "seeds" / "jds"
GOLD: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "gold.jsonl").read_text(encoding="utf-8").splitlines()
]


def sample(name: str, indexes: Indexes) -> Run:
    text = (FOLDER / f"{name}.txt").read_bytes().decode("utf-8")
    return run(text, None, run_id_for(text, None), indexes, Config())


@pytest.fixture(scope="module")
def legacy(encoder: CachedEncoder) -> Indexes:
    return Indexes(read_folder(SEED_CATALOG, ROOT / "seeds" / "legacy").catalog, encoder)


def test_there_are_24_samples_with_gold_of_the_catalog(indexes: Indexes) -> None:
    assert [g["id"] for g in GOLD] == sorted(p.stem for p in FOLDER.glob("*.txt"))
    assert len(GOLD) == 24
    names = {s.display_name for s in indexes.catalog.skills}
    assert {s for g in GOLD for s in g["skills"]} <= names
    assert {r for g in GOLD for r in g["acceptable"]} - {"NONE"} <= set(indexes.catalog.role)
    assert len([g for g in GOLD if "shows" in g]) == 4


@pytest.mark.parametrize("gold", GOLD, ids=lambda g: g["id"][:2])
def test_a_sample_gets_its_role_and_its_skills(gold: dict[str, Any], indexes: Indexes) -> None:
    result = sample(gold["id"], indexes)
    chosen = result.extraction.decision.chosen_role
    assert (chosen.slug if chosen else "NONE") in gold["acceptable"]
    found = {s.skill_name for s in result.extraction.skills}
    missed = set(gold["skills"]) - found
    assert len(missed) <= max(1, 0.1 * len(gold["skills"])), missed


def test_a_generic_title_speaks_for_backend_developer_on_the_legacy_catalog(legacy: Indexes, indexes: Indexes) -> None:
    name = "01-data-engineer-titled-software-engineer"
    old, clean = (sample(name, i).extraction.decision for i in (legacy, indexes))
    assert (old.case, clean.case) == ("C", "DOMAIN")
    assert "the title names Backend Developer" in old.conflict


def test_ci_is_codeigniter_on_the_legacy_catalog(legacy: Indexes, indexes: Indexes) -> None:
    name = "03-platform-backend-ci-in-a-list"
    old, clean = ({s.skill_name for s in sample(name, i).extraction.skills} for i in (legacy, indexes))
    assert "CodeIgniter" in old and "CodeIgniter" not in clean
    assert "CI/CD" in clean and "CI/CD" not in old


def dimensions(result: Run) -> dict[str, set[str]]:
    assert result.library_match is not None
    return {
        d.canonical.display_name: {link.dimension.slug for link in d.dimensions}
        for d in result.library_match.skills_detail
        if d.canonical
    }


def test_the_catch_all_dimension_holds_what_is_not_react_on_the_legacy_catalog(
    legacy: Indexes, indexes: Indexes
) -> None:
    old, clean = (dimensions(sample("11-catch-all-react-platform", i)) for i in (legacy, indexes))
    for skill in ("Event-Driven Architecture", "Distributed Systems", "Agile"):
        assert "d_init_01" in old[skill] and "d_init_01" not in clean[skill]


def test_two_fullstack_roles_stand_behind_a_dimension_on_the_legacy_catalog(legacy: Indexes, indexes: Indexes) -> None:
    def roles(i: Indexes) -> list[int | None]:
        result = sample("12-full-stack-twice-in-the-catalog", i)
        assert result.library_match is not None
        detail = next(
            d for d in result.library_match.skills_detail if d.canonical and d.canonical.display_name == "React"
        )
        named = [r for link in detail.dimensions for r in link.roles_from_db if r.display_name == "Fullstack Developer"]
        return sorted({r.id for r in named if r.id is not None})

    assert (roles(legacy), roles(indexes)) == ([15, 435], [15])
