"""What a skill that the catalog lacks may be: its nature, its dimensions, the catalog skills that it may duplicate.

The evidence is the term itself ("…DB", "… framework") and the company that it keeps: catalog skills in the same sentence
or within reach of it, the nearer the heavier. Everything is a proposal with its reasons; nothing is stored by a run.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import DerivedFacts, FinalSkill, Step1, wire_score

REACH = 120
"""How far (code points) a known skill may stand to be company."""
LIKE = 88.0
"""From which likeness of letters (0..100) on a term may be another form of a known one."""
PLACED = 2
"""How many dimensions are proposed at most."""

# What the term's own words tell, the first that fits counting: (pattern, category, nature).
_NATURES: tuple[tuple[str, str, str], ...] = (
    (r"\b(?:sql|db|database|store|warehouse)$|(?:db|sql)$", "Database", "DATABASE"),
    (r"\b(?:framework|boot|rails)$|\.js$|js$", "Framework", "FRAMEWORK"),
    (r"\b(?:library|sdk|toolkit)$|\.py$", "Library", "LIBRARY"),
    (r"\b(?:protocol|tcp|udp|http|mqtt)$", "Protocol", "PROTOCOL"),
    (r"\b(?:standard|compliance|iso|rfc)\b", "Standard", "STANDARD"),
    (r"\b(?:cloud|platform|saas|paas|iaas)$", "Cloud Platforms", "PLATFORM"),
    (r"\b(?:agile|scrum|kanban|methodology)\b", "Methodology", "METHODOLOGY"),
    (r"\b(?:pattern|architecture)$", "Architecture", "PATTERN"),
    (r"\b(?:sre|reliability|engineering|testing|operations|management|review|governance|ops)$|ops$", "Practice", "PRACTICE"),
    (r"\b(?:server|studio|manager|suite|tool|tools|client|agent)$", "Tool", "TOOL"),
    (r"\b(?:language)$", "Language", "LANGUAGE"),
)  # fmt: skip


@dataclass(frozen=True)
class Unknown:
    """The proposal for one term: ``derived`` facts, ``typed`` (nature with reasons), ``placed`` (dimensions with reasons)
    and ``duplicates`` (slugs of catalog skills, the likeliest first)."""

    derived: DerivedFacts
    typed: dict[str, Any]
    placed: list[dict[str, Any]]
    duplicates: list[str]


def company(final: FinalSkill, step1: Step1, indexes: Indexes) -> list[tuple[str, float]]:
    """Slugs of catalog skills that stand near a term, with a weight in 0..1 that falls with the distance."""
    nearest: dict[str, int] = {}
    for other in step1.final_skills:
        if other.slug is None or other.slug not in indexes.catalog.skill or other.skill_nature == "SOFT_SKILL":
            continue
        for mine in final.evidence:
            for theirs in other.evidence:
                apart = max(theirs.start - mine.end, mine.start - theirs.end, 0)
                if apart <= REACH:
                    nearest[other.slug] = min(nearest.get(other.slug, REACH), apart)
    weighed = [(slug, 1.0 / (1.0 + apart / 20.0)) for slug, apart in nearest.items()]
    return sorted(weighed, key=lambda n: (-n[1], n[0]))


def duplicates_of(name: str, indexes: Indexes) -> list[str]:
    """Catalog skills of which a term may be another form, by likeness of letters."""
    key = fold_key(name)
    forms = indexes.aliases.forms()
    found = process.extract(key, list(forms), scorer=fuzz.ratio, score_cutoff=LIKE, limit=5) if len(key) > 3 else []
    return list(dict.fromkeys(owner.skill_slug for form, _, _ in found for owner in forms[form]))[:3]


def propose(final: FinalSkill, step1: Step1, indexes: Indexes) -> Unknown:
    """What a term that the catalog lacks may be."""
    catalog = indexes.catalog
    near = company(final, step1, indexes)
    reasons: list[str] = []
    category, nature = "Concepts", "CONCEPT"
    told = next((n for n in _NATURES if re.search(n[0], final.skill_name.lower())), None)
    votes: Counter[str] = Counter()
    for slug, weight in near[:6]:
        votes[catalog.skill[slug].skill_nature or "CONCEPT"] += weight  # type: ignore[assignment]
    listed = ", ".join(catalog.skill[slug].display_name for slug, _ in near[:4])
    if told:
        _, category, nature = told
        reasons.append(f"its name ends like a {nature.lower().replace('_', ' ')}")
    elif votes:
        nature = min(votes, key=lambda n: (-votes[n], n))
        like = next(catalog.skill[slug] for slug, _ in near if (catalog.skill[slug].skill_nature or "CONCEPT") == nature)
        category = like.category or category
        reasons.append(f"it stands beside {listed}")
    else:
        reasons.append("nothing in its name or around it tells more")
    shares: Counter[str] = Counter()
    because: dict[str, list[str]] = {}
    for slug, weight in near:
        links = catalog.dimensions_of_skill.get(slug, ())
        for dimension in links:
            shares[dimension.slug] += weight / len(links)  # type: ignore[assignment]
            because.setdefault(dimension.slug, []).append(catalog.skill[slug].display_name)
    mass = sum(shares.values())
    best = sorted(shares, key=lambda d: (-shares[d], d))[:PLACED]
    return Unknown(
        derived=DerivedFacts(
            category=category,
            skill_nature=nature,
            sub_category="general",
            typical_lifespan="EVERGREEN" if nature in ("CONCEPT", "PATTERN", "PRACTICE", "METHODOLOGY") else "MULTI_YEAR",
            version_strategy="NOT_APPLICABLE" if nature in ("CONCEPT", "PATTERN", "PRACTICE", "METHODOLOGY") else "UNVERSIONED",
            volatility="STABLE" if nature in ("CONCEPT", "PATTERN", "STANDARD", "PROTOCOL") else "MEDIUM",
        ),
        typed={"skill_nature": nature, "reasons": reasons, "section": final.evidence[0].section if final.evidence else None},
        placed=[
            {
                "slug": slug,
                "display_name": catalog.dimension[slug].display_name,
                "score": wire_score(shares[slug] / mass),
                "because": because[slug][:5],
            }
            for slug in best
        ],
        duplicates=duplicates_of(final.skill_name, indexes),
    )
