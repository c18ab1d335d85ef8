"""What reviewers say of a run, in a form in which it can be compared: labels of the role, of links and of facts, and skills."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.verdicts import Answer, LinkVerdict, MissingSkill

Kind = Literal["role", "skills", "links", "facts"]
KINDS: tuple[Kind, ...] = ("role", "skills", "links", "facts")
"""What is judged of a run, in the order in which it is listed."""
NONE = "NONE"
"""The label of a run that no role fits."""
RIGHT, WRONG = "right", "wrong"
"""Labels of a link; one that is wrong may have the slug of the right dimension instead."""
YES, NO = "yes", "no"
"""Whether the text asks for a skill."""


@dataclass(frozen=True)
class ReviewedSkills:
    """Skills of a run that its text asks for and does not ask for, by slug (those that the catalog lacks by ``term_key``), and
    those that are missing.

    What is in none of them was not judged. Somebody who names a skill as right or as missing has looked for missing ones.
    """

    right: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    missing: tuple[MissingSkill, ...] = ()

    @property
    def looked_for_missing(self) -> bool:
        """Whether a skill that is not named as missing is one that the reviewer does not see."""
        return bool(self.right or self.missing)


@dataclass(frozen=True)
class Review:
    """What a reviewer says of a run. ``labels`` has for the role, links and facts a label for each subject: the role's is empty,
    a link's is ``skill dimension`` (slugs), a fact's its field. ``note`` is why.
    """

    run: str
    reviewer: str
    labels: Mapping[Kind, Mapping[str, str]] = field(default_factory=dict)
    skills: ReviewedSkills = ReviewedSkills()
    note: str = ""

    @classmethod
    def of_answer(cls, run: str, reviewer: str, answer: Answer, facts: Mapping[str, Any] | None = None) -> Review:
        """The review that an answer is, with what the reviewer says of facts, by field."""
        role = {"": answer.role_slug or NONE} if answer.has_role else {}
        links = {f"{one.skill_slug} {one.dimension_slug}": _link_label(one) for one in answer.links}
        labels: dict[Kind, Mapping[str, str]] = {
            "role": role,
            "links": links,
            "facts": {name: fact_label(value) for name, value in (facts or {}).items()},
        }
        skills = ReviewedSkills(
            frozenset((*answer.right_skills, *map(term_key, answer.right_terms))),
            frozenset((*answer.wrong_skills, *map(term_key, answer.wrong_terms))),
            answer.missing_skills,
        )
        return cls(run, reviewer, labels, skills, answer.note)


def term_key(term: str) -> str:
    """What tells a skill that the catalog lacks from others: its words, however they are written."""
    return " ".join(term.casefold().split())


def _link_label(link: LinkVerdict) -> str:
    return RIGHT if link.is_right else link.right_dimension or WRONG


def fact_label(value: Any) -> str:
    """The value of a fact as a label: nothing and an empty list are the same."""
    return json.dumps(value if value not in (None, [], "") else None, ensure_ascii=False, sort_keys=True)


def by_run(reviews: Iterable[Review]) -> dict[str, list[Review]]:
    """The reviews of each run, by reviewer; runs in the order of their ids."""
    found: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        found[review.run].append(review)
    return {run: sorted(found[run], key=lambda r: r.reviewer) for run in sorted(found)}


def skill_answers(reviews: Sequence[Review]) -> dict[str, dict[str, str]]:
    """For each skill that somebody judges of a run, what each reviewer who has judged it says (``YES``, ``NO``).

    A skill is its slug, else its words: a place that one reviewer names by its words alone is the skill that another has there.
    """
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for review in reviews:
        for slugs, answer in ((review.skills.wrong, NO), (review.skills.right, YES)):
            for slug in slugs:
                answers[slug][review.reviewer] = answer
    found = frozenset(answers)
    marks = [mark for review in reviews for mark in review.skills.missing]
    for review in reviews:
        for mark in review.skills.missing:
            answers[mark_key(mark, marks)][review.reviewer] = YES
    for skill in answers.keys() - found:
        for review in reviews:
            if review.skills.looked_for_missing:
                answers[skill].setdefault(review.reviewer, NO)
    return {skill: answers[skill] for skill in sorted(answers)}


def mark_key(mark: MissingSkill, marks: Sequence[MissingSkill]) -> str:
    """The key of a skill that is missing: its slug, else that of another mark at its place, else its words."""
    if mark.slug:
        return mark.slug
    there = (m.slug for m in marks if m.slug and m.start < mark.end and mark.start < m.end)
    return next(there, None) or term_key(mark.text)


def answers_of(reviews: Sequence[Review], kind: Kind) -> dict[str, dict[str, str]]:
    """For each subject of a kind that somebody judges of a run, what each reviewer who has judged it says."""
    if kind == "skills":
        return skill_answers(reviews)
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for review in reviews:
        for subject, label in review.labels.get(kind, {}).items():
            answers[subject][review.reviewer] = label
    return {subject: answers[subject] for subject in sorted(answers)}
