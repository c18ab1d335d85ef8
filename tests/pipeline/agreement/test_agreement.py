"""Agreement: the kappa of a known confusion matrix, F1 of named skills, what has no figure, and what reviewers differ on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from pipeline.agreement.agreement import Answer, Disagreement, agreement, disagreements
from pipeline.agreement.reviews import Review, ReviewedSkills, fact_label
from pipeline.verdicts import Answer as Given
from pipeline.verdicts import LinkVerdict, MissingSkill

COHEN = {("data", "data"): 88, ("data", "web"): 14, ("data", "none"): 18}
COHEN |= {("web", "data"): 10, ("web", "web"): 40, ("web", "none"): 10}
COHEN |= {("none", "data"): 2, ("none", "web"): 6, ("none", "none"): 12}
"""The matrix of Cohen (1960), in 200 runs: observed agreement 0.70, by chance 0.41, kappa 0.492."""


def roles(run: str, **said: str) -> list[Review]:
    return [Review(run, reviewer, {"role": {"": role}}) for reviewer, role in said.items()]


def of_matrix(matrix: dict[tuple[str, str], int], first: str = "Ada", second: str = "Bo") -> list[Review]:
    cells = [cell for cell, n in matrix.items() for _ in range(n)]
    return [r for i, (a, b) in enumerate(cells) for r in roles(f"{first}{second}{i:03}", **{first: a, second: b})]


def skills(right: str = "", wrong: str = "", missing: Sequence[MissingSkill] = ()) -> ReviewedSkills:
    return ReviewedSkills(frozenset(right.split()), frozenset(wrong.split()), tuple(missing))


def test_kappa_is_that_of_the_matrix_and_its_interval_holds_it() -> None:
    found = agreement(of_matrix(COHEN))
    (pair,) = found.pairs
    figure = pair.figures["role"]
    assert (pair.first, pair.second, found.runs) == ("Ada", "Bo", 200)
    assert figure.value == pytest.approx((0.70 - 0.41) / (1 - 0.41))
    assert figure.share == 0.70 and (figure.items, figure.agreed, figure.runs) == (200, 140, 200)
    # Fleiss, Cohen and Everitt (1969) give the same matrix a standard error of 0.0536.
    assert figure.interval.low == pytest.approx(0.492 - 1.96 * 0.0536, abs=0.015)
    assert figure.interval.high == pytest.approx(0.492 + 1.96 * 0.0536, abs=0.015)
    assert found.pooled["role"].value == pytest.approx(figure.value)


def test_several_pairs_are_pooled_by_their_observed_and_chance_agreement() -> None:
    other = {("data", "data"): 20, ("web", "web"): 20, ("data", "web"): 5, ("web", "data"): 5}
    found = agreement([*of_matrix(COHEN), *of_matrix(other, "Bo", "Cy")])
    kappas = {(p.first, p.second): p.figures["role"].value for p in found.pairs}
    assert kappas == {("Ada", "Bo"): pytest.approx(0.4915, abs=1e-4), ("Bo", "Cy"): pytest.approx(0.6)}
    assert found.pooled["role"].value == pytest.approx((140 + 40 - 82 - 25) / (250 - 82 - 25))
    assert found.runs == 250


def test_the_same_reviews_give_the_same_figures_in_any_order() -> None:
    reviews = of_matrix(COHEN)
    assert agreement(reviews) == agreement(reversed(reviews))


def test_where_all_give_one_answer_there_is_no_kappa_and_it_says_why() -> None:
    figure = agreement(of_matrix({("data", "data"): 12})).pooled["role"]
    assert (figure.value, figure.interval, figure.why_not) == (None, None, "one answer")
    assert figure.share == 1.0


def test_full_agreement_on_few_runs_is_not_called_sure() -> None:
    figure = agreement(of_matrix({("data", "data"): 3, ("web", "web"): 2})).pooled["role"]
    assert figure.value == 1.0
    assert figure.interval.low < 0.3 and figure.interval.high == 1.0


def test_without_a_run_in_common_there_is_no_figure() -> None:
    found = agreement([*roles("one", Ada="data"), *roles("two", Bo="data")])
    assert (found.runs, found.pairs, found.pooled["role"].why_not) == (0, (), "nothing shared")
    assert agreement([]).pooled["skills"].why_not == "nothing shared"


def test_what_is_not_judged_by_both_counts_for_neither() -> None:
    reviews = [*roles("one", Ada="data", Bo="data"), Review("two", "Ada", {"facts": {"title": fact_label("x")}})]
    reviews += roles("two", Bo="web")
    found = agreement(reviews)
    assert (found.pooled["role"].items, found.pooled["facts"].why_not) == (1, "nothing shared")


def test_f1_is_of_the_skills_that_each_says_the_text_asks_for() -> None:
    ada = skills(
        "kafka spark sql", "codeigniter", [MissingSkill(5, 9, "Hive", "hive"), MissingSkill(20, 28, "Zephyrus")]
    )
    bo = skills("kafka sql codeigniter", "spark", [MissingSkill(5, 9, "Hive", "hive")])
    figure = agreement([Review("r", "Ada", skills=ada), Review("r", "Bo", skills=bo)]).pooled["skills"]
    # Ada: kafka, spark, sql, hive, zephyrus; Bo: kafka, sql, codeigniter, hive; both: kafka, sql, hive.
    assert figure.value == pytest.approx(2 * 3 / (5 + 4))
    assert (figure.agreed, figure.items) == (3, 4.5)


def test_a_place_named_by_its_words_is_the_skill_that_another_has_there() -> None:
    ada = skills("sql", missing=[MissingSkill(10, 22, "Apache Hive")])
    bo = skills("sql", missing=[MissingSkill(17, 22, "hive", "hive")])
    reviews = [Review("r", "Ada", skills=ada), Review("r", "Bo", skills=bo)]
    assert agreement(reviews).pooled["skills"].value == 1.0
    assert disagreements(reviews) == []


def test_skills_that_a_reviewer_left_open_are_no_answer() -> None:
    reviews = [Review("r", "Ada", skills=skills("sql", "php")), Review("r", "Bo", skills=skills(wrong="php"))]
    assert disagreements(reviews) == []
    assert agreement(reviews).pooled["skills"].why_not == "nothing shared"


def test_links_are_labels_and_facts_are_values() -> None:
    def review(who: str, kafka: str, pay: object, places: object = None) -> Review:
        facts = {"ctc": fact_label(pay), "locations": fact_label(places)}
        return Review("r", who, {"links": {"kafka streams": kafka, "sql databases": "right"}, "facts": facts})

    reviews = [review("Ada", "right", None), review("Bo", "messaging", {"min": 3}, [])]
    found = agreement(reviews)
    assert (found.pooled["facts"].value, found.pooled["facts"].items) == (0.5, 2)
    assert (found.pooled["links"].share, found.pooled["links"].items) == (0.5, 2)
    assert [(d.kind, d.subject) for d in disagreements(reviews)] == [("links", "kafka streams"), ("facts", "ctc")]


def test_a_verdict_is_compared_point_by_point_and_what_it_leaves_open_is_not() -> None:
    links = (LinkVerdict("kafka", "streams", True), LinkVerdict("sql", "streams", False, "databases"))
    given = Given(
        has_role=True, right_skills=("kafka",), right_terms=("Zephyr  Ine",), wrong_skills=("php",), links=links
    )
    review = Review.of_answer("r", "Ada", given, {"title": "Engineer"})
    assert review.labels == {
        "role": {"": "NONE"},
        "links": {"kafka streams": "right", "sql streams": "databases"},
        "facts": {"title": '"Engineer"'},
    }
    assert (review.skills.right, review.skills.wrong) == ({"kafka", "zephyr ine"}, {"php"})
    assert Review.of_answer("r", "Ada", Given(right_skills=("kafka",))).labels["role"] == {}


def test_a_disagreement_has_each_answer_with_who_gave_it_the_most_given_first() -> None:
    reviews = [*roles("b", Ada="web", Bo="data", Cy="data"), *roles("a", Ada="data", Bo="data")]
    assert disagreements(reviews) == [
        Disagreement("b", "role", "", (Answer("data", ("Bo", "Cy")), Answer("web", ("Ada",))))
    ]


def test_the_interval_holds_the_true_kappa_about_as_often_as_it_says() -> None:
    """Every matrix of two labels on 30 runs that stands for how often each is drawn would be too many: a grid of samples
    around one truth is weighed by the probability of each.
    """
    truth = {("d", "d"): 0.45, ("d", "w"): 0.1, ("w", "d"): 0.1, ("w", "w"): 0.35}
    chance = 0.55**2 + 0.45**2
    kappa = (0.8 - chance) / (1 - chance)
    held = weight = 0.0
    for agreed, split in product(range(18, 30), (0.4, 0.56, 0.7)):
        both = round(agreed * split)
        apart = 30 - agreed
        cells = (both, apart // 2, apart - apart // 2, agreed - both)
        figure = agreement(of_matrix(dict(zip(truth, cells, strict=True)))).pooled["role"]
        probability = _multinomial(cells, tuple(truth.values()))
        weight += probability
        held += probability * (figure.interval.low <= kappa <= figure.interval.high)
    assert held / weight > 0.9


def _multinomial(cells: Sequence[int], shares: Sequence[float]) -> float:
    from math import factorial, prod

    ways = factorial(sum(cells)) / prod(factorial(n) for n in cells)
    return ways * prod(p**n for p, n in zip(shares, cells, strict=True))
