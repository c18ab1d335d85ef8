"""Checks of what a run found in its library: forms, links, rationales, facts, and the grouping of its skills."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.audit import AuditContext
from pipeline.audit.checks.aliases import AliasType, DuplicateAlias
from pipeline.audit.checks.rationales import named_role, named_skills
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import DimensionCard, RoleCard, SkillDetail
from pipeline.contracts.vocabularies import SKILL_NATURES
from pipeline.old_runs.faults.check import CheckedRun, Fault, RunCheck
from pipeline.old_runs.library import library_of

UNALIGNED = "cross-cutting"
"""What the group of skills without a dimension of the role is called, in its beginning."""


class WrongAlias(RunCheck):
    """A form of the text led to another skill than the one that it means ("CI" to CodeIgniter): the form is filed under the wrong
    skill. Our run of the same text, in which the form belongs to another skill, is what shows it.
    """

    kind = "wrong_alias"
    label = "Wrong alias"
    step = "library"
    needs_ours = True

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the matches by a form that our run found as another skill."""
        if run.ours is None or run.library_match is None:
            return
        types = {
            (d.canonical.slug, a.alias_text.lower()): a.alias_type
            for d in run.details
            if d.canonical
            for a in d.aliases_in_db
        }
        for match in run.library_match.alias_matches:
            form = (match.existing_alias_text or match.input_term).lower()
            skill = match.matched_canonical
            for ours in run.ours.skills:
                forms = {x.lower() for m in ours.mentions for x in (m.text, m.alias) if x}
                known = forms | {ours.skill_name.lower(), (ours.slug or "").lower()}
                if ours.slug and form in forms and not known & {skill.display_name.lower(), skill.slug.lower()}:
                    kind = types.get((skill.slug, form), "alias").lower()
                    yield Fault(
                        self,
                        match.input_term,
                        f"“{match.input_term}” is resolved to {skill.display_name} by a form filed as {kind}; the text means "
                        f"{ours.skill_name}",
                        (("skill_aliases", (skill.slug, match.existing_alias_text or match.input_term)),),
                    )
                    break


class AliasTypes(RunCheck):
    """Forms of matched skills whose type does not fit them (a version without a number), or that are stored twice."""

    kind = "alias_type"
    label = "Alias types and doubles"
    step = "library"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield what the audit says of the forms of the library that the run states."""
        if run.library_match is None:
            return
        library = library_of(run.library_match)
        context = AuditContext(Indexes(library, run.indexes.encoder))
        for check in (AliasType(), DuplicateAlias()):
            for finding in check.find(context):
                assert isinstance(finding.subject, AliasSubject)
                yield Fault(self, finding.subject.alias_text, finding.reasons[0].text, finding.subject.rows())


class WrongDimension(RunCheck):
    """A skill stands in a dimension that no role carries and that does not speak of it: a catch-all, through which it reaches no
    role.
    """

    kind = "wrong_dimension"
    label = "Wrong dimension"
    step = "library"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the links to dimensions without a role whose name and rationale do not name the skill."""
        for detail in run.details:
            forms = {detail.input_skill, *(a.alias_text for a in detail.aliases_in_db)}
            for link in detail.dimensions:
                dimension = link.dimension
                if not link.roles_from_db and not _names_any(f"{dimension.display_name} {dimension.rationale}", forms):
                    yield Fault(
                        self,
                        detail.input_skill,
                        f"{detail.input_skill} stands in {dimension.display_name} ({dimension.slug}), which speaks of something "
                        "else and is carried by no role",
                        (("skill_dimensions", (_slug(detail), dimension.slug)),),
                    )


def _slug(detail: SkillDetail) -> str:
    return detail.canonical.slug if detail.canonical else detail.input_skill


def _names_any(text: str, forms: set[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.I) for form in forms if form)


class DuplicateRole(RunCheck):
    """Two roles of the library have one name, so that neither a person nor the run can tell them apart."""

    kind = "duplicate_role"
    label = "Duplicate role"
    step = "library"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the names that several candidate roles have."""
        by_name: dict[str, dict[str, RoleCard]] = {}
        links = run.library_match.dimensions if run.library_match else []
        listed = run.library_match.candidate_roles if run.library_match else []
        for role in [*listed, *(role for link in links for role in link.roles_from_db)]:
            by_name.setdefault(role.display_name.lower(), {})[role.slug] = role
        for roles in by_name.values():
            if len(roles) > 1:
                name = next(iter(roles.values())).display_name
                which = " and ".join(f"{role.id} ({slug})" for slug, role in sorted(roles.items()))
                yield Fault(self, name, f"{name} is {which}", tuple(("roles", (slug,)) for slug in sorted(roles)))


class NarrowRationale(RunCheck):
    """A dimension that several roles carry is described for one of them alone: by its title, or by a language or framework that is
    in the name of one.
    """

    kind = "narrow_rationale"
    label = "Narrow rationale"
    step = "library"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the dimensions whose rationale fits fewer roles than carry them."""
        links = run.library_match.dimensions if run.library_match else []
        for link in {x.dimension.slug: x for x in links}.values():
            names = [role.display_name for role in link.roles_from_db]
            if len(names) > 1 and (why := _too_narrow(link.dimension, names, run.indexes)):
                yield Fault(self, link.dimension.display_name, why, (("dimensions", (link.dimension.slug,)),))


def _too_narrow(dimension: DimensionCard, roles: list[str], indexes: Indexes) -> str | None:
    text = dimension.rationale or ""
    others = f"but {len(roles)} roles carry {dimension.display_name}, {roles[0]} among them"
    role = named_role(text, indexes)
    if role is not None:
        return f"“{text}” speaks of {role} alone, {others}"
    for skill in named_skills(text, indexes, []):
        having = [name for name in roles if _names_any(name, {skill.display_name})]
        if having and len(having) <= len(roles) / 2 and not _names_any(dimension.display_name, {skill.display_name}):
            return f"“{text}” speaks of {skill.display_name} alone, {others}"
    return None


class ContradictingFacts(RunCheck):
    """A category that names another nature than the skill's own ("Soft Skills" of a practice): one of the two is wrong."""

    kind = "contradicting_fact"
    label = "Facts that contradict"
    step = "library"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the facts that were proposed for new skills, and those stored for known ones, that contradict each other."""
        for detail in run.details:
            derived = detail.new_skill_meta.derived if detail.new_skill_meta else None
            stored: Mapping[str, Any] = detail.facts or {}
            pairs = (
                ("proposed", derived.category if derived else None, derived.skill_nature if derived else None),
                ("stored", stored.get("category"), detail.canonical.skill_nature if detail.canonical else None),
            )
            for how, category, nature in pairs:
                named = _nature_named(str(category or ""))
                if named and nature and named != nature:
                    words = nature.replace("_", " ").lower()
                    yield Fault(
                        self,
                        detail.input_skill,
                        f"{detail.input_skill} is {how} under “{category}”, and as a {words}: one of them is wrong",
                    )


def _nature_named(category: str) -> str | None:
    """The nature that a category names in the singular or plural, written as one word or several."""
    letters = re.sub(r"[^a-z]", "", category.lower()).removesuffix("s")
    return next((n for n in SKILL_NATURES.words if n.replace("_", "").lower() == letters), None)


class UnscopedCluster(RunCheck):
    """The client output groups skills under a dimension that the chosen role does not carry, though its groups are those of the
    role.
    """

    kind = "cluster_scope"
    label = "Cluster not scoped to the role"
    step = "output"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the groups whose dimension does not lead to the chosen role."""
        chosen = run.extraction.decision.chosen_role
        carriers = {
            link.dimension.display_name.lower(): {role.slug for role in link.roles_from_db}
            for link in (run.library_match.dimensions if run.library_match else ())
        }
        for group in (run.client_output or {}).get("skill_cluster") or ():
            roles = carriers.get(str(group["dimension"]).lower())
            if chosen is not None and roles is not None and chosen.slug not in roles:
                skills = ", ".join(map(str, group["skills"]))
                yield Fault(
                    self,
                    str(group["dimension"]),
                    f"{skills} stands under {group['dimension']}, which {chosen.display_name} does not carry",
                )
