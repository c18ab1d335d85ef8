"""Many held runs as arrays: what each has of every role, its skills, the vectors of its duties and of its title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.basis import SIGNALS
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import plain_title
from pipeline.config import Config
from pipeline.held import HeldRun
from pipeline.stages.field import field_log_odds
from pipeline.stages.ranking import MAX_KRA_DEVIATIONS
from pipeline.vectors import WIDTH, Vectors


@dataclass(frozen=True)
class Footing:
    """What one held run comes to, as far as it tells whether a change can move it.

    ``evidence`` is (n_roles, 6) float32 by ``SIGNALS``, ``kra`` (n_roles,) the KRA scores, nan for a role without KRAs, both in the order
    of the catalog's roles; ``skills`` are the factors of its skills in the skill signal, by slug.
    """

    role: str | None
    evidence: Vectors
    kra: Vectors
    worth: float
    mass: float
    field: float
    skills: Mapping[str, float]
    title: str | None
    title_vector: Vectors | None
    sentences: Vectors
    named: frozenset[str]
    """Roles whose titles the text's title equals or contains."""


def footing_of(held: HeldRun) -> Footing | None:
    """Return what a held run comes to; null for a text that is no usable job description."""
    ranking = held.result.ranking
    if ranking is None:
        return None
    signals, config = ranking.signals, held.config
    order = [role.slug for role in held.indexes.catalog.roles]
    of_role = {role.slug: role.evidence for role in ranking.roles}
    nothing = dict.fromkeys(SIGNALS, 0.0)
    evidence = [[of_role.get(slug, nothing)[name] for name in SIGNALS] for slug in order]
    factors = {
        s.slug: (1.0 if s.is_primary else config.secondary_weight) * s.confidence
        for s in held.skills
        if s.slug and s.nature != "SOFT_SKILL"
    }
    weights = held.indexes.skill_weight
    return Footing(
        role=held.result.role_slug,
        evidence=np.array(evidence, np.float32).reshape(len(order), len(SIGNALS)),
        kra=np.array([signals.kra.get(slug, np.nan) for slug in order], np.float32),
        worth=_worth(held),
        mass=sum(weights.get(slug, 0.0) * factor for slug, factor in factors.items()) + config.skill_prior,
        field=field_log_odds(signals, ranking.title is not None),
        skills=factors,
        title=held.jd.title,
        title_vector=held.jd.title_vector,
        sentences=held.jd.vectors,
        named=frozenset(hit.role.slug for hit in held.of_text.hits),
    )


def _worth(held: HeldRun) -> float:
    """How far the KRAs of a run speak at all: its evidence by them, beside what its scores alone would give."""
    ranking = held.result.ranking
    if ranking is None or not ranking.roles:
        return 0.0
    scores = ranking.signals.kra
    values = np.array(list(scores.values()) or [0.0])
    best = max(ranking.roles, key=lambda r: r.evidence["kra"])
    plain = (scores.get(best.slug, 0.0) - float(values.mean())) / (float(values.std()) or 1.0) / MAX_KRA_DEVIATIONS
    return float(best.evidence["kra"] / min(plain, 1.0)) if plain > 0 else 0.0


class HeldTexts:
    """The footings of many runs on the catalog of ``indexes``, in the order in which they are given."""

    def __init__(self, footings: Sequence[Footing], indexes: Indexes, config: Config) -> None:
        self.indexes = indexes
        self.config = config
        self.roles = tuple(role.slug for role in indexes.catalog.roles)
        self.place = {slug: i for i, slug in enumerate(self.roles)}
        self._footings = tuple(footings)
        n = len(self._footings)
        empty = np.zeros((0, len(self.roles), len(SIGNALS)), np.float32)
        self.evidence = np.stack([s.evidence for s in self._footings]) if n else empty
        self.kra = np.stack([s.kra for s in self._footings]) if n else np.zeros((0, len(self.roles)), np.float32)
        self.worth = np.array([s.worth for s in self._footings], np.float32)
        self.mass = np.array([s.mass for s in self._footings], np.float32)
        self.field = np.array([s.field for s in self._footings], np.float32)
        self.weights = np.array([config.evidence_weights[name] for name in SIGNALS], np.float32)
        self.totals = np.asarray(self.evidence @ self.weights, np.float32)
        self.chosen = np.array([self.place.get(s.role or "", -1) for s in self._footings], np.int64)
        self.has_title = np.array([s.title is not None for s in self._footings], bool)

    def __len__(self) -> int:
        return len(self._footings)

    @cached_property
    def sentences(self) -> Vectors:
        """The vectors of all duties, (n_sentences, width) float32, text behind text."""
        return np.concatenate([s.sentences for s in self._footings] or [np.zeros((0, WIDTH), np.float32)])

    @cached_property
    def bounds(self) -> np.ndarray:
        """Where the duties of each text begin, and where the last ends, (n + 1,)."""
        return np.concatenate(([0], np.cumsum([len(s.sentences) for s in self._footings]))).astype(np.int64)

    @cached_property
    def titles(self) -> Vectors:
        """The vectors of the titles as they are compared, (n, width) float32; zeros where a text has none."""
        rows = [np.zeros(WIDTH, np.float32) if s.title_vector is None else s.title_vector for s in self._footings]
        stacked = np.stack(rows) if rows else np.zeros((0, WIDTH), np.float32)
        return np.asarray(self.indexes.nearness.titles(stacked), np.float32)

    @cached_property
    def title_words(self) -> tuple[frozenset[str], ...]:
        """The words of each title."""
        return tuple(frozenset(plain_title(s.title).split()) if s.title else frozenset() for s in self._footings)

    @cached_property
    def named(self) -> tuple[frozenset[str], ...]:
        """The roles that each title names."""
        return tuple(s.named for s in self._footings)

    @cached_property
    def of_skill(self) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
        """By the slug of a skill, the texts that have it, with its factors in them."""
        found: dict[str, tuple[list[int], list[float]]] = {}
        for i, footing in enumerate(self._footings):
            for slug, factor in footing.skills.items():
                places, factors = found.setdefault(slug, ([], []))
                places.append(i)
                factors.append(factor)
        return {slug: (np.array(at), np.array(factors, np.float32)) for slug, (at, factors) in found.items()}
