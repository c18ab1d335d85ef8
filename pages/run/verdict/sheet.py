"""What a reviewer goes through: the steps of a run in order, each with its key, and what an answer says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from db.services.parse_gold import label_values
from db.services.results import RunResult
from db.stores.runs import StoredRun
from pages.run.facts import Fact, facts_of
from pages.run.parse_verdicts import is_right
from pages.run.sides import items_of
from pipeline.contracts import FinalSkill
from pipeline.text import JDText
from pipeline.verdicts import (
    Answer,
    LinkPoint,
    MissingSkill,
    Points,
    SkillPoint,
    link_verdict,
    points_of,
    skill_word,
)

Word = Literal["right", "wrong", "missing", "chosen", ""]
Facts = Mapping[str, Any]
"""What the reviewer says that the text gives, by field; a field that is not there is open."""


@dataclass(frozen=True)
class RoleStep:
    """The role of the run."""

    key = "role"
    label = "Role"


@dataclass(frozen=True)
class SkillStep:
    """A skill that the run found."""

    point: SkillPoint
    skill: FinalSkill

    @property
    def key(self) -> str:
        """The name of the step on the page."""
        return f"skill:{self.point.slug}" if self.point.slug else f"term:{self.point.name}"

    @property
    def label(self) -> str:
        """What it is called in the list."""
        return self.point.name


@dataclass(frozen=True)
class MissingStep:
    """A skill that the reviewer has marked in the text; ``name`` is that of the catalog, empty for one that is not in it."""

    found: MissingSkill
    name: str

    @property
    def key(self) -> str:
        """The name of the step on the page."""
        return f"missing:{self.found.start}-{self.found.end}"

    @property
    def label(self) -> str:
        """What it is called in the list."""
        return f"{self.found.text} → {self.name or 'not in the catalog'}"


@dataclass(frozen=True)
class LinkStep:
    """A link that the run found, with the names of its skill and its dimension, and whether the chosen role carries that."""

    point: LinkPoint
    skill: str
    dimension: str
    is_in_role: bool

    @property
    def key(self) -> str:
        """The name of the step on the page."""
        return f"link:{self.point.skill_slug}|{self.point.dimension_slug}"

    @property
    def label(self) -> str:
        """What it is called in the list."""
        return f"{self.skill} → {self.dimension}"


@dataclass(frozen=True)
class FactStep:
    """A field that was read in the text, and what was read, in the form of the labels."""

    fact: Fact
    read: Any

    @property
    def key(self) -> str:
        """The name of the step on the page."""
        return f"fact:{self.fact.field}"

    @property
    def label(self) -> str:
        """What it is called in the list."""
        return self.fact.name


Step = RoleStep | SkillStep | MissingStep | LinkStep | FactStep


@dataclass(frozen=True)
class Sheet:
    """A run as it lies before a reviewer."""

    stored: StoredRun
    result: RunResult

    @cached_property
    def jd(self) -> JDText:
        """The text."""
        return JDText(self.stored.jd_text)

    @cached_property
    def points(self) -> Points:
        """What there is to judge beside the role."""
        return points_of(self.result.extraction, self.result.role_output)

    @cached_property
    def skills(self) -> tuple[SkillStep, ...]:
        """The skills that the run found, in the order of the text."""
        found = {(skill.slug, skill.skill_name): skill for skill in reversed(self.result.extraction.skills)}
        return tuple(SkillStep(point, found[point.slug, point.name]) for point in self.points.skills)

    @cached_property
    def links(self) -> tuple[LinkStep, ...]:
        """The links that the run found, in the order of their skills."""
        names = {step.point.slug: step.point.name for step in self.skills}
        slugs = {step.point.name: step.point.slug for step in self.skills}
        items = {(slugs.get(item.input_skill), item.dimension.slug): item for item in reversed(items_of(self.result))}
        return tuple(
            LinkStep(
                point,
                names[point.skill_slug],
                items[point.skill_slug, point.dimension_slug].dimension.display_name,
                items[point.skill_slug, point.dimension_slug].matched_chosen_role,
            )
            for point in self.points.links
        )

    @cached_property
    def facts(self) -> tuple[FactStep, ...]:
        """The fields that were read, where somebody may judge them."""
        if self.stored.is_old:
            return ()
        parsed = self.result.extraction.parsed
        read = label_values(parsed, self.jd)
        return tuple(FactStep(fact, read[fact.field]) for fact in facts_of(parsed) if fact.field)

    def steps(self, answer: Answer, names: Mapping[str, str], *, is_hidden: bool) -> tuple[Step, ...]:
        """All steps in order; ``names`` are those of skills by slug. Of a run that is hidden: the role, and what was marked."""
        marked = tuple(MissingStep(found, names.get(found.slug or "", "")) for found in answer.missing_skills)
        if is_hidden:
            return (RoleStep(), *marked)
        return (RoleStep(), *self.skills, *marked, *self.links, *self.facts)


def word_of(step: Step, answer: Answer, facts: Facts, run_role: str | None) -> Word:
    """What was said of a step so far; empty while it is open."""
    match step:
        case RoleStep():
            return "" if not answer.has_role else "right" if answer.role_slug == run_role else "wrong"
        case SkillStep(point=point):
            return _word(skill_word(answer, point))
        case LinkStep(point=link):
            said = link_verdict(answer, link)
            return _word(said.is_right if said else None)
        case FactStep(fact=fact, read=read):
            return _word(is_right(facts[fact.field], read)) if fact.field in facts else ""
        case MissingStep():
            return "missing"


def _word(is_so: bool | None) -> Word:
    return "" if is_so is None else "right" if is_so else "wrong"


def is_settled(step: Step, answer: Answer) -> bool:
    """Whether a step needs no word: a link of a skill that is wrong."""
    return isinstance(step, LinkStep) and step.point.skill_slug in answer.wrong_skills


def is_open(step: Step, answer: Answer, facts: Facts, run_role: str | None) -> bool:
    """Whether something is to be said of a step still."""
    return not word_of(step, answer, facts, run_role) and not is_settled(step, answer)


def next_open(steps: Sequence[Step], open_keys: set[str], after: str) -> Step | None:
    """The first open step behind one, from the beginning again at the end; null where none is open."""
    keys = [step.key for step in steps]
    at = keys.index(after) + 1 if after in keys else 0
    return next((step for step in (*steps[at:], *steps[:at]) if step.key in open_keys), None)
