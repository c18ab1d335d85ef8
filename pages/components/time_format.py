"""Times and durations in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import humanize

WEEK = timedelta(days=7)
MOMENT = timedelta(seconds=45)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago a moment was ("7 minutes ago"), the date when it is a week or more."""
    past = max(timedelta(0), (now or datetime.now(UTC)) - moment)
    if past < MOMENT:
        return "just now"
    return humanize.naturaltime(past) if past < WEEK else moment.strftime("%d %b %Y")


def moment(at: datetime) -> str:
    """A moment as it stays, for the options of a field: one that reads "3 minutes ago" is another option a minute later,
    and what was chosen is lost.
    """
    return at.strftime("%d %b %Y %H:%M:%S")


def milliseconds(value: float | None) -> str:
    """A duration in milliseconds, in seconds from ten of them on; a dash when it is not known."""
    if value is None:
        return "–"
    return f"{value:.0f} ms" if value < 10_000 else f"{value / 1000:.1f} s"
