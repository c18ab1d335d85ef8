"""What each decision of a draft does to one run: the run before and after it, and that in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from db.services.results import RunResult
from pages.components.labels import count_label
from pages.run.sides import Link, chosen_slug, links_of
from pipeline.held import MIN_CONFIDENCE_CHANGE


@dataclass(frozen=True)
class DecisionEffect:
    """A decision by its place in the draft and in words, with the run as it was before it and as it is after."""

    number: int
    title: str
    before: RunResult
    after: RunResult

    @cached_property
    def links(self) -> frozenset[Link]:
        """The links that come, go, or change sides by it."""
        was, now = links_of(self.before), links_of(self.after)
        sides = {
            link for link in was.keys() & now.keys() if was[link].matched_chosen_role != now[link].matched_chosen_role
        }
        return frozenset((was.keys() ^ now.keys()) | sides)

    @cached_property
    def skills(self) -> frozenset[str | None]:
        """Slugs of the skills that come or go by it."""
        return frozenset(
            {skill.slug for skill in self.before.extraction.skills} ^ {s.slug for s in self.after.extraction.skills}
        )

    @property
    def role_changes(self) -> bool:
        """Whether another role is chosen after it."""
        return chosen_slug(self.before) != chosen_slug(self.after)

    @property
    def words(self) -> str:
        """What it does here, in a few words; empty where it does nothing."""
        parts = ["other role"] if self.role_changes else []
        was, now = self.before.extraction.decision.confidence, self.after.extraction.decision.confidence
        if not self.role_changes and abs(was - now) >= MIN_CONFIDENCE_CHANGE:
            parts.append(f"{was:.2f} → {now:.2f}")
        if self.skills:
            parts.append(count_label(len(self.skills), "skill"))
        if self.links and not self.role_changes:
            parts.append(count_label(len(self.links), "link"))
        return ", ".join(parts)


def effects_of(decisions: Sequence[tuple[int, str]], results: Sequence[RunResult]) -> list[DecisionEffect]:
    """The effects of decisions, each by its number and title; ``results`` are those before the first and after each: one more
    than there are decisions.
    """
    return [
        DecisionEffect(number, title, before, after)
        for (number, title), before, after in zip(decisions, results, results[1:], strict=False)
    ]
