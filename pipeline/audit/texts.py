"""Texts and facts: rationales that fit one role only, KRAs that match everything or stand twice, facts that contradict."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pipeline.audit.finding import Finding
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes, title_forms
from pipeline.catalog.value import TECHNOLOGY, Catalog, Skill

GENERIC_RANK = 6
"""A KRA to which so many other roles are nearer than its own says nothing of its role."""
RARE_NATURE = 0.06
"""A nature that at most this share of a sub-category's skills have contradicts it."""
ENOUGH = 8
OLD_HOUSE = 1990
YEARS_APART = 15
"""How long a thing may be there before what is named after it."""
_PLURAL = re.compile(r"(engineer|developer|analyst|scientist|architect|manager|administrator|designer|tester|consultant|specialist)s?\b", re.I)


def findings(indexes: Indexes) -> Iterator[Finding]:
    """All findings about texts and facts, and what hangs on nothing."""
    yield from _orphans(indexes.catalog)
    yield from _narrow_rationales(indexes)
    yield from _kras(indexes)
    yield from _facts(indexes.catalog)


def _orphans(catalog: Catalog) -> Iterator[Finding]:
    for dimension in catalog.dimensions:
        if not catalog.roles_of_dimension.get(dimension.slug):
            why = f"no role carries {dimension.display_name}, so that its skills reach none through it"
            links = [x for x in catalog.skill_dimensions if x.dimension_slug == dimension.slug]
            changes = (*(Change("skill_dimensions", x, None, why) for x in links), Change("dimensions", dimension, None, why))
            yield Finding("orphan_dimension", {"dimension_slug": dimension.slug}, 0.96, (why, f"it holds {len(links)} skills"), changes)
    for role in catalog.roles:
        if not catalog.dimensions_of_role.get(role.slug):
            why = f"{role.display_name} carries no dimension, so that no skill reaches it"
            own = [
                *(Change("role_aliases", x, None, why) for x in catalog.aliases_of_role.get(role.slug, ())),
                *(Change("role_kras", x, None, why) for x in catalog.role_kras if x.role_slug == role.slug),
            ]
            yield Finding("orphan_role", {"role_slug": role.slug}, 0.96, (why,), (*own, Change("roles", role, None, why)))


def _narrow_rationales(indexes: Indexes) -> Iterator[Finding]:
    """Rationales that name one of several roles, or a skill that few of them have."""
    catalog = indexes.catalog
    languages = [s for s in catalog.skills if s.skill_nature == "LANGUAGE"]
    for dimension in catalog.dimensions:
        roles = catalog.roles_of_dimension.get(dimension.slug, ())
        text = dimension.rationale or ""
        if len(roles) < 2 or not text:
            continue
        named = _role_named(text, indexes)
        members = {s.slug for s in catalog.skills_of_dimension.get(dimension.slug, ())}
        if named is not None:
            why = f"“{text}” speaks of {named} alone, but {len(roles)} roles carry {dimension.display_name}"
            yield Finding("narrow_rationale", {"dimension_slug": dimension.slug}, 0.9, (why,))
            continue
        found = [catalog.skill[h.form.skill_slug] for h in indexes.aliases.find(text)]
        words = set(re.findall(r"[\w+#.]+", text))
        for skill in [*found, *(s for s in languages if s.display_name in words)]:
            if skill.skill_nature not in ("LANGUAGE", "FRAMEWORK") or skill.slug in members:
                continue
            own = [r for r in roles if r.slug in catalog.roles_of_skill.get(skill.slug, ())]
            if len(own) <= len(roles) / 2:
                why = f"“{text}” speaks of {skill.display_name}, which {len(own)} of the {len(roles)} roles of {dimension.display_name} have"
                yield Finding("narrow_rationale", {"dimension_slug": dimension.slug}, 0.88, (why,))
                break


def _role_named(text: str, indexes: Indexes) -> str | None:
    """A role of the catalog whose title stands in a text."""
    words = re.findall(r"[\w/+#.-]+", text)
    for end, word in enumerate(words, 1):
        if not _PLURAL.fullmatch(word):
            continue
        for size in (4, 3, 2):
            phrase = " ".join(words[max(0, end - size) : end])
            singular = re.sub(r"s$", "", phrase)
            for form in title_forms(singular):
                hits = [h for h in indexes.titles.get(form, ()) if not h.is_generic]
                if hits and len(form.split()) > 1:
                    return hits[0].role.display_name
    return None


def _kras(indexes: Indexes) -> Iterator[Finding]:
    """KRAs to which many other roles are nearer than their own, and KRAs that stand in two roles."""
    catalog, matrix = indexes.catalog, indexes.kras
    if not matrix.texts:
        return
    owner = np.searchsorted(matrix.starts, np.arange(len(matrix.texts)), side="right") - 1
    near = matrix.vectors @ matrix.profiles.T - matrix.profile_hubness
    mine = near[np.arange(len(owner)), owner]
    ahead = (near > mine[:, None]).sum(axis=1)
    places: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(matrix.texts):
        places[" ".join(text.lower().split())].append(row)
    shared = {row for rows in places.values() if len(rows) > 1 for row in rows}
    row_of = {(k.role_slug, k.kra_text): k for k in catalog.role_kras}
    for rows in places.values():
        if len(rows) < 2:
            continue
        kept = max(rows, key=lambda r: (float(mine[r]), -r))
        for row in rows:
            same = [{d.slug for d in catalog.dimensions_of_role.get(matrix.roles[owner[r]], ())} for r in (row, kept)]
            if row != kept and len(same[0] & same[1]) < 0.9 * max(len(same[0] | same[1]), 1):
                role, best = catalog.role[matrix.roles[owner[row]]], catalog.role[matrix.roles[owner[kept]]]
                text = matrix.texts[row]
                why = f"“{text}” stands in {role.display_name} and in {best.display_name}, to which it is nearer"
                yield Finding(
                    "shared_kra", {"role_slug": role.slug, "kra_text": text}, 0.95, (why,),
                    (Change("role_kras", row_of[role.slug, text], None, why),),
                )  # fmt: skip
    for row, text in enumerate(matrix.texts):
        concrete = [h for h in indexes.aliases.find(text) if catalog.skill[h.form.skill_slug].skill_nature in TECHNOLOGY]
        if row in shared or ahead[row] < GENERIC_RANK or concrete:
            continue
        role = catalog.role[matrix.roles[owner[row]]]
        nearest = catalog.role[matrix.roles[int(near[row].argmax())]].display_name
        why = f"{ahead[row]} other roles are nearer to “{text}” than {role.display_name} ({nearest} is nearest), and it names no skill"
        yield Finding(
            "generic_kra", {"role_slug": role.slug, "kra_text": text}, min(0.95, 0.6 + ahead[row] / 200), (why,),
            (Change("role_kras", row_of[role.slug, text], None, why),),
        )  # fmt: skip


# --- facts --------------------------------------------------------------------------------------------------------


def _facts(catalog: Catalog) -> Iterator[Finding]:
    """Natures that the category contradicts, years before everything around them, licences that the vendor contradicts."""
    natures: dict[tuple[str | None, str | None], Counter[str]] = defaultdict(Counter)
    for skill in catalog.skills:
        natures[skill.category, skill.sub_category][skill.skill_nature or ""] += 1
    names = {s.display_name.lower() for s in catalog.skills if s.skill_nature in TECHNOLOGY}
    named_after: dict[str, list[Skill]] = defaultdict(list)
    for skill in catalog.skills:
        words = skill.display_name.lower().split()
        for name in {" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1) if b - a < len(words)} & names:
            named_after[name].append(skill)
    for skill in catalog.skills:
        yield from _nature(skill, natures[skill.category, skill.sub_category])
        yield from _year(skill, catalog, named_after.get(skill.display_name.lower(), ()))
        yield from _license(skill)


def _fact(skill: Skill, field: str, value: object, score: float, why: str) -> Finding:
    mended = replace(skill, **{field: value})  # type: ignore[arg-type]
    return Finding(
        "contradicting_fact", {"skill_slug": skill.slug, "field": field}, score, (why,), (Change("skills", skill, mended, why),)
    )


def _nature(skill: Skill, counts: Counter[str]) -> Iterator[Finding]:
    total = sum(counts.values())
    nature = skill.skill_nature or ""
    usual, most = max(counts.items(), key=lambda c: (c[1], c[0]))
    if total < ENOUGH or counts[nature] > max(1, RARE_NATURE * total) or most < 0.6 * total or nature == usual:
        return
    far = "SOFT_SKILL" in (nature, usual) or counts[nature] == 1
    if far:
        why = (
            f"{skill.display_name} is filed as {nature.lower().replace('_', ' ')}, but {most} of the {total} skills of "
            f"{skill.category}, {skill.sub_category} are {usual.lower().replace('_', ' ')}"
        )
        yield _fact(skill, "skill_nature", usual, 0.9 if "SOFT_SKILL" in (nature, usual) else 0.8, why)


def _year(skill: Skill, catalog: Catalog, named_after: Sequence[Skill]) -> Iterator[Finding]:
    years = [s.year_introduced for s in named_after if s.year_introduced is not None]
    if skill.year_introduced is None or len(years) < 2 or skill.skill_nature not in ("TOOL", "PLATFORM", "FRAMEWORK", "DATABASE"):
        return
    # Whole families are named after the old houses; what is younger than them has its namesakes soon.
    if skill.year_introduced >= OLD_HOUSE and min(years) - skill.year_introduced >= YEARS_APART:
        listed = ", ".join(f"{s.display_name} {s.year_introduced}" for s in named_after[:4])
        why = f"{skill.display_name} is told to be of {skill.year_introduced}, long before all that is named after it: {listed}"
        yield _fact(skill, "year_introduced", None, 0.75, why)


def _license(skill: Skill) -> Iterator[Finding]:
    free = re.search(r"\b(?:foundation|community|gnu|apache|eclipse|cncf|w3c)\b", skill.vendor or "", re.I)
    if skill.license == "proprietary" and free:
        why = f"{skill.display_name} is told to be proprietary, but {skill.vendor} makes free software"
        yield _fact(skill, "license", None, 0.85, why)
