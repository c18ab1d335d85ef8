"""The decision: the role that the signals support, the confidence in it, and the reasoning.

A role is chosen from the ranking of all roles (``pipeline.stages.ranking``); the case says how:

- ``A``: one specific title alias, and nothing contradicts it;
- ``B``: no alias, and the skills and the KRAs agree;
- ``C``: the signals conflict, so that the joint judgement decides and the conflict is recorded;
- ``D``: nothing fits; a new role is proposed;
- ``DOMAIN``: the title is generic, so that the role family is chosen first and then the role inside it;
- ``rejected``: the text is no usable job description.

The thresholds are those of ``pipeline.config``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.catalog.slugs import transliterated_slug
from pipeline.catalog.value import slug_order
from pipeline.contracts import CASES, Case, Decision, RoleScore, wire_score
from pipeline.stages.field import field_log_odds, field_probability
from pipeline.stages.new_role import name_of_new_role
from pipeline.stages.ranking import RankedRole, RoleRanking, probability
from pipeline.stages.signals import RoleSignals

CASE_NAMES = {case: meaning.split(":")[0] for case, meaning in CASES.meanings.items()}
"""The cases in two or three words."""
SIGNAL_NAMES = {
    "alias": "title",
    "title": "title",
    "skill": "skills",
    "kra": "KRAs",
    "centroid": "centroid",
    "family": "family",
}
MIN_TITLE_SCORE = 0.6
"""Score from which on a title is given as a reason."""
MAX_AGREEING_RANK = 3
"""Rank by skills and by KRAs up to which both agree on a role."""
MAX_DOUBT = 0.25
"""Probability that no role fits, above which a title that little else supports is a conflict."""
MIN_POSITIONS = 3
"""Roles whose titles begin items of a text that offers several positions."""
JOINT_JUDGEMENT = "the signals conflict, the joint judgement decides"
"""The part of the reasoning of case ``C`` that names what decided, where no second judge was asked."""


@dataclass(frozen=True)
class Choice:
    """A chosen role: its case, the conflict in words, and the family where that was chosen first."""

    case: Case
    role: RankedRole
    conflict: tuple[str, ...] = ()
    family: str | None = None


@dataclass(frozen=True)
class Chosen:
    """The role of a decision (null for none), the confidence in it, and the case."""

    role_slug: str | None
    confidence: float
    case: Case


def decide(ranking: RoleRanking) -> Decision:
    """Return the decision by the signals: a role, or none."""
    best = ranking.roles[0] if ranking.roles else None
    if best is None or _field_probability(ranking) < ranking.config.min_field:
        return _no_role(ranking)
    return _chosen_role(ranking, _choose(ranking), JOINT_JUDGEMENT)


def choose_role(ranking: RoleRanking) -> Chosen:
    """Return what ``decide`` comes to, without the words that it gives for it."""
    best = ranking.roles[0] if ranking.roles else None
    if best is None or _field_probability(ranking) < ranking.config.min_field:
        return Chosen(None, 0.0, "D")
    choice = _choose(ranking)
    return Chosen(choice.role.slug, confidence_in(ranking, choice.role), choice.case)


def _field_probability(ranking: RoleRanking) -> float:
    """The probability that any role of the catalog fits."""
    return field_probability(ranking.signals, ranking.title is not None)


def _none_probability(ranking: RoleRanking) -> float:
    return wire_score(1.0 - _field_probability(ranking))


def decide_by_second_judge(ranking: RoleRanking, slug: str | None, reasoning: str, conflict: list[str]) -> Decision:
    """Return the decision of a second judge, a model; ``slug`` is a role of the ranking, null for none of them."""
    role = next((r for r in ranking.roles if r.slug == slug), None)
    if role is None:
        decision = _no_role(ranking)
    else:
        decided_by = f"a second judge decided: {reasoning.rstrip('.')}"
        decision = _chosen_role(ranking, Choice("C", role), decided_by)
    return decision.model_copy(update={"llm2_fired": True, "llm2_reasoning": reasoning, "conflict": conflict})


def rejected(reason: str) -> Decision:
    """Return the decision about a text that is no usable job description."""
    return _decision(case="rejected", reasoning=reason)


def _decision(**fields: Any) -> Decision:
    """A decision with the given fields; the other fields are those of a decision for no role."""
    defaults: dict[str, Any] = {
        "alias_collision_detected": False,
        "chosen_role": None,
        "confidence": 0.0,
        "is_new_role": False,
        "llm2_fired": False,
        "llm2_reasoning": None,
        "matched_dimensions": [],
        "matched_kras": [],
        "matched_skills": [],
        "new_role_display_name": None,
        "new_role_slug": None,
        "queued": False,
        "sub_role": None,
        "ranking": [],
        "conflict": [],
    }
    return Decision.model_validate({**defaults, **fields})


def _no_role(ranking: RoleRanking) -> Decision:
    """The decision for no role; a new role is proposed where the text gives it a name."""
    name = name_of_new_role(ranking)
    nearest = ""
    if ranking.roles:
        best = ranking.roles[0]
        nearest = f" The nearest is {ranking.name_of(best.slug)}, by {_strongest(best)} alone."
    return _decision(
        case="D",
        is_new_role=name is not None,
        new_role_display_name=name,
        new_role_slug=(transliterated_slug(name) or None) if name else None,
        queued=name is not None,
        reasoning=f"No role of the catalog fits: {_why_none(ranking)}.{nearest}",
        conflict=_title_alone(ranking),
        ranking=ranking.wire(),
        none_probability=_none_probability(ranking),
    )


def _title_alone(ranking: RoleRanking) -> list[str]:
    """The conflict of a title that the catalog has with a text of another field."""
    names = [ranking.name_of(slug) for slug in ranking.signals.alias_specific]
    return [f"the title names {' and '.join(names)}, nothing else in the text does"] if names else []


def _why_none(ranking: RoleRanking) -> str:
    if ranking.signals.alias_specific:
        return "the title is an alias, but skills and KRAs speak of another field"
    return "neither title nor skills nor KRAs speak clearly for one"


def _chosen_role(ranking: RoleRanking, choice: Choice, decided_by: str) -> Decision:
    """The decision for a role of the ranking; ``decided_by`` names in words what settled case ``C``."""
    slug, signals, catalog = choice.role.slug, ranking.signals, ranking.catalog
    role = catalog.role[slug]
    runner_up = ranking.other_than(slug)
    confidence = confidence_in(ranking, choice.role)
    conflict = list(choice.conflict)
    if len(signals.named_roles) >= MIN_POSITIONS:
        conflict.append(f"the text offers several positions: {', '.join(map(ranking.name_of, signals.named_roles))}")
    matched = set(signals.skill_counts.get(slug, ()))
    return _decision(
        alias_collision_detected=len(signals.alias_specific) > 1,
        case=choice.case,
        chosen_role=RoleScore(
            display_name=role.display_name,
            kra_matches=None,
            matched_count=None,
            matched_skills=None,
            role_id=role.id,
            score=1.0 if choice.case == "A" else confidence,
            slug=slug,
            total_count=None,
        ),
        confidence=confidence,
        matched_dimensions=sorted(
            {
                d.display_name
                for d in catalog.dimensions_of_role.get(slug, ())
                if any(s.display_name in matched for s in catalog.skills_of_dimension.get(d.slug, ()))
            }
        ),
        matched_kras=list(dict.fromkeys(m.kra_text for m in signals.kra_matches.of(slug))),
        matched_skills=sorted(matched),
        reasoning=_reasoning(ranking, choice, runner_up, decided_by),
        ranking=ranking.wire(),
        conflict=conflict,
        role_family=role.domain,
        none_probability=_none_probability(ranking),
    )


def confidence_in(ranking: RoleRanking, role: RankedRole) -> float:
    """Return the probability that a role of the ranking is right, as the wire has it."""
    field = field_log_odds(ranking.signals, ranking.title is not None)
    confidence = wire_score(probability(role, ranking.other_than(role.slug), field, ranking.config))
    positions = len(ranking.signals.named_roles)
    # An advertisement for several positions has no one role; the nearest is a guess.
    return min(confidence, wire_score(1 / positions)) if positions >= MIN_POSITIONS else confidence


def _choose(ranking: RoleRanking) -> Choice:
    """The choice by the signals; the ranking has at least one role."""
    signals = ranking.signals
    best = ranking.roles[0]
    if len(signals.alias_specific) == 1:
        return _by_specific_title(ranking, signals.alias_specific[0])
    if signals.alias_specific:
        names = " and ".join(ranking.name_of(slug) for slug in signals.alias_specific)
        return Choice("C", best, (f"the title is an alias of {names}",))
    if signals.alias_generic:
        return _inside_the_best_family(ranking)
    leaders = {"skills": _leader(signals.skill), "KRAs": _leader(signals.kra), "title": _leader(signals.title)}
    if best.slug in (leaders["skills"], leaders["KRAs"]) and _agree(best.slug, signals):
        return Choice("B", best)
    conflict = tuple(
        f"{signal} {'is nearest to' if signal == 'title' else 'speak for'} {ranking.name_of(leader)}"
        for signal, leader in leaders.items()
        if leader and leader != best.slug
    )
    return Choice("C" if conflict else "B", best, conflict)


def _by_specific_title(ranking: RoleRanking, slug: str) -> Choice:
    """The role of the title alias, unless another role leads in skills or KRAs by more than the margin."""
    best = ranking.roles[0]
    named = next(r for r in ranking.roles if r.slug == slug)
    if best.slug == slug and _none_probability(ranking) > MAX_DOUBT:
        return Choice("C", named, (f"the title names {ranking.name_of(slug)}, little else in the text does",))
    if best.slug == slug:
        return Choice("A", named)
    against = [
        f"{signal} speak for {ranking.name_of(leader)}"
        for signal, scores in (("skills", ranking.signals.skill), ("KRAs", ranking.signals.kra))
        if (leader := _leader(scores)) and scores[leader] - scores.get(slug, 0.0) > ranking.config.contradiction_margin
    ]
    if not against:
        return Choice("A", named)
    return Choice("C", best, (f"the title names {ranking.name_of(slug)}", *against))


def _inside_the_best_family(ranking: RoleRanking) -> Choice:
    """The best role of the likeliest family, for a generic title ("Software Engineer")."""
    domain = {r.slug: ranking.catalog.role[r.slug].domain for r in ranking.roles}
    shares: dict[str | None, float] = {}
    for role in ranking.roles:
        # A family counts by its best role: near-equal roles (three architects) must not add up to a lead.
        shares[domain[role.slug]] = max(shares.get(domain[role.slug], 0.0), role.share)
    family = min(shares, key=lambda d: (-shares[d], d or ""))
    return Choice("DOMAIN", next(r for r in ranking.roles if domain[r.slug] == family), family=family)


def _leader(scores: Mapping[str, float]) -> str | None:
    """The role with the highest score, ties by slug."""
    if not scores:
        return None
    most = max(scores.values())
    return min((slug for slug, score in scores.items() if score == most), key=slug_order)


def _agree(slug: str, signals: RoleSignals) -> bool:
    """Whether a role is among the first ``MAX_AGREEING_RANK`` of both the skill and the KRA signal."""
    return all(slug in _first(scores, MAX_AGREEING_RANK) for scores in (signals.skill, signals.kra))


def _first(scores: Mapping[str, float], n: int) -> list[str]:
    """The roles with the highest scores, ties by slug."""
    least = sorted(scores.values())[-n:][:1]
    high = [slug for slug, score in scores.items() if least and score >= least[0]]
    return sorted(high, key=lambda slug: (-scores[slug], slug_order(slug)))[:n]


def _reasoning(ranking: RoleRanking, choice: Choice, runner_up: RankedRole | None, decided_by: str) -> str:
    """A sentence that a curator can check against the signals."""
    signals, slug = ranking.signals, choice.role.slug
    role = ranking.name_of(slug)
    parts = [_about_title(ranking, choice)]
    listed = signals.signals.skill_match_roles
    total = listed[0].total_count if listed else 0
    if total:
        other = ""
        if runner_up:
            reaching = len(signals.skill_counts.get(runner_up.slug, ()))
            other = f" ({ranking.name_of(runner_up.slug)}: {reaching})"
        parts.append(f"{len(signals.skill_counts.get(slug, ()))} of {total} primary skills reach {role}{other}")
    matches = signals.kra_matches.of(slug)
    if matches:
        rank = 1 + sum(s > signals.kra[slug] for s in signals.kra.values())
        mean = sum(m.similarity for m in matches) / len(matches)
        parts.append(f"its KRAs rank {rank} of {len(signals.kra)} ({mean:.2f})")
    if choice.case == "C":
        parts.append(decided_by)
    if runner_up and wire_score(runner_up.total) == wire_score(choice.role.total):
        parts.append(f"a tie with {ranking.name_of(runner_up.slug)}, broken by matched skills, then by slug")
    return "; ".join(part for part in parts if part) + "."


def _about_title(ranking: RoleRanking, choice: Choice) -> str:
    """The part of the reasoning about the title; empty where the title does not support the chosen role."""
    signals, slug = ranking.signals, choice.role.slug
    aliases = signals.signals.alias_match_roles
    if choice.family:
        return (
            f"The title matches only the generic alias “{aliases[0].alias_text}”, which does not decide; "
            f"family {choice.family}"
        )
    alias = next((r for r in aliases if r.slug == slug), None)
    if alias and not alias.is_generic:
        return f"The title is the alias “{alias.alias_text}” of {ranking.name_of(slug)}"
    if signals.title.get(slug, 0.0) >= MIN_TITLE_SCORE:
        return f"The title is near to {ranking.name_of(slug)} ({signals.title[slug]:.2f})"
    return ""


def _strongest(role: RankedRole) -> str:
    """The name of the signal with the most evidence for a role."""
    return SIGNAL_NAMES[max(role.evidence, key=lambda signal: role.evidence[signal])]
