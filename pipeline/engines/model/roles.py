"""The material of the two judges of a role: text and candidates for the first, the measurements alone for the second."""

from __future__ import annotations

from typing import Any

from pipeline.contracts import Decision
from pipeline.engines.model.grounding import text_material
from pipeline.stages.ranking import RoleRanking
from pipeline.text import JDText

MAX_CANDIDATES = 12
"""Roles that a judge may choose between."""
MAX_MEASURED = 4
"""Candidates whose measurements the first judge is given."""
MAX_DUTIES = 3
"""Duties of a candidate that the first judge is given."""
MAX_SKILLS, MAX_MATCHES = 12, 3
"""Matched skills and matched duties of a role that a judge is given."""


def candidates(ranking: RoleRanking, decision: Decision) -> list[str]:
    """Return the slugs of the roles that a judge may choose between, the best first."""
    signals = ranking.signals
    by_title = sorted(signals.title, key=lambda r: (-signals.title[r], r))
    ranked = [r.slug for r in decision.ranking]
    slugs = dict.fromkeys([*ranked, *signals.alias_specific, *signals.alias_generic, *by_title])
    return list(slugs)[:MAX_CANDIDATES]


def first_material(text: JDText, ranking: RoleRanking, decision: Decision, slugs: list[str]) -> dict[str, Any]:
    """Return the text, its title, the candidates with their duties, and the measurements for the best of them."""
    catalog = ranking.catalog
    return {
        **text_material(text),
        "title": ranking.title,
        "roles": [
            {
                "slug": slug,
                "name": catalog.role[slug].display_name,
                "family": catalog.role[slug].domain,
                "duties": list(catalog.kras_of_role.get(slug, ()))[:MAX_DUTIES],
            }
            for slug in slugs
        ],
        "signals": {slug: measurements(slug, ranking, decision) for slug in slugs[:MAX_MEASURED]},
    }


def second_material(first: str | None, second: str | None, ranking: RoleRanking, decision: Decision) -> dict[str, Any]:
    """Return two roles (null for none) and the measurements for each.

    It holds nothing that a text could have worded: neither its title nor the first judge's reasoning.
    """
    return {
        "first": {"role_slug": first},
        "second": {"role_slug": second},
        "evidence": {slug: measurements(slug, ranking, decision) for slug in (first, second) if slug},
    }


def measurements(slug: str, ranking: RoleRanking, decision: Decision) -> dict[str, Any]:
    """Return the measurements for a role as a JSON object, without words of the text."""
    signals = ranking.signals
    share = next((r.probability for r in decision.ranking if r.slug == slug), 0.0)
    return {
        "joint_share": share,
        "title_likeness": round(signals.title.get(slug, 0.0), 2),
        "title_alias": slug in signals.alias_specific,
        "skills": list(signals.skill_counts.get(slug, ()))[:MAX_SKILLS],
        "duties": [
            {"duty": m.kra_text, "similarity": round(m.similarity, 2)}
            for m in signals.kra_matches.of(slug)[:MAX_MATCHES]
        ],
    }
