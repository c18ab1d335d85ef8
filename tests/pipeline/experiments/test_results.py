"""Outcomes are marked against gold as ``eval`` counts, and gold is read in its form."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.errors import InputError
from pipeline.evaluation import Score, SkillCounts
from pipeline.experiments.results import Gold, Outcome, Skill, mark
from pipeline.run import run, run_id_for

TEXT = "We need Go, Kafka and a bit of Terraform."
GOLD_ROW = {
    "role": "backend-engineer",
    "acceptable": ["go-developer", "backend-engineer"],
    "skills": [{"name": "Go", "surface": ["Go"]}, {"name": "Kafka", "surface": ["Kafka"]}],
}


def test_gold_has_its_best_role_first_and_is_written_as_it_was_read() -> None:
    gold = Gold.of_row(GOLD_ROW)
    assert gold is not None
    assert gold.roles == ("backend-engineer", "go-developer")
    assert Gold.of_row(gold.wire()) == gold
    assert Gold.of_row({"role": "NONE", "acceptable": ["NONE"], "skills": []}) == Gold((None,))
    assert Gold.of_row({"text": "x"}) is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"role": "a", "acceptable": "a"}, "“acceptable” must be a list"),
        ({"role": "a", "skills": {}}, "“skills” must be a list"),
        ({"role": "a", "skills": [{"name": "Go", "surface": "Go"}]}, "“surface” of the skill 'Go' must be a list"),
        ({"role": "a", "skills": [{"surface": []}]}, "must have “name” and “surface”"),
    ],
)
def test_gold_of_another_form_is_refused_with_the_field(row: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Gold.of_row(row)


def test_skills_are_marked_by_the_words_of_the_text() -> None:
    gold = Gold.of_row(GOLD_ROW)
    assert gold is not None
    outcome = Outcome(
        "go-developer", 0.9, "A", (Skill("Go", "go", True, ((8, 10),)), Skill("Bits", None, False, ((24, 29),)))
    )
    marks = mark(gold, TEXT, outcome)
    assert marks.is_right
    assert marks.skills == SkillCounts(predicted=2, right=1, wanted=2, found=1)


def test_skills_are_marked_by_slugs_where_the_gold_has_slugs_and_a_merged_entry_counts() -> None:
    gold = Gold(("old-role",), slugs=frozenset({"go", "apache-kafka", "terraform"}))
    outcome = Outcome(
        "new-role",
        0.9,
        "A",
        (Skill("Go", "go", True, ()), Skill("Kafka", "kafka", True, ()), Skill("X", None, True, ())),
    )
    assert mark(gold, TEXT, outcome).is_right is False
    marks = mark(gold, TEXT, outcome, {"old-role": "new-role", "apache-kafka": "kafka"})
    assert marks.is_right
    assert marks.skills == SkillCounts(predicted=2, right=2, wanted=3, found=2)


def test_what_could_not_be_run_is_wrong_even_where_no_role_fits() -> None:
    assert mark(Gold((None,)), TEXT, Outcome(error="it was lost")).is_right is False
    assert mark(Gold((None,)), TEXT, Outcome(case="rejected")).is_right is True


def test_a_run_is_marked_as_eval_marks_it(jd: str, indexes: Indexes) -> None:
    row = {
        "text": jd,
        "role": "data-engineer",
        "acceptable": ["data-engineer"],
        "skills": [{"name": n, "surface": [n]} for n in ("Spark", "Kafka", "Terraform", "Cobol")],
    }
    done = run(jd, None, run_id_for(jd, None), indexes)
    score = Score()
    score.add(row, done)
    gold = Gold.of_row(row)
    assert gold is not None
    marks = mark(gold, jd, Outcome.of_extraction(done.extraction))
    assert marks.skills == SkillCounts(score.n_predicted, score.n_right, score.n_gold, score.n_found)
    assert (int(marks.is_right), marks.skills.found, marks.skills.wanted) == (score.roles_right, 3, 4)
