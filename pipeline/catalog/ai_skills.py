"""Which skills of a catalog are of AI, and which kind each is: read off the catalog's own names, not off a list of slugs.

A skill is of AI where its sub-category says so, or its name does and roles of an AI family carry it. What it is follows from
its sub-category (an assistant) and its nature (something to build with, or an idea). A curator who files a skill elsewhere
changes what it counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pipeline.catalog.value import TECHNOLOGY, Catalog, Skill

AiKind = Literal["assistants", "frameworks", "concepts"]
"""An assistant that is used at work; a framework, library, tool or service to build with; a model, method or idea."""
WORDS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("ai_words.toml").read_text(encoding="utf-8"))
MAX_ACRONYM = 5
"""Letters of a form in capitals that counts only as it is written ("AI", "ML")."""


def any_of(words: Iterable[str]) -> str:
    """Return the pattern of any of some words or phrases, the longest first; white space or a hyphen parts those of a phrase."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", w))) for w in ordered) + ")"


_FIELD = re.compile(rf"(?<!\w){any_of(WORDS['fields'])}(?!\w)", re.I)
_ASSISTANT = re.compile(rf"(?<!\w){any_of(WORDS['assistants'])}(?!\w)", re.I)


def names_ai(name: str | None) -> bool:
    """Return whether a name of the catalog (of a skill, a sub-category, a family) has a field of AI in it."""
    return name is not None and _FIELD.search(name) is not None


def ai_kind(skill: Skill, catalog: Catalog) -> AiKind | None:
    """Return what kind of AI a skill is; null for one of something else."""
    if not names_ai(skill.sub_category) and not (names_ai(skill.display_name) and _is_for_ai_roles(skill, catalog)):
        return None
    if any(_ASSISTANT.search(name or "") for name in (skill.sub_category, skill.display_name)):
        return "assistants"
    return "frameworks" if skill.skill_nature in TECHNOLOGY else "concepts"


def is_ai_role(slug: str, catalog: Catalog) -> bool:
    """Return whether a role's family is one of AI."""
    return slug in catalog.role and names_ai(catalog.role[slug].domain)


def ai_forms(catalog: Catalog) -> re.Pattern[str] | None:
    """Return the pattern of the forms of a catalog's fields of AI: of each idea that is itself one ("Machine Learning"), its name
    and those of its aliases that name a field. Null where the catalog has no such skill.
    """
    fields = {s.slug: s for s in catalog.skills if names_ai(s.display_name) and ai_kind(s, catalog) == "concepts"}
    forms = {skill.display_name for skill in fields.values()}
    forms |= {a.alias_text for a in catalog.skill_aliases if a.skill_slug in fields and names_ai(a.alias_text)}
    exact = {form for form in forms if form.isupper() and len(form) <= MAX_ACRONYM}
    loose = forms - exact
    parts = [f"(?i:{any_of(loose)})" if loose else "", any_of(exact) if exact else ""]
    body = "|".join(filter(None, parts))
    return re.compile(rf"(?<![\w-])(?:{body})(?!\w)") if body else None


def _is_for_ai_roles(skill: Skill, catalog: Catalog) -> bool:
    return any(is_ai_role(role, catalog) for role in catalog.roles_of_skill.get(skill.slug, ()))
