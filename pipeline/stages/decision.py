"""Stage 4: which role the signals mean, how sure that is, and why.

All signals are put on one scale and summed for every role (``weigh``); the cases say which of them carried the day:

- ``A``: one specific title alias, and nothing contradicts it;
- ``B``: no alias, and the skills and the KRAs agree;
- ``C``: the signals conflict, so that the joint judgement decides and the conflict is written down;
- ``D``: nothing fits; a new role is proposed;
- ``DOMAIN``: the title is generic, so that the role family is chosen first and then the role inside it;
- ``rejected``: the text is no usable job description.

Thresholds stand in ``pipeline.config``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from pipeline.catalog.indexes import Indexes, title_forms
from pipeline.catalog.value import slug_order
from pipeline.config import Config
from pipeline.contracts import Case, Decision, RoleScore, RoleWeight, wire_score
from pipeline.stages.signals import Evidence

CASE_NAMES = {
    "A": "specific title",
    "B": "skills and KRAs agree",
    "C": "signals conflict",
    "D": "nothing fits",
    "DOMAIN": "family first",
    "rejected": "not usable",
}
_JOINT = "the signals conflict, the joint judgement decides"
RANKED = 8
"""How many roles of the joint judgement are put on the wire."""


@dataclass(frozen=True)
class Standing:
    """One role in the joint judgement: evidence by signal in 0..1, its weighted sum, its share among all roles."""

    slug: str
    evidence: dict[str, float]
    total: float
    share: float


def weigh(evidence: Evidence, indexes: Indexes, config: Config) -> list[Standing]:
    """Every role that any signal speaks for, best first; ties by primary skills matched, then by slug."""
    roles = evidence.roles
    if not roles:
        return []
    kra = np.array([evidence.kra.get(r, 0.0) for r in roles])
    with_kras = np.array([evidence.kra[r] for r in roles if r in evidence.kra] or [0.0])
    spread = float(with_kras.std()) or 1.0
    nearness = np.clip((kra - float(with_kras.mean())) / spread / 4.0, 0.0, 1.0)
    family: dict[str | None, float] = {}
    for role, score in evidence.skill.items():
        domain = indexes.catalog.role[role].domain
        family[domain] = max(family.get(domain, 0.0), score)
    features = {
        role: {
            "alias": 1.0 if role in evidence.alias_specific else 0.0,
            "title": max(0.0, (evidence.title.get(role, 0.0) - 0.4) / 0.6),
            "skill": evidence.skill.get(role, 0.0),
            "kra": float(nearness[i]),
            "centroid": max(0.0, (evidence.centroid.get(role, 0.0) - 0.5) / 0.5),
            "family": family.get(indexes.catalog.role[role].domain, 0.0),
        }
        for i, role in enumerate(roles)
    }
    totals = {r: sum(config.evidence_weights[name] * value for name, value in f.items()) for r, f in features.items()}
    peak = max(totals.values())
    odds = {r: exp(t - peak) for r, t in totals.items()}
    mass = sum(odds.values())
    standings = [Standing(r, features[r], totals[r], odds[r] / mass) for r in roles]
    return sorted(
        standings, key=lambda s: (-wire_score(s.total), -len(evidence.skill_counts.get(s.slug, ())), slug_order(s.slug))
    )


def probability(standing: Standing, runner_up: Standing | None, config: Config) -> float:
    """The calibrated probability that the leading role is right (logistic in its share and its lead)."""
    slope, intercept = config.calibration
    strength = min(standing.total / 8.0, 1.0)
    lead = standing.total - (runner_up.total if runner_up else 0.0)
    return 1.0 / (1.0 + exp(-(slope * (0.5 * standing.share + 0.3 * strength + 0.2 * min(lead / 3.0, 1.0)) + intercept)))


def rejected(reason: str) -> Decision:
    """The decision about a text that is no usable job description."""
    return Decision(
        alias_collision_detected=False,
        case="rejected",
        chosen_role=None,
        confidence=0.0,
        is_new_role=False,
        llm2_fired=False,
        llm2_reasoning=None,
        matched_dimensions=[],
        matched_kras=[],
        matched_skills=[],
        new_role_display_name=None,
        new_role_slug=None,
        queued=False,
        reasoning=reason,
        sub_role=None,
        ranking=[],
        conflict=[],
    )


def decide(title: str | None, evidence: Evidence, indexes: Indexes, config: Config) -> Decision:
    """Choose the role, or none, from the evidence."""
    ranking = weigh(evidence, indexes, config)
    if not ranking or ranking[0].total < config.no_role_below or not _has_clear_sign(evidence, ranking[0], config):
        return _no_role(title, evidence, ranking, indexes)
    case, chosen, conflict, family = _case(evidence, ranking, indexes, config)
    return _decision(case, chosen, conflict, family, ranking, evidence, indexes, config)


def judged(
    slug: str | None,
    reasoning: str,
    conflict: list[str],
    title: str | None,
    evidence: Evidence,
    indexes: Indexes,
    config: Config,
) -> Decision:
    """The decision of a second judge, which is a model: ``slug`` is a role of the ranking, or null for none of them."""
    ranking = weigh(evidence, indexes, config)
    fired = {"llm2_fired": True, "llm2_reasoning": reasoning, "conflict": conflict}
    chosen = next((s for s in ranking if s.slug == slug), None)
    if chosen is None:
        return _no_role(title, evidence, ranking, indexes).model_copy(update=fired)
    decision = _decision("C", chosen, conflict, None, ranking, evidence, indexes, config)
    told = decision.reasoning.replace(_JOINT, f"a second judge decided: {reasoning.rstrip('.')}")
    return decision.model_copy(update={**fired, "reasoning": told})


def _decision(
    case: Case,
    chosen: Standing,
    conflict: list[str],
    family: str | None,
    ranking: list[Standing],
    evidence: Evidence,
    indexes: Indexes,
    config: Config,
) -> Decision:
    others = [s for s in ranking if s.slug != chosen.slug]
    runner_up = others[0] if others else None
    confidence = probability(chosen, runner_up, config)
    role = indexes.catalog.role[chosen.slug]
    matched = set(evidence.skill_counts.get(chosen.slug, ()))
    catalog = indexes.catalog
    carrying = {
        d.display_name
        for d in catalog.dimensions_of_role.get(chosen.slug, ())
        if any(s.display_name in matched for s in catalog.skills_of_dimension.get(d.slug, ()))
    }
    kras = [m.kra_text for m in evidence.kra_matches.of(chosen.slug)]
    return Decision(
        alias_collision_detected=len(evidence.alias_specific) > 1,
        case=case,
        chosen_role=RoleScore(
            display_name=role.display_name,
            kra_matches=None,
            matched_count=None,
            matched_skills=None,
            role_id=role.id,
            score=1.0 if case == "A" else wire_score(confidence),
            slug=role.slug,
            total_count=None,
        ),
        confidence=wire_score(confidence),
        is_new_role=False,
        llm2_fired=False,
        llm2_reasoning=None,
        matched_dimensions=sorted(carrying),
        matched_kras=list(dict.fromkeys(kras)),
        matched_skills=sorted(matched),
        new_role_display_name=None,
        new_role_slug=None,
        queued=False,
        reasoning=_reasoning(case, chosen, runner_up, evidence, indexes, family),
        sub_role=None,
        ranking=_ranking_wire(ranking, indexes),
        conflict=conflict,
        role_family=role.domain,
    )


def _has_clear_sign(evidence: Evidence, best: Standing, config: Config) -> bool:
    """Whether anything in the text speaks clearly for the catalog's field."""
    signals = evidence.signals
    best_kra = max((r.score for r in signals.kra_match_roles), default=0.0)
    wanted = config.clear_technologies_despite_title if evidence.title else config.clear_technologies
    return (
        bool(evidence.alias_specific)
        or evidence.technologies >= wanted
        or best.total >= config.clear_joint
        or max(evidence.skill.values(), default=0.0) >= config.clear_skill
        or best_kra >= config.clear_kra
        or max(evidence.title.values(), default=0.0) >= config.clear_title
    )


def _case(
    evidence: Evidence, ranking: list[Standing], indexes: Indexes, config: Config
) -> tuple[Case, Standing, list[str], str | None]:
    """Case, chosen role, the conflict in words, and the role family where one was chosen first."""
    by_slug = {s.slug: s for s in ranking}
    best = ranking[0]
    top_skill = _leader(evidence.skill)
    top_kra = _leader(evidence.kra)
    specific = evidence.alias_specific
    if len(specific) == 1:
        named = by_slug[specific[0]]
        if best.slug == named.slug:
            return "A", named, [], None
        against = [
            f"{signal} speak for {indexes.catalog.role[leader].display_name}"
            for signal, leader, scores in (("skills", top_skill, evidence.skill), ("KRAs", top_kra, evidence.kra))
            if leader and scores[leader] - scores.get(named.slug, 0.0) > config.contradiction_margin
        ]
        if not against:
            return "A", named, [], None
        title = f"the title names {indexes.catalog.role[named.slug].display_name}"
        return "C", best, [title, *against], None
    if len(specific) > 1:
        names = " and ".join(indexes.catalog.role[s].display_name for s in specific)
        return "C", best, [f"the title is an alias of {names}"], None
    if evidence.alias_generic:
        shares: dict[str | None, float] = {}
        for standing in ranking:
            domain = indexes.catalog.role[standing.slug].domain
            # The best role speaks for its family: near-equal roles (three architects) must not add up to a lead.
            shares[domain] = max(shares.get(domain, 0.0), standing.share)
        family = min(shares, key=lambda d: (-shares[d], d or ""))
        inside = next(s for s in ranking if indexes.catalog.role[s.slug].domain == family)
        return "DOMAIN", inside, [], family
    if best.slug in (top_skill, top_kra) and _agree(best.slug, evidence):
        return "B", best, [], None
    conflict = []
    for signal, leader in (("skills", top_skill), ("KRAs", top_kra), ("title", _leader(evidence.title))):
        if leader and leader != best.slug:
            verb = "is nearest to" if signal == "title" else "speak for"
            conflict.append(f"{signal} {verb} {indexes.catalog.role[leader].display_name}")
    return ("C" if conflict else "B"), best, conflict, None


def _leader(scores: object) -> str | None:
    table = dict(scores)  # type: ignore[call-overload]
    return min(table, key=lambda r: (-table[r], slug_order(r))) if table else None


def _agree(slug: str, evidence: Evidence) -> bool:
    """Whether a role is among the first three of both the skill and the KRA signal."""
    for scores in (evidence.skill, evidence.kra):
        first = sorted(scores, key=lambda r: (-scores[r], slug_order(r)))[:3]
        if slug not in first:
            return False
    return True


def _reasoning(
    case: Case, chosen: Standing, runner_up: Standing | None, evidence: Evidence, indexes: Indexes, family: str | None
) -> str:
    """A sentence that a curator can check against the signals."""
    role = indexes.catalog.role[chosen.slug].display_name
    parts = []
    alias = next((r for r in evidence.signals.alias_match_roles if r.slug == chosen.slug), None)
    if family:
        generic = evidence.signals.alias_match_roles[0]
        parts.append(f"The title matches only the generic alias “{generic.alias_text}”, which does not decide; family {family}")
    elif alias and not alias.is_generic:
        parts.append(f"The title is the alias “{alias.alias_text}” of {role}")
    elif evidence.title.get(chosen.slug, 0.0) >= 0.6:
        parts.append(f"The title is near to {role} ({evidence.title[chosen.slug]:.2f})")
    total = evidence.signals.skill_match_roles[0].total_count if evidence.signals.skill_match_roles else 0
    mine = len(evidence.skill_counts.get(chosen.slug, ()))
    if total:
        other = ""
        if runner_up:
            theirs = len(evidence.skill_counts.get(runner_up.slug, ()))
            other = f" ({indexes.catalog.role[runner_up.slug].display_name}: {theirs})"
        parts.append(f"{mine} of {total} primary skills reach {role}{other}")
    matches = evidence.kra_matches.of(chosen.slug)
    if matches:
        rank = 1 + sum(s > evidence.kra[chosen.slug] for s in evidence.kra.values())
        mean = sum(m.similarity for m in matches) / len(matches)
        parts.append(f"its KRAs rank {rank} of {len(evidence.kra)} ({mean:.2f})")
    if case == "C":
        parts.append(_JOINT)
    if runner_up and wire_score(runner_up.total) == wire_score(chosen.total):
        parts.append(f"a tie with {indexes.catalog.role[runner_up.slug].display_name}, broken by matched skills, then by slug")
    return "; ".join(parts) + "."


def _ranking_wire(ranking: Sequence[Standing], indexes: Indexes) -> list[RoleWeight]:
    return [
        RoleWeight(
            slug=s.slug,
            display_name=indexes.catalog.role[s.slug].display_name,
            probability=wire_score(s.share),
            evidence={name: wire_score(value) for name, value in s.evidence.items()},
        )
        for s in ranking[:RANKED]
    ]


def _no_role(title: str | None, evidence: Evidence, ranking: list[Standing], indexes: Indexes) -> Decision:
    forms = title_forms(title) if title else []
    name = " ".join(w if any(c.isupper() for c in w) else w.capitalize() for w in (forms[-1] if forms else "").split())
    nearest = ""
    if ranking:
        best = ranking[0]
        nearest = f" The nearest is {indexes.catalog.role[best.slug].display_name}, by {_strongest(best)} alone."
    return Decision(
        alias_collision_detected=False,
        case="D",
        chosen_role=None,
        confidence=0.0,
        is_new_role=bool(name),
        llm2_fired=False,
        llm2_reasoning=None,
        matched_dimensions=[],
        matched_kras=[],
        matched_skills=[],
        new_role_display_name=name or None,
        new_role_slug=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or None,
        queued=bool(name),
        reasoning=f"No role of the catalog fits: neither title nor skills nor KRAs speak clearly for one.{nearest}",
        sub_role=None,
        ranking=_ranking_wire(ranking, indexes),
        conflict=[],
    )


def _strongest(standing: Standing) -> str:
    name = max(standing.evidence, key=lambda k: standing.evidence[k])
    return {"alias": "title", "title": "title", "skill": "skills", "kra": "KRAs", "centroid": "centroid", "family": "family"}[name]
