"""Times and amounts in words."""

from __future__ import annotations

from datetime import UTC, datetime


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago a moment was ("7 minutes ago"), the date when it is more than a week."""
    now = now or datetime.now(UTC)
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 45:
        return "just now"
    for limit, unit, name in ((3600, 60, "minute"), (86_400, 3600, "hour"), (7 * 86_400, 86_400, "day")):
        if seconds < limit:
            n = max(1, round(seconds / unit))
            return f"{n} {name}{'' if n == 1 else 's'} ago"
    return moment.strftime("%d %b %Y")


def milliseconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f} ms" if value < 10_000 else f"{value / 1000:.1f} s"
