"""Names: aliases that steal, are filed under the wrong type, stored twice or owned by two; duplicates; generic titles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from rapidfuzz.distance import DamerauLevenshtein

from pipeline.audit.finding import Finding
from pipeline.catalog.aliases import Form, Owners, fold_key
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes, fold_title
from pipeline.catalog.operations import Why, retire
from pipeline.catalog.value import TECHNOLOGY, Catalog, Dimension, Role, Skill, SkillAlias

COMMON_WORDS = frozenset(
    "able area back base basic best big build call care case change check clear close code come core cover current cut data "
    "day deal deep detail do done drive early easy edge end even face fact fast feature field file find fine first fit fix "
    "flow focus follow form free full get give go good group grow hand hard have head help high hold home hot idea issue it "
    "item job keep key kind know large last late lead learn leave level life light like line list live local long look low "
    "main make manage mark match mean meet mind mix mode more most move name near need net new next note off offer old on "
    "one open order own pace page part pass past path people person place plan play point post power present pull push put "
    "quick range rate reach read ready real rest result right rise role room rule run safe sale same save scale scope "
    "search see self sell send serve set share shift short show side sign simple site size small solve sort source space "
    "speed staff stage stand start state stay step stop store story strong study style such sure take talk task team tell "
    "term test text think time title top total touch track trade train travel trend trust try turn type unit up use user "
    "value view visit voice wait walk want watch way web well wide win wish word work world write year".split()
)
"""Ordinary words that a text uses without naming a skill; a skill's own name is exempt."""
FILLERS = frozenset(
    "app apps application applications framework frameworks server servers service services cloud platform platforms database "
    "databases developer development engine chart charts stack stacks tool tools suite software system systems library libraries "
    "web interface interfaces spreadsheet spreadsheets programming language solution solutions technology technologies "
    "enterprise and of the for with in".split()
)
"""Words that say what kind of thing a name names, and so tell no two things apart."""
STOLEN_LEAD = 0.12
"""How much nearer in meaning another skill must be than the owner of a form."""
KIND_WORDS = FILLERS - set("enterprise cloud suite system systems application applications for platform tool".split())
"""Those of them that stand behind a name without making it another one."""
TITLE_WORDS = frozenset(
    "software application applications systems system it technology tech technical lead leader senior junior principal staff "
    "associate engineer developer programmer coder consultant specialist professional expert member team agile computer".split()
)
GENERIC_SHORT = frozenset({"sde", "swe", "sse", "mts", "sme", "it"})
ROLE_NOUNS = frozenset({"engineer", "developer", "lead", "leader", "programmer", "consultant", "specialist", "coder"})


def findings(indexes: Indexes) -> Iterator[Finding]:
    """All findings about names."""
    yield from _stored_twice(indexes.catalog)
    yield from _owned_by_two(indexes)
    yield from _stealing(indexes)
    yield from _types(indexes.catalog)
    yield from _generic_titles(indexes.catalog)
    yield from _duplicate_skills(indexes)
    yield from _duplicate_dimensions(indexes.catalog)
    yield from _duplicate_roles(indexes.catalog)


def _subject(alias: SkillAlias) -> dict[str, str]:
    return {"skill_slug": alias.skill_slug, "alias_text": alias.alias_text}


def _drop(alias: SkillAlias, why: str) -> tuple[Change, ...]:
    return (Change("skill_aliases", alias, None, why),)


# --- aliases ------------------------------------------------------------------------------------------------------


def _stored_twice(catalog: Catalog) -> Iterator[Finding]:
    """Forms of one skill that match the same texts."""
    for slug, aliases in catalog.aliases_of_skill.items():
        same: dict[str, list[SkillAlias]] = defaultdict(list)
        for alias in aliases:
            same[" ".join(alias.alias_text.lower().split())].append(alias)
        name = catalog.skill[slug].display_name
        for group in same.values():
            if len(group) < 2 or any(a.match_strategy == "CASE_SENSITIVE" for a in group):
                continue
            kept = min(group, key=lambda a: (not a.is_primary, a.alias_type != "CANONICAL", a.alias_text != name, a.id or 0))
            for alias in group:
                if alias is not kept:
                    why = f"“{alias.alias_text}” differs from “{kept.alias_text}” by case alone, and case does not count"
                    yield Finding("duplicate_alias", _subject(alias), 0.97, (why,), _drop(alias, why))


def _owned_by_two(indexes: Indexes) -> Iterator[Finding]:
    """Forms that several skills own and that nothing tells apart: one of the owners has no context."""
    catalog = indexes.catalog
    for owners in indexes.aliases.forms().values():
        mine: dict[str, Form] = {}
        for form in owners:
            mine.setdefault(form.skill_slug, form)
        if len(mine) < 2:
            continue
        bare = [f for f in mine.values() if f.alias is not None and not f.context]
        rivals = [f for f in mine.values() if f not in bare]
        if not bare or (len(bare) == 1 and not rivals):
            continue
        # The one that is meant more often is the likelier owner: the one that asks for context lives with any other.
        ranked = sorted(bare, key=lambda f: _standing(f, catalog))
        for place, form in enumerate(ranked):
            likeliest = not rivals and place == len(ranked) - 1
            alias = form.alias
            assert alias is not None
            others = [catalog.skill[s].display_name for s in mine if s != form.skill_slug]
            steals = alias.alias_type == "VERSION" and not re.search(r"\d|\.x\b", alias.alias_text)
            kind = "wrong_alias" if steals else "ambiguous_alias"
            why = f"“{alias.alias_text}” also means {', '.join(others)}, and no context tells them apart"
            reasons = [why] + ([f"it is filed as VERSION of {catalog.skill[form.skill_slug].display_name}, but names no version"] if steals else [])
            yield Finding(kind, _subject(alias), 0.95 if steals else 0.6 if likeliest else 0.9, tuple(reasons), _drop(alias, why))


def _standing(form: Form, catalog: Catalog) -> tuple[bool, int, int]:
    """How well a skill stands behind a form: by its type, its reach, and how many forms it has."""
    proper = form.alias is not None and form.alias.alias_type != "VERSION"
    reach = catalog.roles_of_skill.get(form.skill_slug, frozenset())
    return proper, len(reach), len(catalog.aliases_of_skill.get(form.skill_slug, ()))


def _stealing(indexes: Indexes) -> Iterator[Finding]:
    """Forms that are ordinary words, and forms that name another skill's technology and nothing of their own."""
    catalog, known = indexes.catalog, indexes.aliases.forms()
    suspects: list[tuple[SkillAlias, str, str]] = []
    for alias in catalog.skill_aliases:
        skill = catalog.skill[alias.skill_slug]
        key = fold_key(alias.alias_text)
        words = key.split()
        everywhere = key in COMMON_WORDS and alias.match_strategy == "CASE_INSENSITIVE" and not alias.context
        if everywhere and key not in fold_key(skill.display_name).split():
            why = f"“{alias.alias_text}” is an ordinary word, which texts use without meaning {skill.display_name}"
            yield Finding("wrong_alias", _subject(alias), 0.93, (why,), _drop(alias, why))
        elif len(words) > 1:
            stolen = _named_inside(words, known, alias.skill_slug)
            if stolen and catalog.skill[stolen[1]].skill_nature in TECHNOLOGY and _tells_nothing_else(alias, stolen[0], catalog):
                suspects.append((alias, *stolen))
    texts = [[a.alias_text, catalog.skill[a.skill_slug].display_name, catalog.skill[owner].display_name] for a, _, owner in suspects]
    if not suspects:
        return
    vectors = indexes.encoder.encode([t for row in texts for t in row]).reshape(len(suspects), 3, -1)
    for (alias, inner, owner), (text, mine, theirs) in zip(suspects, vectors, strict=True):
        lead = float(text @ theirs - text @ mine)
        if lead > STOLEN_LEAD and not (alias.is_primary or alias.alias_type == "CANONICAL"):
            name = catalog.skill[owner].display_name
            why = f"“{alias.alias_text}” names {name} (“{inner}”), and the rest of it tells nothing else"
            yield Finding("wrong_alias", _subject(alias), min(0.95, 0.8 + lead / 3), (why,), _drop(alias, why))


def _tells_nothing_else(alias: SkillAlias, inner: str, catalog: Catalog) -> bool:
    """Whether a form holds, beside another skill's name, only words that tell nothing apart."""
    skill = catalog.skill[alias.skill_slug]
    own = [fold_key(skill.display_name)]
    own += [fold_key(a.alias_text) for a in catalog.aliases_of_skill[alias.skill_slug] if a != alias]
    if any(f" {inner} " in f" {form} " for form in own):
        return False
    rest = f" {fold_key(alias.alias_text)} ".replace(f" {inner} ", " ", 1).split()
    return all(w in KIND_WORDS for w in rest)


def _named_inside(words: Sequence[str], known: Mapping[str, Owners], slug: str) -> tuple[str, str] | None:
    """The longest form of another skill that stands inside a name, with its owner; null when its owner is the same skill."""
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size + 1):
            inner = " ".join(words[start : start + size])
            owners = known.get(inner, ())
            if len(inner) < 4 or not owners or any(f.skill_slug == slug for f in owners):
                continue
            plain = [f for f in owners if not f.context] or (list(owners) if len(inner) > 4 else [])
            if plain:
                return inner, plain[0].skill_slug
    return None


def _types(catalog: Catalog) -> Iterator[Finding]:
    """Aliases whose type says something that their text does not bear out."""
    for alias in catalog.skill_aliases:
        others = [_letters(a.alias_text) for a in catalog.aliases_of_skill[alias.skill_slug] if a.alias_type != "MISSPELLING"]
        better, why = _better_type(alias, catalog.skill[alias.skill_slug], others)
        if better is not None:
            mended = replace(alias, alias_type=better)
            yield Finding("alias_type", _subject(alias), 0.85, (why,), (Change("skill_aliases", alias, mended, why),))


def _better_type(alias: SkillAlias, skill: Skill, others: Sequence[str]) -> tuple[str | None, str]:
    text, name = alias.alias_text, skill.display_name
    plain, bare = _letters(text), _letters(name)
    if alias.alias_type == "VERSION" and (not re.search(r"\d|\bx\b", text) or re.fullmatch(r"[A-Za-z]\d+[A-Za-z]", text)):
        short = len(plain) <= max(4, len(bare) // 2)
        return ("ABBREVIATION" if short else "SYNONYM"), f"“{text}” is filed as a version of {name}, but names none"
    if alias.alias_type == "ABBREVIATION" and re.fullmatch(rf"{re.escape(name)} \d+(?:\.\w+)?", text, re.I):
        return "VERSION", f"“{text}” is {name} with a number: a version, no abbreviation"
    if alias.alias_type == "MISSPELLING":
        nearest = min(DamerauLevenshtein.distance(plain, other) for other in (bare, *others))
        if plain == bare or (bare.startswith(plain) and len(bare) - len(plain) > 1) or nearest > max(3, len(plain) // 3):
            return "SYNONYM", f"“{text}” is no slip of the pen for {name}: it is another name of it"
    if alias.alias_type == "LEGACY" and len(bare) >= 2 and bare in plain and not re.search(r"\d", text.replace(name, "")):
        return "SYNONYM", f"“{text}” holds today's name {name}: it is no former name"
    return None, ""


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9+#]", "", text.lower())


# --- titles -------------------------------------------------------------------------------------------------------


def _generic_titles(catalog: Catalog) -> Iterator[Finding]:
    """Titles that fit many kinds of work and are not marked so."""
    marked = {fold_title(a.alias_text) for a in catalog.role_aliases if a.is_generic}
    for alias in catalog.role_aliases:
        role = catalog.role[alias.role_slug]
        title = fold_title(alias.alias_text)
        if alias.is_generic or title == fold_title(role.display_name):
            continue
        words = title.split()
        only = bool(words) and all(w in TITLE_WORDS for w in words) and any(w in ROLE_NOUNS for w in words)
        if only or title in GENERIC_SHORT or title in marked:
            why = f"“{alias.alias_text}” fits many kinds of work, so that it must not decide for {role.display_name} alone"
            mended = replace(alias, is_generic=True)
            yield Finding(
                "generic_title", {"role_slug": alias.role_slug, "alias_text": alias.alias_text}, 0.95, (why,),
                (Change("role_aliases", alias, mended, why),),
            )  # fmt: skip


# --- duplicates ---------------------------------------------------------------------------------------------------


def _newer(pair: tuple[Skill, Skill] | tuple[Dimension, Dimension] | tuple[Role, Role], links: dict[str, int]) -> tuple[object, object]:
    """The one that goes and the one that stays: fewer links, then the higher id."""
    first, second = sorted(pair, key=lambda x: (links.get(x.slug, 0), -(x.id or 10**9)))
    return first, second


def _duplicate_skills(indexes: Indexes) -> Iterator[Finding]:
    """Skills whose name is another skill's name and words that tell nothing apart, in the same dimensions."""
    catalog, known = indexes.catalog, indexes.aliases.forms()
    of = {slug: {d.slug for d in ds} for slug, ds in catalog.dimensions_of_skill.items()}
    for skill in catalog.skills:
        words = fold_key(skill.display_name).split()
        inner = _named_inside(words, known, skill.slug) if len(words) > 1 else None
        if inner is None:
            continue
        form, owner = inner
        rest = f" {' '.join(words)} ".replace(f" {form} ", " ", 1).split()
        shared = of.get(skill.slug, set()) & of.get(owner, set())
        stays = catalog.skill[owner]
        same = (skill.sub_category, skill.vendor, skill.year_introduced) == (stays.sub_category, stays.vendor, stays.year_introduced)
        same = same and skill.vendor is not None
        told = skill.maturity_reasoning is not None and skill.maturity_reasoning == stays.maturity_reasoning
        if rest and (same or told) and all(w in FILLERS for w in rest) and shared and shared == of.get(skill.slug, set()):
            why = f"{skill.display_name} is {stays.display_name} under another name: “{form}” names it, and their dimensions are the same"
            changes = retire(catalog, "skills", skill.slug, Why(why), owner)
            yield Finding("duplicate_skill", {"slugs": sorted((skill.slug, owner))}, 0.9, (why,), changes)


def _duplicate_dimensions(catalog: Catalog) -> Iterator[Finding]:
    """Dimensions with nearly the same name and members in common."""
    members = {d: {s.slug for s in skills} for d, skills in catalog.skills_of_dimension.items()}
    named: dict[frozenset[str], list[Dimension]] = defaultdict(list)
    for dimension in catalog.dimensions:
        named[frozenset(w for w in fold_key(dimension.display_name).split() if w not in FILLERS)].append(dimension)
    for words, group in named.items():
        for pair in combinations(group, 2) if words else ():
            first, second = (members.get(d.slug, set()) for d in pair)
            common = len(first & second) / max(min(len(first), len(second)), 1)
            if common < 0.5:
                continue
            goes, stays = _newer(pair, {d.slug: len(members.get(d.slug, ())) for d in pair})
            assert isinstance(goes, Dimension) and isinstance(stays, Dimension)
            why = f"{goes.display_name} and {stays.display_name} say the same, and {common:.0%} of the smaller one's skills are in both"
            changes = retire(catalog, "dimensions", goes.slug, Why(why), stays.slug)
            yield Finding("duplicate_dimension", {"slugs": sorted((goes.slug, stays.slug))}, 0.93, (why,), changes)


def _duplicate_roles(catalog: Catalog) -> Iterator[Finding]:
    """Roles that carry the same dimensions, and roles of the same name."""
    carried = {r.slug: {d.slug for d in catalog.dimensions_of_role.get(r.slug, ())} for r in catalog.roles}
    for pair in combinations(catalog.roles, 2):
        first, second = (carried[r.slug] for r in pair)
        common = len(first & second) / max(len(first | second), 1)
        same_name = _letters(pair[0].display_name) == _letters(pair[1].display_name)
        if not (common >= 0.9 and len(first) > 1) and not same_name:
            continue
        strength = {r.slug: len(catalog.kras_of_role.get(r.slug, ())) + len(catalog.aliases_of_role.get(r.slug, ())) for r in pair}
        goes, stays = _newer(pair, strength)
        assert isinstance(goes, Role) and isinstance(stays, Role)
        told = "have the same name" if same_name else "carry the same dimensions"
        why = f"{goes.display_name} ({goes.slug}) and {stays.display_name} ({stays.slug}) {told}; {common:.0%} of their dimensions are in both"
        changes = retire(catalog, "roles", goes.slug, Why(why), stays.slug)
        yield Finding("duplicate_role", {"slugs": sorted((goes.slug, stays.slug))}, 0.95, (why,), changes)
