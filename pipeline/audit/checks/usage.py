"""Checks of the catalog against past runs."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.subjects import SkillSubject, TermSubject
from pipeline.catalog.aliases import fold_key

MIN_RUNS = 200
"""Past runs before a skill counts as never matched."""
MIN_DIMENSION_SHARE = 0.15
"""Share of runs that must match a dimension's skills before one that is never matched is suspicious."""
MAX_SHOWN = 20
"""Findings of skills that are never matched; most are simply rare."""
MIN_PROPOSALS = 3
"""Runs that must have proposed a term."""


class NeverMatched(Check):
    """Skills that no past run matched, though many runs matched other skills of the same dimensions; looked for once there
    are 200 runs. Their forms may be written otherwise in texts, so there is no repair: add the forms that texts use, or
    retire the skill.
    """

    kind = "never_matched"
    label = "Never met"
    subject_type = SkillSubject
    fix_page = "skills"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield the skills that had most chances to be matched and never were."""
        catalog, usage = context.catalog, context.usage
        if usage.runs < MIN_RUNS:
            return
        never_matched = []
        for skill in catalog.skills:
            if usage.skills.get(skill.slug) or not skill.is_extractable:
                continue
            dimensions = catalog.dimensions_of_skill.get(skill.slug, ())
            share = max((usage.dimensions.get(d.slug, 0) for d in dimensions), default=0) / usage.runs
            # A skill with many forms had many chances.
            chances = share * len(catalog.aliases_of_skill.get(skill.slug, ()))
            if share >= MIN_DIMENSION_SHARE:
                never_matched.append((chances, share, skill))
        for _, share, skill in sorted(never_matched, key=lambda s: (-s[0], s[2].slug))[:MAX_SHOWN]:
            why = f"none of {{runs}} runs met {skill.display_name}, though {share:.0%} of them met skills of its dimensions"
            yield Finding(self, SkillSubject(skill.slug), min(0.5, share), (Reason(why, usage.runs),))


class MissingSkill(Check):
    """Terms that several past runs took for a skill and that the catalog has no form of. The review queue holds their
    sentences; approve the term there as a skill or as an alias, or reject it.
    """

    kind = "missing_skill"
    label = "Often missing"
    subject_type = TermSubject
    fix_page = "review_queue"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield terms that several runs proposed."""
        forms = context.indexes.aliases.forms()
        for term, runs in sorted(context.usage.terms.items()):
            if runs >= MIN_PROPOSALS and fold_key(term) not in forms:
                why = f"{{runs}} runs proposed “{term}”, which the catalog has no form of; the review queue holds their sentences"
                yield Finding(self, TermSubject(term), runs / (runs + MIN_PROPOSALS), (Reason(why, runs),))
