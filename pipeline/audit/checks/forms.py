"""Forms of several skills: those inside another name, and those that no context distinguishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.audit.alternatives import Alternatives, Destination
from pipeline.audit.check import AuditContext, Finding
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog import Catalog
from pipeline.catalog.aliases import Form, Owners
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, repoint_alias
from pipeline.catalog.suggest import likely_owners
from pipeline.catalog.value import SkillAlias


@dataclass(frozen=True)
class ContestedForm:
    """An alias that other skills own too and that no context distinguishes; ``is_likeliest`` for the likeliest owner."""

    alias: SkillAlias
    others: tuple[str, ...]
    """Slugs of the other owners."""
    is_likeliest: bool

    @property
    def is_misfiled(self) -> bool:
        """Whether its type is VERSION but it names no version."""
        return self.alias.alias_type == "VERSION" and not re.search(r"\d|\.x\b", self.alias.alias_text)

    def reason(self, catalog: Catalog) -> str:
        """Return in words why that is a fault."""
        names = ", ".join(catalog.skill[slug].display_name for slug in self.others)
        return f"“{self.alias.alias_text}” also means {names}, and no context tells them apart"


def contested_forms(context: AuditContext) -> Iterator[ContestedForm]:
    """Yield the forms that several skills own and that are not distinguished: one of the owners has no context words."""
    for owners in context.indexes.aliases.forms().values():
        by_skill: dict[str, Form] = {}
        for form in owners:
            by_skill.setdefault(form.skill_slug, form)
        if len(by_skill) < 2:
            continue
        bare = [(f, f.alias) for f in by_skill.values() if f.alias is not None and not f.context]
        # Other owners have context words, or the form is their own name.
        has_rivals = len(bare) < len(by_skill)
        if not bare or (len(bare) == 1 and not has_rivals):
            continue
        # Of several owners without context words, the last one in this order is the likeliest.
        ranked = sorted(bare, key=lambda f: _prior(f[0], context.catalog))
        for place, (form, alias) in enumerate(ranked):
            others = tuple(slug for slug in by_skill if slug != form.skill_slug)
            yield ContestedForm(alias, others, not has_rivals and place == len(ranked) - 1)


def _prior(form: Form, catalog: Catalog) -> tuple[bool, int, int]:
    """The sort key of how likely a form means its skill: its type, the roles that the skill reaches, its forms."""
    is_name = form.alias is not None and form.alias.alias_type != "VERSION"
    roles = catalog.roles_of_skill.get(form.skill_slug, frozenset())
    return is_name, len(roles), len(catalog.aliases_of_skill.get(form.skill_slug, ()))


def form_inside(words: Sequence[str], forms: Mapping[str, Owners], slug: str) -> tuple[str, str] | None:
    """Return the longest form of another skill inside a name, with the slug of its owner; null without one."""
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size + 1):
            inner = " ".join(words[start : start + size])
            owners = forms.get(inner, ())
            if len(inner) < 4 or not owners or any(f.skill_slug == slug for f in owners):
                continue
            plain = [f for f in owners if not f.context] or (list(owners) if len(inner) > 4 else [])
            if plain:
                return inner, plain[0].skill_slug
    return None


def subject_of(alias: SkillAlias) -> AliasSubject:
    """Return an alias as the subject of a finding."""
    return AliasSubject(alias.skill_slug, alias.alias_text)


def drop_alias(alias: SkillAlias, why: str) -> tuple[Change, ...]:
    """Return the repair that removes an alias."""
    return (Change(alias, None, why),)


def other_owners(finding: Finding, catalog: Catalog) -> Alternatives:
    """Return the alternatives of an alias: another skill, or none."""
    subject = finding.subject
    assert isinstance(subject, AliasSubject)
    likely = [s.slug for s in likely_owners(catalog, subject.alias_text, exclude=subject.skill_slug)]
    rest = [s.slug for s in catalog.skills if s.slug not in (*likely, subject.skill_slug)]
    give = partial(_give_alias, finding, subject, catalog)
    return Destination("It means", "skills", (*likely, *rest), "No skill: drop it", give)


def _give_alias(
    finding: Finding, subject: AliasSubject, catalog: Catalog, owner: str | None, why: ChangeReason
) -> tuple[Change, ...]:
    if owner is None:
        return tuple(change for change in finding.repair if change.kind == "remove")
    return repoint_alias(catalog, subject.skill_slug, subject.alias_text, owner, why)
