"""What the doctor says of the gate: how many commits passed it, which checks were overridden, and whether each override says why."""

from __future__ import annotations

from sqlalchemy import Connection, text

from db.upkeep.report import Fact, Section

LATELY_DAYS = 30
MOST_OVERRIDDEN = 0.5
"""The share of the commits of late from which on overrides are the rule."""
MIN_COMMITS = 4
"""Commits from which on that is said."""

_COMMITS = text("""
    SELECT count(*) AS commits, count(*) FILTER (WHERE s.policy IS NULL) AS before_gate,
        count(*) FILTER (WHERE s.override_checks <> '{}') AS overridden,
        count(*) FILTER (WHERE r.created_at > now() - make_interval(days => :days)) AS lately,
        count(*) FILTER (WHERE r.created_at > now() - make_interval(days => :days) AND s.override_checks <> '{}') AS overridden_lately,
        coalesce(array_agg(s.id ORDER BY s.id) FILTER (WHERE s.override_checks <> '{}' AND btrim(s.override_why) = ''), '{}') AS without_why
    FROM change_set s JOIN catalog_revision r ON r.id = s.revision_id WHERE s.status = 'committed'
""")
_CHECKS = text("""
    SELECT name, count(*) AS n FROM change_set s, unnest(s.override_checks) AS name WHERE s.status = 'committed' GROUP BY 1 ORDER BY 2 DESC, 1
""")
_POLICIES = text("SELECT count(*) FROM gate_policy")


def gate_section(connection: Connection) -> Section:
    """How commits came through the gate."""
    found = connection.execute(_COMMITS, {"days": LATELY_DAYS}).one()
    checks: dict[str, Fact] = {row.name: row.n for row in connection.execute(_CHECKS)}
    facts: dict[str, Fact] = {
        "commits": found.commits,
        "from before the gate": found.before_gate,
        "overridden": found.overridden,
        f"overridden, last {LATELY_DAYS} days": f"{found.overridden_lately} of {found.lately}",
        "checks overridden": checks or "none",
        "policy set anew": connection.execute(_POLICIES).scalar_one(),
    }
    problems = []
    if found.without_why:
        numbers = ", ".join(map(str, found.without_why))
        problems.append(f"Change sets that override the gate without saying why: {numbers}.")
    if found.lately >= MIN_COMMITS and found.overridden_lately > MOST_OVERRIDDEN * found.lately:
        problems.append(
            f"Of {found.lately} commits of the last {LATELY_DAYS} days {found.overridden_lately} override the gate; look at its policy on "
            "the page Settings, and at the checks that do not hold."
        )
    return Section("gate", facts, tuple(problems))
