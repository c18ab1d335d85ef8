"""Figures over revisions, on numbers that can be counted by hand."""

import pytest

from pipeline.evaluation import SkillCounts
from pipeline.intervals import Interval, wilson
from pipeline.trends import Backlog, TrendPoint, backlogs, share_point, skills_f1


def test_a_share_is_a_point_with_its_interval_and_none_is_no_point() -> None:
    assert share_point(7, 18, 24, 3) == TrendPoint(7, 0.75, wilson(18, 24), 24, 3)
    assert share_point(7, 0, 0) is None


def test_what_was_open_at_a_moment_had_been_made_and_not_decided() -> None:
    created, decided = [0.0, 2.0, 4.0, 10.0], [3.0, None, 9.0, None]
    found = backlogs(created, decided, [1.0, 3.0, 4.0, 9.0, 20.0])
    # What is decided at the very moment is not open any more; what is made at it is.
    assert found == [Backlog(1, 1.0), Backlog(1, 1.0), Backlog(2, 1.0), Backlog(1, 7.0), Backlog(2, 14.0)]
    assert backlogs([], [], [1.0]) == [Backlog(0, None)] and backlogs(created, decided, []) == []


def test_f1_of_skills_is_that_of_all_texts_together_with_its_interval() -> None:
    texts = [SkillCounts(4, 3, 5, 3), SkillCounts(2, 2, 2, 2), SkillCounts(0, 0, 3, 0)] * 5
    found = skills_f1(texts)
    assert found is not None
    value, interval = found
    precision, recall = 5 / 6, 5 / 10
    assert value == pytest.approx(2 * precision * recall / (precision + recall))
    assert 0.35 < interval.low < value < interval.high < 0.9
    assert skills_f1(texts) == found, "the same counts give the same interval"


def test_f1_of_one_text_has_no_interval_and_that_of_none_is_none() -> None:
    assert skills_f1([]) is None
    assert skills_f1([SkillCounts(0, 0, 0, 0)]) == (0.0, Interval(0.0, 1.0))
