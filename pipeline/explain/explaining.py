"""Why a run came to its role: the role's points, the rows that each signal rests on, and what comes out without each of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pipeline.catalog.changes import Change, Place
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.explain.rows import RowShares, Shares
from pipeline.explain.skills import skill_reasons
from pipeline.explain.value import CENTROIDS, Explanation, Row, Signal, SkillReasons, Without, shared_out
from pipeline.held import HeldRun
from pipeline.learned.fitted import field_weights
from pipeline.stages.decision import confidence_in, decide
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.field import field_signs
from pipeline.stages.ranking import RankedRole, RoleRanking
from pipeline.stages.signals import Centroid

KEPT_BY_OTHERS = frozenset({"roles", "skills"})
"""Tables whose rows cannot be taken out alone, since others refer to them."""


def explain(
    jd: EncodedJD,
    indexes: Indexes,
    config: Config,
    role: str | None = None,
    centroids: Mapping[str, Centroid] | None = None,
) -> Explanation:
    """Return why a text comes to its role on a catalog, or with ``role`` how that one stands beside the one that it comes to.

    Raises ``InputError`` for a role that the catalog lacks.
    """
    return Explainer(HeldRun(jd, indexes, config, centroids), IndexEdits(indexes)).explain(role)


class Explainer:
    """Explains one run. Its edits may be shared by all explanations on a catalog."""

    def __init__(self, held: HeldRun, edits: IndexEdits) -> None:
        self._held = held
        self._edits = edits
        self._without: dict[Place, Without | None] = {}

    def explain(self, role: str | None = None) -> Explanation:
        """Return the explanation of the run's role, or of another. Raises ``InputError`` for a role that the catalog lacks."""
        held = self._held
        if role is not None and role not in held.indexes.catalog.role:
            raise InputError(f"There is no role {role!r} in the catalog; give the slug of one of roles.csv.")
        result = held.result
        ranking = result.ranking
        if ranking is None:
            return self._rejected(role)
        decision = decide(ranking)
        asked = role or result.role_slug
        ranked = next((r for r in ranking.roles if r.slug == asked), None)
        runner_up = ranking.other_than(asked) if asked else next(iter(ranking.roles), None)
        skills, left_out = self._skills
        signals: tuple[Signal, ...] = ()
        if ranked is not None:
            signals = self._of_role(ranked, runner_up, ranking)
        elif asked is None:
            # Without a role, what counts is whether any fits.
            signals = self._of_field(ranking)
        return Explanation(
            role=asked,
            confidence=confidence_in(ranking, ranked) if ranked else 0.0,
            runner_up=runner_up.slug if runner_up else None,
            total=sum((signal.points for signal in signals), 0.0),
            signals=signals,
            skills=skills,
            left_out=left_out,
            chosen=result.role_slug,
            case=result.case,
            reasoning=decision.reasoning,
            runner_up_total=runner_up.total if runner_up and asked else None,
        )

    @cached_property
    def _skills(self) -> tuple[tuple[SkillReasons, ...], tuple[SkillReasons, ...]]:
        """Why each skill was taken or left out, whichever role is asked about."""
        return skill_reasons(self._held)

    def _rejected(self, role: str | None) -> Explanation:
        return Explanation(role, 0.0, None, 0.0, (), (), (), None, "rejected", self._held.rejection or "")

    def _of_role(self, role: RankedRole, runner_up: RankedRole | None, ranking: RoleRanking) -> tuple[Signal, ...]:
        """The signals of a role in the joint judgement, which is the sum of their points."""
        shares = RowShares(self._held, self._edits.rows)
        weights = ranking.config.evidence_weights
        return tuple(
            self._signal(
                Signal(
                    name,
                    value,
                    weights[name],
                    weights[name] * value,
                    weights[name] * runner_up.evidence[name] if runner_up else None,
                ),
                shares.of_signal[name](role.slug) if weights[name] * value else {},
            )
            for name, value in role.evidence.items()
        )

    def _of_field(self, ranking: RoleRanking) -> tuple[Signal, ...]:
        """The signs that any role of the catalog fits, which add up to the log odds of that."""
        fitted, shares = field_weights(), RowShares(self._held, self._edits.rows)
        weights = fitted.weights.model_dump()
        found = [Signal("bias", 1.0, fitted.bias, fitted.bias)]
        for name, value in field_signs(ranking.signals, ranking.title is not None).items():
            signal = Signal(name, value, weights[name], float(weights[name]) * value)
            found.append(self._signal(signal, shares.of_field(name) if signal.points else {}))
        return tuple(found)

    def _signal(self, signal: Signal, shares: Shares) -> Signal:
        """A signal with the rows that it rests on, those that give most first."""
        order = sorted(shares, key=lambda place: (-shares[place], place))
        parts = shared_out(signal.points, [shares[place] for place in order])
        rows = tuple(Row(*place, points, self._without_row(place)) for place, points in zip(order, parts, strict=True))
        return Signal(signal.name, signal.value, signal.weight, signal.points, signal.runner_up, rows)

    def _without_row(self, place: Place) -> Without | None:
        """What the run gives when a row is taken out of the catalog."""
        if place not in self._without:
            self._without[place] = self._replayed(place)
        return self._without[place]

    def _replayed(self, place: Place) -> Without | None:
        table, key = place
        if table in KEPT_BY_OTHERS:
            return None
        if table == CENTROIDS:
            result = self._held.without_centroid(key[0])
        else:
            result = self._held.on(self._edits.after([Change(self._edits.rows.row(table, key), None)]))
        return Without(result.role_slug, result.confidence)
