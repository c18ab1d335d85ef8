"""Files of fitted numbers: those that ship are read and honest about themselves, a broken one is named with its keys."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Config
from pipeline.errors import WeightsError
from pipeline.learned import fitted
from pipeline.learned.fitted import (
    CURRENT,
    FOLDER,
    KINDS,
    DecisionWeights,
    NearestWeights,
    current_file,
    read_fitted,
    to_json,
)

NEAREST: dict[str, Any] = json.loads(current_file("nearest").read_text())


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_ships_says_what_it_is_and_how_it_came_about(name: str) -> None:
    path = current_file(name)
    file = read_fitted(path, KINDS[name])
    assert (file.name, path.name) == (name, f"{name}-{file.date}.json")
    assert file.command == f"python -m pipeline fit {name}" and file.fitted_on and file.figures


def test_every_file_of_the_folder_is_current() -> None:
    assert {p.name for p in FOLDER.iterdir()} == set(CURRENT.values())


def test_a_file_is_written_as_it_is_read() -> None:
    path = current_file("nearest")
    assert to_json(read_fitted(path, NearestWeights)) == path.read_text(encoding="utf-8")


def test_the_numbers_of_runs_are_those_that_past_runs_store() -> None:
    numbers = read_fitted(current_file("decision"), DecisionWeights).numbers
    assert Config().evidence_weights == numbers.evidence_weights.model_dump()
    assert (Config().calibration, Config().field_calibration) == (numbers.calibration, numbers.field)
    assert min(Config().evidence_weights.values()) > 0 and numbers.calibration[0] > 0 < numbers.field
    assert fitted.demand_weights().min_probability == 0.38
    assert fitted.sense_weights().min_probability == 0.6


def without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in document.items() if k != key}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({**NEAREST, "numbers": without(NEAREST["numbers"], "lead")}, "numbers.lead: Field required"),
        ({**NEAREST, "numbers": {**NEAREST["numbers"], "leed": 1.0}}, "numbers.leed: Extra inputs"),
        ({**NEAREST, "numbers": {**NEAREST["numbers"], "lead": "0.5"}}, "numbers.lead: Input should be a valid number"),
        ({**NEAREST, "date": "21.11.2026"}, "date: String should match"),
        (without(NEAREST, "fitted_on"), "fitted_on: Field required"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(tmp_path: Path, document: dict[str, Any], message: str) -> None:
    path = tmp_path / "nearest-2026-12-01.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(WeightsError) as raised:
        read_fitted(path, NearestWeights)
    assert "nearest-2026-12-01.json" in str(raised.value) and message in str(raised.value)


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nearest.json"
    path.write_text(json.dumps({**NEAREST, "numbers": {**NEAREST["numbers"], "slope": float("nan")}}))
    with pytest.raises(WeightsError, match=r"numbers\.slope"):
        read_fitted(path, NearestWeights)


def test_text_that_is_no_json_and_a_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(WeightsError, match=r"a\.json"):
        read_fitted(tmp_path / "a.json", NearestWeights)
    with pytest.raises(WeightsError, match=r"b\.json cannot be read: No such file"):
        read_fitted(tmp_path / "b.json", NearestWeights)
