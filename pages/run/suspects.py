"""The rows of the catalog on which a run rests and which Health suspects, the surest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from db.services.results import RunResult
from pages.run.sides import items_of, skills_by_name
from pipeline.audit import Finding
from pipeline.catalog.changes import Place
from pipeline.contracts import FinalSkill

NEARNESS = {
    "skill_dimensions": 0,
    "skill_aliases": 0,
    "role_aliases": 1,
    "role_kras": 1,
    "skills": 2,
    "roles": 2,
    "dimensions": 3,
}
"""How near a table's rows are to what a run shows: a suspected link is its own fault, a suspected dimension that of many."""


@dataclass(frozen=True)
class Suspect:
    """A row of the catalog with the worst finding about it, and the run's name for it ("Java in Web Development")."""

    place: Place
    finding: Finding
    name: str

    @property
    def reason(self) -> str:
        """Why Health suspects it, in one sentence."""
        return self.finding.reasons[0].text if self.finding.reasons else self.finding.check.label

    @property
    def is_near(self) -> bool:
        """Whether the row itself made the match: a form, or a link."""
        return NEARNESS.get(self.place[0]) == 0

    @property
    def order(self) -> tuple[int, float, Place]:
        """What suspects are sorted by, the worst first."""
        return NEARNESS.get(self.place[0], len(NEARNESS)), -self.finding.score, self.place


def of_skill(suspected: Mapping[Place, Finding], skill: FinalSkill) -> list[Suspect]:
    """What is suspected about a skill that was found: the forms by which it was matched, and the skill itself."""
    if not skill.slug:
        return []
    forms = dict.fromkeys(mention.alias or mention.text for mention in skill.mentions)
    places: list[tuple[Place, str]] = [
        (("skill_aliases", (skill.slug, form)), f"{form} as a form of {skill.skill_name}") for form in forms
    ]
    return _found(suspected, [*places, (("skills", (skill.slug,)), skill.skill_name)])


def of_link(suspected: Mapping[Place, Finding], skill: FinalSkill, dimension: str, name: str) -> list[Suspect]:
    """What is suspected about a skill in a dimension; ``dimension`` is its slug, ``name`` what it is called."""
    if not skill.slug:
        return []
    places: list[tuple[Place, str]] = [
        (("skill_dimensions", (skill.slug, dimension)), f"{skill.skill_name} in {name}"),
        (("dimensions", (dimension,)), name),
    ]
    return sorted([*_found(suspected, places), *of_skill(suspected, skill)], key=lambda suspect: suspect.order)


def of_run(suspected: Mapping[Place, Finding], result: RunResult) -> list[Suspect]:
    """All suspected rows on which a run rests, each once, the worst first."""
    if not suspected:
        return []
    found = {suspect.place: suspect for suspect in _of_run(suspected, result)}
    return sorted(found.values(), key=lambda suspect: suspect.order)


def _of_run(suspected: Mapping[Place, Finding], result: RunResult) -> Iterator[Suspect]:
    skills = skills_by_name(result)
    for skill in skills.values():
        yield from of_skill(suspected, skill)
    for item in items_of(result):
        if item.input_skill in skills:
            yield from of_link(suspected, skills[item.input_skill], item.dimension.slug, item.dimension.display_name)
    chosen = result.extraction.decision.chosen_role
    if chosen is None:
        return
    places: list[tuple[Place, str]] = [(("roles", (chosen.slug,)), chosen.display_name)]
    for role in result.extraction.signals.alias_match_roles:
        if role.alias_text:
            places.append((("role_aliases", (role.slug, role.alias_text)), f"{role.alias_text} as {role.display_name}"))
    for role in result.extraction.signals.kra_match_roles:
        if role.slug == chosen.slug:
            places += [(("role_kras", (role.slug, match.kra_text)), match.kra_text) for match in role.kra_matches or []]
    yield from _found(suspected, places)


def _found(suspected: Mapping[Place, Finding], places: Iterable[tuple[Place, str]]) -> list[Suspect]:
    return [Suspect(place, suspected[place], name) for place, name in places if place in suspected]
