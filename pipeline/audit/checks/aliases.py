"""Checks of aliases: their owners, types and doubles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import DamerauLevenshtein

from pipeline.audit.alternatives import Alternatives
from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.checks.forms import contested_forms, drop_alias, other_owners, subject_of
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.value import Catalog, Skill, SkillAlias

LIKELIEST_OWNER_SCORE, OTHER_OWNER_SCORE = 0.6, 0.9
TYPE_SCORE = 0.85
DUPLICATE_SCORE = 0.97
_NUMBER = re.compile(r" \d")


class AmbiguousAlias(Check):
    """Aliases that several skills own, with no context words that distinguish them, so that a text matches an arbitrary one.
    The repair drops the alias; another way is to give it context words or to leave it with one skill alone.
    """

    kind = "ambiguous_alias"
    label = "Ambiguous alias"
    subject_type = AliasSubject
    fix_page = "skills"
    yields_to = frozenset({"wrong_alias"})

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield forms of several skills that are not filed wrongly."""
        for form in contested_forms(context):
            if not form.is_misfiled:
                why = form.reason(context.catalog)
                score = LIKELIEST_OWNER_SCORE if form.is_likeliest else OTHER_OWNER_SCORE
                yield Finding(self, subject_of(form.alias), score, (Reason(why),), drop_alias(form.alias, why))

    def alternatives(self, finding: Finding, catalog: Catalog) -> Alternatives | None:
        """Another skill, or none."""
        return other_owners(finding, catalog)


class AliasType(Check):
    """Aliases whose type does not fit their text: a version without a number, an abbreviation that is a version, a
    misspelling or a former name that is simply another name. The repair sets the type that fits.
    """

    kind = "alias_type"
    label = "Alias type"
    subject_type = AliasSubject
    fix_page = "skills"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield aliases with a better type."""
        catalog = context.catalog
        for alias in catalog.skill_aliases:
            better_type = _better_type(alias, catalog.skill[alias.skill_slug], catalog)
            if better_type is not None:
                better, why = better_type
                repair = Change(alias, replace(alias, alias_type=better), why)
                yield Finding(self, subject_of(alias), TYPE_SCORE, (Reason(why),), (repair,))


class DuplicateAlias(Check):
    """Aliases that a skill has twice, in another case or with other blanks: where case does not count they match the same
    texts. The repair keeps the primary or canonical one and drops the other.
    """

    kind = "duplicate_alias"
    label = "Alias stored twice"
    subject_type = AliasSubject
    fix_page = "skills"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield forms of one skill that match the same texts."""
        for slug, aliases in context.catalog.aliases_of_skill.items():
            same: dict[str, list[SkillAlias]] = defaultdict(list)
            for alias in aliases:
                same[" ".join(alias.alias_text.lower().split())].append(alias)
            for group in same.values():
                if len(group) > 1 and all(a.match_strategy != "CASE_SENSITIVE" for a in group):
                    yield from self._doubles(group, context.catalog.skill[slug].display_name)

    def _doubles(self, group: Sequence[SkillAlias], name: str) -> Iterator[Finding]:
        """A finding for each form of a group but the best."""
        kept = min(
            group, key=lambda a: (not a.is_primary, a.alias_type != "CANONICAL", a.alias_text != name, a.id or 0)
        )
        for alias in group:
            if alias is not kept:
                why = f"“{alias.alias_text}” differs from “{kept.alias_text}” by case alone, and case does not count"
                yield Finding(self, subject_of(alias), DUPLICATE_SCORE, (Reason(why),), drop_alias(alias, why))


def _better_type(alias: SkillAlias, skill: Skill, catalog: Catalog) -> tuple[str, str] | None:
    """The type that an alias should have, and why; null where its own fits."""
    text, name = alias.alias_text, skill.display_name
    if alias.alias_type == "VERSION" and _names_no_version(text):
        short = len(_letters(text)) <= max(4, len(_letters(name)) // 2)
        return ("ABBREVIATION" if short else "SYNONYM"), f"“{text}” is filed as a version of {name}, but names none"
    # The pattern of a name is made only where the text may fit it.
    is_numbered = alias.alias_type == "ABBREVIATION" and _NUMBER.search(text) is not None
    if is_numbered and re.fullmatch(rf"{re.escape(name)} \d+(?:\.\w+)?", text, re.I):
        return "VERSION", f"“{text}” is {name} with a number: a version, no abbreviation"
    if alias.alias_type == "MISSPELLING" and _is_another_name(
        _letters(text), _letters(name), _right_forms(skill, catalog)
    ):
        return "SYNONYM", f"“{text}” is no slip of the pen for {name}: it is another name of it"
    if alias.alias_type == "LEGACY" and _holds_todays_name(text, name):
        return "SYNONYM", f"“{text}” holds today's name {name}: it is no former name"
    return None


def _right_forms(skill: Skill, catalog: Catalog) -> list[str]:
    """The letters of a skill's forms that are no slips."""
    return [_letters(a.alias_text) for a in catalog.aliases_of_skill[skill.slug] if a.alias_type != "MISSPELLING"]


def _names_no_version(text: str) -> bool:
    return not re.search(r"\d|\bx\b", text) or re.fullmatch(r"[A-Za-z]\d+[A-Za-z]", text) is not None


def _is_another_name(text: str, name: str, others: Sequence[str]) -> bool:
    """Whether letters are the name's, its beginning, or too far from all forms to be a slip."""
    is_beginning = name.startswith(text) and len(name) - len(text) > 1
    nearest = min(DamerauLevenshtein.distance(text, other) for other in (name, *others))
    return text == name or is_beginning or nearest > max(3, len(text) // 3)


def _holds_todays_name(text: str, name: str) -> bool:
    letters = _letters(name)
    return len(letters) >= 2 and letters in _letters(text) and not re.search(r"\d", text.replace(name, ""))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9+#]", "", text.lower())
