"""The figures of Home: the revisions with their quality, the current one, and the one that a week is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from db.services.revision_quality import Moved, RevisionQuality
from pages.components import links
from pages.components.markup import link

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figures:
    """The newest revisions, the newest first.

    ``this_week`` are those of the last seven days that a change set made; ``before`` is the one that was current a week ago, the
    oldest that is known where the store is younger.
    """

    revisions: tuple[RevisionQuality, ...]
    this_week: tuple[RevisionQuality, ...]
    before: RevisionQuality

    @classmethod
    def of(cls, revisions: Sequence[RevisionQuality], now: datetime) -> Figures:
        """The figures at a moment; there is one revision at least."""
        older = [q for q in revisions if now - q.revision.created_at >= WEEK]
        newer = [q for q in revisions if now - q.revision.created_at < WEEK and q.revision.change_set is not None]
        return cls(tuple(revisions), tuple(newer), older[0] if older else revisions[-1])

    @property
    def now(self) -> RevisionQuality:
        """The current revision."""
        return self.revisions[0]

    @property
    def answers_moved(self) -> Moved:
        """Gold roles and skills that the revisions of the week have fixed and broken, each counted where it happened."""
        return total(answers_moved(q) for q in self.this_week)


def answers_moved(quality: RevisionQuality) -> Moved:
    """Gold roles and skills that a revision has fixed and broken."""
    return total([quality.roles_moved, quality.skills_moved])


def total(moved: Iterable[Moved]) -> Moved:
    """The sum of several."""
    parts = list(moved)
    return Moved(sum(m.fixed for m in parts), sum(m.broken for m in parts))


def gold_link(text: str, quality: RevisionQuality, kind: str = "") -> Markup:
    """A link to the gold texts on a revision."""
    return link(text, links.page_url(links.HOME, gold=str(quality.revision.id)), kind)


def percent(share: float) -> str:
    """A share in per cent: "94.1 %"."""
    return f"{100 * share:.1f} %"


def signed(value: float, digits: int, *, factor: float = 1.0) -> str:
    """A difference with its sign, a real minus; "0" where nothing is left of it."""
    text = f"{factor * value:+.{digits}f}"
    return text.replace("-", "−") if float(text) else "0"
