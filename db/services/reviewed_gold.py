"""What reviewers of a run say, and what was decided where they differ, as one gold item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.services import parse_gold
from db.services.results import RunResult, result_of
from db.stores.adjudications import Adjudication
from db.stores.gold_items import GoldItem, ParseLabel
from db.stores.parse_verdicts import JudgedText
from db.stores.runs import StoredRun
from pipeline.agreement.reviews import NONE, RIGHT, WRONG, YES, Kind, Review, answers_of, mark_key, term_key
from pipeline.catalog import Catalog
from pipeline.contracts import FinalSkill

SOURCE = "reviewers"
"""The source of an item that reviewers have made together."""
Answers = Mapping[str, str]
"""What holds of each subject of a kind: what all say, or what was decided."""


@dataclass(frozen=True)
class ReviewedGold:
    """The gold item that a run makes, null as long as it makes none: ``still_open`` of its role and skills are to be decided.

    ``without_skills`` says why skills are not asked for in the item; empty where they are.
    """

    item: GoldItem | None
    still_open: int = 0
    without_skills: str = ""


def gold_of(
    stored: StoredRun, reviews: Sequence[Review], decided: Sequence[Adjudication], catalog: Catalog
) -> ReviewedGold:
    """The gold item of a run: its role, with others that are acceptable, its skills with the words that mean them, its links, and
    what its text gives where that was judged. Raises ``InvalidGold`` where that cannot be written as one.
    """
    result = result_of(stored)
    rulings = {(one.kind, one.subject): one for one in decided}
    settled: dict[Kind, Answers] = {}
    n_open: dict[Kind, int] = {}
    kinds: tuple[Kind, ...] = ("role", "skills", "links", "facts")
    for kind in kinds:
        settled[kind], n_open[kind] = _settled(kind, reviews, rulings)
    still_open = n_open["role"] + n_open["skills"]
    role = settled["role"].get("")
    if result is None or role is None or still_open:
        return ReviewedGold(None, still_open)
    without = _why_no_skills(role, reviews, result, settled["skills"])
    skills = None if without else [*_skills(stored, result, reviews, settled["skills"], catalog)]
    ruling = rulings.get(("role", ""))
    row: dict[str, Any] = {
        "id": str(stored.id),
        "title": stored.given_title,
        "text": stored.jd_text,
        "role": role,
        "acceptable": list(dict.fromkeys([role, *(ruling.acceptable if ruling else ())])),
        "skills": skills,
        "source": SOURCE,
        "reviewers": ", ".join(review.reviewer for review in reviews),
    }
    if decided:
        row["adjudicator"] = ", ".join(dict.fromkeys(one.author for one in reversed(decided)))
        row["reason"] = "; ".join(dict.fromkeys(one.reason for one in reversed(decided) if one.reason))
    if settled["links"]:
        row["links"] = [_link(subject, label) for subject, label in settled["links"].items()]
    label = None if n_open["facts"] or not settled["facts"] else _label(stored, result, settled["facts"])
    return ReviewedGold(GoldItem.of_row(row, label=label), 0, without)


def _settled(
    kind: Kind, reviews: Sequence[Review], rulings: Mapping[tuple[Kind, str], Adjudication]
) -> tuple[Answers, int]:
    """What holds of each subject of a kind, and on how many reviewers differ without a decision."""
    found = {}
    n_open = 0
    for subject, answers in answers_of(reviews, kind).items():
        ruling = rulings.get((kind, subject))
        values = set(answers.values())
        if ruling:
            found[subject] = ruling.value
        elif len(values) == 1:
            found[subject] = values.pop()
        else:
            n_open += 1
    return found, n_open


# --- skills -------------------------------------------------------------------------------------------------------


def skill_key(skill: FinalSkill) -> str:
    """The key of a skill that a run found, as reviews have it."""
    return skill.slug or term_key(skill.skill_name)


def _hard(result: RunResult) -> list[FinalSkill]:
    return [skill for skill in result.extraction.skills if skill.skill_nature != "SOFT_SKILL"]


def _why_no_skills(role: str, reviews: Sequence[Review], result: RunResult, skills: Answers) -> str:
    """Why a list of skills would not be whole; empty where it is."""
    if role == NONE:
        return "where no role fits, skills are not asked for"
    if not any(review.skills.looked_for_missing for review in reviews):
        return "nobody has gone through the skills"
    if left := [skill.skill_name for skill in _hard(result) if skill_key(skill) not in skills]:
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""
        return f"nobody has judged {', '.join(left[:3])}{more}"
    return ""


def _skills(
    stored: StoredRun, result: RunResult, reviews: Sequence[Review], answers: Answers, catalog: Catalog
) -> Iterator[dict[str, Any]]:
    """The skills that the text asks for, each with the words that mean it; soft skills are left out, as ``eval`` does."""
    found = {skill_key(skill): skill for skill in result.extraction.skills}
    marks = [mark for review in reviews for mark in review.skills.missing]
    by_name: dict[str, dict[str, Any]] = {}
    for key, answer in answers.items():
        skill, entry = found.get(key), catalog.skill.get(key)
        nature = entry.skill_nature if entry else skill.skill_nature if skill else None
        if answer != YES or nature == "SOFT_SKILL":
            continue
        places = [(mark.start, mark.end) for mark in marks if mark_key(mark, marks) == key]
        places += [(mention.start, mention.end) for mention in skill.mentions] if skill else []
        words = list(dict.fromkeys(stored.jd_text[start:end] for start, end in sorted(places)))
        name = entry.display_name if entry else skill.skill_name if skill else words[0]
        row = by_name.setdefault(name, {"name": name, "surface": []})
        row["surface"] = list(dict.fromkeys([*row["surface"], *words]))
        if skill:
            row["primary"] = skill.is_primary
        if entry or (skill and skill.slug):
            row["slug"] = key
    yield from by_name.values()


# --- links and facts ----------------------------------------------------------------------------------------------


def _link(subject: str, label: str) -> dict[str, Any]:
    skill, _, dimension = subject.partition(" ")
    instead = {} if label in (RIGHT, WRONG) else {"right_dimension": label}
    return {"skill": skill, "dimension": dimension, "is_right": label == RIGHT, **instead}


def _label(stored: StoredRun, result: RunResult, facts: Answers) -> ParseLabel:
    answers = {field: json.loads(value) for field, value in facts.items()}
    for field in ("locations", "certifications"):
        if field in answers and answers[field] is None:
            answers[field] = []
    judged = JudgedText(stored.id, stored.jd_text, result.extraction.parsed, answers)
    return ParseLabel.of_row(parse_gold.label(judged))
