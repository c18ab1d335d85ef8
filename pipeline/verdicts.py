"""What a reviewer says of a run, as values: the role, each skill, skills that are missing, each link.

A verdict is given point by point and may stop anywhere: what it says nothing of is open, and never counts as right or wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from pydantic import TypeAdapter

from pipeline.contracts import Extraction, FinalSkill, RoleOutput


@dataclass(frozen=True)
class MissingSkill:
    """A skill that the run did not find, marked in the text: code points of the raw text, ``end`` exclusive, and the words there.

    ``slug`` is the skill of the catalog that the words mean, null for one that is not in the catalog.
    """

    start: int
    end: int
    text: str
    slug: str | None = None


@dataclass(frozen=True)
class LinkVerdict:
    """Whether a skill belongs into a dimension, by their slugs; of a wrong one, where it belongs instead (null: nowhere named)."""

    skill_slug: str
    dimension_slug: str
    is_right: bool
    right_dimension: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said of a run so far.

    ``role_slug`` is the right role, null for none; it says something only where ``has_role``. Skills of the catalog that the run
    found are right or wrong by their slugs, those that the catalog lacks by their names (``right_terms``, ``wrong_terms``).
    """

    role_slug: str | None = None
    has_role: bool = False
    right_skills: tuple[str, ...] = ()
    wrong_skills: tuple[str, ...] = ()
    right_terms: tuple[str, ...] = ()
    wrong_terms: tuple[str, ...] = ()
    missing_skills: tuple[MissingSkill, ...] = ()
    links: tuple[LinkVerdict, ...] = ()
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said at all."""
        return self == Answer()

    def renamed(self, successors: Mapping[tuple[str, str], str]) -> Self:
        """The same where entries gave way to others since; ``successors`` are slugs by table and slug."""

        def name(table: str, slug: str) -> str:
            return successors.get((table, slug), slug)

        def link(word: LinkVerdict) -> LinkVerdict:
            right = word.right_dimension and name("dimensions", word.right_dimension)
            of = name("skills", word.skill_slug), name("dimensions", word.dimension_slug)
            return replace(word, skill_slug=of[0], dimension_slug=of[1], right_dimension=right)

        return replace(
            self,
            role_slug=self.role_slug and name("roles", self.role_slug),
            right_skills=tuple(name("skills", slug) for slug in self.right_skills),
            wrong_skills=tuple(name("skills", slug) for slug in self.wrong_skills),
            missing_skills=tuple(replace(m, slug=m.slug and name("skills", m.slug)) for m in self.missing_skills),
            links=tuple(map(link, self.links)),
        )

    def wire(self) -> dict[str, Any]:
        """As JSON."""
        return dict(_ANSWER.dump_python(self, mode="json"))


_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
ANSWER_FIELDS = tuple(field.name for field in fields(Answer))


def answer_from_wire(cells: Any) -> Answer:
    """Read an answer from JSON. Raises ``ValueError`` (of Pydantic) that names what is wrong."""
    return _ANSWER.validate_python(cells)


# --- what there is to judge ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SkillPoint:
    """A skill that a run found: its name there, and its slug, null where the catalog lacks it."""

    name: str
    slug: str | None


@dataclass(frozen=True)
class LinkPoint:
    """A link that a run found, by slugs."""

    skill_slug: str
    dimension_slug: str


@dataclass(frozen=True)
class Points:
    """What there is to judge in a run beside its role."""

    skills: tuple[SkillPoint, ...]
    links: tuple[LinkPoint, ...]

    def open_count(self, answer: Answer) -> int:
        """How many points an answer says nothing of, the role among them. Links of a skill that is wrong need no word."""
        skills = sum(skill_word(answer, skill) is None for skill in self.skills)
        return (not answer.has_role) + skills + len(self.open_links(answer))

    def open_links(self, answer: Answer) -> list[LinkPoint]:
        """The links that an answer says nothing of, but those of skills that it calls wrong."""
        judged = {(link.skill_slug, link.dimension_slug) for link in answer.links}
        wrong = set(answer.wrong_skills)
        return [
            link
            for link in self.links
            if link.skill_slug not in wrong and (link.skill_slug, link.dimension_slug) not in judged
        ]

    def is_complete(self, answer: Answer) -> bool:
        """Whether an answer says something of every point."""
        return self.open_count(answer) == 0


def points_of(extraction: Extraction, role_output: RoleOutput | None) -> Points:
    """What there is to judge in a run: its skills in the order of the text, each once, and their links in that order."""
    skills: dict[tuple[str, bool], SkillPoint] = {}
    for skill in sorted(extraction.skills, key=_first_place):
        point = SkillPoint(skill.skill_name, skill.slug)
        skills.setdefault((skill.slug or skill.skill_name, skill.slug is None), point)
    slug_of = {skill.name: skill.slug for skill in skills.values() if skill.slug}
    items = role_output.persistence.items if role_output else ()
    place = {slug: number for number, slug in enumerate(slug_of.values())}
    links = {
        LinkPoint(slug, item.dimension.slug): place[slug] for item in items if (slug := slug_of.get(item.input_skill))
    }
    return Points(tuple(skills.values()), tuple(sorted(links, key=links.__getitem__)))


def _first_place(skill: FinalSkill) -> int:
    """Where a skill is named first; those without a place come last."""
    return min((mention.start for mention in skill.mentions), default=1 << 60)


# --- points of an answer ------------------------------------------------------------------------------------------


def with_role(answer: Answer, role_slug: str | None) -> Answer:
    """The answer with a role, null for none."""
    return replace(answer, has_role=True, role_slug=role_slug)


def without_role(answer: Answer) -> Answer:
    """The answer that says nothing of the role."""
    return replace(answer, has_role=False, role_slug=None)


def skill_word(answer: Answer, skill: SkillPoint) -> bool | None:
    """Whether an answer calls a skill right or wrong; null where it says nothing of it."""
    right, wrong = _words(answer, skill)
    key = skill.slug or skill.name
    return True if key in right else False if key in wrong else None


def with_skill(answer: Answer, skill: SkillPoint, word: bool | None) -> Answer:
    """The answer with another word on a skill; null for none."""
    key = skill.slug or skill.name
    right, wrong = (tuple(other for other in words if other != key) for words in _words(answer, skill))
    if word is not None:
        right, wrong = ((*right, key), wrong) if word else (right, (*wrong, key))
    if skill.slug:
        return replace(answer, right_skills=right, wrong_skills=wrong)
    return replace(answer, right_terms=right, wrong_terms=wrong)


def _words(answer: Answer, skill: SkillPoint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if skill.slug:
        return answer.right_skills, answer.wrong_skills
    return answer.right_terms, answer.wrong_terms


def link_verdict(answer: Answer, link: LinkPoint) -> LinkVerdict | None:
    """What an answer says of a link; null where it says nothing."""
    found = (said for said in answer.links if (said.skill_slug, said.dimension_slug) == _key(link))
    return next(found, None)


def with_link(answer: Answer, link: LinkPoint, word: LinkVerdict | None) -> Answer:
    """The answer with another word on a link; null for none."""
    others = tuple(said for said in answer.links if (said.skill_slug, said.dimension_slug) != _key(link))
    return replace(answer, links=others if word is None else (*others, word))


def _key(link: LinkPoint) -> tuple[str, str]:
    return link.skill_slug, link.dimension_slug


def with_missing(answer: Answer, found: MissingSkill) -> Answer:
    """The answer with a skill marked in the text; it takes the place of a mark on the same words."""
    return replace(answer, missing_skills=(*_missing_elsewhere(answer, found), found))


def without_missing(answer: Answer, found: MissingSkill) -> Answer:
    """The answer without the mark on these words."""
    return replace(answer, missing_skills=_missing_elsewhere(answer, found))


def _missing_elsewhere(answer: Answer, found: MissingSkill) -> tuple[MissingSkill, ...]:
    return tuple(m for m in answer.missing_skills if (m.start, m.end) != (found.start, found.end))


def sorted_by(answer: Answer, skills: Sequence[FinalSkill]) -> Answer:
    """A blind answer beside what the run found: what was marked and found is right, what was marked alone is missing.

    A mark and a find are the same where they name the same skill of the catalog, or, for skills that the catalog lacks, overlap.
    """
    for mark in answer.missing_skills:
        same = next((skill for skill in skills if _is_same(mark, skill)), None)
        if same is not None:
            answer = with_skill(without_missing(answer, mark), SkillPoint(same.skill_name, same.slug), True)
    return answer


def _is_same(mark: MissingSkill, skill: FinalSkill) -> bool:
    if mark.slug or skill.slug:
        return mark.slug == skill.slug
    return any(mark.start < mention.end and mention.start < mark.end for mention in skill.mentions)
