"""Checks of the baselines of roles: whether there is one, and whether it is in keeping with the role's own skills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose

from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.subjects import BaselineSubject, RoleSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.value import MATURITY_BANDS, TECHNOLOGY, Role, RoleBaseline, Skill

MISSING_SCORE, AI_SCORE, NATIVE_SCORE = 0.76, 0.9, 0.8
USUAL_MEANS: Mapping[str, tuple[float, float]] = {
    "Legacy": (0.0, 1.2),
    "Established": (0.5, 2.1),
    "Mainstream": (1.0, 2.5),
    "Mainstream Modern": (1.35, 3.1),
    "Modern Cloud Native": (1.35, 3.1),
    "Cutting Edge": (2.35, 4.0),
}
"""Least and greatest mean of a role's skills that is in keeping with a label, on a scale from 0 (legacy) to 4 (cutting edge).
Dimensions hold older and newer skills side by side, so that the means lie nearer to each other than the labels.
"""
LABEL_OF_BAND: Mapping[str, str] = dict(
    zip(MATURITY_BANDS, ("Legacy", "Established", "Mainstream", "Mainstream Modern", "Cutting Edge"), strict=True)
)
SUREST_DISTANCE = 1.2
"""The distance from the usual means from which on the check is as sure as it gets."""
MIN_NATIVE_SHARE = 0.08
"""Least share of skills made for the cloud in a stack that is called cloud native, and from which on one is suggested to be."""
MIN_SKILLS = 8
"""Skills of known maturity from which on those of a role can contradict its baseline."""
MAX_NAMED = 3
"""Skills that a reason names."""


class MissingBaseline(Check):
    """Roles without a baseline, where others have one: a job description that says little of its duties or its stack gets nothing
    from the role. Write the baseline on the role's card.
    """

    kind = "missing_baseline"
    label = "Role without baseline"
    subject_type = RoleSubject
    fix_page = "roles"
    yields_to = frozenset({"orphan_role"})

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield roles without a baseline; none in a catalog that has no baselines at all."""
        catalog = context.catalog
        if not catalog.role_baselines:
            return
        for role in catalog.roles:
            if role.slug not in catalog.baseline_of_role:
                why = f"{role.display_name} has no baseline, so that a job description which says little gets nothing from it"
                yield Finding(self, RoleSubject(role.slug), MISSING_SCORE, (Reason(why),))


class ContradictedBaseline(Check):
    """Baselines that contradict what the catalog says of the role's skills, or themselves: a stack that is called much older or newer
    than the skills of the role's dimensions, one that is called cloud native with hardly a skill made for the cloud, an AI index
    without any sign of AI. The repair takes the label that fits the skills, or sets the index to zero.
    """

    kind = "contradicted_baseline"
    label = "Contradicted baseline"
    subject_type = BaselineSubject
    fix_page = "roles"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield labels and indexes that are probably wrong."""
        for baseline in context.catalog.role_baselines:
            role = context.catalog.role[baseline.role_slug]
            yield from self._maturity(baseline, role, RoleStack.of_role(role.slug, context))
            yield from self._ai_index(baseline, role)

    def _maturity(self, baseline: RoleBaseline, role: Role, stack: RoleStack) -> Iterator[Finding]:
        if len(stack.skills) < MIN_SKILLS:
            return
        label = baseline.tech_stack_maturity
        low, high = USUAL_MEANS[label]
        distance = max(low - stack.mean, stack.mean - high)
        if distance > 0:
            counts = f"of the {len(stack.skills)} skills that it reaches, {stack.shares_text()}"
            score = 0.8 + 0.15 * min(1.0, distance / SUREST_DISTANCE)
            why = f"the stack of {role.display_name} is called {label}, but {counts}"
        elif label == "Modern Cloud Native" and stack.native_share < MIN_NATIVE_SHARE:
            native = sum(s.is_cloud_native for s in stack.skills)
            counts = f"{native} of the {len(stack.skills)} skills that it reaches are made for the cloud"
            score, why = NATIVE_SCORE, f"the stack of {role.display_name} is called {label}, but only {counts}"
        else:
            return
        edited = replace(baseline, tech_stack_maturity=stack.label, maturity_reasoning=stack.reasoning)
        repair = (Change(baseline, edited, why),)
        yield Finding(self, BaselineSubject(role.slug, "tech_stack_maturity"), score, (Reason(why),), repair)

    def _ai_index(self, baseline: RoleBaseline, role: Role) -> Iterator[Finding]:
        is_zero = isclose(baseline.ai_index, 0.0, abs_tol=1e-9)
        if is_zero != bool(baseline.ai_indicators):
            return
        subject = BaselineSubject(role.slug, "ai_index")
        if is_zero:
            why = f"{role.display_name} has signs of AI ({_signs(baseline)}), but an AI index of 0"
            yield Finding(self, subject, AI_SCORE, (Reason(why),))
        else:
            why = f"{role.display_name} has an AI index of {baseline.ai_index:g}, but no sign of AI"
            repair = (Change(baseline, replace(baseline, ai_index=0.0), why),)
            yield Finding(self, subject, AI_SCORE, (Reason(why),), repair)


@dataclass(frozen=True)
class RoleStack:
    """The skills of known maturity that a role reaches, those that fewest roles reach and most runs met first."""

    skills: tuple[Skill, ...]
    mean: float
    """Their mean maturity from 0 (legacy) to 4 (cutting edge), a skill counting the more, the fewer roles reach it."""

    @classmethod
    def of_role(cls, role: str, context: AuditContext) -> RoleStack:
        """The stack of a role in the audited catalog."""
        catalog, weight = context.catalog, context.indexes.skill_weight
        reached = {
            skill.slug: skill
            for dimension in catalog.dimensions_of_role.get(role, ())
            for skill in catalog.skills_of_dimension.get(dimension.slug, ())
            if skill.maturity_band is not None
        }
        ranked = sorted(reached.values(), key=lambda s: (-context.usage.skills.get(s.slug, 0), -weight[s.slug], s.slug))
        weights = [weight[s.slug] ** 2 for s in ranked]
        levels = [MATURITY_BANDS.index(s.maturity_band or "") for s in ranked]
        total = sum(weights)
        # Where every role reaches every skill, all of them count alike.
        mean = (
            sum(w * x for w, x in zip(weights, levels, strict=True)) / total
            if total
            else sum(levels) / max(len(levels), 1)
        )
        return cls(tuple(ranked), mean)

    @property
    def native_share(self) -> float:
        """The share of skills that are made for the cloud."""
        return sum(s.is_cloud_native for s in self.skills) / max(len(self.skills), 1)

    @property
    def most_common_band(self) -> str:
        """The maturity that most skills have, ties to the newer."""
        counts = Counter(s.maturity_band for s in self.skills)
        return max(MATURITY_BANDS, key=lambda b: (counts[b], MATURITY_BANDS.index(b)))

    @property
    def label(self) -> str:
        """The label of the maturity that most skills have; that for the cloud where enough skills are made for it."""
        is_native = self.most_common_band == "MODERN" and self.native_share >= MIN_NATIVE_SHARE
        return "Modern Cloud Native" if is_native else LABEL_OF_BAND[self.most_common_band]

    @property
    def reasoning(self) -> str:
        """A sentence that names some of the skills of which there are most."""
        band = self.most_common_band
        of_band = [s for s in self.skills if s.maturity_band == band]
        # Technologies say more of a stack than practices do.
        of_band.sort(key=lambda s: s.skill_nature not in TECHNOLOGY)
        named = [s.display_name for s in of_band[:MAX_NAMED]]
        return (
            f"More skills of the role are {_band_text(band)} than of any other maturity, {_listed(named)} among them."
        )

    def shares_text(self) -> str:
        """How many skills are of each maturity, the most first."""
        counts = Counter(s.maturity_band or "" for s in self.skills)
        ranked = sorted(counts.items(), key=lambda c: (-c[1], MATURITY_BANDS.index(c[0])))
        parts = [f"{count} are {_band_text(band)}" for band, count in ranked[:MAX_NAMED]]
        return _listed(parts)


def _band_text(band: str) -> str:
    return band.lower().replace("_", " ")


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _signs(baseline: RoleBaseline) -> str:
    return ", ".join(name.replace("_", " ") for name in baseline.ai_indicators)
