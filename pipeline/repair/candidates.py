"""The changes that may make a run what it should have been: made from the rows that decide, the likeliest kind first.

Nothing here is replayed yet. A candidate is one decision of a curator, mostly of one row; its ``rank`` orders kinds of equal effect:
what only takes a row's power goes before what takes the row, and that before what adds one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.changes import Change
from pipeline.catalog.edits import RowEdits
from pipeline.catalog.operations import ChangeReason, repoint_alias
from pipeline.catalog.suggest import likely_dimensions
from pipeline.catalog.value import Catalog, RoleAlias, RoleDimension, RoleKra, Skill, SkillAlias, SkillDimension
from pipeline.explain.rows import RowShares, Shares
from pipeline.held import HeldRun
from pipeline.repair.doubles import Doubles
from pipeline.repair.wants import NotDimension, NotSkill, Want, WantDimension, WantRole, WantSkill

MAX_ROWS = 6
"""Rows of a kind that are tried, those with the most points."""
MAX_CONTEXT = 4
"""Words of a context that a form is given."""
MAX_SHORT_FORM = 4
"""Letters up to which a form in capitals is an abbreviation, found in its own case alone."""
MAX_MOVES = 3
"""Dimensions to which a skill is moved whose own is wrong, while nobody says where it belongs."""


@dataclass(frozen=True)
class Candidate:
    """Changes that may help, each of another row."""

    changes: tuple[Change, ...]
    rank: int
    is_operation: bool = False
    """Whether it is one operation of a curator, a merge or a retirement, however many rows that touches."""
    steps: int = 0
    """How many decisions it is of, where that is not the number of rows."""

    @property
    def size(self) -> int:
        """How many decisions it takes: one for each row, or one for a merge or a retirement."""
        return self.steps or (1 if self.is_operation else len(self.changes))

    def with_other(self, other: Candidate) -> Candidate:
        """Return both at once."""
        changes = (*self.changes, *other.changes)
        return Candidate(changes, max(self.rank, other.rank), steps=self.size + other.size)

    @property
    def places(self) -> frozenset[Any]:
        """The rows that it touches."""
        return frozenset(change.place for change in self.changes)


class Candidates:
    """The candidates for one run."""

    def __init__(self, held: HeldRun, rows: RowEdits, doubles: Doubles | None = None) -> None:
        self._held = held
        self._rows = rows
        self._doubles = doubles or Doubles(held.indexes)
        self._shares = RowShares(held, rows)

    @property
    def _catalog(self) -> Catalog:
        return self._held.indexes.catalog

    def _row(self, table: str, key: tuple[str, ...]) -> Any:
        return self._rows.row(table, key)

    def for_want(self, want: Want) -> list[Candidate]:
        """Return the candidates for what a run should have been, each once."""
        if isinstance(want, WantRole):
            found = self._for_role(want.slug)
        elif isinstance(want, WantSkill):
            found = self._for_skill(want)
        elif isinstance(want, NotSkill):
            found = self._against_skill(want.slug)
        elif isinstance(want, WantDimension):
            found = self._for_dimension(want)
        else:
            found = self._against_dimension(want)
        fitting = (c for c in found if all(self._rows.row(*x.place) == x.before for x in c.changes))
        return list({tuple((x.before, x.after) for x in c.changes): c for c in reversed(list(fitting))}.values())[::-1]

    # --- the role -------------------------------------------------------------------------------------------------------

    def _for_role(self, wanted: str | None) -> Iterator[Candidate]:
        chosen = self._held.result.role_slug
        yield from self._titles(wanted)
        if chosen is not None:
            yield from self._against_role(chosen, wanted)
        if wanted is not None:
            if chosen is not None:
                yield from self._merged_role(chosen, wanted)
            yield from self._for_wanted(wanted)
        yield from self._forms(chosen, wanted)

    def _merged_role(self, chosen: str, wanted: str) -> Iterator[Candidate]:
        """The chosen role merged into the wanted one, where they may be one under two names."""
        is_double = self._doubles.are_double("roles", chosen, wanted)
        if is_double or self._doubles.are_alike(chosen, wanted):
            yield Candidate(self._doubles.merged("roles", chosen, wanted), 0 if is_double else 13, is_operation=True)

    def _titles(self, wanted: str | None) -> Iterator[Candidate]:
        """The titles that the text's title equals: made generic, dropped, or given to the wanted role."""
        why = "the title says less than that"
        for hit in self._held.of_text.hits:
            row = self._rows.row("role_aliases", (hit.role.slug, hit.alias_text))
            if row is None or hit.role.slug == wanted:
                continue
            if not row.is_generic:
                yield Candidate((Change(row, replace(row, is_generic=True), why),), 0)
                yield Candidate((Change(row, None, why),), 1)
            if wanted is not None:
                moved = RoleAlias(wanted, row.alias_text)
                yield Candidate((Change(row, None, why), Change(None, moved, why)), 3)

    def _against_role(self, chosen: str, wanted: str | None) -> Iterator[Candidate]:
        """The rows that speak for the chosen role: near titles, KRAs and links that the wanted role does not share."""
        own = {d.slug for d in self._catalog.dimensions_of_role.get(wanted or "", ())}
        for (table, key), _ in _first(self._shares.near_titles(chosen)):
            if table == "role_aliases" and not (row := self._row(table, key)).is_generic:
                yield Candidate((Change(row, replace(row, is_generic=True), "many roles have this title"),), 4)
        for (table, key), _ in _first(self._shares.kras(chosen)):
            row = self._row(table, key)
            yield Candidate((Change(row, None, "other roles do this too"),), 2)
            if wanted is not None:
                moved = RoleKra(wanted, row.kra_text)
                yield Candidate((Change(row, None, "another role does this"), Change(None, moved)), 6)
        shares = self._shares.skills(chosen)
        for (table, key), _ in _first(
            {p: s for p, s in shares.items() if p[0] != "skill_aliases" and p[1][1] not in own}
        ):
            if table == "role_dimensions":
                yield Candidate((Change(self._rows.row(table, key), None, "the role does not work in this field"),), 7)
            elif table == "skill_dimensions":
                yield from self._moves(key[0], key[1], sorted(own))

    def _moves(self, skill: str, old: str, fields: Sequence[str]) -> Iterator[Candidate]:
        """A skill taken out of a dimension, or put into the one of some fields that holds most that is like it."""
        link = SkillDimension(skill, old)
        yield Candidate((Change(link, None, "the skill does not belong there"),), 5)
        best = self._alike(skill, fields)
        if best is not None and self._rows.row("skill_dimensions", (skill, best)) is None:
            yield Candidate(
                (Change(link, None, "the skill belongs elsewhere"), Change(None, SkillDimension(skill, best))), 8
            )

    def _alike(self, skill: str, dimensions: Sequence[str]) -> str | None:
        """The dimension among some with the greatest share of skills of the skill's own sub-category."""
        own = self._catalog.skill[skill].sub_category
        share = {
            d: sum(s.sub_category == own for s in members) / len(members)
            for d in dimensions
            if (members := self._catalog.skills_of_dimension.get(d, ()))
        }
        best = min(share, key=lambda d: (-share[d], d), default=None)
        return best if best is not None and share[best] else None

    def _for_wanted(self, wanted: str) -> Iterator[Candidate]:
        """What would speak for the wanted role: the text's title, its duties, and the fields that its skills are in."""
        jd, catalog = self._held.jd, self._catalog
        if jd.title and not any(hit.role.slug == wanted and not hit.is_generic for hit in self._held.of_text.hits):
            row = self._rows.row("role_aliases", (wanted, jd.title))
            title = replace(row, is_generic=False) if row is not None else RoleAlias(wanted, jd.title)
            yield Candidate((Change(row, title, "texts give the role this title"),), 9)
        matches = self._held.of_text.kra.matches
        for match in matches.of(wanted)[:MAX_ROWS]:
            if self._rows.row("role_kras", (wanted, match.sentence)) is None:
                yield Candidate((Change(None, RoleKra(wanted, match.sentence), "texts of the role say this"),), 11)
        carried = {d.slug for d in catalog.dimensions_of_role.get(wanted, ())}
        weights: dict[str, float] = {}
        for skill in self._held.skills:
            for dimension in catalog.dimensions_of_skill.get(skill.slug or "", ()):
                if dimension.slug not in carried:
                    weight = self._held.indexes.skill_weight.get(skill.slug or "", 0.0)
                    weights[dimension.slug] = weights.get(dimension.slug, 0.0) + weight
        for slug in sorted(weights, key=lambda d: (-weights[d], d))[:MAX_ROWS]:
            yield Candidate((Change(None, RoleDimension(wanted, slug), "the role works in this field"),), 10)

    def _forms(self, chosen: str | None, wanted: str | None) -> Iterator[Candidate]:
        """Forms by which skills were found that speak for the chosen role and not for the wanted one: they may mean something else."""
        shares = self._shares.skills(chosen) if chosen else self._shares.technologies()
        reached = self._catalog.roles_of_skill
        rows = {p: s for p, s in shares.items() if p[0] == "skill_aliases" and wanted not in reached.get(p[1][0], ())}
        for (table, key), _ in _first(rows):
            yield from self._without_form(self._row(table, key), 12)

    # --- skills ---------------------------------------------------------------------------------------------------------

    def _for_skill(self, want: WantSkill) -> Iterator[Candidate]:
        """What would let a skill be found at a place: the form given to it, its conditions taken away, or the form added."""
        catalog, indexes = self._catalog, self._held.indexes
        skill = catalog.skill[want.slug]
        surface = " ".join(self._held.jd.text.raw[want.start : want.end].split())
        if not fold_key(surface):
            return
        owners = indexes.aliases.forms().get(fold_key(surface), ())
        own = [f.alias for f in owners if f.skill_slug == want.slug and f.alias is not None]
        others = [f.alias for f in owners if f.skill_slug != want.slug and f.alias is not None]
        eased = [
            Change(a, replace(a, context=(), match_strategy="CASE_INSENSITIVE"))
            for a in own
            if a.context or a.match_strategy == "CASE_SENSITIVE"
        ]
        for alias in own:
            if alias.context:
                yield Candidate((Change(alias, replace(alias, context=()), "the form needs no context"),), 0)
        yield from (Candidate((change,), 1) for change in eased)
        for alias in others:
            dropped = Change(alias, None, f"the form means {skill.display_name}")
            yield Candidate((dropped,), 2)
            if eased or own:
                yield Candidate(_joined(dropped, [Change(a, replace(a, context=())) for a in own if a.context]), 2)
            else:
                yield Candidate(
                    repoint_alias(catalog, alias.skill_slug, alias.alias_text, want.slug, ChangeReason(dropped.reason)),
                    3,
                )
        for owner in dict.fromkeys(f.skill_slug for f in owners if f.skill_slug != want.slug):
            if self._doubles.are_double("skills", owner, want.slug):
                yield Candidate(self._doubles.merged("skills", owner, want.slug), 2, is_operation=True)
        if not own:
            yield Candidate((Change(None, _new_alias(want.slug, surface), "texts write the skill so"),), 4)
        yield from self._facts(skill, 5)
        yield from self._longer_forms(want)

    def _longer_forms(self, want: WantSkill) -> Iterator[Candidate]:
        """Forms of other skills that cover the place."""
        jd = self._held.jd.text
        for hit in self._held.indexes.aliases.find(jd.view, out_of_context=True):
            start, end = jd.raw_span(hit.start, hit.end)
            if (
                start < want.end
                and want.start < end
                and hit.form.skill_slug != want.slug
                and hit.form.alias is not None
            ):
                yield Candidate((Change(hit.form.alias, None, "the form hides another skill"),), 6)

    def _against_skill(self, slug: str) -> Iterator[Candidate]:
        """What would keep a skill from being found: its forms dropped, bound to a context or a case, or given to others."""
        found = next((s for s in self._held.skills if s.slug == slug), None)
        if found is None:
            return
        places = [key for table, key in self._shares.forms(found) if table == "skill_aliases"]
        rows = [self._row("skill_aliases", key) for key in places]
        for row in rows:
            yield from self._without_form(row, 0)
        if len(rows) > 1:
            yield Candidate(tuple(Change(row, None, "the form means something else") for row in rows), 5)
        yield from self._facts(self._catalog.skill[slug], 6)
        skill = self._catalog.skill[slug]
        yield Candidate((Change(skill, replace(skill, is_extractable=False), "texts do not name the skill"),), 9)

    def _without_form(self, row: SkillAlias, rank: int) -> Iterator[Candidate]:
        """A form that does not count any more where it stands: dropped, given to another, or bound to a context or to its case."""
        why = ChangeReason("the form means something else")
        yield Candidate((Change(row, None, why.reason),), rank)
        owners = self._held.indexes.aliases.forms().get(fold_key(row.alias_text), ())
        rivals = [f for f in owners if f.skill_slug != row.skill_slug]
        for rival in rivals:
            cleared = (
                [Change(rival.alias, replace(rival.alias, context=()))] if rival.alias and rival.alias.context else []
            )
            if cleared:
                yield Candidate(_joined(Change(row, None, why.reason), cleared), rank + 1)
        if row.match_strategy != "CASE_SENSITIVE" and row.alias_text != row.alias_text.lower():
            yield Candidate(
                (Change(row, replace(row, match_strategy="CASE_SENSITIVE"), "only in its own case"),), rank + 2
            )
        context = self._context_of(row.skill_slug)
        if context and not row.context:
            yield Candidate((Change(row, replace(row, context=context), "the form needs a context"),), rank + 3)

    def _context_of(self, slug: str) -> tuple[str, ...]:
        """Words beside which a form means a skill: the skill's own tags, else the names of skills beside it in its dimensions."""
        skill = self._catalog.skill[slug]
        beside = [
            other.display_name
            for dimension in self._catalog.dimensions_of_skill.get(slug, ())
            for other in self._catalog.skills_of_dimension.get(dimension.slug, ())
            if other.slug != slug and other.sub_category == skill.sub_category
        ]
        return tuple(dict.fromkeys([*skill.context_tags, *beside]))[:MAX_CONTEXT]

    def _facts(self, skill: Skill, rank: int) -> Iterator[Candidate]:
        """Facts of a skill that keep it from being found: that it is not looked for, or a nature that those like it do not have."""
        if not skill.is_extractable:
            yield Candidate((Change(skill, replace(skill, is_extractable=True), "texts name the skill"),), rank)
        counts: dict[str, int] = {}
        for other in self._catalog.skills:
            if other.sub_category == skill.sub_category and other.slug != skill.slug and other.skill_nature:
                counts[other.skill_nature] = counts.get(other.skill_nature, 0) + 1
        usual = min(counts, key=lambda nature: (-counts[nature], nature), default=None)
        if usual is not None and usual != skill.skill_nature:
            yield Candidate((Change(skill, replace(skill, skill_nature=usual), f"those like it are {usual}"),), rank)

    # --- dimensions -----------------------------------------------------------------------------------------------------

    def _for_dimension(self, want: WantDimension) -> Iterator[Candidate]:
        """A skill put into a dimension, or moved there; where it is there, taken out of another, the likeliest wrong one first."""
        why = "the skill does not belong there"
        if self._rows.row("skill_dimensions", (want.skill, want.dimension)) is not None:
            order = sorted(want.others, key=lambda d: (-want.others[d], d))
            for rank, dimension in enumerate(order):
                yield Candidate((Change(SkillDimension(want.skill, dimension), None, why),), rank)
            for dimension in order:
                yield from self._without_dimension(dimension, want.dimension, len(order))
            return
        added = Change(None, SkillDimension(want.skill, want.dimension), "the skill belongs there")
        yield Candidate((added,), 0)
        for old in self._catalog.dimensions_of_skill.get(want.skill, ()):
            yield Candidate((Change(SkillDimension(want.skill, old.slug), None, why), added), 1)
            yield from self._without_dimension(old.slug, want.dimension, 2)

    def _against_dimension(self, want: NotDimension) -> Iterator[Candidate]:
        """A skill taken out of a dimension where it has others, or moved to one that is likelier; a dimension retired that holds anything."""
        gone = Change(SkillDimension(want.skill, want.dimension), None, "the skill does not belong there")
        likely = likely_dimensions(self._catalog, want.skill)[:MAX_MOVES]
        if not likely or len(self._catalog.dimensions_of_skill.get(want.skill, ())) > 1:
            yield Candidate((gone,), 0)
        for rank, dimension in enumerate(likely, 1):
            moved = Change(None, SkillDimension(want.skill, dimension.slug), "skills like it are there")
            yield Candidate((gone, moved), rank)
        if retired := self._doubles.retired(want.dimension):
            yield Candidate(retired, MAX_MOVES + 1, is_operation=True)

    def _without_dimension(self, old: str, wanted: str, rank: int) -> Iterator[Candidate]:
        """A dimension merged into the wanted one, where they are one under two names; retired where it holds anything."""
        if self._doubles.are_double("dimensions", old, wanted):
            yield Candidate(self._doubles.merged("dimensions", old, wanted), -1, is_operation=True)
        if retired := self._doubles.retired(old):
            yield Candidate(retired, rank, is_operation=True)


def _first(shares: Shares) -> list[tuple[Any, float]]:
    """The rows with the greatest shares."""
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:MAX_ROWS]


def _joined(first: Change, others: Sequence[Change]) -> tuple[Change, ...]:
    return (first, *others)


def _new_alias(slug: str, surface: str) -> SkillAlias:
    """The alias of a form as a text writes it; a short one in capitals is an abbreviation, and found in its case alone."""
    is_short = surface.isupper() and len(surface) <= MAX_SHORT_FORM
    kind, strategy = ("ABBREVIATION", "CASE_SENSITIVE") if is_short else ("SYNONYM", "CASE_INSENSITIVE")
    return SkillAlias(None, slug, surface, kind, strategy)
