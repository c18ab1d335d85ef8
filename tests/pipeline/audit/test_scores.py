"""Scores of a catalog that differs by a few rows, made from those of another: the same findings as by a whole audit."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from pipeline.audit import AuditContext, Usage, audit, audit_in
from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillAlias, SkillDimension
from pipeline.catalog.indexes import Indexes
from tests.pipeline.audit.small import WordEncoder

WORDS = "data stream query chart test build cloud mobile secure learn graph report".split()


def catalog_of(seed: int) -> Catalog:
    """Twelve skills of two words in six dimensions of two roles, with two aliases each, drawn from a seed."""
    draw = random.Random(seed)
    dimensions = tuple(Dimension(i, f"d{i}", f"{w} work", f"All about {w}") for i, w in enumerate(WORDS[:6], 1))
    skills = tuple(
        Skill(i, f"s{i}", f"{w} {draw.choice(WORDS)}", "Tool", draw.choice("AB"), "TOOL", maturity_reasoning=f"for {w}")
        for i, w in enumerate(WORDS, 1)
    )
    aliases = {(s.slug, f"{draw.choice(WORDS)} {draw.choice('xyz')}") for s in skills for _ in range(2)}
    links = {(s.slug, f"d{draw.randint(1, 6)}") for s in skills for _ in range(2)}
    return Catalog(
        roles=(Role(1, "r1", "Engineer", "A"), Role(2, "r2", "Analyst", "B")),
        dimensions=dimensions,
        skills=skills,
        skill_aliases=tuple(SkillAlias(i, *pair) for i, pair in enumerate(sorted(aliases), 1)),
        skill_dimensions=tuple(SkillDimension(*pair) for pair in sorted(links)),
        role_dimensions=tuple(RoleDimension(f"r{1 + i % 2}", d.slug) for i, d in enumerate(dimensions)),
    )


def edited(catalog: Catalog, draw: random.Random) -> Catalog:
    """The catalog after one edit: a link added or removed, an alias moved, a skill renamed or taken out of all, a new rationale."""
    links, aliases, skills = catalog.skill_dimensions, catalog.skill_aliases, catalog.skills
    link, alias, skill = draw.choice(links), draw.choice(aliases), draw.choice(skills)
    match draw.choice(["add", "remove", "alias", "skill", "lonely", "dimension", "role"]):
        case "add":
            added = SkillDimension(skill.slug, f"d{draw.randint(1, 6)}")
            return replace(catalog, skill_dimensions=(*(x for x in links if x != added), added))
        case "remove":
            return replace(catalog, skill_dimensions=tuple(x for x in links if x != link))
        case "alias":
            moved = replace(alias, skill_slug=skill.slug, alias_text=f"{alias.alias_text} {draw.choice(WORDS)}")
            return replace(catalog, skill_aliases=(*(a for a in aliases if a != alias), moved))
        case "skill":
            other = replace(skill, display_name=f"{skill.display_name} {draw.choice(WORDS)}")
            return replace(catalog, skills=tuple(other if s == skill else s for s in skills))
        case "lonely":
            return replace(catalog, skill_dimensions=tuple(x for x in links if x.skill_slug != skill.slug))
        case "dimension":
            first, *rest = catalog.dimensions
            return replace(catalog, dimensions=(replace(first, rationale=f"Now of {draw.choice(WORDS)}"), *rest))
        case _:
            return replace(catalog, role_dimensions=catalog.role_dimensions[1:])


@pytest.mark.parametrize("seed", range(25))
def test_an_audit_from_the_scores_of_another_catalog_finds_what_a_whole_audit_finds(seed: int) -> None:
    draw = random.Random(seed)
    stored = catalog_of(seed)
    context = AuditContext(Indexes(stored, WordEncoder()), Usage())
    audit_in(context)
    scores, indexes, catalog = context.scores(), context.indexes, stored
    for _ in range(3):
        catalog = edited(catalog, draw)
        drafted = AuditContext(indexes.for_catalog(catalog), Usage(), scores)
        assert [f.wire() for f in audit_in(drafted)] == [f.wire() for f in audit(Indexes(catalog, WordEncoder()))]


def test_scores_of_equal_tables_are_taken_and_not_made_again() -> None:
    stored = catalog_of(1)
    scores = AuditContext(Indexes(stored, WordEncoder())).scores()
    tick = replace(stored, skill_dimensions=stored.skill_dimensions[1:])
    moved = replace(stored, skill_aliases=stored.skill_aliases[1:])
    assert AuditContext(Indexes(tick, WordEncoder()), before=scores).owners is scores.owners
    assert AuditContext(Indexes(moved, WordEncoder()), before=scores).links is scores.links
