"""Stage 3b: what speaks for each role: its titles, its skills, its KRAs, and the JDs that were filed under it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.catalog.indexes import Indexes, KraMatrix, TitleHit, bare_title, fold_title, title_forms
from pipeline.catalog.value import TECHNOLOGY, slug_order
from pipeline.config import Config
from pipeline.contracts import KraMatch, RoleScore, Signals, wire_score
from pipeline.embedding import Vectors
from pipeline.stages.skills import FoundSkill
from pipeline.text import Sentence


@dataclass(frozen=True)
class Centroid:
    """The running mean of the unit vectors of the JDs that were filed under a role; ``total`` is (width,) float32."""

    n: int
    total: Vectors


@dataclass(frozen=True)
class KraMatches:
    """The best sentences of each role with their KRAs, made when they are asked for: few of the roles are ever shown.

    ``cosine`` and ``corrected`` are (n_sentences, n_kras) float32.
    """

    matrix: KraMatrix
    sentences: Sequence[Sentence]
    cosine: Vectors
    corrected: Vectors
    most: int

    def of(self, slug: str) -> tuple[KraMatch, ...]:
        """The role's best sentences, the nearest first; none for a role without KRAs."""
        if not len(self.cosine) or slug not in self.matrix.roles:
            return ()
        at = self.matrix.roles.index(slug)
        start = int(self.matrix.starts[at])
        end = int(self.matrix.starts[at + 1]) if at + 1 < len(self.matrix.roles) else len(self.matrix.texts)
        block = self.cosine[:, start:end]
        best = block.argmax(axis=1)
        value = block[np.arange(len(block)), best]
        return tuple(
            KraMatch(
                kra_text=self.matrix.texts[start + best[i]],
                sentence=self.sentences[i].text,
                similarity=wire_score(value[i]),
                corrected_similarity=wire_score(self.corrected[i, start + best[i]]),
                start=self.sentences[i].start,
                end=self.sentences[i].end,
            )
            for i in np.argsort(-value, kind="stable")[: self.most]
        )


@dataclass(frozen=True)
class Evidence:
    """The signals of a run before the wire: every role's figures, not only the listed ones."""

    signals: Signals
    alias_specific: tuple[str, ...]
    alias_generic: tuple[str, ...]
    title: Mapping[str, float]
    skill: Mapping[str, float]
    skill_counts: Mapping[str, tuple[str, ...]]
    kra: Mapping[str, float]
    kra_matches: KraMatches
    centroid: Mapping[str, float]
    technologies: int
    """How many skills of the text name a technology rather than a concept or a practice."""

    @cached_property
    def roles(self) -> tuple[str, ...]:
        names = {*self.alias_specific, *self.alias_generic, *self.title, *self.skill, *self.kra, *self.centroid}
        return tuple(sorted(names, key=slug_order))


def _role_score(
    indexes: Indexes,
    slug: str,
    score: float,
    *,
    kra_matches: list[KraMatch] | None = None,
    matched_skills: list[str] | None = None,
    total: int | None = None,
    rank_score: float | None = None,
    alias_text: str | None = None,
    is_generic: bool | None = None,
    tied: bool | None = None,
) -> RoleScore:
    role = indexes.catalog.role[slug]
    added = {"rank_score": rank_score, "alias_text": alias_text, "is_generic": is_generic, "tied": tied}
    return RoleScore(
        display_name=role.display_name,
        kra_matches=kra_matches,
        matched_count=len(matched_skills) if matched_skills is not None else None,
        matched_skills=matched_skills,
        role_id=role.id,
        score=wire_score(score),
        slug=slug,
        total_count=total,
        **{k: wire_score(v) if isinstance(v, float) else v for k, v in added.items() if v is not None},
    )


NEAREST_TITLES = 3
ONE_TITLE, SOME_TITLES, ALL_TITLES = 1.0, 1.0, 0.4
"""What counts of a role: its nearest title, the mean of its nearest few, and the middle of all its titles."""


def title_scores(title: str, vector: Vectors, indexes: Indexes) -> dict[str, float]:
    """How near a title is to each role's titles, in 0..1.

    A title is compared by cosine, by its tokens in order and by its tokens as a set; a role is as near as its nearest
    title, its nearest few and the middle of all are. ``vector`` is the (width,) unit vector of ``bare_title(title)``.
    """
    matrix = indexes.title_matrix
    forms = title_forms(title)
    if not forms or not matrix.roles:
        return {}
    bare = bare_title(title)
    cosine = np.clip(matrix.vectors @ vector, 0.0, None)
    overlap = process.cdist([bare], matrix.folded, scorer=fuzz.token_set_ratio)[0] / 100
    whole = process.cdist([bare], matrix.folded, scorer=fuzz.token_sort_ratio)[0] / 100
    near = 0.5 * cosine + 0.3 * whole + 0.2 * overlap
    middle = np.clip(matrix.middles @ vector, 0.0, None)
    owner = np.searchsorted(matrix.starts, np.arange(len(near)), side="right") - 1
    order = np.lexsort((-near, owner))
    # Each role's nearest titles, one column each, (n_roles, NEAREST_TITLES); zero where it has fewer.
    counts = np.diff([*matrix.starts, len(near)])
    ranks = np.arange(NEAREST_TITLES)[None, :]
    held = ranks < counts[:, None]
    nearest = np.where(held, near[order][np.minimum(matrix.starts[:, None] + ranks, len(near) - 1)], 0.0)
    few = nearest.sum(axis=1) / held.sum(axis=1)
    told = (ONE_TITLE * nearest[:, 0] + SOME_TITLES * few + ALL_TITLES * middle) / (ONE_TITLE + SOME_TITLES + ALL_TITLES)
    scores = dict(zip(matrix.roles, told.tolist(), strict=True))
    for i, form in enumerate(forms):
        hits = [h for h in indexes.titles.get(form, ()) if not h.is_generic]
        for hit in hits:
            scores[hit.role.slug] = max(scores.get(hit.role.slug, 0.0), 1.0 if i < 4 else 0.97)
    return scores


def skill_scores(
    skills: Sequence[FoundSkill], indexes: Indexes, config: Config
) -> tuple[dict[str, float], dict[str, tuple[str, ...]], int]:
    """Weighted score of each reached role, the primary skills that reach it, and how many primary skills there are.

    The weight of a skill falls with the number of roles that it reaches; ``skill_prior`` keeps little evidence from
    looking like certainty.
    """
    reach = indexes.catalog.roles_of_skill
    hard = [s for s in skills if s.nature != "SOFT_SKILL"]
    primary = [s for s in hard if s.is_primary]
    weight = {
        s.slug: indexes.skill_weight.get(s.slug, 0.0) * (1.0 if s.is_primary else config.secondary_weight) * s.confidence
        for s in hard
        if s.slug
    }
    mass = sum(weight.values()) + config.skill_prior
    scores: dict[str, float] = {}
    for slug, w in weight.items():
        for role in reach.get(slug, ()):
            scores[role] = scores.get(role, 0.0) + w / mass
    matched: dict[str, list[str]] = {}
    for skill in primary:
        for role in reach.get(skill.slug or "", ()):
            matched.setdefault(role, []).append(skill.name)
    return scores, {role: tuple(sorted(names)) for role, names in matched.items()}, len(primary)


def kra_scores(
    sentences: Sequence[Sentence], vectors: Vectors, indexes: Indexes, config: Config
) -> tuple[dict[str, float], dict[str, float], KraMatches]:
    """Raw and corrected KRA score of each role, and its best sentences.

    ``vectors`` is (n_sentences, width) float32. For each sentence the role's best KRA counts; the role's best
    ``kra_sentences`` sentences make its score. The corrected score takes off part of the KRA's hubness, so that a KRA
    that is near everything says less, and adds how near a sentence is to the role as a whole, so that one odd KRA
    says less too.
    """
    matrix = indexes.kras
    if not len(sentences) or not matrix.texts:
        return {}, {}, KraMatches(matrix, (), vectors[:0], vectors[:0], 0)
    cosine = vectors @ matrix.vectors.T
    corrected = cosine - config.hub_correction * matrix.hubness[None, :]
    nearness = matrix.nearness(vectors, corrected, config.kra_context)
    most = config.kra_sentences
    raw = -np.sort(-np.maximum.reduceat(cosine, matrix.starts, axis=1), axis=0)[:most]
    near = -np.sort(-nearness, axis=0)[:most]
    scores = [dict(zip(matrix.roles, top.mean(axis=0).tolist(), strict=True)) for top in (raw, near)]
    return scores[0], scores[1], KraMatches(matrix, sentences, cosine, corrected, most)


def centroid_scores(vectors: Vectors, centroids: Mapping[str, Centroid], config: Config) -> dict[str, float]:
    """Cosine of the JD's mean vector with each role's centroid that has enough runs behind it."""
    if not len(vectors) or not centroids:
        return {}
    own = vectors.mean(axis=0)
    own /= max(float(np.linalg.norm(own)), 1e-9)
    scores = {}
    for slug, centroid in centroids.items():
        if centroid.n >= config.centroid_min_runs:
            scores[slug] = float(own @ centroid.total / max(float(np.linalg.norm(centroid.total)), 1e-9))
    return scores


def read_signals(
    title: str | None,
    role_aliases: Sequence[str],
    skills: Sequence[FoundSkill],
    sentences: Sequence[Sentence],
    vectors: Vectors,
    title_vector: Vectors | None,
    indexes: Indexes,
    centroids: Mapping[str, Centroid],
    config: Config,
) -> Evidence:
    """All signals of a text. Roles are ordered by the score that ranks, ties by the plain score, then by slug."""
    known = set(indexes.catalog.role)
    hits = indexes.find_titles(title) if title else ()
    if not hits:
        hits = next((h for alias in role_aliases if (h := indexes.titles.get(fold_title(alias), ()))), ())
    if not hits and title:
        hits = _words_in_title(title, indexes)
    # Nearness of a generic title is noise: "Software Engineer" is near to every engineer.
    generic = bool(hits) and all(h.is_generic for h in hits)
    titles = title_scores(title, title_vector, indexes) if title and title_vector is not None and not generic else {}
    weighted, matched, total = skill_scores(skills, indexes, config)
    raw, corrected, matches = kra_scores(sentences, vectors, indexes, config)
    central = {r: s for r, s in centroid_scores(vectors, centroids, config).items() if r in known}

    plain = {r: len(names) / total for r, names in matched.items()} if total else {}
    by_skill = sorted(plain, key=lambda r: (-weighted[r], -plain[r], slug_order(r)))[: config.listed_roles]
    by_kra = sorted(raw, key=lambda r: (-corrected[r], -raw[r], slug_order(r)))[: config.listed_roles]
    by_title = sorted(titles, key=lambda r: (-titles[r], slug_order(r)))[: config.listed_roles]
    by_centroid = sorted(central, key=lambda r: (-central[r], slug_order(r)))[: config.listed_roles]
    top = wire_score(weighted[by_skill[0]]) if by_skill else None
    tie = {r for r in by_skill if wire_score(weighted[r]) == top}
    signals = Signals(
        alias_found=bool(hits),
        alias_match_roles=[
            _role_score(indexes, h.role.slug, 1.0, alias_text=h.alias_text, is_generic=h.is_generic) for h in hits
        ],
        kra_match_roles=[
            _role_score(indexes, r, raw[r], kra_matches=list(matches.of(r)), rank_score=corrected[r]) for r in by_kra
        ],
        skill_match_roles=[
            _role_score(
                indexes,
                r,
                plain[r],
                matched_skills=list(matched[r]),
                total=total,
                rank_score=weighted[r],
                tied=r in tie and len(tie) > 1,
            )
            for r in by_skill
        ],
        centroid_match_roles=[_role_score(indexes, r, central[r]) for r in by_centroid],
        title_match_roles=[_role_score(indexes, r, titles[r]) for r in by_title],
    )
    return Evidence(
        signals=signals,
        alias_specific=tuple(h.role.slug for h in hits if not h.is_generic),
        alias_generic=tuple(h.role.slug for h in hits if h.is_generic),
        title=titles,
        skill=weighted,
        skill_counts=matched,
        kra=corrected,
        kra_matches=matches,
        centroid=central,
        technologies=sum(s.nature in TECHNOLOGY for s in skills),
    )


def _words_in_title(title: str, indexes: Indexes) -> tuple[TitleHit, ...]:
    """The longest known title that stands inside a longer one ("Oracle Database Administrator, night shift")."""
    words = re.sub(r"\s+", " ", fold_title(title)).split()
    for size in range(min(len(words), 5), 1, -1):
        for start in range(len(words) - size + 1):
            hits = indexes.titles.get(" ".join(words[start : start + size]))
            if hits:
                return hits
    return ()
