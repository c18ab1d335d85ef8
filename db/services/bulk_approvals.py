"""What one act on many proposals would do, before it is done: the changes of each, and which are left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from db.stores.queue_decisions import Approval, LeftOut
from db.stores.review_queue import Proposal
from pipeline.catalog import (
    SKILL_NATURES,
    Catalog,
    RoleAlias,
    RoleDimension,
    RoleKra,
    Skill,
    SkillAlias,
    SkillDimension,
)
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.refs import ProposalRef, Ref, RunRef
from pipeline.catalog.slugs import free_slug

ActKind = Literal["form_of", "title_of", "new_skill", "suggested"]
MIN_CERTAINTY = 0.6
"""How probable a suggested dimension must be (0..1) for many to be put into theirs without a look at each."""
KIND_WORDS = {"skill": "a skill", "title": "a title", "link": "a link", "kra": "a KRA", "role": "a role"}


@dataclass(frozen=True)
class BulkAct:
    """What many proposals become: forms of a skill, titles of a role, new skills of a dimension (``target`` is the slug), or what
    was suggested for each. ``nature`` is that of new skills for which none was written or found.
    """

    kind: ActKind
    target: str = ""
    nature: str = ""

    @property
    def status(self) -> str:
        """What the proposals are then."""
        return "mapped" if self.kind in ("form_of", "title_of") else "approved"


@dataclass(frozen=True)
class BulkPlan:
    """What an act would do: what each proposal becomes, and those that it leaves out."""

    approvals: tuple[Approval, ...]
    left_out: tuple[LeftOut, ...]


class _LeftOut(Exception):
    """A proposal that an act cannot decide, and why."""


def plan(
    proposals: Sequence[Proposal], catalog: Catalog, act: BulkAct, fixed: Mapping[str, Sequence[str]] | None = None
) -> BulkPlan:
    """Return what an act would do to proposals in a catalog, as the person sees it.

    ``fixed`` are the dimensions (slugs) that curators have fixed for terms, by their keys (``fold_key``): a term goes there alone.
    """
    planner = _Planner(catalog, act, fixed or {})
    approvals, left = [], []
    for proposal in proposals:
        try:
            rows = planner.rows(proposal)
        except _LeftOut as why:
            left.append(LeftOut(proposal.id, proposal.text, str(why)))
            continue
        reason = reason_of(proposal)
        approvals.append(Approval(proposal.id, tuple(reason.change(None, row) for row in rows)))
    return BulkPlan(tuple(approvals), tuple(left))


def reason_of(proposal: Proposal) -> ChangeReason:
    """The reason of the changes that approve a proposal: how many runs made it, and the newest of them."""
    source: Ref = RunRef(proposal.newest_run) if proposal.newest_run else ProposalRef(proposal.id)
    return ChangeReason(f"{proposal.runs:,} {'run' if proposal.runs == 1 else 'runs'} proposed it", source)


@dataclass
class _Planner:
    """The rows that proposals become, one after the other: what one takes is taken for the next."""

    catalog: Catalog
    act: BulkAct
    fixed: Mapping[str, Sequence[str]]
    _slugs: set[str] = field(default_factory=set)
    _taken: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, proposal: Proposal) -> list[Any]:
        """The rows that a proposal becomes. Raises ``_LeftOut``."""
        if proposal.status != "pending":
            raise _LeftOut(f"{proposal.status} by {proposal.decided_by} already")
        if self.act.kind == "suggested":
            return self._suggested[proposal.kind](proposal)
        wanted = ("title", "role") if self.act.kind == "title_of" else ("skill",)
        if proposal.kind not in wanted:
            raise _LeftOut(f"it is {KIND_WORDS[proposal.kind]}")
        if self.act.kind == "form_of":
            return self._form(proposal, self.act.target)
        if self.act.kind == "title_of":
            return self._title(proposal, self.act.target)
        return self._skill(proposal, self.act.target or proposal.edits.get("dimension", ""))

    @cached_property
    def _suggested(self) -> Mapping[str, Callable[[Proposal], list[Any]]]:
        return {
            "skill": self._suggested_skill,
            "title": lambda p: self._title(p, p.role_slug),
            "link": self._link,
            "kra": self._kra,
            "role": self._suggested_role,
        }

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The skill of each form and name, in small letters."""
        names = {s.display_name.lower(): s.slug for s in self.catalog.skills}
        return {a.alias_text.lower(): a.skill_slug for a in self.catalog.skill_aliases} | names

    @cached_property
    def _category_of(self) -> dict[str, str]:
        """The category that most skills of a nature are in."""
        counts: dict[str, Counter[str]] = {}
        for skill in self.catalog.skills:
            if skill.skill_nature and skill.category:
                counts.setdefault(skill.skill_nature, Counter())[skill.category] += 1
        return {nature: min(found, key=lambda c: (-found[c], c)) for nature, found in counts.items()}

    def _free_form(self, name: str) -> None:
        """Raises ``_LeftOut`` for a form that a skill has, or that another of the act takes."""
        owner = self._owners.get(name.lower())
        if owner is not None:
            raise _LeftOut(f"it is a form of {self.catalog.skill[owner].display_name} already")
        self._once("form", name)

    def _once(self, what: str, name: str) -> None:
        """Raises ``_LeftOut`` for what another of the act has taken."""
        if (what, name.lower()) in self._taken:
            raise _LeftOut(f"“{self._taken[what, name.lower()]}” of this list is the same")
        self._taken[what, name.lower()] = name

    def _form(self, proposal: Proposal, skill: str) -> list[Any]:
        if skill not in self.catalog.skill:
            raise _LeftOut("the skill is gone")
        self._free_form(proposal.name)
        return [SkillAlias(None, skill, proposal.name)]

    def _title(self, proposal: Proposal, role: str) -> list[Any]:
        if role not in self.catalog.role:
            raise _LeftOut("the role is gone")
        if proposal.name.lower() in {a.alias_text.lower() for a in self.catalog.aliases_of_role.get(role, ())}:
            raise _LeftOut(f"it is a title of {self.catalog.role[role].display_name} already")
        self._once(role, proposal.name)
        return [RoleAlias(role, proposal.name, False)]

    def _dimensions(self, proposal: Proposal, wanted: str) -> Sequence[str]:
        """Where a new skill goes: what is fixed for its term, else what is wanted. Raises ``_LeftOut``."""
        fixed = [d for d in self.fixed.get(fold_key(proposal.text), ()) if d in self.catalog.dimension]
        if fixed and self.act.target and self.act.target not in fixed:
            names = " and ".join(self.catalog.dimension[d].display_name for d in fixed)
            raise _LeftOut(f"a curator has fixed {names} for it")
        if not fixed and wanted not in self.catalog.dimension:
            raise _LeftOut("no dimension is chosen for it" if not wanted else "its dimension is gone")
        return fixed or [wanted]

    def _skill(self, proposal: Proposal, wanted: str) -> list[Any]:
        dimensions = self._dimensions(proposal, wanted)
        nature = proposal.edits.get("nature") or self.act.nature or proposal.nature
        if nature not in SKILL_NATURES:
            raise _LeftOut("what it is, is not known: choose a nature")
        name = proposal.name
        self._free_form(name)
        slug = free_slug(name, lambda s: s in self.catalog.skill or s in self._slugs)
        self._slugs.add(slug)
        category = self._category_of.get(nature)
        rows: list[Any] = [
            Skill(None, slug, name, category, None, nature),
            SkillAlias(None, slug, name, "CANONICAL", is_primary=True),
        ]
        if proposal.text.lower() != name.lower() and proposal.text.lower() not in self._owners:
            rows.append(SkillAlias(None, slug, proposal.text))
        return [*rows, *(SkillDimension(slug, dimension) for dimension in dimensions)]

    def _suggested_skill(self, proposal: Proposal) -> list[Any]:
        edited = proposal.edits.get("dimension", "")
        if edited or self.fixed.get(fold_key(proposal.text)):
            return self._skill(proposal, edited)
        if proposal.owner in self.catalog.skill:
            return self._form(proposal, proposal.owner)
        if not proposal.dimension or (proposal.certainty or 0.0) < MIN_CERTAINTY:
            raise _LeftOut("its dimension is not sure enough: look at it, or write one into it")
        return self._skill(proposal, proposal.dimension)

    def _suggested_role(self, _: Proposal) -> list[Any]:
        raise _LeftOut("a new role is looked at by itself")

    def _link(self, proposal: Proposal) -> list[Any]:
        if proposal.text not in self.catalog.dimension or proposal.role_slug not in self.catalog.role:
            raise _LeftOut("its role or its dimension is gone")
        link = RoleDimension(proposal.role_slug, proposal.text)
        if proposal.text in {d.slug for d in self.catalog.dimensions_of_role.get(proposal.role_slug, ())}:
            raise _LeftOut(f"{self.catalog.role[proposal.role_slug].display_name} carries it already")
        return [link]

    def _kra(self, proposal: Proposal) -> list[Any]:
        if proposal.role_slug not in self.catalog.role:
            raise _LeftOut("the role is gone")
        if proposal.name in self.catalog.kras_of_role.get(proposal.role_slug, ()):
            raise _LeftOut("the role has this KRA already")
        self._once(f"kra {proposal.role_slug}", proposal.name)
        return [RoleKra(proposal.role_slug, proposal.name)]
