"""Which side is better, where somebody has said what is right: a reviewer of either run, else the gold of the text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from db.services.gold import gold_texts
from db.stores.runs import jd_hash
from pages.compare.sides import Comparison
from pages.components.workbench import workbench
from pipeline.compare import Difference, RunSide
from pipeline.subjects import RoleSubject, SkillSubject

Word = Literal["better", "worse", "other"]
TONES: dict[Word, str] = {"better": "good", "worse": "bad", "other": ""}


@dataclass(frozen=True)
class Judgement:
    """What is right of a text, as slugs: the acceptable roles (null for none; empty where nobody says), skills that it does not
    mean, and, where all are known, those that it does. ``source`` says who says so; ``right_skills`` are those that are known where
    not all are.
    """

    roles: frozenset[str | None]
    wrong_skills: frozenset[str]
    skills: frozenset[str] | None
    source: str
    right_skills: frozenset[str] = frozenset()

    def of_role(self, left: RunSide, right: RunSide) -> Word:
        """Whether the right side's role is better than the left one's."""
        return _word(_role(left) in self.roles, _role(right) in self.roles)

    def of_row(self, row: Difference, left: RunSide, right: RunSide) -> Word:
        """The same of a row of the comparison; rows of which nothing is known are ``other``."""
        if isinstance(row.subject, RoleSubject) and row.name == "Chosen role":
            return self.of_role(left, right)
        if row.area == "Skills" and isinstance(row.subject, SkillSubject) and bool(row.left) != bool(row.right):
            slugs = row.subject.slugs
            if slugs & self.wrong_skills or (self.skills is not None and slugs and not slugs & self.skills):
                return "worse" if row.right else "better"
            if slugs & (self.skills or self.right_skills):
                return "better" if row.right else "worse"
        return "other"


def judgement_on(comparison: Comparison) -> Judgement | None:
    """What is known to be right of the text of both runs; null where nobody has said so, or where the texts differ."""
    left, right = comparison.left, comparison.right
    if left.jd_hash != right.jd_hash:
        return None
    ids = {left.id, right.id}
    verdicts = workbench().verdicts.newest(list(ids))
    for run_id in (right.id, left.id):
        if run_id in verdicts:
            verdict = verdicts[run_id]
            roles = frozenset([verdict.role_slug]) if verdict.has_role else frozenset()
            source = "by the reviewer’s verdict"
            return Judgement(roles, verdict.wrong_skills, None, source, verdict.right_skills)
    for gold in gold_texts():
        if jd_hash(gold.text) == left.jd_hash:
            return Judgement(gold.roles, frozenset(), gold.skills, "by the gold of this text")
    return None


def count_words(words: Collection[Word]) -> dict[Word, int]:
    """How many there are of each word."""
    counted: dict[Word, int] = {"better": 0, "worse": 0, "other": 0}
    for word in words:
        counted[word] += 1
    return counted


def _word(left: bool, right: bool) -> Word:
    return "other" if left == right else "better" if right else "worse"


def _role(side: RunSide) -> str | None:
    chosen = side.extraction.decision.chosen_role
    return chosen.slug if chosen else None
