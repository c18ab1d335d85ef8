"""The check of the rationales of dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.audit.alternatives import Alternatives, Rewriting
from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.subjects import DimensionSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.titles import title_forms
from pipeline.catalog.value import Catalog, Dimension, Skill

ROLE_SCORE, SKILL_SCORE = 0.9, 0.88
_OCCUPATION = re.compile(
    r"(engineer|developer|analyst|scientist|architect|manager|administrator|designer|tester|consultant|specialist)s?\b",
    re.I,
)


class NarrowRationale(Check):
    """Rationales of dimensions that several roles carry, which name one of those roles alone, or a language or
    framework that at most half of them have. A person has to rewrite the rationale, so there is no repair.
    """

    kind = "narrow_rationale"
    label = "Narrow rationale"
    subject_type = DimensionSubject
    fix_page = "dimensions"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield rationales that fit fewer roles than carry the dimension."""
        catalog = context.catalog
        languages = [s for s in catalog.skills if s.skill_nature == "LANGUAGE"]
        for dimension in catalog.dimensions:
            roles, text = catalog.roles_of_dimension.get(dimension.slug, ()), dimension.rationale
            if len(roles) < 2 or not text:
                continue
            named = named_role(text, context.indexes)
            if named is not None:
                why = f"“{text}” speaks of {named} alone, but {len(roles)} roles carry {dimension.display_name}"
                yield Finding(self, DimensionSubject(dimension.slug), ROLE_SCORE, (Reason(why),))
                continue
            for skill in named_skills(text, context.indexes, languages):
                having = sum(r.slug in catalog.roles_of_skill.get(skill.slug, ()) for r in roles)
                if having <= len(roles) / 2 and not _has_skill(context, dimension, skill):
                    why = (
                        f"“{text}” speaks of {skill.display_name}, which {having} of the {len(roles)} roles of "
                        f"{dimension.display_name} have"
                    )
                    yield Finding(self, DimensionSubject(dimension.slug), SKILL_SCORE, (Reason(why),))
                    break

    def alternatives(self, finding: Finding, catalog: Catalog) -> Alternatives | None:
        """The rationale, to be written anew."""
        subject = finding.subject
        assert isinstance(subject, DimensionSubject)
        dimension = catalog.dimension.get(subject.dimension_slug)
        if dimension is None:
            return None

        def write(text: str, why: ChangeReason) -> tuple[Change, ...]:
            return (why.change(dimension, replace(dimension, rationale=text)),)

        return Rewriting("Rationale that fits all its roles", dimension.rationale or "", write)


def named_skills(text: str, indexes: Indexes, languages: list[Skill]) -> Iterator[Skill]:
    """Yield the languages and frameworks that a text names, by an alias or as a word."""
    words = set(re.findall(r"[\w+#.]+", text))
    skills = [indexes.catalog.skill[hit.form.skill_slug] for hit in indexes.aliases.find(text)]
    for skill in [*skills, *(s for s in languages if s.display_name in words)]:
        if skill.skill_nature in ("LANGUAGE", "FRAMEWORK"):
            yield skill


def _has_skill(context: AuditContext, dimension: Dimension, skill: Skill) -> bool:
    return skill in context.catalog.skills_of_dimension.get(dimension.slug, ())


def named_role(text: str, indexes: Indexes) -> str | None:
    """Return the display name of a role whose title is in a text; null without one."""
    words = re.findall(r"[\w/+#.-]+", text)
    for end, word in enumerate(words, 1):
        if not _OCCUPATION.fullmatch(word):
            continue
        for size in (4, 3, 2):
            phrase = " ".join(words[max(0, end - size) : end])
            singular = re.sub(r"s$", "", phrase)
            for form in title_forms(singular):
                hits = [h for h in indexes.titles.get(form, ()) if not h.is_generic]
                if hits and len(form.split()) > 1:
                    return hits[0].role.display_name
    return None
