"""What there is to judge in a run, and what an answer says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.contracts import Mention
from pipeline.verdicts import (
    Answer,
    LinkPoint,
    LinkVerdict,
    MissingSkill,
    Points,
    SkillPoint,
    answer_from_wire,
    link_verdict,
    points_of,
    skill_word,
    sorted_by,
    with_link,
    with_missing,
    with_role,
    with_skill,
    without_missing,
    without_role,
)
from tests.wire_values import extraction, skill

KAFKA, GANTRY = SkillPoint("Kafka", "kafka"), SkillPoint("Gantry", None)
LINK = LinkPoint("kafka", "streaming")
POINTS = Points((KAFKA, GANTRY), (LINK,))


def test_skills_are_judged_in_the_order_of_the_text_each_once() -> None:
    found = [skill("Hive", (40, 44)), skill("Gantry", (9, 15), known=False), skill("Kafka", (20, 25), (2, 7))]
    points = points_of(extraction([*found, found[0]]), None)
    assert points.skills == (KAFKA, GANTRY, SkillPoint("Hive", "hive")) and points.links == ()


def test_a_point_is_open_until_something_is_said_of_it() -> None:
    answer = Answer()
    assert POINTS.open_count(answer) == 4 and not POINTS.is_complete(answer)
    answer = with_role(with_skill(with_skill(answer, GANTRY, False), KAFKA, True), None)
    assert POINTS.open_links(answer) == [LINK] and POINTS.open_count(answer) == 1
    assert POINTS.is_complete(with_link(answer, LINK, LinkVerdict("kafka", "streaming", True)))
    assert POINTS.is_complete(with_skill(answer, KAFKA, False)), "links of a skill that is wrong need no word"


@pytest.mark.parametrize("point", [KAFKA, GANTRY])
def test_a_word_on_a_skill_takes_the_place_of_the_one_before(point: SkillPoint) -> None:
    answer = with_skill(with_skill(Answer(), point, True), point, False)
    assert skill_word(answer, point) is False
    assert skill_word(with_skill(answer, point, True), point) is True
    assert with_skill(answer, point, None) == Answer()


def test_what_is_taken_back_leaves_nothing() -> None:
    found = MissingSkill(3, 8, "Kafka", "kafka")
    said = LinkVerdict("kafka", "streaming", False, "messaging")
    assert link_verdict(with_link(Answer(), LINK, said), LINK) == said
    assert with_link(with_link(Answer(), LINK, said), LINK, None) == Answer()
    assert without_role(with_role(Answer(), "data-engineer")) == Answer()
    assert without_missing(with_missing(Answer(), found), found).is_empty
    renamed = replace(found, slug=None)
    assert with_missing(with_missing(Answer(), found), renamed).missing_skills == (renamed,)


def test_marks_are_sorted_by_what_the_run_found() -> None:
    gantry = skill("Gantry", known=False, mentions=[Mention(start=30, end=36, text="Gantry")])
    marks = (
        MissingSkill(2, 7, "Kafka", "kafka"),
        MissingSkill(28, 36, "a Gantry"),
        MissingSkill(50, 54, "Hive", "hive"),
        MissingSkill(60, 66, "Gantry"),
    )
    answer = sorted_by(Answer(missing_skills=marks), [skill("Kafka", (2, 7)), gantry])
    assert (answer.right_skills, answer.right_terms, answer.missing_skills) == (("kafka",), ("Gantry",), marks[2:])


def test_an_answer_is_read_back_from_json() -> None:
    answer = with_missing(
        with_link(with_role(Answer(note="so"), None), LINK, LinkVerdict("a", "b", True)), MissingSkill(1, 2, "C")
    )
    assert answer_from_wire(answer.wire()) == answer


def test_an_answer_names_what_gave_way_to_others_as_the_catalog_does_today() -> None:
    answer = Answer(
        role_slug="etl-developer",
        has_role=True,
        right_skills=("kafka", "hive"),
        wrong_skills=("apache-hive",),
        missing_skills=(MissingSkill(0, 5, "Spark", "spark"), MissingSkill(6, 9, "Odd", None)),
        links=(LinkVerdict("spark", "streaming", False, "big-data"), LinkVerdict("hive", "tools", False)),
    )
    successors = {
        ("roles", "etl-developer"): "data-engineer",
        ("skills", "spark"): "apache-spark",
        ("dimensions", "big-data"): "data-processing",
        ("dimensions", "kafka"): "another-table",
    }
    renamed = answer.renamed(successors)
    assert renamed == replace(
        answer,
        role_slug="data-engineer",
        missing_skills=(MissingSkill(0, 5, "Spark", "apache-spark"), MissingSkill(6, 9, "Odd", None)),
        links=(LinkVerdict("apache-spark", "streaming", False, "data-processing"), LinkVerdict("hive", "tools", False)),
    )
    assert Answer(has_role=True).renamed(successors) == Answer(has_role=True)
