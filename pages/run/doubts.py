"""What a reviewer should look at in a run, the worst first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pages.components.labels import count_label
from pipeline.contracts import Decision, Extraction, LibraryMatch

MIN_TITLE_SCORE = 0.9
"""Below it, a title that is nearest to another role than the chosen one contradicts nothing."""


@dataclass(frozen=True)
class Doubt:
    """One thing to look at, and how bad it is."""

    label: str
    tone: Literal["doubt", "bad"]


def doubts(extraction: Extraction, library_match: LibraryMatch | None) -> list[Doubt]:
    """All doubts about a run; none when nothing contradicts."""
    decision, signals = extraction.decision, extraction.signals
    checks: list[tuple[bool, Doubt]] = [
        (extraction.rejected, Doubt("not a usable job description", "bad")),
        (decision.case == "D", Doubt("no role fits", "bad")),
        (decision.case == "C", Doubt("signals conflict", "doubt")),
        (_has_contested_title(decision), Doubt("title alias of several roles", "doubt")),
        (
            bool(signals.alias_match_roles) and all(role.is_generic for role in signals.alias_match_roles),
            Doubt("generic title", "doubt"),
        ),
    ]
    found = [doubt for holds, doubt in checks if holds]
    found += [Doubt(label, "doubt") for label in _disagreeing(extraction)]
    forms = {c.term for c in decision.alias_collisions if c.kind == "skill_alias" and not c.told_apart}
    if forms:
        found.append(Doubt(f"{count_label(len(forms), 'form')} of several skills", "doubt"))
    if any(role.tied for role in signals.skill_match_roles):
        found.append(Doubt("tie in skills", "doubt"))
    new = sum(skill.slug is None for skill in extraction.skills)
    if new:
        found.append(Doubt(count_label(new, "new skill"), "doubt"))
    details = library_match.skills_detail if library_match else []
    orphans = sum(1 for detail in details if detail.canonical and not detail.dimensions)
    if orphans:
        found.append(Doubt(f"{count_label(orphans, 'skill')} without dimension", "bad"))
    return found


def _has_contested_title(decision: Decision) -> bool:
    """Whether several roles hold the title and nothing tells which is meant; an earlier run said so of titles alone."""
    if not decision.alias_collisions:
        return decision.alias_collision_detected
    return any(c.kind == "title" and not c.told_apart for c in decision.alias_collisions)


def _disagreeing(extraction: Extraction) -> list[str]:
    """The signals whose best role is not the chosen one; none when no role was chosen."""
    chosen, signals = extraction.decision.chosen_role, extraction.signals
    if chosen is None:
        return []
    titles = [role for role in signals.title_match_roles[:1] if role.score >= MIN_TITLE_SCORE]
    named = [
        ("title disagrees", titles),
        ("skills disagree", signals.skill_match_roles),
        ("KRAs disagree", signals.kra_match_roles),
    ]
    return [label for label, roles in named if roles and roles[0].slug != chosen.slug]
