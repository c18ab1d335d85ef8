"""Checks of how a run chose its role: titles, signals, and what the decision names."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.checks.titles import is_general_title
from pipeline.catalog.titles import title_forms
from pipeline.contracts import RoleScore
from pipeline.old_runs.faults.check import CheckedRun, Fault, RunCheck

MAX_NAMED = 6


class GenericTitleDecides(RunCheck):
    """A title that fits many kinds of work ("Senior Software Engineer") chose the role alone, whatever skills and duties say.
    Such a title is to be marked as generic; then it leads to the family, and the evidence to the role.
    """

    kind = "generic_title"
    label = "Generic title decides"
    step = "role"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the title of a decision by title, where it and its aliases are general words."""
        decision, parsed = run.extraction.decision, run.extraction.parsed
        if decision.case != "A" or decision.chosen_role is None or not parsed.role:
            return
        matched = [r for r in run.extraction.signals.alias_match_roles if r.slug == run.chosen and not r.is_generic]
        if matched and is_general_title(parsed.role):
            name = decision.chosen_role.display_name
            hits = (hit for form in title_forms(parsed.role) for hit in run.indexes.titles.get(form, ()))
            yield Fault(
                self,
                parsed.role,
                f"“{parsed.role}” names no field of work, and alone made it {name} with {decision.confidence:.2f}",
                tuple(("role_aliases", (hit.role.slug, hit.alias_text)) for hit in hits if hit.alias_text),
            )


class RoleByGuess(RunCheck):
    """A role was chosen that no signal speaks for: neither title nor skills nor duties lead to it. Where nothing fits, no role is
    the answer.
    """

    kind = "role_by_guess"
    label = "Role by guess"
    step = "role"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the chosen role where it is in no list of a signal."""
        signals, chosen = run.extraction.signals, run.extraction.decision.chosen_role
        listed = (
            *signals.alias_match_roles,
            *signals.title_match_roles,
            *signals.skill_match_roles,
            *signals.kra_match_roles,
            *signals.centroid_match_roles,
        )
        ranked = {role.slug for role in listed} | {role.slug for role in run.extraction.decision.ranking}
        if chosen is not None and chosen.slug not in ranked:
            yield Fault(
                self,
                chosen.display_name,
                f"no title, skill or duty of the text leads to {chosen.display_name}, which was chosen with "
                f"{run.extraction.decision.confidence:.2f}",
            )


class UngroundedNames(RunCheck):
    """The decision names dimensions or skills that are in neither the library nor the run: phrases that a model made up."""

    kind = "ungrounded"
    label = "Invented names"
    step = "role"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the dimensions, and the skills, that the decision says matched and the run does not have."""
        if run.library_match is None:
            return
        decision = run.extraction.decision
        dimensions = {link.dimension.display_name.lower() for link in run.library_match.dimensions}
        skills = {skill.skill_name.lower() for skill in run.extraction.skills}
        for what, named, known in (
            ("dimensions", decision.matched_dimensions, dimensions),
            ("skills", decision.matched_skills, skills),
        ):
            invented = [name for name in named if name.lower() not in known]
            if invented:
                yield Fault(self, f"Matched {what}", f"{_listed(invented)} {_are(invented)} not among the run’s {what}")


class UnweighedTie(RunCheck):
    """Roles with the same share of skills stand in arbitrary order: a share of few skills says little, and nothing breaks the tie."""

    kind = "tie"
    label = "Tie without a rule"
    step = "signals"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the best score of the skill signal where several roles have it and nothing else orders them."""
        roles = run.extraction.signals.skill_match_roles
        if not roles or any(role.rank_score is not None for role in roles):
            return
        tied = [role for role in roles if role.score == roles[0].score]
        if len(tied) > 1:
            of = f"{tied[0].matched_count} of {tied[0].total_count} skills"
            names = _listed([role.display_name for role in tied])
            yield Fault(
                self, tied[0].display_name, f"{of} gives {names} each {tied[0].score:.2f}, and one stands first"
            )


class KraMatchesEverything(RunCheck):
    """The best role by duties is one that neither the title nor any skill leads to: its KRAs are near to the duties of any job,
    and nothing takes that off.
    """

    kind = "generic_kra"
    label = "KRA that matches everything"
    step = "signals"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the nearest KRA of the best role by duties, where nothing else supports the role."""
        signals = run.extraction.signals
        best = next(iter(signals.kra_match_roles), None)
        matches = (best.kra_matches or []) if best else []
        if best is None or not matches or any(m.corrected_similarity is not None for m in matches):
            return
        if best.slug in {run.chosen, *_slugs(signals.alias_match_roles), *_slugs(signals.skill_match_roles)}:
            return
        match = matches[0]
        yield Fault(
            self,
            best.display_name,
            f"“{match.kra_text}” makes {best.display_name} the best by duties ({best.score:.2f}), to which neither title nor "
            f"skills lead; it matched “{match.sentence}”",
        )


def _slugs(roles: list[RoleScore]) -> list[str]:
    return [role.slug for role in roles]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(f"“{name}”" for name in names[:MAX_NAMED]) + more


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
