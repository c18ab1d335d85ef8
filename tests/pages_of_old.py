"""The output pages of the old system as JSON documents, and a catalog that holds one page's facts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

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

PAGES = (
    "000_f2c527668200ecbc",
    "001_836598eeb3ac2093",
    "002_e1d1683f3ab33f84",
    "003_8819b002f6068070",
    "004_78922d282ef71072",
)
WITH_ALL_STEPS = PAGES[:4]
"""The last one stopped after step 1."""


def documents(page: Path) -> list[dict[str, Any]]:
    """The JSON objects of a page in order: parsed JD, step 1, step 2, step 3."""
    text = page.read_text(encoding="utf-8")
    found, at = [], 0
    for match in re.finditer(r"^\{", text, re.M):
        if match.start() >= at:
            value, at = json.JSONDecoder().raw_decode(text, match.start())
            found.append(value)
    return found


def job_description(page: Path) -> str:
    """The text that a page ran on."""
    text = page.read_text(encoding="utf-8")
    start = text.index("\nJob description\n") + len("\nJob description\n")
    return text[start : text.index("Skills from this JD", start)].strip()


def catalog_of(library_match: dict[str, Any]) -> Catalog:
    """A catalog with exactly the facts that a page's step 2 states."""
    roles, dimensions, skills, aliases = {}, {}, {}, {}
    skill_links, role_links = set(), set()
    chosen = library_match["chosen_role"]
    for card in [*library_match["candidate_roles"], *([chosen] if chosen else [])]:
        roles[card["slug"]] = Role(card["id"], card["slug"], card["display_name"], None, card["role_archetype"])
    for detail in library_match["skills_detail"]:
        canonical = detail["canonical"]
        if canonical is None:
            continue
        slug = canonical["slug"]
        skills[slug] = Skill(
            id=canonical["id"],
            slug=slug,
            display_name=canonical["display_name"],
            category=f"category {canonical['category_id']}",
            sub_category=f"sub-category {canonical['sub_category_id']}",
            skill_nature=canonical["skill_nature"],
            volatility=canonical["volatility"],
            typical_lifespan=canonical["typical_lifespan"],
            is_extractable=canonical["is_extractable"],
            is_also_category=canonical["is_also_category"],
        )
        for a in detail["aliases_in_db"]:
            row = SkillAlias(a["id"], slug, a["alias_text"], a["alias_type"], a["match_strategy"], a["is_primary"])
            aliases[a["id"]] = row
        for link in detail["dimensions"]:
            d = link["dimension"]
            dimensions[d["slug"]] = Dimension(
                d["id"], d["slug"], d["display_name"], d["rationale"], d["difficulty_hint"]
            )
            skill_links.add((slug, d["slug"]))
            role_links |= {(r["slug"], d["slug"]) for r in link["roles_from_db"]}
    details = [d["canonical"] for d in library_match["skills_detail"] if d["canonical"]]
    categories = {c["category_id"] for c in details}
    subs = {(c["category_id"], c["sub_category_id"]) for c in details}
    return Catalog(
        roles=tuple(roles.values()),
        dimensions=tuple(dimensions.values()),
        categories=tuple(Category(n, f"category {n}") for n in sorted(categories)),
        sub_categories=tuple(SubCategory(s, f"category {c}", f"sub-category {s}") for c, s in sorted(subs)),
        skills=tuple(skills.values()),
        skill_aliases=tuple(aliases.values()),
        skill_dimensions=tuple(SkillDimension(*x) for x in sorted(skill_links)),
        role_dimensions=tuple(RoleDimension(*x) for x in sorted(role_links)),
    )
