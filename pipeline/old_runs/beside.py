"""A run of the old system beside ours: what is the same skill under another name is one row, and each difference has its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.catalog.indexes import Indexes
from pipeline.compare import Difference, RunSide
from pipeline.contracts import Extraction, FinalSkill, LibraryMatch, SkillDetail
from pipeline.old_runs.faults import Fault
from pipeline.subjects import LinkSubject, SkillSubject

MAX_NAMED = 3
KINDS_OF_ROW = {
    "Chosen role": ("generic_title", "role_by_guess", "missing_skill"),
    "Skills, best role": ("tie", "missing_skill"),
    "KRAs, best role": ("generic_kra",),
}
"""The faults that say why a row differs, by its name, what explains it best first."""
KINDS_OF_AREA = {"Proposals": ("captured_block",), "Client output": ("cluster_scope",)}
"""The same by area, where the row has none of its own."""


def with_slugs(extraction: Extraction, library_match: LibraryMatch | None) -> Extraction:
    """Return step 1 with the key of each skill that step 2 found in the library: the old step 1 has none."""
    details = {
        d.input_skill: d.canonical for d in (library_match.skills_detail if library_match else ()) if d.canonical
    }
    skills = [
        skill.model_copy(update={"slug": found.slug, "skill_nature": found.skill_nature})
        if skill.slug is None and (found := details.get(skill.skill_name))
        else skill
        for skill in extraction.skills
    ]
    return extraction.model_copy(update={"skills": skills})


@dataclass(frozen=True)
class Beside:
    """An old run beside one of ours; ``faults`` are those of the old one, ``indexes`` those of our catalog."""

    old: RunSide
    ours: RunSide
    faults: Sequence[Fault]
    indexes: Indexes

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Our name of each skill of the old run that ours has too, by the old one."""
        by_slug = {skill.slug: skill.skill_name for skill in self.ours.extraction.skills if skill.slug}
        return {
            skill.skill_name: by_slug[slug]
            for skill in self.old.extraction.skills
            for slug in self._slugs(skill)
            if slug in by_slug
        }

    def _slugs(self, skill: FinalSkill) -> list[str]:
        """The keys that a skill of the old run may have in our catalog: its own, then by its names there, then as it was read.

        A form that leads to another skill there says nothing: the name of the skill that it was resolved to is what counts.
        """
        detail = self._details.get(skill.skill_name)
        found = detail.canonical if detail else None
        names = [found.slug.replace("-", " "), found.display_name] if found else [skill.skill_name]
        hits = [hit.skill_slug for name in names for hit in self.indexes.aliases.lookup(name)[:1]]
        return list(dict.fromkeys([*([found.slug] if found else []), *hits]))

    @cached_property
    def _details(self) -> Mapping[str, SkillDetail]:
        match = self.old.library_match
        return {detail.input_skill: detail for detail in match.skills_detail} if match else {}

    @cached_property
    def aligned(self) -> RunSide:
        """The old run with our names of the skills that both have, so that they stand in one row."""
        extraction, match = self.old.extraction, self.old.library_match
        named = [
            skill.model_copy(update={"skill_name": self._name(skill.skill_name), "slug": self._key(skill)})
            for skill in extraction.skills
        ]
        links = match and match.model_copy(
            update={
                "dimensions": [
                    link.model_copy(update={"input_skill": self._name(link.input_skill)}) for link in match.dimensions
                ]
            }
        )
        return replace(self.old, extraction=extraction.model_copy(update={"skills": named}), library_match=links)

    def _key(self, skill: FinalSkill) -> str | None:
        """The key of a skill; before step 2, which looks it up, the one that its name has in our catalog."""
        return skill.slug if self.old.library_match else next(iter(self._slugs(skill)), None)

    def _name(self, name: str) -> str:
        return self.names.get(name, name)

    def reason(self, row: Difference, *, old_is_left: bool = True) -> str:
        """Return why a row differs, in a sentence: the fault of the old run, or the fact of either catalog."""
        old, new = (row.left, row.right) if old_is_left else (row.right, row.left)
        subject = row.subject
        if isinstance(subject, SkillSubject):
            return self._reason_of_skill(subject, old, new)
        if isinstance(subject, LinkSubject):
            return self._reason_of_link(subject, old, new)
        if row.area == "Signals" and row.name.startswith("Title"):
            return self._reason_of_title()
        kinds = KINDS_OF_ROW.get(row.name, KINDS_OF_AREA.get(row.area, ()))
        found = next((fault for kind in kinds for fault in self.faults if fault.kind == kind), None)
        if found is not None and (row.area != "Proposals" or old):
            return f"{found.check.label}: {found.reason}"
        return _OTHERWISE.get(row.area, "")

    # --- skills ----------------------------------------------------------------------------------------------------

    def _reason_of_skill(self, subject: SkillSubject, old: str, new: str) -> str:
        if not old:
            return self._reason_of_missing(subject)
        was = next((theirs for theirs, ours in self.names.items() if ours == subject.name), subject.name)
        if not new:
            return self._reason_of_extra(was)
        if "not in the catalog" in old:
            return f"the old library lacked “{was}”; our catalog has it"
        return "whether the position depends on it is judged otherwise"

    def _reason_of_missing(self, subject: SkillSubject) -> str:
        """Why only our run has a skill: the old one resolved its form to another skill, or did not take it from the text."""
        skill = next(s for s in self.ours.extraction.skills if s.skill_name == subject.name)
        for detail in self._details.values():
            if detail.canonical and detail.input_skill.lower() in subject.forms:
                kind = self._type_of(detail)
                return f"the old library resolved “{detail.input_skill}” to {detail.canonical.display_name}, by a form filed as {kind}"
        forms = list(dict.fromkeys(m.text for m in skill.mentions))[:MAX_NAMED]
        named = ", ".join(f"“{form}”" for form in forms)
        return (
            f"the old run did not take it from the text, which says {named}" if forms else "the old run did not find it"
        )

    def _type_of(self, detail: SkillDetail) -> str:
        forms = {alias.alias_text.lower(): alias.alias_type for alias in detail.aliases_in_db}
        return forms.get(detail.input_skill.lower(), "another name").lower().replace("_", " ")

    def _reason_of_extra(self, name: str) -> str:
        """Why only the old run has a skill: a form that our catalog files elsewhere or not at all, or no skill in this text."""
        detail = self._details.get(name)
        hits = self.indexes.aliases.lookup(name)
        owners = list(dict.fromkeys(self.indexes.catalog.skill[hit.skill_slug].display_name for hit in hits))[
            :MAX_NAMED
        ]
        if detail and detail.canonical:
            resolved = (
                f"“{name}” was resolved to {detail.canonical.display_name} by a form filed as {self._type_of(detail)}"
            )
            if owners and detail.canonical.display_name not in owners:
                return f"{resolved}; in our catalog it is a form of {' and '.join(owners)}"
            return resolved if not owners else "our run does not take it for a skill that is meant here"
        if owners:
            return f"our catalog has it as {' and '.join(owners)}, which is not meant here"
        return "neither library has it; the old run proposed it as a new skill"

    # --- links and titles ------------------------------------------------------------------------------------------

    def _reason_of_link(self, subject: LinkSubject, old: str, new: str) -> str:
        name = subject.skill.name
        if old and not new:
            slugs = [slug for slug in sorted(subject.skill.slugs) if slug in self.indexes.catalog.skill]
            ours = [d.display_name for slug in slugs for d in self.indexes.catalog.dimensions_of_skill.get(slug, ())]
            there = (
                f"our catalog has {name} in {', '.join(ours[:MAX_NAMED])}" if ours else f"our run has no {name} here"
            )
            return f"a link of the old library; {there}"
        if new and not old:
            had = any(self._name(skill.skill_name) == name for skill in self.old.extraction.skills)
            return "a link of our catalog" if had else f"the old run does not have {name}"
        return "another role, or other dimensions of the role"

    def _reason_of_title(self) -> str:
        generic = next((fault for fault in self.faults if fault.kind == "generic_title"), None)
        if generic is not None:
            return (
                f"{generic.check.label}: {generic.reason}; here it is marked as generic and leads to the family alone"
            )
        return "the titles of our catalog, and how near they are"


_OTHERWISE = {
    "Role": "other skills and duties speak for other roles",
    "Signals": "another catalog, and signals that are weighed",
    "Proposals": "what the catalog lacks differs",
    "Parsed text": "read by a model there, by rule here",
    "Client output": "written by a model there, from facts of the catalog here",
    "Cost and time": "models were called there",
}
