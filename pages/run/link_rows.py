"""The links of a run as rows: one for each skill in each dimension, with what a draft changes about it and what Health suspects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from db.services.results import RunResult
from pages.run import suspects
from pages.run.sides import Link, RunView, links_of, skills_by_name
from pages.run.suspects import Suspect
from pipeline.catalog.changes import Place
from pipeline.contracts import FinalSkill, PersistenceItem

GONE, NEW, MOVED, OTHER_SKILL, SIDES = "gone", "new", "moved", "another skill", "changes sides"
"""What a draft makes of a link."""


@dataclass(frozen=True)
class LinkRow:
    """A link: its skill, and the row of step 3 that says which dimension it is; null for a skill that the catalog lacks.

    Where two sides are compared, ``was_skill`` and ``was_item`` are those before (null for a link that is new), ``change`` says
    what a draft makes of it. A link that is gone has ``was_item`` alone.
    """

    skill: FinalSkill
    item: PersistenceItem | None
    was_skill: FinalSkill | None = None
    was_item: PersistenceItem | None = None
    change: str = ""
    suspect: Suspect | None = None

    @property
    def shown_item(self) -> PersistenceItem | None:
        """The row of step 3 that stands, else the one that is gone."""
        return self.item or self.was_item

    @property
    def name(self) -> tuple[str, tuple[Link, ...], str]:
        """What tells it from the other rows of its run: the skill's name, its links, and what a draft makes of it."""
        return self.skill.skill_name, self.links, self.change

    @property
    def links(self) -> tuple[Link, ...]:
        """The links that it is about, as slugs: the one before and the one now."""
        pairs = ((self.was_skill, self.was_item), (self.skill, self.item))
        return tuple((skill.slug, item.dimension.slug) for skill, item in pairs if skill and skill.slug and item)


def rows(view: RunView) -> list[LinkRow]:
    """What changed first, then what Health suspects, the worst first; then dimensions that no role carries, skills that the
    catalog lacks, and the other links, those of the chosen role first.
    """
    found = [*_compared(view), *_lacking(view.shown)] if view.before else [*_alone(view), *_lacking(view.shown)]
    return sorted(_once(sorted(found, key=_order)), key=_order)


def _once(found: Sequence[LinkRow]) -> Iterable[LinkRow]:
    """The rows, each doubt about a form, a skill or a dimension on the first of its rows alone."""
    named: set[Place] = set()
    for row in found:
        if row.suspect and row.suspect.place in named:
            row = replace(row, suspect=None)
        elif row.suspect:
            named.add(row.suspect.place)
        yield row


def _order(row: LinkRow) -> tuple[int, int, tuple[object, ...]]:
    item = row.shown_item
    changed = (GONE, MOVED, OTHER_SKILL, NEW, SIDES).index(row.change) if row.change else 9
    rest = 1 if item is None else 0 if not item.roles_from_db else 2 if item.matched_chosen_role else 3
    return changed, row.suspect is None, (*(row.suspect.order[:2] if row.suspect else (9, 0.0)), rest)


def _lacking(result: RunResult) -> list[LinkRow]:
    return [LinkRow(skill, None) for skill in result.extraction.skills if skill.slug is None]


def _alone(view: RunView) -> Iterable[LinkRow]:
    skills = skills_by_name(view.shown)
    for (_, dimension), item in links_of(view.shown).items():
        skill = skills[item.input_skill]
        yield LinkRow(skill, item, suspect=_suspect(view, skill, item, dimension))


def _suspect(view: RunView, skill: FinalSkill, item: PersistenceItem, dimension: str) -> Suspect | None:
    found = suspects.of_link(view.suspected, skill, dimension, item.dimension.display_name)
    return found[0] if found else None


def _compared(view: RunView) -> list[LinkRow]:
    assert view.before is not None
    before, now = links_of(view.before), links_of(view.shown)
    was, skills = skills_by_name(view.before), skills_by_name(view.shown)
    kept = [
        LinkRow(skills[now[link].input_skill], now[link], was[item.input_skill], item)
        for link, item in before.items()
        if link in now
    ]
    lost = [
        LinkRow(was[item.input_skill], None, was[item.input_skill], item, GONE)
        for link, item in before.items()
        if link not in now
    ]
    come = [LinkRow(skills[item.input_skill], item, change=NEW) for link, item in now.items() if link not in before]
    found = [_with_sides(row) for row in kept] + _paired(lost, come)
    return [_with_suspect(view, row) for row in found]


def _with_sides(row: LinkRow) -> LinkRow:
    """A link that stands on both sides, with whether it is in the role now where it was not, or the other way round."""
    assert row.item is not None and row.was_item is not None
    is_same = row.item.matched_chosen_role == row.was_item.matched_chosen_role
    return row if is_same else replace(row, change=SIDES)


def _with_suspect(view: RunView, row: LinkRow) -> LinkRow:
    if row.item is None:
        return row
    suspect = _suspect(view, row.skill, row.item, row.item.dimension.slug)
    return replace(row, suspect=suspect)


def _paired(lost: Sequence[LinkRow], come: Sequence[LinkRow]) -> list[LinkRow]:
    """Links that are gone, each joined with one that came in its place: of the same skill, or of the skill that now stands where
    it stood in the text.
    """
    open_rows = list(come)
    found = []
    for row in lost:
        other = next((new for new in open_rows if new.skill.slug == row.skill.slug), None) or next(
            (new for new in open_rows if _stand_together(row.skill, new.skill)), None
        )
        if other is None:
            found.append(row)
            continue
        open_rows.remove(other)
        change = MOVED if other.skill.slug == row.skill.slug else OTHER_SKILL
        found.append(LinkRow(other.skill, other.item, row.skill, row.was_item, change))
    return found + open_rows


def _stand_together(one: FinalSkill, other: FinalSkill) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one.mentions for b in other.mentions)


def counts(found: Sequence[LinkRow]) -> Mapping[str, int]:
    """How many links come and go, and how many stand on another side of the role."""
    changes = [row.change for row in found]
    swapped = [row for row in found if row.was_item and row.item and row.change in (MOVED, OTHER_SKILL)]
    moved = sum(len(set(row.links)) == 2 for row in swapped)
    return {
        "gone": changes.count(GONE) + moved,
        "new": changes.count(NEW) + moved,
        "sides": changes.count(SIDES),
    }
