"""What a reviewer says of words instead of the skill that another has there: another skill, or another form of the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.services.results import result_of
from db.services.reviewed_gold import skill_key
from db.stores.runs import StoredRun
from pipeline.agreement.reviews import YES, Review, mark_key, skill_answers

Places = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True)
class Alternative:
    """A skill that reviewers see in the words of another: its key, its words there, and who says so."""

    skill: str
    words: str
    reviewers: tuple[str, ...]


def alternatives_to(skill: str, stored: StoredRun, reviews: Sequence[Review]) -> tuple[Alternative, ...]:
    """The skills that reviewers ask for in words that a skill of a run shares, most reviewers first."""
    places, answers = _places(stored, reviews), skill_answers(reviews)
    found = []
    for other, there in places.items():
        shared = [(a, b) for a, b in there if any(a < end and start < b for start, end in places.get(skill, ()))]
        who = tuple(reviewer for reviewer, answer in answers.get(other, {}).items() if answer == YES)
        if other != skill and shared and who:
            start, end = min(shared)
            found.append(Alternative(other, stored.jd_text[start:end], tuple(sorted(who))))
    return tuple(sorted(found, key=lambda one: (-len(one.reviewers), one.skill)))


def _places(stored: StoredRun, reviews: Sequence[Review]) -> Places:
    """Where the skills of a run stand by their keys: those that it found, and those that reviewers have marked."""
    found: Places = defaultdict(list)
    result = result_of(stored)
    for skill in result.extraction.skills if result else ():
        found[skill_key(skill)] += [(mention.start, mention.end) for mention in skill.mentions]
    marks = [mark for review in reviews for mark in review.skills.missing]
    for mark in marks:
        found[mark_key(mark, marks)].append((mark.start, mark.end))
    return dict(found)
