"""The joint judgement: all signals on one scale, summed for every role as the log odds of a conditional logit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import overload

import numpy as np

from pipeline.catalog.value import Catalog, slug_order
from pipeline.config import Config
from pipeline.contracts import RoleWeight, wire_score
from pipeline.stages.signals import RoleSignals

MAX_RANKED = 8
"""How many roles of the ranking are on the wire."""
MAX_STRENGTH, MAX_LEAD = 8.0, 3.0
"""Joint evidence, and lead in it, above which the confidence does not rise."""
MAX_FIELD = 6.0
"""Log odds that any role fits, above which the confidence does not rise."""
SHARE_WEIGHT, STRENGTH_WEIGHT, LEAD_WEIGHT = 0.5, 0.3, 0.2
"""Weights of share, strength and lead of the leading role in its certainty."""
MIN_TITLE, MIN_CENTROID = 0.4, 0.5
"""Similarities of title and centroid that are no evidence; evidence rises from there to 1."""
MAX_KRA_DEVIATIONS = 4.0
"""Standard deviations above the mean of all roles at which the KRA evidence is 1."""


MIN_KRA_SCORE, FULL_KRA_SCORE = 0.3, 0.45
"""KRA scores (cosines) of the nearest role: up to the first its KRAs are no evidence, from the second on they count whole."""
PART_OF_TITLE = 0.5
"""Evidence of a title of the catalog inside a longer one that has words of other titles too."""


@dataclass(frozen=True)
class RankedRole:
    """One role in the joint judgement: evidence by signal in 0..1, its weighted sum, its share among all roles."""

    slug: str
    evidence: dict[str, float]
    total: float
    share: float


class RankedRoles(Sequence[RankedRole]):
    """Roles in their order, each made when it is asked for: of a ranking mostly the first few are."""

    def __init__(
        self, slugs: Sequence[str], evidence: Mapping[str, np.ndarray], totals: Sequence[float], shares: Sequence[float]
    ) -> None:
        self._slugs = slugs
        self._evidence = evidence
        self._totals = totals
        self._shares = shares
        self._made: dict[int, RankedRole] = {}

    def __len__(self) -> int:
        return len(self._slugs)

    @overload
    def __getitem__(self, place: int) -> RankedRole: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[RankedRole]: ...

    def __getitem__(self, place: int | slice) -> RankedRole | Sequence[RankedRole]:
        """Return the role, or the roles, at a place."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        i = range(len(self._slugs))[place]
        if i not in self._made:
            evidence = {name: float(values[i]) for name, values in self._evidence.items()}
            self._made[i] = RankedRole(self._slugs[i], evidence, self._totals[i], self._shares[i])
        return self._made[i]


@dataclass(frozen=True)
class RoleRanking:
    """The roles that the signals of a text support, best first, with the values on which a decision depends."""

    title: str | None
    signals: RoleSignals
    roles: Sequence[RankedRole]
    catalog: Catalog
    config: Config

    def name_of(self, slug: str) -> str:
        """Return the display name of a role."""
        return self.catalog.role[slug].display_name

    def other_than(self, slug: str) -> RankedRole | None:
        """Return the best of the other roles; null where there is none."""
        return next((r for r in self.roles if r.slug != slug), None)

    def wire(self) -> list[RoleWeight]:
        """Return the best roles as they are on the wire."""
        return [
            RoleWeight(
                slug=r.slug,
                display_name=self.name_of(r.slug),
                probability=wire_score(r.share),
                evidence={name: wire_score(value) for name, value in r.evidence.items()},
            )
            for r in self.roles[:MAX_RANKED]
        ]


def rank_roles(title: str | None, signals: RoleSignals, catalog: Catalog, config: Config) -> RoleRanking:
    """Return the roles that any signal supports, best first; ties by matched primary skills, then by slug."""
    slugs = signals.roles
    if not slugs:
        return RoleRanking(title, signals, (), catalog, config)
    evidence = _evidence(signals, catalog)
    weighted = [config.evidence_weights[name] * values for name, values in evidence.items()]
    # Summed signal by signal, so that the sum of a role is that of its parts from left to right.
    totals = sum(weighted[1:], weighted[0]).tolist()
    peak = max(totals)
    odds = [exp(total - peak) for total in totals]
    mass = sum(odds)
    counts = signals.skill_counts
    order = sorted(
        range(len(slugs)),
        key=lambda i: (-wire_score(totals[i]), -len(counts.get(slugs[i], ())), slug_order(slugs[i])),
    )
    roles = RankedRoles(
        [slugs[i] for i in order],
        {name: values[order] for name, values in evidence.items()},
        [totals[i] for i in order],
        [odds[i] / mass for i in order],
    )
    return RoleRanking(title, signals, roles, catalog, config)


def _evidence(signals: RoleSignals, catalog: Catalog) -> dict[str, np.ndarray]:
    """The evidence by signal for each of ``signals.roles``, (n_roles,) in 0..1.

    KRA scores count by their distance from the mean of all roles in standard deviations, as far as any is near; the evidence for a role's family
    is the skill evidence of its best role.
    """
    slugs = signals.roles
    kra = np.array([signals.kra.get(slug, 0.0) for slug in slugs])
    with_kras = np.array([signals.kra[slug] for slug in slugs if slug in signals.kra] or [0.0])
    spread = float(with_kras.std()) or 1.0
    nearness = np.clip((kra - float(with_kras.mean())) / spread / MAX_KRA_DEVIATIONS, 0.0, 1.0) * _kra_worth(signals)
    alias = PART_OF_TITLE if signals.title_says_more else 1.0
    family: dict[str | None, float] = {}
    for slug, score in signals.skill.items():
        domain = catalog.role[slug].domain
        family[domain] = max(family.get(domain, 0.0), score)
    title = np.array([signals.title.get(slug, 0.0) for slug in slugs])
    centroid = np.array([signals.centroid.get(slug, 0.0) for slug in slugs])
    return {
        "alias": np.array([alias if slug in signals.alias_specific else 0.0 for slug in slugs]),
        "title": np.maximum((title - MIN_TITLE) / (1 - MIN_TITLE), 0.0),
        "skill": np.array([signals.skill.get(slug, 0.0) for slug in slugs]),
        "kra": nearness,
        "centroid": np.maximum((centroid - MIN_CENTROID) / (1 - MIN_CENTROID), 0.0),
        "family": np.array([family.get(catalog.role[slug].domain, 0.0) for slug in slugs]),
    }


def _kra_worth(signals: RoleSignals) -> float:
    """How far the KRAs speak at all, 0..1: of a text that is near to none, the nearest are so by chance."""
    nearest = signals.nearest_kra
    if nearest is None:
        return 1.0
    return float(np.clip((nearest - MIN_KRA_SCORE) / (FULL_KRA_SCORE - MIN_KRA_SCORE), 0.0, 1.0))


def certainty(role: RankedRole, runner_up: RankedRole | None) -> float:
    """Return how sure the ranking is of its leading role, 0..1: share, strength and lead in one."""
    strength = min(role.total / MAX_STRENGTH, 1.0)
    lead = min((role.total - (runner_up.total if runner_up else 0.0)) / MAX_LEAD, 1.0)
    return SHARE_WEIGHT * role.share + STRENGTH_WEIGHT * strength + LEAD_WEIGHT * lead


def probability(role: RankedRole, runner_up: RankedRole | None, field: float, config: Config) -> float:
    """Return the calibrated probability that the leading role is right: a logistic of its certainty and of ``field``, the log
    odds that any role fits the text.
    """
    slope, intercept = config.calibration
    known_field = min(max(field, -MAX_FIELD), MAX_FIELD)
    log_odds = slope * certainty(role, runner_up) + config.field_calibration * known_field + intercept
    return 1.0 / (1.0 + exp(-log_odds))
