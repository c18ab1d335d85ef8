"""What would settle a collision of a title or a form: who keeps it, what tells its owners apart, or that they are one thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.changes import Change
from pipeline.catalog.collisions import MIN_CAPITALS, NameOwners
from pipeline.catalog.operations import ChangeReason, edit, merge
from pipeline.catalog.titles import fold_title
from pipeline.catalog.value import Catalog, RoleAlias, Skill, SkillAlias

MAX_WORDS = 6
"""Words that are suggested for a form to ask for."""


@dataclass(frozen=True)
class Settlement:
    """One way to settle a collision: what it does in words, and its changes."""

    label: str
    changes: tuple[Change, ...]


def settlements(catalog: Catalog, held: NameOwners, why: ChangeReason, first: Sequence[str] = ()) -> list[Settlement]:
    """Return the ways to settle a title or a form that several entries hold, merges apart, each of which leaves nothing contested; for
    a title of one role, with which the signals of runs conflict, those that take its word away.

    ``first`` are the likeliest owners, whose ways come first.
    """
    if not held.is_shared:
        return _of_one_role(catalog, held, why)
    owners = [*(slug for slug in first if slug in held.owners), *(s for s in held.owners if s not in first)]
    return _of_title(catalog, held, why, owners) if held.kind == "title" else _of_form(catalog, held, why, owners)


def merges(catalog: Catalog, held: NameOwners, merged: str, kept: str, why: ChangeReason) -> tuple[Change, ...]:
    """Return the changes that make two owners one. Raises ``InputError`` for a slug that the catalog lacks."""
    return merge(catalog, "roles" if held.kind == "title" else "skills", merged, kept, why)


def ask_for_words(
    catalog: Catalog, held: NameOwners, words: Mapping[str, Sequence[str]], why: ChangeReason
) -> tuple[Change, ...]:
    """Return the changes by which each of some owners gets a form only beside words of its own; a name that is no alias becomes one."""
    changes: list[Change] = []
    for skill, beside in words.items():
        context = tuple(dict.fromkeys(beside))
        rows = _forms_of(catalog, held, skill)
        changes += [c for row in rows for c in edit(row, why, context=context)]
        if not rows and context:
            name = catalog.skill[skill].display_name
            changes.append(why.change(None, SkillAlias(None, skill, name, context=context)))
    return tuple(changes)


def suggested_words(catalog: Catalog, held: NameOwners, skill: str) -> tuple[str, ...]:
    """Return words that would stand beside a form where it means the skill: those of its name and vendor, and the names of the skills
    that share most dimensions with it; none that another owner's form, name or field has too.
    """
    row = catalog.skill[skill]
    others = [slug for slug in held.owners if slug != skill]
    taken = {word for slug in others for word in _words_around(catalog, catalog.skill[slug])}
    for slug in others:
        taken |= {word for alias in _forms_of(catalog, held, slug) for word in alias.context}
    own = [word for word in _words_around(catalog, row) if word not in taken and word != held.key]
    return tuple(own[:MAX_WORDS])


def is_own_name(catalog: Catalog, held: NameOwners, slug: str) -> bool:
    """Return whether a title or a form is what its owner is called, which it cannot lose."""
    if held.kind == "title":
        return fold_title(catalog.role[slug].display_name) == held.key
    return fold_key(catalog.skill[slug].display_name) == held.key


def _of_title(catalog: Catalog, held: NameOwners, why: ChangeReason, owners: Sequence[str]) -> list[Settlement]:
    named = {slug for slug in owners if is_own_name(catalog, held, slug)}
    found = []
    for slug in owners:
        name, others = catalog.role[slug].display_name, [other for other in owners if other != slug]
        if not named & set(others):
            changes = [why.change(row, None) for other in others for row in _titles_of(catalog, held, other)]
            found.append(Settlement(f"A title of {name} alone", tuple(changes)))
        generic = [c for other in others for c in _marked(catalog, held, other, True, why)]
        specific = _marked(catalog, held, slug, False, why)
        if generic or specific:
            found.append(Settlement(f"Specific to {name}, generic elsewhere", (*generic, *specific)))
    every = tuple(c for slug in owners for c in _marked(catalog, held, slug, True, why))
    if every:
        found.append(Settlement("Generic: it decides for none", every))
    return found


def _of_one_role(catalog: Catalog, held: NameOwners, why: ChangeReason) -> list[Settlement]:
    found = []
    for slug in held.owners if held.kind == "title" else ():
        if not is_own_name(catalog, held, slug):
            dropped = tuple(why.change(row, None) for row in _titles_of(catalog, held, slug))
            found.append(Settlement(f"No title of {catalog.role[slug].display_name}", dropped))
        if generic := _marked(catalog, held, slug, True, why):
            found.append(Settlement("Generic: it decides for none", generic))
    return found


def _marked(catalog: Catalog, held: NameOwners, role: str, is_generic: bool, why: ChangeReason) -> tuple[Change, ...]:
    """The changes that make a role's title generic or specific; a role's own name becomes a title of it where it must be generic."""
    rows = _titles_of(catalog, held, role)
    if not rows and is_generic:
        return (why.change(None, RoleAlias(role, catalog.role[role].display_name, True)),)
    return tuple(c for row in rows for c in edit(row, why, is_generic=is_generic))


def _of_form(catalog: Catalog, held: NameOwners, why: ChangeReason, owners: Sequence[str]) -> list[Settlement]:
    named = {slug for slug in owners if is_own_name(catalog, held, slug)}
    found = []
    for slug in owners:
        others = [other for other in owners if other != slug]
        if named & set(others):
            continue
        dropped = [why.change(row, None) for other in others for row in _forms_of(catalog, held, other)]
        # Nobody is left from whom the words would tell it apart, as in ``repoint_alias``.
        freed = [c for row in _forms_of(catalog, held, slug) for c in edit(row, why, context=())]
        found.append(Settlement(f"A form of {catalog.skill[slug].display_name} alone", (*dropped, *freed)))
    rows = [row for slug in owners for row in _forms_of(catalog, held, slug)]
    spellings = [row.alias_text for row in rows]
    if len(rows) == len(owners) == len(set(spellings)) and max(map(len, spellings)) < MIN_CAPITALS:
        sensitive = tuple(c for row in rows for c in edit(row, why, match_strategy="CASE_SENSITIVE"))
        if sensitive:
            found.append(Settlement(f"Told apart by case: {', '.join(spellings)}", sensitive))
    return found


def _titles_of(catalog: Catalog, held: NameOwners, role: str) -> list[RoleAlias]:
    return [a for a in catalog.aliases_of_role.get(role, ()) if fold_title(a.alias_text) == held.key]


def _forms_of(catalog: Catalog, held: NameOwners, skill: str) -> list[SkillAlias]:
    return [a for a in catalog.aliases_of_skill.get(skill, ()) if fold_key(a.alias_text) == held.key]


def _words_around(catalog: Catalog, skill: Skill) -> list[str]:
    """Words of a skill's name and vendor, then the names of its nearest neighbours by dimensions, folded, each once."""
    words = [*fold_key(skill.display_name).split(), *fold_key((skill.vendor or "").replace("_", " ")).split()]
    near = Counter(
        other.slug
        for dimension in catalog.dimensions_of_skill.get(skill.slug, ())
        for other in catalog.skills_of_dimension.get(dimension.slug, ())
        if other.slug != skill.slug
    )
    names = (
        fold_key(catalog.skill[slug].display_name) for slug, _ in sorted(near.items(), key=lambda n: (-n[1], n[0]))
    )
    return list(dict.fromkeys([*_telling(words), *names]))


def _telling(words: Iterable[str]) -> list[str]:
    """Words that say something: neither single letters nor the little words of a name."""
    return [word for word in words if len(word) > 1 and word not in ("and", "of", "for", "the", "with", "in", "to")]
