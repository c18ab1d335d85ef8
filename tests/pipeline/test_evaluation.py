"""Figures against gold data: skills by their mentions, roles by what is acceptable, the calibration of the confidence."""

from typing import Any

import pytest

from pipeline.evaluation import ReliabilityBin, Score, brier, calibration_error, occurrences, reliability
from pipeline.run import Run
from tests.wire_values import decision, extraction, role_score, skill

TEXT = "Kafka and Java, JavaScript"


def gold(role: str, *surfaces: str) -> dict[str, Any]:
    skills = [{"name": surface, "surface": [surface]} for surface in surfaces]
    return {"text": TEXT, "role": role, "acceptable": [role], "skills": skills}


def test_an_occurrence_is_a_whole_word_where_there_is_one() -> None:
    assert occurrences(TEXT, "Java") == [(10, 14)]
    assert occurrences("JavaScript", "Java") == [(0, 4)]
    assert occurrences(TEXT, "java") == occurrences(TEXT, "") == []


def test_a_skill_is_right_where_its_mention_overlaps_a_gold_surface() -> None:
    score = Score()
    soft = skill("Java", (10, 14), skill_nature="SOFT_SKILL")
    found = [skill("Kafka", (0, 5)), skill("JavaScript", (16, 26)), soft]
    score.add(gold("data-engineer", "Kafka", "Java"), Run(extraction(found, chosen="Data Engineer")))
    assert score.report() == {
        "n": 1,
        "skills": {"precision": 0.5, "recall": 0.5, "f1": 0.5},
        "role_accuracy": 1.0,
        "none_accuracy": None,
        "brier": 0.04,
        "ece": 0.2,
        "brier_none_included": 0.04,
    }


def test_skills_do_not_count_where_no_role_fits() -> None:
    score = Score()
    score.add(gold("NONE", "Kafka"), Run(extraction()))
    score.add(gold("NONE", "Kafka"), Run(extraction([skill("Kafka", (0, 5))], chosen="Data Engineer")))
    report = score.report()
    assert (report["none_accuracy"], report["role_accuracy"]) == (0.5, 0.5)
    assert report["skills"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert report["brier"] == pytest.approx(0.64)


def test_a_wrong_role_is_wrong_whatever_its_confidence() -> None:
    score = Score()
    wrong = decision(role_score("Mobile Developer"), confidence=0.9)
    score.add(gold("data-engineer"), Run(extraction(decision=wrong)))
    assert (score.report()["role_accuracy"], score.confidences) == (0.0, [(0.9, False)])


def test_without_any_run_the_figures_are_null_or_zero() -> None:
    report = Score().report()
    assert (report["n"], report["role_accuracy"], report["brier"], report["ece"]) == (0, 0.0, None, None)


def test_the_confidence_is_calibrated_where_each_bin_is_right_as_often_as_it_says() -> None:
    pairs = [(0.5, True), (0.5, False), (1.0, True)]
    assert reliability(pairs) == [ReliabilityBin(0.5, 2, 0.5, 0.5), ReliabilityBin(0.9, 1, 1.0, 1.0)]
    assert calibration_error(pairs) == 0.0
    assert brier(pairs) == pytest.approx(0.5 / 3)
    assert calibration_error([(0.9, False), (0.9, True)]) == pytest.approx(0.4)
    assert brier([]) == 0.0
