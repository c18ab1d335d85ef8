"""The fits: repeatable, better evidence gives more probability, and what teaches nothing is refused in words."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.folder import write_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.nearest import Candidate, best_guess
from pipeline.catalog.value import Dimension, Role, RoleAlias, RoleDimension, RoleKra, Skill, SkillAlias, SkillDimension
from pipeline.errors import InputError
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.fit.decision import Outcome, fit_calibration, fit_weights, outcomes, role_choices
from pipeline.learned.fit.demand import SIGNS, Observation, Observations, fit_demand, observe, score
from pipeline.learned.fit.field import fit_field, read_gold
from pipeline.learned.fit.logistic import Choice
from pipeline.learned.fit.nearest import Question, figures_of, fit_nearest, read_terms
from pipeline.learned.fit.planted import Rows, fit_rows, share_found
from pipeline.learned.fit.planting import move_aliases, redirect_links
from pipeline.learned.fit.trades import TradeSources, fit_trades
from pipeline.learned.fitted import DemandWeights, decision_weights, read_fitted
from pipeline.vectors import Vectors
from tests.conftest import ROOT

CATALOG = Catalog(
    roles=(
        Role(1, "tester", "Test Engineer", "Quality"),
        Role(2, "analyst", "Data Analyst", "Data"),
    ),
    role_aliases=(RoleAlias("tester", "QA Engineer"), RoleAlias("analyst", "Reporting Analyst")),
    role_kras=(
        RoleKra("tester", "Tests the software before each release"),
        RoleKra("analyst", "Reports the figures of the business"),
    ),
    dimensions=(Dimension(1, "quality", "Quality"), Dimension(2, "figures", "Figures")),
    skills=(
        Skill(1, "testing", "Testing", "Practice", "Quality", "PRACTICE"),
        Skill(2, "reporting", "Reporting", "Practice", "Data", "PRACTICE"),
        Skill(3, "postgresql", "PostgreSQL", "Tool", "Data", "DATABASE"),
    ),
    skill_aliases=(SkillAlias(1, "testing", "software tests"), SkillAlias(2, "reporting", "reports")),
    skill_dimensions=(
        SkillDimension("testing", "quality"),
        SkillDimension("reporting", "figures"),
        SkillDimension("postgresql", "figures"),
    ),
    role_dimensions=(RoleDimension("tester", "quality"), RoleDimension("analyst", "figures")),
)
ASKING = """QA Engineer

Requirements:
- Experience in testing and PostgreSQL
- You work with the reporting team every day
"""


def jd(n: int, title: str = "QA Engineer", text: str = ASKING) -> dict[str, Any]:
    skills = [{"name": "Testing", "surface": ["testing"]}, {"name": "PostgreSQL", "surface": ["PostgreSQL"]}]
    role = "tester" if title == "QA Engineer" else "analyst"
    return {"id": n, "title": title, "text": text, "role": role, "acceptable": [role], "skills": skills}


@pytest.fixture(scope="module")
def small(encoder: CachedEncoder) -> Indexes:
    return Indexes(CATALOG, encoder)


def cooks_and_testers() -> list[dict[str, Any]]:
    """Six texts of a role, then six of none."""
    other = (
        "Cook\n\nResponsibilities:\n- Fry fish for guests and wash the pans\n- Open the kitchen at noon\n\n"
        "Requirements:\n- Two years in a kitchen\n"
    )
    gold = [jd(n, text=ASKING + "- Tests the software before each release\n") for n in range(6)]
    return gold + [{**jd(n, "Cook", other), "role": "NONE", "acceptable": ["NONE"]} for n in range(6, 12)]


# --- planted faults ---------------------------------------------------------------------------------------------------


def test_planted_faults_are_the_rows_that_differ_and_repeatable(catalog: Catalog) -> None:
    faulty, redirected = redirect_links(catalog, seed=3, share=0.01)
    before = {(x.skill_slug, x.dimension_slug) for x in catalog.skill_dimensions}
    assert {(x.skill_slug, x.dimension_slug) for x in faulty.skill_dimensions} - before == redirected
    assert len(redirected) == int(0.01 * len(catalog.skill_dimensions))
    assert redirect_links(catalog, 3, 0.01) == (faulty, redirected)
    assert redirect_links(catalog, 4, 0.01)[1] != redirected
    faulty, moved = move_aliases(catalog, seed=3)
    owners = {(a.skill_slug, a.alias_text) for a in catalog.skill_aliases}
    assert {(a.skill_slug, a.alias_text) for a in faulty.skill_aliases} - owners == moved


def test_rows_are_told_by_the_sign_that_planted_ones_have() -> None:
    signs = np.array([[0.1, 1.0], [0.2, 0.0], [0.9, 1.0], [0.8, 0.0], [0.3, 1.0]])
    rows = Rows(signs, np.array([False, False, True, True, False]), 2)
    model = fit_rows([rows])
    assert model.weights[0] > 0 and share_found(rows, model) == 1.0
    assert np.array_equal(fit_rows([rows]).weights, model.weights)
    # A planted row that is no suspect cannot be found.
    assert share_found(Rows(signs, rows.planted, 4), model) == 0.5


def test_rows_without_a_planted_one_are_refused() -> None:
    with pytest.raises(InputError, match="too small"):
        fit_rows([Rows(np.zeros((3, 2)), np.zeros(3, np.bool_), 0)])


# --- demand -----------------------------------------------------------------------------------------------------------


def test_mentioned_skills_are_right_by_the_rule_of_eval(small: Indexes) -> None:
    observed = observe([jd(1), {**jd(2), "role": "NONE"}], small)
    rows = {tuple(sorted(r.covered)): r for r in observed.rows}
    assert observed.n_gold == 2 and len(observed.rows) == 3
    assert rows["PostgreSQL",].signs is None and rows["PostgreSQL",].is_technology
    assert not rows[()].is_right and rows["Testing",].is_right
    people = SIGNS.index("people")
    testing, reporting = rows["Testing",].signs, rows[()].signs
    assert testing is not None and reporting is not None
    assert (testing[people], reporting[people]) == (0.0, 1.0)


def observation(n: int, asked: float, right: bool) -> Observation:
    signs = np.zeros(len(SIGNS))
    signs[SIGNS.index("asked")] = asked
    return Observation(f"jd{n % 20}", signs, right, frozenset({f"skill {n}"} if right else ()), False)


def test_a_sign_of_right_skills_gets_weight_and_the_threshold_parts_them() -> None:
    rows = tuple(observation(n, float(n % 2), bool(n % 2)) for n in range(80))
    observed = Observations(rows, 40)
    weights, figures = fit_demand({"texts": observed})
    assert weights.weights.asked > 1 and weights.weights.people == 0.0
    assert figures["cross-validated: f1"] == figures["cross-validated: texts: f1"] == 1.0
    assert fit_demand({"texts": observed}) == (weights, figures)
    assert score(observed, np.ones(80), 0.5) == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3)}


def test_skills_that_are_all_right_are_refused() -> None:
    with pytest.raises(InputError, match="all right"):
        fit_demand({"texts": Observations(tuple(observation(n, 1.0, True) for n in range(20)), 20)})


def test_a_skill_that_texts_seldom_demand_is_less_usual_than_another() -> None:
    def mention(n: int, slug: str) -> Observation:
        right = slug == "sql" or n % 4 == 0
        return replace(observation(n, 0.0, right), slug=slug)

    rows = tuple(mention(n, slug) for n in range(40) for slug in ("sql", "reporting"))
    weights, _ = fit_demand({"texts": Observations(rows, 50)})
    assert weights.usual["sql"] > 0 > weights.usual["reporting"]
    assert weights.weights.usual > 0


# --- nearest ----------------------------------------------------------------------------------------------------------


def questions() -> list[Question]:
    """Terms whose right candidate is the nearer by name, and some that mean none and are near to nothing."""
    found = []
    for n in range(40):
        near, far = 0.9 - n / 200, 0.3 + n / 200
        candidates = [Candidate("a", 0.5, 0.5, near, 0.4, 0.5), Candidate("b", 0.5, 0.5, far, 0.4, 0.5)]
        found.append(Question(f"term {n}", candidates, "a" if n % 10 else "b"))
        vague = [Candidate("a", 0.2, 0.2, 0.2, 0.2, 0.5), Candidate("b", 0.2, 0.2, 0.1, 0.2, 0.5)]
        found.append(Question(f"vague {n}", vague, None))
    return found


def test_nearer_candidates_are_more_probable() -> None:
    weights, figures = fit_nearest(questions())
    assert weights.name > 0 and weights.slope > 0
    sure, unsure = (
        best_guess([Candidate("a", 0.5, 0.5, name, 0.4, 0.5), Candidate("b", 0.1, 0.1, 0.1, 0.1, 0.5)], weights)
        for name in (0.9, 0.3)
    )
    assert sure.slug == "a" and sure.probability > unsure.probability
    assert figures["top 1"] == 0.9
    assert fit_nearest(questions()) == (weights, figures)


def test_recall_counts_links_of_what_is_absent_as_wrong() -> None:
    guess = best_guess([Candidate("a", 1, 1, 1, 1, 1)], fit_nearest(questions())[0])
    figures = figures_of([(guess, "a"), (guess, "a"), (guess, None)])
    assert figures["top 1"] == 1.0 and figures["recall at precision 0.90"] == 1.0
    assert figures_of([])["top 1"] == 0.0


def test_terms_that_teach_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing can be fitted"):
        fit_nearest([Question("x", [Candidate("a", 1, 1, 1, 1, 1)], None)])
    (tmp_path / "t.csv").write_text("sentence,span,label\n", encoding="utf-8")
    with pytest.raises(InputError, match="the column 'sub_span' is missing"):
        read_terms(tmp_path / "t.csv")
    with pytest.raises(InputError, match="give its folder with --data"):
        read_terms(tmp_path / "none.csv")


# --- decision ---------------------------------------------------------------------------------------------------------


def test_choices_hide_the_title_that_labels_them(small: Indexes) -> None:
    choices = role_choices([jd(1), jd(2, title="Engineer"), {**jd(3), "title": None}], small)
    assert len(choices) == 1
    right = choices[0].features[choices[0].right][0]
    assert choices[0].right.sum() == 1 and right[0] > 0


def test_only_what_can_be_learned_moves() -> None:
    choices = [Choice(np.array([[0.9, 0.5, 0.1], [0.1, 0.5, 0.2]]), np.array([True, False]))] * 30
    weights, figures = fit_weights(choices)
    current = decision_weights().evidence_weights
    assert (weights.alias, weights.title, weights.centroid) == (current.alias, current.title, current.centroid)
    assert weights.skill + weights.kra + weights.family == pytest.approx(current.skill + current.kra + current.family)
    assert weights.skill > 0 and figures["cross-validated: right role first"] == 1.0
    with pytest.raises(InputError, match="exactly one role"):
        fit_weights([])


def test_more_certain_decisions_are_more_probable() -> None:
    decided = [Outcome(f"jd{n}", False, n / 40, n % 40 > 15 or n % 7 == 0, n % 3) for n in range(40)]
    decided.append(Outcome("none", True, None, True, -3.0, "D"))
    (slope, intercept, field), figures = fit_calibration(decided)
    assert slope > 0 > intercept and abs(field) < slope
    assert figures["decisions for a role"] == 40 and figures["role accuracy, title hidden"] == 1.0
    assert (figures["cross-validated: case A, decisions"], figures["cross-validated: case D, decisions"]) == (40, 1)
    assert figures["cross-validated: case D, mean probability of none"] == pytest.approx(0.9526)


def test_a_text_that_is_surely_of_the_field_is_more_probably_right() -> None:
    decided = [Outcome(f"jd{n}", False, 0.5, n % 4 > 0, float(n % 4)) for n in range(40)]
    (_, _, field), _ = fit_calibration(decided)
    assert field > 1
    with pytest.raises(InputError, match="no confidence can be fitted"):
        fit_calibration([Outcome("a", False, 0.5, True)])


def test_outcomes_are_those_of_runs(small: Indexes) -> None:
    gold = cooks_and_testers()
    found = outcomes(gold, read_gold(gold, small), decision_weights().evidence_weights)
    assert [o.is_title_hidden for o in found] == [False] * 12 + [True] * 12
    assert all(o.is_right for o in found[:12])
    tester, cook = found[0], found[11]
    assert tester.certainty is not None and 0 < tester.certainty <= 1 and tester.field > 0
    assert (cook.certainty, cook.case) == (None, "D") and cook.field < 0


# --- the command ------------------------------------------------------------------------------------------------------


def fit_command(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "fit", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_command_writes_a_file_that_is_read(tmp_path: Path) -> None:
    write_folder(CATALOG, tmp_path / "catalog")
    for name in ("jds_dev.jsonl", "jds_dev_2.jsonl"):
        (tmp_path / name).write_text("".join(json.dumps(jd(n)) + "\n" for n in range(6)), encoding="utf-8")
    out = tmp_path / "demand.json"
    done = fit_command("demand", "--data", str(tmp_path), "--catalog", str(tmp_path / "catalog"), "--out", str(out))
    assert done.returncode == 0, done.stderr
    file = read_fitted(out, DemandWeights)
    assert (file.name, file.command) == ("demand", "python -m pipeline fit demand")
    assert file.figures["judged skills"] == 24 and file.numbers.weights.people < 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("demand", "--data", "/nowhere"), "give the folder of the evaluation data with --data DIR"),
        (("tagger", "--data", "/nowhere"), "there is no skillspan_*.json"),
    ],
)
def test_data_that_is_not_there_is_named(args: tuple[str, ...], message: str) -> None:
    done = fit_command(*args)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr


# --- field ------------------------------------------------------------------------------------------------------------


def test_texts_of_no_role_are_told_from_the_others(small: Indexes) -> None:
    gold = cooks_and_testers()
    weights, figures = fit_field(gold, small)
    assert weights.weights.duty > 0 and weights.weights.technologies > 0
    assert figures["of no role"] == 6 and figures["cross-validated: no role recognised, title shown"] == 1.0
    assert figures["cross-validated: role denied, title shown"] == 0.0
    with pytest.raises(InputError, match="nothing can be fitted"):
        fit_field(gold[:6], small)


# --- trades -----------------------------------------------------------------------------------------------------------


def test_duties_technologies_and_titles_of_computing_are_told_from_those_of_other_trades(small: Indexes) -> None:
    sentences = [("write code for the server and test it", True), ("wash the pans and fry the fish", False)]
    sources = TradeSources(
        titles=[
            ("15-1252.00", "Software Tester"),
            *((f"{n}-1.00", f"Kiln {word} Operator") for n in range(11, 40) for word in "AB"),
        ],
        tools=[("15-1252.00", "PostgreSQL"), ("15-1252.00", "Postgre spreadsheets"), ("35-1011.00", "Oven timers")],
        labels=[("bake bread", "[['S', 'S1']]")] * 20,
        sentences=sentences * 12,
    )
    numbers, figures = fit_trades(sources, small)
    code, fish, bread = small.encoder.encode([*(text for text, _ in sentences), "bake bread"])

    def leaning(vector: Vectors) -> float:
        return float(vector @ np.array(numbers.duties.weights)) + numbers.duties.bias

    assert leaning(code) > leaning(fish) and leaning(code) > leaning(bread)
    assert set(numbers.technologies) == {"postgresql"} and numbers.technologies["postgresql"] > 0
    assert "operator" in numbers.generic_words and "kiln" not in numbers.generic_words
    assert figures["technologies"] == 1
    assert fit_trades(sources, small) == (numbers, figures)
