"""What an explanation says of words of the text: the skills that they were taken for, those that they were not, and forms of the catalog
that are written like them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.value import Catalog, Skill, SkillAlias
from pipeline.explain.value import Explanation, SkillReasons
from pipeline.held import HeldRun


@dataclass(frozen=True)
class KnownForm:
    """A skill that has some words as a form: its alias, null where they are its name."""

    skill: Skill
    alias: SkillAlias | None


def taken_at(held: HeldRun, explanation: Explanation, start: int, end: int) -> list[SkillReasons]:
    """Return the skills of the run that stand at code points of the raw text, ``end`` exclusive, with why they were taken."""
    there = {
        skill.slug
        for skill in held.skills
        if skill.slug and any(m.raw_start < end and start < m.raw_end for m in skill.mentions)
    }
    return [reasons for reasons in explanation.skills if reasons.slug in there]


def left_out_at(explanation: Explanation, words: str, start: int, end: int) -> list[SkillReasons]:
    """Return the skills that have a form at a place of the raw text, or elsewhere by the same words, and were left out."""
    key = fold_key(words)
    return [
        reasons
        for reasons in explanation.left_out
        if any(
            r["why"] == "form" and ((r["start"] < end and start < r["end"]) or fold_key(r["text"]) == key)
            for r in reasons.why
        )
    ]


def known_forms(catalog: Catalog, words: str) -> list[KnownForm]:
    """Return the skills that have some words as their name or as a form, in any case and spelling, by name."""
    key = fold_key(words)
    if not key:
        return []
    found: dict[str, KnownForm] = {}
    for alias in _alike(catalog.skill_aliases, key):
        found.setdefault(alias.skill_slug, KnownForm(catalog.skill[alias.skill_slug], alias))
    for skill in catalog.skills:
        if fold_key(skill.display_name) == key:
            found.setdefault(skill.slug, KnownForm(skill, None))
    return sorted(found.values(), key=lambda form: form.skill.display_name.lower())


def _alike(aliases: Iterable[SkillAlias], key: str) -> Iterable[SkillAlias]:
    return (alias for alias in aliases if fold_key(alias.alias_text) == key)
