"""The part of the old library that a run states: a catalog with exactly the facts of its step 2."""

from __future__ import annotations

from pipeline.catalog import (
    Catalog,
    Category,
    Dimension,
    Role,
    RoleDimension,
    Skill,
    SkillAlias,
    SkillDimension,
    SubCategory,
)
from pipeline.contracts import LibraryMatch


def library_of(match: LibraryMatch) -> Catalog:
    """Return the catalog that step 2 states: its skills with their forms, its dimensions, and the roles that carry them."""
    cards = [*match.candidate_roles, *([match.chosen_role] if match.chosen_role else [])]
    links = [link for detail in match.skills_detail if detail.canonical for link in detail.dimensions]
    cards += [role for link in links for role in link.roles_from_db]
    canonicals = {d.canonical.slug: d.canonical for d in match.skills_detail if d.canonical}
    aliases = {
        (d.canonical.slug, a.alias_text): SkillAlias(
            a.id, d.canonical.slug, a.alias_text, a.alias_type, a.match_strategy, a.is_primary
        )
        for d in match.skills_detail
        if d.canonical
        for a in d.aliases_in_db
    }
    dimensions = {link.dimension.slug: link.dimension for link in links}
    subs = {(c.category_id, c.sub_category_id) for c in canonicals.values()}
    roles: dict[str, Role] = {}
    for card in cards:
        roles.setdefault(card.slug, Role(card.id, card.slug, card.display_name, None, card.role_archetype))
    return Catalog(
        roles=tuple(roles.values()),
        dimensions=tuple(
            Dimension(d.id, d.slug, d.display_name, d.rationale, d.difficulty_hint) for d in dimensions.values()
        ),
        categories=tuple(Category(n, _category(n)) for n in sorted({c for c, _ in subs}, key=_number)),
        sub_categories=tuple(
            SubCategory(s, _category(c), _sub_category(s))
            for c, s in sorted(subs, key=lambda pair: tuple(map(_number, pair)))
        ),
        skills=tuple(
            Skill(
                id=c.id,
                slug=c.slug,
                display_name=c.display_name,
                category=_category(c.category_id),
                sub_category=_sub_category(c.sub_category_id),
                skill_nature=c.skill_nature,
                volatility=c.volatility,
                typical_lifespan=c.typical_lifespan,
                is_extractable=c.is_extractable,
                is_also_category=c.is_also_category,
            )
            for c in canonicals.values()
        ),
        skill_aliases=tuple(aliases.values()),
        skill_dimensions=tuple(
            SkillDimension(*pair)
            for pair in sorted(
                {(d.canonical.slug, x.dimension.slug) for d in match.skills_detail if d.canonical for x in d.dimensions}
            )
        ),
        role_dimensions=tuple(
            RoleDimension(*pair)
            for pair in sorted({(r.slug, link.dimension.slug) for link in links for r in link.roles_from_db})
        ),
    )


def _number(value: int | None) -> int:
    return -1 if value is None else value


def _category(number: int | None) -> str:
    """The old pages give a category by its number alone."""
    return f"category {number}"


def _sub_category(number: int | None) -> str:
    return f"sub-category {number}"
