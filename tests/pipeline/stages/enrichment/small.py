"""A small catalog and step 1 of texts that are run on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.catalog import (
    Catalog,
    Dimension,
    Role,
    RoleBaseline,
    RoleDimension,
    RoleKra,
    Skill,
    SkillAlias,
    SkillDimension,
)
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import (
    Decision,
    Extraction,
    FinalSkill,
    JDRole,
    KraMatch,
    Mention,
    ParsedJD,
    ResponsibilityBlock,
    RoleScore,
    Signals,
)
from pipeline.learned.encoder import CachedEncoder


def _skill(number: int, slug: str, name: str, nature: str, band: str | None = None, **cells: Any) -> Skill:
    return Skill(number, slug, name, skill_nature=nature, maturity_band=band, **cells)


SKILLS = (
    _skill(1, "java", "Java", "LANGUAGE", "MAINSTREAM"),
    _skill(2, "cobol", "COBOL", "LANGUAGE", "LEGACY"),
    _skill(3, "sql", "SQL", "LANGUAGE", "ESTABLISHED"),
    _skill(4, "docker", "Docker", "TOOL", "MODERN", is_cloud_native=True),
    _skill(5, "kubernetes", "Kubernetes", "PLATFORM", "MODERN", is_cloud_native=True),
    _skill(6, "terraform", "Terraform", "TOOL", "MODERN", is_cloud_native=True),
    _skill(7, "helm", "Helm", "TOOL", "MODERN", is_cloud_native=True),
    _skill(8, "pytorch", "PyTorch", "LIBRARY", "MODERN", sub_category="Machine Learning Library"),
    _skill(9, "teamwork", "Teamwork", "SOFT_SKILL"),
    _skill(10, "numpy", "NumPy", "LIBRARY", "MAINSTREAM", sub_category="Data Library"),
    _skill(11, "machine-learning", "Machine Learning", "CONCEPT", sub_category="Machine Learning Concept"),
    _skill(
        12, "artificial-intelligence", "Artificial Intelligence", "CONCEPT", sub_category="Machine Learning Concept"
    ),
    _skill(13, "transformers", "Transformers", "CONCEPT", sub_category="Machine Learning Concept"),
    _skill(14, "pair-writer", "Pair Writer", "TOOL", "CUTTING_EDGE", sub_category="AI Assistant"),
    _skill(15, "agile", "Agile", "METHODOLOGY", "MAINSTREAM"),
    _skill(16, "code-review", "Code Review", "PRACTICE", "MAINSTREAM"),
    _skill(17, "game-ai", "Game AI", "CONCEPT", sub_category="Game Concept"),
    _skill(18, "clustering", "Clustering", "CONCEPT", sub_category="Machine Learning Concept"),
)
LINKS = {
    "languages": ("java", "cobol", "sql"),
    "containers": ("docker", "kubernetes", "helm"),
    "delivery": ("terraform", "helm"),
    "machine-learning": ("pytorch", "numpy", "machine-learning", "transformers"),
    "soft-skills": ("teamwork",),
    "games": ("game-ai",),
}
NAMES = {
    "languages": "Programming Languages",
    "containers": "Containers",
    "delivery": "Delivery",
    "machine-learning": "Machine Learning Libraries",
    "soft-skills": "Soft Skills",
    "games": "Games",
}
CATALOG = Catalog(
    roles=(
        Role(1, "platform-engineer", "Platform Engineer", "Cloud & Infrastructure", "Engineering"),
        Role(2, "ml-engineer", "Machine Learning Engineer", "AI & Machine Learning", "Engineering"),
        Role(3, "game-developer", "Game Developer", "Software Engineering", "Engineering"),
    ),
    role_kras=(RoleKra("platform-engineer", "Run prompt engineering workshops for the machine learning team"),),
    dimensions=tuple(Dimension(i, slug, name) for i, (slug, name) in enumerate(NAMES.items(), 1)),
    skills=SKILLS,
    skill_aliases=(
        SkillAlias(1, "machine-learning", "ML", "ABBREVIATION"),
        SkillAlias(2, "machine-learning", "machine learning models"),
        SkillAlias(3, "artificial-intelligence", "AI", "ABBREVIATION"),
        SkillAlias(4, "artificial-intelligence", "AI-powered"),
    ),
    skill_dimensions=tuple(SkillDimension(skill, slug) for slug, skills in LINKS.items() for skill in skills),
    role_dimensions=(
        RoleDimension("platform-engineer", "containers"),
        RoleDimension("platform-engineer", "delivery"),
        RoleDimension("ml-engineer", "machine-learning"),
        RoleDimension("game-developer", "games"),
    ),
)
BASELINE = RoleBaseline(
    "platform-engineer",
    "Reliability and incident response",
    "Keeps clusters up.",
    "Modern Cloud Native",
    "Kubernetes and Helm are usual.",
    1.25,
    ("on_ai_team",),
)
ROLE = RoleScore.model_construct(slug="platform-engineer", display_name="Platform Engineer")
FULL = "java docker kubernetes"
"""Skills enough for a JD that is not sparse."""
DUTIES = "You provision clusters with Terraform.\nYou run the services of our team."


def with_baseline(encoder: CachedEncoder, **cells: Any) -> Indexes:
    """The small catalog with a baseline of its role, some cells of which are others."""
    return Indexes(replace(CATALOG, role_baselines=(replace(BASELINE, **cells),)), encoder)


def extraction(
    skills: str = "",
    *,
    secondary: str = "",
    title: str = "Engineer",
    duties: str = DUTIES,
    role: bool = True,
    sentences: tuple[str, ...] = (),
) -> Extraction:
    """A step 1 with skills by their slugs; ``sentences`` are those nearest to the chosen role's KRAs."""
    names = {s.slug: s.display_name for s in SKILLS}
    found = [(slug, True) for slug in skills.split()] + [(slug, False) for slug in secondary.split()]
    matches = [KraMatch(kra_text="k", sentence=s, similarity=0.5) for s in sentences]
    return Extraction.model_construct(
        skills=[
            FinalSkill(
                is_primary=primary,
                skill_name=names.get(slug, slug),
                slug=slug if slug in names else None,
                mentions=[Mention(start=10 * i, end=10 * i + 5, text=names.get(slug, slug))],
            )
            for i, (slug, primary) in enumerate(found)
        ],
        jd_role=JDRole.model_construct(display_name=title),
        parsed=ParsedJD.model_construct(
            role=title,
            about_company=None,
            roles_and_responsibilities=[ResponsibilityBlock.model_construct(text=duties)] if duties else [],
        ),
        signals=Signals.model_construct(
            kra_match_roles=[ROLE.model_copy(update={"kra_matches": matches})], alias_match_roles=[]
        ),
        decision=Decision.model_construct(chosen_role=ROLE if role else None),
    )
