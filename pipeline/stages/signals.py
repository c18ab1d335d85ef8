"""The signals of a text for each role: by its titles, its skills, its KRAs, and its centroid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.kras import KraMatrix
from pipeline.catalog.titles import TitleHit
from pipeline.catalog.value import TECHNOLOGY, Role, slug_order
from pipeline.config import Config
from pipeline.contracts import KraMatch, RoleScore, Signals, wire_score
from pipeline.stages.encoding import EncodedJD, jd_vector
from pipeline.stages.skills import FoundSkill
from pipeline.stages.title_signal import roles_of_items, says_more, title_hits, title_scores
from pipeline.stages.trades import UNKNOWN_TECHNOLOGY, duty_leaning, technology_weight
from pipeline.text import DEMAND_KINDS, JDText, Sentence
from pipeline.vectors import Vectors


@dataclass(frozen=True)
class Centroid:
    """The sum ``total``, (width,) float32, of the unit vectors of the ``n`` JDs that were filed under a role."""

    n: int
    total: Vectors


@dataclass(frozen=True)
class KraMatches:
    """The best sentences of each role with their KRAs, computed on demand, since few roles are shown.

    ``vectors`` (n_sentences, width) are those of the sentences; at most ``max_sentences`` are given for a role.
    """

    text: JDText
    matrix: KraMatrix
    sentences: Sequence[Sentence]
    vectors: Vectors
    hub_correction: float
    max_sentences: int

    @cached_property
    def cosine(self) -> Vectors:
        """The cosines of the sentences with the KRAs, (n_sentences, n_kras) float32."""
        return np.asarray(self.vectors @ self.matrix.vectors.T)

    @cached_property
    def corrected(self) -> Vectors:
        """The same less part of the KRAs' hubness."""
        return self.cosine - self.hub_correction * self.matrix.hubness[None, :]

    def forget(self) -> None:
        """Drop the cosines, which are many and are made again where they are asked for."""
        for name in ("cosine", "corrected"):
            self.__dict__.pop(name, None)

    def of(self, slug: str) -> tuple[KraMatch, ...]:
        """Return the role's best sentences, the nearest first; none for a role without KRAs."""
        rows = self.matrix.rows_of(slug) if len(self.vectors) else None
        if rows is None:
            return ()
        start, block = rows.start, self.cosine[:, rows]
        best = block.argmax(axis=1)
        value = block[np.arange(len(block)), best]
        return tuple(
            self._match(i, start + best[i], wire_score(value[i]))
            for i in np.argsort(-value, kind="stable")[: self.max_sentences]
        )

    def _match(self, at: int, kra: int, similarity: float) -> KraMatch:
        sentence = self.sentences[at]
        start, end = self.text.raw_span(sentence.start, sentence.end)
        return KraMatch(
            kra_text=self.matrix.texts[kra],
            sentence=sentence.text,
            similarity=similarity,
            corrected_similarity=wire_score(self.corrected[at, kra]),
            start=start,
            end=end,
        )


@dataclass(frozen=True)
class RoleSignals:
    """The signals of a run for all roles, by slug; ``signals`` are those listed on the wire."""

    signals: Signals
    alias_specific: tuple[str, ...]
    alias_generic: tuple[str, ...]
    title: Mapping[str, float]
    skill: Mapping[str, float]
    skill_counts: Mapping[str, tuple[str, ...]]
    kra: Mapping[str, float]
    kra_matches: KraMatches
    centroid: Mapping[str, float]
    technologies: float
    """How much of the technologies that the text demands is of computing (``stages.trades``)."""
    named_roles: tuple[str, ...] = ()
    """Roles whose titles begin items of the text."""
    title_says_more: bool = False
    """Whether the title has words of other titles beside the catalog's title in it ("Data Systems Developer")."""
    duty_leaning: float = 0.0
    """How much the text's duties are of computing: log odds."""
    leading_skill: str | None = None
    """Name of the technology that says most about the text's role; null where it names none."""
    nearest_kra: float | None = None
    """The plain KRA score of the nearest of the listed roles, as the wire has it; null where no role has KRAs."""

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Slugs of the roles that any signal supports."""
        names = {*self.alias_specific, *self.alias_generic, *self.title, *self.skill, *self.kra, *self.centroid}
        return tuple(sorted(names, key=slug_order))


def _role_score(role: Role, score: float, **added: Any) -> RoleScore:
    """A role as a signal lists it; ``added`` are further fields of ``RoleScore``."""
    plain = {"kra_matches": None, "matched_count": None, "matched_skills": None, "total_count": None}
    card = {"display_name": role.display_name, "role_id": role.id, "slug": role.slug, "score": wire_score(score)}
    return RoleScore.model_validate({**plain, **card, **added})


@dataclass(frozen=True)
class SkillScores:
    """``weighted`` score of each reached role, names of the primary skills ``matched`` to it, how many are ``primary``."""

    weighted: dict[str, float]
    matched: dict[str, tuple[str, ...]]
    primary: int


def skill_scores(skills: Sequence[FoundSkill], indexes: Indexes, config: Config) -> SkillScores:
    """Return how much the skills of a text support each role that they reach through their dimensions.

    The weight of a skill falls with the number of roles that it reaches; ``skill_prior`` keeps little evidence from
    looking like certainty.
    """
    roles_of_skill = indexes.catalog.roles_of_skill
    hard = [s for s in skills if s.nature != "SOFT_SKILL"]
    primary = [s for s in hard if s.is_primary]
    weight = {
        s.slug: indexes.skill_weight.get(s.slug, 0.0)
        * (1.0 if s.is_primary else config.secondary_weight)
        * s.confidence
        for s in hard
        if s.slug
    }
    mass = sum(weight.values()) + config.skill_prior
    scores: dict[str, float] = {}
    for slug, skill_weight in weight.items():
        for role in roles_of_skill.get(slug, ()):
            scores[role] = scores.get(role, 0.0) + skill_weight / mass
    matched: dict[str, list[str]] = {}
    for skill in primary:
        for role in roles_of_skill.get(skill.slug or "", ()):
            matched.setdefault(role, []).append(skill.name)
    return SkillScores(scores, {role: tuple(sorted(names)) for role, names in matched.items()}, len(primary))


@dataclass(frozen=True)
class KraScores:
    """The ``raw`` and the ``corrected`` KRA score of each role, and its best sentences."""

    raw: dict[str, float]
    corrected: dict[str, float]
    matches: KraMatches


def kra_scores(jd: EncodedJD, indexes: Indexes, config: Config, known: KraScores | None = None) -> KraScores:
    """Return how near the sentences of a text are to each role's KRAs.

    For each sentence the role's best KRA counts; the role's best
    ``kra_sentences`` sentences make its score, their mean. The corrected score subtracts part of the KRA's hubness, so that
    a KRA that is near every text counts less, and adds how near a sentence is to the role's profile, so that one odd KRA
    counts less too. ``known`` are the scores on another catalog: what they have of the same KRAs is not made again.
    """
    matrix, vectors = indexes.kras, jd.vectors
    if not len(jd.sentences) or not matrix.texts:
        return KraScores({}, {}, KraMatches(jd.text, matrix, (), vectors[:0], 0.0, 0))
    if known is not None and known.matches.matrix.hubness is matrix.hubness:
        return _with_other_profiles(jd, known, matrix, config)
    matches = KraMatches(jd.text, matrix, jd.sentences, vectors, config.hub_correction, config.kra_sentences)
    nearness = matrix.nearness(vectors, matches.corrected, config.kra_context)
    limit = config.kra_sentences
    raw = -np.sort(-np.maximum.reduceat(matches.cosine, matrix.starts, axis=1), axis=0)[:limit]
    near = -np.sort(-nearness, axis=0)[:limit]
    scores = [dict(zip(matrix.roles, top.mean(axis=0).tolist(), strict=True)) for top in (raw, near)]
    return KraScores(scores[0], scores[1], matches)


def _with_other_profiles(jd: EncodedJD, known: KraScores, matrix: KraMatrix, config: Config) -> KraScores:
    """The scores for the same KRAs of roles with other profiles."""
    nearness = matrix.nearness(jd.vectors, known.matches.corrected, config.kra_context)
    near = -np.sort(-nearness, axis=0)[: config.kra_sentences]
    corrected = dict(zip(matrix.roles, near.mean(axis=0).tolist(), strict=True))
    return KraScores(known.raw, corrected, replace(known.matches, matrix=matrix))


def centroid_scores(vectors: Vectors, centroids: Mapping[str, Centroid], config: Config) -> dict[str, float]:
    """Return the cosine of the JD's vector with the centroid of each role that has at least ``centroid_min_runs`` runs."""
    own = jd_vector(vectors)
    if own is None:
        return {}
    scores = {}
    for slug, centroid in centroids.items():
        if centroid.n >= config.centroid_min_runs:
            scores[slug] = float(own @ centroid.total / max(float(np.linalg.norm(centroid.total)), 1e-9))
    return scores


@dataclass(frozen=True)
class TextSignals:
    """The signals of a text that do not depend on its skills, by role: ``hits`` are the titles that equal its own."""

    hits: tuple[TitleHit, ...]
    titles: Mapping[str, float]
    kra: KraScores
    centroid: Mapping[str, float]
    named_roles: tuple[str, ...] = ()
    title_says_more: bool = False
    duty_leaning: float = 0.0
    has_demands: bool = False
    """Whether the text has passages of duties or demands."""


def read_text(
    jd: EncodedJD,
    indexes: Indexes,
    centroids: Mapping[str, Centroid],
    config: Config,
    kra: KraScores | None = None,
) -> TextSignals:
    """Return the signals of a text's title and duties; they are the same on catalogs with the same roles, titles and KRAs.

    ``kra`` are those of the duties, where they are known.
    """
    title = jd.title
    hits = title_hits(title, jd.parsed.role_aliases, indexes)
    # A generic title ("Software Engineer") is near to every engineer.
    generic = bool(hits) and all(h.is_generic for h in hits)
    titles: dict[str, float] = {}
    if title and jd.title_vector is not None and not generic:
        titles = title_scores(title, jd.title_vector, indexes)
    kra = kra or kra_scores(jd, indexes, config)
    central = centroid_scores(jd.vectors, centroids, config)
    known = {role: score for role, score in central.items() if role in indexes.catalog.role}
    return TextSignals(
        hits,
        titles,
        kra,
        known,
        roles_of_items(jd.text, indexes),
        title_says_more=bool(title) and says_more(title or "", jd.parsed.role_aliases, hits, indexes),
        duty_leaning=duty_leaning(jd.vectors, indexes.encoder.name),
        has_demands=any(facts.section_kind in DEMAND_KINDS for facts in jd.text.facts),
    )


def read_signals(of_text: TextSignals, skills: Sequence[FoundSkill], indexes: Indexes, config: Config) -> RoleSignals:
    """Return all signals of a text. Roles are ordered by the score that ranks, ties by the plain score, then by slug."""
    hits, titles, kra, central = of_text.hits, of_text.titles, of_text.kra, of_text.centroid
    skill = skill_scores(skills, indexes, config)
    roles = indexes.catalog.role
    listed = config.listed_roles
    by_kra = _best(kra.corrected, kra.raw)[:listed]
    signals = Signals(
        alias_found=bool(hits),
        alias_match_roles=[_role_score(h.role, 1.0, alias_text=h.alias_text, is_generic=h.is_generic) for h in hits],
        kra_match_roles=[
            _role_score(
                roles[slug],
                kra.raw[slug],
                kra_matches=list(kra.matches.of(slug)),
                rank_score=wire_score(kra.corrected[slug]),
            )
            for slug in by_kra
        ],
        skill_match_roles=_skill_match_roles(skill, indexes, listed),
        centroid_match_roles=[_role_score(roles[slug], central[slug]) for slug in _best(central)[:listed]],
        title_match_roles=[_role_score(roles[slug], titles[slug]) for slug in _best(titles)[:listed]],
    )
    return RoleSignals(
        signals=signals,
        alias_specific=tuple(h.role.slug for h in hits if not h.is_generic),
        alias_generic=tuple(h.role.slug for h in hits if h.is_generic),
        title=titles,
        skill=skill.weighted,
        skill_counts=skill.matched,
        kra=kra.corrected,
        kra_matches=kra.matches,
        centroid=central,
        technologies=_technologies(skills, of_text.has_demands),
        named_roles=of_text.named_roles,
        title_says_more=of_text.title_says_more,
        duty_leaning=of_text.duty_leaning,
        leading_skill=_leading_skill(skills, indexes),
        nearest_kra=_nearest_kra(kra, by_kra),
    )


def _nearest_kra(kra: KraScores, listed: Sequence[str]) -> float | None:
    return max((wire_score(kra.raw[slug]) for slug in listed), default=None)


def scores_of(
    signals: RoleSignals, of_text: TextSignals, skills: Sequence[FoundSkill], indexes: Indexes, config: Config
) -> RoleSignals:
    """Return the signals by which roles are ranked for other skills, titles or KRAs than those of ``signals``.

    ``signals.signals``, what the wire lists, and the name of the leading skill stay what they were: no rank depends on them.
    """
    skill, kra, hits = skill_scores(skills, indexes, config), of_text.kra, of_text.hits
    nearest = signals.nearest_kra
    if kra.corrected is not signals.kra:
        nearest = _nearest_kra(kra, _best(kra.corrected, kra.raw)[: config.listed_roles])
    return RoleSignals(
        signals=signals.signals,
        alias_specific=tuple(h.role.slug for h in hits if not h.is_generic),
        alias_generic=tuple(h.role.slug for h in hits if h.is_generic),
        title=of_text.titles,
        skill=skill.weighted,
        skill_counts=skill.matched,
        kra=kra.corrected,
        kra_matches=kra.matches,
        centroid=of_text.centroid,
        technologies=_technologies(skills, of_text.has_demands),
        named_roles=of_text.named_roles,
        title_says_more=of_text.title_says_more,
        duty_leaning=of_text.duty_leaning,
        leading_skill=signals.leading_skill,
        nearest_kra=nearest,
    )


def _technologies(skills: Sequence[FoundSkill], has_demands: bool) -> float:
    """How much of the technologies is of computing; in a text with demands, one that stands elsewhere is the employer's affair."""
    return sum(
        technology_weight(skill.slug) * skill.confidence
        for skill in skills
        if skill.nature in TECHNOLOGY
        and (not has_demands or any(mention.section in DEMAND_KINDS for mention in skill.mentions))
    )


def _leading_skill(skills: Sequence[FoundSkill], indexes: Indexes) -> str | None:
    """The name of the primary technology of computing that fewest roles have, ties by name; null without any."""
    weights = {
        s.name: indexes.skill_weight.get(s.slug, 0.0) * s.confidence
        for s in skills
        if s.slug and s.is_primary and s.nature in TECHNOLOGY and technology_weight(s.slug) >= UNKNOWN_TECHNOLOGY
    }
    return min(weights, key=lambda name: (-weights[name], name)) if weights else None


def _best(scores: Mapping[str, float], plain: Mapping[str, float] | None = None) -> list[str]:
    """Slugs of roles, the highest score first; ties by the ``plain`` score, then by slug."""
    return sorted(scores, key=lambda r: (-scores[r], -plain[r] if plain else 0.0, slug_order(r)))


def _skill_match_roles(skill: SkillScores, indexes: Indexes, listed: int) -> list[RoleScore]:
    """The roles that primary skills reach, as the wire lists them."""
    plain = {role: len(names) / skill.primary for role, names in skill.matched.items()}
    best = _best({role: skill.weighted[role] for role in plain}, plain)[:listed]
    top = wire_score(skill.weighted[best[0]]) if best else None
    tie = {role for role in best if wire_score(skill.weighted[role]) == top}
    return [
        _role_score(
            indexes.catalog.role[role],
            plain[role],
            matched_count=len(skill.matched[role]),
            matched_skills=list(skill.matched[role]),
            total_count=skill.primary,
            rank_score=wire_score(skill.weighted[role]),
            tied=role in tie and len(tie) > 1,
        )
        for role in best
    ]
