"""Why a run came to its role: points that add up, and what comes out without a row."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.tables import key_of
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.explain import Explainer, Explanation, explain
from pipeline.explain.value import shared_out
from pipeline.held import HeldRun
from pipeline.run import Encoded, RunContext, RunState, run, run_stages, until
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.signals import Centroid
from tests.conftest import ROOT

SAMPLES = ROOT / "seeds" / "jds"


def read(name: str) -> str:
    return (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def encode(text: str, indexes: Indexes) -> EncodedJD:
    return until(run_stages(RunState.from_text(text, None), RunContext("r", indexes)), Encoded).jd


@pytest.fixture(scope="module")
def edits(indexes: Indexes) -> IndexEdits:
    return IndexEdits(indexes)


@pytest.fixture(scope="module")
def backend(indexes: Indexes, edits: IndexEdits) -> Explanation:
    held = HeldRun(encode(read("04-payments-backend-java-python"), indexes), indexes, Config())
    return Explainer(held, edits).explain()


def holds_together(found: dict[str, Any]) -> None:
    """Points of rows add up to their signal's, those of signals to the total."""
    assert sum(s["points"] for s in found["signals"]) == found["total"]
    for signal in found["signals"]:
        assert signal["points"] == pytest.approx(signal["value"] * signal["weight"], abs=1e-12)
        if signal["rows"]:
            assert sum(row["points"] for row in signal["rows"]) == pytest.approx(signal["points"], abs=1e-9)


@pytest.mark.parametrize(
    "sample", ["01-data-engineer-titled-software-engineer", "07-sparse-two-lines", "24-release-note-not-a-jd"]
)
def test_points_add_up_and_the_role_is_the_runs(sample: str, indexes: Indexes, edits: IndexEdits) -> None:
    text = read(sample)
    found = Explainer(HeldRun(encode(text, indexes), indexes, Config()), edits).explain().wire()
    decision = run(text, None, "r", indexes).extraction.decision
    chosen = decision.chosen_role
    assert (found["role"], found["confidence"]) == (chosen.slug if chosen else None, decision.confidence)
    assert found["case"] == decision.case
    holds_together(json.loads(json.dumps(found)))


def test_every_row_is_one_of_the_catalog_and_carries_a_signal(backend: Explanation, indexes: Indexes) -> None:
    rows = [(signal.name, row) for signal in backend.signals for row in signal.rows]
    by_key = {
        table: {key_of(row) for row in getattr(indexes.catalog, table)} for table in {row.table for _, row in rows}
    }
    assert {row.table for _, row in rows} >= {"skill_aliases", "skill_dimensions", "role_dimensions", "role_kras"}
    assert all(row.key in by_key[row.table] for _, row in rows)
    assert all(row.points > 0 for _, row in rows)
    role_links = [row for name, row in rows if name == "skill" and row.table == "role_dimensions"]
    assert {row.key[0] for row in role_links} == {backend.role}


def test_without_a_row_is_what_a_run_gives_on_the_catalog_that_lacks_it(backend: Explanation, indexes: Indexes) -> None:
    text, catalog = read("04-payments-backend-java-python"), indexes.catalog
    rows = {(row.table, row.key): row for signal in backend.signals for row in signal.rows if row.without}
    by_table = {table: [r for r in rows.values() if r.table == table] for table in sorted({t for t, _ in rows})}
    draw = random.Random(18)
    for table, of_table in by_table.items():
        row = draw.choice(of_table)
        kept = tuple(r for r in getattr(catalog, table) if key_of(r) != row.key)
        assert len(kept) == len(getattr(catalog, table)) - 1
        decision = run(text, None, "r", Indexes(replace(catalog, **{table: kept}), indexes.encoder)).extraction.decision
        assert row.without is not None
        assert row.without.role == (decision.chosen_role.slug if decision.chosen_role else None)
        assert row.without.confidence == decision.confidence


def test_another_role_stands_beside_the_one_that_was_chosen(indexes: Indexes, edits: IndexEdits) -> None:
    held = HeldRun(encode(read("04-payments-backend-java-python"), indexes), indexes, Config())
    why_not = Explainer(held, edits).explain("data-engineer")
    assert why_not.role == "data-engineer"
    assert why_not.chosen == why_not.runner_up == held.result.role_slug
    assert why_not.runner_up_total is not None and why_not.total < why_not.runner_up_total
    assert why_not.runner_up_total == pytest.approx(sum(s.runner_up or 0.0 for s in why_not.signals))
    holds_together(why_not.wire())


def test_a_role_that_the_catalog_lacks_is_refused(indexes: Indexes) -> None:
    jd = encode(read("07-sparse-two-lines"), indexes)
    with pytest.raises(InputError, match="no role 'beekeeper'"):
        explain(jd, indexes, Config(), "beekeeper")


def test_where_there_is_no_role_the_signs_of_the_field_add_up(indexes: Indexes, edits: IndexEdits) -> None:
    text = (
        "Lift Mechanic\n\nResponsibilities:\n- Keep the lifts of the old town in good order through the winter\n"
        "- Grease the ropes, change the guide shoes and note every visit in the log book\n\nRequirements:\n"
        "- A trade certificate and a driving licence"
    )
    found = Explainer(HeldRun(encode(text, indexes), indexes, Config()), edits).explain()
    assert (found.role, found.confidence, found.case) == (None, 0.0, "D")
    assert [s.name for s in found.signals][:2] == ["bias", "technologies"]
    assert found.total < 0
    holds_together(found.wire())


def test_a_centroid_is_a_row_and_can_be_taken_away(indexes: Indexes, edits: IndexEdits) -> None:
    jd = encode(read("04-payments-backend-java-python"), indexes)
    role = HeldRun(jd, indexes, Config()).result.role_slug
    assert role
    centroids = {role: Centroid(9, jd.vectors.sum(axis=0))}
    found = Explainer(HeldRun(jd, indexes, Config(), centroids), edits).explain()
    signal = next(s for s in found.signals if s.name == "centroid")
    plain = HeldRun(jd, indexes, Config()).result
    (row,) = signal.rows
    assert (row.table, row.key, row.points) == ("centroids", (role,), signal.points)
    assert row.without and (row.without.role, row.without.confidence) == (plain.role_slug, plain.confidence)


def test_a_skill_says_how_it_was_found_and_one_that_was_left_out_why(backend: Explanation) -> None:
    taken = {skill.slug: {reason["why"]: reason for reason in skill.why} for skill in backend.skills}
    java = taken["java"]
    assert {"form", "section", "neighbours", "demand"} <= set(java)
    text = read("04-payments-backend-java-python")
    assert text[java["form"]["start"] : java["form"]["end"]] == java["form"]["text"]
    assert java["demand"]["probability"] >= java["demand"]["least"]
    assert "spring-boot" in java["neighbours"]["skills"] or java["neighbours"]["skills"]
    assert all(skill.slug not in taken for skill in backend.left_out)
    for skill in backend.left_out:
        assert any(reason.get("taken") is False for reason in skill.why), skill


def test_the_command_prints_the_same_bytes_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.command_line.parser import make_parser

    file = tmp_path / "jd.txt"
    file.write_text(read("07-sparse-two-lines"), encoding="utf-8")
    printed = []
    for _ in range(2):
        args = make_parser().parse_args(["explain", "--jd", str(file)])
        args.function(args)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert list(json.loads(printed[0]))[:6] == ["role", "confidence", "runner_up", "total", "signals", "skills"]


@pytest.mark.parametrize("shares", [[1.0], [0.1, 0.2, 0.3], [1e-9, 3.0, 0.7, 0.11]])
def test_points_shared_out_add_up_to_what_they_were(shares: list[float]) -> None:
    assert sum(shared_out(7.123456789, shares)) == 7.123456789
    assert shared_out(1.0, []) == []
